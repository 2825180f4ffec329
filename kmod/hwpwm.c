// SPDX-License-Identifier: GPL-2.0
/*
 * hwpwm: back end with a PWM provider on one input of each bridge
 *
 * The channel and the lines cannot change together: a line changes at once, the
 * channel at the end of the provider's running period. Between the two, a bridge
 * is in a state that nobody asked for. The order is chosen so that this state
 * drives the wheel the way it was driven last or is about to be driven, never the
 * other way, and lasts hardly longer than a period.
 *
 * in-in, the channel on IN2:
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
 * of forward into reverse drive.
 *
 * in-in-en and phase-enable, the channel on EN: the lines go first and the
 * channel follows, for with IN1 equal to IN2 no bridge drives, and PHASE changes
 * only for a side that has rested.
 *
 * A side that reverses brakes for the dead time, unless it rests already; the
 * dead time begins when its outputs rest, not when they were told to. The
 * provider stays enabled at duty 0: the level of a disabled PWM is undefined.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/delay.h>
#include <linux/pwm.h>

#include "compat.h"
#include "pins.h"
#include "rover.h"

/* A wait for the end of a period may be that much longer. */
#define HWPWM_SLACK_US	10

/* The channel is high for the whole of a pulse or of a gap, as its bit is in each. */
static struct rover_hwpwm_step hwpwm_step(const struct rover_motor *motor,
					  enum rover_bridge_state state, u32 on_ns)
{
	const struct rover_bridge_kind *kind = motor->bridge[ROVER_LEFT].kind;
	bool high = kind->level[state] & BIT(kind->pwm);

	if (!rover_bridge_heading(state))
		on_ns = motor->period_ns;
	else if (!high)
		return (struct rover_hwpwm_step){ state, motor->period_ns - on_ns };
	return (struct rover_hwpwm_step){ state, high ? on_ns : 0 };
}

static struct rover_hwpwm_step hwpwm_wanted(const struct rover_motor *motor,
					    const struct rover_motor_want *want, int i)
{
	s32 duty = want->duty_permille[i];

	if (want->mode == ROVER_MOTOR_BRAKE)
		return hwpwm_step(motor, ROVER_BRIDGE_BRAKE, 0);
	if (want->mode == ROVER_MOTOR_COAST)
		return hwpwm_step(motor, ROVER_BRIDGE_COAST, 0);
	return hwpwm_step(motor, duty ? rover_bridge_state(duty) : want->rest, want->on_ns[i]);
}

/* Whether IN1 must wait for the channel on IN2: see the table above. */
static bool hwpwm_waits(const struct rover_bridge *bridge, enum rover_bridge_state to)
{
	bool in1 = bridge->level & BIT(0);

	if (!bridge->kind->follows)
		return false;
	return (to == ROVER_BRIDGE_COAST && in1 && bridge->heading >= 0) ||
	       (to == ROVER_BRIDGE_BRAKE && !in1 && bridge->heading < 0);
}

static int hwpwm_set_pwm(struct rover_motor *motor, int i, u32 high_ns)
{
	struct rover_hwpwm *hard = &motor->hard;

	hard->state[i].duty_cycle = high_ns;
	return pwm_apply_might_sleep(hard->pwm[i], &hard->state[i]);
}

/*
 * The channel has followed at the end of the running period; until then, any
 * change may have driven the wheel.
 */
static void hwpwm_note(struct rover_motor *motor, int i, const struct rover_hwpwm_step *step)
{
	struct rover_bridge *bridge = &motor->bridge[i];
	int heading = rover_bridge_heading(step->state);

	if (motor->hard.now[i].state != step->state && !heading)
		bridge->rested = ktime_add_ns(ktime_get(), motor->period_ns);
	if (heading)
		bridge->heading = heading;
	motor->hard.now[i] = *step;
}

/* Take both bridges to their steps: lines that may go first, channels, lines that wait. */
static int hwpwm_take(struct rover_motor *motor, const struct rover_hwpwm_step step[ROVER_SIDES])
{
	unsigned int period_us = DIV_ROUND_UP(motor->period_ns, NSEC_PER_USEC);
	unsigned int first[ROVER_SIDES], last[ROVER_SIDES];
	struct rover_bridge *bridge = motor->bridge;
	bool waits = false;
	int i, err = 0;

	for (i = 0; i < ROVER_SIDES; i++) {
		last[i] = rover_bridge_level(&bridge[i], step[i].state);
		first[i] = last[i];
		if (!hwpwm_waits(&bridge[i], step[i].state))
			continue;
		first[i] = bridge[i].level;
		waits = true;
	}
	rover_bridge_write(bridge, first);
	for (i = 0; i < ROVER_SIDES; i++)
		err = hwpwm_set_pwm(motor, i, step[i].high_ns) ?: err;
	if (err)
		return err;
	if (waits) {
		usleep_range(period_us, period_us + HWPWM_SLACK_US);
		rover_bridge_write(bridge, last);
	}
	for (i = 0; i < ROVER_SIDES; i++)
		hwpwm_note(motor, i, &step[i]);
	return 0;
}

