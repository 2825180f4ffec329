/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive on paper: paths, walls, sonar hits and stops as an SVG picture
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_TRACK_H
#define ROVER_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Everything on the map is in millimetres of the room, x to the right, y up. */

struct track_point {
	double x_mm;
	double y_mm;
};

struct track_line {
	struct track_point *points;
	size_t count;
	size_t room;
};

struct track_wall {
	struct track_point from;
	struct track_point to;
};

#define TRACK_REASON_SIZE	16
#define TRACK_LABEL_SIZE	160

/**
 * struct track_stop - where the rover came to rest
 * @time_s: when, on the charts
 * @at: its middle
 * @heading_rad: where it looked
 * @reason: the word for why, as in stop_reason
 * @label: what to say of it beside the picture; empty for a plain mark
 */
struct track_stop {
	double time_s;
	struct track_point at;
	double heading_rad;
	char reason[TRACK_REASON_SIZE];
	char label[TRACK_LABEL_SIZE];
};

/* A value over time: x in seconds; a y that is NAN interrupts the line. */
struct track_series {
	const char *name;
	const char *class;
	struct track_line line;
};

#define TRACK_SERIES_MAX	2
#define TRACK_CHARTS_MAX	3

/**
 * struct track_chart - values over time, drawn below the map
 * @id: of the group of the picture that holds it
 * @title: headline
 * @unit: of the values
 * @series: over each other
 * @series_count: how many
 */
struct track_chart {
	const char *id;
	const char *title;
	const char *unit;
	struct track_series series[TRACK_SERIES_MAX];
	size_t series_count;
};

/**
 * struct track - what is drawn
 * @title: headline
 * @subtitle: one line below it
 * @true_path: where the rover was
 * @counted_path: where its encoders say it was
 * @hits: where the sonar's echoes came from
 * @walls: of the room
 * @stops: in the order of time
 * @body_radius_mm: size of the rover, 0 = not drawn
 * @charts: below the map
 * @chart_count: how many
 */
struct track {
	const char *title;
	const char *subtitle;
	struct track_line true_path;
	struct track_line counted_path;
	struct track_line hits;
	struct track_wall *walls;
	size_t wall_count;
	struct track_stop *stops;
	size_t stop_count;
	double body_radius_mm;
	struct track_chart charts[TRACK_CHARTS_MAX];
	size_t chart_count;
};

/* Return: false if memory is short. */
bool track_line_add(struct track_line *line, double x_mm, double y_mm);
bool track_wall_add(struct track *track, struct track_wall wall);
bool track_stop_add(struct track *track, const struct track_stop *stop);

/* Into a file that is open. Return: false, with errno, if that failed. */
bool track_print_svg(const struct track *track, FILE *file);

/* Return: false, with errno, if the file could not be written whole. */
bool track_write_svg(const struct track *track, const char *file_name);

void track_free(struct track *track);

#endif
