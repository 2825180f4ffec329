/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One motion from start to end: lease, command, feeding, stop
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_MOTION_H
#define ROVERCTL_MOTION_H

#include <json-c/json.h>

#include <linux/rover.h>

#include "command.h"
#include "device.h"

/* An hour: whoever wants more wants no end at all. */
#define MOTION_FOR_MAX_MS	3600000

/* The option --for, which all motions have that do not end by themselves. */
#define MOTION_OPTION_FOR(where)						\
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1,		\
	  .max = MOTION_FOR_MAX_MS, .number = (where),				\
	  .help = "stop, coasting, after this time" }

/* What ends every such motion, for the help of its verb. */
#define MOTION_HELP								\
	"Without --for it drives until interrupted (Ctrl-C, SIGTERM, SIGHUP), stops\n" \
	"the rover, coasting, and exits 0. While it drives nobody else can. When the\n" \
	"rover stops for another reason, this says which and exits 1.\n"

/**
 * struct motion_order - a motion, as a verb wants it
 * @request: the call that begins it
 * @argument: of the call; returns what is applied
 * @for_ms: how long, 0 = until it ends or is interrupted
 * @ends: it ends by itself: MOVE and TURN
 * @stop: how the rover is stopped when the time is up or somebody interrupts
 * @stops: the command is itself a stop, and done at once
 * @nothing: tells whether what is applied moves nothing; may be NULL
 * @applied: adds what is applied to the result
 */
struct motion_order {
	unsigned long request;
	void *argument;
	long for_ms;
	bool ends;
	enum rover_stop_mode stop;
	bool stops;
	bool (*nothing)(const struct motion_order *order);
	void (*applied)(const struct motion_order *order, struct json_object *result);
};

/**
 * motion_run() - drive until it is done, the time is up or somebody has enough
 * @context: of the verb
 * @order: what
 *
 * Return: exit status.
 */
int motion_run(const struct context *context, const struct motion_order *order);

/**
 * motion_explain_stop() - a motion is over, and not by our doing: say why
 * @device: of whoever drove
 * @done: what the rover told of its end, or NULL
 * @failure: filled in
 */
void motion_explain_stop(struct device *device, const struct rover_event_done *done,
			 struct failure *failure);

#endif
