// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb range: one sonar measurement
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <stdio.h>

#include "command.h"
#include "names.h"
#include "output.h"

static int range_print(const struct context *context, const struct rover_range *range)
{
	if (context->json)
		output_json(output_range(range));
	else if (range->status == ROVER_RANGE_VALID)
		printf("%ld mm\n", output_mm(range->range_um));
	else
		printf("%s\n", name_range_text(range->status));
	return range->status == ROVER_RANGE_VALID ? EXIT_DONE : EXIT_REFUSED;
}

static int range_run(const struct context *context, const struct command *command)
{
	struct rover_range range = { 0 };
	struct device device;
	struct failure failure;
	bool done;

	(void)command;
	if (!device_open(&device, context->node, O_RDONLY, &failure))
		return output_failure(context, &failure);
	done = device_call(&device, ROVER_IOC_PING, &range, &failure);
	device_close(&device);
	return done ? range_print(context, &range) : output_failure(context, &failure);
}

static const char range_details[] =
	"Pings once, waits for the echo and prints the distance, as in \"1234 mm\".\n"
	"If there is none it says why and exits 1: nothing in range (the sensor works),\n"
	"the sensor is silent, or the measurement is invalid.\n";

static const struct command range_commands[] = {
	{
		.name = "range",
		.summary = "measure the distance ahead with the sonar",
		.details = range_details,
		.run = range_run,
	},
	{ 0 }
};

COMMANDS(range_commands);
