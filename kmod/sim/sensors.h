/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Infrared sensors: two for obstacles ahead, two for stripes on the floor.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_SENSORS_H
#define ROVER_SIM_SENSORS_H

#include <linux/types.h>

#include "config.h"

struct dentry;
struct sim_board;

enum sim_sensor {
	SIM_OBSTACLE_LEFT,
	SIM_OBSTACLE_RIGHT,
	SIM_LINE_LEFT,
	SIM_LINE_RIGHT,
	SIM_SENSORS
};

/* As an index of words in the file. */
enum sim_sensor_force {
	SIM_SENSOR_AUTO,
	SIM_SENSOR_OFF,
	SIM_SENSOR_ON
};

struct sim_sensors {
	u64 lines;			/* all of them */
	u64 next_ns;			/* look again then, SIM_NEVER: at rest */
	bool sees[SIM_SENSORS];		/* when they last looked */
	enum sim_sensor_force force[SIM_SENSORS];
	u64 looks;			/* how often they did: the cost */
};

extern const char * const sim_sensor_names[SIM_SENSORS];

void sim_sensors_init(struct sim_board *board);
void sim_sensors_look(struct sim_board *board);
void sim_sensors_moving(struct sim_board *board);
u64 sim_sensors_next(const struct sim_board *board);
u64 sim_sensors_wake(const struct sim_board *board);
void sim_sensors_run(struct sim_board *board);
void sim_sensors_reset(struct sim_board *board);
void sim_sensors_debugfs(struct sim_board *board, struct dentry *dir);

#endif
