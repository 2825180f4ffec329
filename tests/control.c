// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wheel speeds in closed loop: steps, curves, durations, holding, and who stops
 * them. Speeds are those of the real wheels, over a period of the PWM or more.
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

#define WINDOW_NS	(20 * MS)	/* two periods of the PWM */
#define SETTLED_NS	(500 * MS)

static bool is_past(__s64 time_ns)
{
	return now_ns() > time_ns;
}

static int open_driver(unsigned int deadman_ms)
{
	int fd = rover_open_or_fail(O_RDWR);

	if (rover_take(fd, ROVER_TAKE_DEADMAN, deadman_ms))
		die("cannot choose the deadman");
	return fd;
}

/* In the middle of nothing, with motors as given. */
static void set_board(const char *motors)
{
	rover_calm();
	if (board_control("walls", "\n") || board_control("motors", motors))
		die("no such board");
}

static bool has_direction(int fd)
{
	return !(rover_info_or_fail(fd).capabilities & ROVER_CAP_INFERRED);
}

/* What the driver is told of motors that do so much of the board's usual speed. */
static void set_feed_forward(int fd, unsigned int permille)
{
	struct rover_settings settings = { .feed_forward = 1533 * 1000 / permille };

	if (motion_configure(fd, ROVER_SET_FEED_FORWARD, &settings))
		die("cannot configure");
}

/*
 * Steps between speeds
 */
FIXTURE(step) {
	int fd;
};

FIXTURE_VARIANT(step) {
	const char *motors;
};

/* 780 mm/s at full drive: 600 mm/s needs some drive left to be settled at. */
FIXTURE_VARIANT_ADD(step, equal_motors) {
	"left_gain_permille=1300 right_gain_permille=1300"
};

FIXTURE_VARIANT_ADD(step, motors_10_percent_apart) {
	"left_gain_permille=1235 right_gain_permille=1365"
};

FIXTURE_SETUP(step)
{
	set_board(variant->motors);
	self->fd = open_driver(0);
	set_feed_forward(self->fd, 1300);
}

FIXTURE_TEARDOWN(step)
{
	set_feed_forward(self->fd, 1000);
	close(self->fd);
	rover_calm();
}

struct response {
	__s64 overshoot_permille;	/* of the step */
	__s64 off_permille;		/* of the speed, at worst, once it should be settled */
};

static void note_response(struct response *response, __s64 from_um_s, __s64 to_um_s,
			  __s64 speed_um_s, bool settled)
{
	__s64 beyond = (speed_um_s - to_um_s) * 1000 / (to_um_s - from_um_s);
	__s64 off = llabs(speed_um_s - to_um_s) * 1000 / to_um_s;

	if (beyond > response->overshoot_permille)
		response->overshoot_permille = beyond;
	if (settled && off > response->off_permille)
		response->off_permille = off;
}

static void measure_step(int fd, __s64 from_um_s, __s64 to_um_s, struct response response[2])
{
	__s64 begin_ns = now_ns(), next_ns = begin_ns;
	struct motion_travel from = motion_travel(), to;

	response[0] = (struct response){};
	response[1] = (struct response){};
	if (motion_speed(fd, to_um_s, to_um_s))
		die("the rover does not drive");
	while (next_ns < begin_ns + 2 * SETTLED_NS) {
		bool settled = next_ns >= begin_ns + SETTLED_NS;

		next_ns += WINDOW_NS;
		sleep_until(next_ns);
		to = motion_travel();
		note_response(&response[0], from_um_s, to_um_s, motion_left_um_s(&from, &to),
			      settled);
		note_response(&response[1], from_um_s, to_um_s, motion_right_um_s(&from, &to),
			      settled);
		from = to;
	}
}

