/* SPDX-License-Identifier: GPL-2.0 */
/*
 * angle: millidegrees, which people read, and microradians, which programs do
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_ANGLE_H
#define ROVER_ANGLE_H

#include <linux/math64.h>
#include <linux/types.h>

/* 180 degrees, in nanoradians and in millidegrees. */
#define ROVER_ANGLE_PI_NRAD	3141592654LL
#define ROVER_ANGLE_PI_MDEG	180000

/* Both round to the nearest, so that each undoes the other. */
static inline s32 rover_angle_to_mdeg(s32 urad)
{
	s64 half = urad < 0 ? -ROVER_ANGLE_PI_NRAD / 2 : ROVER_ANGLE_PI_NRAD / 2;

	return div64_s64((s64)urad * 1000 * ROVER_ANGLE_PI_MDEG + half, ROVER_ANGLE_PI_NRAD);
}

/* For at most +-60 turns. */
static inline s32 rover_angle_from_mdeg(s32 mdeg)
{
	s64 half = mdeg < 0 ? -ROVER_ANGLE_PI_MDEG * 500LL : ROVER_ANGLE_PI_MDEG * 500LL;

	return div_s64(mdeg * ROVER_ANGLE_PI_NRAD + half, ROVER_ANGLE_PI_MDEG * 1000);
}

#endif /* ROVER_ANGLE_H */
