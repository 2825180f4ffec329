/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites of rover_kunit.ko, one for each file of pure functions.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_KUNIT_SUITES_H
#define ROVER_KUNIT_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite event_suite;
extern struct kunit_suite kinematics_suite;
extern struct kunit_suite median_suite;
extern struct kunit_suite regulator_suite;

#endif
