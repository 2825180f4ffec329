// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of calibrate that measure the wheels: counts, circumference, track
 *
 * Each uses what the ones before it have found. The driver goes on with what it
 * was told at boot, so what it is asked for is scaled to come out as meant.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "calibrate.h"
#include "output.h"

#define UM_PER_MM		1000

/* Slow: the wheels must not slip. */
#define WHEELS_SPEED_UM_S	150000
#define WHEELS_RATE_URAD_S	1500000

/* More than that off, in percent, and the user is asked twice. */
#define WHEELS_PLAUSIBLE	50

/* Left and right wheel, or a number of counts that is none: percent. */
#define WHEELS_ALIKE		5

/* What the driver takes for a count, and what we know of it now. */
static double wheels_scale(const struct calibration *calibration)
{
	const struct rover_info *info = &calibration->device.info;
	double set = (double)info->wheel_circumference_um / info->counts_per_revolution;
	double known = (double)calibration->circumference_um /
		       (double)calibration->counts_per_revolution;

	return set / known;
}

/* Ask whether a value that is far from what was set is to be believed. */
static bool wheels_believe(const char *what, int64_t value, int64_t set, bool *yes,
			   struct failure *failure)
{
	*yes = llabs(value - set) * 100 <= set * WHEELS_PLAUSIBLE;
	if (*yes)
		return true;
	fprintf(stderr, "That makes %s %" PRId64 ", far from the %" PRId64 " that is set.\n",
		what, value, set);
	return ask_yes(failure, yes, "Keep it? y, or Enter to measure again");
}

/* One wheel, by hand. */
static bool counts_of_wheel(struct calibration *calibration, const char *side, long turns,
			    int64_t *counts, struct failure *failure)
{
	int64_t before[2], after[2];
	bool is_right = side[0] == 'R';

	if (!ask_enter(failure, "Put a mark on the %s wheel, at the bottom.", side) ||
	    !calibrate_counts_now(calibration, &before[0], &before[1], failure) ||
	    !ask_enter(failure, "Turn it forward by hand, %ld times round, to the mark again.",
		       turns) ||
	    !calibrate_counts_now(calibration, &after[0], &after[1], failure))
		return false;
	*counts = llabs(after[is_right] - before[is_right]);
	fprintf(stderr, "%" PRId64 " counts: %.2f a turn\n", *counts, (double)*counts / turns);
	if (*counts < turns) {
		failure_set(failure, ENODATA, "look at its sensor, and at encoders= in the overlay",
			    "the %s wheel was not counted", side);
		return false;
	}
	return true;
}

bool calibrate_counts(struct calibration *calibration, struct failure *failure)
{
	int64_t left, right, per_turn;
	long turns;
	bool good;

	fprintf(stderr, "\n== Counts per revolution ==\n"
		"Put the rover on a block, its wheels in the air. It will not drive.\n");
	do {
		if (!ask_number(failure, "How many turns will you make", "turns", 1, 100, 10,
				&turns))
			return false;
		turns /= 1000;	/* whole ones */
		if (!counts_of_wheel(calibration, "LEFT", turns, &left, failure) ||
		    !counts_of_wheel(calibration, "RIGHT", turns, &right, failure))
			return false;
		per_turn = llround((double)(left + right) / (2 * (double)turns));
		good = llabs(left - right) * 100 <= (left + right) / 2 * WHEELS_ALIKE;
		if (!good)
			fprintf(stderr, "The wheels differ: one was turned more often, or a sensor "
				"misses counts. Again.\n");
		else if (!wheels_believe("counts per revolution", per_turn,
					 calibration->counts_per_revolution, &good, failure))
			return false;
	} while (!good);
	calibration->counts_per_revolution = per_turn;
	calibration->has_counts = true;
	fprintf(stderr, "cpr: %" PRId64 "\n", per_turn);
	return true;
}

