// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One motion from start to end: lease, command, feeding, stop
 *
 * The motion is commanded once; from then on only FEED is sent, which keeps a
 * running motion alive but starts none. So a roverctl that was suspended for
 * longer than the deadman time finds the rover stopped and leaves it so. Events
 * tell at once when the rover has stopped, or has come to the end of its way.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "interrupt.h"
#include "motion.h"
#include "names.h"
#include "output.h"

/* Without a deadman nothing is to be fed, but a stop is to be noticed. */
#define MOTION_LOOK_NS		(200 * NS_PER_MS)

/* A third of the deadman time: two may be late before it counts. */
#define MOTION_FEEDS		3

/* An event follows what it tells of at once, on a machine that is not overloaded. */
#define MOTION_EVENT_NS		NS_PER_S

struct motion {
	const struct context *context;
	const struct motion_order *order;
	struct device device;
	struct rover_snapshot start;	/* just after the command */
	struct rover_snapshot now;	/* when it was fed last */
	bool is_done;			/* the rover has told its end: */
	struct rover_event_done done;
};

static bool motion_start(struct motion *motion, struct failure *failure)
{
	const struct motion_order *order = motion->order;
	struct device *device = &motion->device;
	struct rover_take take = { 0 };

	if (!device_listen(device, 1 << ROVER_EVENT_DONE | 1 << ROVER_EVENT_STOP, failure) ||
	    !device_call(device, ROVER_IOC_TAKE, &take, failure) ||
	    !device_call(device, order->request, order->argument, failure) ||
	    !device_snapshot(device, &motion->start, failure))
		return false;
	motion->now = motion->start;
	return true;
}

static void motion_set_reason(struct failure *failure, uint32_t reason)
{
	failure_set(failure, ECANCELED, NULL, "the rover stopped (%s): %s", name_reason(reason),
		    name_reason_text(reason));
	failure->stop_reason = name_reason(reason);
}

void motion_explain_stop(struct device *device, const struct rover_event_done *done,
			 struct failure *failure)
{
	struct rover_snapshot now;
	char driver[64];

	if (!device_snapshot(device, &now, failure))
		return;
	if ((now.flags & ROVER_SNAPSHOT_LEASED) && !(now.flags & ROVER_SNAPSHOT_LEASE_MINE)) {
		device_driver_text(&now, driver, sizeof(driver));
		failure_set(failure, ECANCELED, NULL, "the rover was taken over by %s", driver);
		failure->driver_pid = now.lease_pid;
		device_comm(now.lease_pid, failure->driver_comm);
		return;
	}
	motion_set_reason(failure, done ? done->reason : now.stop_reason);
}

/* Read what the rover tells; the end of the way is all that counts. */
static bool motion_read(struct motion *motion, struct failure *failure)
{
	struct rover_event event;
	int got;

	while ((got = device_event(&motion->device, &event, failure)) > 0) {
		if (event.type != ROVER_EVENT_DONE ||
		    event.done.motion_id != motion->start.motion_id)
			continue;
		motion->is_done = true;
		motion->done = event.done;
	}
	return !got;
}

/* Nothing is running any more: was it the end, or was it cut short? */
static bool motion_ended(struct motion *motion, struct failure *failure)
{
	int64_t until_ns = clock_now_ns() + MOTION_EVENT_NS;
	bool readable = true;

	while (motion->order->ends && !motion->is_done && readable) {
		interrupt_wait_file(until_ns, motion->device.fd, &readable);
		if (readable && !motion_read(motion, failure))
			return false;
	}
	if (motion->is_done && motion->done.complete)
		return true;
	motion_explain_stop(&motion->device, motion->is_done ? &motion->done : NULL, failure);
	return false;
}

/* Return: false when it failed, or is over and was cut short. */
static bool motion_feed(struct motion *motion, struct failure *failure)
{
	if (motion->is_done)
		return motion_ended(motion, failure);
	if (device_call(&motion->device, ROVER_IOC_FEED, NULL, failure))
		return device_snapshot(&motion->device, &motion->now, failure);
	if (failure->error != ECANCELED)
		return false;
	if (!motion_read(motion, failure) || !motion_ended(motion, failure))
		return false;
	motion->is_done = true;
	return true;
}

