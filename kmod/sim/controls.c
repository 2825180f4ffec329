// SPDX-License-Identifier: GPL-2.0
/*
 * The controls of a board: the hand that moves the rover and steals its
 * interrupts.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/string.h>

#include "board.h"
#include "control.h"
#include "controls.h"

/* 200 m/s is 41 000 edges a second on each line of an Initio's encoder. */
#define FORCE_MAX_UM_S		200000000LL

static const char * const force_off[] = { "off", NULL };

static void force_load(struct sim_board *board, s64 *values)
{
	enum sim_side side;

	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		const struct sim_wheel *wheel = &board->chassis.wheel[side];

		values[side] = wheel->forced ?
			div_s64(wheel->forced_nm_s, 1000) : SIM_KEY_WORD(0);
	}
}

static void force_store(struct sim_board *board, const s64 *values)
{
	enum sim_side side;

	for (side = SIM_LEFT; side < SIM_SIDES; side++)
		sim_chassis_force(board, side, values[side] != SIM_KEY_WORD(0),
				  values[side]);
}

static const struct sim_control force_control = {
	.load = force_load,
	.store = force_store,
	.count = 2,
	.keys = {
		{ "left", NULL, -FORCE_MAX_UM_S, FORCE_MAX_UM_S, force_off },
		{ "right", NULL, -FORCE_MAX_UM_S, FORCE_MAX_UM_S, force_off },
	},
};

SIM_CONTROL_FILE(force);

#define POSE_MAX_UM		(SIM_WORLD_MM * 1000LL)
#define POSE_MAX_URAD		1000000000LL

static void pose_load(struct sim_board *board, s64 *values)
{
	const struct sim_pose *pose = &board->chassis.pose;

	sim_chassis_bring_up(board);
	values[0] = sim_pose_x_um(pose);
	values[1] = sim_pose_y_um(pose);
	values[2] = sim_pose_heading_urad(pose);
}

static void pose_store(struct sim_board *board, const s64 *values)
{
	sim_pose_set(board, values[0], values[1], values[2]);
}

static const struct sim_control pose_control = {
	.load = pose_load,
	.store = pose_store,
	.count = 3,
	.keys = {
		{ "x_um", NULL, -POSE_MAX_UM, POSE_MAX_UM },
		{ "y_um", NULL, -POSE_MAX_UM, POSE_MAX_UM },
		{ "heading_urad", NULL, -POSE_MAX_URAD, POSE_MAX_URAD },
	},
};

SIM_CONTROL_FILE(pose);

static void air_load(struct sim_board *board, s64 *values)
{
	values[0] = board->sonars.air_millicelsius;
	values[1] = board->sonars.noise_um;
}

static void air_store(struct sim_board *board, const s64 *values)
{
	board->sonars.air_millicelsius = values[0];
	board->sonars.noise_um = values[1];
}

static const struct sim_control air_control = {
	.load = air_load,
	.store = air_store,
	.count = 2,
	.keys = {
		{ "temperature_mc", NULL, -100000, 100000 },
		{ "noise_um", NULL, 0, SIM_SONAR_NOISE_MAX_UM },
	},
};

SIM_CONTROL_FILE(air);

/* Long enough for any test, too short for the kernel's watchdogs. */
#define IRQS_OFF_MAX_US		100000
#define IRQS_OFF_WAIT_MAX_US	1000000000LL

static void irqs_off_load(struct sim_board *board, s64 *values)
{
	const struct sim_irqs_off *off = &board->clock.irqs_off;

	values[0] = 0;
	values[1] = div_u64(off->off_ns, NSEC_PER_USEC);
	values[2] = div_u64(off->period_ns, NSEC_PER_USEC);
	values[3] = off->count;
	values[4] = 0;
}

static void irqs_off_store(struct sim_board *board, const s64 *values)
{
	u64 delay_ns = values[0] * NSEC_PER_USEC;

	board->clock.irqs_off = (struct sim_irqs_off) {
		.start_ns = values[4] ? SIM_NEVER : board->now_ns + delay_ns,
		.delay_ns = delay_ns,
		.after_ping = values[4],
		.off_ns = values[1] * NSEC_PER_USEC,
		.period_ns = values[2] * NSEC_PER_USEC,
		.count = values[3],
	};
}

