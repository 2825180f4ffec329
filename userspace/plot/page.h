/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive on paper: the page, and where the room lies on it
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_PAGE_H
#define ROVER_PAGE_H

#include <stdio.h>

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

/* Charts lie below map and panel, one under the other, as wide as both. */
#define CHART_LEFT	(MAP_LEFT + 30)
#define CHART_WIDTH	(PANEL_LEFT + PANEL_WIDTH - CHART_LEFT)
#define CHART_HEIGHT	150
#define CHART_PITCH	(CHART_HEIGHT + 70)

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

/* Open the map as large as fits, with everything of the track in it. */
void page_fit(struct page *page);

/* From the room to the page; up in the room is down in SVG. */
double page_x(const struct page *page, double x_mm);
double page_y(const struct page *page, double y_mm);

void page_put_escaped(FILE *file, const char *text);
void page_put_text(FILE *file, double x, double y, const char *class, const char *text);

/* Break at blanks. Return: the y of the next line. */
double page_put_paragraph(FILE *file, double x, double y, const char *class, const char *text,
			  size_t columns);

#endif
