// SPDX-License-Identifier: GPL-2.0
/*
 * control: the closed loop: what the wheels are to do, and the drive for it
 *
 * Each tick: measure; set the targets, by ramps (here) or by the way that is left
 * (path.c); regulate; drive. The maths is in regulator.c.
 *
 * Encoders with one line count in the direction of the drive. So that a wheel
 * that still rolls is not counted the wrong way, its drive changes direction
 * only after it has stood still, and until then it brakes.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/minmax.h>

#include "rover.h"

/* No edge for this long: a wheel stands, or is about to. */
#define CONTROL_STANDING_NS	(120 * NSEC_PER_MSEC)

/*
 * A wheel that turns against its drive, and is not slowing down: its encoder is
 * wired backwards. Slower ones may be pushed.
 */
#define CONTROL_WRONG_NS	(150 * NSEC_PER_MSEC)
#define CONTROL_WRONG_UM_S	30000
#define CONTROL_WRONG_HOLD_UM_S	250000

/* Least part of a command that is asked of motors that have no more to give. */
#define CONTROL_EASE_MIN_E6	200000
#define CONTROL_EASE_MAX_E6	1000000

/* How fast that part follows: per second, for a drive that is off by all of full. */
#define CONTROL_EASE_RATE_E6	2000000

static bool control_infers(const struct rover *rover)
{
	return rover->board.encoder_lines == 1;
}

/* Way of a wheel per count. */
s64 rover_control_count_um(const struct rover *rover)
{
	return rover->board.wheel_circumference_um / rover->board.counts_per_revolution;
}

/* Its speed was measured since it is driven, between two edges. */
static bool control_knows_speed(const struct rover_control_wheel *wheel,
				const struct rover_encoder_status *status)
{
	return ktime_compare(status->speed_from, wheel->pushed) >= 0 &&
	       (status->edge_time != status->speed_from || wheel->standing);
}

/*
 * The speed of a wheel that was driven out of standstill is not known before its
 * second edge: until then it is taken to do what it should, as far as the missing
 * edges allow that.
 */
static s64 control_speed_um_s(const struct rover *rover, const struct rover_control_wheel *wheel,
			      const struct rover_encoder_status *status, ktime_t now)
{
	s64 silence_ns = ktime_to_ns(ktime_sub(now, max(status->edge_time, wheel->pushed)));
	s64 most_um_s;

	if (control_knows_speed(wheel, status))
		return status->speed_um_s;
	most_um_s = div64_s64(rover_control_count_um(rover) * NSEC_PER_SEC, silence_ns + 1);
	return clamp(wheel->target_um_s, -most_um_s, most_um_s);
}

static void control_measure(struct rover *rover, ktime_t now)
{
	struct rover_encoder_status status[ROVER_SIDES];
	int i;

	rover_encoder_status(&rover->encoder, status);
	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &rover->control.wheel[i];

		wheel->position_um = status[i].position_um;
		wheel->heading = status[i].heading;
		wheel->standing = ktime_to_ns(ktime_sub(now, status[i].edge_time)) >=
				  CONTROL_STANDING_NS;
		if (wheel->standing && !wheel->duty_permille)
			wheel->pushed = now;
		wheel->speed_um_s = control_speed_um_s(rover, wheel, &status[i], now);
		wheel->measured = ktime_divns(ktime_add(status[i].edge_time, status[i].speed_from),
					      2);
		if (!control_knows_speed(wheel, &status[i]))
			wheel->measured = now;
	}
}

/**
 * rover_control_begin_locked() - take over from whatever moves the wheels
 * @rover: the rover
 * @mode: what to work on
 *
 * From another closed loop, targets and drive go on.
 *
 * Context: any, drive.lock held.
 */
void rover_control_begin_locked(struct rover *rover, enum rover_control_mode mode)
{
	struct rover_control *control = &rover->control;
	ktime_t now = ktime_get();
	int i, step;

	lockdep_assert_held(&rover->drive.lock);
	if (control->mode == ROVER_CONTROL_OFF) {
		control->ease_e6 = CONTROL_EASE_MAX_E6;
		control->saturated = false;
		for (i = 0; i < ROVER_SIDES; i++) {
			struct rover_control_wheel *wheel = &control->wheel[i];

			wheel->regulator.integral_upermille = 0;
			wheel->wrong = 0;
			wheel->duty_permille = 0;
			wheel->pushed = 0;
			wheel->driven = rover->motor.want.duty_permille[i] ? now :
									     rover->drive.stop_time;
		}
		control_measure(rover, now);
		for (i = 0; i < ROVER_SIDES; i++) {
			struct rover_control_wheel *wheel = &control->wheel[i];

			wheel->target_um_s = wheel->standing ? 0 : wheel->speed_um_s;
			wheel->acceleration_um_s2 = 0;
			for (step = 0; step < ROVER_CONTROL_STEPS; step++)
				wheel->asked_um_s[step] = wheel->target_um_s;
		}
	}
	control->mode = mode;
	control->ticked = now;
}