/* When a side may do what is wanted; KTIME_MAX if it must be told to rest first. */
static ktime_t hwpwm_ready(const struct rover_motor *motor, const struct rover_hwpwm_step *want,
			   int i)
{
	int heading = rover_bridge_heading(want->state);

	if (!heading || heading != -motor->bridge[i].heading)
		return 0;
	if (rover_bridge_heading(motor->hard.now[i].state))
		return KTIME_MAX;
	return ktime_add_ns(motor->bridge[i].rested, motor->dead_ns);
}

/*
 * What to do now. Until both sides may begin, one that reverses rests, and the
 * other goes on as it does. Returns when to look again, 0 for never.
 */
static ktime_t hwpwm_plan(struct rover_motor *motor, struct rover_hwpwm_step step[ROVER_SIDES])
{
	struct rover_hwpwm *hard = &motor->hard;
	ktime_t ready[ROVER_SIDES] __uninitialized, begin = 0;
	struct rover_motor_want want __uninitialized;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&motor->lock, flags);
	want = motor->want;
	raw_spin_unlock_irqrestore(&motor->lock, flags);
	hard->sequence = want.sequence;

	if (want.mode == ROVER_MOTOR_DRIVE)
		begin = want.ready;
	for (i = 0; i < ROVER_SIDES; i++) {
		step[i] = hwpwm_wanted(motor, &want, i);
		ready[i] = hwpwm_ready(motor, &step[i], i);
		begin = max(begin, ready[i]);
	}
	if (!begin || ktime_compare(begin, ktime_get()) <= 0)
		return 0;
	for (i = 0; i < ROVER_SIDES; i++)
		step[i] = ready[i] == KTIME_MAX ? hwpwm_step(motor, ROVER_BRIDGE_BRAKE, 0) :
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
	struct rover_hwpwm_step step[ROVER_SIDES] __uninitialized;
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
 * With two inputs, no line alone stops a bridge: IN1 low turns forward into
 * reverse, IN1 high turns reverse into forward. Nor does PHASE. A sleep or enable
 * line, where the board has one, is switched by the caller.
 */
static void hwpwm_panic(struct rover_motor *motor)
{
	if (!motor->bridge[ROVER_LEFT].kind->halts)
		return;
	rover_bridge_cut(&motor->bridge[ROVER_LEFT]);
	rover_bridge_cut(&motor->bridge[ROVER_RIGHT]);
}

static const struct rover_motor_ops hwpwm_ops = {
	.drive = hwpwm_change,
	.stop = hwpwm_change,
	.sync = hwpwm_sync,
	.panic = hwpwm_panic,
};

static int hwpwm_init_side(struct rover *rover, enum rover_side side)
{
	const struct rover_bridge_kind *kind = &rover_bridge_kinds[rover->board.drive_mode];
	struct rover_motor *motor = &rover->motor;
	struct device *dev = rover->hardware;
	char name[ROVER_BRIDGE_NAME];
	struct pwm_device *pwm;
	struct pwm_args args;
	int err;

	rover_bridge_function(name, side, kind->input[kind->pwm]);
	pwm = devm_pwm_get(dev, name);
	if (IS_ERR(pwm))
		return dev_err_probe(dev, PTR_ERR(pwm), "pwms: no PWM for %s\n", name);
	motor->hard.pwm[side] = pwm;
	err = rover_pins_link(dev, rover_compat_pwm_provider(pwm));
	if (err)
		return err;
	pwm_get_args(pwm, &args);
	if (!motor->period_ns)
		motor->period_ns = args.period;
	if (!motor->period_ns || args.period != motor->period_ns)
		return dev_err_probe(dev, -EINVAL, "pwms: both need the same period, not %llu ns\n",
				     args.period);
	pwm_init_state(pwm, &motor->hard.state[side]);
	motor->hard.state[side].period = motor->period_ns;
	motor->hard.state[side].enabled = true;
	err = hwpwm_set_pwm(motor, side, 0);
	if (err)
		return dev_err_probe(dev, err, "%s: the PWM refuses a period of %u ns\n",
				     name, motor->period_ns);
	return rover_bridge_init(rover, &motor->bridge[side], side);
}

/**
 * rover_hwpwm_init() - request both PWM channels and the bridges' lines, low
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
