/* SPDX-License-Identifier: GPL-2.0 */
/*
 * digital: obstacle and line sensors: one line each, one bit each
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_DIGITAL_H
#define ROVER_DIGITAL_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct gpio_desc;
struct rover;

#define ROVER_DIGITAL_INPUTS	4

/**
 * struct rover_digital_input - one sensor, and the argument of its interrupt
 * @rover: the rover
 * @line: NULL if the board lacks it
 * @bit: ROVER_SENSOR_*
 * @timer: hard; runs while a change waits to be told
 * @changed: last edge of the line
 * @glitches: changes that did not last
 */
struct rover_digital_input {
	struct rover *rover;
	struct gpio_desc *line;
	u32 bit;
	struct hrtimer timer;
	ktime_t changed;
	u32 glitches;
};

/**
 * struct rover_digital - the sensors
 * @lock: protects everything here; taken in hard IRQ
 * @input: the sensors, by the number of their bit
 * @raw: ROVER_SENSOR_* that are active, as the lines were seen last
 * @told: ROVER_SENSOR_* that are active, after debounce
 */
struct rover_digital {
	raw_spinlock_t lock;
	struct rover_digital_input input[ROVER_DIGITAL_INPUTS];
	u32 raw;
	u32 told;
};

int rover_digital_init(struct rover *rover);

/* Active sensors after debounce; any context. */
u32 rover_digital_sensors(struct rover *rover);
/* Obstacle sensors that are active, debounced or not: what a guard goes by; any context. */
u32 rover_digital_obstacles(struct rover *rover);
/* Changes of one sensor that did not last; any context. */
u32 rover_digital_glitches(struct rover *rover, unsigned int input);
void rover_digital_reset_glitches(struct rover *rover);

#endif /* ROVER_DIGITAL_H */
