// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to know all that the rover's sensors tell, each way; by us, and
 * by what the kernel has without us on the same board.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/rover.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"
#include "lines.h"

#define COUNT	1000
#define BATCH	16

/* Of the RoboHAT: two for obstacles, two for lines on the ground. */
#define SENSOR_LINES	(BIT_ULL(4) | BIT_ULL(17) | BIT_ULL(5) | BIT_ULL(27))

static const char *const attributes[] = {
	"left_count", "right_count", "obstacle_left", "obstacle_right", "line_left", "line_right",
};

static int attribute_fd[ARRAY_SIZE(attributes)];

static void read_attributes(void)
{
	char text[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (pread(attribute_fd[i], text, sizeof(text), 0) <= 0)
			die("%s: %s", attributes[i], strerror(errno));
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

/* The four sensors; what else there is has no stock driver on its lines. */
static void measure_stock(void)
{
	struct gpio_v2_line_values values = { .mask = 0xf };
	int lines;

	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	lines = lines_watch(SENSOR_LINES);
	BENCH("snapshot.stock.gpio", COUNT, BATCH,
	      ioctl(lines, GPIO_V2_LINE_GET_VALUES_IOCTL, &values));
	close(lines);
	rover_bind();
}

int main(void)
{
	bench_begin();
	measure_ours();
	measure_stock();
	return 0;
}
