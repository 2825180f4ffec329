// SPDX-License-Identifier: GPL-2.0
/*
 * servo: the head: pan and tilt, at 50 pulses a second
 *
 * The pulses of both come one after the other, from one hard timer:
 *
 *          |<----------------- 20 ms ------------------>|
 *           ______________                               ____________
 *   pan   _|              |_____________________________|
 *                          _________
 *   tilt  ________________|         |____________________________
 *          ^              ^         ^                    ^
 *          slew, arrive,  fall,     fall                 slew, ...
 *          let go, rise   rise
 *
 * Each edge is a timer event of its own. A servo without a line has a PWM, see
 * servopwm.c; the timer then only says where it is to look.
 *
 * Where the head looks is known from the first command on; that one it obeys as
 * fast as it can, later ones at the rate that is set. A servo that has arrived
 * is let go after the idle time: it gets no more pulses, and when neither does,
 * there is no timer. An emergency stop freezes the head where it is; it is not
 * let go before its time, as a camera that drops is motion too.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/delay.h>
#include <linux/gpio/consumer.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "angle.h"
#include "compat.h"
#include "pins.h"
#include "rover.h"
#include "servopwm.h"

/* Pulses a second: what analogue servos want. */
#define SERVO_FRAMES		50
#define SERVO_FRAME_NS		(NSEC_PER_SEC / SERVO_FRAMES)

/*
 * What a timer is late at least: a pulse whose beginning was late by no more
 * ends as if it had not been, as its end will be late as well.
 */
#define SERVO_LATENESS_NS	3000

/* The longest pulse, 3 ms, ends within it. */
#define SERVO_PULSE_WAIT_MS	10

static u32 servo_bit(unsigned int i)
{
	return i == ROVER_PAN ? ROVER_LOOK_PAN : ROVER_LOOK_TILT;
}

/* The calibration is a straight line through its two ends. */
static u32 servo_pulse_ns(const struct rover_board_servo *board,
			  const struct rover_servo_axis *axis)
{
	s64 first_ns = board->pulse_us[0] * NSEC_PER_USEC;
	s64 span_ns = board->pulse_us[1] * NSEC_PER_USEC - first_ns;

	return first_ns + div_s64(span_ns * (axis->told_urad - axis->stop_urad[0]),
				  axis->stop_urad[1] - axis->stop_urad[0]);
}

/* The way of one period. */
static void servo_slew(struct rover *rover, struct rover_servo_axis *axis)
{
	u32 step_urad = READ_ONCE(rover->settings.servo_rate_urad_s) / SERVO_FRAMES;

	if (!step_urad)
		axis->told_urad = axis->target_urad;
	else if (axis->told_urad < axis->target_urad)
		axis->told_urad = min_t(s64, axis->target_urad, (s64)axis->told_urad + step_urad);
	else
		axis->told_urad = max_t(s64, axis->target_urad, (s64)axis->told_urad - step_urad);
}

/* These axes have arrived, or were let go. */
static void servo_tell(struct rover_servo *servo, ktime_t now, u32 axes, bool idle)
{
	struct rover_event event = {
		.type = ROVER_EVENT_SERVO,
		.time_ns = ktime_to_ns(now),
		.servo.pan_urad = servo->axis[ROVER_PAN].told_urad,
		.servo.tilt_urad = servo->axis[ROVER_TILT].told_urad,
		.servo.flags = axes,
		.servo.idle = idle,
	};

	if (axes)
		rover_event_push(container_of(servo, struct rover, servo), &event);
}

