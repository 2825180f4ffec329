// SPDX-License-Identifier: GPL-2.0
/*
 * fault: lines on which the bridges tell that they have failed
 *
 * A bridge that is too hot, drew too much or lacks its supply switches itself
 * off and may come back by itself (DRV8833: after 1.35 ms). The rover must not:
 * the first edge stops it, and it starts again only when somebody says so and
 * the line is silent.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>

#include "pins.h"
#include "rover.h"

static irqreturn_t fault_irq(int irq, void *data)
{
	struct rover *rover = data;

	/* However short it was: the line may be silent again by now. */
	rover_safety_bridge_fault(rover, ktime_get());
	return IRQ_HANDLED;
}

bool rover_fault_active(struct rover *rover)
{
	unsigned int i;

	for (i = 0; i < rover->board.fault_lines; i++)
		if (gpiod_get_value(rover->fault.line[i]) > 0)
			return true;
	return false;
}

static int fault_request_irq(struct rover *rover, struct gpio_desc *line)
{
	unsigned long edge = gpiod_is_active_low(line) ? IRQF_TRIGGER_FALLING :
							 IRQF_TRIGGER_RISING;
	struct device *dev = rover->hardware;
	int irq = gpiod_to_irq(line);
	int err;

	if (irq < 0)
		return dev_err_probe(dev, irq, "fault: this line has no interrupt\n");
	err = devm_request_irq(dev, irq, fault_irq, IRQF_NO_THREAD | edge, rover->label, rover);
	return err ? dev_err_probe(dev, err, "fault: interrupt %d\n", irq) : 0;
}

/**
 * rover_fault_init() - request the lines and their interrupts
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_fault_init(struct rover *rover)
{
	struct rover_fault *fault = &rover->fault;
	unsigned int i;
	int err;

	for (i = 0; i < rover->board.fault_lines; i++) {
		fault->line[i] = rover_pins_get(rover->hardware, rover->label, "fault", i,
						GPIOD_IN);
		if (IS_ERR(fault->line[i]))
			return PTR_ERR(fault->line[i]);
	}
	for (i = 0; i < rover->board.fault_lines; i++) {
		err = fault_request_irq(rover, fault->line[i]);
		if (err)
			return err;
	}
	return 0;
}
