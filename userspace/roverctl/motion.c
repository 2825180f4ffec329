// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One motion from start to end: lease, command, feeding, stop
 *
 * The motion is commanded once; from then on only FEED is sent, which keeps a
 * running motion alive but starts none. So a roverctl that was suspended for
 * longer than the deadman time finds the rover stopped and leaves it so.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

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

struct motion {
	const struct context *context;
	struct device device;
	struct rover_duty duty;
	struct rover_snapshot start;	/* just after the command */
	struct rover_snapshot now;	/* when it was fed last */
};

static bool motion_start(struct motion *motion, long left_permille, long right_permille,
			 struct failure *failure)
{
	struct device *device = &motion->device;
	struct rover_take take = { 0 };

	motion->duty.left_permille = (int)left_permille;
	motion->duty.right_permille = (int)right_permille;
	if (!device_call(device, ROVER_IOC_TAKE, &take, failure) ||
	    !device_call(device, ROVER_IOC_DUTY, &motion->duty, failure) ||
	    !device_snapshot(device, &motion->start, failure))
		return false;
	motion->now = motion->start;
	return true;
}

/* FEED said ECANCELED: the motion is over, and not by our doing. */
static void motion_explain_end(struct motion *motion, struct failure *failure)
{
	struct rover_snapshot now;
	char driver[64];

	if (!device_snapshot(&motion->device, &now, failure))
		return;
	if ((now.flags & ROVER_SNAPSHOT_LEASED) && !(now.flags & ROVER_SNAPSHOT_LEASE_MINE)) {
		device_driver_text(&now, driver, sizeof(driver));
		failure_set(failure, ECANCELED, NULL, "the rover was taken over by %s", driver);
		failure->driver_pid = now.lease_pid;
		device_comm(now.lease_pid, failure->driver_comm);
		return;
	}
	failure_set(failure, ECANCELED, NULL, "the rover stopped (%s): %s",
		    name_reason(now.stop_reason), name_reason_text(now.stop_reason));
	failure->stop_reason = name_reason(now.stop_reason);
}

static bool motion_feed(struct motion *motion, struct failure *failure)
{
	if (device_call(&motion->device, ROVER_IOC_FEED, NULL, failure))
		return device_snapshot(&motion->device, &motion->now, failure);
	if (failure->error == ECANCELED)
		motion_explain_end(motion, failure);
	return false;
}

/* Anew each time: anyone may shorten the deadman time of a running motion. */
static int64_t motion_next_ns(const struct motion *motion)
{
	int64_t feed_ns = motion->now.deadman_ms * NS_PER_MS / MOTION_FEEDS;

	return clock_now_ns() + (feed_ns ? feed_ns : MOTION_LOOK_NS);
}

/*
 * Feed before looking at the clock or the signal: if the rover has stopped for
 * its own reason in between, that is the news.
 */
static bool motion_wait(struct motion *motion, int64_t end_ns, int *signal_number,
			struct failure *failure)
{
	do {
		int64_t next_ns = motion_next_ns(motion);

		*signal_number = interrupt_wait(end_ns && end_ns < next_ns ? end_ns : next_ns);
		if (!motion_feed(motion, failure))
			return false;
	} while (!*signal_number && (!end_ns || clock_now_ns() < end_ns));
	return true;
}

static void motion_report(struct motion *motion, const char *ended)
{
	struct json_object *object, *duty, *count;
	struct rover_snapshot now;
	struct failure failure;

	if (!motion->context->json)
		return;

	object = output_result(motion->context, true);
	json_object_object_add(object, "ended", json_object_new_string(ended));
	duty = json_object_new_object();
	json_object_object_add(duty, "left_permille",
			       json_object_new_int(motion->duty.left_permille));
	json_object_object_add(duty, "right_permille",
			       json_object_new_int(motion->duty.right_permille));
	json_object_object_add(object, "duty", duty);
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
static bool motion_drive(struct motion *motion, long for_ms, struct failure *failure)
{
	int64_t end_ns = for_ms ? clock_now_ns() + for_ms * NS_PER_MS : 0;
	int signal_number = 0;

	if (!motion->duty.left_permille && !motion->duty.right_permille) {
		failure_set(failure, ERANGE, "ask for more",
			    "so little that no pulse of the motor PWM is that short: nothing moves");
		return false;
	}
	if (!motion_wait(motion, end_ns, &signal_number, failure) ||
	    !device_stop(&motion->device, ROVER_STOP_COAST, failure))
		return false;
	motion_report(motion, signal_number ? "interrupted" : "time");
	return true;
}

int motion_run(const struct context *context, long left_permille, long right_permille,
	       long for_ms)
{
	struct motion motion = { .context = context };
	struct failure failure;
	bool done;

	if (!device_open(&motion.device, context->node, O_RDWR, &failure))
		return output_failure(context, &failure);

	/* Before the first command, so that none is left running by a signal. */
	interrupt_catch();
	done = motion_start(&motion, left_permille, right_permille, &failure);
	if (done) {
		if (left_permille || right_permille)
			done = motion_drive(&motion, for_ms, &failure);
		else
			motion_report(&motion, "stopped");
	}
	device_close(&motion.device);
	return done ? EXIT_DONE : output_failure(context, &failure);
}
