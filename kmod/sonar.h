/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sonar: one HC-SR04 or its like, on one line or two
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SONAR_H
#define ROVER_SONAR_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/rover.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct gpio_desc;
struct rover;

/* HC-SR04 datasheet: at least 60 ms between measurements, or one hears the last. */
#define ROVER_SONAR_INTERVAL_NS		(60 * NSEC_PER_MSEC)

/* HC-SR04 datasheet: from 20 mm; a pulse up to 25 ms is a distance, 38 ms is none. */
#define ROVER_SONAR_MIN_UM		20000
#define ROVER_SONAR_ECHO_MAX_NS		(25 * NSEC_PER_MSEC)

/* A measurement this young answers a read without a ping. */
#define ROVER_SONAR_FRESH_NS		(100 * NSEC_PER_MSEC)

/**
 * enum rover_sonar_phase - where a measurement is
 * @ROVER_SONAR_REST: nobody wants one
 * @ROVER_SONAR_PAUSE: wanted, but the last one is too recent
 * @ROVER_SONAR_START: the worker is to send the trigger pulse
 * @ROVER_SONAR_RISE: the echo pulse is to begin
 * @ROVER_SONAR_FALL: the echo pulse is to end
 */
enum rover_sonar_phase {
	ROVER_SONAR_REST,
	ROVER_SONAR_PAUSE,
	ROVER_SONAR_START,
	ROVER_SONAR_RISE,
	ROVER_SONAR_FALL,
};

/**
 * struct rover_sonar - the sensor
 * @lock: protects all below but the lines and @irq; taken in hard IRQ
 * @trigger: line of the trigger pulse
 * @echo: line of the echo pulse; the same one on a shared line
 * @irq: of @echo; enabled only while a measurement runs
 * @armed: @irq is enabled; only the worker's
 * @sound_um_s: speed of sound
 * @phase: where the measurement is
 * @timer: end of the pause, or of the wait for an edge; hard
 * @ping: sends the trigger pulse, in the worker
 * @done: wakes who waits, in the worker
 * @waiters: those who wait
 * @started: when the last measurement began, 0 for never
 * @triggered: when the trigger pulse ended; written while no interrupt is armed
 * @repeated: this ping is the second try
 * @slow: the interrupt was armed after the burst
 * @rise: when the echo pulse began
 * @last: last measurement; its range is computed by readers
 * @gone: no more measurements
 */
struct rover_sonar {
	raw_spinlock_t lock;
	struct gpio_desc *trigger;
	struct gpio_desc *echo;
	unsigned int irq;
	bool armed;
	u32 sound_um_s;
	enum rover_sonar_phase phase;
	struct hrtimer timer;
	struct kthread_work ping;
	struct kthread_work done;
	wait_queue_head_t waiters;
	ktime_t started;
	ktime_t triggered;
	bool repeated;
	bool slow;
	ktime_t rise;
	struct rover_range last;
	bool gone;
};

int rover_sonar_init(struct rover *rover);
void rover_sonar_close(struct rover *rover);
void rover_sonar_wanted(struct rover *rover);
unsigned int rover_sonar_count(const struct rover *rover);
void rover_sonar_last(struct rover *rover, unsigned int sensor, struct rover_range *range);
s64 rover_sonar_filtered_um(struct rover *rover, unsigned int sensor);
int rover_sonar_measure(struct rover *rover, unsigned int sensor, u64 fresh_ns,
			struct rover_range *range);

#endif /* ROVER_SONAR_H */
