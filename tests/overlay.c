// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the RoboHAT overlay asks for, and what each of its parameters changes:
 * the pins' functions, the rover's abilities, and what it then really does.
 * Each test wants a boot with its own parameters, see tests/runs.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

static struct rover_info read_info(void)
{
	int fd = rover_open_or_fail(O_RDONLY);
	struct rover_info info = rover_info_or_fail(fd);

	close(fd);
	return info;
}

static void must(int err, const char *what)
{
	if (err)
		die("%s: error %d", what, -err);
}

static bool motor_lines_are(const char *function_and_pull)
{
	return board_mux_is(LEFT_IN1, function_and_pull) &&
	       board_mux_is(LEFT_IN2, function_and_pull) &&
	       board_mux_is(RIGHT_IN1, function_and_pull) &&
	       board_mux_is(RIGHT_IN2, function_and_pull);
}

#define ALL_SENSORS	(ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT | \
			 ROVER_SENSOR_LINE_LEFT | ROVER_SENSOR_LINE_RIGHT)

static bool sensor_lines_are(const char *function_and_pull)
{
	return board_mux_is(4, function_and_pull) && board_mux_is(17, function_and_pull) &&
	       board_mux_is(5, function_and_pull) && board_mux_is(27, function_and_pull);
}

static bool servo_lines_are(const char *function_and_pull)
{
	return board_mux_is(24, function_and_pull) && board_mux_is(25, function_and_pull);
}

TEST(without_parameters)
{
	struct rover_info info = read_info();

	rover_calm();
	EXPECT_TRUE(motor_lines_are("gpio_out down"));
	EXPECT_TRUE(board_mux_is(SONAR_LINE, "gpio_in none"));
	EXPECT_TRUE(board_mux_is(22, "gpio_in none"));
	EXPECT_TRUE(board_mux_is(23, "gpio_in none"));
	EXPECT_TRUE(sensor_lines_are("gpio_in none"));
	EXPECT_TRUE(servo_lines_are("gpio_out down"));

	EXPECT_STREQ("4tronix,robohat", info.board);
	EXPECT_EQ(ROVER_CAP_ENCODERS | ROVER_CAP_INFERRED | ROVER_CAP_SONAR | ROVER_CAP_HARD_STOP |
		  ROVER_CAP_PAN | ROVER_CAP_TILT | ROVER_CAP_COAST | ROVER_CAP_BRAKE,
		  info.capabilities);
	EXPECT_EQ(ALL_SENSORS, info.sensors);
	EXPECT_EQ(10 * MS, info.pwm_period_ns);
	EXPECT_EQ(36, info.counts_per_revolution);
	EXPECT_EQ(174000, info.wheel_circumference_um);
	EXPECT_EQ(136000, info.track_width_um);
	EXPECT_EQ(1000, info.deadman_default_ms);
	EXPECT_TRUE(attribute_is("hard_stop", "1"));

	/* One line a wheel: the direction is that of the drive. */
	ASSERT_EQ(0, attribute_write("command", "backward"));
	EXPECT_TRUE(EVENTUALLY(attribute_number_or_fail("left_count") < -10));
	ASSERT_EQ(0, attribute_write("command", "brake"));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(-truth("left_edges_a"), attribute_number_or_fail("left_count"));
	EXPECT_EQ(-truth("right_edges_a"), attribute_number_or_fail("right_count"));
}

