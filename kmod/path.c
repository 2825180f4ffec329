// SPDX-License-Identifier: GPL-2.0
/*
 * path: ways and angles with an end, and holding a place, in wheel space
 *
 * MOVE and TURN are the same way for both wheels, with the same sign or with
 * opposite ones. One reference runs along it, speeding up, cruising and
 * slowing down; each wheel follows it by its position, so that a weaker motor
 * does not bend the way. The reference waits for a wheel that cannot follow.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/minmax.h>

#include "rover.h"

/* How fast a wheel makes up for being off its place, per second. */
#define PATH_FOLLOW_PER_S	6

/* And how fast it waits when it is ahead, of its place or of the other wheel. */
#define PATH_STRAIGHTEN_PER_S	12

/* Nobody can measure that a wheel is ahead by so little. */
#define PATH_AHEAD_UM		600

/* With a wheel that far behind, the reference is not faster than the wheel. */
#define PATH_LEAD_UM		12000

/* And the less it is behind, the faster, per second. */
#define PATH_LEAD_PER_S		15

/* Towards the end no faster than that part of what is left, per second. */
#define PATH_LAND_PER_S		8

/* At the end: slowest way of a wheel, and fastest. */
#define PATH_CREEP_UM_S		30000
#define PATH_APPROACH_UM_S	100000

/* A wheel is at its place within half a count, and this. */
#define PATH_TOLERANCE_UM	300

/* A wheel that cannot get there is not waited for. */
#define PATH_PATIENCE_NS	(3LL * NSEC_PER_SEC)

/* Farther away, the rover was moved by somebody: no path goes on from there. */
#define PATH_CHAIN_UM		50000

/* Fastest way back to the place that is held. */
#define PATH_HOLD_UM_S		150000

static s64 path_tolerance_um(const struct rover *rover)
{
	return rover_control_count_um(rover) / 2 + PATH_TOLERANCE_UM;
}

/* Whether a path may go on where the last one was to end. */
static bool path_chains(const struct rover_control *control)
{
	int i;

	if (!control->path.chain)
		return false;
	for (i = 0; i < ROVER_SIDES; i++)
		if (abs(control->wheel[i].position_um - control->path.to_um[i]) > PATH_CHAIN_UM)
			return false;
	return true;
}

static s64 path_rim_um(const struct rover *rover, s64 angle_urad)
{
	return div_s64(angle_urad * rover->board.track_width_um, 2 * 1000000);
}

/* Fastest speed of a wheel: what the command says, within the limits that are set. */
static s64 path_speed_um_s(const struct rover *rover, enum rover_motion motion, s64 speed)
{
	s64 most_um_s = READ_ONCE(rover->settings.speed_max_um_s);
	s64 most = motion == ROVER_MOTION_TURN ? READ_ONCE(rover->settings.rate_max_urad_s) :
						 most_um_s;

	if (!speed || speed > most)
		speed = most;
	if (motion == ROVER_MOTION_TURN)
		speed = path_rim_um(rover, speed);
	return clamp(speed, (s64)PATH_CREEP_UM_S, max_t(s64, most_um_s, PATH_CREEP_UM_S));
}

/**
 * rover_control_path_locked() - go a way or turn by an angle
 * @rover: the rover
 * @motion: MOVE or TURN
 * @path: within the limits
 *
 * Context: any, drive.lock held.
 */
void rover_control_path_locked(struct rover *rover, enum rover_motion motion,
			       const struct rover_path *path)
{
	struct rover_control *control = &rover->control;
	struct rover_control_path *way = &control->path;
	bool turn = motion == ROVER_MOTION_TURN;
	s64 way_um = turn ? path_rim_um(rover, path->way) : path->way;
	s64 speed_um_s = 0;
	bool chains;
	int i;

	rover_control_begin_locked(rover, ROVER_CONTROL_PATH);
	chains = path_chains(control) && !(path->flags & ROVER_PATH_FRESH);
	for (i = 0; i < ROVER_SIDES; i++) {
		way->sign[i] = way_um < 0 ? -1 : 1;
		if (turn && i == ROVER_LEFT)
			way->sign[i] = -way->sign[i];
		way->from_um[i] = chains ? way->to_um[i] : control->wheel[i].position_um;
		way->to_um[i] = way->from_um[i] + way->sign[i] * abs(way_um);
		speed_um_s += way->sign[i] * control->wheel[i].target_um_s / ROVER_SIDES;
	}
	way->way_um = abs(way_um);
	way->gone_um = 0;
	way->speed_um_s = max(speed_um_s, 0LL);
	way->speed_max_um_s = path_speed_um_s(rover, motion, path->speed);
	way->angle_urad = turn ? path->way : 0;
	way->remaining = path->way;
	way->end_time = 0;
	way->chain = false;
}

