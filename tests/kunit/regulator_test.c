// SPDX-License-Identifier: GPL-2.0
/*
 * regulator: drive, ramps and ways, with the Initio's numbers and at the limits
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "regulator.h"
#include "suites.h"

#define STEP_US		10000

/* A motor that does 600 mm/s at full drive, and does not turn below 80 permille. */
static const struct rover_regulator_gains gains = {
	.feed_forward = 1533,
	.dead_zone_permille = 80,
	.proportional = 1500,
	.integral = 10000,
};

static struct rover_regulator_wish wish(s64 target_um_s, s64 error_um_s)
{
	return (struct rover_regulator_wish){
		.target_um_s = target_um_s,
		.error_um_s = error_um_s,
		.least_permille = -1000,
		.most_permille = 1000,
	};
}

static void feed_forward_knows_the_motor(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, rover_regulator_feed_forward(&gains, 0, 0));
	KUNIT_EXPECT_EQ(test, 80 + 306, rover_regulator_feed_forward(&gains, 200000, 0));
	KUNIT_EXPECT_EQ(test, -80 - 306, rover_regulator_feed_forward(&gains, -200000, 0));
	/* 1500 / 10000 s of 2 m/s^2 is 300 mm/s. */
	KUNIT_EXPECT_EQ(test, 80 + 766, rover_regulator_feed_forward(&gains, 200000, 2000000));
}

static void feed_forward_at_the_limits(struct kunit *test)
{
	struct rover_regulator_gains most = {
		.feed_forward = 100000, .dead_zone_permille = 900,
		.proportional = 100000, .integral = 1,
	};

	KUNIT_EXPECT_EQ(test, 100000,
			rover_regulator_feed_forward(&most, 10000000, 100000000));
	KUNIT_EXPECT_EQ(test, -100000,
			rover_regulator_feed_forward(&most, -10000000, -100000000));
}

static void errors_add_up_with_time(struct kunit *test)
{
	struct rover_regulator slow = {}, fast = {};
	struct rover_regulator_wish w = wish(200000, 10000);
	s32 wanted;
	int i;

	for (i = 0; i < 10; i++)
		rover_regulator_run(&slow, &gains, &w, STEP_US, &wanted);
	for (i = 0; i < 50; i++)
		rover_regulator_run(&fast, &gains, &w, STEP_US / 5, &wanted);
	/* 10 mm/s for 100 ms is 1 mm: 10 permille. */
	KUNIT_EXPECT_EQ(test, 10000000LL, slow.integral_upermille);
	KUNIT_EXPECT_EQ(test, slow.integral_upermille, fast.integral_upermille);
}

static void nothing_winds_up(struct kunit *test)
{
	struct rover_regulator regulator = {};
	struct rover_regulator_wish w = wish(600000, 300000);
	s32 wanted;
	int i;

	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_EQ(test, 1000, rover_regulator_run(&regulator, &gains, &w, STEP_US,
								&wanted));
	KUNIT_EXPECT_GE(test, 1000000LL, regulator.integral_upermille);
	KUNIT_EXPECT_LT(test, 1000, wanted);
	w = wish(200000, -100000);
	KUNIT_EXPECT_GT(test, 386, rover_regulator_run(&regulator, &gains, &w, STEP_US, &wanted));
}

static void limits_are_kept(struct kunit *test)
{
	struct rover_regulator regulator = {};
	struct rover_regulator_wish w = wish(100000, -600000);
	s32 wanted;

	w.least_permille = 0;
	KUNIT_EXPECT_EQ(test, 0, rover_regulator_run(&regulator, &gains, &w, STEP_US, &wanted));
	KUNIT_EXPECT_GT(test, 0, wanted);
}

static void acceleration_is_what_drive_is_left_for(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 2000000, rover_regulator_acceleration(&gains, 0, 2000000));
	/* Half of full drive is left: 500 permille are 326 mm/s each 150 ms. */
	KUNIT_EXPECT_EQ(test, 2178734, rover_regulator_acceleration(&gains, 273972, 9000000));
	KUNIT_EXPECT_EQ(test, 2000000 / 16, rover_regulator_acceleration(&gains, 700000, 2000000));
}

