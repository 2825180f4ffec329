// SPDX-License-Identifier: GPL-2.0
/*
 * drive: the gate: what was commanded, and why the rover stopped
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/pid.h>

#include "rover.h"

/**
 * rover_drive_halt_locked() - motors off, and the reason noted
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 *
 * The anonymous holder's lease ends with every stop. With a PWM provider
 * rover_motor_sync() or rover_motor_queue_sync() must follow.
 *
 * Context: any, drive.lock held.
 */
void rover_drive_halt_locked(struct rover *rover, enum rover_stop_reason reason,
			     enum rover_stop_mode mode)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	rover_motor_stop(&rover->motor, mode);
	drive->state = ROVER_STATE_STOPPED;
	drive->reason = reason;
	drive->stop_mode = mode;
	drive->stop_time = ktime_get();
	if (drive->holder == &drive->anonymous)
		rover_lease_drop(drive);
}

/**
 * rover_drive_end_locked() - stop a running motion
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 *
 * What has stopped stays as it is, with its own reason.
 *
 * Context: any, drive.lock held.
 * Return: whether one was running; then as rover_drive_halt_locked().
 */
bool rover_drive_end_locked(struct rover *rover, enum rover_stop_reason reason,
			    enum rover_stop_mode mode)
{
	bool moving = rover->drive.state == ROVER_STATE_MOVING;

	lockdep_assert_held(&rover->drive.lock);
	if (moving)
		rover_drive_halt_locked(rover, reason, mode);
	return moving;
}

/* What a halt in hard IRQ leaves to others. */
static void drive_halted(struct rover *rover)
{
	rover_motor_queue_sync(&rover->motor);
	rover_worker_queue_notify(&rover->worker);
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

/* Drive the sides given, a bit each; the others keep the duty they have. */
static int drive_sides(struct rover *rover, struct rover_lease *lease,
		       s32 duty_permille[ROVER_SIDES], unsigned int sides)
{
	struct rover_drive *drive = &rover->drive;
	struct rover_motor *motor = &rover->motor;
	bool changed = false;
	unsigned long flags;
	int i, err;

	for (i = 0; i < ROVER_SIDES; i++)
		if (sides & BIT(i) && (duty_permille[i] < -ROVER_DUTY_MAX ||
				       duty_permille[i] > ROVER_DUTY_MAX))
			return -ERANGE;

	raw_spin_lock_irqsave(&drive->lock, flags);
	err = rover_lease_check(rover, lease);
	if (err)
		goto unlock;
	for (i = 0; i < ROVER_SIDES; i++)
		if (!(sides & BIT(i)))
			duty_permille[i] = motor->want.duty_permille[i];
	changed = drive->state != ROVER_STATE_MOVING;
	if (duty_permille[ROVER_LEFT] || duty_permille[ROVER_RIGHT]) {
		if (drive->holder != lease)
			rover_lease_grant(rover, lease);
		drive_start(rover, duty_permille);
	} else {
		rover_drive_halt_locked(rover, ROVER_REASON_COMMAND, ROVER_STOP_COAST);
		changed = true;
	}
	for (i = 0; i < ROVER_SIDES; i++)
		duty_permille[i] = motor->want.duty_permille[i];
unlock:
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (err)
		return err;
	err = rover_motor_sync(motor);
	if (err)
		rover_drive_fail(rover, err);
	else if (changed)
		schedule_work(&rover->notify);
	return err;
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
	return drive_sides(rover, lease, duty_permille, BIT(ROVER_LEFT) | BIT(ROVER_RIGHT));
}

/**
 * rover_drive_side() - drive one wheel, open loop; the other keeps its duty
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @side: which
 * @duty_permille: -1000..1000
 *
 * Return: as rover_drive_duty().
 */
int rover_drive_side(struct rover *rover, struct rover_lease *lease, enum rover_side side,
		     s32 duty_permille)
{
	s32 duty[ROVER_SIDES] = {};

	duty[side] = duty_permille;
	return drive_sides(rover, lease, duty, BIT(side));
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
 * rover_drive_halt() - stop, also what has stopped already
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
	rover_drive_halt_locked(rover, reason, mode);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	drive_halted(rover);
}

/**
 * rover_drive_end() - stop a running motion
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 *
 * Context: any. A PWM provider follows from the worker.
 */
void rover_drive_end(struct rover *rover, enum rover_stop_reason reason,
		     enum rover_stop_mode mode)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	bool ended;

	raw_spin_lock_irqsave(&drive->lock, flags);
	ended = rover_drive_end_locked(rover, reason, mode);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (ended)
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
	bool ended = false;

	raw_spin_lock(&drive->lock);
	deadman_ms = rover_lease_deadman_ms(rover);
	if (deadman_ms && ktime_ms_delta(now, drive->fed) >= deadman_ms)
		ended = rover_drive_end_locked(rover, ROVER_REASON_DEADMAN, ROVER_STOP_BRAKE);
	raw_spin_unlock(&drive->lock);
	if (ended)
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
	if (!rover_drive_end_locked(rover, ROVER_REASON_SUSPEND, ROVER_STOP_COAST))
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
 * rover_drive_status_locked() - a coherent copy
 * @rover: the rover
 * @mine: lease to compare with, or NULL
 * @status: filled in
 *
 * Context: any, drive.lock held.
 */
void rover_drive_status_locked(struct rover *rover, const struct rover_lease *mine,
			       struct rover_drive_status *status)
{
	struct rover_drive *drive = &rover->drive;
	struct rover_lease *holder = drive->holder;
	int i;

	lockdep_assert_held(&drive->lock);
	*status = (struct rover_drive_status){
		.state = drive->state,
		.reason = drive->reason,
		.stop_time = drive->stop_time,
		.stop_mode = drive->stop_mode,
		.leased = holder,
		.anonymous = holder == &drive->anonymous,
		.mine = holder && holder == mine,
		.deadman_ms = rover_lease_deadman_ms(rover),
	};
	if (holder && !status->anonymous)
		status->pid = pid_vnr(holder->pid);
	for (i = 0; i < ROVER_SIDES; i++)
		status->duty_permille[i] = rover->motor.want.duty_permille[i];
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
	rover_drive_halt_locked(rover, ROVER_REASON_RELEASED, ROVER_STOP_COAST);
	pid = rover_lease_drop(drive);
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
}
