// SPDX-License-Identifier: GPL-2.0
/*
 * pins: requests GPIO lines by function, and explains why one cannot be had
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <dt-bindings/gpio/gpio.h>
#include <linux/err.h>
#include <linux/of.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "compat.h"
#include "pins.h"

/* Every line a rover may have: a check for doubles needs them all. */
static const char *const pins_functions[] = {
	"left-in1", "left-in2", "left-en", "left-phase",
	"right-in1", "right-in2", "right-en", "right-phase", "sleep", "enable",
	"left-encoder", "right-encoder", "sonar", "sonar-trigger", "sonar-echo",
	"pan", "tilt", "obstacle-left", "obstacle-right", "line-left", "line-right", "fault",
};

#define PINS_MAX	40

struct pins_entry {
	const char *function;
	struct of_phandle_args args;
};

struct pins_list {
	unsigned int count;
	struct pins_entry entry[PINS_MAX];
};

static bool pins_same(const struct pins_entry *a, const struct pins_entry *b)
{
	return a->args.np == b->args.np && a->args.args[0] == b->args.args[0];
}

static int pins_add(struct device *dev, struct pins_list *list, const struct pins_entry *new)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (pins_same(&list->entry[i], new))
			return dev_err_probe(dev, -EINVAL,
					     "%pOFn line %u is used twice: as %s and as %s\n",
					     new->args.np, new->args.args[0],
					     list->entry[i].function, new->function);
	/* The sensor's one-wire circuit drives the line through a resistor. */
	if (!strcmp(new->function, "sonar") && new->args.args_count > 1 &&
	    new->args.args[1] & (GPIO_PULL_UP | GPIO_PULL_DOWN))
		return dev_err_probe(dev, -EINVAL,
				     "sonar-gpios: a shared trigger and echo line takes no pull\n");
	if (list->count == PINS_MAX)
		return dev_err_probe(dev, -EINVAL, "more than %d lines\n", PINS_MAX);
	list->entry[list->count++] = *new;
	return 0;
}

static int pins_collect(struct device *dev, struct pins_list *list, const char *function)
{
	struct pins_entry new = { .function = function };
	char property[32];
	int err = 0;
	int i;

	snprintf(property, sizeof(property), "%s-gpios", function);
	for (i = 0; !err; i++) {
		if (of_parse_phandle_with_args(dev->of_node, property, "#gpio-cells", i,
					       &new.args))
			return 0;
		err = pins_add(dev, list, &new);
		of_node_put(new.args.np);	/* compared, never followed */
	}
	return err;
}

/**
 * rover_pins_check() - reject a description that contradicts itself
 * @dev: the platform device
 *
 * The same line used twice, and a pull on a shared sonar line.
 *
 * Return: 0, or a negative error that has been reported with its cause.
 */
int rover_pins_check(struct device *dev)
{
	struct pins_list *list = kzalloc(sizeof(*list), GFP_KERNEL);
	int err = 0;
	size_t i;

	if (!list)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(pins_functions) && !err; i++)
		err = pins_collect(dev, list, pins_functions[i]);
	kfree(list);
	return err;
}

/**
 * rover_pins_present() - is a line described
 * @dev: the platform device
 * @function: property name without -gpios, or function in a board file's lookup table
 *
 * Return: whether it is, rightly or wrongly.
 */
bool rover_pins_present(struct device *dev, const char *function)
{
	char property[32];

	/* A property that is malformed does not count as lines, but is there. */
	snprintf(property, sizeof(property), "%s-gpios", function);
	return device_property_present(dev, property) || gpiod_count(dev, function) != -ENOENT;
}

static void pins_explain_busy(struct device *dev, const char *function, unsigned int index)
{
	struct of_phandle_args args;
	char property[32];
	char *user;

	snprintf(property, sizeof(property), "%s-gpios", function);
	if (of_parse_phandle_with_args(dev->of_node, property, "#gpio-cells", index, &args))
		return;
	user = rover_compat_gpio_user(of_fwnode_handle(args.np), args.args[0]);
	dev_err(dev, "%s: %pOFn line %u is taken by \"%s\": disable that or change %s\n",
		function, args.np, args.args[0], user ?: "?", property);
	kfree(user);
	of_node_put(args.np);
}

/**
 * rover_pins_get() - request one line, named by its function
 * @dev: the platform device
 * @label: name of the rover, for gpioinfo: "rover", "rover1", ...
 * @function: property name without -gpios
 * @index: which line of the property
 * @flags: direction and level to start with
 *
 * The line is given back by devm. Lines that sleep are refused: they cannot be
 * switched from an interrupt, so no stop would be certain.
 *
 * Return: the line, or an ERR_PTR that has been reported with its cause.
 */
struct gpio_desc *rover_pins_get(struct device *dev, const char *label,
				 const char *function, unsigned int index,
				 enum gpiod_flags flags)
{
	struct gpio_desc *desc = devm_gpiod_get_index(dev, function, index, flags);
	char name[48];
	int err;

	if (PTR_ERR_OR_ZERO(desc) == -EBUSY)
		pins_explain_busy(dev, function, index);
	if (IS_ERR(desc))
		return ERR_PTR(dev_err_probe(dev, PTR_ERR(desc), "%s: no line\n", function));
	if (gpiod_cansleep(desc))
		return ERR_PTR(dev_err_probe(dev, -EINVAL,
					     "%s: this GPIO controller sleeps, want one that does not\n",
					     function));
	if (index)
		snprintf(name, sizeof(name), "%s:%s%u", label, function, index);
	else
		snprintf(name, sizeof(name), "%s:%s", label, function);
	gpiod_set_consumer_name(desc, name);
	err = rover_pins_link(dev, rover_compat_gpio_provider(desc));
	return err ? ERR_PTR(err) : desc;
}

/**
 * rover_pins_link() - make sure that a provider leaves after us
 * @dev: the platform device
 * @provider: device behind a GPIO or PWM chip, NULL is fine
 *
 * When the provider is unbound, the link unbinds us first: the motors are off
 * before their lines disappear.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_pins_link(struct device *dev, struct device *provider)
{
	if (!provider || device_link_add(dev, provider, DL_FLAG_AUTOREMOVE_CONSUMER))
		return 0;
	return dev_err_probe(dev, -EINVAL, "no device link to %s\n", dev_name(provider));
}
