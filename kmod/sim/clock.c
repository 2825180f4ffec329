// SPDX-License-Identifier: GPL-2.0
/*
 * Time of a board.
 *
 * Levels are a function of time. Whoever looks at the board, a pin read as much
 * as the timer, first has every transition applied that is due by then, in
 * order and at its own time. The timer only reports: it fires when the next
 * interesting thing happens, and raises one interrupt for each line with a
 * latched edge, however many edges there were by the time it ran. So a timer
 * that is late loses what late interrupts lose on hardware.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/processor.h>

#include "board.h"
#include "compat.h"

/*
 * Hardware PWM changes levels much more often than the timer fires. So that
 * there is never much to catch up with, the timer fires at least once in
 * CLOCK_PWM_LAG_NS; and so that what it has to report does not wait for that,
 * nor for a guess to be mended, it also fires CLOCK_PWM_LEAD_NS before.
 */
#define CLOCK_PWM_LAG_NS	(250 * NSEC_PER_USEC)
#define CLOCK_PWM_LEAD_NS	(30 * NSEC_PER_USEC)

/*
 * On a machine too slow for the edges it gets, the timer would never be done:
 * after so many rounds of interrupts others get a turn.
 */
#define CLOCK_ROUNDS		8
#define CLOCK_PAUSE_NS		(100 * NSEC_PER_USEC)

/* So late the timer is only when the kernel gives it a pause. */
#define CLOCK_LATE_NS		(20 * NSEC_PER_USEC)

static u64 clock_next(const struct sim_board *board)
{
	u64 sensed_ns = min3(sim_sonar_next(board), sim_sensors_next(board),
			     sim_chatter_next(board));

	return min3(sim_chassis_next(board), sim_pwm_next(board), sensed_ns);
}

static void clock_advance(struct sim_board *board, u64 to_ns)
{
	if (to_ns < board->clock.next_ns) {
		board->now_ns = max(board->now_ns, to_ns);
		return;
	}
	while (board->now_ns < to_ns) {
		board->now_ns = clamp(clock_next(board), board->now_ns, to_ns);
		sim_pwm_run(board);
		sim_sonar_run(board);
		sim_chassis_run(board);
		sim_sensors_run(board);
		sim_chatter_run(board);
	}
	/* After the levels; pairs with sim_clock_is_current(). */
	smp_wmb();
	WRITE_ONCE(board->clock.next_ns, clock_next(board));
	board->clock.applied = true;
}

static u64 clock_wake_under_pwm(const struct sim_board *board, u64 wake_ns)
{
	u64 away_ns = wake_ns - board->now_ns;

	if (wake_ns <= board->now_ns)
		return wake_ns;
	if (away_ns > 2 * CLOCK_PWM_LEAD_NS)
		wake_ns -= CLOCK_PWM_LEAD_NS;
	if (sim_pwm_watched(board))
		wake_ns = min(wake_ns, sim_pwm_next(board));
	return min(wake_ns, board->now_ns + CLOCK_PWM_LAG_NS);
}

/* When the world next needs looking at without anybody asking. */
static u64 clock_wake(const struct sim_board *board)
{
	const struct sim_irqs_off *off = &board->clock.irqs_off;
	u64 wake_ns = min(min(sim_chassis_wake(board), sim_sonar_next(board)),
			  min(sim_sensors_wake(board),
			      sim_chatter_wake(board)));

	if (board->lines.pending && board->clock.domain)
		return board->now_ns;
	if (off->count)
		wake_ns = min(wake_ns, off->start_ns);
	if (sim_pwm_next(board) != SIM_NEVER)
		wake_ns = clock_wake_under_pwm(board, wake_ns);
	return wake_ns;
}

static void clock_start(struct sim_clock *clock, u64 wake_ns)
{
	clock->armed_ns = wake_ns;
	hrtimer_start(&clock->timer, ns_to_ktime(wake_ns),
		      HRTIMER_MODE_ABS_PINNED_HARD);
}

/*
 * Only ever moves the timer earlier: one that fires too early finds nothing to
 * report and is armed again, which is cheaper than moving it at every change.
 */
