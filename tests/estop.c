// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The emergency stop: anyone may, it stays, it wins, and its end starts nothing.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

static int estop(int fd)
{
	return rover_call(fd, ROVER_IOC_ESTOP, NULL);
}

static int clear(int fd)
{
	return rover_call(fd, ROVER_IOC_CLEAR, NULL);
}

FIXTURE(estop) {
	int fd;
	int watch;
};

FIXTURE_SETUP(estop)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->watch = rover_open_or_fail(O_RDONLY);
}

FIXTURE_TEARDOWN(estop)
{
	close(self->fd);
	close(self->watch);
	rover_calm();
}

static void expect_latched(struct __test_metadata *_metadata, int fd)
{
	EXPECT_TRUE(rover_is("estop estop"));
	EXPECT_TRUE(attribute_is("estop", "1"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_EQ(0, rover_snapshot_or_fail(fd).flags & ROVER_SNAPSHOT_LEASED);
}

static void expect_no_motor_edges(struct __test_metadata *_metadata, int ms)
{
	struct board_edges edges;

	board_edges_start(MOTOR_LINES);
	pause_ns(ms * MS);
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);
}

TEST_F(estop, stops_at_once_and_stays)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	/* Reading is enough. */
	ASSERT_EQ(0, estop(self->watch));
	expect_latched(_metadata, self->watch);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	expect_no_motor_edges(_metadata, 200);
	expect_latched(_metadata, self->watch);
}

TEST_F(estop, lets_nobody_move)
{
	struct rover_speed speed = { .left_um_s = 100000, .right_um_s = 100000 };
	struct rover_twist twist = { .rate_urad_s = 500000 };
	struct rover_path path = { .way = 100000 };

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	ASSERT_EQ(0, estop(self->watch));
	EXPECT_EQ(-ESHUTDOWN, rover_take(self->fd, 0, 0));
	EXPECT_EQ(-ESHUTDOWN, rover_take(self->fd, ROVER_TAKE_FORCE, 0));
	EXPECT_EQ(-ESHUTDOWN, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-ESHUTDOWN, rover_duty(self->fd, -100, 0));
	EXPECT_EQ(-ESHUTDOWN, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	EXPECT_EQ(-ESHUTDOWN, rover_call(self->fd, ROVER_IOC_TWIST, &twist));
	EXPECT_EQ(-ESHUTDOWN, rover_call(self->fd, ROVER_IOC_MOVE, &path));
	EXPECT_EQ(-ESHUTDOWN, rover_call(self->fd, ROVER_IOC_TURN, &path));
	EXPECT_EQ(-ESHUTDOWN, rover_stop(self->fd, ROVER_STOP_HOLD));
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	EXPECT_EQ(-ESHUTDOWN, attribute_write("command", "forward"));
	EXPECT_EQ(-ESHUTDOWN, attribute_write("left_duty", "300"));
	expect_no_motor_edges(_metadata, 100);
	expect_latched(_metadata, self->watch);
}

/* It may stop once more; that is no way out. */
TEST_F(estop, bears_other_stops)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_EQ(0, estop(self->fd));
	EXPECT_EQ(0, rover_stop(self->watch, ROVER_STOP_BRAKE));
	EXPECT_EQ(0, attribute_write("command", "brake"));
	EXPECT_EQ(-ECANCELED, rover_release(self->fd));
	close(self->fd);
	expect_latched(_metadata, self->watch);
	self->fd = rover_open_or_fail(O_RDWR);
	EXPECT_EQ(0, estop(self->fd));
	expect_latched(_metadata, self->watch);
	EXPECT_EQ(-ESHUTDOWN, rover_duty(self->fd, 500, 500));
}

