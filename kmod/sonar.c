// SPDX-License-Identifier: GPL-2.0
/*
 * sonar: one HC-SR04 or its like, on one line or two
 *
 *   trigger __/~~~~\______________________________________________
 *             10 us
 *   echo    ________________________/~~~~~~~~~~~~~~~~~~~~~\_______
 *                   about 450 us    way to the target and back
 *           |worker-|---- hard IRQ: edges and timeouts ---|
 *
 * The burst lasts 200 us and starts with the end of the trigger pulse; until it
 * is over, a shared line must be turned round and its interrupt armed; if that
 * was too late, the ping is made once more. What comes of it:
 *
 *   line high before the trigger                     invalid
 *   no pulse                                         silent: dead, or no sensor
 *   pulse up to 25 ms                                a distance
 *   longer pulse (38 ms: the sensor heard nothing)   no echo
 *   line stays high                                  invalid
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/delay.h>
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "compat.h"
#include "kinematics.h"
#include "pins.h"
#include "rover.h"

/* HC-SR04 datasheet: at least 10 us; more, as udelay() may be a little short. */
#define SONAR_TRIGGER_US	12

/* HC-SR04 datasheet: 8 cycles of 40 kHz; the pulse cannot begin before they are over. */
#define SONAR_BURST_NS		(200 * NSEC_PER_USEC)

/* The pulse begins when the burst is over: some 450 us, 20 ms on slow clones. */
#define SONAR_RISE_TIMEOUT_NS	(20 * NSEC_PER_MSEC)

/* Half the shortest distance: shorter pulses are noise. */
#define SONAR_ECHO_MIN_NS	(58 * NSEC_PER_USEC)

/* No sensor holds its line this long. */
#define SONAR_FALL_TIMEOUT_NS	(55 * NSEC_PER_MSEC)

/* A measurement, the pause before it, and the worker's delay: then something is wrong. */
#define SONAR_WAIT_MS		500

static struct rover *sonar_to_rover(struct rover_sonar *sonar)
{
	return container_of(sonar, struct rover, sonar);
}

static void sonar_finish(struct rover_sonar *sonar, enum rover_range_status status,
			 ktime_t time, u64 echo_ns)
{
	lockdep_assert_held(&sonar->lock);
	sonar->last.status = status;
	sonar->last.time_ns = ktime_to_ns(time);
	sonar->last.echo_ns = echo_ns;
	sonar->last.sequence++;
	sonar->repeated = false;
	sonar->phase = ROVER_SONAR_REST;
	rover_worker_queue(&sonar_to_rover(sonar)->worker, &sonar->done);
}

/* Begin when the last measurement has died away. */
static void sonar_pause(struct rover_sonar *sonar)
{
	sonar->phase = ROVER_SONAR_PAUSE;
	hrtimer_start(&sonar->timer, ktime_add_ns(sonar->started, ROVER_SONAR_INTERVAL_NS),
		      HRTIMER_MODE_ABS_HARD);
}

/*
 * The pulse began before its interrupt was armed, or was over before that was
 * handled, so its length is not known. That is our failing, no measurement: ping once more.
 */
static void sonar_was_late(struct rover_sonar *sonar)
{
	lockdep_assert_held(&sonar->lock);
	if (sonar->repeated) {
		sonar_finish(sonar, ROVER_RANGE_INVALID, ktime_get(), 0);
		return;
	}
	sonar->repeated = true;
	sonar_pause(sonar);
}

static void sonar_rise(struct rover_sonar *sonar, ktime_t now)
{
	sonar->rise = now;
	sonar->phase = ROVER_SONAR_FALL;
	hrtimer_start(&sonar->timer, ns_to_ktime(SONAR_FALL_TIMEOUT_NS), HRTIMER_MODE_REL_HARD);
}

static void sonar_fall(struct rover_sonar *sonar, ktime_t now)
{
	u64 echo_ns = ktime_to_ns(ktime_sub(now, sonar->rise));

	hrtimer_try_to_cancel(&sonar->timer);
	if (echo_ns < SONAR_ECHO_MIN_NS)
		sonar_finish(sonar, ROVER_RANGE_INVALID, now, echo_ns);
	else if (echo_ns > ROVER_SONAR_ECHO_MAX_NS)
		sonar_finish(sonar, ROVER_RANGE_NO_ECHO, now, echo_ns);
	else
		sonar_finish(sonar, ROVER_RANGE_VALID, ktime_add_ns(sonar->rise, echo_ns / 2),
			     echo_ns);
}

