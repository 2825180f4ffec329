// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb replay: drive what a recording tells
 *
 * With encoders, then and now, the rover is to be where it was then, at that time,
 * as seen from where it began: replay_way.c says how fast its wheels have to be for
 * that. So errors do not add up, and it ends where it ended. Without encoders the
 * duties of then are given again.
 *
 * No command may start a rover again that has stopped for a reason of its own.
 * So each is preceded by FEED, which tells whether the motion before it still
 * runs, and followed by a look whether somebody has stopped it in between.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "motion.h"
#include "output.h"
#include "recording.h"
#include "replay_way.h"

/* How often a command is renewed where the recording is silent. */
#define REPLAY_STEP_NS		(50 * NS_PER_MS)

/* A rover that is still behind at the end gets this long to catch up. */
#define REPLAY_SETTLE_NS	(1500 * NS_PER_MS)

static const char *file_name;
static bool by_duty;

struct replay {
	struct device device;
	struct recording recording;
	struct rover_snapshot start;
	struct rover_snapshot now;
	int64_t start_ns;
	size_t at;			/* the sample that is due */
	bool is_running;		/* our last command moves or regulates */
	uint64_t stop_ns;		/* the last stop that we know of */
	struct rover_duty duty;		/* given last */
};

/* Sets now. Return: false if somebody else has stopped the rover meanwhile. */
static bool replay_look(struct replay *replay, struct failure *failure)
{
	if (!device_snapshot(&replay->device, &replay->now, failure))
		return false;
	if (replay->now.stop_time_ns == replay->stop_ns)
		return true;
	motion_explain_stop(&replay->device, NULL, failure);
	return false;
}

static bool replay_feed(struct replay *replay, struct failure *failure)
{
	if (!replay->is_running)
		return replay_look(replay, failure);
	if (device_call(&replay->device, ROVER_IOC_FEED, NULL, failure))
		return true;
	if (failure->error == ECANCELED)
		motion_explain_stop(&replay->device, NULL, failure);
	return false;
}

/* Return: false on failure; *settled: the rover is where it was at the end. */
static bool replay_ways(struct replay *replay, const struct recording_sample *then, bool is_last,
			bool *settled, struct failure *failure)
{
	const struct rover_info *info = &replay->device.info;
	struct way_place want = way_place_then(&replay->recording.samples[0], then);
	struct way_place have = way_place_now(&replay->start, &replay->now);
	struct way_speeds speeds;
	struct rover_speed speed = { 0 };

	*settled = is_last;
	if (is_last || way_stood(then))
		*settled &= !way_settle(&want, &have, info->track_width_um / 1000.0, &speeds);
	else
		way_follow(then, &want, &have, info->track_width_um / 1000.0, &speeds);
	way_limit(&speeds, info->speed_max_um_s / 1000.0);
	speed.left_um_s = llround(speeds.left_mm_s * 1000);
	speed.right_um_s = llround(speeds.right_mm_s * 1000);
	if (!device_call(&replay->device, ROVER_IOC_SPEED, &speed, failure))
		return false;
	replay->is_running = true;
	return replay_look(replay, failure);
}

/* A stop that is ours is no news. */
static bool replay_stand(struct replay *replay, bool brake, struct failure *failure)
{
	if (!device_stop(&replay->device, brake ? ROVER_STOP_BRAKE : ROVER_STOP_COAST, failure) ||
	    !device_snapshot(&replay->device, &replay->now, failure))
		return false;
	replay->is_running = false;
	replay->stop_ns = replay->now.stop_time_ns;
	return true;
}

static bool replay_duties(struct replay *replay, const struct recording_sample *then,
			  struct failure *failure)
{
	struct rover_duty duty = {
		.left_permille = then->left.duty_permille,
		.right_permille = then->right.duty_permille,
	};

	if (duty.left_permille == replay->duty.left_permille &&
	    duty.right_permille == replay->duty.right_permille)
		return true;
	replay->duty = duty;
	if (!duty.left_permille && !duty.right_permille)
		return replay_stand(replay, then->braking, failure);
	if (!device_call(&replay->device, ROVER_IOC_DUTY, &duty, failure))
		return false;
	replay->is_running = true;
	return replay_look(replay, failure);
}

/* The last sample that is due by now. */
static const struct recording_sample *replay_due(struct replay *replay)
{
	const struct recording *recording = &replay->recording;
	const struct recording_sample *first = recording->samples;
	int64_t elapsed_ns = clock_now_ns() - replay->start_ns;

	while (replay->at + 1 < recording->sample_count &&
	       first[replay->at + 1].time_ns - first->time_ns <= elapsed_ns)
		replay->at++;
	return &first[replay->at];
}

/* When to give the next command. */
static int64_t replay_next_ns(const struct replay *replay)
{
	const struct recording *recording = &replay->recording;
	int64_t next_ns = clock_now_ns() + REPLAY_STEP_NS, due_ns;

	if (replay->now.deadman_ms && replay->now.deadman_ms * NS_PER_MS / 3 < REPLAY_STEP_NS)
		next_ns = clock_now_ns() + replay->now.deadman_ms * NS_PER_MS / 3;
	if (replay->at + 1 < recording->sample_count) {
		due_ns = replay->start_ns + recording->samples[replay->at + 1].time_ns -
			 recording->samples->time_ns;
		if (due_ns < next_ns)
			next_ns = due_ns;
	}
	return next_ns;
}

