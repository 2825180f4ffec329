// SPDX-License-Identifier: GPL-2.0
/*
 * sonar: several sensors that measure one after the other, raw and filtered
 *
 * turn.c says which one measures when, ping.c measures; what came of it is kept
 * and told here.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/string.h>

#include "kinematics.h"
#include "rover.h"
#include "trace.h"
#include "turn.h"

/* A measurement of each sensor, the pauses, second tries: then something is wrong. */
#define SONAR_WAIT_MS		500

/* Ranges before a silence of that long say nothing about those after it. */
#define SONAR_FORGET_NS		((u64)NSEC_PER_SEC)

static struct rover *sonar_to_rover(struct rover_sonar *sonar)
{
	return container_of(sonar, struct rover, sonar);
}

/* How long a sensor may be silent before what it said is of another time. */
static u64 sonar_forget_ns(struct rover_sonar *sonar)
{
	u32 interval_us = READ_ONCE(sonar_to_rover(sonar)->settings.sonar_interval_us);

	return max(SONAR_FORGET_NS, 2ULL * sonar->count * interval_us * NSEC_PER_USEC);
}

/* The last measurement of a sensor, and what its filter is made of. */
static void sonar_keep(struct rover_sonar *sonar, struct rover_sonar_sensor *sensor,
		       struct rover_range *range)
{
	s64 *history_um = sensor->history_um;
	unsigned int i;

	lockdep_assert_held(&sonar->lock);
	if (range->time_ns - sensor->last.time_ns > sonar_forget_ns(sonar))
		for (i = 0; i < ROVER_MEDIAN_MAX; i++)
			history_um[i] = -1;
	memmove(&history_um[1], &history_um[0], (ROVER_MEDIAN_MAX - 1) * sizeof(*history_um));
	history_um[0] = range->range_um;
	sensor->filter_median = 0;
	range->sequence = sensor->last.sequence + 1;
	sensor->last = *range;
}

/* Made once for many who ask. */
static s64 sonar_filter(struct rover_sonar *sonar, struct rover_sonar_sensor *sensor)
{
	u32 median = READ_ONCE(sonar_to_rover(sonar)->settings.sonar_median);

	lockdep_assert_held(&sonar->lock);
	if (sensor->filter_median != median) {
		sensor->filtered_um = rover_median(sensor->history_um, median,
						   &sensor->filter_length);
		sensor->filter_median = median;
	}
	return sensor->filtered_um;
}

static void sonar_tell(struct rover_sonar *sonar, unsigned int index,
		       const struct rover_range *range, s64 filtered_um)
{
	struct rover_event event = {
		.type = ROVER_EVENT_RANGE,
		.time_ns = range->time_ns,
		.range = {
			.sensor = index,
			.status = range->status,
			.range_um = range->range_um,
			.filtered_um = filtered_um,
			.echo_ns = range->echo_ns,
		},
	};

	rover_event_push(sonar_to_rover(sonar), &event);
	trace_rover_ping(sonar_to_rover(sonar)->index, index, range->status, range->echo_ns);
}

/**
 * rover_sonar_measured() - an edge, a timeout or a start of the running measurement
 * @sonar: the sensors
 * @result: what it brought
 * @range: the measurement, unless it goes on
 * @cause: when it was
 *
 * Context: any, hard IRQ too, without a lock.
 */
void rover_sonar_measured(struct rover_sonar *sonar, enum rover_ping_result result,
			  struct rover_range *range, ktime_t cause)
{
	struct rover *rover = sonar_to_rover(sonar);
	unsigned int index = sonar->turn;	/* stays while one is being made */
	bool again = result == ROVER_PING_LATE && !sonar->repeated;
	unsigned long flags;
	s64 filtered_um = -1;