/* Past the burst the pulse may have begun; an edge before that is the trigger's own. */
static bool sonar_is_slow(const struct rover_sonar *sonar, ktime_t now)
{
	return ktime_to_ns(ktime_sub(now, sonar->triggered)) > SONAR_BURST_NS;
}

static irqreturn_t sonar_irq(int irq, void *data)
{
	struct rover_sonar *sonar = data;
	ktime_t now = ktime_get();
	int level;

	raw_spin_lock(&sonar->lock);
	level = gpiod_get_value(sonar->echo);
	if (sonar->phase == ROVER_SONAR_RISE && level)
		sonar_rise(sonar, now);
	else if (sonar->phase == ROVER_SONAR_RISE && sonar_is_slow(sonar, now))
		sonar_was_late(sonar);	/* it rose, and fell before we came */
	else if (sonar->phase == ROVER_SONAR_FALL && !level)
		sonar_fall(sonar, now);
	raw_spin_unlock(&sonar->lock);
	return IRQ_HANDLED;
}

static enum hrtimer_restart sonar_timer(struct hrtimer *timer)
{
	struct rover_sonar *sonar = container_of(timer, struct rover_sonar, timer);

	raw_spin_lock(&sonar->lock);
	/* An edge or a new measurement on another CPU may have overtaken us. */
	if (hrtimer_is_queued(timer))
		goto unlock;
	switch (sonar->phase) {
	case ROVER_SONAR_PAUSE:
		sonar->phase = ROVER_SONAR_START;
		rover_worker_queue(&sonar_to_rover(sonar)->worker, &sonar->ping);
		break;
	case ROVER_SONAR_RISE:
		if (sonar->slow)
			sonar_was_late(sonar);
		else
			sonar_finish(sonar, ROVER_RANGE_SILENT, ktime_get(), 0);
		break;
	case ROVER_SONAR_FALL:
		sonar_finish(sonar, ROVER_RANGE_INVALID, ktime_get(), 0);
		break;
	default:
		break;
	}
unlock:
	raw_spin_unlock(&sonar->lock);
	return HRTIMER_NORESTART;
}

/*
 * A shared line is driven for the trigger pulse and turned round. Its interrupt
 * is requested but disabled meanwhile, unlazily, so the raw call may drive it.
 */
static int sonar_trigger(struct rover_sonar *sonar)
{
	bool shared = sonar->trigger == sonar->echo;
	int err = 0;

	if (shared)
		err = gpiod_direction_output_raw(sonar->trigger, 1);
	else
		gpiod_set_value(sonar->trigger, 1);
	udelay(SONAR_TRIGGER_US);
	/* Before its end: whatever comes in between is a delay of ours. */
	sonar->triggered = ktime_get();
	if (shared)
		gpiod_set_raw_value(sonar->trigger, 0);
	else
		gpiod_set_value(sonar->trigger, 0);
	if (shared)
		err = gpiod_direction_input(sonar->trigger) ?: err;
	return err;
}

static void sonar_disarm(struct rover_sonar *sonar)
{
	if (sonar->armed)
		disable_irq(sonar->irq);
	sonar->armed = false;
}

/* The echo pulse may begin from here on. It must not have begun already. */
static void sonar_listen(struct rover_sonar *sonar)
{
	raw_spin_lock_irq(&sonar->lock);
	sonar->phase = ROVER_SONAR_RISE;
	hrtimer_start(&sonar->timer, ns_to_ktime(SONAR_RISE_TIMEOUT_NS), HRTIMER_MODE_REL_HARD);
	raw_spin_unlock_irq(&sonar->lock);
	sonar->armed = true;
	enable_irq(sonar->irq);

	raw_spin_lock_irq(&sonar->lock);
	sonar->slow = sonar_is_slow(sonar, ktime_get());
	if (sonar->phase == ROVER_SONAR_RISE && gpiod_get_value(sonar->echo))
		sonar_was_late(sonar);
	raw_spin_unlock_irq(&sonar->lock);
}

