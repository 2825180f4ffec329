// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptions that contradict themselves: the driver refuses each with a
 * message that says what is wrong, and no line moves.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define READ_ALL	3	/* see syslog(2) */
#define LOG_SIZE	(1 << 20)

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

#define REFUSED(_name, _device, _message)				\
	TEST_F(refused, _name)						\
	{								\
		EXPECT_TRUE(file_exists("/sys/bus/platform/devices/" _device)); \
		EXPECT_TRUE(kernel_said(_device, "error -EINVAL: " _message)); \
		EXPECT_FALSE(is_bound(_device));			\
	}

/* Merged onto the board alone: see tests/dts/bad-boards-overlay.dts. */
FIXTURE(refused) { };

FIXTURE_SETUP(refused) { }

FIXTURE_TEARDOWN(refused) { }

REFUSED(without_mode, "rover-without-mode", "drive-mode is missing: want \"in-in\"")
REFUSED(unknown_mode, "rover-with-unknown-mode",
	"drive-mode \"tank\" is unknown: want \"in-in\"")
REFUSED(without_in1, "rover-without-in1", "left-in1-gpios is missing")
REFUSED(without_in2, "rover-without-in2", "right-in2-gpios is missing, and there is no pwms")
REFUSED(two_in2, "rover-with-two-in2", "left-in2-gpios and pwms exclude each other")
REFUSED(slow_decay_pwm, "rover-with-slow-decay-pwm",
	"slow-decay is for software PWM: with pwms, the wiring decides")
REFUSED(two_periods, "rover-with-two-periods",
	"pwms: both need the same period, not 50000 ns")
REFUSED(same_line, "rover-with-same-line",
	"gpio line 16 is used twice: as left-in1 and as right-in1")
REFUSED(same_line_inverted, "rover-with-same-line-inverted",
	"gpio line 23 is used twice: as right-encoder and as sonar")
REFUSED(without_counts, "rover-without-counts",
	"counts-per-revolution is missing: encoders need it")
REFUSED(zero_counts, "rover-with-zero-counts",
	"counts-per-revolution = 0: want 1 to 1000000")
REFUSED(one_encoder, "rover-with-one-encoder",
	"left-encoder-gpios has 1 lines, right-encoder-gpios 0: want as many")
REFUSED(three_phases, "rover-with-three-phases",
	"left-encoder-gpios has 3 lines: want 1 or 2")
REFUSED(sonar_pull, "rover-with-sonar-pull",
	"sonar-gpios: a shared trigger and echo line takes no pull")
REFUSED(two_sonars, "rover-with-two-sonars",
	"sonar-gpios excludes sonar-trigger-gpios and sonar-echo-gpios")
REFUSED(without_echo, "rover-without-echo", "sonar-echo-gpios is missing")
REFUSED(slow_pwm, "rover-with-slow-pwm", "pwm-frequency-hz = 19: want 20 to 1000")
REFUSED(fast_pwm, "rover-with-fast-pwm", "pwm-frequency-hz = 1001: want 20 to 1000")
REFUSED(short_number, "rover-with-short-number", "pwm-frequency-hz: want one number")
REFUSED(long_dead_time, "rover-with-long-dead-time",
	"dead-time-us = 100001: want 0 to 100000")
REFUSED(without_wheels, "rover-without-wheels",
	"wheel-circumference-um = 0: want 1000 to 10000000")
REFUSED(hot_air, "rover-with-hot-air",
	"air-temperature-millicelsius = 85001: want -40000 to 85000")
REFUSED(cold_air, "rover-with-cold-air",
	"air-temperature-millicelsius = -40001: want -40000 to 85000")
REFUSED(late_deadman, "rover-with-late-deadman",
	"deadman-ms = 86400001: want 0 to 86400000")

TEST_F(refused, one_pwm)
{
	EXPECT_TRUE(kernel_said("rover-with-one-pwm", "error "));
	EXPECT_TRUE(kernel_said("rover-with-one-pwm", "error -EINVAL: pwms: no PWM for right-in2") ||
		    kernel_said("rover-with-one-pwm", "error -ENOENT: pwms: no PWM for right-in2"));
	EXPECT_FALSE(is_bound("rover-with-one-pwm"));
}

TEST_F(refused, and_nothing_moves)
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
	/* Whichever came first, now it is the RoboHAT. */
	file_write(DRIVER "unbind", "rover-with-busy-line");
	file_write(DRIVER "unbind", "rover");
	ASSERT_EQ(0, file_write(DRIVER "bind", "rover"));
	EXPECT_NE(0, file_write(DRIVER "bind", "rover-with-busy-line"));

	EXPECT_TRUE(kernel_said("rover-with-busy-line",
				"right-in1: gpio line 13 is taken by \"rover:right-in1\": "
				"disable that or change right-in1-gpios"));
	EXPECT_TRUE(kernel_said("rover-with-busy-line", "error -EBUSY: right-in1: no line"));
	EXPECT_FALSE(is_bound("rover-with-busy-line"));

	/* Whose line it is drives on. */
	EXPECT_TRUE(is_bound("rover"));
	rover_calm();
	ASSERT_EQ(0, attribute_write("command", "forward"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	rover_calm();
}

TEST_HARNESS_MAIN
