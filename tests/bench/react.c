// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long it takes from the end of an echo that tells "too near" until both bridges
 * brake: from that edge of the sonar's line to the last edge of the motors' pins, by
 * the board's own log of edges.
 *
 *   react gpio|hwpwm [MODULES]	what the motors' pins are driven by; with the folder of
 *				the modules that scripts/peers builds, also the floor
 *
 * The rover drives fast, at a wall 300 mm or 1 m away, and would not stop before it is at it;
 * then its limit becomes 3 m, and the next ping is to stop it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "brake.h"
#include "device.h"
#include "event.h"
#include "lines.h"
#include "plain.h"
#include "room.h"
#include "stockpwm.h"

#define STOPS		200
#define NEAR_MM		300	/* the echo takes less than half a tick: see stand() */
#define FAR_MM		1000	/* beside others, programs need more than one ping */
#define LIMIT_MM	3000
#define PERIOD_NS	100000	/* of the overlay, with hwpwm */

/* So that stops do not go with the kernel's tick, of 4 ms. */
#define TICK_NS		(4 * MS)
#define SPREAD_NS	(8 * MS)

/* From the first edge to the last one, and all that follows. */
#define AFTER_NS	(15 * MS)

static bool hwpwm;
static unsigned int wall_mm;

/* The board's log of a stop; how long it took. */
static __s64 logged_ns(void)
{
	struct board_edges edges;
	__s64 ns;

	pause_ns(AFTER_NS);
	edges = board_edges_read();
	ns = brake_ns(&edges, 0) - brake_echo_ns(&edges);
	board_edges_free(&edges);
	return ns;
}

static void watch(void)
{
	if (!EVENTUALLY(wheels_turn(1, 1)))
		die("the wheels do not turn");
	pause_ns(random() % SPREAD_NS);
	board_edges_start(MOTOR_LINES | BIT_ULL(SONAR_LINE));
}

/*
 * And begins at any time of the kernel's tick of 4 ms: the first interrupt of an idle
 * processor after a tick that was left out has the clock to catch up, some 650
 * instructions. From so near a wall, most echoes end without one since they began, so
 * that the median has none of it, in each boot; what the others take is in the 99 %.
 */
static void stand(void)
{
	room_stand(wall_mm);
	pause_ns(random() % TICK_NS);
}

/*
 * Ours: the guard is drawn tight while it drives.
 */
static int rover;

static void set_guard_mm(unsigned int mm)
{
	struct rover_settings settings = { .fields = ROVER_SET_GUARD, .guard_um = mm * 1000 };

	if (rover_call(rover, ROVER_IOC_CONFIGURE, &settings))
		die("the guard cannot be set");
}

/* What the driver says itself, from its handler on: a part of it. */
static struct samples told;

static __s64 our_stop_ns(void)
{
	struct rover_event event;

	set_guard_mm(30);
	stand();
	if (rover_take(rover, ROVER_TAKE_DEADMAN, 5000) || rover_duty(rover, 1000, 1000))
		die("the rover does not move");
	watch();
	set_guard_mm(LIMIT_MM);
	do {
		if (!event_next(rover, 5000, &event))
			die("it does not stop");
	} while (event.stop.reason != ROVER_REASON_GUARD);
	samples_add(&told, event.stop.latency_ns * 1000LL);
	return logged_ns();
}

/*
 * A program that waits for the edges of the echo, works out the distance, and sets the
 * pins; it has asked for all of them before.
 */
static struct plain_sonar sonar;
static int lines;
static struct stock_pwm pwm[2];

/* In one request. Lines by number: RIGHT_IN2 12, RIGHT_IN1 13, LEFT_IN1 16, LEFT_IN2 19. */
#define ALL_FORWARD	0x6
#define ALL_BRAKE	0xf

static void set_lines(unsigned int bits)
{
	struct gpio_v2_line_values values = { .mask = 0xf, .bits = bits };

	if (ioctl(lines, GPIO_V2_LINE_SET_VALUES_IOCTL, &values))
		die("GPIO: %s", strerror(errno));
}

static void set_pwm(__s64 duty_ns)
{
	stock_pwm_set(&pwm[0], duty_ns);
	stock_pwm_set(&pwm[1], duty_ns);
}

/* IN1 is high in both: with PWM only IN2 has to change. */
static void program_drives(bool drive)
{
	if (hwpwm)
		set_pwm(drive ? 0 : PERIOD_NS);
	else
		set_lines(drive ? ALL_FORWARD : ALL_BRAKE);
}

/* Beside others it may turn its line round too late for an echo, again and again. */
static bool program_stops(void)
{
	__s64 um, collisions = truth("collisions");

	watch();
	do {
		um = plain_sonar_um(&sonar);
		/* At the wall there is no echo any more. */
		if (um < 0 && truth("collisions") > collisions)
			return false;
	} while (um < 0 || um > LIMIT_MM * 1000);
	return true;
}

