// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Software PWM of both wheels on four GPIOs, at 100 Hz: how exact its pulses are, by
 * the board's own log of edges, and what the processor loses to it.
 *
 *   pwm MODULES	the folder of the modules that scripts/peers builds
 *
 * Of a bridge that is driven forward one line pulses and the other stays low, so two of
 * the four pulse, each with a duty of its own, whoever drives them. The wheels do not
 * turn: what they would cost has nothing to do with it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/gpio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "device.h"
#include "kernel/bench_floor.h"
#include "lines.h"
#include "plain.h"
#include "stockpwm.h"

#define PERIOD_NS	(10 * MS)
#define PERIODS		100	/* of each pair of duties */
#define SETTLE		4	/* periods until they hold */
#define ROUNDS		9
#define SPINS		25	/* of a processor with nothing else to do */
#define SPIN_PERIODS	2	/* the kernel's tick of 4 ms comes five times */
#define FULL		1000	/* permille: no pulses */

/* Of the left and of the right wheel, in permille: near each other, far apart, long, short. */
static const unsigned int duties[][2] = {
	{ 500, 300 }, { 100, 900 }, { 50, 950 }, { 250, 250 }, { 750, 740 }, { 10, 990 },
	{ 333, 667 }, { 501, 500 },
};

static const unsigned int pulse_lines[2] = { LEFT_IN1, RIGHT_IN1 };

static __s64 on_ns(unsigned int permille)
{
	return PERIOD_NS * permille / 1000;
}

/*
 * Ours
 */
static int rover;

static void by_rover(const unsigned int permille[2])
{
	int err = rover_duty(rover, permille[0], permille[1]);

	if (err)
		die("DUTY: %s", strerror(-err));
}

/*
 * pwm-gpio, a chip for each line
 */
static struct stock_pwm channel[4];

static void by_pwm_gpio(const unsigned int permille[2])
{
	stock_pwm_set(&channel[0], on_ns(permille[0]));
	stock_pwm_set(&channel[1], on_ns(permille[1]));
}

/*
 * A thread that sleeps until each edge is due, and sets the pins in one request. Lines
 * by number: RIGHT_IN2 12, RIGHT_IN1 13, LEFT_IN1 16, LEFT_IN2 19.
 */
static const __u64 pulse_bits[2] = { BIT_ULL(2), BIT_ULL(1) };
static bool thread_first;
static pid_t thread;

static void thread_set(int lines, __u64 mask, __u64 bits)
{
	struct gpio_v2_line_values values = { .mask = mask, .bits = bits };

	if (ioctl(lines, GPIO_V2_LINE_SET_VALUES_IOCTL, &values))
		die("GPIO: %s", strerror(errno));
}

static __noreturn void thread_run(const unsigned int permille[2])
{
	unsigned int first = permille[0] > permille[1], last = !first;
	int lines = lines_output(MOTOR_LINES);
	__s64 start_ns = now_ns() + PERIOD_NS;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, 1);
	plain_be_first(thread_first);
	for (;; start_ns += PERIOD_NS) {
		sleep_until(start_ns);
		thread_set(lines, pulse_bits[0] | pulse_bits[1], ~0ULL);
		sleep_until(start_ns + on_ns(permille[first]));
		if (permille[first] != permille[last]) {
			thread_set(lines, pulse_bits[first], 0);
			sleep_until(start_ns + on_ns(permille[last]));
		}
		thread_set(lines, pulse_bits[0] | pulse_bits[1], 0);
	}
}

static void thread_end(void)
{
	if (thread) {
		kill(thread, SIGKILL);
		if (wait_for(thread) != 128 + SIGKILL)
			die("the thread has ended");
	}
	thread = 0;
}

static void by_thread(const unsigned int permille[2])
{
	thread_end();
	if (permille[0] == FULL)
		return;
	thread = fork();
	if (thread < 0)
		die("no thread: %s", strerror(errno));
	if (!thread)
		thread_run(permille);
}

static void tell(const char *who, const char *what, struct samples *samples)
{
	char key[64];

	snprintf(key, sizeof(key), "pwm.%s.%s", who, what);
	bench_tell(key, samples);
}

struct errors {
	struct samples pulse;	/* of its length, in thousandths of a nanosecond */
	struct samples period;	/* from one rise to the next, likewise */
};

static void errors_add(struct errors *errors, const struct board_edges *edges, unsigned int line,
		       __s64 want_ns)
{
	struct phase phase, gap;
	__s64 from_ns = 0;

	while (phase_after(edges, line, from_ns, &phase)) {
		from_ns = phase.start_ns + phase.length_ns;
		if (!phase.level)
			continue;
		samples_add(&errors->pulse, llabs(phase.length_ns - want_ns) * 1000);
		if (phase_after(edges, line, from_ns, &gap))
			samples_add(&errors->period,
				    llabs(phase.length_ns + gap.length_ns - PERIOD_NS) * 1000);
	}
}

