/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The acts of the demonstration, and what each claims
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef DEMO_ACTS_H
#define DEMO_ACTS_H

#include <stdbool.h>

#include "macros.h"
#include "session.h"

/**
 * struct verdict - did an act do what it claims?
 * @passed: by the ground truth
 * @text: what was measured, one sentence
 */
struct verdict {
	bool passed;
	char text[TRACK_LABEL_SIZE];
};

/* Each returns false after a message on stderr if it could not be played. */

/* Drive a square by the encoder counts; it must close. */
bool act_square(struct session *session, struct verdict *verdict);

/* Drive at a wall until the range says stop; it must not touch the wall. */
bool act_wall(struct session *session, struct verdict *verdict);

/* Kill the process that drives with SIGKILL; the rover must stop. */
bool act_kill(struct session *session, struct verdict *verdict);

void __printf(3, 4)
verdict_set(struct verdict *verdict, bool passed, const char *text, ...);

#endif
