// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ways to tell many at once that something has happened.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "event.h"
#include "netlink.h"
#include "readers.h"
#include "util.h"

/* A stop of a rover that stands: one record, and nothing else changes. */
static int rover;

static void rover_begin(unsigned int readers)
{
	rover = rover_open_or_fail(O_RDWR);
	/* Every open file listens: this one to what does not happen here. */
	event_listen(rover, 1 << ROVER_EVENT_DONE);
	if (rover_stop(rover, ROVER_STOP_COAST))
		die("STOP: %s", strerror(errno));
	pause_ns(100 * MS);
}

static int rover_listen(unsigned int number)
{
	int fd = rover_open_or_fail(O_RDONLY);

	event_listen(fd, 1 << ROVER_EVENT_STOP);
	return fd;
}

static bool rover_read(int fd)
{
	struct rover_event event;

	return read(fd, &event, sizeof(event)) == sizeof(event) && event.type == ROVER_EVENT_STOP;
}

static void rover_make(unsigned int readers)
{
	static const struct rover_stop stop = { .mode = ROVER_STOP_COAST };

	if (ioctl(rover, ROVER_IOC_STOP, &stop))
		die("STOP: %s", strerror(errno));
}

bool readers_rover_lost(int fd)
{
	struct rover_event event;

	while (event_next(fd, 0, &event))
		if (event.type == ROVER_EVENT_LOST)
			return true;
	return false;
}

const struct readers_way readers_rover = {
	.name = "rover",
	.begin = rover_begin,
	.open = rover_listen,
	.read = rover_read,
	.make = rover_make,
};

static int netlink_listen(unsigned int number)
{
	int fd = genl_open_or_fail();
	int err = genl_join(fd, ROVER_MCGRP_SAFETY);

	if (err)
		die("no group: %s", strerror(-err));
	return fd;
}

static bool netlink_read(int fd)
{
	char message[4096];

	return recv(fd, message, sizeof(message), 0) > 0;
}

const struct readers_way readers_netlink = {
	.name = "netlink",
	.begin = rover_begin,
	.open = netlink_listen,
	.read = netlink_read,
	.make = rover_make,
};

/* An input device of which each event is told, as that of a scan code is. */
static int input;
static char input_path[64];

static void evdev_begin(unsigned int readers)
{
	struct uinput_setup setup = { .name = "bench" };
	char name[32], pattern[64];
	glob_t found;

	input = open("/dev/uinput", O_RDWR);
	if (input < 0 || ioctl(input, UI_SET_EVBIT, EV_MSC) ||
	    ioctl(input, UI_SET_MSCBIT, MSC_SCAN) || ioctl(input, UI_DEV_SETUP, &setup) ||
	    ioctl(input, UI_DEV_CREATE) || ioctl(input, UI_GET_SYSNAME(sizeof(name)), name) < 0)
		die("no input device: %s", strerror(errno));
	snprintf(pattern, sizeof(pattern), "/sys/class/input/%s/event*", name);
	if (glob(pattern, 0, NULL, &found))
		die("the kernel has no evdev");
	snprintf(input_path, sizeof(input_path), "/dev/input/%s",
		 strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
}

static int evdev_listen(unsigned int number)
{
	int fd = open(input_path, O_RDONLY);

	if (fd < 0)
		die("%s: %s", input_path, strerror(errno));
	return fd;
}

/* Each event is followed by a mark. */
static bool evdev_read(int fd)
{
	struct input_event events[2];

	return read(fd, events, sizeof(events)) == sizeof(events) && events[0].type == EV_MSC;
}

static void evdev_make(unsigned int readers)
{
	static const struct input_event events[2] = {
		{ .type = EV_MSC, .code = MSC_SCAN, .value = 1 },
		{ .type = EV_SYN, .code = SYN_REPORT },
	};

	if (write(input, events, sizeof(events)) != sizeof(events))
		die("no event: %s", strerror(errno));
}

const struct readers_way readers_evdev = {
	.name = "evdev",
	.begin = evdev_begin,
	.open = evdev_listen,
	.read = evdev_read,
	.make = evdev_make,
};

/* Descriptors of both ends of each. */
static int (*pipes)[2];

static void pipe_begin(unsigned int readers)
{
	unsigned int i;

	pipes = calloc(readers, sizeof(*pipes));
	for (i = 0; i < readers; i++)
		if (!pipes || pipe(pipes[i]))
			die("no pipe: %s", strerror(errno));
}

static int pipe_listen(unsigned int number)
{
	return pipes[number][0];
}

static bool pipe_read(int fd)
{
	struct rover_event event;

	return read(fd, &event, sizeof(event)) == sizeof(event);
}

static void pipe_make(unsigned int readers)
{
	static const struct rover_event event;
	unsigned int i;

	for (i = 0; i < readers; i++)
		if (write(pipes[i][1], &event, sizeof(event)) != sizeof(event))
			die("pipe: %s", strerror(errno));
}

const struct readers_way readers_pipe = {
	.name = "pipe",
	.begin = pipe_begin,
	.open = pipe_listen,
	.read = pipe_read,
	.make = pipe_make,
};

/* A number that all of them see, and what each has seen of it. */
static __u32 *futex_word;
static __u32 futex_seen;

static void futex_begin(unsigned int readers)
{
	futex_word = mmap(NULL, sizeof(*futex_word), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (futex_word == MAP_FAILED)
		die("no memory: %s", strerror(errno));
}

/* There is no file. */
static int futex_listen(unsigned int number)
{
	futex_seen = __atomic_load_n(futex_word, __ATOMIC_SEQ_CST);
	return -1;
}

static bool futex_read(int fd)
{
	if (syscall(SYS_futex, futex_word, FUTEX_WAIT, futex_seen, NULL, NULL, 0))
		return false;
	futex_seen = __atomic_load_n(futex_word, __ATOMIC_SEQ_CST);
	return true;
}

static void futex_make(unsigned int readers)
{
	__atomic_add_fetch(futex_word, 1, __ATOMIC_SEQ_CST);
	if (syscall(SYS_futex, futex_word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0) < 0)
		die("futex: %s", strerror(errno));
}

const struct readers_way readers_futex = {
	.name = "futex",
	.begin = futex_begin,
	.open = futex_listen,
	.read = futex_read,
	.make = futex_make,
};
