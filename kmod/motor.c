// SPDX-License-Identifier: GPL-2.0
/*
 * motor: the two bridges, their dead time, and the back end that switches them
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/gpio/consumer.h>
#include <linux/math64.h>

#include "pins.h"
#include "rover.h"

/* DRV8833 datasheet, t_wake: outputs may take 1 ms after nSLEEP rises. */
#define MOTOR_WAKE_NS	NSEC_PER_MSEC

static int motor_sign(s32 value)
{
	return (value > 0) - (value < 0);
}

/* Neither the pulse nor the gap is shorter than the shortest pulse. */
static u32 motor_on_ns(const struct rover_motor *motor, s32 duty_permille)
{
	u32 on_ns = mul_u64_u32_div(motor->period_ns, abs(duty_permille), ROVER_DUTY_MAX);

	if (on_ns < motor->min_pulse_ns)
		return 0;
	if (motor->period_ns - on_ns < motor->min_pulse_ns)
		return motor->period_ns;
	return on_ns;
}

/* The duty that really comes out: what is too short to be made is not claimed. */
static void motor_want_side(struct rover_motor *motor, int i, s32 duty_permille)
{
	u32 on_ns = motor_on_ns(motor, duty_permille);

	if (!on_ns)
		duty_permille = 0;
	else if (on_ns == motor->period_ns)
		duty_permille = motor_sign(duty_permille) * ROVER_DUTY_MAX;
	motor->want.on_ns[i] = on_ns;
	motor->want.duty_permille[i] = duty_permille;
}

/* The time to wake is counted from the lines, whatever is told meanwhile. */
static void motor_wake(struct rover_motor *motor)
{
	if (motor->awake || (!motor->sleep[0] && !motor->enable))
		return;
	gpiod_set_value(motor->sleep[0], 0);
	gpiod_set_value(motor->sleep[1], 0);
	gpiod_set_value(motor->enable, 1);
	motor->awake = true;
	motor->awake_at = ktime_add_ns(ktime_get(), MOTOR_WAKE_NS);
}

static void motor_sleep(struct rover_motor *motor)
{
	gpiod_set_value(motor->enable, 0);
	gpiod_set_value(motor->sleep[0], 1);
	gpiod_set_value(motor->sleep[1], 1);
	motor->awake = false;
}

static void motor_set(struct rover_motor *motor, const s32 duty_permille[ROVER_SIDES],
		      enum rover_bridge_state rest)
{
	struct rover_motor_want *want = &motor->want;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&motor->lock, flags);
	if (motor->panicked)
		goto unlock;
	motor_wake(motor);
	want->ready = motor->awake_at;
	for (i = 0; i < ROVER_SIDES; i++)
		motor_want_side(motor, i, duty_permille[i]);
	want->rest = rest;
	want->mode = ROVER_MOTOR_DRIVE;
	want->sequence++;
	motor->ops->drive(motor);
unlock:
	raw_spin_unlock_irqrestore(&motor->lock, flags);
}

/**
 * rover_motor_drive() - set both duties at one instant
 * @motor: the motors
 * @duty_permille: -1000..1000 a side
 *
 * What comes out, after rounding, is in @motor->want. A side that changes
 * direction rests for the dead time first, and both begin together then: the
 * back ends see to it, for they know when a side was driven last. With a PWM
 * provider rover_motor_sync() must follow.
 *
 * Context: any.
 */
void rover_motor_drive(struct rover_motor *motor, const s32 duty_permille[ROVER_SIDES])
{
	motor_set(motor, duty_permille, ROVER_BRIDGE_COAST);
}

/**
 * rover_motor_regulate() - set both duties for a loop that regulates the speed
 * @motor: the motors
 * @duty_permille: -1000..1000 a side
 *
 * As rover_motor_drive(), but bridges that can brake do so between the pulses and
 * at duty 0. Speed is then proportional to duty, and falls as fast as it rises.
 *
 * Context: any.
 */
void rover_motor_regulate(struct rover_motor *motor, const s32 duty_permille[ROVER_SIDES])
{
	motor_set(motor, duty_permille, ROVER_BRIDGE_BRAKE);
}

/**
 * rover_motor_stop() - stop both sides
 * @motor: the motors
 * @mode: coast or brake
 *
 * GPIO back ends stop before this returns; with a PWM provider
 * rover_motor_sync() or rover_motor_queue_sync() must follow. Bridges that cannot
 * stop so stop in the other way, see rover_motor_rest().
 *
 * Context: any.
 */
void rover_motor_stop(struct rover_motor *motor, enum rover_stop_mode mode)
{
	struct rover_motor_want *want = &motor->want;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&motor->lock, flags);
	if (motor->panicked)
		goto unlock;
	for (i = 0; i < ROVER_SIDES; i++) {
		want->duty_permille[i] = 0;
		want->on_ns[i] = 0;
	}
	want->mode = mode == ROVER_STOP_BRAKE ? ROVER_MOTOR_BRAKE : ROVER_MOTOR_COAST;
	want->sequence++;
	if (mode == ROVER_STOP_BRAKE)
		motor_wake(motor);
	motor->ops->stop(motor);
	if (mode == ROVER_STOP_COAST)
		motor_sleep(motor);
unlock:
	raw_spin_unlock_irqrestore(&motor->lock, flags);
}

/**
 * rover_motor_sync() - bring a PWM provider to the last command
 * @motor: the motors
 *
 * Context: process; nothing to do for GPIO back ends.
 * Return: 0, or the provider's error.
 */
