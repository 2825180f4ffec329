// SPDX-License-Identifier: GPL-2.0
/*
 * worker: the real-time thread of a rover, and the control tick
 *
 * The tick timer fires in hard IRQ while the rover moves, does what must not wait
 * for the scheduler (safety.c), and passes the rest to the thread. It goes on
 * until the wheels stand still after a stop. A parked rover has no timer; when
 * somebody pushes it, an edge of its encoders wakes the thread.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>
#include <linux/sched.h>

#include "compat.h"
#include "rover.h"
#include "telemetry.h"
#include "trace.h"

/*
 * A tick that is due so shortly before an edge of the PWM waits for it: longer than
 * worker_timer() takes, and never for more edges than a period has.
 */
#define WORKER_GIVE_WAY_NS	(10 * NSEC_PER_USEC)
#define WORKER_GIVE_WAY_MAX	3

/* The worker's part of a tick takes less, with the time until it runs. */
#define WORKER_LEAD_NS		(500 * (s32)NSEC_PER_USEC)

static ktime_t worker_period(struct rover *rover)
{
	return ns_to_ktime((u64)READ_ONCE(rover->settings.tick_us) * NSEC_PER_USEC);
}

/* Whether there is something to tick for; if not, the next edge wakes us. */
static bool worker_has_to_tick(struct rover *rover)
{
	if (rover_drive_moving(rover))
		return true;
	return !rover->drive.closed && !rover_encoder_park(&rover->encoder);
}

/* A tick can wait for some microseconds, an edge of the PWM cannot. */
static bool worker_gives_way(struct rover *rover)
{
	struct rover_worker *worker = &rover->worker;
	ktime_t edge;

	if (!worker->gave_way)
		worker->grid = hrtimer_get_expires(&worker->timer);
	edge = rover_motor_due(&rover->motor);
	if (worker->gave_way < WORKER_GIVE_WAY_MAX &&
	    ktime_to_ns(ktime_sub(edge, ktime_get())) < WORKER_GIVE_WAY_NS) {
		worker->gave_way++;
		hrtimer_set_expires(&worker->timer, edge);
		return true;
	}
	worker->gave_way = 0;
	hrtimer_set_expires(&worker->timer, worker->grid);
	return false;
}

/*
 * New duties wait for the end of a period of the PWM. Where a tick takes whole
 * periods, or a period whole ticks, each tick of a loop would wait as long as the
 * last one, up to a whole period: it comes WORKER_LEAD_NS before an end instead.
 */
static s32 worker_off_phase_ns(struct rover *rover, ktime_t due)
{
	s32 tick_ns = ktime_to_ns(worker_period(rover));
	s32 pwm_ns = rover->motor.period_ns;
	ktime_t end = rover_motor_period_end(&rover->motor);
	s32 step_ns, off_ns;

	if (end == KTIME_MAX || (tick_ns % pwm_ns && pwm_ns % tick_ns))
		return 0;
	step_ns = min(tick_ns, pwm_ns);
	/* Both are in the next 50 ms. */
	off_ns = (s32)ktime_to_ns(ktime_sub(end, due)) - min(WORKER_LEAD_NS, step_ns / 2);
	off_ns %= step_ns;
	if (off_ns > step_ns / 2)
		off_ns -= step_ns;
	else if (off_ns < -step_ns / 2)
		off_ns += step_ns;
	return off_ns;
}

/* Returns for how many ticks it is too late. */
static u64 worker_next(struct rover *rover, struct hrtimer *timer)
{
	u64 periods = hrtimer_forward_now(timer, worker_period(rover));
	ktime_t due = hrtimer_get_expires(timer);

	due = ktime_add_ns(due, worker_off_phase_ns(rover, due));
	if (ktime_compare(due, ktime_get()) > 0)
		hrtimer_set_expires(timer, due);
	return periods - 1;
}

static enum hrtimer_restart worker_timer(struct hrtimer *timer)
{
	struct rover *rover = container_of(timer, struct rover, worker.timer);
	struct rover_worker *worker = &rover->worker;
	u64 began_ns = rover_timing_begin();
	u64 missed = 0;
	bool ticking;

