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
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"

static int signals = -1;

void interrupt_catch(void)
{
	struct sigaction hangup;
	sigset_t caught;

	sigemptyset(&caught);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGINT);
	signal(SIGINT, SIG_DFL);
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
		sigaddset(&caught, SIGHUP);
	sigprocmask(SIG_BLOCK, &caught, NULL);
	signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

int interrupt_wait_file(int64_t until_ns, int fd, bool *readable)
{
	struct pollfd polled[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int64_t left_ns = until_ns - clock_now_ns();
	struct timespec timeout = { 0 };
	struct signalfd_siginfo caught;

	if (left_ns > 0) {
		timeout.tv_sec = left_ns / NS_PER_S;
		timeout.tv_nsec = left_ns % NS_PER_S;
	}
	*readable = false;
	if (ppoll(polled, 2, &timeout, NULL) <= 0)
		return 0;
	*readable = polled[1].revents;
	if (!polled[0].revents || read(signals, &caught, sizeof(caught)) != sizeof(caught))
		return 0;
	return (int)caught.ssi_signo;
}

int interrupt_wait(int64_t until_ns)
{
	bool readable;

	return interrupt_wait_file(until_ns, -1, &readable);
}
