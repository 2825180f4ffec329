// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * roverctl calibrate: a rover that is not what its overlay says, measured by a
 * user who sees what the simulated board really does.
 *
 * This wants the overlay's parameters cpr=100,circumference=200000,track=150000
 * and the overlay wrong-head, on a board with the Initio's wheels and one line
 * for each encoder.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "room.h"
#include "talk.h"
#include "util.h"

/* What the board is: kmod/sim/README.md. */
#define TRUE_COUNTS		36
#define TRUE_CIRCUMFERENCE_UM	174000
#define TRUE_TRACK_UM		136000
#define QUARTERS_PER_TURN	72

/*
 * A degree of the head is 9 us of its pulse. Slow kernels end each pulse late, by
 * as much every time: the head is calibrated for that, too.
 */
#define PULSE_ERROR_US	(slowness() > 1 ? 90 : 9)
#define ANGLE_ERROR_MDEG	(slowness() > 1 ? 10000 : 1000)

/* It drives for so long at most. */
#define DRIVE_MS		30000
#define SOON_MS			3000

FIXTURE(calibrate) {
	struct talk talk;
};

FIXTURE_SETUP(calibrate)
{
	rover_calm();
	room_no_wall();
}

FIXTURE_TEARDOWN(calibrate)
{
	talk_end(&self->talk);
	board_control("force", "left=off right=off");
	rover_bind();
	EVENTUALLY(file_exists(ROVER_DEVICE));
	rover_calm();
}

static bool asks(struct talk *talk, const char *question, const char *answer)
{
	if (!talk_hears(talk, SOON_MS, question) || !talk_hears(talk, SOON_MS, ": "))
		return false;
	talk_say(talk, "%s", answer);
	return true;
}

/* The user's hand: so many turns, at five in a second. */
static void turn_by_hand(const char *side, unsigned int turns)
{
	char key[32], text[32];
	__s64 until;

	snprintf(key, sizeof(key), "%s_quarters", side);
	until = truth(key) + turns * QUARTERS_PER_TURN;
	snprintf(text, sizeof(text), "%s=%d", side, 5 * TRUE_CIRCUMFERENCE_UM);
	if (board_control("force", text) || !WITHIN(5000, truth(key) >= until))
		die("the %s wheel does not turn", side);
	snprintf(text, sizeof(text), "%s=0", side);
	board_control("force", text);
	snprintf(text, sizeof(text), "%s=off", side);
	board_control("force", text);
}

static bool answer_wheel(struct talk *talk, const char *name, const char *side, unsigned int turns)
{
	if (!asks(talk, name, "") || !talk_hears(talk, SOON_MS, "by hand") ||
	    !talk_hears(talk, SOON_MS, "gives up): "))
		return false;
	turn_by_hand(side, turns);
	talk_say(talk, "%s", "");
	return true;
}

static bool answer_counts(struct talk *talk)
{
	return asks(talk, "How many turns", "5") &&
	       answer_wheel(talk, "LEFT wheel", "left", 5) &&
	       answer_wheel(talk, "RIGHT wheel", "right", 5) &&
	       asks(talk, "counts per revolution 36, far from the 100", "y");
}

/* With a tape, to the millimetre. */
static bool answer_circumference(struct talk *talk)
{
	__s64 x_um, y_um;

	if (!asks(talk, "How far is it to go", "1000") || !talk_hears(talk, SOON_MS, "gives up): "))
		return false;
	x_um = truth("x_um");
	y_um = truth("y_um");
	talk_say(talk, "%s", "");
	if (!talk_hears(talk, DRIVE_MS, "with a tape") || !talk_hears(talk, SOON_MS, ": "))
		return false;
	talk_say(talk, "%.0f", hypot(truth("x_um") - x_um, truth("y_um") - y_um) / 1000);
	return true;
}

/* By eye, to a degree. */
static bool answer_track(struct talk *talk)
{
	__s64 heading_urad;

	if (!asks(talk, "How many turns", "2") || !talk_hears(talk, SOON_MS, "gives up): "))
		return false;
	heading_urad = truth("heading_urad");
	talk_say(talk, "%s", "");
	if (!talk_hears(talk, DRIVE_MS, "past the mark") || !talk_hears(talk, SOON_MS, ": "))
		return false;
	heading_urad = truth("heading_urad") - heading_urad;
	talk_say(talk, "%.0f", heading_urad * 180 / M_PI / 1e6 - 2 * 360);
	return true;
}

