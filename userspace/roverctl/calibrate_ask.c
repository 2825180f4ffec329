// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dialogue of calibrate: questions on stderr, answers on stdin
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calibrate.h"
#include "interrupt.h"
#include "numbers.h"

void ask_give_up(struct failure *failure)
{
	failure_set(failure, ECANCELED, NULL,
		    "given up: the rover stands, and nothing was changed");
}

/*
 * One byte after the other: what follows the line is for the next question, or
 * for whoever reads after us.
 */
static bool ask_read(char *line, size_t size)
{
	bool readable = false;
	size_t length = 0;
	char byte;

	for (;;) {
		if (interrupt_wait_file(INT64_MAX, STDIN_FILENO, &readable))
			return false;
		if (!readable)
			continue;
		if (read(STDIN_FILENO, &byte, 1) != 1)
			return false;
		if (byte == '\n')
			break;
		if (length < size - 1)
			line[length++] = byte;
	}
	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	line[length] = '\0';
	return true;
}

bool ask_line(struct failure *failure, char *line, size_t size, const char *text)
{
	fprintf(stderr, "%s: ", text);
	if (ask_read(line, size) && strcmp(line, "q"))
		return true;
	fprintf(stderr, "\n");
	ask_give_up(failure);
	return false;
}

bool ask_enter(struct failure *failure, const char *text, ...)
{
	va_list args;
	char line[64];

	va_start(args, text);
	vfprintf(stderr, text, args);
	va_end(args);
	return ask_line(failure, line, sizeof(line), "\nPress Enter (q gives up)");
}

bool ask_yes(struct failure *failure, bool *yes, const char *text)
{
	char line[64];

	if (!ask_line(failure, line, sizeof(line), text))
		return false;
	*yes = line[0] == 'y' || line[0] == 'Y';
	return true;
}

bool ask_number(struct failure *failure, const char *text, const char *unit, long min, long max,
		long preset, long *milli)
{
	char prompt[256], line[64];

	snprintf(prompt, sizeof(prompt), "%s, in %s [%ld]", text, unit, preset);
	for (;;) {
		if (!ask_line(failure, line, sizeof(line), prompt))
			return false;
		*milli = preset * 1000;
		if (!line[0] || number_parse_milli(line, min, max, milli))
			return true;
		fprintf(stderr, "'%s' will not do: a number from %ld to %ld, in %s but without "
			"the unit\n", line, min, max, unit);
	}
}
