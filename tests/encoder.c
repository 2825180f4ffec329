// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wheel encoders against ground truth: no count lost or invented at full rate,
 * each loss told that the lines can show, and speed.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define SIDES		2
#define NS_PER_S	1000000000LL

/* What the issue asks for. */
#define FULL_RATE	(20000 / slowness())	/* counts a second and side */
#define SPEED_ERROR_PPM	10000
#define STOPPED_NS	(1100 * MS)

/* All that is to be measured in intervals at full rate. */
#define SLOW_US		(US * slowness())

FIXTURE(encoder)
{
	int fd;
	bool quadrature;
	__s64 um_per_turn;
	unsigned int counts_per_turn;
	__u64 lines[SIDES];
	__s64 filter_ns;
};

FIXTURE_SETUP(encoder)
{
	struct rover_info info;

	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	info = rover_info_or_fail(self->fd);
	ASSERT_TRUE(info.capabilities & ROVER_CAP_ENCODERS);
	self->quadrature = !(info.capabilities & ROVER_CAP_INFERRED);
	self->um_per_turn = info.wheel_circumference_um;
	self->counts_per_turn = info.counts_per_revolution;
	self->lines[0] = self->quadrature ? BIT_ULL(27) | BIT_ULL(5) : BIT_ULL(22);
	self->lines[1] = self->quadrature ? BIT_ULL(22) | BIT_ULL(23) : BIT_ULL(23);
	self->filter_ns = 20 * US;
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
}

FIXTURE_TEARDOWN(encoder)
{
	board_control("force", "left=off right=off");
	board_control("irqs_off", "count=0");
	close(self->fd);
}

/* Turns the wheels, whatever their motors do. */
static void turn(__s64 left_um_s, __s64 right_um_s)
{
	char text[64];

	snprintf(text, sizeof(text), "left=%lld right=%lld", left_um_s, right_um_s);
	if (board_control("force", text))
		die("the wheels do not obey: %s", text);
}

/* Single lines count the way the wheel was last driven. */
static void head(struct __test_metadata *_metadata, const FIXTURE_DATA(encoder) * self,
		 int left_sign, int right_sign)
{
	ASSERT_EQ(0, rover_duty(self->fd, left_sign * ROVER_DUTY_MAX,
				right_sign * ROVER_DUTY_MAX));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
}

static __s64 rate_um_s(const FIXTURE_DATA(encoder) * self, __s64 counts_per_s)
{
	return counts_per_s * self->um_per_turn / self->counts_per_turn;
}

static __s64 edge_interval_ns(const FIXTURE_DATA(encoder) * self, __s64 speed_um_s)
{
	return self->um_per_turn * NS_PER_S / self->counts_per_turn / speed_um_s;
}

/* What was counted, and what was to be counted. To be taken at rest. */
struct tally {
	__s64 count[SIDES];
	__s64 truth[SIDES];
	__s64 illegal[SIDES];
	__s64 merged[SIDES];
	__s64 glitches[SIDES];
	__s64 unlatched[SIDES];	/* edges while the line's interrupt was pending */
	__s64 late;		/* times when the board reported edges late */
};

static struct tally tally(const FIXTURE_DATA(encoder) * self)
{
	struct truth_key single[] = { { "left_edges_a" }, { "right_edges_a" } };
	struct truth_key quadrature[] = { { "left_quarters" }, { "right_quarters" } };
	struct truth_key *keys = self->quadrature ? quadrature : single;
	struct truth_key late[] = { { "timer_late" } };
	struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);
	const struct rover_wheel *wheels[SIDES] = { &snapshot.left, &snapshot.right };
	struct tally tally;
	int side;

	truth_take(keys, SIDES);
	TRUTH_TAKE(late);
	tally.late = late[0].value;
	for (side = 0; side < SIDES; side++) {
		unsigned int line;

		tally.unlatched[side] = 0;
		for (line = 0; line < 32; line++)
			if (self->lines[side] & BIT_ULL(line))
				tally.unlatched[side] += board_line(line).merged;
		tally.count[side] = wheels[side]->count;
		tally.truth[side] = keys[side].value;
		tally.illegal[side] = wheels[side]->illegal;
		tally.merged[side] = wheels[side]->merged;
		tally.glitches[side] = wheels[side]->glitches;
	}
	return tally;
}

