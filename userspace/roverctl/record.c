// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb record: what the rover does, tick by tick, and what happens, into a file
 *
 * Samples come from the ring that the driver keeps for all who map it, so that
 * none is missed however late this program runs, within the five seconds that the
 * ring holds. Where it cannot be mapped, or at an interval, the driver reports.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "command.h"
#include "event.h"
#include "interrupt.h"
#include "motion.h"
#include "recording.h"
#include "recording_write.h"

#define RECORD_INTERVAL_MIN_MS	10
#define RECORD_INTERVAL_MAX_MS	3600000
#define RECORD_QUEUE		1024U

/* How often to look whether somebody pushes a parked rover: no event tells. */
#define RECORD_LOOK_NS		(250 * NS_PER_MS)

#define RECORD_KINDS	(1 << ROVER_EVENT_STATE | 1 << ROVER_EVENT_STOP |		\
			 1 << ROVER_EVENT_DONE | 1 << ROVER_EVENT_LEASE |		\
			 1 << ROVER_EVENT_SENSOR | 1 << ROVER_EVENT_SERVO |		\
			 1 << ROVER_EVENT_SETTING)

static const char *file_name = "-";
static long for_ms, interval_ms;
static bool ping;

struct record {
	struct device device;
	struct recording_file file;
	const struct rover_mapping *mapping;	/* NULL: by reports */
	uint64_t next;				/* sample of the ring, or number of the report */
	uint32_t tick_us;
	int64_t report_ms;
};

/* A rover that cannot be mapped is recorded all the same. */
static void record_map(struct record *record)
{
	const struct rover_info *info = &record->device.info;
	void *mapping = MAP_FAILED;

	record->report_ms = interval_ms;
	if (interval_ms)
		return;
	if (info->mapping_size)
		mapping = mmap(NULL, info->mapping_size, PROT_READ, MAP_SHARED,
			       record->device.fd, 0);
	if (mapping != MAP_FAILED) {
		record->mapping = mapping;
		record->next = rover_mapping_head(record->mapping);
		return;
	}
	record->report_ms = (record->tick_us + 999) / 1000;
	if (record->report_ms < RECORD_INTERVAL_MIN_MS)
		record->report_ms = RECORD_INTERVAL_MIN_MS;
	fprintf(stderr, "roverctl: record: cannot map %s: a sample each %" PRId64 " ms instead\n",
		record->device.node, record->report_ms);
}

/* Listen before anything is looked at, so that nothing falls in between. */
static bool record_begin(struct record *record, struct failure *failure)
{
	struct device *device = &record->device;
	struct rover_settings settings = { 0 };
	struct rover_subscribe subscribe = {
		.kinds = RECORD_KINDS | (ping ? 1 << ROVER_EVENT_RANGE : 0),
		.queue_length = device->info.queue_max < RECORD_QUEUE ? device->info.queue_max :
									RECORD_QUEUE,
		.flags = ROVER_SUBSCRIBE_FLUSH,
	};
	struct rover_report report = { 0 };
	struct rover_snapshot snapshot;

	if (!device_call(device, ROVER_IOC_SUBSCRIBE, &subscribe, failure) ||
	    !device_call(device, ROVER_IOC_SETTINGS, &settings, failure))
		return false;
	record->tick_us = settings.tick_us;
	record_map(record);
	if (!device_snapshot(device, &snapshot, failure) ||
	    !recording_create(&record->file, file_name, failure))
		return false;
	if (!recording_put_head(&record->file, device, &snapshot, record->tick_us,
				record->mapping ? "ring" : "report", failure))
		return false;
	report.interval_ms = (uint32_t)record->report_ms;
	return record->mapping || device_call(device, ROVER_IOC_REPORT, &report, failure);
}

