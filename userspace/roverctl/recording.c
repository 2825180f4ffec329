// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recording as roverctl record writes it, read as far as it can be read
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "recording.h"

/*
 * What no rover reaches: a larger number is damage. The difference of two
 * integers is still one.
 */
#define NUMBER_MAX	1e12
#define INTEGER_MAX	(INT64_MAX / 2)

/* So much may be one line, which is none of a recording. */
#define RECORDING_SKIP_MAX	(16 << 20)

/*
 * What is wanted of a line, and whether it was there: a missing or strange value
 * spoils the line, not the program.
 */
struct line {
	struct json_object *object;
	bool is_bad;
};

static struct json_object *line_find(struct line *line, struct json_object *in, const char *key,
				     enum json_type type)
{
	struct json_object *found = NULL;

	if (!in || !json_object_object_get_ex(in, key, &found) ||
	    !json_object_is_type(found, type)) {
		line->is_bad = true;
		return NULL;
	}
	return found;
}

static int64_t line_integer(struct line *line, struct json_object *in, const char *key)
{
	struct json_object *found = line_find(line, in, key, json_type_int);
	int64_t integer = found ? json_object_get_int64(found) : 0;

	if (integer >= -INTEGER_MAX && integer <= INTEGER_MAX)
		return integer;
	line->is_bad = true;
	return 0;
}

/* With or without decimal places. */
static double line_number(struct line *line, struct json_object *in, const char *key)
{
	struct json_object *found = NULL;
	double number = NAN;

	if (in && json_object_object_get_ex(in, key, &found) &&
	    (json_object_is_type(found, json_type_double) ||
	     json_object_is_type(found, json_type_int)))
		number = json_object_get_double(found);
	if (!(fabs(number) <= NUMBER_MAX)) {
		line->is_bad = true;
		return 0;
	}
	return number;
}

static void line_word(struct line *line, struct json_object *in, const char *key, char *word,
		      size_t size)
{
	struct json_object *found = line_find(line, in, key, json_type_string);

	snprintf(word, size, "%s", found ? json_object_get_string(found) : "");
	/* A word goes to terminals and into pictures. */
	for (; *word; word++)
		if (*word < ' ' || *word > '~')
			*word = '?';
}

static bool line_has(struct line *line, const char *key)
{
	return json_object_object_get_ex(line->object, key, NULL);
}

/* One more place in an array that doubles; NULL if memory is short. */
static void *array_grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 256;
	void *grown;

	if (count < *room)
		return array;
	grown = reallocarray(array, more, size);
	if (grown)
		*room = more;
	return grown;
}

static void read_wheel(struct line *line, const char *side, struct recording_wheel *wheel,
		       bool *has_drive)
{
	struct json_object *object = line_find(line, line->object, side, json_type_object);

	wheel->count = line_integer(line, object, "count");
	wheel->speed_mm_s = line_number(line, object, "speed_mm_s");
	*has_drive = object && json_object_object_get_ex(object, "duty_permille", NULL);
	if (!*has_drive)
		return;
	wheel->target_mm_s = line_number(line, object, "target_mm_s");
	wheel->duty_permille = (int)line_integer(line, object, "duty_permille");
	if (wheel->duty_permille < -ROVER_DUTY_MAX || wheel->duty_permille > ROVER_DUTY_MAX)
		line->is_bad = true;
}

static void read_range(struct line *line, struct recording_sample *sample)
{
	struct json_object *range = NULL;

	sample->range_mm = NAN;
	if (!json_object_object_get_ex(line->object, "range", &range))
		return;
	sample->range_ns = line_integer(line, range, "time_ns");
	if (!line->is_bad && json_object_object_get_ex(range, "range_mm", NULL))
		sample->range_mm = line_number(line, range, "range_mm");
}

