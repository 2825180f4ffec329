/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The 54 lines: who drives each, its level, and its latched edges.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_LINES_H
#define ROVER_SIM_LINES_H

#include <linux/types.h>

#include "config.h"

struct sim_board;

/* As in brcm,function and the BCM2835's GPFSEL registers. */
enum sim_function {
	SIM_FUNCTION_IN = 0,
	SIM_FUNCTION_OUT = 1,
	SIM_FUNCTION_ALT5 = 2,
	SIM_FUNCTION_ALT4 = 3,
	SIM_FUNCTION_ALT0 = 4,
	SIM_FUNCTION_ALT1 = 5,
	SIM_FUNCTION_ALT2 = 6,
	SIM_FUNCTION_ALT3 = 7,
	SIM_FUNCTIONS
};

/* As in brcm,pull. */
enum sim_pull {
	SIM_PULL_NONE,
	SIM_PULL_DOWN,
	SIM_PULL_UP,
	SIM_PULLS
};

/* What one end of a wire does to it. */
enum sim_drive {
	SIM_DRIVE_NONE,
	SIM_DRIVE_LOW,
	SIM_DRIVE_HIGH
};

enum sim_role {
	SIM_ROLE_NONE,
	SIM_ROLE_BRIDGE,
	SIM_ROLE_TRIGGER,
	SIM_ROLE_SERVO
};

struct sim_line {
	enum sim_function function;
	enum sim_pull pull;
	enum sim_drive peripheral;	/* what an ALT function puts out */
	enum sim_drive board;		/* what the board at the pin puts out */
	enum sim_drive sensor;		/* the same, if it did not bounce */
	enum sim_role role;
	bool latch;			/* output register */
	bool frozen;			/* fault: what the board puts out is stuck */
	bool fighting;			/* both ends drive, differently */
	bool level;
	unsigned int edges;		/* IRQ_TYPE_EDGE_* bits to latch */
	u64 rising;
	u64 falling;
	u64 irqs;			/* edges that were latched */
	u64 merged;			/* edges while one was latched: lost */
	u64 conflicts;
};

struct sim_lines {
	struct sim_line line[SIM_LINES];
	u64 enabled;			/* interrupts unmasked, one bit per line */
	u64 pending;			/* edge latched, not yet acknowledged */
};

void sim_lines_init(struct sim_board *board);
void sim_lines_set_role(struct sim_board *board, int line, enum sim_role role);
void sim_lines_set_function(struct sim_board *board, unsigned int line,
			    enum sim_function function);
void sim_lines_set_pull(struct sim_board *board, unsigned int line,
			enum sim_pull pull);
void sim_lines_set_latch(struct sim_board *board, unsigned int line, bool high);
void sim_lines_set_edges(struct sim_board *board, unsigned int line,
			 unsigned int edges);
void sim_lines_enable(struct sim_board *board, unsigned int line, bool enable);
void sim_lines_ack(struct sim_board *board, unsigned int line);
void sim_lines_drive(struct sim_board *board, int line, enum sim_drive drive);
void sim_lines_flip(struct sim_board *board, unsigned int line);
void sim_lines_drive_peripheral(struct sim_board *board, unsigned int line,
				enum sim_drive drive);
void sim_lines_freeze(struct sim_board *board, u64 mask);
void sim_lines_reset_counts(struct sim_board *board);

static inline enum sim_drive sim_drive_level(bool high)
{
	return high ? SIM_DRIVE_HIGH : SIM_DRIVE_LOW;
}

#endif
