// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to know all that the rover's sensors tell, each way; by us, and
 * by what the kernel has without us on the same board.
 *
 *   snapshot MODULES	the folder of the modules that scripts/peers builds
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/rover.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"
#include "libgpiod.h"
#include "lines.h"

#define COUNT	1000
#define BATCH	16
#define COUNTERS	"/sys/bus/counter/devices/"

/* Of the RoboHAT: two for obstacles, two for lines on the ground. */
#define SENSOR_LINES	(BIT_ULL(4) | BIT_ULL(17) | BIT_ULL(5) | BIT_ULL(27))

static const char *const attributes[] = {
	"left_count", "right_count", "obstacle_left", "obstacle_right", "line_left", "line_right",
};

static int attribute_fd[ARRAY_SIZE(attributes)];
static unsigned long long count[2];

static void read_attributes(void)
{
	char text[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (pread(attribute_fd[i], text, sizeof(text), 0) <= 0)
			die("%s: %s", attributes[i], strerror(errno));
}

/* The least: a copy of as many bytes, which nobody writes meanwhile. */
static void measure_copy(void)
{
	struct rover_snapshot from = {}, to;

	BENCH("snapshot.copy", COUNT, BATCH, ({
		memcpy(&to, &from, sizeof(to));
		__asm__ volatile("" : : "r" (&to), "r" (&from) : "memory");
	}));
}

static void measure_ours(void)
{
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_snapshot snapshot;
	const struct rover_mapping *mapping;
	char path[128];
	unsigned int i;

	mapping = mmap(NULL, rover_info_or_fail(fd).mapping_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mapping == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		snprintf(path, sizeof(path), ROVER_CLASS "%s", attributes[i]);
		attribute_fd[i] = open(path, O_RDONLY);
		if (attribute_fd[i] < 0)
			die("%s: %s", path, strerror(errno));
	}
	BENCH("snapshot.mapping", COUNT, BATCH, rover_mapping_snapshot(mapping, &snapshot));
	BENCH("snapshot.ioctl", COUNT, BATCH, ioctl(fd, ROVER_IOC_SNAPSHOT, &snapshot));
	BENCH("snapshot.sysfs", COUNT, 1, read_attributes());
	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		close(attribute_fd[i]);
	close(fd);
}

/* Each has its wheel's line; until somebody enables them, they do not count. */
static void open_counters(const char *folder, int count_fd[2])
{
	char path[64];
	unsigned int i;

	bench_module_in(folder, "counter");
	bench_module_in(folder, "interrupt-cnt");
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), COUNTERS "counter%u/count0/enable", i);
		if (file_write(path, "1"))
			die("%s: %s", path, strerror(errno));
		snprintf(path, sizeof(path), COUNTERS "counter%u/count0/count", i);
		count_fd[i] = open(path, O_RDONLY);
		if (count_fd[i] < 0)
			die("%s: %s", path, strerror(errno));
	}
}

static void read_lines(int lines)
{
	struct gpio_v2_line_values values = { .mask = 0xf };

	if (ioctl(lines, GPIO_V2_LINE_GET_VALUES_IOCTL, &values))
		die("lines: %s", strerror(errno));
}

/* As numbers, which is what ours are. */
static void read_counters(const int count_fd[2])
{
	char text[24];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		ssize_t length = pread(count_fd[i], text, sizeof(text) - 1, 0);

		if (length <= 0)
			die("count: %s", strerror(errno));
		text[length] = 0;
		count[i] = strtoull(text, NULL, 10);
	}
}

static void read_stock(int lines, const int count_fd[2])
{
	read_lines(lines);
	read_counters(count_fd);
}

static void read_by_library(struct gpiod_line_request *lines, const int count_fd[2])
{
	enum gpiod_line_value levels[4];

	if (gpiod_line_request_get_values(lines, levels))
		die("libgpiod: %s", strerror(errno));
	read_counters(count_fd);
}

static void measure_library(const int count_fd[2])
{
	struct gpiod_line_request *lines = libgpiod_watch(SENSOR_LINES);

	BENCH("snapshot.libgpiod", COUNT, BATCH, read_by_library(lines, count_fd));
	gpiod_line_request_release(lines);
}

/* The four sensors and the wheels' counts; speeds, distance and pose nobody has. */
static void measure_stock(const char *folder)
{
	int lines, count_fd[2];

	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	lines = lines_watch(SENSOR_LINES);
	open_counters(folder, count_fd);
	BENCH("snapshot.stock.gpio", COUNT, BATCH, read_lines(lines));
	BENCH("snapshot.stock.counters", COUNT, BATCH, read_counters(count_fd));
	BENCH("snapshot.stock", COUNT, BATCH, read_stock(lines, count_fd));
	close(lines);
	measure_library(count_fd);
	close(count_fd[0]);
	close(count_fd[1]);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: snapshot MODULES");
	bench_begin();
	measure_copy();
	measure_ours();
	/* Last: interrupt-cnt leaves its lines so that others get no interrupts of them. */
	measure_stock(argv[1]);
	return 0;
}
