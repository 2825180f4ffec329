/* SPDX-License-Identifier: GPL-2.0 */
/*
 * worker: the real-time thread of a rover, and the control tick
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_WORKER_H
#define ROVER_WORKER_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>

struct rover;

/**
 * struct rover_worker_stats - how the ticks went; written by the worker alone
 * @ticks: done
 * @overruns: ticks that came before the last one was answered, or not at all
 * @late_ns: last one: from when it was due to the worker
 * @late_worst_ns: of all
 * @took_ns: last one: the worker's part
 * @took_worst_ns: of all
 */
struct rover_worker_stats {
	u64 ticks;
	u64 overruns;
	u64 late_ns;
	u64 late_worst_ns;
	u64 took_ns;
	u64 took_worst_ns;
};

/**
 * struct rover_worker - the thread, and the timer that ticks while moving
 * @thread: SCHED_FIFO kthread worker; NULL before and after its life
 * @timer: hard; runs while the rover moves, by itself or by hand
 * @tick: the thread's part of a tick
 * @wake: an edge came while the rover was parked
 * @ticking: @timer runs; drive.lock
 * @unanswered: ticks since the thread last answered one
 * @due: when @timer was to fire last, ns
 * @grid: when it was to fire, before it gave way to the PWM; hard IRQ
 * @gave_way: how often it has, this time; hard IRQ
 * @missed: ticks for which @timer came too late
 * @stats: how the ticks went
 */
struct rover_worker {
	struct kthread_worker *thread;
	struct hrtimer timer;
	struct kthread_work tick;
	struct kthread_work wake;
	bool ticking;
	atomic_t unanswered;
	atomic64_t due;
	ktime_t grid;
	unsigned int gave_way;
	atomic_t missed;
	struct rover_worker_stats stats;
};

int rover_worker_init(struct rover *rover);
void rover_worker_start_ticks(struct rover *rover);

static inline void rover_worker_queue(struct rover_worker *worker, struct kthread_work *work)
{
	kthread_queue_work(worker->thread, work);
}

/* Context: any, hard IRQ too. */
static inline void rover_worker_wake(struct rover_worker *worker)
{
	kthread_queue_work(worker->thread, &worker->wake);
}

#endif /* ROVER_WORKER_H */
