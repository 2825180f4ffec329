// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verbs that drive closed loop: speed, twist, move, turn, hold
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/rover.h>

#include "command.h"
#include "motion.h"
#include "output.h"

#define SPEED_MAX_MM_S		10000
#define RATE_MAX_DEG_S		5000
#define WAY_MAX_MM		1000000
#define ANGLE_MAX_DEG		57000

static long left_mm_s, right_mm_s;
static long speed_mm_s, rate_mdeg_s;
static long way_mm, angle_mdeg;
static long limit_mm_s, limit_mdeg_s;
static long for_ms;
static bool fresh;

static void speed_applied(const struct motion_order *order, struct json_object *result)
{
	const struct rover_speed *speed = order->argument;
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "left_mm_s", output_milli(speed->left_um_s));
	json_object_object_add(object, "right_mm_s", output_milli(speed->right_um_s));
	json_object_object_add(result, "speed", object);
}

static int speed_run(const struct context *context, const struct command *command)
{
	struct rover_speed speed = {
		.left_um_s = left_mm_s * 1000,
		.right_um_s = right_mm_s * 1000,
	};
	const struct motion_order order = {
		.request = ROVER_IOC_SPEED,
		.argument = &speed,
		.for_ms = for_ms,
		.stop = ROVER_STOP_COAST,
		.applied = speed_applied,
	};

	(void)command;
	return motion_run(context, &order);
}

static void twist_applied(const struct motion_order *order, struct json_object *result)
{
	const struct rover_twist *twist = order->argument;
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "speed_mm_s", output_milli(twist->speed_um_s));
	json_object_object_add(object, "rate_deg_s", output_json_degrees(twist->rate_urad_s));
	json_object_object_add(result, "twist", object);
}

static int twist_run(const struct context *context, const struct command *command)
{
	struct rover_twist twist = {
		.speed_um_s = speed_mm_s * 1000,
		.rate_urad_s = output_urad(rate_mdeg_s),
	};
	const struct motion_order order = {
		.request = ROVER_IOC_TWIST,
		.argument = &twist,
		.for_ms = for_ms,
		.stop = ROVER_STOP_COAST,
		.applied = twist_applied,
	};

	(void)command;
	return motion_run(context, &order);
}

static void move_applied(const struct motion_order *order, struct json_object *result)
{
	const struct rover_path *path = order->argument;

	json_object_object_add(result, "way_mm", output_milli(path->way));
}

static void turn_applied(const struct motion_order *order, struct json_object *result)
{
	const struct rover_path *path = order->argument;

	json_object_object_add(result, "angle_deg", output_json_degrees(path->way));
}

static int path_run(const struct context *context, const struct command *command)
{
	const bool *turns = command->data;
	struct rover_path path = {
		.way = *turns ? output_urad(angle_mdeg) : way_mm * 1000,
		.speed = *turns ? output_urad(limit_mdeg_s) : limit_mm_s * 1000,
		.end = ROVER_STOP_BRAKE,
		.flags = fresh ? ROVER_PATH_FRESH : 0,
	};
	const struct motion_order order = {
		.request = *turns ? ROVER_IOC_TURN : ROVER_IOC_MOVE,
		.argument = &path,
		.ends = true,
		.stop = ROVER_STOP_COAST,
		.applied = *turns ? turn_applied : move_applied,
	};

	return motion_run(context, &order);
}

static void hold_applied(const struct motion_order *order, struct json_object *result)
{
	(void)order;
	(void)result;
}

static int hold_run(const struct context *context, const struct command *command)
{
	struct rover_stop stop = { .mode = ROVER_STOP_HOLD };
	const struct motion_order order = {
		.request = ROVER_IOC_STOP,
		.argument = &stop,
		.for_ms = for_ms,
		.stop = ROVER_STOP_BRAKE,
		.applied = hold_applied,
	};

	(void)command;
	return motion_run(context, &order);
}

static const bool moves = false, turns = true;

#define REGULATE_SPEED(title, where, text)					\
	{ .name = title, .unit = "mm/s", .min = -SPEED_MAX_MM_S,		\
	  .max = SPEED_MAX_MM_S, .number = (where), .help = text }

