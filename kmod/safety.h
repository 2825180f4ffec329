/* SPDX-License-Identifier: GPL-2.0 */
/*
 * safety: stops the rover when whoever should does not
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SAFETY_H
#define ROVER_SAFETY_H

#include <linux/ktime.h>
#include <linux/ktime.h>
#include <linux/notifier.h>
#include <linux/types.h>

#include "board.h"

struct rover;

/* The worker may leave this many ticks unanswered. */
#define ROVER_TICKS_UNANSWERED	3

/**
 * struct rover_safety_wheel - how long a wheel is driven
 * @sign: direction that it is driven in; 0: it is not
 * @since: when that began, as far as ticks tell
 * @edge: its last edge
 * @looked: when that was seen
 * @due_nm: way that it should have gone since then, or since it is driven like that
 */
struct rover_safety_wheel {
	int sign;
	ktime_t since;
	ktime_t edge;
	ktime_t looked;
	u64 due_nm;
};

/**
 * struct rover_safety - what safety keeps of a rover
 * @wheel: to see a stall; drive.lock
 * @panic: called when the kernel panics
 */
struct rover_safety {
	struct rover_safety_wheel wheel[ROVER_SIDES];
	struct notifier_block panic;
};

int rover_safety_init(struct rover *rover);
void rover_safety_stall(struct rover *rover);
void rover_safety_tick(struct rover *rover, int unanswered);
void rover_safety_bridge_fault(struct rover *rover, ktime_t cause);

#endif /* ROVER_SAFETY_H */
