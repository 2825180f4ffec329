// SPDX-License-Identifier: GPL-2.0
/*
 * kinematics: counts, times and lengths, to the edges of what they may be
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/time64.h>

#include "kinematics.h"
#include "suites.h"

/* The Initio's wheel. */
#define CIRCUMFERENCE_UM	174000
#define COUNTS			72

static void gray_steps(struct kunit *test)
{
	static const unsigned int forward[] = { 0, 1, 3, 2 };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		unsigned int now = forward[i], next = forward[(i + 1) % 4];

		KUNIT_EXPECT_EQ(test, 1, rover_kinematics_gray(now, next));
		KUNIT_EXPECT_EQ(test, -1, rover_kinematics_gray(next, now));
		KUNIT_EXPECT_EQ(test, 0, rover_kinematics_gray(now, now));
		KUNIT_EXPECT_EQ(test, ROVER_GRAY_ILLEGAL,
				rover_kinematics_gray(now, forward[(i + 2) % 4]));
	}
}

/* Only the two lowest bits are lines. */
static void gray_ignores_other_bits(struct kunit *test)
{
	unsigned int before, now;

	for (before = 0; before < 4; before++)
		for (now = 0; now < 4; now++)
			KUNIT_EXPECT_EQ(test, rover_kinematics_gray(before, now),
					rover_kinematics_gray(before | ~3u, now | 0x10));
}

static void speed_in_one_second(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, CIRCUMFERENCE_UM,
			rover_kinematics_speed_um_s(COUNTS, NSEC_PER_SEC, CIRCUMFERENCE_UM,
						    COUNTS));
	KUNIT_EXPECT_EQ(test, 600000,
			rover_kinematics_speed_um_s(600, NSEC_PER_SEC, 1000000, 1000));
}

/* Half a count of rounding is 0.1 um/s here, and it goes towards nought. */
static void speed_is_odd(struct kunit *test)
{
	static const s64 counts[] = { 1, 7, 71, 1000, 49999 };
	static const s64 times_ns[] = { 1000, 999999, 10000001, 3333333333 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(counts); i++)
		for (k = 0; k < ARRAY_SIZE(times_ns); k++) {
			s64 speed = rover_kinematics_speed_um_s(counts[i], times_ns[k],
								CIRCUMFERENCE_UM, COUNTS);

			KUNIT_EXPECT_GE(test, speed, 0);
			KUNIT_EXPECT_EQ(test, -speed,
					rover_kinematics_speed_um_s(-counts[i], times_ns[k],
								    CIRCUMFERENCE_UM, COUNTS));
		}
}

static void speed_of_nothing(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(0, NSEC_PER_MSEC, CIRCUMFERENCE_UM,
							     COUNTS));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(100, 0, CIRCUMFERENCE_UM, COUNTS));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(100, -1, CIRCUMFERENCE_UM, COUNTS));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(100, S64_MIN, CIRCUMFERENCE_UM,
							     COUNTS));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(100, 1, CIRCUMFERENCE_UM, 0));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(100, 1, 0, COUNTS));
}

/* All that may be asked for at once: 50 000 counts of 10 m, in 1 ns and in years. */
static void speed_at_the_limits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 500000000000LL * 1000000,
			rover_kinematics_speed_um_s(50000, NSEC_PER_MSEC / 1000, 10000000, 1));
	KUNIT_EXPECT_EQ(test, -500000000000LL * 1000000,
			rover_kinematics_speed_um_s(-50000, NSEC_PER_MSEC / 1000, 10000000, 1));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(1, S64_MAX, CIRCUMFERENCE_UM,
							     COUNTS));
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_speed_um_s(1, NSEC_PER_SEC, 1, U32_MAX));
}

/* A count each 100 s is 24.17 um/s; a millimetre a second would be too coarse. */
static void slow_speeds_keep_their_digits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 24, rover_kinematics_speed_um_s(1, 100 * NSEC_PER_SEC,
							      CIRCUMFERENCE_UM, COUNTS));
	KUNIT_EXPECT_EQ(test, 2416666, rover_kinematics_speed_um_s(1, NSEC_PER_MSEC,
								   CIRCUMFERENCE_UM, COUNTS));
}

