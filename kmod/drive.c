// SPDX-License-Identifier: GPL-2.0
/*
 * drive: the gate: who may drive, what was commanded, why the rover stopped
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>

#include "rover.h"

static bool drive_is_anonymous(struct rover *rover, const struct rover_lease *lease)
{
	return lease == &rover->drive.anonymous;
}

/* A deadman time that anyone may choose; others are for the administrator. */
static bool drive_deadman_allowed(u32 deadman_ms)
{
	return (deadman_ms && deadman_ms <= ROVER_DEADMAN_MAX_MS) || capable(CAP_SYS_ADMIN);
}

/* Whether @a keeps less watch than @b: 0 is no watch at all. */
static bool drive_deadman_looser(u32 a, u32 b)
{
	return b && (!a || a > b);
}

static u32 drive_deadman(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	if (!drive->holder || drive_is_anonymous(rover, drive->holder))
		return drive->deadman_ms;
	return drive->holder->deadman_ms;
}

/* Returns what is to be freed once the lock is released; nothing for the anonymous. */
static struct pid *drive_drop_lease(struct rover_drive *drive)
{
	struct rover_lease *holder = drive->holder;
	struct pid *pid = NULL;

	lockdep_assert_held(&drive->lock);
	if (holder)
		swap(pid, holder->pid);
	drive->holder = NULL;
	return pid;
}

static void drive_grant_lease(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (!drive_is_anonymous(rover, lease))
		lease->pid = get_pid(task_tgid(current));
	lease->uid = current_euid();
	lease->deadman_ms = drive->deadman_ms;
	lease->displaced = false;
	drive->holder = lease;
}

/* Motors off, and the reason noted. The anonymous holder's lease ends with every stop. */
static void drive_halt(struct rover *rover, enum rover_stop_reason reason,
		       enum rover_stop_mode mode)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	rover_motor_stop(&rover->motor, mode);
	drive->state = ROVER_STATE_STOPPED;
	drive->reason = reason;
	drive->stop_mode = mode;
	drive->stop_time = ktime_get();
	if (drive->holder && drive_is_anonymous(rover, drive->holder))
		drive_drop_lease(drive);
}

/* What a halt in hard IRQ leaves to others. */
static void drive_halted(struct rover *rover)
{
	rover_motor_queue_sync(&rover->motor);
	rover_worker_queue_notify(&rover->worker);
}

/* Who may not drive now, and why. */
static int drive_check(struct rover *rover, struct rover_lease *lease)
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
 * rover_drive_take() - become the driver
 * @rover: the rover
 * @lease: the caller's
 * @take: checked for unknown flags
 *
 * Return: 0; -EBUSY somebody else drives, -EPERM may not force or may not
 * choose that deadman time, -ECANCELED the lease was taken away, -ENODEV.
 */
int rover_drive_take(struct rover *rover, struct rover_lease *lease,
		     const struct rover_take *take)
{
	bool allowed = !(take->flags & ROVER_TAKE_DEADMAN) ||
		       drive_deadman_allowed(take->deadman_ms);
	/* Asked for here: it must not be under a raw lock. */
	bool admin = take->flags & ROVER_TAKE_FORCE && capable(CAP_SYS_ADMIN);
	struct rover_drive *drive = &rover->drive;
	struct pid *displaced = NULL;
	unsigned long flags;
	bool forced = false;
	int err;

	if (!allowed)
		return -EPERM;

	raw_spin_lock_irqsave(&drive->lock, flags);
	err = drive_check(rover, lease);
	if (err == -EBUSY && take->flags & ROVER_TAKE_FORCE) {
		forced = admin || uid_eq(drive->holder->uid, current_euid());
		err = forced ? 0 : -EPERM;
	}
	if (err)
		goto unlock;
	if (forced) {
		drive->holder->displaced = !drive_is_anonymous(rover, drive->holder);
		drive_halt(rover, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE);
		displaced = drive_drop_lease(drive);
	}
	if (drive->holder != lease)
		drive_grant_lease(rover, lease);
	if (take->flags & ROVER_TAKE_DEADMAN)
		lease->deadman_ms = take->deadman_ms;
unlock:
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (forced && !err) {
		put_pid(displaced);
		err = rover_motor_sync(&rover->motor);
		schedule_work(&rover->notify);
	}
	return err;
}

