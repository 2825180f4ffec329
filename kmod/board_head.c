// SPDX-License-Identifier: GPL-2.0
/*
 * board_head: reads what the device description says of servos, sensors and fault lines
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <linux/gpio/consumer.h>
#include <linux/property.h>
#include <linux/rover.h>

#include "board.h"
#include "pins.h"

/* Shorter or longer pulses are for no servo. */
#define HEAD_PULSE_MIN_US	300
#define HEAD_PULSE_MAX_US	3000

/* No servo turns further than half a turn from its middle. */
#define HEAD_RANGE_MDEG		180000

const char *const rover_board_servos[ROVER_SERVO_AXES] = {
	[ROVER_PAN] = "pan",
	[ROVER_TILT] = "tilt",
};

const char *const rover_board_sensors[ROVER_SENSORS] = {
	"obstacle-left", "obstacle-right", "line-left", "line-right",
};

/*
 * Two calibrations are in use for the Initio's head: 4tronix's own, 2500 to 500 us
 * over +-90 degrees on both axes, and one with 550 to 2200 us over +-90 degrees
 * for pan, 2100 to 650 us over -80 to +90 for tilt. The head may turn 80 degrees
 * to either side, 40 down and 80 up. These pulses stay within its stops by both.
 */
static const struct rover_board_servo head_presets[ROVER_SERVO_AXES] = {
	[ROVER_PAN] = { .range_mdeg = { -80000, 80000 }, .pulse_us = { 650, 2100 } },
	[ROVER_TILT] = { .range_mdeg = { -40000, 80000 }, .pulse_us = { 1750, 740 } },
};

static bool head_has_pwm(struct device *dev, const char *name)
{
	return device_property_match_string(dev, "pwm-names", name) >= 0;
}

/* Two numbers, or the preset: 0 if it is there, 1 if it is not. */
static int head_read_pair(struct device *dev, const char *servo, const char *suffix, u32 pair[2])
{
	char name[32];

	snprintf(name, sizeof(name), "%s-%s", servo, suffix);
	if (!device_property_present(dev, name))
		return 1;
	if (device_property_count_u32(dev, name) != 2 ||
	    device_property_read_u32_array(dev, name, pair, 2))
		return dev_err_probe(dev, -EINVAL, "%s: want two numbers\n", name);
	return 0;
}

static int head_read_pulses(struct device *dev, const char *name, struct rover_board_servo *servo)
{
	int err = head_read_pair(dev, name, "pulse-us", servo->pulse_us);
	int i;

	if (err < 0)
		return err;
	for (i = 0; i < 2; i++)
		if (servo->pulse_us[i] < HEAD_PULSE_MIN_US ||
		    servo->pulse_us[i] > HEAD_PULSE_MAX_US)
			return dev_err_probe(dev, -EINVAL, "%s-pulse-us = %u: want %d to %d\n",
					     name, servo->pulse_us[i], HEAD_PULSE_MIN_US,
					     HEAD_PULSE_MAX_US);
	return 0;
}

static int head_read_range(struct device *dev, const char *name, struct rover_board_servo *servo)
{
	int err = head_read_pair(dev, name, "range-millidegrees", (u32 *)servo->range_mdeg);

	if (err < 0)
		return err;
	if (servo->range_mdeg[0] < -HEAD_RANGE_MDEG || servo->range_mdeg[1] > HEAD_RANGE_MDEG ||
	    servo->range_mdeg[0] >= servo->range_mdeg[1])
		return dev_err_probe(dev, -EINVAL,
				     "%s-range-millidegrees = %d, %d: want the lesser first, within +-%d\n",
				     name, servo->range_mdeg[0], servo->range_mdeg[1],
				     HEAD_RANGE_MDEG);
	return 0;
}

static int head_read_servo(struct device *dev, struct rover_board *board, int axis)
{
	struct rover_board_servo *servo = &board->servo[axis];
	const char *name = rover_board_servos[axis];
	bool line = rover_pins_present(dev, name);
	int err;

	*servo = head_presets[axis];
	servo->pwm = head_has_pwm(dev, name);
	if (line && servo->pwm)
		return dev_err_probe(dev, -EINVAL, "%s-gpios and a PWM \"%s\" exclude each other\n",
				     name, name);
	if (line || servo->pwm)
		board->servos |= axis == ROVER_PAN ? ROVER_LOOK_PAN : ROVER_LOOK_TILT;
	err = head_read_pulses(dev, name, servo);
	return err ?: head_read_range(dev, name, servo);
}

static int head_read_fault(struct device *dev, struct rover_board *board)
{
	int lines = gpiod_count(dev, "fault");

	if (lines == -ENOENT)
		return 0;
	if (lines < 0)
		return dev_err_probe(dev, lines, "fault-gpios is malformed\n");
	if (lines > ROVER_FAULT_LINES)
		return dev_err_probe(dev, -EINVAL, "fault-gpios has %d lines: want 1 or 2\n",
				     lines);
	board->fault_lines = lines;
	return 0;
}

/**
 * rover_board_head_read() - read and check servos, sensors and fault lines
 * @dev: the platform device
 * @board: filled in
 *
 * Return: 0, or a negative error that has been reported with its cause.
 */
int rover_board_head_read(struct device *dev, struct rover_board *board)
{
	int i, err;

	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		err = head_read_servo(dev, board, i);
		if (err)
			return err;
	}
	for (i = 0; i < ROVER_SENSORS; i++)
		if (rover_pins_present(dev, rover_board_sensors[i]))
			board->sensors |= BIT(i);
	return head_read_fault(dev, board);
}
