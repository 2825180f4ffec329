// SPDX-License-Identifier: GPL-2.0
/*
 * bench_floor: the least that an interrupt of a GPIO line, and more, can cost
 *
 * Bound to a device tree node rover,bench-floor with edge-gpios: the lines whose edges
 * interrupt. Its handler does nothing. With toggle-gpios, each interrupt sets these to
 * what they were not: the least that anybody can take to answer an edge. With pwms
 * instead, two channels, the interrupt's thread does so with them, from none to the whole
 * of the period. With pulse-gpios, two lines, a timer does nothing but make pulses. What
 * programs ask of it is in bench_floor.h.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/gpio/consumer.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/pwm.h>
#include <linux/spinlock.h>

#include "bench_floor.h"

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

/* Pulses of two lines that begin at once; a step is what a timer does. */
struct floor_step {
	u32 until_next_ns;
	bool sets[2];
	bool level;
};

static struct {
	struct gpio_descs *lines;
	struct hrtimer timer;
	struct floor_step step[3];
	unsigned int steps;
	unsigned int next;
} floor_pulse;

static enum hrtimer_restart floor_pulse_timer(struct hrtimer *timer)
{
	const struct floor_step *step = &floor_pulse.step[floor_pulse.next];
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (step->sets[i])
			gpiod_set_value(floor_pulse.lines->desc[i], step->level);
	hrtimer_add_expires_ns(timer, step->until_next_ns);
	floor_pulse.next = (floor_pulse.next + 1) % floor_pulse.steps;
	return HRTIMER_RESTART;
}

static void floor_pulse_rest(void)
{
	hrtimer_cancel(&floor_pulse.timer);
	gpiod_set_value(floor_pulse.lines->desc[0], 1);
	gpiod_set_value(floor_pulse.lines->desc[1], 1);
}

/* Both on, the shorter off, the longer off; or both off at once. */
static long floor_pulse_begin(unsigned long permille)
{
	const u32 unit_ns = BENCH_FLOOR_PERIOD_NS / 1000;
	u32 left = BENCH_FLOOR_LEFT(permille), right = BENCH_FLOOR_RIGHT(permille);
	u32 shorter = min(left, right), longer = max(left, right);
	struct floor_step *step = floor_pulse.step;

	if (!shorter || longer >= 1000)
		return -EINVAL;
	floor_pulse_rest();
	step[0] = (struct floor_step){ shorter * unit_ns, { true, true }, true };
	step[1] = (struct floor_step){ (longer - shorter) * unit_ns,
				       { left == shorter, right == shorter }, false };
	step[2] = (struct floor_step){ (1000 - longer) * unit_ns,
				       { left == longer, right == longer }, false };
	floor_pulse.steps = 3;
	if (left == right) {
		step[1] = step[2];
		floor_pulse.steps = 2;
	}
	floor_pulse.next = 0;
	hrtimer_start(&floor_pulse.timer, ktime_add_ns(ktime_get(), unit_ns),
		      HRTIMER_MODE_ABS_HARD);
	return 0;
}

static int floor_get_pulses(struct device *dev)
{
	floor_pulse.lines = devm_gpiod_get_array_optional(dev, "pulse", GPIOD_OUT_LOW);
	if (IS_ERR(floor_pulse.lines))
		return dev_err_probe(dev, PTR_ERR(floor_pulse.lines), "no lines for pulses\n");
	hrtimer_init(&floor_pulse.timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	floor_pulse.timer.function = floor_pulse_timer;
	return 0;
}

/* What functions take that drivers call for each edge, in picoseconds. */
#define FLOOR_PS(call) ({						\
	u64 floor_begin_ns = ktime_get_ns();				\
	unsigned int floor_i;						\
									\
	for (floor_i = 0; floor_i < FLOOR_CALLS; floor_i++)		\
		call;							\
	(ktime_get_ns() - floor_begin_ns) * 1000 / FLOOR_CALLS;		\
})

static struct gpio_desc *floor_line;

static enum hrtimer_restart floor_no_timer(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

static long floor_timer_ps(void)
{
	struct hrtimer timer;
	long ps;

	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = floor_no_timer;
	ps = FLOOR_PS(hrtimer_start(&timer, NSEC_PER_SEC, HRTIMER_MODE_REL_HARD));
	hrtimer_cancel(&timer);
	destroy_hrtimer_on_stack(&timer);
	return ps;
}

static long floor_lock_ps(void)
{
	static DEFINE_RAW_SPINLOCK(lock);
	unsigned long flags;

	return FLOOR_PS(({
		raw_spin_lock_irqsave(&lock, flags);
		raw_spin_unlock_irqrestore(&lock, flags);
	}));
}

static long floor_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case BENCH_FLOOR_PWMS:
		if (!floor_pwm[0])
			return -ENODEV;
		floor_level = !floor_level;
		return floor_set_pwms(floor_pwm_state.period / (floor_level ? 2 : 3));
	case BENCH_FLOOR_PULSE:
		return floor_pulse.lines ? floor_pulse_begin(arg) : -ENODEV;
	case BENCH_FLOOR_REST:
		if (!floor_pulse.lines)
			return -ENODEV;
		floor_pulse_rest();
		return 0;
	case BENCH_FLOOR_KTIME_GET:
		return FLOOR_PS(ktime_get());
	case BENCH_FLOOR_GET_VALUE:
		return FLOOR_PS(gpiod_get_value(floor_line));
	case BENCH_FLOOR_LOCK:
		return floor_lock_ps();
	case BENCH_FLOOR_TIMER:
		return floor_timer_ps();
	}
	return -ENOTTY;
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
	hrtimer_cancel(&floor_pulse.timer);
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
	return err ? dev_err_probe(dev, err, "PWM\n") : 0;
}

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
	err = floor_get_pulses(dev);
	if (err)
		return err;
	for (i = 0; i < lines->ndescs; i++) {
		irq = gpiod_to_irq(lines->desc[i]);
		if (irq < 0)
			return dev_err_probe(dev, irq, "line %u has no interrupt\n", i);
		err = devm_request_threaded_irq(dev, irq, handler, thread, flags, "bench_floor",
						toggles);
		if (err)
			return dev_err_probe(dev, err, "interrupt of line %u\n", i);
	}
	floor_line = lines->desc[0];
	err = misc_register(&floor_misc);
	if (err)
		return err;
	return devm_add_action_or_reset(dev, floor_misc_remove, NULL);
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
MODULE_DESCRIPTION("The least that an interrupt of a GPIO line, and more, can cost");
MODULE_LICENSE("GPL");