/* Moves the servo until it really looks there, to a tenth of a degree. */
static bool answer_servo(struct talk *talk, const char *axis, int wanted_deg, double *told)
{
	char key[32];
	int tries;

	snprintf(key, sizeof(key), "%s_mdeg", axis);
	if (!talk_hears(talk, SOON_MS, "Move the head"))
		return false;
	for (tries = 0; tries < 8; tries++) {
		double off;

		if (!talk_hears(talk, SOON_MS, "if it is there: "))
			return false;
		pause_ns(400 * MS);
		off = wanted_deg - truth(key) / 1000.0;
		if (fabs(off) < 0.1) {
			talk_say(talk, "%s", "");
			return true;
		}
		*told += off;
		talk_say(talk, "%.2f", *told);
	}
	return false;
}

static bool answer_axis(struct talk *talk, const char *axis, int known, int high, int low)
{
	double told = 0, ahead;

	if (!answer_servo(talk, axis, 0, &told))
		return false;
	ahead = told;
	if (!answer_servo(talk, axis, known, &told) || !answer_servo(talk, axis, high, &told))
		return false;
	told = ahead;
	return answer_servo(talk, axis, low, &told);
}

/* The pulse at which the board's servo really stands there. */
static long true_pulse_us(long mdeg, int at_minus_90, int at_plus_90)
{
	return at_minus_90 + (mdeg + 90000) * (at_plus_90 - at_minus_90) / 180000;
}

static void check_axis(struct __test_metadata *_metadata, const char *result, const char *axis,
		       const long stops_deg[2], int at_minus_90, int at_plus_90)
{
	long range[2] = { 0 }, pulse[2] = { 0 };
	char format[64];
	const char *line;
	int i, found;

	snprintf(format, sizeof(format), "%s-range", axis);
	line = strstr(result, format);
	ASSERT_NE(NULL, line);
	found = sscanf(strchr(line, '<'), "<(%ld) %ld>", &range[0], &range[1]);
	EXPECT_EQ(2, found);
	snprintf(format, sizeof(format), "%s-pulse", axis);
	line = strstr(result, format);
	ASSERT_NE(NULL, line);
	found = sscanf(strchr(line, '<'), "<%ld %ld>", &pulse[0], &pulse[1]);
	EXPECT_EQ(2, found);
	for (i = 0; i < 2; i++) {
		EXPECT_NEAR(stops_deg[i] * 1000, ANGLE_ERROR_MDEG, range[i]);
		EXPECT_NEAR(true_pulse_us(range[i], at_minus_90, at_plus_90), PULSE_ERROR_US,
			    pulse[i]);
	}
}

TEST_F_TIMEOUT(calibrate, wheels_to_truth, 120)
{
	long counts = 0, circumference = 0, track = 0;
	struct talk *talk = &self->talk;
	const char *result;
	int status, found;

	talk_start(talk, "roverctl", "calibrate", "wheels", NULL);
	ASSERT_TRUE(answer_counts(talk));
	ASSERT_TRUE(answer_circumference(talk));
	ASSERT_TRUE(answer_track(talk));
	result = talk_result(talk, &status);
	EXPECT_EQ(0, status);
	printf("# %s", result);
	found = sscanf(result, "dtoverlay=robohat,cpr=%ld,circumference=%ld,track=%ld\n",
		       &counts, &circumference, &track);
	EXPECT_EQ(3, found);
	EXPECT_EQ(TRUE_COUNTS, counts);
	/* A count is 4.8 mm of a metre. */
	EXPECT_NEAR(TRUE_CIRCUMFERENCE_UM, TRUE_CIRCUMFERENCE_UM / 100, circumference);
	EXPECT_NEAR(TRUE_TRACK_UM, TRUE_TRACK_UM / 50, track);
	EXPECT_EQ(0, truth("collisions"));
}

TEST_F_TIMEOUT(calibrate, head_to_truth, 120)
{
	static const long pan_stops[] = { -70, 65 }, tilt_stops[] = { -30, 60 };
	struct talk *talk = &self->talk;
	const char *result;
	int status;

	talk_start(talk, "roverctl", "calibrate", "head", NULL);
	ASSERT_TRUE(answer_axis(talk, "pan", 45, pan_stops[1], pan_stops[0]));
	ASSERT_TRUE(answer_axis(talk, "tilt", 45, tilt_stops[1], tilt_stops[0]));
	result = talk_result(talk, &status);
	EXPECT_EQ(0, status);
	printf("# %s", result);
	check_axis(_metadata, result, "pan", pan_stops, 550, 2200);
	check_axis(_metadata, result, "tilt", tilt_stops, 2185, 650);
}

