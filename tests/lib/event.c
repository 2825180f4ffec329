// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records that /dev/rover gives to those who read it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

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
	if (read(fd, event, sizeof(*event)) != sizeof(*event))
		die("no whole record: %s", strerror(errno));
	return true;
}
