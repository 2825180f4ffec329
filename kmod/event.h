/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event: what happens to the rover, told to everyone who listens
 *
 *   any context      rover_event_push(): into one ring, O(1)
 *   irq_work         queues
 *   normal worker    fan-out: listeners (open files), sysfs, consumers (faces)
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_EVENT_H
#define ROVER_EVENT_H

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rover.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "queue.h"

struct rover;
struct rover_lease;
struct rover_listener;

/**
 * struct rover_event_consumer - a face of the rover that wants all records
 * @node: among the others
 * @event: called with each record, ROVER_EVENT_LOST too; process context, may
 *	sleep, but what it costs delays all listeners
 */
struct rover_event_consumer {
	struct list_head node;
	void (*event)(struct rover_event_consumer *consumer, const struct rover_event *event);
};

/**
 * struct rover_event_counts - since bind, or since they were reset
 * @pushed: records
 * @ring_lost: those that found no room in the ring
 * @queue_lost: records that found no room in the queue of a file, all files together
 * @files: that listen now
 */
struct rover_event_counts {
	u64 pushed;
	u64 ring_lost;
	u64 queue_lost;
	unsigned int files;
};

/**
 * struct rover_events - the ring, and who listens
 * @lock: raw, a leaf; protects @ring, @sequence, @closed, @held, @pushed and
 *	@ring_lost
 * @ring: records that were not told yet
 * @sequence: of the next record
 * @told: of the last record that all listeners were told
 * @pushed: records since bind
 * @ring_lost: those that found no room in @ring
 * @queue_lost: records that found no room in the queue of a file
 * @closed: nothing comes any more
 * @held: what comes waits in @ring until rover_event_release()
 * @ended: all that came was told
 * @kick: has @fan_out run; from any context
 * @fan_out: tells everyone
 * @mutex: protects @listeners and @consumers
 * @listeners: open files
 * @consumers: faces
 * @range_listeners: files, and faces, that listen for ranges
 */
struct rover_events {
	raw_spinlock_t lock;	/* see above */
	struct rover_queue ring;
	u32 sequence;
	u32 told;
	u64 pushed;
	u64 ring_lost;
	atomic64_t queue_lost;
	bool closed;
	bool held;
	bool ended;
	struct irq_work kick;
	struct work_struct fan_out;
	struct mutex mutex;	/* see above */
	struct list_head listeners;
	struct list_head consumers;
	atomic_t range_listeners;
};

int rover_event_init(struct rover *rover);
void rover_event_close(struct rover *rover);

void rover_event_push(struct rover *rover, struct rover_event *event);
void rover_event_hold(struct rover_events *events);
void rover_event_tell_held(struct rover_events *events);
void rover_event_push_lease(struct rover *rover, const struct rover_lease *lease, u32 flags);
bool rover_event_wants_range(struct rover *rover);
bool rover_event_ended(struct rover *rover);

void rover_event_add_listener(struct rover *rover, struct rover_listener *listener);
void rover_event_remove_listener(struct rover *rover, struct rover_listener *listener);
void rover_event_count_range_listeners(struct rover *rover, int more);
void rover_event_forget_range_listener(struct rover *rover);

void rover_event_count(struct rover *rover, struct rover_event_counts *counts);
void rover_event_reset_counts(struct rover *rover);

void rover_event_add_consumer(struct rover *rover, struct rover_event_consumer *consumer);
void rover_event_remove_consumer(struct rover *rover, struct rover_event_consumer *consumer);

/*
 * Tells what was held, if it was. Whoever held it sees to it that a release comes later
 * than that. Context: any.
 */
static inline void rover_event_release(struct rover_events *events)
{
	if (READ_ONCE(events->held))
		rover_event_tell_held(events);
}

#endif /* ROVER_EVENT_H */
