// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an edge of a wheel encoder costs the processor, whoever counts it.
 *
 *   edge single|quadrature MODULES	what the board and the overlay have, and the
 *					folder of the modules that scripts/peers builds
 *
 * Two ways to measure. What a handler takes, the board measures itself, from the
 * kernel's interrupt code on: so far as nobody has to be woken, that is all. And
 * end to end, a loop of known length takes longer while a wheel turns; it is run
 * at two rates, and what one edge costs is the slope between them, so that what
 * goes on at any rate is left out. What of that is the board's own is known from
 * a handler that does nothing.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "device.h"
#include "libgpiod.h"
#include "lines.h"

#define ROUNDS		9
#define SPIN		(80 * MS)	/* instructions, alone */
#define SLOW_RATE	2000		/* edges a second */
#define FAST_RATE	8000
#define HANDLER_SPAN_NS	(100 * MS)

/* The left wheel's, of the RoboHAT. */
#define SINGLE_LINES		BIT_ULL(22)
#define QUADRATURE_LINES	(BIT_ULL(27) | BIT_ULL(5))

static bool quadrature;
static __s64 um_per_edge;

static __s64 edges(void)
{
	return quadrature ? llabs(truth("left_quarters")) : truth("left_edges_a");
}

struct pass {
	double span_ns;
	double edges;
};

static struct pass pass(unsigned int rate)
{
	char text[64];
	struct pass pass;
	__s64 before;

	snprintf(text, sizeof(text), "left=%lld right=0", rate * um_per_edge);
	if (board_control("force", text))
		die("the wheels do not obey");
	pause_ns(20 * MS);
	before = edges();
	pass.span_ns = (double)bench_spin_ns(SPIN);
	pass.edges = (double)(edges() - before);
	if (board_control("force", "left=0 right=0"))
		die("the wheels do not obey");
	return pass;
}

/* In thousandths of a nanosecond. */
static __s64 edge_cost(void)
{
	struct pass slow = pass(SLOW_RATE), fast = pass(FAST_RATE);

	return (__s64)((fast.span_ns - slow.span_ns) / (fast.edges - slow.edges) * 1000);
}

/* By the board's own measure, likewise. */
static __s64 handler_cost(void)
{
	struct truth_key keys[] = { { "irqs_handled" }, { "irqs_handled_ns" } };
	char text[64];

	snprintf(text, sizeof(text), "left=%lld right=0", FAST_RATE * um_per_edge);
	if (board_control("irq_times", "measure=1") || board_control("force", text))
		die("the board does not measure");
	pause_ns(HANDLER_SPAN_NS);
	TRUTH_TAKE(keys);
	if (board_control("force", "left=0 right=0") || board_control("irq_times", "measure=0"))
		die("the board does not measure");
	if (!keys[0].value)
		die("no edge interrupts");
	return keys[1].value * 1000 / keys[0].value;
}

static __s64 measure(const char *who, const char *which, __s64 (*cost)(void), __s64 less)
{
	struct samples samples = {};
	char key[64];
	__s64 median;
	unsigned int i;

	cost();
	for (i = 0; i < ROUNDS; i++)
		samples_add(&samples, cost() - less);
	median = samples_at(&samples, 500);
	snprintf(key, sizeof(key), "edge.%s.%s.%s", quadrature ? "quadrature" : "single", who,
		 which);
	bench_tell(key, &samples);
	return median;
}

/* @board: what the board takes for itself, of an edge end to end. */
static void measure_both(const char *who, __s64 board)
{
	measure(who, "handler", handler_cost, 0);
	measure(who, "whole", edge_cost, board);
}

#define AT_ONCE		16

/* Reads events as they come, several at once when there are several. */
static void consume(__u64 lines)
{
	struct gpio_v2_line_event events[AT_ONCE];
	int fd = lines_watch(lines);

	while (read(fd, events, sizeof(events)) > 0)
		;
}

static void consume_by_library(__u64 lines)
{
	struct gpiod_edge_event_buffer *events = gpiod_edge_event_buffer_new(AT_ONCE);
	struct gpiod_line_request *request = libgpiod_watch(lines);

	while (events && gpiod_line_request_read_edge_events(request, events, AT_ONCE) > 0)
		;
}

static pid_t start_consumer(void (*consumer)(__u64 lines))
{
	struct sched_param first = { .sched_priority = 10 };
	pid_t pid = fork();

	if (pid)
		return pid;
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		die("no priority: %s", strerror(errno));
	consumer(quadrature ? QUADRATURE_LINES : SINGLE_LINES);
	_exit(1);
}

/* Returns what the board takes for itself. */
static __s64 measure_floor(const char *folder)
{
	__s64 handler, whole;

	bench_module_in(folder, "bench_floor");
	handler = measure("empty", "handler", handler_cost, 0);
	whole = measure("empty", "with_board", edge_cost, 0);
	bench_module_out("bench_floor");
	return whole - handler;
}

static void measure_consumer(const char *who, void (*consumer)(__u64 lines), __s64 board)
{
	pid_t pid = start_consumer(consumer);

	pause_ns(100 * MS);
	measure_both(who, board);
	kill(pid, SIGKILL);
	wait_for(pid);
}

/* Until somebody enables it, a counter does not count. */
static void measure_counter(const char *folder)
{
	bench_module_in(folder, "counter");
	bench_module_in(folder, "interrupt-cnt");
	/* One for each wheel, whose right one stands. */
	if (file_write("/sys/bus/counter/devices/counter0/count0/enable", "1") ||
	    file_write("/sys/bus/counter/devices/counter1/count0/enable", "1"))
		die("the counters cannot be enabled");
	/* Of rising edges alone, so not end to end, where all edges are counted. */
	measure("interrupt_cnt", "handler", handler_cost, 0);
	bench_module_out("interrupt_cnt");
	bench_module_out("counter");
}

/* Its events are nobody's: without a reader they cost the least. */
static void measure_rotary(const char *folder, __s64 board)
{
	bench_module_in(folder, "rotary_encoder");
	measure_both("rotary", board);
	bench_module_out("rotary_encoder");
}

int main(int argc, char **argv)
{
	struct rover_info info;
	__s64 board;
	int fd;

	if (argc != 3)
		die("usage: edge single|quadrature MODULES");
	quadrature = !strcmp(argv[1], "quadrature");
	fd = rover_open_or_fail(O_RDWR);
	info = rover_info_or_fail(fd);
	close(fd);
	um_per_edge = info.wheel_circumference_um / info.counts_per_revolution;
	bench_begin();

	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	board = measure_floor(argv[2]);
	if (rover_bind() || !EVENTUALLY(file_exists(ROVER_DEVICE)))
		die("bind");
	measure_both("ours", board);
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	measure_consumer("gpio", consume, board);
	measure_consumer("libgpiod", consume_by_library, board);
	/* Last: interrupt-cnt leaves its line so that others get no interrupts of it. */
	if (quadrature)
		measure_rotary(argv[2], board);
	else
		measure_counter(argv[2]);
	board_control("force", "left=off right=off");
	return 0;
}