TEST_F(step, settles)
{
	static const int speeds[] = { 200, 600, 200, 400, 600, 300, 500, 200 };
	struct response response[2];
	unsigned int i, side;

	ASSERT_EQ(0, motion_speed(self->fd, 200 * MM, 200 * MM));
	pause_ns(1000 * MS);
	for (i = 1; i < ARRAY_SIZE(speeds); i++) {
		measure_step(self->fd, speeds[i - 1] * MM, speeds[i] * MM, response);
		for (side = 0; side < 2; side++) {
			printf("# %d to %d mm/s, side %u: %lld permille beyond, then %lld off\n",
			       speeds[i - 1], speeds[i], side,
			       response[side].overshoot_permille, response[side].off_permille);
			EXPECT_GE(100, response[side].overshoot_permille);
			EXPECT_GE(20, response[side].off_permille);
		}
	}
}

/*
 * Curves
 */
FIXTURE(twist) {
	int fd;
};

FIXTURE_SETUP(twist)
{
	set_board("left_gain_permille=1000");
	self->fd = open_driver(0);
}

FIXTURE_TEARDOWN(twist)
{
	close(self->fd);
	rover_calm();
}

/* Of the curve that the rover really drives. */
static __s64 radius_um(__s64 span_ns)
{
	struct motion_travel from, to;

	from = motion_travel();
	pause_ns(span_ns);
	to = motion_travel();
	return (to.left_um + to.right_um - from.left_um - from.right_um) / 2 * 1000000 /
	       (to.heading_urad - from.heading_urad);
}

TEST_F(twist, turns_as_it_says)
{
	struct rover_twist twist = { .speed_um_s = 300 * MM, .rate_urad_s = -1000 * MRAD };
	struct motion_travel from, to;

	ASSERT_EQ(0, motion_twist(self->fd, &twist));
	EXPECT_EQ(300 * MM, twist.speed_um_s);
	EXPECT_EQ(-1000 * MRAD, twist.rate_urad_s);
	pause_ns(1000 * MS);
	from = motion_travel();
	pause_ns(1000 * MS);
	to = motion_travel();
	EXPECT_NEAR(300 * MM, 6 * MM, (motion_left_um_s(&from, &to) +
				       motion_right_um_s(&from, &to)) / 2);
	EXPECT_NEAR(-1000 * MRAD, 30 * MRAD, to.heading_urad - from.heading_urad);
}

/* More often than the loop ticks, and in no step with it: ramps take their time, not more. */
TEST_F(twist, a_stream_of_commands_ramps_as_one)
{
	static const __s64 speeds_um_s[] = { 300 * MM, 100 * MM, 300 * MM };
	struct motion_travel from, to;
	unsigned int i;
	__s64 end_ns;

	for (i = 0; i < ARRAY_SIZE(speeds_um_s); i++) {
		end_ns = now_ns() + 600 * MS;
		while (!is_past(end_ns)) {
			ASSERT_EQ(0, motion_speed(self->fd, speeds_um_s[i], speeds_um_s[i]));
			pause_ns(700 * US);
		}
		from = motion_travel();
		pause_ns(50 * MS);
		to = motion_travel();
		EXPECT_NEAR(speeds_um_s[i], 30 * MM, motion_left_um_s(&from, &to));
		EXPECT_NEAR(speeds_um_s[i], 30 * MM, motion_right_um_s(&from, &to));
	}
}

TEST_F(twist, beyond_the_limit_keeps_the_curve)
{
	struct rover_twist twist = { .speed_um_s = 600 * MM, .rate_urad_s = 3000 * MRAD };

	ASSERT_EQ(0, motion_twist(self->fd, &twist));
	/* The outer wheel would have to do 804 mm/s, and may do 600. */
	EXPECT_NEAR(600 * MM * 600 / 804, 10, twist.speed_um_s);
	EXPECT_NEAR(3000 * MRAD * 600 / 804, 10, twist.rate_urad_s);
	pause_ns(1500 * MS);
	EXPECT_NEAR(200 * MM, 6 * MM, radius_um(1000 * MS));
}

