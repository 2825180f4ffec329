// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Closed-loop motions: commands, their ends, and how fast the wheels really are.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <poll.h>

#include "device.h"
#include "measure.h"
#include "motion.h"
#include "util.h"

int motion_speed(int fd, __s64 left_um_s, __s64 right_um_s)
{
	struct rover_speed speed = { .left_um_s = left_um_s, .right_um_s = right_um_s };

	return rover_call(fd, ROVER_IOC_SPEED, &speed);
}

int motion_twist(int fd, struct rover_twist *twist)
{
	return rover_call(fd, ROVER_IOC_TWIST, twist);
}

static int motion_path(int fd, unsigned long request, __s64 way, __u32 end, __u32 *id)
{
	struct rover_path path = { .way = way, .end = end };
	int err = rover_call(fd, request, &path);

	if (id)
		*id = path.motion_id;
	return err;
}

int motion_move(int fd, __s64 way_um, __u32 end, __u32 *id)
{
	return motion_path(fd, ROVER_IOC_MOVE, way_um, end, id);
}

int motion_turn(int fd, __s64 angle_urad, __u32 end, __u32 *id)
{
	return motion_path(fd, ROVER_IOC_TURN, angle_urad, end, id);
}

int motion_set_pose(int fd, __s64 x_um, __s64 y_um, __s64 heading_urad)
{
	struct rover_pose pose = { .x_um = x_um, .y_um = y_um, .heading_urad = heading_urad };

	return rover_call(fd, ROVER_IOC_POSE, &pose);
}

int motion_configure(int fd, __u64 fields, struct rover_settings *settings)
{
	settings->fields = fields;
	return rover_call(fd, ROVER_IOC_CONFIGURE, settings);
}

bool motion_event(int fd, unsigned int type, unsigned int ms, struct rover_event *event)
{
	__s64 until_ns = now_ns() + ms * MS;
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	for (;;) {
		__s64 left_ns = until_ns - now_ns();

		if (left_ns < 0 || poll(&pollfd, 1, left_ns / MS + 1) != 1)
			return false;
		if (read(fd, event, sizeof(*event)) != sizeof(*event))
			die("no whole event");
		if (event->type == type)
			return true;
	}
}

struct rover_event_done motion_done_or_fail(int fd, __u32 id, unsigned int ms)
{
	struct rover_event event;

	do {
		if (!motion_event(fd, ROVER_EVENT_DONE, ms, &event))
			die("motion %u does not end", id);
	} while (event.done.motion_id != id);
	return event.done;
}

struct motion_travel motion_travel(void)
{
	struct truth_key keys[] = {
		{ "t_ns" }, { "left_travel_um" }, { "right_travel_um" },
		{ "x_um" }, { "y_um" }, { "heading_urad" },
	};

	TRUTH_TAKE(keys);
	return (struct motion_travel){
		keys[0].value, keys[1].value, keys[2].value,
		keys[3].value, keys[4].value, keys[5].value,
	};
}

static __s64 motion_um_s(__s64 way_um, const struct motion_travel *from,
			 const struct motion_travel *to)
{
	return way_um * 1000000 / ((to->time_ns - from->time_ns) / 1000);
}

__s64 motion_left_um_s(const struct motion_travel *from, const struct motion_travel *to)
{
	return motion_um_s(to->left_um - from->left_um, from, to);
}

__s64 motion_right_um_s(const struct motion_travel *from, const struct motion_travel *to)
{
	return motion_um_s(to->right_um - from->right_um, from, to);
}
