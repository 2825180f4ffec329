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
s64 rover_kinematics_position_um(s64 count, int direction, s64 silence_ns, s64 interval_ns,
				 u32 circumference_um, u32 counts_per_revolution);
void rover_kinematics_sincos(s64 angle_urad, s64 *sine_q30, s64 *cosine_q30);
s64 rover_kinematics_arc(s64 left_um, s64 right_um, u32 track_um, s64 heading_urad,
			 s64 *x_nm, s64 *y_nm);
u32 rover_kinematics_sound_um_s(s32 air_temperature_mc);
s64 rover_kinematics_range_um(u64 echo_ns, u32 sound_um_s);
void rover_kinematics_twist(s64 *speed_um_s, s64 *rate_urad_s, u32 track_um, s64 max_um_s,
			    s64 wheel_um_s[ROVER_SIDES]);

#endif /* ROVER_KINEMATICS_H */
