// SPDX-License-Identifier: GPL-2.0
/*
 * odometry: where the rover is, from the ways of its wheels
 *
 * Integrated at each tick; what has come since the last one is added for readers.
 * The heading is not added up: it follows from where the wheels are, so that no
 * rounding stays in it.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>

#include "compat.h"
#include "kinematics.h"
#include "rover.h"

/* What may be said of the place: see struct rover_pose. */
#define ODOMETRY_PLACE_MAX_UM		1000000000000LL
#define ODOMETRY_HEADING_MAX_URAD	1000000000000LL

static s64 odometry_turned_urad(const struct rover *rover, const s64 position_um[ROVER_SIDES])
{
	return div_s64((position_um[ROVER_RIGHT] - position_um[ROVER_LEFT]) * 1000000,
		       rover->board.track_width_um);
}

static bool odometry_is_behind(const struct rover_odometry *odometry,
			       const struct rover_encoder_status wheel[ROVER_SIDES])
{
	return wheel[ROVER_LEFT].position_um != odometry->position_um[ROVER_LEFT] ||
	       wheel[ROVER_RIGHT].position_um != odometry->position_um[ROVER_RIGHT];
}

/* The pose with the wheels where they are now. */
static void odometry_advance(const struct rover *rover, struct rover_odometry *odometry,
			     const struct rover_encoder_status wheel[ROVER_SIDES])
{
	s64 heading_urad, way_um[ROVER_SIDES];
	int i;

	if (!odometry_is_behind(odometry, wheel))
		return;
	heading_urad = odometry->heading_urad + odometry_turned_urad(rover, odometry->position_um);
	for (i = 0; i < ROVER_SIDES; i++) {
		way_um[i] = wheel[i].position_um - odometry->position_um[i];
		odometry->position_um[i] = wheel[i].position_um;
	}
	odometry->distance_nm += abs(way_um[ROVER_LEFT] + way_um[ROVER_RIGHT]) * 500;
	rover_kinematics_arc(way_um[ROVER_LEFT], way_um[ROVER_RIGHT],
			     rover->board.track_width_um, heading_urad,
			     &odometry->x_nm, &odometry->y_nm);
}

/**
 * rover_odometry_pose_locked() - where the rover is
 * @rover: the rover
 * @wheel: the wheels, as read just now
 * @pose: filled in; all 0 without encoders
 *
 * Context: any, drive.lock held.
 */
void rover_odometry_pose_locked(struct rover *rover,
				const struct rover_encoder_status wheel[ROVER_SIDES],
				struct rover_odometry_pose *pose)
{
	const struct rover_odometry *odometry = &rover->odometry;
	struct rover_odometry ahead __uninitialized;

	lockdep_assert_held(&rover->drive.lock);
	if (odometry_is_behind(odometry, wheel)) {
		ahead = *odometry;
		odometry_advance(rover, &ahead, wheel);
		odometry = &ahead;
	}
	pose->x_um = div_s64(odometry->x_nm, 1000);
	pose->y_um = div_s64(odometry->y_nm, 1000);
	pose->distance_um = div_s64(odometry->distance_nm, 1000);
	pose->heading_urad = odometry->heading_urad +
			     odometry_turned_urad(rover, odometry->position_um);
}

/**
 * rover_odometry_pose() - where the rover is now
 * @rover: the rover
 * @pose: filled in
 *
 * Context: any.
 */
void rover_odometry_pose(struct rover *rover, struct rover_odometry_pose *pose)
{
	struct rover_encoder_status wheel[ROVER_SIDES];
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_encoder_status(&rover->encoder, wheel);
	rover_odometry_pose_locked(rover, wheel, pose);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

static bool odometry_is_beyond(s64 value, s64 limit)
{
	return value < -limit || value > limit;
}

/**
 * rover_odometry_set() - say where the rover is
 * @rover: the rover
 * @lease: the caller's
 * @pose: where; the way begins anew
 *
 * The next MOVE or TURN begins there too.
 *
 * Return: 0; -ERANGE, -ENODATA no encoders, -EBUSY somebody else drives, -ENODEV.
 */
int rover_odometry_set(struct rover *rover, struct rover_lease *lease,
		       const struct rover_odometry_pose *pose)
{
	struct rover_odometry *odometry = &rover->odometry;
	struct rover_encoder_status wheel[ROVER_SIDES];
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	int err;

	if (odometry_is_beyond(pose->x_um, ODOMETRY_PLACE_MAX_UM) ||
	    odometry_is_beyond(pose->y_um, ODOMETRY_PLACE_MAX_UM) ||
	    odometry_is_beyond(pose->heading_urad, ODOMETRY_HEADING_MAX_URAD))
		return -ERANGE;
	if (!rover->board.encoder_lines)
		return -ENODATA;
	raw_spin_lock_irqsave(&drive->lock, flags);
	err = rover_lease_check(rover, lease);
	if (!err) {
		rover_encoder_status(&rover->encoder, wheel);
		odometry_advance(rover, odometry, wheel);
		odometry->x_nm = pose->x_um * 1000;
		odometry->y_nm = pose->y_um * 1000;
		odometry->distance_nm = 0;
		odometry->heading_urad = pose->heading_urad -
					 odometry_turned_urad(rover, odometry->position_um);
		rover_control_forget_locked(rover);
	}
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

/**
 * rover_odometry_tick_locked() - take in what the wheels did since the last tick
 * @rover: the rover
 * @now: the time
 *
 * Context: any, drive.lock held.
 */
void rover_odometry_tick_locked(struct rover *rover, ktime_t now)
{
	struct rover_encoder_status wheel[ROVER_SIDES];

	lockdep_assert_held(&rover->drive.lock);
	if (!rover->board.encoder_lines)
		return;
	rover_encoder_status(&rover->encoder, wheel);
	odometry_advance(rover, &rover->odometry, wheel);
}
