// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measuring.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"
#include "util.h"

#define NS_PER_S	1000000000LL

void samples_add(struct samples *samples, __s64 value)
{
	if (samples->count == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 256;
		samples->value = realloc(samples->value, samples->room * sizeof(value));
		if (!samples->value)
			die("no memory for %zu samples", samples->room);
	}
	samples->value[samples->count++] = value;
}

static int compare_values(const void *a, const void *b)
{
	__s64 left = *(const __s64 *)a, right = *(const __s64 *)b;

	return (left > right) - (left < right);
}

__s64 samples_at(struct samples *samples, unsigned int permille)
{
	if (!samples->count)
		die("nothing was measured");
	qsort(samples->value, samples->count, sizeof(samples->value[0]), compare_values);
	return samples->value[(samples->count - 1) * permille / 1000];
}

void samples_tell(struct samples *samples, const char *what)
{
	if (samples->count)
		printf("# %s: %zu, least %lld, median %lld, 99%% %lld, greatest %lld\n",
		       what, samples->count, samples_at(samples, 0), samples_at(samples, 500),
		       samples_at(samples, 990), samples_at(samples, 1000));
	else
		printf("# %s: none\n", what);
	samples_free(samples);
}

void samples_free(struct samples *samples)
{
	free(samples->value);
	*samples = (struct samples){};
}

bool phase_after(const struct board_edges *edges, unsigned int line, __s64 from_ns,
		 struct phase *phase)
{
	const struct board_edge *edge = edges->edge;
	const struct board_edge *end = edge + edges->count;
	const struct board_edge *first = NULL;

	for (; edge < end; edge++) {
		if (edge->line != line || edge->time_ns < from_ns)
			continue;
		if (first) {
			*phase = (struct phase){
				.start_ns = first->time_ns,
				.length_ns = edge->time_ns - first->time_ns,
				.level = first->level,
			};
			return true;
		}
		first = edge;
	}
	return false;
}

__s64 shortest_phase_ns(const struct board_edges *edges, __u64 lines)
{
	__s64 last_ns[64] = {};
	__s64 shortest_ns = INT64_MAX;
	size_t i;

	for (i = 0; i < edges->count; i++) {
		const struct board_edge *edge = &edges->edge[i];
		__s64 length_ns = edge->time_ns - last_ns[edge->line];

		if (!(lines & BIT_ULL(edge->line)))
			continue;
		if (last_ns[edge->line] && length_ns < shortest_ns)
			shortest_ns = length_ns;
		last_ns[edge->line] = edge->time_ns;
	}
	return shortest_ns;
}

size_t edges_within(const struct board_edges *edges, __u64 lines, __s64 from_ns, __s64 to_ns)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < edges->count; i++)
		if (lines & BIT_ULL(edges->edge[i].line) && edges->edge[i].time_ns >= from_ns &&
		    edges->edge[i].time_ns < to_ns)
			count++;
	return count;
}

void sleep_until(__s64 ns)
{
	struct timespec time = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

void become_real_time(int priority)
{
	struct sched_param param = { .sched_priority = priority };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("cannot be real-time: %s", strerror(errno));
}

void truth_take(struct truth_key *keys, size_t count)
{
	static char text[16384];
	ssize_t length = file_read(board_path("truth"), text, sizeof(text));
	char *line, *rest = text;
	size_t i, found = 0;

	if (length < 0 || length == sizeof(text) - 1)
		die("the file truth is unreadable");
	while ((line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value++ = '\0';
		for (i = 0; i < count; i++) {
			if (strcmp(keys[i].name, line))
				continue;
			keys[i].value = strtoll(value, NULL, 10);
			found++;
		}
	}
	if (found != count)
		die("truth lacks one of %zu keys from %s", count, keys[0].name);
}

bool timer_pending(const char *function_or_module)
{
	static char text[65536];
	ssize_t length = file_read("/proc/timer_list", text, sizeof(text));

	if (length < 0 || length == sizeof(text) - 1)
		die("/proc/timer_list is unreadable");
	return strstr(text, function_or_module);
}

/* debugfs mounts it when somebody looks. */
#define TRACING	"/sys/kernel/debug/tracing/"

void cost_begin(const char *function)
{
	if (file_write(TRACING "set_ftrace_filter", function) ||
	    file_write(TRACING "current_tracer", "function_graph"))
		file_write(TRACING "current_tracer", "nop");
}

/* The tracer's lines are " 0)   1.888 us    |  softpwm_timer [rover]();". */
void cost_tell(const char *what)
{
	FILE *file;
	struct samples cost = {};
	double us;
	char line[256];

	file_write(TRACING "tracing_on", "0");
	file = fopen(TRACING "trace", "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, " %*d) %*[+!#*@$ ]%lf us", &us) == 1 ||
		    sscanf(line, " %*d) %lf us", &us) == 1)
			samples_add(&cost, us * US);
	if (file)
		fclose(file);
	file_write(TRACING "current_tracer", "nop");
	file_write(TRACING "set_ftrace_filter", "");
	file_write(TRACING "tracing_on", "1");
	samples_tell(&cost, what);
}
