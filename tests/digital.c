// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Obstacle and line sensors: levels after polarity, when they changed, what is
 * too short to be told, and what they see as the rover drives.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define DEBOUNCE_US	5000
#define EDGE_ERROR_NS	(30 * US * slowness())

static const struct sensor {
	const char *name;
	unsigned int bit;
	unsigned int line;
	unsigned int active;	/* level of the line */
} sensors[] = {
	{ "obstacle_left", ROVER_SENSOR_OBSTACLE_LEFT, 4, 0 },
	{ "obstacle_right", ROVER_SENSOR_OBSTACLE_RIGHT, 17, 0 },
	{ "line_left", ROVER_SENSOR_LINE_LEFT, 5, 1 },
	{ "line_right", ROVER_SENSOR_LINE_RIGHT, 27, 1 },
};

#define SENSORS		ARRAY_SIZE(sensors)
#define SENSOR_LINES	(BIT_ULL(4) | BIT_ULL(17) | BIT_ULL(5) | BIT_ULL(27))

static void must(int err, const char *what)
{
	if (err)
		die("%s: error %d", what, -err);
}

static void sensors_say(const char *text)
{
	must(board_control("sensors", text), text);
}

static void sensor_says(const struct sensor *sensor, int level)
{
	char text[40];

	snprintf(text, sizeof(text), "%s=%d", sensor->name, level);
	sensors_say(text);
}

/* The last edge of a line, of those that were logged. */
static __s64 last_edge_ns(unsigned int line)
{
	struct board_edges edges = board_edges_read();
	__s64 last_ns = -1;
	size_t i;

	for (i = 0; i < edges.count; i++)
		if (edges.edge[i].line == line)
			last_ns = edges.edge[i].time_ns;
	board_edges_free(&edges);
	return last_ns;
}

