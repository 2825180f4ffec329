// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: what lies in the room
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "map.h"

void map_put_grid(const struct page *page)
{
	double x, y;

	for (x = ceil(page->min_x / GRID_MM) * GRID_MM; x <= page->max_x; x += GRID_MM)
		fprintf(page->file,
			"<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			page_x(page, x), MAP_TOP, page_x(page, x), MAP_TOP + page->height);
	for (y = ceil(page->min_y / GRID_MM) * GRID_MM; y <= page->max_y; y += GRID_MM)
		fprintf(page->file,
			"<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			page_x(page, page->min_x), page_y(page, y),
			page_x(page, page->max_x), page_y(page, y));
}

void map_put_walls(const struct page *page)
{
	const struct track_wall *wall = page->track->walls;
	size_t i;

	for (i = 0; i < page->track->wall_count; i++, wall++)
		fprintf(page->file,
			"<line class=\"wall\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			page_x(page, wall->from.x_mm), page_y(page, wall->from.y_mm),
			page_x(page, wall->to.x_mm), page_y(page, wall->to.y_mm));
}

void map_put_line(const struct page *page, const struct track_line *line, const char *class)
{
	double last_x = HUGE_VAL, last_y = HUGE_VAL;
	size_t i;

	fprintf(page->file, "<polyline class=\"%s\" points=\"", class);
	for (i = 0; i < line->count; i++) {
		double x = page_x(page, line->points[i].x_mm);
		double y = page_y(page, line->points[i].y_mm);

		/* A rover at rest, and steps nobody can see, only make the file big. */
		if (i + 1 < line->count && hypot(x - last_x, y - last_y) < 0.5)
			continue;
		fprintf(page->file, "%.1f,%.1f ", x, y);
		last_x = x;
		last_y = y;
	}
	fputs("\"/>\n", page->file);
}

#define ARROW_EVERY_MM	350
#define ARROW_STEP_MM	25	/* shorter steps, as on the spot, have no clear direction */

void map_put_arrows(const struct page *page, const struct track_line *line)
{
	double way_mm = ARROW_EVERY_MM / 2.0;
	size_t i, last = 0;

	for (i = 1; i < line->count; i++) {
		const struct track_point *from = &line->points[last], *to = &line->points[i];
		double step_mm = hypot(to->x_mm - from->x_mm, to->y_mm - from->y_mm);

		if (step_mm < ARROW_STEP_MM)
			continue;
		last = i;
		way_mm += step_mm;
		if (way_mm < ARROW_EVERY_MM)
			continue;
		way_mm = 0;
		fprintf(page->file,
			"<path class=\"arrow\" d=\"M8,0 L-5,-6.5 L-2,0 L-5,6.5 z\" transform=\"translate(%.1f,%.1f) rotate(%.0f)\"/>\n",
			page_x(page, to->x_mm), page_y(page, to->y_mm),
			-180 / M_PI * atan2(to->y_mm - from->y_mm, to->x_mm - from->x_mm));
	}
}

void map_put_hits(const struct page *page)
{
	const struct track_line *hits = &page->track->hits;
	size_t i;

	for (i = 0; i < hits->count; i++) {
		const struct track_point *hit = &hits->points[i];

		/* A wrong echo is as far away as it likes: not into the legend. */
		if (hit->x_mm < page->min_x || hit->x_mm > page->max_x ||
		    hit->y_mm < page->min_y || hit->y_mm > page->max_y)
			continue;
		fprintf(page->file, "<circle class=\"hit\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n",
			page_x(page, hit->x_mm), page_y(page, hit->y_mm));
	}
}

void map_put_start(const struct page *page)
{
	const struct track *track = page->track;
	const struct track_line *line = track->true_path.count ? &track->true_path :
								 &track->counted_path;
	const struct track_point *start = line->points;

	if (line->count)
		fprintf(page->file, "<circle class=\"start\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>\n",
			page_x(page, start->x_mm), page_y(page, start->y_mm));
}
