/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closed-loop motions: commands, their ends, and how fast the wheels really are.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_MOTION_H
#define TESTS_MOTION_H

#include <linux/rover.h>
#include <linux/types.h>

#define MM		1000LL		/* in micrometres */
#define MRAD		1000LL		/* in microradians */
#define DEGREE		17453LL		/* likewise */

/* Each is 0 or -errno. */
int motion_speed(int fd, __s64 left_um_s, __s64 right_um_s);
int motion_twist(int fd, struct rover_twist *twist);
int motion_move(int fd, __s64 way_um, __u32 end, __u32 *id);
int motion_turn(int fd, __s64 angle_urad, __u32 end, __u32 *id);
int motion_set_pose(int fd, __s64 x_um, __s64 y_um, __s64 heading_urad);
/* Changes the settings that @fields of @settings names. */
int motion_configure(int fd, __u64 fields, struct rover_settings *settings);

/*
 * The next event of a kind on a file that subscribed to nothing or to it; false
 * if there is none in time.
 */
bool motion_event(int fd, unsigned int type, unsigned int ms, struct rover_event *event);
/* The end of a motion, which must come in time. */
struct rover_event_done motion_done_or_fail(int fd, __u32 id, unsigned int ms);

/* How far the wheels have really turned, and when. */
struct motion_travel {
	__s64 time_ns;
	__s64 left_um;
	__s64 right_um;
	__s64 x_um;
	__s64 y_um;
	__s64 heading_urad;
};

struct motion_travel motion_travel(void);
__s64 motion_left_um_s(const struct motion_travel *from, const struct motion_travel *to);
__s64 motion_right_um_s(const struct motion_travel *from, const struct motion_travel *to);

#endif
