/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that hold walls and floor.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_WALLS_H
#define ROVER_SIM_WALLS_H

struct dentry;
struct sim_board;

void sim_walls_debugfs(struct sim_board *board, struct dentry *dir);

#endif
