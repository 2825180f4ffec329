/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timing: how long handlers take
 *
 * Handlers are timed only while debugfs asks for it; until then, that costs them
 * a jump that is not taken.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_TIMING_H
#define ROVER_TIMING_H

#include <linux/atomic.h>
#include <linux/jump_label.h>
#include <linux/ktime.h>

struct rover;

/**
 * enum rover_timing_what - what is timed
 * @ROVER_TIMING_ENCODER: interrupt of an encoder line
 * @ROVER_TIMING_ECHO: interrupt of a sonar's echo line
 * @ROVER_TIMING_PWM: timer of the software PWM
 * @ROVER_TIMING_TICK: timer of the control tick
 * @ROVER_TIMING_CONTROL: the worker's part of a tick
 * @ROVER_TIMING_SERVO: timer of the servos
 * @ROVER_TIMING_SENSOR: interrupt of an obstacle or line sensor
 */
enum rover_timing_what {
	ROVER_TIMING_ENCODER,
	ROVER_TIMING_ECHO,
	ROVER_TIMING_PWM,
	ROVER_TIMING_TICK,
	ROVER_TIMING_CONTROL,
	ROVER_TIMING_SERVO,
	ROVER_TIMING_SENSOR,
	ROVER_TIMINGS
};

/**
 * struct rover_timing_handler - one of them; several processors may be in it
 * @count: times
 * @total_ns: all of them
 * @max_ns: the longest
 */
struct rover_timing_handler {
	atomic_t count;
	atomic64_t total_ns;
	atomic_t max_ns;
};

/**
 * struct rover_timing - of one rover
 * @handler: by enum rover_timing_what
 */
struct rover_timing {
	struct rover_timing_handler handler[ROVER_TIMINGS];
};

DECLARE_STATIC_KEY_FALSE(rover_timing_key);

void rover_timing_reset(struct rover *rover);
void rover_timing_add(struct rover *rover, enum rover_timing_what what, u64 began_ns);

/* When a handler began; 0 if nobody wants to know. */
static inline u64 rover_timing_begin(void)
{
	return static_branch_unlikely(&rover_timing_key) ? ktime_get_ns() : 0;
}

static inline void rover_timing_end(struct rover *rover, enum rover_timing_what what,
				    u64 began_ns)
{
	if (static_branch_unlikely(&rover_timing_key) && began_ns)
		rover_timing_add(rover, what, began_ns);
}

#endif /* ROVER_TIMING_H */