static __s64 program_stop_ns(void)
{
	bool stops;

	stand();
	program_drives(true);
	stops = program_stops();
	program_drives(false);
	return stops ? logged_ns() : -1;
}

static void program_begin(void)
{
	unsigned int i;

	sonar = plain_sonar_open(SONAR_LINE, SONAR_LINE, PLAIN_EVENTS);
	if (!hwpwm) {
		lines = lines_output(MOTOR_LINES);
		return;
	}
	for (i = 0; i < 2; i++)
		pwm[i] = stock_pwm_open("rover-sim:pwm", i, PERIOD_NS);
	lines = lines_output(BIT_ULL(LEFT_IN1) | BIT_ULL(RIGHT_IN1));
	lines_set(lines, BIT_ULL(LEFT_IN1) | BIT_ULL(RIGHT_IN1),
		  BIT_ULL(LEFT_IN1) | BIT_ULL(RIGHT_IN1));
}

static void program_end(void)
{
	plain_sonar_close(&sonar);
	close(lines);
	if (hwpwm) {
		stock_pwm_close(&pwm[0]);
		stock_pwm_close(&pwm[1]);
	}
}

/*
 * The least: a handler that does nothing but set two pins, or its thread two channels,
 * when a wheel's encoder has an edge.
 */
#define FLOOR_LINE	22
#define FLOOR_DRIVE	"left=100000 right=0"	/* some 20 edges a second */
#define FLOOR_SPAN_NS	(5000 * MS)

static void measure_floor(const char *when)
{
	struct samples samples = {};
	struct board_edges edges;
	__s64 edge_ns = 0;
	unsigned int set = 0;
	char key[32];
	size_t i;

	board_edges_start(BIT_ULL(FLOOR_LINE) | BIT_ULL(LEFT_IN2) | BIT_ULL(RIGHT_IN2));
	if (board_control("force", FLOOR_DRIVE))
		die("the wheels do not obey");
	pause_ns(FLOOR_SPAN_NS);
	board_control("force", "left=0 right=0");
	edges = board_edges_read();
	for (i = 0; i < edges.count; i++) {
		if (edges.edge[i].line == FLOOR_LINE) {
			edge_ns = edges.edge[i].time_ns;
			set = 0;
		} else if (++set == 2) {
			samples_add(&samples, (edges.edge[i].time_ns - edge_ns) * 1000);
		}
	}
	board_edges_free(&edges);
	snprintf(key, sizeof(key), "react.%s.floor.%s", hwpwm ? "hwpwm" : "gpio", when);
	bench_tell(key, &samples);
	board_control("force", "left=off right=off");
}

static void measure_floors(const char *folder)
{
	bench_module_in(folder, "bench_floor");
	measure_floor("idle");
	bench_load();
	measure_floor("loaded");
	bench_unload();
	bench_module_out("bench_floor");
}

/* Of the stops; who hits the wall instead (-1) is told so, and tries again. */
static void measure(const char *who, const char *when, __s64 (*stop_ns)(void))
{
	struct samples samples = {};
	unsigned int hits = 0;
	char key[64];

	wall_mm = strcmp(when, "loaded") ? NEAR_MM : FAR_MM;
	srandom(1);
	/* What is done for the first time takes longer. */
	stop_ns();
	while (samples.count < STOPS && hits < STOPS) {
		__s64 span_ns = stop_ns();

		if (span_ns >= 0)
			samples_add(&samples, span_ns * 1000);
		else
			hits++;
	}
	if (hits)
		printf("# %s, %s: %u hits of the wall\n", who, when, hits);
	if (samples.count < STOPS)
		die("%s hits the wall more often than it stops", who);
	snprintf(key, sizeof(key), "react.%s.%s.%s", hwpwm ? "hwpwm" : "gpio", who, when);
	bench_tell(key, &samples);
}

/* Not with PWM by the hardware: the driver does not wait for that. */
static void tell_what_was_told(const char *when)
{
	char key[64];

	snprintf(key, sizeof(key), "react.gpio.driver.%s", when);
	if (hwpwm)
		samples_free(&told);
	else
		bench_tell(key, &told);
}

static void measure_ours(void)
{
	rover = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	event_listen(rover, 1 << ROVER_EVENT_STOP);
	measure("ours", "idle", our_stop_ns);
	tell_what_was_told("idle");
	bench_load();
	measure("ours", "loaded", our_stop_ns);
	bench_unload();
	tell_what_was_told("loaded");
	close(rover);
}

static void measure_program(const char *who, bool first)
{
	plain_be_first(first);
	measure(who, "idle", program_stop_ns);
	bench_load();
	measure(who, "loaded", program_stop_ns);
	bench_unload();
	plain_be_first(false);
}

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		die("usage: react gpio|hwpwm [MODULES]");
	hwpwm = !strcmp(argv[1], "hwpwm");
	rover_calm();
	room_one_wall();
	bench_begin();
	measure_ours();
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	if (argc == 3)
		measure_floors(argv[2]);
	program_begin();
	measure_program("program.first", true);
	measure_program("program", false);
	program_end();
	return 0;
}
