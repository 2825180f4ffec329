/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal as a full screen, by curses: begun, left and given back
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_TERMINAL_H
#define ROVERCTL_TERMINAL_H

#include <stdbool.h>

#include "device.h"

/* What a full screen needs. */
#define TERMINAL_ROWS		24
#define TERMINAL_COLUMNS	80

/**
 * terminal_check() - whether there is a terminal that can show a full screen
 *
 * Writes nothing to it. Return: false and @failure says what is wrong with it.
 */
bool terminal_check(struct failure *failure);

/* Take the whole screen; terminal_end() gives it back, and may be called twice. */
bool terminal_begin(struct failure *failure);
void terminal_end(void);

/* Give it back, stop this process as ^Z does, and take it again. */
void terminal_suspend(void);

/* The window has another size; returns whether it is large enough. */
bool terminal_resize(void);

#endif
