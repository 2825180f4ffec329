// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb status: what the rover is and does, at one instant
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "command.h"
#include "names.h"
#include "output.h"

static const struct {
	uint64_t bit;
	const char *name;
} capabilities[] = {
	{ ROVER_CAP_ENCODERS, "encoders" },
	{ ROVER_CAP_INFERRED, "inferred-direction" },
	{ ROVER_CAP_SONAR, "sonar" },
	{ ROVER_CAP_HARD_STOP, "hard-stop" },
	{ ROVER_CAP_HARDWARE_PWM, "hardware-pwm" },
};

/* " (0.4 s ago)": of no use to programs, which get both times. */
static void print_age(const struct rover_snapshot *snapshot, uint64_t then_ns)
{
	printf(" (%.1f s ago)", (double)(snapshot->time_ns - then_ns) / NS_PER_S);
}

static void print_state(const struct rover_snapshot *snapshot)
{
	printf("state     %s", name_state(snapshot->state));
	if (snapshot->stop_reason != ROVER_REASON_NONE)
		printf(", %s", name_reason(snapshot->stop_reason));
	if (snapshot->flags & ROVER_SNAPSHOT_BRAKING)
		printf(", braking");
	if (snapshot->stop_time_ns && snapshot->state != ROVER_STATE_MOVING)
		print_age(snapshot, snapshot->stop_time_ns);
	printf("\n");
}

static void print_wheels(const struct rover_snapshot *snapshot)
{
	const struct rover_wheel *left = &snapshot->left, *right = &snapshot->right;

	printf("duty      left %" PRId32 " right %" PRId32 " permille\n",
	       left->duty_permille, right->duty_permille);
	if (!(snapshot->flags & ROVER_SNAPSHOT_ENCODERS)) {
		printf("counts    no encoders\n");
		return;
	}
	printf("counts    left %" PRId64 " right %" PRId64 "%s\n",
	       (int64_t)left->count, (int64_t)right->count,
	       snapshot->flags & ROVER_SNAPSHOT_INFERRED ? ", direction as driven" : "");
	printf("speed     left %ld right %ld mm/s\n",
	       output_mm(left->speed_um_s), output_mm(right->speed_um_s));
	if (left->illegal | right->illegal | left->merged | right->merged)
		printf("lost      left %" PRIu32 " right %" PRIu32 " edges or more\n",
		       2 * (left->illegal + left->merged), 2 * (right->illegal + right->merged));
}

static void print_range(const struct device *device, const struct rover_snapshot *snapshot)
{
	const struct rover_range *range = &snapshot->range;

	if (!(device->info.capabilities & ROVER_CAP_SONAR)) {
		printf("range     no sonar\n");
		return;
	}
	if (range->status == ROVER_RANGE_VALID)
		printf("range     %ld mm", output_mm(range->range_um));
	else
		printf("range     %s", name_range_text(range->status));
	if (range->time_ns)
		print_age(snapshot, range->time_ns);
	printf("\n");
}

static void status_print(const struct device *device, const struct rover_snapshot *snapshot)
{
	char driver[64];

	printf("board     %s\n", device->info.board);
	print_state(snapshot);
	device_driver_text(snapshot, driver, sizeof(driver));
	printf("driver    %s\n", driver);
	print_wheels(snapshot);
	print_range(device, snapshot);
	if (snapshot->deadman_ms)
		printf("deadman   %" PRIu32 " ms\n", snapshot->deadman_ms);
	else
		printf("deadman   off\n");
}

static struct json_object *json_capabilities(uint64_t bits)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (bits & capabilities[i].bit)
			json_object_array_add(array, json_object_new_string(capabilities[i].name));
	return array;
}

static struct json_object *json_wheel(const struct rover_wheel *wheel, bool has_encoder)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "duty_permille", json_object_new_int(wheel->duty_permille));
	if (!has_encoder)
		return object;
	json_object_object_add(object, "count", json_object_new_int64(wheel->count));
	json_object_object_add(object, "speed_mm_s", output_milli(wheel->speed_um_s));
	json_object_object_add(object, "edge_time_ns", json_object_new_uint64(wheel->edge_time_ns));
	json_object_object_add(object, "illegal", json_object_new_int64(wheel->illegal));
	json_object_object_add(object, "merged", json_object_new_int64(wheel->merged));
	json_object_object_add(object, "glitches", json_object_new_int64(wheel->glitches));
	return object;
}

static void status_json(const struct device *device, const struct rover_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object();
	bool has_encoders = snapshot->flags & ROVER_SNAPSHOT_ENCODERS;

	json_object_object_add(object, "device", json_object_new_string(device->node));
	json_object_object_add(object, "index", json_object_new_int64(device->info.index));
	json_object_object_add(object, "abi_version",
			       json_object_new_int64(device->info.abi_version));
	json_object_object_add(object, "board", json_object_new_string(device->info.board));
	json_object_object_add(object, "capabilities",
			       json_capabilities(device->info.capabilities));
	json_object_object_add(object, "time_ns", json_object_new_uint64(snapshot->time_ns));
	json_object_object_add(object, "realtime_ns",
			       json_object_new_uint64(snapshot->realtime_ns));
	json_object_object_add(object, "state",
			       json_object_new_string(name_state(snapshot->state)));
	json_object_object_add(object, "stop_reason",
			       json_object_new_string(name_reason(snapshot->stop_reason)));
	json_object_object_add(object, "stop_time_ns",
			       json_object_new_uint64(snapshot->stop_time_ns));
	json_object_object_add(object, "braking",
			       json_object_new_boolean(!!(snapshot->flags &
							  ROVER_SNAPSHOT_BRAKING)));
	json_object_object_add(object, "driver", output_driver(snapshot));
	json_object_object_add(object, "deadman_ms", json_object_new_int64(snapshot->deadman_ms));
	json_object_object_add(object, "left", json_wheel(&snapshot->left, has_encoders));
	json_object_object_add(object, "right", json_wheel(&snapshot->right, has_encoders));
	if (device->info.capabilities & ROVER_CAP_SONAR)
		json_object_object_add(object, "range", output_range(&snapshot->range));
	output_json(object);
}

static int status_run(const struct context *context, const struct command *command)
{
	struct rover_snapshot snapshot;
	struct device device;
	struct failure failure;
	bool done;

	(void)command;
	if (!device_open(&device, context->node, O_RDONLY, &failure))
		return output_failure(context, &failure);
	done = device_snapshot(&device, &snapshot, &failure);
	if (done && context->json)
		status_json(&device, &snapshot);
	else if (done)
		status_print(&device, &snapshot);
	device_close(&device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const char status_details[] =
	"Shows board, state, who drives, duty, counts, speed, the last range and the\n"
	"deadman time, all of one instant. It measures nothing itself: see range.\n";

static const struct command status_commands[] = {
	{
		.name = "status",
		.summary = "show what the rover is and does",
		.details = status_details,
		.run = status_run,
	},
	{ 0 }
};

COMMANDS(status_commands);
