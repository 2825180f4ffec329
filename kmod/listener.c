// SPDX-License-Identifier: GPL-2.0
/*
 * listener: the event queue of an open file
 *
 * The fan-out never waits for a reader: a queue that is full counts what it
 * loses. Readers wait for records, and take them out one by one.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/uio.h>

#include "compat.h"
#include "listener.h"
#include "rover.h"
#include "telemetry.h"

static void listener_wake(struct rover_listener *listener)
{
	if (wq_has_sleeper(&listener->waiters))
		wake_up_interruptible_poll(&listener->waiters, EPOLLIN | EPOLLRDNORM);
}

static void listener_put(struct rover_listener *listener, const struct rover_event *event)
{
	lockdep_assert_held(&listener->lock);
	if (!rover_queue_put(&listener->queue, event))
		atomic64_inc(&listener->rover->events.queue_lost);
	listener->sequence = event->sequence;
}

/* Happened before the file asked to forget; it was on its way. */
static bool listener_forgets(struct rover_listener *listener, const struct rover_event *event)
{
	if (listener->forgets && (s32)(event->sequence - listener->since) >= 0)
		listener->forgets = false;
	return listener->forgets;
}

/* The records were told to nobody in particular; here they are this file's. */
static bool listener_hear_one(struct rover_listener *listener, const struct rover_event *event)
{
	struct rover_event mine;

	if (listener_forgets(listener, event))
		return false;
	if (event->type == ROVER_EVENT_LOST) {
		rover_queue_lose(&listener->queue, event, event->lost.count,
				 event->lost.from_sequence);
		return true;
	}
	if (!rover_filter_passes(&listener->filter, event))
		return false;
	if (event->type != ROVER_EVENT_LEASE) {
		listener_put(listener, event);
		return true;
	}
	mine = *event;
	if (mine.lease.reserved && mine.lease.reserved == listener->lease_id)
		mine.lease.flags |= ROVER_LEASE_MINE;
	mine.lease.reserved = 0;
	listener_put(listener, &mine);
	return true;
}

/* One timer for all: the next sample, or the end of a rate limit. */
static void listener_arm(struct rover_listener *listener)
{
	u64 due_ns = rover_filter_due_ns(&listener->filter);

	lockdep_assert_held(&listener->lock);
	if (listener->report_ns)
		due_ns = min(due_ns, listener->report_due_ns);
	if (due_ns != U64_MAX && !listener->closing)
		hrtimer_start(&listener->timer, ns_to_ktime(due_ns), HRTIMER_MODE_ABS);
}

/**
 * rover_listener_hear() - records for all
 * @listener: the listener
 * @batch: the records
 * @n: how many
 *
 * Context: process; bounded.
 */
void rover_listener_hear(struct rover_listener *listener, const struct rover_event *batch,
			 unsigned int n)
{
	bool heard = false;
	unsigned int i;

	spin_lock(&listener->lock);
	for (i = 0; i < n; i++)
		heard |= listener_hear_one(listener, &batch[i]);
	listener_arm(listener);
	spin_unlock(&listener->lock);
	if (heard)
		listener_wake(listener);
}

static enum hrtimer_restart listener_timer(struct hrtimer *timer)
{
	struct rover_listener *listener = container_of(timer, struct rover_listener, timer);

	queue_work(system_unbound_wq, &listener->work);
	return HRTIMER_NORESTART;
}

/* A sample behind the records that were told already. */
static void listener_put_sample(struct rover_listener *listener, struct rover_event *sample)
{
	u32 told = READ_ONCE(listener->rover->events.told);

	lockdep_assert_held(&listener->lock);
	sample->sequence = (s32)(told - listener->sequence) > 0 ? told : listener->sequence;
	listener_put(listener, sample);
}

static void listener_work_present(struct rover_listener *listener)
{
	struct rover_event event, sample;
	u64 now_ns;

	rover_telemetry_event(listener->rover, &sample);

	spin_lock(&listener->lock);
	now_ns = ktime_get_ns();
	while (rover_filter_release(&listener->filter, now_ns, &event))
		listener_put(listener, &event);
	if (listener->report_ns && listener->report_due_ns <= now_ns) {
		listener_put_sample(listener, &sample);
		listener->report_due_ns += listener->report_ns;
		/* Late by more than one: those are not made up for. */
		if (listener->report_due_ns <= now_ns)
			listener->report_due_ns = now_ns + listener->report_ns;
	}
	listener_arm(listener);
	spin_unlock(&listener->lock);
	listener_wake(listener);
}

