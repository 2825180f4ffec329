/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time as the driver counts it: nanoseconds of CLOCK_MONOTONIC
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CLOCK_H
#define ROVER_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US	INT64_C(1000)
#define NS_PER_MS	INT64_C(1000000)
#define NS_PER_S	INT64_C(1000000000)

static inline int64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

#endif
