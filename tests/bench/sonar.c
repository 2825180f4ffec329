// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far from the truth the distance is that a read of the sonar gives, and how far
 * the readings are from each other, whoever measures.
 *
 *   sonar one|two MODULES	lines of the sensor, and the folder of the modules
 *				that scripts/peers builds
 *
 * The truth is the board's: what it took for the distance when the burst met the wall.
 * The rover stands still, so that it is the same for all readings at one place.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "device.h"
#include "plain.h"
#include "room.h"

#define READINGS	60	/* at each place */

/* Longer than the sensor's 60 ms, and than what an attribute takes for young, 100 ms. */
#define INTERVAL_NS	(110 * MS)

/* So that they do not go with the kernel's tick, of 4 ms. */
#define SPREAD_NS	(8 * MS)

/* No wire and no sensor loses so many pings: whoever does cannot measure. */
#define TRIES		10

/* What parallax,ping tells ends at 3 m. No whole millimetres, which would be told exactly. */
static const __s64 places_um[] = { 100350, 300640, 700170, 1300850, 2000480 };

static bool two_lines;

/*
 * Ours
 */
static int rover;

static __s64 by_ioctl(void)
{
	struct rover_range range = {};
	int err = rover_call(rover, ROVER_IOC_PING, &range);

	if (err)
		die("PING: %s", strerror(-err));
	return range.status == ROVER_RANGE_VALID ? range.range_um : -1;
}

static __s64 by_attribute(void)
{
	return attribute_number_or_fail("range") * 1000;
}

/*
 * IIO, in mm. The file is held open.
 */
static int iio;

static void iio_open(const char *device)
{
	char path[128];
	glob_t found;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/iio:device*/in_distance_raw",
		 device);
	if (glob(path, 0, NULL, &found) || found.gl_pathc != 1)
		die("%s has no driver", device);
	iio = open(found.gl_pathv[0], O_RDONLY);
	if (iio < 0)
		die("%s: %s", found.gl_pathv[0], strerror(errno));
	globfree(&found);
}

static __s64 by_iio(void)
{
	char text[32] = "";

	return pread(iio, text, sizeof(text) - 1, 0) > 0 ? atoll(text) * 1000 : -1;
}

/*
 * A program by itself
 */
static struct plain_sonar plain;

static __s64 by_program(void)
{
	return plain_sonar_um(&plain);
}

static __s64 read_um(__s64 (*read)(void))
{
	unsigned int tries;
	__s64 um;

	for (tries = 0; tries < TRIES; tries++) {
		pause_ns(INTERVAL_NS + random() % SPREAD_NS);
		um = read();
		if (um >= 0)
			return um;
	}
	die("no distance in %u pings", TRIES);
}

static void tell(const char *who, const char *when, const char *what, struct samples *samples)
{
	char key[96];

	snprintf(key, sizeof(key), "sonar.%s.%s.%s.%s", two_lines ? "two" : "one", who, when, what);
	bench_tell(key, samples);
}

/* In micrometres, which are told as millimetres. */
static void measure(const char *who, const char *when, __s64 (*read)(void))
{
	struct samples errors = {}, spread = {};
	unsigned int i, j;

	srandom(1);
	for (i = 0; i < ARRAY_SIZE(places_um); i++) {
		struct samples readings = {};
		__s64 median_um;

		room_stand_um(places_um[i]);
		for (j = 0; j < READINGS; j++) {
			__s64 um = read_um(read);

			samples_add(&readings, um);
			samples_add(&errors, llabs(um - truth("sonar_last_distance_um")));
		}
		median_um = samples_at(&readings, 500);
		for (j = 0; j < READINGS; j++)
			samples_add(&spread, llabs(readings.value[j] - median_um));
		samples_free(&readings);
	}
	tell(who, when, "error", &errors);
	tell(who, when, "spread", &spread);
}

/* @first: whoever reads has a real-time priority. The first reading of a driver may fail. */
static void measure_both(const char *who, __s64 (*read)(void), bool first)
{
	read();
	plain_be_first(first);
	measure(who, "idle", read);
	bench_load();
	measure(who, "loaded", read);
	bench_unload();
	plain_be_first(false);
}

static void measure_ours(void)
{
	rover = rover_open_or_fail(O_RDWR);
	measure_both("ours", by_ioctl, false);
	measure_both("attribute", by_attribute, false);
	close(rover);
}

static void measure_driver(const char *folder, const char *module, const char *device)
{
	bench_module_in(folder, "industrialio");
	bench_module_in(folder, module);
	iio_open(device);
	measure_both(module, by_iio, true);
	close(iio);
	bench_module_out(module);
	bench_module_out("industrialio");
}

static void measure_program(const char *who, enum plain_way way, bool first)
{
	plain = plain_sonar_open(SONAR_LINE, SONAR_LINE + two_lines, way);
	measure_both(who, by_program, first);
	plain_sonar_close(&plain);
}

/*
 * The least that a distance can differ by: a step of the clock of this machine.
 */
#define STEPS		100

static void measure_step(void)
{
	struct samples steps = {};

	while (steps.count < STEPS) {
		__s64 begin_ns = now_ns(), end_ns;

		do
			end_ns = now_ns();
		while (end_ns == begin_ns);
		samples_add(&steps, (__s64)((end_ns - begin_ns) * PLAIN_UM_PER_NS + 0.5));
	}
	tell("floor", "idle", "step", &steps);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: sonar one|two MODULES");
	two_lines = !strcmp(argv[1], "two");
	rover_calm();
	room_one_wall();
	bench_begin();
	measure_step();
	measure_ours();
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	if (two_lines)
		measure_driver(argv[2], "srf04", "bench-srf04");
	else
		measure_driver(argv[2], "ping", "bench-ping");
	measure_program("polled", PLAIN_POLLED, false);
	measure_program("polled.first", PLAIN_POLLED, true);
	measure_program("events.first", PLAIN_EVENTS, true);
	return 0;
}
