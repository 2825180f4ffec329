// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rover_iio: the sonars as an IIO device: single readings, the buffer, their
 * times; and comings and goings of rover and modules, with files open.
 *
 * For scripts/vm --icount --module rover_iio.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "board.h"
#include "device.h"
#include "face.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define DEVICE		"iio:device"
#define ERROR_UM	3000	/* as for the sonar itself */
#define INTERVAL_NS	(60 * MS)

/* A scan of one sonar with its time. */
struct scan {
	__s32 um;
	__s32 padding;
	__s64 time_ns;
};

static bool has_device(void)
{
	return face_exists(DEVICE);
}

/* 0 or -errno */
static int device_read(const char *file, double *value)
{
	char text[64];
	int length = file_read(face_path(DEVICE, file), text, sizeof(text));

	if (length < 0)
		return length;
	*value = atof(text);
	return 0;
}

static void device_write(const char *file, const char *text)
{
	int err = file_write(face_path(DEVICE, file), text);

	if (err)
		die("%s: %s", file, strerror(-err));
}

static void buffer_begin(const char *clock)
{
	device_write("current_timestamp_clock", clock);
	device_write("scan_elements/in_distance0_en", "1");
	device_write("scan_elements/in_timestamp_en", "1");
	device_write("buffer/length", "64");
	device_write("buffer/enable", "1");
}

static void scan_or_fail(int fd, struct scan *scan)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	if (poll(&poller, 1, 2000 * slowness()) != 1)
		die("no scan came");
	if (read(fd, scan, sizeof(*scan)) != sizeof(*scan))
		die("a scan is not whole: %s", strerror(errno));
}

FIXTURE(iio) {
	int fd;
};

FIXTURE_SETUP(iio)
{
	module_load_or_fail("rover_iio");
	if (rover_bind() || !EVENTUALLY(has_device()))
		die("no rover with an IIO device");
	rover_calm();
	room_one_wall();
	room_stand(1000);
	self->fd = face_open_or_fail(DEVICE, O_RDONLY | O_NONBLOCK);
}

FIXTURE_TEARDOWN(iio)
{
	if (has_device())
		device_write("buffer/enable", "0");
	close(self->fd);
}

TEST_F(iio, raw_times_scale_is_metres)
{
	static const int distances_mm[] = { 300, 1000, 3500 };
	double raw, scale;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(distances_mm); i++) {
		room_stand(distances_mm[i]);
		pause_ns(150 * MS);	/* what was measured before is not fresh any more */
		ASSERT_EQ(0, device_read("in_distance0_raw", &raw));
		ASSERT_EQ(0, device_read("in_distance_scale", &scale));
		EXPECT_NEAR(truth("sonar_distance_um"), ERROR_UM, (__s64)(raw * scale * 1e6));
	}
}

TEST_F(iio, no_distance_is_an_error)
{
	double raw;

	pause_ns(150 * MS);
	room_no_wall();
	EXPECT_EQ(-ETIMEDOUT, device_read("in_distance0_raw", &raw));
	pause_ns(150 * MS);
	room_faults("sonar=dead");
	EXPECT_EQ(-EIO, device_read("in_distance0_raw", &raw));
	pause_ns(150 * MS);
	room_faults("sonar=stuck-high");
	EXPECT_EQ(-ENODATA, device_read("in_distance0_raw", &raw));
}

TEST_F(iio, each_sonar_is_a_channel)
{
	static const char *const keys[] = {
		"sonar_distance_um", "sonar1_distance_um", "sonar2_distance_um",
		"sonar3_distance_um",
	};
	int fd = rover_open_or_fail(O_RDONLY);
	unsigned int i, sonars = rover_info_or_fail(fd).sonars;
	char file[40];
	double raw;

	close(fd);
	/* Something in all directions, at distances of their own. */
	ASSERT_EQ(0, board_control("walls", "5000 -5000 5000 5000\n-5000 -1100 5000 -1100\n"
				   "2000 -5000 2000 5000\n"));
	pause_ns(150 * MS);
	for (i = 0; i < 5; i++) {
		snprintf(file, sizeof(file), "in_distance%u_raw", i);
		EXPECT_EQ(i < sonars, file_exists(face_path(DEVICE, file)));
		if (i >= sonars)
			continue;
		ASSERT_EQ(0, device_read(file, &raw));
		EXPECT_NEAR(truth(keys[i]), ERROR_UM, (__s64)raw);
	}
}

TEST_F(iio, sonar_runs_while_the_buffer_is_enabled)
{
	__s64 pings = truth("sonar_pings");

	pause_ns(500 * MS);
	EXPECT_EQ(pings, truth("sonar_pings"));
	buffer_begin("monotonic");
	EXPECT_TRUE(EVENTUALLY(truth("sonar_pings") >= pings + 5));
	device_write("buffer/enable", "0");
	pause_ns(100 * MS);	/* one may be under way */
	pings = truth("sonar_pings");
	pause_ns(500 * MS);
	EXPECT_EQ(pings, truth("sonar_pings"));
}

