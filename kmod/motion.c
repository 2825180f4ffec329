// SPDX-License-Identifier: GPL-2.0
/*
 * motion: the commands that move the rover, from their checks to their begin
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>

#include "kinematics.h"
#include "rover.h"
#include "trace.h"

/* TWIST: what is beyond this is no sensible wish. */
#define MOTION_SPEED_MAX_UM_S	100000000LL
#define MOTION_RATE_MAX_URAD_S	1000000000LL

/* MOVE and TURN: longest way, 1 km and 1000 rad. */
#define MOTION_MOVE_MAX_UM	1000000000LL
#define MOTION_TURN_MAX_URAD	1000000000LL

/**
 * struct motion_wish - what a command wants, already checked for itself
 * @motion: kind
 * @forward: it moves forward: neither backward nor a pure spin
 * @duration_ms: 0 = until something else stops it
 * @end: how it stands at its end
 * @ends: it has an end that is to be told
 */
struct motion_wish {
	enum rover_motion motion;
	bool forward;
	u32 duration_ms;
	enum rover_stop_mode end;
	bool ends;
};

/* Also of the smallest number, which has no magnitude. */
static bool motion_within(s64 value, s64 limit)
{
	return value >= -limit && value <= limit;
}

/* An end without encoders cannot be held, and one without a duration means nothing. */
static int motion_check_end(const struct rover *rover, u32 duration_ms, u32 end)
{
	if (end > ROVER_STOP_HOLD || (end && !duration_ms))
		return -EINVAL;
	if (end == ROVER_STOP_HOLD && !rover->board.encoder_lines)
		return -ENODATA;
	return 0;
}

/* What the guard thinks of it; a forward motion that it forbids does not go on. */
static int motion_ask_guard_locked(struct rover *rover, const struct motion_wish *wish,
				   bool *waiting)
{
	*waiting = false;
	if (!wish->forward)
		return 0;
	switch (rover_guard_ask_locked(rover)) {
	case ROVER_GUARD_BLOCK:
		if (rover->drive.forward)
			rover_drive_end_locked(rover, ROVER_REASON_GUARD, ROVER_STOP_BRAKE,
					       ktime_get());
		return -ECANCELED;
	case ROVER_GUARD_WAIT:
		*waiting = true;
		return 0;
	default:
		return 0;
	}
}

/*
 * Accept a command: lease, emergency stop, guard. The caller then sets what it
 * wants, and lets it begin.
 */
static int motion_accept_locked(struct rover *rover, struct rover_lease *lease,
				const struct motion_wish *wish)
{
	struct rover_drive *drive = &rover->drive;
	bool waiting;
	int err;

	err = rover_drive_admit_locked(rover, lease);
	if (!err)
		err = motion_ask_guard_locked(rover, wish, &waiting);
	if (err)
		return err;
	rover_drive_begin_locked(rover, lease, wish->motion);
	drive->forward = wish->forward;
	drive->waiting = waiting;
	drive->end = wish->end;
	drive->told = !wish->ends && !wish->duration_ms;
	if (wish->duration_ms) {
		drive->timed = true;
		drive->due = ktime_add_ms(drive->fed, wish->duration_ms);
		hrtimer_start(&drive->timer, drive->due, HRTIMER_MODE_ABS_HARD);
	}
	rover_guard_begin_locked(rover);
	return 0;
}

/* Let the motion that was set begin, or wait for the guard with the motors off. */
static void motion_begin_locked(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	if (drive->waiting) {
		rover_motor_stop(&rover->motor, ROVER_STOP_COAST);
		rover_motor_queue_sync(&rover->motor);
	} else {
		rover_drive_go_locked(rover);
	}
	rover_drive_set_state_locked(rover, ROVER_STATE_MOVING);
}

/**
 * rover_drive_go_locked() - a motion begins that waited for the guard's first ping
 * @rover: the rover
 *
 * A PWM provider follows by rover_motor_sync(), or rover_motor_queue_sync() where
 * the caller cannot wait for it.
 *
 * Context: any, drive.lock held.
 */
void rover_drive_go_locked(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	drive->waiting = false;
	/* The closed loop sets the motors at its next tick. */
	if (drive->motion != ROVER_MOTION_DUTY)
		return;
	rover_encoder_set_heading(&rover->encoder, drive->duty_permille, 0);
	rover_motor_drive(&rover->motor, drive->duty_permille);
}

/* What follows a command once the lock is released. */
static int motion_sync(struct rover *rover, int err)
{
	int sync_err = rover_motor_sync(&rover->motor);

	if (sync_err)
		rover_drive_fail(rover, sync_err);
	return err ?: sync_err;
}

