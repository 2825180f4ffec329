// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wheels that are driven and do not turn. Under --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define STALL_MS	500	/* without a property */
#define LATE_NS		(25 * MS)	/* two ticks, and a little */

FIXTURE(stall) {
	int fd;
};

FIXTURE_SETUP(stall)
{
	rover_calm();
	room_no_wall();
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, attribute_write_number("stall_ms", STALL_MS));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

static void set_stall_ms(int fd, unsigned int ms)
{
	struct rover_settings settings = { .fields = ROVER_SET_STALL, .stall_ms = ms };

	if (rover_call(fd, ROVER_IOC_CONFIGURE, &settings))
		die("stall_ms cannot be set");
}

FIXTURE_TEARDOWN(stall)
{
	set_stall_ms(self->fd, STALL_MS);
	close(self->fd);
	board_control("force", "left=off right=off\n");
	board_control("motors", "left_gain_permille=1000 right_gain_permille=1000\n");
	rover_calm();
}

static void hold_wheels(const char *which)
{
	if (board_control("force", which))
		die("wheels cannot be held");
}

/* Waits for the stop that tells of a stall; when it was. */
static __s64 stall_ns(int fd)
{
	struct rover_event event = {};

	do {
		if (!event_next(fd, 20000, &event))
			die("no stop is told");
	} while (event.stop.reason == ROVER_REASON_COMMAND);
	if (event.stop.reason != ROVER_REASON_STALL)
		die("the reason is %u", event.stop.reason);
	return event.time_ns;
}

static void turn_a_little(int fd, int left, int right)
{
	if (rover_duty(fd, left, right))
		die("it does not drive");
	if (!EVENTUALLY(wheels_turn(left > 0 ? 1 : -1, right > 0 ? 1 : -1)))
		die("the wheels do not turn");
	pause_ns(300 * MS);
}

TEST_F(stall, stops_wheels_that_are_held)
{
	__s64 last_ns;

	turn_a_little(self->fd, 600, 600);
	hold_wheels("left=0 right=0\n");
	/* The first wheel that is due counts. */
	last_ns = rover_snapshot_or_fail(self->fd).left.edge_time_ns;
	if (last_ns > (__s64)rover_snapshot_or_fail(self->fd).right.edge_time_ns)
		last_ns = rover_snapshot_or_fail(self->fd).right.edge_time_ns;
	EXPECT_NEAR(last_ns + STALL_MS * MS + LATE_NS / 2, LATE_NS, stall_ns(self->fd));
	EXPECT_TRUE(rover_is("stopped stall"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	/* The lease stays; held still, it stalls again, after the same time. */
	last_ns = now_ns();
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	EXPECT_NEAR(last_ns + STALL_MS * MS + LATE_NS / 2, LATE_NS, stall_ns(self->fd));
	/* Let go, it drives. */
	hold_wheels("left=off right=off\n");
	turn_a_little(self->fd, 600, 600);
}

TEST_F(stall, of_one_wheel_is_enough)
{
	turn_a_little(self->fd, -600, 600);
	hold_wheels("right=0\n");
	stall_ns(self->fd);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

TEST_F(stall, of_a_wheel_that_rests_is_none)
{
	turn_a_little(self->fd, 600, 600);
	ASSERT_EQ(0, rover_duty(self->fd, 600, 0));
	pause_ns(2000 * MS);
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_F(stall, time_is_that_of_the_setting)
{
	__s64 begin_ns;

	set_stall_ms(self->fd, 1500);
	turn_a_little(self->fd, 600, 600);
	hold_wheels("left=0 right=0\n");
	begin_ns = now_ns();
	EXPECT_NEAR(begin_ns + 1500 * MS, 40 * MS, stall_ns(self->fd));
}

TEST_F(stall, time_of_zero_is_none)
{
	set_stall_ms(self->fd, 0);
	turn_a_little(self->fd, 600, 600);
	hold_wheels("left=0 right=0\n");
	pause_ns(3000 * MS);
	EXPECT_TRUE(rover_is("moving none"));
}

/* Slow wheels have edges far between; too little drive does not turn them at all. */
TEST_F(stall, is_not_to_creep)
{
	int duty;

	turn_a_little(self->fd, 600, 600);
	for (duty = 60; duty <= 140; duty += 10) {
		ASSERT_EQ(0, rover_duty(self->fd, duty, duty));
		pause_ns(2500 * MS);
		EXPECT_TRUE(rover_is("moving none")) TH_LOG("at %d permille", duty);
	}
}

/*
 * A loop that goes slowly from rest drives little at first, the motor takes its time,
 * and the battery is low: it may be long to the next edge. Each time from elsewhere.
 */
TEST_F_TIMEOUT(stall, is_not_a_low_battery, 60)
{
	struct rover_speed speed = { .left_um_s = 30000, .right_um_s = 30000 };
	int i;

	turn_a_little(self->fd, 600, 600);
	ASSERT_EQ(0, board_control("motors", "left_gain_permille=780 right_gain_permille=780\n"));
	for (i = 0; i < 12; i++) {
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
		ASSERT_TRUE(EVENTUALLY(wheels_rest()));
		ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
		pause_ns(1500 * MS + i * 13 * MS);
		EXPECT_TRUE(rover_is("moving none"));
		speed.left_um_s = -speed.left_um_s;
		speed.right_um_s = -speed.right_um_s;
	}
}

/* A board that says it has encoders, and has none, drives open loop all the same. */
TEST_F(stall, needs_encoders_that_were_heard_of)
{
	char lines[60];

	snprintf(lines, sizeof(lines), "frozen_lines=%llu\n",
		 BIT_ULL(22) | BIT_ULL(23) | BIT_ULL(27) | BIT_ULL(5));
	close(self->fd);
	ASSERT_EQ(0, rover_unbind());
	room_faults(lines);
	ASSERT_EQ(0, rover_bind());
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	pause_ns(2000 * MS);
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_TRUE(wheels_turn(1, 1));
}

/* Closed loop goes by them: without an edge it would drive ever harder. */
TEST_F(stall, stops_a_loop_that_hears_nothing)
{
	struct rover_speed speed = { .left_um_s = 300000, .right_um_s = 300000 };
	char lines[60];

	turn_a_little(self->fd, 600, 600);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	snprintf(lines, sizeof(lines), "frozen_lines=%llu\n",
		 BIT_ULL(22) | BIT_ULL(23) | BIT_ULL(27) | BIT_ULL(5));
	close(self->fd);
	ASSERT_EQ(0, rover_unbind());
	room_faults(lines);
	ASSERT_EQ(0, rover_bind());
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	stall_ns(self->fd);
}

TEST_HARNESS_MAIN
