// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What nothing costs: the least that a call of this kernel takes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

int main(void)
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
	return 0;
}
