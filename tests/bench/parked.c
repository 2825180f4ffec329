// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a rover costs that stands, by the kernel's own trace of ten seconds: timers
 * that are started, interrupts, threads that are woken, and work in workqueues;
 * those of our modules, and all of them, with our modules and without.
 *
 * A file of the rover is open and has the lease, its events are subscribed, the
 * snapshot is mapped, and guards are set.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rover.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"
#include "event.h"

#define ROUNDS		3
#define SPAN_MS		10000
#define SETTLE_MS	3000

#define TRACING	"/sys/kernel/debug/tracing/"

/* Names of what the kernel traces: a timer or a work has a function, with its module. */
static const struct kind {
	const char *name;
	const char *events[2];
	const char *files[2];
} kinds[] = {
	{ "timers", { " hrtimer_start: ", " timer_start: " },
	  { "timer/hrtimer_start", "timer/timer_start" } },
	{ "interrupts", { " irq_handler_entry: " }, { "irq/irq_handler_entry" } },
	{ "wakeups", { " sched_waking: " }, { "sched/sched_waking" } },
	{ "works", { " workqueue_execute_start: " }, { "workqueue/workqueue_execute_start" } },
};

#define KINDS	ARRAY_SIZE(kinds)

struct tally {
	unsigned int ours[KINDS];
	unsigned int all[KINDS];
};

static void tracing_set(const char *file, const char *text)
{
	char path[128];
	int err;

	snprintf(path, sizeof(path), TRACING "%s", file);
	err = file_write(path, text);
	if (err)
		die("%s: %s", path, strerror(-err));
}

/* Who opens it to write it anew, empties it. */
static void tracing_clear(void)
{
	int fd = open(TRACING "trace", O_WRONLY | O_TRUNC);

	if (fd < 0)
		die("the trace stays: %s", strerror(errno));
	close(fd);
}

static void tracing_enable(void)
{
	char file[96];
	unsigned int i, k;

	tracing_set("tracing_on", "0");
	tracing_set("buffer_size_kb", "16384");
	for (i = 0; i < KINDS; i++)
		for (k = 0; k < 2 && kinds[i].files[k]; k++) {
			snprintf(file, sizeof(file), "events/%s/enable", kinds[i].files[k]);
			tracing_set(file, "1");
		}
}

/* Threads, functions and interrupts of ours have a name in which this is. */
static void count_line(struct tally *tally, const char *line)
{
	unsigned int i, k;

	for (i = 0; i < KINDS; i++)
		for (k = 0; k < 2 && kinds[i].events[k]; k++) {
			const char *details = strstr(line, kinds[i].events[k]);

			if (!details)
				continue;
			tally->all[i]++;
			tally->ours[i] += !!strstr(details, "rover");
		}
}

static struct tally tally_of(unsigned int ms)
{
	struct tally tally = {};
	char line[512];
	FILE *file;

	tracing_clear();
	tracing_set("tracing_on", "1");
	pause_ns(ms * MS);
	tracing_set("tracing_on", "0");
	file = fopen(TRACING "trace", "r");
	if (!file)
		die("there is no trace: %s", strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		if (strstr(line, "LOST"))
			die("the trace has no room: %s", line);
		count_line(&tally, line);
	}
	fclose(file);
	return tally;
}

static void measure(const char *who)
{
	struct samples samples[2][KINDS] = {};
	unsigned int round, i;
	char key[64];

	pause_ns(SETTLE_MS * MS);
	for (round = 0; round < ROUNDS; round++) {
		struct tally tally = tally_of(SPAN_MS);

		for (i = 0; i < KINDS; i++) {
			samples_add(&samples[0][i], tally.all[i] * 1000LL);
			samples_add(&samples[1][i], tally.ours[i] * 1000LL);
		}
	}
	for (i = 0; i < KINDS; i++) {
		snprintf(key, sizeof(key), "parked.%s.%s.all", who, kinds[i].name);
		bench_tell(key, &samples[0][i]);
		snprintf(key, sizeof(key), "parked.%s.%s", who, kinds[i].name);
		bench_tell(key, &samples[1][i]);
	}
}

/* All of it is there to be seen while the rover drives. */
static void see_it_drive(int fd)
{
	struct tally tally;
	unsigned int i;

	if (rover_duty(fd, 400, 400))
		die("the rover does not drive: %s", strerror(errno));
	tally = tally_of(500);
	if (rover_stop(fd, ROVER_STOP_COAST))
		die("the rover does not stop: %s", strerror(errno));
	for (i = 0; i < KINDS; i++)
		if (!tally.ours[i])
			die("it drives, but the trace has no %s of ours", kinds[i].name);
}

static void set_guards(int fd)
{
	struct rover_settings settings = {
		.fields = ROVER_SET_GUARD | ROVER_SET_OBSTACLE_GUARD,
		.guard_um = 200000,
		.obstacle_guard = 1,
	};

	if (rover_call(fd, ROVER_IOC_CONFIGURE, &settings))
		die("no guard: %s", strerror(errno));
}

int main(void)
{
	int fd;
	void *mapping;

	bench_begin();
	rover_calm();
	fd = rover_open_or_fail(O_RDWR);
	event_listen(fd, ROVER_SUBSCRIBE_DEFAULT);
	mapping = mmap(NULL, rover_info_or_fail(fd).mapping_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mapping == MAP_FAILED)
		die("no mapping: %s", strerror(errno));
	if (rover_take(fd, 0, 0))
		die("no lease: %s", strerror(errno));
	set_guards(fd);
	tracing_enable();
	see_it_drive(fd);
	measure("with");
	munmap(mapping, rover_info_or_fail(fd).mapping_size);
	close(fd);
	if (run("rmmod", "rover", NULL) || run("rmmod", "rover_sim", NULL))
		die("the modules stay");
	measure("without");
	return 0;
}
