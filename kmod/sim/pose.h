/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the chassis stands in its world, and whether a wall stops it.
 * x forward at the start, y to the left, angles counter-clockwise.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_POSE_H
#define ROVER_SIM_POSE_H

#include <linux/types.h>

struct sim_board;

struct sim_pose {
	s64 x_pm;
	s64 y_pm;
	s64 heading_prad;
	s64 left_am;			/* ways gone since the pose was brought up */
	s64 right_am;
	u64 updated_ns;
	s64 clearance_um;		/* no wall is nearer than this */
	bool touching;
	u64 collisions;
};

/* A place and a direction, at one instant. */
struct sim_place {
	s64 x_um;
	s64 y_um;
	s64 heading_prad;
};

void sim_pose_move(struct sim_board *board, s64 left_am, s64 right_am);
void sim_pose_update(struct sim_board *board);
void sim_pose_look_ahead(const struct sim_board *board, s64 left_am,
			 s64 right_am, struct sim_place *place);
bool sim_pose_blocked(struct sim_board *board, s64 left_am, s64 right_am);
void sim_pose_set(struct sim_board *board, s64 x_um, s64 y_um, s64 heading_urad);
s64 sim_pose_x_um(const struct sim_pose *pose);
s64 sim_pose_y_um(const struct sim_pose *pose);
s64 sim_pose_heading_urad(const struct sim_pose *pose);

#endif
