// SPDX-License-Identifier: GPL-2.0
/*
 * control: the closed loop: wheel speeds, ways, angles and holding, per tick
 *
 * Copyright (C) 2026 The rover authors
 */

#include "rover.h"

void rover_control_speed_locked(struct rover *rover, const s64 speed_um_s[ROVER_SIDES])
{
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		rover->control.goal_um_s[i] = speed_um_s[i];
	rover->control.active = true;
}

void rover_control_goals_locked(struct rover *rover, s64 speed_um_s[ROVER_SIDES])
{
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		speed_um_s[i] = rover->control.goal_um_s[i];
}

void rover_control_path_locked(struct rover *rover, enum rover_motion motion,
			       const struct rover_path *path)
{
	rover->control.active = true;
}

void rover_control_hold_locked(struct rover *rover)
{
	rover->control.active = false;
	rover_motor_stop(&rover->motor, ROVER_STOP_BRAKE);
	rover_motor_queue_sync(&rover->motor);
}

void rover_control_stop_locked(struct rover *rover)
{
	rover->control.active = false;
}

void rover_control_tick_locked(struct rover *rover, ktime_t now)
{
}

/**
 * rover_control_status_locked() - what the loop is doing
 * @rover: the rover
 * @status: filled in
 *
 * Context: any, drive.lock held.
 */
void rover_control_status_locked(struct rover *rover, struct rover_control_status *status)
{
	*status = (struct rover_control_status){
		.motion = rover->drive.motion,
		.motion_id = rover->drive.motion_id,
	};
}
