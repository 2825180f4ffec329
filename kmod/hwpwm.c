// SPDX-License-Identifier: GPL-2.0
/*
 * hwpwm: back end with a PWM provider on IN2 and a GPIO on IN1
 *
 * IN1 and IN2 cannot change together: IN1 changes at once, IN2 at the end of
 * the provider's running period. Between the two, a bridge is in a state that
 * nobody asked for. The order is chosen so that this state drives the wheel
 * the way it was driven last or is about to be driven, never the other way, and
 * lasts hardly longer than a period:
 *
 *   from      to        first                    then, a period later
 *   forward   brake     IN2 high
 *   forward   coast     IN2 low                  IN1 low   (full forward between)
 *   reverse   brake     IN2 high                 IN1 high  (full reverse between)
 *   reverse   coast     IN2 low
 *   coast     forward   IN1 high, IN2 pulses
 *   brake     forward   IN2 pulses
 *   coast     reverse   IN2 pulses
 *   brake     reverse   IN1 low, IN2 pulses
 *   after forward:
 *   brake     coast     IN2 low                  IN1 low   (full forward between)
 *   coast     brake     IN1 high, IN2 high
 *   after reverse:
 *   brake     coast     IN1 low, IN2 low
 *   coast     brake     IN2 high                 IN1 high  (full reverse between)
 *
 * Dropping IN1 first, the obvious way to stop, would turn the inverted pulses
 * of forward into reverse drive. A side that reverses brakes for the dead time,
 * unless it rests already; the dead time begins when its outputs rest, not when
 * they were told to. The provider stays enabled at duty 0: the level of a
 * disabled PWM is undefined.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/delay.h>
#include <linux/gpio/consumer.h>
#include <linux/pwm.h>

#include "compat.h"
#include "pins.h"
#include "rover.h"

/* A wait for the end of a period may be that much longer. */
#define HWPWM_SLACK_US	10

static struct rover_hwpwm_step hwpwm_step(const struct rover_motor *motor,
					  const struct rover_motor_want *want, int i)
{
	s32 duty = want->duty_permille[i];
	u32 on_ns = rover_motor_on_ns(motor, duty);

	if (want->mode == ROVER_MOTOR_BRAKE)
		return (struct rover_hwpwm_step){ ROVER_HWPWM_BRAKE, motor->period_ns };
	if (want->mode == ROVER_MOTOR_COAST || !duty)
		return (struct rover_hwpwm_step){ ROVER_HWPWM_COAST, 0 };
	if (duty > 0)
		return (struct rover_hwpwm_step){ ROVER_HWPWM_FORWARD, motor->period_ns - on_ns };
	return (struct rover_hwpwm_step){ ROVER_HWPWM_REVERSE, on_ns };
}

static bool hwpwm_in1(enum rover_hwpwm_bridge bridge)
{
	return bridge == ROVER_HWPWM_BRAKE || bridge == ROVER_HWPWM_FORWARD;
}

static int hwpwm_heading(enum rover_hwpwm_bridge bridge)
{
	return (bridge == ROVER_HWPWM_FORWARD) - (bridge == ROVER_HWPWM_REVERSE);
}

/* Whether IN1 must wait for IN2: see the table above. */
static bool hwpwm_in1_waits(const struct rover_hwpwm *hard, int i, enum rover_hwpwm_bridge to)
{
	bool high = hwpwm_in1(hard->now[i].bridge);

	return (to == ROVER_HWPWM_COAST && high && hard->heading[i] >= 0) ||
	       (to == ROVER_HWPWM_BRAKE && !high && hard->heading[i] < 0);
}

static int hwpwm_set_pwm(struct rover_motor *motor, int i, u32 high_ns)
{
	struct pwm_state state;

	pwm_init_state(motor->hard.pwm[i], &state);
	state.period = motor->period_ns;
	state.duty_cycle = high_ns;
	state.enabled = true;
	return pwm_apply_might_sleep(motor->hard.pwm[i], &state);
}

/*
 * IN2 has followed at the end of the running period; until then, any change
 * may have driven the wheel.
 */
static void hwpwm_note(struct rover_motor *motor, int i, const struct rover_hwpwm_step *step)
{
	struct rover_hwpwm *hard = &motor->hard;

	if (hard->now[i].bridge != step->bridge && !hwpwm_heading(step->bridge))
		hard->rested[i] = ktime_add_ns(ktime_get(), motor->period_ns);
	if (hwpwm_heading(step->bridge))
		hard->heading[i] = hwpwm_heading(step->bridge);
	hard->now[i] = *step;
}

/* Take both bridges to their steps: IN1 that may go first, IN2, IN1 that waits. */
static int hwpwm_take(struct rover_motor *motor, const struct rover_hwpwm_step step[ROVER_SIDES])
{
	unsigned int period_us = DIV_ROUND_UP(motor->period_ns, NSEC_PER_USEC);
	struct rover_hwpwm *hard = &motor->hard;
	bool waits[ROVER_SIDES];
	int i, err = 0;

	for (i = 0; i < ROVER_SIDES; i++) {
		waits[i] = hwpwm_in1_waits(hard, i, step[i].bridge);
		if (!waits[i])
			gpiod_set_value(hard->in1[i], hwpwm_in1(step[i].bridge));
	}
	for (i = 0; i < ROVER_SIDES; i++)
		err = hwpwm_set_pwm(motor, i, step[i].high_ns) ?: err;
	if (err)
		return err;
	if (waits[ROVER_LEFT] || waits[ROVER_RIGHT])
		usleep_range(period_us, period_us + HWPWM_SLACK_US);
	for (i = 0; i < ROVER_SIDES; i++) {
		if (waits[i])
			gpiod_set_value(hard->in1[i], hwpwm_in1(step[i].bridge));
		hwpwm_note(motor, i, &step[i]);
	}
	return 0;
}