/* From the ring, those up to a time. */
static bool record_samples(struct record *record, uint64_t until_ns, struct failure *failure)
{
	const struct rover_mapping *mapping = record->mapping;
	struct rover_sample sample;
	uint64_t head, oldest;

	while (mapping && record->next < (head = rover_mapping_head(mapping))) {
		if (!rover_mapping_sample(mapping, record->next, &sample)) {
			/* Half a ring of room, or they would be gone again. */
			oldest = head - mapping->ring_length / 2;
			if (!recording_put_lost(&record->file, record->file.time_ns,
						oldest - record->next, failure))
				return false;
			record->next = oldest;
			continue;
		}
		if (sample.time_ns > until_ns)
			break;
		if (!recording_put_sample(&record->file, record->next, &sample, true, failure))
			return false;
		record->next++;
	}
	return true;
}

static void sample_from_snapshot(const struct rover_snapshot *now, struct rover_sample *sample)
{
	*sample = (struct rover_sample) {
		.time_ns = now->time_ns, .x_um = now->x_um, .y_um = now->y_um,
		.heading_urad = now->heading_urad,
		.left_count = now->left.count, .right_count = now->right.count,
		.left_speed_um_s = (int32_t)now->left.speed_um_s,
		.right_speed_um_s = (int32_t)now->right.speed_um_s,
		.left_target_um_s = (int32_t)now->left_target_um_s,
		.right_target_um_s = (int32_t)now->right_target_um_s,
		.left_duty_permille = now->left.duty_permille,
		.right_duty_permille = now->right.duty_permille,
		.range_time_ns = now->range.time_ns, .range_um = (int32_t)now->range.range_um,
		.range_status = now->range.status, .state = now->state,
		.stop_reason = now->stop_reason, .sensors = now->sensors, .flags = now->flags,
	};
}

static void sample_from_event(const struct rover_event *event, struct rover_sample *sample)
{
	const struct rover_event_sample *told = &event->sample;

	*sample = (struct rover_sample) {
		.time_ns = event->time_ns, .x_um = told->x_um, .y_um = told->y_um,
		.heading_urad = told->heading_urad,
		.left_count = told->left_count, .right_count = told->right_count,
		.left_speed_um_s = told->left_speed_um_s,
		.right_speed_um_s = told->right_speed_um_s,
		.range_time_ns = event->time_ns, .range_um = told->range_um,
		.range_status = told->range_um < 0 ? ROVER_RANGE_NONE : ROVER_RANGE_VALID,
		.state = told->status & 0xff, .sensors = told->status >> 8,
	};
}

/* What was just reported is looked at whole; what waited in the queue is as it is. */
static bool record_report(struct record *record, const struct rover_event *event,
			  struct failure *failure)
{
	struct rover_snapshot now;
	struct rover_sample sample;
	bool is_fresh;

	if (!device_snapshot(&record->device, &now, failure))
		return false;
	is_fresh = now.time_ns - event->time_ns < (uint64_t)(record->report_ms * NS_PER_MS / 2);
	if (is_fresh)
		sample_from_snapshot(&now, &sample);
	else
		sample_from_event(event, &sample);
	return recording_put_sample(&record->file, record->next++, &sample, is_fresh, failure);
}

static bool record_events(struct record *record, struct failure *failure)
{
	struct json_object *object;
	struct rover_event event;
	int got;

	while ((got = device_event(&record->device, &event, failure)) > 0) {
		if (event.type == ROVER_EVENT_SAMPLE) {
			if (!record_report(record, &event, failure))
				return false;
			continue;
		}
		object = event_json(&event);
		if (!object)
			continue;
		if (!record_samples(record, event.time_ns, failure)) {
			json_object_put(object);
			return false;
		}
		if (!recording_put_event(&record->file, object, event.time_ns, failure))
			return false;
	}
	return !got;
}

/* Return: false when it failed, or the rover has gone: then the ring is still read. */
static bool record_look(struct record *record, struct failure *failure)
{
	struct failure full;

	if (record_events(record, failure))
		return record_samples(record, UINT64_MAX, failure);
	if (failure->error == ENODEV && !record_samples(record, UINT64_MAX, &full))
		*failure = full;
	return false;
}

