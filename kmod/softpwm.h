/* SPDX-License-Identifier: GPL-2.0 */
/*
 * softpwm: back end that switches the bridges' lines from one hard timer
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SOFTPWM_H
#define ROVER_SOFTPWM_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "board.h"

struct rover;
struct rover_motor_ops;

#define ROVER_SOFTPWM_MIN_PULSE_NS	5000

/**
 * enum rover_softpwm_phase - what the timer is for
 * @ROVER_SOFTPWM_REST: nothing, the outputs stay as they are
 * @ROVER_SOFTPWM_WAIT: the next duties begin when it fires
 * @ROVER_SOFTPWM_CYCLE: pulses
 */
enum rover_softpwm_phase {
	ROVER_SOFTPWM_REST,
	ROVER_SOFTPWM_WAIT,
	ROVER_SOFTPWM_CYCLE,
};

/**
 * struct rover_softpwm_side - one bridge's pulses
 * @changed: when its lines last changed
 * @on: inputs that are high during the pulse; without pulses, all the time
 * @gap: inputs that are high after it
 * @on_ns: length of the pulse; 0 and the whole period make no pulses
 * @off_at: when the running pulse ends
 */
struct rover_softpwm_side {
	ktime_t changed;
	unsigned int on;
	unsigned int gap;
	u32 on_ns;
	ktime_t off_at;
};

/**
 * struct rover_softpwm - both bridges; motor.lock
 * @side: their pulses
 * @slow_decay: they brake between pulses
 * @phase: what the timer is for
 * @period_end: when the running period ends
 * @pending: &rover_motor.want has not begun yet
 */
struct rover_softpwm {
	struct rover_softpwm_side side[ROVER_SIDES];
	bool slow_decay;
	enum rover_softpwm_phase phase;
	ktime_t period_end;
	bool pending;
};

int rover_softpwm_init(struct rover *rover);

#endif /* ROVER_SOFTPWM_H */
