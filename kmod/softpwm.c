// SPDX-License-Identifier: GPL-2.0
/*
 * softpwm: back end that switches the bridges' lines from one hard timer
 *
 * Both sides share the period, so both wheels change at one instant:
 *
 *            |<------------ period ------------>|
 *             ______________                     ______________
 *   left   __|              |___________________|              |____
 *             ____________________               ____________________
 *   right  __|                    |_____________|
 *            ^              ^     ^             ^
 *            timer          off   off           timer: new duties begin here
 *
 * A new duty waits for the end of the running period, so that no pulse is cut
 * or doubled; from rest it begins at once. A stop never waits. A period whose
 * start is late keeps the length of its pulses, not of its gaps, but no pulse
 * and no gap becomes shorter than the shortest allowed: what comes too soon
 * after a late edge is put off. While no side pulses (each off or full), there
 * is no timer.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/minmax.h>

#include "compat.h"
#include "rover.h"

static struct rover_motor *softpwm_to_motor(struct rover_softpwm *soft)
{
	return container_of(soft, struct rover_motor, soft);
}

/* Both bridges at one instant; notes which side was driven, and which way. */
static void softpwm_write(struct rover_softpwm *soft, const unsigned int level[ROVER_SIDES])
{
	struct rover_bridge *bridge = softpwm_to_motor(soft)->bridge;
	bool changes[ROVER_SIDES], drove[ROVER_SIDES];
	int i, drives;
	ktime_t now;

	for (i = 0; i < ROVER_SIDES; i++) {
		changes[i] = bridge[i].level != level[i];
		drove[i] = rover_bridge_drives(&bridge[i]);
	}
	if (!changes[ROVER_LEFT] && !changes[ROVER_RIGHT])
		return;
	rover_bridge_write(bridge, level);
	now = ktime_get();
	for (i = 0; i < ROVER_SIDES; i++) {
		if (!changes[i])
			continue;
		soft->side[i].changed = now;
		if (drove[i])
			bridge[i].rested = now;
		drives = rover_bridge_drives(&bridge[i]);
		if (drives)
			bridge[i].heading = drives;
	}
}

/* From then on neither side has changed too recently to change again. */
static ktime_t softpwm_settled(const struct rover_softpwm *soft)
{
	return ktime_add_ns(max(soft->side[ROVER_LEFT].changed, soft->side[ROVER_RIGHT].changed),
			    ROVER_SOFTPWM_MIN_PULSE_NS);
}

static bool softpwm_side_pulses(const struct rover_softpwm *soft, int i, u32 period_ns)
{
	return soft->side[i].on_ns && soft->side[i].on_ns < period_ns;
}

static bool softpwm_pulses(const struct rover_softpwm *soft, u32 period_ns)
{
	return softpwm_side_pulses(soft, ROVER_LEFT, period_ns) ||
	       softpwm_side_pulses(soft, ROVER_RIGHT, period_ns);
}

static void softpwm_take_over(struct rover_softpwm *soft)
{
	struct rover_motor *motor = softpwm_to_motor(soft);
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		s32 duty = motor->want.duty_permille[i];
		enum rover_bridge_state rest = motor->want.rest;
		enum rover_bridge_state state = duty ? rover_bridge_state(duty) : rest;
		const struct rover_bridge *bridge = &motor->bridge[i];
		bool brakes = rest == ROVER_BRIDGE_BRAKE && bridge->kind->either_rest;

		soft->side[i].on_ns = motor->want.on_ns[i];
		soft->side[i].on = rover_bridge_level(bridge, state);
		soft->side[i].gap = rover_bridge_gap(bridge, state, soft->slow_decay || brakes);
	}
	soft->pending = false;
}

