// SPDX-License-Identifier: GPL-2.0
/*
 * regulator: pure integer functions: speed regulation, ramps, ways with an end
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "regulator.h"

#define REGULATOR_FULL_PERMILLE		1000
#define REGULATOR_UPERMILLE		1000000LL
#define REGULATOR_US_PER_S		1000000LL

/*
 * Errors are added up until the drive is that far beyond its limit, so that it
 * tells how much too much is asked for.
 */
#define REGULATOR_BEYOND_LIMIT		50

/* What drive and its parts are limited to on the way: far beyond full. */
#define REGULATOR_BEYOND_PERMILLE	100000

/* However little drive is left, a speed rises at least that part of what is set. */
#define REGULATOR_ACCELERATION_PART	16

/* Permille of drive for a speed, with a gain in permille per m/s. */
static s64 regulator_drive(u32 gain, s64 speed_um_s)
{
	s64 limit_um_s = 100000000;

	return div_s64(gain * clamp(speed_um_s, -limit_um_s, limit_um_s), 1000000);
}

/**
 * rover_regulator_feed_forward() - drive that should give a speed
 * @gains: what is known of the motor
 * @target_um_s: the speed
 * @acceleration_um_s2: how it changes
 *
 * A motor is slow to follow: to change speed at a rate, it is driven as if for the
 * speed that it is to have one time constant later.
 *
 * Return: permille, not limited to full drive.
 */
s32 rover_regulator_feed_forward(const struct rover_regulator_gains *gains, s64 target_um_s,
				 s64 acceleration_um_s2)
{
	s64 ahead_um_s = target_um_s;
	s64 drive;

	if (gains->integral)
		ahead_um_s += div_s64(acceleration_um_s2 * gains->proportional, gains->integral);
	drive = regulator_drive(gains->feed_forward, ahead_um_s);
	if (target_um_s > 0)
		drive += gains->dead_zone_permille;
	else if (target_um_s < 0)
		drive -= gains->dead_zone_permille;
	return clamp_t(s64, drive, -REGULATOR_BEYOND_PERMILLE, REGULATOR_BEYOND_PERMILLE);
}

/**
 * rover_regulator_acceleration() - how fast a wheel may become faster
 * @gains: what is known of the motor
 * @speed_um_s: of the wheel
 * @acceleration_um_s2: limit that is set
 *
 * The faster a motor turns, the less drive is left for acceleration.
 *
 * Return: um/s^2, at most the limit, at least a part of it.
 */
u32 rover_regulator_acceleration(const struct rover_regulator_gains *gains, s64 speed_um_s,
				 u32 acceleration_um_s2)
{
	u64 scale = (u64)gains->feed_forward * gains->proportional;
	s64 left_permille = REGULATOR_FULL_PERMILLE -
			    rover_regulator_feed_forward(gains, abs(speed_um_s), 0);
	u32 least_um_s2 = acceleration_um_s2 / REGULATOR_ACCELERATION_PART;

	if (!gains->integral || !scale)
		return acceleration_um_s2;
	if (left_permille <= 0)
		return least_um_s2;
	return clamp_t(u64, mul_u64_u64_div_u64(left_permille * 1000000, gains->integral, scale),
		       least_um_s2, acceleration_um_s2);
}

/**
 * rover_regulator_run() - drive of a wheel for the next step
 * @regulator: its memory
 * @gains: what is known of the motor
 * @wish: what it is to do
 * @step_us: time since the last call, at most %ROVER_REGULATOR_STEP_MAX_US
 * @wanted_permille: returns the drive without limits, to tell saturation
 *
 * While the drive is limited, errors that would drive it far beyond the limit are
 * not added up.
 *
 * Return: permille, within the limits of @wish.
 */
s32 rover_regulator_run(struct rover_regulator *regulator,
			const struct rover_regulator_gains *gains,
			const struct rover_regulator_wish *wish, u32 step_us, s32 *wanted_permille)
{
	const s64 limit = REGULATOR_FULL_PERMILLE * REGULATOR_UPERMILLE;
	s64 error_um_s = clamp_t(s64, wish->error_um_s, -10000000, 10000000);
	s64 base = rover_regulator_feed_forward(gains, wish->target_um_s,
						wish->acceleration_um_s2) +
		   regulator_drive(gains->proportional, error_um_s);
	s64 drive = base + div_s64(regulator->integral_upermille, REGULATOR_UPERMILLE);
	bool beyond = (drive >= wish->most_permille + REGULATOR_BEYOND_LIMIT && error_um_s > 0) ||
		      (drive <= wish->least_permille - REGULATOR_BEYOND_LIMIT && error_um_s < 0);

	if (!beyond) {
		regulator->integral_upermille +=
			div_s64(gains->integral * error_um_s *
				min_t(u32, step_us, ROVER_REGULATOR_STEP_MAX_US), 1000000);
		regulator->integral_upermille = clamp(regulator->integral_upermille,
						      -limit, limit);
	}
	*wanted_permille = clamp_t(s64, drive, -REGULATOR_BEYOND_PERMILLE,
				   REGULATOR_BEYOND_PERMILLE);
	return clamp(*wanted_permille, wish->least_permille, wish->most_permille);
}

