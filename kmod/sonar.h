/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sonar: several sensors that measure one after the other, raw and filtered
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SONAR_H
#define ROVER_SONAR_H

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/rover.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "median.h"
#include "ping.h"

struct rover;

/* HC-SR04 datasheet: at least 60 ms between measurements, or one hears the last. */
#define ROVER_SONAR_INTERVAL_NS		(60 * NSEC_PER_MSEC)

/* A measurement this young answers a read without a ping. */
#define ROVER_SONAR_FRESH_NS		(100 * NSEC_PER_MSEC)

/**
 * struct rover_sonar_sensor - what is known of one sensor
 * @hardware: its lines
 * @started: when its last measurement began, 0 for never
 * @last: last measurement
 * @history_um: raw ranges of the last ones, youngest first; -1 for none
 * @filtered_um: their median, -1 if none was valid
 * @filter_length: of so many
 * @filter_median: made for this setting; 0 if it is to be made anew
 */
struct rover_sonar_sensor {
	struct rover_ping_sensor hardware;
	ktime_t started;
	struct rover_range last;
	s64 history_um[ROVER_MEDIAN_MAX];
	s64 filtered_um;
	unsigned int filter_length;
	u32 filter_median;
};

/**
 * enum rover_sonar_phase - what the sonars are at
 * @ROVER_SONAR_REST: nobody wants a measurement
 * @ROVER_SONAR_PAUSE: wanted, but the last one is too recent
 * @ROVER_SONAR_BUSY: the worker is to begin one, or one is being made
 */
enum rover_sonar_phase {
	ROVER_SONAR_REST,
	ROVER_SONAR_PAUSE,
	ROVER_SONAR_BUSY,
};

/**
 * struct rover_sonar - the sensors
 * @lock: protects all below but the lines; taken in hard IRQ
 * @count: sensors
 * @ahead: a bit for each that looks ahead
 * @sensor: the sensors
 * @ping: the measurement that is being made
 * @sound_um_s: speed of sound, of the measurement that is being made
 * @phase: what they are at
 * @turn: the sensor that measures, or did last; only the worker changes it
 * @repeated: this is its second try
 * @once: a bit for each that somebody waits for
 * @started: when the last measurement began, 0 for never
 * @timer: end of the pause; hard
 * @start: begins a measurement, in the worker
 * @done: wakes who waits, in the worker
 * @waiters: those who wait
 * @gone: no more measurements
 */
struct rover_sonar {
	raw_spinlock_t lock;	/* see above */
	unsigned int count;
	u32 ahead;
	struct rover_sonar_sensor sensor[ROVER_SONARS_MAX];
	struct rover_ping ping;
	u32 sound_um_s;
	enum rover_sonar_phase phase;
	unsigned int turn;
	bool repeated;
	u32 once;
	ktime_t started;
	struct hrtimer timer;
	struct kthread_work start;
	struct kthread_work done;
	wait_queue_head_t waiters;
	bool gone;
};

int rover_sonar_init(struct rover *rover);
void rover_sonar_close(struct rover *rover);
void rover_sonar_wanted(struct rover *rover);
void rover_sonar_measured(struct rover_sonar *sonar, enum rover_ping_result result,
			  struct rover_range *range, ktime_t cause);
s64 rover_sonar_last(struct rover *rover, unsigned int sensor, struct rover_range *range);
int rover_sonar_range(struct rover *rover, struct rover_sonar_range *range);
int rover_sonar_measure(struct rover *rover, unsigned int sensor, u64 fresh_ns,
			struct rover_range *range);
u32 rover_sonar_reach_um(struct rover *rover);

#endif /* ROVER_SONAR_H */
