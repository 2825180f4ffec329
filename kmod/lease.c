// SPDX-License-Identifier: GPL-2.0
/*
 * lease: who may drive, and how long without a sign of life
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "rover.h"

static bool lease_is_anonymous(struct rover *rover, const struct rover_lease *lease)
{
	return lease == &rover->drive.anonymous;
}

/**
 * rover_lease_deadman_allowed() - may the caller choose this deadman time
 * @deadman_ms: 0 = off
 *
 * 1 to %ROVER_DEADMAN_MAX_MS anyone may; others are for the administrator.
 *
 * Context: process.
 */
bool rover_lease_deadman_allowed(u32 deadman_ms)
{
	return (deadman_ms && deadman_ms <= ROVER_DEADMAN_MAX_MS) || capable(CAP_SYS_ADMIN);
}

/* Whether @a keeps less watch than @b: 0 is no watch at all. */
static bool lease_deadman_looser(u32 a, u32 b)
{
	return b && (!a || a > b);
}

/**
 * rover_lease_deadman_ms() - deadman time in force
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 * Return: ms, 0 = off.
 */
u32 rover_lease_deadman_ms(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (!drive->holder || lease_is_anonymous(rover, drive->holder))
		return rover->settings.deadman_ms;
	return drive->holder->deadman_ms;
}

static struct pid *lease_clear(struct rover_drive *drive)
{
	struct rover_lease *holder = drive->holder;
	struct pid *pid = NULL;

	lockdep_assert_held(&drive->lock);
	if (holder)
		swap(pid, holder->pid);
	drive->holder = NULL;
	return pid;
}

/**
 * rover_lease_drop() - nobody drives any more
 * @drive: the gate
 *
 * Context: any, drive.lock held.
 * Return: what to put_pid() once the lock is released; NULL for the anonymous.
 */
struct pid *rover_lease_drop(struct rover_drive *drive)
{
	if (drive->holder)
		rover_event_push_lease(container_of(drive, struct rover, drive), NULL, 0);
	return lease_clear(drive);
}

static void lease_give(struct rover *rover, struct rover_lease *lease, u32 deadman_ms, u32 flags)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (!lease_is_anonymous(rover, lease))
		lease->pid = get_pid(task_tgid(current));
	lease->uid = current_euid();
	lease->deadman_ms = deadman_ms;
	lease->displaced = false;
	drive->holder = lease;
	rover_event_push_lease(rover, lease, flags);
}

/**
 * rover_lease_grant() - the caller drives
 * @rover: the rover
 * @lease: the caller's; rover_lease_check() had nothing against it
 *
 * Context: process, drive.lock held.
 */
void rover_lease_grant(struct rover *rover, struct rover_lease *lease)
{
	lease_give(rover, lease, rover->settings.deadman_ms, 0);
}

/**
 * rover_lease_check() - may the caller drive
 * @rover: the rover
 * @lease: the caller's
 *
 * Context: process, drive.lock held.
 * Return: 0; -EBUSY somebody else drives, -ECANCELED the lease was taken away
 * (said once), -ENODEV.
 */
int rover_lease_check(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (drive->closed)
		return -ENODEV;
	if (lease->displaced) {
		lease->displaced = false;
		return -ECANCELED;
	}
	if (drive->holder && drive->holder != lease)
		return -EBUSY;
	return 0;
}

/**
 * rover_lease_take() - become the driver
 * @rover: the rover
 * @lease: the caller's
 * @take: checked for unknown flags
 *
 * Return: 0; -EBUSY somebody else drives, -EPERM may not force or may not
 * choose that deadman time, -ECANCELED the lease was taken away, -ESHUTDOWN the
 * emergency stop is latched, -ENODEV.
 */
int rover_lease_take(struct rover *rover, struct rover_lease *lease,
		     const struct rover_take *take)
{
	bool allowed = !(take->flags & ROVER_TAKE_DEADMAN) ||
		       rover_lease_deadman_allowed(take->deadman_ms);
	/* Asked for here: it must not be under a raw lock. */
	bool admin = take->flags & ROVER_TAKE_FORCE && capable(CAP_SYS_ADMIN);
	struct rover_drive *drive = &rover->drive;
	struct pid *displaced = NULL;
	unsigned long flags;
	bool forced = false;
	u32 deadman_ms;
	int err;

	if (!allowed)
		return -EPERM;

	raw_spin_lock_irqsave(&drive->lock, flags);
	deadman_ms = take->flags & ROVER_TAKE_DEADMAN ? take->deadman_ms :
		     rover->settings.deadman_ms;
	err = rover_drive_admit_locked(rover, lease);
	if (err == -EBUSY && take->flags & ROVER_TAKE_FORCE) {
		forced = admin || uid_eq(drive->holder->uid, current_euid());
		err = forced ? 0 : -EPERM;
	}
	if (err)
		goto unlock;
	if (forced) {
		drive->holder->displaced = !lease_is_anonymous(rover, drive->holder);
		rover_drive_end_locked(rover, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE,
				       ktime_get());
		displaced = lease_clear(drive);
	}
	if (drive->holder != lease)
		lease_give(rover, lease, deadman_ms, forced ? ROVER_LEASE_FORCED : 0);
	else if (take->flags & ROVER_TAKE_DEADMAN)
		lease->deadman_ms = deadman_ms;
unlock:
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (forced && !err) {
		put_pid(displaced);
		err = rover_motor_sync(&rover->motor);
	}
	return err;
}

/**
 * rover_lease_release() - give the lease back; the rover stops
 * @rover: the rover
 * @lease: the caller's
 *
 * Return: 0; -ECANCELED the caller does not hold the lease.
 */
int rover_lease_release(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;
	struct pid *pid = NULL;
	unsigned long flags;
	bool held;

	raw_spin_lock_irqsave(&drive->lock, flags);
	held = drive->holder == lease;
	if (held) {
		rover_drive_end_locked(rover, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE,
				       ktime_get());
		pid = rover_lease_drop(drive);
	}
	lease->displaced = false;
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (!held)
		return -ECANCELED;
	put_pid(pid);
	return rover_motor_sync(&rover->motor);
}

/**
 * rover_lease_tighten() - a shorter default deadman time binds whoever drives now
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_lease_tighten(struct rover *rover)
{
	struct rover_lease *holder = rover->drive.holder;

	lockdep_assert_held(&rover->drive.lock);
	if (holder && lease_deadman_looser(holder->deadman_ms, rover->settings.deadman_ms))
		holder->deadman_ms = rover->settings.deadman_ms;
}
