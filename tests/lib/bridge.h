/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a motor bridge was told over time, from the levels of its two inputs.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_BRIDGE_H
#define TESTS_BRIDGE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "board.h"

enum bridge_side {
	BRIDGE_LEFT,
	BRIDGE_RIGHT,
	BRIDGE_SIDES,
};

/* Time with unchanged inputs; levels are BRIDGE_COAST and so on. */
struct bridge_span {
	__s64 from_ns;
	__s64 to_ns;
	unsigned int levels;
	bool passing;	/* on the way from one state to another */
};

struct bridge {
	struct bridge_span *span;
	size_t count;
};

/*
 * Both inputs of a bridge change within this, times slowness(): GPIO lines change
 * one after the other, and what is between is no state of the bridge.
 */
#define BRIDGE_SKEW_NS	2000

/* From the edge log, the inputs having been at @levels when it began; up to now. */
struct bridge bridge_read(const struct board_edges *edges, enum bridge_side side,
			  unsigned int levels);
void bridge_free(struct bridge *bridge);

/* How long it had these levels in [from_ns, to_ns). */
__s64 bridge_time_ns(const struct bridge *bridge, unsigned int levels, __s64 from_ns,
		     __s64 to_ns);
/* The longest time it had these levels without a break; 0 if never. */
__s64 bridge_longest_ns(const struct bridge *bridge, unsigned int levels);
/*
 * Shortest time without drive between drive in opposite directions; -1 if the
 * direction never changed.
 */
__s64 bridge_shortest_rest_ns(const struct bridge *bridge);

#endif
