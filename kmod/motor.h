/* SPDX-License-Identifier: GPL-2.0 */
/*
 * motor: the two bridges, their dead time, and the back end that switches them
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_MOTOR_H
#define ROVER_MOTOR_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rover.h>
#include <linux/spinlock.h>

#include "board.h"
#include "bridge.h"
#include "hwpwm.h"
#include "softpwm.h"

struct gpio_desc;
struct rover;
struct rover_motor;

/**
 * struct rover_motor_ops - a back end
 * @drive: take over &rover_motor.want; motor.lock held, any context
 * @stop: likewise, after a stop
 * @sync: bring the outputs to &rover_motor.want; may sleep, motor.mutex held.
 *	NULL if @drive and @stop do so at once
 * @panic: motors off, whatever the locks, as far as lines can
 */
struct rover_motor_ops {
	void (*drive)(struct rover_motor *motor);
	void (*stop)(struct rover_motor *motor);
	int (*sync)(struct rover_motor *motor);
	void (*panic)(struct rover_motor *motor);
};

enum rover_motor_mode {
	ROVER_MOTOR_COAST,
	ROVER_MOTOR_BRAKE,
	ROVER_MOTOR_DRIVE,
};

/**
 * struct rover_motor_want - what the bridges shall do
 * @mode: mode of both
 * @duty_permille: with DRIVE, -1000..1000 a side; else 0
 * @on_ns: length of the pulse of that duty, 0..period
 * @rest: with DRIVE, what a side does at duty 0, and between its pulses if it can
 * @ready: when DRIVE may begin: bridges awake, and what the back end adds
 * @sequence: counts changes
 */
struct rover_motor_want {
	enum rover_motor_mode mode;
	s32 duty_permille[ROVER_SIDES];
	u32 on_ns[ROVER_SIDES];
	enum rover_bridge_state rest;
	ktime_t ready;
	unsigned int sequence;
};

/**
 * struct rover_motor - both bridges
 * @lock: protects all below but @mutex and what it covers; taken in hard IRQ
 * @mutex: one caller of the PWM provider at a time; also protects @hard
 * @ops: the back end
 * @period_ns: of the PWM
 * @min_pulse_ns: shorter pulses, high or low, are not made
 * @dead_ns: pause of a wheel that reverses
 * @want: last command
 * @sleep: sleep lines of the bridges; NULL for those there are not
 * @enable: enable line, or NULL
 * @awake: state of both
 * @awake_at: when the bridges follow their inputs after they were woken
 * @panicked: the kernel did; the outputs stay off
 * @timer: period and dead time, hard
 * @sync_work: calls @ops->sync in the worker
 * @bridge: both bridges; @lock with software PWM, @mutex with a PWM provider
 * @soft: software PWM
 * @hard: PWM provider
 */
struct rover_motor {
	raw_spinlock_t lock;	/* see above */
	struct mutex mutex;	/* see above */
	const struct rover_motor_ops *ops;
	u32 period_ns;
	u32 min_pulse_ns;
	u32 dead_ns;
	struct rover_motor_want want;
	struct gpio_desc *sleep[ROVER_SLEEP_LINES];
	struct gpio_desc *enable;
	bool awake;
	ktime_t awake_at;
	bool panicked;
	struct hrtimer timer;
	struct kthread_work sync_work;
	struct rover_bridge bridge[ROVER_SIDES];
	union {
		struct rover_softpwm soft;
		struct rover_hwpwm hard;
	};
};

int rover_motor_init(struct rover *rover);
void rover_motor_drive(struct rover_motor *motor, const s32 duty_permille[ROVER_SIDES]);
void rover_motor_regulate(struct rover_motor *motor, const s32 duty_permille[ROVER_SIDES]);
void rover_motor_stop(struct rover_motor *motor, enum rover_stop_mode mode);
int rover_motor_sync(struct rover_motor *motor);
void rover_motor_queue_sync(struct rover_motor *motor);
ktime_t rover_motor_due(struct rover_motor *motor);
ktime_t rover_motor_period_end(struct rover_motor *motor);
void rover_motor_panic(struct rover_motor *motor);
enum rover_stop_mode rover_motor_rest(const struct rover_motor *motor, enum rover_stop_mode mode);

/* Whether stops reach the bridges without the scheduler. */
static inline bool rover_motor_stops_hard(const struct rover_motor *motor)
{
	return !motor->ops->sync;
}

#endif /* ROVER_MOTOR_H */
