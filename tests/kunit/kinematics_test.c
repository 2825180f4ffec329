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

static struct kunit_case kinematics_cases[] = {
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
