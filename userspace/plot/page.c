// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: the page, and where the room lies on it
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <string.h>

#include "page.h"

#define ROOM_MARGIN_MM	120

double page_x(const struct page *page, double x_mm)
{
	return page->left + (x_mm - page->min_x) * page->scale;
}

double page_y(const struct page *page, double y_mm)
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

void page_fit(struct page *page)
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

void page_put_escaped(FILE *file, const char *text)
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

void page_put_text(FILE *file, double x, double y, const char *class, const char *text)
{
	fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	page_put_escaped(file, text);
	fputs("</text>\n", file);
}

double page_put_paragraph(FILE *file, double x, double y, const char *class, const char *text,
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
		page_put_text(file, x, y, class, line);
		y += 18;
		text += length;
		text += strspn(text, " ");
	}
	return y;
}
