/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every test needs: time, waiting for things, small files, processes.
 *
 * Functions end the test, with a reason, when the test bed itself fails; what
 * the rover answers is for the test to judge.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_UTIL_H
#define TESTS_UTIL_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

#include "kselftest.h"

#define MS		1000000LL	/* in nanoseconds */
#define BIT_ULL(n)	(1ULL << (n))

/* Ends the test as failed. */
__noreturn __printf(1, 2) void die(const char *format, ...);

/* How many times longer things may take than on a stock kernel: 1 or more. */
unsigned int slowness(void);

/* CLOCK_MONOTONIC, the clock of the rover and of the board's edge log. */
__s64 now_ns(void);
void pause_ns(__s64 ns);

/*
 * Waits until the condition holds, at most so many milliseconds on a stock
 * kernel; tells whether it came to hold.
 */
#define WITHIN(ms, condition) ({				\
	__s64 until_ns_ = now_ns() + (ms) * MS * slowness();	\
	bool holds_ = false;					\
								\
	while (!holds_) {					\
		holds_ = (condition);				\
		if (!holds_ && !wait_on(until_ns_))		\
			break;					\
	}							\
	holds_;							\
})

/* A moment; or false, at once, if it is that late already. */
bool wait_on(__s64 until_ns);

/* For what comes soon or never. */
#define EVENTUALLY(condition)	WITHIN(5000, condition)

/* Reads a file up to its size, ends it with NUL; its length, or -errno. */
ssize_t file_read(const char *path, char *text, size_t size);
/* One write(); 0 or -errno. A short one is -EIO. */
int file_write(const char *path, const char *text);
bool file_exists(const char *path);

/*
 * A command with its arguments, up to NULL. run() waits and gives its exit
 * status, 128 + the signal if one ended it; start() gives its process.
 */
int run(const char *command, ...) __attribute__((sentinel));
pid_t start(const char *command, ...) __attribute__((sentinel));
int wait_for(pid_t pid);

/* The rest of this process is another user, without capabilities. */
void become_user(uid_t uid, gid_t gid);

/* What an expression, 0 or -errno, gives another user: 0 or errno. */
#define AS_USER(uid, gid, expression) ({				\
	pid_t pid_ = fork();						\
									\
	if (!pid_) {							\
		become_user(uid, gid);					\
		_exit(-(expression));					\
	}								\
	wait_for(pid_);							\
})

#endif
