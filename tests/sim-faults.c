// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated board's faults and its imperfect motors, seen at its pins: the
 * test drives the lines itself, rover.ko is not loaded.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "harness.h"
#include "lines.h"
#include "measure.h"
#include "util.h"

#define LEFT_ENCODER	22
#define RIGHT_ENCODER	23
#define FAULT_LINE	21	/* by the board's property */
#define BOARD_DRIVER	"/sys/bus/platform/drivers/rover-sim-board/"
#define BOARD_DEVICE	"rover-sim"

/* How late the simulator's edges may be. */
#define LATE_NS		(slowness() > 1 ? MS : US)

#define ENCODERS	(BIT_ULL(LEFT_ENCODER) | BIT_ULL(RIGHT_ENCODER))

static void control(const char *file, const char *text)
{
	int err = board_control(file, text);

	if (err)
		die("%s: %s: %s", file, text, strerror(-err));
}

FIXTURE(faults) {
	int motors;
};

FIXTURE_SETUP(faults)
{
	lines_load_board();
	board_reset();
	/* Nothing in the way, but within reach of the sonar. */
	control("walls", "3000 -90000 3000 90000\n");
	self->motors = lines_output(MOTOR_LINES);
}

FIXTURE_TEARDOWN(faults)
{
	lines_drive(self->motors, 2, 2);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	close(self->motors);
	board_reset();
}

static __u64 edges_of(unsigned int line)
{
	struct board_state state = board_line(line);

	return state.rising + state.falling;
}

/* Each edge comes out, and some interrupt nobody. */
TEST_F(faults, drop_encoder_edges)
{
	int watch = lines_watch(ENCODERS);
	struct board_state left;
	__u64 edges;

	control("faults", "drop_permille=200\n");
	control("force", "left=2000000 right=off\n");
	ASSERT_TRUE(EVENTUALLY(edges_of(LEFT_ENCODER) >= 1000));
	control("force", "left=off right=off\n");
	left = board_line(LEFT_ENCODER);
	edges = left.rising + left.falling;
	EXPECT_EQ(edges, truth("left_edges_a"));
	EXPECT_EQ(edges, left.irqs + left.merged + truth("edges_dropped"));
	EXPECT_NEAR(edges / 5, edges / 20, truth("edges_dropped"));
	close(watch);
}

/* Two edges less for each slit that was not seen. */
TEST_F(faults, miss_slits)
{
	__s64 quarters, edges;

	control("faults", "miss_permille=100\n");
	control("force", "left=2000000 right=off\n");
	ASSERT_TRUE(EVENTUALLY(truth("left_quarters") >= 4000));
	control("force", "left=off right=off\n");
	quarters = truth("left_quarters");
	edges = edges_of(LEFT_ENCODER);
	EXPECT_EQ(edges, truth("left_edges_a"));
	/* The missed ones of phase B, which has no line, count as well. */
	EXPECT_NEAR(quarters, 1, edges + truth("left_edges_b") + truth("edges_missed"));
	EXPECT_NEAR(quarters * 2 / 11, quarters / 20, truth("edges_missed"));
}

/* All edges of one slit's end: the first, its bounces, and the right level at last. */
TEST_F(faults, bounce)
{
	struct board_edges edges;
	size_t i, groups = 0, in_group = 0;
	__s64 start_ns = 0;

	board_edges_start(BIT_ULL(LEFT_ENCODER));
	control("faults", "bounces=3 bounce_us=400\n");
	/* One edge each 10 ms. */
	control("force", "left=483333 right=off\n");
	ASSERT_TRUE(EVENTUALLY(truth("left_edges_a") >= 50));
	control("force", "left=off right=off\n");
	pause_ns(MS);
	edges = board_edges_read();
	for (i = 0; i < edges.count; i++) {
		if (edges.edge[i].time_ns - start_ns > 2 * MS) {
			EXPECT_EQ(groups ? 7 : 0, in_group);
			start_ns = edges.edge[i].time_ns;
			in_group = 0;
			groups++;
		}
		in_group++;
		EXPECT_GE(400 * US, edges.edge[i].time_ns - start_ns);
	}
	EXPECT_EQ(7, in_group);
	EXPECT_EQ(groups, truth("left_edges_a"));
	EXPECT_EQ(6 * groups, truth("edges_bounced"));
	board_edges_free(&edges);
}

