// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_head: pan and tilt as attributes, millidegrees
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/sysfs.h>

#include "angle.h"
#include "rover.h"
#include "sysfs.h"

/* More than a turn is outside of every stop; the conversion has no room for much more. */
#define HEAD_MAX_MDEG	360000

static ssize_t head_show(struct device *dev, u32 axis, char *buf)
{
	s32 pan_urad, tilt_urad;

	if (!(rover_servo_status(rover_from_dev(dev), &pan_urad, &tilt_urad) & axis))
		return -ENODATA;
	return sysfs_emit(buf, "%d\n",
			  rover_angle_to_mdeg(axis == ROVER_LOOK_PAN ? pan_urad : tilt_urad));
}

static ssize_t head_store(struct device *dev, u32 axis, const char *buf, size_t count)
{
	struct rover *rover = rover_from_dev(dev);
	struct rover_look look = { .flags = axis };
	int mdeg, err;

	err = kstrtoint(buf, 10, &mdeg);
	if (err)
		return err;
	if (mdeg < -HEAD_MAX_MDEG || mdeg > HEAD_MAX_MDEG)
		return -ERANGE;
	look.pan_urad = rover_angle_from_mdeg(mdeg);
	look.tilt_urad = look.pan_urad;
	err = rover_servo_look(rover, &rover->drive.anonymous, &look);
	return err ?: count;
}

static ssize_t pan_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return head_show(dev, ROVER_LOOK_PAN, buf);
}

static ssize_t pan_store(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t count)
{
	return head_store(dev, ROVER_LOOK_PAN, buf, count);
}

static ssize_t tilt_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return head_show(dev, ROVER_LOOK_TILT, buf);
}

static ssize_t tilt_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	return head_store(dev, ROVER_LOOK_TILT, buf, count);
}

static SYSFS_ATTR_RW(pan);
static SYSFS_ATTR_RW(tilt);

static struct attribute *head_attrs[] = {
	&dev_attr_pan.attr,
	&dev_attr_tilt.attr,
	NULL
};

static umode_t head_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	u32 axis = attr == &dev_attr_pan.attr ? ROVER_LOOK_PAN : ROVER_LOOK_TILT;

	return rover_from_dev(kobj_to_dev(kobj))->board.servos & axis ? attr->mode : 0;
}

const struct attribute_group rover_sysfs_head_group = {
	.attrs = head_attrs,
	.is_visible = head_visible,
};