TEST_F(twist, with_a_weak_battery_keeps_the_curve)
{
	struct rover_twist twist = { .speed_um_s = 450 * MM, .rate_urad_s = 2000 * MRAD };

	ASSERT_EQ(0, board_control("motors", "left_gain_permille=800 right_gain_permille=800"));
	ASSERT_EQ(0, motion_twist(self->fd, &twist));
	EXPECT_EQ(450 * MM, twist.speed_um_s);
	pause_ns(3000 * MS);
	EXPECT_NE(0, rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_SATURATED);
	EXPECT_NEAR(225 * MM, 10 * MM, radius_um(1000 * MS));
}

TEST_F(twist, limits)
{
	struct rover_twist far = { .speed_um_s = 100000001 };
	struct rover_twist fast = { .rate_urad_s = -1000000001LL };
	__s64 max = rover_info_or_fail(self->fd).speed_max_um_s;

	EXPECT_EQ(-ERANGE, motion_twist(self->fd, &far));
	EXPECT_EQ(-ERANGE, motion_twist(self->fd, &fast));
	EXPECT_EQ(-ERANGE, motion_speed(self->fd, max + 1, 0));
	EXPECT_EQ(-ERANGE, motion_speed(self->fd, 0, -max - 1));
	EXPECT_EQ(-ERANGE, motion_speed(self->fd, 0, INT64_MIN));
	EXPECT_TRUE(rover_is("idle none") || rover_is("stopped released") ||
		    rover_is("stopped command"));
}

/*
 * How motions end
 */
FIXTURE(end) {
	int fd;
	int watch;
};

FIXTURE_SETUP(end)
{
	set_board("left_gain_permille=1000");
	self->fd = open_driver(5000);
	self->watch = rover_open_or_fail(O_RDONLY);
}

FIXTURE_TEARDOWN(end)
{
	close(self->watch);
	close(self->fd);
	rover_calm();
}

static void expect_timed_end(struct __test_metadata *_metadata, int fd, int watch,
			     __s64 begin_ns, unsigned int motion)
{
	struct rover_event event;

	ASSERT_TRUE(motion_event(watch, ROVER_EVENT_DONE, 2000, &event));
	EXPECT_EQ(motion, event.done.motion);
	EXPECT_EQ(1, event.done.complete);
	EXPECT_EQ(ROVER_REASON_COMMAND, event.done.reason);
	EXPECT_NEAR(begin_ns + 700 * MS, MS, (__s64)event.time_ns);
	EXPECT_NEAR(begin_ns + 700 * MS, MS,
		    (__s64)rover_snapshot_or_fail(fd).stop_time_ns);
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_F(end, speed_for_a_time)
{
	struct rover_speed speed = {
		.left_um_s = 300 * MM, .right_um_s = 300 * MM,
		.duration_ms = 700, .end = ROVER_STOP_BRAKE,
	};
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	expect_timed_end(_metadata, self->fd, self->watch, begin_ns, ROVER_MOTION_SPEED);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

TEST_F(end, duty_for_a_time)
{
	struct rover_duty duty = {
		.left_permille = 400, .right_permille = 400,
		.duration_ms = 700, .end = ROVER_STOP_COAST,
	};
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_DUTY, &duty));
	expect_timed_end(_metadata, self->fd, self->watch, begin_ns, ROVER_MOTION_DUTY);
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
}

TEST_F(end, a_duration_that_is_replaced_ends_nothing)
{
	struct rover_duty duty = { .left_permille = 400, .right_permille = 400,
				   .duration_ms = 100 };
	struct rover_event event;
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_DUTY, &duty));
	ASSERT_EQ(0, motion_speed(self->fd, 200 * MM, 200 * MM));
	ASSERT_TRUE(motion_event(self->watch, ROVER_EVENT_DONE, 1000, &event));
	EXPECT_EQ(0, event.done.complete);
	EXPECT_EQ(ROVER_REASON_COMMAND, event.done.reason);
	ASSERT_TRUE(EVENTUALLY(is_past(begin_ns + 300 * MS)));
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_FALSE(motion_event(self->watch, ROVER_EVENT_DONE, 0, &event));
}