static bool replay_drive(struct replay *replay, const char **ended, struct failure *failure)
{
	const struct recording *recording = &replay->recording;
	int64_t last_ns = recording->samples[recording->sample_count - 1].time_ns -
			  recording->samples->time_ns;
	const struct recording_sample *then;
	bool is_last, settled = false;

	replay->start_ns = clock_now_ns();
	do {
		then = replay_due(replay);
		is_last = replay->at + 1 == recording->sample_count;
		if (!replay_feed(replay, failure))
			return false;
		if (by_duty ? !replay_duties(replay, then, failure) :
			      !replay_ways(replay, then, is_last, &settled, failure))
			return false;
		if ((is_last && (by_duty || settled)) ||
		    clock_now_ns() - replay->start_ns > last_ns + REPLAY_SETTLE_NS) {
			*ended = "complete";
			return replay_stand(replay, true, failure);
		}
	} while (!interrupt_wait(replay_next_ns(replay)));
	*ended = "interrupted";
	return replay_stand(replay, false, failure);
}

/* Is there something to drive, for this rover? Nothing has moved yet. */
static bool replay_check(struct replay *replay, struct failure *failure)
{
	const struct recording *recording = &replay->recording;
	size_t i;

	if (recording->version != RECORDING_VERSION || recording->bad_lines) {
		recording_is_whole(recording, file_name, failure);
		return false;
	}
	if (!recording->sample_count) {
		failure_set(failure, ENODATA, NULL, "%s: nothing moved in it", file_name);
		return false;
	}
	for (i = 1; i < recording->sample_count; i++) {
		if (recording->samples[i].time_ns >= recording->samples[i - 1].time_ns)
			continue;
		failure_set(failure, EINVAL, NULL, "%s: sample %zu is of before the one before it",
			    file_name, i);
		return false;
	}
	if (!recording->has_encoders || !(replay->device.info.capabilities & ROVER_CAP_ENCODERS))
		by_duty = true;
	for (i = 0; by_duty && i < recording->sample_count; i++) {
		if (recording->samples[i].has_drive)
			continue;
		failure_set(failure, ENODATA, "record at each tick: leave out --interval",
			    "%s: sample %zu does not tell the duties", file_name, i + 1);
		return false;
	}
	return true;
}

static bool replay_begin(struct replay *replay, struct failure *failure)
{
	struct rover_take take = { 0 };

	if (!device_call(&replay->device, ROVER_IOC_TAKE, &take, failure) ||
	    !device_snapshot(&replay->device, &replay->start, failure))
		return false;
	replay->now = replay->start;
	replay->stop_ns = replay->start.stop_time_ns;
	return true;
}

static void replay_report(const struct context *context, const struct replay *replay,
			  const char *ended)
{
	struct json_object *object;

	if (!context->json)
		return;
	object = output_result(context, true);
	json_object_object_add(object, "ended", json_object_new_string(ended));
	json_object_object_add(object, "by", json_object_new_string(by_duty ? "duty" : "way"));
	json_object_object_add(object, "samples",
			       json_object_new_uint64(replay->recording.sample_count));
	output_json(object);
}

static int replay_run(const struct context *context, const struct command *command)
{
	struct replay replay = { 0 };
	const char *ended = NULL;
	struct failure failure;
	bool done;

	(void)command;
	if (!device_open(&replay.device, context->node, O_RDWR | O_NONBLOCK, &failure))
		return output_failure(context, &failure);
	/* All of it first: a rover does not wait for a pipe. */
	done = recording_read(&replay.recording, file_name, &failure) &&
	       replay_check(&replay, &failure);
	interrupt_catch();
	done = done && replay_begin(&replay, &failure) && replay_drive(&replay, &ended, &failure);
	/* What is missing is told after all that there is was driven. */
	if (done && !recording_is_whole(&replay.recording, file_name, &failure))
		done = false;
	else if (done)
		replay_report(context, &replay, ended);
	device_close(&replay.device);
	recording_free(&replay.recording);
	return done ? EXIT_DONE : output_failure(context, &failure);
}

static const struct argument replay_values[] = {
	{ .name = "FILE", .help = "as record wrote it; - is standard input", .text = &file_name },
	{ 0 }
};

static const struct argument replay_options[] = {
	{ .name = "duty", .flag = &by_duty,
	  .help = "give the duties of then, whatever way comes of it" },
	{ 0 }
};

static const char replay_details[] =
	"Drives what a recording tells, from where the rover stands: the same way in the\n"
	"same time, corrected by its encoders. Without them, or with --duty, it gives the\n"
	"same duties instead. Then, or when interrupted, it stops the rover and exits 0.\n"
	"While it drives nobody else can. When the rover stops for another reason, this\n"
	"says which and exits 1; it also exits 1 when the recording is cut off, after\n"
	"driving what is there.\n";

static const struct command replay_commands[] = {
	{
		.name = "replay",
		.summary = "drive what a recording tells: replay FILE",
		.details = replay_details,
		.values = replay_values,
		.options = replay_options,
		.run = replay_run,
	},
	{ 0 }
};

COMMANDS(replay_commands);
