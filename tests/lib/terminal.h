/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program on a terminal of its own, as under a person's hands and eyes.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_TERMINAL_H
#define TESTS_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "screen.h"
#include "util.h"

struct pty {
	int fd;			/* the side of the person */
	int slave;		/* kept open, so that its settings can be looked at; -1: not */
	pid_t pid;
	struct termios before;	/* settings of the terminal at first */
	struct screen screen;
};

/* Start a command, up to NULL, on a terminal of that type (TERM) and size. */
void pty_start(struct pty *pty, const char *type, int rows, int columns, const char *command, ...)
	__attribute__((sentinel));
/* Close the window: what runs there gets SIGHUP. */
void pty_close(struct pty *pty);
/* Ends what still runs. */
void pty_end(struct pty *pty);

void pty_resize(struct pty *pty, int rows, int columns);
void pty_type(struct pty *pty, const char *keys);
/* Take in what the program has written until now. */
void pty_read(struct pty *pty);

/* The window shows that text, now. */
bool pty_shows(struct pty *pty, const char *text);
/* The program has ended; its status as wait_for() tells it. */
bool pty_ended(struct pty *pty, int *status);
/* Settings of the terminal are as they were at first. */
bool pty_is_restored(struct pty *pty);

#define PTY_SHOWS(pty, text)	WITHIN(5000, pty_shows(pty, text))

#endif