int rover_motor_sync(struct rover_motor *motor)
{
	struct rover *rover = container_of(motor, struct rover, motor);
	int err;

	if (!motor->ops->sync)
		return 0;
	mutex_lock(&motor->mutex);
	err = motor->ops->sync(motor);
	mutex_unlock(&motor->mutex);
	/* Held by rover_drive_halt_locked(). */
	rover_event_release(&rover->events);
	return err;
}

/**
 * rover_motor_queue_sync() - have the worker call rover_motor_sync()
 * @motor: the motors
 *
 * Context: any; nothing to do for GPIO back ends.
 */
void rover_motor_queue_sync(struct rover_motor *motor)
{
	struct rover *rover = container_of(motor, struct rover, motor);

	if (motor->ops->sync)
		rover_worker_queue(&rover->worker, &motor->sync_work);
}

/**
 * rover_motor_due() - when the timer that switches the bridges fires next
 * @motor: the motors
 *
 * Context: hard IRQ.
 * Return: KTIME_MAX while it is not set.
 */
ktime_t rover_motor_due(struct rover_motor *motor)
{
	ktime_t due = KTIME_MAX;

	raw_spin_lock(&motor->lock);
	if (hrtimer_is_queued(&motor->timer))
		due = hrtimer_get_expires(&motor->timer);
	raw_spin_unlock(&motor->lock);
	return due;
}

/**
 * rover_motor_period_end() - when duties that are told now begin
 * @motor: the motors
 *
 * Context: hard IRQ.
 * Return: KTIME_MAX if no period runs, or a PWM provider alone knows.
 */
ktime_t rover_motor_period_end(struct rover_motor *motor)
{
	ktime_t end = KTIME_MAX;

	raw_spin_lock(&motor->lock);
	if (motor->soft.phase == ROVER_SOFTPWM_CYCLE)
		end = motor->soft.period_end;
	raw_spin_unlock(&motor->lock);
	return end;
}

static void motor_sync_work(struct kthread_work *work)
{
	struct rover *rover = container_of(work, struct rover, motor.sync_work);
	int err = rover_motor_sync(&rover->motor);

	if (err)
		rover_drive_fail(rover, err);
}

/* panic() enables interrupts at its end: no timer may switch anything on again. */
static void motor_all_off(struct rover_motor *motor)
{
	motor->panicked = true;
	motor->ops->panic(motor);
	motor_sleep(motor);
}

/**
 * rover_motor_panic() - motors off, as far as GPIO lines can
 * @motor: the motors
 *
 * For good: nothing switches them on again. Takes the lock only if it is free,
 * as its owner may never run again.
 */
void rover_motor_panic(struct rover_motor *motor)
{
	unsigned long flags;

	if (raw_spin_trylock_irqsave(&motor->lock, flags)) {
		motor_all_off(motor);
		raw_spin_unlock_irqrestore(&motor->lock, flags);
	} else {
		motor_all_off(motor);
	}
}

/**
 * rover_motor_rest() - how the bridges rest after a stop
 * @motor: the motors
 * @mode: how they were told to
 *
 * Return: @mode, or the other one if these bridges cannot.
 */
enum rover_stop_mode rover_motor_rest(const struct rover_motor *motor, enum rover_stop_mode mode)
{
	const struct rover *rover = container_of(motor, struct rover, motor);

	if (motor->bridge[ROVER_LEFT].kind->either_rest)
		return mode;
	if (rover->board.enable_low_coasts)
		return ROVER_STOP_COAST;
	/* A bridge that is asleep or disabled lets go. */
	return motor->sleep[0] || motor->enable ? mode : ROVER_STOP_BRAKE;
}

static void motor_remove(void *data)
{
	struct rover_motor *motor = data;
	struct rover *rover = container_of(motor, struct rover, motor);

	rover_motor_stop(motor, ROVER_STOP_COAST);
	hrtimer_cancel(&motor->timer);
	kthread_cancel_work_sync(&motor->sync_work);
	if (rover_motor_sync(motor))
		dev_err(rover->hardware, "the PWM provider failed: the motors may be on\n");
}

/* Lines that wake the bridges: at first, they sleep. */
static int motor_init_lines(struct rover *rover)
{
	struct rover_motor *motor = &rover->motor;
	struct device *dev = rover->hardware;
	unsigned int i;

	for (i = 0; i < rover->board.sleep_lines; i++) {
		motor->sleep[i] = rover_pins_get(dev, rover->label, "sleep", i, GPIOD_OUT_HIGH);
		if (IS_ERR(motor->sleep[i]))
			return PTR_ERR(motor->sleep[i]);
	}
	if (!rover->board.has_enable)
		return 0;
	motor->enable = rover_pins_get(dev, rover->label, "enable", 0, GPIOD_OUT_LOW);
	return PTR_ERR_OR_ZERO(motor->enable);
}

/**
 * rover_motor_init() - request what switches the bridges, motors off
 * @rover: the rover
 *
 * Undone by devm, motors off first.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_motor_init(struct rover *rover)
{
	struct rover_motor *motor = &rover->motor;
	struct device *dev = rover->hardware;
	int err;

	raw_spin_lock_init(&motor->lock);
	mutex_init(&motor->mutex);
	kthread_init_work(&motor->sync_work, motor_sync_work);
	motor->dead_ns = rover->board.dead_time_us * NSEC_PER_USEC;

	err = motor_init_lines(rover);
	if (err)
		return err;
	err = rover->board.hardware_pwm ? rover_hwpwm_init(rover) : rover_softpwm_init(rover);
	if (err)
		return err;
	err = devm_add_action_or_reset(dev, motor_remove, motor);
	if (err)
		return err;
	return rover_motor_sync(motor);
}