static void listener_work(struct work_struct *work)
{
	struct rover_listener *listener = container_of(work, struct rover_listener, work);
	struct rover *rover = listener->rover;

	percpu_down_read(&rover->presence);
	if (!rover->gone)
		listener_work_present(listener);
	percpu_up_read(&rover->presence);
}

/**
 * rover_listener_report() - samples among the records
 * @listener: the listener
 * @report: one, or one every so often, or no more
 *
 * Context: process, the rover is present.
 * Return: 0; -EINVAL, -ERANGE.
 */
int rover_listener_report(struct rover_listener *listener, const struct rover_report *report)
{
	bool off = report->flags & ROVER_REPORT_OFF;
	struct rover_event sample;

	if (report->flags & ~ROVER_REPORT_OFF || (off && report->interval_ms))
		return -EINVAL;
	if (report->interval_ms && (report->interval_ms < 10 || report->interval_ms > 3600000))
		return -ERANGE;

	rover_telemetry_event(listener->rover, &sample);
	spin_lock(&listener->lock);
	if (off) {
		listener->report_ns = 0;
	} else {
		listener_put_sample(listener, &sample);
		if (report->interval_ms) {
			listener->report_ns = (u64)report->interval_ms * NSEC_PER_MSEC;
			listener->report_due_ns = sample.time_ns + listener->report_ns;
		}
	}
	listener_arm(listener);
	spin_unlock(&listener->lock);
	listener_wake(listener);
	return 0;
}

static int listener_alloc(struct rover_queue *queue, u32 length)
{
	*queue = (struct rover_queue){
		.records = kvcalloc(length, sizeof(*queue->records), GFP_KERNEL_ACCOUNT),
		.mask = length - 1,
	};
	return queue->records ? 0 : -ENOMEM;
}

/* What does not fit is lost: the newest, as ever. */
static void listener_move(struct rover_queue *from, struct rover_queue *to)
{
	struct rover_event event;

	while (from->head != from->tail && rover_queue_peek(from, &event)) {
		rover_queue_pop(from);
		if (event.type == ROVER_EVENT_LOST)
			rover_queue_lose(to, &event, event.lost.count, event.lost.from_sequence);
		else
			rover_queue_put(to, &event);
	}
	if (from->lost && rover_queue_peek(from, &event))
		rover_queue_lose(to, &event, event.lost.count, event.lost.from_sequence);
}

static void listener_set(struct rover_listener *listener, const struct rover_subscribe *want,
			 struct rover_queue *queue)
{
	unsigned long kinds = want->kinds | BIT(ROVER_EVENT_LOST);
	int ranges = !!(kinds & BIT(ROVER_EVENT_RANGE));

	spin_lock(&listener->lock);
	if (want->flags & ROVER_SUBSCRIBE_FLUSH) {
		rover_queue_flush(&listener->queue);
		listener->since = READ_ONCE(listener->rover->events.sequence);
		listener->forgets = true;
	}
	if (queue->records) {
		listener_move(&listener->queue, queue);
		swap(listener->queue, *queue);
	}
	rover_filter_set(&listener->filter, want);
	ranges -= !!(listener->kinds & BIT(ROVER_EVENT_RANGE));
	WRITE_ONCE(listener->kinds, kinds);
	spin_unlock(&listener->lock);
	rover_event_count_range_listeners(listener->rover, ranges);
}

/**
 * rover_listener_subscribe() - other records, or another number of them
 * @listener: the listener
 * @want: which
 *
 * Context: process; waits for who reads the same file.
 * Return: 0; -EINVAL, -ERANGE, -ENOMEM, or -EINTR.
 */
