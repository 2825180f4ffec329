/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control: the closed loop: wheel speeds, ways, angles and holding, per tick
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CONTROL_H
#define ROVER_CONTROL_H

#include <linux/rover.h>
#include <linux/types.h>

#include "board.h"

struct rover;

/**
 * struct rover_control - the closed loop; drive.lock
 * @active: it sets the duties
 * @goal_um_s: commanded wheel speeds
 */
struct rover_control {
	bool active;
	s64 goal_um_s[ROVER_SIDES];
};

/**
 * struct rover_control_status - what the loop is doing, for readers
 * @motion: kind of the motion that runs, or of the last
 * @motion_id: its number
 * @target_um_s: what the wheels are to do now, ramps included
 * @remaining: of MOVE in um, of TURN in urad; 0 when done
 * @saturated: slower than asked, at full drive
 */
struct rover_control_status {
	enum rover_motion motion;
	u32 motion_id;
	s64 target_um_s[ROVER_SIDES];
	s64 remaining;
	bool saturated;
};

/* All with drive.lock held, in any context. */
void rover_control_speed_locked(struct rover *rover, const s64 speed_um_s[ROVER_SIDES]);
void rover_control_goals_locked(struct rover *rover, s64 speed_um_s[ROVER_SIDES]);
void rover_control_path_locked(struct rover *rover, enum rover_motion motion,
			       const struct rover_path *path);
void rover_control_hold_locked(struct rover *rover);
void rover_control_stop_locked(struct rover *rover);
void rover_control_tick_locked(struct rover *rover, ktime_t now);
void rover_control_status_locked(struct rover *rover, struct rover_control_status *status);

#endif /* ROVER_CONTROL_H */