static void sonar_ping(struct kthread_work *work)
{
	struct rover_sonar *sonar = container_of(work, struct rover_sonar, ping);
	bool busy;

	sonar_disarm(sonar);
	raw_spin_lock_irq(&sonar->lock);
	sonar->started = ktime_get();
	busy = gpiod_get_value(sonar->echo);
	if (busy)
		sonar_finish(sonar, ROVER_RANGE_INVALID, sonar->started, 0);
	raw_spin_unlock_irq(&sonar->lock);
	if (busy)
		return;
	if (!sonar_trigger(sonar)) {
		sonar_listen(sonar);
		return;
	}
	raw_spin_lock_irq(&sonar->lock);
	sonar_finish(sonar, ROVER_RANGE_INVALID, ktime_get(), 0);
	raw_spin_unlock_irq(&sonar->lock);
}

static void sonar_done(struct kthread_work *work)
{
	struct rover_sonar *sonar = container_of(work, struct rover_sonar, done);

	sonar_disarm(sonar);
	wake_up_all(&sonar->waiters);
}

/* Have a measurement made: now, or when the last one has died away. */
static void sonar_request(struct rover_sonar *sonar)
{
	lockdep_assert_held(&sonar->lock);
	if (sonar->phase != ROVER_SONAR_REST || sonar->gone)
		return;
	if (sonar->started &&
	    ktime_to_ns(ktime_sub(ktime_get(), sonar->started)) < ROVER_SONAR_INTERVAL_NS) {
		sonar_pause(sonar);
		return;
	}
	sonar->phase = ROVER_SONAR_START;
	rover_worker_queue(&sonar_to_rover(sonar)->worker, &sonar->ping);
}

static bool sonar_is_fresh(const struct rover_sonar *sonar, u64 fresh_ns)
{
	return sonar->last.status != ROVER_RANGE_NONE &&
	       ktime_get_ns() - sonar->last.time_ns <= fresh_ns;
}

/* Request a measurement unless there is a fresh one; returns what to wait for. */
static bool sonar_wants(struct rover_sonar *sonar, u64 fresh_ns, u32 *sequence)
{
	unsigned long flags;
	bool fresh;

	raw_spin_lock_irqsave(&sonar->lock, flags);
	fresh = fresh_ns && sonar_is_fresh(sonar, fresh_ns);
	/* A measurement that is under way answers everybody who waits. */
	*sequence = sonar->last.sequence + 1;
	if (!fresh)
		sonar_request(sonar);
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	return !fresh;
}

static bool sonar_reached(struct rover_sonar *sonar, u32 sequence)
{
	return (s32)(READ_ONCE(sonar->last.sequence) - sequence) >= 0 || READ_ONCE(sonar->gone);
}

/**
 * rover_sonar_measure() - a measurement that is no older than asked for
 * @rover: the rover
 * @sensor: which, from 0
 * @fresh_ns: how old it may be; 0 for one that ends from now on
 * @range: filled in
 *
 * Context: process; waits for at most a pause and a measurement, some 130 ms, a
 * ping more if the worker was late, without holding anything.
 * Return: 0; -ENODATA no sonar, -ERESTARTSYS, -ENODEV the rover is gone, -EIO
 * the worker did not answer.
 */
int rover_sonar_measure(struct rover *rover, unsigned int sensor, u64 fresh_ns,
			struct rover_range *range)
{
	struct rover_sonar *sonar = &rover->sonar;
	u32 sequence;
	long left = 1;

	if (sensor >= rover_sonar_count(rover))
		return -ENODATA;
	if (sonar_wants(sonar, fresh_ns, &sequence))
		left = wait_event_interruptible_timeout(sonar->waiters,
							sonar_reached(sonar, sequence),
							msecs_to_jiffies(SONAR_WAIT_MS));
	if (left < 0)
		return left;
	if (READ_ONCE(sonar->gone))
		return -ENODEV;
	if (!left)
		return -EIO;
	rover_sonar_last(rover, sensor, range);
	return 0;
}

/**
 * rover_sonar_wanted() - look again whether the sonars must run
 * @rover: the rover
 *
 * Context: any, drive.lock too.
 */
void rover_sonar_wanted(struct rover *rover)
{
}

/**
 * rover_sonar_count() - how many sonars there are
 * @rover: the rover
 *
 * Return: 0..%ROVER_SONARS_MAX.
 */
