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
#define EXPECT_NEAR(expected, tolerance, seen) do {		\
	__s64 near_seen = (seen);				\
								\
	EXPECT_LE((expected) - (tolerance), near_seen)		\
		TH_LOG("too small: " #seen);			\
	EXPECT_GE((expected) + (tolerance), near_seen)		\
		TH_LOG("too large: " #seen);			\
} while (0)

#endif