/* Begin a period at @start. Returns when the timer shall fire next, 0 for never. */
static ktime_t softpwm_begin(struct rover_softpwm *soft, ktime_t start)
{
	struct rover_motor *motor = softpwm_to_motor(soft);
	unsigned int level[ROVER_SIDES];
	ktime_t next;
	int i;

	if (soft->pending && ktime_compare(start, motor->want.ready) >= 0)
		softpwm_take_over(soft);

	for (i = 0; i < ROVER_SIDES; i++)
		level[i] = soft->side[i].on;
	softpwm_write(soft, level);

	if (!softpwm_pulses(soft, motor->period_ns)) {
		soft->phase = soft->pending ? ROVER_SOFTPWM_WAIT : ROVER_SOFTPWM_REST;
		return soft->pending ? motor->want.ready : 0;
	}

	soft->phase = ROVER_SOFTPWM_CYCLE;
	soft->period_end = ktime_add_ns(start, motor->period_ns);
	next = soft->period_end;
	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_softpwm_side *side = &soft->side[i];

		side->off_at = KTIME_MAX;
		if (!softpwm_side_pulses(soft, i, motor->period_ns))
			continue;
		/* Its rise may have been late. */
		side->off_at = max(ktime_add_ns(start, side->on_ns),
				   ktime_add_ns(side->changed, ROVER_SOFTPWM_MIN_PULSE_NS));
		next = min(next, side->off_at);
	}
	return next;
}

/* End the pulses that are due. */
static void softpwm_end_pulses(struct rover_softpwm *soft, ktime_t now)
{
	const struct rover_bridge *bridge = softpwm_to_motor(soft)->bridge;
	unsigned int level[ROVER_SIDES];
	int i;

	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_softpwm_side *side = &soft->side[i];

		level[i] = bridge[i].level;
		if (ktime_compare(side->off_at, now) > 0)
			continue;
		level[i] = side->gap;
		side->off_at = KTIME_MAX;
	}
	softpwm_write(soft, level);
}

/*
 * Both ends of a pulse are measured from the time the timer was set for, so
 * that its usual latency cancels. A timer that is late by more than that starts
 * the period when it fires.
 */
static ktime_t softpwm_start_time(ktime_t due, ktime_t now)
{
	return ktime_to_ns(ktime_sub(now, due)) < ROVER_SOFTPWM_MIN_PULSE_NS ? due : now;
}

static enum hrtimer_restart softpwm_timer(struct hrtimer *timer)
{
	struct rover_motor *motor = container_of(timer, struct rover_motor, timer);
	struct rover_softpwm *soft = &motor->soft;
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	u64 began_ns = rover_timing_begin();
	ktime_t now, next = 0;

	raw_spin_lock(&motor->lock);
	now = ktime_get();
	if (motor->panicked) {
		next = 0;
	} else if (soft->phase == ROVER_SOFTPWM_CYCLE) {
		softpwm_end_pulses(soft, now);
		next = max(soft->period_end, softpwm_settled(soft));
		if (ktime_compare(next, now) <= 0)
			next = softpwm_begin(soft, softpwm_start_time(next, now));
		else
			next = min3(next, soft->side[ROVER_LEFT].off_at,
				    soft->side[ROVER_RIGHT].off_at);
	} else if (soft->phase == ROVER_SOFTPWM_WAIT) {
		next = motor->want.ready;
		if (ktime_compare(next, now) <= 0)
			next = softpwm_begin(soft, softpwm_start_time(next, now));
	}
	/* A command on another CPU may have started the timer anew meanwhile. */
	if (next && !hrtimer_is_queued(timer)) {
		hrtimer_set_expires(timer, next);
		restart = HRTIMER_RESTART;
	}
	raw_spin_unlock(&motor->lock);
	rover_timing_end(container_of(motor, struct rover, motor), ROVER_TIMING_PWM, began_ns);
	return restart;
}

static void softpwm_arm(struct rover_motor *motor, ktime_t next)
{
	if (next)
		hrtimer_start(&motor->timer, next, HRTIMER_MODE_ABS_HARD);
}

