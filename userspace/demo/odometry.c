// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the rover is, by its encoder counts alone
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "odometry.h"

double angle_wrap(double angle_rad)
{
	return remainder(angle_rad, 2 * M_PI);
}

void odometry_start(struct odometry *odometry, const struct rover_info *info,
		    const struct rover_snapshot *snapshot, struct pose pose)
{
	odometry->pose = pose;
	odometry->way_mm = 0;
	odometry->mm_per_count = info->wheel_circumference_um / 1000.0 /
				 info->counts_per_revolution;
	odometry->track_mm = info->track_width_um / 1000.0;
	odometry->left_count = snapshot->left.count;
	odometry->right_count = snapshot->right.count;
}

/* Between two looks the rover follows an arc: its chord has the mean heading. */
void odometry_update(struct odometry *odometry, const struct rover_snapshot *snapshot)
{
	double left_mm = (snapshot->left.count - odometry->left_count) * odometry->mm_per_count;
	double right_mm = (snapshot->right.count - odometry->right_count) *
			  odometry->mm_per_count;
	double step_mm = (left_mm + right_mm) / 2;
	double turn_rad = (right_mm - left_mm) / odometry->track_mm;
	double mean_rad = odometry->pose.heading_rad + turn_rad / 2;

	odometry->pose.x_mm += step_mm * cos(mean_rad);
	odometry->pose.y_mm += step_mm * sin(mean_rad);
	odometry->pose.heading_rad = angle_wrap(odometry->pose.heading_rad + turn_rad);
	odometry->way_mm += fabs(step_mm);
	odometry->left_count = snapshot->left.count;
	odometry->right_count = snapshot->right.count;
}
