/* SPDX-License-Identifier: GPL-2.0 */
/*
 * queue: event records in order, with what was lost told in its place
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_QUEUE_H
#define ROVER_QUEUE_H

#include <linux/rover.h>
#include <linux/types.h>

/**
 * struct rover_queue - records, oldest first
 * @records: room for a power of two of them
 * @mask: that number - 1
 * @head: records that were put in
 * @tail: records that were taken out
 * @lost: records that found no room since the last one that did
 * @lost_from: sequence of the first of them
 * @lost_last: sequence of the last of them
 * @lost_time_ns: time of the last of them
 *
 * The owner's lock protects it. What is lost is always the newest, so its place
 * is behind the records that are there.
 */
struct rover_queue {
	struct rover_event *records;
	u32 mask;
	u32 head;
	u32 tail;
	u64 lost;
	u32 lost_from;
	u32 lost_last;
	u64 lost_time_ns;
};

bool rover_queue_put(struct rover_queue *queue, const struct rover_event *event);
void rover_queue_lose(struct rover_queue *queue, const struct rover_event *last, u64 count,
		      u32 from_sequence);
bool rover_queue_peek(struct rover_queue *queue, struct rover_event *event);
void rover_queue_pop(struct rover_queue *queue);
void rover_queue_flush(struct rover_queue *queue);

/* Whether there is something to tell. */
static inline bool rover_queue_has(const struct rover_queue *queue)
{
	return queue->head != queue->tail || queue->lost;
}

#endif /* ROVER_QUEUE_H */
