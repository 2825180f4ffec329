// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one of many rovers in one kernel costs: a command, a snapshot, and driving.
 * Loads the modules itself.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rover.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bench.h"
#include "board.h"

#define ROVERS_MAX	64	/* the simulator's limit */
#define CALLS		640	/* to all of them together */
#define ROUNDS		5
#define SPIN		(100 * MS)	/* instructions, alone: ten periods of the PWM */
#define DRIVEN		400		/* permille */
#define DEADMAN_MS	5000
#define NS_PER_S	1000000000LL

static const unsigned int numbers[] = { 1, 2, 8, ROVERS_MAX };

static int rover[ROVERS_MAX];
static unsigned int count;

static void call(unsigned int index, unsigned long request, void *argument)
{
	if (ioctl(rover[index], request, argument))
		die("ioctl %#lx of rover %u: %s", request, index, strerror(errno));
}

static void drive(unsigned int index, int permille)
{
	struct rover_duty duty = { .left_permille = permille, .right_permille = permille };

	call(index, ROVER_IOC_DUTY, &duty);
}

static void stop(unsigned int index)
{
	struct rover_stop stop = { .mode = ROVER_STOP_BRAKE };

	call(index, ROVER_IOC_STOP, &stop);
}

static const char *key(const char *what)
{
	static char text[64];

	snprintf(text, sizeof(text), "many.%u.%s", count, what);
	return text;
}

/* The device tree describes the first one. */
static void rovers_begin(void)
{
	struct rover_take take = { .flags = ROVER_TAKE_DEADMAN, .deadman_ms = DEADMAN_MS };
	char boards[32], path[32] = "/dev/rover";
	unsigned int i;

	snprintf(boards, sizeof(boards), "boards=%u", count - 1);
	if (run("modprobe", "rover_sim", boards, NULL) || run("modprobe", "rover", NULL))
		die("no modules");
	for (i = 0; i < count; i++) {
		if (i)
			snprintf(path, sizeof(path), "/dev/rover%u", i);
		if (!EVENTUALLY(file_exists(path)))
			die("there is no %s", path);
		rover[i] = open(path, O_RDWR | O_CLOEXEC);
		if (rover[i] < 0)
			die("%s: %s", path, strerror(errno));
		call(i, ROVER_IOC_TAKE, &take);
	}
	/* Until the kernel has nothing left to do for it. */
	pause_ns(1000 * MS);
}

static void rovers_end(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		close(rover[i]);
	if (run("rmmod", "rover", NULL))
		die("the driver stays");
}

static void boards_end(void)
{
	if (run("rmmod", "rover_sim", NULL))
		die("the boards stay");
}

/* One drives, and is told to drive otherwise; the others are parked. */
static void measure_command(void)
{
	struct samples samples = {};
	unsigned int i;

	for (i = 0; i < CALLS; i++) {
		unsigned int index = i % count;
		__s64 begin_ns;

		drive(index, 500);
		begin_ns = now_ns();
		drive(index, 600);
		samples_add(&samples, bench_each(now_ns() - begin_ns, 1));
		stop(index);
		pause_ns(2 * MS);
	}
	bench_tell(key("command"), &samples);
}

static void measure_snapshot(void)
{
	struct rover_snapshot snapshot;
	struct samples samples = {};
	unsigned int i, index;

	for (i = 0; i < CALLS / ROVERS_MAX; i++) {
		__s64 begin_ns = now_ns();

		for (index = 0; index < ROVERS_MAX; index++)
			call(index % count, ROVER_IOC_SNAPSHOT, &snapshot);
		samples_add(&samples, bench_each(now_ns() - begin_ns, ROVERS_MAX));
	}
	bench_tell(key("snapshot"), &samples);
}

/* Of a second, for one of all, by how much longer a loop takes. */
static __s64 share_ns(__s64 span_ns, __s64 alone_ns)
{
	return (span_ns - alone_ns) * 1000 / count * NS_PER_S / span_ns;
}

/* All drive. */
static __s64 driving_ns(__s64 alone_ns)
{
	__s64 span_ns;
	unsigned int i;

	for (i = 0; i < count; i++)
		drive(i, DRIVEN);
	pause_ns(200 * MS);
	span_ns = bench_spin_ns(SPIN);
	for (i = 0; i < count; i++)
		stop(i);
	/* Back to where it was: there are walls. */
	for (i = 0; i < count; i++)
		drive(i, -DRIVEN);
	pause_ns(200 * MS + span_ns);
	for (i = 0; i < count; i++)
		stop(i);
	pause_ns(500 * MS);
	return share_ns(span_ns, alone_ns);
}

static void measure_driving(void)
{
	struct samples samples = {};
	__s64 alone_ns;
	unsigned int i;

	pause_ns(500 * MS);
	alone_ns = bench_spin_ns(SPIN);
	for (i = 0; i < ROUNDS; i++)
		samples_add(&samples, driving_ns(alone_ns));
	bench_tell(key("driving"), &samples);
}

/* How fast the wheels of the first board turn when it is driven so. */
static long driven_um_s(void)
{
	struct truth_key from[] = { { "left_travel_um" } }, to[] = { { "left_travel_um" } };

	drive(0, DRIVEN);
	pause_ns(500 * MS);
	TRUTH_TAKE(from);
	pause_ns(100 * MS);
	TRUTH_TAKE(to);
	stop(0);
	return (to[0].value - from[0].value) * 10;
}

/* Nobody drives the board: what is left is its own. */
static void measure_board(long um_s)
{
	struct samples samples = {};
	char turn[64];
	__s64 alone_ns;
	unsigned int i;

	snprintf(turn, sizeof(turn), "left=%ld right=%ld", um_s, um_s);
	pause_ns(500 * MS);
	alone_ns = bench_spin_ns(SPIN);
	for (i = 0; i < ROUNDS; i++) {
		if (board_control("force", turn))
			die("the wheels do not turn");
		pause_ns(200 * MS);
		samples_add(&samples, share_ns(bench_spin_ns(SPIN), alone_ns));
		board_control("force", "left=off right=off");
		pause_ns(500 * MS);
	}
	bench_tell(key("board"), &samples);
}

int main(void)
{
	long um_s;

	unsigned int i;

	bench_begin();
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		count = numbers[i];
		rovers_begin();
		measure_command();
		measure_snapshot();
		measure_driving();
		um_s = driven_um_s();
		rovers_end();
		/* Of many, only the first can be turned so: it is the one alone. */
		if (count == 1)
			measure_board(um_s);
		boards_end();
	}
	return 0;
}
