// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verb cockpit: drive from the keyboard, with everything in view
 *
 * Whatever ends this program stops the rover: a key drives for COCKPIT_HOLD_MS
 * only, signals that can be caught stop it before they are obeyed, when this is
 * killed its file closes, and when it hangs or is stopped the deadman expires.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "cockpit.h"
#include "command.h"
#include "interrupt.h"
#include "output.h"
#include "terminal.h"

/* What is on the screen is at most that old. */
#define COCKPIT_DRAW_NS		(100 * NS_PER_MS)

#define COCKPIT_POWER		500

#define COCKPIT_KINDS	(1 << ROVER_EVENT_STATE | 1 << ROVER_EVENT_STOP |	\
			 1 << ROVER_EVENT_DONE | 1 << ROVER_EVENT_LEASE |	\
			 1 << ROVER_EVENT_RANGE | 1 << ROVER_EVENT_SENSOR |	\
			 1 << ROVER_EVENT_SERVO | 1 << ROVER_EVENT_SETTING)

void cockpit_say(struct cockpit *cockpit, bool is_loud, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	vsnprintf(cockpit->said, sizeof(cockpit->said), text, args);
	va_end(args);
	cockpit->is_loud = is_loud;
}

void cockpit_delay(struct cockpit_delay *delay, int64_t ns)
{
	delay->last = ns;
	if (ns > delay->worst)
		delay->worst = ns;
}

static bool cockpit_look(struct cockpit *cockpit, struct failure *failure)
{
	int64_t now_ns;

	if (!device_snapshot(&cockpit->device, &cockpit->now, failure))
		return false;
	now_ns = clock_now_ns();
	if (cockpit->now_ns)
		cockpit_delay(&cockpit->look_ns, now_ns - cockpit->now_ns);
	cockpit->now_ns = now_ns;
	return true;
}

static bool cockpit_read(struct cockpit *cockpit, struct failure *failure)
{
	struct rover_event event;
	int got;

	while ((got = device_event(&cockpit->device, &event, failure)) > 0) {
		cockpit_event(cockpit, &event);
		if (event.type == ROVER_EVENT_STOP)
			cockpit_stopped(cockpit, &event.stop);
	}
	return !got;
}

/* Return: false to leave; then *failure says why if it is not by wish. */
static bool cockpit_keys(struct cockpit *cockpit, struct failure *failure)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key == 'q' || key == 'Q')
			return false;
		/* Nobody drives what is not to be seen; to stop it works always. */
		if (!cockpit->fits && key != ' ' && key != 'e')
			continue;
		if (!cockpit_key(cockpit, key, failure))
			return false;
	}
	return true;
}

/* Return: false to leave. */
static bool cockpit_signal(struct cockpit *cockpit, int signal_number)
{
	switch (signal_number) {
	case 0:
		return true;
	case SIGWINCH:
		cockpit->fits = terminal_resize();
		if (!cockpit->fits)
			cockpit_park(cockpit);
		erase();
		return true;
	case SIGTSTP:
		cockpit_park(cockpit);
		terminal_suspend();
		cockpit->now_ns = 0;
		cockpit_say(cockpit, false, "back again; the rover was stopped meanwhile");
		return true;
	}
	return false;	/* to leave is what the others ask for */
}

static bool cockpit_terminal_is_gone(const struct pollfd *terminal, struct failure *failure)
{
	if (!(terminal->revents & (POLLHUP | POLLERR | POLLNVAL)))
		return false;
	failure_set(failure, EIO, NULL, "the terminal is gone; the rover was stopped");
	return true;
}

static bool cockpit_fly(struct cockpit *cockpit, struct failure *failure)
{
	int64_t draw_ns = 0;

	for (;;) {
		struct pollfd files[] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = cockpit->device.fd, .events = POLLIN },
		};
		int64_t drive_ns = cockpit_drive_next_ns(cockpit);
		int signal_number;

		if (clock_now_ns() >= draw_ns) {
			if (!cockpit_look(cockpit, failure))
				return false;
			cockpit_draw(cockpit);
			draw_ns = clock_now_ns() + COCKPIT_DRAW_NS;
		}
		signal_number = interrupt_wait_files(drive_ns < draw_ns ? drive_ns : draw_ns,
						     files, 2);
		/*
		 * What the rover has to say comes before what the clock says: after a
		 * pause of this process both are due, and the reason is the rover's.
		 */
		if (!cockpit_signal(cockpit, signal_number) ||
		    cockpit_terminal_is_gone(&files[0], failure) ||
		    (files[0].revents && !cockpit_keys(cockpit, failure)) ||
		    !cockpit_read(cockpit, failure) ||
		    !cockpit_drive_tick(cockpit, failure))
			return false;
		/* What changed is to be seen at once. */
		if (files[0].revents || signal_number)
			draw_ns = 0;
	}
}

static int cockpit_run(const struct context *context, const struct command *command)
{
	static const int signals[] = { SIGQUIT, SIGTSTP, SIGWINCH };
	struct cockpit cockpit = { .power_permille = COCKPIT_POWER, .fits = true };
	struct failure failure = { 0 };
	size_t i;

	(void)command;
	if (!terminal_check(&failure) ||
	    !device_open(&cockpit.device, context->node, O_RDWR | O_NONBLOCK, &failure))
		return output_failure(context, &failure);

	interrupt_catch();
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		interrupt_catch_too(signals[i]);
	if (device_listen(&cockpit.device, COCKPIT_KINDS, &failure) && terminal_begin(&failure)) {
		cockpit_say(&cockpit, false, "hold an arrow key to drive; let it go to stop");
		cockpit_fly(&cockpit, &failure);
		cockpit_park(&cockpit);
		terminal_end();
	}
	device_close(&cockpit.device);
	return failure.error ? output_failure(context, &failure) : EXIT_DONE;
}

static const char cockpit_details[] =
	"Shows the rover on the whole terminal and drives it while a key is held:\n"
	"\n"
	"  arrow keys     forward, backward; spin left, right; left and right while it\n"
	"                 goes forward or backward drive a curve\n"
	"  PgUp, PgDn     more or less power\n"
	"  space          stop\n"
	"  e, c           emergency stop; clear it\n"
	"  w, s, a, d, x  head up, down, left, right, straight ahead\n"
	"  q              leave\n"
	"\n"
	"A terminal does not tell when a key is let go: a key drives as long as it\n"
	"repeats, and the rover stops 0.7 s after the last one. It holds the lease while\n"
	"it drives, and the rover stops when this ends, however it ends, when the terminal\n"
	"or the connection is lost, and while this is suspended by Ctrl-Z. Needs 80x24.\n";

static const struct command cockpit_commands[] = {
	{
		.name = "cockpit",
		.summary = "drive from the keyboard, with everything in view",
		.details = cockpit_details,
		.run = cockpit_run,
	},
	{ 0 }
};

COMMANDS(cockpit_commands);