static int motion_duty_locked(struct rover *rover, struct rover_lease *lease,
			      s32 duty_permille[ROVER_SIDES], const struct motion_wish *wish)
{
	struct rover_drive *drive = &rover->drive;
	int err, i;

	if (!duty_permille[ROVER_LEFT] && !duty_permille[ROVER_RIGHT]) {
		err = rover_drive_admit_locked(rover, lease);
		if (!err)
			rover_drive_halt_locked(rover, ROVER_REASON_COMMAND, ROVER_STOP_COAST,
						ktime_get());
		return err;
	}
	err = motion_accept_locked(rover, lease, wish);
	if (err)
		return err;
	rover_control_open_locked(rover);
	for (i = 0; i < ROVER_SIDES; i++)
		drive->duty_permille[i] = duty_permille[i];
	motion_begin_locked(rover);
	for (i = 0; i < ROVER_SIDES && !drive->waiting; i++)
		duty_permille[i] = rover->motor.want.duty_permille[i];
	return 0;
}

/**
 * rover_drive_duty() - drive both wheels, open loop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @duty: as in the ABI; returns what is applied
 *
 * 0 on both sides is a stop that coasts.
 *
 * Return: 0; -EINVAL, -ERANGE, -ENODATA cannot hold at its end, -EBUSY somebody
 * else drives, -ECANCELED a guard refuses or the lease was taken away,
 * -ESHUTDOWN the emergency stop is latched, -ENODEV, or the PWM provider's error.
 */
int rover_drive_duty(struct rover *rover, struct rover_lease *lease, struct rover_duty *duty)
{
	s32 duty_permille[ROVER_SIDES] = { duty->left_permille, duty->right_permille };
	const struct motion_wish wish = {
		.motion = ROVER_MOTION_DUTY,
		.forward = (s64)duty->left_permille + duty->right_permille > 0,
		.duration_ms = duty->duration_ms,
		.end = duty->end,
	};
	unsigned long flags;
	int err;

	if (!motion_within(duty->left_permille, ROVER_DUTY_MAX) ||
	    !motion_within(duty->right_permille, ROVER_DUTY_MAX))
		return -ERANGE;
	err = motion_check_end(rover, duty->duration_ms, duty->end);
	if (err)
		return err;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	err = motion_duty_locked(rover, lease, duty_permille, &wish);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	trace_rover_command(rover->index, wish.motion, duty->left_permille, duty->right_permille,
			    err);
	duty->left_permille = duty_permille[ROVER_LEFT];
	duty->right_permille = duty_permille[ROVER_RIGHT];
	return motion_sync(rover, err);
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
	struct rover_drive *drive = &rover->drive;
	struct motion_wish wish = { .motion = ROVER_MOTION_DUTY };
	s32 duty[ROVER_SIDES];
	unsigned long flags;
	int err, i;

	if (!motion_within(duty_permille, ROVER_DUTY_MAX))
		return -ERANGE;
	raw_spin_lock_irqsave(&drive->lock, flags);
	for (i = 0; i < ROVER_SIDES; i++)
		duty[i] = drive->waiting && drive->motion == ROVER_MOTION_DUTY ?
			  drive->duty_permille[i] : rover->motor.want.duty_permille[i];
	duty[side] = duty_permille;
	wish.forward = duty[ROVER_LEFT] + duty[ROVER_RIGHT] > 0;
	err = motion_duty_locked(rover, lease, duty, &wish);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	trace_rover_command(rover->index, wish.motion, duty[ROVER_LEFT], duty[ROVER_RIGHT], err);
	return motion_sync(rover, err);
}

static int motion_speed_locked(struct rover *rover, struct rover_lease *lease,
			       const s64 speed_um_s[ROVER_SIDES], struct motion_wish *wish)
{
	int err;

	wish->motion = ROVER_MOTION_SPEED;
	wish->forward = speed_um_s[ROVER_LEFT] + speed_um_s[ROVER_RIGHT] > 0;
	err = motion_accept_locked(rover, lease, wish);
	if (err)
		return err;
	rover_control_speed_locked(rover, speed_um_s);
	motion_begin_locked(rover);
	return 0;
}

static int motion_speed(struct rover *rover, struct rover_lease *lease,
			const s64 speed_um_s[ROVER_SIDES], u32 duration_ms, u32 end)
{
	struct motion_wish wish = { .duration_ms = duration_ms, .end = end };
	unsigned long flags;
	int err;

	if (!rover->board.encoder_lines)
		return -ENODATA;
	err = motion_check_end(rover, duration_ms, end);
	if (err)
		return err;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	err = motion_speed_locked(rover, lease, speed_um_s, &wish);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	trace_rover_command(rover->index, wish.motion, speed_um_s[ROVER_LEFT],
			    speed_um_s[ROVER_RIGHT], err);
	return motion_sync(rover, err);
}

