/* SPDX-License-Identifier: GPL-2.0 */
/*
 * status: what a rover does, for readers who hold drive.lock
 *
 * Inline, for the snapshot is made of them: what a reader does not look at is then not
 * read, and what it passes on is not copied twice.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_STATUS_H
#define ROVER_STATUS_H

#include <linux/lockdep.h>
#include <linux/pid.h>

#include "rover.h"

/**
 * rover_drive_status_locked() - a coherent copy
 * @rover: the rover
 * @mine: lease to compare with, or NULL
 * @status: filled in
 *
 * Context: any, drive.lock held.
 */
static inline void rover_drive_status_locked(struct rover *rover, const struct rover_lease *mine,
					     struct rover_drive_status *status)
{
	const struct rover_drive *drive = &rover->drive;
	const struct rover_lease *holder = drive->holder;
	int i;

	lockdep_assert_held(&drive->lock);
	status->state = drive->state;
	status->reason = drive->reason;
	status->stop_time = drive->stop_time;
	status->stop_mode = drive->stop_mode;
	status->waiting = drive->waiting;
	status->leased = holder;
	status->anonymous = holder == &drive->anonymous;
	status->mine = holder && holder == mine;
	status->deadman_ms = rover_lease_deadman_ms(rover);
	status->pid = holder && !status->anonymous ? pid_vnr(holder->pid) : 0;
	for (i = 0; i < ROVER_SIDES; i++)
		status->duty_permille[i] = rover->motor.want.duty_permille[i];
}

/**
 * rover_control_status_locked() - what the loop is doing
 * @rover: the rover
 * @status: filled in
 *
 * Context: any, drive.lock held.
 */
static inline void rover_control_status_locked(struct rover *rover,
					       struct rover_control_status *status)
{
	const struct rover_control *control = &rover->control;
	int i;

	lockdep_assert_held(&rover->drive.lock);
	status->motion = rover->drive.motion;
	status->motion_id = rover->drive.motion_id;
	status->remaining = control->path.remaining;
	status->saturated = control->saturated;
	for (i = 0; i < ROVER_SIDES; i++)
		status->target_um_s[i] = control->wheel[i].target_um_s;
}

#endif /* ROVER_STATUS_H */
