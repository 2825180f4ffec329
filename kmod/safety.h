/* SPDX-License-Identifier: GPL-2.0 */
/*
 * safety: stops the rover when whoever should does not
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SAFETY_H
#define ROVER_SAFETY_H

#include <linux/ktime.h>
#include <linux/notifier.h>
#include <linux/types.h>

struct rover;

/* The worker may leave this many ticks unanswered. */
#define ROVER_TICKS_UNANSWERED	3

/**
 * struct rover_safety - what safety keeps of a rover
 * @panic: called when the kernel panics
 */
struct rover_safety {
	struct notifier_block panic;
};

int rover_safety_init(struct rover *rover);
void rover_safety_tick(struct rover *rover, int unanswered);
void rover_safety_bridge_fault(struct rover *rover, ktime_t cause);

#endif /* ROVER_SAFETY_H */
