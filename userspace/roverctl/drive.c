// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verbs that drive open loop: forward, backward, spin-left, spin-right, duty
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/rover.h>

#include "command.h"
#include "motion.h"

#define DRIVE_POWER	500

static long power_permille = DRIVE_POWER;
static long left_permille, right_permille;
static long for_ms;

struct direction {
	int left;
	int right;
};

static const struct direction forward = { 1, 1 };
static const struct direction backward = { -1, -1 };
static const struct direction spin_left = { -1, 1 };
static const struct direction spin_right = { 1, -1 };

static bool drive_is_nothing(const struct motion_order *order)
{
	const struct rover_duty *duty = order->argument;

	return !duty->left_permille && !duty->right_permille;
}

static void drive_applied(const struct motion_order *order, struct json_object *result)
{
	const struct rover_duty *duty = order->argument;
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "left_permille", json_object_new_int(duty->left_permille));
	json_object_object_add(object, "right_permille", json_object_new_int(duty->right_permille));
	json_object_object_add(result, "duty", object);
}

static int drive_run(const struct context *context, long left, long right)
{
	struct rover_duty duty = { .left_permille = (int)left, .right_permille = (int)right };
	const struct motion_order order = {
		.request = ROVER_IOC_DUTY,
		.argument = &duty,
		.for_ms = for_ms,
		.stop = ROVER_STOP_COAST,
		.stops = !left && !right,
		.nothing = drive_is_nothing,
		.applied = drive_applied,
	};

	return motion_run(context, &order);
}

static int drive_direction(const struct context *context, const struct command *command)
{
	const struct direction *direction = command->data;

	return drive_run(context, direction->left * power_permille,
			 direction->right * power_permille);
}

static int drive_duty(const struct context *context, const struct command *command)
{
	(void)command;
	return drive_run(context, left_permille, right_permille);
}

static const struct argument direction_values[] = {
	{ .name = "POWER", .unit = "permille", .min = 1, .max = ROVER_DUTY_MAX,
	  .optional = true, .number = &power_permille,
	  .help = "share of full drive, 500 if not given" },
	{ 0 }
};

static const struct argument duty_values[] = {
	{ .name = "LEFT", .unit = "permille", .min = -ROVER_DUTY_MAX, .max = ROVER_DUTY_MAX,
	  .number = &left_permille, .help = "left side, forward positive" },
	{ .name = "RIGHT", .unit = "permille", .min = -ROVER_DUTY_MAX, .max = ROVER_DUTY_MAX,
	  .number = &right_permille, .help = "right side, forward positive" },
	{ 0 }
};

static const struct argument drive_options[] = {
	MOTION_OPTION_FOR(&for_ms),
	{ 0 }
};

static const char duty_details[] =
	"Drives each side with a share of full drive; 0 lets that side coast, 0 on\n"
	"both stops and is done at once.\n" MOTION_HELP;

static const struct command drive_commands[] = {
	{
		.name = "duty",
		.summary = "drive each side, open loop: duty LEFT RIGHT [--for MS]",
		.details = duty_details,
		.values = duty_values,
		.options = drive_options,
		.run = drive_duty,
	},
	{
		.name = "forward",
		.summary = "drive forward: forward [POWER] [--for MS]",
		.details = "Drives both sides forward.\n" MOTION_HELP,
		.values = direction_values,
		.options = drive_options,
		.data = &forward,
		.run = drive_direction,
	},
	{
		.name = "backward",
		.summary = "drive backward",
		.details = "Drives both sides backward.\n" MOTION_HELP,
		.values = direction_values,
		.options = drive_options,
		.data = &backward,
		.run = drive_direction,
	},
	{
		.name = "spin-left",
		.summary = "turn left on the spot",
		.details = "Drives the right side forward and the left one backward.\n" MOTION_HELP,
		.values = direction_values,
		.options = drive_options,
		.data = &spin_left,
		.run = drive_direction,
	},
	{
		.name = "spin-right",
		.summary = "turn right on the spot",
		.details = "Drives the left side forward and the right one backward.\n" MOTION_HELP,
		.values = direction_values,
		.options = drive_options,
		.data = &spin_right,
		.run = drive_direction,
	},
	{ 0 }
};

COMMANDS(drive_commands);