	if (result == ROVER_PING_ON)
		return;
	/* Stop first. */
	if (!again)
		rover_guard_range(rover, index, range, cause);
	raw_spin_lock_irqsave(&sonar->lock, flags);
	if (!again) {
		sonar_keep(sonar, &sonar->sensor[index], range);
		filtered_um = sonar_filter(sonar, &sonar->sensor[index]);
		sonar->once &= ~BIT(index);
	}
	rover_ping_settle(&sonar->ping);
	sonar->repeated = again;
	sonar->phase = ROVER_SONAR_REST;
	rover_turn_next(sonar);
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	if (again)
		return;
	sonar_tell(sonar, index, range, filtered_um);
	rover_worker_queue(&rover->worker, &sonar->done);
}

static void sonar_done(struct kthread_work *work)
{
	struct rover_sonar *sonar = container_of(work, struct rover_sonar, done);
	unsigned int i;

	/* The next one may have begun already. */
	for (i = 0; i < sonar->count; i++)
		if (READ_ONCE(sonar->ping.phase) == ROVER_PING_REST)
			rover_ping_disarm(&sonar->sensor[i].hardware);
	wake_up_all(&sonar->waiters);
}

/**
 * rover_sonar_wanted() - look again whether the sonars must run
 * @rover: the rover
 *
 * After a change of what wants them: a motion, a guard, a listener.
 *
 * Context: any, with drive.lock held too.
 */
void rover_sonar_wanted(struct rover *rover)
{
	struct rover_sonar *sonar = &rover->sonar;
	unsigned long flags;

	if (!sonar->count)
		return;
	raw_spin_lock_irqsave(&sonar->lock, flags);
	rover_turn_next(sonar);
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
}

static bool sonar_is_fresh(const struct rover_range *last, u64 fresh_ns)
{
	return last->status != ROVER_RANGE_NONE && ktime_get_ns() - last->time_ns <= fresh_ns;
}

/* Request a measurement unless there is a fresh one; returns what to wait for. */
static bool sonar_wants(struct rover_sonar *sonar, unsigned int index, u64 fresh_ns,
			u32 *sequence)
{
	const struct rover_range *last = &sonar->sensor[index].last;
	unsigned long flags;
	bool fresh;

	raw_spin_lock_irqsave(&sonar->lock, flags);
	fresh = fresh_ns && sonar_is_fresh(last, fresh_ns);
	/* A measurement that is under way answers everybody who waits. */
	*sequence = last->sequence + 1;
	if (!fresh) {
		sonar->once |= BIT(index);
		rover_turn_next(sonar);
	}
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	return !fresh;
}

static bool sonar_reached(struct rover_sonar *sonar, unsigned int index, u32 sequence)
{
	return (s32)(READ_ONCE(sonar->sensor[index].last.sequence) - sequence) >= 0 ||
	       READ_ONCE(sonar->gone);
}

/**
 * rover_sonar_measure() - a measurement that is no older than asked for
 * @rover: the rover
 * @sensor: which, from 0
 * @fresh_ns: how old it may be; 0 for one that ends from now on
 * @range: filled in
 *
 * Context: process; waits, without holding anything, for at most a pause and a
 * measurement, some 130 ms, a ping more if the worker was late; that for each
 * sensor that is asked for at the same time.
 * Return: 0; -ENODATA no such sonar, -ERESTARTSYS, -ENODEV the rover is gone,
 * -EIO the worker did not answer.
 */
int rover_sonar_measure(struct rover *rover, unsigned int sensor, u64 fresh_ns,
			struct rover_range *range)
{
	struct rover_sonar *sonar = &rover->sonar;
	u32 sequence;
	long left = 1;

	if (sensor >= sonar->count)
		return -ENODATA;
	if (sonar_wants(sonar, sensor, fresh_ns, &sequence))
		left = wait_event_interruptible_timeout(sonar->waiters,
							sonar_reached(sonar, sensor, sequence),
							msecs_to_jiffies(SONAR_WAIT_MS *
									 sonar->count));
	if (left < 0)
		return left;
	if (READ_ONCE(sonar->gone))
		return -ENODEV;
	if (!left)
		return -EIO;
	rover_sonar_last(rover, sensor, range);
	return 0;
}

