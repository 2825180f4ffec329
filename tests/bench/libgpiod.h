/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated board's GPIO lines, by libgpiod, as tests/lib/lines.h has them by the
 * kernel's own calls.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_LIBGPIOD_H
#define BENCH_LIBGPIOD_H

#include <gpiod.h>
#include <linux/types.h>

/*
 * Lines as outputs, at first low, or as inputs whose edges interrupt; in the order of
 * their numbers. Each ends the program where it fails.
 */
struct gpiod_line_request *libgpiod_output(__u64 lines);
struct gpiod_line_request *libgpiod_watch(__u64 lines);

#endif
