// SPDX-License-Identifier: GPL-2.0
/*
 * median: the middle one of a few, of which some do not count
 *
 * Copyright (C) 2026 The rover authors
 */
#include "median.h"
#include "suites.h"

#define EXPECT_MEDIAN(expected, expected_used, ...) do {			\
	const s64 values_[] = { __VA_ARGS__ };					\
	unsigned int used_ = 99;						\
										\
	KUNIT_EXPECT_EQ(test, expected,						\
			rover_median(values_, ARRAY_SIZE(values_), &used_));	\
	KUNIT_EXPECT_EQ(test, expected_used, used_);				\
} while (0)

static void the_middle_one(struct kunit *test)
{
	EXPECT_MEDIAN(7, 1, 7);
	EXPECT_MEDIAN(5, 3, 9, 5, 1);
	EXPECT_MEDIAN(5, 3, 1, 9, 5);
	EXPECT_MEDIAN(5, 5, 5, 5, 5, 900, 1);
	EXPECT_MEDIAN(5, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1);
	EXPECT_MEDIAN(S64_MAX, 3, S64_MAX, 0, S64_MAX);
}

/* For a distance, the nearer one is on the safe side. */
static void of_an_even_number_the_smaller(struct kunit *test)
{
	EXPECT_MEDIAN(3, 2, 4, 3);
	EXPECT_MEDIAN(2, 4, 1, 4, 3, 2);
}

static void what_is_negative_does_not_count(struct kunit *test)
{
	EXPECT_MEDIAN(-1, 0, -1);
	EXPECT_MEDIAN(-1, 0, -1, -1, S64_MIN);
	EXPECT_MEDIAN(5, 1, -1, 5, -1);
	EXPECT_MEDIAN(4, 3, 9, -1, 4, -7, 2);
	EXPECT_MEDIAN(0, 1, 0, -1);
}

static void of_nothing_and_of_too_many(struct kunit *test)
{
	static const s64 many[ROVER_MEDIAN_MAX + 2] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 7 };
	unsigned int used = 99;

	KUNIT_EXPECT_EQ(test, -1, rover_median(many, 0, &used));
	KUNIT_EXPECT_EQ(test, 0, used);
	KUNIT_EXPECT_EQ(test, 1, rover_median(many, ARRAY_SIZE(many), &used));
	KUNIT_EXPECT_EQ(test, ROVER_MEDIAN_MAX, used);
}

static struct kunit_case median_cases[] = {
	KUNIT_CASE(the_middle_one),
	KUNIT_CASE(of_an_even_number_the_smaller),
	KUNIT_CASE(what_is_negative_does_not_count),
	KUNIT_CASE(of_nothing_and_of_too_many),
	{}
};

struct kunit_suite median_suite = {
	.name = "median",
	.test_cases = median_cases,
};
