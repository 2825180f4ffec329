/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One virtual board: all of its state. Nothing of the simulator is global, so
 * there can be any number of boards.
 *
 * Locking: board->lock, a raw spinlock taken in hard interrupt context, guards
 * everything but config and the driver-model handles. It nests inside an
 * interrupt descriptor's lock (the irq_chip operations are called with that
 * held) and outside the hrtimer's base lock, so no interrupt is ever handled
 * under it. Take it with sim_clock_enter(), which also brings the world up to
 * now.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_BOARD_H
#define ROVER_SIM_BOARD_H

#include <linux/spinlock.h>

#include "chassis.h"
#include "chatter.h"
#include "clock.h"
#include "config.h"
#include "edgelog.h"
#include "faults.h"
#include "gpio.h"
#include "lines.h"
#include "motors.h"
#include "pwm.h"
#include "sensors.h"
#include "servo.h"
#include "sonar.h"
#include "world.h"

struct sim_board {
	struct device *dev;
	struct sim_config config;
	struct sim_gpio gpio;

	raw_spinlock_t lock;
	/* The instant that everything below describes, CLOCK_MONOTONIC. */
	u64 now_ns;
	struct sim_clock clock;
	struct sim_lines lines;
	struct sim_chatter chatter;
	struct sim_pwm pwm;
	struct sim_motors motors;
	struct sim_chassis chassis;
	struct sim_sonars sonars;
	struct sim_servo servo[SIM_SERVOS];
	struct sim_sensors sensors;
	struct sim_world world;
	struct sim_faults faults;
	u32 seed;			/* of all that happens at random */
	struct sim_edgelog log;
};

#endif
