// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pose: against where the rover really is, after curves, by hand, and set.
 *
 * Exact times: this wants --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "measure.h"
#include "motion.h"
#include "util.h"

/* Of the drive whose drift is measured. */
#define ROUNDS	6

FIXTURE(odometry) {
	int fd;
	__s64 count_um;
};

FIXTURE_SETUP(odometry)
{
	rover_calm();
	if (board_control("walls", "\n"))
		die("no such board");
	self->fd = rover_open_or_fail(O_RDWR);
	if (rover_take(self->fd, ROVER_TAKE_DEADMAN, 0))
		die("cannot do without a deadman");
	self->count_um = 174 * MM / rover_info_or_fail(self->fd).counts_per_revolution;
}

FIXTURE_TEARDOWN(odometry)
{
	board_control("force", "left=off right=off");
	close(self->fd);
	rover_calm();
}

static void begin_here(int fd)
{
	struct motion_travel travel = motion_travel();

	if (motion_set_pose(fd, travel.x_um, travel.y_um, travel.heading_urad))
		die("the pose cannot be set");
}

/*
 * 16 m of curves, in which wheels crawl and reverse. Returns what came of it.
 *
 * It begins in motion: where a wheel at rest is between two counts is unknown, and
 * that would be an error of the heading from the first millimetre on.
 */
static void drive_curves(int fd, struct rover_snapshot *seen, struct motion_travel *real)
{
	static const struct {
		int speed_mm_s, rate_mrad_s;
	} curves[] = {
		{ 400, 0 }, { 400, 1000 }, { 300, -1500 }, { 500, 500 }, { -300, 800 },
		{ 200, -3000 }, { 450, 0 }, { -400, -600 }, { 350, 1200 }, { 500, -400 },
	};
	unsigned int i;

	if (motion_speed(fd, 400 * MM, 400 * MM))
		die("no speed");
	pause_ns(1000 * MS);
	begin_here(fd);
	for (i = 0; i < 50; i++) {
		struct rover_twist twist = {
			.speed_um_s = curves[i % ARRAY_SIZE(curves)].speed_mm_s * MM,
			.rate_urad_s = curves[i % ARRAY_SIZE(curves)].rate_mrad_s * MRAD,
		};

		if (motion_twist(fd, &twist))
			die("no twist");
		pause_ns(1000 * MS);
	}
	if (rover_stop(fd, ROVER_STOP_BRAKE) || !EVENTUALLY(wheels_rest()))
		die("the rover does not stop");
	*seen = rover_snapshot_or_fail(fd);
	*real = motion_travel();
}

/*
 * What the pose is off in the end. Two lines a wheel: a two-thousandth of the way.
 * One line: a five-hundredth, unless an edge was counted the wrong way when a
 * wheel reversed, which is chance: in one of the drives at most.
 */
TEST_F_TIMEOUT(odometry, drift, 600)
{
	bool inferred = rover_info_or_fail(self->fd).capabilities & ROVER_CAP_INFERRED;
	__s64 part = inferred ? 500 : 2000, way_um, off_um, turned_urad;
	struct rover_snapshot seen;
	struct motion_travel real;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		drive_curves(self->fd, &seen, &real);
		way_um = seen.distance_um;
		off_um = llabs(seen.x_um - real.x_um) + llabs(seen.y_um - real.y_um);
		turned_urad = llabs(seen.heading_urad - real.heading_urad);
		printf("# after %lld mm and %lld mrad: off by %lld um and %lld urad\n",
		       way_um / MM, real.heading_urad / MRAD, off_um, turned_urad);
		EXPECT_LT(15000 * MM, way_um);
		EXPECT_GE(way_um / part, off_um);
		/* A count of each wheel at either end. */
		EXPECT_GE(2 * self->count_um * 1000000 / 136000, turned_urad);
		/* Edges and ticks do not stay in step. */
		pause_ns(i * 1370000LL);
	}
}

/* At each moment, not only at ticks. */
TEST_F(odometry, is_of_the_moment)
{
	struct rover_snapshot seen;
	__s64 real_um;
	int i;

	begin_here(self->fd);
	ASSERT_EQ(0, motion_speed(self->fd, 500 * MM, 500 * MM));
	pause_ns(700 * MS);
	for (i = 0; i < 20; i++) {
		real_um = motion_travel().x_um;
		seen = rover_snapshot_or_fail(self->fd);
		EXPECT_NEAR(real_um, self->count_um + 500, seen.x_um);
		pause_ns(7 * MS);
	}
}

TEST_F(odometry, is_set)
{
	struct rover_snapshot seen;
	int other = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, motion_set_pose(self->fd, -123456, 654321, 10 * 3141593LL));
	seen = rover_snapshot_or_fail(self->fd);
	EXPECT_EQ(-123456, seen.x_um);
	EXPECT_EQ(654321, seen.y_um);
	EXPECT_EQ(10 * 3141593LL, seen.heading_urad);
	EXPECT_EQ(0, seen.distance_um);
	EXPECT_EQ(-123, attribute_number_or_fail("pose_x"));
	EXPECT_EQ(654, attribute_number_or_fail("pose_y"));
	EXPECT_EQ(0, attribute_number_or_fail("pose_heading"));
	ASSERT_EQ(0, motion_set_pose(self->fd, 0, 0, -3 * 1570796LL));
	EXPECT_EQ(90000, attribute_number_or_fail("pose_heading"));

	EXPECT_EQ(-EBUSY, motion_set_pose(other, 0, 0, 0));
	EXPECT_EQ(-ERANGE, motion_set_pose(self->fd, 1000000000001LL, 0, 0));
	EXPECT_EQ(-ERANGE, motion_set_pose(self->fd, 0, INT64_MIN, 0));
	EXPECT_EQ(-ERANGE, motion_set_pose(self->fd, 0, 0, -1000000000001LL));
	EXPECT_EQ(-3 * 1570796LL, rover_snapshot_or_fail(self->fd).heading_urad);
	close(other);
}

/* Nobody drives; whoever pushes it is followed, and then nothing runs any more. */
TEST_F(odometry, follows_a_push_while_parked)
{
	struct rover_snapshot from, to;

	ASSERT_EQ(0, rover_duty(self->fd, 400, 400));
	pause_ns(300 * MS);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	ASSERT_TRUE(EVENTUALLY(!timer_pending("worker_timer")));
	pause_ns(500 * MS);
	EXPECT_FALSE(timer_pending("worker_timer"));

	from = rover_snapshot_or_fail(self->fd);
	ASSERT_EQ(0, board_control("force", "left=200000 right=200000"));
	pause_ns(300 * MS);
	EXPECT_TRUE(timer_pending("worker_timer"));
	ASSERT_EQ(0, board_control("force", "left=0 right=0"));
	ASSERT_TRUE(EVENTUALLY(!timer_pending("worker_timer")));
	to = rover_snapshot_or_fail(self->fd);
	EXPECT_NEAR(60 * MM, 2 * self->count_um, to.distance_um - from.distance_um);
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_HARNESS_MAIN
