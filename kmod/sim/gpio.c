// SPDX-License-Identifier: GPL-2.0
/*
 * The GPIO lines and their interrupts as drivers see them. Like the BCM2835's,
 * they may be read and set in any context, and latch edges while unmasked.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/delay.h>
#include <linux/gpio/driver.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "board.h"
#include "compat.h"

static struct sim_board *gpio_board(struct gpio_chip *chip)
{
	return gpiochip_get_data(chip);
}

static int gpio_get(struct gpio_chip *chip, unsigned int line)
{
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;
	bool level;

	if (sim_clock_is_current(board))
		return READ_ONCE(board->lines.line[line].level);
	flags = sim_clock_enter(board);
	level = board->lines.line[line].level;
	sim_clock_leave_unchanged(board, flags);
	return level;
}

static SIM_COMPAT_GPIO_SET_TYPE
gpio_set(struct gpio_chip *chip, unsigned int line, int value)
{
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;

	flags = sim_clock_enter(board);
	if (board->lines.line[line].latch == !!value) {
		sim_clock_leave_unchanged(board, flags);
		return SIM_COMPAT_GPIO_SET_DONE;
	}
	sim_lines_set_latch(board, line, value);
	if (board->lines.line[line].role == SIM_ROLE_BRIDGE)
		sim_clock_leave_bridge(board, flags);
	else
		sim_clock_leave(board, flags);
	return SIM_COMPAT_GPIO_SET_DONE;
}

static int gpio_get_direction(struct gpio_chip *chip, unsigned int line)
{
	struct sim_board *board = gpio_board(chip);

	switch (READ_ONCE(board->lines.line[line].function)) {
	case SIM_FUNCTION_IN:
		return GPIO_LINE_DIRECTION_IN;
	case SIM_FUNCTION_OUT:
		return GPIO_LINE_DIRECTION_OUT;
	default:
		return -EINVAL;
	}
}

/*
 * Lines that can be set in any context cannot be turned round in any context:
 * on a Pi that takes sleeping locks. Let a driver that forgets it hear of it.
 */
static int gpio_direction_input(struct gpio_chip *chip, unsigned int line)
{
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;

	might_sleep();
	flags = sim_clock_enter(board);
	sim_lines_set_function(board, line, SIM_FUNCTION_IN);
	sim_clock_leave(board, flags);
	return 0;
}

static int gpio_direction_output(struct gpio_chip *chip, unsigned int line,
				 int value)
{
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;

	might_sleep();
	flags = sim_clock_enter(board);
	sim_lines_set_latch(board, line, value);
	sim_lines_set_function(board, line, SIM_FUNCTION_OUT);
	sim_clock_leave(board, flags);
	return 0;
}

static int gpio_add_pin_ranges(struct gpio_chip *chip)
{
	return gpiochip_add_pin_range(chip, dev_name(chip->parent), 0, 0,
				      chip->ngpio);
}

static void gpio_irq_ack(struct irq_data *data)
{
	struct sim_board *board = gpio_board(irq_data_get_irq_chip_data(data));
	unsigned long flags;

	/* Without sim_clock_enter(): edges from here on are new ones. */
	raw_spin_lock_irqsave(&board->lock, flags);
	sim_lines_ack(board, irqd_to_hwirq(data));
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static void gpio_irq_mask(struct irq_data *data)
{
	struct gpio_chip *chip = irq_data_get_irq_chip_data(data);
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;

	flags = sim_clock_enter(board);
	sim_lines_enable(board, irqd_to_hwirq(data), false);
	sim_clock_leave(board, flags);
	gpiochip_disable_irq(chip, irqd_to_hwirq(data));
}

static void gpio_irq_unmask(struct irq_data *data)
{
	struct gpio_chip *chip = irq_data_get_irq_chip_data(data);
	struct sim_board *board = gpio_board(chip);
	unsigned long flags;

	gpiochip_enable_irq(chip, irqd_to_hwirq(data));
	flags = sim_clock_enter(board);
	sim_lines_enable(board, irqd_to_hwirq(data), true);
	sim_clock_leave(board, flags);
}

static int gpio_irq_set_type(struct irq_data *data, unsigned int type)
{
	struct sim_board *board = gpio_board(irq_data_get_irq_chip_data(data));
	unsigned long flags;

	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;

	flags = sim_clock_enter(board);
	sim_lines_set_edges(board, irqd_to_hwirq(data), type);
	sim_clock_leave(board, flags);
	irq_set_handler_locked(data, handle_edge_irq);
	return 0;
}

static const struct irq_chip gpio_irq_chip = {
	.name = "rover-sim-gpio",
	.irq_ack = gpio_irq_ack,
	.irq_mask = gpio_irq_mask,
	.irq_unmask = gpio_irq_unmask,
	.irq_set_type = gpio_irq_set_type,
	.flags = IRQCHIP_IMMUTABLE | IRQCHIP_MASK_ON_SUSPEND,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

/*
 * Without a device tree, only the lines of the header: before 6.2 a kernel has
 * numbers for 512 lines.
 */
#define GPIO_PLAIN_LINES	28

static unsigned int probe_delay_ms;
module_param(probe_delay_ms, uint, 0644);
MODULE_PARM_DESC(probe_delay_ms,
		 "GPIO lines of a board appear that late when it is bound");

static const struct gpio_chip gpio_template = {
	.owner = THIS_MODULE,
	.request = gpiochip_generic_request,
	.free = gpiochip_generic_free,
	.get_direction = gpio_get_direction,
	.direction_input = gpio_direction_input,
	.direction_output = gpio_direction_output,
	.get = gpio_get,
	.set = gpio_set,
	.set_config = gpiochip_generic_config,
	.add_pin_ranges = gpio_add_pin_ranges,
	.base = -1,
	.ngpio = SIM_LINES,
	.can_sleep = false,
};

static void gpio_disconnect(void *data)
{
	sim_clock_connect(data, NULL);
}

static int gpio_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct sim_board *board = dev_get_drvdata(dev->parent);
	struct gpio_chip *chip = &board->gpio.chip;
	int err;

	msleep(max(board->config.probe_delay_ms, probe_delay_ms));
	err = sim_pins_register(dev, &board->gpio);
	if (err)
		return err;

	*chip = gpio_template;
	chip->label = dev_name(dev);
	chip->parent = dev;
	if (!dev->of_node)
		chip->ngpio = GPIO_PLAIN_LINES;
	gpio_irq_chip_set_chip(&chip->irq, &gpio_irq_chip);
	chip->irq.handler = handle_bad_irq;
	chip->irq.default_type = IRQ_TYPE_NONE;

	err = devm_gpiochip_add_data(dev, chip, board);
	if (err)
		return dev_err_probe(dev, err, "cannot add the GPIO lines\n");

	sim_clock_connect(board, chip->irq.domain);
	return devm_add_action_or_reset(dev, gpio_disconnect, board);
}

static const struct of_device_id gpio_of_match[] = {
	{ .compatible = "rover,sim-gpio" },
	{ }
};
MODULE_DEVICE_TABLE(of, gpio_of_match);

struct platform_driver sim_gpio_driver = {
	.probe = gpio_probe,
	.driver = {
		.name = "rover-sim-gpio",
		.of_match_table = gpio_of_match,
	},
};
