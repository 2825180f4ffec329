// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast the wheels have to be for the rover to be where it was then
 *
 * The errors are taken in the rover's own frame: behind along its way, beside it,
 * and turned. Being beside is steered off while it moves ahead or back; a rover
 * cannot go sideways. Kanayama and others described this for robots on two wheels.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "replay_way.h"

/* Per second: of way behind, of angle off. Per mm2: of way beside, at a speed. */
#define WAY_GAIN_BEHIND		3.0
#define WAY_GAIN_TURNED		4.0
#define WAY_GAIN_BESIDE		20e-6

/* A wheel told to be slower than this may not turn at all, and count as stalled. */
#define WAY_SLOWEST_MM_S	25.0

/* Standing: a wheel that is off by no more than this is where it should be. */
#define WAY_NEAR_MM		4.0
#define WAY_CREEP_MM_S		45.0
#define WAY_CREEP_GAIN		3.0
#define WAY_CREEP_MAX_MM_S	150.0

static struct way_place place_from(double x_mm, double y_mm, double heading_rad,
				   double began_rad)
{
	return (struct way_place) {
		.x_mm = x_mm * cos(began_rad) + y_mm * sin(began_rad),
		.y_mm = -x_mm * sin(began_rad) + y_mm * cos(began_rad),
		.heading_rad = heading_rad - began_rad,
	};
}

struct way_place way_place_then(const struct recording_sample *first,
				const struct recording_sample *then)
{
	return place_from(then->x_mm - first->x_mm, then->y_mm - first->y_mm, then->heading_rad,
			  first->heading_rad);
}

struct way_place way_place_now(const struct rover_snapshot *start,
			       const struct rover_snapshot *now)
{
	return place_from((double)(now->x_um - start->x_um) / 1000,
			  (double)(now->y_um - start->y_um) / 1000,
			  (double)now->heading_urad / 1e6, (double)start->heading_urad / 1e6);
}

/* What is left to go, in the frame of the rover as it stands now. */
static struct way_place place_error(const struct way_place *want, const struct way_place *have)
{
	double x_mm = want->x_mm - have->x_mm, y_mm = want->y_mm - have->y_mm;

	return (struct way_place) {
		.x_mm = x_mm * cos(have->heading_rad) + y_mm * sin(have->heading_rad),
		.y_mm = -x_mm * sin(have->heading_rad) + y_mm * cos(have->heading_rad),
		.heading_rad = want->heading_rad - have->heading_rad,
	};
}

/* Where nothing regulated, or the rover rolled out, it was as fast as measured. */
static void speeds_then(const struct recording_sample *then, struct way_speeds *speeds)
{
	if (then->left.target_mm_s != 0 || then->right.target_mm_s != 0) {
		speeds->left_mm_s = then->left.target_mm_s;
		speeds->right_mm_s = then->right.target_mm_s;
	} else {
		speeds->left_mm_s = then->left.speed_mm_s;
		speeds->right_mm_s = then->right.speed_mm_s;
	}
}

bool way_stood(const struct recording_sample *then)
{
	struct way_speeds speeds;

	speeds_then(then, &speeds);
	return fabs(speeds.left_mm_s) < WAY_SLOWEST_MM_S &&
	       fabs(speeds.right_mm_s) < WAY_SLOWEST_MM_S;
}

/*
 * No correction turns a wheel against its direction of then: one with a single
 * encoder line would have to stand still first.
 */
static double corrected_mm_s(double then_mm_s, double wanted_mm_s)
{
	if (then_mm_s * wanted_mm_s < 0 || fabs(wanted_mm_s) < WAY_SLOWEST_MM_S)
		return 0;
	return wanted_mm_s;
}

void way_follow(const struct recording_sample *then, const struct way_place *want,
		const struct way_place *have, double track_mm, struct way_speeds *speeds)
{
	struct way_place error = place_error(want, have);
	struct way_speeds as_then;
	double speed_mm_s, rate_rad_s;

	speeds_then(then, &as_then);
	speed_mm_s = (as_then.left_mm_s + as_then.right_mm_s) / 2;
	rate_rad_s = (as_then.right_mm_s - as_then.left_mm_s) / track_mm;
	rate_rad_s += WAY_GAIN_TURNED * error.heading_rad +
		      WAY_GAIN_BESIDE * speed_mm_s * error.y_mm;
	speed_mm_s = speed_mm_s * cos(error.heading_rad) + WAY_GAIN_BEHIND * error.x_mm;
	speeds->left_mm_s = corrected_mm_s(as_then.left_mm_s,
					   speed_mm_s - rate_rad_s * track_mm / 2);
	speeds->right_mm_s = corrected_mm_s(as_then.right_mm_s,
					    speed_mm_s + rate_rad_s * track_mm / 2);
}

static double creep_mm_s(double error_mm)
{
	double speed_mm_s = fmin(fmax(WAY_CREEP_GAIN * fabs(error_mm), WAY_CREEP_MM_S),
				 WAY_CREEP_MAX_MM_S);

	return fabs(error_mm) <= WAY_NEAR_MM ? 0 : copysign(speed_mm_s, error_mm);
}

bool way_settle(const struct way_place *want, const struct way_place *have, double track_mm,
		struct way_speeds *speeds)
{
	struct way_place error = place_error(want, have);
	double turned_mm = error.heading_rad * track_mm / 2;

	speeds->left_mm_s = creep_mm_s(error.x_mm - turned_mm);
	speeds->right_mm_s = creep_mm_s(error.x_mm + turned_mm);
	return speeds->left_mm_s != 0 || speeds->right_mm_s != 0;
}

void way_limit(struct way_speeds *speeds, double limit_mm_s)
{
	double fastest = fmax(fabs(speeds->left_mm_s), fabs(speeds->right_mm_s));

	if (fastest <= limit_mm_s)
		return;
	speeds->left_mm_s *= limit_mm_s / fastest;
	speeds->right_mm_s *= limit_mm_s / fastest;
}