/* Sum of the times of the first edges after a reset: the same for the same seed. */
static __s64 first_bounces(const char *seed)
{
	struct board_edges edges;
	__s64 sum_ns = 0;
	size_t i;

	board_reset();
	control("seed", seed);
	control("faults", "bounces=5 bounce_us=500\n");
	board_edges_start(BIT_ULL(LEFT_ENCODER));
	control("force", "left=100000 right=off\n");
	if (!EVENTUALLY(truth("edges_bounced") >= 10))
		die("nothing bounces");
	control("force", "left=off right=off\n");
	edges = board_edges_read();
	for (i = 0; i < edges.count && i <= 10; i++)
		sum_ns += edges.edge[i].time_ns - edges.edge[0].time_ns;
	board_edges_free(&edges);
	return sum_ns;
}

TEST_F(faults, repeat_with_the_seed)
{
	__s64 first_ns = first_bounces("seed=7\n");

	EXPECT_NE(first_ns, first_bounces("seed=8\n"));
	EXPECT_EQ(first_ns, first_bounces("seed=7\n"));
}

/* The pulse that answers a trigger; false if there is none. */
static bool ping(struct phase *trigger, struct phase *echo)
{
	struct board_edges edges;
	bool heard;

	pause_ns(60 * MS);
	board_edges_start(BIT_ULL(SONAR_LINE));
	lines_trigger(SONAR_LINE, 12);
	pause_ns(60 * MS);
	edges = board_edges_read();
	if (!phase_after(&edges, SONAR_LINE, 0, trigger))
		die("the line was not triggered");
	heard = phase_after(&edges, SONAR_LINE, trigger->start_ns + trigger->length_ns + 1, echo);
	board_edges_free(&edges);
	return heard;
}

static void expect_works(struct __test_metadata *_metadata)
{
	struct phase trigger, echo;

	control("faults", "sonar=none\n");
	ASSERT_TRUE(ping(&trigger, &echo));
	EXPECT_NEAR(450 * US, LATE_NS, echo.start_ns - trigger.start_ns - trigger.length_ns);
	EXPECT_NEAR(2900000LL * 2 * 1000000 / 343213, 100 * US + LATE_NS, echo.length_ns);
}

TEST_F(faults, answer_before_the_burst_is_over)
{
	struct phase trigger, echo;

	expect_works(_metadata);
	control("faults", "sonar=early\n");
	ASSERT_TRUE(ping(&trigger, &echo));
	EXPECT_GT(200 * US, echo.start_ns - trigger.start_ns - trigger.length_ns);
	expect_works(_metadata);
}

TEST_F(faults, answer_with_too_short_a_pulse)
{
	struct phase trigger, echo;

	control("faults", "sonar=short\n");
	ASSERT_TRUE(ping(&trigger, &echo));
	EXPECT_NEAR(30 * US, US, echo.length_ns);
	expect_works(_metadata);
}

TEST_F(faults, end_after_so_many_pings)
{
	struct phase trigger, echo;
	int i;

	control("faults", "dies_after=3\n");
	for (i = 0; i < 3; i++)
		EXPECT_TRUE(ping(&trigger, &echo));
	for (i = 0; i < 3; i++)
		EXPECT_FALSE(ping(&trigger, &echo));
	EXPECT_EQ(6, truth("sonar_pings"));
	EXPECT_EQ(3, truth("sonar_echoes"));
	control("faults", "dies_after=never\n");
	EXPECT_TRUE(ping(&trigger, &echo));
}

TEST_F(faults, lose_echoes)
{
	int i, silent = 0, no_target = 0;

	control("faults", "silent_permille=300 no_target_permille=300\n");
	for (i = 0; i < 60; i++) {
		struct phase trigger, echo;

		if (!ping(&trigger, &echo))
			silent++;
		else if (echo.length_ns == 38 * MS)
			no_target++;
	}
	ksft_print_msg("of 60 pings %d were silent, %d heard nothing\n", silent, no_target);
	EXPECT_NEAR(18, 10, silent);
	EXPECT_NEAR(13, 9, no_target);
}