static bool record_wait(struct record *record, int64_t end_ns, const char **ended,
			struct failure *failure)
{
	int64_t tick_ns = record->tick_us * NS_PER_US, look_ns, now_ns;
	uint64_t before;
	bool readable;

	for (now_ns = clock_now_ns(), look_ns = now_ns; now_ns < end_ns; now_ns = clock_now_ns()) {
		if (interrupt_wait_file(look_ns < end_ns ? look_ns : end_ns, record->device.fd,
					&readable)) {
			*ended = "interrupted";
			break;
		}
		before = record->next;
		if (!record_look(record, failure))
			return false;
		look_ns = clock_now_ns() + RECORD_LOOK_NS;
		if (record->mapping && (record->next != before || readable))
			look_ns = clock_now_ns() + tick_ns;
	}
	return record_look(record, failure);
}

static void record_report_end(const struct context *context, const struct record *record,
			      const char *ended)
{
	struct json_object *object;

	if (!context->json)
		return;
	object = output_result(context, true);
	json_object_object_add(object, "ended", json_object_new_string(ended));
	json_object_object_add(object, "samples", json_object_new_uint64(record->file.samples));
	json_object_object_add(object, "events", json_object_new_uint64(record->file.events));
	output_json(object);
}

static int record_run(const struct context *context, const struct command *command)
{
	int64_t end_ns = for_ms ? clock_now_ns() + for_ms * NS_PER_MS : INT64_MAX;
	struct record record = { .file.fd = -1 };
	struct context quiet = *context;
	const char *ended = "time";
	struct failure failure, ignored;
	bool done;

	(void)command;
	/* Standard output is the recording's alone. */
	quiet.json &= !!strcmp(file_name, "-");
	context = &quiet;
	if (!device_open(&record.device, context->node, O_RDONLY | O_NONBLOCK, &failure))
		return output_failure(context, &failure);

	interrupt_catch();
	done = record_begin(&record, &failure) && record_wait(&record, end_ns, &ended, &failure);
	if (done)
		done = recording_put_end(&record.file, ended, &failure);
	else if (failure.error == ENODEV && record.file.fd >= 0)
		recording_put_end(&record.file, "gone", &ignored);
	if (record.file.fd >= 0 && !recording_close(&record.file, done ? &failure : &ignored))
		done = false;
	if (done)
		record_report_end(context, &record, ended);
	device_close(&record.device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const struct argument record_values[] = {
	{ .name = "FILE", .help = "to write anew; standard output if not given, or -",
	  .optional = true, .text = &file_name },
	{ 0 }
};

static const struct argument record_options[] = {
	{ .name = "for", .placeholder = "MS", .unit = "ms", .min = 1, .max = MOTION_FOR_MAX_MS,
	  .number = &for_ms, .help = "end after this time" },
	{ .name = "interval", .placeholder = "MS", .unit = "ms", .min = RECORD_INTERVAL_MIN_MS,
	  .max = RECORD_INTERVAL_MAX_MS, .number = &interval_ms,
	  .help = "a sample so often, also of a parked rover, instead of at each tick" },
	{ .name = "ping", .flag = &ping,
	  .help = "have the sonars run, and record what they measure" },
	{ 0 }
};

static const char record_details[] =
	"Writes JSON lines: which rover it is, a sample at each control tick while the\n"
	"rover moves, and what happens. Ends with --for or when interrupted and exits 0;\n"
	"exits 1 when the rover is gone or the disk is full, and what was written stays.\n";

static const struct command record_commands[] = {
	{
		.name = "record",
		.summary = "record a drive: record [--for MS] [FILE]",
		.details = record_details,
		.values = record_values,
		.options = record_options,
		.run = record_run,
	},
	{ 0 }
};

COMMANDS(record_commands);