TEST_F(end, malformed)
{
	struct rover_duty no_duration = { .left_permille = 400, .end = ROVER_STOP_BRAKE };
	struct rover_duty unknown = { .left_permille = 400, .duration_ms = 10, .end = 3 };
	struct rover_speed reserved = { .left_um_s = 1000, .reserved = 1 };
	struct rover_path flags = { .way = 1000, .flags = 2 };
	struct rover_path far = { .way = 1000000001 };
	struct rover_path back = { .way = 1000, .speed = -1 };

	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_DUTY, &no_duration));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_DUTY, &unknown));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_SPEED, &reserved));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_MOVE, &flags));
	EXPECT_EQ(-ERANGE, rover_call(self->fd, ROVER_IOC_MOVE, &far));
	EXPECT_EQ(-ERANGE, rover_call(self->fd, ROVER_IOC_TURN, &back));
	EXPECT_TRUE(wheels_rest());
}

static void expect_deadman(struct __test_metadata *_metadata, __s64 begin_ns)
{
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	EXPECT_NEAR(begin_ns + 400 * MS, (19 + slowness()) * MS, now_ns());
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

TEST_F(end, the_deadman_stops_every_kind)
{
	struct rover_event event;
	__s64 begin_ns;

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 400));
	begin_ns = now_ns();
	ASSERT_EQ(0, motion_speed(self->fd, 200 * MM, 200 * MM));
	expect_deadman(_metadata, begin_ns);

	begin_ns = now_ns();
	ASSERT_EQ(0, motion_move(self->fd, 2000 * MM, ROVER_STOP_BRAKE, NULL));
	expect_deadman(_metadata, begin_ns);
	ASSERT_TRUE(motion_event(self->watch, ROVER_EVENT_DONE, 1000, &event));
	EXPECT_EQ(ROVER_MOTION_MOVE, event.done.motion);
	EXPECT_EQ(0, event.done.complete);
	EXPECT_EQ(ROVER_REASON_DEADMAN, event.done.reason);
	EXPECT_LT(1700 * MM, event.done.remaining);

	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	begin_ns = now_ns();
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_HOLD));
	EXPECT_TRUE(rover_is("holding none"));
	expect_deadman(_metadata, begin_ns);
}

TEST_F(end, release_ends_a_hold)
{
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_HOLD));
	EXPECT_TRUE(rover_is("holding none"));
	EXPECT_EQ(0, rover_feed(self->fd));
	ASSERT_EQ(0, rover_release(self->fd));
	EXPECT_TRUE(rover_is("stopped released"));
}

TEST_F(end, hold_is_the_drivers)
{
	int other = rover_open_or_fail(O_RDWR);

	EXPECT_EQ(-EPERM, rover_stop(self->watch, ROVER_STOP_HOLD));
	EXPECT_EQ(-EBUSY, rover_stop(other, ROVER_STOP_HOLD));
	EXPECT_EQ(-EBUSY, attribute_write("command", "hold"));
	close(other);
}

TEST_F(end, open_loop_is_always_there)
{
	ASSERT_EQ(0, motion_speed(self->fd, 300 * MM, 300 * MM));
	pause_ns(300 * MS);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(300 * MS);
	EXPECT_EQ(500, rover_snapshot_or_fail(self->fd).left.duty_permille);
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).left_target_um_s);
	EXPECT_TRUE(wheels_turn(1, 1));
	ASSERT_EQ(0, rover_duty(self->fd, 0, 0));
	EXPECT_TRUE(rover_is("stopped command"));
}

/*
 * Against force
 */
TEST_F(end, hold_goes_back_to_its_place)
{
	struct motion_travel from, to;

	if (!has_direction(self->fd))
		SKIP(return, "the encoders cannot tell the direction");
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_HOLD));
	pause_ns(300 * MS);
	from = motion_travel();
	ASSERT_EQ(0, board_control("force", "left=60000"));
	pause_ns(400 * MS);
	EXPECT_LT(from.left_um + 20 * MM, motion_travel().left_um);
	EXPECT_TRUE(rover_is("holding none"));
	EXPECT_GT(0, rover_snapshot_or_fail(self->fd).left.duty_permille);
	ASSERT_EQ(0, board_control("force", "left=off"));
	pause_ns(1500 * MS);
	to = motion_travel();
	EXPECT_NEAR(from.left_um, 4 * MM, to.left_um);
	EXPECT_NEAR(from.right_um, 3 * MM, to.right_um);
	EXPECT_TRUE(rover_is("holding none"));
}