TEST_F(faults, switch_the_bridges_off)
{
	bool tells = file_exists("/proc/device-tree/rover-sim/bridge-fault-line");

	lines_drive(self->motors, 1, 1);
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(tells, board_level(FAULT_LINE));
	control("faults", "bridge=fault\n");
	EXPECT_EQ(0, board_level(FAULT_LINE));
	EXPECT_TRUE(truth_is("left_bridge", "coast"));
	EXPECT_TRUE(truth_is("right_bridge", "coast"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	control("faults", "bridge=none\n");
	EXPECT_EQ(tells, board_level(FAULT_LINE));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

#define PWM_CHIP	"/sys/class/pwm/pwmchip0/"
#define PWM		PWM_CHIP "pwm0/"
#define PINMUX		"/sys/kernel/debug/pinctrl/rover-sim:gpio/pinmux-select"

/* Channel 0 on GPIO18, which no motor needs. */
TEST_F(faults, kill_pwm_channels)
{
	struct board_edges edges;

	if (!file_exists(PWM_CHIP))
		SKIP(return, "there is no PWM without a device tree");
	ASSERT_EQ(0, file_write(PINMUX, "gpio18 alt5\n"));
	ASSERT_EQ(0, file_write(PWM_CHIP "export", "0"));
	ASSERT_EQ(0, file_write(PWM "period", "1000000"));
	ASSERT_EQ(0, file_write(PWM "duty_cycle", "250000"));
	ASSERT_EQ(0, file_write(PWM "enable", "1"));
	board_edges_start(BIT_ULL(18));
	pause_ns(10 * MS);
	control("faults", "dead_pwm=1\n");
	edges = board_edges_read();
	EXPECT_NEAR(20, 2 + slowness() / 10, edges.count);
	board_edges_free(&edges);
	EXPECT_EQ(0, board_level(18));
	board_edges_start(BIT_ULL(18));
	pause_ns(10 * MS);
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);

	/* Its driver hears nothing of that. */
	EXPECT_EQ(0, file_write(PWM "duty_cycle", "750000"));
	EXPECT_EQ(0, board_level(18));
	control("faults", "dead_pwm=0\n");
	EXPECT_TRUE(EVENTUALLY(board_level(18)));
	EXPECT_EQ(0, file_write(PWM "enable", "0"));
	EXPECT_EQ(0, file_write(PWM_CHIP "unexport", "0"));
}

/* Speeds after a second of full drive, at which they have settled. */
static void full_speeds(int motors, __s64 speed_um_s[2])
{
	struct truth_key keys[] = { { "left_speed_um_s" }, { "right_speed_um_s" } };

	control("pose", "x_um=0 y_um=0 heading_urad=0\n");
	lines_drive(motors, 1, 1);
	pause_ns(1200 * MS);
	TRUTH_TAKE(keys);
	speed_um_s[0] = keys[0].value;
	speed_um_s[1] = keys[1].value;
	lines_drive(motors, 2, 2);
	if (!EVENTUALLY(wheels_rest()))
		die("no rest");
}

TEST_F(faults, let_motors_differ)
{
	__s64 alike[2], differ[2];

	full_speeds(self->motors, alike);
	EXPECT_NEAR(alike[0], 10, alike[1]);
	EXPECT_NEAR(600000, 1000, alike[0]);
	control("motors", "left_gain_permille=1050 right_gain_permille=950\n");
	full_speeds(self->motors, differ);
	/* The dead zone is taken off both alike. */
	EXPECT_NEAR(alike[0] * (1050 - 80) / (1000 - 80), 1000, differ[0]);
	EXPECT_NEAR(alike[0] * (950 - 80) / (1000 - 80), 1000, differ[1]);
	control("motors", "load_permille=100 left_gain_permille=1000 right_gain_permille=0\n");
	full_speeds(self->motors, differ);
	EXPECT_NEAR(alike[0] * (900 - 80) / (1000 - 80), 1000, differ[0]);
	EXPECT_EQ(0, differ[1]);
}

TEST_F(faults, spread_motors_by_the_seed)
{
	__s64 first[2], other[2], again[2];

	control("motors", "spread_permille=100\n");
	control("seed", "seed=3\n");
	full_speeds(self->motors, first);
	EXPECT_NE(first[0], first[1]);
	EXPECT_NEAR(600000, 100000, first[0]);
	control("seed", "seed=4\n");
	full_speeds(self->motors, other);
	EXPECT_NE(first[0], other[0]);
	control("seed", "seed=3\n");
	full_speeds(self->motors, again);
	EXPECT_NEAR(first[0], 10, again[0]);
	EXPECT_NEAR(first[1], 10, again[1]);
}

TEST_F(faults, let_the_battery_sag)
{
	__s64 fresh[2], one[2], tired[2];

	full_speeds(self->motors, fresh);
	/* At full speed a motor draws half of what it does at rest. */
	control("motors", "sag_permille=200\n");
	full_speeds(self->motors, one);
	EXPECT_NEAR(fresh[0] * 9 / 10, fresh[0] / 30, one[0]);
	EXPECT_NEAR(one[0], 10, one[1]);

	/* At full speed it loses half as much as with both motors stalled. */
	control("walls", "\n");
	control("motors", "sag_permille=0 discharge_permille_min=1000\n");
	lines_drive(self->motors, 1, 1);
	pause_ns(5000 * MS);
	lines_drive(self->motors, 2, 2);
	EXPECT_NEAR(1000000 - 1000000 / 24, 10000, truth("battery_charge_ppm"));
	full_speeds(self->motors, tired);
	EXPECT_NEAR(fresh[0] * 95 / 100, fresh[0] / 50, tired[0]);
}

TEST_F(faults, are_gone_after_a_reset)
{
	static const struct {
		const char *file;
		const char *text;
	} settings[] = {
		{ "faults", "sonar=dead dies_after=7 frozen_lines=0x10" },
		{ "faults", "silent_permille=5 no_target_permille=6" },
		{ "faults", "drop_permille=1 miss_permille=2 bounces=3 bounce_us=4" },
		{ "faults", "dead_pwm=3 slow_pwm_ms=4 bridge=fault" },
		{ "motors", "left_gain_permille=1 right_gain_permille=2 load_permille=3" },
		{ "motors", "left_dead_zone_permille=4 right_dead_zone_permille=5" },
		{ "motors", "spread_permille=6 sag_permille=7 discharge_permille_min=8" },
		{ "motors", "charge_permille=900" },
	};
	char before[1024], after[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		const char *file = settings[i].file;

		ASSERT_LT(0, file_read(board_path(file), before, sizeof(before)));
		control(file, settings[i].text);
		ASSERT_LT(0, file_read(board_path(file), after, sizeof(after)));
		EXPECT_STRNE(before, after);
		board_reset();
		ASSERT_LT(0, file_read(board_path(file), after, sizeof(after)));
		EXPECT_STREQ(before, after);
	}
}

TEST_F(faults, are_refused_as_a_whole)
{
	char before[1024], after[1024];

	ASSERT_LT(0, file_read(board_path("faults"), before, sizeof(before)));
	EXPECT_EQ(-EINVAL, board_control("faults", "drop_permille=100 bounces=51\n"));
	EXPECT_EQ(-EINVAL, board_control("faults", "drop_permille=100 sonar=broken\n"));
	ASSERT_LT(0, file_read(board_path("faults"), after, sizeof(after)));
	EXPECT_STREQ(before, after);
}

/* The lines appear late, and with them whatever needs them. */
TEST(slow_lines_appear_late)
{
	static const char parameter[] = "/sys/module/rover_sim/parameters/probe_delay_ms";
	__s64 begin_ns;
	pid_t pid;

	lines_load_board();
	ASSERT_EQ(0, file_write(BOARD_DRIVER "unbind", BOARD_DEVICE));
	ASSERT_EQ(0, file_write(parameter, "300"));
	begin_ns = now_ns();
	pid = fork();
	if (!pid)
		_exit(-file_write(BOARD_DRIVER "bind", BOARD_DEVICE));
	EXPECT_TRUE(EVENTUALLY(file_exists(BOARD_DRIVER BOARD_DEVICE)));
	ASSERT_EQ(0, wait_for(pid));
	EXPECT_LE(300 * MS, now_ns() - begin_ns);
	EXPECT_EQ(0, file_write(parameter, "0"));
}

TEST_HARNESS_MAIN