static struct tally tally_since(const FIXTURE_DATA(encoder) * self, const struct tally *before)
{
	struct tally now = tally(self);
	int side;

	for (side = 0; side < SIDES; side++) {
		now.count[side] -= before->count[side];
		now.truth[side] -= before->truth[side];
		now.illegal[side] -= before->illegal[side];
		now.merged[side] -= before->merged[side];
		now.glitches[side] -= before->glitches[side];
		now.unlatched[side] -= before->unlatched[side];
	}
	now.late -= before->late;
	return now;
}

/*
 * Both wheels at once at full rate; now and then interrupts are off for half the
 * time between two edges.
 */
TEST_F_TIMEOUT(encoder, none_lost_none_invented, 60)
{
	static const int signs[][SIDES] = { { 1, 1 }, { -1, 1 }, { -1, -1 } };
	unsigned int slow = slowness();
	__s64 speed_um_s = rate_um_s(self, FULL_RATE);
	char blind[80];
	size_t i;
	int side;

	snprintf(blind, sizeof(blind), "delay_us=%u off_us=%u period_us=%u count=900",
		 300 * slow, 25 * slow, 613 * slow);
	for (i = 0; i < ARRAY_SIZE(signs); i++) {
		struct tally before, passed;

		head(_metadata, self, signs[i][0], signs[i][1]);
		before = tally(self);
		turn(signs[i][0] * speed_um_s, signs[i][1] * speed_um_s);
		if (i)
			ASSERT_EQ(0, board_control("irqs_off", blind));
		pause_ns(600 * MS);
		turn(0, 0);
		pause_ns(MS);
		passed = tally_since(self, &before);
		for (side = 0; side < SIDES; side++) {
			/* A single line does not tell the direction, nor does its truth. */
			__s64 truth = self->quadrature ? passed.truth[side] :
							 signs[i][side] * passed.truth[side];

			EXPECT_LE(FULL_RATE * 600 / 1000, llabs(truth));
			EXPECT_EQ(truth, passed.count[side]);
			EXPECT_EQ(0, passed.illegal[side]);
			EXPECT_EQ(0, passed.merged[side]);
			EXPECT_EQ(0, passed.glitches[side]);
		}
		printf("# %lld and %lld edges, %lld and %lld counted\n", passed.truth[0],
		       passed.truth[1], passed.count[0], passed.count[1]);
		ASSERT_EQ(0, board_control("irqs_off", "count=0"));
	}
}

/* The last time interrupts were off. */
struct window {
	__s64 from_ns;
	__s64 to_ns;
};

/* Before it handles what it finds at the end, the board has much to catch up with. */
#define BEFORE_NS	(8 * SLOW_US)
#define AFTER_NS	(20 * SLOW_US)

/* One turn of both wheels with interrupts off once meanwhile. */
static struct window turn_blindly(const FIXTURE_DATA(encoder) * self, __s64 left_um_s,
				  __s64 right_um_s, long off_us)
{
	struct truth_key keys[] = { { "irqs_off_from_ns" }, { "irqs_off_to_ns" } };
	char text[64];

	board_edges_start(self->lines[0] | self->lines[1]);
	turn(left_um_s, right_um_s);
	snprintf(text, sizeof(text), "delay_us=%ld off_us=%ld count=1",
		 (100 + random() % 100) * slowness(), off_us);
	if (board_control("irqs_off", text))
		die("cannot keep interrupts off");
	pause_ns(800 * SLOW_US);
	turn(0, 0);
	pause_ns(200 * SLOW_US);
	TRUTH_TAKE(keys);
	return (struct window){ keys[0].value, keys[1].value };
}

