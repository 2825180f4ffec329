// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptions that contradict themselves: the driver refuses each with a
 * message that says what is wrong, and no line moves.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define READ_ALL	3		/* see syslog(2) */
#define LOG_SIZE	0x100000

/* The kernel says so of this device. */
static bool kernel_said(const char *device, const char *message)
{
	char *log = calloc(1, LOG_SIZE);
	char line[256];
	bool said;

	if (!log || klogctl(READ_ALL, log, LOG_SIZE - 1) < 0)
		die("no kernel log");
	snprintf(line, sizeof(line), "rover %s: %s", device, message);
	said = strstr(log, line);
	free(log);
	return said;
}

static bool is_bound(const char *device)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/rover/%s", device);
	return file_exists(path);
}

#define MODES	"\"in-in\", \"in-in-en\" or \"phase-enable\""

/* Merged onto the board alone: see tests/dts/bad-boards-overlay.dts. */
FIXTURE(refused) { };

FIXTURE_VARIANT(refused) {
	const char *device;
	const char *cause;
	const char *error;	/* EINVAL if not given */
};

FIXTURE_VARIANT_ADD(refused, without_mode) {
	.device = "rover-without-mode",
	.cause = "drive-mode is missing: want " MODES,
};

FIXTURE_VARIANT_ADD(refused, unknown_mode) {
	.device = "rover-with-unknown-mode",
	.cause = "drive-mode \"tank\" is unknown: want " MODES,
};

FIXTURE_VARIANT_ADD(refused, without_in1) {
	.device = "rover-without-in1",
	.cause = "left-in1-gpios is missing",
};

FIXTURE_VARIANT_ADD(refused, without_in2) {
	.device = "rover-without-in2",
	.cause = "right-in2-gpios is missing, and pwm-names has no \"right-in2\"",
};

FIXTURE_VARIANT_ADD(refused, two_in2) {
	.device = "rover-with-two-in2",
	.cause = "left-in2-gpios and pwms exclude each other",
};

FIXTURE_VARIANT_ADD(refused, slow_decay_pwm) {
	.device = "rover-with-slow-decay-pwm",
	.cause = "slow-decay is for software PWM: with pwms, the wiring decides",
};

FIXTURE_VARIANT_ADD(refused, without_en) {
	.device = "rover-without-en",
	.cause = "left-en-gpios is missing, and pwm-names has no \"left-en\"",
};

FIXTURE_VARIANT_ADD(refused, two_en) {
	.device = "rover-with-two-en",
	.cause = "right-en-gpios and pwms exclude each other",
};

FIXTURE_VARIANT_ADD(refused, without_phase) {
	.device = "rover-without-phase",
	.cause = "right-phase-gpios is missing",
};

FIXTURE_VARIANT_ADD(refused, phase_and_in) {
	.device = "rover-with-phase-and-in",
	.cause = "left-in1-gpios is for drive-mode \"in-in\", not \"phase-enable\"",
};

FIXTURE_VARIANT_ADD(refused, en_of_in_in) {
	.device = "rover-with-en-of-in-in",
	.cause = "left-en-gpios is for drive-mode \"in-in-en\", not \"in-in\"",
};

FIXTURE_VARIANT_ADD(refused, slow_decay_phase) {
	.device = "rover-with-slow-decay-phase",
	.cause = "slow-decay is not for drive-mode \"phase-enable\": the board decides",
};

FIXTURE_VARIANT_ADD(refused, coasts_in_in) {
	.device = "rover-with-coasts-in-in",
	.cause = "enable-low-coasts is for drive-mode \"phase-enable\" alone",
};

FIXTURE_VARIANT_ADD(refused, three_sleeps) {
	.device = "rover-with-three-sleeps",
	.cause = "sleep-gpios has 3 lines: want 1 or 2",
};

FIXTURE_VARIANT_ADD(refused, two_periods) {
	.device = "rover-with-two-periods",
	.cause = "pwms: both need the same period, not 50000 ns",
};

