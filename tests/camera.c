// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets what the kernel's virtual camera shows, for tests/vision.sh.
 *
 *   camera "NAME=VALUE"...	as v4l2-ctl names them; of a menu, the text or the number
 *
 * Copyright (C) 2026 The rover authors
 */
#include <err.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static void find(int fd, const char *name, struct v4l2_queryctrl *control)
{
	memset(control, 0, sizeof(*control));
	do {
		control->id |= V4L2_CTRL_FLAG_NEXT_CTRL;
		if (ioctl(fd, VIDIOC_QUERYCTRL, control))
			err(1, "%s", name);
	} while (strcmp((const char *)control->name, name));
}

static int value_of(int fd, const struct v4l2_queryctrl *control, const char *text)
{
	struct v4l2_querymenu item = { .id = control->id };
	char *end;
	long value = strtol(text, &end, 10);

	if (end != text && !*end)
		return value;
	for (item.index = 0; (int)item.index <= control->maximum; item.index++)
		if (!ioctl(fd, VIDIOC_QUERYMENU, &item) && !strcmp((const char *)item.name, text))
			return item.index;
	errx(1, "%s: there is no %s", control->name, text);
}

int main(int argc, char **argv)
{
	int fd = open("/dev/video0", O_RDWR), i;

	if (fd < 0)
		err(1, "/dev/video0");
	for (i = 1; i < argc; i++) {
		struct v4l2_control set = {};
		struct v4l2_queryctrl control;
		char *value = strchr(argv[i], '=');

		if (!value)
			errx(2, "%s: not NAME=VALUE", argv[i]);
		*value++ = '\0';
		find(fd, argv[i], &control);
		set.id = control.id;
		set.value = value_of(fd, &control, value);
		if (ioctl(fd, VIDIOC_S_CTRL, &set))
			err(1, "%s", argv[i]);
	}
	return 0;
}
