// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rovers that rover_sim.ko creates where no device tree describes them. On a
 * machine that has a device tree, it is asked to.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "harness.h"
#include "util.h"

#define ROVERS	3

static bool have_tree(void)
{
	return file_exists("/proc/device-tree/compatible");
}

/* A board of the device tree comes first. */
static int tree_boards(void)
{
	return file_exists("/proc/device-tree/rover-sim") ? 1 : 0;
}

static int count(const char *pattern)
{
	glob_t found;
	int number = 0;

	if (!glob(pattern, 0, NULL, &found))
		number = found.gl_pathc;
	globfree(&found);
	return number;
}

static int rovers(void)
{
	return count("/sys/class/rover/rover*");
}

static int boards(void)
{
	return count("/sys/kernel/debug/rover_sim/*");
}

static int rover_write(int rover, const char *attribute, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/rover/rover%d/%s", rover, attribute);
	return file_write(path, text);
}

static bool rover_says(int rover, const char *attribute, const char *text)
{
	char path[128], said[128];

	snprintf(path, sizeof(path), "/sys/class/rover/rover%d/%s", rover, attribute);
	if (file_read(path, said, sizeof(said)) < 0)
		return false;
	said[strcspn(said, "\n")] = '\0';
	return !strcmp(said, text);
}

/* Its first range; a debug kernel hears the echo some microseconds later. */
static bool rover_measures(int rover, int range_mm)
{
	char path[128], said[128];

	snprintf(path, sizeof(path), "/sys/class/rover/rover%d/range", rover);
	if (file_read(path, said, sizeof(said)) < 0)
		return false;
	return abs(atoi(said) - range_mm) <= (int)slowness() - 1;
}

/* The speed of a board's left wheel; boards are sorted as their rovers are. */
static long long left_speed(int board)
{
	char number[16] = "", path[128], text[8192];
	const char *value;

	if (board)
		snprintf(number, sizeof(number), ".%d", board);
	snprintf(path, sizeof(path), "/sys/kernel/debug/rover_sim/rover-sim%s/truth", number);
	if (file_read(path, text, sizeof(text)) < 0)
		return 0;
	value = strstr(text, "left_speed_um_s=");
	return value ? atoll(value + strlen("left_speed_um_s=")) : 0;
}

FIXTURE(plain) { };

FIXTURE_SETUP(plain) { }

FIXTURE_TEARDOWN(plain)
{
	run("rmmod", "rover", NULL);
	run("rmmod", "rover_sim", NULL);
}

static void expect_rovers(struct __test_metadata *_metadata, int number)
{
	int i;

	EXPECT_TRUE(EVENTUALLY(rovers() == number));
	EXPECT_EQ(number, boards());
	for (i = 0; i < number; i++)
		EXPECT_TRUE(rover_says(i, "board", "4tronix,robohat"));
	EXPECT_TRUE(rover_measures(0, 2900));
}

TEST_F(plain, appear_whichever_module_comes_first)
{
	char parameter[32];

	snprintf(parameter, sizeof(parameter), "boards=%d", ROVERS - tree_boards());
	ASSERT_EQ(0, run("modprobe", "rover_sim", parameter, NULL));
	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	expect_rovers(_metadata, ROVERS);
	ASSERT_EQ(0, run("rmmod", "rover", NULL));
	EXPECT_EQ(0, rovers());
	EXPECT_EQ(ROVERS, boards());
	ASSERT_EQ(0, run("rmmod", "rover_sim", NULL));
	EXPECT_EQ(0, boards());

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	EXPECT_EQ(0, rovers());
	ASSERT_EQ(0, run("modprobe", "rover_sim", parameter, NULL));
	expect_rovers(_metadata, ROVERS);
	/* Their lines are in use. */
	EXPECT_NE(0, run("rmmod", "rover_sim", NULL));
	expect_rovers(_metadata, ROVERS);
}

TEST_F(plain, drive_each_for_itself)
{
	int i, driven;

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=2", NULL));
	for (driven = 0; driven < 2 + tree_boards(); driven++) {
		ASSERT_EQ(0, rover_write(driven, "command", "forward"));
		EXPECT_TRUE(EVENTUALLY(left_speed(driven) > 50000));
		for (i = 0; i < 2 + tree_boards(); i++)
			if (i != driven)
				EXPECT_EQ(0, left_speed(i));
		ASSERT_EQ(0, rover_write(driven, "command", "brake"));
		EXPECT_TRUE(EVENTUALLY(!left_speed(driven)));
	}
}

TEST_F(plain, leave_with_their_board_and_come_back)
{
	char name[2][32];
	int last = tree_boards() + 1;

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=2", NULL));
	snprintf(name[0], sizeof(name[0]), "rover-sim.%d", last);
	snprintf(name[1], sizeof(name[1]), "rover.%d", last);
	ASSERT_EQ(0, rover_write(last, "command", "forward"));
	ASSERT_EQ(0, file_write("/sys/bus/platform/drivers/rover-sim-board/unbind", name[0]));
	EXPECT_EQ(last, rovers());
	EXPECT_EQ(last, boards());
	ASSERT_EQ(0, file_write("/sys/bus/platform/drivers/rover-sim-board/bind", name[0]));
	ASSERT_EQ(0, file_write("/sys/bus/platform/drivers/rover/bind", name[1]));
	EXPECT_EQ(last + 1, rovers());
	EXPECT_TRUE(rover_says(last, "state", "idle"));
}

TEST_F(plain, have_two_lines_an_encoder_on_request)
{
	int last = tree_boards();

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=1", "quadrature=1", NULL));
	ASSERT_EQ(0, rover_write(last, "command", "backward"));
	EXPECT_TRUE(EVENTUALLY(left_speed(last) < -50000));
	EXPECT_TRUE(EVENTUALLY(!rover_says(last, "left_count", "0")));
	ASSERT_EQ(0, rover_write(last, "command", "brake"));
	EXPECT_TRUE(EVENTUALLY(!left_speed(last)));
}

TEST_F(plain, have_properties_of_their_own_on_request)
{
	int last = tree_boards();

	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=1",
			 "board_properties=sonar-offset-um=50000,obstacle-active-high",
			 "rover_properties=deadman-ms=300", NULL));
	EXPECT_TRUE(rover_says(last, "deadman", "300"));
	EXPECT_TRUE(rover_measures(last, 2950));
	EXPECT_TRUE(rover_says(last, "board", "4tronix,robohat"));
	/* What cannot be, is refused by the device that it is for. */
	ASSERT_EQ(0, run("rmmod", "rover", NULL));
	ASSERT_EQ(0, run("rmmod", "rover_sim", NULL));
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=1",
			 "board_properties=bridge-mode=tank", NULL));
	EXPECT_EQ(tree_boards(), boards());
}

/* One where there is no device tree, else only those of the tree. */
TEST_F(plain, are_as_many_as_the_machine_needs)
{
	ASSERT_EQ(0, run("modprobe", "rover_sim", NULL));
	EXPECT_EQ(have_tree() ? tree_boards() : 1, boards());
	ASSERT_EQ(0, run("rmmod", "rover_sim", NULL));
	EXPECT_NE(0, run("modprobe", "rover_sim", "boards=65", NULL));
	EXPECT_EQ(0, boards());
	ASSERT_EQ(0, run("modprobe", "rover_sim", "boards=0", NULL));
	EXPECT_EQ(tree_boards(), boards());
}

TEST_HARNESS_MAIN
