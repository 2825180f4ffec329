// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb watch: a line for everything that changes
 *
 * It looks at the snapshot many times a second, so a change that is undone in
 * between is not seen.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "motion.h"
#include "names.h"
#include "output.h"

#define WATCH_INTERVAL_MS	20

/* Counts change with every look while it moves: not more than five lines a second. */
#define WATCH_COUNT_NS		(200 * NS_PER_MS)

static long interval_ms = WATCH_INTERVAL_MS;
static long for_ms;
static bool ping;

struct watch {
	const struct context *context;
	struct device device;
	struct rover_snapshot shown;	/* what the last lines said */
	uint64_t count_ns;		/* when counts were shown last */
	bool is_first;
};

/* Begin an event; text gets the rest of its line from the caller. */
static struct json_object *watch_event(const struct watch *watch,
				       const struct rover_snapshot *now, const char *event)
{
	struct json_object *object;

	if (!watch->context->json) {
		printf("%10.3f  %-6s  ", (double)now->time_ns / NS_PER_S, event);
		return NULL;
	}
	object = json_object_new_object();
	json_object_object_add(object, "time_ns", json_object_new_uint64(now->time_ns));
	json_object_object_add(object, "event", json_object_new_string(event));
	return object;
}

static void watch_state(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = watch_event(watch, now, "state");

	if (!object) {
		printf("%s", name_state(now->state));
		if (now->stop_reason != ROVER_REASON_NONE)
			printf(", %s", name_reason(now->stop_reason));
		printf("\n");
		return;
	}
	json_object_object_add(object, "state", json_object_new_string(name_state(now->state)));
	json_object_object_add(object, "stop_reason",
			       json_object_new_string(name_reason(now->stop_reason)));
	output_json(object);
}

static void watch_driver(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = watch_event(watch, now, "driver");
	char driver[64];

	if (!object) {
		device_driver_text(now, driver, sizeof(driver));
		printf("%s\n", driver);
		return;
	}
	json_object_object_add(object, "driver", output_driver(now));
	output_json(object);
}

static void watch_duty(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = watch_event(watch, now, "duty");

	if (!object) {
		printf("left %" PRId32 " right %" PRId32 " permille\n",
		       now->left.duty_permille, now->right.duty_permille);
		return;
	}
	json_object_object_add(object, "left_permille",
			       json_object_new_int(now->left.duty_permille));
	json_object_object_add(object, "right_permille",
			       json_object_new_int(now->right.duty_permille));
	output_json(object);
}

static void watch_count(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = watch_event(watch, now, "count");

	if (!object) {
		printf("left %" PRId64 " right %" PRId64 "\n",
		       (int64_t)now->left.count, (int64_t)now->right.count);
		return;
	}
	json_object_object_add(object, "left", json_object_new_int64(now->left.count));
	json_object_object_add(object, "right", json_object_new_int64(now->right.count));
	output_json(object);
}

static void watch_range(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = watch_event(watch, now, "range");

	if (object) {
		json_object_object_add(object, "range", output_range(&now->range));
		output_json(object);
	} else if (now->range.status == ROVER_RANGE_VALID) {
		printf("%ld mm\n", output_mm(now->range.range_um));
	} else {
		printf("%s\n", name_range_text(now->range.status));
	}
}

static bool duty_differs(const struct rover_snapshot *a, const struct rover_snapshot *b)
{
	return a->left.duty_permille != b->left.duty_permille ||
	       a->right.duty_permille != b->right.duty_permille;
}

static bool count_differs(const struct rover_snapshot *a, const struct rover_snapshot *b)
{
	return a->left.count != b->left.count || a->right.count != b->right.count;
}

/* Show what differs from the last time; everything that exists, the first time. */
static void watch_compare(struct watch *watch, const struct rover_snapshot *now)
{
	const struct rover_snapshot *shown = &watch->shown;
	int64_t count_left = shown->left.count, count_right = shown->right.count;
	bool first = watch->is_first;

	if (first || now->state != shown->state || now->stop_reason != shown->stop_reason)
		watch_state(watch, now);
	if (first || (now->flags & ROVER_SNAPSHOT_LEASED) !=
	    (shown->flags & ROVER_SNAPSHOT_LEASED) || now->lease_pid != shown->lease_pid)
		watch_driver(watch, now);
	if (first || duty_differs(now, shown))
		watch_duty(watch, now);
	if (now->range.sequence != shown->range.sequence ||
	    (first && now->range.status != ROVER_RANGE_NONE))
		watch_range(watch, now);
	if ((now->flags & ROVER_SNAPSHOT_ENCODERS) &&
	    (first || (count_differs(now, shown) &&
		       now->time_ns - watch->count_ns >= WATCH_COUNT_NS))) {
		watch_count(watch, now);
		watch->count_ns = now->time_ns;
		count_left = now->left.count;
		count_right = now->right.count;
	}

	watch->shown = *now;
	watch->shown.left.count = count_left;
	watch->shown.right.count = count_right;
	watch->is_first = false;
}

static bool watch_look(struct watch *watch, struct failure *failure)
{
	struct rover_snapshot now;
	struct rover_range range;

	if (ping && !device_call(&watch->device, ROVER_IOC_PING, &range, failure))
		return false;
	if (!device_snapshot(&watch->device, &now, failure))
		return false;
	watch_compare(watch, &now);
	return true;
}

static int watch_run(const struct context *context, const struct command *command)
{
	int64_t end_ns = for_ms ? clock_now_ns() + for_ms * NS_PER_MS : INT64_MAX;
	struct watch watch = { .context = context, .is_first = true };
	int64_t next_ns = clock_now_ns();
	struct failure failure;
	bool done;

	(void)command;
	if (!device_open(&watch.device, context->node, O_RDONLY, &failure))
		return output_failure(context, &failure);

	interrupt_catch();
	do {
		done = watch_look(&watch, &failure);
		next_ns += interval_ms * NS_PER_MS;
		if (next_ns > end_ns)
			next_ns = end_ns;
	} while (done && !ferror(stdout) && !interrupt_wait(next_ns) && clock_now_ns() < end_ns);

	device_close(&watch.device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const struct argument watch_options[] = {
	{ .name = "interval", .placeholder = "MS", .unit = "ms", .min = 1, .max = 10000,
	  .number = &interval_ms, .help = "time between two looks, 20 if not given" },
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1, .max = MOTION_FOR_MAX_MS,
	  .number = &for_ms, .help = "end after this time" },
	{ .name = "ping", .flag = &ping, .help = "measure the range at each look, too" },
	{ 0 }
};

static const char watch_details[] =
	"Prints state, stop reason, driver, duty, counts and range as they are, then a\n"
	"line for each change: seconds of the monotonic clock, what, its new value.\n"
	"Counts get at most five lines a second. Ends with --for or when interrupted\n"
	"and exits 0; exits 1 when the rover is gone.\n";

static const struct command watch_commands[] = {
	{
		.name = "watch",
		.summary = "print a line for everything that changes",
		.details = watch_details,
		.options = watch_options,
		.run = watch_run,
	},
	{ 0 }
};

COMMANDS(watch_commands);
