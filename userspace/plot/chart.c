// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drive on paper: values over time, with the stops
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "chart.h"
#include "stops.h"

#define TICKS_X		10
#define TICKS_Y		4

/* Where the charts lie on the page, and what of time and values is in one. */
struct chart {
	const struct page *page;
	double top;
	double from_s, to_s;
	double min, max;
};

static double chart_x(const struct chart *chart, double time_s)
{
	return CHART_LEFT + (time_s - chart->from_s) / (chart->to_s - chart->from_s) * CHART_WIDTH;
}

static double chart_y(const struct chart *chart, double value)
{
	return chart->top + (chart->max - value) / (chart->max - chart->min) * CHART_HEIGHT;
}

/* 1, 2 or 5 times a power of ten, so that @span takes about @steps of them. */
static double chart_step(double span, int steps)
{
	double rough = span / steps, power = pow(10, floor(log10(rough)));

	if (rough <= 2 * power)
		return 2 * power;
	return rough <= 5 * power ? 5 * power : 10 * power;
}

/* All charts have the same time, so that what happened at once is one line. */
static void chart_fit_time(struct chart *chart, const struct track *track)
{
	size_t i, l;

	chart->from_s = 0;
	chart->to_s = 0.1;
	for (i = 0; i < track->chart_count; i++)
		for (l = 0; l < track->charts[i].series_count; l++) {
			const struct track_line *line = &track->charts[i].series[l].line;

			if (!line->count)
				continue;
			chart->from_s = fmin(chart->from_s, line->points[0].x_mm);
			chart->to_s = fmax(chart->to_s, line->points[line->count - 1].x_mm);
		}
}

/* Zero is in it, and the ends are on the grid. Return: the grid's step. */
static double chart_fit_values(struct chart *chart, const struct track_chart *data)
{
	double min = 0, max = 0, step;
	size_t l, i;

	for (l = 0; l < data->series_count; l++) {
		const struct track_line *line = &data->series[l].line;

		for (i = 0; i < line->count; i++) {
			min = fmin(min, line->points[i].y_mm);
			max = fmax(max, line->points[i].y_mm);
		}
	}
	step = chart_step(fmax(max - min, 10), TICKS_Y);
	chart->min = floor(min / step) * step;
	chart->max = fmax(ceil(max / step) * step, chart->min + step);
	return step;
}

static void chart_put_axes(const struct chart *chart, double step_y, bool is_last)
{
	FILE *file = chart->page->file;
	double step_x = chart_step(chart->to_s - chart->from_s, TICKS_X), at;
	char text[32];

	for (at = chart->min; at <= chart->max + step_y / 2; at += step_y) {
		fprintf(file,
			"<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n",
			CHART_LEFT, chart_y(chart, at), CHART_LEFT + CHART_WIDTH,
			chart_y(chart, at));
		snprintf(text, sizeof(text), "%.0f", at);
		page_put_text(file, CHART_LEFT - 6, chart_y(chart, at) + 4, "value", text);
	}
	for (at = ceil(chart->from_s / step_x) * step_x; at <= chart->to_s; at += step_x) {
		fprintf(file,
			"<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			chart_x(chart, at), chart->top, chart_x(chart, at),
			chart->top + CHART_HEIGHT);
		snprintf(text, sizeof(text), "%g%s", round(at * 1000) / 1000, is_last ? " s" : "");
		page_put_text(file, chart_x(chart, at), chart->top + CHART_HEIGHT + 16, "time",
			      text);
	}
}

/* What lies on a straight line between its neighbours need not be told. */
static bool chart_is_flat(const struct track_line *line, size_t i, double last_y)
{
	return i && i + 1 < line->count && line->points[i].y_mm == last_y &&
	       line->points[i + 1].y_mm == last_y;
}

static void chart_put_series(const struct chart *chart, const struct track_series *series)
{
	const struct track_line *line = &series->line;
	FILE *file = chart->page->file;
	bool is_open = false;
	size_t i;

	for (i = 0; i < line->count; i++) {
		double y = line->points[i].y_mm;

		if (isnan(y)) {
			fputs(is_open ? "\"/>\n" : "", file);
			is_open = false;
			continue;
		}
		if (is_open && chart_is_flat(line, i, line->points[i - 1].y_mm))
			continue;
		if (!is_open)
			fprintf(file, "<polyline class=\"%s\" points=\"", series->class);
		is_open = true;
		fprintf(file, "%.2f,%.2f ", chart_x(chart, line->points[i].x_mm),
			chart_y(chart, y));
	}
	fputs(is_open ? "\"/>\n" : "", file);
}

static void chart_put_stops(const struct chart *chart)
{
	const struct track *track = chart->page->track;
	FILE *file = chart->page->file;
	size_t i, number;

	for (i = 0; i < track->stop_count; i++) {
		double x = chart_x(chart, track->stops[i].time_s);

		if (!(x >= CHART_LEFT && x <= CHART_LEFT + CHART_WIDTH))
			continue;
		fprintf(file,
			"<line class=\"when\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"><title>",
			x, chart->top, x, chart->top + CHART_HEIGHT);
		page_put_escaped(file, track->stops[i].reason);
		fputs("</title></line>\n", file);
		number = stops_number(track, i);
		if (number)
			fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" class=\"which\">%zu</text>\n",
				x, chart->top - 3, number);
	}
}

/* Headline, and which line is what, to its right. */
static void chart_put_head(const struct chart *chart, const struct track_chart *data)
{
	FILE *file = chart->page->file;
	double x = CHART_LEFT + CHART_WIDTH - 200;
	char title[64];
	size_t l;

	snprintf(title, sizeof(title), "%s, %s", data->title, data->unit);
	page_put_text(file, CHART_LEFT, chart->top - 16, "heading", title);
	for (l = data->series_count; data->series_count > 1 && l--; x -= 200) {
		fprintf(file,
			"<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			data->series[l].class, x, chart->top - 20, x + 40, chart->top - 20);
		page_put_text(file, x + 48, chart->top - 16, "label", data->series[l].name);
	}
}

void charts_put(const struct page *page, double y)
{
	const struct track *track = page->track;
	struct chart chart = { .page = page, .top = y + 40 };
	size_t i, l;

	chart_fit_time(&chart, track);
	for (i = 0; i < track->chart_count; i++, chart.top += CHART_PITCH) {
		const struct track_chart *data = &track->charts[i];
		double step = chart_fit_values(&chart, data);

		fprintf(page->file, "<g id=\"%s\">\n", data->id);
		chart_put_head(&chart, data);
		chart_put_axes(&chart, step, i + 1 == track->chart_count);
		chart_put_stops(&chart);
		for (l = 0; l < data->series_count; l++)
			chart_put_series(&chart, &data->series[l]);
		fputs("</g>\n", page->file);
	}
}

double charts_height(const struct track *track)
{
	return track->chart_count ? (double)track->chart_count * CHART_PITCH + 20 : 0;
}
