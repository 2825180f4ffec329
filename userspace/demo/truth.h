/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What really happens: the simulator's ground truth, for show and for checks
 *
 * Nothing here steers the rover; a real one has no such thing.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef DEMO_TRUTH_H
#define DEMO_TRUTH_H

#include <stdbool.h>

#include "odometry.h"
#include "track.h"

/**
 * struct truth - the simulated rover at one instant
 * @pose: in the room
 * @left_speed_mm_s: of the wheel
 * @right_speed_mm_s: likewise
 * @touching: it is pushed against a wall
 */
struct truth {
	struct pose pose;
	double left_speed_mm_s;
	double right_speed_mm_s;
	bool touching;
};

/* Each returns false after a message on stderr. */
bool truth_read(struct truth *truth);
bool truth_walls(struct track *track);

/* Distance from a point of the room to the nearest wall in a direction. */
double truth_distance(const struct track *track, const struct pose *from);

#endif
