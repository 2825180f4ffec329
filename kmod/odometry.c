// SPDX-License-Identifier: GPL-2.0
/*
 * odometry: where the rover is, from the ways of its wheels
 *
 * Copyright (C) 2026 The rover authors
 */

#include "rover.h"

void rover_odometry_pose_locked(struct rover *rover,
				const struct rover_encoder_status wheel[ROVER_SIDES],
				struct rover_odometry_pose *pose)
{
	*pose = (struct rover_odometry_pose){};
}

/**
 * rover_odometry_pose() - where the rover is now
 * @rover: the rover
 * @pose: filled in
 */
void rover_odometry_pose(struct rover *rover, struct rover_odometry_pose *pose)
{
	struct rover_encoder_status wheel[ROVER_SIDES];
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_encoder_status(&rover->encoder, wheel);
	rover_odometry_pose_locked(rover, wheel, pose);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

int rover_odometry_set(struct rover *rover, struct rover_lease *lease,
		       const struct rover_odometry_pose *pose)
{
	return 0;
}

void rover_odometry_tick_locked(struct rover *rover, ktime_t now)
{
}
