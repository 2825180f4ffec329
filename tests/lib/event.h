/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records that /dev/rover gives to those who read it.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_EVENT_H
#define TESTS_EVENT_H

#include <linux/rover.h>
#include <stdbool.h>

/* From now on only these kinds (1 << enum rover_event_type), and none of before. */
void event_listen(int fd, __u64 kinds);
/* The next record, waiting for it at most so long; false if none came. */
bool event_next(int fd, int ms, struct rover_event *event);
/* The next one of a kind; those before it are passed over. */
bool event_find(int fd, enum rover_event_type type, int ms, struct rover_event *event);
/* All that was pushed by now is passed over; the rover stops. */
void event_skip(int fd);
/* Whether there is nothing to read, for so long. */
bool event_silence(int fd, int ms);

/* Each is 0 or -errno. */
int rover_subscribe(int fd, __u64 kinds, __u32 queue_length);
int rover_report(int fd, __u32 interval_ms, __u32 flags);

#endif
