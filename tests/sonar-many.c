// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Four sonars: ahead, 30 degrees to the left, to the right, behind. They take
 * turns, so that none hears another; only those ahead guard. Raw, filtered, and
 * as often as it is set. For tests/dts/four-sonars-overlay.dts, under --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define SONARS		4
#define AHEAD		2	/* the first ones: they guard */
#define INTERVAL_NS	(60 * MS)

static const char *const pings[SONARS] = {
	"sonar_pings", "sonar1_pings", "sonar2_pings", "sonar3_pings",
};

/* Walls to the right and behind, at distances of their own; ahead as room_stand() says. */
static void room_all_round(void)
{
	static const char walls[] = "5000 -5000 5000 5000\n"
				    "-5000 -1100 5000 -1100\n"
				    "2000 -5000 2000 5000\n";

	if (board_control("walls", walls))
		die("no walls");
}

static void set_setting(int fd, struct rover_settings settings)
{
	if (rover_call(fd, ROVER_IOC_CONFIGURE, &settings))
		die("a setting is refused");
}

FIXTURE(many) {
	int fd;
};

FIXTURE_SETUP(many)
{
	rover_calm();
	room_all_round();
	room_stand(1000);
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_SONAR_INTERVAL | ROVER_SET_SONAR_MEDIAN,
		.sonar_interval_us = 60000, .sonar_median = 3 });
}

FIXTURE_TEARDOWN(many)
{
	close(self->fd);
	rover_calm();
}

static void listen_for_ranges(int fd)
{
	event_listen(fd, 1 << ROVER_EVENT_RANGE);
}

static struct rover_event range_or_fail(int fd)
{
	struct rover_event event;

	if (!event_next(fd, 2000, &event))
		die("no range is told");
	return event;
}

static struct rover_sonar_range measure(int fd, unsigned int sensor)
{
	struct rover_sonar_range range = { .sensor = sensor, .flags = ROVER_SONAR_MEASURE };
	int err = rover_call(fd, ROVER_IOC_RANGE, &range);

	if (err)
		die("RANGE of %u: error %d", sensor, err);
	return range;
}

/* The rim to the right wall and to the wall behind; both perpendicular. */
static const int distance_mm[SONARS] = { 1000, 0, 1000, 1800 };

TEST_F(many, each_has_its_call_and_its_attribute)
{
	struct rover_sonar_range none = { .sensor = SONARS };
	unsigned int i;

	EXPECT_EQ(SONARS, rover_info_or_fail(self->fd).sonars);
	for (i = 0; i < SONARS; i++) {
		struct rover_sonar_range range = measure(self->fd, i);
		char name[16] = "range", key[40], text[16];

		if (i) {
			snprintf(name, sizeof(name), "range%u", i);
			snprintf(key, sizeof(key), "sonar%u_last_distance_um", i);
		} else {
			snprintf(key, sizeof(key), "sonar_last_distance_um");
		}
		EXPECT_EQ(ROVER_RANGE_VALID, range.raw.status);
		EXPECT_NEAR(truth(key), 3000, range.raw.range_um);
		if (distance_mm[i])
			EXPECT_NEAR(distance_mm[i] * 1000, 20000, range.raw.range_um);
		ASSERT_LT(0, attribute_read(name, text, sizeof(text)));
		EXPECT_NEAR(truth(key) / 1000, 3, attribute_number_or_fail(name));
	}
	EXPECT_EQ(-ENODATA, rover_call(self->fd, ROVER_IOC_RANGE, &none));
	EXPECT_FALSE(attribute_exists("range4"));
	none = (struct rover_sonar_range){ .max_age_ms = 5 };
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_RANGE, &none));
	none = (struct rover_sonar_range){ .flags = 2 };
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_RANGE, &none));
}

/* With somebody listening, all measure, in turn, and never two at a time. */
TEST_F(many, take_turns_and_do_not_hear_each_other)
{
	unsigned int i, seen = 0;
	__s64 before[SONARS], from_ns;

	listen_for_ranges(self->fd);
	range_or_fail(self->fd);
	for (i = 0; i < SONARS; i++)
		before[i] = truth(pings[i]);
	from_ns = now_ns();
	for (i = 0; i < 40; i++) {
		struct rover_event event = range_or_fail(self->fd);

		EXPECT_EQ(ROVER_RANGE_VALID, event.range.status);
		seen |= 1 << event.range.sensor;
		if (i % SONARS == SONARS - 1) {
			EXPECT_EQ(15, seen);
			seen = 0;
		}
	}
	EXPECT_NEAR(40 * INTERVAL_NS, 2 * INTERVAL_NS, now_ns() - from_ns);
	for (i = 0; i < SONARS; i++)
		EXPECT_NEAR(10, 1, truth(pings[i]) - before[i]);
	EXPECT_EQ(0, truth("sonar_overlaps"));
	EXPECT_EQ(0, truth("sonar_crosstalk"));
}

TEST_F(many, are_silent_when_the_listener_leaves)
{
	__s64 before;
	int fd = rover_open_or_fail(O_RDONLY | O_NONBLOCK);

	listen_for_ranges(fd);
	range_or_fail(fd);
	close(fd);
	pause_ns(2 * INTERVAL_NS);
	before = truth(pings[0]) + truth(pings[1]) + truth(pings[2]) + truth(pings[3]);
	pause_ns(10 * INTERVAL_NS);
	EXPECT_EQ(before, truth(pings[0]) + truth(pings[1]) + truth(pings[2]) + truth(pings[3]));
	EXPECT_FALSE(timer_pending("turn_timer"));
}

