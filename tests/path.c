// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ways and angles with an end: where the rover really comes to stand, with motors
 * that differ and a battery that sags.
 *
 * Exact times: this wants --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "motion.h"
#include "util.h"

#define SIDE_UM		(1000 * MM)
#define TURN_URAD	1570796LL
#define PATIENCE_MS	8000

static int open_driver(void)
{
	int fd = rover_open_or_fail(O_RDWR);

	if (rover_take(fd, ROVER_TAKE_DEADMAN, 0))
		die("cannot do without a deadman");
	return fd;
}

/* Far from any wall, in the middle of nothing. */
static void set_board(const char *motors)
{
	rover_calm();
	if (board_control("walls", "\n") || board_control("motors", motors))
		die("no such board");
}

static int distance_um(__s64 x_um, __s64 y_um)
{
	__s64 square = x_um * x_um + y_um * y_um, root = 0, bit = 1LL << 30;

	for (; bit; bit >>= 1)
		if ((root + bit) * (root + bit) <= square)
			root += bit;
	return root;
}

static void go_or_fail(int fd, int (*go)(int, __s64, __u32, __u32 *), __s64 way)
{
	struct rover_event_done done;
	__u32 id;

	if (go(fd, way, ROVER_STOP_BRAKE, &id))
		die("the rover does not go");
	done = motion_done_or_fail(fd, id, PATIENCE_MS);
	if (!done.complete)
		die("the rover does not come to the end: reason %u, %lld um to go", done.reason,
		    done.remaining);
}

struct closure {
	int distance_um;
	__s64 angle_urad;
};

/* Once round a square of 1 m a side, to the left. */
static struct closure drive_square(int fd, unsigned int seed)
{
	struct motion_travel from, to;
	char text[16];
	int side;

	snprintf(text, sizeof(text), "seed=%u", seed);
	if (board_control("seed", text))
		die("no seed");
	from = motion_travel();
	for (side = 0; side < 4; side++) {
		go_or_fail(fd, motion_move, SIDE_UM);
		go_or_fail(fd, motion_turn, TURN_URAD);
	}
	to = motion_travel();
	return (struct closure){
		distance_um(to.x_um - from.x_um, to.y_um - from.y_um),
		to.heading_urad - from.heading_urad - 4 * TURN_URAD,
	};
}

FIXTURE(square) {
	int fd;
};

FIXTURE_SETUP(square)
{
	set_board("spread_permille=100 sag_permille=100 discharge_permille_min=50");
	self->fd = open_driver();
}

FIXTURE_TEARDOWN(square)
{
	close(self->fd);
	rover_calm();
}

/* Each time with other motors, and with the battery as the last time left it. */
static void square(struct __test_metadata *_metadata, int fd, unsigned int from, unsigned int to)
{
	bool fine = rover_info_or_fail(fd).counts_per_revolution >= 72;
	unsigned int seed;

	for (seed = from; seed <= to; seed++) {
		struct closure closure = drive_square(fd, seed);

		printf("# seed %u: closes within %d.%03d mm, %lld mrad\n", seed,
		       closure.distance_um / 1000, closure.distance_um % 1000,
		       closure.angle_urad / 1000);
		EXPECT_GE(40 * MM, closure.distance_um);
		/* A count of 36 a revolution is as much alone. */
		if (fine)
			EXPECT_GE(2 * DEGREE, llabs(closure.angle_urad));
	}
}

TEST_F_TIMEOUT(square, closes, 120)
{
	square(_metadata, self->fd, 1, 2);
}

TEST_F_TIMEOUT(square, closes_ten_times, 400)
{
	square(_metadata, self->fd, 1, 10);
}

/*
 * One after the other
 */
FIXTURE(path) {
	int fd;
	__s64 count_um;
};

FIXTURE_SETUP(path)
{
	set_board("left_gain_permille=950 right_gain_permille=1050");
	self->fd = open_driver();
	self->count_um = 174 * MM / rover_info_or_fail(self->fd).counts_per_revolution;
}

FIXTURE_TEARDOWN(path)
{
	close(self->fd);
	rover_calm();
}

/* Where each wheel is, within so many counts. */
static void expect_travel(struct __test_metadata *_metadata, __s64 left_um, __s64 right_um,
			  __s64 tolerance_um)
{
	struct motion_travel travel = motion_travel();

	EXPECT_NEAR(left_um, tolerance_um, travel.left_um);
	EXPECT_NEAR(right_um, tolerance_um, travel.right_um);
}

