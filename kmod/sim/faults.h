/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is broken on a board, and how often.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_FAULTS_H
#define ROVER_SIM_FAULTS_H

#include <linux/prandom.h>
#include <linux/types.h>

struct dentry;
struct sim_board;

struct sim_faults {
	u32 drop_permille;		/* encoder edges that latch nothing */
	u32 miss_permille;		/* slits that the encoder does not see */
	u32 silent_permille;		/* pings without any pulse */
	u32 no_target_permille;		/* pings that hear nothing */
	u32 dead_pwm;			/* mask of channels that stay low */
	u32 slow_pwm_ms;		/* that long each new setting takes */
	bool bridge;			/* the bridges have switched themselves off */
	struct rnd_state random;

	/* Ground truth */
	u64 edges_dropped;
	u64 edges_missed;
};

bool sim_faults_hit(struct sim_board *board, u32 permille);
void sim_faults_seed(struct sim_board *board, u32 seed);
void sim_faults_init(struct sim_board *board);
void sim_faults_reset(struct sim_board *board);
void sim_faults_debugfs(struct sim_board *board, struct dentry *dir);

#endif