static void clock_arm(struct sim_board *board)
{
	struct sim_clock *clock = &board->clock;
	u64 wake_ns;

	WRITE_ONCE(clock->next_ns, clock_next(board));
	clock->applied = false;
	if (clock->reporting || clock->pausing)
		return;
	wake_ns = clock_wake(board);
	if (wake_ns < clock->armed_ns)
		clock_start(clock, wake_ns);
}

/**
 * sim_clock_is_current() - whether the levels are those of now, as they are
 * @board: the board
 *
 * Without the lock, so that a driver that looks at a line pays for little more than
 * the clock. Who changes the board at this moment may be seen or not, as on hardware.
 *
 * Context: any.
 */
bool sim_clock_is_current(struct sim_board *board)
{
	u64 next_ns;

	/* Where it cannot be read at once. */
	if (!IS_ENABLED(CONFIG_64BIT))
		return false;
	next_ns = READ_ONCE(board->clock.next_ns);
	/* Levels after it; pairs with clock_advance(), which writes it after them. */
	smp_rmb();
	return ktime_get_ns() < next_ns;
}

/**
 * sim_clock_enter() - lock a board and bring it up to now
 * @board: the board
 *
 * Context: any, hard interrupts included.
 * Return: flags for sim_clock_leave().
 */
unsigned long sim_clock_enter(struct sim_board *board)
	__acquires(&board->lock)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	clock_advance(board, ktime_get_ns());
	/* That may have taken microseconds, which no hardware would need. */
	if (board->clock.applied)
		clock_advance(board, ktime_get_ns());
	return flags;
}

/**
 * sim_clock_leave() - take over what was changed, and unlock the board
 * @board: the board
 * @flags: what sim_clock_enter() returned
 */