/* Return: false if memory is short. */
static bool read_sample(struct line *line, struct recording *recording)
{
	struct recording_sample sample = { 0 }, *samples;
	struct json_object *braking = NULL;
	bool left, right;

	sample.time_ns = line_integer(line, line->object, "time_ns");
	sample.x_mm = line_number(line, line->object, "x_mm");
	sample.y_mm = line_number(line, line->object, "y_mm");
	sample.heading_rad = line_number(line, line->object, "heading_deg") * M_PI / 180;
	read_wheel(line, "left", &sample.left, &left);
	read_wheel(line, "right", &sample.right, &right);
	sample.has_drive = left && right;
	read_range(line, &sample);
	if (json_object_object_get_ex(line->object, "braking", &braking))
		sample.braking = json_object_get_boolean(braking);
	if (line->is_bad)
		return true;
	samples = array_grow(recording->samples, recording->sample_count,
			     &recording->sample_room, sizeof(*samples));
	if (!samples)
		return false;
	recording->samples = samples;
	samples[recording->sample_count++] = sample;
	return true;
}

static bool read_stop(struct line *line, struct recording *recording)
{
	struct recording_stop stop = { .range_mm = NAN }, *stops;

	stop.time_ns = line_integer(line, line->object, "time_ns");
	line_word(line, line->object, "stop_reason", stop.reason, sizeof(stop.reason));
	line_word(line, line->object, "mode", stop.mode, sizeof(stop.mode));
	if (line_has(line, "range_mm"))
		stop.range_mm = line_number(line, line->object, "range_mm");
	if (line->is_bad)
		return true;
	stops = array_grow(recording->stops, recording->stop_count, &recording->stop_room,
			   sizeof(*stops));
	if (!stops)
		return false;
	recording->stops = stops;
	stops[recording->stop_count++] = stop;
	return true;
}

/* Events that are not known, as those of a later version, are counted. */
static bool read_event(struct line *line, struct recording *recording)
{
	char word[16];
	bool done = true;

	line_word(line, line->object, "event", word, sizeof(word));
	line_integer(line, line->object, "time_ns");
	if (!strcmp(word, "end")) {
		recording->is_ended = true;
		return true;
	}
	if (!strcmp(word, "stop"))
		done = read_stop(line, recording);
	if (line->is_bad)
		return done;
	if (!strcmp(word, "lost"))
		recording->lost += line_integer(line, line->object, line_has(line, "lost_samples") ?
						"lost_samples" : "lost");
	recording->events++;
	return done;
}

/* NULL if it is no object, or there is something after it. */
static struct json_object *line_parse(const char *text, size_t length)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, text, (int)length);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != length ||
	    !json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

/*
 * The next line without its end. A longer one than any is told by a length of
 * RECORDING_LINE_MAX, and the rest of it is still to be read.
 *
 * Return: false at the end of the file, or after an error.
 */
static bool line_get(FILE *file, char *text, size_t *length, bool *is_whole)
{
	int c = 0;

	*length = 0;
	while (*length < RECORDING_LINE_MAX && (c = getc(file)) != EOF && c != '\n')
		text[(*length)++] = (char)c;
	*is_whole = c == '\n';
	return *length || *is_whole;
}

/* What is left of a line that is too long; a file that is one line is given up. */
static bool line_skip(FILE *file)
{
	size_t left = RECORDING_SKIP_MAX;
	int c = 0;

	while (left-- && (c = getc(file)) != EOF && c != '\n')
		;
	return c == '\n';
}

static bool read_head(struct recording *recording, const char *text, size_t length,
		      const char *name, struct failure *failure)
{
	struct line line = { .object = line_parse(text, length) };
	struct json_object *rover;
	char format[32];

	line_word(&line, line.object, "format", format, sizeof(format));
	recording->version = line_integer(&line, line.object, "version");
	if (line.is_bad || strcmp(format, RECORDING_FORMAT)) {
		failure_set(failure, EINVAL, "make one: roverctl record FILE",
			    "%s is no recording of a rover", name);
		json_object_put(line.object);
		return false;
	}
	rover = line_find(&line, line.object, "rover", json_type_object);
	line_word(&line, rover, "board", recording->board, sizeof(recording->board));
	line_word(&line, rover, "device", recording->device, sizeof(recording->device));
	recording->time_ns = line_integer(&line, line.object, "time_ns");
	recording->realtime_ns = line_integer(&line, line.object, "realtime_ns");
	recording->count_mm = line_number(&line, rover, "wheel_circumference_mm");
	recording->has_encoders = line_integer(&line, rover, "counts_per_revolution") > 0;
	if (recording->has_encoders)
		recording->count_mm /= (double)line_integer(&line, rover, "counts_per_revolution");
	if (line.is_bad) {
		recording->bad_lines++;
		recording->bad_line = 1;
	}
	json_object_put(line.object);
	return true;
}

