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

#include "listener.h"
#include "rover.h"
#include "sysfs.h"
#include "telemetry.h"

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

/* Whoever wants none of these records costs one comparison. */
static void event_tell(struct rover *rover, struct rover_event *batch, unsigned int n,
		       unsigned long kinds)
{
	struct rover_events *events = &rover->events;
	struct rover_event_consumer *consumer;
	struct rover_listener *listener;
	unsigned int i;

	mutex_lock(&events->mutex);
	list_for_each_entry(listener, &events->listeners, node)
		if (READ_ONCE(listener->kinds) & kinds)
			rover_listener_hear(listener, batch, n);
	for (i = 0; i < n; i++) {
		/* The number of the lease was for the listeners. */
		if (batch[i].type == ROVER_EVENT_LEASE)
			batch[i].lease.reserved = 0;
		list_for_each_entry(consumer, &events->consumers, node)
			consumer->event(consumer, &batch[i]);
	}
	mutex_unlock(&events->mutex);
	WRITE_ONCE(events->told, batch[n - 1].sequence);
}

static void event_notify(struct rover *rover, unsigned long kinds)
{
	percpu_down_read(&rover->presence);
	if (!rover->gone) {
		rover_telemetry_publish(rover);
		rover_sysfs_notify(rover, kinds);
	}
	percpu_up_read(&rover->presence);
}

static void event_fan_out(struct work_struct *work)
{
	struct rover *rover = container_of(work, struct rover, events.fan_out);
	struct rover_event batch[EVENT_BATCH];
	unsigned long kinds, all_kinds = 0;
	unsigned int i, n;

	while ((n = event_take(&rover->events, batch))) {
		for (kinds = 0, i = 0; i < n; i++)
			kinds |= BIT(batch[i].type);
		event_tell(rover, batch, n, kinds);
		all_kinds |= kinds;
	}
	event_notify(rover, all_kinds);
}

static void event_kick(struct irq_work *work)
{
	struct rover_events *events = container_of(work, struct rover_events, kick);

	queue_work(system_unbound_wq, &events->fan_out);
}

/* What a caller's compiler left in the rest of the union is not for users. */
static void event_clear_rest(struct rover_event *event)
{
	static const u8 sizes[] = {
		[ROVER_EVENT_LOST] = sizeof(event->lost),
		[ROVER_EVENT_STATE] = sizeof(event->state),
		[ROVER_EVENT_STOP] = sizeof(event->stop),
		[ROVER_EVENT_DONE] = sizeof(event->done),
		[ROVER_EVENT_LEASE] = sizeof(event->lease),
		[ROVER_EVENT_RANGE] = sizeof(event->range),
		[ROVER_EVENT_SENSOR] = sizeof(event->sensor),
		[ROVER_EVENT_SERVO] = sizeof(event->servo),
		[ROVER_EVENT_SETTING] = sizeof(event->setting),
		[ROVER_EVENT_SAMPLE] = sizeof(event->sample),
	};
	u8 size = event->type < ARRAY_SIZE(sizes) ? sizes[event->type] : 0;

	memset(event->payload + size, 0, sizeof(event->payload) - size);
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
	bool kick;

	if (!event->time_ns)
		event->time_ns = ktime_get_ns();
	event_clear_rest(event);
	raw_spin_lock_irqsave(&events->lock, flags);
	kick = !events->closed && !events->held;
	if (!events->closed) {
		event->sequence = events->sequence;
		WRITE_ONCE(events->sequence, events->sequence + 1);
		events->pushed++;
		if (!rover_queue_put(&events->ring, event))
			events->ring_lost++;
	}
	raw_spin_unlock_irqrestore(&events->lock, flags);
	if (kick)
		irq_work_queue(&events->kick);
}

/**
 * rover_event_hold() - something more urgent than the news is on its way
 * @events: of the rover
 *
 * What is pushed waits until rover_event_release(). To begin with telling takes an
 * interrupt of its own on most machines, before any thread runs.
 *
 * Context: any; whoever calls knows that a release follows, whatever hangs.
 */
