/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording as roverctl record writes it, read as far as it can be read
 *
 * It is text: one JSON object a line. The first line says what it is and which
 * rover it was; then come samples ("sample": number) and events ("event": word,
 * as the verb watch prints them); the last one is the event "end". Units are in
 * the names, times are nanoseconds of CLOCK_MONOTONIC. Later versions may add
 * keys and events; what changes the meaning of those that are there is another
 * RECORDING_VERSION.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_RECORDING_H
#define ROVERCTL_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "device.h"

#define RECORDING_FORMAT	"rover recording"
#define RECORDING_VERSION	1

/* Longer than any line of a recording. */
#define RECORDING_LINE_MAX	8192

struct recording_wheel {
	int64_t count;
	double speed_mm_s;
	double target_mm_s;
	int duty_permille;
};

/**
 * struct recording_sample - the rover at one instant
 * @time_ns: when
 * @x_mm: pose
 * @y_mm: likewise
 * @heading_rad: likewise
 * @left: wheels
 * @right: likewise
 * @range_mm: of the last measurement, NAN if it had none
 * @range_ns: when that was made, 0 if none was
 * @braking: at rest: motors shorted
 * @has_drive: targets and duties are there
 */
struct recording_sample {
	int64_t time_ns;
	double x_mm;
	double y_mm;
	double heading_rad;
	struct recording_wheel left;
	struct recording_wheel right;
	double range_mm;
	int64_t range_ns;
	bool braking;
	bool has_drive;
};

/**
 * struct recording_stop - an event that tells of a stop
 * @time_ns: when
 * @range_mm: what the sonar saw, NAN if it was not for that
 * @reason: as in sysfs
 * @mode: coast, brake or hold
 */
struct recording_stop {
	int64_t time_ns;
	double range_mm;
	char reason[16];
	char mode[16];
};

/**
 * struct recording - what could be read
 * @version: of the format
 * @board: of the rover
 * @device: its node, then
 * @time_ns: when it began
 * @realtime_ns: likewise, of CLOCK_REALTIME
 * @has_encoders: counts and speeds are measured
 * @count_mm: way of a wheel for each count, 0 without encoders
 * @samples: in the order of the lines
 * @stops: likewise
 * @events: how many there are, stops too
 * @lost: samples and events that were not recorded
 * @lines: read
 * @bad_lines: that are no line of a recording
 * @bad_line: number of the first of them
 * @is_cut: the last line is not whole
 * @is_ended: its last line is there
 */
struct recording {
	int64_t version;
	char board[64];
	char device[64];
	int64_t time_ns;
	int64_t realtime_ns;
	bool has_encoders;
	double count_mm;
	struct recording_sample *samples;
	size_t sample_count, sample_room;
	struct recording_stop *stops;
	size_t stop_count, stop_room;
	size_t events;
	int64_t lost;
	size_t lines;
	size_t bad_lines;
	size_t bad_line;
	bool is_cut;
	bool is_ended;
};

/**
 * recording_read() - read all that is readable
 * @recording: filled in
 * @name: of a file, or "-" for standard input
 * @failure: says why nothing is readable
 *
 * Return: true if it is a recording, whole or not; recording_free() undoes it.
 */
bool recording_read(struct recording *recording, const char *name, struct failure *failure);
void recording_free(struct recording *recording);

/**
 * recording_is_whole() - is all of it there, and understood?
 * @recording: as read
 * @name: of the file
 * @failure: says what is missing
 */
bool recording_is_whole(const struct recording *recording, const char *name,
			struct failure *failure);

#endif