int rover_listener_subscribe(struct rover_listener *listener, const struct rover_subscribe *want)
{
	struct rover_queue queue = {};
	int err;

	err = rover_filter_check(want);
	if (err)
		return err;
	if (want->queue_length > ROVER_LISTENER_MAX)
		return -ERANGE;
	if (want->queue_length) {
		err = listener_alloc(&queue, roundup_pow_of_two(want->queue_length));
		if (err)
			return err;
	}
	err = mutex_lock_interruptible(&listener->reading);
	if (!err) {
		listener_set(listener, want, &queue);
		mutex_unlock(&listener->reading);
	}
	/* The old ones, or the new ones if nothing came of it. */
	kvfree(queue.records);
	return err;
}

/**
 * rover_listener_has() - whether there is something to read
 * @listener: the listener
 */
bool rover_listener_has(struct rover_listener *listener)
{
	bool has;

	spin_lock(&listener->lock);
	has = rover_queue_has(&listener->queue);
	spin_unlock(&listener->lock);
	return has;
}

/* As many as there are and fit. Each leaves the queue once the reader has it. */
static ssize_t listener_drain(struct rover_listener *listener, struct iov_iter *to)
{
	struct rover_event event;
	ssize_t bytes = 0;
	bool has;

	while (iov_iter_count(to) >= sizeof(event)) {
		spin_lock(&listener->lock);
		has = rover_queue_peek(&listener->queue, &event);
		spin_unlock(&listener->lock);
		if (!has)
			break;
		if (copy_to_iter(&event, sizeof(event), to) != sizeof(event))
			return bytes ?: -EFAULT;
		spin_lock(&listener->lock);
		rover_queue_pop(&listener->queue);
		spin_unlock(&listener->lock);
		bytes += sizeof(event);
	}
	return bytes;
}

/**
 * rover_listener_read() - whole records
 * @listener: the listener
 * @to: where to
 * @wait: until there is one
 *
 * Return: bytes; -EINVAL no room for one, -EAGAIN there is none, -ENODEV there
 * will be none, -ERESTARTSYS, -EFAULT.
 */
ssize_t rover_listener_read(struct rover_listener *listener, struct iov_iter *to, bool wait)
{
	struct rover *rover = listener->rover;
	bool ended;
	ssize_t n;

	if (iov_iter_count(to) < sizeof(struct rover_event))
		return -EINVAL;
	for (;;) {
		/* Asked for first: after the end nothing is added. */
		ended = rover_event_ended(rover);
		if (mutex_lock_interruptible(&listener->reading))
			return -ERESTARTSYS;
		n = listener_drain(listener, to);
		mutex_unlock(&listener->reading);
		if (n)
			return n;
		if (ended)
			return -ENODEV;
		if (!wait)
			return -EAGAIN;
		n = wait_event_interruptible(listener->waiters, rover_listener_has(listener) ||
					     rover_event_ended(rover));
		if (n)
			return n;
	}
}

/**
 * rover_listener_open() - begin to listen
 * @listener: the listener, zeroed
 * @rover: the rover
 * @lease_id: of the file's lease
 *
 * Return: 0 or -ENOMEM.
 */
int rover_listener_open(struct rover_listener *listener, struct rover *rover, u32 lease_id)
{
	static const struct rover_subscribe preset = { .kinds = ROVER_SUBSCRIBE_DEFAULT };
	int err;

	err = listener_alloc(&listener->queue, ROVER_LISTENER_DEFAULT);
	if (err)
		return err;
	listener->rover = rover;
	listener->lease_id = lease_id;
	listener->kinds = preset.kinds | BIT(ROVER_EVENT_LOST);
	mutex_init(&listener->reading);
	spin_lock_init(&listener->lock);
	rover_filter_set(&listener->filter, &preset);
	hrtimer_setup(&listener->timer, listener_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	INIT_WORK(&listener->work, listener_work);
	init_waitqueue_head(&listener->waiters);
	rover_event_add_listener(rover, listener);
	return 0;
}

/**
 * rover_listener_close() - no more
 * @listener: the listener
 */
void rover_listener_close(struct rover_listener *listener)
{
	rover_event_remove_listener(listener->rover, listener);
	if (listener->kinds & BIT(ROVER_EVENT_RANGE))
		rover_event_count_range_listeners(listener->rover, -1);
	spin_lock(&listener->lock);
	listener->closing = true;
	spin_unlock(&listener->lock);
	hrtimer_cancel(&listener->timer);
	cancel_work_sync(&listener->work);
	kvfree(listener->queue.records);
}
