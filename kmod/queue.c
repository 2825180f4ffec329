// SPDX-License-Identifier: GPL-2.0
/*
 * queue: event records in order, with what was lost told in its place
 *
 * Copyright (C) 2026 The rover authors
 */

#include "queue.h"

static u32 queue_room(const struct rover_queue *queue)
{
	return queue->mask + 1 - (queue->head - queue->tail);
}

static void queue_append(struct rover_queue *queue, const struct rover_event *event)
{
	queue->records[queue->head++ & queue->mask] = *event;
}

static void queue_append_loss(struct rover_queue *queue)
{
	struct rover_event event = {
		.time_ns = queue->lost_time_ns,
		.sequence = queue->lost_last,
		.type = ROVER_EVENT_LOST,
		.lost.count = queue->lost,
		.lost.from_sequence = queue->lost_from,
	};

	queue_append(queue, &event);
	queue->lost = 0;
}

/**
 * rover_queue_lose() - records that will never be in the queue
 * @queue: the queue
 * @last: the last of them, or the record that tells of it
 * @count: how many
 * @from_sequence: sequence of the first
 */
void rover_queue_lose(struct rover_queue *queue, const struct rover_event *last, u64 count,
		      u32 from_sequence)
{
	if (!queue->lost)
		queue->lost_from = from_sequence;
	queue->lost += count;
	queue->lost_last = last->sequence;
	queue->lost_time_ns = last->time_ns;
}

/**
 * rover_queue_put() - add a record, or count it as lost
 * @queue: the queue
 * @event: the record
 *
 * A loss is told before the next record, so both must find room. In O(1).
 *
 * Return: whether it found room.
 */
bool rover_queue_put(struct rover_queue *queue, const struct rover_event *event)
{
	u32 needed = queue->lost ? 2 : 1;

	if (queue_room(queue) < needed) {
		rover_queue_lose(queue, event, 1, event->sequence);
		return false;
	}
	if (queue->lost)
		queue_append_loss(queue);
	queue_append(queue, event);
	return true;
}

/**
 * rover_queue_peek() - the oldest record
 * @queue: the queue
 * @event: filled in
 *
 * A loss that has become the oldest is told although no record follows it yet.
 *
 * Return: whether there is one.
 */
bool rover_queue_peek(struct rover_queue *queue, struct rover_event *event)
{
	if (queue->head == queue->tail && queue->lost)
		queue_append_loss(queue);
	if (queue->head == queue->tail)
		return false;
	*event = queue->records[queue->tail & queue->mask];
	return true;
}

/**
 * rover_queue_pop() - the oldest record has been told
 * @queue: the queue; it has one
 */
void rover_queue_pop(struct rover_queue *queue)
{
	queue->tail++;
}

/**
 * rover_queue_flush() - forget all records, and what was lost
 * @queue: the queue
 */
void rover_queue_flush(struct rover_queue *queue)
{
	queue->tail = queue->head;
	queue->lost = 0;
}
