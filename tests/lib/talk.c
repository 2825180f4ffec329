// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that asks: through pipes, question by question.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "talk.h"
#include "util.h"

#define ARGUMENTS_MAX	15

void talk_start(struct talk *talk, const char *command, ...)
{
	const char *words[ARGUMENTS_MAX + 1] = { command };
	int to[2], from[2][2], i;
	unsigned int count = 1;
	va_list list;

	va_start(list, command);
	while (count < ARGUMENTS_MAX && (words[count] = va_arg(list, const char *)))
		count++;
	va_end(list);

	memset(talk, 0, sizeof(*talk));
	if (pipe2(to, O_CLOEXEC) || pipe2(from[0], O_CLOEXEC) || pipe2(from[1], O_CLOEXEC))
		die("no pipes: %s", strerror(errno));
	fflush(stdout);
	talk->pid = fork();
	if (!talk->pid) {
		dup2(to[0], 0);
		dup2(from[0][1], 1);
		dup2(from[1][1], 2);
		execvp(command, (char **)words);
		die("cannot run %s: %s", command, strerror(errno));
	}
	close(to[0]);
	talk->to = to[1];
	for (i = 0; i < 2; i++) {
		close(from[i][1]);
		talk->from[i] = from[i][0];
		fcntl(talk->from[i], F_SETFL, O_NONBLOCK);
	}
	signal(SIGPIPE, SIG_IGN);
}

void talk_hang_up(struct talk *talk)
{
	if (talk->to >= 0)
		close(talk->to);
	talk->to = -1;
}

void talk_end(struct talk *talk)
{
	if (!talk->from[1])
		return;	/* never begun */
	if (talk->pid > 0) {
		kill(talk->pid, SIGKILL);
		wait_for(talk->pid);
	}
	talk_hang_up(talk);
	close(talk->from[0]);
	close(talk->from[1]);
	memset(talk, 0, sizeof(*talk));
}

void talk_say(struct talk *talk, const char *text, ...)
{
	va_list list;

	va_start(list, text);
	vdprintf(talk->to, text, list);
	va_end(list);
	dprintf(talk->to, "\n");
}

static void talk_read(struct talk *talk)
{
	ssize_t length;
	int i;

	for (i = 0; i < 2; i++) {
		length = read(talk->from[i], talk->said[i] + talk->length[i],
			      TALK_SIZE - 1 - talk->length[i]);
		if (length > 0)
			talk->length[i] += length;
	}
}

static bool talk_said(struct talk *talk, const char *text)
{
	char *found;

	talk_read(talk);
	found = strstr(talk->said[1] + talk->heard, text);
	if (found)
		talk->heard = found + strlen(text) - talk->said[1];
	return found;
}

bool talk_hears(struct talk *talk, unsigned int ms, const char *text)
{
	if (WITHIN(ms, talk_said(talk, text)))
		return true;
	printf("# it did not say '%s' but:\n# %s\n", text, talk->said[1] + talk->heard);
	return false;
}

static bool talk_over(struct talk *talk, int *status)
{
	int found;

	talk_read(talk);
	if (waitpid(talk->pid, &found, WNOHANG) != talk->pid)
		return false;
	talk->pid = 0;
	talk_read(talk);
	*status = WIFEXITED(found) ? WEXITSTATUS(found) : 128 + WTERMSIG(found);
	return true;
}

const char *talk_result(struct talk *talk, int *status)
{
	*status = -1;
	if (!EVENTUALLY(talk_over(talk, status)))
		printf("# it does not end; it said last:\n# %s\n", talk->said[1] + talk->heard);
	return talk->said[0];
}
