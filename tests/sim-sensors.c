// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated board's infrared sensors and servos, at its pins: the test drives
 * the lines itself, rover.ko is not loaded.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "harness.h"
#include "lines.h"
#include "measure.h"
#include "util.h"

#define OBSTACLE_LEFT	4
#define OBSTACLE_RIGHT	17
#define LINE_LEFT	5
#define LINE_RIGHT	27
#define SENSORS		(BIT_ULL(OBSTACLE_LEFT) | BIT_ULL(OBSTACLE_RIGHT) | \
			 BIT_ULL(LINE_LEFT) | BIT_ULL(LINE_RIGHT))
#define TILT		24
#define PAN		25

/* Of the Initio, in mm: see kmod/sim/README.md. */
#define LINE_AHEAD	80
#define LINE_ASKEW	12

static void control(const char *file, const char *text)
{
	int err = board_control(file, text);

	if (err)
		die("%s: %s: %s", file, text, strerror(-err));
}

static void stand_at(int x_mm, int y_mm, int heading_mrad)
{
	char text[80];

	snprintf(text, sizeof(text), "x_um=%d y_um=%d heading_urad=%d\n", x_mm * 1000,
		 y_mm * 1000, heading_mrad * 1000);
	control("pose", text);
}

FIXTURE(sensors) {
	int motors;
};

FIXTURE_SETUP(sensors)
{
	lines_load_board();
	board_reset();
	control("walls", "1000 -90000 1000 90000\n");
	self->motors = lines_output(MOTOR_LINES);
}

FIXTURE_TEARDOWN(sensors)
{
	lines_drive(self->motors, 2, 2);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	/* Until also what their dead zone hides has faded. */
	pause_ns(1000 * MS);
	close(self->motors);
	board_reset();
}

/* Levels of the four: an obstacle is low, a stripe high. */
static bool sensors_see(const char *seen)
{
	static const unsigned int lines[] = {
		OBSTACLE_LEFT, OBSTACLE_RIGHT, LINE_LEFT, LINE_RIGHT
	};
	static const char * const keys[] = {
		"obstacle_left", "obstacle_right", "line_left", "line_right"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		bool sees = seen[i] == '1';

		if (board_level(lines[i]) != (i < 2 ? !sees : sees) || truth(keys[i]) != sees)
			return false;
	}
	return true;
}

TEST_F(sensors, see_walls_ahead_to_either_side)
{
	EXPECT_TRUE(sensors_see("0000"));
	/* The beams meet a wall ahead at 22.5 degrees and nearer than 120 mm. */
	stand_at(1000 - 87 - 114, 0, 0);
	EXPECT_TRUE(sensors_see("0000"));
	stand_at(1000 - 87 - 106, 0, 0);
	EXPECT_TRUE(sensors_see("1100"));
	/* To the right of it, the left one looks straight at it; and the other way. */
	stand_at(1000 - 200, 0, -524);
	EXPECT_TRUE(sensors_see("1000"));
	stand_at(1000 - 200, 0, 524);
	EXPECT_TRUE(sensors_see("0100"));
	stand_at(1000 - 101, 0, 3142);
	EXPECT_TRUE(sensors_see("0000"));
	/* Walls come and go. */
	stand_at(1000 - 150, 0, 0);
	EXPECT_TRUE(sensors_see("1100"));
	control("walls", "\n");
	EXPECT_TRUE(sensors_see("0000"));
}

TEST_F(sensors, see_stripes_below)
{
	control("floor", "-500 0 500 0 20\n0 300 500 300 10\n");
	EXPECT_TRUE(sensors_see("0000"));
	stand_at(0, 12, 0);
	EXPECT_TRUE(sensors_see("0001"));
	stand_at(0, -12, 0);
	EXPECT_TRUE(sensors_see("0010"));
	control("floor", "-500 0 500 0 30\n");
	stand_at(0, 0, 0);
	EXPECT_TRUE(sensors_see("0011"));
	control("floor", "\n");
	EXPECT_TRUE(sensors_see("0000"));
	EXPECT_EQ(-EINVAL, board_control("floor", "1 2 3 4\n"));
	EXPECT_EQ(-EINVAL, board_control("floor", "1 2 3 4 0\n"));
	EXPECT_EQ(-EINVAL, board_control("floor", "1 2 3 4 5 6\n"));
}

