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
 * @ahead_mm: from the sonar to the nearest wall in its beam, negative if none
 * @collisions: how often it ran into a wall since the board was bound
 */
struct truth {
	struct pose pose;
	double left_speed_mm_s;
	double right_speed_mm_s;
	double ahead_mm;
	long collisions;
};

/* Each returns false after a message on stderr. */
bool truth_read(struct truth *truth);

/* Put these walls into the simulated room, and into the picture. */
bool truth_build(struct track *track, const struct track_wall *walls, size_t count);

#endif
