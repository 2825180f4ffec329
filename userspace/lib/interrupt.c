// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for a time or for the user to have enough, whichever comes first
 *
 * Copyright (C) 2026 The rover authors
 */
#include <signal.h>
#include <stddef.h>

#include "clock.h"
#include "interrupt.h"

static sigset_t caught;

void interrupt_catch(void)
{
	struct sigaction hangup;

	sigemptyset(&caught);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGINT);
	signal(SIGINT, SIG_DFL);
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
		sigaddset(&caught, SIGHUP);
	sigprocmask(SIG_BLOCK, &caught, NULL);
}

int interrupt_wait(int64_t until_ns)
{
	int64_t left_ns = until_ns - clock_now_ns();
	struct timespec timeout = { 0 };
	int signal_number;

	if (left_ns > 0) {
		timeout.tv_sec = left_ns / NS_PER_S;
		timeout.tv_nsec = left_ns % NS_PER_S;
	}
	signal_number = sigtimedwait(&caught, NULL, &timeout);
	return signal_number > 0 ? signal_number : 0;
}