TEST(hwpwm)
{
	struct rover_info info = read_info();

	rover_calm();
	EXPECT_TRUE(board_mux_is(LEFT_IN1, "gpio_out down"));
	EXPECT_TRUE(board_mux_is(RIGHT_IN1, "gpio_out down"));
	EXPECT_TRUE(board_mux_is(LEFT_IN2, "alt5 down"));
	EXPECT_TRUE(board_mux_is(RIGHT_IN2, "alt0 down"));
	EXPECT_TRUE(info.capabilities & ROVER_CAP_HARDWARE_PWM);
	EXPECT_FALSE(info.capabilities & ROVER_CAP_HARD_STOP);
	EXPECT_EQ(100000, info.pwm_period_ns);
	EXPECT_TRUE(attribute_is("hard_stop", "0"));
	ASSERT_EQ(0, attribute_write("command", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(100000, board_pwm(0).period_ns);
	EXPECT_EQ(50000, board_pwm(0).duty_ns);
	EXPECT_EQ(100000, board_pwm(1).period_ns);
	rover_calm();
}

/* hwpwm,hwpwm_period=50000 */
TEST(hwpwm_period)
{
	rover_calm();
	EXPECT_EQ(50000, read_info().pwm_period_ns);
	ASSERT_EQ(0, attribute_write("command", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(50000, board_pwm(0).period_ns);
	EXPECT_EQ(50000, board_pwm(1).period_ns);
	EXPECT_EQ(25000, board_pwm(1).duty_ns);
	rover_calm();
}

TEST(encoders_off)
{
	struct rover_info info = read_info();

	EXPECT_FALSE(info.capabilities & (ROVER_CAP_ENCODERS | ROVER_CAP_INFERRED));
	EXPECT_EQ(0, info.counts_per_revolution);
	EXPECT_FALSE(attribute_exists("left_count"));
	EXPECT_FALSE(attribute_exists("right_speed"));
}

/* On a board that is wired so. */
TEST(encoders_quadrature)
{
	struct rover_info info = read_info();

	EXPECT_TRUE(info.capabilities & ROVER_CAP_ENCODERS);
	EXPECT_FALSE(info.capabilities & ROVER_CAP_INFERRED);
	EXPECT_EQ(72, info.counts_per_revolution);
	/* Encoders on the line sensors' lines. */
	EXPECT_EQ(ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT, info.sensors);
	EXPECT_FALSE(attribute_exists("line_left"));
	rover_calm();

	/* The lines tell the direction, whatever the drive: nobody drives. */
	must(board_control("force", "left=-100000 right=200000\n"), "force");
	EXPECT_TRUE(EVENTUALLY(attribute_number_or_fail("left_count") < -20 &&
			       attribute_number_or_fail("right_count") > 40));
	must(board_control("force", "left=0 right=0\n"), "force");
	EXPECT_EQ(truth("left_quarters"), attribute_number_or_fail("left_count"));
	EXPECT_EQ(truth("right_quarters"), attribute_number_or_fail("right_count"));
	must(board_control("force", "left=off right=off\n"), "force");
}

TEST(sonar_off)
{
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_range range;

	EXPECT_FALSE(read_info().capabilities & ROVER_CAP_SONAR);
	EXPECT_FALSE(attribute_exists("range"));
	EXPECT_EQ(-ENODATA, rover_call(fd, ROVER_IOC_PING, &range));
	EXPECT_EQ(0, truth("sonar_pings"));
	close(fd);
}

/* obstacles=off,lines=off,servos=off */
TEST(bare)
{
	struct rover_info info = read_info();

	EXPECT_EQ(0, info.sensors);
	EXPECT_FALSE(info.capabilities & (ROVER_CAP_PAN | ROVER_CAP_TILT));
	EXPECT_FALSE(attribute_exists("obstacle_left"));
	EXPECT_FALSE(attribute_exists("pan"));
	/* As after a reset. */
	EXPECT_TRUE(board_mux_is(4, "gpio_in up"));
	EXPECT_TRUE(board_mux_is(5, "gpio_in up"));
	EXPECT_TRUE(board_mux_is(17, "gpio_in down"));
	EXPECT_TRUE(servo_lines_are("gpio_in down"));
}

/* pwm_frequency=50,cpr=100,circumference=200000,track=150000,temperature=-10000,deadman=300 */
TEST(numbers)
{
	struct rover_info info = read_info();
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_range range;
	struct board_edges edges;
	__s64 begin_ns, end_ns;

	EXPECT_EQ(20 * MS, info.pwm_period_ns);
	EXPECT_EQ(100, info.counts_per_revolution);
	EXPECT_EQ(200000, info.wheel_circumference_um);
	EXPECT_EQ(150000, info.track_width_um);
	EXPECT_EQ(300, info.deadman_default_ms);

	/* The board's air has 20 degrees: 343.2 m/s, where the rover assumes 325.2. */
	ASSERT_EQ(0, rover_call(fd, ROVER_IOC_PING, &range));
	EXPECT_NEAR(range.echo_ns * 325179 / 2000000, 100, range.range_um);

	/* At the pins: 50 Hz, and an end after 300 ms. */
	board_edges_start(BIT_ULL(LEFT_IN1));
	begin_ns = now_ns();
	ASSERT_EQ(0, rover_duty(fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	end_ns = rover_snapshot_or_fail(fd).stop_time_ns;
	EXPECT_NEAR(300 * MS, 20 * MS, end_ns - begin_ns);
	edges = board_edges_read();
	ASSERT_LT(4, edges.count);
	EXPECT_NEAR(10 * MS, 100 * US * slowness(), edges.edge[1].time_ns - edges.edge[0].time_ns);
	EXPECT_NEAR(20 * MS, 100 * US * slowness(), edges.edge[2].time_ns - edges.edge[0].time_ns);
	board_edges_free(&edges);

	/* 36 edges and 174 mm a revolution it has; 100 and 200 mm it was told. */
	must(board_control("force", "left=300000 right=300000\n"), "force");
	pause_ns(300 * MS);
	EXPECT_NEAR(300000LL * 36 * 200 / (174 * 100), 1300,
		    llabs(rover_snapshot_or_fail(fd).left.speed_um_s));
	must(board_control("force", "left=off right=off\n"), "force");
	close(fd);
}

TEST_HARNESS_MAIN
