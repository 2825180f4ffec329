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

#define ROVER_TICK_NS		(10 * NSEC_PER_MSEC)

/**
 * struct rover_worker - the thread, and the timer that ticks while moving
 * @thread: SCHED_FIFO kthread worker; NULL before and after its life
 * @timer: hard; runs only while the rover moves
 * @tick: the thread's part of a tick
 * @ticking: @timer runs; drive.lock
 * @unanswered: ticks since the thread last answered one
 */
struct rover_worker {
	struct kthread_worker *thread;
	struct hrtimer timer;
	struct kthread_work tick;
	bool ticking;
	atomic_t unanswered;
};

int rover_worker_init(struct rover *rover);
void rover_worker_start_ticks(struct rover *rover);

static inline void rover_worker_queue(struct rover_worker *worker, struct kthread_work *work)
{
	kthread_queue_work(worker->thread, work);
}

#endif /* ROVER_WORKER_H */
