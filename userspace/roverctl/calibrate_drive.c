// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One guided run of calibrate: to its end, or until the user has had enough
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "calibrate.h"
#include "clock.h"
#include "interrupt.h"
#include "motion.h"

/* A shorter one that is set stays; none, or a longer one, is not for experiments. */
#define DRIVE_DEADMAN_MS	1000

/* Three in the shortest of the usual deadman times: two may be late. */
#define DRIVE_FEED_NS		(100 * NS_PER_MS)

/* Wheels that were not counted for so long have come to rest. */
#define DRIVE_REST_NS		(300 * NS_PER_MS)

bool calibrate_counts_now(struct calibration *calibration, int64_t *left, int64_t *right,
			  struct failure *failure)
{
	struct rover_snapshot now;

	if (!device_snapshot(&calibration->device, &now, failure))
		return false;
	*left = now.left.count;
	*right = now.right.count;
	return true;
}

static bool drive_take(struct device *device, struct failure *failure)
{
	struct rover_take take = { 0 };

	if (!device->info.deadman_default_ms ||
	    device->info.deadman_default_ms > DRIVE_DEADMAN_MS) {
		take.flags = ROVER_TAKE_DEADMAN;
		take.deadman_ms = DRIVE_DEADMAN_MS;
	}
	return device_listen(device, 1 << ROVER_EVENT_DONE, failure) &&
	       device_call(device, ROVER_IOC_TAKE, &take, failure);
}

/* Return: 1 when the way is at its end, 0 if not yet, -1 when it was cut short. */
static int drive_read(struct device *device, uint32_t motion_id, struct failure *failure)
{
	struct rover_event event;
	int got;

	while ((got = device_event(device, &event, failure)) > 0) {
		if (event.type != ROVER_EVENT_DONE || event.done.motion_id != motion_id)
			continue;
		if (event.done.complete)
			return 1;
		motion_explain_stop(device, &event.done, failure);
		return -1;
	}
	return got;
}

static bool drive_wait(struct device *device, uint32_t motion_id, struct failure *failure)
{
	for (;;) {
		struct pollfd files[] = {
			{ .fd = device->fd, .events = POLLIN },
			{ .fd = STDIN_FILENO, .events = POLLIN },
		};
		int over;

		if (interrupt_wait_files(clock_now_ns() + DRIVE_FEED_NS, files, 2) ||
		    files[1].revents) {
			ask_give_up(failure);
			return false;
		}
		over = drive_read(device, motion_id, failure);
		if (over)
			return over > 0;
		/* It may just have come to its end: the event says so the next time. */
		if (!device_call(device, ROVER_IOC_FEED, NULL, failure) &&
		    failure->error != ECANCELED)
			return false;
	}
}

static bool drive_rest(struct calibration *calibration, struct failure *failure)
{
	int64_t left, right, left_before, right_before;

	do {
		if (!calibrate_counts_now(calibration, &left_before, &right_before, failure))
			return false;
		if (interrupt_wait(clock_now_ns() + DRIVE_REST_NS)) {
			ask_give_up(failure);
			return false;
		}
		if (!calibrate_counts_now(calibration, &left, &right, failure))
			return false;
	} while (left != left_before || right != right_before);
	return true;
}

bool calibrate_drive(struct calibration *calibration, unsigned long request, int64_t way,
		     int64_t speed, struct calibrate_way *gone, struct failure *failure)
{
	struct rover_path path = {
		.way = way,
		.speed = speed,
		.end = ROVER_STOP_BRAKE,
		.flags = ROVER_PATH_FRESH,
	};
	struct device *device = &calibration->device;
	struct failure ignored;
	int64_t left, right;
	bool done;

	if (!calibrate_counts_now(calibration, &gone->left, &gone->right, failure))
		return false;
	fprintf(stderr, "Driving; Enter stops it.\n");
	done = drive_take(device, failure) && device_call(device, request, &path, failure) &&
	       drive_wait(device, path.motion_id, failure);
	if (!done) {
		device_stop(device, ROVER_STOP_BRAKE, &ignored);
		return false;
	}
	if (!drive_rest(calibration, failure) ||
	    !calibrate_counts_now(calibration, &left, &right, failure) ||
	    !device_call(device, ROVER_IOC_RELEASE, NULL, failure))
		return false;
	gone->left = llabs(left - gone->left);
	gone->right = llabs(right - gone->right);
	return true;
}
