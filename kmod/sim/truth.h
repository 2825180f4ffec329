/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ground truth in debugfs: what really happens on the board.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_TRUTH_H
#define ROVER_SIM_TRUTH_H

struct dentry;
struct sim_board;

void sim_truth_debugfs(struct sim_board *board, struct dentry *dir);

#endif
