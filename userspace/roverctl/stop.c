// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verbs that stop, stop, brake, estop: anyone who can open the node may; and
 * clear, which ends the emergency stop
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>

#include "command.h"
#include "output.h"

/**
 * struct stop_call - what a verb does
 * @request: the call
 * @mode: of STOP
 * @flags: to open the node with
 */
struct stop_call {
	unsigned long request;
	enum rover_stop_mode mode;
	int flags;
};

static const struct stop_call coast = { ROVER_IOC_STOP, ROVER_STOP_COAST, O_RDONLY };
static const struct stop_call brake = { ROVER_IOC_STOP, ROVER_STOP_BRAKE, O_RDONLY };
static const struct stop_call estop = { ROVER_IOC_ESTOP, 0, O_RDONLY };
static const struct stop_call clear = { ROVER_IOC_CLEAR, 0, O_RDWR };

static int stop_run(const struct context *context, const struct command *command)
{
	const struct stop_call *call = command->data;
	struct rover_stop stop = { .mode = call->mode };
	struct device device;
	struct failure failure;
	bool done;

	if (!device_open(&device, context->node, call->flags, &failure))
		return output_failure(context, &failure);
	done = device_call(&device, call->request,
			   call->request == ROVER_IOC_STOP ? &stop : NULL, &failure);
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
	{
		.name = "estop",
		.summary = "emergency stop: nothing moves until clear",
		.details = "Brakes, takes the lease from whoever drives, and refuses every motion\n"
			   "until somebody says clear.\n",
		.data = &estop,
		.run = stop_run,
	},
	{
		.name = "clear",
		.summary = "end the emergency stop; starts nothing",
		.details = "Ends the emergency stop. Nothing starts again by itself.\n",
		.data = &clear,
		.run = stop_run,
	},
	{ 0 }
};

COMMANDS(stop_commands);
