/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who counts edges of the wheels' encoders.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_RATE_H
#define BENCH_RATE_H

#include <linux/types.h>
#include <stdbool.h>

struct rate_counter {
	const char *name;
	bool rising_only;		/* has no interrupts of falling edges */
	void (*begin)(bool quadrature);
	/* Edges of both wheels; without it, all that interrupted. */
	__s64 (*counted)(void);
	void (*end)(void);
};

/* The folder of those that are modules. */
void rate_modules(const char *folder);

extern const struct rate_counter rate_ours;
/* A handler that does nothing. */
extern const struct rate_counter rate_empty;
/* A program that reads the events of GPIO lines. */
extern const struct rate_counter rate_consumer;
/* interrupt-cnt; for one line a wheel. */
extern const struct rate_counter rate_counter;
/* rotary-encoder, nobody reading; for two lines a wheel. */
extern const struct rate_counter rate_rotary;

#endif
