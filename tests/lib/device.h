/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rover as programs see it: calls of /dev/rover, and attributes.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_DEVICE_H
#define TESTS_DEVICE_H

#include <fcntl.h>
#include <linux/rover.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define ROVER_DEVICE	"/dev/rover"
#define ROVER_CLASS	"/sys/class/rover/rover0/"

/* The overlay's deadman time, which rover_calm() restores. */
#define ROVER_DEADMAN_MS	1000
/* The driver's stall time, likewise. */
#define ROVER_STALL_MS		500

int rover_open_or_fail(int flags);

/* Each is 0 or -errno. */
int rover_call(int fd, unsigned long request, void *argument);
int rover_duty(int fd, int left_permille, int right_permille);
int rover_stop(int fd, unsigned int mode);
int rover_take(int fd, unsigned int flags, unsigned int deadman_ms);
int rover_release(int fd);
int rover_feed(int fd);

struct rover_info rover_info_or_fail(int fd);
struct rover_snapshot rover_snapshot_or_fail(int fd);

/* An attribute of rover0, without its newline; its length or -errno. */
long attribute_read(const char *name, char *text, size_t size);
/* 0 or -errno */
int attribute_write(const char *name, const char *text);
int attribute_write_number(const char *name, long number);
bool attribute_exists(const char *name);
bool attribute_is(const char *name, const char *text);
long attribute_number_or_fail(const char *name);

/* state and stop_reason, as "stopped deadman". */
bool rover_is(const char *state_and_reason);

/* The rover's hardware and its driver: 0 or -errno. To bind what is bound is no error. */
int rover_unbind(void);
int rover_bind(void);

/*
 * A rover that stands still and belongs to nobody, with its usual deadman time
 * and power, without guards, on a board that is as it was when it was bound.
 */
void rover_calm(void);

#endif