/* Where each axis is told to look in the period that begins, if at all. */
static void servo_plan(struct rover_servo *servo, ktime_t now)
{
	struct rover *rover = container_of(servo, struct rover, servo);
	u32 idle_ms = READ_ONCE(rover->settings.servo_idle_ms);
	u32 arrived = 0, let_go = 0;
	bool sync = false;
	unsigned int i;

	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		struct rover_servo_axis *axis = &servo->axis[i];

		if (!axis->attached)
			continue;
		if (axis->turning) {
			servo_slew(rover, axis);
			axis->pulse_ns = servo_pulse_ns(&rover->board.servo[i], axis);
			if (axis->told_urad == axis->target_urad) {
				axis->turning = false;
				axis->arrived = now;
				arrived |= servo_bit(i);
			}
		} else if (idle_ms && ktime_ms_delta(now, axis->arrived) >= idle_ms) {
			axis->attached = false;
			axis->pulse_ns = 0;
			let_go |= servo_bit(i);
		}
		sync |= axis->pwm && axis->pulse_ns != READ_ONCE(axis->applied_ns);
	}
	if (sync)
		rover_worker_queue(&rover->worker, &servo->sync);
	servo_tell(servo, now, arrived, false);
	servo_tell(servo, now, let_go, true);
}

/* The next axis from this one on whose line gets a pulse; ROVER_SERVO_AXES for none. */
static unsigned int servo_next(const struct rover_servo *servo, unsigned int i)
{
	while (i < ROVER_SERVO_AXES && !(servo->axis[i].line && servo->axis[i].pulse_ns))
		i++;
	return i;
}

/* Begin a pulse that was due now. Returns when it ends. */
static ktime_t servo_rise(struct rover_servo *servo, unsigned int i)
{
	struct rover_servo_axis *axis = &servo->axis[i];
	ktime_t now;

	gpiod_set_value(axis->line, 1);
	now = ktime_get();
	servo->high = i;
	return ktime_add_ns(max(servo->due, ktime_sub_ns(now, SERVO_LATENESS_NS)), axis->pulse_ns);
}

/* End the pulse that runs, if one does. Returns the axis whose turn it may be. */
static unsigned int servo_fall(struct rover_servo *servo)
{
	unsigned int i = servo->high;

	if (i == ROVER_SERVO_AXES)
		return 0;
	gpiod_set_value(servo->axis[i].line, 0);
	servo->high = ROVER_SERVO_AXES;
	return i + 1;
}

/* One event of the timer: an edge, or the beginning of a period. */
static void servo_advance(struct rover_servo *servo)
{
	unsigned int i = servo_fall(servo);
	ktime_t next;

	if (!i) {
		servo->frame = servo->due;
		servo_plan(servo, servo->frame);
	}
	i = servo_next(servo, i);
	if (i < ROVER_SERVO_AXES)
		next = servo_rise(servo, i);
	else
		next = ktime_add_ns(servo->frame, SERVO_FRAME_NS);

	servo->running = i < ROVER_SERVO_AXES || servo->axis[ROVER_PAN].attached ||
			 servo->axis[ROVER_TILT].attached;
	if (!servo->running)
		return;
	servo->due = next;
	hrtimer_start(&servo->timer, next, HRTIMER_MODE_ABS_HARD);
}

static enum hrtimer_restart servo_timer(struct hrtimer *timer)
{
	struct rover *rover = container_of(timer, struct rover, servo.timer);
	struct rover_servo *servo = &rover->servo;
	u64 began_ns = rover_timing_begin();

	raw_spin_lock(&servo->lock);
	/* Another CPU may have ended the pulses, or begun them anew, meanwhile. */
	if (servo->running && !servo->panicked && !hrtimer_is_queued(timer)) {
		/* A period that begins late is no shorter for that. */
		if (servo->high == ROVER_SERVO_AXES)
			servo->due = max(servo->due,
					 ktime_sub_ns(ktime_get(), SERVO_LATENESS_NS));
		servo_advance(servo);
	}
	raw_spin_unlock(&servo->lock);
	rover_timing_end(rover, ROVER_TIMING_SERVO, began_ns);
	return HRTIMER_NORESTART;
}

static s32 servo_wanted(const struct rover_look *look, unsigned int i)
{
	return i == ROVER_PAN ? look->pan_urad : look->tilt_urad;
}

