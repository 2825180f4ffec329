// SPDX-License-Identifier: GPL-2.0
/*
 * timing: how long handlers take
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/limits.h>
#include <linux/minmax.h>

#include "rover.h"

DEFINE_STATIC_KEY_FALSE(rover_timing_key);

/**
 * rover_timing_add() - a handler has ended
 * @rover: the rover
 * @what: which
 * @began_ns: from rover_timing_begin()
 *
 * Context: any.
 */
void rover_timing_add(struct rover *rover, enum rover_timing_what what, u64 began_ns)
{
	struct rover_timing_handler *handler = &rover->timing.handler[what];
	int took_ns = min_t(u64, ktime_get_ns() - began_ns, INT_MAX);
	int max_ns = atomic_read(&handler->max_ns);

	atomic_inc(&handler->count);
	atomic64_add(took_ns, &handler->total_ns);
	while (took_ns > max_ns && !atomic_try_cmpxchg(&handler->max_ns, &max_ns, took_ns))
		;
}

/**
 * rover_timing_reset() - count anew
 * @rover: the rover
 */
void rover_timing_reset(struct rover *rover)
{
	struct rover_timing *timing = &rover->timing;
	int i;

	for (i = 0; i < ROVER_TIMINGS; i++) {
		atomic_set(&timing->handler[i].count, 0);
		atomic64_set(&timing->handler[i].total_ns, 0);
		atomic_set(&timing->handler[i].max_ns, 0);
	}
}
