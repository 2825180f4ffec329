/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world around the rover: walls, and stripes on its floor, all straight.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_WORLD_H
#define ROVER_SIM_WORLD_H

#include <linux/types.h>

struct sim_board;

#define SIM_WALLS		64
#define SIM_STRIPES		64
#define SIM_WORLD_MM		100000	/* nothing is further out */
#define SIM_NOTHING_UM		S64_MAX	/* distance to nothing */

struct sim_wall {
	s32 x1_mm, y1_mm, x2_mm, y2_mm;
};

/* Dark, on the floor. */
struct sim_stripe {
	struct sim_wall middle;
	s32 width_mm;
};

struct sim_world {
	struct sim_wall walls[SIM_WALLS];
	unsigned int count;
	struct sim_stripe stripes[SIM_STRIPES];
	unsigned int stripe_count;
};

void sim_world_init(struct sim_world *world);
s64 sim_world_clearance_um(const struct sim_world *world, s64 x_um, s64 y_um);
s64 sim_world_stripe_um(const struct sim_world *world, s64 x_um, s64 y_um);
s64 sim_world_beam_um(const struct sim_world *world, s64 x_um, s64 y_um,
		      s64 heading_prad);

#endif
