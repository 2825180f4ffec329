// SPDX-License-Identifier: GPL-2.0
/*
 * Pin controller with the BCM2835's binding: groups of brcm,pins with
 * brcm,function and brcm,pull. Every line is a group of its own, and every
 * group can have every function.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pinctrl/consumer.h>
#include <linux/pinctrl/machine.h>
#include <linux/pinctrl/pinconf-generic.h>
#include <linux/pinctrl/pinconf.h>
#include <linux/pinctrl/pinmux.h>
#include <linux/slab.h>

#include "board.h"

/* Carries a brcm,pull value, beside the generic parameters. */
#define PINS_CONFIG_PULL	(PIN_CONFIG_END + 1)

const char * const sim_pins_functions[] = {
	[SIM_FUNCTION_IN] = "gpio_in",
	[SIM_FUNCTION_OUT] = "gpio_out",
	[SIM_FUNCTION_ALT5] = "alt5",
	[SIM_FUNCTION_ALT4] = "alt4",
	[SIM_FUNCTION_ALT0] = "alt0",
	[SIM_FUNCTION_ALT1] = "alt1",
	[SIM_FUNCTION_ALT2] = "alt2",
	[SIM_FUNCTION_ALT3] = "alt3",
};

const char * const sim_pins_pulls[] = {
	[SIM_PULL_NONE] = "none",
	[SIM_PULL_DOWN] = "down",
	[SIM_PULL_UP] = "up",
};

static void pins_set_function(struct pinctrl_dev *pctl, unsigned int pin,
			      enum sim_function function)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);
	unsigned long flags;

	flags = sim_clock_enter(board);
	sim_lines_set_function(board, pin, function);
	sim_clock_leave(board, flags);
}

static int pins_groups_count(struct pinctrl_dev *pctl)
{
	return SIM_LINES;
}

static const char *pins_group_name(struct pinctrl_dev *pctl, unsigned int group)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);

	return board->gpio.names[group];
}

static int pins_group_pins(struct pinctrl_dev *pctl, unsigned int group,
			   const unsigned int **pins, unsigned int *count)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);

	*pins = &board->gpio.pins[group].number;
	*count = 1;
	return 0;
}

static void pins_free_map(struct pinctrl_dev *pctl, struct pinctrl_map *maps,
			  unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (maps[i].type == PIN_MAP_TYPE_CONFIGS_PIN)
			kfree(maps[i].data.configs.configs);
	kfree(maps);
}

/* Value @i of a property that holds one for each pin, or one for all. */
static int pins_value(struct device_node *np, const char *name, int i,
		      int given, u32 limit, u32 *value)
{
	if (of_property_read_u32_index(np, name, given > 1 ? i : 0, value) ||
	    *value >= limit)
		return -EINVAL;
	return 0;
}

static int pins_map_pull(struct pinctrl_map *map, const char *pin, u32 pull)
{
	unsigned long *config;

	config = kmalloc(sizeof(*config), GFP_KERNEL);
	if (!config)
		return -ENOMEM;
	*config = pinconf_to_config_packed(PINS_CONFIG_PULL, pull);
	map->type = PIN_MAP_TYPE_CONFIGS_PIN;
	map->data.configs.group_or_pin = pin;
	map->data.configs.configs = config;
	map->data.configs.num_configs = 1;
	return 0;
}

static int pins_map_pin(const struct sim_gpio *gpio, struct device_node *np,
			int i, int functions, int pulls,
			struct pinctrl_map **map)
{
	u32 pin, value;
	int err;

	err = of_property_read_u32_index(np, "brcm,pins", i, &pin);
	if (err || pin >= SIM_LINES)
		return -EINVAL;
	if (functions) {
		err = pins_value(np, "brcm,function", i, functions,
				 SIM_FUNCTIONS, &value);
		if (err)
			return err;
		(*map)->type = PIN_MAP_TYPE_MUX_GROUP;
		(*map)->data.mux.group = gpio->names[pin];
		(*map)->data.mux.function = sim_pins_functions[value];
		(*map)++;
	}
	if (pulls) {
		err = pins_value(np, "brcm,pull", i, pulls, SIM_PULLS, &value);
		if (err)
			return err;
		err = pins_map_pull((*map)++, gpio->names[pin], value);
	}
	return err;
}

static int pins_count(struct device_node *np, const char *name)
{
	return max(of_property_count_u32_elems(np, name), 0);
}

static int pins_node_to_map(struct pinctrl_dev *pctl, struct device_node *np,
			    struct pinctrl_map **map, unsigned int *count)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);
	int pins = pins_count(np, "brcm,pins");
	int functions = pins_count(np, "brcm,function");
	int pulls = pins_count(np, "brcm,pull");
	unsigned int total = pins * (!!functions + !!pulls);
	struct pinctrl_map *maps, *next;
	int err, i;

	/* Without a device tree nobody asks, and the next call does not exist. */
	if (!IS_ENABLED(CONFIG_OF))
		return -ENODEV;

	/* The generic binding first, as pinctrl-bcm2835 does. */
	err = pinconf_generic_dt_node_to_map_all(pctl, np, map, count);
	if (err || *count)
		return err;

	if ((functions > 1 && functions != pins) || (pulls > 1 && pulls != pins))
		return -EINVAL;
	maps = kcalloc(total, sizeof(*maps), GFP_KERNEL);
	if (!maps)
		return -ENOMEM;
	next = maps;
	for (i = 0; i < pins; i++) {
		err = pins_map_pin(&board->gpio, np, i, functions, pulls, &next);
		if (err) {
			pins_free_map(pctl, maps, total);
			return err;
		}
	}
	*map = maps;
	*count = total;
	return 0;
}

