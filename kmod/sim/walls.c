// SPDX-License-Identifier: GPL-2.0
/*
 * The file "walls": one wall a line, "x1 y1 x2 y2" in mm. A write replaces all
 * of them, so an empty one tears them down.
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

static bool walls_coordinate(char **text, s32 *mm)
{
	char *token = strsep(text, " ");

	return token && !kstrtos32(token, 0, mm) &&
	       *mm >= -SIM_WORLD_MM && *mm <= SIM_WORLD_MM;
}

static int walls_parse(char *text, struct sim_world *world)
{
	char *line;

	world->count = 0;
	while ((line = strsep(&text, "\n"))) {
		struct sim_wall *wall = &world->walls[world->count];

		if (!*line)
			continue;
		if (world->count == SIM_WALLS ||
		    !walls_coordinate(&line, &wall->x1_mm) ||
		    !walls_coordinate(&line, &wall->y1_mm) ||
		    !walls_coordinate(&line, &wall->x2_mm) ||
		    !walls_coordinate(&line, &wall->y2_mm) || line)
			return -EINVAL;
		world->count++;
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

static int walls_open(struct inode *inode, struct file *file)
{
	return single_open(file, walls_show, inode->i_private);
}

static ssize_t walls_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
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
	err = world ? walls_parse(text, world) : -ENOMEM;
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
}