static void expect_told(struct __test_metadata *_metadata, int fd, const struct sensor *sensor,
			unsigned int level, unsigned int all)
{
	struct rover_event event = {};

	EXPECT_TRUE(event_next(fd, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_SENSOR, event.type);
	EXPECT_EQ(sensor->bit, event.sensor.sensor);
	EXPECT_EQ(level, event.sensor.level);
	EXPECT_EQ(all, event.sensor.sensors);
	EXPECT_EQ(all, rover_snapshot_or_fail(fd).sensors);
	EXPECT_NEAR(last_edge_ns(sensor->line), EDGE_ERROR_NS, event.time_ns);
}

static void expect_nothing_told(struct __test_metadata *_metadata, int fd)
{
	struct rover_event event;

	EXPECT_FALSE(event_next(fd, 100, &event));
}

FIXTURE(digital) {
	int fd;
};

FIXTURE_SETUP(digital)
{
	must(rover_bind(), "bind");
	rover_calm();
	sensors_say("obstacle_left=0 obstacle_right=0 line_left=0 line_right=0 bounces=0");
	must(attribute_write_number("debounce_us", DEBOUNCE_US), "debounce");
	must(attribute_write_number("obstacle_guard", 0), "guard");
	self->fd = rover_open_or_fail(O_RDWR);
	if (!EVENTUALLY(!rover_snapshot_or_fail(self->fd).sensors))
		die("some sensor stays active");
	event_listen(self->fd, 1 << ROVER_EVENT_SENSOR);
	board_edges_start(SENSOR_LINES);
}

FIXTURE_TEARDOWN(digital)
{
	attribute_write_number("obstacle_guard", 0);
	close(self->fd);
	board_reset();
}

TEST_F(digital, tells_each_sensor_by_its_polarity)
{
	size_t i, j;

	EXPECT_EQ(0xf, rover_info_or_fail(self->fd).sensors);
	for (i = 0; i < SENSORS; i++) {
		sensor_says(&sensors[i], 1);
		EXPECT_EQ(sensors[i].active, board_level(sensors[i].line));
		expect_told(_metadata, self->fd, &sensors[i], 1, sensors[i].bit);
		for (j = 0; j < SENSORS; j++)
			EXPECT_EQ(i == j, attribute_number_or_fail(sensors[j].name));
		sensor_says(&sensors[i], 0);
		expect_told(_metadata, self->fd, &sensors[i], 0, 0);
		EXPECT_EQ(0, attribute_number_or_fail(sensors[i].name));
	}
}

TEST_F(digital, takes_them_together)
{
	unsigned int all = 0;
	struct rover_event event;
	size_t i;

	/* At one instant, as edges that a BCM2835 loses come. */
	sensors_say("obstacle_left=1 obstacle_right=1 line_left=1 line_right=1");
	for (i = 0; i < SENSORS; i++) {
		ASSERT_TRUE(event_next(self->fd, 5000, &event));
		EXPECT_EQ(1, event.sensor.level);
		EXPECT_EQ(0, all & event.sensor.sensor);
		all |= event.sensor.sensor;
		EXPECT_EQ(all, event.sensor.sensors);
	}
	EXPECT_EQ(0xf, all);
	expect_nothing_told(_metadata, self->fd);
}

TEST_F(digital, short_changes_are_not_told)
{
	/* Half of the debounce time. */
	sensor_says(&sensors[2], 1);
	sleep_until(last_edge_ns(5) + DEBOUNCE_US * US / 2);
	sensor_says(&sensors[2], 0);
	expect_nothing_told(_metadata, self->fd);
	EXPECT_TRUE(attribute_is("line_left", "0"));

	/* A little more than it. */
	sensor_says(&sensors[2], 1);
	expect_told(_metadata, self->fd, &sensors[2], 1, sensors[2].bit);
	EXPECT_LE(last_edge_ns(5) + DEBOUNCE_US * US, now_ns());

	/* Without debounce each is told. */
	must(attribute_write_number("debounce_us", 0), "debounce");
	sensor_says(&sensors[2], 0);
	expect_told(_metadata, self->fd, &sensors[2], 0, 0);
	sensor_says(&sensors[2], 1);
	expect_told(_metadata, self->fd, &sensors[2], 1, sensors[2].bit);
}

/* A counter of the driver, in debugfs. */
static long glitches(const char *sensor)
{
	char text[256], key[40];
	const char *found;

	if (file_read("/sys/kernel/debug/rover/rover0/sensors", text, sizeof(text)) < 0)
		die("no counters");
	snprintf(key, sizeof(key), "%s_glitches=", sensor);
	found = strstr(text, key);
	if (!found)
		die("no counter for %s", sensor);
	return strtol(found + strlen(key), NULL, 10);
}

TEST_F(digital, counts_what_it_does_not_tell)
{
	long before = glitches("line-left");
	int i;

	for (i = 1; i <= 3; i++) {
		sensor_says(&sensors[2], 1);
		sensor_says(&sensors[2], 0);
		expect_nothing_told(_metadata, self->fd);
		EXPECT_EQ(before + i, glitches("line-left"));
	}
	sensor_says(&sensors[2], 1);
	expect_told(_metadata, self->fd, &sensors[2], 1, sensors[2].bit);
	EXPECT_EQ(before + 3, glitches("line-left"));
}

TEST_F(digital, bouncing_is_told_once)
{
	struct board_edges edges;
	size_t i;

	sensors_say("bounces=7 bounce_us=3000");
	for (i = 0; i < SENSORS; i++) {
		board_edges_start(SENSOR_LINES);
		sensor_says(&sensors[i], 1);
		expect_told(_metadata, self->fd, &sensors[i], 1, sensors[i].bit);
		edges = board_edges_read();
		EXPECT_LE(3, edges.count);
		board_edges_free(&edges);
		expect_nothing_told(_metadata, self->fd);
		sensor_says(&sensors[i], 0);
		expect_told(_metadata, self->fd, &sensors[i], 0, 0);
		expect_nothing_told(_metadata, self->fd);
	}
}

TEST_F(digital, attributes_can_be_polled)
{
	struct pollfd poller = { .events = POLLPRI };
	char text[4];

	poller.fd = open(ROVER_CLASS "line_right", O_RDONLY);
	ASSERT_LE(0, poller.fd);
	ASSERT_LT(0, read(poller.fd, text, sizeof(text)));
	EXPECT_EQ(0, poll(&poller, 1, 0));
	sensor_says(&sensors[3], 1);
	ASSERT_EQ(1, poll(&poller, 1, 5000));
	EXPECT_TRUE(poller.revents & POLLPRI);
	ASSERT_LT(0, pread(poller.fd, text, sizeof(text), 0));
	EXPECT_EQ('1', text[0]);
	close(poller.fd);
}

TEST_F(digital, sees_a_line_that_the_rover_drives_over)
{
	struct board_edges edges;
	unsigned int seen[2] = {};
	struct rover_event event;

	sensors_say("line_left=auto line_right=auto");
	/* A stripe of 20 mm across the way, the sensors are 80 mm ahead. */
	must(board_control("floor", "400 -500 400 500 20\n"), "floor");
	must(attribute_write_number("debounce_us", 1000), "debounce");
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	while (seen[0] + seen[1] < 4) {
		const struct sensor *sensor;

		ASSERT_TRUE(event_next(self->fd, 5000, &event));
		sensor = &sensors[event.sensor.sensor == ROVER_SENSOR_LINE_RIGHT ? 3 : 2];
		EXPECT_EQ(sensor->bit, event.sensor.sensor);
		/* On to it, and off it again. */
		EXPECT_EQ(!seen[sensor - &sensors[2]]++, event.sensor.level);
		edges = board_edges_read();
		EXPECT_NE(NULL, board_edges_find(&edges, event.time_ns - EDGE_ERROR_NS,
						 sensor->line, event.sensor.level));
		board_edges_free(&edges);
	}
	EXPECT_EQ(2, seen[0]);
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).sensors & ROVER_SENSOR_LINE_LEFT);
	/* Just behind the stripe. */
	EXPECT_LE(400 * 1000 - 80 * 1000, truth("x_um"));
}

