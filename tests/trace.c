// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracepoints and debugfs: what the driver tells of itself, against what the
 * board saw.
 *
 * Wants --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define TRACING		"/sys/kernel/tracing/"
#define DEBUG		"/sys/kernel/debug/rover/"
#define TRACE_SIZE	0x100000

static void write_or_fail(const char *path, const char *text)
{
	int err = file_write(path, text);

	if (err)
		die("%s: %s", path, strerror(-err));
}

/* What was traced until now. */
static void clear_trace(void)
{
	int fd = open(TRACING "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		die("cannot clear the trace: %s", strerror(errno));
	close(fd);
}

/* A value of a file in the rover's folder of debugfs. */
static __s64 debug_value(const char *file, const char *key)
{
	char path[96], text[1024], line[64];
	const char *found;

	snprintf(path, sizeof(path), DEBUG "rover0/%s", file);
	text[0] = '\n';
	if (file_read(path, text + 1, sizeof(text) - 1) < 0)
		die("no %s", path);
	snprintf(line, sizeof(line), "\n%s=", key);
	found = strstr(text, line);
	if (!found)
		die("%s has no %s", file, key);
	return strtoll(found + strlen(line), NULL, 10);
}

FIXTURE(trace) {
	int fd;
	char *text;
};

FIXTURE_SETUP(trace)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	self->text = calloc(1, TRACE_SIZE);
	if (mount("tracefs", TRACING, "tracefs", 0, NULL) && errno != EBUSY)
		die("tracefs: %s", strerror(errno));
	write_or_fail(TRACING "trace_clock", "mono");
	clear_trace();
	write_or_fail(TRACING "events/rover/enable", "1");
}

FIXTURE_TEARDOWN(trace)
{
	write_or_fail(TRACING "events/rover/enable", "0");
	free(self->text);
	close(self->fd);
	rover_bind();
}

/* Lines in which a text is, and the last of them. */
static unsigned int count_lines(const char *text, const char *what, const char **last)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		if (last)
			*last = text;
		n++;
		text++;
	}
	return n;
}

static void read_trace(char *text)
{
	if (file_read(TRACING "trace", text, TRACE_SIZE) < 0)
		die("no trace");
}

TEST_F(trace, commands_and_stops)
{
	struct rover_event stop;
	char line[96];

	event_skip(self->fd);
	clear_trace();
	ASSERT_EQ(0, rover_duty(self->fd, 400, -300));
	ASSERT_EQ(-ERANGE, rover_duty(self->fd, 1001, 0));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000, &stop));
	read_trace(self->text);
	EXPECT_EQ(1, count_lines(self->text, "rover0 duty left=400 right=-300 error=0", NULL));
	EXPECT_EQ(1, count_lines(self->text, "rover0 stop left=0 right=0 error=0", NULL));
	EXPECT_EQ(1, count_lines(self->text, "rover_stop: ", NULL));
	snprintf(line, sizeof(line), "rover_stop: rover0 command brake latency_ns=%u",
		 stop.stop.latency_ns);
	EXPECT_EQ(1, count_lines(self->text, line, NULL))
		TH_LOG("no %s", line);
}

/* One line for each edge and each tick, and none from a rover that stands. */
TEST_F(trace, edges_and_ticks)
{
	struct rover_snapshot before, after;
	const char *last = self->text;

	before = rover_snapshot_or_fail(self->fd);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(500 * MS);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	pause_ns(300 * MS);
	after = rover_snapshot_or_fail(self->fd);
	read_trace(self->text);
	EXPECT_LT(20, after.left.count - before.left.count);
	EXPECT_EQ(after.left.count - before.left.count,
		  count_lines(self->text, "rover_edge: rover0 left ", &last));
	EXPECT_EQ(after.left.count, strtoll(strstr(last, "count=") + 6, NULL, 10));
	EXPECT_EQ(after.left.edge_time_ns, strtoull(strstr(last, "time_ns=") + 8, NULL, 10));
	EXPECT_EQ(after.right.count - before.right.count,
		  count_lines(self->text, "rover_edge: rover0 right ", NULL));
	EXPECT_LE(49, count_lines(self->text, "rover_tick: rover0 ", NULL));

	clear_trace();
	pause_ns(300 * MS);
	read_trace(self->text);
	EXPECT_EQ(0, count_lines(self->text, "rover0", NULL));
}

TEST_F(trace, pings)
{
	struct rover_range range;
	char line[96];

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	read_trace(self->text);
	snprintf(line, sizeof(line), "rover_ping: rover0 sensor=0 valid echo_ns=%llu",
		 (unsigned long long)range.echo_ns);
	EXPECT_EQ(1, count_lines(self->text, line, NULL))
		TH_LOG("no %s", line);
}

/*
 * debugfs
 */
FIXTURE(debug) {
	int fd;
};

FIXTURE_SETUP(debug)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	write_or_fail(DEBUG "rover0/reset", "1");
}