TEST_F(end, hold_brakes_where_the_direction_is_unknown)
{
	if (has_direction(self->fd))
		SKIP(return, "the encoders tell the direction");
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_HOLD));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	ASSERT_EQ(0, board_control("force", "left=60000"));
	pause_ns(400 * MS);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("holding none"));
	ASSERT_EQ(0, board_control("force", "left=off"));
}

/* A wheel that still rolls is not counted the wrong way. */
TEST_F(end, reversal_counts_right)
{
	unsigned int quarters = 72 / rover_info_or_fail(self->fd).counts_per_revolution;
	struct rover_snapshot from = rover_snapshot_or_fail(self->fd);
	int i;

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, motion_speed(self->fd, 500 * MM, 400 * MM));
		pause_ns(700 * MS);
		ASSERT_EQ(0, motion_speed(self->fd, -400 * MM, -500 * MM));
		pause_ns(1200 * MS);
		EXPECT_TRUE(wheels_turn(-1, -1));
	}
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_NEAR(truth("left_quarters") / quarters, 4,
		    rover_snapshot_or_fail(self->fd).left.count - from.left.count);
	EXPECT_NEAR(truth("right_quarters") / quarters, 4,
		    rover_snapshot_or_fail(self->fd).right.count - from.right.count);
}

/*
 * Attributes
 */
TEST_F(end, targets_by_attributes)
{
	ASSERT_EQ(0, rover_release(self->fd));
	ASSERT_EQ(0, attribute_write_number("left_target", 200));
	pause_ns(300 * MS);
	EXPECT_TRUE(wheels_turn(1, 0));
	EXPECT_EQ(200, attribute_number_or_fail("left_target"));
	EXPECT_EQ(0, attribute_number_or_fail("right_target"));
	ASSERT_EQ(0, attribute_write_number("right_target", 200));
	pause_ns(400 * MS);
	EXPECT_TRUE(wheels_turn(1, 1));
	EXPECT_EQ(200, attribute_number_or_fail("left_target"));
	EXPECT_EQ(200, attribute_number_or_fail("right_target"));
	EXPECT_EQ(-ERANGE, attribute_write_number("left_target", 601));
	EXPECT_EQ(-EINVAL, attribute_write("left_target", "fast"));
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	EXPECT_EQ(0, attribute_number_or_fail("left_target"));
	ASSERT_EQ(0, attribute_write("command", "hold"));
	EXPECT_TRUE(rover_is("holding none"));
	EXPECT_TRUE(attribute_is("command", "hold"));
	EXPECT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
}

/*
 * For a board whose left encoder counts backwards
 */
FIXTURE(backwards) {
	int fd;
};

FIXTURE_SETUP(backwards)
{
	set_board("left_gain_permille=1000");
	self->fd = open_driver(0);
}

FIXTURE_TEARDOWN(backwards)
{
	close(self->fd);
	rover_calm();
}

TEST_F(backwards, encoder_is_a_fault)
{
	struct motion_travel from = motion_travel();
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, motion_speed(self->fd, 200 * MM, 200 * MM));
	ASSERT_TRUE(WITHIN(1000, rover_is("stopped fault")));
	printf("# stopped after %lld ms, %lld mm\n", (now_ns() - begin_ns) / MS,
	       (motion_travel().left_um - from.left_um) / MM);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_GT(200 * MM, motion_travel().left_um - from.left_um);

	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	ASSERT_EQ(0, motion_move(self->fd, -500 * MM, ROVER_STOP_BRAKE, NULL));
	EXPECT_TRUE(WITHIN(1000, rover_is("stopped fault")));

	/* Open loop is still there. */
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(500 * MS);
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_HARNESS_MAIN
