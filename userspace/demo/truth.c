// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What really happens: the simulator's ground truth, for show and for checks
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"
#include "truth.h"

/* Of the first board; the demonstration has one. */
#define TRUTH_FOLDER	"/sys/kernel/debug/rover_sim/*/"

/* Open a file of the board by its name. NULL after a message on stderr. */
static FILE *board_open(const char *pattern, const char *mode)
{
	FILE *file = NULL;
	glob_t found;

	if (!glob(pattern, 0, NULL, &found)) {
		file = fopen(found.gl_pathv[0], mode);
		globfree(&found);
	}
	if (!file)
		fprintf(stderr, "rover-demo: %s: no simulated board (%s)\n", pattern,
			strerror(errno));
	return file;
}

#define MILLI	0.001
#define MICRO	0.000001

struct key {
	const char *name;
	double scale;
	double *value;
};

static bool key_take(const struct key *keys, size_t count, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(keys[i].name, name))
			continue;
		*keys[i].value = keys[i].scale * strtod(value, NULL);
		return true;
	}
	return false;
}

bool truth_read(struct truth *truth)
{
	double collisions = 0;
	const struct key keys[] = {
		{ "x_um", MILLI, &truth->pose.x_mm },
		{ "y_um", MILLI, &truth->pose.y_mm },
		{ "heading_urad", MICRO, &truth->pose.heading_rad },
		{ "left_speed_um_s", MILLI, &truth->left_speed_mm_s },
		{ "right_speed_um_s", MILLI, &truth->right_speed_mm_s },
		{ "sonar_distance_um", MILLI, &truth->ahead_mm },
		{ "collisions", 1, &collisions },
	};
	const size_t count = ARRAY_SIZE(keys);
	FILE *file = board_open(TRUTH_FOLDER "truth", "re");
	size_t found = 0;
	char line[128];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value = '\0';
		found += key_take(keys, count, line, value + 1);
	}
	fclose(file);
	if (found != count) {
		fprintf(stderr, "rover-demo: the simulator's ground truth lacks something\n");
		return false;
	}
	truth->collisions = (long)collisions;
	truth->pose.heading_rad = angle_wrap(truth->pose.heading_rad);
	return true;
}

bool truth_build(struct track *track, const struct track_wall *walls, size_t count)
{
	FILE *file = board_open(TRUTH_FOLDER "walls", "we");
	size_t i;

	if (!file)
		return false;
	for (i = 0; i < count; i++) {
		fprintf(file, "%.0f %.0f %.0f %.0f\n", walls[i].from.x_mm, walls[i].from.y_mm,
			walls[i].to.x_mm, walls[i].to.y_mm);
		if (!track_wall_add(track, walls[i])) {
			fclose(file);
			return false;
		}
	}
	if (!fclose(file))
		return true;
	fprintf(stderr, "rover-demo: the simulator does not take the walls: %s\n",
		strerror(errno));
	return false;
}
