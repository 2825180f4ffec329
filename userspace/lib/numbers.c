// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers as people type them: whole, in range, nothing after them
 *
 * Copyright (C) 2026 The rover authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "numbers.h"

bool number_parse(const char *text, long min, long max, long *value)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	char *end;
	long parsed;

	/* strtol() would also take blanks and "+" in front. */
	if (!isdigit((unsigned char)digits[0]))
		return false;

	errno = 0;
	parsed = strtol(text, &end, 10);
	if (errno || *end || parsed < min || parsed > max)
		return false;

	*value = parsed;
	return true;
}

bool number_looks_negative(const char *text)
{
	return text[0] == '-' && (isdigit((unsigned char)text[1]) || text[1] == '.');
}
