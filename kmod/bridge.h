/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bridge: what the inputs of a motor bridge mean, and the order they change in
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_BRIDGE_H
#define ROVER_BRIDGE_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "board.h"

struct gpio_desc;
struct rover;

#define ROVER_BRIDGE_INPUTS	3	/* most inputs a bridge has */
#define ROVER_BRIDGE_NAME	16	/* longest function of one, with its NUL */

/**
 * enum rover_bridge_state - what a bridge does with its motor
 * @ROVER_BRIDGE_COAST: leaves it alone
 * @ROVER_BRIDGE_BRAKE: shorts it
 * @ROVER_BRIDGE_FORWARD: drives it
 * @ROVER_BRIDGE_REVERSE: drives it the other way
 */
enum rover_bridge_state {
	ROVER_BRIDGE_COAST,
	ROVER_BRIDGE_BRAKE,
	ROVER_BRIDGE_FORWARD,
	ROVER_BRIDGE_REVERSE,
	ROVER_BRIDGE_STATES,
};

/**
 * struct rover_bridge_kind - a drive mode; sets of inputs have bit i for input i
 * @name: value of the property drive-mode
 * @input: functions of the inputs, without the side; the rest is NULL
 * @level: inputs that are high in each state
 * @pulse: inputs that are low between the pulses
 * @enable: input without which the others mean nothing; 0 if there is none
 * @keep: inputs that stay as they are at rest
 * @pwm: the one input that a PWM provider may drive
 * @follows: with a PWM provider, the other inputs wait for it on the way to rest
 * @halts: with a PWM provider, the other inputs alone can stop the motor
 * @either_rest: it can coast and brake, between pulses too; if not, what it does
 *	with the enable input low is the board's
 */
struct rover_bridge_kind {
	const char *name;
	const char *input[ROVER_BRIDGE_INPUTS];
	unsigned int level[ROVER_BRIDGE_STATES];
	unsigned int pulse;
	unsigned int enable;
	unsigned int keep;
	unsigned int pwm;
	bool follows;
	bool halts;
	bool either_rest;
};

/**
 * struct rover_bridge - one bridge; whose back end protects it
 * @kind: drive mode
 * @line: its inputs; NULL for one that a PWM provider drives
 * @level: what they were set to
 * @heading: direction it last drove in: -1, 0 (never), 1
 * @rested: when it last did
 */
struct rover_bridge {
	const struct rover_bridge_kind *kind;
	struct gpio_desc *line[ROVER_BRIDGE_INPUTS];
	unsigned int level;
	int heading;
	ktime_t rested;
};

extern const struct rover_bridge_kind rover_bridge_kinds[ROVER_DRIVE_MODES];

/* Direction in which a state drives: 1, -1, or 0 for none. */
static inline int rover_bridge_heading(enum rover_bridge_state state)
{
	return (state == ROVER_BRIDGE_FORWARD) - (state == ROVER_BRIDGE_REVERSE);
}

/* The state that a duty asks for. */
static inline enum rover_bridge_state rover_bridge_state(s32 duty_permille)
{
	return duty_permille > 0 ? ROVER_BRIDGE_FORWARD :
	       duty_permille < 0 ? ROVER_BRIDGE_REVERSE : ROVER_BRIDGE_COAST;
}

/* Direction in which a motor is driven now, if all of its bridge's inputs are lines. */
static inline int rover_bridge_drives(const struct rover_bridge *bridge)
{
	const unsigned int *level = bridge->kind->level;

	return (bridge->level == level[ROVER_BRIDGE_FORWARD]) -
	       (bridge->level == level[ROVER_BRIDGE_REVERSE]);
}

void rover_bridge_function(char name[ROVER_BRIDGE_NAME], enum rover_side side,
			   const char *input);
unsigned int rover_bridge_level(const struct rover_bridge *bridge,
				enum rover_bridge_state state);
unsigned int rover_bridge_gap(const struct rover_bridge *bridge,
			      enum rover_bridge_state state, bool slow_decay);
void rover_bridge_write(struct rover_bridge bridge[ROVER_SIDES],
			const unsigned int level[ROVER_SIDES]);
void rover_bridge_cut(struct rover_bridge *bridge);
int rover_bridge_init(struct rover *rover, struct rover_bridge *bridge, enum rover_side side);

#endif /* ROVER_BRIDGE_H */