void sim_clock_leave(struct sim_board *board, unsigned long flags)
	__releases(&board->lock)
{
	clock_arm(board);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

/**
 * sim_clock_leave_bridge() - take over a changed bridge input alone, and unlock
 * @board: the board
 * @flags: what sim_clock_enter() returned
 *
 * As sim_clock_leave(), but without asking all parts of the board: the lines of
 * both bridges are to change as close to each other as on real hardware.
 */
void sim_clock_leave_bridge(struct sim_board *board, unsigned long flags)
	__releases(&board->lock)
{
	struct sim_clock *clock = &board->clock;
	u64 wake_ns;

	if (clock->applied || board->lines.pending ||
	    sim_pwm_next(board) != SIM_NEVER) {
		sim_clock_leave(board, flags);
		return;
	}
	WRITE_ONCE(clock->next_ns, min(clock->next_ns, sim_chassis_next(board)));
	wake_ns = sim_chassis_wake(board);
	if (!clock->reporting && !clock->pausing && wake_ns < clock->armed_ns)
		clock_start(clock, wake_ns);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

/**
 * sim_clock_leave_unchanged() - unlock the board after merely looking at it
 * @board: the board
 * @flags: what sim_clock_enter() returned
 */
void sim_clock_leave_unchanged(struct sim_board *board, unsigned long flags)
	__releases(&board->lock)
{
	if (board->clock.applied)
		clock_arm(board);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static void clock_note_late(struct sim_board *board)
{
	struct sim_clock *clock = &board->clock;

	raw_spin_lock(&board->lock);
	if (clock->armed_ns != SIM_NEVER &&
	    ktime_get_ns() > clock->armed_ns + CLOCK_LATE_NS)
		clock->late++;
	raw_spin_unlock(&board->lock);
}

/*
 * Keeps interrupts off on this CPU for as long as was asked: the timer runs
 * with them off already, so it is enough to stay.
 */
static void clock_hold_irqs_off(struct sim_board *board)
{
	struct sim_irqs_off *off = &board->clock.irqs_off;
	u64 now_ns = ktime_get_ns();
	u64 until_ns = 0;

	raw_spin_lock(&board->lock);
	if (off->count && now_ns >= off->start_ns) {
		until_ns = now_ns + off->off_ns;
		board->clock.held_from_ns = now_ns;
		board->clock.held_to_ns = until_ns;
		/* Whatever was asked for, leave as much time with them on. */
		off->start_ns = max(off->start_ns + off->period_ns,
				    until_ns + off->off_ns);
		if (off->after_ping)
			off->start_ns = SIM_NEVER;
		off->count--;
	}
	raw_spin_unlock(&board->lock);

	while (ktime_get_ns() < until_ns)
		cpu_relax();
}

/*
 * Whoever listens is called. If that is to be measured: from the call to the
 * return, without what it costs to look at the clock.
 */
static int clock_handle(struct sim_board *board, struct irq_domain *domain, unsigned int line)
{
	u64 first_ns, begin_ns;
	int err;

	if (!READ_ONCE(board->clock.times))
		return generic_handle_domain_irq(domain, line);
	first_ns = ktime_get_ns();
	begin_ns = ktime_get_ns();
	err = generic_handle_domain_irq(domain, line);
	board->clock.handled_ns += ktime_get_ns() - begin_ns - (begin_ns - first_ns);
	board->clock.handled++;
	return err;
}

/* Edges of a line that nobody mapped cannot be acknowledged: drop them. */
static void clock_raise(struct sim_board *board, struct irq_domain *domain,
			unsigned int line)
{
	unsigned long flags;

	if (!clock_handle(board, domain, line))
		return;
	raw_spin_lock_irqsave(&board->lock, flags);
	board->lines.pending &= ~BIT_ULL(line);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

/*
 * Returns the lines to raise interrupts for. With none left, or after enough
 * rounds, arms the timer anew and returns 0.
 */
static u64 clock_collect(struct sim_board *board, unsigned int round,
			 struct irq_domain **domain)
{
	struct sim_clock *clock = &board->clock;
	u64 pending;

	raw_spin_lock(&board->lock);
	if (!round) {
		clock->fired++;
		clock->armed_ns = SIM_NEVER;
		clock->reporting = true;
		clock->pausing = false;
	}
	clock_advance(board, ktime_get_ns());
	*domain = clock->domain;
	pending = *domain ? board->lines.pending : 0;
	if (pending && round == CLOCK_ROUNDS) {
		clock_start(clock, board->now_ns + CLOCK_PAUSE_NS);
		clock->pausing = true;
		pending = 0;
	}
	if (!pending) {
		clock->reporting = false;
		clock_arm(board);
	}
	raw_spin_unlock(&board->lock);
	return pending;
}

static enum hrtimer_restart clock_report(struct hrtimer *timer)
{
	struct sim_board *board = container_of(timer, struct sim_board,
					       clock.timer);
	struct irq_domain *domain;
	unsigned int round, line;
	u64 pending;

	clock_note_late(board);
	clock_hold_irqs_off(board);

	for (round = 0; ; round++) {
		pending = clock_collect(board, round, &domain);
		if (!pending)
			return HRTIMER_NORESTART;
		while (pending) {
			line = __ffs64(pending);
			pending &= pending - 1;
			clock_raise(board, domain, line);
		}
	}
}

/**
 * sim_clock_connect() - say where interrupts go
 * @board: the board
 * @domain: the lines' interrupts, or NULL: they are going away
 *
 * After disconnecting, no interrupt of the old domain is being handled.
 */
void sim_clock_connect(struct sim_board *board, struct irq_domain *domain)
{
	unsigned long flags;

	flags = sim_clock_enter(board);
	board->clock.domain = domain;
	sim_clock_leave(board, flags);
	if (domain)
		return;

	hrtimer_cancel(&board->clock.timer);
	flags = sim_clock_enter(board);
	board->clock.armed_ns = SIM_NEVER;
	board->clock.pausing = false;
	sim_clock_leave(board, flags);
}

static void clock_stop(void *data)
{
	struct sim_board *board = data;

	hrtimer_cancel(&board->clock.timer);
}

int sim_clock_init(struct sim_board *board)
{
	board->now_ns = ktime_get_ns();
	board->clock.armed_ns = SIM_NEVER;
	hrtimer_setup(&board->clock.timer, clock_report, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_HARD);
	return devm_add_action_or_reset(board->dev, clock_stop, board);
}
