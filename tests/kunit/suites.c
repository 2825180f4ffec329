// SPDX-License-Identifier: GPL-2.0
/*
 * Runs all suites when the module is loaded; what they say is in the kernel log.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/module.h>

#include "suites.h"

static struct kunit_suite *suites[] = {
	&event_suite,
	&kinematics_suite,
	&median_suite,
	&regulator_suite,
};

static int __init suites_init(void)
{
	return __kunit_test_suites_init(suites, ARRAY_SIZE(suites));
}
module_init(suites_init);

static void __exit suites_exit(void)
{
	__kunit_test_suites_exit(suites, ARRAY_SIZE(suites));
}
module_exit(suites_exit);

MODULE_DESCRIPTION("KUnit tests of the rover's integer maths");
MODULE_LICENSE("GPL");
