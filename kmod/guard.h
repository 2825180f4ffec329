/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard: no way forward into what the sonars or the obstacle sensors see
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_GUARD_H
#define ROVER_GUARD_H

#include <linux/ktime.h>
#include <linux/types.h>

struct rover;
struct rover_range;

/**
 * enum rover_guard_verdict - may the rover move forward
 * @ROVER_GUARD_GO: yes
 * @ROVER_GUARD_WAIT: that is not known yet: motors off until a ping tells
 * @ROVER_GUARD_BLOCK: no
 */
enum rover_guard_verdict {
	ROVER_GUARD_GO,
	ROVER_GUARD_WAIT,
	ROVER_GUARD_BLOCK,
};

/**
 * struct rover_guard - what the guard knows; drive.lock
 * @active: a forward motion runs that a guard watches, waiting ones too
 */
struct rover_guard {
	bool active;
};

/* With drive.lock held, in any context: */
enum rover_guard_verdict rover_guard_ask_locked(struct rover *rover);
void rover_guard_begin_locked(struct rover *rover);
void rover_guard_end_locked(struct rover *rover);
void rover_guard_tick_locked(struct rover *rover, ktime_t now);

/* Hard IRQ, without drive.lock: */
void rover_guard_range(struct rover *rover, unsigned int sensor,
		       const struct rover_range *range, ktime_t cause);
void rover_guard_obstacle(struct rover *rover, u32 sensors, ktime_t cause);

bool rover_guard_wants_pings(struct rover *rover);

#endif /* ROVER_GUARD_H */
