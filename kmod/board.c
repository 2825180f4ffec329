// SPDX-License-Identifier: GPL-2.0
/*
 * board: reads the device description and rejects what contradicts itself
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <linux/gpio/consumer.h>
#include <linux/property.h>

#include "board.h"
#include "pins.h"

/*
 * Numbers a description may leave out. The lengths are those of the 4tronix
 * Initio: 174.0 mm of wheel circumference, 136 mm of track.
 */
static const struct board_number {
	const char *name;
	size_t offset;
	u32 preset, min, max;
} board_numbers[] = {
	/* Under 20 Hz the wheels jerk; over 1 kHz the interrupts cost too much. */
	{ "pwm-frequency-hz", offsetof(struct rover_board, pwm_frequency_hz),
	  100, 20, 1000 },
	{ "dead-time-us", offsetof(struct rover_board, dead_time_us),
	  1000, 0, 100000 },
	{ "counts-per-revolution", offsetof(struct rover_board, counts_per_revolution),
	  0, 1, 1000000 },
	/* Noise comes in pairs 10-20 us apart (ev3dev's measurements). */
	{ "encoder-glitch-filter-ns", offsetof(struct rover_board, glitch_filter_ns),
	  20000, 0, 10000000 },
	{ "wheel-circumference-um", offsetof(struct rover_board, wheel_circumference_um),
	  174000, 1000, 10000000 },
	{ "track-width-um", offsetof(struct rover_board, track_width_um),
	  136000, 1000, 10000000 },
	/* A day: what the device tree says is the owner's will, not a user's. */
	{ "deadman-ms", offsetof(struct rover_board, deadman_ms),
	  1000, 0, 86400000 },
};

static int board_read_numbers(struct device *dev, struct rover_board *board)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(board_numbers); i++) {
		const struct board_number *n = &board_numbers[i];
		u32 *value = (void *)board + n->offset;
		int err;

		*value = n->preset;
		if (!device_property_present(dev, n->name))
			continue;
		err = device_property_read_u32(dev, n->name, value);
		if (err)
			return dev_err_probe(dev, -EINVAL, "%s: want one number\n", n->name);
		if (*value < n->min || *value > n->max)
			return dev_err_probe(dev, -EINVAL, "%s = %u: want %u to %u\n",
					     n->name, *value, n->min, n->max);
	}
	return 0;
}

static int board_read_temperature(struct device *dev, struct rover_board *board)
{
	static const char name[] = "air-temperature-millicelsius";
	u32 value = 20000;

	if (device_property_present(dev, name) &&
	    device_property_read_u32(dev, name, &value))
		return dev_err_probe(dev, -EINVAL, "%s: want one number\n", name);
	board->air_temperature_mc = (s32)value;
	if (board->air_temperature_mc < -40000 || board->air_temperature_mc > 85000)
		return dev_err_probe(dev, -EINVAL, "%s = %d: want -40000 to 85000\n",
				     name, board->air_temperature_mc);
	return 0;
}

static int board_read_encoders(struct device *dev, struct rover_board *board)
{
	int left = gpiod_count(dev, "left-encoder");
	int right = gpiod_count(dev, "right-encoder");

	left = left == -ENOENT ? 0 : left;
	right = right == -ENOENT ? 0 : right;
	if (left < 0 || right < 0)
		return dev_err_probe(dev, left < 0 ? left : right,
				     "left-encoder-gpios or right-encoder-gpios is malformed\n");
	if (left != right)
		return dev_err_probe(dev, -EINVAL,
				     "left-encoder-gpios has %d lines, right-encoder-gpios %d: want as many\n",
				     left, right);
	if (left > ROVER_ENCODER_LINES)
		return dev_err_probe(dev, -EINVAL,
				     "left-encoder-gpios has %d lines: want 1 or 2\n", left);
	if (left && !board->counts_per_revolution)
		return dev_err_probe(dev, -EINVAL,
				     "counts-per-revolution is missing: encoders need it\n");
	board->encoder_lines = left;
	if (!left)
		board->counts_per_revolution = 0;
	return 0;
}

/**
 * rover_board_read() - read and check the device description
 * @dev: the platform device
 * @board: filled in
 *
 * Return: 0, or a negative error that has been reported with its cause.
 */
int rover_board_read(struct device *dev, struct rover_board *board)
{
	int err;

	err = device_property_read_string_array(dev, "compatible", &board->name, 1);
	if (err < 0)
		return dev_err_probe(dev, err, "compatible is missing\n");
	err = board_read_numbers(dev, board);
	if (err)
		return err;
	err = board_read_temperature(dev, board);
	if (err)
		return err;
	err = rover_board_drive_read(dev, board);
	if (err)
		return err;
	err = board_read_encoders(dev, board);
	if (err)
		return err;
	err = rover_board_sonar_read(dev, board);
	if (err)
		return err;
	return rover_board_head_read(dev, board);
}