/**
 * rover_control_speed_locked() - regulate wheel speeds
 * @rover: the rover
 * @speed_um_s: goals, within the limits
 *
 * Context: any, drive.lock held.
 */
void rover_control_speed_locked(struct rover *rover, const s64 speed_um_s[ROVER_SIDES])
{
	int i;

	rover_control_begin_locked(rover, ROVER_CONTROL_SPEED);
	rover->control.path.chain = false;
	for (i = 0; i < ROVER_SIDES; i++)
		rover->control.wheel[i].goal_um_s = speed_um_s[i];
}

/**
 * rover_control_goals_locked() - wheel speeds as commanded
 * @rover: the rover
 * @speed_um_s: filled in
 *
 * Context: any, drive.lock held.
 */
void rover_control_goals_locked(struct rover *rover, s64 speed_um_s[ROVER_SIDES])
{
	int i;

	lockdep_assert_held(&rover->drive.lock);
	for (i = 0; i < ROVER_SIDES; i++)
		speed_um_s[i] = rover->control.wheel[i].goal_um_s;
}

/**
 * rover_control_stop_locked() - leave the motors alone: they were stopped
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_control_stop_locked(struct rover *rover)
{
	struct rover_control *control = &rover->control;
	int i;

	lockdep_assert_held(&rover->drive.lock);
	control->mode = ROVER_CONTROL_OFF;
	control->saturated = false;
	for (i = 0; i < ROVER_SIDES; i++) {
		control->wheel[i].goal_um_s = 0;
		control->wheel[i].target_um_s = 0;
		control->wheel[i].duty_permille = 0;
	}
}

/**
 * rover_control_forget_locked() - the next path begins where the rover is
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_control_forget_locked(struct rover *rover)
{
	lockdep_assert_held(&rover->drive.lock);
	rover->control.path.chain = false;
}

/**
 * rover_control_open_locked() - leave the motors alone: they are driven open loop
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_control_open_locked(struct rover *rover)
{
	rover_control_stop_locked(rover);
	rover_control_forget_locked(rover);
	rover->control.path.remaining = 0;
}

/*
 * Whether a wheel may be driven that way now. A slow one has no edge for long
 * although it turns: it stands only once it has braked, too.
 */
bool rover_control_may_head(const struct rover *rover, const struct rover_control_wheel *wheel,
			    s64 speed_um_s)
{
	s64 braked_ns = ktime_to_ns(ktime_sub(rover->control.ticked, wheel->driven));

	return !control_infers(rover) || speed_um_s * wheel->heading >= 0 ||
	       (wheel->standing && braked_ns >= CONTROL_STANDING_NS);
}

/* A goal, or 0 for a wheel that must first stand still. */
static s64 control_goal_um_s(const struct rover *rover, const struct rover_control_wheel *wheel)
{
	s64 goal_um_s = div_s64(wheel->goal_um_s * rover->control.ease_e6, CONTROL_EASE_MAX_E6);

	if (!rover_control_may_head(rover, wheel, goal_um_s))
		return 0;
	return goal_um_s;
}

static struct rover_regulator_gains control_gains(const struct rover *rover)
{
	const struct rover_settings *settings = &rover->settings;

	return (struct rover_regulator_gains){
		.feed_forward = READ_ONCE(settings->feed_forward),
		.dead_zone_permille = READ_ONCE(settings->dead_zone_permille),
		.proportional = READ_ONCE(settings->proportional),
		.integral = READ_ONCE(settings->integral),
	};
}

/* As set, but no more than the motors have drive left for. */
u32 rover_control_acceleration_um_s2(const struct rover *rover)
{
	const struct rover_control_wheel *wheel = rover->control.wheel;
	struct rover_regulator_gains gains = control_gains(rover);
	s64 fastest_um_s = max(abs(wheel[ROVER_LEFT].target_um_s),
			       abs(wheel[ROVER_RIGHT].target_um_s));

	return rover_regulator_acceleration(&gains, fastest_um_s,
					    READ_ONCE(rover->settings.acceleration_um_s2));
}

