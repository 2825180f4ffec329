// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verbs obstacles and lines: the sensors that say yes or no
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "command.h"
#include "output.h"

/**
 * struct sensor_pair - what a verb shows
 * @left: ROVER_SENSOR_*
 * @right: likewise
 * @what: for people
 */
struct sensor_pair {
	uint32_t left;
	uint32_t right;
	const char *what;
};

static const struct sensor_pair obstacles = {
	ROVER_SENSOR_OBSTACLE_LEFT, ROVER_SENSOR_OBSTACLE_RIGHT, "obstacle sensors",
};

static const struct sensor_pair lines = {
	ROVER_SENSOR_LINE_LEFT, ROVER_SENSOR_LINE_RIGHT, "line sensors",
};

static void sensor_print(const struct context *context, const struct device *device,
			 const struct sensor_pair *pair, uint32_t active)
{
	const struct {
		const char *name;
		uint32_t bit;
	} sides[] = { { "left", pair->left }, { "right", pair->right } };
	struct json_object *object = context->json ? output_result(context, true) : NULL;
	const char *space = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sides); i++) {
		if (!(device->info.sensors & sides[i].bit))
			continue;
		if (object)
			json_object_object_add(object, sides[i].name,
					       json_object_new_boolean(!!(active & sides[i].bit)));
		else
			printf("%s%s %d", space, sides[i].name, !!(active & sides[i].bit));
		space = " ";
	}
	if (object)
		output_json(object);
	else
		printf("\n");
}

static int sensor_run(const struct context *context, const struct command *command)
{
	const struct sensor_pair *pair = command->data;
	struct rover_snapshot snapshot;
	struct device device;
	struct failure failure;
	bool done;

	if (!device_open(&device, context->node, O_RDONLY, &failure))
		return output_failure(context, &failure);
	done = device_snapshot(&device, &snapshot, &failure);
	if (done && !(device.info.sensors & (pair->left | pair->right))) {
		done = false;
		failure_set(&failure, ENODATA, "see what it has: roverctl status",
			    "this board (%s) has no %s", device.info.board, pair->what);
	}
	if (done)
		sensor_print(context, &device, pair, snapshot.sensors);
	device_close(&device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const struct command sensor_commands[] = {
	{
		.name = "obstacles",
		.summary = "show what the obstacle sensors see",
		.details = "Prints \"left 0 right 1\": 1 where something is near. Exits 1 if\n"
			   "the board has no obstacle sensors.\n",
		.data = &obstacles,
		.run = sensor_run,
	},
	{
		.name = "lines",
		.summary = "show what the line sensors see",
		.details = "Prints \"left 0 right 1\": 1 where a line is below. Exits 1 if the\n"
			   "board has no line sensors.\n",
		.data = &lines,
		.run = sensor_run,
	},
	{ 0 }
};

COMMANDS(sensor_commands);
