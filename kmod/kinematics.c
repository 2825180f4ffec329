// SPDX-License-Identifier: GPL-2.0
/*
 * kinematics: pure integer functions: counts, times and lengths
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "kinematics.h"

/**
 * rover_kinematics_gray() - step between two states of a quadrature encoder
 * @before: lines A (bit 0) and B (bit 1) before
 * @now: and after
 *
 * Forward is 00, 01, 11, 10 (A leads B).
 *
 * Return: -1, 0, 1, or %ROVER_GRAY_ILLEGAL.
 */
int rover_kinematics_gray(unsigned int before, unsigned int now)
{
	static const s8 position[4] = { 0, 1, 3, 2 };
	unsigned int step = (position[now & 3] - position[before & 3]) & 3;

	return step == 3 ? -1 : step == 2 ? ROVER_GRAY_ILLEGAL : (int)step;
}

/**
 * rover_kinematics_speed_um_s() - wheel speed from counts in a time
 * @counts: encoder counts, at most 50 000 either way
 * @duration_ns: the time they took; 0 or less gives 0
 * @circumference_um: of the wheel, at most 10 m
 * @counts_per_revolution: of the wheel
 *
 * Return: speed in um/s.
 */
s64 rover_kinematics_speed_um_s(s64 counts, s64 duration_ns, u32 circumference_um,
				u32 counts_per_revolution)
{
	u64 path_pm;	/* a length over a time in ns: um * 10^6 keeps six digits */
	u64 speed;

	if (duration_ns <= 0 || !counts_per_revolution)
		return 0;
	path_pm = mul_u64_u64_div_u64(abs(counts), circumference_um * 1000000ULL,
				      counts_per_revolution);
	speed = mul_u64_u64_div_u64(path_pm, NSEC_PER_SEC / 1000000, duration_ns);
	return counts < 0 ? -(s64)speed : (s64)speed;
}

/**
 * rover_kinematics_sound_um_s() - speed of sound in dry air
 * @air_temperature_mc: millidegrees Celsius, above absolute zero
 *
 * 331.3 m/s * sqrt(1 + T / 273.15): 343.2 m/s at 20 degrees.
 *
 * Return: speed in um/s.
 */
u32 rover_kinematics_sound_um_s(s32 air_temperature_mc)
{
	const u64 zero_mk = 273150;
	u64 ratio_e12 = div64_u64((zero_mk + air_temperature_mc) * 1000000000000ULL, zero_mk);

	return mul_u64_u32_div(int_sqrt64(ratio_e12), 331300000, 1000000);
}

/**
 * rover_kinematics_range_um() - distance of what echoed
 * @echo_ns: time to the target and back
 * @sound_um_s: speed of sound
 *
 * Return: distance in um.
 */
s64 rover_kinematics_range_um(u64 echo_ns, u32 sound_um_s)
{
	return mul_u64_u32_div(echo_ns, sound_um_s, 2 * NSEC_PER_SEC);
}

/**
 * rover_kinematics_twist() - wheel speeds for a curve
 * @speed_um_s: of the middle of the axle, at most 100 m/s; returns what is possible
 * @rate_urad_s: of the heading, at most 1000 rad/s; returns what is possible
 * @track_um: distance between the wheels, at most 10 m
 * @max_um_s: fastest speed of a wheel
 * @wheel_um_s: filled in
 *
 * If a wheel would be too fast, both are slowed down alike: the radius
 * of the curve stays.
 */
void rover_kinematics_twist(s64 *speed_um_s, s64 *rate_urad_s, u32 track_um, s64 max_um_s,
			    s64 wheel_um_s[ROVER_SIDES])
{
	s64 rim_um_s = div_s64(*rate_urad_s * track_um, 2 * 1000000);
	s64 fastest_um_s = abs(*speed_um_s) + abs(rim_um_s);

	if (fastest_um_s > max_um_s) {
		*speed_um_s = div64_s64(*speed_um_s * max_um_s, fastest_um_s);
		*rate_urad_s = div64_s64(*rate_urad_s * max_um_s, fastest_um_s);
		rim_um_s = div64_s64(rim_um_s * max_um_s, fastest_um_s);
	}
	wheel_um_s[ROVER_LEFT] = *speed_um_s - rim_um_s;
	wheel_um_s[ROVER_RIGHT] = *speed_um_s + rim_um_s;
}
