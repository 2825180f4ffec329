// SPDX-License-Identifier: GPL-2.0
/*
 * Bouncing lines.
 *
 *   sensor  ________|~~~~~~~~~~~~~~~~~~~~~~~~~
 *   line    ________|~|_|~~~|__|~~~~~~~~~~~~~~   2 bounces: 4 extra edges
 *                   |<- within_us ->|
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "board.h"

/* Nothing bounces faster. */
#define CHATTER_GAP_NS		1000

static const struct sim_chatter_habit *
chatter_habit(const struct sim_chatter *chatter, unsigned int line)
{
	enum sim_chatter_kind kind;

	for (kind = 0; kind < SIM_CHATTER_KINDS; kind++)
		if (chatter->habit[kind].lines & BIT_ULL(line))
			return &chatter->habit[kind];
	return NULL;
}

/* The time left is shared out at random, so that the last edge is in time. */
static void chatter_plan(struct sim_chatter *chatter,
			 struct sim_chatter_line *line, u64 now_ns)
{
	u64 share_ns = div_u64(line->end_ns - min(line->end_ns, now_ns),
			       line->left);

	line->next_ns = now_ns + CHATTER_GAP_NS;
	if (share_ns > CHATTER_GAP_NS)
		line->next_ns += prandom_u32_state(&chatter->random) %
				 (u32)(share_ns - CHATTER_GAP_NS + 1);
}

static void chatter_set_next(struct sim_chatter *chatter)
{
	u64 busy = chatter->busy;

	chatter->next_ns = SIM_NEVER;
	for (; busy; busy &= busy - 1)
		chatter->next_ns = min(chatter->next_ns,
				       chatter->line[__ffs64(busy)].next_ns);
}

/**
 * sim_chatter_begin() - a sensor has just made an edge
 * @board: the board
 * @number: its line
 *
 * An edge while the line still bounces from the last one begins anew.
 */
void sim_chatter_begin(struct sim_board *board, unsigned int number)
{
	struct sim_chatter *chatter = &board->chatter;
	struct sim_chatter_line *line = &chatter->line[number];
	const struct sim_chatter_habit *habit = chatter_habit(chatter, number);

	if (!habit || !habit->bounces)
		return;
	line->left = 2 * habit->bounces;
	line->end_ns = board->now_ns + habit->within_us * (u64)NSEC_PER_USEC;
	chatter_plan(chatter, line, board->now_ns);
	chatter->busy |= BIT_ULL(number);
	chatter_set_next(chatter);
}

u64 sim_chatter_next(const struct sim_board *board)
{
	return board->chatter.next_ns;
}

/* The timer need not look at lines that nobody listens to. */
u64 sim_chatter_wake(const struct sim_board *board)
{
	return board->chatter.busy & board->lines.enabled ?
		board->chatter.next_ns : SIM_NEVER;
}

/* Applies what is due at board->now_ns. */
void sim_chatter_run(struct sim_board *board)
{
	struct sim_chatter *chatter = &board->chatter;
	u64 busy = chatter->busy;

	if (board->now_ns < chatter->next_ns)
		return;
	for (; busy; busy &= busy - 1) {
		unsigned int number = __ffs64(busy);
		struct sim_chatter_line *line = &chatter->line[number];

		if (board->now_ns < line->next_ns)
			continue;
		sim_lines_flip(board, number);
		chatter->edges++;
		if (--line->left)
			chatter_plan(chatter, line, board->now_ns);
		else
			chatter->busy &= ~BIT_ULL(number);
	}
	chatter_set_next(chatter);
}

void sim_chatter_seed(struct sim_board *board, u32 seed)
{
	prandom_seed_state(&board->chatter.random, seed);
}

void sim_chatter_init(struct sim_board *board)
{
	board->chatter.next_ns = SIM_NEVER;
	sim_chatter_seed(board, board->seed);
}

/* No habits, and every line rests at its sensor's level. */
void sim_chatter_reset(struct sim_board *board)
{
	struct sim_chatter *chatter = &board->chatter;
	enum sim_chatter_kind kind;
	u64 busy = chatter->busy;

	for (kind = 0; kind < SIM_CHATTER_KINDS; kind++)
		chatter->habit[kind].bounces = 0;
	for (; busy; busy &= busy - 1)
		if (chatter->line[__ffs64(busy)].left & 1)
			sim_lines_flip(board, __ffs64(busy));
	chatter->busy = 0;
	chatter->next_ns = SIM_NEVER;
	chatter->edges = 0;
}
