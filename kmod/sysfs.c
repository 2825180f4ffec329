// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs: one value per file under /sys/class/rover/roverN
 *
 * Described in sysfs-class-rover. Writes act as the anonymous holder of the
 * lease. Unbind waits for attributes that are in use, so the hardware is there.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/sysfs.h>

#include "rover.h"
#include "sysfs.h"

static const char *const sysfs_states[] = {
	[ROVER_STATE_IDLE] = "idle",
	[ROVER_STATE_MOVING] = "moving",
	[ROVER_STATE_HOLDING] = "holding",
	[ROVER_STATE_STOPPED] = "stopped",
	[ROVER_STATE_ESTOP] = "estop",
};

static const char *const sysfs_reasons[] = {
	[ROVER_REASON_NONE] = "none",
	[ROVER_REASON_COMMAND] = "command",
	[ROVER_REASON_DEADMAN] = "deadman",
	[ROVER_REASON_GUARD] = "guard",
	[ROVER_REASON_SONAR_LOST] = "sonar-lost",
	[ROVER_REASON_STALL] = "stall",
	[ROVER_REASON_FAULT] = "fault",
	[ROVER_REASON_RELEASED] = "released",
	[ROVER_REASON_SUSPEND] = "suspend",
	[ROVER_REASON_ESTOP] = "estop",
};

/* What `command` takes, and the signs of the duties it means. */
static const struct sysfs_command {
	const char *name;
	int sign[ROVER_SIDES];
	enum rover_stop_mode stop;
} sysfs_commands[] = {
	{ "stop", { 0, 0 }, ROVER_STOP_COAST },
	{ "brake", { 0, 0 }, ROVER_STOP_BRAKE },
	{ "hold", { 0, 0 }, ROVER_STOP_HOLD },
	{ "forward", { 1, 1 } },
	{ "backward", { -1, -1 } },
	{ "spin-left", { -1, 1 } },
	{ "spin-right", { 1, -1 } },
};

static ssize_t board_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", rover_from_dev(dev)->board.name);
}
static DEVICE_ATTR_RO(board);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_drive_status status;

	rover_drive_status(rover_from_dev(dev), NULL, &status);
	return sysfs_emit(buf, "%s\n", sysfs_states[status.state]);
}
static DEVICE_ATTR_RO(state);

static ssize_t stop_reason_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_drive_status status;

	rover_drive_status(rover_from_dev(dev), NULL, &status);
	return sysfs_emit(buf, "%s\n", sysfs_reasons[status.reason]);
}
static DEVICE_ATTR_RO(stop_reason);

static ssize_t hard_stop_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", rover_motor_stops_hard(&rover_from_dev(dev)->motor));
}
static DEVICE_ATTR_RO(hard_stop);

static ssize_t command_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rover *rover = rover_from_dev(dev);

	return sysfs_emit(buf, "%s\n", sysfs_commands[READ_ONCE(rover->command)].name);
}

static int sysfs_do(struct rover *rover, const struct sysfs_command *command)
{
	s32 power = READ_ONCE(rover->power_permille);
	struct rover_duty duty = {
		.left_permille = command->sign[ROVER_LEFT] * power,
		.right_permille = command->sign[ROVER_RIGHT] * power,
	};

	if (!command->sign[0])
		return rover_drive_stop(rover, &rover->drive.anonymous, command->stop);
	return rover_drive_duty(rover, &rover->drive.anonymous, &duty);
}

static ssize_t command_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct rover *rover = rover_from_dev(dev);
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(sysfs_commands); i++)
		if (sysfs_streq(buf, sysfs_commands[i].name))
			break;
	if (i == ARRAY_SIZE(sysfs_commands))
		return -EINVAL;
	err = sysfs_do(rover, &sysfs_commands[i]);
	if (err)
		return err;
	WRITE_ONCE(rover->command, i);
	return count;
}
static SYSFS_ATTR_RW(command);

static ssize_t power_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(rover_from_dev(dev)->power_permille));
}

static ssize_t power_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	int power, err;

	err = kstrtoint(buf, 10, &power);
	if (err)
		return err;
	if (power < 0 || power > ROVER_DUTY_MAX)
		return -ERANGE;
	WRITE_ONCE(rover_from_dev(dev)->power_permille, power);
	return count;
}
static SYSFS_ATTR_RW(power);

/* Attributes that both sides have carry theirs. */
#define SYSFS_SIDE(_name, _mode, _show, _store, _side)				\
	struct dev_ext_attribute sysfs_##_name =				\
		{ __ATTR(_name, _mode, _show, _store), (void *)(_side) }

static int sysfs_side(struct device_attribute *attr)
{
	return (long)container_of(attr, struct dev_ext_attribute, attr)->var;
}

