// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb calibrate: measure this rover's wheels and head, by guided runs
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calibrate.h"
#include "command.h"
#include "interrupt.h"
#include "output.h"

static const char *step_name;

/**
 * struct step - one thing to measure
 * @name: as typed
 * @needs: ROVER_CAP_*, any of them
 * @lacks: what a rover without them is told
 * @run: false when it failed or the user gave up
 */
struct step {
	const char *name;
	uint64_t needs;
	const char *lacks;
	bool (*run)(struct calibration *calibration, struct failure *failure);
};

static const struct step steps[] = {
	{ "counts", ROVER_CAP_ENCODERS, "encoders", calibrate_counts },
	{ "circumference", ROVER_CAP_ENCODERS, "encoders", calibrate_circumference },
	{ "track", ROVER_CAP_ENCODERS, "encoders", calibrate_track },
	{ "head", ROVER_CAP_PAN | ROVER_CAP_TILT, "head", calibrate_head },
};

/* The overlays that are not named as their board. */
static const struct {
	const char *board;
	const char *overlay;
} overlays[] = {
	{ "camjam,edukit3", "camjam-edukit3" },
	{ "monkmakes,raspirobot-v4", "raspirobot4" },
	{ "pololu,drv8835-dual-rpi", "pololu-drv8835" },
	{ "pololu,dual-g2-rpi", "pololu-dual-g2" },
	{ "raspirobot,board-v3", "raspirobot3" },
	{ "ryanteck,mcb", "ryanteck-mcb" },
};

static const char *overlay_name(const char *board)
{
	const char *comma = strchr(board, ',');
	size_t i;

	for (i = 0; i < ARRAY_SIZE(overlays); i++)
		if (!strcmp(overlays[i].board, board))
			return overlays[i].overlay;
	return comma ? comma + 1 : board;
}

/* "dtoverlay=robohat,cpr=36,circumference=174000": what was measured. */
static void overlay_line(const struct calibration *calibration, char *line, size_t size)
{
	const struct {
		bool is_known;
		const char *name;
		int64_t value;
	} parameters[] = {
		{ calibration->has_counts, "cpr", calibration->counts_per_revolution },
		{ calibration->has_circumference, "circumference", calibration->circumference_um },
		{ calibration->has_track, "track", calibration->track_um },
	};
	size_t i, length;

	length = (size_t)snprintf(line, size, "dtoverlay=%s",
				  overlay_name(calibration->device.info.board));
	for (i = 0; i < ARRAY_SIZE(parameters); i++)
		if (parameters[i].is_known)
			length += (size_t)snprintf(line + length, size - length, ",%s=%" PRId64,
						   parameters[i].name, parameters[i].value);
}

static void print_axis(const char *name, const struct calibrated_axis *axis)
{
	if (!axis->is_known)
		return;
	printf("%s-range-millidegrees = <(%d) %d>;\n", name, axis->range_mdeg[0],
	       axis->range_mdeg[1]);
	printf("%s-pulse-us = <%u %u>;\n", name, axis->pulse_us[0], axis->pulse_us[1]);
}

static bool has_wheels(const struct calibration *calibration)
{
	return calibration->has_counts || calibration->has_circumference || calibration->has_track;
}

static void calibrate_print(const struct calibration *calibration)
{
	char line[160];

	overlay_line(calibration, line, sizeof(line));
	if (has_wheels(calibration)) {
		fprintf(stderr, "\nFor config.txt, on the line of the overlay; it counts from "
			"the next boot on:\n");
		printf("%s\n", line);
	}
	if (calibration->pan.is_known || calibration->tilt.is_known)
		fprintf(stderr, "\nFor the node rover in the overlay's source:\n");
	print_axis("pan", &calibration->pan);
	print_axis("tilt", &calibration->tilt);
}

static void add_pair(struct json_object *object, const char *axis, const char *name, int64_t first,
		     int64_t second)
{
	struct json_object *pair = json_object_new_array();
	char key[32];

	json_object_array_add(pair, json_object_new_int64(first));
	json_object_array_add(pair, json_object_new_int64(second));
	snprintf(key, sizeof(key), "%s_%s", axis, name);
	json_object_object_add(object, key, pair);
}

static void add_axis(struct json_object *object, const char *name,
		     const struct calibrated_axis *axis)
{
	if (!axis->is_known)
		return;
	add_pair(object, name, "range_mdeg", axis->range_mdeg[0], axis->range_mdeg[1]);
	add_pair(object, name, "pulse_us", axis->pulse_us[0], axis->pulse_us[1]);
}

