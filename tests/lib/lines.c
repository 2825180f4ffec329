// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated board's GPIO lines, by the GPIO character device.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "board.h"
#include "lines.h"
#include "util.h"

static bool is_board(int fd)
{
	struct gpiochip_info info = {};

	return !ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) &&
	       !strncmp(info.label, "rover-sim", strlen("rover-sim"));
}

static int open_chip(void)
{
	glob_t found;
	int fd = -1;
	size_t i;

	if (glob("/dev/gpiochip*", 0, NULL, &found))
		die("there are no GPIO lines");
	for (i = 0; fd < 0 && i < found.gl_pathc; i++) {
		fd = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC);
		if (fd >= 0 && !is_board(fd)) {
			close(fd);
			fd = -1;
		}
	}
	globfree(&found);
	if (fd < 0)
		die("the board has no GPIO lines");
	return fd;
}

void lines_load_board(void)
{
	if (run("modprobe", "rover_sim", NULL))
		die("cannot load rover_sim");
}

/* @events: how many are kept; 0 is the kernel's usual number. */
static int request(__u64 lines, __u64 flags, unsigned int events)
{
	struct gpio_v2_line_request request = {
		.consumer = "test",
		.config.flags = flags,
		.event_buffer_size = events,
	};
	int chip = open_chip();
	unsigned int line;
	int err;

	for (line = 0; line < 64; line++)
		if (lines & BIT_ULL(line))
			request.offsets[request.num_lines++] = line;
	err = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request);
	if (err)
		die("cannot have lines %#llx: %s", lines, strerror(errno));
	close(chip);
	return request.fd;
}

int lines_output(__u64 lines)
{
	return request(lines, GPIO_V2_LINE_FLAG_OUTPUT, 0);
}

#define WATCH	(GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | \
		 GPIO_V2_LINE_FLAG_EDGE_FALLING)

int lines_watch(__u64 lines)
{
	return request(lines, WATCH, 0);
}

/* The kernel takes more for this. */
#define EVENTS_MAX	(16 * GPIO_V2_LINES_MAX)

int lines_watch_deep(__u64 lines)
{
	return request(lines, WATCH, EVENTS_MAX);
}

/* The request knows its lines by their place in it: the order of their numbers. */
static __u64 places(__u64 all, __u64 some)
{
	__u64 bits = 0;
	unsigned int line, place = 0;

	for (line = 0; line < 64; line++) {
		if (!(all & BIT_ULL(line)))
			continue;
		if (some & BIT_ULL(line))
			bits |= BIT_ULL(place);
		place++;
	}
	return bits;
}

void lines_set(int fd, __u64 lines, __u64 levels)
{
	struct gpio_v2_line_values values = {
		.mask = places(lines, lines),
		.bits = places(lines, levels),
	};

	if (ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values))
		die("cannot set lines: %s", strerror(errno));
}

static __u64 bridge_levels(int direction, unsigned int in1, unsigned int in2)
{
	return (direction == 1 || direction == 2 ? BIT_ULL(in1) : 0) |
	       (direction == -1 || direction == 2 ? BIT_ULL(in2) : 0);
}

void lines_drive(int fd, int left, int right)
{
	lines_set(fd, MOTOR_LINES, bridge_levels(left, LEFT_IN1, LEFT_IN2) |
				   bridge_levels(right, RIGHT_IN1, RIGHT_IN2));
}

void lines_trigger(unsigned int line, unsigned int us)
{
	int fd = lines_output(BIT_ULL(line));
	__s64 end_ns;

	lines_set(fd, BIT_ULL(line), BIT_ULL(line));
	end_ns = now_ns() + us * 1000LL;
	while (now_ns() < end_ns)
		;
	lines_set(fd, BIT_ULL(line), 0);
	close(fd);
}
