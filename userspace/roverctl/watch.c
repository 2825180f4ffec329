// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb watch: a line for everything that happens
 *
 * Events come by themselves, so nothing wakes a parked rover: by netlink, or from
 * the node where there is no netlink. Duty and counts are no events: while the
 * rover moves it is looked at now and then.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "command.h"
#include "event.h"
#include "interrupt.h"
#include "motion.h"
#include "names.h"
#include "netlink.h"

#define WATCH_INTERVAL_MS	200

#define WATCH_KINDS	(1 << ROVER_EVENT_STATE | 1 << ROVER_EVENT_STOP |		\
			 1 << ROVER_EVENT_DONE | 1 << ROVER_EVENT_LEASE |		\
			 1 << ROVER_EVENT_SENSOR | 1 << ROVER_EVENT_SERVO |		\
			 1 << ROVER_EVENT_SETTING)

static long interval_ms = WATCH_INTERVAL_MS;
static long for_ms;
static bool ping;

struct watch {
	const struct context *context;
	struct device device;
	bool by_netlink;
	struct netlink netlink;
	struct rover_snapshot shown;	/* what the last lines said */
	int64_t look_ns;		/* when to look again */
	bool is_first;
};

static void watch_state(const struct watch *watch, const struct rover_snapshot *now)
{
	struct json_object *object = event_begin(watch->context, now->time_ns, "state");

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
	struct json_object *object = event_begin(watch->context, now->time_ns, "driver");
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
	struct json_object *object = event_begin(watch->context, now->time_ns, "duty");

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
	struct json_object *object = event_begin(watch->context, now->time_ns, "count");

	if (!object) {
		printf("left %" PRId64 " right %" PRId64 "\n",
		       (int64_t)now->left.count, (int64_t)now->right.count);
		return;
	}
	json_object_object_add(object, "left", json_object_new_int64(now->left.count));
	json_object_object_add(object, "right", json_object_new_int64(now->right.count));
	output_json(object);
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

/* Duty and counts, if they have changed; state and driver too, the first time. */
static bool watch_look(struct watch *watch, struct failure *failure)
{
	struct rover_snapshot now;
	bool first = watch->is_first;

	if (!device_snapshot(&watch->device, &now, failure))
		return false;
	if (first) {
		watch_state(watch, &now);
		watch_driver(watch, &now);
	}
	if (first || duty_differs(&now, &watch->shown))
		watch_duty(watch, &now);
	if ((now.flags & ROVER_SNAPSHOT_ENCODERS) && (first || count_differs(&now, &watch->shown)))
		watch_count(watch, &now);

	/* Until the wheels have stood still for the whole of an interval. */
	watch->look_ns = INT64_MAX;
	if (now.state == ROVER_STATE_MOVING || now.state == ROVER_STATE_HOLDING || first ||
	    count_differs(&now, &watch->shown))
		watch->look_ns = clock_now_ns() + interval_ms * NS_PER_MS;
	watch->shown = now;
	watch->is_first = false;
	return true;
}

static void watch_event(struct watch *watch, const struct rover_event *event)
{
	event_print(watch->context, event);
	/* Another state is another duty. */
	if (event->type == ROVER_EVENT_STATE || event->type == ROVER_EVENT_STOP)
		watch->look_ns = clock_now_ns();
}

static bool watch_read_node(struct watch *watch, struct failure *failure)
{
	struct rover_event event;
	int got;

	while ((got = device_event(&watch->device, &event, failure)) > 0)
		watch_event(watch, &event);
	return !got;
}

/* Nobody knows how many: told as such, and then all of how things are now. */
static bool watch_resynchronise(struct watch *watch, struct failure *failure)
{
	struct json_object *object = event_begin(watch->context, clock_now_ns(), "lost");

	if (object) {
		json_object_object_add(object, "lost", NULL);
		output_json(object);
	} else {
		printf("some events; this is how things are now\n");
	}
	watch->is_first = true;
	return watch_look(watch, failure);
}

/* A loss is told before what was queued until then, and printed in its place, after it. */
static bool watch_read_netlink(struct watch *watch, struct failure *failure)
{
	bool lost = false;

	for (;;) {
		switch (netlink_next(&watch->netlink)) {
		case NETLINK_NOTHING:
			return !lost || watch_resynchronise(watch, failure);
		case NETLINK_EVENT:
			watch_event(watch, &watch->netlink.event);
			break;
		case NETLINK_LOST:
			lost = true;
			break;
		case NETLINK_DEPARTED:
			device_explain_gone(&watch->device, failure);
			return false;
		default:
			failure_set(failure, EIO, NULL, "netlink failed while listening");
			return false;
		}
	}
}

static bool watch_read(struct watch *watch, struct failure *failure)
{
	return watch->by_netlink ? watch_read_netlink(watch, failure) :
				   watch_read_node(watch, failure);
}

static bool watch_wait(struct watch *watch, int64_t end_ns, struct failure *failure)
{
	bool readable;

	while (!ferror(stdout) && clock_now_ns() < end_ns) {
		int64_t until_ns = watch->look_ns < end_ns ? watch->look_ns : end_ns;

		if (interrupt_wait_file(until_ns, watch->by_netlink ? watch->netlink.fd :
					watch->device.fd, &readable))
			break;
		if (readable && !watch_read(watch, failure))
			return false;
		if (clock_now_ns() >= watch->look_ns && !watch_look(watch, failure))
			return false;
	}
	return true;
}

/* Ranges from netlink are those that the sonars measure for the node. */
static bool watch_listen(struct watch *watch, struct failure *failure)
{
	const uint64_t ranges = ping ? 1 << ROVER_EVENT_RANGE : 0;
	const char *why = netlink_open(&watch->netlink, watch->device.info.index, ping);

	watch->by_netlink = !why;
	if (why)
		fprintf(stderr, "roverctl: no netlink (%s): events come from %s\n", why,
			watch->device.node);
	return device_listen(&watch->device, ranges | (why ? WATCH_KINDS : 0), failure);
}

static int watch_run(const struct context *context, const struct command *command)
{
	int64_t end_ns = for_ms ? clock_now_ns() + for_ms * NS_PER_MS : INT64_MAX;
	struct watch watch = { .context = context, .is_first = true };
	struct failure failure;
	bool done;

	(void)command;
	if (!device_open(&watch.device, context->node, O_RDONLY | O_NONBLOCK, &failure))
		return output_failure(context, &failure);

	interrupt_catch();
	done = watch_listen(&watch, &failure) &&
	       watch_look(&watch, &failure) &&
	       watch_wait(&watch, end_ns, &failure);
	if (watch.by_netlink)
		netlink_close(&watch.netlink);
	device_close(&watch.device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const struct argument watch_options[] = {
	{ .name = "interval", .placeholder = "MS", .unit = "ms", .min = 1, .max = 10000,
	  .number = &interval_ms,
	  .help = "between two looks while the rover moves, 200 if not given" },
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1, .max = MOTION_FOR_MAX_MS,
	  .number = &for_ms, .help = "end after this time" },
	{ .name = "ping", .flag = &ping,
	  .help = "have the sonars run, and print what they measure" },
	{ 0 }
};

static const char watch_details[] =
	"Prints state, driver, duty and counts as they are, then a line for everything\n"
	"that happens: seconds of the monotonic clock, what, its new value. What happens\n"
	"are changes of state, stops with their reasons, ends of motions, drivers,\n"
	"sensors, the head and settings; while the rover moves, duty and counts too.\n"
	"Events come by netlink, or from the node where there is none. When too many came\n"
	"at once, a line says that some are lost, and how things are is printed anew.\n"
	"Ends with --for or when interrupted and exits 0; exits 1 when the rover is gone.\n";

static const struct command watch_commands[] = {
	{
		.name = "watch",
		.summary = "print a line for everything that happens",
		.details = watch_details,
		.options = watch_options,
		.run = watch_run,
	},
	{ 0 }
};

COMMANDS(watch_commands);
