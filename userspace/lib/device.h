/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rover's node: open it, call it, and say what to do when that fails
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_DEVICE_H
#define ROVER_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/rover.h>

#include "macros.h"

#define DEVICE_DEFAULT_NODE	"/dev/rover"

/* As long as the kernel makes a command name, with its NUL. */
#define DEVICE_COMM_SIZE	16

struct device {
	const char *node;
	int fd;
	struct rover_info info;
};

/**
 * struct failure - why something was not done
 * @error: errno
 * @message: what is wrong, one sentence
 * @advice: what to do about it, may be empty
 * @driver_pid: with EBUSY, the process that drives, 0 if not known
 * @driver_comm: its command, may be empty
 * @stop_reason: with ECANCELED, the word for why the rover stopped, else NULL
 */
struct failure {
	int error;
	char message[256];
	char advice[256];
	pid_t driver_pid;
	char driver_comm[DEVICE_COMM_SIZE];
	const char *stop_reason;
};

/**
 * device_open() - open a rover and learn what it is
 * @device: filled in
 * @node: path, kept by reference
 * @flags: O_RDONLY to look and to stop, O_RDWR to drive
 * @failure: says why on failure
 *
 * Return: true on success; device_close() undoes it.
 */
bool device_open(struct device *device, const char *node, int flags, struct failure *failure);
void device_close(struct device *device);

/**
 * device_call() - one ioctl, continued when a signal interrupts it
 *
 * Return: true on success; else @failure says why, in the words of the ABI.
 */
bool device_call(struct device *device, unsigned long request, void *argument,
		 struct failure *failure);

bool device_snapshot(struct device *device, struct rover_snapshot *snapshot,
		     struct failure *failure);
bool device_stop(struct device *device, enum rover_stop_mode mode, struct failure *failure);

/**
 * device_listen() - have this file's events told, from now on
 * @kinds: 1 << enum rover_event_type, each
 */
bool device_listen(struct device *device, uint64_t kinds, struct failure *failure);

/**
 * device_event() - the next event, if there is one
 * @device: opened with O_NONBLOCK
 * @event: filled in
 *
 * Return: 1, or 0 if there is none, or -1 and @failure says why.
 */
int device_event(struct device *device, struct rover_event *event, struct failure *failure);

/* That the rover is gone, and what to do. */
void device_explain_gone(const struct device *device, struct failure *failure);

/* Who drives, for people: "nobody", "pid 123 (name)", "sysfs or netlink"... */
void device_driver_text(const struct rover_snapshot *snapshot, char *text, size_t size);

/* The command name of a process; empty if it may not be known. */
void device_comm(pid_t pid, char comm[DEVICE_COMM_SIZE]);

/* Set all of a failure at once; @advice may be NULL. */
void __printf(4, 5)
failure_set(struct failure *failure, int error, const char *advice, const char *message, ...);

#endif
