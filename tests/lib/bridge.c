// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a motor bridge was told over time.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>

#include "bridge.h"
#include "util.h"

static const unsigned int bridge_inputs[BRIDGE_SIDES][2] = {
	[BRIDGE_LEFT] = { LEFT_IN1, LEFT_IN2 },
	[BRIDGE_RIGHT] = { RIGHT_IN1, RIGHT_IN2 },
};

/* Notes which spans begin with one input and soon end with the other. */
static void bridge_find_passing(struct bridge *bridge)
{
	size_t i;

	for (i = 1; i + 1 < bridge->count; i++) {
		struct bridge_span *span = &bridge->span[i];
		unsigned int began = span->levels ^ span[-1].levels;
		unsigned int ended = span->levels ^ span[1].levels;

		span->passing = began != ended &&
				span->to_ns - span->from_ns < BRIDGE_SKEW_NS * slowness();
	}
}

struct bridge bridge_read(const struct board_edges *edges, enum bridge_side side,
			  unsigned int levels)
{
	struct bridge bridge = {
		.span = calloc(edges->count + 1, sizeof(*bridge.span)),
		.count = 1,
	};
	size_t i;

	if (!bridge.span)
		die("no memory for a bridge");
	bridge.span[0].levels = levels;
	for (i = 0; i < edges->count; i++) {
		const struct board_edge *edge = &edges->edge[i];
		struct bridge_span *last = &bridge.span[bridge.count - 1];
		unsigned int input;

		for (input = 0; input < 2; input++) {
			if (edge->line != bridge_inputs[side][input])
				continue;
			last->to_ns = edge->time_ns;
			bridge.span[bridge.count++] = (struct bridge_span) {
				.from_ns = edge->time_ns,
				.levels = (last->levels & ~(1u << input)) | edge->level << input,
			};
		}
	}
	bridge.span[bridge.count - 1].to_ns = now_ns();
	bridge_find_passing(&bridge);
	return bridge;
}

void bridge_free(struct bridge *bridge)
{
	free(bridge->span);
	bridge->span = NULL;
	bridge->count = 0;
}

__s64 bridge_time_ns(const struct bridge *bridge, unsigned int levels, __s64 from_ns,
		     __s64 to_ns)
{
	__s64 sum_ns = 0;
	size_t i;

	for (i = 0; i < bridge->count; i++) {
		const struct bridge_span *span = &bridge->span[i];
		__s64 begin_ns = span->from_ns > from_ns ? span->from_ns : from_ns;
		__s64 end_ns = span->to_ns < to_ns ? span->to_ns : to_ns;

		if (span->levels == levels && end_ns > begin_ns)
			sum_ns += end_ns - begin_ns;
	}
	return sum_ns;
}

__s64 bridge_longest_ns(const struct bridge *bridge, unsigned int levels)
{
	__s64 longest_ns = 0;
	size_t i;

	for (i = 0; i < bridge->count; i++) {
		const struct bridge_span *span = &bridge->span[i];

		if (span->levels == levels && span->to_ns - span->from_ns > longest_ns)
			longest_ns = span->to_ns - span->from_ns;
	}
	return longest_ns;
}

__s64 bridge_shortest_rest_ns(const struct bridge *bridge)
{
	const struct bridge_span *driven = NULL;
	__s64 shortest_ns = -1;
	size_t i;

	for (i = 0; i < bridge->count; i++) {
		const struct bridge_span *span = &bridge->span[i];
		__s64 rest_ns;

		if (span->levels != BRIDGE_FORWARD && span->levels != BRIDGE_REVERSE)
			continue;
		if (span->passing)
			continue;
		if (driven && driven->levels != span->levels) {
			rest_ns = span->from_ns - driven->to_ns;
			if (shortest_ns < 0 || rest_ns < shortest_ns)
				shortest_ns = rest_ns;
		}
		driven = span;
	}
	return shortest_ns;
}