/* Where the middle of the axle was at the first edge of a line, by its time. */
static __s64 travel_at_edge_um(const struct board_edges *edges, unsigned int line,
			       unsigned int level, __s64 end_ns, __s64 end_um, __s64 speed_um_s)
{
	const struct board_edge *edge = board_edges_find(edges, 0, line, level);

	if (!edge)
		die("line %u has no edge to %u", line, level);
	return end_um - (end_ns - edge->time_ns) * speed_um_s / 1000000000;
}

/* Crossing stripes at full speed: edges where the stripe's edges are, to a mm. */
TEST_F(sensors, change_while_the_rover_moves)
{
	struct truth_key keys[] = { { "t_ns" }, { "x_um" }, { "left_speed_um_s" } };
	int watch = lines_watch(SENSORS);
	struct board_edges edges;
	__s64 x_um;

	control("walls", "2000 -90000 2000 90000\n");
	control("floor", "1000 -500 1000 500 40\n");
	stand_at(-200, 0, 0);
	board_edges_start(SENSORS);
	lines_drive(self->motors, 1, 1);
	ASSERT_TRUE(EVENTUALLY(truth("x_um") > 1000000));
	TRUTH_TAKE(keys);
	edges = board_edges_read();
	lines_drive(self->motors, 2, 2);

	EXPECT_EQ(4, edges.count);
	x_um = travel_at_edge_um(&edges, LINE_LEFT, 1, keys[0].value, keys[1].value,
				 keys[2].value);
	EXPECT_NEAR(980000 - LINE_AHEAD * 1000, 1500, x_um);
	x_um = travel_at_edge_um(&edges, LINE_RIGHT, 0, keys[0].value, keys[1].value,
				 keys[2].value);
	EXPECT_NEAR(1020000 - LINE_AHEAD * 1000, 1500, x_um);
	board_edges_free(&edges);
	/* Each edge interrupted, and at its time. */
	EXPECT_EQ(2, board_line(LINE_LEFT).irqs);
	EXPECT_EQ(0, board_line(LINE_LEFT).merged);
	close(watch);
}

/* Also for those who only look now and then. */
TEST_F(sensors, see_a_wall_that_the_rover_comes_to)
{
	struct truth_key keys[] = { { "x_um" }, { "obstacle_left" } };
	__s64 seen_um = 0;

	lines_drive(self->motors, 1, 1);
	while (!seen_um) {
		pause_ns(2 * MS);
		TRUTH_TAKE(keys);
		if (!board_level(OBSTACLE_LEFT))
			seen_um = keys[0].value;
		ASSERT_GT(900000, keys[0].value);
	}
	EXPECT_NEAR(1000000 - 197500, 4000, seen_um);
}

/* Turning on the spot takes stripes under the sensors, too. */
TEST_F(sensors, change_while_the_rover_turns)
{
	int watch = lines_watch(SENSORS);
	struct board_edges edges;

	control("floor", "0 80 0 80 20\n");
	board_edges_start(BIT_ULL(LINE_LEFT) | BIT_ULL(LINE_RIGHT));
	lines_drive(self->motors, -1, 1);
	ASSERT_TRUE(EVENTUALLY(truth("heading_urad") > 3000000));
	lines_drive(self->motors, 2, 2);
	edges = board_edges_read();
	EXPECT_EQ(4, edges.count);
	/* The left one comes first. */
	EXPECT_EQ(LINE_LEFT, edges.edge[0].line);
	EXPECT_EQ(LINE_RIGHT, edges.edge[3].line);
	board_edges_free(&edges);
	close(watch);
}

