// SPDX-License-Identifier: GPL-2.0
/*
 * ping: one measurement with one HC-SR04 or its like, on one line or two
 *
 *   trigger __/~~~~\______________________________________________
 *             10 us
 *   echo    ________________________/~~~~~~~~~~~~~~~~~~~~~\_______
 *                   about 450 us    way to the target and back
 *           |worker-|---- hard IRQ: edges and timeouts ---|
 *
 * The burst lasts 200 us and starts with the end of the trigger pulse; until it
 * is over, a shared line must be turned round and its interrupt armed; if that
 * was too late, the ping is worth nothing and is made once more (sonar.c). What
 * comes of it:
 *
 *   line high before the trigger                     invalid
 *   line high before the burst is over               invalid: no echo of it
 *   no pulse                                         silent: dead, or no sensor
 *   pulse shorter than the shortest distance         invalid
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
#define PING_TRIGGER_US		12

/* HC-SR04 datasheet: 8 cycles of 40 kHz; the pulse cannot begin before they are over. */
#define PING_BURST_NS		(200 * NSEC_PER_USEC)

/* The pulse begins when the burst is over: some 450 us, 20 ms on slow clones. */
#define PING_RISE_TIMEOUT_NS	(20 * NSEC_PER_MSEC)

/* Half the shortest distance: shorter pulses are noise. */
#define PING_ECHO_MIN_NS	(58 * NSEC_PER_USEC)

/* No sensor holds its line this long. */
#define PING_FALL_TIMEOUT_NS	(55 * NSEC_PER_MSEC)

/* The outcome, for whoever waits for it once the lock is released. */
static enum rover_ping_result ping_end(struct rover_sonar *sonar, struct rover_range *range,
				       enum rover_range_status status, ktime_t time, u64 echo_ns)
{
	lockdep_assert_held(&sonar->lock);
	sonar->ping.phase = ROVER_PING_REST;
	*range = (struct rover_range){
		.status = status,
		.time_ns = ktime_to_ns(time),
		.echo_ns = echo_ns,
		.range_um = -1,
	};
	return ROVER_PING_ENDED;
}

/*
 * The pulse began before its interrupt was armed, or was over before that was
 * handled, so its length is not known. That is our failing, no measurement.
 */
static enum rover_ping_result ping_was_late(struct rover_sonar *sonar, struct rover_range *range)
{
	ping_end(sonar, range, ROVER_RANGE_INVALID, ktime_get(), 0);
	return ROVER_PING_LATE;
}

/* Past the burst the pulse may begin; what comes before is none. */
static bool ping_burst_over(const struct rover_ping *ping, ktime_t now)
{
	return ktime_to_ns(ktime_sub(now, ping->triggered)) > PING_BURST_NS;
}

static enum rover_ping_result ping_rise(struct rover_sonar *sonar, struct rover_range *range,
					ktime_t now)
{
	struct rover_ping *ping = &sonar->ping;

	if (!ping_burst_over(ping, now))
		return ping_end(sonar, range, ROVER_RANGE_INVALID, now, 0);
	ping->rise = now;
	ping->phase = ROVER_PING_FALL;
	hrtimer_start(&ping->timer, ns_to_ktime(PING_FALL_TIMEOUT_NS), HRTIMER_MODE_REL_HARD);
	return ROVER_PING_ON;
}

static enum rover_ping_result ping_fall(struct rover_sonar *sonar, struct rover_range *range,
					ktime_t now)
{
	struct rover_ping *ping = &sonar->ping;
	u64 echo_ns = ktime_to_ns(ktime_sub(now, ping->rise));

	if (echo_ns < PING_ECHO_MIN_NS)
		return ping_end(sonar, range, ROVER_RANGE_INVALID, now, echo_ns);
	if (echo_ns > ROVER_PING_ECHO_MAX_NS)
		return ping_end(sonar, range, ROVER_RANGE_NO_ECHO, now, echo_ns);
	ping_end(sonar, range, ROVER_RANGE_VALID, ktime_add_ns(ping->rise, echo_ns / 2), echo_ns);
	range->range_um = rover_kinematics_range_um(echo_ns, sonar->sound_um_s);
	return ROVER_PING_ENDED;
}

