// SPDX-License-Identifier: GPL-2.0
/*
 * drive: the gate: who drives, and what the rover is doing
 *
 * Commands are in motion.c, their ends in stop.c.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/pid.h>

#include "rover.h"
#include "status.h"
#include "trace.h"

/**
 * rover_drive_admit_locked() - may the caller command a motion
 * @rover: the rover
 * @lease: the caller's
 *
 * Context: process, drive.lock held.
 * Return: 0; -ENODEV, -ESHUTDOWN the emergency stop is latched, -ECANCELED the
 * lease was taken away, -EBUSY somebody else drives, -EIO a bridge has failed.
 */
int rover_drive_admit_locked(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;
	int err;

	lockdep_assert_held(&drive->lock);
	if (!drive->closed && drive->state == ROVER_STATE_ESTOP)
		return -ESHUTDOWN;
	err = rover_lease_check(rover, lease);
	if (!err && rover_fault_active(rover))
		err = -EIO;
	return err;
}

/**
 * rover_drive_begin_locked() - a command was accepted: a new motion
 * @rover: the rover
 * @lease: the caller's, which drives from now on
 * @motion: kind of the motion
 *
 * What has run until now is replaced.
 *
 * Context: process, drive.lock held.
 */
void rover_drive_begin_locked(struct rover *rover, struct rover_lease *lease,
			      enum rover_motion motion)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	rover_drive_replace_locked(rover);
	if (drive->holder != lease)
		rover_lease_grant(rover, lease);
	drive->fed = ktime_get();
	drive->motion = motion;
	drive->motion_id++;
	drive->reason = ROVER_REASON_NONE;
	drive->forward = false;
	drive->waiting = false;
	drive->timed = false;
	drive->told = true;
	rover_worker_start_ticks(rover);
}

/**
 * rover_drive_feed() - keep a running motion alive, and nothing else
 * @rover: the rover
 * @lease: the caller's
 *
 * Return: 0; -ECANCELED no motion of the caller's is running, -EBUSY somebody
 * else drives, -ENODEV.
 */
int rover_drive_feed(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&drive->lock, flags);
	err = rover_lease_check(rover, lease);
	if (!err && (drive->holder != lease || !rover_drive_is_running(drive->state)))
		err = -ECANCELED;
	if (!err)
		drive->fed = ktime_get();
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

/* Hold needs the lease, or takes it; the other stops are anyone's. */
static int drive_hold(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	int err;

	if (!rover->board.encoder_lines)
		return -ENODATA;
	raw_spin_lock_irqsave(&drive->lock, flags);
	err = rover_drive_admit_locked(rover, lease);
	if (!err) {
		rover_drive_begin_locked(rover, lease, ROVER_MOTION_HOLD);
		rover_control_hold_locked(rover);
		rover_drive_set_state_locked(rover, ROVER_STATE_HOLDING);
		rover_guard_begin_locked(rover);
	}
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

/**
 * rover_drive_stop() - stop; anyone may
 * @rover: the rover
 * @lease: the caller's; NULL if it has none and does not want to hold
 * @mode: coast, brake, or hold, which needs the lease or takes it
 *
 * Return: 0; -EINVAL unknown mode, -ENODEV, or the PWM provider's error. Hold
 * also: -ENODATA no encoders, -EBUSY somebody else drives, -ECANCELED the lease
 * was taken away, -ESHUTDOWN the emergency stop is latched.
 */
int rover_drive_stop(struct rover *rover, struct rover_lease *lease, enum rover_stop_mode mode)
{
	ktime_t now = ktime_get();
	int err = 0;

	if (mode > ROVER_STOP_HOLD || (mode == ROVER_STOP_HOLD && !lease))
		return -EINVAL;
	if (READ_ONCE(rover->drive.closed))
		return -ENODEV;
	if (mode == ROVER_STOP_HOLD)
		err = drive_hold(rover, lease);
	else
		rover_drive_halt(rover, ROVER_REASON_COMMAND, mode, now);
	trace_rover_command(rover->index, mode == ROVER_STOP_HOLD ? ROVER_MOTION_HOLD :
			    ROVER_MOTION_NONE, 0, 0, err);
	return err ?: rover_motor_sync(&rover->motor);
}

/**
 * rover_drive_suspend() - the system goes to sleep: motors off
 * @rover: the rover
 *
 * A rover that stands keeps the reason of its last stop.
 *
 * Return: 0, or the PWM provider's error.
 */
int rover_drive_suspend(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;

	raw_spin_lock_irqsave(&drive->lock, flags);
	if (!rover_drive_end_locked(rover, ROVER_REASON_SUSPEND, ROVER_STOP_COAST, 0))
		rover_motor_stop(&rover->motor, ROVER_STOP_COAST);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return rover_motor_sync(&rover->motor);
}

/**
 * rover_drive_resume() - the system is back; nothing starts again
 * @rover: the rover
 */
void rover_drive_resume(struct rover *rover)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	if (rover->drive.state != ROVER_STATE_ESTOP)
		rover_drive_set_state_locked(rover, ROVER_STATE_IDLE);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_drive_moving() - whether a motion is running, or one holds
 * @rover: the rover
 *
 * Context: any.
 */
bool rover_drive_moving(struct rover *rover)
{
	return rover_drive_is_running(READ_ONCE(rover->drive.state));
}

/**
 * rover_drive_status() - a coherent copy
 * @rover: the rover
 * @mine: lease to compare with, or NULL
 * @status: filled in
 */
void rover_drive_status(struct rover *rover, const struct rover_lease *mine,
			struct rover_drive_status *status)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_drive_status_locked(rover, mine, status);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_drive_close() - motors off, the lease gone, and nothing moves any more
 * @rover: the rover
 */
void rover_drive_close(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	struct pid *pid;

	raw_spin_lock_irqsave(&drive->lock, flags);
	drive->closed = true;
	rover_drive_halt_locked(rover, ROVER_REASON_RELEASED, ROVER_STOP_COAST, 0);
	pid = rover_lease_drop(drive);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	put_pid(pid);
	rover_motor_queue_sync(&rover->motor);
}

/**
 * rover_drive_init() - an idle rover that nobody drives
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0 or a negative error.
 */
int rover_drive_init(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	raw_spin_lock_init(&drive->lock);
	drive->state = ROVER_STATE_IDLE;
	drive->guard_range_um = -1;
	drive->told = true;
	return rover_drive_init_timer(rover);
}