static const struct argument speed_values[] = {
	REGULATE_SPEED("LEFT", &left_mm_s, "left side, forward positive"),
	REGULATE_SPEED("RIGHT", &right_mm_s, "right side, forward positive"),
	{ 0 }
};

static const struct argument twist_values[] = {
	REGULATE_SPEED("SPEED", &speed_mm_s, "of the middle, forward positive"),
	{ .name = "RATE", .unit = "degrees/s", .min = -RATE_MAX_DEG_S, .max = RATE_MAX_DEG_S,
	  .decimals = true, .number = &rate_mdeg_s, .help = "of the heading, left positive" },
	{ 0 }
};

static const struct argument move_values[] = {
	{ .name = "WAY", .unit = "mm", .min = -WAY_MAX_MM, .max = WAY_MAX_MM,
	  .number = &way_mm, .help = "forward positive" },
	{ 0 }
};

static const struct argument turn_values[] = {
	{ .name = "ANGLE", .unit = "degrees", .min = -ANGLE_MAX_DEG, .max = ANGLE_MAX_DEG,
	  .decimals = true, .number = &angle_mdeg, .help = "left positive" },
	{ 0 }
};

static const struct argument for_options[] = {
	MOTION_OPTION_FOR(&for_ms),
	{ 0 }
};

static const struct argument hold_options[] = {
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1,
	  .max = MOTION_FOR_MAX_MS, .number = &for_ms, .help = "brake after this time" },
	{ 0 }
};

#define PATH_OPTION_FRESH							\
	{ .name = "fresh", .flag = &fresh,					\
	  .help = "begin where the rover stands, not where the last one was to end" }

static const struct argument move_options[] = {
	{ .name = "speed", .placeholder = "MM/S", .unit = "mm/s", .min = 1,
	  .max = SPEED_MAX_MM_S, .number = &limit_mm_s, .help = "not faster than that" },
	PATH_OPTION_FRESH,
	{ 0 }
};

static const struct argument turn_options[] = {
	{ .name = "rate", .placeholder = "DEG/S", .unit = "degrees/s", .min = 1,
	  .max = RATE_MAX_DEG_S, .decimals = true, .number = &limit_mdeg_s,
	  .help = "not faster than that" },
	PATH_OPTION_FRESH,
	{ 0 }
};

#define PATH_HELP								\
	"It stands braked at the end, and this exits 0. Directly after another move or\n" \
	"turn it begins where that one was to end, so that errors do not add up. When\n" \
	"interrupted it stops, coasting, and exits 0; when the rover stops for another\n" \
	"reason, this says which and exits 1. Needs encoders.\n"

static const struct command regulate_commands[] = {
	{
		.name = "speed",
		.summary = "drive each side at a speed: speed LEFT RIGHT [--for MS]",
		.details = "Regulates the speed of each side; needs encoders.\n" MOTION_HELP,
		.values = speed_values,
		.options = for_options,
		.run = speed_run,
	},
	{
		.name = "twist",
		.summary = "drive along a curve: twist SPEED RATE [--for MS]",
		.details = "Drives at a speed while turning at a rate. If that is too fast for a\n"
			   "wheel, both are slowed down, and the curve stays; needs encoders.\n"
			   MOTION_HELP,
		.values = twist_values,
		.options = for_options,
		.run = twist_run,
	},
	{
		.name = "move",
		.summary = "go straight on and stop there: move MM",
		.details = "Goes that far, forward or back, and stops.\n" PATH_HELP,
		.values = move_values,
		.options = move_options,
		.data = &moves,
		.run = path_run,
	},
	{
		.name = "turn",
		.summary = "turn on the spot and stop there: turn DEGREES",
		.details = "Turns by that angle, left or right, and stops.\n" PATH_HELP,
		.values = turn_values,
		.options = turn_options,
		.data = &turns,
		.run = path_run,
	},
	{
		.name = "hold",
		.summary = "stand still against force",
		.details = "Holds the place until interrupted or --for is over; then brakes and\n"
			   "exits 0. Needs encoders.\n",
		.options = hold_options,
		.run = hold_run,
	},
	{ 0 }
};

COMMANDS(regulate_commands);
