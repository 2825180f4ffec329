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
 * these to what they were not: the least that anybody can take to answer an edge. With
 * pwms instead, two channels, the interrupt's thread does so with them, from none to the
 * whole of the period; and an ioctl() of /dev/bench_floor changes both a little: the least
 * that a command to them can cost.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/pwm.h>

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

/* PWM channels; one device has them, so their state is here. */
static const char *const floor_pwm_names[] = { "left", "right" };
static struct pwm_device *floor_pwm[ARRAY_SIZE(floor_pwm_names)];
static struct pwm_state floor_pwm_state;

static int floor_set_pwms(u64 duty_ns)
{
	unsigned int i;
	int err = 0;

	floor_pwm_state.duty_cycle = duty_ns;
	for (i = 0; i < ARRAY_SIZE(floor_pwm) && !err; i++)
		err = pwm_apply_might_sleep(floor_pwm[i], &floor_pwm_state);
	return err;
}

static irqreturn_t floor_wake(int irq, void *data)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t floor_pwm_thread(int irq, void *data)
{
	floor_level = !floor_level;
	floor_set_pwms(floor_level ? floor_pwm_state.period : 0);
	return IRQ_HANDLED;
}

static long floor_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	floor_level = !floor_level;
	return floor_set_pwms(floor_pwm_state.period / (floor_level ? 2 : 3));
}

static const struct file_operations floor_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = floor_ioctl,
};

static struct miscdevice floor_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bench_floor",
	.fops = &floor_fops,
};

static void floor_misc_remove(void *data)
{
	misc_deregister(&floor_misc);
}

static int floor_get_pwms(struct device *dev)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(floor_pwm); i++) {
		floor_pwm[i] = devm_pwm_get(dev, floor_pwm_names[i]);
		if (IS_ERR(floor_pwm[i]))
			return dev_err_probe(dev, PTR_ERR(floor_pwm[i]), "no PWM\n");
	}
	pwm_init_state(floor_pwm[0], &floor_pwm_state);
	floor_pwm_state.enabled = true;
	err = floor_set_pwms(0);
	if (err)
		return dev_err_probe(dev, err, "PWM\n");
	err = misc_register(&floor_misc);
	if (err)
		return err;
	return devm_add_action_or_reset(dev, floor_misc_remove, NULL);
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
	bool pwms = device_property_present(dev, "pwms");
	unsigned long flags = IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING;
	irq_handler_t handler = floor_irq, thread = NULL;
	unsigned int i;
	int irq, err;

	if (pwms) {
		err = floor_get_pwms(dev);
		if (err)
			return err;
		handler = floor_wake;
		thread = floor_pwm_thread;
	} else {
		flags |= IRQF_NO_THREAD;
	}
	lines = devm_gpiod_get_array(dev, "edge", GPIOD_IN);
	if (IS_ERR(lines))
		return dev_err_probe(dev, PTR_ERR(lines), "no lines\n");
	toggles = devm_gpiod_get_array_optional(dev, "toggle", GPIOD_OUT_LOW);
	if (IS_ERR(toggles))
		return dev_err_probe(dev, PTR_ERR(toggles), "no lines to toggle\n");
	if (toggles)
		handler = floor_toggle_irq;
	for (i = 0; i < lines->ndescs; i++) {
		irq = gpiod_to_irq(lines->desc[i]);
		if (irq < 0)
			return dev_err_probe(dev, irq, "line %u has no interrupt\n", i);
		err = devm_request_threaded_irq(dev, irq, handler, thread, flags, "bench_floor",
						toggles);
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
