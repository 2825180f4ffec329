// SPDX-License-Identifier: GPL-2.0
/*
 * The edge log, and its file: a header line, then "t_ns line level" for each
 * transition, oldest first. Writing a mask of lines starts it anew, 0 ends it.
 * When the ring is full, the oldest transitions give way.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include "board.h"

void sim_edgelog_add(struct sim_board *board, unsigned int line, bool level)
{
	struct sim_edgelog *log = &board->log;
	struct sim_edge *edge;

	if (!(log->mask & BIT_ULL(line)))
		return;
	edge = &log->ring[log->count++ % SIM_EDGELOG_SIZE];
	edge->t_ns = board->now_ns;
	edge->line = line;
	edge->level = level;
}

static u64 edgelog_lost(const struct sim_edgelog *log)
{
	return log->count > SIM_EDGELOG_SIZE ? log->count - SIM_EDGELOG_SIZE : 0;
}

/* Position 0 is the header; position n is the n-th edge, if still there. */
static void *edgelog_seek(struct sim_board *board, loff_t *pos)
{
	unsigned long flags;
	u64 lost, count;

	flags = sim_clock_enter(board);
	lost = edgelog_lost(&board->log);
	count = board->log.count;
	sim_clock_leave(board, flags);

	if (*pos && *pos <= lost)
		*pos = lost + 1;
	return *pos <= count ? pos : NULL;
}

static void *edgelog_start(struct seq_file *file, loff_t *pos)
{
	return edgelog_seek(file->private, pos);
}

static void *edgelog_next(struct seq_file *file, void *at, loff_t *pos)
{
	++*pos;
	return edgelog_seek(file->private, pos);
}

static void edgelog_stop(struct seq_file *file, void *at)
{
}

static void edgelog_show_header(struct seq_file *file,
				const struct sim_edgelog *log)
{
	seq_printf(file, "# mask=%#llx edges=%llu overflow=%llu\n", log->mask,
		   log->count, edgelog_lost(log));
}

static int edgelog_show(struct seq_file *file, void *at)
{
	struct sim_board *board = file->private;
	struct sim_edgelog log;
	u64 index = *(loff_t *)at;
	struct sim_edge edge = {};
	unsigned long flags;

	flags = sim_clock_enter(board);
	log = board->log;
	if (index && log.ring)
		edge = log.ring[(index - 1) % SIM_EDGELOG_SIZE];
	sim_clock_leave(board, flags);

	if (!index)
		edgelog_show_header(file, &log);
	else if (log.ring)
		seq_printf(file, "%llu %u %u\n", edge.t_ns, edge.line,
			   edge.level);
	return 0;
}

static const struct seq_operations edgelog_seq_ops = {
	.start = edgelog_start,
	.next = edgelog_next,
	.stop = edgelog_stop,
	.show = edgelog_show,
};

static int edgelog_open(struct inode *inode, struct file *file)
{
	int err = seq_open(file, &edgelog_seq_ops);

	if (!err)
		((struct seq_file *)file->private_data)->private =
			inode->i_private;
	return err;
}

static void edgelog_switch(struct sim_board *board, u64 mask,
			   struct sim_edge *ring)
{
	struct sim_edge *old;
	unsigned long flags;

	flags = sim_clock_enter(board);
	old = board->log.ring;
	board->log.ring = ring;
	board->log.mask = mask;
	board->log.count = 0;
	sim_clock_leave(board, flags);
	vfree(old);
}

static ssize_t edgelog_write(struct file *file, const char __user *from,
			     size_t size, loff_t *pos)
{
	struct sim_board *board = file_inode(file)->i_private;
	struct sim_edge *ring = NULL;
	u64 mask;
	int err;

	err = kstrtoull_from_user(from, size, 0, &mask);
	if (err)
		return err;
	if (mask >> SIM_LINES)
		return -EINVAL;
	if (mask) {
		ring = vzalloc(array_size(SIM_EDGELOG_SIZE, sizeof(*ring)));
		if (!ring)
			return -ENOMEM;
	}
	edgelog_switch(board, mask, ring);
	return size;
}

static const struct file_operations edgelog_fops = {
	.owner = THIS_MODULE,
	.open = edgelog_open,
	.read = seq_read,
	.write = edgelog_write,
	.llseek = seq_lseek,
	.release = seq_release,
};

void sim_edgelog_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("edges", 0600, dir, board, &edgelog_fops);
}

/* The files are gone by now. */
void sim_edgelog_free(struct sim_board *board)
{
	edgelog_switch(board, 0, NULL);
}
