// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rover's node: open it, call it, and say what to do when that fails
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"

/* To look for when one is missing; a machine may have more. */
#define NODES_MAX	8

void failure_set(struct failure *failure, int error, const char *advice, const char *message, ...)
{
	va_list args;

	memset(failure, 0, sizeof(*failure));
	failure->error = error;
	if (advice)
		snprintf(failure->advice, sizeof(failure->advice), "%s", advice);
	va_start(args, message);
	vsnprintf(failure->message, sizeof(failure->message), message, args);
	va_end(args);
}

void device_comm(pid_t pid, char comm[DEVICE_COMM_SIZE])
{
	char path[64];
	FILE *file;

	comm[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(comm, DEVICE_COMM_SIZE, file))
		comm[strcspn(comm, "\n")] = '\0';
	fclose(file);

	/* A process names itself: neither terminal nor JSON takes just anything. */
	for (; *comm; comm++)
		if (*comm < ' ' || *comm > '~')
			*comm = '?';
}

void device_driver_text(const struct rover_snapshot *snapshot, char *text, size_t size)
{
	char comm[DEVICE_COMM_SIZE];

	if (!(snapshot->flags & ROVER_SNAPSHOT_LEASED)) {
		snprintf(text, size, "nobody");
	} else if (snapshot->flags & ROVER_SNAPSHOT_LEASE_ANONYMOUS) {
		snprintf(text, size, "sysfs or netlink");
	} else if (!snapshot->lease_pid) {
		snprintf(text, size, "a process that cannot be seen from here");
	} else {
		device_comm(snapshot->lease_pid, comm);
		snprintf(text, size, comm[0] ? "pid %d (%s)" : "pid %d", snapshot->lease_pid, comm);
	}
}

/* The group's name straight from the file: NSS does not work in a static binary. */
static void group_name(gid_t gid, char *name, size_t size)
{
	FILE *file = fopen("/etc/group", "re");
	struct group *group;

	snprintf(name, size, "%u", (unsigned int)gid);
	if (!file)
		return;
	while ((group = fgetgrent(file))) {
		if (group->gr_gid != gid)
			continue;
		snprintf(name, size, "%s", group->gr_name);
		break;
	}
	fclose(file);
}

/* "/dev/rover, /dev/rover1": those that there are; whether there are any. */
static bool nodes_text(char *text, size_t size)
{
	char node[32];
	size_t length = 0;
	int i;

	for (i = 0; i < NODES_MAX; i++) {
		snprintf(node, sizeof(node), i ? "/dev/rover%d" : "/dev/rover", i);
		if (!access(node, F_OK) && length < size)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length ? ", " : "", node);
	}
	return length;
}

static void explain_missing(const char *node, struct failure *failure)
{
	char nodes[128];

	if (nodes_text(nodes, sizeof(nodes)))
		failure_set(failure, ENOENT,
			    "see which it has: ls /sys/class/rover, and why: dmesg | grep rover",
			    "no %s; there is %s", node, nodes);
	else if (access("/sys/class", F_OK))
		failure_set(failure, ENOENT, "if this is a container, hand it the node",
			    "no %s here", node);
	else if (access("/sys/module/rover", F_OK))
		failure_set(failure, ENOENT, "load it: modprobe rover",
			    "no %s: the module rover is not loaded", node);
	else
		failure_set(failure, ENOENT,
			    "see which it has: ls /sys/class/rover, and why: dmesg | grep rover",
			    "no %s: the module rover is loaded, but has no such rover", node);
}

static void explain_permission(const char *node, int flags, int error, struct failure *failure)
{
	int wanted = (flags & O_ACCMODE) == O_RDONLY ? R_OK : R_OK | W_OK;
	struct stat status;
	char group[64];

	if (stat(node, &status)) {
		failure_set(failure, error, "ask whoever set up this machine",
			    "no permission to reach %s", node);
		return;
	}
	if (error == EPERM || !faccessat(AT_FDCWD, node, wanted, AT_EACCESS)) {
		failure_set(failure, error, "a container has to be given the device; mounts with "
			    "nodev have none",
			    "%s may not be used here, although its mode (%04o) permits it", node,
			    (unsigned int)(status.st_mode & 07777));
		return;
	}
	group_name(status.st_gid, group, sizeof(group));
	failure_set(failure, error, NULL, "no permission for %s: it belongs to group %s, mode %04o",
		    node, group, (unsigned int)(status.st_mode & 07777));
	snprintf(failure->advice, sizeof(failure->advice),
		 status.st_gid ? "join the group and log in again: adduser YOU %s" :
		 "be root, or load the module with its parameter gid set to a group of yours",
		 group);
}

static void explain_open(const char *node, int flags, int error, struct failure *failure)
{
	switch (error) {
	case ENOENT:
		explain_missing(node, failure);
		break;
	case EACCES:
	case EPERM:
		explain_permission(node, flags, error, failure);
		break;
	case ENODEV:
	case ENXIO:
		failure_set(failure, error, "was it unplugged or unbound? dmesg | grep rover",
			    "the rover behind %s is gone", node);
		break;
	default:
		failure_set(failure, error, NULL, "cannot open %s: %s", node, strerror(error));
	}
}

