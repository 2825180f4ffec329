/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hwpwm: back end with a PWM provider on one input of each bridge
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_HWPWM_H
#define ROVER_HWPWM_H

#include <linux/pwm.h>
#include <linux/types.h>

#include "board.h"
#include "bridge.h"

struct rover;

/**
 * struct rover_hwpwm_step - what a bridge does, and how much
 * @state: state of the bridge
 * @high_ns: how long its channel is high in a period
 */
struct rover_hwpwm_step {
	enum rover_bridge_state state;
	u32 high_ns;
};

/**
 * struct rover_hwpwm - both bridges; motor.mutex
 * @pwm: channel on IN2 or EN
 * @state: what it is set to
 * @now: what each does now
 * @sequence: &rover_motor_want.sequence that the outputs follow
 */
struct rover_hwpwm {
	struct pwm_device *pwm[ROVER_SIDES];
	struct pwm_state state[ROVER_SIDES];
	struct rover_hwpwm_step now[ROVER_SIDES];
	unsigned int sequence;
};

int rover_hwpwm_init(struct rover *rover);

#endif /* ROVER_HWPWM_H */
