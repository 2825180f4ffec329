/* SPDX-License-Identifier: GPL-2.0 */
/*
 * filter: which records an open file is told, and how often
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_FILTER_H
#define ROVER_FILTER_H

#include <linux/rover.h>
#include <linux/types.h>

/* Obstacle and line sensors, ROVER_SENSOR_* */
#define ROVER_FILTER_SENSORS	4

/**
 * struct rover_filter_range - what was told of a sonar
 * @told: something was
 * @told_ns: when, by the time of the record
 * @below: the threshold was passed downward
 */
struct rover_filter_range {
	bool told;
	u64 told_ns;
	bool below;
};

/**
 * struct rover_filter_sensor - what was told of an obstacle or line sensor
 * @told: something was
 * @told_ns: when, by the time of the record
 * @level: what
 * @held: @event came too soon after that, and will be told
 * @event: the last change
 */
struct rover_filter_sensor {
	bool told;
	u64 told_ns;
	u32 level;
	bool held;
	struct rover_event event;
};

/**
 * struct rover_filter - of one file; its lock protects it
 * @want: as the file asked
 * @range: per sonar
 * @sensor: per sensor
 */
struct rover_filter {
	struct rover_subscribe want;
	struct rover_filter_range range[ROVER_SONARS_MAX];
	struct rover_filter_sensor sensor[ROVER_FILTER_SENSORS];
};

int rover_filter_check(const struct rover_subscribe *want);
void rover_filter_set(struct rover_filter *filter, const struct rover_subscribe *want);
bool rover_filter_passes(struct rover_filter *filter, const struct rover_event *event);
bool rover_filter_release(struct rover_filter *filter, u64 now_ns, struct rover_event *event);
u64 rover_filter_due_ns(const struct rover_filter *filter);

#endif /* ROVER_FILTER_H */
