// SPDX-License-Identifier: GPL-2.0
/*
 * queue and filter: records in order, what was lost in its place, thresholds and
 * rate limits
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/limits.h>
#include <linux/time64.h>

#include "filter.h"
#include "queue.h"
#include "suites.h"

#define LENGTH	4

static struct rover_event room[LENGTH];

static struct rover_queue new_queue(void)
{
	return (struct rover_queue){ .records = room, .mask = LENGTH - 1 };
}

static bool put(struct rover_queue *queue, u32 sequence)
{
	const struct rover_event event = {
		.time_ns = sequence, .sequence = sequence, .type = ROVER_EVENT_STOP,
	};

	return rover_queue_put(queue, &event);
}

/* The next record is this one; or a loss of so many, from this one on. */
static void expect_next(struct kunit *test, struct rover_queue *queue, u32 sequence, u64 lost)
{
	struct rover_event event;

	KUNIT_ASSERT_TRUE(test, rover_queue_peek(queue, &event));
	rover_queue_pop(queue);
	if (!lost) {
		KUNIT_EXPECT_EQ(test, ROVER_EVENT_STOP, event.type);
		KUNIT_EXPECT_EQ(test, sequence, event.sequence);
		return;
	}
	KUNIT_EXPECT_EQ(test, ROVER_EVENT_LOST, event.type);
	KUNIT_EXPECT_EQ(test, lost, event.lost.count);
	KUNIT_EXPECT_EQ(test, sequence, event.lost.from_sequence);
	KUNIT_EXPECT_EQ(test, sequence + (u32)lost - 1, event.sequence);
}

static void queue_is_empty_at_first(struct kunit *test)
{
	struct rover_queue queue = new_queue();
	struct rover_event event;

	KUNIT_EXPECT_FALSE(test, rover_queue_has(&queue));
	KUNIT_EXPECT_FALSE(test, rover_queue_peek(&queue, &event));
}

/* Counters that run over are as good as others. */
static void queue_keeps_the_order(struct kunit *test)
{
	struct rover_queue queue = new_queue();
	u32 i;

	queue.head = U32_MAX - 1;
	queue.tail = U32_MAX - 1;
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_TRUE(test, put(&queue, 2 * i));
		KUNIT_EXPECT_TRUE(test, put(&queue, 2 * i + 1));
		expect_next(test, &queue, 2 * i, 0);
		expect_next(test, &queue, 2 * i + 1, 0);
	}
	KUNIT_EXPECT_FALSE(test, rover_queue_has(&queue));
}

static void queue_tells_loss_at_its_end(struct kunit *test)
{
	struct rover_queue queue = new_queue();
	u32 i;

	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, i < LENGTH, put(&queue, i));
	for (i = 0; i < LENGTH; i++)
		expect_next(test, &queue, i, 0);
	KUNIT_EXPECT_TRUE(test, rover_queue_has(&queue));
	expect_next(test, &queue, LENGTH, 6);
	KUNIT_EXPECT_FALSE(test, rover_queue_has(&queue));
}

/* The loss needs a place, too: with one free, the next record is lost as well. */
static void queue_tells_loss_before_the_next(struct kunit *test)
{
	struct rover_queue queue = new_queue();
	u32 i;

	for (i = 0; i < 5; i++)
		put(&queue, i);
	expect_next(test, &queue, 0, 0);
	KUNIT_EXPECT_FALSE(test, put(&queue, 5));
	expect_next(test, &queue, 1, 0);
	KUNIT_EXPECT_TRUE(test, put(&queue, 6));
	expect_next(test, &queue, 2, 0);
	expect_next(test, &queue, 3, 0);
	expect_next(test, &queue, 4, 2);
	expect_next(test, &queue, 6, 0);
	KUNIT_EXPECT_FALSE(test, rover_queue_has(&queue));
}

static bool range_passes(struct rover_filter *filter, u64 ms, s64 range_mm, u32 status)
{
	const struct rover_event event = {
		.time_ns = ms * NSEC_PER_MSEC,
		.type = ROVER_EVENT_RANGE,
		.range.status = status,
		.range.range_um = status == ROVER_RANGE_VALID ? range_mm * 1000 : -1,
	};

	return rover_filter_passes(filter, &event);
}

