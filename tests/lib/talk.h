/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that asks: through pipes, question by question.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util.h"

#define TALK_SIZE	16384

struct talk {
	pid_t pid;
	int to;			/* its standard input; -1: closed */
	int from[2];		/* its output and its errors */
	char said[2][TALK_SIZE];
	size_t length[2];
	size_t heard;		/* of its errors: what was expected so far */
};

void talk_start(struct talk *talk, const char *command, ...) __attribute__((sentinel));
/* Ends what still runs. */
void talk_end(struct talk *talk);

/* Answers with a line. */
void __printf(2, 3) talk_say(struct talk *talk, const char *text, ...);
/* No more answers will come. */
void talk_hang_up(struct talk *talk);

/* Reads on until it says that on its errors, after what was expected before. */
bool talk_hears(struct talk *talk, unsigned int ms, const char *text);
/* What it said on its output, until it ended; its status as wait_for() tells it. */
const char *talk_result(struct talk *talk, int *status);

#endif
