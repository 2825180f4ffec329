// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events as roverctl prints them: a line for people, or an object for programs
 *
 * Copyright (C) 2026 The rover authors
 */
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "event.h"
#include "names.h"

struct json_object *event_begin(const struct context *context, uint64_t time_ns, const char *what)
{
	struct json_object *object;

	if (!context->json) {
		printf("%10.3f  %-6s  ", (double)time_ns / NS_PER_S, what);
		return NULL;
	}
	object = json_object_new_object();
	json_object_object_add(object, "time_ns", json_object_new_uint64(time_ns));
	json_object_object_add(object, "event", json_object_new_string(what));
	return object;
}

static void add_word(struct json_object *object, const char *key, const char *word)
{
	json_object_object_add(object, key, json_object_new_string(word));
}

static void add_number(struct json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static void event_state(struct json_object *object, const struct rover_event_state *state)
{
	if (!object) {
		printf("%s\n", name_state(state->state));
		return;
	}
	add_word(object, "state", name_state(state->state));
	add_word(object, "before", name_state(state->before));
	add_word(object, "motion", name_motion(state->motion));
	add_number(object, "motion_id", state->motion_id);
}

static struct json_object *json_sensors(uint32_t sensors)
{
	struct json_object *array = json_object_new_array();
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (sensors & (1U << i))
			json_object_array_add(array, json_object_new_string(name_sensor(i)));
	return array;
}

static void event_stop(struct json_object *object, const struct rover_event_stop *stop)
{
	unsigned int i;

	if (!object) {
		printf("%s, %s", name_reason(stop->reason), name_mode(stop->mode));
		if (stop->range_um >= 0)
			printf(", %ld mm ahead", output_mm(stop->range_um));
		for (i = 0; i < 32; i++)
			if (stop->sensors & (1U << i))
				printf(", %s", name_sensor(i));
		printf("\n");
		return;
	}
	add_word(object, "stop_reason", name_reason(stop->reason));
	add_word(object, "mode", name_mode(stop->mode));
	add_number(object, "motion_id", stop->motion_id);
	add_number(object, "latency_ns", stop->latency_ns);
	if (stop->range_um >= 0)
		json_object_object_add(object, "range_mm", output_milli(stop->range_um));
	json_object_object_add(object, "sensors", json_sensors(stop->sensors));
}

static void event_done(struct json_object *object, const struct rover_event_done *done)
{
	bool turn = done->motion == ROVER_MOTION_TURN, move = done->motion == ROVER_MOTION_MOVE;

	if (object) {
		add_word(object, "motion", name_motion(done->motion));
		add_number(object, "motion_id", done->motion_id);
		add_word(object, "stop_reason", name_reason(done->reason));
		json_object_object_add(object, "complete",
				       json_object_new_boolean(!!done->complete));
		if (move)
			json_object_object_add(object, "remaining_mm",
					       output_milli(done->remaining));
		if (turn)
			json_object_object_add(object, "remaining_deg",
					       output_json_degrees(done->remaining));
		return;
	}
	printf("%s, %s", name_motion(done->motion),
	       done->complete ? "complete" : name_reason(done->reason));
	if (!done->complete && move)
		printf(", %ld mm to go", output_mm(done->remaining));
	if (!done->complete && turn)
		printf(", %.1f degrees to go", output_degrees(done->remaining));
	printf("\n");
}

/* As snapshots tell it, so that both are told in the same words. */
static void event_driver(struct json_object *object, const struct rover_event_lease *lease)
{
	struct rover_snapshot snapshot = { .lease_pid = lease->pid };
	char driver[64];

	if (lease->flags & ROVER_LEASE_TAKEN)
		snapshot.flags |= ROVER_SNAPSHOT_LEASED;
	if (lease->flags & ROVER_LEASE_ANONYMOUS)
		snapshot.flags |= ROVER_SNAPSHOT_LEASE_ANONYMOUS;
	if (object) {
		json_object_object_add(object, "driver", output_driver(&snapshot));
		json_object_object_add(object, "forced",
				       json_object_new_boolean(!!(lease->flags &
								  ROVER_LEASE_FORCED)));
		return;
	}
	device_driver_text(&snapshot, driver, sizeof(driver));
	printf("%s\n", driver);
}

static void event_range(struct json_object *object, const struct rover_event *event)
{
	const struct rover_range range = {
		.time_ns = event->time_ns,
		.echo_ns = event->range.echo_ns,
		.range_um = (int)event->range.range_um,
		.status = event->range.status,
		.sequence = event->sequence,
	};

	if (object) {
		add_number(object, "sensor", event->range.sensor);
		json_object_object_add(object, "range", output_range(&range));
		if (event->range.filtered_um >= 0)
			json_object_object_add(object, "filtered_mm",
					       output_milli(event->range.filtered_um));
		return;
	}
	if (event->range.sensor)
		printf("sonar %" PRIu32 ": ", event->range.sensor);
	if (range.status == ROVER_RANGE_VALID)
		printf("%ld mm\n", output_mm(range.range_um));
	else
		printf("%s\n", name_range_text(range.status));
}

static unsigned int first_bit(uint64_t bits)
{
	return bits ? (unsigned int)__builtin_ctzll(bits) : 64;
}

static void event_sensor(struct json_object *object, const struct rover_event_sensor *sensor)
{
	const char *name = name_sensor(first_bit(sensor->sensor));

	if (!object) {
		printf("%s %" PRIu32 "\n", name, sensor->level);
		return;
	}
	add_word(object, "sensor", name);
	add_number(object, "level", sensor->level);
	json_object_object_add(object, "sensors", json_sensors(sensor->sensors));
}

static void event_head(struct json_object *object, const struct rover_event_servo *servo)
{
	if (!object) {
		if (servo->flags & ROVER_LOOK_PAN)
			printf("pan %.1f ", output_degrees(servo->pan_urad));
		if (servo->flags & ROVER_LOOK_TILT)
			printf("tilt %.1f ", output_degrees(servo->tilt_urad));
		printf("degrees, %s\n", servo->idle ? "let go" : "there");
		return;
	}
	if (servo->flags & ROVER_LOOK_PAN)
		json_object_object_add(object, "pan_deg", output_json_degrees(servo->pan_urad));
	if (servo->flags & ROVER_LOOK_TILT)
		json_object_object_add(object, "tilt_deg", output_json_degrees(servo->tilt_urad));
	json_object_object_add(object, "idle", json_object_new_boolean(!!servo->idle));
}

static void event_setting(struct json_object *object, uint64_t fields)
{
	struct json_object *array = object ? json_object_new_array() : NULL;

	for (; fields; fields &= fields - 1) {
		const char *name = name_setting(first_bit(fields));

		if (array)
			json_object_array_add(array, json_object_new_string(name));
		else
			printf("%s%s", name, fields & (fields - 1) ? ", " : "\n");
	}
	if (array)
		json_object_object_add(object, "settings", array);
}

static void event_lost(struct json_object *object, const struct rover_event_lost *lost)
{
	if (object)
		json_object_object_add(object, "lost", json_object_new_uint64(lost->count));
	else
		printf("%" PRIu64 " events\n", (uint64_t)lost->count);
}

static const char *event_word(unsigned int type)
{
	static const char *const words[] = {
		[ROVER_EVENT_LOST] = "lost", [ROVER_EVENT_STATE] = "state",
		[ROVER_EVENT_STOP] = "stop", [ROVER_EVENT_DONE] = "done",
		[ROVER_EVENT_LEASE] = "driver", [ROVER_EVENT_RANGE] = "range",
		[ROVER_EVENT_SENSOR] = "sensor", [ROVER_EVENT_SERVO] = "head",
		[ROVER_EVENT_SETTING] = "set",
	};

	return type < ARRAY_SIZE(words) ? words[type] : NULL;
}

/* Print a record of read(); with an object, add it there instead. */
static void event_tell(struct json_object *object, const struct rover_event *event)
{
	if (event->type == ROVER_EVENT_LOST)
		event_lost(object, &event->lost);
	else if (event->type == ROVER_EVENT_STATE)
		event_state(object, &event->state);
	else if (event->type == ROVER_EVENT_STOP)
		event_stop(object, &event->stop);
	else if (event->type == ROVER_EVENT_DONE)
		event_done(object, &event->done);
	else if (event->type == ROVER_EVENT_LEASE)
		event_driver(object, &event->lease);
	else if (event->type == ROVER_EVENT_RANGE)
		event_range(object, event);
	else if (event->type == ROVER_EVENT_SENSOR)
		event_sensor(object, &event->sensor);
	else if (event->type == ROVER_EVENT_SERVO)
		event_head(object, &event->servo);
	else
		event_setting(object, event->setting.fields);
}

struct json_object *event_json(const struct rover_event *event)
{
	static const struct context programs = { .json = true };
	const char *word = event_word(event->type);
	struct json_object *object;

	if (!word)
		return NULL;
	object = event_begin(&programs, event->time_ns, word);
	event_tell(object, event);
	return object;
}

void event_print(const struct context *context, const struct rover_event *event)
{
	const char *word = event_word(event->type);

	if (!word)
		return;
	if (context->json) {
		output_json(event_json(event));
		return;
	}
	event_begin(context, event->time_ns, word);
	event_tell(NULL, event);
}
