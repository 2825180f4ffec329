// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_motion: closed-loop targets and the pose as attributes
 *
 * Present if the wheels have encoders.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/sysfs.h>

#include "angle.h"
#include "rover.h"
#include "status.h"
#include "sysfs.h"

/* Faster than any rover; in um/s it still fits. */
#define MOTION_TARGET_MAX_MM_S	1000000

static s64 motion_to_mm(s64 value_um)
{
	return div_s64(value_um + (value_um < 0 ? -500 : 500), 1000);
}

static ssize_t motion_target_show(struct device *dev, enum rover_side side, char *buf)
{
	struct rover *rover = rover_from_dev(dev);
	struct rover_control_status status;
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_control_status_locked(rover, &status);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	return sysfs_emit(buf, "%lld\n", motion_to_mm(status.target_um_s[side]));
}

/* The other wheel keeps its target, or gets 0. */
static ssize_t motion_target_store(struct device *dev, enum rover_side side, const char *buf,
				   size_t count)
{
	struct rover *rover = rover_from_dev(dev);
	int mm_s, err;

	err = kstrtoint(buf, 10, &mm_s);
	if (err)
		return err;
	if (mm_s < -MOTION_TARGET_MAX_MM_S || mm_s > MOTION_TARGET_MAX_MM_S)
		return -ERANGE;
	err = rover_drive_target(rover, &rover->drive.anonymous, side, mm_s * 1000LL);
	return err ?: count;
}

static ssize_t left_target_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return motion_target_show(dev, ROVER_LEFT, buf);
}

static ssize_t left_target_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t count)
{
	return motion_target_store(dev, ROVER_LEFT, buf, count);
}

static ssize_t right_target_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return motion_target_show(dev, ROVER_RIGHT, buf);
}

static ssize_t right_target_store(struct device *dev, struct device_attribute *attr,
				  const char *buf, size_t count)
{
	return motion_target_store(dev, ROVER_RIGHT, buf, count);
}

static SYSFS_ATTR_RW(left_target);
static SYSFS_ATTR_RW(right_target);

static ssize_t pose_x_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_odometry_pose pose;

	rover_odometry_pose(rover_from_dev(dev), &pose);
	return sysfs_emit(buf, "%lld\n", motion_to_mm(pose.x_um));
}
static DEVICE_ATTR_RO(pose_x);

static ssize_t pose_y_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_odometry_pose pose;

	rover_odometry_pose(rover_from_dev(dev), &pose);
	return sysfs_emit(buf, "%lld\n", motion_to_mm(pose.y_um));
}
static DEVICE_ATTR_RO(pose_y);

static ssize_t pose_heading_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_odometry_pose pose;
	s64 turn_nrad = 2 * ROVER_ANGLE_PI_NRAD, rest_nrad;

	rover_odometry_pose(rover_from_dev(dev), &pose);
	rest_nrad = pose.heading_urad * 1000;
	rest_nrad -= div64_s64(rest_nrad, turn_nrad) * turn_nrad;
	if (rest_nrad > ROVER_ANGLE_PI_NRAD)
		rest_nrad -= turn_nrad;
	else if (rest_nrad < -ROVER_ANGLE_PI_NRAD)
		rest_nrad += turn_nrad;
	return sysfs_emit(buf, "%d\n", rover_angle_to_mdeg(div_s64(rest_nrad, 1000)));
}
static DEVICE_ATTR_RO(pose_heading);

static struct attribute *motion_attrs[] = {
	&dev_attr_left_target.attr,
	&dev_attr_right_target.attr,
	&dev_attr_pose_x.attr,
	&dev_attr_pose_y.attr,
	&dev_attr_pose_heading.attr,
	NULL
};

static umode_t motion_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return rover_from_dev(kobj_to_dev(kobj))->board.encoder_lines ? attr->mode : 0;
}

const struct attribute_group rover_sysfs_motion_group = {
	.attrs = motion_attrs,
	.is_visible = motion_visible,
};
