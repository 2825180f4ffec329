// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rover_counter: the encoders as a counter device: counts, directions, levels
 * and events against the wheels' ground truth; and comings and goings of rover
 * and module, with files open.
 *
 * For scripts/vm --icount --module rover_counter, with encoders of one line a
 * side or of two.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/counter.h>
#include <linux/types.h>
#include <poll.h>
#include <stdio.h>

#include "board.h"
#include "device.h"
#include "face.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define DEVICE		"counter"
#define SIDES		2

static const char *const edges_a[SIDES] = { "left_edges_a", "right_edges_a" };
static const char *const quarters[SIDES] = { "left_quarters", "right_quarters" };

static bool has_device(void)
{
	return face_exists(DEVICE);
}

/* An attribute of the device, without its newline; valid until the next call. */
static const char *device_read(const char *file)
{
	static char text[64];
	int length = file_read(face_path(DEVICE, file), text, sizeof(text));

	if (length < 0)
		die("%s: %s", file, strerror(-length));
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool device_is(const char *file, const char *text)
{
	return !strcmp(device_read(file), text);
}

/* The same, and tells what it says instead. */
static bool device_says(const char *file, const char *text)
{
	bool is = device_is(file, text);

	if (!is)
		printf("# %s: %s, not %s\n", file, device_read(file), text);
	return is;
}

static __s64 device_count(unsigned int side)
{
	char file[32];

	snprintf(file, sizeof(file), "count%u/count", side);
	return strtoull(device_read(file), NULL, 10);
}

/* Wheels turn so fast, whatever their bridges do. */
static void turn_wheels(__s64 left_um_s, __s64 right_um_s)
{
	char text[64];

	snprintf(text, sizeof(text), "left=%lld right=%lld", left_um_s, right_um_s);
	if (board_control("force", text))
		die("the wheels cannot be turned");
}

static int add_watch(int fd, unsigned int side, unsigned int channel, unsigned int event)
{
	struct counter_watch watch = {
		.component.type = COUNTER_COMPONENT_COUNT,
		.component.scope = COUNTER_SCOPE_COUNT,
		.component.parent = side,
		.event = event,
		.channel = channel,
	};

	return ioctl(fd, COUNTER_ADD_WATCH_IOCTL, &watch) ? -errno : 0;
}

static void watch_both(int fd)
{
	unsigned int side;

	for (side = 0; side < SIDES; side++)
		if (add_watch(fd, side, side, COUNTER_EVENT_CHANGE_OF_STATE))
			die("cannot watch");
	if (ioctl(fd, COUNTER_ENABLE_EVENTS_IOCTL))
		die("cannot enable events");
}

/* The counter subsystem keeps what the last who opened it has not read. */
static void skip_events(int fd)
{
	struct counter_event event;

	while (read(fd, &event, sizeof(event)) > 0)
		;
}

FIXTURE(counter) {
	int fd;
	unsigned int lines;
};

FIXTURE_SETUP(counter)
{
	module_load_or_fail("rover_counter");
	if (rover_bind() || !EVENTUALLY(has_device()))
		die("no rover with a counter device");
	rover_calm();
	self->fd = face_open_or_fail(DEVICE, O_RDWR | O_NONBLOCK);
	skip_events(self->fd);
	self->lines = strcmp(device_read("count0/function"), "quadrature x4") ? 1 : 2;
}

FIXTURE_TEARDOWN(counter)
{
	board_control("force", "left=off right=off");
	close(self->fd);
}

TEST_F(counter, describes_itself)
{
	int fd = rover_open_or_fail(O_RDONLY);
	bool inferred = rover_info_or_fail(fd).capabilities & ROVER_CAP_INFERRED;

	close(fd);
	EXPECT_TRUE(device_says("name", "rover0"));
	EXPECT_TRUE(device_says("num_counts", "2"));
	EXPECT_TRUE(device_says("num_signals", inferred ? "2" : "4"));
	EXPECT_TRUE(device_says("count0/name", "Left wheel"));
	EXPECT_TRUE(device_says("count1/name", "Right wheel"));
	EXPECT_TRUE(device_says("count0/function", inferred ? "pulse-direction" :
							       "quadrature x4"));
	EXPECT_TRUE(device_says("count0/signal0_action", "both edges"));
	EXPECT_TRUE(device_says(inferred ? "count1/signal1_action" : "count1/signal3_action",
				"both edges"));
}

/* Two lines tell the direction of a pushed wheel; one counts on as it was driven last. */
TEST_F(counter, counts_are_those_of_the_wheels)
{
	unsigned int side;
	__s64 first[SIDES], counted, expected;

	for (side = 0; side < SIDES; side++)
		first[side] = device_count(side);
	turn_wheels(300000, -200000);
	pause_ns(500 * MS);
	turn_wheels(0, 0);
	pause_ns(50 * MS);
	for (side = 0; side < SIDES; side++) {
		counted = device_count(side) - first[side];
		EXPECT_LT(15, llabs(counted));
		expected = truth(self->lines == 1 ? edges_a[side] : quarters[side]);
		EXPECT_EQ(expected, self->lines == 1 ? llabs(counted) : counted);
	}
}

TEST_F(counter, direction_is_that_of_the_wheel)
{
	int fd = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, rover_duty(fd, -600, 600));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
	EXPECT_TRUE(EVENTUALLY(device_is("count0/direction", "backward")));
	EXPECT_TRUE(EVENTUALLY(device_is("count1/direction", "forward")));
	ASSERT_EQ(0, rover_duty(fd, 600, -600));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	EXPECT_TRUE(EVENTUALLY(device_is("count0/direction", "forward")));
	EXPECT_TRUE(EVENTUALLY(device_is("count1/direction", "backward")));
	close(fd);
}

