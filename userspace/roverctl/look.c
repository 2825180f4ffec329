// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb look: turn the head, and wait until it is there
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>

#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "names.h"
#include "output.h"

/* No head turns further than half a turn either way. */
#define LOOK_MAX_DEG	180

/* At the slowest rate that can be set, 0.1 rad/s, a whole turn takes this long. */
#define LOOK_MAX_NS	(63 * NS_PER_S)

#define LOOK_NOT_GIVEN	(LOOK_MAX_DEG * 1000 + 1)

static long pan_mdeg, tilt_mdeg = LOOK_NOT_GIVEN;

/* Told by the rover when it would not. */
static void look_explain(const struct device *device, struct failure *failure)
{
	const struct rover_info *info = &device->info;

	if (failure->error == ERANGE)
		failure_set(failure, ERANGE, NULL,
			    "the head turns from %g to %g degrees sideways and from %g to %g up",
			    output_degrees(info->pan_min_urad), output_degrees(info->pan_max_urad),
			    output_degrees(info->tilt_min_urad),
			    output_degrees(info->tilt_max_urad));
	else if (failure->error == ENODATA)
		failure_set(failure, ENODATA, "see what it has: roverctl status",
			    "this board (%s) has no such servo", info->board);
}

/* Whether all of the axes have come to where they were told to look. */
static bool look_wait(struct device *device, uint32_t axes, struct failure *failure)
{
	int64_t until_ns = clock_now_ns() + LOOK_MAX_NS;
	struct rover_event event;
	bool readable = true;
	int got = 0;

	while (axes && readable && !interrupt_wait_file(until_ns, device->fd, &readable)) {
		while ((got = device_event(device, &event, failure)) > 0) {
			if (event.type == ROVER_EVENT_SERVO && !event.servo.idle)
				axes &= ~event.servo.flags;
			if (event.type == ROVER_EVENT_STATE &&
			    event.state.state == ROVER_STATE_ESTOP) {
				failure_set(failure, ECANCELED, NULL,
					    "the emergency stop has frozen the head");
				return false;
			}
		}
		if (got < 0)
			return false;
	}
	if (axes)
		failure_set(failure, ECANCELED, NULL, "interrupted before the head was there");
	return !axes;
}

static bool look_do(struct device *device, const struct rover_look *look,
		    struct failure *failure)
{
	if (!device_listen(device, 1 << ROVER_EVENT_SERVO | 1 << ROVER_EVENT_STATE, failure))
		return false;
	if (!device_call(device, ROVER_IOC_LOOK, (void *)look, failure)) {
		look_explain(device, failure);
		return false;
	}
	return look_wait(device, look->flags, failure);
}

static void look_report(const struct context *context, const struct rover_look *look)
{
	struct json_object *object;

	if (!context->json)
		return;
	object = output_result(context, true);
	json_object_object_add(object, "pan_deg", output_json_degrees(look->pan_urad));
	if (look->flags & ROVER_LOOK_TILT)
		json_object_object_add(object, "tilt_deg", output_json_degrees(look->tilt_urad));
	output_json(object);
}

static int look_run(const struct context *context, const struct command *command)
{
	struct rover_look look = {
		.pan_urad = (int)output_urad(pan_mdeg),
		.flags = ROVER_LOOK_PAN,
	};
	struct device device;
	struct failure failure;
	bool done;

	(void)command;
	if (tilt_mdeg != LOOK_NOT_GIVEN) {
		look.tilt_urad = (int)output_urad(tilt_mdeg);
		look.flags |= ROVER_LOOK_TILT;
	}
	if (!device_open(&device, context->node, O_RDWR | O_NONBLOCK, &failure))
		return output_failure(context, &failure);
	interrupt_catch();
	done = look_do(&device, &look, &failure);
	device_close(&device);
	if (!done)
		return output_failure(context, &failure);
	look_report(context, &look);
	return EXIT_DONE;
}

static const struct argument look_values[] = {
	{ .name = "PAN", .unit = "degrees", .min = -LOOK_MAX_DEG, .max = LOOK_MAX_DEG,
	  .decimals = true, .number = &pan_mdeg, .help = "left positive" },
	{ .name = "TILT", .unit = "degrees", .min = -LOOK_MAX_DEG, .max = LOOK_MAX_DEG,
	  .decimals = true, .optional = true, .number = &tilt_mdeg,
	  .help = "up positive; as it is if not given" },
	{ 0 }
};

static const struct command look_commands[] = {
	{
		.name = "look",
		.summary = "turn the head: look PAN [TILT]",
		.details = "Turns the head, waits until it is told to look there, and exits 0. It\n"
			   "needs no lease, but does not work while somebody else drives.\n",
		.values = look_values,
		.run = look_run,
	},
	{ 0 }
};

COMMANDS(look_commands);