/**
 * rover_ping_settle() - a measurement has ended, and what it led to was done
 * @ping: the measurement
 *
 * Its timeout is taken back only now: whoever stops for what was measured should not
 * wait for that. One that comes before finds nothing to do.
 *
 * Context: any, sonar.lock held; nobody begins another before.
 */
void rover_ping_settle(struct rover_ping *ping)
{
	hrtimer_try_to_cancel(&ping->timer);
}

static irqreturn_t ping_irq(int irq, void *data)
{
	struct rover_ping_sensor *sensor = data;
	struct rover_sonar *sonar = sensor->sonar;
	struct rover_ping *ping = &sonar->ping;
	enum rover_ping_result result = ROVER_PING_ON;
	u64 began_ns = rover_timing_begin();
	struct rover_range range;
	ktime_t now = ktime_get();
	int level;

	raw_spin_lock(&sonar->lock);
	if (ping->sensor != sensor)
		goto unlock;
	level = gpiod_get_value(sensor->echo);
	if (ping->phase == ROVER_PING_RISE && level)
		result = ping_rise(sonar, &range, now);
	else if (ping->phase == ROVER_PING_RISE && ping_burst_over(ping, now))
		result = ping_was_late(sonar, &range);	/* it rose, and fell before we came */
	else if (ping->phase == ROVER_PING_FALL && !level)
		result = ping_fall(sonar, &range, now);
unlock:
	raw_spin_unlock(&sonar->lock);
	rover_sonar_measured(sonar, result, &range, now);
	rover_timing_end(container_of(sonar, struct rover, sonar), ROVER_TIMING_ECHO, began_ns);
	return IRQ_HANDLED;
}

static enum hrtimer_restart ping_timer(struct hrtimer *timer)
{
	struct rover_ping *ping = container_of(timer, struct rover_ping, timer);
	struct rover_sonar *sonar = container_of(ping, struct rover_sonar, ping);
	enum rover_ping_result result = ROVER_PING_ON;
	struct rover_range range;
	ktime_t now = ktime_get();

	raw_spin_lock(&sonar->lock);
	/* An edge or a new measurement on another CPU may have overtaken us. */
	if (hrtimer_is_queued(timer))
		goto unlock;
	if (ping->phase == ROVER_PING_RISE && ping->slow)
		result = ping_was_late(sonar, &range);
	else if (ping->phase == ROVER_PING_RISE)
		result = ping_end(sonar, &range, ROVER_RANGE_SILENT, now, 0);
	else if (ping->phase == ROVER_PING_FALL)
		result = ping_end(sonar, &range, ROVER_RANGE_INVALID, now, 0);
unlock:
	raw_spin_unlock(&sonar->lock);
	rover_sonar_measured(sonar, result, &range, now);
	return HRTIMER_NORESTART;
}

/*
 * A shared line is driven for the trigger pulse and turned round. Its interrupt
 * is requested but disabled meanwhile, unlazily, so the raw call may drive it.
 */
static int ping_trigger(struct rover_ping *ping)
{
	struct rover_ping_sensor *sensor = ping->sensor;
	bool shared = sensor->trigger == sensor->echo;
	int err = 0;

	if (shared)
		err = gpiod_direction_output_raw(sensor->trigger, 1);
	else
		gpiod_set_value(sensor->trigger, 1);
	udelay(PING_TRIGGER_US);
	/* Before its end: whatever comes in between is a delay of ours. */
	ping->triggered = ktime_get();
	if (shared)
		gpiod_set_raw_value(sensor->trigger, 0);
	else
		gpiod_set_value(sensor->trigger, 0);
	if (shared)
		err = gpiod_direction_input(sensor->trigger) ?: err;
	return err;
}

/**
 * rover_ping_disarm() - no more interrupts of a sensor
 * @sensor: the sensor
 *
 * Context: the worker; or process, when the worker begins no measurement any more.
 */
void rover_ping_disarm(struct rover_ping_sensor *sensor)
{
	if (xchg(&sensor->armed, false))
		disable_irq(sensor->irq);
}

