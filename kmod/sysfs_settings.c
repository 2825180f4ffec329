// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs_settings: settings as attributes, one value per file, units in the name
 *
 * Described in sysfs-class-rover. Limits and rules are those of settings.c.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/sysfs.h>

#include "rover.h"
#include "sysfs.h"

/**
 * struct sysfs_setting - an attribute that is a setting
 * @attr: the attribute
 * @field: ROVER_SET_*
 * @times: what is written, times this, ...
 * @by: ... divided by this, is the setting
 */
struct sysfs_setting {
	struct device_attribute attr;
	u64 field;
	s32 times;
	s32 by;
};

static const struct sysfs_setting *sysfs_setting(struct device_attribute *attr)
{
	return container_of(attr, struct sysfs_setting, attr);
}

static s64 setting_divide(s64 value, s32 by)
{
	return div_s64(value + (value < 0 ? -by / 2 : by / 2), by);
}

static ssize_t setting_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct sysfs_setting *setting = sysfs_setting(attr);
	s64 value = rover_settings_read(rover_from_dev(dev), setting->field);

	return sysfs_emit(buf, "%lld\n", setting_divide(value * setting->by, setting->times));
}

static ssize_t setting_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	const struct sysfs_setting *setting = sysfs_setting(attr);
	struct rover *rover = rover_from_dev(dev);
	int value, err;

	err = kstrtoint(buf, 10, &value);
	if (!err)
		err = rover_settings_write(rover, &rover->drive.anonymous, setting->field,
					   setting_divide((s64)value * setting->times,
							  setting->by));
	return err ?: count;
}

#define SYSFS_SETTING(_name, _field, _times, _by)				\
	static struct sysfs_setting sysfs_##_name = {				\
		.attr = __ATTR(_name, 0664, setting_show, setting_store),	\
		.field = ROVER_SET_##_field,					\
		.times = _times,						\
		.by = _by,							\
	}

/* 1 mdeg = pi / 180 * 1000 urad = 17750 / 1017 urad, with 355 / 113 for pi. */
#define SYSFS_URAD	17750
#define SYSFS_MDEG	1017

SYSFS_SETTING(deadman, DEADMAN, 1, 1);
SYSFS_SETTING(guard, GUARD, 1000, 1);
SYSFS_SETTING(obstacle_guard, OBSTACLE_GUARD, 1, 1);
SYSFS_SETTING(stall_ms, STALL, 1, 1);
SYSFS_SETTING(tick_us, TICK, 1, 1);
SYSFS_SETTING(max_speed_mm_s, SPEED_MAX, 1000, 1);
SYSFS_SETTING(max_rate_mdeg_s, RATE_MAX, SYSFS_URAD, SYSFS_MDEG);
SYSFS_SETTING(acceleration_mm_s2, ACCELERATION, 1000, 1);
SYSFS_SETTING(deceleration_mm_s2, DECELERATION, 1000, 1);
SYSFS_SETTING(feed_forward, FEED_FORWARD, 1, 1);
SYSFS_SETTING(dead_zone_permille, DEAD_ZONE, 1, 1);
SYSFS_SETTING(proportional_gain, PROPORTIONAL, 1, 1);
SYSFS_SETTING(integral_gain, INTEGRAL, 1, 1);
SYSFS_SETTING(sonar_interval_ms, SONAR_INTERVAL, 1000, 1);
SYSFS_SETTING(sonar_median, SONAR_MEDIAN, 1, 1);
SYSFS_SETTING(air_temperature_mc, TEMPERATURE, 1, 1);
SYSFS_SETTING(servo_rate_mdeg_s, SERVO_RATE, SYSFS_URAD, SYSFS_MDEG);
SYSFS_SETTING(servo_idle_ms, SERVO_IDLE, 1, 1);
SYSFS_SETTING(debounce_us, DEBOUNCE, 1, 1);

static struct attribute *sysfs_settings_attrs[] = {
	&sysfs_deadman.attr.attr,
	&sysfs_guard.attr.attr,
	&sysfs_obstacle_guard.attr.attr,
	&sysfs_stall_ms.attr.attr,
	&sysfs_tick_us.attr.attr,
	&sysfs_max_speed_mm_s.attr.attr,
	&sysfs_max_rate_mdeg_s.attr.attr,
	&sysfs_acceleration_mm_s2.attr.attr,
	&sysfs_deceleration_mm_s2.attr.attr,
	&sysfs_feed_forward.attr.attr,
	&sysfs_dead_zone_permille.attr.attr,
	&sysfs_proportional_gain.attr.attr,
	&sysfs_integral_gain.attr.attr,
	&sysfs_sonar_interval_ms.attr.attr,
	&sysfs_sonar_median.attr.attr,
	&sysfs_air_temperature_mc.attr.attr,
	&sysfs_servo_rate_mdeg_s.attr.attr,
	&sysfs_servo_idle_ms.attr.attr,
	&sysfs_debounce_us.attr.attr,
	NULL
};

static umode_t sysfs_settings_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	const struct rover *rover = rover_from_dev(kobj_to_dev(kobj));
	const struct sysfs_setting *setting =
		sysfs_setting(container_of(attr, struct device_attribute, attr));

	return rover_settings_present(rover) & setting->field ? attr->mode : 0;
}

const struct attribute_group rover_sysfs_settings_group = {
	.attrs = sysfs_settings_attrs,
	.is_visible = sysfs_settings_visible,
};
