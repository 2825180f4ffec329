/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rover's devices in other subsystems, and the modules they come with.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_FACE_H
#define TESTS_FACE_H

#include <stdbool.h>
#include <stddef.h>

/* Its device whose name begins so, "counter" for counter0, is there. */
bool face_exists(const char *prefix);
/* A file of that device in sysfs; valid until the next call. */
const char *face_path(const char *prefix, const char *file);
/* Its character device. */
int face_open_or_fail(const char *prefix, int flags);

void module_load_or_fail(const char *module);
/* 0 or -errno: -EWOULDBLOCK while it is used. */
int module_unload(const char *module);

#endif