/* How far a wheel has come. */
static s64 path_gone_um(const struct rover_control *control, int i)
{
	const struct rover_control_path *way = &control->path;

	return way->sign[i] * (control->wheel[i].position_um - way->from_um[i]);
}

/* How far a wheel is behind the reference, as far as it can have come by now. */
static s64 path_behind_um(const struct rover *rover, int i, u32 step_us)
{
	const struct rover_control_path *way = &rover->control.path;
	s64 latency_us = rover_control_latency_us(rover, step_us);

	return way->gone_um - div_s64(way->speed_um_s * latency_us, USEC_PER_SEC) -
	       path_gone_um(&rover->control, i);
}

/* The more a wheel is behind, the less may the reference be faster than that wheel. */
static s64 path_most_um_s(const struct rover *rover, u32 step_us)
{
	const struct rover_control *control = &rover->control;
	s64 most_um_s = control->path.speed_max_um_s;
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		s64 spare_um = PATH_LEAD_UM - path_behind_um(rover, i, step_us);

		most_um_s = min(most_um_s, control->path.sign[i] * control->wheel[i].speed_um_s +
					   PATH_LEAD_PER_S * spare_um);
	}
	return max_t(s64, most_um_s, PATH_CREEP_UM_S);
}

/* Let the reference go on. Returns its acceleration. */
static s64 path_advance(struct rover *rover, u32 step_us)
{
	struct rover_control_path *way = &rover->control.path;
	/* Some is left for wheels that are late. */
	u32 deceleration_um_s2 = READ_ONCE(rover->settings.deceleration_um_s2) / 4 * 3;
	s64 before_um_s = way->speed_um_s, left_um = way->way_um - way->gone_um, gone_um;
	s64 most_um_s = min(path_most_um_s(rover, step_us),
			    max_t(s64, PATH_LAND_PER_S * left_um, PATH_CREEP_UM_S));

	way->speed_um_s = rover_regulator_profile(before_um_s, left_um, most_um_s,
						  rover_control_acceleration_um_s2(rover),
						  deceleration_um_s2, step_us);
	gone_um = way->gone_um + div_s64((before_um_s + way->speed_um_s) / 2 * step_us,
					 USEC_PER_SEC);
	/* The last steps would be endlessly small. */
	if (way->way_um - gone_um < PATH_TOLERANCE_UM)
		gone_um = way->way_um;
	way->gone_um = gone_um;
	return max_t(s64, div_s64((way->speed_um_s - before_um_s) * USEC_PER_SEC, step_us),
		     -(s64)deceleration_um_s2);
}

static bool path_is_full(const struct rover_control *control)
{
	return abs(control->wheel[ROVER_LEFT].duty_permille) >= ROVER_DUTY_MAX ||
	       abs(control->wheel[ROVER_RIGHT].duty_permille) >= ROVER_DUTY_MAX;
}

/*
 * On the way each wheel follows the reference, but none goes ahead of the other:
 * where a motor has no more to give, both are as slow as that one, and the way
 * stays straight.
 */
static void path_follow(struct rover *rover, u32 step_us)
{
	struct rover_control *control = &rover->control;
	struct rover_control_path *way = &control->path;
	s64 acceleration_um_s2 = path_advance(rover, step_us);
	bool full = path_is_full(control);
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &control->wheel[i];
		s64 ahead_um = path_gone_um(control, i) - path_gone_um(control, !i);
		s64 behind_um = path_behind_um(rover, i, step_us);
		s64 target_um_s = way->speed_um_s +
				  (behind_um < 0 ? PATH_STRAIGHTEN_PER_S : PATH_FOLLOW_PER_S) *
				  behind_um;

		if (full || ahead_um > PATH_AHEAD_UM)
			target_um_s = min(target_um_s, way->speed_um_s -
					  PATH_STRAIGHTEN_PER_S * (ahead_um - PATH_AHEAD_UM));
		wheel->target_um_s = way->sign[i] * max(target_um_s, 0LL);
		wheel->acceleration_um_s2 = way->sign[i] * acceleration_um_s2;
	}
}

