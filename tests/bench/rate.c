// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How close edges may follow each other until one is lost, whoever counts them.
 *
 *   rate single|quadrature MODULES	as edge.c
 *
 * A line of the board holds one edge until somebody has taken it, as one of a Pi
 * does; another one meanwhile is lost, and the board counts it. One wheel turns, or
 * both, the right one a bit slower, so that edges of both come at any distance.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "device.h"
#include "rate.h"

#define EDGES		10000	/* of the left wheel, without a loss */
#define PRIORITY	60	/* above interrupt threads (50) and the program that counts */
#define COARSE		0.04	/* of a rate: so near it is searched by halving */
#define STEP_BY		0.01	/* of a rate: so it then goes up and down */
#define TURNS		64	/* each takes seconds */
#define TURNS_OTHERS	24	/* whose figures may differ a bit the next time */
#define FORCE_MAX_UM_S	200e6	/* of the board */
#define RIGHT_PART	0.97	/* of the left wheel's speed */
#define NS_PER_S	1e9

/*
 * The wheel gets there in steps: who takes edges much closer than those before for
 * noise shall not do so, as a real wheel gives no cause to. Nobody loses the first.
 */
#define FIRST_RATE	20000.0	/* edges a second */
#define STEP		4

static bool quadrature;
static unsigned int wheels;
static double quarter_um;	/* of a wheel's way, by the board */

static void force(double speed_um_s)
{
	char text[64];

	snprintf(text, sizeof(text), "left=%.0f right=%.0f", speed_um_s,
		 wheels == 2 ? speed_um_s * RIGHT_PART : 0);
	if (board_control("force", text))
		die("the wheels do not turn at %.0f um/s", speed_um_s);
}

/* A line has an edge each second quarter of a cycle. */
static double speed_of(const struct rate_counter *counter, double rate)
{
	unsigned int quarters = (quadrature ? 1 : 2) * (counter->rising_only ? 2 : 1);

	return rate * quarters * quarter_um;
}

struct tally {
	__s64 merged;
	__s64 latched;
	__s64 counted;
};

static struct tally tally(const struct rate_counter *counter)
{
	struct truth_key keys[] = { { "merged" }, { "irqs" } };

	TRUTH_TAKE(keys);
	return (struct tally) {
		.merged = keys[0].value,
		.latched = keys[1].value,
		.counted = counter->counted ? counter->counted() : keys[1].value,
	};
}

/* Turns for all edges at a rate; whether all of them were counted. */
static bool nothing_lost(const struct rate_counter *counter, double rate)
{
	struct tally before = tally(counter), after;
	double slower, least = EDGES * (wheels == 2 ? 1 + RIGHT_PART : 1) * 0.99;

	for (slower = FIRST_RATE; slower < rate; slower *= STEP) {
		force(speed_of(counter, slower));
		pause_ns(MS);
	}
	force(speed_of(counter, rate));
	pause_ns(EDGES / rate * NS_PER_S);
	force(0);
	pause_ns(20 * MS);
	after = tally(counter);
	if (after.latched + after.merged - before.latched - before.merged < least)
		die("too few edges: %lld", after.latched - before.latched);
	return after.merged == before.merged &&
	       after.counted - before.counted == after.latched - before.latched;
}

/* About the highest rate at which nothing is lost, by halving. */
static double search_rate(const struct rate_counter *counter)
{
	double most = FORCE_MAX_UM_S / speed_of(counter, 1);
	double good = FIRST_RATE, bad = 2 * FIRST_RATE;

	while (!nothing_lost(counter, good)) {
		bad = good;
		good /= 1.3;
		if (good < FIRST_RATE / 4)
			die("%s loses edges at any rate", counter->name);
	}
	while (nothing_lost(counter, bad)) {
		good = bad;
		bad *= 1.3;
		if (bad > most)
			die("%s loses none at %.0f edges/s", counter->name, good);
	}
	while (bad - good > good * COARSE) {
		double middle = (bad + good) / 2;

		if (nothing_lost(counter, middle))
			good = middle;
		else
			bad = middle;
	}
	return good;
}

/*
 * Near the limit, whether one of all edges is lost hangs on what else the kernel has
 * to do at that instant. From there on the rate goes up after a turn without a loss,
 * and down after another; the median of where it was has as many of the one as of
 * the other.
 */
static void walk(const struct rate_counter *counter, unsigned int turns, struct samples *samples)
{
	double rate = search_rate(counter);
	unsigned int i;

	for (i = 0; i < turns; i++) {
		/* The shortest time between two edges, in thousandths of a nanosecond. */
		samples_add(samples, NS_PER_S / rate * 1000);
		rate *= nothing_lost(counter, rate) ? 1 + STEP_BY : 1 / (1 + STEP_BY);
	}
}

static void measure(const struct rate_counter *counter, unsigned int turns)
{
	char key[64];

	counter->begin(quadrature);
	for (wheels = 1; wheels <= 2; wheels++) {
		struct samples samples = {};

		walk(counter, turns, &samples);
		snprintf(key, sizeof(key), "rate.%s.%u.%s", quadrature ? "quadrature" : "single",
			 wheels, counter->name);
		bench_tell(key, &samples);
	}
	counter->end();
}

/* So much of its rim a wheel turns in a quarter of a cycle. */
static double measure_quarter_um(void)
{
	struct truth_key from[] = { { "left_quarters" }, { "left_travel_um" } };
	struct truth_key to[] = { { "left_quarters" }, { "left_travel_um" } };

	TRUTH_TAKE(from);
	force(1e6);
	pause_ns(1000 * MS);
	force(0);
	TRUTH_TAKE(to);
	return (double)(to[1].value - from[1].value) / (to[0].value - from[0].value);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: rate single|quadrature MODULES");
	quadrature = !strcmp(argv[1], "quadrature");
	rate_modules(argv[2]);
	bench_begin();
	/* Whoever has too many edges to count must not keep us from ending them. */
	become_real_time(PRIORITY);
	quarter_um = measure_quarter_um();
	measure(&rate_ours, TURNS);
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	measure(&rate_empty, TURNS);
	measure(&rate_consumer, TURNS_OTHERS);
	/* Last: interrupt-cnt leaves its lines so that others get no interrupts of them. */
	measure(quadrature ? &rate_rotary : &rate_counter, TURNS_OTHERS);
	board_control("force", "left=off right=off");
	return 0;
}