static ssize_t duty_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_drive_status status;

	rover_drive_status(rover_from_dev(dev), NULL, &status);
	return sysfs_emit(buf, "%d\n", status.duty_permille[sysfs_side(attr)]);
}

/* The other side keeps the duty it has. */
static ssize_t duty_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct rover *rover = rover_from_dev(dev);
	int duty, err;

	err = kstrtoint(buf, 10, &duty);
	if (!err)
		err = rover_drive_side(rover, &rover->drive.anonymous, sysfs_side(attr), duty);
	return err ?: count;
}

static ssize_t count_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_encoder_status status[ROVER_SIDES];

	rover_encoder_status(&rover_from_dev(dev)->encoder, status);
	return sysfs_emit(buf, "%lld\n", status[sysfs_side(attr)].count);
}

static ssize_t speed_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rover_encoder_status status[ROVER_SIDES];

	rover_encoder_status(&rover_from_dev(dev)->encoder, status);
	return sysfs_emit(buf, "%lld\n", div_s64(status[sysfs_side(attr)].speed_um_s, 1000));
}

static SYSFS_SIDE(left_duty, 0664, duty_show, duty_store, ROVER_LEFT);
static SYSFS_SIDE(right_duty, 0664, duty_show, duty_store, ROVER_RIGHT);
static SYSFS_SIDE(left_count, 0444, count_show, NULL, ROVER_LEFT);
static SYSFS_SIDE(right_count, 0444, count_show, NULL, ROVER_RIGHT);
static SYSFS_SIDE(left_speed, 0444, speed_show, NULL, ROVER_LEFT);
static SYSFS_SIDE(right_speed, 0444, speed_show, NULL, ROVER_RIGHT);

static struct attribute *sysfs_attrs[] = {
	&dev_attr_board.attr,
	&dev_attr_state.attr,
	&dev_attr_stop_reason.attr,
	&dev_attr_hard_stop.attr,
	&dev_attr_command.attr,
	&dev_attr_power.attr,
	&sysfs_left_duty.attr.attr,
	&sysfs_right_duty.attr.attr,
	NULL
};

static struct attribute *sysfs_encoder_attrs[] = {
	&sysfs_left_count.attr.attr,
	&sysfs_right_count.attr.attr,
	&sysfs_left_speed.attr.attr,
	&sysfs_right_speed.attr.attr,
	NULL
};

static umode_t sysfs_encoder_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return rover_from_dev(kobj_to_dev(kobj))->board.encoder_lines ? attr->mode : 0;
}

static const struct attribute_group sysfs_group = {
	.attrs = sysfs_attrs,
};

static const struct attribute_group sysfs_encoder_group = {
	.attrs = sysfs_encoder_attrs,
	.is_visible = sysfs_encoder_visible,
};

const struct attribute_group *rover_sysfs_groups[] = {
	&sysfs_group,
	&sysfs_encoder_group,
	&rover_sysfs_motion_group,
	&rover_sysfs_sonar_group,
	&rover_sysfs_safety_group,
	&rover_sysfs_settings_group,
	&rover_sysfs_head_group,
	&rover_sysfs_sensors_group,
	NULL
};

/**
 * rover_sysfs_notify() - wake who polls the attributes that a record is about
 * @rover: the rover
 * @kinds: 1 << enum rover_event_type, each
 *
 * Context: process.
 */
void rover_sysfs_notify(struct rover *rover, u64 kinds)
{
	static const struct {
		u64 kinds;
		const char *name;
	} attributes[] = {
		{ BIT_ULL(ROVER_EVENT_STATE), "state" },
		{ BIT_ULL(ROVER_EVENT_STATE) | BIT_ULL(ROVER_EVENT_STOP), "stop_reason" },
		{ BIT_ULL(ROVER_EVENT_STATE), "estop" },
		{ BIT_ULL(ROVER_EVENT_RANGE), "range" },
		{ BIT_ULL(ROVER_EVENT_RANGE), "range1" },
		{ BIT_ULL(ROVER_EVENT_RANGE), "range2" },
		{ BIT_ULL(ROVER_EVENT_RANGE), "range3" },
		{ BIT_ULL(ROVER_EVENT_SENSOR), "obstacle_left" },
		{ BIT_ULL(ROVER_EVENT_SENSOR), "obstacle_right" },
		{ BIT_ULL(ROVER_EVENT_SENSOR), "line_left" },
		{ BIT_ULL(ROVER_EVENT_SENSOR), "line_right" },
	};
	size_t i;

	/* Anything may be among the lost ones. */
	if (kinds & BIT_ULL(ROVER_EVENT_LOST))
		kinds = U64_MAX;
	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (kinds & attributes[i].kinds)
			sysfs_notify(&rover->dev.kobj, NULL, attributes[i].name);
}
