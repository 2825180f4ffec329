// SPDX-License-Identifier: GPL-2.0
/*
 * event: what happens to the rover, told to everyone who listens
 *
 * Whoever notices something pushes a record into the rover's ring, in whatever
 * context it is, hard IRQ and locks held included. A worker of normal priority
 * takes them out and tells listeners, sysfs and consumers, so nobody who
 * listens costs the control tick anything.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/pid.h>

#include "rover.h"
#include "sysfs.h"

/* About 20 KiB/s of records at most are sensible; this is what a slow worker may miss. */
#define EVENT_RING_LENGTH	256

/* Records that are told at a time: what the worker's stack holds. */
#define EVENT_BATCH		8

static unsigned int event_take(struct rover_events *events, struct rover_event *batch)
{
	unsigned long flags;
	unsigned int n = 0;

	raw_spin_lock_irqsave(&events->lock, flags);
	while (n < EVENT_BATCH && rover_queue_peek(&events->ring, &batch[n])) {
		rover_queue_pop(&events->ring);
		n++;
	}
	raw_spin_unlock_irqrestore(&events->lock, flags);
	return n;
}

static void event_tell(struct rover *rover, const struct rover_event *batch, unsigned int n)
{
	struct rover_events *events = &rover->events;
	struct rover_event_consumer *consumer;
	unsigned int i;

	mutex_lock(&events->mutex);
	list_for_each_entry(consumer, &events->consumers, node)
		for (i = 0; i < n; i++)
			consumer->event(consumer, &batch[i]);
	mutex_unlock(&events->mutex);
	WRITE_ONCE(events->told, batch[n - 1].sequence);
}

static void event_notify(struct rover *rover, u64 kinds)
{
	down_read(&rover->presence);
	if (!rover->gone)
		rover_sysfs_notify(rover, kinds);
	up_read(&rover->presence);
}

static void event_fan_out(struct work_struct *work)
{
	struct rover *rover = container_of(work, struct rover, events.fan_out);
	struct rover_event batch[EVENT_BATCH];
	unsigned int i, n;
	u64 kinds = 0;

	while ((n = event_take(&rover->events, batch))) {
		for (i = 0; i < n; i++)
			kinds |= BIT_ULL(batch[i].type);
		event_tell(rover, batch, n);
	}
	event_notify(rover, kinds);
}

static void event_kick(struct irq_work *work)
{
	struct rover_events *events = container_of(work, struct rover_events, kick);

	queue_work(system_unbound_wq, &events->fan_out);
}

/**
 * rover_event_push() - something has happened
 * @rover: the rover
 * @event: type, payload and time_ns, 0 for now, are the caller's; returns the
 *	sequence
 *
 * In O(1). A record that finds no room is counted, and everyone told.
 *
 * Context: any, drive.lock held or not.
 */
void rover_event_push(struct rover *rover, struct rover_event *event)
{
	struct rover_events *events = &rover->events;
	unsigned long flags;
	bool closed;

	if (!event->time_ns)
		event->time_ns = ktime_get_ns();
	raw_spin_lock_irqsave(&events->lock, flags);
	closed = events->closed;
	if (!closed) {
		event->sequence = events->sequence++;
		events->pushed++;
		if (!rover_queue_put(&events->ring, event))
			events->dropped++;
	}
	raw_spin_unlock_irqrestore(&events->lock, flags);
	if (!closed)
		irq_work_queue(&events->kick);
}

/**
 * rover_event_push_lease() - another driver, or none
 * @rover: the rover
 * @lease: the holder now, NULL for none
 * @flags: ROVER_LEASE_FORCED, or 0; the others are filled in
 *
 * Context: any, drive.lock held.
 */
void rover_event_push_lease(struct rover *rover, const struct rover_lease *lease, u32 flags)
{
	struct rover_event event = {
		.type = ROVER_EVENT_LEASE,
		.lease.flags = flags,
	};

	lockdep_assert_held(&rover->drive.lock);
	if (lease) {
		event.lease.flags |= ROVER_LEASE_TAKEN;
		event.lease.deadman_ms = rover_lease_deadman_ms(rover);
		if (lease == &rover->drive.anonymous)
			event.lease.flags |= ROVER_LEASE_ANONYMOUS;
		else
			event.lease.pid = pid_nr(lease->pid);
	}
	rover_event_push(rover, &event);
}

/**
 * rover_event_wants_range() - whether somebody listens for ranges
 * @rover: the rover
 *
 * Context: any.
 */
bool rover_event_wants_range(struct rover *rover)
{
	return atomic_read(&rover->events.range_listeners);
}

/**
 * rover_event_add_consumer() - have all records told to a face
 * @rover: the rover
 * @consumer: the face
 */
void rover_event_add_consumer(struct rover *rover, struct rover_event_consumer *consumer)
{
	mutex_lock(&rover->events.mutex);
	list_add_tail(&consumer->node, &rover->events.consumers);
	mutex_unlock(&rover->events.mutex);
}

/**
 * rover_event_remove_consumer() - no more; it is not called any longer
 * @rover: the rover
 * @consumer: the face
 */
void rover_event_remove_consumer(struct rover *rover, struct rover_event_consumer *consumer)
{
	mutex_lock(&rover->events.mutex);
	list_del(&consumer->node);
	mutex_unlock(&rover->events.mutex);
}

/**
 * rover_event_close() - tell the last records; nothing comes after them
 * @rover: the rover
 *
 * Can be called again.
 */
void rover_event_close(struct rover *rover)
{
	struct rover_events *events = &rover->events;
	unsigned long flags;

	raw_spin_lock_irqsave(&events->lock, flags);
	events->closed = true;
	raw_spin_unlock_irqrestore(&events->lock, flags);
	irq_work_sync(&events->kick);
	flush_work(&events->fan_out);
}

static void event_close(void *data)
{
	rover_event_close(data);
}

/**
 * rover_event_init() - an empty ring
 * @rover: the rover
 *
 * Undone by devm, after all that push.
 *
 * Return: 0 or a negative error.
 */
int rover_event_init(struct rover *rover)
{
	struct rover_events *events = &rover->events;

	raw_spin_lock_init(&events->lock);
	mutex_init(&events->mutex);
	INIT_LIST_HEAD(&events->listeners);
	INIT_LIST_HEAD(&events->consumers);
	init_irq_work(&events->kick, event_kick);
	INIT_WORK(&events->fan_out, event_fan_out);
	events->ring.records = devm_kcalloc(rover->hardware, EVENT_RING_LENGTH,
					    sizeof(*events->ring.records), GFP_KERNEL);
	if (!events->ring.records)
		return -ENOMEM;
	events->ring.mask = EVENT_RING_LENGTH - 1;
	return devm_add_action_or_reset(rover->hardware, event_close, rover);
}
