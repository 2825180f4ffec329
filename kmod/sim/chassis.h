/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The chassis: two bridges, two wheels, and the plan by which they move.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CHASSIS_H
#define ROVER_SIM_CHASSIS_H

#include <linux/types.h>

#include "config.h"
#include "pose.h"
#include "wheel.h"

struct sim_board;

struct sim_chassis {
	struct sim_wheel wheel[SIM_SIDES];
	struct sim_pose pose;
	u64 encoder_lines;
	u64 plan_ns;			/* the plan holds from here ... */
	u64 span_ns;			/* ... for so long; SIM_NEVER: at rest */
	u64 next_ns;			/* first edge or end of the plan */
	u64 stale_ns;			/* plan anew then; SIM_NEVER: no need */
	u64 plans;			/* how many there were: the cost */
};

void sim_chassis_init(struct sim_board *board);
void sim_chassis_bridge_changed(struct sim_board *board);
u64 sim_chassis_next(const struct sim_board *board);
u64 sim_chassis_wake(const struct sim_board *board);
void sim_chassis_run(struct sim_board *board);
void sim_chassis_bring_up(struct sim_board *board);
void sim_chassis_force(struct sim_board *board, enum sim_side side, bool forced,
		       s64 speed_um_s);
void sim_chassis_world_changed(struct sim_board *board);
void sim_chassis_reset_counts(struct sim_board *board);
bool sim_chassis_stands(const struct sim_board *board);
void sim_chassis_place(const struct sim_board *board, struct sim_place *place);
bool sim_chassis_on_blocks(const struct sim_board *board);

#endif