/*
 * What the lines can show of edges that passed while nobody looked: afterwards
 * each line has changed or not, and has an interrupt pending or not.
 *
 * Single line: an odd number looks like one edge, an even one like none, with an
 * interrupt. Quadrature, where edges alternate between two lines: two look like
 * an illegal transition, which onward motion explains; from three on at least one
 * line is as before, or both have changed. So all that can be told is told if
 *
 *   single      even: merged, counted none of them; odd: counted one of them
 *   quadrature  2: illegal, counted both; more: illegal or merged
 *
 * and nothing is reported otherwise. A late edge may look like a pulse too short
 * together with the next one of its line: both are left out, and reported.
 */
static void expect_told(struct __test_metadata *_metadata, const FIXTURE_DATA(encoder) * self,
			const struct tally *passed, int side, size_t edges, bool next_is_near)
{
	__s64 count = llabs(passed->count[side]);
	__s64 lost = llabs(passed->truth[side]) - count;
	__s64 glitches = passed->glitches[side];

	if (edges <= 1) {
		EXPECT_EQ(0, passed->illegal[side]);
		EXPECT_EQ(0, passed->merged[side]);
	}
	if (!next_is_near || !(edges & 1))
		EXPECT_EQ(0, glitches);
	if (!self->quadrature) {
		EXPECT_EQ(0, passed->illegal[side]);
		EXPECT_EQ(edges && !(edges & 1), passed->merged[side]);
		EXPECT_EQ((edges & 1 ? edges - 1 : edges) + 2 * glitches, lost);
	} else if (edges <= 2) {
		EXPECT_EQ(0, lost);
		EXPECT_EQ(edges == 2, passed->illegal[side]);
		EXPECT_EQ(0, passed->merged[side]);
	} else {
		EXPECT_LE(1, passed->illegal[side] + passed->merged[side]);
	}
}

static void tell_window(const FIXTURE_DATA(encoder) * self, const struct board_edges *edges,
			const struct window *window, int side, const struct tally *passed)
{
	size_t i;

	printf("# side %d, off for %lld ns, %lld true, %lld counted,", side,
	       window->to_ns - window->from_ns, passed->truth[side], passed->count[side]);
	printf(" illegal %lld, merged %lld, glitches %lld, edges:", passed->illegal[side],
	       passed->merged[side], passed->glitches[side]);
	for (i = 0; i < edges->count; i++)
		if (self->lines[side] & BIT_ULL(edges->edge[i].line) &&
		    llabs(edges->edge[i].time_ns - window->from_ns) < 500 * SLOW_US)
			printf(" %lld", edges->edge[i].time_ns - window->from_ns);
	printf("\n");
}

/*
 * Whether it is clear what could be seen: no edge is so near to either end that it
 * might have been handled within or without, no other edges but those between found
 * an interrupt pending, and none was reported late. (After a long time without
 * interrupts the kernel's timers take a pause of their own.)
 */
static bool is_clear(const FIXTURE_DATA(encoder) * self, const struct board_edges *edges,
		     const struct window *window, int side, const struct tally *passed)
{
	__u64 lines = self->lines[side];
	__s64 unlatched = 0;
	unsigned int line;

	for (line = 0; line < 32; line++) {
		size_t within = edges_within(edges, lines & BIT_ULL(line), window->from_ns,
					     window->to_ns);

		if (within)
			unlatched += within - 1;
	}
	/* A debug kernel's timers are always so late, but its edges are far apart. */
	return unlatched == passed->unlatched[side] && (slowness() > 1 || !passed->late) &&
	       !edges_within(edges, lines, window->from_ns - BEFORE_NS, window->from_ns) &&
	       !edges_within(edges, lines, window->to_ns, window->to_ns + AFTER_NS);
}

