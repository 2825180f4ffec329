/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to tell many at once that something has happened.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_READERS_H
#define BENCH_READERS_H

#include <stdbool.h>

struct readers_way {
	const char *name;
	/* Called once, before the others; at most so many readers will come. */
	void (*begin)(unsigned int readers);
	/* A file that tells; the first of them is number 0. */
	int (*open)(unsigned int number);
	/* Waits until something happens, and has it. */
	bool (*read)(int fd);
	/* Something happens, and the first so many are to be told. */
	void (*make)(unsigned int readers);
};

/* A file of /dev/rover for each; an event of a stop. */
extern const struct readers_way readers_rover;
/* A netlink socket for each, in the same group. */
extern const struct readers_way readers_netlink;
/* A file of one input device for each: what the kernel has for events. */
extern const struct readers_way readers_evdev;
/* A pipe to each, into which one process writes, one after the other. */
extern const struct readers_way readers_pipe;
/* They are woken, and there is nothing to read: the least. */
extern const struct readers_way readers_futex;

/* Whether records of this file were lost. */
bool readers_rover_lost(int fd);

#endif
