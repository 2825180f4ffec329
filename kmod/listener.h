/* SPDX-License-Identifier: GPL-2.0 */
/*
 * listener: the event queue of an open file
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_LISTENER_H
#define ROVER_LISTENER_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "filter.h"
#include "queue.h"

struct iov_iter;
struct rover;

/* Records that a file keeps: unless it asks for others, and at most */
#define ROVER_LISTENER_DEFAULT	64
#define ROVER_LISTENER_MAX	4096

/**
 * struct rover_listener - what a file was told and has not read
 * @rover: the rover
 * @node: among the others; events.mutex
 * @lease_id: of the file's lease
 * @kinds: 1 << enum rover_event_type, as in @filter, and losses; read without
 *	@lock by the fan-out
 * @reading: one reader at a time; also protects @queue.records
 * @lock: protects all below
 * @queue: records
 * @filter: which ones
 * @sequence: of the last one
 * @forgets: records before @since are on their way that are to be forgotten
 * @since: sequence of the first that is not
 * @report_ns: interval of samples, 0 for none
 * @report_due_ns: when the next one is due
 * @closing: no more timers
 * @timer: next sample, or end of a rate limit
 * @work: does what @timer is for
 * @waiters: readers and pollers
 */
struct rover_listener {
	struct rover *rover;
	struct list_head node;
	u32 lease_id;
	unsigned long kinds;
	struct mutex reading;	/* see above */
	spinlock_t lock;	/* see above */
	struct rover_queue queue;
	struct rover_filter filter;
	u32 sequence;
	bool forgets;
	u32 since;
	u64 report_ns;
	u64 report_due_ns;
	bool closing;
	struct hrtimer timer;
	struct work_struct work;
	wait_queue_head_t waiters;
};

int rover_listener_open(struct rover_listener *listener, struct rover *rover, u32 lease_id);
void rover_listener_close(struct rover_listener *listener);
int rover_listener_subscribe(struct rover_listener *listener, const struct rover_subscribe *want);
int rover_listener_report(struct rover_listener *listener, const struct rover_report *report);
ssize_t rover_listener_read(struct rover_listener *listener, struct iov_iter *to, bool wait);
bool rover_listener_has(struct rover_listener *listener);

/* Called by the fan-out: */
void rover_listener_hear(struct rover_listener *listener, const struct rover_event *batch,
			 unsigned int n);

#endif /* ROVER_LISTENER_H */
