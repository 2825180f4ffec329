// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * At full speed towards a wall, many times: from anywhere, at an angle, with a
 * sonar that drops echoes, misses pings or dies on the way. The rover stops, and
 * never touches the wall. Under --icount.
 *
 * RUNS and SEED in the environment say how many, and which.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define GUARD_MM	200
#define RUN_MS		6000	/* enough for the longest way */
#define TURNED_URAD	140000	/* 8 degrees */

static unsigned int from_environment(const char *name, unsigned int preset)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : preset;
}

static int between(int least, int most)
{
	return least + random() % (most - least + 1);
}

enum run_kind {
	RUN_WHOLE,	/* nothing is wrong */
	RUN_DROPPED,	/* echoes are dropped */
	RUN_SILENT,	/* pings are not answered */
	RUN_MIXED,	/* both */
	RUN_DYING,	/* the sensor dies on the way */
	RUN_KINDS,
};

static const char *const names[RUN_KINDS] = { "whole", "dropped", "silent", "both", "dying" };

static void break_somehow(enum run_kind kind)
{
	char faults[120];

	snprintf(faults, sizeof(faults), "no_target_permille=%d silent_permille=%d\n",
		 kind == RUN_DROPPED || kind == RUN_MIXED ? between(50, 300) : 0,
		 kind == RUN_SILENT || kind == RUN_MIXED ? between(50, 300) : 0);
	room_faults(faults);
	if (kind != RUN_DYING)
		return;
	snprintf(faults, sizeof(faults), "dies_after=%d\n", between(1, 30));
	room_faults(faults);
}

/* Waits for the stop, and until it stands. */
static bool stops(int fd)
{
	struct rover_event event;

	do {
		if (!event_next(fd, RUN_MS, &event))
			return false;
	} while (event.stop.reason == ROVER_REASON_COMMAND);
	/* Two time constants of braking from 600 mm/s, and the rest of it. */
	pause_ns(600 * MS);
	return EVENTUALLY(wheels_rest());
}

/* Open and closed loop in turn: full drive is 600 mm/s. */
static int full_speed(int fd, unsigned int run)
{
	struct rover_speed speed = { .left_um_s = 600000, .right_um_s = 600000 };

	if (run / RUN_KINDS % 2)
		return rover_call(fd, ROVER_IOC_SPEED, &speed);
	return rover_duty(fd, 1000, 1000);
}

FIXTURE(runs) {
	int fd;
};

FIXTURE_SETUP(runs)
{
	rover_calm();
	ASSERT_EQ(0, attribute_write_number("guard", GUARD_MM));
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

FIXTURE_TEARDOWN(runs)
{
	close(self->fd);
	rover_calm();
}

TEST_F_TIMEOUT(runs, never_touch_the_wall, 1500)
{
	unsigned int runs = from_environment("RUNS", 30), seed = from_environment("SEED", 1), run;
	unsigned int count[RUN_KINDS][2] = {};
	struct samples left_mm = {};

	srandom(seed);
	for (run = 0; run < runs; run++) {
		enum run_kind kind = run % RUN_KINDS;
		int from_mm = between(300, 1600), turned_urad = between(-TURNED_URAD, TURNED_URAD);
		char text[40];

		board_reset();
		room_one_wall();
		room_stand_turned(from_mm, turned_urad);
		snprintf(text, sizeof(text), "seed=%u\n", seed + run);
		ASSERT_EQ(0, board_control("seed", text));
		ASSERT_EQ(0, board_control("air", "noise_um=3000\n"));
		/* What was seen in the last run is of another place. */
		pause_ns(between(200, 260) * MS);
		break_somehow(kind);
		ASSERT_EQ(0, full_speed(self->fd, run));
		if (!stops(self->fd))
			die("run %u: it does not stop", run);
		EXPECT_EQ(0, truth("collisions"))
			TH_LOG("run %u: kind %d, from %d mm, turned %d urad, seed %u", run, kind,
			       from_mm, turned_urad, seed + run);
		if (rover_is("stopped guard"))
			count[kind][0]++;
		else if (rover_is("stopped sonar-lost"))
			count[kind][1]++;
		else
			EXPECT_TRUE(rover_is("stopped guard")) TH_LOG("run %u", run);
		samples_add(&left_mm, truth("sonar_distance_um") / 1000);
	}
	for (run = 0; run < RUN_KINDS; run++)
		ksft_print_msg("%s: %u stopped by the guard, %u by the lost sonar\n", names[run],
			       count[run][0], count[run][1]);
	EXPECT_EQ(0, count[RUN_WHOLE][1]);
	EXPECT_LT(0, samples_at(&left_mm, 0));
	samples_tell(&left_mm, "left to the wall, mm");
}

TEST_HARNESS_MAIN