TEST_F(counter, signals_are_the_levels_of_the_lines)
{
	static const unsigned int one_line[] = { 22, 23 };
	static const unsigned int two_lines[] = { 27, 5, 22, 23 };
	const unsigned int *lines = self->lines == 1 ? one_line : two_lines;
	unsigned int i, place, seen[4] = {};
	char file[40];

	/* A slit is 9.7 mm long: places 3 mm apart. */
	for (place = 0; place < 8; place++) {
		turn_wheels(300000, 300000);
		pause_ns(10 * MS);
		turn_wheels(0, 0);
		for (i = 0; i < SIDES * self->lines; i++) {
			unsigned int level = board_level(lines[i]);

			snprintf(file, sizeof(file), "signal%u/signal", i);
			EXPECT_TRUE(device_says(file, level ? "high" : "low"));
			seen[i] |= 1 << level;
		}
	}
	for (i = 0; i < SIDES * self->lines; i++)
		EXPECT_EQ(3, seen[i]);
}

/* What is not watched is not told, nor what was never asked for. */
TEST_F(counter, watches_are_checked)
{
	struct counter_event event;

	EXPECT_EQ(-EINVAL, add_watch(self->fd, 0, 2, COUNTER_EVENT_CHANGE_OF_STATE));
	EXPECT_EQ(-EINVAL, add_watch(self->fd, 0, 0, COUNTER_EVENT_INDEX));
	EXPECT_EQ(-EINVAL, add_watch(self->fd, 2, 0, COUNTER_EVENT_CHANGE_OF_STATE));
	/* They may roll a little still. */
	turn_wheels(0, 0);
	watch_both(self->fd);
	ASSERT_EQ(0, ioctl(self->fd, COUNTER_DISABLE_EVENTS_IOCTL));
	turn_wheels(300000, 300000);
	pause_ns(100 * MS);
	EXPECT_EQ(-1, read(self->fd, &event, sizeof(event)));
	EXPECT_EQ(EAGAIN, errno);
}

static void event_or_fail(int fd, struct counter_event *event)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	if (poll(&poller, 1, 2000 * slowness()) != 1)
		die("no event came");
	if (read(fd, event, sizeof(*event)) != sizeof(*event))
		die("an event is not whole: %s", strerror(errno));
}

