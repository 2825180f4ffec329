/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording while it is written: whole lines, each of them at once
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_RECORDING_WRITE_H
#define ROVERCTL_RECORDING_WRITE_H

#include <json-c/json.h>

#include "device.h"

/**
 * struct recording_file - where it goes, and what is there
 * @name: for messages
 * @fd: the file
 * @is_ours: it was made here, and has only whole lines in it
 * @bytes: of whole lines so far
 * @samples: among them
 * @events: likewise
 * @time_ns: of the last of them
 */
struct recording_file {
	const char *name;
	int fd;
	bool is_ours;
	int64_t bytes;
	uint64_t samples;
	uint64_t events;
	uint64_t time_ns;
};

/**
 * recording_create() - begin a recording
 * @file: filled in
 * @name: of a file to write anew, or "-" for standard output
 * @failure: says why on failure
 *
 * Return: true on success; recording_close() undoes it.
 */
bool recording_create(struct recording_file *file, const char *name, struct failure *failure);

/* Return: false, with the reason, if not all of it has reached the file. */
bool recording_close(struct recording_file *file, struct failure *failure);

/*
 * Each writes one line, or says why it could not, and what is there; then the
 * file ends with the line before, if that can be brought about.
 */
bool recording_put_head(struct recording_file *file, const struct device *device,
			const struct rover_snapshot *snapshot, uint32_t tick_us,
			const char *source, struct failure *failure);
bool recording_put_sample(struct recording_file *file, uint64_t number,
			  const struct rover_sample *sample, bool has_drive,
			  struct failure *failure);
bool recording_put_event(struct recording_file *file, struct json_object *event, uint64_t time_ns,
			 struct failure *failure);

/* Samples that the ring did not hold long enough. */
bool recording_put_lost(struct recording_file *file, uint64_t time_ns, uint64_t samples,
			struct failure *failure);

/* The last line: whoever reads it knows that nothing is missing. */
bool recording_put_end(struct recording_file *file, const char *ended, struct failure *failure);

#endif
