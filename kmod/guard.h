/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard: no way forward into what the sonars or the obstacle sensors see
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_GUARD_H
#define ROVER_GUARD_H

#include <linux/ktime.h>
#include <linux/rover.h>
#include <linux/types.h>

#include "board.h"

struct rover;

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
 * struct rover_guard_eye - what one sonar that looks ahead has told
 * @heard: when the last ping ended that told something: a range, or no echo
 * @missed: silent or invalid pings since
 * @empty: pings without an echo since the last range
 * @range_um: that range; -1: none that still counts
 * @count: of the wheels then
 */
struct rover_guard_eye {
	ktime_t heard;
	unsigned int missed;
	unsigned int empty;
	s64 range_um;
	s64 count[ROVER_SIDES];
};

/**
 * struct rover_guard - what the guard knows; drive.lock
 * @pings: a motion runs with the guard set: the sonars must run
 * @active: it moves forward, or waits to
 * @begun: since when
 * @eye: the sonars that look ahead
 */
struct rover_guard {
	bool pings;
	bool active;
	ktime_t begun;
	struct rover_guard_eye eye[ROVER_SONARS_MAX];
};

void rover_guard_init(struct rover *rover);

/* With drive.lock held, in any context: */
enum rover_guard_verdict rover_guard_ask_locked(struct rover *rover);
void rover_guard_begin_locked(struct rover *rover);
void rover_guard_end_locked(struct rover *rover);
void rover_guard_tick_locked(struct rover *rover, ktime_t now);
void rover_guard_changed_locked(struct rover *rover);

/* Any context, hard IRQ too, without drive.lock: */
void rover_guard_range(struct rover *rover, unsigned int sensor,
		       const struct rover_range *range, ktime_t cause);
void rover_guard_obstacle(struct rover *rover, u32 sensors, ktime_t cause);

/* Whether a motion needs the sonars; any context. */
bool rover_guard_wants_pings(struct rover *rover);

#endif /* ROVER_GUARD_H */
