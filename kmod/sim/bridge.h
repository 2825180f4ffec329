/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The motor bridges.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_BRIDGE_H
#define ROVER_SIM_BRIDGE_H

#include "config.h"

struct sim_board;

enum sim_bridge {
	SIM_BRIDGE_COAST,
	SIM_BRIDGE_FORWARD,
	SIM_BRIDGE_REVERSE,
	SIM_BRIDGE_BRAKE,
	SIM_BRIDGES
};

void sim_bridge_init(struct sim_board *board);
enum sim_bridge sim_bridge_now(const struct sim_board *board,
			       enum sim_side side);
void sim_bridge_fault_changed(struct sim_board *board);

#endif