TEST_F(estop, is_cleared_by_writers_and_starts_nothing)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_EQ(0, estop(self->fd));
	EXPECT_EQ(-EPERM, clear(self->watch));
	expect_latched(_metadata, self->watch);

	ASSERT_EQ(0, clear(self->fd));
	EXPECT_TRUE(rover_is("idle estop"));
	EXPECT_TRUE(attribute_is("estop", "0"));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).left.duty_permille);
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_LEASED);
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	expect_no_motor_edges(_metadata, 200);

	/* Whoever commands anew drives. */
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	/* There is nothing to clear: nothing changes. */
	EXPECT_EQ(0, clear(self->fd));
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_F(estop, is_an_attribute)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	EXPECT_EQ(-EINVAL, attribute_write("estop", "yes"));
	EXPECT_EQ(-ERANGE, attribute_write("estop", "2"));
	EXPECT_TRUE(rover_is("moving none"));
	ASSERT_EQ(0, attribute_write("estop", "1"));
	expect_latched(_metadata, self->watch);
	EXPECT_EQ(-ESHUTDOWN, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, attribute_write("estop", "0"));
	EXPECT_TRUE(rover_is("idle estop"));
}

TEST_F(estop, wakes_who_polls_its_attribute)
{
	struct pollfd poller = { .events = POLLPRI };
	char text[8];

	poller.fd = open(ROVER_CLASS "estop", O_RDONLY);
	do {
		ASSERT_LT(0, pread(poller.fd, text, sizeof(text), 0));
	} while (poll(&poller, 1, 50) > 0);
	ASSERT_EQ(0, estop(self->fd));
	EXPECT_EQ(1, poll(&poller, 1, 5000));
	ASSERT_LT(0, pread(poller.fd, text, sizeof(text), 0));
	EXPECT_EQ('1', text[0]);
	ASSERT_EQ(0, clear(self->fd));
	EXPECT_EQ(1, poll(&poller, 1, 5000));
	ASSERT_LT(0, pread(poller.fd, text, sizeof(text), 0));
	EXPECT_EQ('0', text[0]);
	close(poller.fd);
}

TEST_F(estop, is_told)
{
	struct rover_event event;

	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	event_listen(self->watch, 1 << ROVER_EVENT_STOP | 1 << ROVER_EVENT_STATE |
		     1 << ROVER_EVENT_LEASE);
	ASSERT_EQ(0, estop(self->fd));
	ASSERT_TRUE(event_next(self->watch, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_STOP, event.type);
	EXPECT_EQ(ROVER_REASON_ESTOP, event.stop.reason);
	EXPECT_EQ(ROVER_STOP_BRAKE, event.stop.mode);
	ASSERT_TRUE(event_next(self->watch, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_STATE, event.type);
	EXPECT_EQ(ROVER_STATE_ESTOP, event.state.state);
	EXPECT_EQ(ROVER_STATE_MOVING, event.state.before);
	ASSERT_TRUE(event_next(self->watch, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_LEASE, event.type);
	EXPECT_EQ(0, event.lease.flags);
	ASSERT_EQ(0, clear(self->fd));
	ASSERT_TRUE(event_next(self->watch, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_STATE, event.type);
	EXPECT_EQ(ROVER_STATE_IDLE, event.state.state);
}

TEST_F(estop, ends_with_the_driver_of_the_hardware)
{
	ASSERT_EQ(0, estop(self->fd));
	close(self->fd);
	close(self->watch);
	ASSERT_EQ(0, rover_unbind());
	ASSERT_EQ(0, rover_bind());
	self->fd = rover_open_or_fail(O_RDWR);
	self->watch = rover_open_or_fail(O_RDONLY);
	EXPECT_TRUE(rover_is("idle none"));
	EXPECT_TRUE(attribute_is("estop", "0"));
	EXPECT_EQ(0, rover_duty(self->fd, 500, -500));
}

TEST_F(estop, survives_a_suspend)
{
	if (file_write("/sys/power/pm_test", "devices") ||
	    file_write("/sys/module/suspend/parameters/pm_test_delay", "0"))
		SKIP(return, "the kernel has no test of suspend");
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_EQ(0, estop(self->fd));
	EXPECT_EQ(0, file_write("/sys/power/state", "freeze"));
	file_write("/sys/power/pm_test", "none");
	EXPECT_TRUE(rover_is("estop estop"));
	EXPECT_EQ(-ESHUTDOWN, rover_duty(self->fd, 500, 500));
}

TEST_HARNESS_MAIN
