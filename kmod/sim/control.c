// SPDX-License-Identifier: GPL-2.0
/*
 * Shows and stores controls. A write may name some of the keys, and is taken as
 * a whole or not at all.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "board.h"
#include "control.h"

#define CONTROL_TEXT_MAX	4096

/* Reads the text of a write; an ERR_PTR, or to be freed with kfree(). */
char *sim_control_text(const char __user *from, size_t size)
{
	if (size >= CONTROL_TEXT_MAX)
		return ERR_PTR(-EINVAL);
	return memdup_user_nul(from, size);
}

/* The keys with @values behind them, which become the present ones. */
static void control_load(struct sim_board *board,
			 const struct sim_control *control,
			 struct sim_key *keys, s64 *values)
{
	unsigned long flags;
	unsigned int i;

	memcpy(keys, control->keys, control->count * sizeof(*keys));
	for (i = 0; i < control->count; i++)
		keys[i].value = &values[i];

	flags = sim_clock_enter(board);
	control->load(board, values);
	sim_clock_leave(board, flags);
}

int sim_control_show(struct seq_file *file, const struct sim_control *control)
{
	struct sim_key keys[SIM_CONTROL_KEYS];
	s64 values[SIM_CONTROL_KEYS];

	control_load(file->private, control, keys, values);
	sim_keys_show(file, keys, control->count);
	return 0;
}

ssize_t sim_control_write(struct file *file, const char __user *from,
			  size_t size, const struct sim_control *control)
{
	struct sim_board *board = file_inode(file)->i_private;
	struct sim_key keys[SIM_CONTROL_KEYS];
	s64 values[SIM_CONTROL_KEYS];
	unsigned long flags;
	char *text;
	int err;

	text = sim_control_text(from, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	control_load(board, control, keys, values);
	err = sim_keys_parse(text, keys, control->count);
	kfree(text);
	if (err)
		return err;

	flags = sim_clock_enter(board);
	control->store(board, values);
	sim_clock_leave(board, flags);
	return size;
}
