// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When both bridges brake.
 *
 * Copyright (C) 2026 The rover authors
 */
#include "brake.h"
#include "util.h"

struct brakes {
	__s64 first_ns;
	__s64 last_ns;
};

static struct brakes find_brakes(const struct board_edges *edges, __s64 from_ns)
{
	const struct board_edge *left = board_edges_find(edges, from_ns, LEFT_IN2, 1);
	const struct board_edge *right = board_edges_find(edges, from_ns, RIGHT_IN2, 1);

	if (!left || !right)
		die("it does not brake");
	if (left->time_ns < right->time_ns)
		return (struct brakes){ left->time_ns, right->time_ns };
	return (struct brakes){ right->time_ns, left->time_ns };
}

__s64 brake_ns(const struct board_edges *edges, __s64 from_ns)
{
	return find_brakes(edges, from_ns).last_ns;
}

__s64 brake_echo_ns(const struct board_edges *edges)
{
	__s64 brake_ns = find_brakes(edges, 0).first_ns, fall_ns = 0;
	size_t i;

	for (i = 0; i < edges->count && edges->edge[i].time_ns <= brake_ns; i++)
		if (edges->edge[i].line == SONAR_LINE && !edges->edge[i].level)
			fall_ns = edges->edge[i].time_ns;
	if (!fall_ns)
		die("it brakes without an echo");
	return fall_ns;
}
