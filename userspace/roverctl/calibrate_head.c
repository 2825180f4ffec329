// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The step of calibrate that finds the servos' stops and pulses
 *
 * The user moves each servo to four places: straight ahead, a known angle, both
 * stops. The first two tell what an angle of the driver really is, the others how
 * far it may go. The driver never goes beyond the stops that it was told.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "calibrate.h"
#include "numbers.h"
#include "output.h"

/* What is compared with a set square, if the servo goes so far. */
#define HEAD_KNOWN_DEG		45

/* Of the driver: kmod/board_head.c. */
static const uint32_t pan_preset_us[] = { 650, 2100 };
static const uint32_t tilt_preset_us[] = { 1750, 740 };

struct head_axis {
	const char *name;
	uint32_t flag;
	const char *positive;
	const char *negative;
	const uint32_t *preset_us;
};

static const struct head_axis pan_axis = {
	"pan", ROVER_LOOK_PAN, "to the left", "to the right", pan_preset_us,
};

static const struct head_axis tilt_axis = {
	"tilt", ROVER_LOOK_TILT, "up", "down", tilt_preset_us,
};

/* The stops as they are set. */
static void head_range_mdeg(const struct device *device, const struct head_axis *axis,
			    double range_mdeg[2])
{
	const struct rover_info *info = &device->info;
	bool is_pan = axis->flag == ROVER_LOOK_PAN;

	range_mdeg[0] = output_degrees(is_pan ? info->pan_min_urad : info->tilt_min_urad) * 1000;
	range_mdeg[1] = output_degrees(is_pan ? info->pan_max_urad : info->tilt_max_urad) * 1000;
}

/* The pulses as they are set: in the device tree, or the driver's own. */
static void head_pulses(const struct device *device, const struct head_axis *axis,
			uint32_t pulse_us[2])
{
	uint32_t cells[2];
	char path[128];
	FILE *file;

	pulse_us[0] = axis->preset_us[0];
	pulse_us[1] = axis->preset_us[1];
	snprintf(path, sizeof(path), "/sys/class/rover/rover%u/device/of_node/%s-pulse-us",
		 device->info.index, axis->name);
	file = fopen(path, "re");
	if (file && fread(cells, sizeof(cells[0]), 2, file) == 2) {
		pulse_us[0] = be32toh(cells[0]);
		pulse_us[1] = be32toh(cells[1]);
	} else {
		fprintf(stderr, "(Taken for granted: %s-pulse-us = <%u %u>, the driver's own.)\n",
			axis->name, pulse_us[0], pulse_us[1]);
	}
	if (file)
		fclose(file);
}

/* Return: false if it will not; the failure has been told. */
static bool head_look(struct calibration *calibration, const struct head_axis *axis, long mdeg,
		      struct failure *failure)
{
	struct rover_look look = {
		.pan_urad = (int)output_urad(mdeg),
		.tilt_urad = (int)output_urad(mdeg),
		.flags = axis->flag,
	};

	if (axis->flag == ROVER_LOOK_PAN)
		look.tilt_urad = 0;
	else
		look.pan_urad = 0;
	return device_call(&calibration->device, ROVER_IOC_LOOK, &look, failure);
}

/* Let the user move the servo from *mdeg until it is there; then that is where, to the driver. */
static bool head_find(struct calibration *calibration, const struct head_axis *axis,
		      const char *where, long *mdeg, struct failure *failure)
{
	double range_mdeg[2];
	char line[64];
	long wanted;

	if (!head_look(calibration, axis, *mdeg, failure))
		return false;
	head_range_mdeg(&calibration->device, axis, range_mdeg);
	fprintf(stderr, "Move the head (%s) until it looks %s.\n", axis->name, where);
	for (;;) {
		char prompt[96];

		snprintf(prompt, sizeof(prompt),
			 "Now at %.1f; another angle, or Enter if it is there",
			 (double)*mdeg / 1000);
		if (!ask_line(failure, line, sizeof(line), prompt))
			return false;
		if (!line[0])
			return true;
		if (!number_parse_milli(line, -180, 180, &wanted)) {
			fprintf(stderr, "'%s' is no angle: degrees, without a unit\n", line);
			continue;
		}
		if (head_look(calibration, axis, wanted, failure)) {
			*mdeg = wanted;
			continue;
		}
		if (failure->error != ERANGE)
			return false;
		fprintf(stderr, "The driver's own stops are at %.1f and %.1f: no further.\n",
			range_mdeg[0] / 1000, range_mdeg[1] / 1000);
		failure->error = 0;
	}
}

/* From the four places to the properties. */
static void head_solve(const double range_mdeg[2], const uint32_t pulse_us[2], long ahead,
		       long known, long known_real, const long stop[2],
		       struct calibrated_axis *result)
{
	double real_per_told = (double)known_real / (double)(known - ahead);
	double us_per_told = ((double)pulse_us[1] - pulse_us[0]) / (range_mdeg[1] - range_mdeg[0]);
	int i;

	for (i = 0; i < 2; i++) {
		/* Whole degrees, and not beyond what was seen. */
		double real = trunc((double)(stop[i] - ahead) * real_per_told / 1000) * 1000;
		double told = (double)ahead + real / real_per_told;

		result->range_mdeg[i] = (int32_t)real;
		result->pulse_us[i] = (uint32_t)lround(pulse_us[0] +
						       (told - range_mdeg[0]) * us_per_told);
	}
	result->is_known = true;
}

static bool head_axis(struct calibration *calibration, const struct head_axis *axis,
		      struct calibrated_axis *result, struct failure *failure)
{
	long ahead = 0, known, known_real, stop[2];
	uint32_t pulse_us[2];
	double range_mdeg[2];
	char where[64];

	head_range_mdeg(&calibration->device, axis, range_mdeg);
	head_pulses(&calibration->device, axis, pulse_us);
	if (!head_find(calibration, axis, "straight ahead", &ahead, failure))
		return false;

	known_real = HEAD_KNOWN_DEG * 1000;
	if (known_real > range_mdeg[1] * 3 / 4)
		known_real = (long)(range_mdeg[1] * 3 / 4000) * 1000;
	snprintf(where, sizeof(where), "%ld degrees %s, by a set square", known_real / 1000,
		 axis->positive);
	known = ahead;
	do {
		if (!head_find(calibration, axis, where, &known, failure))
			return false;
		if (known <= ahead)
			fprintf(stderr, "That is not %s of straight ahead.\n", axis->positive);
	} while (known <= ahead);

	stop[1] = known;
	snprintf(where, sizeof(where), "as far %s as it can without touching", axis->positive);
	if (!head_find(calibration, axis, where, &stop[1], failure))
		return false;
	stop[0] = ahead;
	snprintf(where, sizeof(where), "as far %s as it can without touching", axis->negative);
	if (!head_find(calibration, axis, where, &stop[0], failure))
		return false;
	head_solve(range_mdeg, pulse_us, ahead, known, known_real, stop, result);
	return true;
}

bool calibrate_head(struct calibration *calibration, struct failure *failure)
{
	uint64_t capabilities = calibration->device.info.capabilities;

	fprintf(stderr, "\n== The head ==\n"
		"Small steps near the stops: a servo that pushes against one burns out.\n");
	if ((capabilities & ROVER_CAP_PAN) &&
	    !head_axis(calibration, &pan_axis, &calibration->pan, failure))
		return false;
	return !(capabilities & ROVER_CAP_TILT) ||
	       head_axis(calibration, &tilt_axis, &calibration->tilt, failure);
}
