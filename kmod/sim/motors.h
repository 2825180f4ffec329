/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What makes real motors differ from each other and from one minute to the
 * next: gain, friction, load, and the battery behind them.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_MOTORS_H
#define ROVER_SIM_MOTORS_H

#include <linux/types.h>

#include "config.h"

struct dentry;
struct sim_board;

struct sim_motors {
	struct sim_motors_set set;	/* as described, or as written */

	/* Drawn from it, within the spread, by the seed */
	u32 gain_ppm[SIM_SIDES];	/* of full speed, load included */
	u32 dead_zone_permille[SIM_SIDES];
	u32 sag_permille;
	u32 discharge_permille_min;

	/* The battery */
	u64 charge_ppb;			/* voltage without load, 10^9 is full */
	u32 load_permille;		/* 1000: both motors stalled */
	u32 volts_ppm;			/* voltage under load, 10^6 is full */
};

void sim_motors_reset(struct sim_board *board);
void sim_motors_draw(struct sim_board *board);
void sim_motors_update(struct sim_board *board, u64 passed_ns);
s64 sim_motors_full_nm_s(const struct sim_board *board, enum sim_side side);
void sim_motors_debugfs(struct sim_board *board, struct dentry *dir);

#endif