FIXTURE_VARIANT_ADD(refused, same_line) {
	.device = "rover-with-same-line",
	.cause = "gpio line 16 is used twice: as left-in1 and as right-in1",
};

FIXTURE_VARIANT_ADD(refused, same_line_inverted) {
	.device = "rover-with-same-line-inverted",
	.cause = "gpio line 23 is used twice: as right-encoder and as sonar",
};

FIXTURE_VARIANT_ADD(refused, without_counts) {
	.device = "rover-without-counts",
	.cause = "counts-per-revolution is missing: encoders need it",
};

FIXTURE_VARIANT_ADD(refused, zero_counts) {
	.device = "rover-with-zero-counts",
	.cause = "counts-per-revolution = 0: want 1 to 1000000",
};

FIXTURE_VARIANT_ADD(refused, one_encoder) {
	.device = "rover-with-one-encoder",
	.cause = "left-encoder-gpios has 1 lines, right-encoder-gpios 0: want as many",
};

FIXTURE_VARIANT_ADD(refused, three_phases) {
	.device = "rover-with-three-phases",
	.cause = "left-encoder-gpios has 3 lines: want 1 or 2",
};

FIXTURE_VARIANT_ADD(refused, sonar_pull) {
	.device = "rover-with-sonar-pull",
	.cause = "sonar-gpios: a shared trigger and echo line takes no pull",
};

FIXTURE_VARIANT_ADD(refused, two_sonars) {
	.device = "rover-with-two-sonars",
	.cause = "sonar-gpios excludes sonar-trigger-gpios and sonar-echo-gpios",
};

FIXTURE_VARIANT_ADD(refused, without_echo) {
	.device = "rover-without-echo",
	.cause = "sonar-echo-gpios is missing",
};

FIXTURE_VARIANT_ADD(refused, slow_pwm) {
	.device = "rover-with-slow-pwm",
	.cause = "pwm-frequency-hz = 19: want 20 to 1000",
};

FIXTURE_VARIANT_ADD(refused, fast_pwm) {
	.device = "rover-with-fast-pwm",
	.cause = "pwm-frequency-hz = 1001: want 20 to 1000",
};

FIXTURE_VARIANT_ADD(refused, short_number) {
	.device = "rover-with-short-number",
	.cause = "pwm-frequency-hz: want one number",
};

FIXTURE_VARIANT_ADD(refused, long_dead_time) {
	.device = "rover-with-long-dead-time",
	.cause = "dead-time-us = 100001: want 0 to 100000",
};

FIXTURE_VARIANT_ADD(refused, without_wheels) {
	.device = "rover-without-wheels",
	.cause = "wheel-circumference-um = 0: want 1000 to 10000000",
};

FIXTURE_VARIANT_ADD(refused, hot_air) {
	.device = "rover-with-hot-air",
	.cause = "air-temperature-millicelsius = 85001: want -40000 to 85000",
};

FIXTURE_VARIANT_ADD(refused, cold_air) {
	.device = "rover-with-cold-air",
	.cause = "air-temperature-millicelsius = -40001: want -40000 to 85000",
};

FIXTURE_VARIANT_ADD(refused, late_deadman) {
	.device = "rover-with-late-deadman",
	.cause = "deadman-ms = 86400001: want 0 to 86400000",
};

FIXTURE_VARIANT_ADD(refused, one_pwm) {
	.device = "rover-with-one-pwm",
	.cause = "pwms: no PWM for right-in2",
	.error = "ENOENT",
};

FIXTURE_VARIANT_ADD(refused, two_pans) {
	.device = "rover-with-two-pans",
	.cause = "pan-gpios and a PWM \"pan\" exclude each other",
};

FIXTURE_VARIANT_ADD(refused, pan_upside_down) {
	.device = "rover-with-pan-upside-down",
	.cause = "pan-range-millidegrees = 80000, -80000: want the lesser first, within +-180000",
};