static void filter_thresholds(struct kunit *test)
{
	const struct rover_subscribe want = {
		.kinds = BIT_ULL(ROVER_EVENT_RANGE), .range_below_um = 500000,
		.range_hysteresis_um = 100000,
	};
	static const struct {
		s64 mm;
		u32 status;
		bool told;
	} steps[] = {
		{ 501, ROVER_RANGE_VALID, false }, { 500, ROVER_RANGE_VALID, false },
		{ 499, ROVER_RANGE_VALID, true }, { 20, ROVER_RANGE_VALID, false },
		{ 599, ROVER_RANGE_VALID, false }, { 600, ROVER_RANGE_VALID, true },
		{ 500, ROVER_RANGE_VALID, false }, { 0, ROVER_RANGE_SILENT, false },
		{ 400, ROVER_RANGE_VALID, true }, { 0, ROVER_RANGE_INVALID, false },
		{ 0, ROVER_RANGE_NO_ECHO, true }, { 0, ROVER_RANGE_NO_ECHO, false },
	};
	struct rover_filter filter;
	unsigned int i;

	rover_filter_set(&filter, &want);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ(test, steps[i].told,
				range_passes(&filter, i, steps[i].mm, steps[i].status));
}

/* A threshold that no number is above of does not run over. */
static void filter_threshold_without_end(struct kunit *test)
{
	const struct rover_subscribe want = {
		.kinds = BIT_ULL(ROVER_EVENT_RANGE), .range_below_um = U32_MAX,
		.range_hysteresis_um = U32_MAX,
	};
	struct rover_filter filter;

	rover_filter_set(&filter, &want);
	KUNIT_EXPECT_TRUE(test, range_passes(&filter, 0, 4000, ROVER_RANGE_VALID));
	KUNIT_EXPECT_FALSE(test, range_passes(&filter, 1, 4000, ROVER_RANGE_VALID));
	KUNIT_EXPECT_TRUE(test, range_passes(&filter, 2, 0, ROVER_RANGE_NO_ECHO));
}

static bool sensor_passes(struct rover_filter *filter, u64 ms, u32 level)
{
	const struct rover_event event = {
		.time_ns = ms * NSEC_PER_MSEC,
		.type = ROVER_EVENT_SENSOR,
		.sensor.sensor = ROVER_SENSOR_LINE_RIGHT,
		.sensor.level = level,
	};

	return rover_filter_passes(filter, &event);
}

static void filter_holds_changes(struct kunit *test)
{
	const struct rover_subscribe want = {
		.kinds = BIT_ULL(ROVER_EVENT_SENSOR), .sensor_interval_ms = 100,
	};
	struct rover_filter filter;
	struct rover_event event;

	rover_filter_set(&filter, &want);
	KUNIT_EXPECT_EQ(test, U64_MAX, rover_filter_due_ns(&filter));
	KUNIT_EXPECT_TRUE(test, sensor_passes(&filter, 1000, 1));
	KUNIT_EXPECT_FALSE(test, sensor_passes(&filter, 1010, 0));
	KUNIT_EXPECT_EQ(test, 1100ULL * NSEC_PER_MSEC, rover_filter_due_ns(&filter));
	KUNIT_EXPECT_FALSE(test, rover_filter_release(&filter, 1099ULL * NSEC_PER_MSEC, &event));
	KUNIT_EXPECT_TRUE(test, rover_filter_release(&filter, 1100ULL * NSEC_PER_MSEC, &event));
	KUNIT_EXPECT_EQ(test, 0, event.sensor.level);
	KUNIT_EXPECT_EQ(test, 1010ULL * NSEC_PER_MSEC, event.time_ns);
	KUNIT_EXPECT_FALSE(test, rover_filter_release(&filter, 1200ULL * NSEC_PER_MSEC, &event));
	/* Undone in time is nothing to tell. */
	KUNIT_EXPECT_FALSE(test, sensor_passes(&filter, 1150, 1));
	KUNIT_EXPECT_FALSE(test, sensor_passes(&filter, 1160, 0));
	KUNIT_EXPECT_EQ(test, U64_MAX, rover_filter_due_ns(&filter));
	KUNIT_EXPECT_TRUE(test, sensor_passes(&filter, 1300, 1));
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(queue_is_empty_at_first),
	KUNIT_CASE(queue_keeps_the_order),
	KUNIT_CASE(queue_tells_loss_at_its_end),
	KUNIT_CASE(queue_tells_loss_before_the_next),
	KUNIT_CASE(filter_thresholds),
	KUNIT_CASE(filter_threshold_without_end),
	KUNIT_CASE(filter_holds_changes),
	{}
};

struct kunit_suite event_suite = {
	.name = "event",
	.test_cases = event_cases,
};
