// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: the SVG picture, map on the left, legend on the right
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "macros.h"
#include "track.h"

/* The page, in SVG units. The map's height follows from the room's shape. */
#define MAP_LEFT	40
#define MAP_TOP		104
#define MAP_WIDTH	780
#define MAP_HEIGHT_MIN	420
#define MAP_HEIGHT_MAX	900
#define PANEL_GAP	36
#define PANEL_WIDTH	330
#define PANEL_LEFT	(MAP_LEFT + MAP_WIDTH + PANEL_GAP)
#define PAGE_WIDTH	(PANEL_LEFT + PANEL_WIDTH + 24)
#define PAGE_BOTTOM	56

#define ROOM_MARGIN_MM	120
#define BADGE_RADIUS	13

/* Told apart by lightness and by dashes too, not by hue alone. */
#define COLOUR_TRUE	"#1d4e89"
#define COLOUR_COUNTED	"#f08a24"
#define COLOUR_HIT	"#2a9d8f"
#define COLOUR_WALL	"#3a3f45"
#define COLOUR_STOP	"#c1272d"
#define COLOUR_TEXT	"#22262b"
#define COLOUR_FAINT	"#6b7280"

struct page {
	FILE *file;
	const struct track *track;
	double min_x, min_y, max_x, max_y;	/* shown part of the room, mm */
	double scale;				/* page units per mm */
	double left, height;			/* of the map on the page */
};

static double page_x(const struct page *page, double x_mm)
{
	return page->left + (x_mm - page->min_x) * page->scale;
}

/* Up in the room is down in SVG. */
static double page_y(const struct page *page, double y_mm)
{
	return MAP_TOP + (page->max_y - y_mm) * page->scale;
}

static void page_include(struct page *page, const struct track_point *point)
{
	page->min_x = fmin(page->min_x, point->x_mm);
	page->min_y = fmin(page->min_y, point->y_mm);
	page->max_x = fmax(page->max_x, point->x_mm);
	page->max_y = fmax(page->max_y, point->y_mm);
}

static void page_include_line(struct page *page, const struct track_line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		page_include(page, &line->points[i]);
}

/* As large as fits, with everything in it. */
static void page_fit(struct page *page)
{
	static const struct track_point nothing = { 0, 0 };
	const struct track *track = page->track;
	double width, height;
	size_t i;

	page->min_x = HUGE_VAL;
	page->min_y = HUGE_VAL;
	page->max_x = -HUGE_VAL;
	page->max_y = -HUGE_VAL;
	page_include_line(page, &track->true_path);
	page_include_line(page, &track->counted_path);
	for (i = 0; i < track->wall_count; i++) {
		page_include(page, &track->walls[i].from);
		page_include(page, &track->walls[i].to);
	}
	if (page->min_x > page->max_x)	/* nothing at all */
		page_include(page, &nothing);

	page->min_x -= ROOM_MARGIN_MM;
	page->min_y -= ROOM_MARGIN_MM;
	page->max_x += ROOM_MARGIN_MM;
	page->max_y += ROOM_MARGIN_MM;
	width = page->max_x - page->min_x;
	height = page->max_y - page->min_y;
	page->scale = fmin(MAP_WIDTH / width, MAP_HEIGHT_MAX / height);
	page->height = height * page->scale;
	page->left = MAP_LEFT + (MAP_WIDTH - width * page->scale) / 2;
}

static void put_escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '&':
			fputs("&amp;", file);
			break;
		default:
			fputc(*text, file);
		}
	}
}

static void put_text(FILE *file, double x, double y, const char *class, const char *text)
{
	fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	put_escaped(file, text);
	fputs("</text>\n", file);
}

/* Break at blanks. Return: the y of the next line. */
static double put_paragraph(FILE *file, double x, double y, const char *class, const char *text,
			    size_t columns)
{
	char line[TRACK_LABEL_SIZE];

	while (*text) {
		size_t length = strlen(text);

		if (length > columns) {
			length = columns;
			while (length && text[length] != ' ')
				length--;
			if (!length)
				length = columns;
		}
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		put_text(file, x, y, class, line);
		y += 18;
		text += length;
		text += strspn(text, " ");
	}
	return y;
}

