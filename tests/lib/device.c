// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rover as programs see it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "util.h"

#define ROVER_DRIVER	"/sys/bus/platform/drivers/rover/"
#define ROVER_HARDWARE	"rover"

int rover_open_or_fail(int flags)
{
	int fd = open(ROVER_DEVICE, flags | O_CLOEXEC);

	if (fd < 0)
		die("cannot open %s: %s", ROVER_DEVICE, strerror(errno));
	return fd;
}

int rover_call(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

int rover_duty(int fd, int left_permille, int right_permille)
{
	struct rover_duty duty = {
		.left_permille = left_permille,
		.right_permille = right_permille,
	};

	return rover_call(fd, ROVER_IOC_DUTY, &duty);
}

int rover_stop(int fd, unsigned int mode)
{
	struct rover_stop stop = { .mode = mode };

	return rover_call(fd, ROVER_IOC_STOP, &stop);
}

int rover_take(int fd, unsigned int flags, unsigned int deadman_ms)
{
	struct rover_take take = { .flags = flags, .deadman_ms = deadman_ms };

	return rover_call(fd, ROVER_IOC_TAKE, &take);
}

int rover_release(int fd)
{
	return rover_call(fd, ROVER_IOC_RELEASE, NULL);
}

int rover_feed(int fd)
{
	return rover_call(fd, ROVER_IOC_FEED, NULL);
}

struct rover_info rover_info_or_fail(int fd)
{
	struct rover_info info;
	int err = rover_call(fd, ROVER_IOC_INFO, &info);

	if (err)
		die("INFO: %s", strerror(-err));
	return info;
}

struct rover_snapshot rover_snapshot_or_fail(int fd)
{
	struct rover_snapshot snapshot;
	int err = rover_call(fd, ROVER_IOC_SNAPSHOT, &snapshot);

	if (err)
		die("SNAPSHOT: %s", strerror(-err));
	return snapshot;
}

static const char *attribute_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s", ROVER_CLASS, name);
	return path;
}

long attribute_read(const char *name, char *text, size_t size)
{
	long length = file_read(attribute_path(name), text, size);

	if (length > 0 && text[length - 1] == '\n')
		text[--length] = '\0';
	return length;
}

int attribute_write(const char *name, const char *text)
{
	return file_write(attribute_path(name), text);
}

int attribute_write_number(const char *name, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld\n", number);
	return attribute_write(name, text);
}

bool attribute_exists(const char *name)
{
	return file_exists(attribute_path(name));
}

bool attribute_is(const char *name, const char *text)
{
	char value[128];

	return attribute_read(name, value, sizeof(value)) >= 0 && !strcmp(value, text);
}

long attribute_number_or_fail(const char *name)
{
	char text[64];
	char *end;
	long number;
	long length = attribute_read(name, text, sizeof(text));

	if (length < 0)
		die("%s: %s", name, strerror((int)-length));
	number = strtol(text, &end, 10);
	if (*end || end == text)
		die("%s is no number: %s", name, text);
	return number;
}

bool rover_is(const char *state_and_reason)
{
	char state[32], reason[32], both[72];

	if (attribute_read("state", state, sizeof(state)) < 0 ||
	    attribute_read("stop_reason", reason, sizeof(reason)) < 0)
		return false;
	snprintf(both, sizeof(both), "%s %s", state, reason);
	return !strcmp(both, state_and_reason);
}

int rover_unbind(void)
{
	return file_write(ROVER_DRIVER "unbind", ROVER_HARDWARE);
}

int rover_bind(void)
{
	if (file_exists(ROVER_DRIVER ROVER_HARDWARE))
		return 0;
	return file_write(ROVER_DRIVER "bind", ROVER_HARDWARE);
}

/* Whoever drove is gone: tests close what they open, or end. */
void rover_calm(void)
{
	int err = attribute_write("command", "stop");

	if (!err)
		err = attribute_write("estop", "0");
	if (!err && attribute_exists("guard"))
		err = attribute_write("guard", "0");
	if (!err && attribute_exists("obstacle_guard"))
		err = attribute_write("obstacle_guard", "0");
	if (!err && attribute_exists("stall_ms"))
		err = attribute_write_number("stall_ms", ROVER_STALL_MS);
	if (!err)
		err = attribute_write_number("power", 500);
	if (!err)
		err = attribute_write_number("deadman", ROVER_DEADMAN_MS);
	if (err)
		die("no calm: %s", strerror(-err));
	if (!EVENTUALLY(wheels_rest()))
		die("the wheels do not come to rest");
	board_reset();
}