/* All axes, before any of them moves. */
static int servo_check(struct rover *rover, const struct rover_look *look)
{
	unsigned int i;

	if (look->flags & ~rover->board.servos)
		return -ENODATA;
	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		const struct rover_servo_axis *axis = &rover->servo.axis[i];

		if (look->flags & servo_bit(i) &&
		    (servo_wanted(look, i) < axis->stop_urad[0] ||
		     servo_wanted(look, i) > axis->stop_urad[1]))
			return -ERANGE;
	}
	return 0;
}

static void servo_aim(struct rover_servo_axis *axis, s32 urad)
{
	axis->target_urad = urad;
	/* Where it was before the first command, nobody knows. */
	if (!axis->known)
		axis->told_urad = urad;
	WRITE_ONCE(axis->known, true);
	axis->attached = true;
	axis->turning = true;
}

static void servo_turn(struct rover_servo *servo, const struct rover_look *look)
{
	unsigned int i;

	raw_spin_lock(&servo->lock);
	for (i = 0; i < ROVER_SERVO_AXES; i++)
		if (look->flags & servo_bit(i))
			servo_aim(&servo->axis[i], servo_wanted(look, i));
	if (!servo->running && !servo->panicked) {
		servo->due = ktime_get();
		servo_advance(servo);
	}
	raw_spin_unlock(&servo->lock);
}

/**
 * rover_servo_look() - turn the head
 * @rover: the rover
 * @lease: the caller's
 * @look: which axes, and where to
 *
 * No command to drive: it takes no lease, and keeps no motion alive.
 *
 * Return: 0; -ENODATA an axis that the board lacks, -ERANGE outside of a stop,
 * -EBUSY somebody else drives, -ECANCELED the lease was taken away, -ESHUTDOWN
 * the emergency stop is latched, -ENODEV. Then nothing moves.
 */
int rover_servo_look(struct rover *rover, struct rover_lease *lease,
		     const struct rover_look *look)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	int err;

	err = servo_check(rover, look);
	if (err)
		return err;
	raw_spin_lock_irqsave(&drive->lock, flags);
	err = rover_lease_check(rover, lease);
	if (!err && drive->state == ROVER_STATE_ESTOP)
		err = -ESHUTDOWN;
	if (!err)
		servo_turn(&rover->servo, look);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

/**
 * rover_servo_freeze() - the head stays where it is told to look now
 * @rover: the rover
 *
 * Context: any, drive.lock may be held.
 */
void rover_servo_freeze(struct rover *rover)
{
	struct rover_servo *servo = &rover->servo;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&servo->lock, flags);
	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		struct rover_servo_axis *axis = &servo->axis[i];

		if (!axis->turning)
			continue;
		axis->target_urad = axis->told_urad;
		axis->turning = false;
		axis->arrived = ktime_get();
	}
	raw_spin_unlock_irqrestore(&servo->lock, flags);
}

/**
 * rover_servo_status() - where the head is told to look now
 * @rover: the rover
 * @pan_urad: filled in; 0 before the first command
 * @tilt_urad: likewise
 *
 * Context: any.
 * Return: ROVER_LOOK_*: axes that were commanded since bind.
 */
u32 rover_servo_status(struct rover *rover, s32 *pan_urad, s32 *tilt_urad)
{
	struct rover_servo *servo = &rover->servo;
	const struct rover_servo_axis *pan = &servo->axis[ROVER_PAN];
	const struct rover_servo_axis *tilt = &servo->axis[ROVER_TILT];
	unsigned long flags;
	u32 known;

	/* A head that was never told anything, or that there is not: the lock is saved. */
	if (!READ_ONCE(pan->known) && !READ_ONCE(tilt->known)) {
		*pan_urad = 0;
		*tilt_urad = 0;
		return 0;
	}
	raw_spin_lock_irqsave(&servo->lock, flags);
	*pan_urad = pan->told_urad;
	*tilt_urad = tilt->told_urad;
	known = (pan->known ? ROVER_LOOK_PAN : 0) | (tilt->known ? ROVER_LOOK_TILT : 0);
	raw_spin_unlock_irqrestore(&servo->lock, flags);
	return known;
}

