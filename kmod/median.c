// SPDX-License-Identifier: GPL-2.0
/*
 * median: pure integer function: the middle one of a few values
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/kernel.h>

#include "median.h"

/**
 * rover_median() - the middle one of a few values
 * @values: negative ones do not count
 * @count: how many, at most %ROVER_MEDIAN_MAX
 * @used: returns how many counted
 *
 * Of an even number, the smaller of the two in the middle: for a distance, the
 * one that is on the safe side.
 *
 * Context: any.
 * Return: the median; -1 if none counted.
 */
s64 rover_median(const s64 *values, unsigned int count, unsigned int *used)
{
	s64 sorted[ROVER_MEDIAN_MAX];
	unsigned int i, at, length = 0;

	for (i = 0; i < min_t(unsigned int, count, ROVER_MEDIAN_MAX); i++) {
		if (values[i] < 0)
			continue;
		for (at = length++; at && sorted[at - 1] > values[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = values[i];
	}
	*used = length;
	return length ? sorted[(length - 1) / 2] : -1;
}