/**
 * rover_sonar_range() - raw and filtered, as in the call RANGE
 * @rover: the rover
 * @range: what is asked for; the rest is filled in
 *
 * Context: process; with %ROVER_SONAR_MEASURE as rover_sonar_measure().
 * Return: 0; -EINVAL unknown flags, else as rover_sonar_measure().
 */
int rover_sonar_range(struct rover *rover, struct rover_sonar_range *range)
{
	struct rover_sonar *sonar = &rover->sonar;
	struct rover_sonar_sensor *sensor;
	unsigned long flags;
	int err = 0;

	if (range->flags & ~ROVER_SONAR_MEASURE)
		return -EINVAL;
	if (range->max_age_ms && !(range->flags & ROVER_SONAR_MEASURE))
		return -EINVAL;
	if (range->sensor >= sonar->count)
		return -ENODATA;
	if (range->flags & ROVER_SONAR_MEASURE)
		err = rover_sonar_measure(rover, range->sensor,
					  range->max_age_ms * (u64)NSEC_PER_MSEC, &range->raw);
	if (err)
		return err;
	sensor = &sonar->sensor[range->sensor];
	raw_spin_lock_irqsave(&sonar->lock, flags);
	range->raw = sensor->last;
	range->filtered_um = sonar_filter(sonar, sensor);
	range->filter_length = sensor->filter_length;
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	return 0;
}

/**
 * rover_sonar_last() - the last measurement, raw, and the median of the last ones
 * @rover: the rover
 * @index: which sensor, from 0; none has one that does not exist
 * @range: filled in
 *
 * Context: any, with drive.lock held too.
 * Return: the median in um; -1 if none was valid.
 */
s64 rover_sonar_last(struct rover *rover, unsigned int index, struct rover_range *range)
{
	struct rover_sonar *sonar = &rover->sonar;
	struct rover_sonar_sensor *sensor;
	unsigned long flags;
	s64 filtered_um;

	if (index >= sonar->count) {
		*range = (struct rover_range){ .range_um = -1 };
		return -1;
	}
	sensor = &sonar->sensor[index];
	raw_spin_lock_irqsave(&sonar->lock, flags);
	*range = sensor->last;
	filtered_um = sonar_filter(sonar, sensor);
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	return filtered_um;
}

/**
 * rover_sonar_reach_um() - longest distance that can be told, in air as it is set
 * @rover: the rover
 *
 * Context: process.
 */
u32 rover_sonar_reach_um(struct rover *rover)
{
	s32 air_mc = READ_ONCE(rover->settings.air_temperature_mc);

	return rover_kinematics_range_um(ROVER_PING_ECHO_MAX_NS,
					 rover_kinematics_sound_um_s(air_mc));
}

/**
 * rover_sonar_close() - no more measurements; who waits is woken
 * @rover: the rover
 *
 * Before the lines and their interrupts are given back.
 */
void rover_sonar_close(struct rover *rover)
{
	struct rover_sonar *sonar = &rover->sonar;

	if (!sonar->count)
		return;
	raw_spin_lock_irq(&sonar->lock);
	sonar->gone = true;
	raw_spin_unlock_irq(&sonar->lock);
	rover_turn_close(sonar);
	kthread_cancel_work_sync(&sonar->done);
	wake_up_all(&sonar->waiters);
}

/**
 * rover_sonar_init() - request lines and interrupts, silent
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_sonar_init(struct rover *rover)
{
	const struct rover_board *board = &rover->board;
	struct rover_sonar *sonar = &rover->sonar;
	unsigned int i;
	int err;

	raw_spin_lock_init(&sonar->lock);
	init_waitqueue_head(&sonar->waiters);
	rover_turn_init(sonar);
	rover_ping_init(&sonar->ping);
	kthread_init_work(&sonar->done, sonar_done);
	for (i = 0; i < board->sonars; i++) {
		err = rover_ping_init_sensor(rover, i);
		if (err)
			return err;
		sonar->sensor[i].last.range_um = -1;
		memset(sonar->sensor[i].history_um, -1, sizeof(sonar->sensor[i].history_um));
	}
	sonar->count = board->sonars;
	sonar->ahead = board->sonars_ahead;
	return 0;
}