static bool softpwm_reverses(const struct rover_motor *motor, int i)
{
	int heading = rover_bridge_heading(rover_bridge_state(motor->want.duty_permille[i]));

	return heading && heading == -motor->bridge[i].heading;
}

/*
 * A side that reverses rests for the dead time since its last pulse ended,
 * whatever was commanded meanwhile.
 */
static void softpwm_rest(struct rover_motor *motor)
{
	struct rover_bridge *bridge = motor->bridge;
	struct rover_softpwm *soft = &motor->soft;
	unsigned int level[ROVER_SIDES];
	int i;

	if (!softpwm_reverses(motor, ROVER_LEFT) && !softpwm_reverses(motor, ROVER_RIGHT))
		return;
	for (i = 0; i < ROVER_SIDES; i++) {
		level[i] = bridge[i].level;
		if (!softpwm_reverses(motor, i))
			continue;
		level[i] = rover_bridge_level(&bridge[i], ROVER_BRIDGE_COAST);
		soft->side[i].on = level[i];
		soft->side[i].on_ns = 0;
		soft->side[i].off_at = KTIME_MAX;
	}
	softpwm_write(soft, level);
	for (i = 0; i < ROVER_SIDES; i++)
		if (softpwm_reverses(motor, i))
			motor->want.ready = max(motor->want.ready,
						ktime_add_ns(bridge[i].rested, motor->dead_ns));
}

static void softpwm_drive(struct rover_motor *motor)
{
	struct rover_softpwm *soft = &motor->soft;
	ktime_t now;

	softpwm_rest(motor);
	soft->pending = true;
	if (soft->phase == ROVER_SOFTPWM_CYCLE && softpwm_pulses(soft, motor->period_ns))
		return;
	now = ktime_get();
	motor->want.ready = max(motor->want.ready, softpwm_settled(soft));
	if (ktime_compare(motor->want.ready, now) <= 0) {
		softpwm_arm(motor, softpwm_begin(soft, now));
		return;
	}
	soft->phase = ROVER_SOFTPWM_WAIT;
	softpwm_arm(motor, motor->want.ready);
}

static void softpwm_stop(struct rover_motor *motor)
{
	enum rover_bridge_state state = motor->want.mode == ROVER_MOTOR_BRAKE ?
					ROVER_BRIDGE_BRAKE : ROVER_BRIDGE_COAST;
	struct rover_softpwm *soft = &motor->soft;
	unsigned int level[ROVER_SIDES];
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		level[i] = rover_bridge_level(&motor->bridge[i], state);
	softpwm_write(soft, level);
	for (i = 0; i < ROVER_SIDES; i++) {
		soft->side[i].on = level[i];
		soft->side[i].on_ns = 0;
	}
	soft->pending = false;
	soft->phase = ROVER_SOFTPWM_REST;
	hrtimer_try_to_cancel(&motor->timer);
}

static void softpwm_panic(struct rover_motor *motor)
{
	rover_bridge_cut(&motor->bridge[ROVER_LEFT]);
	rover_bridge_cut(&motor->bridge[ROVER_RIGHT]);
}

static const struct rover_motor_ops softpwm_ops = {
	.drive = softpwm_drive,
	.stop = softpwm_stop,
	.panic = softpwm_panic,
};

/**
 * rover_softpwm_init() - request the lines of both bridges, low
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_softpwm_init(struct rover *rover)
{
	struct rover_motor *motor = &rover->motor;
	int i, err;

	for (i = 0; i < ROVER_SIDES; i++) {
		err = rover_bridge_init(rover, &motor->bridge[i], i);
		if (err)
			return err;
	}
	motor->soft.slow_decay = rover->board.slow_decay;
	motor->period_ns = NSEC_PER_SEC / rover->board.pwm_frequency_hz;
	motor->min_pulse_ns = ROVER_SOFTPWM_MIN_PULSE_NS;
	motor->ops = &softpwm_ops;
	hrtimer_setup(&motor->timer, softpwm_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	return 0;
}