unsigned int rover_sonar_count(const struct rover *rover)
{
	return rover->board.sonar == ROVER_SONAR_ABSENT ? 0 : 1;
}

/**
 * rover_sonar_filtered_um() - median of the last measurements
 * @rover: the rover
 * @sensor: which, from 0
 *
 * Context: any but hard IRQ.
 * Return: um, -1 if none was valid.
 */
s64 rover_sonar_filtered_um(struct rover *rover, unsigned int sensor)
{
	struct rover_range range;

	rover_sonar_last(rover, sensor, &range);
	return range.range_um;
}

/**
 * rover_sonar_last() - the last measurement, raw
 * @rover: the rover
 * @sensor: which, from 0
 * @range: filled in
 *
 * Context: any but hard IRQ.
 */
void rover_sonar_last(struct rover *rover, unsigned int sensor, struct rover_range *range)
{
	struct rover_sonar *sonar = &rover->sonar;
	unsigned long flags;

	raw_spin_lock_irqsave(&sonar->lock, flags);
	*range = sonar->last;
	raw_spin_unlock_irqrestore(&sonar->lock, flags);
	range->range_um = -1;
	if (range->status == ROVER_RANGE_VALID)
		range->range_um = rover_kinematics_range_um(range->echo_ns, sonar->sound_um_s);
}

/**
 * rover_sonar_close() - no more measurements; who waits is woken
 * @rover: the rover
 *
 * Before the line and its interrupt are given back.
 */
void rover_sonar_close(struct rover *rover)
{
	struct rover_sonar *sonar = &rover->sonar;

	if (rover->board.sonar == ROVER_SONAR_ABSENT)
		return;
	raw_spin_lock_irq(&sonar->lock);
	sonar->gone = true;
	raw_spin_unlock_irq(&sonar->lock);

	hrtimer_cancel(&sonar->timer);
	kthread_cancel_work_sync(&sonar->ping);
	hrtimer_cancel(&sonar->timer);	/* a ping may have started it once more */
	kthread_cancel_work_sync(&sonar->done);
	sonar_disarm(sonar);
	kthread_cancel_work_sync(&sonar->done);
	wake_up_all(&sonar->waiters);
}

static int sonar_init_lines(struct rover *rover)
{
	struct rover_sonar *sonar = &rover->sonar;
	struct device *dev = rover->hardware;
	bool shared = rover->board.sonar == ROVER_SONAR_ONE_PIN;

	sonar->echo = rover_pins_get(dev, rover->label, shared ? "sonar" : "sonar-echo", 0,
				     GPIOD_IN);
	if (IS_ERR(sonar->echo))
		return PTR_ERR(sonar->echo);
	sonar->trigger = shared ? sonar->echo :
			 rover_pins_get(dev, rover->label, "sonar-trigger", 0, GPIOD_OUT_LOW);
	return PTR_ERR_OR_ZERO(sonar->trigger);
}

/**
 * rover_sonar_init() - request lines and interrupt, silent
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_sonar_init(struct rover *rover)
{
	struct rover_sonar *sonar = &rover->sonar;
	struct device *dev = rover->hardware;
	int irq, err;

	raw_spin_lock_init(&sonar->lock);
	init_waitqueue_head(&sonar->waiters);
	sonar->last.range_um = -1;
	if (rover->board.sonar == ROVER_SONAR_ABSENT)
		return 0;

	sonar->sound_um_s = rover_kinematics_sound_um_s(rover->board.air_temperature_mc);
	hrtimer_setup(&sonar->timer, sonar_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	kthread_init_work(&sonar->ping, sonar_ping);
	kthread_init_work(&sonar->done, sonar_done);
	err = sonar_init_lines(rover);
	if (err)
		return err;

	irq = gpiod_to_irq(sonar->echo);
	if (irq < 0)
		return dev_err_probe(dev, irq, "the sonar line has no interrupt\n");
	sonar->irq = irq;
	irq_set_status_flags(irq, IRQ_DISABLE_UNLAZY);
	err = devm_request_irq(dev, irq, sonar_irq,
			       IRQF_NO_THREAD | IRQF_NO_AUTOEN | IRQF_TRIGGER_RISING |
			       IRQF_TRIGGER_FALLING, rover->label, sonar);
	return err ? dev_err_probe(dev, err, "sonar interrupt %d\n", irq) : 0;
}
