// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_safety: estop
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "rover.h"
#include "sysfs.h"

static ssize_t estop_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_drive_status status;

	rover_drive_status(rover_from_dev(dev), NULL, &status);
	return sysfs_emit(buf, "%d\n", status.state == ROVER_STATE_ESTOP);
}

static ssize_t estop_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct rover *rover = rover_from_dev(dev);
	unsigned int latched;
	int err;

	err = kstrtouint(buf, 10, &latched);
	if (err)
		return err;
	if (latched > 1)
		return -ERANGE;
	err = latched ? rover_drive_estop(rover) : rover_drive_clear(rover);
	return err ?: count;
}
static SYSFS_ATTR_RW(estop);

static struct attribute *safety_attrs[] = {
	&dev_attr_estop.attr,
	NULL
};

const struct attribute_group rover_sysfs_safety_group = {
	.attrs = safety_attrs,
};