/* Interrupts are off again and again, for a random time. */
static void lose_edges(struct __test_metadata *_metadata, const FIXTURE_DATA(encoder) * self,
		       unsigned int times, long least_us, long most_us)
{
	unsigned int looked_at = 0, lossy = 0;
	unsigned int i;
	int side;

	srandom(4);
	for (i = 0; i < times; i++) {
		int signs[SIDES] = { random() % 2 ? 1 : -1, random() % 2 ? 1 : -1 };
		struct tally before, passed;
		struct board_edges edges;
		struct window window;

		head(_metadata, self, signs[0], signs[1]);
		before = tally(self);
		window = turn_blindly(self, signs[0] * rate_um_s(self, FULL_RATE),
				      signs[1] * rate_um_s(self, FULL_RATE * 97 / 100),
				      (least_us + random() % (most_us - least_us + 1)) *
				      slowness());
		passed = tally_since(self, &before);
		edges = board_edges_read();
		for (side = 0; side < SIDES; side++) {
			__u64 lines = self->lines[side];
			size_t within = edges_within(&edges, lines, window.from_ns, window.to_ns);
			int failed = _metadata->exit_code;

			/* Whatever was lost, nothing was invented. */
			if (!self->quadrature)
				EXPECT_GE(passed.truth[side], llabs(passed.count[side]));
			if (!is_clear(self, &edges, &window, side, &passed))
				continue;
			looked_at++;
			lossy += within > 1;
			expect_told(_metadata, self, &passed, side, within,
				    edges_within(&edges, lines, window.to_ns,
						 window.to_ns + self->filter_ns + AFTER_NS));
			if (_metadata->exit_code != failed)
				tell_window(self, &edges, &window, side, &passed);
		}
		board_edges_free(&edges);
	}
	printf("# %u times blind, %u with a loss to be told\n", looked_at, lossy);
	EXPECT_LE(times / 3, looked_at);
	EXPECT_LE(times / 10, lossy);
}

TEST_F_TIMEOUT(encoder, losses_of_one_and_a_half_periods_are_told, 60)
{
	lose_edges(_metadata, self, 200, 75, 75);
}

TEST_F_TIMEOUT(encoder, longer_losses_are_told, 60)
{
	lose_edges(_metadata, self, 200, 5, 330);
}

static __s64 speed_of(const struct rover_snapshot *snapshot, int side)
{
	return side ? snapshot->right.speed_um_s : snapshot->left.speed_um_s;
}

static __s64 error_ppm(__s64 measured, __s64 truth)
{
	return llabs(measured - truth) * 1000000 / llabs(truth);
}

/* Within 1 % whenever one asks, from the second edge on. */
TEST_F_TIMEOUT(encoder, speed_is_exact, 120)
{
	static const __s64 speeds_mm_s[] = { 20, 33, 50, 100, 200, 333, 600 };
	static const int signs[][SIDES] = { { 1, 1 }, { -1, -1 }, { 1, -1 } };
	const size_t last = ARRAY_SIZE(speeds_mm_s) - 1;
	struct samples errors = {};
	size_t i, sign;
	int sample, side;

	srandom(5);
	for (sign = 0; sign < ARRAY_SIZE(signs); sign++) {
		head(_metadata, self, signs[sign][0], signs[sign][1]);
		for (i = 0; i < ARRAY_SIZE(speeds_mm_s); i++) {
			const __s64 speed_um_s[SIDES] = {
				signs[sign][0] * 1000 * speeds_mm_s[i],
				signs[sign][1] * 1000 * speeds_mm_s[last - i],
			};
			__s64 slower_um_s = llabs(speed_um_s[i > last / 2]);

			turn(speed_um_s[0], speed_um_s[1]);
			pause_ns(2 * edge_interval_ns(self, slower_um_s) + 30 * MS);
			for (sample = 0; sample < 30; sample++) {
				struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);

				for (side = 0; side < SIDES; side++)
					samples_add(&errors, error_ppm(speed_of(&snapshot, side),
								       speed_um_s[side]));
				pause_ns(random() % (20 * MS));
			}
		}
	}
	EXPECT_GE(SPEED_ERROR_PPM, samples_at(&errors, 1000));
	samples_tell(&errors, "error of the speed from 20 to 600 mm/s, ppm");
}

