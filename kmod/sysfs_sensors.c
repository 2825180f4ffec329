// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_sensors: obstacle and line sensors as attributes, 0 or 1
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/sysfs.h>

#include "rover.h"
#include "sysfs.h"

static u32 sensors_bit(const struct device_attribute *attr)
{
	return (unsigned long)container_of(attr, struct dev_ext_attribute, attr)->var;
}

static ssize_t sensor_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  !!(rover_digital_sensors(rover_from_dev(dev)) & sensors_bit(attr)));
}

#define SENSORS_ATTR(_name, _bit)						\
	static struct dev_ext_attribute sensors_##_name =			\
		{ __ATTR(_name, 0444, sensor_show, NULL), (void *)_bit }

SENSORS_ATTR(obstacle_left, ROVER_SENSOR_OBSTACLE_LEFT);
SENSORS_ATTR(obstacle_right, ROVER_SENSOR_OBSTACLE_RIGHT);
SENSORS_ATTR(line_left, ROVER_SENSOR_LINE_LEFT);
SENSORS_ATTR(line_right, ROVER_SENSOR_LINE_RIGHT);

static struct attribute *sensors_attrs[] = {
	&sensors_obstacle_left.attr.attr,
	&sensors_obstacle_right.attr.attr,
	&sensors_line_left.attr.attr,
	&sensors_line_right.attr.attr,
	NULL
};

static umode_t sensors_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	const struct rover *rover = rover_from_dev(kobj_to_dev(kobj));
	u32 bit = sensors_bit(container_of(attr, struct device_attribute, attr));

	return rover->board.sensors & bit ? attr->mode : 0;
}

const struct attribute_group rover_sysfs_sensors_group = {
	.attrs = sensors_attrs,
	.is_visible = sensors_visible,
};
