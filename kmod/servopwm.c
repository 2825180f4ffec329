// SPDX-License-Identifier: GPL-2.0
/*
 * servopwm: servos whose pulses a PWM provider makes
 *
 * The timer of servo.c says where each is to look; the worker tells the provider,
 * which may sleep. No pulses are a duty of 0: the provider stays enabled, as the
 * level of a disabled PWM is undefined.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/pwm.h>

#include "compat.h"
#include "pins.h"
#include "rover.h"
#include "servopwm.h"

/* Analogue servos want 50 pulses a second, and put up with 40 to 100. */
#define SERVOPWM_PERIOD_MIN_NS	(10 * NSEC_PER_MSEC)
#define SERVOPWM_PERIOD_MAX_NS	(25 * NSEC_PER_MSEC)

static int servopwm_apply(struct rover_servo *servo, struct rover_servo_axis *axis)
{
	struct pwm_state state;
	u32 pulse_ns;
	int err;

	lockdep_assert_held(&servo->mutex);
	pulse_ns = READ_ONCE(axis->pulse_ns);
	pwm_init_state(axis->pwm, &state);
	state.period = axis->period_ns;
	state.duty_cycle = pulse_ns;
	state.enabled = true;
	err = pwm_apply_might_sleep(axis->pwm, &state);
	if (!err)
		WRITE_ONCE(axis->applied_ns, pulse_ns);
	return err;
}

/**
 * rover_servopwm_sync() - bring the PWMs to their pulses
 * @rover: the rover
 *
 * Context: process; nothing to do for servos on lines.
 */
void rover_servopwm_sync(struct rover *rover)
{
	struct rover_servo *servo = &rover->servo;
	unsigned int i;
	int err = 0;

	mutex_lock(&servo->mutex);
	for (i = 0; i < ROVER_SERVO_AXES; i++)
		if (servo->axis[i].pwm)
			err = servopwm_apply(servo, &servo->axis[i]) ?: err;
	mutex_unlock(&servo->mutex);
	if (err)
		dev_err_ratelimited(&rover->dev, "the servos' PWM provider failed: %d\n", err);
}

/**
 * rover_servopwm_work() - the same, by the worker
 * @work: &rover_servo.sync
 */
void rover_servopwm_work(struct kthread_work *work)
{
	rover_servopwm_sync(container_of(work, struct rover, servo.sync));
}

/**
 * rover_servopwm_init() - request the PWM of an axis, without pulses
 * @rover: the rover
 * @i: the axis
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_servopwm_init(struct rover *rover, unsigned int i)
{
	struct rover_servo_axis *axis = &rover->servo.axis[i];
	const char *name = rover_board_servos[i];
	struct device *dev = rover->hardware;
	struct pwm_device *pwm = devm_pwm_get(dev, name);
	struct pwm_args args;
	int err;

	if (IS_ERR(pwm))
		return dev_err_probe(dev, PTR_ERR(pwm), "pwms: no PWM for %s\n", name);
	pwm_get_args(pwm, &args);
	if (args.period < SERVOPWM_PERIOD_MIN_NS || args.period > SERVOPWM_PERIOD_MAX_NS)
		return dev_err_probe(dev, -EINVAL,
				     "pwms: %s: a period of %llu ns: want %ld to %ld\n", name,
				     args.period, SERVOPWM_PERIOD_MIN_NS, SERVOPWM_PERIOD_MAX_NS);
	axis->pwm = pwm;
	axis->period_ns = args.period;
	err = rover_pins_link(dev, rover_compat_pwm_provider(pwm));
	if (err)
		return err;
	mutex_lock(&rover->servo.mutex);
	err = servopwm_apply(&rover->servo, axis);
	mutex_unlock(&rover->servo.mutex);
	return err ? dev_err_probe(dev, err, "%s: the PWM refuses a period of %u ns\n", name,
				   axis->period_ns) : 0;
}