/* No period begins any more; a pulse that runs goes on. Returns whether one does. */
static bool servo_detach(struct rover_servo *servo)
{
	bool running;
	unsigned int i;

	raw_spin_lock_irq(&servo->lock);
	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		servo->axis[i].attached = false;
		servo->axis[i].turning = false;
		servo->axis[i].pulse_ns = 0;
	}
	if (servo->high == ROVER_SERVO_AXES) {
		hrtimer_try_to_cancel(&servo->timer);
		servo->running = false;
	}
	running = servo->running;
	raw_spin_unlock_irq(&servo->lock);
	return running;
}

/**
 * rover_servo_let_go() - no more pulses; the head stays where it is
 * @rover: the rover
 *
 * A pulse that runs comes to its end: a shorter one would turn the head.
 *
 * Context: process; waits for that pulse.
 */
void rover_servo_let_go(struct rover *rover)
{
	struct rover_servo *servo = &rover->servo;
	int left;

	if (!rover->board.servos)
		return;
	if (servo_detach(servo))
		for (left = SERVO_PULSE_WAIT_MS; left && READ_ONCE(servo->running); left--)
			usleep_range(1000, 1100);
	rover_servopwm_sync(rover);
}

/**
 * rover_servo_panic() - the lines low, as far as GPIO lines can
 * @rover: the rover
 *
 * Takes no lock, as its owner may never run again.
 */
void rover_servo_panic(struct rover *rover)
{
	struct rover_servo *servo = &rover->servo;
	unsigned int i;

	WRITE_ONCE(servo->panicked, true);
	for (i = 0; i < ROVER_SERVO_AXES; i++)
		if (servo->axis[i].line)
			gpiod_set_value(servo->axis[i].line, 0);
}

static void servo_remove(void *data)
{
	struct rover *rover = data;

	rover_servo_let_go(rover);
	hrtimer_cancel(&rover->servo.timer);
	kthread_cancel_work_sync(&rover->servo.sync);
	servo_fall(&rover->servo);
	rover_servopwm_sync(rover);
}

static int servo_init_axis(struct rover *rover, unsigned int i)
{
	const struct rover_board_servo *board = &rover->board.servo[i];
	struct rover_servo_axis *axis = &rover->servo.axis[i];
	const char *name = rover_board_servos[i];

	axis->stop_urad[0] = rover_angle_from_mdeg(board->range_mdeg[0]);
	axis->stop_urad[1] = rover_angle_from_mdeg(board->range_mdeg[1]);
	if (board->pwm)
		return rover_servopwm_init(rover, i);
	axis->line = rover_pins_get(rover->hardware, rover->label, name, 0, GPIOD_OUT_LOW);
	return PTR_ERR_OR_ZERO(axis->line);
}

/**
 * rover_servo_init() - request what makes the pulses, none yet
 * @rover: the rover
 *
 * Undone by devm, pulses off first.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_servo_init(struct rover *rover)
{
	struct rover_servo *servo = &rover->servo;
	unsigned int i;
	int err;

	raw_spin_lock_init(&servo->lock);
	mutex_init(&servo->mutex);
	servo->high = ROVER_SERVO_AXES;
	kthread_init_work(&servo->sync, rover_servopwm_work);
	hrtimer_setup(&servo->timer, servo_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	for (i = 0; i < ROVER_SERVO_AXES; i++) {
		if (!(rover->board.servos & servo_bit(i)))
			continue;
		err = servo_init_axis(rover, i);
		if (err)
			return err;
	}
	return devm_add_action_or_reset(rover->hardware, servo_remove, rover);
}
