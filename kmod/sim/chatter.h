/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Contacts that bounce: extra edges after each edge that a sensor makes.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CHATTER_H
#define ROVER_SIM_CHATTER_H

#include <linux/prandom.h>
#include <linux/types.h>

#include "config.h"

struct sim_board;

#define SIM_CHATTER_BOUNCES_MAX	50
#define SIM_CHATTER_US_MAX	100000

/* Which sensors' lines bounce alike. */
enum sim_chatter_kind {
	SIM_CHATTER_ENCODERS,
	SIM_CHATTER_SENSORS,
	SIM_CHATTER_KINDS
};

struct sim_chatter_habit {
	u64 lines;
	u32 bounces;			/* pairs of extra edges; 0: none */
	u32 within_us;
};

struct sim_chatter_line {
	u32 left;			/* edges still to come */
	u64 next_ns;			/* the next of them */
	u64 end_ns;			/* the last is not after this */
};

struct sim_chatter {
	struct sim_chatter_habit habit[SIM_CHATTER_KINDS];
	struct sim_chatter_line line[SIM_LINES];
	u64 busy;			/* lines with edges to come */
	u64 next_ns;			/* the first of all, or SIM_NEVER */
	u64 edges;			/* extra ones made */
	struct rnd_state random;
};

void sim_chatter_init(struct sim_board *board);
void sim_chatter_begin(struct sim_board *board, unsigned int line);
u64 sim_chatter_next(const struct sim_board *board);
u64 sim_chatter_wake(const struct sim_board *board);
void sim_chatter_run(struct sim_board *board);
void sim_chatter_reset(struct sim_board *board);
void sim_chatter_seed(struct sim_board *board, u32 seed);

#endif
