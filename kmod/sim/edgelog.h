/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A log of the transitions on chosen lines.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_EDGELOG_H
#define ROVER_SIM_EDGELOG_H

#include <linux/types.h>

struct dentry;
struct sim_board;

#define SIM_EDGELOG_SIZE	65536

struct sim_edge {
	u64 t_ns;
	u8 line;
	bool level;
};

struct sim_edgelog {
	struct sim_edge *ring;		/* NULL: off */
	u64 mask;			/* lines to log */
	u64 count;			/* logged since it was switched on */
};

void sim_edgelog_add(struct sim_board *board, unsigned int line, bool level);
void sim_edgelog_free(struct sim_board *board);
void sim_edgelog_debugfs(struct sim_board *board, struct dentry *dir);

#endif
