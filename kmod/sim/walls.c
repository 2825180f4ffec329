// SPDX-License-Identifier: GPL-2.0
/*
 * The files "walls", one wall a line, "x1 y1 x2 y2", and "floor", one dark stripe
 * a line, "x1 y1 x2 y2 width", all in mm. A write replaces all of them, so an
 * empty one leaves none.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "board.h"
#include "control.h"
#include "walls.h"

#define WALLS_NUMBERS		5
#define WALLS_WIDTH_MAX_MM	10000

/* One line of exactly so many numbers, each within the world. */
static int walls_numbers(char *line, s32 *mm, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		char *token = strsep(&line, " ");

		if (!token || kstrtos32(token, 0, &mm[i]) ||
		    mm[i] < -SIM_WORLD_MM || mm[i] > SIM_WORLD_MM)
			return -EINVAL;
	}
	return line ? -EINVAL : 0;
}

static struct sim_wall walls_wall(const s32 *mm)
{
	return (struct sim_wall) { mm[0], mm[1], mm[2], mm[3] };
}

static int walls_parse_walls(char *text, struct sim_world *world)
{
	s32 mm[WALLS_NUMBERS];
	char *line;

	world->count = 0;
	while ((line = strsep(&text, "\n"))) {
		if (!*line)
			continue;
		if (world->count == SIM_WALLS || walls_numbers(line, mm, 4))
			return -EINVAL;
		world->walls[world->count++] = walls_wall(mm);
	}
	return 0;
}

static int walls_parse_floor(char *text, struct sim_world *world)
{
	s32 mm[WALLS_NUMBERS];
	char *line;

	world->stripe_count = 0;
	while ((line = strsep(&text, "\n"))) {
		struct sim_stripe *stripe = &world->stripes[world->stripe_count];

		if (!*line)
			continue;
		if (world->stripe_count == SIM_STRIPES ||
		    walls_numbers(line, mm, 5) || mm[4] < 1 ||
		    mm[4] > WALLS_WIDTH_MAX_MM)
			return -EINVAL;
		stripe->middle = walls_wall(mm);
		stripe->width_mm = mm[4];
		world->stripe_count++;
	}
	return 0;
}

static struct sim_world *walls_take(struct sim_board *board)
{
	struct sim_world *world = kzalloc(sizeof(*world), GFP_KERNEL);
	unsigned long flags;

	if (!world)
		return NULL;
	flags = sim_clock_enter(board);
	*world = board->world;
	sim_clock_leave(board, flags);
	return world;
}

static int walls_show(struct seq_file *file, void *unused)
{
	struct sim_world *world = walls_take(file->private);
	unsigned int i;

	if (!world)
		return -ENOMEM;
	for (i = 0; i < world->count; i++)
		seq_printf(file, "%d %d %d %d\n", world->walls[i].x1_mm,
			   world->walls[i].y1_mm, world->walls[i].x2_mm,
			   world->walls[i].y2_mm);
	kfree(world);
	return 0;
}

static int floor_show(struct seq_file *file, void *unused)
{
	struct sim_world *world = walls_take(file->private);
	unsigned int i;

	if (!world)
		return -ENOMEM;
	for (i = 0; i < world->stripe_count; i++) {
		const struct sim_stripe *stripe = &world->stripes[i];

		seq_printf(file, "%d %d %d %d %d\n", stripe->middle.x1_mm,
			   stripe->middle.y1_mm, stripe->middle.x2_mm,
			   stripe->middle.y2_mm, stripe->width_mm);
	}
	kfree(world);
	return 0;
}

static int walls_open(struct inode *inode, struct file *file)
{
	return single_open(file, walls_show, inode->i_private);
}

static ssize_t walls_store(struct file *file, const char __user *from,
			   size_t size,
			   int (*parse)(char *text, struct sim_world *world))
{
	struct sim_board *board = file_inode(file)->i_private;
	struct sim_world *world;
	unsigned long flags;
	char *text;
	int err;

	text = sim_control_text(from, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	world = walls_take(board);
	err = world ? parse(text, world) : -ENOMEM;
	if (!err) {
		flags = sim_clock_enter(board);
		board->world = *world;
		sim_chassis_world_changed(board);
		sim_clock_leave(board, flags);
	}
	kfree(world);
	kfree(text);
	return err ?: size;
}

static ssize_t walls_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
{
	return walls_store(file, from, size, walls_parse_walls);
}

static int floor_open(struct inode *inode, struct file *file)
{
	return single_open(file, floor_show, inode->i_private);
}

static ssize_t floor_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
{
	return walls_store(file, from, size, walls_parse_floor);
}

static const struct file_operations floor_fops = {
	.owner = THIS_MODULE,
	.open = floor_open,
	.read = seq_read,
	.write = floor_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static const struct file_operations walls_fops = {
	.owner = THIS_MODULE,
	.open = walls_open,
	.read = seq_read,
	.write = walls_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void sim_walls_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("walls", 0600, dir, board, &walls_fops);
	debugfs_create_file("floor", 0600, dir, board, &floor_fops);
}
