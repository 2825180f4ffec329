// SPDX-License-Identifier: GPL-2.0
/*
 * digital: obstacle and line sensors: one line each, one bit each
 *
 * A change is told once it has lasted for the debounce time, with the time of
 * the edge since which it lasts. A guard does not wait for that:
 *
 *   line  ___/~\_/~~~~~~~~~~~~~~~~~~~~
 *            |   |---- debounce --->| told, with the time of the last edge
 *            guard: stop
 *
 * As in encoder.c, each interrupt looks at all lines: those of lines that change
 * together get lost on BCM2835.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/bitops.h>
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>

#include "compat.h"
#include "pins.h"
#include "rover.h"

#define DIGITAL_OBSTACLES	(ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT)

static u32 digital_sample(const struct rover_digital *digital)
{
	u32 levels = 0;
	unsigned int i;

	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++)
		if (digital->input[i].line && gpiod_get_value(digital->input[i].line) > 0)
			levels |= digital->input[i].bit;
	return levels;
}

/* What is seen now is told, unless it has been. */
static void digital_tell(struct rover_digital *digital, struct rover_digital_input *input)
{
	struct rover_event event = {
		.type = ROVER_EVENT_SENSOR,
		.time_ns = ktime_to_ns(input->changed),
		.sensor.sensor = input->bit,
	};

	lockdep_assert_held(&digital->lock);
	if (!((digital->raw ^ digital->told) & input->bit)) {
		WRITE_ONCE(input->glitches, input->glitches + 1);
		return;
	}
	digital->told ^= input->bit;
	event.sensor.level = !!(digital->told & input->bit);
	event.sensor.sensors = digital->told;
	rover_event_push(input->rover, &event);
}

/* A line has changed: wait until it has come to rest, or tell at once. */
static void digital_change(struct rover_digital *digital, struct rover_digital_input *input,
			   ktime_t now)
{
	u32 debounce_us = READ_ONCE(input->rover->settings.debounce_us);

	lockdep_assert_held(&digital->lock);
	digital->raw ^= input->bit;
	input->changed = now;
	if (debounce_us)
		hrtimer_start(&input->timer,
			      ktime_add_us(now, debounce_us), HRTIMER_MODE_ABS_HARD);
	else
		digital_tell(digital, input);
}

/* See all lines anew. Returns the obstacle sensors that have become active. */
static u32 digital_look(struct rover_digital *digital, ktime_t now)
{
	u32 levels = digital_sample(digital);
	u32 changed = levels ^ digital->raw;
	unsigned int i;

	lockdep_assert_held(&digital->lock);
	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++)
		if (changed & digital->input[i].bit)
			digital_change(digital, &digital->input[i], now);
	return changed & levels & DIGITAL_OBSTACLES;
}

static irqreturn_t digital_irq(int irq, void *data)
{
	struct rover_digital_input *input = data;
	struct rover_digital *digital = &input->rover->digital;
	u64 began_ns = rover_timing_begin();
	u32 obstacles;
	ktime_t now;

	raw_spin_lock(&digital->lock);
	now = ktime_get();
	obstacles = digital_look(digital, now);
	raw_spin_unlock(&digital->lock);
	if (obstacles)
		rover_guard_obstacle(input->rover, obstacles, now);
	rover_timing_end(input->rover, ROVER_TIMING_SENSOR, began_ns);
	return IRQ_HANDLED;
}

static enum hrtimer_restart digital_timer(struct hrtimer *timer)
{
	struct rover_digital_input *input = container_of(timer, struct rover_digital_input, timer);
	struct rover_digital *digital = &input->rover->digital;

	raw_spin_lock(&digital->lock);
	/* An edge on another CPU may have put it off. */
	if (!hrtimer_is_queued(timer))
		digital_tell(digital, input);
	raw_spin_unlock(&digital->lock);
	return HRTIMER_NORESTART;
}

u32 rover_digital_sensors(struct rover *rover)
{
	return READ_ONCE(rover->digital.told);
}

u32 rover_digital_obstacles(struct rover *rover)
{
	struct rover_digital *digital = &rover->digital;
	unsigned long flags;
	u32 active;

	raw_spin_lock_irqsave(&digital->lock, flags);
	active = (digital->raw | digital->told) & DIGITAL_OBSTACLES;
	raw_spin_unlock_irqrestore(&digital->lock, flags);
	return active;
}

u32 rover_digital_glitches(struct rover *rover, unsigned int input)
{
	return READ_ONCE(rover->digital.input[input].glitches);
}

void rover_digital_reset_glitches(struct rover *rover)
{
	unsigned int i;

	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++)
		WRITE_ONCE(rover->digital.input[i].glitches, 0);
}

static void digital_remove(void *data)
{
	struct rover_digital *digital = data;
	unsigned int i;

	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++)
		hrtimer_cancel(&digital->input[i].timer);
}

static int digital_init_lines(struct rover *rover)
{
	struct rover_digital *digital = &rover->digital;
	unsigned int i;

	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++) {
		struct rover_digital_input *input = &digital->input[i];

		input->rover = rover;
		input->bit = BIT(i);
		hrtimer_setup(&input->timer, digital_timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_HARD);
		if (!(rover->board.sensors & input->bit))
			continue;
		input->line = rover_pins_get(rover->hardware, rover->label,
					     rover_board_sensors[i], 0, GPIOD_IN);
		if (IS_ERR(input->line))
			return PTR_ERR(input->line);
	}
	return 0;
}

static int digital_request_irq(struct rover *rover, struct rover_digital_input *input,
			       const char *function)
{
	struct device *dev = rover->hardware;
	int irq = gpiod_to_irq(input->line);
	int err;

	if (irq < 0)
		return dev_err_probe(dev, irq, "%s: this line has no interrupt\n", function);
	err = devm_request_irq(dev, irq, digital_irq,
			       IRQF_NO_THREAD | IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING,
			       rover->label, input);
	return err ? dev_err_probe(dev, err, "%s: interrupt %d\n", function, irq) : 0;
}

/**
 * rover_digital_init() - request the lines and their interrupts
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_digital_init(struct rover *rover)
{
	struct rover_digital *digital = &rover->digital;
	unsigned int i;
	int err;

	raw_spin_lock_init(&digital->lock);
	err = digital_init_lines(rover);
	if (err)
		return err;
	digital->raw = digital_sample(digital);
	digital->told = digital->raw;
	/* Undone after the interrupts, which start the timers. */
	err = devm_add_action_or_reset(rover->hardware, digital_remove, digital);
	if (err)
		return err;
	for (i = 0; i < ROVER_DIGITAL_INPUTS; i++) {
		if (!digital->input[i].line)
			continue;
		err = digital_request_irq(rover, &digital->input[i], rover_board_sensors[i]);
		if (err)
			return err;
	}
	/* What changed before the interrupts were there. */
	raw_spin_lock_irq(&digital->lock);
	digital_look(digital, ktime_get());
	raw_spin_unlock_irq(&digital->lock);
	return 0;
}
