/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measuring: samples and their spread, pulses on lines, exact moments, and what
 * a function of the kernel costs.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_MEASURE_H
#define TESTS_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "board.h"

#define US	1000LL		/* in nanoseconds */

/* Measured values; all zero is an empty set. */
struct samples {
	__s64 *value;
	size_t count;
	size_t room;
};

void samples_add(struct samples *samples, __s64 value);
/* Sorts; 0 permille is the least, 500 the median, 1000 the greatest. */
__s64 samples_at(struct samples *samples, unsigned int permille);
/* Prints number, least, median, 99th percentile and greatest, and frees. */
void samples_tell(struct samples *samples, const char *what);
void samples_free(struct samples *samples);

/* What a line did between two of its edges. */
struct phase {
	__s64 start_ns;
	__s64 length_ns;
	unsigned int level;
};

/*
 * The phase of a line that begins at or after a time; false if the log holds
 * none that has ended.
 */
bool phase_after(const struct board_edges *edges, unsigned int line, __s64 from_ns,
		 struct phase *phase);
/* Shortest phase, high or low, of some lines; INT64_MAX if there is none. */
__s64 shortest_phase_ns(const struct board_edges *edges, __u64 lines);
/* Edges of some lines within a time. */
size_t edges_within(const struct board_edges *edges, __u64 lines, __s64 from_ns, __s64 to_ns);

void sleep_until(__s64 ns);
/* SCHED_FIFO, above the rover's own thread (50) or below. */
void become_real_time(int priority);

/* Some keys of one picture of the file truth. */
struct truth_key {
	const char *name;
	__s64 value;
};

void truth_take(struct truth_key *keys, size_t count);

#define TRUTH_TAKE(keys)	truth_take(keys, sizeof(keys) / sizeof((keys)[0]))

/* A hrtimer of a module is pending, by the name of its function; or any of it. */
bool timer_pending(const char *function_or_module);

/* What calls of a function of the kernel cost, one at a time. */
void cost_begin(const char *function);
/* Prints it; nothing where the kernel cannot trace. */
void cost_tell(const char *what);

#endif
