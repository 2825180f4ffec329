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

/* Within a tolerance, which is included. */
#define EXPECT_NEAR(expected, tolerance, seen) do {			\
	__s64 near_expected = (expected), near_seen = (seen);		\
	__s64 near_off = near_seen - near_expected;			\
									\
	EXPECT_GE(tolerance, near_off < 0 ? -near_off : near_off)	\
		TH_LOG(#seen ": %lld, not %lld", near_seen, near_expected); \
} while (0)

#endif
