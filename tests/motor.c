// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bridges' sleep and enable lines: see tests/dts/sleep-line-overlay.dts.
 * What the bridges' inputs do is in drive.c.
 *
 * Copyright (C) 2026 The rover authors
 */
#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define NSLEEP		24
#define ENABLE		18
#define LINES		(MOTOR_LINES | BIT_ULL(NSLEEP) | BIT_ULL(ENABLE))

#define WAKE_NS		MS	/* DRV8833 datasheet, t_wake */

FIXTURE(sleep) {
	int fd;
};

FIXTURE_SETUP(sleep)
{
	rover_calm();
	board_edges_start(LINES);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(sleep)
{
	close(self->fd);
}

static bool bridges_are_awake(unsigned int awake)
{
	return board_level(NSLEEP) == awake && board_level(ENABLE) == awake;
}

static const struct board_edge *first_motor_edge(const struct board_edges *edges, __s64 from_ns)
{
	size_t i;

	for (i = 0; i < edges->count; i++)
		if (edges->edge[i].time_ns >= from_ns && BIT_ULL(edges->edge[i].line) & MOTOR_LINES)
			return &edges->edge[i];
	return NULL;
}

/* Since then the bridges were woken, and driven only when they were awake. */
static void expect_wake_before_drive(struct __test_metadata *_metadata, __s64 from_ns)
{
	const struct board_edge *wake, *enable, *motor;
	struct board_edges edges = board_edges_read();

	wake = board_edges_find(&edges, from_ns, NSLEEP, 1);
	enable = board_edges_find(&edges, from_ns, ENABLE, 1);
	motor = first_motor_edge(&edges, from_ns);
	ASSERT_TRUE(wake && enable && motor);
	EXPECT_LE(wake->time_ns + WAKE_NS, motor->time_ns);
	EXPECT_LE(enable->time_ns + WAKE_NS, motor->time_ns);
	EXPECT_GE(wake->time_ns + 3 * WAKE_NS, motor->time_ns);
	board_edges_free(&edges);
}

TEST_F(sleep, is_the_state_at_rest)
{
	EXPECT_TRUE(bridges_are_awake(0));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	/* Of outputs, not of lines that nobody drives. */
	EXPECT_STREQ("out", board_line(NSLEEP).direction);
	EXPECT_STREQ("out", board_line(ENABLE).direction);
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_TRUE(bridges_are_awake(0));
}

TEST_F(sleep, ends_before_the_motors_start)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_TRUE(bridges_are_awake(1));
	expect_wake_before_drive(_metadata, 0);
}

TEST_F(sleep, ends_in_time_for_a_second_command)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	ASSERT_EQ(0, rover_duty(self->fd, -1000, 1000));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
	expect_wake_before_drive(_metadata, 0);
}

TEST_F(sleep, begins_with_a_stop_that_coasts)
{
	__s64 from_ns;

	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	EXPECT_TRUE(EVENTUALLY(bridges_are_awake(0)));
	EXPECT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST)));

	/* The next start has to wait for the bridges again. */
	from_ns = now_ns();
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	EXPECT_TRUE(EVENTUALLY(board_left_bridge() == BRIDGE_FORWARD));
	expect_wake_before_drive(_metadata, from_ns);
}

TEST_F(sleep, would_not_brake)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	EXPECT_TRUE(bridges_are_awake(1));
	EXPECT_TRUE(truth_is("left_bridge", "brake"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(bridges_are_awake(1));
}

TEST_F(sleep, ends_for_a_brake_at_rest)
{
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	EXPECT_TRUE(bridges_are_awake(1));
}

TEST_F(sleep, begins_when_the_rover_leaves)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_TRUE(bridges_are_awake(0));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_EQ(0, rover_bind());
}

TEST_HARNESS_MAIN