/* Anew each time: anyone may shorten the deadman time of a running motion. */
static int64_t motion_next_ns(const struct motion *motion)
{
	int64_t feed_ns = motion->now.deadman_ms * NS_PER_MS / MOTION_FEEDS;

	if (!feed_ns || (motion->order->ends && feed_ns > MOTION_LOOK_NS))
		feed_ns = MOTION_LOOK_NS;
	return clock_now_ns() + feed_ns;
}

/* What is left of the way, for people who watch. */
static void motion_progress(const struct motion *motion)
{
	bool turns = motion->start.motion == ROVER_MOTION_TURN;
	double left = turns ? output_degrees(motion->now.remaining) :
			      motion->now.remaining / 1000.0;

	if (!motion->order->ends || motion->context->json || !isatty(STDERR_FILENO))
		return;
	if (motion->is_done)
		fprintf(stderr, "\r%30s\r", "");
	else
		fprintf(stderr, "\r%8.1f %s to go  ", left, turns ? "degrees" : "mm");
}

/*
 * Feed before looking at the clock or the signal: if the rover has stopped for
 * its own reason in between, that is the news.
 */
static bool motion_wait(struct motion *motion, int64_t end_ns, int *signal_number,
			struct failure *failure)
{
	bool readable;

	do {
		int64_t next_ns = motion_next_ns(motion);

		*signal_number = interrupt_wait_file(end_ns && end_ns < next_ns ? end_ns : next_ns,
						     motion->device.fd, &readable);
		if (readable && !motion_read(motion, failure))
			return false;
		if (!motion_feed(motion, failure))
			return false;
		motion_progress(motion);
	} while (!motion->is_done && !*signal_number && (!end_ns || clock_now_ns() < end_ns));
	return true;
}

static void motion_report(struct motion *motion, const char *ended)
{
	struct json_object *object, *count;
	struct rover_snapshot now;
	struct failure failure;

	if (!motion->context->json)
		return;

	object = output_result(motion->context, true);
	json_object_object_add(object, "ended", json_object_new_string(ended));
	motion->order->applied(motion->order, object);
	if (device_snapshot(&motion->device, &now, &failure) &&
	    (now.flags & ROVER_SNAPSHOT_ENCODERS)) {
		count = json_object_new_object();
		json_object_object_add(count, "left",
				       json_object_new_int64(now.left.count -
							     motion->start.left.count));
		json_object_object_add(count, "right",
				       json_object_new_int64(now.right.count -
							     motion->start.right.count));
		json_object_object_add(object, "counted", count);
	}
	output_json(object);
}

/* Between a start that worked and a stop that works. */
static bool motion_drive(struct motion *motion, struct failure *failure)
{
	const struct motion_order *order = motion->order;
	int64_t end_ns = order->for_ms ? clock_now_ns() + order->for_ms * NS_PER_MS : 0;
	int signal_number = 0;

	if (order->nothing && order->nothing(order)) {
		failure_set(failure, ERANGE, "ask for more",
			    "so little that no pulse of the motor PWM is that short: nothing moves");
		return false;
	}
	if (!motion_wait(motion, end_ns, &signal_number, failure))
		return false;
	if (!motion->is_done && !device_stop(&motion->device, order->stop, failure))
		return false;
	motion_report(motion, motion->is_done ? "complete" :
			      signal_number ? "interrupted" : "time");
	return true;
}

int motion_run(const struct context *context, const struct motion_order *order)
{
	struct motion motion = { .context = context, .order = order };
	struct failure failure;
	bool done;

	if (!device_open(&motion.device, context->node, O_RDWR | O_NONBLOCK, &failure))
		return output_failure(context, &failure);

	/* Before the first command, so that none is left running by a signal. */
	interrupt_catch();
	done = motion_start(&motion, &failure);
	if (done) {
		if (order->stops)
			motion_report(&motion, "stopped");
		else
			done = motion_drive(&motion, &failure);
	}
	device_close(&motion.device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}
