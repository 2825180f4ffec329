/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the wheels have to be for the rover to be where it was then
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_REPLAY_WAY_H
#define ROVERCTL_REPLAY_WAY_H

#include <stdbool.h>

#include <linux/rover.h>

#include "recording.h"

/* As seen from where it began: x ahead, y to the left. */
struct way_place {
	double x_mm;
	double y_mm;
	double heading_rad;
};

struct way_speeds {
	double left_mm_s;
	double right_mm_s;
};

struct way_place way_place_then(const struct recording_sample *first,
				const struct recording_sample *then);
struct way_place way_place_now(const struct rover_snapshot *start,
			       const struct rover_snapshot *now);

/* Did the rover stand then, or was told to? */
bool way_stood(const struct recording_sample *then);

/**
 * way_follow() - the speeds of then, corrected
 * @then: the sample
 * @want: where the rover was
 * @have: where it is
 * @track_mm: of this rover
 * @speeds: for its wheels
 */
void way_follow(const struct recording_sample *then, const struct way_place *want,
		const struct way_place *have, double track_mm, struct way_speeds *speeds);

/**
 * way_settle() - creep to where the rover stood
 * @want: where it stood
 * @have: where it is
 * @track_mm: of this rover
 * @speeds: for its wheels; 0 where nothing is left to do
 *
 * Return: whether something is.
 */
bool way_settle(const struct way_place *want, const struct way_place *have, double track_mm,
		struct way_speeds *speeds);

/* Slow both down alike, so that the curve stays. */
void way_limit(struct way_speeds *speeds, double limit_mm_s);

#endif
