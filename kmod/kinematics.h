/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kinematics: pure integer functions: counts, times and lengths
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_KINEMATICS_H
#define ROVER_KINEMATICS_H

#include <linux/types.h>

#include "board.h"

/* rover_kinematics_gray(): both lines changed, the direction is unknown. */
#define ROVER_GRAY_ILLEGAL	2

int rover_kinematics_gray(unsigned int before, unsigned int now);
s64 rover_kinematics_speed_um_s(s64 counts, s64 duration_ns, u32 circumference_um,
				u32 counts_per_revolution);
u32 rover_kinematics_sound_um_s(s32 air_temperature_mc);
s64 rover_kinematics_range_um(u64 echo_ns, u32 sound_um_s);
void rover_kinematics_twist(s64 *speed_um_s, s64 *rate_urad_s, u32 track_um, s64 max_um_s,
			    s64 wheel_um_s[ROVER_SIDES]);

#endif /* ROVER_KINEMATICS_H */
