/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's test harness. What failed is told on standard output, where it
 * stays in order with the results.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#define TH_LOG_STREAM	stdout
#include "kselftest_harness.h"

#include "util.h"

/* A kernel with debugging needs its time, and with it each test. */
static int harness_run_patiently(int argc, char **argv)
{
	struct __fixture_metadata *fixture;
	struct __test_metadata *test;

	for (fixture = __fixture_list; fixture; fixture = fixture->next)
		for (test = fixture->tests; test; test = test->next)
			test->timeout *= slowness();
	return test_harness_run(argc, argv);
}

/* What TEST_HARNESS_MAIN calls. Only then all tests are known. */
#define test_harness_run	harness_run_patiently

/* Within a tolerance, which is included. */
#define EXPECT_NEAR(expected, tolerance, seen) do {			\
	__s64 near_expected = (expected), near_seen = (seen);		\
	__s64 near_off = near_seen - near_expected;			\
									\
	EXPECT_GE(tolerance, near_off < 0 ? -near_off : near_off)	\
		TH_LOG(#seen ": %lld, not %lld", near_seen, near_expected); \
} while (0)

#endif