/* A distance is true when the burst meets the wall: in the middle of the echo. */
TEST_F(iio, scans_are_distances_and_their_times)
{
	struct truth_key keys[] = {
		{ "sonar_last_rise_ns" }, { "sonar_last_echo_ns" }, { "sonar_distance_um" },
	};
	struct scan scan = {}, before;
	unsigned int i;

	buffer_begin("monotonic");
	for (i = 0; i < 8; i++) {
		before = scan;
		room_stand(600 + 100 * i);
		scan_or_fail(self->fd, &scan);
		TRUTH_TAKE(keys);
		EXPECT_NEAR(keys[2].value, ERROR_UM, scan.um);
		EXPECT_NEAR(keys[0].value + keys[1].value / 2, 200 * US * slowness(),
			    scan.time_ns);
		if (i)
			EXPECT_LE(INTERVAL_NS - MS, scan.time_ns - before.time_ns);
	}
}

TEST_F(iio, times_are_of_the_clock_that_is_chosen)
{
	struct timespec now;
	struct scan scan;

	buffer_begin("realtime");
	scan_or_fail(self->fd, &scan);
	clock_gettime(CLOCK_REALTIME, &now);
	EXPECT_NEAR(now.tv_sec * 1000000000LL + now.tv_nsec, 100 * MS * slowness(),
		    scan.time_ns);
}

TEST_F(iio, no_distance_is_no_scan)
{
	struct pollfd poller = { .fd = self->fd, .events = POLLIN };
	struct scan scan;
	__s64 pings;

	buffer_begin("monotonic");
	scan_or_fail(self->fd, &scan);
	room_faults("sonar=dead");
	pings = truth("sonar_pings");
	ASSERT_TRUE(EVENTUALLY(truth("sonar_pings") >= pings + 2));
	while (read(self->fd, &scan, sizeof(scan)) > 0)
		;
	EXPECT_EQ(EAGAIN, errno);
	pings = truth("sonar_pings");
	EXPECT_TRUE(EVENTUALLY(truth("sonar_pings") >= pings + 3));
	EXPECT_EQ(0, poll(&poller, 1, 0));
	room_faults("sonar=none");
	scan_or_fail(self->fd, &scan);
	EXPECT_NEAR(1000000, ERROR_UM, scan.um);
}

/* A process that waits for scans until it is told why there are no more. */
static pid_t start_reader(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("no pipe");
	pid = fork();
	if (!pid) {
		int fd = face_open_or_fail(DEVICE, O_RDONLY);
		struct scan scan;

		write(ready[1], "", 1);
		while (read(fd, &scan, sizeof(scan)) > 0)
			;
		_exit(errno);
	}
	if (read(ready[0], &byte, 1) != 1)
		die("no reader");
	close(ready[0]);
	close(ready[1]);
	return pid;
}

TEST_F(iio, rover_leaves_a_buffer_that_is_read)
{
	struct scan scan;
	pid_t pid;
	int i;

	/* One reader at a time. */
	close(self->fd);
	for (i = 0; i < 5; i++) {
		buffer_begin("monotonic");
		pid = start_reader();
		pause_ns((30 + i * 13) * MS);
		ASSERT_EQ(0, rover_unbind());
		EXPECT_EQ(ENODEV, wait_for(pid));
		ASSERT_EQ(0, rover_bind());
		ASSERT_TRUE(EVENTUALLY(has_device()));
	}
	self->fd = face_open_or_fail(DEVICE, O_RDONLY | O_NONBLOCK);
	buffer_begin("monotonic");
	ASSERT_EQ(0, rover_unbind());
	EXPECT_EQ(-1, read(self->fd, &scan, sizeof(scan)));
	EXPECT_EQ(ENODEV, errno);
	ASSERT_EQ(0, rover_bind());
	ASSERT_TRUE(EVENTUALLY(has_device()));
}

TEST_F(iio, modules_leave_when_nobody_uses_them)
{
	buffer_begin("monotonic");
	EXPECT_EQ(-EWOULDBLOCK, module_unload("rover"));
	EXPECT_EQ(-EWOULDBLOCK, module_unload("rover_iio"));
	close(self->fd);
	/* The buffer is still enabled: it runs the sonar, until the face goes. */
	EXPECT_EQ(0, module_unload("rover_iio"));
	EXPECT_FALSE(has_device());
	EXPECT_TRUE(file_exists(ROVER_DEVICE));
	EXPECT_EQ(0, module_unload("rover"));
	/* It needs rover, and finds the rover there. */
	module_load_or_fail("rover_iio");
	EXPECT_TRUE(EVENTUALLY(has_device()));
	self->fd = face_open_or_fail(DEVICE, O_RDONLY | O_NONBLOCK);
}

TEST_HARNESS_MAIN
