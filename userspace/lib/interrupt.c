// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for a time, for a file or for the user to have enough, whichever
 * comes first
 *
 * Copyright (C) 2026 The rover authors
 */
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"

static int signals = -1;
static sigset_t caught;

static void interrupt_listen(void)
{
	sigprocmask(SIG_BLOCK, &caught, NULL);
	signals = signalfd(signals, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

void interrupt_catch(void)
{
	struct sigaction hangup;

	sigemptyset(&caught);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGINT);
	signal(SIGINT, SIG_DFL);
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
		sigaddset(&caught, SIGHUP);
	interrupt_listen();
}

void interrupt_catch_too(int signal_number)
{
	sigaddset(&caught, signal_number);
	interrupt_listen();
}

int interrupt_wait_files(int64_t until_ns, struct pollfd *files, unsigned int count)
{
	struct pollfd polled[1 + INTERRUPT_FILES_MAX] = { { .fd = signals, .events = POLLIN } };
	int64_t left_ns = until_ns - clock_now_ns();
	struct timespec timeout = { 0 };
	struct signalfd_siginfo came;
	unsigned int i;
	int ready;

	if (left_ns > 0) {
		timeout.tv_sec = left_ns / NS_PER_S;
		timeout.tv_nsec = left_ns % NS_PER_S;
	}
	memcpy(&polled[1], files, count * sizeof(*files));
	ready = ppoll(polled, 1 + count, &timeout, NULL);
	for (i = 0; i < count; i++)
		files[i].revents = ready > 0 ? polled[1 + i].revents : 0;
	if (ready <= 0 || !polled[0].revents || read(signals, &came, sizeof(came)) != sizeof(came))
		return 0;
	return (int)came.ssi_signo;
}

int interrupt_wait_file(int64_t until_ns, int fd, bool *readable)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	int signal_number = interrupt_wait_files(until_ns, &file, 1);

	*readable = file.revents;
	return signal_number;
}

int interrupt_wait(int64_t until_ns)
{
	return interrupt_wait_files(until_ns, NULL, 0);
}
