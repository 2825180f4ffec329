// SPDX-License-Identifier: GPL-2.0
/*
 * The lines. A change of any end of a wire goes through lines_update(), which
 * works out the level, counts and logs a transition, latches it for the
 * interrupt, and tells the part of the board that listens to the line.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/irq.h>
#include <linux/lockdep.h>

#include "board.h"

static bool lines_level(const struct sim_line *line)
{
	if (line->function == SIM_FUNCTION_OUT)
		return line->latch;
	if (line->function != SIM_FUNCTION_IN && line->peripheral)
		return line->peripheral == SIM_DRIVE_HIGH;
	if (line->board)
		return line->board == SIM_DRIVE_HIGH;
	return line->pull == SIM_PULL_UP;
}

/* The SoC's driver is the stronger one: what it drives, wins. */
static void lines_check_conflict(struct sim_line *line)
{
	bool fighting = line->function == SIM_FUNCTION_OUT && line->board &&
			(line->board == SIM_DRIVE_HIGH) != line->latch;

	if (fighting && !line->fighting)
		line->conflicts++;
	line->fighting = fighting;
}

/*
 * Edges are latched only while the line's interrupt is enabled, as a BCM2835
 * does whose edge-enable bits are cleared by masking. A latch holds one edge.
 */
static void lines_latch_edge(struct sim_board *board, unsigned int number)
{
	struct sim_line *line = &board->lines.line[number];
	u64 bit = BIT_ULL(number);
	unsigned int edge;

	edge = line->level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING;
	if (!(board->lines.enabled & bit) || !(line->edges & edge))
		return;
	if (board->chassis.encoder_lines & bit &&
	    sim_faults_hit(board, board->faults.drop_permille)) {
		board->faults.edges_dropped++;
		return;
	}
	if (board->lines.pending & bit) {
		line->merged++;
		return;
	}
	board->lines.pending |= bit;
	line->irqs++;
}

static void lines_notify(struct sim_board *board, unsigned int number)
{
	const struct sim_line *line = &board->lines.line[number];

	switch (line->role) {
	case SIM_ROLE_BRIDGE:
		sim_chassis_bridge_changed(board);
		break;
	case SIM_ROLE_TRIGGER:
		sim_sonar_trigger(board, number, line->level);
		break;
	case SIM_ROLE_SERVO:
		sim_servo_edge(board, number, line->level);
		break;
	case SIM_ROLE_NONE:
		break;
	}
}

static void lines_update(struct sim_board *board, unsigned int number)
{
	struct sim_line *line = &board->lines.line[number];
	bool level = lines_level(line);

	lockdep_assert_held(&board->lock);
	lines_check_conflict(line);
	if (level == line->level)
		return;

	line->level = level;
	if (level)
		line->rising++;
	else
		line->falling++;
	sim_edgelog_add(board, number, level);
	lines_latch_edge(board, number);
	lines_notify(board, number);
}

void sim_lines_set_role(struct sim_board *board, int line, enum sim_role role)
{
	if (line != SIM_NO_LINE)
		board->lines.line[line].role = role;
}

void sim_lines_set_function(struct sim_board *board, unsigned int line,
			    enum sim_function function)
{
	board->lines.line[line].function = function;
	sim_pwm_route(board);
	lines_update(board, line);
}

void sim_lines_set_pull(struct sim_board *board, unsigned int line,
			enum sim_pull pull)
{
	board->lines.line[line].pull = pull;
	lines_update(board, line);
}

void sim_lines_set_latch(struct sim_board *board, unsigned int line, bool high)
{
	board->lines.line[line].latch = high;
	lines_update(board, line);
}

void sim_lines_set_edges(struct sim_board *board, unsigned int line,
			 unsigned int edges)
{
	board->lines.line[line].edges = edges;
}

/* Disabling clears what was latched, as pinctrl-bcm2835 does. */
void sim_lines_enable(struct sim_board *board, unsigned int line, bool enable)
{
	if (enable) {
		board->lines.enabled |= BIT_ULL(line);
		return;
	}
	board->lines.enabled &= ~BIT_ULL(line);
	board->lines.pending &= ~BIT_ULL(line);
}

void sim_lines_ack(struct sim_board *board, unsigned int line)
{
	board->lines.pending &= ~BIT_ULL(line);
}

/**
 * sim_lines_drive() - what the board puts on a line
 * @board: the board
 * @line: the line; SIM_NO_LINE is allowed and ignored
 * @drive: a level, or nothing
 */
void sim_lines_drive(struct sim_board *board, int line, enum sim_drive drive)
{
	struct sim_line *this;

	if (line == SIM_NO_LINE || board->lines.line[line].frozen)
		return;
	this = &board->lines.line[line];
	if (this->sensor == drive)
		return;
	if (this->sensor)
		sim_chatter_begin(board, line);
	this->sensor = drive;
	this->board = drive;
	lines_update(board, line);
}

/* A bounce: what the board puts on a line, upside down. */
void sim_lines_flip(struct sim_board *board, unsigned int line)
{
	struct sim_line *this = &board->lines.line[line];

	if (this->frozen || !this->board)
		return;
	this->board = this->board == SIM_DRIVE_HIGH ? SIM_DRIVE_LOW :
						      SIM_DRIVE_HIGH;
	lines_update(board, line);
}

void sim_lines_drive_peripheral(struct sim_board *board, unsigned int line,
				enum sim_drive drive)
{
	board->lines.line[line].peripheral = drive;
	lines_update(board, line);
}

/**
 * sim_lines_freeze() - let lines stick at what the board drives on them now
 * @board: the board
 * @mask: the stuck lines; those of others follow from the next change on
 */
void sim_lines_freeze(struct sim_board *board, u64 mask)
{
	unsigned int i;

	for (i = 0; i < SIM_LINES; i++)
		board->lines.line[i].frozen = mask & BIT_ULL(i);
}

void sim_lines_reset_counts(struct sim_board *board)
{
	struct sim_line *line;

	for (line = board->lines.line; line < board->lines.line + SIM_LINES;
	     line++) {
		line->rising = 0;
		line->falling = 0;
		line->irqs = 0;
		line->merged = 0;
		line->conflicts = 0;
	}
}

/* Pulls after reset as on BCM2835: GPIO0-8 and 34-36 up, the others down. */
void sim_lines_init(struct sim_board *board)
{
	unsigned int i;

	for (i = 0; i < SIM_LINES; i++) {
		struct sim_line *line = &board->lines.line[i];

		line->pull = SIM_PULL_DOWN;
		if (i <= 8 || (i >= 34 && i <= 36))
			line->pull = SIM_PULL_UP;
		line->level = lines_level(line);
	}
}
