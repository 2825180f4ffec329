/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regulator: pure integer functions: speed regulation, ramps, ways with an end
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_REGULATOR_H
#define ROVER_REGULATOR_H

#include <linux/types.h>

#include "board.h"

/* Ticks may be late: nothing is extrapolated further than this. */
#define ROVER_REGULATOR_STEP_MAX_US	100000

/**
 * struct rover_regulator_gains - what the regulator knows of the motor
 * @feed_forward: permille of full drive per m/s
 * @dead_zone_permille: drive below which a wheel does not turn
 * @proportional: permille of full drive per m/s of error
 * @integral: permille of full drive per m of error; @proportional over @integral
 *	is taken as the time constant of the motor
 */
struct rover_regulator_gains {
	u32 feed_forward;
	u32 dead_zone_permille;
	u32 proportional;
	u32 integral;
};

/**
 * struct rover_regulator - one wheel
 * @integral_upermille: what the errors have added up to, millionths of a permille
 */
struct rover_regulator {
	s64 integral_upermille;
};

/**
 * struct rover_regulator_wish - what a wheel is to do
 * @target_um_s: its speed, at most 10 m/s either way
 * @acceleration_um_s2: how it changes, at most 100 m/s^2 either way
 * @error_um_s: by how much it is too slow, at most 100 m/s either way
 * @least_permille: drive that may be used, -1000..0
 * @most_permille: likewise, 0..1000
 */
struct rover_regulator_wish {
	s64 target_um_s;
	s64 acceleration_um_s2;
	s64 error_um_s;
	s32 least_permille;
	s32 most_permille;
};

s32 rover_regulator_feed_forward(const struct rover_regulator_gains *gains, s64 target_um_s,
				 s64 acceleration_um_s2);
u32 rover_regulator_acceleration(const struct rover_regulator_gains *gains, s64 speed_um_s,
				 u32 acceleration_um_s2);
s32 rover_regulator_run(struct rover_regulator *regulator,
			const struct rover_regulator_gains *gains,
			const struct rover_regulator_wish *wish, u32 step_us, s32 *wanted_permille);
void rover_regulator_ramp(s64 speed_um_s[ROVER_SIDES], const s64 goal_um_s[ROVER_SIDES],
			  u32 acceleration_um_s2, u32 deceleration_um_s2, u32 step_us);
s64 rover_regulator_profile(s64 speed_um_s, s64 remaining_um, s64 max_um_s,
			    u32 acceleration_um_s2, u32 deceleration_um_s2, u32 step_us);
s64 rover_regulator_braking_um(s64 speed_um_s, u32 deceleration_um_s2);

#endif /* ROVER_REGULATOR_H */
