/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control: the closed loop: wheel speeds, ways, angles and holding, per tick
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CONTROL_H
#define ROVER_CONTROL_H

#include <linux/ktime.h>
#include <linux/rover.h>
#include <linux/types.h>

#include "board.h"
#include "regulator.h"

struct rover;

/* Targets are remembered for so many steps: as old as a measured speed can be. */
#define ROVER_CONTROL_STEPS	16

/**
 * enum rover_control_mode - what the loop works on
 * @ROVER_CONTROL_OFF: nothing, somebody else sets the duties
 * @ROVER_CONTROL_SPEED: wheel speeds
 * @ROVER_CONTROL_PATH: a way or an angle, with an end
 * @ROVER_CONTROL_HOLD: the place
 */
enum rover_control_mode {
	ROVER_CONTROL_OFF,
	ROVER_CONTROL_SPEED,
	ROVER_CONTROL_PATH,
	ROVER_CONTROL_HOLD,
};

/**
 * struct rover_control_wheel - one wheel
 * @regulator: of its speed
 * @goal_um_s: commanded speed
 * @target_um_s: what it is to do now, ramps included
 * @acceleration_um_s2: how that changes
 * @position_um: where it is
 * @speed_um_s: its speed
 * @measured: when it had it
 * @asked_um_s: targets of the last steps
 * @quiet_ns: since its last edge
 * @standing: it does not turn
 * @duty_permille: its drive
 * @heading: sign of its last drive
 * @pushed: since when it is driven without having stood
 * @driven: when it was, last, or was let roll
 * @wrong: since when it turns against its drive; 0 if it does not
 * @wrong_um_s: how fast it did then
 */
struct rover_control_wheel {
	struct rover_regulator regulator;
	s64 goal_um_s;
	s64 target_um_s;
	s64 acceleration_um_s2;
	s64 position_um;
	s64 speed_um_s;
	ktime_t measured;
	s64 asked_um_s[ROVER_CONTROL_STEPS];
	s64 quiet_ns;
	bool standing;
	s32 duty_permille;
	int heading;
	ktime_t pushed;
	ktime_t driven;
	ktime_t wrong;
	s64 wrong_um_s;
};

/**
 * struct rover_control_path - a way, in wheel space
 * @sign: of each wheel's way
 * @from_um: where each wheel began, or should have
 * @to_um: where each is to end; also where HOLD keeps it
 * @way_um: of each wheel, 0 or more
 * @gone_um: what should be gone now
 * @speed_um_s: and how fast
 * @speed_max_um_s: fastest
 * @angle_urad: with TURN, the angle that @way_um stands for, signed
 * @remaining: as in struct rover_snapshot
 * @end_time: when all should have been gone; 0 before
 * @settled: with HOLD, @to_um is known
 * @chain: the last motion was a path that came to its end, at @to_um
 */
struct rover_control_path {
	int sign[ROVER_SIDES];
	s64 from_um[ROVER_SIDES];
	s64 to_um[ROVER_SIDES];
	s64 way_um;
	s64 gone_um;
	s64 speed_um_s;
	s64 speed_max_um_s;
	s64 angle_urad;
	s64 remaining;
	ktime_t end_time;
	bool settled;
	bool chain;
};

/**
 * struct rover_control - the closed loop; drive.lock
 * @mode: what it works on
 * @ticked: when it did last
 * @step: number of the step, for &rover_control_wheel.asked_um_s
 * @wheel: the wheels
 * @path: with PATH and HOLD
 * @ease_e6: millionths of the goals that are asked for: less while a motor has no
 *	more to give
 * @saturated: slower than asked, at full drive
 */
struct rover_control {
	enum rover_control_mode mode;
	ktime_t ticked;
	unsigned int step;
	struct rover_control_wheel wheel[ROVER_SIDES];
	struct rover_control_path path;
	u32 ease_e6;
	bool saturated;
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
void rover_control_open_locked(struct rover *rover);
void rover_control_stop_locked(struct rover *rover);
void rover_control_forget_locked(struct rover *rover);
void rover_control_tick_locked(struct rover *rover, ktime_t now);

/* path.c */
void rover_control_path_locked(struct rover *rover, enum rover_motion motion,
			       const struct rover_path *path);
void rover_control_hold_locked(struct rover *rover);

/* measure.c, for control.c and path.c. */
bool rover_control_infers(const struct rover *rover);
bool rover_control_may_head(const struct rover *rover, const struct rover_control_wheel *wheel,
			    s64 speed_um_s);
u32 rover_control_turn_ns(const struct rover *rover);
s64 rover_control_count_um(const struct rover *rover);
void rover_control_measure(struct rover *rover, ktime_t now);

/* Between control.c and path.c. */
void rover_control_begin_locked(struct rover *rover, enum rover_control_mode mode);
bool rover_control_path_step(struct rover *rover, ktime_t now, u32 step_us);
void rover_control_hold_step(struct rover *rover);
u32 rover_control_acceleration_um_s2(const struct rover *rover);
u32 rover_control_latency_us(const struct rover *rover, u32 step_us);

#endif /* ROVER_CONTROL_H */