void rover_event_hold(struct rover_events *events)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&events->lock, flags);
	WRITE_ONCE(events->held, true);
	raw_spin_unlock_irqrestore(&events->lock, flags);
}

/**
 * rover_event_tell_held() - tell what was held
 * @events: of the rover
 *
 * Context: any.
 */
void rover_event_tell_held(struct rover_events *events)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&events->lock, flags);
	WRITE_ONCE(events->held, false);
	raw_spin_unlock_irqrestore(&events->lock, flags);
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
		/* Tells the listener whose it is; nobody else sees it. */
		event.lease.reserved = lease->id;
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
 * rover_event_count_range_listeners() - more or fewer files listen for ranges
 * @rover: the rover
 * @more: how many more
 *
 * Context: process, rover->presence not held.
 */
void rover_event_count_range_listeners(struct rover *rover, int more)
{
	if (!more)
		return;
	atomic_add(more, &rover->events.range_listeners);
	percpu_down_read(&rover->presence);
	if (!rover->gone)
		rover_sonar_wanted(rover);
	percpu_up_read(&rover->presence);
}

/**
 * rover_event_forget_range_listener() - one less; seen before the next ping
 * @rover: the rover
 *
 * Context: any.
 */
void rover_event_forget_range_listener(struct rover *rover)
{
	atomic_dec(&rover->events.range_listeners);
}

/**
 * rover_event_ended() - whether all was told, and no more will be
 * @rover: the rover
 */
bool rover_event_ended(struct rover *rover)
{
	/* Pairs with rover_event_close(). */
	return smp_load_acquire(&rover->events.ended);
}

/**
 * rover_event_add_listener() - have records told to an open file
 * @rover: the rover
 * @listener: the file's
 */
void rover_event_add_listener(struct rover *rover, struct rover_listener *listener)
{
	mutex_lock(&rover->events.mutex);
	list_add_tail(&listener->node, &rover->events.listeners);
	mutex_unlock(&rover->events.mutex);
}

/**
 * rover_event_remove_listener() - no more
 * @rover: the rover
 * @listener: the file's
 */
void rover_event_remove_listener(struct rover *rover, struct rover_listener *listener)
{
	mutex_lock(&rover->events.mutex);
	list_del(&listener->node);
	mutex_unlock(&rover->events.mutex);
}

/**
 * rover_event_count() - how much was told, and lost
 * @rover: the rover
 * @counts: filled in
 */
void rover_event_count(struct rover *rover, struct rover_event_counts *counts)
{
	struct rover_events *events = &rover->events;
	struct rover_listener *listener;

	*counts = (struct rover_event_counts){};
	raw_spin_lock_irq(&events->lock);
	counts->pushed = events->pushed;
	counts->ring_lost = events->ring_lost;
	raw_spin_unlock_irq(&events->lock);
	counts->queue_lost = atomic64_read(&events->queue_lost);
	mutex_lock(&events->mutex);
	list_for_each_entry(listener, &events->listeners, node)
		counts->files++;
	mutex_unlock(&events->mutex);
}

/**
 * rover_event_reset_counts() - count anew; sequences go on
 * @rover: the rover
 */
void rover_event_reset_counts(struct rover *rover)
{
	struct rover_events *events = &rover->events;

	raw_spin_lock_irq(&events->lock);
	events->pushed = 0;
	events->ring_lost = 0;
	raw_spin_unlock_irq(&events->lock);
	atomic64_set(&events->queue_lost, 0);
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
	struct rover_listener *listener;
	unsigned long flags;

	raw_spin_lock_irqsave(&events->lock, flags);
	events->closed = true;
	raw_spin_unlock_irqrestore(&events->lock, flags);
	rover_event_release(events);
	irq_work_sync(&events->kick);
	flush_work(&events->fan_out);

	/* Pairs with rover_event_ended(): who sees this sees the last records too. */
	smp_store_release(&events->ended, true);
	mutex_lock(&events->mutex);
	list_for_each_entry(listener, &events->listeners, node)
		wake_up_all(&listener->waiters);
	mutex_unlock(&events->mutex);
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