/* How much a speed may change in a step towards its goal. */
static s64 regulator_step_um_s(s64 speed_um_s, s64 goal_um_s, u32 acceleration_um_s2,
			       u32 deceleration_um_s2, u32 step_us)
{
	bool slower = speed_um_s > 0 ? goal_um_s < speed_um_s :
		      speed_um_s < 0 ? goal_um_s > speed_um_s : false;
	u32 rate = slower ? deceleration_um_s2 : acceleration_um_s2;

	return div_s64((s64)rate * step_us, REGULATOR_US_PER_S) + 1;
}

/**
 * rover_regulator_ramp() - change both speeds towards their goals
 * @speed_um_s: speeds, at most 10 m/s either way; returns the new ones
 * @goal_um_s: goals, likewise
 * @acceleration_um_s2: limit of both
 * @deceleration_um_s2: likewise
 * @step_us: time since the last call, at most %ROVER_REGULATOR_STEP_MAX_US
 *
 * Both get there at the same time: the one that has more to change is as fast as
 * its limit allows, so the curve changes evenly.
 */
void rover_regulator_ramp(s64 speed_um_s[ROVER_SIDES], const s64 goal_um_s[ROVER_SIDES],
			  u32 acceleration_um_s2, u32 deceleration_um_s2, u32 step_us)
{
	s64 delta_um_s[ROVER_SIDES], part_e6 = 1000000;
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		s64 step_um_s = regulator_step_um_s(speed_um_s[i], goal_um_s[i],
						    acceleration_um_s2, deceleration_um_s2,
						    step_us);

		delta_um_s[i] = goal_um_s[i] - speed_um_s[i];
		if (abs(delta_um_s[i]) > step_um_s)
			part_e6 = min(part_e6, div64_s64(step_um_s * 1000000,
							 abs(delta_um_s[i])));
	}
	for (i = 0; i < ROVER_SIDES; i++)
		speed_um_s[i] += div_s64(delta_um_s[i] * part_e6, 1000000);
}

/**
 * rover_regulator_profile() - speed of a way that has an end
 * @speed_um_s: now, 0 or more, at most 10 m/s
 * @remaining_um: to the end, at most 10 km
 * @max_um_s: fastest
 * @acceleration_um_s2: at the begin
 * @deceleration_um_s2: at the end
 * @step_us: time since the last call, at most %ROVER_REGULATOR_STEP_MAX_US
 *
 * A trapezoid: up, on, and down so that the speed is 0 at the end.
 *
 * Return: the new speed, 0 or more.
 */
s64 rover_regulator_profile(s64 speed_um_s, s64 remaining_um, s64 max_um_s,
			    u32 acceleration_um_s2, u32 deceleration_um_s2, u32 step_us)
{
	s64 faster_um_s = speed_um_s + div_s64((s64)acceleration_um_s2 * step_us,
					       REGULATOR_US_PER_S);
	s64 step_um_s = div_s64((s64)deceleration_um_s2 * step_us, REGULATOR_US_PER_S);
	s64 slower_um_s = max_t(s64, speed_um_s - step_um_s, 0);
	s64 braking_um_s;

	if (remaining_um <= 0)
		return 0;
	/* At the end of the step it must still be possible to brake. */
	braking_um_s = max_t(s64, (s64)int_sqrt64(2 * (u64)deceleration_um_s2 * remaining_um) -
				  step_um_s, 0);
	return min3(faster_um_s, braking_um_s, max(max_um_s, slower_um_s));
}

/**
 * rover_regulator_braking_um() - way until standstill
 * @speed_um_s: now, at most 100 m/s either way
 * @deceleration_um_s2: not 0
 *
 * Return: um, 0 or more.
 */
s64 rover_regulator_braking_um(s64 speed_um_s, u32 deceleration_um_s2)
{
	return div_u64((u64)(speed_um_s * speed_um_s), deceleration_um_s2) / 2;
}
