/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rover in user space, as programs without a driver of their own have it: its
 * sonar by GPIO lines of the character device. It asks for its lines once.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include <linux/types.h>
#include <stdbool.h>

/* How it learns when the echo begins and ends. */
enum plain_way {
	PLAIN_POLLED,	/* it looks at the line, again and again */
	PLAIN_EVENTS,	/* the kernel tells it, with the time of the edge */
};

struct plain_sonar {
	enum plain_way way;
	int trigger;	/* descriptor of a request for that line */
	int echo;	/* the same if they share a line */
};

struct plain_sonar plain_sonar_open(unsigned int trigger, unsigned int echo, enum plain_way way);
void plain_sonar_close(struct plain_sonar *sonar);

/* Of air of 20 degrees; there and back. */
#define PLAIN_SOUND_M_S	343.2
#define PLAIN_UM_PER_NS	(PLAIN_SOUND_M_S / 1000 / 2)

/* Pings: how far, in um; -1 without an echo. */
__s64 plain_sonar_um(const struct plain_sonar *sonar);

/* Real-time, below the rover's own thread; or like most processes. */
void plain_be_first(bool first);

#endif