static const char page_style[] =
	"<style>\n"
	"text { fill: " COLOUR_TEXT ";\n"
	"  font-family: 'DejaVu Sans', Verdana, Arial, sans-serif; }\n"
	".title { font-size: 24px; font-weight: bold; }\n"
	".subtitle { font-size: 14px; fill: " COLOUR_FAINT "; }\n"
	".heading { font-size: 15px; font-weight: bold; }\n"
	".label { font-size: 13px; }\n"
	".small { font-size: 11px; fill: " COLOUR_FAINT "; }\n"
	".badge { font-size: 14px; font-weight: bold; fill: #fff; text-anchor: middle; }\n"
	".wall { stroke: " COLOUR_WALL "; stroke-width: 5; stroke-linecap: round; }\n"
	".grid { stroke: #e3e6ea; stroke-width: 1; }\n"
	".true { fill: none; stroke: " COLOUR_TRUE "; stroke-width: 3.5;\n"
	"  stroke-linejoin: round; stroke-linecap: round; }\n"
	".counted { fill: none; stroke: " COLOUR_COUNTED "; stroke-width: 2;\n"
	"  stroke-dasharray: 7 5; stroke-linejoin: round; }\n"
	".hit { fill: " COLOUR_HIT "; stroke: #fff; stroke-width: 0.8; }\n"
	".stop { fill: #fff; stroke: " COLOUR_STOP "; stroke-width: 2; }\n"
	".number { fill: " COLOUR_STOP "; }\n"
	".leader { stroke: " COLOUR_STOP "; stroke-width: 1.5; }\n"
	".body { fill: " COLOUR_STOP "; fill-opacity: 0.08;\n"
	"  stroke: " COLOUR_STOP "; stroke-opacity: 0.5; stroke-width: 0.4; }\n"
	".nose { fill: " COLOUR_STOP "; }\n"
	".arrow { fill: " COLOUR_TRUE "; stroke: #fff; stroke-width: 1; }\n"
	".start { fill: " COLOUR_TRUE "; }\n"
	"</style>\n";

static void put_head(const struct page *page, double height)
{
	FILE *file = page->file;

	fprintf(file,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\"\n"
		" viewBox=\"0 0 %d %.0f\">\n"
		"<title>", PAGE_WIDTH, height, PAGE_WIDTH, height);
	put_escaped(file, page->track->title);
	fputs("</title>\n", file);
	fputs(page_style, file);
	fprintf(file, "<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n", PAGE_WIDTH, height);
	put_text(file, MAP_LEFT, 48, "title", page->track->title);
	put_text(file, MAP_LEFT, 74, "subtitle", page->track->subtitle);
}

#define GRID_MM	500

static void put_grid(const struct page *page)
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

static void put_walls(const struct page *page)
{
	const struct track_wall *wall = page->track->walls;
	size_t i;

	for (i = 0; i < page->track->wall_count; i++, wall++)
		fprintf(page->file,
			"<line class=\"wall\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			page_x(page, wall->from.x_mm), page_y(page, wall->from.y_mm),
			page_x(page, wall->to.x_mm), page_y(page, wall->to.y_mm));
}

static void put_line(const struct page *page, const struct track_line *line, const char *class)
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

/* Arrow heads along a path, so that it can be followed where it crosses itself. */
static void put_arrows(const struct page *page, const struct track_line *line)
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

static void put_hits(const struct page *page)
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

/* The rover's outline, with a nose where it looks. */
static void put_body(const struct page *page, const struct track_stop *stop)
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

static void put_start(const struct page *page)
{
	const struct track_point *start = page->track->true_path.points;

	if (page->track->true_path.count)
		fprintf(page->file, "<circle class=\"start\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>\n",
			page_x(page, start->x_mm), page_y(page, start->y_mm));
}

static void put_badge(FILE *file, double x, double y, size_t number)
{
	char text[12];

	fprintf(file, "<circle class=\"number\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>\n", x, y,
		BADGE_RADIUS);
	snprintf(text, sizeof(text), "%zu", number);
	put_text(file, x, y + 5, "badge", text);
}

/* How near anything drawn comes to a place: a badge goes where there is room. */
static double clearance(const struct page *page, double x, double y)
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
#define BADGES_MAX		16

struct badge {
	double x, y;
};

