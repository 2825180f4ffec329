// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recording while it is written: whole lines, each of them at once
 *
 * Nothing is held back, so that a kill loses at most the line that is being
 * written. A disk that is full is told with what was kept.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "names.h"
#include "output.h"
#include "recording.h"
#include "recording_write.h"

bool recording_create(struct recording_file *file, const char *name, struct failure *failure)
{
	struct stat status;

	*file = (struct recording_file) { .name = name, .fd = STDOUT_FILENO };
	if (!strcmp(name, "-")) {
		file->name = "standard output";
		return true;
	}
	file->fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file->fd < 0) {
		failure_set(failure, errno, NULL, "cannot write %s: %s", name, strerror(errno));
		return false;
	}
	file->is_ours = !fstat(file->fd, &status) && S_ISREG(status.st_mode);
	return true;
}

/* The disk is full, or the like: end with the last whole line, and say what there is. */
static void recording_explain(struct recording_file *file, int error, struct failure *failure)
{
	bool is_whole = file->is_ours && !ftruncate(file->fd, file->bytes);

	failure_set(failure, error, "plot and replay read what was kept",
		    "%s: %s; kept: %" PRIu64 " samples and %" PRIu64 " events%s", file->name,
		    strerror(error), file->samples, file->events,
		    is_whole ? ", the last one whole" : "");
}

bool recording_close(struct recording_file *file, struct failure *failure)
{
	int result;

	if (file->fd == STDOUT_FILENO)
		return true;
	result = close(file->fd);
	file->fd = -1;
	if (result)
		failure_set(failure, errno, NULL, "%s: %s", file->name, strerror(errno));
	return !result;
}

static bool recording_write(struct recording_file *file, const char *text, size_t length,
			    struct failure *failure)
{
	size_t done = 0;

	while (done < length) {
		ssize_t result = write(file->fd, text + done, length - done);

		if (result < 0 && errno == EINTR)
			continue;
		if (result < 0) {
			recording_explain(file, errno, failure);
			return false;
		}
		done += (size_t)result;
	}
	file->bytes += (int64_t)length;
	return true;
}

/* Takes the object. */
static bool recording_put(struct recording_file *file, struct json_object *object,
			  uint64_t time_ns, struct failure *failure)
{
	char line[RECORDING_LINE_MAX];
	const char *text;
	size_t length;
	bool done;

	text = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN |
						 JSON_C_TO_STRING_NOSLASHESCAPE, &length);
	if (!text || length + 1 > sizeof(line)) {
		failure_set(failure, ENOMEM, NULL, "no memory for a line");
		json_object_put(object);
		return false;
	}
	memcpy(line, text, length);
	line[length++] = '\n';
	done = recording_write(file, line, length, failure);
	if (done)
		file->time_ns = time_ns;
	json_object_put(object);
	return done;
}

static void add_word(struct json_object *object, const char *key, const char *word)
{
	json_object_object_add(object, key, json_object_new_string(word));
}

static void add_number(struct json_object *object, const char *key, uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

static void add_flag(struct json_object *object, const char *key, uint32_t flag)
{
	json_object_object_add(object, key, json_object_new_boolean(!!flag));
}

static struct json_object *head_rover(const struct device *device)
{
	const struct rover_info *info = &device->info;
	struct json_object *object = json_object_new_object();

	add_word(object, "device", device->node);
	add_number(object, "index", info->index);
	add_number(object, "abi_version", info->abi_version);
	add_word(object, "board", info->board);
	add_flag(object, "encoders", info->capabilities & ROVER_CAP_ENCODERS);
	add_flag(object, "inferred_direction", info->capabilities & ROVER_CAP_INFERRED);
	add_flag(object, "sonar", info->capabilities & ROVER_CAP_SONAR);
	add_number(object, "counts_per_revolution", info->counts_per_revolution);
	json_object_object_add(object, "wheel_circumference_mm",
			       output_milli(info->wheel_circumference_um));
	json_object_object_add(object, "track_width_mm", output_milli(info->track_width_um));
	json_object_object_add(object, "speed_max_mm_s", output_milli(info->speed_max_um_s));
	return object;
}

bool recording_put_head(struct recording_file *file, const struct device *device,
			const struct rover_snapshot *snapshot, uint32_t tick_us,
			const char *source, struct failure *failure)
{
	struct json_object *object = json_object_new_object();

	add_word(object, "format", RECORDING_FORMAT);
	add_number(object, "version", RECORDING_VERSION);
	add_number(object, "time_ns", snapshot->time_ns);
	add_number(object, "realtime_ns", snapshot->realtime_ns);
	add_word(object, "source", source);
	add_number(object, "tick_us", tick_us);
	add_number(object, "deadman_ms", snapshot->deadman_ms);
	json_object_object_add(object, "guard_mm", output_milli(snapshot->guard_um));
	add_word(object, "state", name_state(snapshot->state));
	add_word(object, "motion", name_motion(snapshot->motion));
	json_object_object_add(object, "rover", head_rover(device));
	return recording_put(file, object, snapshot->time_ns, failure);
}

static struct json_object *sample_wheel(int64_t count, int32_t speed_um_s, int32_t target_um_s,
					int32_t duty_permille, bool has_drive)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "count", json_object_new_int64(count));
	json_object_object_add(object, "speed_mm_s", output_milli(speed_um_s));
	if (has_drive) {
		json_object_object_add(object, "target_mm_s", output_milli(target_um_s));
		json_object_object_add(object, "duty_permille", json_object_new_int(duty_permille));
	}
	return object;
}