/* From tables of dry air: 331.3 m/s at 0, 343.2 at 20, 306.2 at -40, 360.3 at 50. */
static void sound_in_air(struct kunit *test)
{
	static const struct {
		s32 air_mc;
		u32 um_s;
	} table[] = {
		{ -40000, 306084000 }, { 0, 331300000 }, { 20000, 343214000 },
		{ 50000, 360348000 }, { 85000, 379361000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u32 um_s = rover_kinematics_sound_um_s(table[i].air_mc);

		KUNIT_EXPECT_LE(test, abs((s64)um_s - table[i].um_s), 5000);
	}
}

static void warmer_air_is_faster(struct kunit *test)
{
	u32 last_um_s = rover_kinematics_sound_um_s(-273149);
	s32 air_mc;

	KUNIT_EXPECT_LT(test, last_um_s, 1000000u);
	for (air_mc = -273000; air_mc <= 150000; air_mc += 500) {
		u32 um_s = rover_kinematics_sound_um_s(air_mc);

		KUNIT_EXPECT_GT(test, um_s, last_um_s);
		last_um_s = um_s;
	}
}

static void range_of_an_echo(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, rover_kinematics_range_um(0, 343200000));
	/* there and back */
	KUNIT_EXPECT_EQ(test, 171600, rover_kinematics_range_um(NSEC_PER_MSEC, 343200000));
	KUNIT_EXPECT_EQ(test, 1000000, rover_kinematics_range_um(5827506, 343200000));
	KUNIT_EXPECT_EQ(test, 6520800, rover_kinematics_range_um(38 * NSEC_PER_MSEC, 343200000));
	/* an hour, at a speed that no air has */
	KUNIT_EXPECT_EQ(test, 1800LL * U32_MAX,
			rover_kinematics_range_um(3600 * NSEC_PER_SEC, U32_MAX));
}

/* An edge tells where a wheel is; between two it goes on as it did, or is in the middle. */
static void position_between_edges(struct kunit *test)
{
	const s64 ms = NSEC_PER_MSEC;
	/* A step is 2416 um; all counts from the middle of where the wheel was at first. */
	static const struct {
		s64 count;
		int direction;
		s64 silence_ms, interval_ms, position_um;
	} cases[] = {
		{ 0, 0, 0, 0, 0 },
		{ 72, 0, 0, 0, 174000 },
		{ 72, 1, 0, 10, 174000 - 1208 },
		{ 72, 1, 5, 10, 174000 },
		{ 72, 1, 10, 10, 174000 + 1208 },
		{ 72, 1, 15, 10, 174000 + 604 },
		{ 72, 1, 1000, 10, 174000 },
		{ 72, 1, 1, 61, 174000 },
		{ -73, -1, 0, 10, -174000 - 1208 },
		{ -73, -1, 10, 10, -174000 - 3 * 1208 },
		{ -73, -1, 1000, 10, -174000 - 2 * 1208 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		s64 seen = rover_kinematics_position_um(cases[i].count, cases[i].direction,
							cases[i].silence_ms * ms,
							cases[i].interval_ms * ms,
							CIRCUMFERENCE_UM, COUNTS);

		KUNIT_EXPECT_GE_MSG(test, 3, abs(seen - cases[i].position_um), "case %zu: %lld",
				    i, seen);
	}
}

static void sine_and_cosine(struct kunit *test)
{
	static const struct {
		s64 angle_urad;
		s64 sine_q30, cosine_q30;
	} cases[] = {
		{ 0, 0, 1 << 30 },
		{ 523599, 536870912, 929887697 },
		{ 785398, 759250125, 759250125 },
		{ 1570796, 1 << 30, 0 },
		{ -1570796, -(1 << 30), 0 },
		{ 3141593, 0, -(1 << 30) },
		{ -523599, -536870912, 929887697 },
		{ 628318530718, 0, 1 << 30 },
	};
	s64 sine, cosine, angle_urad;
	size_t i;

	/* Half a microradian, which the angles are rounded to, is 537. */
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rover_kinematics_sincos(cases[i].angle_urad, &sine, &cosine);
		KUNIT_EXPECT_GE(test, 550, abs(sine - cases[i].sine_q30));
		KUNIT_EXPECT_GE(test, 550, abs(cosine - cases[i].cosine_q30));
	}
	for (angle_urad = -7000000; angle_urad <= 7000000; angle_urad += 9973) {
		rover_kinematics_sincos(angle_urad, &sine, &cosine);
		KUNIT_EXPECT_GE(test, 50, abs(((sine * sine + cosine * cosine) >> 30) -
						   (1 << 30)));
	}
}

