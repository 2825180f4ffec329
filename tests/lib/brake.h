/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When both bridges brake after full drive forward, and what they brake for, from the
 * log of edges. Full drive has no pulses: braking raises IN2, and nothing else does.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_BRAKE_H
#define TESTS_BRAKE_H

#include "board.h"

/* The later bridge's brake, at or after a time; ends the test if one does not brake. */
__s64 brake_ns(const struct board_edges *edges, __s64 from_ns);

/* The last fall of the echo before the first bridge brakes. */
__s64 brake_echo_ns(const struct board_edges *edges);

#endif