FIXTURE_VARIANT_ADD(refused, short_pulse) {
	.device = "rover-with-short-pulse",
	.cause = "tilt-pulse-us = 299: want 300 to 3000",
};

FIXTURE_VARIANT_ADD(refused, blind_guard) {
	.device = "rover-with-blind-guard",
	.cause = "guard-um is given, but nothing that it is for",
};

FIXTURE_VARIANT_ADD(refused, numb_guard) {
	.device = "rover-with-numb-guard",
	.cause = "obstacle-guard is given, but nothing that it is for",
};

FIXTURE_VARIANT_ADD(refused, gain_alone) {
	.device = "rover-with-gain-alone",
	.cause = "proportional-gain is given, but nothing that it is for",
};

FIXTURE_VARIANT_ADD(refused, even_median) {
	.device = "rover-with-even-median",
	.cause = "sonar-median = 4: want 1 to 9, odd",
};

FIXTURE_VARIANT_ADD(refused, deaf_sonar) {
	.device = "rover-with-deaf-sonar",
	.cause = "sonar-echo-gpios is missing",
};

FIXTURE_VARIANT_ADD(refused, three_faults) {
	.device = "rover-with-three-faults",
	.cause = "fault-gpios has 3 lines: want 1 or 2",
};

FIXTURE_SETUP(refused)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s", variant->device);
	ASSERT_TRUE(file_exists(path));
}

FIXTURE_TEARDOWN(refused) { }

TEST_F(refused, with_its_cause)
{
	bool missing = variant->error && !strcmp(variant->error, "ENOENT");
	char message[160], number[160];

	snprintf(message, sizeof(message), "error -%s: %s", variant->error ?: "EINVAL",
		 variant->cause);
	/* Without SYMBOLIC_ERRNAME a kernel has numbers for errors. */
	snprintf(number, sizeof(number), "error -%d: %s", missing ? ENOENT : EINVAL,
		 variant->cause);
	EXPECT_TRUE(kernel_said(variant->device, message) || kernel_said(variant->device, number))
		TH_LOG("%s", variant->cause);
	EXPECT_FALSE(is_bound(variant->device));
}

TEST(refused_boards_move_nothing)
{
	unsigned int line;

	EXPECT_FALSE(file_exists(ROVER_DEVICE));
	EXPECT_FALSE(file_exists(ROVER_CLASS));
	for (line = 0; line < 28; line++)
		EXPECT_EQ(0, board_line(line).rising);
	EXPECT_TRUE(wheels_rest());
}

#define DRIVER	"/sys/bus/platform/drivers/rover/"

/* Merged after the RoboHAT: see tests/dts/busy-line-overlay.dts. */
TEST(busy_line_is_explained)
{
	char taken[128];

	snprintf(taken, sizeof(taken), "right-in1: gpio line 13 is taken by \"%s\": %s",
		 "rover:right-in1", "disable that or change right-in1-gpios");
	/* Whichever came first, now it is the RoboHAT. */
	file_write(DRIVER "unbind", "rover-with-busy-line");
	file_write(DRIVER "unbind", "rover");
	ASSERT_EQ(0, file_write(DRIVER "bind", "rover"));
	EXPECT_NE(0, file_write(DRIVER "bind", "rover-with-busy-line"));

	EXPECT_TRUE(kernel_said("rover-with-busy-line", taken));
	EXPECT_TRUE(kernel_said("rover-with-busy-line", "error -EBUSY: right-in1: no line") ||
		    kernel_said("rover-with-busy-line", "error -16: right-in1: no line"));
	EXPECT_FALSE(is_bound("rover-with-busy-line"));

	/* Whose line it is drives on. */
	EXPECT_TRUE(is_bound("rover"));
	rover_calm();
	ASSERT_EQ(0, attribute_write("command", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	rover_calm();
}

TEST_HARNESS_MAIN
