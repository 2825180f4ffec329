/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What controls in debugfs are made of: a file of "key=value" lines whose values
 * come from the board and go back to it.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CONTROL_H
#define ROVER_SIM_CONTROL_H

#include <linux/fs.h>
#include <linux/seq_file.h>

#include "keys.h"

struct sim_board;

#define SIM_CONTROL_KEYS	20

/*
 * @load takes the present values of the keys from the board, @store gives it new
 * ones; both are called under the board's lock. The keys' value pointers are
 * filled in when the control is used.
 */
struct sim_control {
	void (*load)(struct sim_board *board, s64 *values);
	void (*store)(struct sim_board *board, const s64 *values);
	unsigned int count;
	struct sim_key keys[SIM_CONTROL_KEYS];
};

char *sim_control_text(const char __user *from, size_t size);
int sim_control_show(struct seq_file *file, const struct sim_control *control);
ssize_t sim_control_write(struct file *file, const char __user *from,
			  size_t size, const struct sim_control *control);

/* Defines NAME_fops for the control NAME_control; the board is the inode's. */
#define SIM_CONTROL_FILE(name)						\
static int name##_show(struct seq_file *file, void *unused)		\
{									\
	return sim_control_show(file, &name##_control);			\
}									\
static int name##_open(struct inode *inode, struct file *file)		\
{									\
	return single_open(file, name##_show, inode->i_private);	\
}									\
static ssize_t name##_write(struct file *file, const char __user *from,	\
			    size_t size, loff_t *pos)			\
{									\
	return sim_control_write(file, from, size, &name##_control);	\
}									\
static const struct file_operations name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = name##_open,						\
	.read = seq_read,						\
	.write = name##_write,						\
	.llseek = seq_lseek,						\
	.release = single_release,					\
}

#endif
