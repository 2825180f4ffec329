/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers as people type them: whole, in range, nothing after them
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_NUMBERS_H
#define ROVER_NUMBERS_H

#include <stdbool.h>

/**
 * number_parse() - read a decimal number strictly
 * @text: the whole of it must be the number: no blanks, no sign "+", no unit
 * @min: smallest value permitted
 * @max: largest
 * @value: the result, untouched on failure
 *
 * Return: true if @text is a number from @min to @max.
 */
bool number_parse(const char *text, long min, long max, long *value);

/**
 * number_parse_milli() - read a decimal number with at most three decimal places
 * @text: likewise; "12", "-0.5"
 * @min: smallest whole number permitted
 * @max: largest
 * @value: the result in thousandths, untouched on failure
 *
 * Return: true if @text is such a number from @min to @max.
 */
bool number_parse_milli(const char *text, long min, long max, long *value);

/* Is this a negative number rather than an option? "-5", also "-5x" or "-.5". */
bool number_looks_negative(const char *text);

#endif