TEST_F(path, moves_and_turns)
{
	struct motion_travel from = motion_travel(), to;

	go_or_fail(self->fd, motion_move, 300 * MM);
	expect_travel(_metadata, 300 * MM, 300 * MM, 2 * self->count_um);
	EXPECT_TRUE(rover_is("stopped command"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).remaining);
	go_or_fail(self->fd, motion_turn, -TURN_URAD);
	to = motion_travel();
	EXPECT_NEAR(from.heading_urad - TURN_URAD, 4 * self->count_um * 1000 / 136,
		    to.heading_urad);
	go_or_fail(self->fd, motion_turn, TURN_URAD);
	go_or_fail(self->fd, motion_move, -300 * MM);
	expect_travel(_metadata, 0, 0, 3 * self->count_um);
}

/* A wheel that must first stand still, to be driven the other way, is waited for. */
TEST_F(path, goes_straight_after_a_turn)
{
	struct rover_speed speed = { .left_um_s = 300 * MM, .right_um_s = 300 * MM };
	struct motion_travel from, to;

	go_or_fail(self->fd, motion_turn, TURN_URAD);
	from = motion_travel();
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SPEED, &speed));
	pause_ns(1000 * MS);
	to = motion_travel();
	EXPECT_LT(150 * MM, distance_um(to.x_um - from.x_um, to.y_um - from.y_um));
	/* Until it is regulated, the stronger motor goes ahead by a few counts. */
	EXPECT_NEAR(from.heading_urad, 8 * DEGREE, to.heading_urad);
}

/* What is left of each would add up, if the next one began where it came to stand. */
TEST_F(path, chains)
{
	int i;

	for (i = 0; i < 10; i++)
		go_or_fail(self->fd, motion_move, 31 * MM);
	expect_travel(_metadata, 310 * MM, 310 * MM, 2 * self->count_um);
}

TEST_F(path, chains_across_leases)
{
	int i, fd;

	ASSERT_EQ(0, rover_release(self->fd));
	for (i = 0; i < 10; i++) {
		fd = open_driver();
		go_or_fail(fd, motion_move, -31 * MM);
		close(fd);
	}
	expect_travel(_metadata, -310 * MM, -310 * MM, 2 * self->count_um);
}

TEST_F(path, tells_what_remains)
{
	__s64 last_um = 500 * MM, remaining_um;
	__u32 id;

	ASSERT_EQ(0, motion_move(self->fd, 500 * MM, ROVER_STOP_BRAKE, &id));
	EXPECT_EQ(id, rover_snapshot_or_fail(self->fd).motion_id);
	EXPECT_EQ(ROVER_MOTION_MOVE, rover_snapshot_or_fail(self->fd).motion);
	while (rover_is("moving none")) {
		remaining_um = rover_snapshot_or_fail(self->fd).remaining;
		EXPECT_GE(last_um + 2 * self->count_um, remaining_um);
		EXPECT_NEAR(500 * MM - motion_travel().left_um, 30 * MM, remaining_um);
		last_um = remaining_um;
		pause_ns(50 * MS);
	}
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).remaining);
}

TEST_F(path, stopped_halfway_is_not_complete)
{
	struct rover_event_done done;
	__u32 id;

	ASSERT_EQ(0, motion_turn(self->fd, -3 * TURN_URAD, ROVER_STOP_BRAKE, &id));
	pause_ns(400 * MS);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	done = motion_done_or_fail(self->fd, id, 1000);
	EXPECT_EQ(ROVER_MOTION_TURN, done.motion);
	EXPECT_EQ(0, done.complete);
	EXPECT_EQ(ROVER_REASON_COMMAND, done.reason);
	EXPECT_GT(-TURN_URAD, done.remaining);
	EXPECT_LT(-3 * TURN_URAD, done.remaining);
}

TEST_F(path, of_no_length_is_complete_at_once)
{
	go_or_fail(self->fd, motion_move, 0);
	go_or_fail(self->fd, motion_turn, 0);
	expect_travel(_metadata, 0, 0, self->count_um);
}

TEST_F(path, is_no_faster_than_told)
{
	struct rover_path path = { .way = 300 * MM, .speed = 150 * MM,
				   .end = ROVER_STOP_COAST };
	struct motion_travel from, to;

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_MOVE, &path));
	pause_ns(1000 * MS);
	from = motion_travel();
	pause_ns(300 * MS);
	to = motion_travel();
	EXPECT_NEAR(150 * MM, 10 * MM, motion_left_um_s(&from, &to));
	EXPECT_EQ(1, motion_done_or_fail(self->fd, path.motion_id, 3000).complete);
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
}

TEST_F(path, can_be_held_at_its_end)
{
	__u32 id;

	ASSERT_EQ(0, motion_move(self->fd, 200 * MM, ROVER_STOP_HOLD, &id));
	EXPECT_EQ(1, motion_done_or_fail(self->fd, id, 3000).complete);
	EXPECT_TRUE(rover_is("holding none"));
	go_or_fail(self->fd, motion_move, -200 * MM);
	expect_travel(_metadata, 0, 0, 2 * self->count_um);
}

TEST_HARNESS_MAIN