static const struct sim_control irqs_off_control = {
	.load = irqs_off_load,
	.store = irqs_off_store,
	.count = 5,
	.keys = {
		{ "delay_us", NULL, 0, IRQS_OFF_WAIT_MAX_US },
		{ "off_us", NULL, 0, IRQS_OFF_MAX_US },
		{ "period_us", NULL, 0, IRQS_OFF_WAIT_MAX_US },
		{ "count", NULL, 0, U32_MAX },
		{ "after_ping", NULL, 0, 1 },
	},
};

SIM_CONTROL_FILE(irqs_off);

static void irq_times_load(struct sim_board *board, s64 *values)
{
	values[0] = board->clock.times;
}

static void irq_times_store(struct sim_board *board, const s64 *values)
{
	board->clock.handled = 0;
	board->clock.handled_ns = 0;
	WRITE_ONCE(board->clock.times, values[0]);
}

static const struct sim_control irq_times_control = {
	.load = irq_times_load,
	.store = irq_times_store,
	.count = 1,
	.keys = { { "measure", NULL, 0, 1 } },
};

SIM_CONTROL_FILE(irq_times);

/* Starts the noise anew. Reads as the last seed given. */
static void seed_load(struct sim_board *board, s64 *values)
{
	values[0] = board->seed;
}

static void seed_store(struct sim_board *board, const s64 *values)
{
	board->seed = values[0];
	sim_sonar_seed(board, board->seed);
	sim_faults_seed(board, board->seed);
	sim_chatter_seed(board, board->seed);
	sim_chassis_bring_up(board);
	sim_motors_draw(board);
	sim_chassis_bring_up(board);
}

static const struct sim_control seed_control = {
	.load = seed_load,
	.store = seed_store,
	.count = 1,
	.keys = { { "seed", NULL, 0, U32_MAX } },
};

SIM_CONTROL_FILE(seed);

/*
 * Everything as when the board was bound, but for what belongs to the driver:
 * the lines it drives, the PWM settings, the wheels' angles.
 */
static void reset_store(struct sim_board *board)
{
	static const s64 force[] = { SIM_KEY_WORD(0), SIM_KEY_WORD(0) };
	const s64 seed = board->config.seed;

	force_store(board, force);
	sim_chatter_reset(board);
	sim_faults_reset(board);
	memset(&board->clock.irqs_off, 0, sizeof(board->clock.irqs_off));
	WRITE_ONCE(board->clock.times, false);
	board->sonars.air_millicelsius = board->config.air_millicelsius;
	board->sonars.noise_um = 0;
	seed_store(board, &seed);
	sim_motors_reset(board);
	sim_world_init(&board->world);
	sim_servo_reset(board);
	sim_pose_set(board, 0, 0, 0);
	sim_sensors_reset(board);
	sim_chassis_reset_counts(board);
	sim_sonar_reset_counts(board);
	sim_lines_reset_counts(board);
}

static ssize_t reset_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
{
	struct sim_board *board = file_inode(file)->i_private;
	unsigned long flags;
	unsigned int one;
	int err;

	err = kstrtouint_from_user(from, size, 0, &one);
	if (err || one != 1)
		return err ?: -EINVAL;
	flags = sim_clock_enter(board);
	reset_store(board);
	sim_clock_leave(board, flags);
	return size;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = reset_write,
};

void sim_controls_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("force", 0600, dir, board, &force_fops);
	debugfs_create_file("pose", 0600, dir, board, &pose_fops);
	debugfs_create_file("air", 0600, dir, board, &air_fops);
	debugfs_create_file("irqs_off", 0600, dir, board, &irqs_off_fops);
	debugfs_create_file("irq_times", 0600, dir, board, &irq_times_fops);
	debugfs_create_file("seed", 0600, dir, board, &seed_fops);
	debugfs_create_file("reset", 0200, dir, board, &reset_fops);
}