/* A whole circle in steps of a tick ends where it began. */
static void arcs_close(struct kunit *test)
{
	s64 x_nm = 0, y_nm = 0, heading_urad = 0;
	int i;

	for (i = 0; i < 200; i++)
		heading_urad += rover_kinematics_arc(1864, 6137, 136000, heading_urad,
						     &x_nm, &y_nm);
	/* 200 * 4273 um of difference are 6.2838 rad. */
	KUNIT_EXPECT_GE(test, 200, abs(heading_urad - 6283824));
	KUNIT_EXPECT_GE(test, 200000, abs(x_nm));
	KUNIT_EXPECT_GE(test, 200000, abs(y_nm));

	/* 1 rad in one step, of radius 1 m: x is sin 1, y is 1 - cos 1. */
	x_nm = 0;
	y_nm = 0;
	KUNIT_EXPECT_EQ(test, 1000000, rover_kinematics_arc(932000, 1068000, 136000, 0,
							    &x_nm, &y_nm));
	KUNIT_EXPECT_GE(test, 1000000, abs(x_nm - 841470985));
	KUNIT_EXPECT_GE(test, 1000000, abs(y_nm - 459697694));
}

static void twist_keeps_the_curve(struct kunit *test)
{
	s64 speed = 600000, rate = 3000000, wheel[ROVER_SIDES];

	rover_kinematics_twist(&speed, &rate, 136000, 600000, wheel);
	KUNIT_EXPECT_GE(test, 1, abs(wheel[ROVER_RIGHT] - 600000));
	KUNIT_EXPECT_EQ(test, 600000 * 600 / 804, speed);
	KUNIT_EXPECT_EQ(test, 3000000LL * 600 / 804, rate);
	KUNIT_EXPECT_GE(test, 1, abs(wheel[ROVER_LEFT] - 396000 * 600 / 804));

	speed = -100000;
	rate = 0;
	rover_kinematics_twist(&speed, &rate, 136000, 600000, wheel);
	KUNIT_EXPECT_EQ(test, -100000, wheel[ROVER_LEFT]);
	KUNIT_EXPECT_EQ(test, -100000, wheel[ROVER_RIGHT]);

	/* The limits of TWIST, on the widest rover. */
	speed = 100000000;
	rate = -1000000000;
	rover_kinematics_twist(&speed, &rate, 10000000, 10000000, wheel);
	KUNIT_EXPECT_GE(test, 10, abs(wheel[ROVER_LEFT] - 10000000));
}

static struct kunit_case kinematics_cases[] = {
	KUNIT_CASE(position_between_edges),
	KUNIT_CASE(sine_and_cosine),
	KUNIT_CASE(arcs_close),
	KUNIT_CASE(twist_keeps_the_curve),
	KUNIT_CASE(gray_steps),
	KUNIT_CASE(gray_ignores_other_bits),
	KUNIT_CASE(speed_in_one_second),
	KUNIT_CASE(speed_is_odd),
	KUNIT_CASE(speed_of_nothing),
	KUNIT_CASE(speed_at_the_limits),
	KUNIT_CASE(slow_speeds_keep_their_digits),
	KUNIT_CASE(sound_in_air),
	KUNIT_CASE(warmer_air_is_faster),
	KUNIT_CASE(range_of_an_echo),
	{}
};

struct kunit_suite kinematics_suite = {
	.name = "kinematics",
	.test_cases = kinematics_cases,
};
