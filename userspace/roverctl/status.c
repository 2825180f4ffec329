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
#include "status.h"

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
	if (snapshot->flags & ROVER_SNAPSHOT_WAITING)
		printf(", waiting for the sonar");
	if (snapshot->flags & ROVER_SNAPSHOT_SATURATED)
		printf(", at full drive");
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
	if (snapshot->motion != ROVER_MOTION_NONE && snapshot->motion != ROVER_MOTION_DUTY)
		printf("target    left %ld right %ld mm/s\n",
		       output_mm(snapshot->left_target_um_s),
		       output_mm(snapshot->right_target_um_s));
	printf("pose      x %ld y %ld mm, heading %.1f degrees\n", output_mm(snapshot->x_um),
	       output_mm(snapshot->y_um), output_degrees(snapshot->heading_urad));
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

static void print_guard(const struct device *device, const struct rover_snapshot *snapshot)
{
	if (!device->info.guards)
		return;
	printf("guard     ");
	if (snapshot->guard_um)
		printf("%ld mm", output_mm(snapshot->guard_um));
	else
		printf("off");
	if (snapshot->flags & ROVER_SNAPSHOT_OBSTACLE_GUARD)
		printf(", obstacle sensors");
	printf("\n");
}

static void print_sensors(const struct device *device, const struct rover_snapshot *snapshot)
{
	unsigned int i;

	if (!device->info.sensors)
		return;
	printf("sensors  ");
	for (i = 0; i < 32; i++)
		if (device->info.sensors & (1U << i))
			printf(" %s %d", name_sensor(i), !!(snapshot->sensors & (1U << i)));
	printf("\n");
}

static void print_head(const struct device *device, const struct rover_snapshot *snapshot)
{
	if (!(device->info.capabilities & (ROVER_CAP_PAN | ROVER_CAP_TILT)))
		return;
	printf("head     ");
	if (device->info.capabilities & ROVER_CAP_PAN)
		printf(" pan %.1f", output_degrees(snapshot->pan_urad));
	if (device->info.capabilities & ROVER_CAP_TILT)
		printf(" tilt %.1f", output_degrees(snapshot->tilt_urad));
	printf(" degrees\n");
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
	print_guard(device, snapshot);
	print_sensors(device, snapshot);
	print_head(device, snapshot);
	if (snapshot->deadman_ms)
		printf("deadman   %" PRIu32 " ms\n", snapshot->deadman_ms);
	else
		printf("deadman   off\n");
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
	"Shows board, state, who drives, duty, counts, speed, pose, the last range,\n"
	"guard, sensors, where the head looks and the deadman time, all of one instant.\n"
	"It measures nothing itself: see range.\n";

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
