// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guards: what they refuse, what they let wait, what they stop, and what is
 * none of their business. Under --icount, as times are those of pings.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define GUARD_MM	200
#define PING_NS		(60 * MS)	/* from one to the next */
#define SILENT_NS	(20 * MS)	/* after that, one is silent */
#define BRAKING_UM	80000		/* at most, from 600 mm/s */

FIXTURE(guard) {
	int fd;
};

FIXTURE_SETUP(guard)
{
	rover_calm();
	room_one_wall();
	room_stand(1000);
	ASSERT_EQ(0, attribute_write_number("guard", GUARD_MM));
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

FIXTURE_TEARDOWN(guard)
{
	close(self->fd);
	rover_calm();
}

static struct rover_event_stop stop_or_fail(int fd)
{
	struct rover_event event = {};

	/* That of rover_calm() may come late. */
	do {
		if (!event_next(fd, 5000, &event))
			die("no stop is told");
	} while (event.stop.reason == ROVER_REASON_COMMAND);
	return event.stop;
}

/* By who drives: he may loosen it. */
static void set_guard_mm(int fd, unsigned int mm)
{
	struct rover_settings settings = { .fields = ROVER_SET_GUARD, .guard_um = mm * 1000 };

	if (rover_call(fd, ROVER_IOC_CONFIGURE, &settings))
		die("the guard cannot be set");
}

static unsigned int flags_now(int fd)
{
	return rover_snapshot_or_fail(fd).flags;
}

/* The motors were never on since board_edges_start(MOTOR_LINES | ...). */
static bool never_drove(void)
{
	struct board_edges edges = board_edges_read();
	bool drove = false;
	size_t i;

	/* Braking raises both lines of a bridge; driving forward only IN1. */
	for (i = 0; i < edges.count; i++)
		if (edges.edge[i].line == LEFT_IN1 && edges.edge[i].level &&
		    !board_edges_find(&edges, edges.edge[i].time_ns - 2000, LEFT_IN2, 1))
			drove = true;
	board_edges_free(&edges);
	return !drove;
}

static void stand_seen(int fd, int distance_mm)
{
	struct rover_range range;

	room_stand(distance_mm);
	if (rover_call(fd, ROVER_IOC_PING, &range))
		die("no ping");
}

TEST_F(guard, refuses_to_begin_towards_what_is_near)
{
	stand_seen(self->fd, GUARD_MM - 50);
	board_edges_start(MOTOR_LINES);
	EXPECT_EQ(-ECANCELED, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-ECANCELED, rover_duty(self->fd, 500, 0));
	EXPECT_EQ(-ECANCELED, rover_duty(self->fd, 500, -499));
	EXPECT_TRUE(never_drove());
	/* Nothing has changed. */
	EXPECT_TRUE(rover_is("stopped command"));
	EXPECT_EQ(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
}

TEST_F(guard, lets_go_backward_and_spin)
{
	stand_seen(self->fd, GUARD_MM - 100);
	EXPECT_EQ(0, rover_duty(self->fd, -500, -500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	stand_seen(self->fd, GUARD_MM - 100);
	EXPECT_EQ(0, rover_duty(self->fd, 500, -500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	stand_seen(self->fd, GUARD_MM - 100);
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(0, rover_duty(self->fd, -500, 499));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
}

/* First edge that drives the left wheel, and the echo's last before it. */
TEST_F(guard, waits_with_the_motors_off_for_the_first_ping)
{
	const struct board_edge *drive, *echo;
	struct board_edges edges;

	pause_ns(200 * MS);
	board_edges_start(MOTOR_LINES | BIT_ULL(SONAR_LINE));
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	EXPECT_NE(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).left.duty_permille);
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);

	edges = board_edges_read();
	drive = board_edges_find(&edges, 0, LEFT_IN1, 1);
	ASSERT_NE(NULL, drive);
	echo = board_edges_find(&edges, drive->time_ns - 100 * US * slowness(),
				SONAR_LINE, 0);
	ASSERT_NE(NULL, echo);
	EXPECT_GT(drive->time_ns, echo->time_ns);
	board_edges_free(&edges);

	/* With pings that are young, another command begins at once. */
	ASSERT_EQ(0, rover_duty(self->fd, 800, 800));
	EXPECT_EQ(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
}

TEST_F(guard, waits_and_then_does_not_begin)
{
	struct rover_event_stop stop;

	room_stand(GUARD_MM - 20);
	pause_ns(200 * MS);
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	stop = stop_or_fail(self->fd);
	EXPECT_EQ(ROVER_REASON_GUARD, stop.reason);
	EXPECT_EQ(ROVER_STOP_BRAKE, stop.mode);
	EXPECT_NEAR((GUARD_MM - 20) * 1000, 3000, stop.range_um);
	EXPECT_TRUE(rover_is("stopped guard"));
	EXPECT_TRUE(never_drove());
}

TEST_F(guard, stops_in_time)
{
	struct rover_event_stop stop;
	__s64 distance_um;

	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	stop = stop_or_fail(self->fd);
	distance_um = truth("sonar_distance_um");
	EXPECT_EQ(ROVER_REASON_GUARD, stop.reason);
	EXPECT_GT(GUARD_MM * 1000, stop.range_um);
	EXPECT_EQ(0, stop.sensors);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	pause_ns(300 * MS);
	ksft_print_msg("stopped %lld mm before the wall, %lld mm after the ping\n",
		       truth("sonar_distance_um") / 1000,
		       (distance_um - truth("sonar_distance_um")) / 1000);
	EXPECT_GT(BRAKING_UM, distance_um - truth("sonar_distance_um"));
	EXPECT_EQ(0, truth("collisions"));
}

TEST_F(guard, does_not_mind_an_empty_room)
{
	room_no_wall();
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	pause_ns(1000 * MS);
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_LE(15, truth("sonar_pings"));
}

/* Standing at a wall whose echo is dropped is not standing in an empty room. */
TEST_F(guard, remembers_what_was_near)
{
	stand_seen(self->fd, GUARD_MM - 50);
	pause_ns(500 * MS);
	room_faults("sonar=no-target\n");
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	pause_ns(4 * PING_NS);
	EXPECT_NE(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
	EXPECT_TRUE(never_drove());
	/* But when it is said for long enough, the wall is gone. */
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(guard, goes_on_by_what_was_near_when_the_echo_is_dropped)
{
	struct rover_event_stop stop;

	room_stand(500);
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	ASSERT_TRUE(EVENTUALLY(truth("sonar_distance_um") < (GUARD_MM + 60) * 1000));
	room_faults("sonar=no-target\n");
	stop = stop_or_fail(self->fd);
	EXPECT_EQ(ROVER_REASON_GUARD, stop.reason);
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(0, truth("collisions"));
	EXPECT_LT(GUARD_MM * 1000 - BRAKING_UM - 36000, truth("sonar_distance_um"));
}

/* Behind the last place where it was seen, another thing may be seen. */
TEST_F(guard, forgets_what_was_near_when_it_turned_away)
{
	stand_seen(self->fd, GUARD_MM - 50);
	ASSERT_EQ(0, rover_duty(self->fd, 300, -300));
	ASSERT_TRUE(EVENTUALLY(truth("heading_urad") < -1800000));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	pause_ns(300 * MS);
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(WITHIN(150, !(flags_now(self->fd) & ROVER_SNAPSHOT_WAITING)));
	EXPECT_TRUE(rover_is("moving none"));
}

/* Told to stand, it still goes forward for as long as the ramp lasts. */
TEST_F(guard, watches_the_ramp_down)
{
	struct rover_speed speed = { .left_um_s = 600000, .right_um_s = 600000 };

	set_guard_mm(self->fd, 100);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	ASSERT_TRUE(EVENTUALLY(truth("sonar_distance_um") < 160 * 1000));
	speed = (struct rover_speed){};
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	EXPECT_EQ(ROVER_REASON_GUARD, stop_or_fail(self->fd).reason);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(0, truth("collisions"));
}

TEST_F(guard, cuts_short_a_way)
{
	struct rover_path path = { .way = 2000000 };
	struct rover_event event;

	event_listen(self->fd, 1 << ROVER_EVENT_DONE);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_MOVE, &path));
	ASSERT_TRUE(event_next(self->fd, 8000, &event));
	EXPECT_EQ(path.motion_id, event.done.motion_id);
	EXPECT_EQ(ROVER_REASON_GUARD, event.done.reason);
	EXPECT_EQ(0, event.done.complete);
	EXPECT_NEAR(1200000, 60000, event.done.remaining);
	EXPECT_EQ(0, truth("collisions"));
}

static void look(int fd, int pan_urad)
{
	struct rover_look look = { .pan_urad = pan_urad, .flags = ROVER_LOOK_PAN };

	if (rover_call(fd, ROVER_IOC_LOOK, &look))
		die("the head does not turn");
	pause_ns(600 * MS);
}

/* The sonar sits on the head: turned away, it cannot tell what is ahead. */
TEST_F(guard, does_not_take_the_side_for_the_way)
{
	if (!(rover_info_or_fail(self->fd).capabilities & ROVER_CAP_PAN))
		SKIP(return, "this head does not turn");
	look(self->fd, 1300000);
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, stop_or_fail(self->fd).reason);
	/* Half as far is still ahead. */
	look(self->fd, 600000);
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	look(self->fd, 1300000);
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, stop_or_fail(self->fd).reason);
	look(self->fd, 0);
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

/* Set or drawn tighter by anybody while one drives, it holds at once. */
TEST_F(guard, may_be_set_while_one_drives)
{
	set_guard_mm(self->fd, 0);
	room_stand(1200);
	ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, truth("sonar_pings"));
	ASSERT_EQ(0, attribute_write("guard", "1500"));
	EXPECT_EQ(ROVER_REASON_GUARD, stop_or_fail(self->fd).reason);
	EXPECT_LE(1, truth("sonar_pings"));
	EXPECT_GE(2, truth("sonar_pings"));
}

TEST_F(guard, is_off_at_once)
{
	room_faults("sonar=dead\n");
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_NE(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
	set_guard_mm(self->fd, 0);
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, flags_now(self->fd) & ROVER_SNAPSHOT_WAITING);
}

TEST_F(guard, pings_only_while_it_is_needed)
{
	__s64 pings = truth("sonar_pings");

	pause_ns(500 * MS);
	EXPECT_EQ(pings, truth("sonar_pings"));
	EXPECT_FALSE(timer_pending("turn_timer"));
	ASSERT_EQ(0, rover_duty(self->fd, 300, -300));
	pause_ns(600 * MS);
	EXPECT_NEAR(pings + 10, 1, truth("sonar_pings"));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	pause_ns(100 * MS);
	pings = truth("sonar_pings");
	pause_ns(500 * MS);
	EXPECT_EQ(pings, truth("sonar_pings"));
	EXPECT_FALSE(timer_pending("turn_timer"));
	EXPECT_FALSE(timer_pending("ping_timer"));
}

/* The obstacle sensors, if the board has them. */
FIXTURE(obstacle) {
	int fd;
};

FIXTURE_SETUP(obstacle)
{
	if (!attribute_exists("obstacle_guard"))
		SKIP(return, "this board has no obstacle sensors");
	rover_calm();
	room_no_wall();
	ASSERT_EQ(0, attribute_write("obstacle_guard", "1"));
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

FIXTURE_TEARDOWN(obstacle)
{
	board_control("sensors", "obstacle_left=auto obstacle_right=auto\n");
	close(self->fd);
	rover_calm();
}

TEST_F(obstacle, stops_who_drives_at_its_first_edge)
{
	struct rover_event_stop stop;

	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_WAITING);
	ASSERT_EQ(0, board_control("sensors", "obstacle_right=1\n"));
	/* Long before it is debounced. */
	EXPECT_TRUE(WITHIN(2, board_bridges_are(BRIDGE_BRAKE)));
	stop = stop_or_fail(self->fd);
	EXPECT_EQ(ROVER_REASON_GUARD, stop.reason);
	EXPECT_EQ(ROVER_SENSOR_OBSTACLE_RIGHT, stop.sensors);
	EXPECT_EQ(-1, stop.range_um);
	EXPECT_EQ(-ECANCELED, rover_duty(self->fd, 600, 600));
	EXPECT_EQ(0, rover_duty(self->fd, -600, -600));
	EXPECT_EQ(0, rover_duty(self->fd, -600, 600));
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(-ECANCELED, rover_duty(self->fd, 601, -600));
	EXPECT_TRUE(rover_is("moving none"));
	ASSERT_EQ(0, board_control("sensors", "obstacle_right=0\n"));
	/* At once: it was never debounced. Where it was by now, its end is, too. */
	EXPECT_TRUE(WITHIN(slowness() > 1 ? 6 : 0, !rover_duty(self->fd, 600, 600)));
}

TEST_F(obstacle, stops_who_drives_when_it_is_switched_on)
{
	struct rover_settings off = { .fields = ROVER_SET_OBSTACLE_GUARD };

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_CONFIGURE, &off));
	ASSERT_EQ(0, board_control("sensors", "obstacle_left=1\n"));
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, attribute_write("obstacle_guard", "1"));
	EXPECT_EQ(ROVER_REASON_GUARD, stop_or_fail(self->fd).reason);
}

