// SPDX-License-Identifier: GPL-2.0
/*
 * bench_floor: the least that an interrupt of a GPIO line can cost
 *
 * Its handler does nothing. What else drivers call for each edge is timed once,
 * when this is bound, and told in the kernel's log:
 *
 *   bench_floor: ktime_get=PS gpiod_get_value=PS
 *
 * in picoseconds for each call. Bound to a device tree node rover,bench-floor with
 * edge-gpios: the lines whose edges interrupt. With toggle-gpios, each interrupt sets
 * these to what they were not: the least that anybody can take to answer an edge.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define FLOOR_CALLS	1024

static irqreturn_t floor_irq(int irq, void *data)
{
	return IRQ_HANDLED;
}

/* All toggle at once, so one flag will do. */
static bool floor_level;

static irqreturn_t floor_toggle_irq(int irq, void *data)
{
	struct gpio_descs *toggles = data;
	unsigned int i;

	floor_level = !floor_level;
	for (i = 0; i < toggles->ndescs; i++)
		gpiod_set_value(toggles->desc[i], floor_level);
	return IRQ_HANDLED;
}

#define FLOOR_PS(call) ({						\
	u64 floor_begin_ns = ktime_get_ns();				\
	unsigned int floor_i;						\
									\
	for (floor_i = 0; floor_i < FLOOR_CALLS; floor_i++)		\
		call;							\
	(ktime_get_ns() - floor_begin_ns) * 1000 / FLOOR_CALLS;		\
})

static int floor_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct gpio_descs *lines, *toggles;
	unsigned int i;
	int irq, err;

	lines = devm_gpiod_get_array(dev, "edge", GPIOD_IN);
	if (IS_ERR(lines))
		return dev_err_probe(dev, PTR_ERR(lines), "no lines\n");
	toggles = devm_gpiod_get_array_optional(dev, "toggle", GPIOD_OUT_LOW);
	if (IS_ERR(toggles))
		return dev_err_probe(dev, PTR_ERR(toggles), "no lines to toggle\n");
	for (i = 0; i < lines->ndescs; i++) {
		irq = gpiod_to_irq(lines->desc[i]);
		if (irq < 0)
			return dev_err_probe(dev, irq, "line %u has no interrupt\n", i);
		err = devm_request_irq(dev, irq, toggles ? floor_toggle_irq : floor_irq,
				       IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING |
				       IRQF_NO_THREAD, "bench_floor", toggles);
		if (err)
			return dev_err_probe(dev, err, "interrupt of line %u\n", i);
	}
	dev_info(dev, "ktime_get=%llu gpiod_get_value=%llu\n", FLOOR_PS(ktime_get()),
		 FLOOR_PS(gpiod_get_value(lines->desc[0])));
	return 0;
}

static const struct of_device_id floor_of_match[] = {
	{ .compatible = "rover,bench-floor" },
	{ }
};
MODULE_DEVICE_TABLE(of, floor_of_match);

static struct platform_driver floor_driver = {
	.driver = {
		.name = "bench_floor",
		.of_match_table = floor_of_match,
	},
	.probe = floor_probe,
};
module_platform_driver(floor_driver);

MODULE_AUTHOR("The rover authors");
MODULE_DESCRIPTION("The least that an interrupt of a GPIO line can cost");
MODULE_LICENSE("GPL");
