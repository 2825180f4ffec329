// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measuring what something costs.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>

#include "bench.h"
#include "kernel/bench_floor.h"

#define CLOCK_ROUNDS	1000
#define IDLE_SPAN_NS	(500 * MS)
#define IDLE_PERMILLE	995
#define IDLE_ROUNDS	4	/* in a row */
#define IDLE_MS		60000
#define PROBE_NS	(100 * MS)	/* what a driver has after its module is in */
#define LOADS		4

/* Ticks of the processor since the boot: all, and those with nothing to do. */
static void processor_ticks(__u64 *all, __u64 *idle)
{
	unsigned long long user, nice, system, rest, wait, irq, softirq;
	char text[256];

	if (file_read("/proc/stat", text, sizeof(text)) < 0 ||
	    sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &rest,
		   &wait, &irq, &softirq) != 7)
		die("/proc/stat does not tell how busy this machine is");
	*idle = rest + wait;
	*all = user + nice + system + rest + wait + irq + softirq;
}

static bool is_idle(void)
{
	__u64 all, idle, all_then, idle_then;

	processor_ticks(&all_then, &idle_then);
	pause_ns(IDLE_SPAN_NS);
	processor_ticks(&all, &idle);
	return (idle - idle_then) * 1000 >= (all - all_then) * IDLE_PERMILLE;
}

/* Idle for several times in a row, @quiet of them until now. */
static bool is_quiet(unsigned int *quiet)
{
	*quiet = is_idle() ? *quiet + 1 : 0;
	return *quiet == IDLE_ROUNDS;
}

static bool random_is_ready(void)
{
	char byte;

	return getrandom(&byte, 1, GRND_NONBLOCK) == 1;
}

void bench_begin(void)
{
	unsigned int quiet = 0;

	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("cannot keep this program in memory");
	if (!WITHIN(IDLE_MS, random_is_ready()))
		die("this machine has no random numbers yet");
	if (!WITHIN(IDLE_MS, is_quiet(&quiet)))
		die("this machine does not come to rest");
	bench_clock_ns();
}

double bench_clock_ns(void)
{
	static double cost_ns;
	__s64 begin_ns;
	unsigned int i;

	if (!cost_ns) {
		begin_ns = now_ns();
		for (i = 0; i < CLOCK_ROUNDS; i++)
			now_ns();
		cost_ns = (double)(now_ns() - begin_ns) / (CLOCK_ROUNDS + 1);
	}
	return cost_ns;
}

__s64 bench_each(__s64 span_ns, unsigned int batch)
{
	double each_ns = ((double)span_ns - bench_clock_ns()) / batch;

	return each_ns > 0 ? (__s64)(each_ns * 1000) : 0;
}

void bench_tell(const char *key, struct samples *samples)
{
	static const unsigned int permilles[] = { 0, 500, 990, 999, 1000 };
	unsigned int i;

	printf("@%s %zu", key, samples->count);
	for (i = 0; i < ARRAY_SIZE(permilles); i++)
		printf(" %.3f", (double)samples_at(samples, permilles[i]) / 1000);
	printf("\n");
	fflush(stdout);
	samples_free(samples);
}

void bench_module_in(const char *folder, const char *module)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s.ko", folder, module);
	if (run("insmod", path, NULL))
		die("cannot insert %s", path);
	pause_ns(PROBE_NS);
}

void bench_module_out(const char *module)
{
	if (run("rmmod", module, NULL))
		die("cannot remove %s", module);
}

int bench_floor_begin(const char *folder)
{
	int floor;

	bench_module_in(folder, "bench_floor");
	floor = open(BENCH_FLOOR_DEVICE, O_RDWR);
	if (floor < 0)
		die("%s: %s", BENCH_FLOOR_DEVICE, strerror(errno));
	return floor;
}

void bench_floor_end(int floor)
{
	close(floor);
	bench_module_out("bench_floor");
}

/*
 * Instructions that do nothing take time as others do, and the machine that
 * emulates them next to none. The compiler takes a line for an instruction,
 * and bases how far it may branch on it: no .rept, then.
 */
#define TURN_INSTRUCTIONS	32

static inline void turn(void)
{
	/* Two more are the loop's own. */
	asm volatile("nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n"
		     "nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n"
		     "nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n");
}

static pid_t load_pid[LOADS];

/* Whatever we are: it is a process like most, and does not outlive us. */
static __noreturn void be_busy(void)
{
	struct sched_param ordinary = {};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sched_setscheduler(0, SCHED_OTHER, &ordinary))
		_exit(1);
	for (;;)
		turn();
}

void bench_load(void)
{
	unsigned int i;

	for (i = 0; i < LOADS; i++) {
		load_pid[i] = fork();
		if (load_pid[i] < 0)
			die("cannot be busy: %s", strerror(errno));
		if (!load_pid[i])
			be_busy();
	}
}

void bench_unload(void)
{
	unsigned int i;

	for (i = 0; i < LOADS; i++) {
		kill(load_pid[i], SIGKILL);
		/* One that ended by itself was no load. */
		if (wait_for(load_pid[i]) != 128 + SIGKILL)
			die("a busy loop has ended");
	}
}

__s64 bench_spin_ns(__s64 instructions)
{
	__s64 turns = instructions / TURN_INSTRUCTIONS, begin_ns = now_ns();

	while (turns--)
		turn();
	return now_ns() - begin_ns;
}