/* The echo pulse may begin from here on. It must not have begun already. */
static enum rover_ping_result ping_listen(struct rover_sonar *sonar, struct rover_range *range)
{
	struct rover_ping *ping = &sonar->ping;
	enum rover_ping_result result = ROVER_PING_ON;
	ktime_t now;

	raw_spin_lock_irq(&sonar->lock);
	ping->phase = ROVER_PING_RISE;
	ping->slow = false;
	hrtimer_start(&ping->timer, ns_to_ktime(PING_RISE_TIMEOUT_NS), HRTIMER_MODE_REL_HARD);
	raw_spin_unlock_irq(&sonar->lock);
	ping->sensor->armed = true;
	enable_irq(ping->sensor->irq);

	raw_spin_lock_irq(&sonar->lock);
	now = ktime_get();
	ping->slow = ping_burst_over(ping, now);
	if (ping->phase == ROVER_PING_RISE && gpiod_get_value(ping->sensor->echo))
		result = ping->slow ? ping_was_late(sonar, range) :
			 ping_end(sonar, range, ROVER_RANGE_INVALID, now, 0);
	raw_spin_unlock_irq(&sonar->lock);
	return result;
}

/**
 * rover_ping_start() - send the trigger pulse, and listen
 * @sonar: the sensors; none of them measures or is armed
 * @sensor: which one is to
 *
 * What came of it is passed to rover_sonar_measured(), perhaps at once.
 *
 * Context: the worker.
 */
void rover_ping_start(struct rover_sonar *sonar, struct rover_ping_sensor *sensor)
{
	struct rover_ping *ping = &sonar->ping;
	enum rover_ping_result result = ROVER_PING_ENDED;
	struct rover_range range = { .status = ROVER_RANGE_INVALID, .range_um = -1 };

	raw_spin_lock_irq(&sonar->lock);
	ping->sensor = sensor;
	ping->phase = ROVER_PING_REST;
	raw_spin_unlock_irq(&sonar->lock);

	if (!gpiod_get_value(sensor->echo) && !ping_trigger(ping))
		result = ping_listen(sonar, &range);
	if (!range.time_ns)
		range.time_ns = ktime_get_ns();
	rover_sonar_measured(sonar, result, &range, ktime_get());
}

/**
 * rover_ping_init() - nothing is measured
 * @ping: the measurement
 */
void rover_ping_init(struct rover_ping *ping)
{
	hrtimer_setup(&ping->timer, ping_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
}

static int ping_init_lines(struct rover *rover, struct rover_ping_sensor *sensor,
			   unsigned int index)
{
	struct device *dev = rover->hardware;
	bool shared = rover->board.sonar == ROVER_SONAR_ONE_PIN;

	sensor->echo = rover_pins_get(dev, rover->label, shared ? "sonar" : "sonar-echo", index,
				      GPIOD_IN);
	if (IS_ERR(sensor->echo))
		return PTR_ERR(sensor->echo);
	sensor->trigger = shared ? sensor->echo :
			  rover_pins_get(dev, rover->label, "sonar-trigger", index,
					 GPIOD_OUT_LOW);
	return PTR_ERR_OR_ZERO(sensor->trigger);
}

/**
 * rover_ping_init_sensor() - request the lines and the interrupt of a sensor
 * @rover: the rover
 * @index: which, from 0
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_ping_init_sensor(struct rover *rover, unsigned int index)
{
	struct rover_ping_sensor *sensor = &rover->sonar.sensor[index].hardware;
	struct device *dev = rover->hardware;
	int irq, err;

	sensor->sonar = &rover->sonar;
	err = ping_init_lines(rover, sensor, index);
	if (err)
		return err;
	irq = gpiod_to_irq(sensor->echo);
	if (irq < 0)
		return dev_err_probe(dev, irq, "the sonar line has no interrupt\n");
	sensor->irq = irq;
	irq_set_status_flags(irq, IRQ_DISABLE_UNLAZY);
	err = devm_request_irq(dev, irq, ping_irq,
			       IRQF_NO_THREAD | IRQF_NO_AUTOEN | IRQF_TRIGGER_RISING |
			       IRQF_TRIGGER_FALLING, rover->label, sensor);
	return err ? dev_err_probe(dev, err, "sonar interrupt %d\n", irq) : 0;
}