static const struct pinctrl_ops pins_ops = {
	.get_groups_count = pins_groups_count,
	.get_group_name = pins_group_name,
	.get_group_pins = pins_group_pins,
	.dt_node_to_map = pins_node_to_map,
	.dt_free_map = pins_free_map,
};

static int pins_functions_count(struct pinctrl_dev *pctl)
{
	return SIM_FUNCTIONS;
}

static const char *pins_function_name(struct pinctrl_dev *pctl,
				      unsigned int function)
{
	return sim_pins_functions[function];
}

static int pins_function_groups(struct pinctrl_dev *pctl, unsigned int function,
				const char * const **groups,
				unsigned int * const count)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);

	*groups = board->gpio.names;
	*count = SIM_LINES;
	return 0;
}

static int pins_set_mux(struct pinctrl_dev *pctl, unsigned int function,
			unsigned int group)
{
	pins_set_function(pctl, group, function);
	return 0;
}

/* A pin that nobody uses is an input. */
static int pins_free(struct pinctrl_dev *pctl, unsigned int pin)
{
	pins_set_function(pctl, pin, SIM_FUNCTION_IN);
	return 0;
}

static void pins_gpio_free(struct pinctrl_dev *pctl,
			   struct pinctrl_gpio_range *range, unsigned int pin)
{
	pins_set_function(pctl, pin, SIM_FUNCTION_IN);
}

static int pins_gpio_direction(struct pinctrl_dev *pctl,
			       struct pinctrl_gpio_range *range,
			       unsigned int pin, bool input)
{
	pins_set_function(pctl, pin,
			  input ? SIM_FUNCTION_IN : SIM_FUNCTION_OUT);
	return 0;
}

static const struct pinmux_ops pins_mux_ops = {
	.free = pins_free,
	.get_functions_count = pins_functions_count,
	.get_function_name = pins_function_name,
	.get_function_groups = pins_function_groups,
	.set_mux = pins_set_mux,
	.gpio_disable_free = pins_gpio_free,
	.gpio_set_direction = pins_gpio_direction,
};

/* Pulls cannot be read back on a BCM2835. */
static int pins_config_get(struct pinctrl_dev *pctl, unsigned int pin,
			   unsigned long *config)
{
	return -ENOTSUPP;
}

static int pins_config_one(struct sim_board *board, unsigned int pin,
			   unsigned long config)
{
	u32 argument = pinconf_to_config_argument(config);

	/* The parameter of brcm,pull is none of the enum's. */
	switch ((u32)pinconf_to_config_param(config)) {
	case PINS_CONFIG_PULL:
		sim_lines_set_pull(board, pin, argument);
		return 0;
	case PIN_CONFIG_BIAS_DISABLE:
		sim_lines_set_pull(board, pin, SIM_PULL_NONE);
		return 0;
	case PIN_CONFIG_BIAS_PULL_DOWN:
		sim_lines_set_pull(board, pin, SIM_PULL_DOWN);
		return 0;
	case PIN_CONFIG_BIAS_PULL_UP:
		sim_lines_set_pull(board, pin, SIM_PULL_UP);
		return 0;
	default:
		return -ENOTSUPP;
	}
}

static int pins_config_set(struct pinctrl_dev *pctl, unsigned int pin,
			   unsigned long *configs, unsigned int count)
{
	struct sim_board *board = pinctrl_dev_get_drvdata(pctl);
	unsigned long flags;
	unsigned int i;
	int err = 0;

	flags = sim_clock_enter(board);
	for (i = 0; i < count && !err; i++)
		err = pins_config_one(board, pin, configs[i]);
	sim_clock_leave(board, flags);
	return err;
}

static const struct pinconf_ops pins_conf_ops = {
	.is_generic = true,
	.pin_config_get = pins_config_get,
	.pin_config_set = pins_config_set,
};

static int pins_describe(struct device *dev, struct sim_gpio *gpio)
{
	unsigned int i;

	for (i = 0; i < SIM_LINES; i++) {
		gpio->names[i] = devm_kasprintf(dev, GFP_KERNEL, "gpio%u", i);
		if (!gpio->names[i])
			return -ENOMEM;
		gpio->pins[i].number = i;
		gpio->pins[i].name = gpio->names[i];
	}
	gpio->pinctrl = (struct pinctrl_desc) {
		.name = dev_name(dev),
		.pins = gpio->pins,
		.npins = SIM_LINES,
		.pctlops = &pins_ops,
		.pmxops = &pins_mux_ops,
		.confops = &pins_conf_ops,
		.owner = THIS_MODULE,
	};
	return 0;
}

int sim_pins_register(struct device *dev, struct sim_gpio *gpio)
{
	struct sim_board *board = container_of(gpio, struct sim_board, gpio);
	int err;

	err = pins_describe(dev, gpio);
	if (err)
		return err;
	return PTR_ERR_OR_ZERO(devm_pinctrl_register(dev, &gpio->pinctrl,
						     board));
}