	if (worker_gives_way(rover))
		return HRTIMER_RESTART;
	rover_safety_tick(rover, atomic_inc_return(&worker->unanswered));
	atomic64_set(&worker->due, ktime_to_ns(hrtimer_get_expires(timer)));
	rover_worker_queue(worker, &worker->tick);

	raw_spin_lock(&rover->drive.lock);
	ticking = worker_has_to_tick(rover);
	worker->ticking = ticking;
	if (ticking)
		missed = worker_next(rover, timer);
	raw_spin_unlock(&rover->drive.lock);
	if (missed)
		atomic_add(missed, &worker->missed);
	/* After drive.lock: whoever held them did so while we tick, under that lock. */
	rover_event_release(&rover->events);
	rover_timing_end(rover, ROVER_TIMING_TICK, began_ns);
	return ticking ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void worker_note(struct rover *rover, u64 begun_ns)
{
	struct rover_worker_stats *stats = &rover->worker.stats;
	u64 due_ns = atomic64_read(&rover->worker.due);

	stats->ticks++;
	stats->overruns += atomic_xchg(&rover->worker.missed, 0);
	stats->late_ns = begun_ns > due_ns ? begun_ns - due_ns : 0;
	stats->late_worst_ns = max(stats->late_worst_ns, stats->late_ns);
	stats->took_ns = ktime_get_ns() - begun_ns;
	stats->took_worst_ns = max(stats->took_worst_ns, stats->took_ns);
	trace_rover_tick(rover->index, stats->late_ns, stats->took_ns);
}

static void worker_tick(struct kthread_work *work)
{
	struct rover *rover = container_of(work, struct rover, worker.tick);
	struct rover_worker *worker = &rover->worker;
	u64 began_ns = rover_timing_begin();
	unsigned long flags;
	ktime_t now;

	if (atomic_xchg(&worker->unanswered, 0) > 1)
		worker->stats.overruns++;
	/* One after the other: interrupts, and the software PWM's, get in between. */
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	now = ktime_get();
	rover_odometry_tick_locked(rover, now);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_control_tick_locked(rover, ktime_get());
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_guard_tick_locked(rover, ktime_get());
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	rover_safety_stall(rover);
	rover_telemetry_tick(rover);
	worker_note(rover, ktime_to_ns(now));
	rover_timing_end(rover, ROVER_TIMING_CONTROL, began_ns);
}

static void worker_wake(struct kthread_work *work)
{
	struct rover *rover = container_of(work, struct rover, worker.wake);
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	if (!rover->drive.closed) {
		rover_odometry_tick_locked(rover, ktime_get());
		rover_worker_start_ticks(rover);
	}
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_worker_start_ticks() - tick until the wheels stand still
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_worker_start_ticks(struct rover *rover)
{
	lockdep_assert_held(&rover->drive.lock);

	if (rover->worker.ticking)
		return;
	rover->worker.ticking = true;
	atomic_set(&rover->worker.unanswered, 0);
	hrtimer_start(&rover->worker.timer, worker_period(rover), HRTIMER_MODE_REL_HARD);
}

static void worker_destroy(void *data)
{
	struct rover_worker *worker = data;

	hrtimer_cancel(&worker->timer);
	kthread_destroy_worker(worker->thread);
	worker->thread = NULL;
}

/**
 * rover_worker_init() - start the thread
 * @rover: the rover
 *
 * Undone by devm, after everything that queues work.
 *
 * Return: 0 or a negative error.
 */
int rover_worker_init(struct rover *rover)
{
	struct rover_worker *worker = &rover->worker;

	hrtimer_setup(&worker->timer, worker_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	kthread_init_work(&worker->tick, worker_tick);
	kthread_init_work(&worker->wake, worker_wake);
	worker->thread = kthread_run_worker(0, "%s", rover->label);
	if (IS_ERR(worker->thread))
		return PTR_ERR(worker->thread);
	sched_set_fifo(worker->thread->task);
	return devm_add_action_or_reset(rover->hardware, worker_destroy, worker);
}