static struct json_object *sample_range(const struct rover_sample *sample)
{
	struct json_object *object = json_object_new_object();

	add_word(object, "status", name_range(sample->range_status));
	if (sample->range_status == ROVER_RANGE_VALID)
		json_object_object_add(object, "range_mm", output_milli(sample->range_um));
	add_number(object, "time_ns", sample->range_time_ns);
	return object;
}

static struct json_object *sample_sensors(uint32_t sensors)
{
	struct json_object *array = json_object_new_array();
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (sensors & (1U << i))
			json_object_array_add(array, json_object_new_string(name_sensor(i)));
	return array;
}

bool recording_put_sample(struct recording_file *file, uint64_t number,
			  const struct rover_sample *sample, bool has_drive,
			  struct failure *failure)
{
	struct json_object *object = json_object_new_object();

	add_number(object, "sample", number);
	add_number(object, "time_ns", sample->time_ns);
	json_object_object_add(object, "x_mm", output_milli(sample->x_um));
	json_object_object_add(object, "y_mm", output_milli(sample->y_um));
	json_object_object_add(object, "heading_deg", output_json_degrees(sample->heading_urad));
	json_object_object_add(object, "left",
			       sample_wheel(sample->left_count, sample->left_speed_um_s,
					    sample->left_target_um_s, sample->left_duty_permille,
					    has_drive));
	json_object_object_add(object, "right",
			       sample_wheel(sample->right_count, sample->right_speed_um_s,
					    sample->right_target_um_s, sample->right_duty_permille,
					    has_drive));
	if (sample->range_status != ROVER_RANGE_NONE)
		json_object_object_add(object, "range", sample_range(sample));
	add_word(object, "state", name_state(sample->state));
	if (has_drive) {
		add_word(object, "stop_reason", name_reason(sample->stop_reason));
		add_flag(object, "braking", sample->flags & ROVER_SNAPSHOT_BRAKING);
	}
	json_object_object_add(object, "sensors", sample_sensors(sample->sensors));
	if (!recording_put(file, object, sample->time_ns, failure))
		return false;
	file->samples++;
	return true;
}

bool recording_put_event(struct recording_file *file, struct json_object *event, uint64_t time_ns,
			 struct failure *failure)
{
	if (!recording_put(file, event, time_ns, failure))
		return false;
	file->events++;
	return true;
}

bool recording_put_lost(struct recording_file *file, uint64_t time_ns, uint64_t samples,
			struct failure *failure)
{
	struct json_object *object = json_object_new_object();

	add_number(object, "time_ns", time_ns);
	add_word(object, "event", "lost");
	add_number(object, "lost_samples", samples);
	return recording_put(file, object, time_ns, failure);
}

bool recording_put_end(struct recording_file *file, const char *ended, struct failure *failure)
{
	struct json_object *object = json_object_new_object();
	uint64_t now_ns = (uint64_t)clock_now_ns();

	add_number(object, "time_ns", now_ns);
	add_word(object, "event", "end");
	add_word(object, "ended", ended);
	add_number(object, "samples", file->samples);
	add_number(object, "events", file->events);
	return recording_put(file, object, now_ns, failure);
}