/* A sonar that answers too early, too shortly, never, or all the time. */
FIXTURE(broken) {
	int fd;
};

FIXTURE_VARIANT(broken) {
	const char *fault;
	unsigned int status;
};

FIXTURE_VARIANT_ADD(broken, dead) { "sonar=dead\n", ROVER_RANGE_SILENT };
FIXTURE_VARIANT_ADD(broken, early) { "sonar=early\n", ROVER_RANGE_INVALID };
FIXTURE_VARIANT_ADD(broken, short_pulse) { "sonar=short\n", ROVER_RANGE_INVALID };
FIXTURE_VARIANT_ADD(broken, stuck_high) { "sonar=stuck-high\n", ROVER_RANGE_INVALID };

FIXTURE_SETUP(broken)
{
	rover_calm();
	room_one_wall();
	ASSERT_EQ(0, attribute_write_number("guard", GUARD_MM));
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	stand_seen(self->fd, 1500);
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

FIXTURE_TEARDOWN(broken)
{
	close(self->fd);
	rover_calm();
}

TEST_F(broken, is_no_distance)
{
	struct rover_range range;
	int i;

	room_faults(variant->fault);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
		EXPECT_EQ(variant->status, range.status);
		EXPECT_EQ(-1, range.range_um);
	}
}

