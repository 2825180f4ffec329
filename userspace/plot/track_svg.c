// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: the SVG picture, map on the left, legend on the right
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "macros.h"
#include "map.h"
#include "stops.h"

#define KEY_HEIGHT	27
#define KEYS		7
#define LEGEND_HEAD	44

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

static void svg_put_head(const struct page *page, double height)
{
	FILE *file = page->file;

	fprintf(file,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\"\n"
		" viewBox=\"0 0 %d %.0f\">\n"
		"<title>", PAGE_WIDTH, height, PAGE_WIDTH, height);
	page_put_escaped(file, page->track->title);
	fputs("</title>\n", file);
	fputs(page_style, file);
	fprintf(file, "<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n", PAGE_WIDTH, height);
	page_put_text(file, MAP_LEFT, 48, "title", page->track->title);
	page_put_text(file, MAP_LEFT, 74, "subtitle", page->track->subtitle);
}

/* The longest of these that takes at most a quarter of the map's width. */
static const int scale_bars_mm[] = { 2000, 1000, 500, 200, 100 };

static void svg_put_scale(const struct page *page)
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
	page_put_text(page->file, MAP_LEFT + scale_bars_mm[i] * page->scale + 10, y, "label", text);
}

static double svg_put_key(FILE *file, double y, const char *sign, const char *text)
{
	fprintf(file, "<g transform=\"translate(%d,%.1f)\">%s</g>\n", PANEL_LEFT, y - 5, sign);
	page_put_text(file, PANEL_LEFT + 52, y, "label", text);
	return y + KEY_HEIGHT;
}

static double svg_put_legend(const struct page *page)
{
	FILE *file = page->file;
	double y = MAP_TOP + LEGEND_HEAD;

	page_put_text(file, PANEL_LEFT, MAP_TOP + 14, "heading", "Legend");
	y = svg_put_key(file, y, "<line class=\"true\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
			"true path (from the simulator)");
	y = svg_put_key(file, y, "<line class=\"counted\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
			"path as the encoders count it");
	y = svg_put_key(file, y, "<line class=\"wall\" x1=\"3\" y1=\"0\" x2=\"37\" y2=\"0\"/>",
			"wall");
	y = svg_put_key(file, y,
			"<circle class=\"hit\" cx=\"9\" cy=\"0\" r=\"3.5\"/><circle class=\"hit\" cx=\"20\" cy=\"0\" r=\"3.5\"/><circle class=\"hit\" cx=\"31\" cy=\"0\" r=\"3.5\"/>",
			"sonar echo, drawn straight ahead");
	y = svg_put_key(file, y, "<circle class=\"start\" cx=\"20\" cy=\"0\" r=\"7\"/>", "start");
	y = svg_put_key(file, y, "<circle class=\"stop\" cx=\"20\" cy=\"0\" r=\"4.5\"/>",
			"stop on the way, by command");
	return svg_put_key(file, y,
			   "<circle class=\"number\" cx=\"20\" cy=\"0\" r=\"9\"/><text x=\"20\" y=\"4\" class=\"badge\" style=\"font-size:11px\">1</text>",
			   "stop, with the rover's outline:");
}

bool track_write_svg(const struct track *track, const char *file_name)
{
	struct page page = { .track = track };
	double map_height, panel_height;
	bool is_whole;

	page.file = fopen(file_name, "we");
	if (!page.file)
		return false;

	page_fit(&page);
	map_height = fmax(page.height, MAP_HEIGHT_MIN) + PAGE_BOTTOM;
	panel_height = LEGEND_HEAD + KEYS * KEY_HEIGHT + 10 + stops_labels_height(track);
	svg_put_head(&page, MAP_TOP + fmax(map_height, panel_height));
	map_put_grid(&page);
	map_put_walls(&page);
	map_put_hits(&page);
	map_put_line(&page, &track->true_path, "true");
	map_put_line(&page, &track->counted_path, "counted");
	map_put_arrows(&page, &track->true_path);
	map_put_start(&page);
	stops_put(&page);
	svg_put_scale(&page);
	stops_put_labels(&page, svg_put_legend(&page) + 10);
	fputs("</svg>\n", page.file);

	is_whole = !ferror(page.file);
	return !fclose(page.file) && is_whole;
}
