/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time of a board: brings the world up to now, and raises interrupts.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CLOCK_H
#define ROVER_SIM_CLOCK_H

#include <linux/hrtimer.h>
#include <linux/types.h>

struct irq_domain;
struct sim_board;

#define SIM_NEVER	U64_MAX

/*
 * Interrupts switched off on purpose: @count times, every @period_ns, or each time
 * @delay_ns after a sonar's ping.
 */
struct sim_irqs_off {
	u64 start_ns;
	u64 delay_ns;
	bool after_ping;
	u64 off_ns;
	u64 period_ns;
	u32 count;
};

struct sim_clock {
	struct hrtimer timer;
	u64 armed_ns;			/* when it fires, SIM_NEVER: it does not */
	u64 next_ns;			/* nothing happens before this */
	bool applied;			/* something happened on entering */
	bool reporting;			/* its handler is raising interrupts */
	bool pausing;			/* it waits, whatever happens */
	u64 fired;			/* how often it did */
	u64 late;			/* how often much too late */
	struct irq_domain *domain;	/* NULL: nobody to interrupt */
	struct sim_irqs_off irqs_off;
	u64 held_from_ns;		/* the last time interrupts were off */
	u64 held_to_ns;
	bool times;			/* how long handlers take is measured */
	u64 handled;			/* interrupts since then */
	u64 handled_ns;			/* all of them together */
};

int sim_clock_init(struct sim_board *board);
bool sim_clock_is_current(struct sim_board *board);
unsigned long sim_clock_enter(struct sim_board *board);
void sim_clock_leave(struct sim_board *board, unsigned long flags);
void sim_clock_leave_bridge(struct sim_board *board, unsigned long flags);
void sim_clock_leave_unchanged(struct sim_board *board, unsigned long flags);
void sim_clock_connect(struct sim_board *board, struct irq_domain *domain);

#endif
