// SPDX-License-Identifier: GPL-2.0
/*
 * Boards for machines without a device tree: for each a device of the board, a
 * device of the rover on it with the plain values of a RoboHAT on an Initio
 * chassis, and a table that says which of the board's lines are the rover's.
 *
 * The first board is "rover-sim" with "rover", as where a device tree describes
 * them; further ones are "rover-sim.1" with "rover.1", and so on.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/device/driver.h>
#include <linux/gpio/machine.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "plain.h"

#define PLAIN_BOARDS_MAX	64
#define PLAIN_NAME_SIZE		32

static int boards = -1;
module_param(boards, int, 0444);
MODULE_PARM_DESC(boards,
		 "rovers to create, 0 to 64 (default: 1 without a device tree, 0 with one)");

static bool quadrature;
module_param(quadrature, bool, 0444);
MODULE_PARM_DESC(quadrature,
		 "created rovers have encoders of two lines, and no line sensors (default: N)");

static char *board_properties;
module_param(board_properties, charp, 0444);
MODULE_PARM_DESC(board_properties,
		 "more properties of created boards: NAME=VALUE,NAME,...");

static char *rover_properties;
module_param(rover_properties, charp, 0444);
MODULE_PARM_DESC(rover_properties,
		 "more properties of created rovers: NAME=VALUE,NAME,...");

/* Of one device, the fixed ones included. */
#define PLAIN_PROPERTIES_MAX	32

struct plain {
	struct platform_device *board;
	struct platform_device *rover;
	struct gpiod_lookup_table *lines;
	char chip[PLAIN_NAME_SIZE];
	char consumer[PLAIN_NAME_SIZE];
};

static struct plain *plain_boards;
static unsigned int plain_count;

/* Functions of the lines, as the overlay of the RoboHAT has them. */
static const struct gpiod_lookup plain_lines[] = {
	GPIO_LOOKUP(NULL, 16, "left-in1", 0),
	GPIO_LOOKUP(NULL, 19, "left-in2", 0),
	GPIO_LOOKUP(NULL, 13, "right-in1", 0),
	GPIO_LOOKUP(NULL, 12, "right-in2", 0),
	GPIO_LOOKUP(NULL, 20, "sonar", 0),
	GPIO_LOOKUP(NULL, 25, "pan", 0),
	GPIO_LOOKUP(NULL, 24, "tilt", 0),
	GPIO_LOOKUP(NULL, 4, "obstacle-left", GPIO_ACTIVE_LOW),
	GPIO_LOOKUP(NULL, 17, "obstacle-right", GPIO_ACTIVE_LOW),
};

/* Beside encoders of one line there is room for line sensors. */
static const struct gpiod_lookup plain_single_lines[] = {
	GPIO_LOOKUP(NULL, 22, "left-encoder", 0),
	GPIO_LOOKUP(NULL, 23, "right-encoder", 0),
	GPIO_LOOKUP(NULL, 5, "line-left", 0),
	GPIO_LOOKUP(NULL, 27, "line-right", 0),
};

static const struct gpiod_lookup plain_quadrature_lines[] = {
	GPIO_LOOKUP_IDX(NULL, 27, "left-encoder", 0, 0),
	GPIO_LOOKUP_IDX(NULL, 5, "left-encoder", 1, 0),
	GPIO_LOOKUP_IDX(NULL, 22, "right-encoder", 0, 0),
	GPIO_LOOKUP_IDX(NULL, 23, "right-encoder", 1, 0),
};

#define PLAIN_LINES_MAX	(ARRAY_SIZE(plain_lines) +		\
			 ARRAY_SIZE(plain_single_lines) +	\
			 ARRAY_SIZE(plain_quadrature_lines))

/* As platform devices are named. */
static void plain_name(char name[PLAIN_NAME_SIZE], const char *base, int id)
{
	if (id == PLATFORM_DEVID_NONE)
		strscpy(name, base, PLAIN_NAME_SIZE);
	else
		snprintf(name, PLAIN_NAME_SIZE, "%s.%d", base, id);
}

static unsigned int plain_copy_lines(struct plain *plain, unsigned int to,
				     const struct gpiod_lookup *from,
				     unsigned int count)
{
	for (; count; count--, from++, to++) {
		plain->lines->table[to] = *from;
		plain->lines->table[to].key = plain->chip;
	}
	return to;
}

/* The table ends with an empty entry. */
static int plain_add_lines(struct plain *plain, int id)
{
	unsigned int count;

	plain->lines = kzalloc(struct_size(plain->lines, table,
					   PLAIN_LINES_MAX + 1), GFP_KERNEL);
	if (!plain->lines)
		return -ENOMEM;
	plain_name(plain->chip, "rover-sim-gpio", id);
	plain_name(plain->consumer, "rover", id);
	plain->lines->dev_id = plain->consumer;
	count = plain_copy_lines(plain, 0, plain_lines,
				 ARRAY_SIZE(plain_lines));
	if (quadrature)
		plain_copy_lines(plain, count, plain_quadrature_lines,
				 ARRAY_SIZE(plain_quadrature_lines));
	else
		plain_copy_lines(plain, count, plain_single_lines,
				 ARRAY_SIZE(plain_single_lines));
	gpiod_add_lookup_table(plain->lines);
	return 0;
}

/* A number, a word, or nothing behind the name. */
static struct property_entry plain_property(const char *name, const char *value)
{
	s32 number;

