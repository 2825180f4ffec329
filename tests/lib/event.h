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

#endif
