/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hwpwm: back end with a PWM provider on IN2 and a GPIO on IN1
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_HWPWM_H
#define ROVER_HWPWM_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "board.h"

struct gpio_desc;
struct pwm_device;
struct rover;

/**
 * enum rover_hwpwm_bridge - what a bridge does now
 * @ROVER_HWPWM_COAST: IN1 low, IN2 low
 * @ROVER_HWPWM_BRAKE: IN1 high, IN2 high
 * @ROVER_HWPWM_FORWARD: IN1 high, IN2 low during the pulse (slow decay)
 * @ROVER_HWPWM_REVERSE: IN1 low, IN2 high during the pulse (fast decay)
 */
enum rover_hwpwm_bridge {
	ROVER_HWPWM_COAST,
	ROVER_HWPWM_BRAKE,
	ROVER_HWPWM_FORWARD,
	ROVER_HWPWM_REVERSE,
};

/**
 * struct rover_hwpwm_step - what a bridge does, and how much
 * @bridge: state of the bridge
 * @high_ns: how long IN2 is high in a period
 */
struct rover_hwpwm_step {
	enum rover_hwpwm_bridge bridge;
	u32 high_ns;
};

/**
 * struct rover_hwpwm - both bridges; motor.mutex
 * @in1: line IN1
 * @pwm: channel on IN2
 * @now: what each does now
 * @heading: a side's last driven direction: -1, 0 (never), 1
 * @rested: when a side was last driven
 * @sequence: &rover_motor_want.sequence that the outputs follow
 */
struct rover_hwpwm {
	struct gpio_desc *in1[ROVER_SIDES];
	struct pwm_device *pwm[ROVER_SIDES];
	struct rover_hwpwm_step now[ROVER_SIDES];
	int heading[ROVER_SIDES];
	ktime_t rested[ROVER_SIDES];
	unsigned int sequence;
};

int rover_hwpwm_init(struct rover *rover);

#endif /* ROVER_HWPWM_H */
