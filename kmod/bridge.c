// SPDX-License-Identifier: GPL-2.0
/*
 * bridge: what the inputs of a motor bridge mean, and the order they change in
 *
 *                in-in          in-in-en           phase-enable
 *                IN1 IN2        IN1 IN2 EN         PHASE EN
 *   coast         0   0          0   0   0          as it was 0   (*)
 *   brake         1   1          1   1   1          as it was 0   (*)
 *   forward       1   0          1   0   pulses     0         pulses
 *   reverse       0   1          0   1   pulses     1         pulses
 *
 * (*) What EN low means is the board's: the DRV8835 brakes then, others coast.
 * A bridge with only one of the two ways to rest does the one for the other.
 *
 * in-in-en: the inputs of an L298 alone, low with EN high, would brake, and a
 * TB6612 brakes with EN low while one of them is high: so coast has all of them
 * low, and brake all of them high, which is right for both.
 *
 * The lines of a bridge change one after the other, and what is between must not
 * drive the motor against its direction: an enable line goes low before the
 * others change and high after them, and between coast and brake a bridge passes
 * through the direction it was driven in last.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/bits.h>
#include <linux/gpio/consumer.h>

#include "bridge.h"
#include "pins.h"
#include "rover.h"

/* Inputs by their place in the tables. */
#define BRIDGE_IN1	BIT(0)
#define BRIDGE_IN2	BIT(1)
#define BRIDGE_EN	BIT(2)
#define BRIDGE_PHASE	BIT(0)
#define BRIDGE_PHASE_EN	BIT(1)

const struct rover_bridge_kind rover_bridge_kinds[ROVER_DRIVE_MODES] = {
	[ROVER_DRIVE_IN_IN] = {
		.name = "in-in",
		.input = { "in1", "in2" },
		.level = {
			[ROVER_BRIDGE_BRAKE] = BRIDGE_IN1 | BRIDGE_IN2,
			[ROVER_BRIDGE_FORWARD] = BRIDGE_IN1,
			[ROVER_BRIDGE_REVERSE] = BRIDGE_IN2,
		},
		.pulse = BRIDGE_IN1 | BRIDGE_IN2,
		.pwm = 1,
		.follows = true,
		.either_rest = true,
	},
	[ROVER_DRIVE_IN_IN_EN] = {
		.name = "in-in-en",
		.input = { "in1", "in2", "en" },
		.level = {
			[ROVER_BRIDGE_BRAKE] = BRIDGE_IN1 | BRIDGE_IN2 | BRIDGE_EN,
			[ROVER_BRIDGE_FORWARD] = BRIDGE_IN1 | BRIDGE_EN,
			[ROVER_BRIDGE_REVERSE] = BRIDGE_IN2 | BRIDGE_EN,
		},
		.pulse = BRIDGE_EN,
		.enable = BRIDGE_EN,
		.pwm = 2,
		.halts = true,
		.either_rest = true,
	},
	[ROVER_DRIVE_PHASE_ENABLE] = {
		.name = "phase-enable",
		.input = { "phase", "en" },
		.level = {
			[ROVER_BRIDGE_FORWARD] = BRIDGE_PHASE_EN,
			[ROVER_BRIDGE_REVERSE] = BRIDGE_PHASE_EN | BRIDGE_PHASE,
		},
		.pulse = BRIDGE_PHASE_EN,
		.enable = BRIDGE_PHASE_EN,
		.keep = BRIDGE_PHASE,
		.pwm = 1,
	},
};

/**
 * rover_bridge_function() - function of an input, as pins and PWM channels have it
 * @name: filled in: "left-in1"
 * @side: the bridge's side
 * @input: "in1"
 */
void rover_bridge_function(char name[ROVER_BRIDGE_NAME], enum rover_side side, const char *input)
{
	snprintf(name, ROVER_BRIDGE_NAME, "%s-%s", side == ROVER_LEFT ? "left" : "right", input);
}

/**
 * rover_bridge_level() - inputs that are high in a state
 * @bridge: the bridge
 * @state: the state
 */
unsigned int rover_bridge_level(const struct rover_bridge *bridge,
				enum rover_bridge_state state)
{
	const struct rover_bridge_kind *kind = bridge->kind;

	if (rover_bridge_heading(state))
		return kind->level[state];
	return kind->level[state] | (bridge->level & kind->keep);
}

/**
 * rover_bridge_gap() - inputs that are high between the pulses of a state
 * @bridge: the bridge
 * @state: forward or reverse
 * @slow_decay: brake there, if the drive mode can
 */
