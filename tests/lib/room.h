/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The room around the simulated rover, and what may be wrong with its sonar.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_ROOM_H
#define TESTS_ROOM_H

#include <linux/types.h>

/* One wall across the way, that far from the world's origin, and nothing else. */
#define ROOM_WALL_MM	5000
void room_one_wall(void);
void room_no_wall(void);

/* The sonar that far from the wall, looking straight at it, or turned from that. */
void room_stand(int distance_mm);
void room_stand_um(__s64 distance_um);
void room_stand_turned(int distance_mm, int turned_urad);

/* Settings of the file faults: "sonar=dead silent_permille=200"; ends the test if refused. */
void room_faults(const char *faults);

#endif
