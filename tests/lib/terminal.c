// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program on a terminal of its own, as under a person's hands and eyes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <utmp.h>
#include <unistd.h>

#include "terminal.h"

#define ARGUMENTS_MAX	15

static __noreturn void pty_child(const struct pty *pty, const char *type, char **words)
{
	close(pty->fd);
	if (login_tty(pty->slave))
		die("no terminal: %s", strerror(errno));
	if (type)
		setenv("TERM", type, 1);
	else
		unsetenv("TERM");
	execvp(words[0], words);
	die("cannot run %s: %s", words[0], strerror(errno));
}

void pty_start(struct pty *pty, const char *type, int rows, int columns, const char *command, ...)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };
	const char *words[ARGUMENTS_MAX + 1] = { command };
	unsigned int count = 1;
	va_list list;

	va_start(list, command);
	while (count < ARGUMENTS_MAX && (words[count] = va_arg(list, const char *)))
		count++;
	va_end(list);

	memset(pty, 0, sizeof(*pty));
	screen_init(&pty->screen, rows, columns);
	if (openpty(&pty->fd, &pty->slave, NULL, NULL, &size) ||
	    tcgetattr(pty->slave, &pty->before))
		die("no terminal: %s", strerror(errno));
	fcntl(pty->fd, F_SETFL, O_NONBLOCK);
	/* What runs next must not keep this terminal open. */
	fcntl(pty->fd, F_SETFD, FD_CLOEXEC);
	fflush(stdout);
	pty->pid = fork();
	if (!pty->pid)
		pty_child(pty, type, (char **)words);
	fcntl(pty->slave, F_SETFD, FD_CLOEXEC);
}

void pty_close(struct pty *pty)
{
	if (pty->slave >= 0)
		close(pty->slave);
	if (pty->fd >= 0)
		close(pty->fd);
	pty->slave = -1;
	pty->fd = -1;
}

void pty_end(struct pty *pty)
{
	if (pty->pid > 0) {
		kill(pty->pid, SIGKILL);
		wait_for(pty->pid);
	}
	pty->pid = 0;
	pty_close(pty);
}

void pty_resize(struct pty *pty, int rows, int columns)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };

	pty_read(pty);
	screen_resize(&pty->screen, rows, columns);
	if (ioctl(pty->fd, TIOCSWINSZ, &size))
		die("no resize: %s", strerror(errno));
}

void pty_type(struct pty *pty, const char *keys)
{
	size_t length = strlen(keys);

	if (write(pty->fd, keys, length) != (ssize_t)length)
		die("cannot type: %s", strerror(errno));
}

void pty_read(struct pty *pty)
{
	char bytes[4096];
	ssize_t length;

	while (pty->fd >= 0 && (length = read(pty->fd, bytes, sizeof(bytes))) > 0)
		screen_write(&pty->screen, bytes, length);
}

bool pty_shows(struct pty *pty, const char *text)
{
	pty_read(pty);
	return screen_find(&pty->screen, text) >= 0;
}

bool pty_ended(struct pty *pty, int *status)
{
	int found;

	pty_read(pty);
	if (waitpid(pty->pid, &found, WNOHANG) != pty->pid)
		return false;
	pty->pid = 0;
	pty_read(pty);
	*status = WIFEXITED(found) ? WEXITSTATUS(found) : 128 + WTERMSIG(found);
	return true;
}

bool pty_is_restored(struct pty *pty)
{
	struct termios now;

	pty_read(pty);
	return !tcgetattr(pty->slave, &now) &&
	       now.c_iflag == pty->before.c_iflag && now.c_oflag == pty->before.c_oflag &&
	       now.c_cflag == pty->before.c_cflag && now.c_lflag == pty->before.c_lflag &&
	       !memcmp(now.c_cc, pty->before.c_cc, sizeof(now.c_cc)) &&
	       !pty->screen.is_alternate && !pty->screen.is_cursor_hidden &&
	       !pty->screen.is_keypad;
}
