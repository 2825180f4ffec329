// SPDX-License-Identifier: GPL-2.0
/*
 * filter: which records an open file is told, and how often
 *
 * All times are those of the records, so that a late worker changes nothing.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include "filter.h"

#define FILTER_KINDS	GENMASK_ULL(ROVER_EVENT_SAMPLE, ROVER_EVENT_LOST)
#define FILTER_SENSORS	(ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT | \
			 ROVER_SENSOR_LINE_LEFT | ROVER_SENSOR_LINE_RIGHT)

/**
 * rover_filter_check() - whether a subscription makes sense
 * @want: as the file asked
 *
 * Return: 0 or -EINVAL.
 */
int rover_filter_check(const struct rover_subscribe *want)
{
	if (want->reserved || want->flags & ~ROVER_SUBSCRIBE_FLUSH ||
	    want->kinds & ~FILTER_KINDS || want->sensors & ~FILTER_SENSORS)
		return -EINVAL;
	if (want->range_hysteresis_um && !want->range_below_um)
		return -EINVAL;
	return 0;
}

/**
 * rover_filter_set() - begin anew
 * @filter: the filter
 * @want: as the file asked
 *
 * Every sonar counts as above the threshold, and of no sensor is anything known.
 */
void rover_filter_set(struct rover_filter *filter, const struct rover_subscribe *want)
{
	*filter = (struct rover_filter){ .want = *want };
}

/* Whether a record comes too soon after one that was told. */
static bool filter_too_soon(bool told, u64 told_ns, u64 time_ns, u32 interval_ms)
{
	return told && time_ns < told_ns + (u64)interval_ms * NSEC_PER_MSEC;
}

/*
 * Only when the threshold is passed. Nothing in reach is above it; a sonar that
 * does not answer says nothing.
 *
 *         hysteresis
 *        |<-------->|
 *   below           above
 */
static bool filter_passes_threshold(const struct rover_subscribe *want,
				    struct rover_filter_range *state,
				    const struct rover_event_range *range)
{
	s64 above_um = (s64)want->range_below_um + want->range_hysteresis_um;
	bool below;

	if (range->status == ROVER_RANGE_VALID)
		below = range->range_um < (state->below ? above_um : want->range_below_um);
	else if (range->status == ROVER_RANGE_NO_ECHO)
		below = false;
	else
		return false;
	if (below == state->below)
		return false;
	state->below = below;
	return true;
}

static bool filter_passes_range(struct rover_filter *filter, const struct rover_event *event)
{
	const struct rover_subscribe *want = &filter->want;
	struct rover_filter_range *state;

	if (event->range.sensor >= ROVER_SONARS_MAX)
		return false;
	state = &filter->range[event->range.sensor];
	if (want->range_below_um)
		return filter_passes_threshold(want, state, &event->range);
	if (filter_too_soon(state->told, state->told_ns, event->time_ns, want->range_interval_ms))
		return false;
	state->told = true;
	state->told_ns = event->time_ns;
	return true;
}

static void filter_tell_sensor(struct rover_filter_sensor *state, const struct rover_event *event)
{
	state->told = true;
	state->told_ns = event->time_ns;
	state->level = event->sensor.level;
	state->held = false;
}

/* A change that comes too soon is held, and forgotten if it is undone. */
static bool filter_passes_sensor(struct rover_filter *filter, const struct rover_event *event)
{
	const struct rover_subscribe *want = &filter->want;
	struct rover_filter_sensor *state;

	if (!(event->sensor.sensor & FILTER_SENSORS))
		return false;
	if (want->sensors && !(want->sensors & event->sensor.sensor))
		return false;
	state = &filter->sensor[__ffs(event->sensor.sensor)];
	if (want->sensor_interval_ms && state->told && event->sensor.level == state->level) {
		state->held = false;
		return false;
	}
	if (filter_too_soon(state->told, state->told_ns, event->time_ns,
			    want->sensor_interval_ms)) {
		state->held = true;
		state->event = *event;
		return false;
	}
	filter_tell_sensor(state, event);
	return true;
}

/**
 * rover_filter_passes() - whether a record is told now
 * @filter: the filter
 * @event: the record, not a loss
 */
bool rover_filter_passes(struct rover_filter *filter, const struct rover_event *event)
{
	if (!(filter->want.kinds & BIT_ULL(event->type)))
		return false;
	switch (event->type) {
	case ROVER_EVENT_RANGE:
		return filter_passes_range(filter, event);
	case ROVER_EVENT_SENSOR:
		return filter_passes_sensor(filter, event);
	default:
		return true;
	}
}

static u64 filter_sensor_due_ns(const struct rover_filter *filter,
				const struct rover_filter_sensor *state)
{
	return state->told_ns + (u64)filter->want.sensor_interval_ms * NSEC_PER_MSEC;
}

/**
 * rover_filter_release() - a held record whose time has come
 * @filter: the filter
 * @now_ns: the time
 * @event: filled in
 *
 * It is told with the time at which it was true; the next change may be told
 * an interval after now.
 *
 * Return: whether there was one; there may be more.
 */
bool rover_filter_release(struct rover_filter *filter, u64 now_ns, struct rover_event *event)
{
	unsigned int i;

	for (i = 0; i < ROVER_FILTER_SENSORS; i++) {
		struct rover_filter_sensor *state = &filter->sensor[i];

		if (!state->held || filter_sensor_due_ns(filter, state) > now_ns)
			continue;
		*event = state->event;
		filter_tell_sensor(state, event);
		state->told_ns = now_ns;
		return true;
	}
	return false;
}

/**
 * rover_filter_due_ns() - when rover_filter_release() will have something
 * @filter: the filter
 *
 * Return: the time, U64_MAX for never.
 */
u64 rover_filter_due_ns(const struct rover_filter *filter)
{
	u64 due_ns = U64_MAX;
	unsigned int i;

	for (i = 0; i < ROVER_FILTER_SENSORS; i++)
		if (filter->sensor[i].held)
			due_ns = min(due_ns, filter_sensor_due_ns(filter, &filter->sensor[i]));
	return due_ns;
}
