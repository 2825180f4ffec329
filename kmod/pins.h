/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pins: requests GPIO lines by function, and explains why one cannot be had
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_PINS_H
#define ROVER_PINS_H

#include <linux/gpio/consumer.h>

struct device;
struct gpio_desc;

int rover_pins_check(struct device *dev);
bool rover_pins_present(struct device *dev, const char *function);
struct gpio_desc *rover_pins_get(struct device *dev, const char *label,
				 const char *function, unsigned int index,
				 enum gpiod_flags flags);
int rover_pins_link(struct device *dev, struct device *provider);

#endif /* ROVER_PINS_H */
