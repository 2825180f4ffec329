// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs: what the driver itself costs and loses
 *
 *   /sys/kernel/debug/rover/timing		1: time the handlers of all rovers
 *   /sys/kernel/debug/rover/roverN/handlers	what that found
 *   /sys/kernel/debug/rover/roverN/ticks	control ticks: how late, how many missed
 *   /sys/kernel/debug/rover/roverN/stops	from their cause to the bridges being off
 *   /sys/kernel/debug/rover/roverN/events	records, and how many were lost
 *   /sys/kernel/debug/rover/roverN/sensors	changes that were too short to be told
 *   /sys/kernel/debug/rover/roverN/reset	1: all of these anew
 *
 * Lines of key=value; not ABI.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "rover.h"

static struct dentry *debugfs_root;

static const char *const debugfs_handlers[ROVER_TIMINGS] = {
	[ROVER_TIMING_ENCODER] = "encoder",
	[ROVER_TIMING_ECHO] = "echo",
	[ROVER_TIMING_PWM] = "pwm",
	[ROVER_TIMING_TICK] = "tick",
	[ROVER_TIMING_CONTROL] = "control",
	[ROVER_TIMING_SERVO] = "servo",
	[ROVER_TIMING_SENSOR] = "sensor",
};

static int handlers_show(struct seq_file *seq, void *unused)
{
	struct rover *rover = seq->private;
	int i;

	for (i = 0; i < ROVER_TIMINGS; i++) {
		struct rover_timing_handler *handler = &rover->timing.handler[i];
		const char *name = debugfs_handlers[i];
		u32 count = atomic_read(&handler->count);
		u64 total_ns = atomic64_read(&handler->total_ns);

		seq_printf(seq, "%s_count=%u\n", name, count);
		seq_printf(seq, "%s_mean_ns=%llu\n", name, count ? div_u64(total_ns, count) : 0);
		seq_printf(seq, "%s_max_ns=%d\n", name, atomic_read(&handler->max_ns));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(handlers);

static int ticks_show(struct seq_file *seq, void *unused)
{
	struct rover *rover = seq->private;
	/* The worker may note a tick meanwhile. */
	struct rover_worker_stats stats = data_race(rover->worker.stats);

	seq_printf(seq, "count=%llu\n", stats.ticks);
	seq_printf(seq, "overruns=%llu\n", stats.overruns);
	seq_printf(seq, "late_ns=%llu\n", stats.late_ns);
	seq_printf(seq, "late_max_ns=%llu\n", stats.late_worst_ns);
	seq_printf(seq, "took_ns=%llu\n", stats.took_ns);
	seq_printf(seq, "took_max_ns=%llu\n", stats.took_worst_ns);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ticks);

static int stops_show(struct seq_file *seq, void *unused)
{
	struct rover *rover = seq->private;
	struct rover_drive_latency latency;

	raw_spin_lock_irq(&rover->drive.lock);
	latency = rover->drive.latency;
	raw_spin_unlock_irq(&rover->drive.lock);
	seq_printf(seq, "count=%llu\n", (u64)latency.stops);
	seq_printf(seq, "last_ns=%llu\n", (u64)latency.last_ns);
	seq_printf(seq, "worst_ns=%llu\n", (u64)latency.worst_ns);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stops);

static int events_show(struct seq_file *seq, void *unused)
{
	struct rover *rover = seq->private;
	struct rover_event_counts counts;

	rover_event_count(rover, &counts);
	seq_printf(seq, "pushed=%llu\n", counts.pushed);
	seq_printf(seq, "ring_lost=%llu\n", counts.ring_lost);
	seq_printf(seq, "queue_lost=%llu\n", counts.queue_lost);
	seq_printf(seq, "files=%u\n", counts.files);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(events);

static int sensors_show(struct seq_file *seq, void *unused)
{
	struct rover *rover = seq->private;
	unsigned int i;

	for (i = 0; i < ROVER_SENSORS; i++)
		if (rover->board.sensors & BIT(i))
			seq_printf(seq, "%s_glitches=%u\n", rover_board_sensors[i],
				   rover_digital_glitches(rover, i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sensors);

static ssize_t reset_write(struct file *file, const char __user *user, size_t count, loff_t *pos)
{
	struct rover *rover = file->private_data;
	bool reset;
	int err;

	err = kstrtobool_from_user(user, count, &reset);
	if (err)
		return err;
	if (!reset)
		return -EINVAL;
	rover_timing_reset(rover);
	/* A tick that is noted meanwhile may count, or not. */
	data_race(rover->worker.stats = (struct rover_worker_stats){});
	rover_event_reset_counts(rover);
	rover_digital_reset_glitches(rover);
	raw_spin_lock_irq(&rover->drive.lock);
	rover->drive.latency = (struct rover_drive_latency){};
	raw_spin_unlock_irq(&rover->drive.lock);
	return count;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = reset_write,
};

static ssize_t timing_read(struct file *file, char __user *user, size_t count, loff_t *pos)
{
	const char *text = static_key_enabled(&rover_timing_key) ? "1\n" : "0\n";

	return simple_read_from_buffer(user, count, pos, text, 2);
}

static ssize_t timing_write(struct file *file, const char __user *user, size_t count, loff_t *pos)
{
	bool on;
	int err;

	err = kstrtobool_from_user(user, count, &on);
	if (err)
		return err;
	if (on)
		static_branch_enable(&rover_timing_key);
	else
		static_branch_disable(&rover_timing_key);
	return count;
}

static const struct file_operations timing_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = timing_read,
	.write = timing_write,
};

/* Waits for those who are in one of the files. */
static void debugfs_remove_rover(void *data)
{
	debugfs_remove_recursive(data);
}

/**
 * rover_debugfs_add() - the folder of a rover
 * @rover: the rover
 *
 * Undone by devm. A kernel without debugfs has no folder, and that is no error.
 *
 * Return: 0 or -ENOMEM.
 */
int rover_debugfs_add(struct rover *rover)
{
	struct dentry *folder = debugfs_create_dir(dev_name(&rover->dev), debugfs_root);

	debugfs_create_file("handlers", 0444, folder, rover, &handlers_fops);
	debugfs_create_file("ticks", 0444, folder, rover, &ticks_fops);
	debugfs_create_file("stops", 0444, folder, rover, &stops_fops);
	debugfs_create_file("events", 0444, folder, rover, &events_fops);
	debugfs_create_file("sensors", 0444, folder, rover, &sensors_fops);
	debugfs_create_file("reset", 0200, folder, rover, &reset_fops);
	return devm_add_action_or_reset(rover->hardware, debugfs_remove_rover, folder);
}

/**
 * rover_debugfs_init() - the folder of all rovers
 */
void rover_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("rover", NULL);
	debugfs_create_file("timing", 0644, debugfs_root, NULL, &timing_fops);
}

/**
 * rover_debugfs_exit() - no more
 */
void rover_debugfs_exit(void)
{
	debugfs_remove_recursive(debugfs_root);
}