static void ramps_arrive_together(struct kunit *test)
{
	const s64 goal[ROVER_SIDES] = { 600000, -100000 };
	s64 speed[ROVER_SIDES] = { 200000, 100000 }, before[ROVER_SIDES];
	int steps = 0;

	while ((speed[0] != goal[0] || speed[1] != goal[1]) && steps < 1000) {
		before[0] = speed[0];
		before[1] = speed[1];
		rover_regulator_ramp(speed, goal, 2000000, 2000000, STEP_US);
		KUNIT_EXPECT_GE(test, 20001, abs(speed[0] - before[0]));
		KUNIT_EXPECT_GE(test, 20001, abs(speed[1] - before[1]));
		/* Both have come as far: one has twice as much to go. */
		KUNIT_EXPECT_GE(test, 100, abs((speed[0] - 200000) - 2 * (100000 - speed[1])));
		steps++;
	}
	KUNIT_EXPECT_GE(test, 21, steps);
}

/* From any speed to any other, through standstill too. */
static void ramps_end(struct kunit *test)
{
	s64 from, to;

	for (from = -10000000; from <= 10000000; from += 1999999) {
		for (to = -10000000; to <= 10000000; to += 1777777) {
			const s64 goal[ROVER_SIDES] = { to, -to };
			s64 speed[ROVER_SIDES] = { from, from / 3 };
			int steps = 0;

			while ((speed[0] != to || speed[1] != -to) && steps++ < 2000)
				rover_regulator_ramp(speed, goal, 3000000, 1000000, STEP_US);
			KUNIT_EXPECT_GT(test, 2000, steps);
		}
	}
}

static void ways_end_where_they_shall(struct kunit *test)
{
	static const s64 ways_um[] = { 0, 1, 100, 5000, 100000, 1000000, 10000000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways_um); i++) {
		s64 gone_um = 0, speed_um_s = 0, before_um_s;
		int steps = 0;

		while (gone_um < ways_um[i] - 200 && steps++ < 10000) {
			before_um_s = speed_um_s;
			speed_um_s = rover_regulator_profile(before_um_s, ways_um[i] - gone_um,
							     500000, 2000000, 1500000, STEP_US);
			KUNIT_EXPECT_LE(test, 0, speed_um_s);
			KUNIT_EXPECT_GE(test, 500000, speed_um_s);
			KUNIT_EXPECT_GE(test, 20000, speed_um_s - before_um_s);
			KUNIT_EXPECT_GE(test, 15100, before_um_s - speed_um_s);
			gone_um += div_s64((before_um_s + speed_um_s) / 2 * STEP_US, USEC_PER_SEC);
		}
		KUNIT_EXPECT_GT(test, 10000, steps);
		KUNIT_EXPECT_GE(test, ways_um[i] + 100, gone_um);
	}
	KUNIT_EXPECT_EQ(test, 0, rover_regulator_profile(300000, 0, 500000, 2000000, 1500000,
							 STEP_US));
	KUNIT_EXPECT_EQ(test, 0, rover_regulator_profile(300000, -1, 500000, 2000000, 1500000,
							 STEP_US));
}

static void braking_way(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, rover_regulator_braking_um(0, 2000000));
	KUNIT_EXPECT_EQ(test, 90000, rover_regulator_braking_um(600000, 2000000));
	KUNIT_EXPECT_EQ(test, 90000, rover_regulator_braking_um(-600000, 2000000));
	KUNIT_EXPECT_EQ(test, 500000000000LL, rover_regulator_braking_um(100000000, 10000));
}

static struct kunit_case regulator_cases[] = {
	KUNIT_CASE(feed_forward_knows_the_motor),
	KUNIT_CASE(feed_forward_at_the_limits),
	KUNIT_CASE(errors_add_up_with_time),
	KUNIT_CASE(nothing_winds_up),
	KUNIT_CASE(limits_are_kept),
	KUNIT_CASE(acceleration_is_what_drive_is_left_for),
	KUNIT_CASE(ramps_arrive_together),
	KUNIT_CASE(ramps_end),
	KUNIT_CASE(ways_end_where_they_shall),
	KUNIT_CASE(braking_way),
	{}
};

struct kunit_suite regulator_suite = {
	.name = "regulator",
	.test_cases = regulator_cases,
};