/* Edges almost a second apart still give the speed, and never more. */
TEST_F_TIMEOUT(encoder, very_slow_is_not_standing, 60)
{
	const __s64 speed_um_s = 5000;
	const __s64 most_um_s = speed_um_s * (1000000 + SPEED_ERROR_PPM) / 1000000;
	__s64 interval_ns = edge_interval_ns(self, speed_um_s);
	struct samples errors = {};
	__s64 begin_ns;

	head(_metadata, self, 1, 1);
	turn(speed_um_s, speed_um_s);
	begin_ns = now_ns();
	while (now_ns() < begin_ns + 5 * interval_ns) {
		struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);
		int side;

		for (side = 0; side < SIDES; side++) {
			__s64 measured_um_s = speed_of(&snapshot, side);

			EXPECT_LE(0, measured_um_s);
			EXPECT_GE(most_um_s, measured_um_s);
			if (now_ns() > begin_ns + 2 * interval_ns + MS)
				samples_add(&errors, error_ppm(measured_um_s, speed_um_s));
		}
		pause_ns(13 * MS);
	}
	EXPECT_GE(SPEED_ERROR_PPM, samples_at(&errors, 1000));
	samples_tell(&errors, "error of the speed at 5 mm/s, ppm");
}

/* No more than one count in the time since the last edge, and soon exactly 0. */
TEST_F_TIMEOUT(encoder, standing_is_zero, 60)
{
	static const __s64 speeds_mm_s[] = { 600, 100, 20 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(speeds_mm_s); i++) {
		__s64 speed_um_s = 1000 * speeds_mm_s[i];
		struct rover_snapshot snapshot;
		__s64 last_um_s = INT64_MAX;
		__s64 stopped_ns;

		head(_metadata, self, 1, -1);
		turn(speed_um_s, -speed_um_s);
		pause_ns(3 * edge_interval_ns(self, speed_um_s) + 100 * MS);
		turn(0, 0);
		stopped_ns = now_ns();
		pause_ns(MS);
		do {
			__s64 at_most_um_s;

			snapshot = rover_snapshot_or_fail(self->fd);
			at_most_um_s = self->um_per_turn * NS_PER_S / self->counts_per_turn /
				       (__s64)(snapshot.time_ns - snapshot.left.edge_time_ns);
			EXPECT_LE(0, snapshot.left.speed_um_s);
			EXPECT_GE(last_um_s, snapshot.left.speed_um_s);
			EXPECT_GE(at_most_um_s + 1, snapshot.left.speed_um_s);
			EXPECT_GE(0, snapshot.right.speed_um_s);
			last_um_s = snapshot.left.speed_um_s;
			pause_ns(10 * MS);
		} while ((__s64)snapshot.time_ns < stopped_ns + STOPPED_NS);
		EXPECT_EQ(0, snapshot.left.speed_um_s);
		EXPECT_EQ(0, snapshot.right.speed_um_s);
	}
}

/* From rest: nothing until the first edge, then never too much, and soon right. */
TEST_F_TIMEOUT(encoder, start_is_measured_from_the_second_edge, 60)
{
	static const __s64 speeds_mm_s[] = { 600, 450, 200, 60, 20 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(speeds_mm_s); i++) {
		__s64 speed_um_s = 1000 * speeds_mm_s[i];
		__s64 interval_ns = edge_interval_ns(self, speed_um_s);
		struct rover_snapshot snapshot;
		__s64 rest_count, begin_ns;

		turn(0, 0);
		head(_metadata, self, 1, 1);
		pause_ns(2000 * MS);
		rest_count = rover_snapshot_or_fail(self->fd).left.count;
		turn(speed_um_s, speed_um_s);
		begin_ns = now_ns();
		while (now_ns() < begin_ns + 5 * interval_ns + 40 * MS) {
			snapshot = rover_snapshot_or_fail(self->fd);
			EXPECT_LE(0, snapshot.left.speed_um_s);
			EXPECT_GE(speed_um_s * (1000000 + SPEED_ERROR_PPM) / 1000000,
				  snapshot.left.speed_um_s);
			if (snapshot.left.count - rest_count >= 2)
				EXPECT_GE(SPEED_ERROR_PPM,
					  error_ppm(snapshot.left.speed_um_s, speed_um_s)) {
					TH_LOG("%lld mm/s, %lld ns after the start, %lld counts",
					       speeds_mm_s[i], snapshot.time_ns - begin_ns,
					       snapshot.left.count - rest_count);
				}
			pause_ns(interval_ns / 7);
		}
	}
}