/* When a side may do what is wanted; KTIME_MAX if it must be told to rest first. */
static ktime_t hwpwm_ready(const struct rover_motor *motor, const struct rover_hwpwm_step *want,
			   int i)
{
	const struct rover_hwpwm *hard = &motor->hard;
	int heading = hwpwm_heading(want->bridge);

	if (!heading || heading != -hard->heading[i])
		return 0;
	if (hwpwm_heading(hard->now[i].bridge))
		return KTIME_MAX;
	return ktime_add_ns(hard->rested[i], motor->dead_ns);
}

/*
 * What to do now. Until both sides may begin, one that reverses rests, and the
 * other goes on as it does. Returns when to look again, 0 for never.
 */
static ktime_t hwpwm_plan(struct rover_motor *motor, struct rover_hwpwm_step step[ROVER_SIDES])
{
	struct rover_hwpwm *hard = &motor->hard;
	ktime_t ready[ROVER_SIDES], begin = 0;
	struct rover_motor_want want;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&motor->lock, flags);
	want = motor->want;
	raw_spin_unlock_irqrestore(&motor->lock, flags);
	hard->sequence = want.sequence;

	if (want.mode == ROVER_MOTOR_DRIVE)
		begin = want.ready;
	for (i = 0; i < ROVER_SIDES; i++) {
		step[i] = hwpwm_step(motor, &want, i);
		ready[i] = hwpwm_ready(motor, &step[i], i);
		begin = max(begin, ready[i]);
	}
	if (ktime_compare(begin, ktime_get()) <= 0)
		return 0;
	for (i = 0; i < ROVER_SIDES; i++)
		step[i] = ready[i] == KTIME_MAX ?
			  (struct rover_hwpwm_step){ ROVER_HWPWM_BRAKE, motor->period_ns } :
			  hard->now[i];
	return begin;
}

/*
 * Whether nothing is left to do now. The timer is started with the lock held, so
 * that a stop which comes meanwhile finds it running, or keeps it from starting.
 */
static bool hwpwm_done(struct rover_motor *motor, ktime_t again)
{
	unsigned long flags;
	bool done;

	raw_spin_lock_irqsave(&motor->lock, flags);
	done = again != KTIME_MAX && motor->hard.sequence == motor->want.sequence;
	if (done && again)
		hrtimer_start(&motor->timer, again, HRTIMER_MODE_ABS_HARD);
	raw_spin_unlock_irqrestore(&motor->lock, flags);
	return done;
}

static int hwpwm_sync(struct rover_motor *motor)
{
	struct rover_hwpwm_step step[ROVER_SIDES];
	ktime_t again;
	int err;

	do {
		again = hwpwm_plan(motor, step);
		err = hwpwm_take(motor, step);
	} while (!err && !hwpwm_done(motor, again));
	return err;
}

static void hwpwm_change(struct rover_motor *motor)
{
	/* The caller follows with rover_motor_sync() where it may sleep. */
}

static enum hrtimer_restart hwpwm_timer(struct hrtimer *timer)
{
	struct rover_motor *motor = container_of(timer, struct rover_motor, timer);

	rover_motor_queue_sync(motor);
	return HRTIMER_NORESTART;
}

/*
 * No GPIO alone stops these bridges: IN1 low turns forward into reverse, IN1
 * high turns reverse into forward. A sleep or enable line, where the board has
 * one, is switched by the caller.
 */
static void hwpwm_panic(struct rover_motor *motor)
{
}

static const struct rover_motor_ops hwpwm_ops = {
	.drive = hwpwm_change,
	.stop = hwpwm_change,
	.sync = hwpwm_sync,
	.panic = hwpwm_panic,
};

static int hwpwm_init_side(struct rover *rover, int i)
{
	static const char *const in1[ROVER_SIDES] = { "left-in1", "right-in1" };
	static const char *const in2[ROVER_SIDES] = { "left-in2", "right-in2" };
	struct rover_motor *motor = &rover->motor;
	struct device *dev = rover->hardware;
	struct pwm_device *pwm = devm_pwm_get(dev, in2[i]);
	struct gpio_desc *desc;
	struct pwm_args args;
	int err;

	if (IS_ERR(pwm))
		return dev_err_probe(dev, PTR_ERR(pwm), "pwms: no PWM for %s\n", in2[i]);
	motor->hard.pwm[i] = pwm;
	err = rover_pins_link(dev, rover_compat_pwm_provider(pwm));
	if (err)
		return err;
	pwm_get_args(pwm, &args);
	if (!motor->period_ns)
		motor->period_ns = args.period;
	if (!motor->period_ns || args.period != motor->period_ns)
		return dev_err_probe(dev, -EINVAL, "pwms: both need the same period, not %llu ns\n",
				     args.period);
	err = hwpwm_set_pwm(motor, i, 0);
	if (err)
		return dev_err_probe(dev, err, "%s: the PWM refuses a period of %u ns\n",
				     in2[i], motor->period_ns);
	desc = rover_pins_get(dev, rover->label, in1[i], 0, GPIOD_OUT_LOW);
	motor->hard.in1[i] = desc;
	return PTR_ERR_OR_ZERO(desc);
}

/**
 * rover_hwpwm_init() - request both PWM channels and both lines, low
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_hwpwm_init(struct rover *rover)
{
	struct rover_motor *motor = &rover->motor;
	int i, err;

	for (i = 0; i < ROVER_SIDES; i++) {
		err = hwpwm_init_side(rover, i);
		if (err)
			return err;
	}
	motor->ops = &hwpwm_ops;
	hrtimer_setup(&motor->timer, hwpwm_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	return 0;
}