FIXTURE_TEARDOWN(debug)
{
	write_or_fail(DEBUG "timing", "0");
	close(self->fd);
	rover_bind();
}

TEST_F(debug, stops_have_their_latency)
{
	struct rover_event stop;
	__u32 worst_ns = 0;
	unsigned int i;

	event_skip(self->fd);
	write_or_fail(DEBUG "rover0/reset", "1");
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
		ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000, &stop));
		if (stop.stop.latency_ns > worst_ns)
			worst_ns = stop.stop.latency_ns;
	}
	EXPECT_LT(0, worst_ns);
	EXPECT_EQ(5, debug_value("stops", "count"));
	EXPECT_EQ(stop.stop.latency_ns, debug_value("stops", "last_ns"));
	EXPECT_EQ(worst_ns, debug_value("stops", "worst_ns"));
}

TEST_F(debug, ticks_are_counted)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(505 * MS);
	EXPECT_NEAR(50, 1, debug_value("ticks", "count"));
	EXPECT_EQ(0, debug_value("ticks", "overruns"));
	EXPECT_LT(0, debug_value("ticks", "late_ns"));
	EXPECT_LE(debug_value("ticks", "late_ns"), debug_value("ticks", "late_max_ns"));
	EXPECT_LE(debug_value("ticks", "took_ns"), debug_value("ticks", "took_max_ns"));
	EXPECT_GE(MS, debug_value("ticks", "late_max_ns"));
}

/* 25 ms without interrupts: two ticks at least have no time of their own. */
TEST_F(debug, late_ticks_are_noticed)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, board_control("irqs_off", "off_us=25000 count=1 delay_us=50000"));
	pause_ns(200 * MS);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_NEAR(2, 1, debug_value("ticks", "overruns"));
	EXPECT_LE(15 * MS, debug_value("ticks", "late_max_ns"));
	EXPECT_GE(26 * MS, debug_value("ticks", "late_max_ns"));
}

static const char *const handlers[] = { "encoder", "echo", "pwm", "tick", "control" };

static __s64 handler_value(const char *handler, const char *what)
{
	char key[48];

	snprintf(key, sizeof(key), "%s_%s", handler, what);
	return debug_value("handlers", key);
}

TEST_F(debug, handlers_are_timed_when_asked)
{
	struct rover_snapshot before, after;
	struct rover_range range;
	unsigned int i;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(200 * MS);
	for (i = 0; i < ARRAY_SIZE(handlers); i++)
		EXPECT_EQ(0, handler_value(handlers[i], "count"));

	write_or_fail(DEBUG "timing", "1");
	before = rover_snapshot_or_fail(self->fd);
	pause_ns(500 * MS);
	after = rover_snapshot_or_fail(self->fd);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	EXPECT_LE(after.left.count - before.left.count + after.right.count - before.right.count,
		  handler_value("encoder", "count"));
	EXPECT_EQ(2, handler_value("echo", "count"));
	EXPECT_LE(50, handler_value("tick", "count"));
	EXPECT_LE(50, handler_value("control", "count"));
	for (i = 0; i < ARRAY_SIZE(handlers); i++) {
		if (!handler_value(handlers[i], "count"))
			continue;
		EXPECT_LT(0, handler_value(handlers[i], "mean_ns"));
		EXPECT_LE(handler_value(handlers[i], "mean_ns"),
			  handler_value(handlers[i], "max_ns"));
		EXPECT_GE(MS, handler_value(handlers[i], "max_ns"));
	}
}

TEST_F(debug, losses_are_counted)
{
	__s64 pushed = debug_value("events", "pushed");
	int other = rover_open_or_fail(O_RDONLY);
	unsigned int i;

	EXPECT_EQ(2, debug_value("events", "files"));
	ASSERT_EQ(0, rover_subscribe(self->fd, BIT_ULL(ROVER_EVENT_STOP), 16));
	ASSERT_EQ(0, rover_subscribe(other, 0, 0));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
		sched_yield();
	}
	EXPECT_EQ(pushed + 50, debug_value("events", "pushed"));
	EXPECT_EQ(0, debug_value("events", "ring_lost"));
	EXPECT_TRUE(EVENTUALLY(debug_value("events", "queue_lost") == 50 - 16));
	close(other);
}

/* Who is in a file is waited for, who comes later finds nothing. */
TEST_F(debug, folder_goes_with_the_rover)
{
	char text[64];
	int file = open(DEBUG "rover0/ticks", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, file);
	ASSERT_EQ(0, rover_unbind());
	EXPECT_FALSE(file_exists(DEBUG "rover0"));
	EXPECT_GT(0, read(file, text, sizeof(text)));
	close(file);
	ASSERT_EQ(0, rover_bind());
	EXPECT_TRUE(file_exists(DEBUG "rover0"));
}

TEST_HARNESS_MAIN
