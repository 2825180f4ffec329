// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The overlay of any board, on a virtual board that is wired as it is: see
 * tests/dts/board-wirings-overlay.dts. What comes out is seen in ground truth
 * alone, so nothing here knows a pin.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define POWER	500

FIXTURE(board) {
	int fd;
	struct rover_info info;
};

FIXTURE_SETUP(board)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->info = rover_info_or_fail(self->fd);
}

FIXTURE_TEARDOWN(board)
{
	close(self->fd);
}

/* What the driver has seen of the board is what it is. */
TEST_F(board, is_what_it_says)
{
	const char *name = getenv("BOARD");

	if (name)
		EXPECT_STREQ(name, self->info.board);
	EXPECT_TRUE(self->info.capabilities & (ROVER_CAP_COAST | ROVER_CAP_BRAKE));
	EXPECT_TRUE(truth_is("left_bridge", self->info.capabilities & ROVER_CAP_COAST ? "coast" :
										      "brake"));
}

static const struct direction {
	const char *command;
	int left;
	int right;
} directions[] = {
	{ "forward", 1, 1 }, { "backward", -1, -1 }, { "spin-left", -1, 1 },
	{ "spin-right", 1, -1 },
};

/* Each side turns as it is told, and is at no time driven the other way. */
TEST_F(board, drives_each_way)
{
	size_t i;

	ASSERT_EQ(0, attribute_write_number("power", POWER));
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		const struct direction *way = &directions[i];

		board_reset();
		ASSERT_EQ(0, attribute_write("command", way->command));
		EXPECT_TRUE(EVENTUALLY(wheels_turn(way->left, way->right)))
			TH_LOG("%s", way->command);
		pause_ns(100 * MS);
		ASSERT_EQ(0, attribute_write("command", "stop"));
		ASSERT_TRUE(EVENTUALLY(wheels_rest()));
		EXPECT_EQ(0, truth(way->left > 0 ? "left_reverse_ns" : "left_forward_ns"));
		EXPECT_EQ(0, truth(way->right > 0 ? "right_reverse_ns" : "right_forward_ns"));
		/* Half of the time, within the time that it took to rest. */
		EXPECT_LT(50 * MS, truth(way->left > 0 ? "left_forward_ns" : "left_reverse_ns"));
	}
}

/* The pulses are as long as the duty says. */
TEST_F(board, drives_as_much_as_it_is_told)
{
	struct truth_key before[] = { { "t_ns" }, { "left_forward_ns" }, { "right_reverse_ns" } };
	struct truth_key after[] = { { "t_ns" }, { "left_forward_ns" }, { "right_reverse_ns" } };
	__s64 time_ns;

	ASSERT_EQ(0, rover_duty(self->fd, 300, -700));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	TRUTH_TAKE(before);
	pause_ns(400 * MS);
	TRUTH_TAKE(after);
	time_ns = after[0].value - before[0].value;
	EXPECT_NEAR(time_ns * 300 / 1000, time_ns / 50, after[1].value - before[1].value);
	EXPECT_NEAR(time_ns * 700 / 1000, time_ns / 50, after[2].value - before[2].value);
}

static void expect_rest(struct __test_metadata *_metadata, const struct rover_info *info,
			int fd, unsigned int mode)
{
	bool braking = mode == ROVER_STOP_BRAKE ? info->capabilities & ROVER_CAP_BRAKE :
						  !(info->capabilities & ROVER_CAP_COAST);
	const char *bridge = braking ? "brake" : "coast";

	ASSERT_EQ(0, rover_duty(fd, 600, -600));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	ASSERT_EQ(0, rover_stop(fd, mode));
	EXPECT_TRUE(EVENTUALLY(truth_is("left_bridge", bridge) &&
			       truth_is("right_bridge", bridge)));
	/* And says so. */
	EXPECT_EQ(braking, !!(rover_snapshot_or_fail(fd).flags & ROVER_SNAPSHOT_BRAKING));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(truth_is("left_bridge", bridge));
}

TEST_F(board, stops_as_its_bridges_can)
{
	expect_rest(_metadata, &self->info, self->fd, ROVER_STOP_COAST);
	expect_rest(_metadata, &self->info, self->fd, ROVER_STOP_BRAKE);
	expect_rest(_metadata, &self->info, self->fd, ROVER_STOP_COAST);
}

static int random_command(int fd)
{
	if (random() % 4)
		return rover_duty(fd, random() % 2001 - 1000, random() % 2001 - 1000);
	return rover_stop(fd, random() % 2 ? ROVER_STOP_COAST : ROVER_STOP_BRAKE);
}

/* Any commands at any time: at rest between one direction and the other. */
TEST_F(board, reverses_at_any_time)
{
	__s64 from_ns;
	int i;

	srandom(4);
	for (i = 0; i < 200; i++) {
		ASSERT_EQ(0, random_command(self->fd));
		pause_ns(random() % (5 * MS));
	}
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	/* The last word was a stop: nothing drives any more. */
	from_ns = truth("left_forward_ns") + truth("left_reverse_ns");
	pause_ns(50 * MS);
	EXPECT_EQ(from_ns, truth("left_forward_ns") + truth("left_reverse_ns"));
}

TEST_F(board, leaves_with_motors_off)
{
	ASSERT_EQ(0, rover_duty(self->fd, 800, 800));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_TRUE(EVENTUALLY(!truth_is("left_bridge", "forward") &&
			       !truth_is("right_bridge", "forward")));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(0, rover_bind());
}

TEST_F(board, measures_the_range)
{
	struct rover_range range;

	if (!(self->info.capabilities & ROVER_CAP_SONAR))
		SKIP(return, "this board has no sonar");
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	EXPECT_EQ(ROVER_RANGE_VALID, range.status);
	EXPECT_NEAR(truth("sonar_distance_um"), (2 + slowness()) * 1000, range.range_um);
}

TEST_F(board, sees_obstacles)
{
	if (!(self->info.sensors & ROVER_SENSOR_OBSTACLE_LEFT))
		SKIP(return, "this board has no obstacle sensors");
	EXPECT_TRUE(EVENTUALLY(attribute_is("obstacle_left", "0") &&
			       attribute_is("obstacle_right", "0")));
	/* The wall ahead is at 3 m, and the rover's disc has 100 mm. */
	ASSERT_EQ(0, board_control("pose", "x_um=2880000 y_um=0 heading_urad=0"));
	EXPECT_TRUE(EVENTUALLY(attribute_is("obstacle_left", "1") &&
			       attribute_is("obstacle_right", "1")));
}

TEST_F(board, turns_its_head)
{
	if (!(self->info.capabilities & ROVER_CAP_PAN))
		SKIP(return, "this board has no head");
	ASSERT_EQ(0, attribute_write_number("pan", 30000));
	EXPECT_TRUE(EVENTUALLY(truth("pan_mdeg") > 20000));
	ASSERT_EQ(0, attribute_write_number("tilt", 20000));
	EXPECT_TRUE(EVENTUALLY(truth("tilt_mdeg") > 10000));
}

TEST_HARNESS_MAIN