/* Somebody else drives: find out who, so that the user can ask or end them. */
static void explain_busy(struct device *device, struct failure *failure)
{
	struct rover_snapshot snapshot = { 0 };
	char driver[64];

	failure_set(failure, EBUSY, "anyone may stop it: roverctl stop",
		    "somebody else drives this rover");
	if (ioctl(device->fd, ROVER_IOC_SNAPSHOT, &snapshot) ||
	    !(snapshot.flags & ROVER_SNAPSHOT_LEASED))
		return;	/* they have just let go */

	device_driver_text(&snapshot, driver, sizeof(driver));
	failure_set(failure, EBUSY, "wait, or stop it: roverctl stop",
		    "somebody else drives this rover: %s", driver);
	failure->driver_pid = snapshot.lease_pid;
	if (snapshot.lease_pid)
		device_comm(snapshot.lease_pid, failure->driver_comm);
}

void device_explain_gone(const struct device *device, struct failure *failure)
{
	failure_set(failure, ENODEV, "was it unplugged or unbound? dmesg | grep rover",
		    "the rover behind %s is gone", device->node);
}

static void explain_call(struct device *device, int error, struct failure *failure)
{
	switch (error) {
	case EBUSY:
		explain_busy(device, failure);
		break;
	case ENODEV:
		device_explain_gone(device, failure);
		break;
	case ENODATA:
		failure_set(failure, error, "see what it has: roverctl status",
			    "this board (%s) lacks what that needs", device->info.board);
		break;
	case ERANGE:
		failure_set(failure, error, NULL, "beyond the limits of this rover");
		break;
	case EPERM:
		failure_set(failure, error, NULL, "the rover does not let this user do that");
		break;
	case E2BIG:
		failure_set(failure, error, "install the one of the same version, and load it anew",
			    "the module rover is older than this program, and does not know all of that");
		break;
	case ENOTTY:
		failure_set(failure, error, "name the right one: roverctl -d /dev/rover ...",
			    "%s is no rover, or its driver does not know this call", device->node);
		break;
	case ENOSYS:
		failure_set(failure, error, "take a roverctl that is built for this machine itself",
			    "no call of a rover reaches %s from here: user-mode emulation knows none",
			    device->node);
		break;
	case ESHUTDOWN:
		failure_set(failure, error, "make sure that it is safe, then clear it",
			    "the emergency stop is latched");
		break;
	case ECANCELED:
		failure_set(failure, error, "turn away, or set a smaller guard",
			    "a guard refuses: something is too near, or the sonar is silent");
		break;
	case EIO:
		failure_set(failure, error, "let it cool down, check motors and battery",
			    "a motor bridge tells of a fault");
		break;
	default:
		failure_set(failure, error, NULL, "%s: %s", device->node, strerror(error));
	}
}

bool device_call(struct device *device, unsigned long request, void *argument,
		 struct failure *failure)
{
	int result;

	do {
		result = ioctl(device->fd, request, argument);
	} while (result < 0 && errno == EINTR);
	if (result >= 0)
		return true;

	explain_call(device, errno, failure);
	return false;
}

bool device_snapshot(struct device *device, struct rover_snapshot *snapshot,
		     struct failure *failure)
{
	memset(snapshot, 0, sizeof(*snapshot));
	return device_call(device, ROVER_IOC_SNAPSHOT, snapshot, failure);
}

bool device_listen(struct device *device, uint64_t kinds, struct failure *failure)
{
	struct rover_subscribe subscribe = { .kinds = kinds, .flags = ROVER_SUBSCRIBE_FLUSH };

	return device_call(device, ROVER_IOC_SUBSCRIBE, &subscribe, failure);
}

int device_event(struct device *device, struct rover_event *event, struct failure *failure)
{
	ssize_t length;

	do {
		length = read(device->fd, event, sizeof(*event));
	} while (length < 0 && errno == EINTR);
	if (length == (ssize_t)sizeof(*event))
		return 1;
	if (length < 0 && errno == EAGAIN)
		return 0;
	explain_call(device, length < 0 ? errno : ENODEV, failure);
	return -1;
}

bool device_stop(struct device *device, enum rover_stop_mode mode, struct failure *failure)
{
	struct rover_stop stop = { .mode = mode };

	return device_call(device, ROVER_IOC_STOP, &stop, failure);
}

/*
 * The ABI only grows, so its number is raised when that does not do. Driving is
 * not for programs that take it for another; to look and to stop is better tried.
 */
static bool abi_fits(const struct device *device, int flags, struct failure *failure)
{
	uint32_t version = device->info.abi_version;
	bool is_older = version < ROVER_ABI_VERSION;

	if (version == ROVER_ABI_VERSION)
		return true;
	failure_set(failure, EPROTO, is_older ?
		    "install the same version of it, and: modprobe -r rover; modprobe rover" :
		    "install the programs that came with the module",
		    "the module rover is %s than this program: its ABI is version %u, not %d",
		    is_older ? "older" : "newer", version, ROVER_ABI_VERSION);
	if ((flags & O_ACCMODE) != O_RDONLY)
		return false;
	fprintf(stderr, "%s: %s\n  %s\n", program_invocation_short_name, failure->message,
		failure->advice);
	return true;
}

bool device_open(struct device *device, const char *node, int flags, struct failure *failure)
{
	memset(device, 0, sizeof(*device));
	device->node = node;
	device->fd = open(node, flags | O_CLOEXEC);
	if (device->fd < 0) {
		explain_open(node, flags, errno, failure);
		return false;
	}
	if (!device_call(device, ROVER_IOC_INFO, &device->info, failure) ||
	    !abi_fits(device, flags, failure)) {
		device_close(device);
		return false;
	}
	device->info.board[sizeof(device->info.board) - 1] = '\0';
	return true;
}

void device_close(struct device *device)
{
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
}
