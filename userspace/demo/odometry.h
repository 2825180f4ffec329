/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the rover is, by its encoder counts alone
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef DEMO_ODOMETRY_H
#define DEMO_ODOMETRY_H

#include <linux/rover.h>

/* Millimetres and radians; x ahead at heading 0, headings counter-clockwise. */
struct pose {
	double x_mm;
	double y_mm;
	double heading_rad;
};

struct odometry {
	struct pose pose;
	double way_mm;			/* path driven, both directions positive */
	double mm_per_count;
	double track_mm;
	__s64 left_count, right_count;	/* already in @pose */
};

void odometry_start(struct odometry *odometry, const struct rover_info *info,
		    const struct rover_snapshot *snapshot, struct pose pose);
void odometry_update(struct odometry *odometry, const struct rover_snapshot *snapshot);

/* An angle to -pi..pi. */
double angle_wrap(double angle_rad);

#endif
