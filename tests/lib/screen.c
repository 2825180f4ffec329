// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A screen, drawn as an xterm draws it: what a person would see.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define ESCAPE	0x1b

static void screen_blank(struct screen *screen, int row, int from, int to)
{
	if (to > from)
		memset(&screen->cells[row][from], ' ', to - from);
}

static void screen_clear(struct screen *screen)
{
	memset(screen->cells, ' ', sizeof(screen->cells));
}

static int screen_within(int value, int max)
{
	return value < 0 ? 0 : value > max ? max : value;
}

static void screen_go(struct screen *screen, int row, int column)
{
	screen->row = screen_within(row, screen->rows - 1);
	screen->column = screen_within(column, screen->columns - 1);
	screen->is_wrapping = false;
}

void screen_init(struct screen *screen, int rows, int columns)
{
	memset(screen, 0, sizeof(*screen));
	screen_clear(screen);
	screen_resize(screen, rows, columns);
}

void screen_resize(struct screen *screen, int rows, int columns)
{
	screen->rows = rows;
	screen->columns = columns;
	screen->top = 0;
	screen->bottom = rows - 1;
	screen_go(screen, screen->row, screen->column);
}

/* Rows from @from to the end of the region move by @count; up if it is positive. */
static void screen_scroll(struct screen *screen, int from, int count)
{
	int rows = screen->bottom + 1 - from, row;
	int moved = screen_within(abs(count), rows);

	for (row = 0; row < rows - moved; row++) {
		int to = count > 0 ? from + row : screen->bottom - row;
		int source = count > 0 ? to + moved : to - moved;

		memcpy(screen->cells[to], screen->cells[source], SCREEN_COLUMNS_MAX);
	}
	for (row = 0; row < moved; row++)
		screen_blank(screen, count > 0 ? screen->bottom - row : from + row, 0,
			     SCREEN_COLUMNS_MAX);
}

static void screen_line_feed(struct screen *screen)
{
	if (screen->row == screen->bottom)
		screen_scroll(screen, screen->top, 1);
	else
		screen_go(screen, screen->row + 1, screen->column);
}

static void screen_put(struct screen *screen, char character)
{
	if (screen->is_wrapping) {
		screen->column = 0;
		screen_line_feed(screen);
	}
	screen->cells[screen->row][screen->column] = character;
	screen->last = character;
	screen->is_wrapping = screen->column == screen->columns - 1;
	if (!screen->is_wrapping)
		screen->column++;
}

/* Characters of a row from the cursor on move to the right, or to the left. */
static void screen_shift(struct screen *screen, int count)
{
	char *cell = &screen->cells[screen->row][screen->column];
	int room = screen->columns - screen->column;
	int moved = screen_within(abs(count), room);

	if (count > 0) {
		memmove(cell + moved, cell, room - moved);
		memset(cell, ' ', moved);
	} else {
		memmove(cell, cell + moved, room - moved);
		memset(cell + room - moved, ' ', moved);
	}
}

static void screen_erase(struct screen *screen, char what, int how)
{
	int row = screen->row, other;

	screen_blank(screen, row, how ? 0 : screen->column,
		     how == 1 ? screen->column + 1 : screen->columns);
	if (what != 'J')
		return;
	for (other = how ? 0 : row + 1; other < (how == 1 ? row : screen->rows); other++)
		screen_blank(screen, other, 0, screen->columns);
}

static void screen_alternate(struct screen *screen, bool is_alternate)
{
	if (screen->is_alternate == is_alternate)
		return;
	screen->is_alternate = is_alternate;
	if (is_alternate) {
		memcpy(screen->kept, screen->cells, sizeof(screen->kept));
		screen_clear(screen);
	} else {
		memcpy(screen->cells, screen->kept, sizeof(screen->kept));
	}
}

/* ESC [ ? number h or l; those that change nothing to be seen are well known, too. */
static void screen_mode(struct screen *screen, const char *numbers, bool on)
{
	switch (atoi(numbers)) {
	case 1:
		screen->is_keypad = on;
		break;
	case 25:
		screen->is_cursor_hidden = !on;
		break;
	case 1049:
		screen_alternate(screen, on);
		break;
	case 7:
	case 12:
	case 1034:
		break;
	default:
		screen->unknown++;
	}
}