/**
 * rover_drive_release() - give the lease back; the rover stops
 * @rover: the rover
 * @lease: the caller's
 *
 * Return: 0; -ECANCELED the caller does not hold the lease.
 */
int rover_drive_release(struct rover *rover, struct rover_lease *lease)
{
	struct rover_drive *drive = &rover->drive;
	struct pid *pid = NULL;
	unsigned long flags;
	bool held;

	raw_spin_lock_irqsave(&drive->lock, flags);
	held = drive->holder == lease;
	if (held) {
		if (drive->state == ROVER_STATE_MOVING)
			drive_halt(rover, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE);
		pid = drive_drop_lease(drive);
	}
	lease->displaced = false;
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (!held)
		return -ECANCELED;
	put_pid(pid);
	schedule_work(&rover->notify);
	return rover_motor_sync(&rover->motor);
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
	err = drive_check(rover, lease);
	if (!err && (drive->holder != lease || drive->state != ROVER_STATE_MOVING))
		err = -ECANCELED;
	if (!err)
		drive->fed = ktime_get();
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

static void drive_start(struct rover *rover, const s32 duty_permille[ROVER_SIDES])
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	drive->fed = ktime_get();
	rover_encoder_set_heading(&rover->encoder, duty_permille);
	rover_motor_drive(&rover->motor, duty_permille);
	drive->state = ROVER_STATE_MOVING;
	drive->reason = ROVER_REASON_NONE;
	rover_worker_start_ticks(rover);
}

/**
 * rover_drive_duty() - drive both wheels, open loop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @duty_permille: -1000..1000 a side; returns what is applied
 *
 * 0 on both sides is a stop that coasts.
 *
 * Return: 0; -ERANGE, -EBUSY somebody else drives, -ECANCELED the lease was
 * taken away, -ENODEV, or the PWM provider's error.
 */
int rover_drive_duty(struct rover *rover, struct rover_lease *lease,
		     s32 duty_permille[ROVER_SIDES])
{
	struct rover_drive *drive = &rover->drive;
	struct rover_motor *motor = &rover->motor;
	bool moved = false;
	unsigned long flags;
	int i, err;

	for (i = 0; i < ROVER_SIDES; i++)
		if (duty_permille[i] < -ROVER_DUTY_MAX || duty_permille[i] > ROVER_DUTY_MAX)
			return -ERANGE;
	if (!duty_permille[ROVER_LEFT] && !duty_permille[ROVER_RIGHT]) {
		raw_spin_lock_irqsave(&drive->lock, flags);
		err = drive_check(rover, lease);
		raw_spin_unlock_irqrestore(&drive->lock, flags);
		return err ?: rover_drive_stop(rover, ROVER_STOP_COAST);
	}

	raw_spin_lock_irqsave(&drive->lock, flags);
	err = drive_check(rover, lease);
	if (!err) {
		if (drive->holder != lease)
			drive_grant_lease(rover, lease);
		moved = drive->state == ROVER_STATE_MOVING;
		drive_start(rover, duty_permille);
		for (i = 0; i < ROVER_SIDES; i++)
			duty_permille[i] = motor->want.duty_permille[i];
	}
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (err)
		return err;
	err = rover_motor_sync(motor);
	if (err)
		rover_drive_fail(rover, err);
	else if (!moved)
		schedule_work(&rover->notify);
	return err;
}

/**
 * rover_drive_stop() - stop; anyone may
 * @rover: the rover
 * @mode: coast or brake
 *
 * Return: 0; -ENODEV, or the PWM provider's error.
 */
int rover_drive_stop(struct rover *rover, enum rover_stop_mode mode)
{
	if (READ_ONCE(rover->drive.closed))
		return -ENODEV;
	rover_drive_halt(rover, ROVER_REASON_COMMAND, mode);
	return rover_motor_sync(&rover->motor);
}

/**
 * rover_drive_halt() - stop whatever moves
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 *
 * Context: any. A PWM provider follows from the worker.
 */
void rover_drive_halt(struct rover *rover, enum rover_stop_reason reason,
		      enum rover_stop_mode mode)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;

	raw_spin_lock_irqsave(&drive->lock, flags);
	drive_halt(rover, reason, mode);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	drive_halted(rover);
}