TEST_F(digital, sees_a_wall_and_stops)
{
	struct rover_event event = {};

	sensors_say("obstacle_left=auto obstacle_right=auto");
	must(board_control("walls", "1000 -2000 1000 2000\n"), "walls");
	must(attribute_write_number("obstacle_guard", 1), "guard");
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped guard")));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(0, truth("collisions"));
	/* Levels are those of the world. */
	EXPECT_TRUE(EVENTUALLY(attribute_number_or_fail("obstacle_left") ==
			       truth("obstacle_left")));
	EXPECT_TRUE(EVENTUALLY(attribute_number_or_fail("obstacle_right") ==
			       truth("obstacle_right")));
	EXPECT_EQ(1, truth("obstacle_left") | truth("obstacle_right"));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_TRUE(event.sensor.sensor & (ROVER_SENSOR_OBSTACLE_LEFT |
					   ROVER_SENSOR_OBSTACLE_RIGHT));
	EXPECT_EQ(1, event.sensor.level);
}

/* A guard does not wait for the debounce: the first edge stops, also if it is a glitch. */
TEST_F(digital, guards_by_the_first_edge)
{
	const struct board_edge *edge, *braked;
	struct board_edges edges;

	must(attribute_write_number("obstacle_guard", 1), "guard");
	must(attribute_write_number("debounce_us", 100000), "debounce");
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	board_edges_start(SENSOR_LINES | BIT_ULL(LEFT_IN2) | BIT_ULL(RIGHT_IN2));
	sensors_say("bounces=3 bounce_us=500");
	sensor_says(&sensors[1], 1);
	sensor_says(&sensors[1], 0);
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped guard")));
	edges = board_edges_read();
	edge = board_edges_find(&edges, 0, 17, 0);
	braked = board_edges_find(&edges, 0, RIGHT_IN2, 1);
	ASSERT_NE(NULL, edge);
	ASSERT_NE(NULL, braked);
	EXPECT_NEAR(edge->time_ns, 50 * US * slowness(), braked->time_ns);
	printf("# edge of an obstacle sensor to both bridges braking: %lld ns\n",
	       (long long)(braked->time_ns - edge->time_ns));
	board_edges_free(&edges);
	expect_nothing_told(_metadata, self->fd);
	EXPECT_TRUE(attribute_is("obstacle_right", "0"));
}

TEST_F(digital, wakes_nobody_while_nothing_changes)
{
	sensor_says(&sensors[0], 1);
	expect_told(_metadata, self->fd, &sensors[0], 1, sensors[0].bit);
	EXPECT_FALSE(timer_pending("[rover]"));
}

TEST_F(digital, unbind_ends_what_waits_to_be_told)
{
	int i;

	must(attribute_write_number("debounce_us", 100000), "debounce");
	for (i = 0; i < 5; i++) {
		sensors_say("bounces=7 bounce_us=3000");
		sensor_says(&sensors[i % SENSORS], 1);
		ASSERT_EQ(0, rover_unbind());
		EXPECT_FALSE(timer_pending("[rover]"));
		sensor_says(&sensors[i % SENSORS], 0);
		ASSERT_EQ(0, rover_bind());
	}
	/* A sensor that is active when the rover comes is so at once. */
	ASSERT_EQ(0, rover_unbind());
	sensors_say("line_right=1 bounces=0");
	ASSERT_EQ(0, rover_bind());
	EXPECT_TRUE(attribute_is("line_right", "1"));
}

/* On a board without sensors. */
TEST(what_the_board_lacks_does_not_exist)
{
	int fd = rover_open_or_fail(O_RDONLY);
	size_t i;

	EXPECT_EQ(0, rover_info_or_fail(fd).sensors);
	EXPECT_EQ(0, rover_snapshot_or_fail(fd).sensors);
	for (i = 0; i < SENSORS; i++)
		EXPECT_FALSE(attribute_exists(sensors[i].name));
	EXPECT_FALSE(attribute_exists("debounce_us"));
	EXPECT_FALSE(attribute_exists("pan"));
	EXPECT_FALSE(attribute_exists("tilt"));
	close(fd);
}

TEST_HARNESS_MAIN
