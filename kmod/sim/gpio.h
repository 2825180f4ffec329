/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The board's GPIO block as drivers see it: gpio_chip, irq_chip and pin
 * controller of the node "rover,sim-gpio".
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_GPIO_H
#define ROVER_SIM_GPIO_H

#include <linux/gpio/driver.h>
#include <linux/pinctrl/pinctrl.h>

#include "config.h"

struct sim_gpio {
	struct gpio_chip chip;
	struct pinctrl_desc pinctrl;
	struct pinctrl_pin_desc pins[SIM_LINES];
	const char *names[SIM_LINES];
};

extern struct platform_driver sim_gpio_driver;
extern const char * const sim_pins_functions[];
extern const char * const sim_pins_pulls[];

int sim_pins_register(struct device *dev, struct sim_gpio *gpio);

#endif
