// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rover in user space.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/gpio.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lines.h"
#include "measure.h"
#include "plain.h"
#include "util.h"

/* HC-SR04: at least 10 us. */
#define TRIGGER_NS	(12 * US)

/* The pulse begins within 20 ms, and lasts 38 ms when nothing is heard. */
#define BEGIN_MS	20
#define END_MS		60

#define PRIORITY	40

#define WATCHED		(GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | \
			 GPIO_V2_LINE_FLAG_EDGE_FALLING)

static void must(int result, const char *what)
{
	if (result < 0)
		die("%s: %s", what, strerror(errno));
}

static void set_level(int line, bool high)
{
	struct gpio_v2_line_values values = { .bits = high, .mask = 1 };

	must(ioctl(line, GPIO_V2_LINE_SET_VALUES_IOCTL, &values), "GPIO output");
}

static bool level(int line)
{
	struct gpio_v2_line_values values = { .mask = 1 };

	must(ioctl(line, GPIO_V2_LINE_GET_VALUES_IOCTL, &values), "GPIO input");
	return values.bits;
}

static void be_output(int line)
{
	struct gpio_v2_line_config config = {
		.flags = GPIO_V2_LINE_FLAG_OUTPUT,
		.num_attrs = 1,
		.attrs[0] = {
			.attr = { .id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, .values = 1 },
			.mask = 1,
		},
	};

	must(ioctl(line, GPIO_V2_LINE_SET_CONFIG_IOCTL, &config), "GPIO direction");
}

static void be_input(int line, enum plain_way way)
{
	struct gpio_v2_line_config config = {
		.flags = way == PLAIN_EVENTS ? WATCHED : GPIO_V2_LINE_FLAG_INPUT,
	};

	must(ioctl(line, GPIO_V2_LINE_SET_CONFIG_IOCTL, &config), "GPIO direction");
}

struct plain_sonar plain_sonar_open(unsigned int trigger, unsigned int echo, enum plain_way way)
{
	struct plain_sonar sonar = { .way = way, .echo = lines_watch(BIT_ULL(echo)) };

	sonar.trigger = trigger == echo ? sonar.echo : lines_output(BIT_ULL(trigger));
	be_input(sonar.echo, way);
	return sonar;
}

void plain_sonar_close(struct plain_sonar *sonar)
{
	if (sonar->trigger != sonar->echo)
		close(sonar->trigger);
	close(sonar->echo);
}

/* A shared line is turned round while the burst is sent. */
static void trigger(const struct plain_sonar *sonar)
{
	bool shared = sonar->trigger == sonar->echo;
	__s64 end_ns;

	if (shared)
		be_output(sonar->trigger);
	else
		set_level(sonar->trigger, true);
	end_ns = now_ns() + TRIGGER_NS;
	while (now_ns() < end_ns)
		;
	set_level(sonar->trigger, false);
	if (shared)
		be_input(sonar->echo, sonar->way);
}

/* When it has seen the line at this level; 0 if it does not in time. */
static __s64 polled_ns(int line, bool high, int ms)
{
	__s64 until_ns = now_ns() + ms * MS;
	__s64 seen_ns;

	do {
		bool seen = level(line) == high;

		seen_ns = now_ns();
		if (seen)
			return seen_ns;
	} while (seen_ns < until_ns);
	return 0;
}

/* When the kernel has seen an edge; likewise. */
static __s64 event_ns(int line, bool rising, int ms)
{
	unsigned int wanted = rising ? GPIO_V2_LINE_EVENT_RISING_EDGE :
				       GPIO_V2_LINE_EVENT_FALLING_EDGE;
	struct pollfd poller = { .fd = line, .events = POLLIN };
	struct gpio_v2_line_event event;

	do {
		if (poll(&poller, 1, ms) != 1)
			return 0;
		must(read(line, &event, sizeof(event)), "GPIO events");
	} while (event.id != wanted);
	return event.timestamp_ns;
}

__s64 plain_sonar_um(const struct plain_sonar *sonar)
{
	__s64 (*edge_ns)(int line, bool rising, int ms) =
		sonar->way == PLAIN_EVENTS ? event_ns : polled_ns;
	__s64 begin_ns, end_ns;

	trigger(sonar);
	begin_ns = edge_ns(sonar->echo, true, BEGIN_MS);
	if (!begin_ns)
		return -1;
	end_ns = edge_ns(sonar->echo, false, END_MS);
	return end_ns ? (__s64)((double)(end_ns - begin_ns) * PLAIN_UM_PER_NS) : -1;
}

void plain_be_first(bool first)
{
	struct sched_param ordinary = {};

	if (first)
		become_real_time(PRIORITY);
	else
		must(sched_setscheduler(0, SCHED_OTHER, &ordinary), "ordinary priority");
}
