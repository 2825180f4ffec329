// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb plot: a recording as a picture; needs no rover
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "command.h"
#include "output.h"
#include "recording.h"
#include "track.h"

/* Steps that nobody can see only make the file big. */
#define PLOT_STEP_MM	1.0

/* A wheel that was not measured for so long: the line has a gap. */
#define PLOT_GAP_S	0.25

static const char *file_name, *svg_name = "-";

static double plot_time_s(const struct recording *recording, int64_t time_ns)
{
	return (double)(time_ns - recording->time_ns) / NS_PER_S;
}

/* Where the rover was at that time: at the last sample before it. */
static const struct recording_sample *plot_at(const struct recording *recording, int64_t time_ns)
{
	size_t low = 0, high = recording->sample_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (recording->samples[middle].time_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return recording->sample_count ? &recording->samples[low ? low - 1 : 0] : NULL;
}

static bool plot_path(const struct recording *recording, struct track *track)
{
	double last_x = HUGE_VAL, last_y = HUGE_VAL;
	size_t i;

	for (i = 0; i < recording->sample_count; i++) {
		const struct recording_sample *sample = &recording->samples[i];

		if (i + 1 < recording->sample_count &&
		    hypot(sample->x_mm - last_x, sample->y_mm - last_y) < PLOT_STEP_MM)
			continue;
		if (!track_line_add(&track->counted_path, sample->x_mm, sample->y_mm))
			return false;
		last_x = sample->x_mm;
		last_y = sample->y_mm;
	}
	return true;
}

static bool plot_stops(const struct recording *recording, struct track *track)
{
	size_t i;

	for (i = 0; i < recording->stop_count; i++) {
		const struct recording_stop *told = &recording->stops[i];
		const struct recording_sample *sample = plot_at(recording, told->time_ns);
		struct track_stop stop = { .time_s = plot_time_s(recording, told->time_ns) };
		char range[32] = "";

		if (!sample)
			break;
		stop.at = (struct track_point) { sample->x_mm, sample->y_mm };
		stop.heading_rad = sample->heading_rad;
		snprintf(stop.reason, sizeof(stop.reason), "%s", told->reason);
		if (isfinite(told->range_mm))
			snprintf(range, sizeof(range), ", %.0f mm ahead", told->range_mm);
		snprintf(stop.label, sizeof(stop.label), "%.3f s, at %.0f, %.0f mm, %s%s",
			 stop.time_s, sample->x_mm, sample->y_mm, told->mode, range);
		if (!track_stop_add(track, &stop))
			return false;
	}
	return true;
}

/* A rover that was parked meanwhile has no samples: no line leads across that. */
static bool series_add(struct track_series *series, double time_s, double value)
{
	const struct track_line *line = &series->line;

	if (line->count && time_s - line->points[line->count - 1].x_mm > PLOT_GAP_S &&
	    !track_line_add(&series->line, time_s, NAN))
		return false;
	return track_line_add(&series->line, time_s, value);
}

static bool recording_regulates(const struct recording *recording)
{
	size_t i;

	for (i = 0; i < recording->sample_count; i++)
		if (recording->samples[i].left.target_mm_s != 0 ||
		    recording->samples[i].right.target_mm_s != 0)
			return true;
	return false;
}

static bool plot_speeds(const struct recording *recording, struct track *track)
{
	struct track_chart *left = &track->charts[0], *right = &track->charts[1];
	bool regulates = recording_regulates(recording);
	size_t i;

	*left = (struct track_chart) {
		.id = "left-speed", .title = "Left wheel", .unit = "mm/s",
		.series = { { .name = "measured", .class = "measured" },
			    { .name = "target", .class = "target" } },
		.series_count = regulates ? 2 : 1,
	};
	*right = *left;
	right->id = "right-speed";
	right->title = "Right wheel";
	track->chart_count = 2;
	for (i = 0; i < recording->sample_count; i++) {
		const struct recording_sample *sample = &recording->samples[i];
		double time_s = plot_time_s(recording, sample->time_ns);

		if (!series_add(&left->series[0], time_s, sample->left.speed_mm_s) ||
		    !series_add(&right->series[0], time_s, sample->right.speed_mm_s))
			return false;
		if (!regulates || !sample->has_drive)
			continue;
		if (!series_add(&left->series[1], time_s, sample->left.target_mm_s) ||
		    !series_add(&right->series[1], time_s, sample->right.target_mm_s))
			return false;
	}
	return true;
}

/* Each measurement once; one without a distance interrupts the line. */
static bool plot_range(const struct recording *recording, struct track *track)
{
	struct track_chart *chart = &track->charts[track->chart_count];
	int64_t last_ns = 0;
	size_t i;

	*chart = (struct track_chart) {
		.id = "range", .title = "Sonar", .unit = "mm",
		.series = { { .name = "range", .class = "range" } },
		.series_count = 1,
	};
	for (i = 0; i < recording->sample_count; i++) {
		const struct recording_sample *sample = &recording->samples[i];
		double time_s = plot_time_s(recording, sample->range_ns);

		if (sample->range_ns <= last_ns)
			continue;
		last_ns = sample->range_ns;
		if (time_s >= 0 &&
		    !track_line_add(&chart->series[0].line, time_s, sample->range_mm))
			return false;
	}
	if (chart->series[0].line.count)
		track->chart_count++;
	return true;
}

static bool plot_build(const struct recording *recording, struct track *track)
{
	return plot_path(recording, track) && plot_stops(recording, track) &&
	       (!recording->has_encoders || plot_speeds(recording, track)) &&
	       plot_range(recording, track);
}

static void plot_subtitle(const struct recording *recording, bool is_whole, char *text,
			  size_t size)
{
	time_t seconds = (time_t)(recording->realtime_ns / NS_PER_S);
	size_t count = recording->sample_count;
	char date[32] = "";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S UTC, ", &utc);
	snprintf(text, size, "%s%.1f s, %zu samples, %zu stops%s%s", date,
		 count ? plot_time_s(recording, recording->samples[count - 1].time_ns) : 0.0,
		 count, recording->stop_count, recording->lost ? ", some were lost" : "",
		 is_whole ? "" : ". Not whole!");
}

/* Only what can be drawn makes a file. */
static bool plot_write(const struct track *track, struct failure *failure)
{
	bool is_stdout = !strcmp(svg_name, "-");
	bool done = is_stdout ? track_print_svg(track, stdout) :
				track_write_svg(track, svg_name);

	if (!done)
		failure_set(failure, errno, NULL, "%s: %s",
			    is_stdout ? "standard output" : svg_name, strerror(errno));
	return done;
}

static bool plot_draw(const struct recording *recording, bool is_whole, struct failure *failure)
{
	char title[sizeof(recording->device) + sizeof(recording->board) + 8], subtitle[128];
	struct track track = { .title = title, .subtitle = subtitle };
	bool done;

	snprintf(title, sizeof(title), "%s, %s", recording->device, recording->board);
	plot_subtitle(recording, is_whole, subtitle, sizeof(subtitle));
	done = plot_build(recording, &track);
	if (!done)
		failure_set(failure, ENOMEM, NULL, "no memory for the picture");
	done = done && plot_write(&track, failure);
	track_free(&track);
	return done;
}

static int plot_run(const struct context *context, const struct command *command)
{
	struct context quiet = *context;
	struct failure failure, missing;
	struct recording recording;
	bool is_whole;

	(void)command;
	/* Standard output is the picture's alone. */
	quiet.json &= !!strcmp(svg_name, "-");
	if (!recording_read(&recording, file_name, &failure))
		return output_failure(&quiet, &failure);
	is_whole = recording_is_whole(&recording, file_name, &missing);
	if (!plot_draw(&recording, is_whole, &failure)) {
		recording_free(&recording);
		return output_failure(&quiet, &failure);
	}
	recording_free(&recording);
	if (!is_whole)
		return output_failure(&quiet, &missing);
	if (quiet.json)
		output_json(output_result(&quiet, true));
	return EXIT_DONE;
}

static const struct argument plot_values[] = {
	{ .name = "FILE", .help = "as record wrote it; - is standard input", .text = &file_name },
	{ 0 }
};

static const struct argument plot_options[] = {
	{ .name = "output", .letter = 'o', .placeholder = "FILE", .text = &svg_name,
	  .help = "where to draw; standard output if not given" },
	{ 0 }
};

static const char plot_details[] =
	"Draws a recording as SVG: where the rover went, its stops with their reasons,\n"
	"and over time speeds, targets and range. It needs no rover. Of a recording that\n"
	"is damaged, cut off, or of another version it draws what it can read, says what\n"
	"is missing, and exits 1.\n";

static const struct command plot_commands[] = {
	{
		.name = "plot",
		.summary = "draw a recording: plot FILE [-o FILE.svg]",
		.details = plot_details,
		.values = plot_values,
		.options = plot_options,
		.run = plot_run,
	},
	{ 0 }
};

COMMANDS(plot_commands);
