// SPDX-License-Identifier: GPL-2.0
/*
 * Servos. A pulse says where to go; the servo goes there at its own pace, and
 * stays where it is without pulses.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "board.h"

/* 60 degrees in 100 ms, as small servos have it at 4.8 V. */
#define SERVO_MDEG_PER_MS	600

/* It turns so far to either side, and heeds pulses of such widths. */
#define SERVO_STOP_MDEG		90000LL
#define SERVO_PULSE_MIN_NS	(300 * NSEC_PER_USEC)
#define SERVO_PULSE_MAX_NS	(3000 * NSEC_PER_USEC)

/**
 * sim_servo_mdeg() - where a servo stands now
 * @board: the board
 * @axis: which servo
 */
s64 sim_servo_mdeg(const struct sim_board *board, enum sim_axis axis)
{
	const struct sim_servo *servo = &board->servo[axis];
	s64 way = servo->target_mdeg - servo->from_mdeg;
	u64 gone = div_u64(min_t(u64, board->now_ns - servo->from_ns,
				 NSEC_PER_SEC) * SERVO_MDEG_PER_MS,
			   NSEC_PER_MSEC);

	if (gone >= abs(way))
		return servo->target_mdeg;
	return servo->from_mdeg + (way < 0 ? -(s64)gone : (s64)gone);
}

static s64 servo_target_mdeg(const u32 us[2], u64 pulse_ns)
{
	s64 from_ns = us[0] * NSEC_PER_USEC;
	s64 span_ns = us[1] * NSEC_PER_USEC - from_ns;
	s64 mdeg;

	mdeg = div64_s64(((s64)pulse_ns - from_ns) * 2 * SERVO_STOP_MDEG,
			 span_ns) - SERVO_STOP_MDEG;
	return clamp(mdeg, -SERVO_STOP_MDEG, SERVO_STOP_MDEG);
}

static void servo_pulse(struct sim_board *board, enum sim_axis axis)
{
	struct sim_servo *servo = &board->servo[axis];

	servo->pulse_ns = board->now_ns - servo->rise_ns;
	servo->period_ns = servo->pulses ? servo->rise_ns - servo->start_ns : 0;
	servo->start_ns = servo->rise_ns;
	servo->pulses++;
	if (servo->pulse_ns < SERVO_PULSE_MIN_NS ||
	    servo->pulse_ns > SERVO_PULSE_MAX_NS) {
		servo->strange++;
		return;
	}
	servo->from_mdeg = sim_servo_mdeg(board, axis);
	servo->from_ns = board->now_ns;
	servo->target_mdeg = servo_target_mdeg(board->config.servo_us[axis],
					       servo->pulse_ns);
}

/* The input of a servo saw an edge. */
void sim_servo_edge(struct sim_board *board, unsigned int line, bool high)
{
	enum sim_axis axis = board->config.servo[SIM_PAN] == line ? SIM_PAN :
								    SIM_TILT;
	struct sim_servo *servo = &board->servo[axis];

	if (high)
		servo->rise_ns = board->now_ns;
	else if (servo->rise_ns)
		servo_pulse(board, axis);
}

/* By hand to the middle; nothing was counted. */
void sim_servo_reset(struct sim_board *board)
{
	memset(board->servo, 0, sizeof(board->servo));
}

void sim_servo_init(struct sim_board *board)
{
	unsigned int i;

	for (i = 0; i < SIM_SERVOS; i++)
		sim_lines_set_role(board, board->config.servo[i],
				   SIM_ROLE_SERVO);
}