/* Edges of a wheel come 2 ms apart at least; on a slow kernel several are one event. */
TEST_F(counter, each_count_is_an_event)
{
	unsigned int i, side, told[SIDES] = {};
	struct counter_event event;
	__s64 next[SIDES];

	for (side = 0; side < SIDES; side++)
		next[side] = device_count(side) + 1;
	watch_both(self->fd);
	turn_wheels(600000, 400000);
	for (i = 0; i < 40; i++) {
		event_or_fail(self->fd, &event);
		EXPECT_EQ(0, event.status);
		EXPECT_EQ(COUNTER_EVENT_CHANGE_OF_STATE, event.watch.event);
		side = event.watch.channel;
		ASSERT_GT(SIDES, side);
		EXPECT_EQ(side, event.watch.component.parent);
		if (slowness() == 1)
			EXPECT_EQ(next[side], (__s64)event.value);
		EXPECT_LE(next[side], (__s64)event.value);
		next[side] = event.value + 1;
		told[side]++;
	}
	EXPECT_LT(10, told[0]);
	EXPECT_LT(10, told[1]);
}

TEST_F(counter, events_follow_their_edges)
{
	__u64 lines = self->lines == 1 ? BIT_ULL(22) : BIT_ULL(27) | BIT_ULL(5);
	struct counter_event event;
	struct board_edges edges;
	unsigned int i, n;

	board_edges_start(lines);
	watch_both(self->fd);
	turn_wheels(100000, 0);
	for (i = 0; i < 10; i++) {
		event_or_fail(self->fd, &event);
		edges = board_edges_read();
		for (n = edges.count; n; n--)
			if (edges.edge[n - 1].time_ns <= (__s64)event.timestamp)
				break;
		ASSERT_LT(0, n);
		EXPECT_GE(MS * slowness(), (__s64)event.timestamp - edges.edge[n - 1].time_ns);
		board_edges_free(&edges);
	}
}

/* A process that reads events until it is told why there are no more. */
static pid_t start_reader(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("no pipe");
	pid = fork();
	if (!pid) {
		struct counter_event event;
		int fd = face_open_or_fail(DEVICE, O_RDWR);

		watch_both(fd);
		write(ready[1], "", 1);
		while (read(fd, &event, sizeof(event)) > 0)
			;
		_exit(errno);
	}
	if (read(ready[0], &byte, 1) != 1)
		die("no reader");
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void expect_gone(struct __test_metadata *_metadata, int fd)
{
	struct counter_event event;

	EXPECT_EQ(-ENODEV, add_watch(fd, 0, 0, COUNTER_EVENT_CHANGE_OF_STATE));
	EXPECT_EQ(-1, read(fd, &event, sizeof(event)));
	EXPECT_EQ(ENODEV, errno);
}

TEST_F(counter, rover_leaves_while_events_are_read)
{
	pid_t pid;
	int i;

	for (i = 0; i < 5; i++) {
		close(self->fd);
		pid = start_reader();
		self->fd = face_open_or_fail(DEVICE, O_RDWR | O_NONBLOCK);
		turn_wheels(5000000, 3000000);	/* 1700 counts a second */
		pause_ns((10 + i * 7) * MS);
		ASSERT_EQ(0, rover_unbind());
		EXPECT_EQ(ENODEV, wait_for(pid));
		expect_gone(_metadata, self->fd);
		turn_wheels(0, 0);
		ASSERT_EQ(0, rover_bind());
		ASSERT_TRUE(EVENTUALLY(has_device()));
	}
}

TEST_F(counter, module_leaves_while_events_are_read)
{
	pid_t pid = start_reader();

	turn_wheels(5000000, 3000000);
	pause_ns(20 * MS);
	EXPECT_EQ(-EWOULDBLOCK, module_unload("rover"));
	EXPECT_EQ(0, module_unload("rover_counter"));
	EXPECT_EQ(ENODEV, wait_for(pid));
	expect_gone(_metadata, self->fd);
	EXPECT_FALSE(has_device());
	EXPECT_TRUE(file_exists(ROVER_DEVICE));
	turn_wheels(0, 0);
	/* Nothing of it is left in the rover, which can go too. */
	EXPECT_EQ(0, module_unload("rover"));
	module_load_or_fail("rover_counter");
	EXPECT_TRUE(EVENTUALLY(has_device()));
}

TEST_HARNESS_MAIN
