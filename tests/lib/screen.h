/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A screen, drawn as an xterm draws it: what a person would see.
 *
 * It knows what curses uses; anything else is counted, so that a test can tell
 * that it understood all there was.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#define SCREEN_ROWS_MAX		60
#define SCREEN_COLUMNS_MAX	220

struct screen {
	int rows;
	int columns;
	int row;
	int column;
	int top;			/* of the region that scrolls */
	int bottom;
	bool is_wrapping;		/* the last column was written */
	bool is_alternate;		/* a program has the whole screen */
	bool is_cursor_hidden;
	bool is_keypad;			/* arrow keys send ESC O A */
	unsigned int unknown;		/* sequences that were not understood */
	char last;			/* for "repeat" */
	char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
	char kept[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];	/* below the alternate one */
	char escape[64];		/* a sequence that has begun */
	size_t escape_length;
};

void screen_init(struct screen *screen, int rows, int columns);
/* Like a window that is pulled larger or smaller; what is lost is lost. */
void screen_resize(struct screen *screen, int rows, int columns);
void screen_write(struct screen *screen, const char *bytes, size_t length);

/* A row without the blanks at its end; valid until the next call. */
const char *screen_row(const struct screen *screen, int row);
/* Which row has that text; -1 if none has. */
int screen_find(const struct screen *screen, const char *text);
/* The whole of it on standard output, as comments of a test. */
void screen_print(const struct screen *screen);

#endif