/*
 * Driven by its motor from rest to full speed: each reading is a speed that the
 * wheel had during the last 20 ms or the last two edge intervals.
 */
TEST_F_TIMEOUT(encoder, speed_follows_the_motor, 60)
{
	enum { READINGS = 400 };
	static struct { __s64 time_ns, truth_um_s, measured_um_s, count; } readings[READINGS];
	unsigned int i, k, judged = 0;

	/* What it did before is over, and there is room to run: to the far corner. */
	pause_ns(STOPPED_NS);
	ASSERT_EQ(0, board_control("pose", "x_um=0 y_um=0 heading_urad=785398"));
	ASSERT_EQ(0, rover_duty(self->fd, ROVER_DUTY_MAX, ROVER_DUTY_MAX));
	for (i = 0; i < READINGS; i++) {
		struct truth_key keys[] = { { "t_ns" }, { "left_speed_um_s" } };
		struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);

		TRUTH_TAKE(keys);
		readings[i].time_ns = keys[0].value;
		readings[i].truth_um_s = keys[1].value;
		readings[i].measured_um_s = snapshot.left.speed_um_s;
		readings[i].count = snapshot.left.count;
		pause_ns(4 * MS);
		/* Past the middle of the run it brakes. */
		if (i == READINGS / 2)
			ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	}
	for (i = 0; i < READINGS; i++) {
		__s64 truth_um_s = readings[i].truth_um_s;
		__s64 least_um_s = truth_um_s, most_um_s = truth_um_s;
		__s64 window_ns;

		if (truth_um_s < 20000 || readings[i].count - readings[0].count < 2)
			continue;
		window_ns = 2 * edge_interval_ns(self, truth_um_s) + 20 * MS;
		for (k = i; k && readings[i].time_ns - readings[k].time_ns < window_ns; k--) {
			if (readings[k].truth_um_s < least_um_s)
				least_um_s = readings[k].truth_um_s;
			if (readings[k].truth_um_s > most_um_s)
				most_um_s = readings[k].truth_um_s;
		}
		judged++;
		EXPECT_LE(least_um_s * 99 / 100, readings[i].measured_um_s);
		EXPECT_GE(most_um_s * 101 / 100, readings[i].measured_um_s);
	}
	EXPECT_LE(READINGS / 3, judged);
	EXPECT_EQ(0, truth("collisions"));
	printf("# %u readings between rest and %lld um/s\n", judged,
	       readings[READINGS / 2].truth_um_s);
}

/* Two lines tell the direction; one takes the drive's word for it, and says so. */
TEST_F(encoder, direction)
{
	static const int signs[][SIDES] = { { 1, -1 }, { -1, 1 }, { 1, 1 } };
	struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);
	size_t i;
	int side;

	EXPECT_TRUE(snapshot.flags & ROVER_SNAPSHOT_ENCODERS);
	EXPECT_EQ(!self->quadrature, !!(snapshot.flags & ROVER_SNAPSHOT_INFERRED));
	head(_metadata, self, 1, -1);
	for (i = 0; i < ARRAY_SIZE(signs); i++) {
		struct tally before = tally(self), passed;

		/* The wheels turn as they like, the drive said 1, -1. */
		turn(signs[i][0] * 300000, signs[i][1] * 300000);
		pause_ns(200 * MS);
		snapshot = rover_snapshot_or_fail(self->fd);
		turn(0, 0);
		pause_ns(MS);
		passed = tally_since(self, &before);
		for (side = 0; side < SIDES; side++) {
			int sign = self->quadrature ? signs[i][side] : side ? -1 : 1;

			EXPECT_EQ(sign * llabs(passed.truth[side]), passed.count[side]);
			EXPECT_LT(0, sign * speed_of(&snapshot, side));
			EXPECT_EQ(0, passed.illegal[side]);
			EXPECT_EQ(0, passed.merged[side]);
		}
	}
}

