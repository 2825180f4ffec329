/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Controls in debugfs: the hand that moves the rover.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CONTROLS_H
#define ROVER_SIM_CONTROLS_H

struct dentry;
struct sim_board;

void sim_controls_debugfs(struct sim_board *board, struct dentry *dir);

#endif
