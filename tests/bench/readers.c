// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to tell many at once that something has happened: until the last of
 * so many processes, each waiting in a read() of a file of its own, has returned.
 * By us, and by what else a kernel has for that.
 *
 *   readers fifo|fair WAY...	how they are scheduled; rover, netlink, evdev, pipe
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "bench.h"
#include "device.h"
#include "readers.h"

#define READERS_MAX	1000
#define OTHERS		10	/* beside one that is stuck */
#define ROUNDS		21	/* the first does not count */
#define STUCK_EVENTS	300	/* more than a queue holds */
#define ENOUGH_NS	50000	/* for one of them */

static const unsigned int crowds[] = { 1, 10, 100, READERS_MAX };

static const struct readers_way *const ways[] = {
	&readers_rover, &readers_netlink, &readers_evdev, &readers_pipe, &readers_futex,
};

/*
 * With real-time priorities, what tells comes first, and then the readers in the
 * order in which they were told. A fair scheduler has more to weigh the more there
 * are, and may let some of them in between.
 */
#define TELLER_PRIORITY	20
#define READER_PRIORITY	10

/* What all processes see. */
static struct {
	unsigned int ready;
	unsigned int told;
	__s64 at_ns[READERS_MAX];
} *shared;

static pid_t pids[READERS_MAX];
static bool real_time;

static const char *key(const struct readers_way *way, unsigned int count, const char *what)
{
	static char text[64];

	snprintf(text, sizeof(text), "readers.%s.%s.%u.%s", real_time ? "fifo" : "fair",
		 way->name, count, what);
	return text;
}

static void reader(const struct readers_way *way, unsigned int number)
{
	int fd = way->open(number);

	if (real_time)
		become_real_time(READER_PRIORITY);
	__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
	while (way->read(fd)) {
		shared->at_ns[number] = now_ns();
		__atomic_add_fetch(&shared->told, 1, __ATOMIC_SEQ_CST);
	}
	_exit(1);
}

/* One after the other, so that each time they are in the same order. */
static void readers_start(const struct readers_way *way, unsigned int from, unsigned int to)
{
	unsigned int i;

	for (i = from; i < to; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			die("no more than %u readers: %s", i, strerror(errno));
		if (!pids[i])
			reader(way, i);
		if (!EVENTUALLY(__atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST) == i + 1))
			die("%s: reader %u does not come up", way->name, i);
	}
	/* Until the last one waits as well. */
	pause_ns(10 * MS);
}

static void readers_end(const struct readers_way *way, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < count; i++)
		if (wait_for(pids[i]) != 128 + SIGKILL)
			die("%s: reader %u could not read", way->name, i);
	shared->ready = 0;
}

/* From before something happens until the last of them knows. */
static __s64 tell_ns(const struct readers_way *way, unsigned int count)
{
	__s64 begin_ns, last_ns = 0;
	unsigned int i;

	shared->told = 0;
	begin_ns = now_ns();
	way->make(count);
	/* Until all of them wait again; to look meanwhile would cost them time. */
	pause_ns(20 * MS + count * ENOUGH_NS);
	if (__atomic_load_n(&shared->told, __ATOMIC_SEQ_CST) != count)
		die("%s: %u of %u were told", way->name, shared->told, count);
	for (i = 0; i < count; i++)
		last_ns = shared->at_ns[i] > last_ns ? shared->at_ns[i] : last_ns;
	return last_ns - begin_ns;
}

/* Returns the median. */
static __s64 measure_last(const struct readers_way *way, unsigned int count, const char *name,
			  struct samples *each, __s64 one_ns)
{
	struct samples last = {};
	__s64 median_ns;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		__s64 span_ns = tell_ns(way, count);

		if (!i)
			continue;
		samples_add(&last, span_ns * 1000);
		if (each && count > 1)
			samples_add(each, (span_ns - one_ns) * 1000 / (count - 1));
	}
	median_ns = samples_at(&last, 500) / 1000;
	bench_tell(name, &last);
	return median_ns;
}

/* What one more costs is what all but one cost more than one. */
static void measure_crowds(const struct readers_way *way)
{
	unsigned int i, started = 0;
	__s64 one_ns = 0, median_ns;

	for (i = 0; i < ARRAY_SIZE(crowds); i++) {
		struct samples each = {};

		readers_start(way, started, crowds[i]);
		started = crowds[i];
		median_ns = measure_last(way, started, key(way, started, "last"), &each, one_ns);
		if (started == 1) {
			one_ns = median_ns;
			continue;
		}
		bench_tell(key(way, started, "each"), &each);
	}
	readers_end(way, started);
}

/* What the file of somebody who does something else costs the one that reads. */
static void measure_open(const struct readers_way *way)
{
	static int files[READERS_MAX - 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		files[i] = way->open(i);
	readers_start(way, 0, 1);
	measure_last(way, 1, key(way, READERS_MAX, "open"), NULL, 0);
	readers_end(way, 1);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		close(files[i]);
}

/* Ten, and ten beside one, the first to be told, that has not read for a long time. */
static void measure_stuck(const struct readers_way *way)
{
	unsigned int i;
	int stuck;

	readers_start(way, 0, OTHERS);
	measure_last(way, OTHERS, key(way, OTHERS, "without_stuck"), NULL, 0);
	readers_end(way, OTHERS);
	stuck = way->open(0);
	for (i = 0; i < STUCK_EVENTS; i++) {
		way->make(0);
		pause_ns(MS);
	}
	readers_start(way, 0, OTHERS);
	measure_last(way, OTHERS, key(way, OTHERS, "with_stuck"), NULL, 0);
	readers_end(way, OTHERS);
	if (!readers_rover_lost(stuck))
		die("the queue of who does not read was not full");
	close(stuck);
}

static void measure(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(ways[i]->name, name))
			break;
	if (i == ARRAY_SIZE(ways))
		die("there is no way '%s'", name);
	ways[i]->begin(READERS_MAX);
	measure_crowds(ways[i]);
	if (ways[i] == &readers_rover && real_time) {
		measure_open(ways[i]);
		measure_stuck(ways[i]);
	}
}

int main(int argc, char **argv)
{
	struct rlimit files = { 2 * READERS_MAX + 100, 2 * READERS_MAX + 100 };
	int i;

	if (argc < 3)
		die("usage: readers fifo|fair WAY...");
	real_time = !strcmp(argv[1], "fifo");
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("cannot have so many files: %s", strerror(errno));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	bench_begin();
	if (real_time)
		become_real_time(TELLER_PRIORITY);
	for (i = 2; i < argc; i++)
		measure(argv[i]);
	return 0;
}
