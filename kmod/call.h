/* SPDX-License-Identifier: GPL-2.0 */
/*
 * call: the calls of the ABI, once for ioctl() and write()
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CALL_H
#define ROVER_CALL_H

#include <linux/rover.h>
#include <linux/types.h>

struct rover_file;

/* Of a call that was made: its structure is as it was given. */
#define ROVER_CALL_AS_GIVEN	1

/**
 * union rover_call_argument - the kernel's copy of a call's structure
 */
union rover_call_argument {
	struct rover_info info;
	struct rover_snapshot snapshot;
	struct rover_range range;
	struct rover_sonar_range sonar_range;
	struct rover_take take;
	struct rover_stop stop;
	struct rover_duty duty;
	struct rover_speed speed;
	struct rover_twist twist;
	struct rover_path path;
	struct rover_pose pose;
	struct rover_settings settings;
	struct rover_look look;
	struct rover_subscribe subscribe;
	struct rover_report report;
};

/**
 * enum rover_call_flag - what is to be known of a call before it is made
 * @ROVER_CALL_DRIVER: needs a file open for writing
 * @ROVER_CALL_UNHELD: does not keep an unbind from going on: it may wait for long, or
 *	needs nothing of the hardware
 * @ROVER_CALL_ASKS: is made for its answer alone: not for write()
 */
enum rover_call_flag {
	ROVER_CALL_DRIVER = 0x1,
	ROVER_CALL_UNHELD = 0x2,
	ROVER_CALL_ASKS = 0x4,
};

/**
 * struct rover_call - one call
 * @cmd: as in the ABI; dispatch is on its type and number, not on its size
 * @flags: enum rover_call_flag
 * @call: does it
 */
struct rover_call {
	unsigned int cmd;
	unsigned int flags;
	int (*call)(struct rover_file *file, union rover_call_argument *arg);
};

const struct rover_call *rover_call_find(unsigned int number);
int rover_call_do(const struct rover_call *call, struct rover_file *file,
		  union rover_call_argument *arg);

#endif /* ROVER_CALL_H */