static s64 motion_speed_max_um_s(struct rover *rover)
{
	return READ_ONCE(rover->settings.speed_max_um_s);
}

/**
 * rover_drive_speed() - drive both wheels, closed loop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @speed: as in the ABI
 *
 * Return: as rover_drive_duty(); -ENODATA without encoders.
 */
int rover_drive_speed(struct rover *rover, struct rover_lease *lease, struct rover_speed *speed)
{
	const s64 speed_um_s[ROVER_SIDES] = { speed->left_um_s, speed->right_um_s };
	s64 max_um_s = motion_speed_max_um_s(rover);
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		if (!motion_within(speed_um_s[i], max_um_s))
			return -ERANGE;
	return motion_speed(rover, lease, speed_um_s, speed->duration_ms, speed->end);
}

/**
 * rover_drive_target() - drive one wheel, closed loop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @side: which
 * @speed_um_s: its speed; the other wheel keeps its target, or gets 0
 *
 * Return: as rover_drive_speed().
 */
int rover_drive_target(struct rover *rover, struct rover_lease *lease, enum rover_side side,
		       s64 speed_um_s)
{
	s64 max_um_s = motion_speed_max_um_s(rover);
	struct rover_drive *drive = &rover->drive;
	s64 both_um_s[ROVER_SIDES] = {};
	struct motion_wish wish = {};
	unsigned long flags;
	int err;

	if (!rover->board.encoder_lines)
		return -ENODATA;
	if (!motion_within(speed_um_s, max_um_s))
		return -ERANGE;
	raw_spin_lock_irqsave(&drive->lock, flags);
	if (drive->state == ROVER_STATE_MOVING && drive->motion == ROVER_MOTION_SPEED)
		rover_control_goals_locked(rover, both_um_s);
	both_um_s[side] = speed_um_s;
	err = motion_speed_locked(rover, lease, both_um_s, &wish);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	trace_rover_command(rover->index, wish.motion, both_um_s[ROVER_LEFT],
			    both_um_s[ROVER_RIGHT], err);
	return motion_sync(rover, err);
}

/**
 * rover_drive_twist() - drive along a curve, closed loop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @twist: as in the ABI; returns what is applied
 *
 * Return: as rover_drive_speed().
 */
int rover_drive_twist(struct rover *rover, struct rover_lease *lease, struct rover_twist *twist)
{
	s64 speed_um_s[ROVER_SIDES];

	if (!motion_within(twist->speed_um_s, MOTION_SPEED_MAX_UM_S) ||
	    !motion_within(twist->rate_urad_s, MOTION_RATE_MAX_URAD_S))
		return -ERANGE;
	rover_kinematics_twist(&twist->speed_um_s, &twist->rate_urad_s,
			       rover->board.track_width_um, motion_speed_max_um_s(rover),
			       speed_um_s);
	return motion_speed(rover, lease, speed_um_s, twist->duration_ms, twist->end);
}

static int motion_path(struct rover *rover, struct rover_lease *lease, enum rover_motion motion,
		       struct rover_path *path)
{
	const struct motion_wish wish = {
		.motion = motion,
		.forward = motion == ROVER_MOTION_MOVE && path->way > 0,
		.end = path->end,
		.ends = true,
	};
	unsigned long flags;
	int err;

	if (!rover->board.encoder_lines)
		return -ENODATA;
	if (path->speed < 0)
		return -ERANGE;
	if (path->end > ROVER_STOP_HOLD)
		return -EINVAL;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	err = motion_accept_locked(rover, lease, &wish);
	if (!err) {
		rover_control_path_locked(rover, motion, path);
		path->motion_id = rover->drive.motion_id;
		motion_begin_locked(rover);
	}
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	trace_rover_command(rover->index, motion, path->way, 0, err);
	return motion_sync(rover, err);
}

/**
 * rover_drive_move() - a way straight on, and stop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @path: as in the ABI; returns the motion's number
 *
 * Return: as rover_drive_speed().
 */
int rover_drive_move(struct rover *rover, struct rover_lease *lease, struct rover_path *path)
{
	if (!motion_within(path->way, MOTION_MOVE_MAX_UM))
		return -ERANGE;
	return motion_path(rover, lease, ROVER_MOTION_MOVE, path);
}

/**
 * rover_drive_turn() - an angle on the spot, and stop
 * @rover: the rover
 * @lease: the caller's; takes the lease if nobody has it
 * @path: as in the ABI; returns the motion's number
 *
 * Return: as rover_drive_speed().
 */
int rover_drive_turn(struct rover *rover, struct rover_lease *lease, struct rover_path *path)
{
	if (!motion_within(path->way, MOTION_TURN_MAX_URAD))
		return -ERANGE;
	return motion_path(rover, lease, ROVER_MOTION_TURN, path);
}