/* Targets by ramps. */
static void control_speed_step(struct rover *rover, u32 step_us)
{
	const struct rover_settings *settings = &rover->settings;
	struct rover_control *control = &rover->control;
	s64 target_um_s[ROVER_SIDES], goal_um_s[ROVER_SIDES];
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		target_um_s[i] = control->wheel[i].target_um_s;
		goal_um_s[i] = control_goal_um_s(rover, &control->wheel[i]);
	}
	rover_regulator_ramp(target_um_s, goal_um_s, rover_control_acceleration_um_s2(rover),
			     READ_ONCE(settings->deceleration_um_s2), step_us);
	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &control->wheel[i];

		wheel->acceleration_um_s2 = div_s64((target_um_s[i] - wheel->target_um_s) *
						    USEC_PER_SEC, step_us);
		wheel->target_um_s = target_um_s[i];
	}
}

/*
 * From a target to the wheel doing it: a new drive begins at the end of the PWM's
 * period, and goes on until the next one comes.
 */
u32 rover_control_latency_us(const struct rover *rover, u32 step_us)
{
	return rover->motor.period_ns / (2 * NSEC_PER_USEC) + step_us / 2;
}

/*
 * A measured speed is as old as the middle between the edges it comes from, and
 * it is the answer to what was asked of the wheel even before that: so it is
 * compared with that.
 */
static s64 control_error_um_s(const struct rover *rover, const struct rover_control_wheel *wheel,
			      u32 step_us)
{
	const struct rover_control *control = &rover->control;
	s64 age_us = ktime_us_delta(control->ticked, wheel->measured) +
		     rover_control_latency_us(rover, step_us);
	unsigned int steps = clamp_t(s64, div_s64(age_us + step_us / 2, step_us),
				     0, ROVER_CONTROL_STEPS - 1);

	return wheel->asked_um_s[(control->step - steps) % ROVER_CONTROL_STEPS] -
	       wheel->speed_um_s;
}

/*
 * Drive of a wheel. Returns what it would be without limits, and without what
 * is for the acceleration alone.
 */
static s32 control_regulate(struct rover *rover, struct rover_control_wheel *wheel, u32 step_us)
{
	const struct rover_regulator_gains gains = control_gains(rover);
	struct rover_regulator_wish wish = {
		.target_um_s = wheel->target_um_s,
		.acceleration_um_s2 = wheel->acceleration_um_s2,
		.error_um_s = control_error_um_s(rover, wheel, step_us),
		.least_permille = -ROVER_DUTY_MAX,
		.most_permille = ROVER_DUTY_MAX,
	};
	int sign = (wish.target_um_s > 0) - (wish.target_um_s < 0);
	bool infers = control_infers(rover);
	s32 wanted;

	/* At rest a wheel brakes; one that must come to rest first does, too. */
	if ((!sign && (wheel->standing || infers || rover->control.mode != ROVER_CONTROL_SPEED)) ||
	    !rover_control_may_head(rover, wheel, sign)) {
		wheel->regulator.integral_upermille = 0;
		wheel->duty_permille = 0;
		return 0;
	}
	if (infers && sign > 0)
		wish.least_permille = 0;
	if (infers && sign < 0)
		wish.most_permille = 0;
	wheel->duty_permille = rover_regulator_run(&wheel->regulator, &gains, &wish, step_us,
						   &wanted);
	wanted -= rover_regulator_feed_forward(&gains, wish.target_um_s, wish.acceleration_um_s2) -
		  rover_regulator_feed_forward(&gains, wish.target_um_s, 0);
	return sign < 0 ? -wanted : wanted;
}

/* What both wheels have left of full drive decides how much may be asked of them. */
static void control_note_saturation(struct rover_control *control, s32 most_permille, u32 step_us)
{
	s64 spare_permille = ROVER_DUTY_MAX - most_permille;
	s64 change_e6 = div_s64(spare_permille * step_us * (CONTROL_EASE_RATE_E6 / ROVER_DUTY_MAX),
				USEC_PER_SEC);

	control->ease_e6 = clamp_t(s64, control->ease_e6 + change_e6, CONTROL_EASE_MIN_E6,
				   CONTROL_EASE_MAX_E6);
	control->saturated = most_permille > ROVER_DUTY_MAX ||
			     control->ease_e6 < CONTROL_EASE_MAX_E6;
}

/*
 * From standstill, how soon a wheel can have gone the way of a count. (In truth it
 * takes longer: the drive begins at the end of the PWM's period.) Only for encoders
 * that do not tell the direction.
 */