unsigned int rover_bridge_gap(const struct rover_bridge *bridge,
			      enum rover_bridge_state state, bool slow_decay)
{
	const struct rover_bridge_kind *kind = bridge->kind;

	return slow_decay ? kind->level[ROVER_BRIDGE_BRAKE] : kind->level[state] & ~kind->pulse;
}

/* An input that a PWM provider drives has no line: gpiod_set_value() takes NULL. */
static inline void bridge_set(struct rover_bridge *bridge, unsigned int input,
			      unsigned int change, unsigned int level)
{
	if (change & BIT(input))
		gpiod_set_value(bridge->line[input], level >> input & 1);
}

/* The inputs that shall change, the first one first, or last. */
static void bridge_change(struct rover_bridge *bridge, unsigned int change, unsigned int level,
			  bool backwards)
{
	if (!change)
		return;
	if (backwards) {
		bridge_set(bridge, 2, change, level);
		bridge_set(bridge, 1, change, level);
		bridge_set(bridge, 0, change, level);
		return;
	}
	bridge_set(bridge, 0, change, level);
	bridge_set(bridge, 1, change, level);
	bridge_set(bridge, 2, change, level);
}

/* Through forward (IN1 alone is high) or through reverse (IN2 alone is). */
static bool bridge_backwards(const struct rover_bridge *bridge, unsigned int level)
{
	bool rises = level & ~bridge->level;

	return rises == (bridge->heading < 0);
}

/**
 * rover_bridge_write() - set the lines of both bridges at one instant
 * @bridge: both bridges
 * @level: inputs that shall be high
 */
void rover_bridge_write(struct rover_bridge bridge[ROVER_SIDES],
			const unsigned int level[ROVER_SIDES])
{
	const unsigned int enable = bridge->kind->enable;
	unsigned int change[ROVER_SIDES];
	bool backwards[ROVER_SIDES];
	int i;

	if (bridge[ROVER_LEFT].level == level[ROVER_LEFT] &&
	    bridge[ROVER_RIGHT].level == level[ROVER_RIGHT])
		return;
	/* Nothing to think about between the lines. */
	for (i = 0; i < ROVER_SIDES; i++) {
		change[i] = bridge[i].level ^ level[i];
		backwards[i] = bridge_backwards(&bridge[i], level[i]);
	}
	for (i = 0; i < ROVER_SIDES; i++)
		bridge_change(&bridge[i], change[i] & enable & ~level[i], level[i], false);
	for (i = 0; i < ROVER_SIDES; i++)
		bridge_change(&bridge[i], change[i] & ~enable, level[i], backwards[i]);
	for (i = 0; i < ROVER_SIDES; i++)
		bridge_change(&bridge[i], change[i] & enable & level[i], level[i], false);
	for (i = 0; i < ROVER_SIDES; i++)
		bridge[i].level = level[i];
}

/**
 * rover_bridge_cut() - lines low, whatever they were, as far as that stops
 * @bridge: the bridge
 *
 * For a panic: no lock, and @bridge->level may be anything.
 */
void rover_bridge_cut(struct rover_bridge *bridge)
{
	const struct rover_bridge_kind *kind = bridge->kind;
	const unsigned int all = BIT(ROVER_BRIDGE_INPUTS) - 1;

	bridge_change(bridge, kind->enable, 0, false);
	bridge_change(bridge, all & ~kind->enable & ~kind->keep, 0, bridge->heading >= 0);
}

/**
 * rover_bridge_init() - request the lines of a bridge, low
 * @rover: the rover
 * @bridge: filled in
 * @side: which side's
 *
 * All but the one that a PWM provider drives, if there is one. Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_bridge_init(struct rover *rover, struct rover_bridge *bridge, enum rover_side side)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[rover->board.drive_mode];
	char function[ROVER_BRIDGE_NAME];
	struct gpio_desc *desc;
	unsigned int i;

	bridge->kind = kind;
	for (i = 0; i < ROVER_BRIDGE_INPUTS && kind->input[i]; i++) {
		if (rover->board.hardware_pwm && i == kind->pwm)
			continue;
		rover_bridge_function(function, side, kind->input[i]);
		desc = rover_pins_get(rover->hardware, rover->label, function, 0, GPIOD_OUT_LOW);
		if (IS_ERR(desc))
			return PTR_ERR(desc);
		bridge->line[i] = desc;
	}
	return 0;
}
