// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What nothing costs: the least that a call of this kernel takes, and functions of it
 * that drivers call.
 *
 *   floor [MODULES]	the folder of the modules that scripts/peers builds: with it also
 *			those functions; the rover is unbound meanwhile
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"
#include "kernel/bench_floor.h"

static const struct {
	const char *key;
	unsigned long request;
} functions[] = {
	{ "floor.ktime_get", BENCH_FLOOR_KTIME_GET },
	{ "floor.gpiod_get_value", BENCH_FLOOR_GET_VALUE },
	{ "floor.raw_spin_lock", BENCH_FLOOR_LOCK },
	{ "floor.hrtimer_start", BENCH_FLOOR_TIMER },
};

#define ROUNDS	9

static void measure_functions(const char *folder)
{
	unsigned int i, round;
	int fd;

	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	fd = bench_floor_begin(folder);
	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		struct samples samples = {};

		for (round = 0; round <= ROUNDS; round++) {
			int ps = ioctl(fd, functions[i].request);

			if (ps < 0)
				die("%s: %s", BENCH_FLOOR_DEVICE, strerror(errno));
			if (round)
				samples_add(&samples, ps);
		}
		bench_tell(functions[i].key, &samples);
	}
	bench_floor_end(fd);
	if (rover_bind() || !EVENTUALLY(file_exists(ROVER_DEVICE)))
		die("bind");
}

int main(int argc, char **argv)
{
	int null = open("/dev/null", O_RDWR);
	char byte = 0;

	if (null < 0)
		die("there is no /dev/null");
	bench_begin();
	BENCH("floor.getpid", 1000, 16, syscall(SYS_getpid));
	/* It has no calls of its own: all of them end where ours would begin. */
	BENCH("floor.ioctl", 1000, 16, ioctl(null, FIONBIO + 1, NULL));
	BENCH("floor.write", 1000, 16, write(null, &byte, 1));
	if (argc > 1)
		measure_functions(argv[1]);
	return 0;
}