static u32 control_turn_ns(const struct rover *rover)
{
	u64 count_um = rover_control_count_um(rover);
	u64 turn_us;

	if (!control_infers(rover))
		return 0;
	/* s = a t^2 / 2 */
	turn_us = int_sqrt64(div64_u64(2 * count_um * USEC_PER_SEC * USEC_PER_SEC,
				       READ_ONCE(rover->settings.acceleration_um_s2)));
	return min_t(u64, turn_us, USEC_PER_SEC) * NSEC_PER_USEC;
}

static void control_drive(struct rover *rover, u32 step_us)
{
	struct rover_control *control = &rover->control;
	struct rover_motor *motor = &rover->motor;
	s32 duty_permille[ROVER_SIDES], most_permille = 0;
	bool changed = motor->want.mode != ROVER_MOTOR_DRIVE, turns = false;
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &control->wheel[i];

		wheel->asked_um_s[control->step % ROVER_CONTROL_STEPS] = wheel->target_um_s;
		most_permille = max(most_permille, control_regulate(rover, wheel, step_us));
		duty_permille[i] = wheel->duty_permille;
		changed |= motor->want.duty_permille[i] != duty_permille[i];
		turns |= duty_permille[i] * wheel->heading < 0;
		if (duty_permille[i])
			wheel->driven = control->ticked;
	}
	control->step++;
	control_note_saturation(control, most_permille, step_us);
	if (!changed)
		return;
	rover_encoder_set_heading(&rover->encoder, duty_permille,
				  turns ? control_turn_ns(rover) : 0);
	rover_motor_regulate(motor, duty_permille);
	rover_motor_queue_sync(motor);
}

/* A wheel that runs away from where it is driven: its encoder is backwards. */
static bool control_runs_away(struct rover *rover, struct rover_control_wheel *wheel, ktime_t now)
{
	s64 speed_um_s = wheel->duty_permille < 0 ? wheel->speed_um_s : -wheel->speed_um_s;
	s64 least_um_s = rover->control.mode == ROVER_CONTROL_HOLD ? CONTROL_WRONG_HOLD_UM_S :
								     CONTROL_WRONG_UM_S;

	if (control_infers(rover) || speed_um_s < least_um_s ||
	    abs(wheel->duty_permille) <= READ_ONCE(rover->settings.dead_zone_permille)) {
		wheel->wrong = 0;
		return false;
	}
	if (!wheel->wrong) {
		wheel->wrong = now;
		wheel->wrong_um_s = speed_um_s;
	}
	return ktime_to_ns(ktime_sub(now, wheel->wrong)) >= CONTROL_WRONG_NS &&
	       speed_um_s >= wheel->wrong_um_s;
}

/**
 * rover_control_tick_locked() - one step of the loop
 * @rover: the rover
 * @now: the time
 *
 * Context: worker, drive.lock held.
 */
void rover_control_tick_locked(struct rover *rover, ktime_t now)
{
	struct rover_control *control = &rover->control;
	u32 step_us;
	int i;

	lockdep_assert_held(&rover->drive.lock);
	if (control->mode == ROVER_CONTROL_OFF)
		return;
	step_us = clamp_t(s64, ktime_us_delta(now, control->ticked), 1,
			  ROVER_REGULATOR_STEP_MAX_US);
	control->ticked = now;
	control_measure(rover, now);
	if (rover->drive.waiting)
		return;
	for (i = 0; i < ROVER_SIDES; i++) {
		if (control_runs_away(rover, &control->wheel[i], now)) {
			rover_drive_end_locked(rover, ROVER_REASON_FAULT, ROVER_STOP_BRAKE, now);
			return;
		}
	}
	switch (control->mode) {
	case ROVER_CONTROL_SPEED:
		control_speed_step(rover, step_us);
		break;
	case ROVER_CONTROL_PATH:
		if (!rover_control_path_step(rover, now, step_us))
			break;
		rover_drive_complete_locked(rover);
		return;
	default:
		rover_control_hold_step(rover);
		break;
	}
	control_drive(rover, step_us);
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
	struct rover_control *control = &rover->control;
	int i;

	lockdep_assert_held(&rover->drive.lock);
	status->motion = rover->drive.motion;
	status->motion_id = rover->drive.motion_id;
	status->remaining = control->path.remaining;
	status->saturated = control->saturated;
	for (i = 0; i < ROVER_SIDES; i++)
		status->target_um_s[i] = control->wheel[i].target_um_s;
}