/* A wheel to its place. Returns whether it is there. */
static bool path_approach(const struct rover *rover, struct rover_control_wheel *wheel, s64 to_um,
			  s64 fastest_um_s)
{
	s64 off_um = to_um - wheel->position_um;
	s64 speed_um_s = clamp_t(s64, PATH_FOLLOW_PER_S * abs(off_um), PATH_CREEP_UM_S,
				 fastest_um_s);

	wheel->acceleration_um_s2 = 0;
	wheel->target_um_s = off_um < 0 ? -speed_um_s : speed_um_s;
	if (abs(off_um) > path_tolerance_um(rover))
		return false;
	wheel->target_um_s = 0;
	return true;
}

/* Both wheels to their places. Returns whether they stand there. */
static bool path_arrive(struct rover *rover, ktime_t now)
{
	struct rover_control *control = &rover->control;
	bool there = true;
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &control->wheel[i];

		there &= path_approach(rover, wheel, control->path.to_um[i], PATH_APPROACH_UM_S);
		there &= wheel->standing;
		/* A wheel that rolls out turns round only after it has stood. */
		if (!wheel->standing && wheel->target_um_s * wheel->speed_um_s < 0)
			wheel->target_um_s = 0;
	}
	return there ||
	       ktime_to_ns(ktime_sub(now, control->path.end_time)) >= PATH_PATIENCE_NS;
}

/* What is left, by the mean of both wheels, as readers want it. */
static void path_note_remaining(struct rover_control *control)
{
	struct rover_control_path *way = &control->path;
	s64 gone_um = (path_gone_um(control, ROVER_LEFT) + path_gone_um(control, ROVER_RIGHT)) / 2;
	s64 left_um = way->way_um - gone_um;

	if (way->angle_urad)
		way->remaining = way->way_um ?
				 div64_s64(way->angle_urad * left_um, way->way_um) : 0;
	else
		way->remaining = way->sign[ROVER_LEFT] * left_um;
}

/* A wheel that was driven the other way must stand still before the way begins. */
static bool path_turns_round(struct rover *rover)
{
	struct rover_control *control = &rover->control;
	struct rover_control_path *way = &control->path;
	bool turns = false;
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		turns |= !rover_control_may_head(rover, &control->wheel[i], way->sign[i]);
	for (i = 0; i < ROVER_SIDES && turns; i++) {
		way->speed_um_s = 0;
		control->wheel[i].target_um_s = 0;
		control->wheel[i].acceleration_um_s2 = 0;
	}
	return turns;
}

/**
 * rover_control_path_step() - set the targets for the next step of the way
 * @rover: the rover
 * @now: the time
 * @step_us: time since the last step
 *
 * Return: whether the end is reached.
 */
bool rover_control_path_step(struct rover *rover, ktime_t now, u32 step_us)
{
	struct rover_control_path *way = &rover->control.path;

	path_note_remaining(&rover->control);
	if (!way->end_time) {
		if (path_turns_round(rover))
			return false;
		path_follow(rover, step_us);
		if (way->gone_um >= way->way_um)
			way->end_time = now;
		return false;
	}
	if (!path_arrive(rover, now))
		return false;
	way->remaining = 0;
	way->chain = true;
	return true;
}

/**
 * rover_control_hold_locked() - keep this place, or the end of the path
 * @rover: the rover
 *
 * A rover that moves brakes first, and keeps the place where it comes to stand.
 *
 * Context: any, drive.lock held.
 */
void rover_control_hold_locked(struct rover *rover)
{
	struct rover_control *control = &rover->control;

	/* The end of a path is known; any other place is where the wheels stand. */
	control->path.settled = control->mode == ROVER_CONTROL_PATH && control->path.chain;
	if (!control->path.settled)
		rover_control_forget_locked(rover);
	rover_control_begin_locked(rover, ROVER_CONTROL_HOLD);
}

/**
 * rover_control_hold_step() - set the targets that keep the place
 * @rover: the rover
 *
 * Encoders that cannot tell the direction cannot tell the way back: brake.
 */
void rover_control_hold_step(struct rover *rover)
{
	struct rover_control *control = &rover->control;
	struct rover_control_path *way = &control->path;
	struct rover_control_wheel *wheel = control->wheel;
	bool settled = way->settled;
	int i;

	way->settled |= wheel[ROVER_LEFT].standing && wheel[ROVER_RIGHT].standing;
	for (i = 0; i < ROVER_SIDES; i++) {
		if (!settled)
			way->to_um[i] = wheel[i].position_um;
		if (settled && rover->board.encoder_lines > 1) {
			path_approach(rover, &wheel[i], way->to_um[i], PATH_HOLD_UM_S);
		} else {
			wheel[i].target_um_s = 0;
			wheel[i].acceleration_um_s2 = 0;
		}
	}
}
