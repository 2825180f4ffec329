// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers as people type them: whole, in range, nothing after them
 *
 * Copyright (C) 2026 The rover authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

bool number_parse_milli(const char *text, long min, long max, long *value)
{
	size_t whole = strcspn(text, "."), places = 0;
	char digits[32];
	long parsed;

	/* The same number, with its point moved by three places. */
	if (text[whole])
		places = strlen(text + whole + 1);
	if (whole + 3 >= sizeof(digits) || places > 3 || (text[whole] && !places) ||
	    !isdigit((unsigned char)text[text[0] == '-']))
		return false;
	snprintf(digits, sizeof(digits), "%.*s%s%.*s", (int)whole, text,
		 text[whole] ? text + whole + 1 : "", (int)(3 - places), "000");
	if (!number_parse(digits, min * 1000, max * 1000, &parsed))
		return false;
	*value = parsed;
	return true;
}

bool number_looks_negative(const char *text)
{
	return text[0] == '-' && (isdigit((unsigned char)text[1]) || text[1] == '.');
}