static void calibrate_json(const struct context *context, const struct calibration *calibration)
{
	struct json_object *object = output_result(context, true);
	char line[160];

	if (calibration->has_counts)
		json_object_object_add(object, "counts_per_revolution",
				       json_object_new_int64(calibration->counts_per_revolution));
	if (calibration->has_circumference)
		json_object_object_add(object, "circumference_um",
				       json_object_new_int64(calibration->circumference_um));
	if (calibration->has_track)
		json_object_object_add(object, "track_um",
				       json_object_new_int64(calibration->track_um));
	overlay_line(calibration, line, sizeof(line));
	if (has_wheels(calibration))
		json_object_object_add(object, "overlay", json_object_new_string(line));
	add_axis(object, "pan", &calibration->pan);
	add_axis(object, "tilt", &calibration->tilt);
	output_json(object);
}

/* "wheels" are the first three, each of which uses the one before it. */
static bool step_is_meant(const struct step *step)
{
	return !step_name || !strcmp(step_name, step->name) ||
	       (!strcmp(step_name, "wheels") && (step->needs & ROVER_CAP_ENCODERS));
}

/* All that this rover has, or the one that is named. */
static bool calibrate_steps(struct calibration *calibration, struct failure *failure)
{
	uint64_t capabilities = calibration->device.info.capabilities;
	bool is_any = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!step_is_meant(&steps[i]))
			continue;
		if (!(capabilities & steps[i].needs)) {
			if (!step_name)
				continue;
			failure_set(failure, ENODATA, "see what it has: roverctl status",
				    "this board (%s) has no %s", calibration->device.info.board,
				    steps[i].lacks);
			return false;
		}
		is_any = true;
		if (!steps[i].run(calibration, failure))
			return false;
	}
	if (!is_any)
		failure_set(failure, ENODATA, "see what it has: roverctl status",
			    "this board (%s) has neither encoders nor a head",
			    calibration->device.info.board);
	return is_any;
}

static bool step_exists(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (step_is_meant(&steps[i]))
			return true;
	fprintf(stderr, "roverctl: calibrate: there is no step '%s': counts, circumference, track, "
		"wheels or head\nSee: roverctl calibrate --help\n", step_name);
	return false;
}

static int calibrate_run(const struct context *context, const struct command *command)
{
	struct calibration calibration = { 0 };
	struct failure failure = { 0 };
	bool done;

	(void)command;
	if (!step_exists())
		return EXIT_USAGE;
	if (!device_open(&calibration.device, context->node, O_RDWR | O_NONBLOCK, &failure))
		return output_failure(context, &failure);
	calibration.counts_per_revolution = calibration.device.info.counts_per_revolution;
	calibration.circumference_um = calibration.device.info.wheel_circumference_um;
	calibration.track_um = calibration.device.info.track_width_um;

	interrupt_catch();
	done = calibrate_steps(&calibration, &failure);
	device_close(&calibration.device);
	if (!done)
		return output_failure(context, &failure);
	if (context->json)
		calibrate_json(context, &calibration);
	else
		calibrate_print(&calibration);
	return EXIT_DONE;
}

static const struct argument calibrate_values[] = {
	{ .name = "STEP", .optional = true, .text = &step_name,
	  .help = "counts, circumference, track, wheels (these three) or head; all if not given" },
	{ 0 }
};

static const char calibrate_details[] =
	"Asks you through what this rover's description should say, and prints it as\n"
	"parameters of the overlay and properties of its source. The questions are on\n"
	"stderr, the result on stdout:\n"
	"\n"
	"  counts         turn each wheel by hand, some times round\n"
	"  circumference  it drives a way, you measure with a tape\n"
	"  track          it spins on the spot, you look how far\n"
	"  head           move each servo straight ahead, to a known angle, to its stops\n"
	"\n"
	"Each step uses what those before it have found. While it drives, Enter stops it;\n"
	"q, Ctrl-C or the end of input give up at any question: the rover stands, nothing\n"
	"was changed, and this exits 1. The driver reads these values when it binds; none\n"
	"of them can be set while it runs.\n";

static const struct command calibrate_commands[] = {
	{
		.name = "calibrate",
		.summary = "measure wheels and head for the overlay, by guided runs",
		.details = calibrate_details,
		.values = calibrate_values,
		.run = calibrate_run,
	},
	{ 0 }
};

COMMANDS(calibrate_commands);
