// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal as a full screen, by curses: begun, left and given back
 *
 * Signals are read as a file by who uses this, so curses must see none: it would
 * draw from its handlers.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "terminal.h"

/* An escape key alone is told from the beginning of an arrow key by this, ms. */
#define TERMINAL_ESCAPE_MS	50

static SCREEN *screen;
static bool is_shown;

static bool terminal_size(struct winsize *size)
{
	return !ioctl(STDOUT_FILENO, TIOCGWINSZ, size) && size->ws_row && size->ws_col;
}

static bool terminal_check_size(struct failure *failure)
{
	struct winsize size;

	/* A serial line does not know its size, and curses takes the terminal's usual one. */
	if (!terminal_size(&size) ||
	    (size.ws_row >= TERMINAL_ROWS && size.ws_col >= TERMINAL_COLUMNS))
		return true;
	failure_set(failure, EINVAL, "make the window larger",
		    "the terminal is too small: %ux%u, and this needs %dx%d",
		    size.ws_col, size.ws_row, TERMINAL_COLUMNS, TERMINAL_ROWS);
	return false;
}

static bool terminal_check_type(struct failure *failure)
{
	const char *type = getenv("TERM");
	int found, result;

	if (!type || !type[0]) {
		failure_set(failure, EINVAL, "say what it is: TERM=xterm roverctl cockpit",
			    "TERM is not set: the kind of this terminal is not known");
		return false;
	}
	result = setupterm(type, STDOUT_FILENO, &found);
	if (result == ERR && found < 0)
		failure_set(failure, ENOENT, "install the package ncurses-base, or set TERMINFO",
			    "there are no descriptions of terminals on this system");
	else if (result == ERR && !found)
		failure_set(failure, EINVAL,
			    "set TERM to what it resembles (xterm, vt100, linux), or install ncurses-term",
			    "the terminal '%s' (TERM) is unknown here", type);
	else if (result == ERR || !cursor_address || !clear_screen)
		failure_set(failure, EINVAL, "use another, or: roverctl forward --for MS",
			    "the terminal '%s' (TERM) cannot show a full screen", type);
	else
		return true;
	return false;
}

bool terminal_check(struct failure *failure)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		failure_set(failure, ENOTTY, "for scripts there are the other verbs: roverctl help",
			    "standard input and output must be a terminal");
		return false;
	}
	return terminal_check_type(failure) && terminal_check_size(failure);
}

bool terminal_begin(struct failure *failure)
{
	setlocale(LC_ALL, "");
	use_tioctl(TRUE);
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		failure_set(failure, EIO, NULL, "the terminal cannot be set up");
		return false;
	}
	is_shown = true;
	set_escdelay(TERMINAL_ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	return true;
}

void terminal_end(void)
{
	if (is_shown)
		endwin();
	is_shown = false;
}

void terminal_suspend(void)
{
	terminal_end();
	raise(SIGSTOP);
	terminal_resize();
	clearok(curscr, TRUE);
	refresh();
	is_shown = true;
}

bool terminal_resize(void)
{
	struct winsize size;

	if (terminal_size(&size))
		resizeterm(size.ws_row, size.ws_col);
	return LINES >= TERMINAL_ROWS && COLS >= TERMINAL_COLUMNS;
}
