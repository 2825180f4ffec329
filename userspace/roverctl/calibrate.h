/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verb calibrate: what its parts share
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_CALIBRATE_H
#define ROVERCTL_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/rover.h>

#include "device.h"

/**
 * struct calibrated_axis - a servo, as the properties of the device tree describe it
 * @is_known: it was calibrated
 * @range_mdeg: its stops, the lesser first
 * @pulse_us: the pulses that turn it there
 */
struct calibrated_axis {
	bool is_known;
	int32_t range_mdeg[2];
	uint32_t pulse_us[2];
};

/**
 * struct calibration - what has been found out so far
 * @device: opened for writing, O_NONBLOCK
 * @counts_per_revolution: what is set, until it was measured
 * @circumference_um: likewise
 * @track_um: likewise
 * @has_counts: it was measured
 * @has_circumference: likewise
 * @has_track: likewise
 * @pan: the head
 * @tilt: likewise
 */
struct calibration {
	struct device device;
	int64_t counts_per_revolution;
	int64_t circumference_um;
	int64_t track_um;
	bool has_counts;
	bool has_circumference;
	bool has_track;
	struct calibrated_axis pan;
	struct calibrated_axis tilt;
};

/*
 * calibrate_ask.c: a dialogue, questions on stderr and answers on stdin. Each returns
 * false when the user has had enough (q, end of input, a signal): *failure says so.
 */
bool __printf(2, 3)
ask_enter(struct failure *failure, const char *text, ...);
bool ask_yes(struct failure *failure, bool *yes, const char *text);
/* A number with up to three places, in thousandths; asks until it is in range. */
bool ask_number(struct failure *failure, const char *text, const char *unit, long min, long max,
		long preset, long *milli);
/* A line of text, without its end; empty if only Enter was pressed. */
bool ask_line(struct failure *failure, char *line, size_t size, const char *text);
void ask_give_up(struct failure *failure);

/* calibrate_drive.c: the way that the wheels have gone, in counts, both directions positive. */
struct calibrate_way {
	int64_t left;
	int64_t right;
};

/*
 * Drive a MOVE or TURN to its end and wait until the wheels rest. Any line from the user
 * ends it early, with the rover braked.
 */
bool calibrate_drive(struct calibration *calibration, unsigned long request, int64_t way,
		     int64_t speed, struct calibrate_way *gone, struct failure *failure);
bool calibrate_counts_now(struct calibration *calibration, int64_t *left, int64_t *right,
			  struct failure *failure);

/* The steps. */
bool calibrate_counts(struct calibration *calibration, struct failure *failure);
bool calibrate_circumference(struct calibration *calibration, struct failure *failure);
bool calibrate_track(struct calibration *calibration, struct failure *failure);
bool calibrate_head(struct calibration *calibration, struct failure *failure);

#endif
