// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: the SVG picture, map on the left, legend on the right
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "chart.h"
#include "macros.h"
#include "map.h"
#include "stops.h"

#define KEY_HEIGHT	27
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
	".value { font-size: 11px; fill: " COLOUR_FAINT "; text-anchor: end; }\n"
	".time { font-size: 11px; fill: " COLOUR_FAINT "; text-anchor: middle; }\n"
	".measured { fill: none; stroke: " COLOUR_TRUE "; stroke-width: 1.8;\n"
	"  stroke-linejoin: round; stroke-linecap: round; }\n"
	".target { fill: none; stroke: " COLOUR_COUNTED "; stroke-width: 1.8;\n"
	"  stroke-dasharray: 7 5; stroke-linejoin: round; }\n"
	".range { fill: none; stroke: " COLOUR_HIT "; stroke-width: 2;\n"
	"  stroke-linejoin: round; stroke-linecap: round; }\n"
	".when { stroke: " COLOUR_STOP "; stroke-width: 1; stroke-dasharray: 3 3; }\n"
	".which { font-size: 11px; font-weight: bold; fill: " COLOUR_STOP ";\n"
	"  text-anchor: middle; }\n"
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

#define SIGN_HIT(x)	"<circle class=\"hit\" cx=\"" x "\" cy=\"0\" r=\"3.5\"/>"

/* The legend tells of what is there, in this order. */
struct key {
	const char *sign;
	const char *text;
};

static const struct key
key_true = { "<line class=\"true\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
	     "true path (from the simulator)" },
key_counted = { "<line class=\"counted\" x1=\"0\" y1=\"0\" x2=\"40\" y2=\"0\"/>",
		"path as the encoders count it" },
key_wall = { "<line class=\"wall\" x1=\"3\" y1=\"0\" x2=\"37\" y2=\"0\"/>", "wall" },
key_hit = { SIGN_HIT("9") SIGN_HIT("20") SIGN_HIT("31"), "sonar echo, drawn straight ahead" },
key_start = { "<circle class=\"start\" cx=\"20\" cy=\"0\" r=\"7\"/>", "start" },
key_plain = { "<circle class=\"stop\" cx=\"20\" cy=\"0\" r=\"4.5\"/>",
	      "stop on the way, by command" },
key_stop = { "<circle class=\"number\" cx=\"20\" cy=\"0\" r=\"9\"/>"
	     "<text x=\"20\" y=\"4\" class=\"badge\" style=\"font-size:11px\">1</text>",
	     "stop, and why:" };

#define KEYS_MAX	7

static bool track_has_stops(const struct track *track, bool labelled)
{
	size_t i;

	for (i = 0; i < track->stop_count; i++)
		if (!!track->stops[i].label[0] == labelled)
			return true;
	return false;
}

static size_t svg_keys(const struct track *track, const struct key *keys[KEYS_MAX])
{
	const struct {
		const struct key *key;
		bool is_there;
	} all[KEYS_MAX] = {
		{ &key_true, track->true_path.count },
		{ &key_counted, track->counted_path.count },
		{ &key_wall, track->wall_count },
		{ &key_hit, track->hits.count },
		{ &key_start, track->true_path.count || track->counted_path.count },
		{ &key_plain, track_has_stops(track, false) },
		{ &key_stop, track_has_stops(track, true) },
	};
	size_t i, count = 0;

	for (i = 0; i < KEYS_MAX; i++)
		if (all[i].is_there)
			keys[count++] = all[i].key;
	return count;
}

/* Return: where it ends. */
static double svg_put_legend(const struct page *page)
{
	const struct key *keys[KEYS_MAX];
	size_t i, count = svg_keys(page->track, keys);
	double y = MAP_TOP + LEGEND_HEAD;
	FILE *file = page->file;

	page_put_text(file, PANEL_LEFT, MAP_TOP + 14, "heading", "Legend");
	for (i = 0; i < count; i++, y += KEY_HEIGHT) {
		fprintf(file, "<g transform=\"translate(%d,%.1f)\">%s</g>\n", PANEL_LEFT, y - 5,
			keys[i]->sign);
		page_put_text(file, PANEL_LEFT + 52, y, "label", keys[i]->text);
	}
	return y;
}

static void svg_put_map(const struct page *page)
{
	const struct track *track = page->track;

	map_put_grid(page);
	map_put_walls(page);
	map_put_hits(page);
	if (track->true_path.count)
		map_put_line(page, &track->true_path, "true");
	map_put_line(page, &track->counted_path, "counted");
	map_put_arrows(page, track->true_path.count ? &track->true_path : &track->counted_path);
	map_put_start(page);
	stops_put(page);
	svg_put_scale(page);
}

bool track_print_svg(const struct track *track, FILE *file)
{
	struct page page = { .track = track, .file = file };
	const struct key *keys[KEYS_MAX];
	double map_height, panel_height, charts_top;

	page_fit(&page);
	map_height = fmax(page.height, MAP_HEIGHT_MIN) + PAGE_BOTTOM;
	panel_height = LEGEND_HEAD + (double)svg_keys(track, keys) * KEY_HEIGHT + 10 +
		       stops_labels_height(track);
	charts_top = MAP_TOP + fmax(map_height, panel_height);
	svg_put_head(&page, charts_top + charts_height(track));
	svg_put_map(&page);
	stops_put_labels(&page, svg_put_legend(&page) + 10);
	charts_put(&page, charts_top);
	fputs("</svg>\n", file);
	return !fflush(file) && !ferror(file);
}

bool track_write_svg(const struct track *track, const char *file_name)
{
	FILE *file = fopen(file_name, "we");
	bool is_whole;

	if (!file)
		return false;
	is_whole = track_print_svg(track, file);
	return !fclose(file) && is_whole;
}
