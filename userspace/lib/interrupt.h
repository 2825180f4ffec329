/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a time, for a file or for the user to have enough, whichever
 * comes first
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_INTERRUPT_H
#define ROVER_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * From here on SIGINT, SIGTERM and SIGHUP only end a wait. A SIGHUP that is
 * ignored stays so (nohup); SIGINT does not, although a shell ignores it for
 * what it starts in the background: who says stop is to be heard.
 */
void interrupt_catch(void);

/* Another signal that is to end a wait, after interrupt_catch(). */
void interrupt_catch_too(int signal_number);

/**
 * interrupt_wait() - wait until a time
 * @until_ns: of CLOCK_MONOTONIC; in the past: only look
 *
 * May return early for no reason, as after SIGSTOP and SIGCONT.
 *
 * Return: the signal that came, or 0.
 */
int interrupt_wait(int64_t until_ns);

/**
 * interrupt_wait_file() - wait until a time, or until a file can be read
 * @until_ns: as above
 * @fd: the file
 * @readable: returns whether there is something to read, or an error
 *
 * Return: as above.
 */
int interrupt_wait_file(int64_t until_ns, int fd, bool *readable);

#define INTERRUPT_FILES_MAX	3

/**
 * interrupt_wait_files() - wait until a time, or until one of several files is ready
 * @until_ns: as above
 * @files: as for poll(); .revents is what it returns
 * @count: at most INTERRUPT_FILES_MAX
 *
 * Return: as above.
 */
int interrupt_wait_files(int64_t until_ns, struct pollfd *files, unsigned int count);

#endif
