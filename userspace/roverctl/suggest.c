// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What somebody may have meant who typed something else
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"

#define WORD_MAX	32

/* More letters wrong than that, and it is another word; or half of a short one. */
#define DIFFERENCE_MAX	2

static char suggestion[96];

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, to drop, to change, or to swap with the next. */
static size_t word_difference(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *two_ago = rows[0], *before = rows[1], *now = rows[2], *spare;
	size_t i, j;

	for (j = 0; j <= strlen(b); j++)
		before[j] = j;
	for (i = 1; a[i - 1]; i++) {
		now[0] = i;
		for (j = 1; b[j - 1]; j++) {
			now[j] = before[j - 1] + (a[i - 1] != b[j - 1]);
			now[j] = smaller(now[j], smaller(before[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = smaller(now[j], two_ago[j - 2] + 1);
		}
		spare = two_ago;
		two_ago = before;
		before = now;
		now = spare;
	}
	return before[strlen(b)];
}

const char *suggest_verb(const char *word)
{
	size_t best = DIFFERENCE_MAX + 1, i;
	const struct command *command;

	suggestion[0] = '\0';
	if (strlen(word) > WORD_MAX)
		return suggestion;
	if (best > strlen(word) / 2 + 1)
		best = strlen(word) / 2 + 1;
	for (i = 0; (command = command_at(i)); i++) {
		size_t difference = word_difference(word, command->name);

		if (strlen(command->name) > WORD_MAX || difference >= best)
			continue;
		best = difference;
		snprintf(suggestion, sizeof(suggestion), "; did you mean '%s'?", command->name);
	}
	return suggestion;
}

/* How many of the argument's unit one of another is. */
static const struct {
	const char *own;
	const char *other;
	double factor;
} units[] = {
	{ "mm", "mm", 1 }, { "mm", "cm", 10 }, { "mm", "m", 1000 },
	{ "mm/s", "mm/s", 1 }, { "mm/s", "cm/s", 10 }, { "mm/s", "m/s", 1000 },
	{ "ms", "ms", 1 }, { "ms", "s", 1000 }, { "ms", "min", 60000 },
	{ "degrees", "deg", 1 }, { "degrees", "degrees", 1 }, { "degrees", "rad", 57.29578 },
	{ "degrees/s", "deg/s", 1 }, { "degrees/s", "degrees/s", 1 },
	{ "degrees/s", "rad/s", 57.29578 },
	{ "permille", "permille", 1 }, { "permille", "%", 10 },
};

const char *suggest_number(const struct argument *argument, const char *text)
{
	char *unit;
	double number = strtod(text, &unit);
	size_t i;

	suggestion[0] = '\0';
	if (unit == text || !argument->unit)
		return suggestion;
	while (*unit == ' ')
		unit++;
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(units[i].own, argument->unit) && !strcmp(units[i].other, unit))
			snprintf(suggestion, sizeof(suggestion),
				 "; in %s that is %.*f, without the unit", argument->unit,
				 argument->decimals ? 3 : 0, number * units[i].factor);
	return suggestion;
}