TEST_F(sensors, can_be_forced_and_bounce)
{
	struct board_edges edges;
	int watch = lines_watch(SENSORS);

	board_edges_start(SENSORS);
	control("sensors", "obstacle_left=1 bounces=4 bounce_us=2000\n");
	pause_ns(5 * MS);
	edges = board_edges_read();
	EXPECT_EQ(9, edges.count);
	board_edges_free(&edges);
	EXPECT_EQ(0, board_level(OBSTACLE_LEFT));

	board_edges_start(SENSORS);
	control("sensors", "obstacle_left=auto line_right=1\n");
	pause_ns(5 * MS);
	edges = board_edges_read();
	EXPECT_EQ(2 * 9, edges.count);
	EXPECT_GE(2 * MS, edges.edge[edges.count - 1].time_ns - edges.edge[0].time_ns);
	board_edges_free(&edges);
	EXPECT_EQ(1, board_level(OBSTACLE_LEFT));
	EXPECT_EQ(1, board_level(LINE_RIGHT));
	/* What is seen is another matter. */
	EXPECT_EQ(0, truth("line_right"));
	close(watch);
}

static void busy_until(__s64 ns)
{
	while (now_ns() < ns)
		;
}

static void pulses(int fd, unsigned int line, int count, __s64 width_ns)
{
	__s64 begin_ns = now_ns() + MS;

	for (; count; count--, begin_ns += 20 * MS) {
		sleep_until(begin_ns - 500 * US);
		busy_until(begin_ns);
		lines_set(fd, BIT_ULL(line), BIT_ULL(line));
		busy_until(begin_ns + width_ns);
		lines_set(fd, BIT_ULL(line), 0);
	}
}

FIXTURE(servo) {
	int pan;
};

FIXTURE_SETUP(servo)
{
	lines_load_board();
	board_reset();
	self->pan = lines_output(BIT_ULL(PAN));
}

FIXTURE_TEARDOWN(servo)
{
	close(self->pan);
	board_reset();
}

TEST_F(servo, measures_pulses)
{
	pulses(self->pan, PAN, 5, 1700 * US);
	EXPECT_EQ(5, truth("pan_pulses"));
	EXPECT_NEAR(1700 * US, 10 * US, truth("pan_pulse_ns"));
	EXPECT_NEAR(20 * MS, 20 * US, truth("pan_period_ns"));
	EXPECT_NEAR(now_ns(), (4 + slowness()) * MS, truth("pan_last_ns"));
	EXPECT_EQ(0, truth("pan_strange_pulses"));
	EXPECT_EQ(0, truth("tilt_pulses"));
	pulses(self->pan, PAN, 2, 4000 * US);
	EXPECT_EQ(2, truth("pan_strange_pulses"));
}

TEST_F(servo, turns_at_its_own_pace)
{
	/* It turns by 600 mdeg in a millisecond; on a debug kernel several may pass. */
	const int late_mdeg = 50 * (slowness() - 1);

	/* 2200 us is +90 degrees: a sixth of the way is done after 25 ms. */
	pulses(self->pan, PAN, 1, 2200 * US);
	pause_ns(25 * MS);
	EXPECT_NEAR(15000, 1000 + late_mdeg, truth("pan_mdeg"));
	pause_ns(50 * MS);
	EXPECT_NEAR(45000, 1500 + late_mdeg, truth("pan_mdeg"));
	pause_ns(100 * MS);
	EXPECT_NEAR(90000, 1000, truth("pan_mdeg"));
	/* Without pulses it stays. */
	pause_ns(1000 * MS);
	EXPECT_NEAR(90000, 1000, truth("pan_mdeg"));
	pulses(self->pan, PAN, 1, 1375 * US);
	pause_ns(200 * MS);
	EXPECT_NEAR(0, 1000, truth("pan_mdeg"));
}

/* To the left of the start, the wall is at 3000 mm, and to the right at 1000 mm. */
TEST_F(servo, takes_the_sonar_along)
{
	EXPECT_NEAR(2900000, 1000, truth("sonar_distance_um"));
	pulses(self->pan, PAN, 1, 2200 * US);
	pause_ns(200 * MS);
	EXPECT_NEAR(3000000, 5000, truth("sonar_distance_um"));
	pulses(self->pan, PAN, 1, 550 * US);
	pause_ns(400 * MS);
	EXPECT_NEAR(1000000, 5000, truth("sonar_distance_um"));
}

TEST_HARNESS_MAIN