static struct badge badge_place(const struct page *page, const struct track_stop *stop,
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
		double room = clearance(page, badge.x, badge.y);

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

static void put_stops(const struct page *page)
{
	const struct track *track = page->track;
	struct badge badges[BADGES_MAX];
	size_t i, count = 0;

	for (i = 0; i < track->stop_count; i++) {
		const struct track_stop *stop = &track->stops[i];
		double x = page_x(page, stop->at.x_mm), y = page_y(page, stop->at.y_mm);

		if (stop->label[0] && count < BADGES_MAX) {
			put_body(page, stop);
			badges[count] = badge_place(page, stop, badges, count);
			fprintf(page->file,
				"<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
				x, y, badges[count].x, badges[count].y);
			put_badge(page->file, badges[count].x, badges[count].y, count + 1);
			count++;
		}
		fprintf(page->file, "<circle class=\"stop\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n",
			x, y);
	}
}

/* The longest of these that takes at most a quarter of the map's width. */
static const int scale_bars_mm[] = { 2000, 1000, 500, 200, 100 };

static void put_scale(const struct page *page)
{
	double y = MAP_TOP + page->height + 22;
	size_t i = 0, last = ARRAY_SIZE(scale_bars_mm) - 1;
	char text[32];

	while (i < last && scale_bars_mm[i] * page->scale > MAP_WIDTH / 4)
		i++;
	fprintf(page->file,
		"<path d=\"M%d,%.1f v8 h%.1f v-8\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n",
		MAP_LEFT, y - 8, scale_bars_mm[i] * page->scale, COLOUR_TEXT);
	snprintf(text, sizeof(text), "%d mm; grid %d mm", scale_bars_mm[i], GRID_MM);
	put_text(page->file, MAP_LEFT + scale_bars_mm[i] * page->scale + 10, y, "label", text);
}

static double put_key(FILE *file, double y, const char *sign, const char *text)
{
	fprintf(file, "<g transform=\"translate(%d,%.1f)\">%s</g>\n", PANEL_LEFT, y - 5, sign);
	put_text(file, PANEL_LEFT + 52, y, "label", text);
	return y + 27;
}

static double put_legend(const struct page *page)
{
	FILE *file = page->file;
	double y = MAP_TOP + 14;

	put_text(file, PANEL_LEFT, y, "heading", "Legend");
	y = put_key(file, y + 30, "<line class=\"true\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
		    "true path (from the simulator)");
	y = put_key(file, y, "<line class=\"counted\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
		    "path as the encoders count it");
	y = put_key(file, y, "<line class=\"wall\" x1=\"3\" y1=\"0\" x2=\"37\" y2=\"0\"/>", "wall");
	y = put_key(file, y,
		    "<circle class=\"hit\" cx=\"9\" cy=\"0\" r=\"3.5\"/><circle class=\"hit\" cx=\"20\" cy=\"0\" r=\"3.5\"/><circle class=\"hit\" cx=\"31\" cy=\"0\" r=\"3.5\"/>",
		    "sonar echo, drawn straight ahead");
	y = put_key(file, y, "<circle class=\"start\" cx=\"20\" cy=\"0\" r=\"7\"/>", "start");
	y = put_key(file, y, "<circle class=\"stop\" cx=\"20\" cy=\"0\" r=\"4.5\"/>",
		    "stop on the way, by command");
	return put_key(file, y,
		       "<circle class=\"number\" cx=\"20\" cy=\"0\" r=\"9\"/><text x=\"20\" y=\"4\" class=\"badge\" style=\"font-size:11px\">1</text>",
		       "stop, with the rover's outline:");
}

static double put_labels(const struct page *page, double y)
{
	const struct track *track = page->track;
	size_t i, number = 0;
	char reason[TRACK_REASON_SIZE + 16];

	for (i = 0; i < track->stop_count; i++) {
		const struct track_stop *stop = &track->stops[i];

		if (!stop->label[0] || number == BADGES_MAX)
			continue;
		put_badge(page->file, PANEL_LEFT + BADGE_RADIUS, y - 5, ++number);
		snprintf(reason, sizeof(reason), "reason: %s", stop->reason);
		put_text(page->file, PANEL_LEFT + 40, y, "heading", reason);
		y = put_paragraph(page->file, PANEL_LEFT + 40, y + 20, "label", stop->label, 38);
		y += 16;
	}
	return y;
}

/* Once to learn how high the panel is, then for good. */
static double panel_height(const struct track *track)
{
	double y = MAP_TOP + 14 + 30 + 7 * 27 + 10;
	size_t i;

	for (i = 0; i < track->stop_count; i++)
		if (track->stops[i].label[0])
			y += 36 + 18 * ceil((double)strlen(track->stops[i].label) / 30);
	return y;
}

bool track_write_svg(const struct track *track, const char *file_name)
{
	struct page page = { .track = track };
	bool is_whole;

	page.file = fopen(file_name, "we");
	if (!page.file)
		return false;

	page_fit(&page);
	put_head(&page, fmax(fmax(page.height, MAP_HEIGHT_MIN) + MAP_TOP + PAGE_BOTTOM,
			     panel_height(track)));
	put_grid(&page);
	put_walls(&page);
	put_hits(&page);
	put_line(&page, &track->true_path, "true");
	put_line(&page, &track->counted_path, "counted");
	put_arrows(&page, &track->true_path);
	put_start(&page);
	put_stops(&page);
	put_scale(&page);
	put_labels(&page, put_legend(&page) + 10);
	fputs("</svg>\n", page.file);

	is_whole = !ferror(page.file);
	return !fclose(page.file) && is_whole;
}