TEST_F(broken, lets_nobody_begin)
{
	__s64 begin_ns;

	room_faults(variant->fault);
	pause_ns(200 * MS);
	board_edges_start(MOTOR_LINES);
	begin_ns = now_ns();
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, stop_or_fail(self->fd).reason);
	EXPECT_GE((2 * PING_NS + SILENT_NS) * slowness(), now_ns() - begin_ns);
	EXPECT_TRUE(rover_is("stopped sonar-lost"));
	EXPECT_TRUE(never_drove());
}

TEST_F(broken, stops_who_drives)
{
	__s64 broken_ns;

	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	pause_ns(700 * MS);
	ASSERT_TRUE(rover_is("moving none"));
	room_faults(variant->fault);
	broken_ns = now_ns();
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, stop_or_fail(self->fd).reason);
	EXPECT_GE(3 * PING_NS + SILENT_NS, now_ns() - broken_ns);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

TEST_F(broken, matters_to_nobody_who_goes_backward)
{
	room_faults(variant->fault);
	ASSERT_EQ(0, rover_duty(self->fd, -300, -300));
	pause_ns(500 * MS);
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_F(broken, works_again)
{
	room_faults(variant->fault);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, stop_or_fail(self->fd).reason);
	room_faults("sonar=none\n");
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_HARNESS_MAIN
