// SPDX-License-Identifier: GPL-2.0
/*
 * kinematics: pure integer functions: counts, times and lengths
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include "kinematics.h"

/* Edges that come less often say nothing of where a wheel is between them. */
#define KINEMATICS_RARE_NS	(60 * NSEC_PER_MSEC)

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
 * rover_kinematics_position_um() - where a wheel is, also between two edges
 * @count: encoder counts
 * @direction: of the last step: -1, 0 (none yet), 1
 * @silence_ns: since the last edge
 * @interval_ns: between the last two edges
 * @circumference_um: of the wheel, at most 10 m
 * @counts_per_revolution: of the wheel, not 0
 *
 * An edge tells exactly where the wheel is; the count alone does not tell on
 * which side of the edge. After that the wheel is taken to go on as it did, and
 * to be in the middle between two edges when the next one does not come, or when
 * edges are so rare that it may stand any moment:
 *
 *   count n:   edge n |-----------------| edge n + 1
 *   forward:          ^ was here          backward:   was there ^
 *
 * Return: position in um; 0 where the wheel was at first.
 */
s64 rover_kinematics_position_um(s64 count, int direction, s64 silence_ns, s64 interval_ns,
				 u32 circumference_um, u32 counts_per_revolution)
{
	s64 edge = direction < 0 ? count + 1 : count;
	s64 step_nm = div_s64(circumference_um * 1000LL, counts_per_revolution);
	s64 whole_um = div_s64(edge * circumference_um, counts_per_revolution);
	s64 beyond_nm = step_nm / 2;

	if (!direction)
		return whole_um;
	if (interval_ns > KINEMATICS_RARE_NS)
		beyond_nm = step_nm / 2;
	else if (silence_ns < interval_ns)
		beyond_nm = div64_s64(step_nm * (silence_ns >> 10), (interval_ns >> 10) + 1);
	else if (silence_ns < 2 * interval_ns)
		beyond_nm = step_nm - div64_s64(step_nm * ((silence_ns - interval_ns) >> 11),
						(interval_ns >> 10) + 1);
	return whole_um + div_s64(direction * beyond_nm - step_nm / 2, 1000);
}

/* Taylor coefficients, Q30: of sine over its argument, and of cosine. */
static const s64 kinematics_sine_q30[] = { 1073741824, -178956971, 8947849, -213044, 2959 };
static const s64 kinematics_cosine_q30[] = { 1073741824, -536870912, 44739243, -1491308, 26631,
					     -296 };

/* A polynomial of the square. */
static s64 kinematics_polynomial(const s64 *coefficient, int count, s64 square_q30)
{
	s64 sum = 0;

	while (count--)
		sum = coefficient[count] + ((sum * square_q30) >> 30);
	return sum;
}

/**
 * rover_kinematics_sincos() - sine and cosine
 * @angle_urad: within +-10^12
 * @sine_q30: filled in, 2^30 for 1
 * @cosine_q30: likewise
 *
 * Errors are below 10^-8.
 */
void rover_kinematics_sincos(s64 angle_urad, s64 *sine_q30, s64 *cosine_q30)
{
	const s64 quarter_prad = 1570796326795LL;	/* half of pi */
	s64 angle_prad = angle_urad * 1000000;
	s64 quarters = div64_s64(angle_prad, quarter_prad);
	s64 rest_prad = angle_prad - quarters * quarter_prad;
	s64 rest_q30, square_q30, sine, cosine;

	if (rest_prad > quarter_prad / 2) {
		quarters++;
		rest_prad -= quarter_prad;
	} else if (rest_prad < -quarter_prad / 2) {
		quarters--;
		rest_prad += quarter_prad;
	}
	/* 2^30 / 10^12, in two steps that each fit. */
	rest_q30 = div_s64(div_s64(rest_prad << 15, 1000000) << 15, 1000000);
	square_q30 = (rest_q30 * rest_q30) >> 30;
	sine = (rest_q30 * kinematics_polynomial(kinematics_sine_q30,
						 ARRAY_SIZE(kinematics_sine_q30),
						 square_q30)) >> 30;
	cosine = kinematics_polynomial(kinematics_cosine_q30, ARRAY_SIZE(kinematics_cosine_q30),
				       square_q30);

	*sine_q30 = quarters & 1 ? cosine : sine;
	*cosine_q30 = quarters & 1 ? sine : cosine;
	if (quarters & 2)
		*sine_q30 = -*sine_q30;
	if ((quarters + 1) & 2)
		*cosine_q30 = -*cosine_q30;
}

/**
 * rover_kinematics_arc() - how far along an arc both wheels take the rover
 * @left_um: way of the left wheel, at most 1 m either way
 * @right_um: of the right one
 * @track_um: distance between them, at least 1 mm
 * @heading_urad: at the beginning of the arc
 * @x_nm: added to
 * @y_nm: added to
 *
 * Along the chord of the arc, whose direction is the heading in its middle; its
 * length is that of the arc less a part of turn^2 / 24, up to a turn of 1 rad.
 *
 * Return: turn in urad.
 */
s64 rover_kinematics_arc(s64 left_um, s64 right_um, u32 track_um, s64 heading_urad,
			 s64 *x_nm, s64 *y_nm)
{
	s64 turn_urad = div_s64((right_um - left_um) * 1000000, track_um);
	s64 bend_urad = clamp_t(s64, turn_urad, -1000000, 1000000);
	s64 chord_nm = (left_um + right_um) * 500;
	s64 sine, cosine;

	chord_nm -= div_s64(chord_nm * div_s64(bend_urad * bend_urad, 24000000), 1000000);
	rover_kinematics_sincos(heading_urad + turn_urad / 2, &sine, &cosine);
	*x_nm += (chord_nm * cosine + (1 << 29)) >> 30;
	*y_nm += (chord_nm * sine + (1 << 29)) >> 30;
	return turn_urad;
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