/* Return: false if memory is short. */
static bool read_line(struct recording *recording, const char *text, size_t length, bool is_whole)
{
	struct line line = { 0 };
	bool done = true;

	if (length < RECORDING_LINE_MAX)
		line.object = line_parse(text, length);
	if (!line.object)
		line.is_bad = true;
	else if (line_has(&line, "sample"))
		done = read_sample(&line, recording);
	else
		done = read_event(&line, recording);
	json_object_put(line.object);
	if (line.is_bad && !is_whole) {
		recording->is_cut = true;
	} else if (line.is_bad) {
		if (!recording->bad_lines++)
			recording->bad_line = recording->lines;
	}
	return done;
}

static bool read_lines(struct recording *recording, FILE *file, const char *name,
		       struct failure *failure)
{
	char text[RECORDING_LINE_MAX];
	bool is_whole;
	size_t length;

	errno = 0;
	if (!line_get(file, text, &length, &is_whole)) {
		failure_set(failure, errno ? errno : EINVAL, NULL, "%s: %s", name,
			    errno ? strerror(errno) : "it is empty");
		return false;
	}
	recording->lines = 1;
	if (!read_head(recording, text, length, name, failure))
		return false;
	while (line_get(file, text, &length, &is_whole)) {
		recording->lines++;
		if (length == RECORDING_LINE_MAX)
			is_whole = line_skip(file);
		if (!read_line(recording, text, length, is_whole)) {
			failure_set(failure, ENOMEM, NULL, "%s: no memory for all of it", name);
			return false;
		}
		if (recording->is_cut)
			break;
	}
	/* What a bad disk gives is drawn as what a full one took. */
	if (ferror(file))
		recording->is_cut = true;
	return true;
}

bool recording_read(struct recording *recording, const char *name, struct failure *failure)
{
	bool is_stdin = !strcmp(name, "-");
	FILE *file = is_stdin ? stdin : fopen(name, "re");
	bool done;

	memset(recording, 0, sizeof(*recording));
	if (!file) {
		failure_set(failure, errno, NULL, "cannot read %s: %s", name, strerror(errno));
		return false;
	}
	done = read_lines(recording, file, is_stdin ? "standard input" : name, failure);
	if (!is_stdin)
		fclose(file);
	if (!done)
		recording_free(recording);
	return done;
}

void recording_free(struct recording *recording)
{
	free(recording->samples);
	free(recording->stops);
	recording->samples = NULL;
	recording->stops = NULL;
}

bool recording_is_whole(const struct recording *recording, const char *name,
			struct failure *failure)
{
	const struct recording_sample *last = recording->samples + recording->sample_count - 1;
	double seconds = recording->sample_count ?
			 (double)(last->time_ns - recording->time_ns) / NS_PER_S : 0;

	if (recording->version != RECORDING_VERSION)
		failure_set(failure, ENOTSUP, "use the roverctl that made it",
			    "%s is a recording of version %" PRId64 ", this roverctl knows %d",
			    name, recording->version, RECORDING_VERSION);
	else if (recording->bad_lines)
		failure_set(failure, EINVAL, NULL,
			    "%s: %zu lines are damaged, the first is line %zu; %zu samples are well",
			    name, recording->bad_lines, recording->bad_line,
			    recording->sample_count);
	else if (recording->is_cut)
		failure_set(failure, ENODATA, NULL,
			    "%s is cut off in the middle of line %zu, after %zu samples, %.3f s",
			    name, recording->lines, recording->sample_count, seconds);
	else if (!recording->is_ended)
		failure_set(failure, ENODATA, NULL,
			    "%s has no end: it is cut off after line %zu, %zu samples, %.3f s",
			    name, recording->lines, recording->sample_count, seconds);
	else
		return true;
	return false;
}