/* Return: false on failure; *good is false if it has to be done again. */
static bool circumference_run(struct calibration *calibration, int64_t *circumference_um,
			      bool *good, struct failure *failure)
{
	double scale = wheels_scale(calibration), counts;
	struct calibrate_way gone;
	long way, measured;

	if (!ask_number(failure, "How far is it to go", "mm", 100, 10000, 1000, &way) ||
	    !ask_enter(failure, "Mark where its wheels touch the ground, and keep clear of it.") ||
	    !calibrate_drive(calibration, ROVER_IOC_MOVE, llround((double)way * scale),
			     llround(WHEELS_SPEED_UM_S * scale), &gone, failure) ||
	    !ask_number(failure, "Measure with a tape how far it has really gone", "mm", 1, 100000,
			way / 1000, &measured))
		return false;
	counts = (double)(gone.left + gone.right) / 2;
	*good = llabs(gone.left - gone.right) * 100 <= counts * WHEELS_ALIKE;
	if (!*good) {
		fprintf(stderr, "It has not gone straight: left %" PRId64 ", right %" PRId64
			" counts. Again.\n", gone.left, gone.right);
		return true;
	}
	*circumference_um = llround((double)measured * (double)calibration->counts_per_revolution /
				    counts);
	return wheels_believe("the circumference, in um,", *circumference_um,
			      calibration->circumference_um, good, failure);
}

bool calibrate_circumference(struct calibration *calibration, struct failure *failure)
{
	int64_t circumference_um = 0;
	bool good;

	fprintf(stderr, "\n== Circumference of the wheels ==\n"
		"Put the rover on the floor it is to drive on, with room ahead: twice the way,\n"
		"as nobody knows yet how far it really goes.\n");
	do {
		if (!circumference_run(calibration, &circumference_um, &good, failure))
			return false;
	} while (!good);
	calibration->circumference_um = circumference_um;
	calibration->has_circumference = true;
	fprintf(stderr, "circumference: %" PRId64 " um\n", circumference_um);
	return true;
}

static bool track_run(struct calibration *calibration, int64_t *track_um, bool *good,
		      struct failure *failure)
{
	double scale = wheels_scale(calibration), angle, arc_um;
	struct calibrate_way gone;
	long turns, past;

	if (!ask_number(failure, "How many turns is it to make", "turns", 1, 20, 3, &turns) ||
	    !ask_enter(failure, "Mark on the floor which way it looks, and keep clear of it.") ||
	    !calibrate_drive(calibration, ROVER_IOC_TURN,
			     llround((double)turns / 1000 * 2000000 * M_PI * scale),
			     llround(WHEELS_RATE_URAD_S * scale), &gone, failure))
		return false;
	fprintf(stderr, "It should have turned left %g times, and look at the mark.\n",
		(double)turns / 1000);
	if (!ask_number(failure, "How far has it turned past the mark; negative if not so far",
			"degrees", -3600, 3600, 0, &past))
		return false;
	angle = ((double)turns / 1000 + (double)past / 360000) * 2 * M_PI;
	*good = angle > M_PI;
	if (!*good) {
		fprintf(stderr, "Then it has hardly turned at all. Again.\n");
		return true;
	}
	arc_um = (double)(gone.left + gone.right) / 2 * (double)calibration->circumference_um /
		 (double)calibration->counts_per_revolution;
	*track_um = llround(2 * arc_um / angle);
	return wheels_believe("the track, in um,", *track_um, calibration->track_um, good,
			      failure);
}

bool calibrate_track(struct calibration *calibration, struct failure *failure)
{
	int64_t track_um = 0;
	bool good;

	fprintf(stderr, "\n== Track: from the left to the right wheels ==\n"
		"The rover will spin on the spot, on the floor it is to drive on.\n");
	do {
		if (!track_run(calibration, &track_um, &good, failure))
			return false;
	} while (!good);
	calibration->track_um = track_um;
	calibration->has_track = true;
	fprintf(stderr, "track: %" PRId64 " um\n", track_um);
	return true;
}