/* Where the left wheel is, relative to the last edge of its phase A. */
static __s64 beyond_edge_um(const FIXTURE_DATA(encoder) * self, __s64 speed_um_s)
{
	struct truth_key keys[] = { { "t_ns" }, { "left_travel_um" } };
	unsigned int phase_a = self->quadrature ? 27 : 22;
	struct board_edges edges;
	__s64 edge_um = 0, now_um;
	size_t i;

	board_edges_start(BIT_ULL(phase_a));
	turn(speed_um_s, 0);
	pause_ns(3 * edge_interval_ns(self, speed_um_s) * (self->quadrature ? 2 : 1));
	TRUTH_TAKE(keys);
	edges = board_edges_read();
	turn(0, 0);
	for (i = 0; i < edges.count; i++)
		edge_um = keys[1].value + (edges.edge[i].time_ns - keys[0].value) * speed_um_s /
					  NS_PER_S;
	board_edges_free(&edges);
	TRUTH_TAKE(keys);
	now_um = keys[1].value;
	return now_um - edge_um;
}

static void go_um(__s64 distance_um)
{
	__s64 speed_um_s = distance_um < 0 ? -100000 : 100000;

	turn(speed_um_s, 0);
	pause_ns(distance_um * NS_PER_S / speed_um_s);
	turn(0, 0);
}

/*
 * A wheel that trembles on an edge: most pulses are some 10 us long, which the
 * filter takes for noise, or so short that nobody sees them. Of a single line,
 * which could not tell the directions, both edges of each are left out and
 * reported. Two lines count forth and back.
 */
TEST_F(encoder, bounces_are_no_counts)
{
	char trembling[2][32];
	__s64 counts = 0, glitches = 0;
	__s64 writing_ns = 0, writes = 0;
	unsigned int i, k;

	for (i = 0; i < 2; i++)
		snprintf(trembling[i], sizeof(trembling[i]), "left=%d",
			 (i ? -20000000 : 20000000) / (int)slowness());
	head(_metadata, self, 1, 1);
	for (i = 10; i < 30; i++) {
		struct tally before, passed;
		__s64 noise;
		int fd;

		/* How far it trembles depends on the machine: try several places. */
		go_um(-beyond_edge_um(self, 100000) - 40 - 3 * (i - 10));
		pause_ns(MS);
		before = tally(self);
		fd = open(board_path("force"), O_WRONLY);
		ASSERT_LE(0, fd);
		writing_ns -= now_ns();
		for (k = 0; k < i; k++) {
			const char *text = trembling[k % 2];

			ASSERT_EQ(strlen(text), write(fd, text, strlen(text)));
		}
		writing_ns += now_ns();
		writes += i;
		turn(0, 0);
		close(fd);
		pause_ns(MS);
		passed = tally_since(self, &before);
		noise = self->quadrature ? 0 : 2 * (passed.glitches[0] + passed.merged[0]);
		EXPECT_EQ(passed.truth[0], passed.count[0] + noise);
		EXPECT_EQ(0, passed.illegal[0]);
		counts += passed.count[0];
		glitches += passed.glitches[0];
	}
	printf("# %lld counts and %lld glitches, %lld ns a write\n", counts, glitches,
	       writing_ns / writes);
	/* Some kernels take too long to write for pulses so short. */
	EXPECT_LE(self->quadrature || writing_ns > 12 * US * writes ? 0 : 10, glitches);
}

TEST_F(encoder, interrupt_cost)
{
	head(_metadata, self, 1, 1);
	cost_begin("encoder_irq");
	turn(600000, 600000);
	pause_ns(300 * MS);
	turn(0, 0);
	cost_tell("cost of an encoder interrupt, ns");
}

TEST_HARNESS_MAIN
