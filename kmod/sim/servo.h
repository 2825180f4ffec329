/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The servos of the head: measure the pulses that they get, and turn.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_SERVO_H
#define ROVER_SIM_SERVO_H

#include <linux/types.h>

#include "config.h"

struct sim_board;

struct sim_servo {
	s64 from_mdeg;			/* where it was ... */
	u64 from_ns;			/* ... at this time, on its way ... */
	s64 target_mdeg;		/* ... to there */

	/* Ground truth */
	u64 rise_ns;			/* of the last pulse that began */
	u64 start_ns;			/* of the last pulse that ended */
	u64 pulse_ns;			/* its width */
	u64 period_ns;			/* from the start of the one before */
	u64 pulses;			/* ended */
	u64 strange;			/* of these, no width for a servo */
};

void sim_servo_init(struct sim_board *board);
void sim_servo_edge(struct sim_board *board, unsigned int line, bool high);
s64 sim_servo_mdeg(const struct sim_board *board, enum sim_axis axis);
void sim_servo_reset(struct sim_board *board);

#endif
