/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated board's GPIO lines, used by a test itself instead of rover.ko.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_LINES_H
#define TESTS_LINES_H

#include <linux/types.h>
#include <stddef.h>

/* Loads rover_sim.ko alone and takes its lines; ends the test where that fails. */
void lines_load_board(void);

/*
 * Lines as outputs, at first low; bit n of @levels is for line n. Each gives a
 * descriptor, whose close() gives the lines back as inputs.
 */
int lines_output(__u64 lines);
void lines_set(int fd, __u64 lines, __u64 levels);
/* Lines whose edges interrupt. */
int lines_watch(__u64 lines);
/* And as many of them are kept as the kernel can. */
int lines_watch_deep(__u64 lines);

/* Drives both bridges: 1 forward, -1 reverse, 0 coast, 2 brake. */
void lines_drive(int fd, int left, int right);

/* A trigger pulse of so many us on an output line, which then is an input. */
void lines_trigger(unsigned int line, unsigned int us);

#endif
