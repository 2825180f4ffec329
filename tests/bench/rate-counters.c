// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who counts edges of the wheels' encoders: we, and what the kernel has without us.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/gpio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "device.h"
#include "lines.h"
#include "measure.h"
#include "rate.h"
#include "util.h"

/* Of the RoboHAT, both wheels. */
#define SINGLE_LINES		(BIT_ULL(22) | BIT_ULL(23))
#define QUADRATURE_LINES	(BIT_ULL(27) | BIT_ULL(5) | BIT_ULL(22) | BIT_ULL(23))

static const char *modules;

void rate_modules(const char *folder)
{
	modules = folder;
}

static void module_in(const char *module)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s.ko", modules, module);
	if (run("insmod", path, NULL))
		die("cannot insert %s", path);
	pause_ns(100 * MS);
}

static void module_out(const char *module)
{
	if (run("rmmod", module, NULL))
		die("cannot remove %s", module);
}

static int rover;

static void ours_begin(bool quadrature)
{
	rover = rover_open_or_fail(O_RDONLY);
}

static __s64 ours_counted(void)
{
	struct rover_snapshot snapshot = rover_snapshot_or_fail(rover);

	return snapshot.left.count + snapshot.right.count;
}

static void ours_end(void)
{
	close(rover);
}

const struct rate_counter rate_ours = {
	.name = "ours",
	.begin = ours_begin,
	.counted = ours_counted,
	.end = ours_end,
};

static void empty_begin(bool quadrature)
{
	module_in("bench_floor");
}

static void empty_end(void)
{
	module_out("bench_floor");
}

const struct rate_counter rate_empty = {
	.name = "empty",
	.begin = empty_begin,
	.end = empty_end,
};

static struct {
	pid_t pid;
	__u32 *events;		/* both processes see it */
} consumer;

/* Reads events as they come, many at once when there are many, and counts them. */
static void consume(__u64 lines)
{
	static struct gpio_v2_line_event events[256];
	int fd = lines_watch_deep(lines);
	ssize_t bytes;

	become_real_time(10);
	while ((bytes = read(fd, events, sizeof(events))) > 0)
		__atomic_add_fetch(consumer.events, bytes / sizeof(events[0]), __ATOMIC_SEQ_CST);
	_exit(1);
}

static void consumer_begin(bool quadrature)
{
	consumer.events = mmap(NULL, sizeof(*consumer.events), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (consumer.events == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	consumer.pid = fork();
	if (!consumer.pid)
		consume(quadrature ? QUADRATURE_LINES : SINGLE_LINES);
	pause_ns(100 * MS);
}

static __s64 consumer_counted(void)
{
	return __atomic_load_n(consumer.events, __ATOMIC_SEQ_CST);
}

static void consumer_end(void)
{
	kill(consumer.pid, SIGKILL);
	wait_for(consumer.pid);
}

const struct rate_counter rate_consumer = {
	.name = "gpio",
	.begin = consumer_begin,
	.counted = consumer_counted,
	.end = consumer_end,
};

#define COUNTER_PATH	"/sys/bus/counter/devices/counter%u/count0/%s"

static void counter_begin(bool quadrature)
{
	char path[96];
	unsigned int i;

	module_in("counter");
	module_in("interrupt-cnt");
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), COUNTER_PATH, i, "enable");
		if (file_write(path, "1"))
			die("a counter cannot be enabled");
	}
}

static __s64 counter_counted(void)
{
	char path[96], text[32];
	__s64 count = 0;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), COUNTER_PATH, i, "count");
		if (file_read(path, text, sizeof(text)) < 0)
			die("%s is unreadable", path);
		count += atoll(text);
	}
	return count;
}

static void counter_end(void)
{
	module_out("interrupt_cnt");
	module_out("counter");
}

const struct rate_counter rate_counter = {
	.name = "interrupt_cnt",
	.rising_only = true,
	.begin = counter_begin,
	.counted = counter_counted,
	.end = counter_end,
};

static void rotary_begin(bool quadrature)
{
	module_in("rotary_encoder");
}

static void rotary_end(void)
{
	module_out("rotary_encoder");
}

const struct rate_counter rate_rotary = {
	.name = "rotary",
	.begin = rotary_begin,
	.end = rotary_end,
};