	if (!value)
		return PROPERTY_ENTRY_BOOL(name);
	if (!kstrtos32(value, 0, &number))
		return PROPERTY_ENTRY_U32(name, (u32)number);
	return PROPERTY_ENTRY_STRING(name, value);
}

static int plain_parse(char *text, struct property_entry *entry,
		       unsigned int count)
{
	char *value;

	while ((value = strsep(&text, ","))) {
		const char *name = strsep(&value, "=");

		if (!*name)
			continue;
		if (!count--)
			return -EINVAL;
		*entry++ = plain_property(name, value);
	}
	return 0;
}

/* The properties of @info, behind those that the module was given: they win. */
static struct platform_device *plain_register(struct platform_device_info *info,
					      const char *given)
{
	struct platform_device *pdev = ERR_PTR(-ENOMEM);
	const struct property_entry *fixed = info->properties;
	struct property_entry *all;
	char *text = kstrdup(given ?: "", GFP_KERNEL);
	unsigned int count, room;
	int err;

	for (count = 0; fixed[count].name; count++)
		;
	room = PLAIN_PROPERTIES_MAX - count;
	all = kcalloc(PLAIN_PROPERTIES_MAX + 1, sizeof(*all), GFP_KERNEL);
	if (!text || !all)
		goto free;
	err = plain_parse(text, all, room);
	if (err) {
		pdev = ERR_PTR(err);
		goto free;
	}
	for (count = 0; all[count].name; count++)
		;
	for (; fixed->name; fixed++)
		all[count++] = *fixed;
	info->properties = all;
	pdev = platform_device_register_full(info);
free:
	kfree(all);
	kfree(text);
	return pdev;
}

static int plain_add_board(struct plain *plain, int id)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING("encoder-wiring",
				      quadrature ? "quadrature" : "single"),
		/* No two of them have the same noise. */
		PROPERTY_ENTRY_U32("seed", id == PLATFORM_DEVID_NONE ? 1 : id + 1),
		{ }
	};
	struct platform_device_info info = {
		.name = "rover-sim",
		.id = id,
		.properties = properties,
	};

	plain->board = plain_register(&info, board_properties);
	return PTR_ERR_OR_ZERO(plain->board);
}

static int plain_add_rover(struct plain *plain, int id)
{
	static const char * const compatible[] = {
		"4tronix,robohat", "gpio-rover"
	};
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING_ARRAY("compatible", compatible),
		PROPERTY_ENTRY_STRING("drive-mode", "in-in"),
		PROPERTY_ENTRY_U32("counts-per-revolution", quadrature ? 72 : 36),
		PROPERTY_ENTRY_U32("wheel-circumference-um", 174000),
		PROPERTY_ENTRY_U32("track-width-um", 136000),
		PROPERTY_ENTRY_U32("deadman-ms", 1000),
		{ }
	};
	struct platform_device_info info = {
		.name = "rover",
		.id = id,
		.properties = properties,
	};

	plain->rover = plain_register(&info, rover_properties);
	return PTR_ERR_OR_ZERO(plain->rover);
}

static int plain_add(struct plain *plain, int id)
{
	int err;

	err = plain_add_board(plain, id);
	if (err)
		return err;
	err = plain_add_lines(plain, id);
	if (err)
		goto remove_board;
	err = plain_add_rover(plain, id);
	if (err)
		goto remove_lines;
	return 0;

remove_lines:
	gpiod_remove_lookup_table(plain->lines);
	kfree(plain->lines);
remove_board:
	platform_device_unregister(plain->board);
	return err;
}

/* The rover leaves before its lines do. */
static void plain_remove(struct plain *plain)
{
	platform_device_unregister(plain->rover);
	gpiod_remove_lookup_table(plain->lines);
	kfree(plain->lines);
	platform_device_unregister(plain->board);
}

/* A device tree may have a board, and with it the plain names. */
static int plain_first_id(void)
{
	struct device_node *np;

	np = of_find_compatible_node(NULL, NULL, "rover,sim-board");
	of_node_put(np);
	return np ? 1 : PLATFORM_DEVID_NONE;
}

/**
 * sim_plain_remove() - remove what sim_plain_add() created
 */
void sim_plain_remove(void)
{
	while (plain_count)
		plain_remove(&plain_boards[--plain_count]);
	kfree(plain_boards);
	plain_boards = NULL;
}

/**
 * sim_plain_add() - create as many boards as the module was asked for
 *
 * Return: 0 or a negative error; then there are none.
 */
int sim_plain_add(void)
{
	int id = plain_first_id();
	int err = 0;

	if (boards < 0)
		boards = of_have_populated_dt() ? 0 : 1;
	if (boards > PLAIN_BOARDS_MAX)
		return -EINVAL;
	if (!boards)
		return 0;
	/* Rovers of a device tree may have waited for us: they have lower numbers. */
	if (id != PLATFORM_DEVID_NONE)
		wait_for_device_probe();
	plain_boards = kcalloc(boards, sizeof(*plain_boards), GFP_KERNEL);
	if (!plain_boards)
		return -ENOMEM;
	while (!err && plain_count < boards) {
		err = plain_add(&plain_boards[plain_count], id);
		if (!err)
			plain_count++;
		id = id == PLATFORM_DEVID_NONE ? 1 : id + 1;
	}
	if (err)
		sim_plain_remove();
	return err;
}
