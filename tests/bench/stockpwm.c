// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A PWM channel by sysfs.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stockpwm.h"
#include "util.h"

static void chip_of(const char *device, char *path, size_t size)
{
	char pattern[128];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/bus/platform/devices/%s/pwm/pwmchip*", device);
	if (glob(pattern, 0, NULL, &found) || found.gl_pathc != 1)
		die("%s has no PWM", device);
	if ((size_t)snprintf(path, size, "%s", found.gl_pathv[0]) >= size)
		die("%s is too long", found.gl_pathv[0]);
	globfree(&found);
}

static void chip_write(const struct stock_pwm *pwm, const char *file, __s64 number)
{
	char path[128], text[24];
	int err;

	snprintf(path, sizeof(path), "%s/%s", pwm->chip, file);
	snprintf(text, sizeof(text), "%lld", number);
	err = file_write(path, text);
	if (err)
		die("%s: %s", path, strerror(-err));
}

static void channel_write(const struct stock_pwm *pwm, const char *file, __s64 number)
{
	char path[48];

	snprintf(path, sizeof(path), "pwm%u/%s", pwm->channel, file);
	chip_write(pwm, path, number);
}

struct stock_pwm stock_pwm_open(const char *device, unsigned int channel, __s64 period_ns)
{
	struct stock_pwm pwm = { .channel = channel };
	char path[128];

	chip_of(device, pwm.chip, sizeof(pwm.chip));
	chip_write(&pwm, "export", channel);
	channel_write(&pwm, "period", period_ns);
	channel_write(&pwm, "enable", 1);
	snprintf(path, sizeof(path), "%s/pwm%u/duty_cycle", pwm.chip, channel);
	pwm.duty = open(path, O_WRONLY);
	if (pwm.duty < 0)
		die("%s: %s", path, strerror(errno));
	return pwm;
}

void stock_pwm_set(const struct stock_pwm *pwm, __s64 duty_ns)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%lld", duty_ns);

	if (pwrite(pwm->duty, text, length, 0) != length)
		die("duty_cycle: %s", strerror(errno));
}

void stock_pwm_close(struct stock_pwm *pwm)
{
	channel_write(pwm, "enable", 0);
	close(pwm->duty);
	chip_write(pwm, "unexport", pwm->channel);
}
