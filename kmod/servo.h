/* SPDX-License-Identifier: GPL-2.0 */
/*
 * servo: the head: pan and tilt, at 50 pulses a second
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SERVO_H
#define ROVER_SERVO_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "board.h"

struct gpio_desc;
struct pwm_device;
struct rover;
struct rover_lease;
struct rover_look;

/**
 * struct rover_servo_axis - one servo
 * @line: its line, NULL if a PWM makes the pulses
 * @pwm: its PWM, NULL if there is a line
 * @period_ns: of the PWM
 * @applied_ns: pulse that the PWM was told last; rover_servo.mutex
 * @stop_urad: angles that it may be told, least and greatest
 * @known: it was commanded since bind, so that it is known where it looks
 * @attached: it gets pulses
 * @turning: it is on the way
 * @target_urad: where it shall look
 * @told_urad: where it is told to look now
 * @arrived: since when it is told its target
 * @pulse_ns: pulse that tells it so; 0 while it is not attached, and until the
 *	period that it is attached in has begun
 */
struct rover_servo_axis {
	struct gpio_desc *line;
	struct pwm_device *pwm;
	u32 period_ns;
	u32 applied_ns;
	s32 stop_urad[2];
	bool known;
	bool attached;
	bool turning;
	s32 target_urad;
	s32 told_urad;
	ktime_t arrived;
	u32 pulse_ns;
};

/**
 * struct rover_servo - the head
 * @lock: protects everything here but @mutex and @sync; taken in hard IRQ
 * @axis: its servos, those that the board has
 * @timer: hard; runs while a servo is attached
 * @running: @timer is set, or its function runs
 * @due: what it was set for
 * @frame: when the running period began
 * @high: axis whose line is high; ROVER_SERVO_AXES for none
 * @panicked: the kernel panicked: no pulses any more
 * @mutex: calls of the PWM provider
 * @sync: has the worker call it
 */
struct rover_servo {
	raw_spinlock_t lock;
	struct rover_servo_axis axis[ROVER_SERVO_AXES];
	struct hrtimer timer;
	bool running;
	ktime_t due;
	ktime_t frame;
	unsigned int high;
	bool panicked;
	struct mutex mutex;	/* calls of the PWM provider */
	struct kthread_work sync;
};

int rover_servo_init(struct rover *rover);
void rover_servo_let_go(struct rover *rover);
void rover_servo_panic(struct rover *rover);

int rover_servo_look(struct rover *rover, struct rover_lease *lease,
		     const struct rover_look *look);
void rover_servo_freeze(struct rover *rover);
u32 rover_servo_status(struct rover *rover, s32 *pan_urad, s32 *tilt_urad);

#endif /* ROVER_SERVO_H */
