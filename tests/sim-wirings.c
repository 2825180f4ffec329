// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Simulated boards of other shapes: bridges with other inputs, and several sonars.
 * One test for each parameter of tests/dts/sim-wirings-overlay.dts; the test
 * drives the lines itself, rover.ko is not loaded.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "harness.h"
#include "lines.h"
#include "measure.h"
#include "util.h"

static void control(const char *file, const char *text)
{
	int err = board_control(file, text);

	if (err)
		die("%s: %s: %s", file, text, strerror(-err));
}

static bool bridges(const char *left, const char *right)
{
	return truth_is("left_bridge", left) && truth_is("right_bridge", right);
}

static void load(void)
{
	lines_load_board();
	board_reset();
	control("walls", "\n");
}

#define PWM_CHIP	"/sys/class/pwm/pwmchip0/"
#define PINMUX		"/sys/kernel/debug/pinctrl/rover-sim:gpio/pinmux-select"

TEST(phase_enable)
{
	const __u64 left_ph = BIT_ULL(5), left_en = BIT_ULL(12);
	const __u64 right_ph = BIT_ULL(6), right_en = BIT_ULL(13);
	const __u64 all = left_ph | left_en | right_ph | right_en;
	int fd;

	load();
	fd = lines_output(all);
	EXPECT_TRUE(bridges("brake", "brake"));
	lines_set(fd, all, left_en | right_en);
	EXPECT_TRUE(bridges("forward", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	lines_set(fd, all, left_en | left_ph | right_ph);
	EXPECT_TRUE(bridges("reverse", "brake"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 0)));
	lines_set(fd, all, left_ph | right_en);
	EXPECT_TRUE(bridges("brake", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(0, 1)));
	lines_set(fd, all, 0);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	close(fd);
}

/* EN from a PWM channel: half the duty, half the speed. */
TEST(phase_enable_by_pwm)
{
	int phase;

	load();
	phase = lines_output(BIT_ULL(5) | BIT_ULL(6));
	ASSERT_EQ(0, file_write(PINMUX, "gpio12 alt0\n"));
	ASSERT_EQ(0, file_write(PWM_CHIP "export", "0"));
	ASSERT_EQ(0, file_write(PWM_CHIP "pwm0/period", "100000"));
	ASSERT_EQ(0, file_write(PWM_CHIP "pwm0/duty_cycle", "50000"));
	ASSERT_EQ(0, file_write(PWM_CHIP "pwm0/enable", "1"));
	pause_ns(1000 * MS);
	/* Of 600 mm/s, less the dead zone. */
	EXPECT_NEAR(600000 * (500 - 80) / (1000 - 80), 6000, truth("left_speed_um_s"));
	EXPECT_EQ(0, truth("right_speed_um_s"));
	lines_set(phase, BIT_ULL(5) | BIT_ULL(6), BIT_ULL(5));
	pause_ns(1500 * MS);
	EXPECT_NEAR(-600000 * (500 - 80) / (1000 - 80), 6000, truth("left_speed_um_s"));
	ASSERT_EQ(0, file_write(PWM_CHIP "pwm0/duty_cycle", "0"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(0, file_write(PWM_CHIP "unexport", "0"));
	close(phase);
}

TEST(in_in_en)
{
	const __u64 inputs = BIT_ULL(13) | BIT_ULL(12) | BIT_ULL(21) | BIT_ULL(20);
	const __u64 left_en = BIT_ULL(6), right_en = BIT_ULL(26);
	const __u64 all = inputs | left_en | right_en;
	int fd;

	load();
	fd = lines_output(all);
	EXPECT_TRUE(bridges("coast", "coast"));
	lines_set(fd, all, BIT_ULL(13) | BIT_ULL(21));
	EXPECT_TRUE(bridges("coast", "coast"));
	lines_set(fd, all, BIT_ULL(13) | BIT_ULL(21) | left_en);
	EXPECT_TRUE(bridges("forward", "coast"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 0)));
	lines_set(fd, all, BIT_ULL(12) | BIT_ULL(20) | left_en | right_en);
	EXPECT_TRUE(bridges("reverse", "reverse"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	lines_set(fd, all, all);
	EXPECT_TRUE(bridges("brake", "brake"));
	lines_set(fd, all, inputs | right_en);
	EXPECT_TRUE(bridges("coast", "brake"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	close(fd);
}

TEST(pwm_dir)
{
	const __u64 left_dir = BIT_ULL(24), left_pwm = BIT_ULL(22);
	const __u64 right_dir = BIT_ULL(23), right_pwm = BIT_ULL(27);
	const __u64 all = left_dir | left_pwm | right_dir | right_pwm;
	int fd;

	load();
	fd = lines_output(all);
	EXPECT_TRUE(bridges("coast", "coast"));
	lines_set(fd, all, left_dir | left_pwm | right_pwm);
	EXPECT_TRUE(bridges("forward", "reverse"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	lines_set(fd, all, left_dir);
	EXPECT_TRUE(bridges("coast", "coast"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	close(fd);
}

static const struct {
	unsigned int trigger;
	unsigned int echo;
} units[] = { { 20, 20 }, { 10, 9 }, { 11, 8 } };

/* Width of the last pulse of a line that is longer than a trigger; 0 if none. */
static __s64 echo_ns(const struct board_edges *edges, unsigned int line)
{
	struct phase phase = {};
	__s64 from_ns = 0, width_ns = 0;

	while (phase_after(edges, line, from_ns, &phase)) {
		if (phase.level && phase.length_ns > 60 * US)
			width_ns = phase.length_ns;
		from_ns = phase.start_ns + 1;
	}
	return width_ns;
}

static void trigger_at_once(unsigned int which)
{
	__u64 lines = 0;
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (which & BIT_ULL(i))
			lines |= BIT_ULL(units[i].trigger);
	fd = lines_output(lines);
	lines_set(fd, lines, lines);
	pause_ns(12 * US);
	lines_set(fd, lines, 0);
	close(fd);
}

/* The lines are requested before, as that may take longer than the gap. */
static void trigger_in_turn(unsigned int which, __s64 gap_ns)
{
	int fd[ARRAY_SIZE(units)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (which & BIT_ULL(i))
			fd[i] = lines_output(BIT_ULL(units[i].trigger));
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (!(which & BIT_ULL(i)))
			continue;
		lines_set(fd[i], BIT_ULL(units[i].trigger), BIT_ULL(units[i].trigger));
		pause_ns(12 * US);
		lines_set(fd[i], BIT_ULL(units[i].trigger), 0);
		close(fd[i]);
		pause_ns(gap_ns);
	}
}

/* Distances that some sonars tell when they ping one right after the other. */
static void ping(unsigned int which, __s64 gap_ns, __s64 distance_mm[3])
{
	struct board_edges edges;
	unsigned int i;

	pause_ns(60 * MS);
	board_edges_start(BIT_ULL(20) | BIT_ULL(9) | BIT_ULL(8));
	if (gap_ns)
		trigger_in_turn(which, gap_ns);
	else
		trigger_at_once(which);
	pause_ns(60 * MS);
	edges = board_edges_read();
	for (i = 0; i < ARRAY_SIZE(units); i++)
		distance_mm[i] = echo_ns(&edges, units[i].echo) * 343213 / 2 / 1000000000;
	board_edges_free(&edges);
}

TEST(sonars)
{
	__s64 mm[3];

	load();
	/* 2000 mm ahead, 1000 mm to the left, 600 mm to the right. */
	control("walls", "2100 -9000 2100 9000\n-9000 1100 9000 1100\n-9000 -700 9000 -700\n");
	EXPECT_NEAR(2000000, 1000, truth("sonar_distance_um"));
	EXPECT_NEAR(1000000, 1000, truth("sonar1_distance_um"));
	EXPECT_NEAR(600000, 1000, truth("sonar2_distance_um"));

	/* Each for itself. */
	ping(1, 0, mm);
	EXPECT_NEAR(2000, 2 * slowness(), mm[0]);
	EXPECT_EQ(0, mm[1]);
	EXPECT_EQ(0, mm[2]);
	ping(7, 60 * MS, mm);
	EXPECT_NEAR(2000, 2 * slowness(), mm[0]);
	EXPECT_NEAR(1000, 2 * slowness(), mm[1]);
	EXPECT_NEAR(600, 2 * slowness(), mm[2]);
	EXPECT_EQ(0, truth("sonar1_overlaps"));
	EXPECT_EQ(0, truth("sonar_crosstalk"));

	/* At once, or nearly so: all hear the first sound that comes back. */
	ping(7, 0, mm);
	EXPECT_NEAR(600, 250, mm[0]);
	EXPECT_NEAR(600, 250, mm[1]);
	EXPECT_NEAR(600, 2 * slowness(), mm[2]);
	EXPECT_EQ(1, truth("sonar_crosstalk"));
	EXPECT_EQ(1, truth("sonar1_crosstalk"));
	EXPECT_EQ(0, truth("sonar2_crosstalk"));
	EXPECT_LT(0, truth("sonar1_overlaps") + truth("sonar2_overlaps"));

	/* A ping that ends while another still listens disturbs that one alone. */
	ping(5, 2 * MS / slowness(), mm);
	EXPECT_GT(1500, mm[0]);
	EXPECT_NEAR(600, 2 * slowness(), mm[2]);

	/* A sonar that hears nothing, or is dead, disturbs nobody. */
	control("faults", "sonar2=no-target\n");
	ping(5, 0, mm);
	EXPECT_NEAR(2000, 2 * slowness(), mm[0]);
	control("faults", "sonar2=dead\n");
	ping(5, 0, mm);
	EXPECT_NEAR(2000, 2 * slowness(), mm[0]);
	EXPECT_EQ(0, mm[2]);
}

TEST_HARNESS_MAIN
