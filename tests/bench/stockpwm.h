/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PWM channel by sysfs, as programs use it: exported once, its duty held open.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_STOCKPWM_H
#define BENCH_STOCKPWM_H

#include <linux/types.h>

struct stock_pwm {
	char chip[96];
	unsigned int channel;
	int duty;	/* descriptor of duty_cycle */
};

/* Of the chip of a platform device; it runs, with duty 0. Ends the test where there is none. */
struct stock_pwm stock_pwm_open(const char *device, unsigned int channel, __s64 period_ns);
void stock_pwm_close(struct stock_pwm *pwm);

/* One write. */
void stock_pwm_set(const struct stock_pwm *pwm, __s64 duty_ns);

#endif
