// SPDX-License-Identifier: GPL-2.0
/*
 * control: the closed loop: what the wheels are to do, and the drive for it
 *
 * Each tick: measure; set the targets, by ramps (here) or by the way that is left
 * (path.c); regulate; drive. Measuring is in measure.c, the maths in regulator.c.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/minmax.h>

#include "rover.h"

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

/**
 * rover_control_begin_locked() - take over from whatever moves the wheels
 * @rover: the rover
 * @mode: what to work on
 *
 * From another closed loop, targets and drive go on, and so do the ticks: commands
 * that come more often than those must not shorten their steps.
 *
 * Context: any, drive.lock held.
 */
void rover_control_begin_locked(struct rover *rover, enum rover_control_mode mode)
{
	struct rover_control *control = &rover->control;
	bool braked = rover->motor.want.mode == ROVER_MOTOR_BRAKE;
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
			wheel->driven = braked ? rover->drive.stop_time : now;
		}
		rover_control_measure(rover, now);
		for (i = 0; i < ROVER_SIDES; i++) {
			struct rover_control_wheel *wheel = &control->wheel[i];

			wheel->target_um_s = wheel->standing ? 0 : wheel->speed_um_s;
			wheel->acceleration_um_s2 = 0;
			for (step = 0; step < ROVER_CONTROL_STEPS; step++)
				wheel->asked_um_s[step] = wheel->target_um_s;
		}
		control->ticked = now;
	}
	control->mode = mode;
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
 * The goals; 0 for a wheel that must first stand still, and for one beside it that
 * would go ahead from rest: it would turn the rover.
 */
static void control_goals(const struct rover *rover, s64 goal_um_s[ROVER_SIDES])
{
	const struct rover_control *control = &rover->control;
	bool waits = false;
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		goal_um_s[i] = div_s64(control->wheel[i].goal_um_s * control->ease_e6,
				       CONTROL_EASE_MAX_E6);
		if (rover_control_may_head(rover, &control->wheel[i], goal_um_s[i]))
			continue;
		goal_um_s[i] = 0;
		waits = true;
	}
	for (i = 0; i < ROVER_SIDES && waits; i++)
		if (!control->wheel[i].target_um_s)
			goal_um_s[i] = 0;
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

	control_goals(rover, goal_um_s);
	for (i = 0; i < ROVER_SIDES; i++)
		target_um_s[i] = control->wheel[i].target_um_s;
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
	bool infers = rover_control_infers(rover);
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
				  turns ? rover_control_turn_ns(rover) : 0);
	rover_motor_regulate(motor, duty_permille);
	rover_motor_queue_sync(motor);
}

/* A wheel that runs away from where it is driven: its encoder is backwards. */
static bool control_runs_away(struct rover *rover, struct rover_control_wheel *wheel, ktime_t now)
{
	s64 speed_um_s = wheel->duty_permille < 0 ? wheel->speed_um_s : -wheel->speed_um_s;
	s64 least_um_s = rover->control.mode == ROVER_CONTROL_HOLD ? CONTROL_WRONG_HOLD_UM_S :
								     CONTROL_WRONG_UM_S;

	if (rover_control_infers(rover) || speed_um_s < least_um_s ||
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
	rover_control_measure(rover, now);
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
