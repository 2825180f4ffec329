/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events by netlink: those of the kernel's multicast groups, as records of read()
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_NETLINK_H
#define ROVERCTL_NETLINK_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/rover.h>

struct nl_sock;

/* What netlink_next() found. */
enum netlink_found {
	NETLINK_NOTHING,
	NETLINK_EVENT,
	NETLINK_LOST,		/* too slow: some events are missing */
	NETLINK_DEPARTED,	/* the rover has gone */
	NETLINK_FAILED,
};

/**
 * struct netlink - a socket that listens for the events of one rover
 * @socket: libnl's
 * @fd: to wait on
 * @index: N of roverN
 * @found: what the last message was
 * @event: the event, if it was one
 */
struct netlink {
	struct nl_sock *socket;
	int fd;
	uint32_t index;
	enum netlink_found found;
	struct rover_event event;
};

/**
 * netlink_open() - listen from now on
 * @netlink: filled in
 * @index: of the rover
 * @ranges: for measurements, too
 *
 * Return: NULL, or why it cannot be done here; netlink_close() undoes it.
 */
const char *netlink_open(struct netlink *netlink, uint32_t index, bool ranges);
void netlink_close(struct netlink *netlink);

/* The next message that is there already; an event is in @netlink->event. */
enum netlink_found netlink_next(struct netlink *netlink);

#endif
