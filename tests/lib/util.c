// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time, waiting, small files, processes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

#define NS_PER_S	1000000000LL
#define ARGUMENTS_MAX	15

void die(const char *format, ...)
{
	va_list list;

	printf("# ");
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

unsigned int slowness(void)
{
	const char *text = getenv("ROVER_SLOWNESS");
	int factor = text ? atoi(text) : 1;

	return factor > 1 ? factor : 1;
}

__s64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

void pause_ns(__s64 ns)
{
	struct timespec span = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };

	while (nanosleep(&span, &span) && errno == EINTR)
		;
}

bool wait_on(__s64 until_ns)
{
	if (now_ns() >= until_ns)
		return false;
	pause_ns(MS / 2);
	return true;
}

ssize_t file_read(const char *path, char *text, size_t size)
{
	size_t length = 0;
	ssize_t got = 0;
	int err;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do {
		length += got;
		got = read(fd, text + length, size - 1 - length);
	} while (got > 0);
	err = got < 0 ? -errno : 0;
	text[length] = '\0';
	close(fd);
	return err ?: (ssize_t)length;
}

int file_write(const char *path, const char *text)
{
	size_t length = strlen(text);
	ssize_t written;
	int err = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	written = write(fd, text, length);
	if (written < 0)
		err = -errno;
	else if (written != (ssize_t)length)
		err = -EIO;
	close(fd);
	return err;
}

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

static pid_t start_list(const char *command, va_list list)
{
	const char *words[ARGUMENTS_MAX + 1] = { command };
	unsigned int count = 1;
	pid_t pid;

	while (count < ARGUMENTS_MAX && (words[count] = va_arg(list, const char *)))
		count++;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (pid)
		return pid;
	execvp(command, (char **)words);
	die("cannot run %s: %s", command, strerror(errno));
}

pid_t start(const char *command, ...)
{
	va_list list;
	pid_t pid;

	va_start(list, command);
	pid = start_list(command, list);
	va_end(list);
	return pid;
}

int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("cannot wait for %d: %s", pid, strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const char *command, ...)
{
	va_list list;
	pid_t pid;

	va_start(list, command);
	pid = start_list(command, list);
	va_end(list);
	return wait_for(pid);
}

void become_user(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		die("cannot become user %u: %s", uid, strerror(errno));
}