TEST_F(many, keep_the_interval_that_is_set)
{
	__s64 from_ns;
	int i;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_SONAR_INTERVAL, .sonar_interval_us = 200000 });
	listen_for_ranges(self->fd);
	range_or_fail(self->fd);
	from_ns = now_ns();
	for (i = 0; i < 5; i++)
		range_or_fail(self->fd);
	EXPECT_NEAR(5 * 200 * MS, 30 * MS, now_ns() - from_ns);
	/* A read does not wait for that. */
	from_ns = now_ns();
	measure(self->fd, 2);
	EXPECT_GE(130 * MS, now_ns() - from_ns);
}

/* A motion that is guarded needs those ahead; the others get turns when asked for. */
TEST_F(many, ahead_guard)
{
	__s64 before[SONARS];
	unsigned int i;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_GUARD | ROVER_SET_SONAR_INTERVAL, .guard_um = 200000,
		.sonar_interval_us = 1000000 });
	for (i = 0; i < SONARS; i++)
		before[i] = truth(pings[i]);
	ASSERT_EQ(0, rover_duty(self->fd, 300, -300));
	pause_ns(20 * INTERVAL_NS);
	for (i = 0; i < SONARS; i++)
		EXPECT_NEAR(i < AHEAD ? 10 : 0, i < AHEAD ? 1 : 0, truth(pings[i]) - before[i]);
	measure(self->fd, 3);
	EXPECT_EQ(1, truth(pings[3]) - before[3]);
	EXPECT_EQ(0, truth("sonar_overlaps"));
}

/* The second one sees it, 30 degrees to the left; those to the side and behind may. */
TEST_F(many, any_of_those_ahead_stops)
{
	struct rover_event event;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_GUARD, .guard_um = 200000 });
	/* Beside it and behind it, quite near. */
	ASSERT_EQ(0, board_control("pose", "x_um=2250000 y_um=-850000 heading_urad=0\n"));
	ASSERT_GT(200000, measure(self->fd, 2).raw.range_um);
	ASSERT_GT(200000, measure(self->fd, 3).raw.range_um);
	pause_ns(200 * MS);
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));

	/* A post ahead to the left, where the first does not see it. */
	ASSERT_EQ(0, board_control("walls", "4000 300 4000 320\n"));
	ASSERT_EQ(0, board_control("pose", "x_um=3000000 y_um=0 heading_urad=0\n"));
	pause_ns(300 * MS);
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_GUARD, .guard_um = 600000 });
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_EQ(ROVER_REASON_GUARD, event.stop.reason);
	EXPECT_GT(600000, event.stop.range_um);
}

TEST_F(many, a_lost_one_ahead_is_enough)
{
	struct rover_event event;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_GUARD, .guard_um = 200000 });
	room_faults("sonar2=dead sonar3=dead\n");
	ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
	room_faults("sonar1=dead\n");
	ASSERT_TRUE(event_next(self->fd, 2000, &event));
	EXPECT_EQ(ROVER_REASON_SONAR_LOST, event.stop.reason);
}

/* The median of the last few: one that is far off does not show. */
TEST_F(many, filter_what_is_far_off)
{
	struct rover_sonar_range range = {};
	int i;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_SONAR_MEDIAN, .sonar_median = 5 });
	pause_ns(1200 * MS);
	for (i = 0; i < 5; i++) {
		range = measure(self->fd, 0);
		EXPECT_EQ(i + 1, range.filter_length);
	}
	room_stand(400);
	for (i = 0; i < 3; i++) {
		range = measure(self->fd, 0);
		EXPECT_NEAR(400000, 3000, range.raw.range_um);
		EXPECT_NEAR(i < 2 ? 1000000 : 400000, 3000, range.filtered_um);
	}
	/* What is no range does not count. */
	room_faults("sonar=dead\n");
	for (i = 0; i < 5; i++)
		range = measure(self->fd, 0);
	EXPECT_EQ(-1, range.filtered_um);
	EXPECT_EQ(0, range.filter_length);
	EXPECT_EQ(ROVER_RANGE_SILENT, range.raw.status);
	/* One alone is raw. */
	room_faults("sonar=none\n");
	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_SONAR_MEDIAN, .sonar_median = 1 });
	range = measure(self->fd, 0);
	EXPECT_EQ(range.raw.range_um, range.filtered_um);
	/* Without the flag, nothing is measured. */
	i = truth(pings[0]);
	range = (struct rover_sonar_range){};
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_RANGE, &range));
	EXPECT_EQ(i, truth(pings[0]));
	EXPECT_NEAR(400000, 3000, range.raw.range_um);
}

/* The same echo is further in warmer air, from the next measurement on. */
TEST_F(many, go_by_the_temperature_that_is_set)
{
	__s64 at_20_um = measure(self->fd, 0).raw.range_um, at_40_um;

	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_TEMPERATURE, .air_temperature_mc = 40000 });
	at_40_um = measure(self->fd, 0).raw.range_um;
	set_setting(self->fd, (struct rover_settings){
		.fields = ROVER_SET_TEMPERATURE, .air_temperature_mc = 20000 });
	/* 355.0 to 343.2 m/s. */
	EXPECT_NEAR(at_20_um * 10337 / 10000, 1500, at_40_um);
	EXPECT_NEAR(at_20_um, 500, measure(self->fd, 0).raw.range_um);
}

TEST_HARNESS_MAIN
