// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records that /dev/rover gives to those who read it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "event.h"
#include "util.h"

void event_listen(int fd, __u64 kinds)
{
	struct rover_subscribe subscribe = { .kinds = kinds, .flags = ROVER_SUBSCRIBE_FLUSH };
	int err = rover_call(fd, ROVER_IOC_SUBSCRIBE, &subscribe);

	if (err)
		die("SUBSCRIBE: %s", strerror(-err));
}

bool event_next(int fd, int ms, struct rover_event *event)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	if (poll(&poller, 1, ms) != 1)
		return false;
	/* A rover that is gone has no more. */
	return read(fd, event, sizeof(*event)) == sizeof(*event);
}

bool event_find(int fd, enum rover_event_type type, int ms, struct rover_event *event)
{
	__s64 until_ns = now_ns() + ms * MS;
	__s64 left_ns;

	while ((left_ns = until_ns - now_ns()) > 0) {
		if (!event_next(fd, left_ns / MS + 1, event))
			return false;
		if (event->type == type)
			return true;
	}
	return false;
}

/* The stop comes behind all that was pushed before it. */
void event_skip(int fd)
{
	__s64 stopped_ns = now_ns();
	int err = rover_stop(fd, ROVER_STOP_COAST);
	struct rover_event event;

	if (err)
		die("STOP: %s", strerror(-err));
	do {
		if (!event_find(fd, ROVER_EVENT_STOP, 5000, &event))
			die("a stop was not told");
	} while ((__s64)event.time_ns < stopped_ns);
}

bool event_silence(int fd, int ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return !poll(&poller, 1, ms);
}

int rover_subscribe(int fd, __u64 kinds, __u32 queue_length)
{
	struct rover_subscribe subscribe = { .kinds = kinds, .queue_length = queue_length };

	return rover_call(fd, ROVER_IOC_SUBSCRIBE, &subscribe);
}

int rover_report(int fd, __u32 interval_ms, __u32 flags)
{
	struct rover_report report = { .interval_ms = interval_ms, .flags = flags };

	return rover_call(fd, ROVER_IOC_REPORT, &report);
}
