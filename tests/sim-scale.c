// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many rovers in one kernel, all of them driving: each keeps its own count, and
 * all together leave time for something else.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <linux/rover.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "board.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

/* The simulator's own limit; kernels before 6.2 have no numbers for their lines. */
#define ROVERS_MAX	64

static __s64 text_number(const char *text, const char *key)
{
	char name[64];
	const char *value;

	snprintf(name, sizeof(name), "\n%s=", key);
	value = strstr(text, name);
	if (!value)
		die("truth has no %s", key);
	return atoll(value + strlen(name));
}

struct board_truth {
	__s64 left_edges;
	__s64 right_edges;
	__s64 travel_um;
	__s64 irqs;
	__s64 merged;
	__s64 fired;
};

/* Boards and rovers are created in the same order, from the first on. */
static struct board_truth read_truth(unsigned int index)
{
	char number[16] = "", path[128], text[8192];

	if (index)
		snprintf(number, sizeof(number), ".%u", index);
	snprintf(path, sizeof(path), "/sys/kernel/debug/rover_sim/rover-sim%s/truth", number);
	if (file_read(path, text, sizeof(text)) < 0)
		die("%s is unreadable", path);
	return (struct board_truth) {
		.left_edges = text_number(text, "left_edges_a"),
		.right_edges = text_number(text, "right_edges_a"),
		.travel_um = text_number(text, "left_travel_um"),
		.irqs = text_number(text, "irqs"),
		.merged = text_number(text, "merged"),
		.fired = text_number(text, "timer_fired"),
	};
}

static int open_rover(unsigned int index)
{
	char path[32] = "/dev/rover";

	if (index)
		snprintf(path, sizeof(path), "/dev/rover%u", index);
	return open(path, O_RDWR | O_CLOEXEC);
}

static void drive(int fd, int permille)
{
	struct rover_duty duty = { .left_permille = permille, .right_permille = permille };

	if (ioctl(fd, ROVER_IOC_DUTY, &duty))
		die("a rover stays where it is");
}

/* Time that processors were not idle since the start, of all time. */
static double busy_s(void)
{
	double up_s, idle_s;
	char text[64];

	if (file_read("/proc/uptime", text, sizeof(text)) < 0 ||
	    sscanf(text, "%lf %lf", &up_s, &idle_s) != 2)
		die("no uptime");
	return up_s * sysconf(_SC_NPROCESSORS_ONLN) - idle_s;
}

/* A debug kernel is too slow for so many, and may lose edges: but it says so. */
static void expect_count(struct __test_metadata *_metadata, __s64 edges,
			 const struct rover_wheel *wheel)
{
	if (slowness() == 1 || !wheel->merged)
		EXPECT_EQ(edges, wheel->count);
	EXPECT_LE(wheel->count, edges);
}

TEST(many_rovers_drive)
{
	__s64 begin_ns, took_ns, edges = 0, irqs = 0, merged = 0, fired = 0;
	int fd[ROVERS_MAX];
	unsigned int i, count;
	double busy;

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=63", NULL));
	for (count = 0; count < ROVERS_MAX; count++) {
		fd[count] = open_rover(count);
		if (fd[count] < 0)
			break;
	}
	ASSERT_LE(16, count);

	busy = busy_s();
	begin_ns = now_ns();
	for (i = 0; i < count; i++)
		drive(fd[i], 600);
	pause_ns(300 * MS);
	for (i = 0; i < count; i++)
		drive(fd[i], 400);
	pause_ns(300 * MS);
	took_ns = now_ns() - begin_ns;
	busy = busy_s() - busy;
	for (i = 0; i < count; i++)
		drive(fd[i], 0);
	pause_ns(1000 * MS);

	for (i = 0; i < count; i++) {
		struct board_truth truth = read_truth(i);
		struct rover_snapshot snapshot = {};

		/* Every one got somewhere, and nobody's edges went elsewhere. */
		EXPECT_LT(60000, truth.travel_um);
		edges += truth.left_edges + truth.right_edges;
		irqs += truth.irqs;
		merged += truth.merged;
		fired += truth.fired;
		ASSERT_EQ(0, ioctl(fd[i], ROVER_IOC_SNAPSHOT, &snapshot));
		expect_count(_metadata, truth.left_edges, &snapshot.left);
		expect_count(_metadata, truth.right_edges, &snapshot.right);
		EXPECT_EQ(0, ioctl(fd[i], ROVER_IOC_STOP, &(struct rover_stop){}));
		close(fd[i]);
	}
	EXPECT_EQ(edges, irqs + merged);
	printf("# %u rovers for %lld ms: %lld edges, %lld merged, %lld timer interrupts\n",
	       count, took_ns / MS, edges, merged, fired);
	printf("# busy for %d ms of %lld\n", (int)(busy * 1000), took_ns / MS);
	EXPECT_GT(took_ns / MS, busy * 1000);
	EXPECT_EQ(0, run("rmmod", "rover", NULL));
	EXPECT_EQ(0, run("rmmod", "rover_sim", NULL));
}

TEST_HARNESS_MAIN