/* ESC [ numbers final */
static void screen_control(struct screen *screen, const char *numbers, char final)
{
	const char *semicolon = strchr(numbers, ';');
	int first = atoi(numbers), count = first ? first : 1;

	switch (final) {
	case 'A':
		screen_go(screen, screen->row - count, screen->column);
		break;
	case 'B':
		screen_go(screen, screen->row + count, screen->column);
		break;
	case 'C':
		screen_go(screen, screen->row, screen->column + count);
		break;
	case 'D':
		screen_go(screen, screen->row, screen->column - count);
		break;
	case 'G':
		screen_go(screen, screen->row, count - 1);
		break;
	case 'd':
		screen_go(screen, count - 1, screen->column);
		break;
	case 'H':
		screen_go(screen, count - 1, semicolon ? atoi(semicolon + 1) - 1 : 0);
		break;
	case 'J':
	case 'K':
		screen_erase(screen, final, first);
		break;
	case 'X':
		screen_blank(screen, screen->row, screen->column,
			     screen_within(screen->column + count, screen->columns));
		break;
	case '@':
		screen_shift(screen, count);
		break;
	case 'P':
		screen_shift(screen, -count);
		break;
	case 'L':
		screen_scroll(screen, screen->row, -count);
		break;
	case 'M':
		screen_scroll(screen, screen->row, count);
		break;
	case 'S':
		screen_scroll(screen, screen->top, count);
		break;
	case 'T':
		screen_scroll(screen, screen->top, -count);
		break;
	case 'b':
		while (count--)
			screen_put(screen, screen->last);
		break;
	case 'r':
		screen->top = count - 1;
		screen->bottom = semicolon ? atoi(semicolon + 1) - 1 : screen->rows - 1;
		screen_go(screen, 0, 0);
		break;
	case 'm':	/* attributes are not kept */
	case 't':	/* title of the window */
	case 'l':	/* insert mode off */
		break;
	default:
		screen->unknown++;
	}
}

/* Whether what has come is whole; then it is carried out. */
static bool screen_sequence(struct screen *screen)
{
	char *sequence = screen->escape;
	char final = sequence[screen->escape_length - 1];

	if (screen->escape_length == 1)
		return false;
	switch (sequence[1]) {
	case '[':
		if (screen->escape_length == 2 || final < '@')
			return false;
		sequence[screen->escape_length - 1] = '\0';
		if (sequence[2] == '?')
			screen_mode(screen, sequence + 3, final == 'h');
		else
			screen_control(screen, sequence + 2, final);
		return true;
	case '(':
		return screen->escape_length == 3;
	case 'M':
		if (screen->row == screen->top)
			screen_scroll(screen, screen->top, -1);
		else
			screen_go(screen, screen->row - 1, screen->column);
		return true;
	case '=':
	case '>':
		return true;
	}
	screen->unknown++;
	return true;
}

static void screen_byte(struct screen *screen, char byte)
{
	if (screen->escape_length || byte == ESCAPE) {
		screen->escape[screen->escape_length++] = byte;
		screen->escape[screen->escape_length] = '\0';
		if (screen_sequence(screen) ||
		    screen->escape_length == sizeof(screen->escape) - 1)
			screen->escape_length = 0;
		return;
	}
	switch (byte) {
	case '\r':
		screen_go(screen, screen->row, 0);
		break;
	case '\n':
		screen_line_feed(screen);
		break;
	case '\b':
		screen_go(screen, screen->row, screen->column - 1);
		break;
	case '\t':
		screen_go(screen, screen->row, (screen->column | 7) + 1);
		break;
	case '\a':
		break;
	default:
		if (byte < ' ' || byte > '~')
			screen->unknown++;
		else
			screen_put(screen, byte);
	}
}

void screen_write(struct screen *screen, const char *bytes, size_t length)
{
	while (length--)
		screen_byte(screen, *bytes++);
}

const char *screen_row(const struct screen *screen, int row)
{
	static char text[SCREEN_COLUMNS_MAX + 1];
	int length = screen->columns;

	while (length && screen->cells[row][length - 1] == ' ')
		length--;
	snprintf(text, sizeof(text), "%.*s", length, screen->cells[row]);
	return text;
}

int screen_find(const struct screen *screen, const char *text)
{
	int row;

	for (row = 0; row < screen->rows; row++)
		if (strstr(screen_row(screen, row), text))
			return row;
	return -1;
}

void screen_print(const struct screen *screen)
{
	int row;

	for (row = 0; row < screen->rows; row++)
		printf("# |%s\n", screen_row(screen, row));
}
