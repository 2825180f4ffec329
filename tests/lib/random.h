/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random calls of the ABI: right ones, ones with a single flaw, and nonsense.
 * The same seed gives the same calls.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <linux/rover.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a call. */
enum random_flaw {
	RANDOM_VALID,		/* nothing: only the rover's state may forbid it */
	RANDOM_FLAG,		/* unknown flag or mode, or a reserved field: EINVAL */
	RANDOM_LIMIT,		/* a value beyond its limits: ERANGE */
	RANDOM_TAIL,		/* a longer structure with something in it: E2BIG */
	RANDOM_EMPTY,		/* no structure at all: EINVAL */
	RANDOM_UNKNOWN,		/* no such call: ENOTTY */
	RANDOM_NONSENSE,	/* bytes and a size by chance: who knows */
	RANDOM_FLAWS,
};

/* The largest structure of the ABI fits, with a tail. */
#define RANDOM_SIZE	512

struct random_call {
	__u8 bytes[RANDOM_SIZE];	/* first: as aligned as the pointer */
	const char *name;
	unsigned int command;	/* as ioctl() takes it, with the size of what is given */
	unsigned int size;	/* likewise */
	enum random_flaw flaw;
};

void random_seed(__u64 seed);
/* 0 .. below - 1 */
__u64 random_below(__u64 below);
/* from .. to */
__s64 random_between(__s64 from, __s64 to);
void random_bytes(void *bytes, size_t size);

void random_call(struct random_call *call);

/*
 * Whether the ABI allows this result, 0 or an errno: what the flaw deserves, or
 * what the rover's state and the file may say of the call.
 */
bool random_result_is_lawful(const struct random_call *call, int error);

#endif
