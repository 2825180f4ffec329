// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: what is collected for the picture
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>
#include <string.h>

#include "track.h"

bool track_line_add(struct track_line *line, double x_mm, double y_mm)
{
	struct track_point *points = line->points;

	if (line->count == line->room) {
		size_t room = line->room ? 2 * line->room : 256;

		points = reallocarray(points, room, sizeof(*points));
		if (!points)
			return false;
		line->points = points;
		line->room = room;
	}
	points[line->count++] = (struct track_point) { x_mm, y_mm };
	return true;
}

bool track_wall_add(struct track *track, struct track_wall wall)
{
	struct track_wall *walls = reallocarray(track->walls, track->wall_count + 1,
						sizeof(*walls));

	if (!walls)
		return false;
	track->walls = walls;
	walls[track->wall_count++] = wall;
	return true;
}

bool track_stop_add(struct track *track, const struct track_stop *stop)
{
	struct track_stop *stops = reallocarray(track->stops, track->stop_count + 1,
						sizeof(*stops));

	if (!stops)
		return false;
	track->stops = stops;
	stops[track->stop_count++] = *stop;
	return true;
}

void track_free(struct track *track)
{
	size_t i, l;

	for (i = 0; i < track->chart_count; i++)
		for (l = 0; l < track->charts[i].series_count; l++)
			free(track->charts[i].series[l].line.points);
	free(track->true_path.points);
	free(track->counted_path.points);
	free(track->hits.points);
	free(track->walls);
	free(track->stops);
	memset(track, 0, sizeof(*track));
}
