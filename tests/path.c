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
	__u32 id;

	if (go(fd, way, ROVER_STOP_BRAKE, &id))
		die("the rover does not go");
	if (!motion_done_or_fail(fd, id, PATIENCE_MS).complete)
		die("the rover does not come to the end");
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

static struct rover_info read_info(int fd)
{
	return rover_info_or_fail(fd);
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
	bool judged = read_info(fd).counts_per_revolution >= 72;
	struct closure closure;
	unsigned int seed;

	for (seed = from; seed <= to; seed++) {
		closure = drive_square(fd, seed);
		printf("# square %u: %d mm, %lld mrad, %lld s\n", seed,
		       closure.distance_um / 1000, closure.angle_urad / 1000, now_ns()/1000000000);
		if (!judged)
			continue;
		EXPECT_GE(40 * MM, closure.distance_um);
		EXPECT_GE(2 * DEGREE, llabs(closure.angle_urad));
	}
}

TEST_F_TIMEOUT(square, closes, 300)
{
	square(_metadata, self->fd, 1, 10);
}

TEST_HARNESS_MAIN
