// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_sonar: range, range1, ...: one attribute for each sonar
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/sysfs.h>

#include "rover.h"
#include "sysfs.h"

static unsigned int sonar_index(struct device_attribute *attr)
{
	return (unsigned long)container_of(attr, struct dev_ext_attribute, attr)->var;
}

/* Each outcome of a ping but a distance is an error of its own. */
static ssize_t range_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_range range;
	int err;

	err = rover_sonar_measure(rover_from_dev(dev), sonar_index(attr), ROVER_SONAR_FRESH_NS,
				  &range);
	if (err)
		return err;
	switch (range.status) {
	case ROVER_RANGE_VALID:
		return sysfs_emit(buf, "%lld\n", div_s64(range.range_um + 500, 1000));
	case ROVER_RANGE_NO_ECHO:
		return -ETIMEDOUT;
	case ROVER_RANGE_SILENT:
		return -EIO;
	default:
		return -ENODATA;
	}
}

#define SONAR_RANGE(_name, _index)						\
	{ __ATTR(_name, 0444, range_show, NULL), (void *)(unsigned long)(_index) }

static struct dev_ext_attribute sonar_ranges[ROVER_SONARS_MAX] = {
	SONAR_RANGE(range, 0),
	SONAR_RANGE(range1, 1),
	SONAR_RANGE(range2, 2),
	SONAR_RANGE(range3, 3),
};

static struct attribute *sonar_attrs[] = {
	&sonar_ranges[0].attr.attr,
	&sonar_ranges[1].attr.attr,
	&sonar_ranges[2].attr.attr,
	&sonar_ranges[3].attr.attr,
	NULL
};

static umode_t sonar_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return n < rover_from_dev(kobj_to_dev(kobj))->board.sonars ? attr->mode : 0;
}

const struct attribute_group rover_sysfs_sonar_group = {
	.attrs = sonar_attrs,
	.is_visible = sonar_visible,
};
