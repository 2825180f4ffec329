/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cockpit: what its parts share
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_COCKPIT_H
#define ROVERCTL_COCKPIT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/rover.h>

#include "device.h"

/* As many events are kept as the largest screen will show. */
#define COCKPIT_EVENTS		64
#define COCKPIT_EVENT_SIZE	80

struct cockpit_delay {
	int64_t last;
	int64_t worst;
};

/**
 * struct cockpit - a rover, and who sits in it
 * @device: opened for writing, O_NONBLOCK
 * @now: last snapshot
 * @now_ns: when it was taken, by CLOCK_MONOTONIC; 0: not yet, or not of late
 * @look_ns: from one snapshot to the next: a terminal or a machine that is slow
 * @call_ns: how long a command took
 * @power_permille: of full drive, for the arrow keys
 * @ahead: -1, 0 or 1: what is driven now
 * @left: -1, 0 or 1: likewise, turning
 * @until_ns: when that ends unless its key comes again; 0 if nothing is driven
 * @feed_ns: when it wants the next FEED
 * @motion_id: what is driven, or was until just now; 0 once it is known to have ended
 * @blocked_ns: arrow keys are not heard before that
 * @let_go_ns: when a lease that is not used is given back; 0 if there is none
 * @head: where it was last told to look
 * @head_ns: when
 * @said: the last thing that was refused, or worth knowing
 * @is_loud: it is a refusal
 * @events: the last ones, as text; the newest is number @event_count - 1
 * @event_count: so far
 * @fits: the window is large enough
 */
struct cockpit {
	struct device device;
	struct rover_snapshot now;
	int64_t now_ns;
	struct cockpit_delay look_ns;
	struct cockpit_delay call_ns;
	int power_permille;
	int ahead;
	int left;
	int64_t until_ns;
	int64_t feed_ns;
	uint32_t motion_id;
	int64_t blocked_ns;
	int64_t let_go_ns;
	struct rover_look head;
	int64_t head_ns;
	char said[256];
	bool is_loud;
	char events[COCKPIT_EVENTS][COCKPIT_EVENT_SIZE];
	unsigned int event_count;
	bool fits;
};

/* cockpit_drive.c: what keys do. Each returns false if the rover is gone. */
bool cockpit_key(struct cockpit *cockpit, int key, struct failure *failure);
bool cockpit_drive_tick(struct cockpit *cockpit, struct failure *failure);
/* When cockpit_drive_tick() is wanted; INT64_MAX for never. */
int64_t cockpit_drive_next_ns(const struct cockpit *cockpit);
/* Stop what we drive, whatever the reason; quiet if nothing is driven. */
void cockpit_park(struct cockpit *cockpit);
/* Something has stopped a motion. */
void cockpit_stopped(struct cockpit *cockpit, const struct rover_event_stop *stop);

/* cockpit_events.c: keep an event as text. */
void cockpit_event(struct cockpit *cockpit, const struct rover_event *event);

/* cockpit_view.c: draw all of it. */
void cockpit_draw(const struct cockpit *cockpit);

void cockpit_delay(struct cockpit_delay *delay, int64_t ns);
void __printf(3, 4)
cockpit_say(struct cockpit *cockpit, bool is_loud, const char *text, ...);

#endif
