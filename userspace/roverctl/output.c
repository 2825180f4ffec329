// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What roverctl says: JSON objects for programs, errors for everybody
 *
 * Copyright (C) 2026 The rover authors
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "output.h"

void output_json(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

struct json_object *output_result(const struct context *context, bool ok)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "verb", json_object_new_string(context->verb));
	json_object_object_add(object, "ok", json_object_new_boolean(ok));
	return object;
}

static void output_failure_json(const struct context *context, const struct failure *failure)
{
	struct json_object *object = output_result(context, false);
	const char *name = strerrorname_np(failure->error);
	struct json_object *driver;

	json_object_object_add(object, "error", json_object_new_string(name ? name : "unknown"));
	json_object_object_add(object, "message", json_object_new_string(failure->message));
	if (failure->advice[0])
		json_object_object_add(object, "advice", json_object_new_string(failure->advice));
	if (failure->stop_reason)
		json_object_object_add(object, "stop_reason",
				       json_object_new_string(failure->stop_reason));
	if (failure->driver_pid) {
		driver = json_object_new_object();
		json_object_object_add(driver, "pid", json_object_new_int(failure->driver_pid));
		json_object_object_add(driver, "command",
				       json_object_new_string(failure->driver_comm));
		json_object_object_add(object, "driver", driver);
	}
	output_json(object);
}

int output_failure(const struct context *context, const struct failure *failure)
{
	fprintf(stderr, "roverctl: %s: %s\n", context->verb, failure->message);
	if (failure->advice[0])
		fprintf(stderr, "  %s\n", failure->advice);
	if (context->json)
		output_failure_json(context, failure);
	return EXIT_REFUSED;
}

struct json_object *output_milli(int64_t thousandths)
{
	int64_t whole = thousandths / 1000;
	int64_t rest = imaxabs(thousandths % 1000);
	char text[32];

	snprintf(text, sizeof(text), "%s%" PRId64 ".%03" PRId64,
		 thousandths < 0 && !whole ? "-" : "", whole, rest);
	return json_object_new_double_s((double)thousandths / 1000, text);
}

long output_mm(int64_t um)
{
	return (long)((um + (um < 0 ? -500 : 500)) / 1000);
}

double output_degrees(int64_t urad)
{
	return (double)urad * 180 / M_PI / 1000000;
}

int64_t output_urad(int64_t mdeg)
{
	return llround((double)mdeg * M_PI * 1000 / 180);
}

struct json_object *output_json_degrees(int64_t urad)
{
	return output_milli(llround(output_degrees(urad) * 1000));
}

struct json_object *output_range(const struct rover_range *range)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "status",
			       json_object_new_string(name_range(range->status)));
	if (range->status == ROVER_RANGE_NONE)
		return object;
	if (range->status == ROVER_RANGE_VALID)
		json_object_object_add(object, "range_mm", output_milli(range->range_um));
	if (range->echo_ns)
		json_object_object_add(object, "echo_ns",
				       json_object_new_uint64(range->echo_ns));
	json_object_object_add(object, "time_ns", json_object_new_uint64(range->time_ns));
	json_object_object_add(object, "sequence", json_object_new_int64(range->sequence));
	return object;
}

struct json_object *output_driver(const struct rover_snapshot *snapshot)
{
	char comm[DEVICE_COMM_SIZE];
	struct json_object *object;

	if (!(snapshot->flags & ROVER_SNAPSHOT_LEASED))
		return NULL;

	object = json_object_new_object();
	json_object_object_add(object, "anonymous",
			       json_object_new_boolean(!!(snapshot->flags &
							  ROVER_SNAPSHOT_LEASE_ANONYMOUS)));
	if (snapshot->lease_pid) {
		device_comm(snapshot->lease_pid, comm);
		json_object_object_add(object, "pid", json_object_new_int(snapshot->lease_pid));
		json_object_object_add(object, "command", json_object_new_string(comm));
	}
	return object;
}
