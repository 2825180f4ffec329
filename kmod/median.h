/* SPDX-License-Identifier: GPL-2.0 */
/*
 * median: pure integer function: the middle one of a few values
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_MEDIAN_H
#define ROVER_MEDIAN_H

#include <linux/types.h>

/* Most values that a median is made of. */
#define ROVER_MEDIAN_MAX	9

s64 rover_median(const s64 *values, unsigned int count, unsigned int *used);

#endif /* ROVER_MEDIAN_H */
