/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_floor: what programs ask of it, by ioctl() of /dev/bench_floor
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <linux/ioctl.h>

#define BENCH_FLOOR_DEVICE	"/dev/bench_floor"
#define BENCH_FLOOR_TYPE	0xf1

/* Sets both PWM channels to something else; the least that a command to them can cost. */
#define BENCH_FLOOR_PWMS	_IO(BENCH_FLOOR_TYPE, 0)

/*
 * Makes pulses of both lines, of so many permille of a period, 1 to 999; or has both
 * high, without a timer.
 */
#define BENCH_FLOOR_PULSE	_IO(BENCH_FLOOR_TYPE, 1)
#define BENCH_FLOOR_REST	_IO(BENCH_FLOOR_TYPE, 2)
#define BENCH_FLOOR_PERIOD_NS	10000000
#define BENCH_FLOOR_PERMILLE(left, right)	((left) << 16 | (right))
#define BENCH_FLOOR_LEFT(permille)	((permille) >> 16)
#define BENCH_FLOOR_RIGHT(permille)	((permille) & 0xffff)

/* Return how long one call of a function of the kernel takes, in picoseconds. */
#define BENCH_FLOOR_KTIME_GET	_IO(BENCH_FLOOR_TYPE, 3)
#define BENCH_FLOOR_GET_VALUE	_IO(BENCH_FLOOR_TYPE, 4)
#define BENCH_FLOOR_LOCK	_IO(BENCH_FLOOR_TYPE, 5)
#define BENCH_FLOOR_TIMER	_IO(BENCH_FLOOR_TYPE, 6)

#endif