TEST_F(calibrate, tells_programs)
{
	const char *result;
	int status;

	talk_start(&self->talk, "roverctl", "--json", "calibrate", "counts", NULL);
	ASSERT_TRUE(answer_counts(&self->talk));
	result = talk_result(&self->talk, &status);
	EXPECT_EQ(0, status);
	EXPECT_NE(NULL, strstr(result, "\"counts_per_revolution\": 36"));
	EXPECT_NE(NULL, strstr(result, "\"overlay\": \"dtoverlay=robohat,cpr=36\""));
}

/* Wheels that cannot be the same, and numbers with units, are asked for again. */
TEST_F(calibrate, checks_what_it_is_told)
{
	struct talk *talk = &self->talk;

	talk_start(talk, "roverctl", "calibrate", "counts", NULL);
	EXPECT_TRUE(asks(talk, "How many turns", "ten"));
	EXPECT_TRUE(talk_hears(talk, SOON_MS, "'ten' will not do: a number from 1 to 100"));
	EXPECT_TRUE(asks(talk, "How many turns", "0"));
	EXPECT_TRUE(asks(talk, "How many turns", "3"));
	EXPECT_TRUE(answer_wheel(talk, "LEFT wheel", "left", 3));
	EXPECT_TRUE(answer_wheel(talk, "RIGHT wheel", "right", 2));
	EXPECT_TRUE(talk_hears(talk, SOON_MS, "The wheels differ"));
	EXPECT_TRUE(asks(talk, "How many turns", "3"));
	EXPECT_TRUE(answer_wheel(talk, "LEFT wheel", "left", 3));
	EXPECT_TRUE(answer_wheel(talk, "RIGHT wheel", "right", 3));
	EXPECT_TRUE(asks(talk, "far from the 100", ""));
	EXPECT_TRUE(asks(talk, "How many turns", "q"));
	EXPECT_TRUE(talk_hears(talk, SOON_MS, "given up"));
}

static bool begin_to_drive(struct talk *talk)
{
	talk_start(talk, "roverctl", "calibrate", "circumference", NULL);
	return asks(talk, "How far is it to go", "1000cm") &&
	       talk_hears(talk, SOON_MS, "'1000cm' will not do") &&
	       asks(talk, "How far is it to go", "2000") && asks(talk, "keep clear of it", "") &&
	       EVENTUALLY(wheels_turn(1, 1));
}

TEST_F(calibrate, is_given_up_with_the_rover_stopped)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct talk *talk = &self->talk;
	unsigned int i;
	int status;

	/* Enter, the end of input, signals: while it drives. */
	for (i = 0; i < 2 + ARRAY_SIZE(signals); i++) {
		ASSERT_TRUE(begin_to_drive(talk));
		if (i == 0)
			talk_say(talk, "%s", "");
		else if (i == 1)
			talk_hang_up(talk);
		else
			kill(talk->pid, signals[i - 2]);
		EXPECT_TRUE(WITHIN(300, rover_is("stopped command")));
		talk_result(talk, &status);
		EXPECT_EQ(1, status);
		EXPECT_TRUE(talk_hears(talk, 0, "given up: the rover stands"));
		EXPECT_TRUE(EVENTUALLY(wheels_rest()));
		talk_end(talk);
	}
	/* While it asks. */
	talk_start(talk, "roverctl", "calibrate", NULL);
	EXPECT_TRUE(talk_hears(talk, SOON_MS, "How many turns"));
	talk_hang_up(talk);
	talk_result(talk, &status);
	EXPECT_EQ(1, status);
}

TEST_F(calibrate, stops_when_it_cannot_go_on)
{
	struct talk *talk = &self->talk;
	int status;

	ASSERT_TRUE(begin_to_drive(talk));
	kill(talk->pid, SIGKILL);
	EXPECT_TRUE(WITHIN(300, rover_is("stopped released")));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	talk_end(talk);

	ASSERT_TRUE(begin_to_drive(talk));
	EXPECT_EQ(0, run("roverctl", "brake", NULL));
	talk_result(talk, &status);
	EXPECT_EQ(1, status);
	EXPECT_TRUE(talk_hears(talk, 0, "the rover stopped (command)"));
	talk_end(talk);

	ASSERT_TRUE(begin_to_drive(talk));
	ASSERT_EQ(0, rover_unbind());
	talk_result(talk, &status);
	EXPECT_EQ(1, status);
	EXPECT_TRUE(talk_hears(talk, 0, "is gone"));
}

TEST_HARNESS_MAIN
