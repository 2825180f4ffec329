/* SPDX-License-Identifier: GPL-2.0 */
/*
 * odometry: where the rover is, from the ways of its wheels
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_ODOMETRY_H
#define ROVER_ODOMETRY_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "board.h"

struct rover;
struct rover_encoder_status;
struct rover_lease;

/**
 * struct rover_odometry_pose - where the rover is
 * @x_um: ahead of where it began
 * @y_um: to the left of it
 * @heading_urad: counter-clockwise, not wrapped
 * @distance_um: way of the middle of the axle, both directions add up
 */
struct rover_odometry_pose {
	s64 x_um;
	s64 y_um;
	s64 heading_urad;
	s64 distance_um;
};

/**
 * struct rover_odometry - the pose as of the last tick; drive.lock
 * @x_nm: place
 * @y_nm: likewise
 * @distance_nm: way
 * @position_um: of the wheels then
 * @heading_urad: heading of equal wheel positions
 */
struct rover_odometry {
	s64 x_nm;
	s64 y_nm;
	s64 distance_nm;
	s64 position_um[ROVER_SIDES];
	s64 heading_urad;
};

void rover_odometry_pose(struct rover *rover, struct rover_odometry_pose *pose);
int rover_odometry_set(struct rover *rover, struct rover_lease *lease,
		       const struct rover_odometry_pose *pose);

/* With drive.lock held, any context; @wheel as read just now. */
void rover_odometry_pose_locked(struct rover *rover,
				const struct rover_encoder_status wheel[ROVER_SIDES],
				struct rover_odometry_pose *pose);
void rover_odometry_tick_locked(struct rover *rover, ktime_t now);

#endif /* ROVER_ODOMETRY_H */
