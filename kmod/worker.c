// SPDX-License-Identifier: GPL-2.0
/*
 * worker: the real-time thread of a rover, and the control tick
 *
 * The tick timer fires in hard IRQ every 10 ms while the rover moves, does what
 * must not wait for the scheduler (safety.c), and passes the rest to the
 * thread. A rover that does not move has no timer.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>
#include <linux/sched.h>

#include "compat.h"
#include "rover.h"
#include "telemetry.h"

static enum hrtimer_restart worker_timer(struct hrtimer *timer)
{
	struct rover *rover = container_of(timer, struct rover, worker.timer);
	struct rover_worker *worker = &rover->worker;
	bool ticking;

	rover_safety_tick(rover, atomic_inc_return(&worker->unanswered));
	rover_worker_queue(worker, &worker->tick);

	raw_spin_lock(&rover->drive.lock);
	ticking = rover_drive_moving(rover);
	worker->ticking = ticking;
	if (ticking)
		hrtimer_forward_now(timer, ns_to_ktime(ROVER_TICK_NS));
	raw_spin_unlock(&rover->drive.lock);
	return ticking ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void worker_tick(struct kthread_work *work)
{
	struct rover *rover = container_of(work, struct rover, worker.tick);

	atomic_set(&rover->worker.unanswered, 0);
	rover_telemetry_tick(rover);
}

/**
 * rover_worker_start_ticks() - tick until the rover stops moving
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
	hrtimer_start(&rover->worker.timer, ns_to_ktime(ROVER_TICK_NS), HRTIMER_MODE_REL_HARD);
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
	worker->thread = kthread_run_worker(0, "%s", rover->label);
	if (IS_ERR(worker->thread))
		return PTR_ERR(worker->thread);
	sched_set_fifo(worker->thread->task);
	return devm_add_action_or_reset(rover->hardware, worker_destroy, worker);
}
