/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One motion from start to end: lease, command, feeding, stop
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_MOTION_H
#define ROVERCTL_MOTION_H

#include "command.h"

/* An hour: whoever wants more wants no end at all. */
#define MOTION_FOR_MAX_MS	3600000

/* The option --for, which all motions have. */
#define MOTION_OPTION_FOR(where)						\
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1,		\
	  .max = MOTION_FOR_MAX_MS, .number = (where),				\
	  .help = "stop, coasting, after this time" }

/* What ends every motion, for the help of its verb. */
#define MOTION_HELP								\
	"Without --for it drives until interrupted (Ctrl-C, SIGTERM, SIGHUP), stops\n" \
	"the rover, coasting, and exits 0. While it drives nobody else can. When the\n" \
	"rover stops for another reason, this says which and exits 1.\n"

/**
 * motion_run() - drive open loop until the time is up or somebody has enough
 * @context: of the verb
 * @left_permille: duty
 * @right_permille: likewise
 * @for_ms: how long, 0 = until interrupted
 *
 * Return: exit status.
 */
int motion_run(const struct context *context, long left_permille, long right_permille,
	       long for_ms);

#endif
