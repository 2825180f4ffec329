// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives a metre in a control loop of its own, as the hardware component of a
 * ros2_control robot does: read() what the wheels do, decide, write() how fast they
 * are to be. C, by ioctl; ROS2.md in the folder above tells which field is what.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/rover.h>

#define PERIOD_NS	20000000	/* 50 Hz, as controller_manager's update_rate */
#define WAY_M		1.0
#define SPEED_M_S	0.3

/* on_activate(): ten periods missed, and the rover stops. */
static int activate(struct rover_info *info)
{
	struct rover_take take = { .flags = ROVER_TAKE_DEADMAN, .deadman_ms = 200 };
	struct rover_report report = { .interval_ms = 100 };
	struct rover_snapshot now;
	int fd = open("/dev/rover", O_RDWR);

	if (fd < 0 || ioctl(fd, ROVER_IOC_INFO, info) || ioctl(fd, ROVER_IOC_REPORT, &report))
		err(1, "/dev/rover");
	if (!ioctl(fd, ROVER_IOC_TAKE, &take))
		return fd;
	if (errno == EBUSY && !ioctl(fd, ROVER_IOC_SNAPSHOT, &now))
		errx(1, "busy: process %d drives", now.lease_pid);
	err(1, "take");
}

/* read(): the state interface; the middle of both wheels will do here. */
static double read_position_m(int fd, const struct rover_info *info)
{
	struct rover_snapshot now;

	if (ioctl(fd, ROVER_IOC_SNAPSHOT, &now))
		err(1, "snapshot");
	return (now.left.count + now.right.count) / 2.0 / info->counts_per_revolution *
	       info->wheel_circumference_um / 1e6;
}

/* write(): the command interface. Each command feeds the deadman as well. */
static void write_speed(int fd, double left_m_s, double right_m_s)
{
	struct rover_speed speed = { .left_um_s = left_m_s * 1e6, .right_um_s = right_m_s * 1e6 };

	if (ioctl(fd, ROVER_IOC_SPEED, &speed))
		err(1, "speed");
}

/* What stopped the rover has a reason: do not just drive on. */
static void take_events(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	struct rover_event event;

	while (poll(&file, 1, 0) > 0) {
		if (read(fd, &event, sizeof(event)) != sizeof(event))
			err(1, "the rover is gone");
		if (event.type == ROVER_EVENT_STOP)
			errx(1, "stopped, reason %u", event.stop.reason);
		if (event.type == ROVER_EVENT_LOST)
			warnx("%llu events were lost", (unsigned long long)event.lost.count);
		if (event.type == ROVER_EVENT_SAMPLE)
			printf("x %.1f mm, y %.1f mm, heading %.3f rad\n", event.sample.x_um / 1e3,
			       event.sample.y_um / 1e3, event.sample.heading_urad / 1e6);
	}
}

int main(void)
{
	struct rover_stop stop = { .mode = ROVER_STOP_BRAKE };
	struct timespec period = { .tv_nsec = PERIOD_NS };
	struct rover_info info;
	int fd = activate(&info);
	double left_m, goal_m = read_position_m(fd, &info) + WAY_M;

	while ((left_m = goal_m - read_position_m(fd, &info)) > 0.002) {
		take_events(fd);
		write_speed(fd, fmin(SPEED_M_S, 0.02 + 2 * left_m), fmin(SPEED_M_S, 0.02 + 2 * left_m));
		nanosleep(&period, NULL);
	}
	return ioctl(fd, ROVER_IOC_STOP, &stop) ? 1 : 0;	/* and closing the file lets go */
}