/**
 * rover_drive_expire() - stop if the deadman time is over
 * @rover: the rover
 * @now: the time
 *
 * Context: hard IRQ.
 */
void rover_drive_expire(struct rover *rover, ktime_t now)
{
	struct rover_drive *drive = &rover->drive;
	u32 deadman_ms;
	bool expired;

	raw_spin_lock(&drive->lock);
	deadman_ms = drive_deadman(rover);
	expired = drive->state == ROVER_STATE_MOVING && deadman_ms &&
		  ktime_ms_delta(now, drive->fed) >= deadman_ms;
	if (expired)
		drive_halt(rover, ROVER_REASON_DEADMAN, ROVER_STOP_BRAKE);
	raw_spin_unlock(&drive->lock);
	if (expired)
		drive_halted(rover);
}

/**
 * rover_drive_fail() - the PWM provider refused a command
 * @rover: the rover
 * @err: what it said
 *
 * Context: process.
 */
void rover_drive_fail(struct rover *rover, int err)
{
	dev_err_ratelimited(&rover->dev, "the PWM provider failed: %d\n", err);
	rover_drive_halt(rover, ROVER_REASON_FAULT, ROVER_STOP_COAST);
}

/**
 * rover_drive_set_deadman() - change the default deadman time
 * @rover: the rover
 * @deadman_ms: 0 = off
 *
 * A shorter time binds whoever drives now.
 *
 * Return: 0; -EPERM 0 or more than %ROVER_DEADMAN_MAX_MS needs CAP_SYS_ADMIN,
 * -EBUSY looser while somebody drives.
 */
int rover_drive_set_deadman(struct rover *rover, u32 deadman_ms)
{
	struct rover_drive *drive = &rover->drive;
	bool allowed = drive_deadman_allowed(deadman_ms);
	unsigned long flags;
	int err = 0;

	if (!allowed)
		return -EPERM;
	raw_spin_lock_irqsave(&drive->lock, flags);
	if (drive->holder && !drive_is_anonymous(rover, drive->holder)) {
		if (drive_deadman_looser(deadman_ms, drive->deadman_ms))
			err = -EBUSY;
		else if (drive_deadman_looser(drive->holder->deadman_ms, deadman_ms))
			drive->holder->deadman_ms = deadman_ms;
	}
	if (!err)
		drive->deadman_ms = deadman_ms;
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
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
	if (drive->state == ROVER_STATE_MOVING)
		drive_halt(rover, ROVER_REASON_SUSPEND, ROVER_STOP_COAST);
	else
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
	rover->drive.state = ROVER_STATE_IDLE;
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	schedule_work(&rover->notify);
}

/**
 * rover_drive_moving() - whether a motion is running
 * @rover: the rover
 *
 * Context: any.
 */
bool rover_drive_moving(struct rover *rover)
{
	return READ_ONCE(rover->drive.state) == ROVER_STATE_MOVING;
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
	struct rover_drive *drive = &rover->drive;
	struct rover_lease *holder;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&drive->lock, flags);
	holder = drive->holder;
	*status = (struct rover_drive_status){
		.state = drive->state,
		.reason = drive->reason,
		.stop_time = drive->stop_time,
		.stop_mode = drive->stop_mode,
		.leased = holder,
		.anonymous = holder && drive_is_anonymous(rover, holder),
		.mine = holder && holder == mine,
		.deadman_ms = drive_deadman(rover),
	};
	if (holder && !status->anonymous)
		status->pid = pid_vnr(holder->pid);
	for (i = 0; i < ROVER_SIDES; i++)
		status->duty_permille[i] = rover->motor.want.duty_permille[i];
	raw_spin_unlock_irqrestore(&drive->lock, flags);
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
	drive_halt(rover, ROVER_REASON_RELEASED, ROVER_STOP_COAST);
	pid = drive_drop_lease(drive);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	put_pid(pid);
	rover_motor_queue_sync(&rover->motor);
}

/**
 * rover_drive_init() - an idle rover that nobody drives
 * @rover: the rover
 */
void rover_drive_init(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	raw_spin_lock_init(&drive->lock);
	drive->state = ROVER_STATE_IDLE;
	drive->deadman_ms = rover->board.deadman_ms;
}
