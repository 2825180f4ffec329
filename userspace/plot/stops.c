// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: where the rover stopped, and why
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <string.h>

#include "macros.h"
#include "stops.h"

#define BADGE_RADIUS	13
#define BADGES_MAX	48
#define LABEL_COLUMNS	38

/* The rover's outline, with a nose where it looks. */
static void stops_put_body(const struct page *page, const struct track_stop *stop)
{
	double x = page_x(page, stop->at.x_mm), y = page_y(page, stop->at.y_mm);
	double radius = page->track->body_radius_mm * page->scale;

	if (radius <= 0)
		return;
	fprintf(page->file,
		"<g transform=\"translate(%.1f,%.1f) rotate(%.1f) scale(%.3f)\">\n"
		"<circle class=\"body\" r=\"10\"/>\n"
		"<path class=\"nose\" d=\"M10,0 L6,-3.2 L7,0 L6,3.2 z\"/>\n</g>\n",
		x, y, -180 / M_PI * stop->heading_rad, radius / 10);
}

void stops_put_badge(FILE *file, double x, double y, size_t number)
{
	char text[12];

	fprintf(file, "<circle class=\"number\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>\n", x, y,
		BADGE_RADIUS);
	snprintf(text, sizeof(text), "%zu", number);
	page_put_text(file, x, y + 5, "badge", text);
}

size_t stops_number(const struct track *track, size_t index)
{
	size_t i, number = 0;

	if (!track->stops[index].label[0])
		return 0;
	for (i = 0; i <= index; i++)
		if (track->stops[i].label[0])
			number++;
	return number <= BADGES_MAX ? number : 0;
}

/* How near anything drawn comes to a place: a badge goes where there is room. */
static double stops_clearance(const struct page *page, double x, double y)
{
	const struct track *track = page->track;
	const struct track_line *lines[] = {
		&track->true_path, &track->counted_path, &track->hits,
	};
	double nearest = fmin(fmin(x - MAP_LEFT, MAP_LEFT + MAP_WIDTH - x),
			      fmin(y - MAP_TOP, MAP_TOP + page->height - y));
	size_t i, l;

	for (l = 0; l < ARRAY_SIZE(lines); l++)
		for (i = 0; i < lines[l]->count; i++)
			nearest = fmin(nearest,
				       hypot(x - page_x(page, lines[l]->points[i].x_mm),
					     y - page_y(page, lines[l]->points[i].y_mm)));
	for (i = 0; i < track->stop_count; i++)
		nearest = fmin(nearest, hypot(x - page_x(page, track->stops[i].at.x_mm),
					      y - page_y(page, track->stops[i].at.y_mm)));
	return nearest;
}

#define BADGE_DIRECTIONS	16
#define BADGE_DISTANCE		46

struct badge {
	double x, y;
};

static struct badge stops_place(const struct page *page, const struct track_stop *stop,
				const struct badge *others, size_t other_count)
{
	double x = page_x(page, stop->at.x_mm), y = page_y(page, stop->at.y_mm);
	struct badge best = { x, y };
	double best_room = -HUGE_VAL;
	size_t i, o;

	for (i = 0; i < BADGE_DIRECTIONS; i++) {
		double angle = 2 * M_PI * (double)i / BADGE_DIRECTIONS;
		struct badge badge = { x + BADGE_DISTANCE * cos(angle),
				       y + BADGE_DISTANCE * sin(angle) };
		double room = stops_clearance(page, badge.x, badge.y);

		for (o = 0; o < other_count; o++)
			room = fmin(room, hypot(badge.x - others[o].x, badge.y - others[o].y) -
				    BADGE_RADIUS);
		if (room > best_room) {
			best_room = room;
			best = badge;
		}
	}
	return best;
}

void stops_put(const struct page *page)
{
	const struct track *track = page->track;
	struct badge badges[BADGES_MAX];
	size_t i, count = 0;

	for (i = 0; i < track->stop_count; i++) {
		const struct track_stop *stop = &track->stops[i];
		double x = page_x(page, stop->at.x_mm), y = page_y(page, stop->at.y_mm);

		if (stop->label[0] && count < BADGES_MAX) {
			stops_put_body(page, stop);
			badges[count] = stops_place(page, stop, badges, count);
			fprintf(page->file,
				"<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
				x, y, badges[count].x, badges[count].y);
			stops_put_badge(page->file, badges[count].x, badges[count].y, count + 1);
			count++;
		}
		fprintf(page->file,
			"<circle class=\"stop\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"><title>",
			x, y);
		page_put_escaped(page->file, stop->reason);
		fputs("</title></circle>\n", page->file);
	}
}

void stops_put_labels(const struct page *page, double y)
{
	const struct track *track = page->track;
	size_t i, number = 0;
	char reason[TRACK_REASON_SIZE + 16];

	for (i = 0; i < track->stop_count; i++) {
		const struct track_stop *stop = &track->stops[i];

		if (!stop->label[0] || number == BADGES_MAX)
			continue;
		stops_put_badge(page->file, PANEL_LEFT + BADGE_RADIUS, y - 5, ++number);
		snprintf(reason, sizeof(reason), "reason: %s", stop->reason);
		page_put_text(page->file, PANEL_LEFT + 40, y, "heading", reason);
		y = page_put_paragraph(page->file, PANEL_LEFT + 40, y + 20, "label", stop->label,
				       LABEL_COLUMNS) + 16;
	}
}

/* A line holds at least 30 characters. */
double stops_labels_height(const struct track *track)
{
	double height = 0;
	size_t i;

	for (i = 0; i < track->stop_count; i++)
		if (track->stops[i].label[0])
			height += 36 + 18 * ceil((double)strlen(track->stops[i].label) / 30);
	return height;
}
