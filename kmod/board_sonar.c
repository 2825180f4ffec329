// SPDX-License-Identifier: GPL-2.0
/*
 * board_sonar: reads what the device description says of the sonars
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/gpio/consumer.h>
#include <linux/property.h>

#include "board.h"
#include "pins.h"

/* Straight behind, either way round. */
#define SONAR_HEADING_MAX_MDEG	180000

/* Turned that far to the side at most, it sees what the rover would run into. */
#define SONAR_AHEAD_MDEG	45000

static int sonar_count(struct device *dev, const char *function)
{
	int count = gpiod_count(dev, function);

	if (count < 0)
		return dev_err_probe(dev, count, "%s-gpios is malformed\n", function);
	if (count > ROVER_SONARS_MAX)
		return dev_err_probe(dev, -EINVAL, "%s-gpios has %d lines: want 1 to %d\n",
				     function, count, ROVER_SONARS_MAX);
	return count;
}

static int sonar_read_two_pin(struct device *dev, struct rover_board *board)
{
	int triggers = sonar_count(dev, "sonar-trigger");
	int echoes = sonar_count(dev, "sonar-echo");

	if (triggers < 0 || echoes < 0)
		return triggers < 0 ? triggers : echoes;
	if (triggers != echoes)
		return dev_err_probe(dev, -EINVAL,
				     "sonar-trigger-gpios has %d lines, sonar-echo-gpios %d: want as many\n",
				     triggers, echoes);
	board->sonar = ROVER_SONAR_TWO_PIN;
	board->sonars = triggers;
	return 0;
}

static int sonar_read_lines(struct device *dev, struct rover_board *board)
{
	bool shared = rover_pins_present(dev, "sonar");
	bool trigger = rover_pins_present(dev, "sonar-trigger");
	bool echo = rover_pins_present(dev, "sonar-echo");
	int count;

	if (shared && (trigger || echo))
		return dev_err_probe(dev, -EINVAL,
				     "sonar-gpios excludes sonar-trigger-gpios and sonar-echo-gpios\n");
	if (trigger != echo)
		return dev_err_probe(dev, -EINVAL, "%s is missing\n",
				     trigger ? "sonar-echo-gpios" : "sonar-trigger-gpios");
	if (trigger)
		return sonar_read_two_pin(dev, board);
	if (!shared)
		return 0;
	count = sonar_count(dev, "sonar");
	if (count < 0)
		return count;
	board->sonar = ROVER_SONAR_ONE_PIN;
	board->sonars = count;
	return 0;
}

/* Where each looks; all ahead, unless it is said. */
static int sonar_read_headings(struct device *dev, struct rover_board *board)
{
	static const char name[] = "sonar-headings-millidegrees";
	u32 heading[ROVER_SONARS_MAX];
	int count, i;

	if (!device_property_present(dev, name)) {
		board->sonars_ahead = BIT(board->sonars) - 1;
		return 0;
	}
	count = device_property_count_u32(dev, name);
	if (count != board->sonars || device_property_read_u32_array(dev, name, heading, count))
		return dev_err_probe(dev, -EINVAL, "%s: want one number for each of %u sonars\n",
				     name, board->sonars);
	for (i = 0; i < count; i++) {
		s32 mdeg = heading[i];

		if (mdeg < -SONAR_HEADING_MAX_MDEG || mdeg > SONAR_HEADING_MAX_MDEG)
			return dev_err_probe(dev, -EINVAL, "%s = %d: want -%d to %d\n", name,
					     mdeg, SONAR_HEADING_MAX_MDEG, SONAR_HEADING_MAX_MDEG);
		if (abs(mdeg) <= SONAR_AHEAD_MDEG)
			board->sonars_ahead |= BIT(i);
		if (!i)
			board->sonar_heading_mdeg = mdeg;
	}
	return 0;
}

/**
 * rover_board_sonar_read() - how many sonars, how wired, and where they look
 * @dev: the platform device
 * @board: filled in
 *
 * Return: 0, or a negative error that has been reported with its cause.
 */
int rover_board_sonar_read(struct device *dev, struct rover_board *board)
{
	return sonar_read_lines(dev, board) ?: sonar_read_headings(dev, board);
}
