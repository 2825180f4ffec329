/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysfs: one value per file under /sys/class/rover/roverN
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SYSFS_H
#define ROVER_SYSFS_H

#include <linux/device.h>
#include <linux/types.h>

struct rover;

/* Group and mode are right from the first moment: see the module parameter gid. */
#define SYSFS_ATTR_RW(_name)	DEVICE_ATTR(_name, 0664, _name##_show, _name##_store)

extern const struct attribute_group *rover_sysfs_groups[];
extern const struct attribute_group rover_sysfs_motion_group;
extern const struct attribute_group rover_sysfs_settings_group;
extern const struct attribute_group rover_sysfs_sonar_group;
extern const struct attribute_group rover_sysfs_safety_group;
extern const struct attribute_group rover_sysfs_head_group;
extern const struct attribute_group rover_sysfs_sensors_group;

void rover_sysfs_notify(struct rover *rover, u64 kinds);

#endif /* ROVER_SYSFS_H */
