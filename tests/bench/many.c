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

#define ROVERS_MAX	64	/* the simulator's limit */
#define CALLS		640	/* to all of them together */
#define ROUNDS		5
#define SPIN		(100 * MS)	/* instructions, alone: ten periods of the PWM */
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
	if (run("rmmod", "rover", NULL) || run("rmmod", "rover_sim", NULL))
		die("the modules stay");
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

/* All drive; what they take of a second, one of them, by a loop that takes longer. */
static __s64 driving_ns(__s64 alone_ns)
{
	__s64 span_ns;
	unsigned int i;

	for (i = 0; i < count; i++)
		drive(i, 400);
	pause_ns(200 * MS);
	span_ns = bench_spin_ns(SPIN);
	for (i = 0; i < count; i++)
		stop(i);
	/* Back to where it was: there are walls. */
	for (i = 0; i < count; i++)
		drive(i, -400);
	pause_ns(200 * MS + span_ns);
	for (i = 0; i < count; i++)
		stop(i);
	pause_ns(500 * MS);
	return (span_ns - alone_ns) * 1000 / count * NS_PER_S / span_ns;
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

int main(void)
{
	unsigned int i;

	bench_begin();
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		count = numbers[i];
		rovers_begin();
		measure_command();
		measure_snapshot();
		measure_driving();
		rovers_end();
	}
	return 0;
}
