// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bridges that tell of a fault: the rover stops at once, says why, and does not
 * drive as long as it lasts.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define FAULT_LINE	26
#define STOP_NS		(50 * US * slowness())

static void bridges_fail(bool fail)
{
	int err = board_control("faults", fail ? "bridge=fault" : "bridge=none");

	if (err)
		die("faults: error %d", -err);
	if (board_level(FAULT_LINE) != !fail)
		die("the bridges do not say so");
}

FIXTURE(fault) {
	int fd;
};

FIXTURE_SETUP(fault)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	if (rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000))
		die("no lease");
}

FIXTURE_TEARDOWN(fault)
{
	close(self->fd);
	board_reset();
}

TEST_F(fault, stops_the_rover_at_once)
{
	const struct board_edge *told, *braked;
	struct rover_event event = {};
	struct board_edges edges;

	EXPECT_TRUE(rover_info_or_fail(self->fd).capabilities & ROVER_CAP_BRIDGE_FAULT);
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	board_edges_start(BIT_ULL(FAULT_LINE) | BIT_ULL(LEFT_IN2) | BIT_ULL(RIGHT_IN2));
	bridges_fail(true);
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_EQ(ROVER_REASON_FAULT, event.stop.reason);
	EXPECT_EQ(ROVER_STOP_BRAKE, event.stop.mode);
	EXPECT_TRUE(rover_is("stopped fault"));

	edges = board_edges_read();
	told = board_edges_find(&edges, 0, FAULT_LINE, 0);
	ASSERT_NE(NULL, told);
	braked = board_edges_find(&edges, told->time_ns, LEFT_IN2, 1);
	ASSERT_NE(NULL, braked);
	EXPECT_NEAR(told->time_ns, STOP_NS, braked->time_ns);
	braked = board_edges_find(&edges, told->time_ns, RIGHT_IN2, 1);
	ASSERT_NE(NULL, braked);
	EXPECT_NEAR(told->time_ns, STOP_NS, braked->time_ns);
	printf("# fault line to bridges: %lld ns, told as %u ns\n",
	       (long long)(braked->time_ns - told->time_ns), event.stop.latency_ns);
	EXPECT_NEAR(braked->time_ns - told->time_ns, 10 * US * slowness(), event.stop.latency_ns);
	board_edges_free(&edges);
}

TEST_F(fault, refuses_to_move_while_it_lasts)
{
	struct rover_snapshot snapshot;

	bridges_fail(true);
	EXPECT_EQ(-EIO, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	/* To stop is always right, and the lease is not touched. */
	EXPECT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	snapshot = rover_snapshot_or_fail(self->fd);
	EXPECT_TRUE(snapshot.flags & ROVER_SNAPSHOT_LEASE_MINE);
	EXPECT_NE(ROVER_STATE_MOVING, snapshot.state);

	bridges_fail(false);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

/* Bridges come back by themselves (DRV8833: after 1.35 ms). The rover does not. */
TEST_F(fault, restarts_nothing_when_it_is_over)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	bridges_fail(true);
	bridges_fail(false);
	EXPECT_TRUE(rover_is("stopped fault"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(rover_is("stopped fault"));
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
}

TEST_F(fault, is_no_stop_of_a_rover_that_stands)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	bridges_fail(true);
	bridges_fail(false);
	EXPECT_TRUE(rover_is("stopped command"));
}

/* It is there when the rover comes: no edge will ever tell. */
TEST_F(fault, is_seen_when_it_was_there_before)
{
	bridges_fail(true);
	close(self->fd);
	ASSERT_EQ(0, rover_unbind());
	ASSERT_EQ(0, rover_bind());
	self->fd = rover_open_or_fail(O_RDWR);
	EXPECT_EQ(-EIO, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-EIO, attribute_write("command", "forward"));
	bridges_fail(false);
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
}

TEST_HARNESS_MAIN
