// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verbs that stop: stop, brake. Anyone who can open the node may
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>

#include "command.h"
#include "output.h"

static const enum rover_stop_mode coast = ROVER_STOP_COAST;
static const enum rover_stop_mode brake = ROVER_STOP_BRAKE;

static int stop_run(const struct context *context, const struct command *command)
{
	const enum rover_stop_mode *mode = command->data;
	struct device device;
	struct failure failure;
	bool done;

	if (!device_open(&device, context->node, O_RDONLY, &failure))
		return output_failure(context, &failure);
	done = device_stop(&device, *mode, &failure);
	device_close(&device);
	if (!done)
		return output_failure(context, &failure);
	if (context->json)
		output_json(output_result(context, true));
	return EXIT_DONE;
}

static const struct command stop_commands[] = {
	{
		.name = "stop",
		.summary = "stop and roll out, whoever drives",
		.details = "Switches both motors off; the rover rolls out. Whoever drives it.\n",
		.data = &coast,
		.run = stop_run,
	},
	{
		.name = "brake",
		.summary = "stop at once, whoever drives",
		.details = "Shorts both motors; the rover stops at once. Whoever drives it.\n",
		.data = &brake,
		.run = stop_run,
	},
	{ 0 }
};

COMMANDS(stop_commands);
