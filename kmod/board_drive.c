// SPDX-License-Identifier: GPL-2.0
/*
 * board_drive: reads what the device description says of the bridges
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <linux/gpio/consumer.h>
#include <linux/property.h>
#include <linux/string.h>

#include "board.h"
#include "bridge.h"
#include "pins.h"

#define BOARD_DRIVE_MODES	"\"in-in\", \"in-in-en\" or \"phase-enable\""

static int board_drive_read_mode(struct device *dev, struct rover_board *board)
{
	const char *name;
	unsigned int i;

	if (device_property_read_string(dev, "drive-mode", &name))
		return dev_err_probe(dev, -EINVAL,
				     "drive-mode is missing: want " BOARD_DRIVE_MODES "\n");
	for (i = 0; i < ROVER_DRIVE_MODES; i++) {
		if (strcmp(name, rover_bridge_kinds[i].name))
			continue;
		board->drive_mode = i;
		return 0;
	}
	return dev_err_probe(dev, -EINVAL, "drive-mode \"%s\" is unknown: want " BOARD_DRIVE_MODES
			     "\n", name);
}

/* Each input is a line; the one that carries the pulses may be a PWM instead. */
static int board_drive_check_input(struct device *dev, const struct rover_board *board,
				   enum rover_side side, unsigned int i)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[board->drive_mode];
	char function[ROVER_BRIDGE_NAME];
	bool present;

	rover_bridge_function(function, side, kind->input[i]);
	present = rover_pins_present(dev, function);
	if (i == kind->pwm) {
		if (present && board->hardware_pwm)
			return dev_err_probe(dev, -EINVAL, "%s-gpios and pwms exclude each other\n",
					     function);
		if (!present && !board->hardware_pwm)
			return dev_err_probe(dev, -EINVAL,
					     "%s-gpios is missing, and pwm-names has no \"%s\"\n",
					     function, function);
		return 0;
	}
	return present ? 0 : dev_err_probe(dev, -EINVAL, "%s-gpios is missing\n", function);
}

/* Other channels may be there for other things. */
static bool board_drive_has_pwm(struct device *dev, const struct rover_board *board,
				enum rover_side side)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[board->drive_mode];
	char name[ROVER_BRIDGE_NAME];

	rover_bridge_function(name, side, kind->input[kind->pwm]);
	return device_property_match_string(dev, "pwm-names", name) >= 0;
}

static bool board_drive_has_input(const struct rover_bridge_kind *kind, const char *input)
{
	unsigned int i;

	for (i = 0; i < ROVER_BRIDGE_INPUTS && kind->input[i]; i++)
		if (!strcmp(kind->input[i], input))
			return true;
	return false;
}

/* An input of another drive mode is a mistake: which of the two is meant? */
static int board_drive_check_foreign(struct device *dev, const struct rover_board *board,
				     enum rover_side side, const struct rover_bridge_kind *other)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[board->drive_mode];
	char function[ROVER_BRIDGE_NAME];
	unsigned int i;

	for (i = 0; i < ROVER_BRIDGE_INPUTS && other->input[i]; i++) {
		if (board_drive_has_input(kind, other->input[i]))
			continue;
		rover_bridge_function(function, side, other->input[i]);
		if (rover_pins_present(dev, function))
			return dev_err_probe(dev, -EINVAL,
					     "%s-gpios is for drive-mode \"%s\", not \"%s\"\n",
					     function, other->name, kind->name);
	}
	return 0;
}

static int board_drive_check_side(struct device *dev, const struct rover_board *board,
				  enum rover_side side)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[board->drive_mode];
	unsigned int i;
	int err;

	for (i = 0; i < ROVER_DRIVE_MODES; i++) {
		err = board_drive_check_foreign(dev, board, side, &rover_bridge_kinds[i]);
		if (err)
			return err;
	}
	for (i = 0; i < ROVER_BRIDGE_INPUTS && kind->input[i]; i++) {
		err = board_drive_check_input(dev, board, side, i);
		if (err)
			return err;
	}
	return 0;
}

static int board_drive_read_rest(struct device *dev, struct rover_board *board)
{
	board->slow_decay = device_property_present(dev, "slow-decay");
	board->enable_low_coasts = device_property_present(dev, "enable-low-coasts");
	if (board->slow_decay && board->hardware_pwm)
		return dev_err_probe(dev, -EINVAL,
				     "slow-decay is for software PWM: with pwms, the wiring decides\n");
	if (board->slow_decay && board->drive_mode == ROVER_DRIVE_PHASE_ENABLE)
		return dev_err_probe(dev, -EINVAL,
				     "slow-decay is not for drive-mode \"phase-enable\": the board decides\n");
	if (board->enable_low_coasts && board->drive_mode != ROVER_DRIVE_PHASE_ENABLE)
		return dev_err_probe(dev, -EINVAL,
				     "enable-low-coasts is for drive-mode \"phase-enable\" alone\n");
	return 0;
}

static int board_drive_read_sleep(struct device *dev, struct rover_board *board)
{
	int lines = gpiod_count(dev, "sleep");

	if (lines == -ENOENT)
		return 0;
	if (lines < 0)
		return dev_err_probe(dev, lines, "sleep-gpios is malformed\n");
	if (lines > ROVER_SLEEP_LINES)
		return dev_err_probe(dev, -EINVAL, "sleep-gpios has %d lines: want 1 or 2\n",
				     lines);
	board->sleep_lines = lines;
	return 0;
}

/**
 * rover_board_drive_read() - read and check what it says of the bridges
 * @dev: the platform device
 * @board: filled in
 *
 * Return: 0, or a negative error that has been reported with its cause.
 */
int rover_board_drive_read(struct device *dev, struct rover_board *board)
{
	enum rover_side side;
	int err;

	err = board_drive_read_mode(dev, board);
	if (err)
		return err;
	board->hardware_pwm = board_drive_has_pwm(dev, board, ROVER_LEFT) ||
			      board_drive_has_pwm(dev, board, ROVER_RIGHT);
	for (side = ROVER_LEFT; side < ROVER_SIDES; side++) {
		err = board_drive_check_side(dev, board, side);
		if (err)
			return err;
	}
	board->has_enable = rover_pins_present(dev, "enable");
	err = board_drive_read_sleep(dev, board);
	return err ?: board_drive_read_rest(dev, board);
}