static void measure_exactness(const char *who, const char *when,
			      void (*set)(const unsigned int permille[2]))
{
	struct errors errors = {};
	char what[32];
	unsigned int i, side;

	for (i = 0; i < ARRAY_SIZE(duties); i++) {
		struct board_edges edges;

		set(duties[i]);
		pause_ns(SETTLE * PERIOD_NS);
		board_edges_start(BIT_ULL(LEFT_IN1) | BIT_ULL(RIGHT_IN1));
		pause_ns(PERIODS * PERIOD_NS);
		edges = board_edges_read();
		for (side = 0; side < 2; side++)
			errors_add(&errors, &edges, pulse_lines[side], on_ns(duties[i][side]));
		board_edges_free(&edges);
	}
	snprintf(what, sizeof(what), "pulse.%s", when);
	tell(who, what, &errors.pulse);
	snprintf(what, sizeof(what), "period.%s", when);
	tell(who, what, &errors.period);
}

/*
 * The median: what the kernel does each second or two (it counts and frees memory)
 * is in none.
 */
static __s64 spin_ns(void)
{
	struct samples samples = {};
	unsigned int i;
	__s64 median;

	for (i = 0; i < SPINS; i++)
		samples_add(&samples, bench_spin_ns(SPIN_PERIODS * PERIOD_NS));
	median = samples_at(&samples, 500);
	samples_free(&samples);
	return median;
}

/* How much longer a loop of known length takes with pulses than without, for each period. */
static void measure_cost(const char *who, const char *what,
			 void (*set)(const unsigned int permille[2]), const unsigned int without[2])
{
	struct samples samples = {};
	unsigned int i;

	for (i = 0; i <= ROUNDS; i++) {
		__s64 without_ns;

		set(without);
		pause_ns(SETTLE * PERIOD_NS);
		without_ns = spin_ns();
		set(duties[0]);
		pause_ns(SETTLE * PERIOD_NS);
		if (i)
			samples_add(&samples, (spin_ns() - without_ns) * 1000 / SPIN_PERIODS);
	}
	tell(who, what, &samples);
}

static void measure(const char *who, void (*set)(const unsigned int permille[2]))
{
	static const unsigned int full[2] = { FULL, FULL };

	measure_cost(who, "cost", set, full);
	measure_exactness(who, "idle", set);
	bench_load();
	measure_exactness(who, "loaded", set);
	bench_unload();
	set(full);
}

/* The whole drive, with its tick, beside a rover that stands. */
static void measure_ours(void)
{
	static const unsigned int none[2];
	struct rover_info info;

	if (attribute_write_number("stall_ms", 0))
		die("the rover stops when its wheels do not turn");
	rover = rover_open_or_fail(O_RDWR);
	info = rover_info_or_fail(rover);
	if (info.pwm_period_ns != PERIOD_NS || info.capabilities & ROVER_CAP_HARDWARE_PWM)
		die("the rover has another PWM");
	if (rover_take(rover, ROVER_TAKE_DEADMAN, 0))
		die("the rover does not move");
	measure("ours", by_rover);
	measure_cost("ours", "drive", by_rover, none);
	close(rover);
}

static void measure_pwm_gpio(const char *folder)
{
	/* Those that pulse first. */
	static const char *const devices[4] = {
		"bench-pwm-left-in1", "bench-pwm-right-in1",
		"bench-pwm-left-in2", "bench-pwm-right-in2",
	};
	unsigned int i;

	bench_module_in(folder, "pwm-gpio");
	for (i = 0; i < 4; i++)
		channel[i] = stock_pwm_open(devices[i], 0, PERIOD_NS);
	measure("pwm_gpio", by_pwm_gpio);
	for (i = 0; i < 4; i++)
		stock_pwm_close(&channel[i]);
	bench_module_out("pwm_gpio");
}

/*
 * The least: a driver's timer that does nothing but set the two lines.
 */
static int floor_fd;

static void by_floor(const unsigned int permille[2])
{
	int err;

	if (permille[0] == FULL)
		err = ioctl(floor_fd, BENCH_FLOOR_REST);
	else
		err = ioctl(floor_fd, BENCH_FLOOR_PULSE,
			    BENCH_FLOOR_PERMILLE(permille[0], permille[1]));
	if (err)
		die("%s: %s", BENCH_FLOOR_DEVICE, strerror(errno));
}

static void measure_floor(const char *folder)
{
	floor_fd = bench_floor_begin(folder);
	measure("floor", by_floor);
	bench_floor_end(floor_fd);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: pwm MODULES");
	rover_calm();
	if (board_control("force", "left=0 right=0"))
		die("the wheels do not obey");
	bench_begin();
	measure_ours();
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	measure_floor(argv[1]);
	measure_pwm_gpio(argv[1]);
	thread_first = true;
	measure("thread.first", by_thread);
	thread_first = false;
	measure("thread", by_thread);
	return 0;
}
