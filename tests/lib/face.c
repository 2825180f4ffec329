// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rover's devices in other subsystems, and the modules they come with.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "face.h"
#include "util.h"

#define NAME_SIZE	32

static bool face_find(const char *prefix, char name[NAME_SIZE])
{
	DIR *folder = opendir(ROVER_CLASS);
	struct dirent *entry;
	bool found = false;

	while (folder && !found && (entry = readdir(folder))) {
		found = !strncmp(entry->d_name, prefix, strlen(prefix));
		if (found)
			snprintf(name, NAME_SIZE, "%.31s", entry->d_name);
	}
	if (folder)
		closedir(folder);
	return found;
}

bool face_exists(const char *prefix)
{
	char name[NAME_SIZE];

	return face_find(prefix, name);
}

const char *face_path(const char *prefix, const char *file)
{
	static char path[160];
	char name[NAME_SIZE];

	if (!face_find(prefix, name))
		die("the rover has no %s", prefix);
	snprintf(path, sizeof(path), ROVER_CLASS "%s/%s", name, file);
	return path;
}

int face_open_or_fail(const char *prefix, int flags)
{
	char name[NAME_SIZE], path[64];
	int fd;

	if (!face_find(prefix, name))
		die("the rover has no %s", prefix);
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		die("cannot open %s: %s", path, strerror(errno));
	return fd;
}

void module_load_or_fail(const char *module)
{
	if (run("modprobe", module, NULL))
		die("cannot load %s", module);
}

int module_unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}
