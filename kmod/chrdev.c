// SPDX-License-Identifier: GPL-2.0
/*
 * chrdev: /dev/rover: ioctl and poll
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/build_bug.h>
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "chrdev.h"
#include "rover.h"
#include "telemetry.h"

/**
 * struct chrdev_file - one open file description
 * @rover: kept by the file
 * @lease: its own
 * @may_drive: open for writing
 */
struct chrdev_file {
	struct rover *rover;
	struct rover_lease lease;
	bool may_drive;
};

/* The kernel's copy of a call's structure. */
union chrdev_argument {
	struct rover_info info;
	struct rover_snapshot snapshot;
	struct rover_range range;
	struct rover_take take;
	struct rover_stop stop;
	struct rover_duty duty;
	struct rover_settings settings;
};

/* One layout for 32 and 64 bit, without holes: these sizes only grow, at their end. */
static_assert(sizeof(struct rover_info) == 192);
static_assert(sizeof(struct rover_snapshot) == 248);
static_assert(sizeof(struct rover_range) == 32);
static_assert(sizeof(struct rover_wheel) == 40);
static_assert(sizeof(struct rover_take) == 8);
static_assert(sizeof(struct rover_stop) == 8);
static_assert(sizeof(struct rover_duty) == 24);
static_assert(sizeof(struct rover_speed) == 32);
static_assert(sizeof(struct rover_twist) == 32);
static_assert(sizeof(struct rover_path) == 32);
static_assert(sizeof(struct rover_look) == 16);
static_assert(sizeof(struct rover_pose) == 32);
static_assert(sizeof(struct rover_settings) == 88);
static_assert(sizeof(struct rover_sonar_range) == 56);
static_assert(sizeof(struct rover_event) == 64);
static_assert(sizeof(struct rover_subscribe) == 40);
static_assert(sizeof(struct rover_report) == 8);
static_assert(sizeof(struct rover_record) == 8);
static_assert(sizeof(struct rover_sample) == 128);
static_assert(sizeof(struct rover_mapping) == 48);

static int chrdev_info(struct chrdev_file *file, union chrdev_argument *arg)
{
	rover_telemetry_info(file->rover, &arg->info);
	return 0;
}

static int chrdev_snapshot(struct chrdev_file *file, union chrdev_argument *arg)
{
	rover_telemetry_snapshot(file->rover, &file->lease, &arg->snapshot);
	return 0;
}

static int chrdev_ping(struct chrdev_file *file, union chrdev_argument *arg)
{
	return rover_sonar_measure(file->rover, 0, 0, &arg->range);
}

static int chrdev_take(struct chrdev_file *file, union chrdev_argument *arg)
{
	if (arg->take.flags & ~(ROVER_TAKE_FORCE | ROVER_TAKE_DEADMAN))
		return -EINVAL;
	if (arg->take.deadman_ms && !(arg->take.flags & ROVER_TAKE_DEADMAN))
		return -EINVAL;
	return rover_lease_take(file->rover, &file->lease, &arg->take);
}

static int chrdev_release_lease(struct chrdev_file *file, union chrdev_argument *arg)
{
	return rover_lease_release(file->rover, &file->lease);
}

static int chrdev_feed(struct chrdev_file *file, union chrdev_argument *arg)
{
	return rover_drive_feed(file->rover, &file->lease);
}

static int chrdev_stop(struct chrdev_file *file, union chrdev_argument *arg)
{
	if (arg->stop.reserved || arg->stop.mode > ROVER_STOP_BRAKE)
		return -EINVAL;
	return rover_drive_stop(file->rover, arg->stop.mode);
}

static int chrdev_settings(struct chrdev_file *file, union chrdev_argument *arg)
{
	rover_settings_get(file->rover, &arg->settings);
	return 0;
}

static int chrdev_configure(struct chrdev_file *file, union chrdev_argument *arg)
{
	return rover_settings_configure(file->rover, &file->lease, &arg->settings);
}

static int chrdev_duty(struct chrdev_file *file, union chrdev_argument *arg)
{
	s32 duty_permille[ROVER_SIDES] = {
		arg->duty.left_permille, arg->duty.right_permille,
	};
	int err;

	if (arg->duty.flags || arg->duty.reserved)
		return -EINVAL;
	err = rover_drive_duty(file->rover, &file->lease, duty_permille);
	arg->duty.left_permille = duty_permille[ROVER_LEFT];
	arg->duty.right_permille = duty_permille[ROVER_RIGHT];
	return err;
}

/**
 * struct chrdev_call - one ioctl
 * @cmd: as in the ABI; dispatch is on its type and number, not on its size
 * @driver: needs a file open for writing
 * @waits: waits for a measurement, so it must not hold up an unbind
 * @call: does it
 */
struct chrdev_call {
	unsigned int cmd;
	bool driver;
	bool waits;
	int (*call)(struct chrdev_file *file, union chrdev_argument *arg);
};

static const struct chrdev_call chrdev_calls[] = {
	{ ROVER_IOC_SNAPSHOT, false, false, chrdev_snapshot },
	{ ROVER_IOC_DUTY, true, false, chrdev_duty },
	{ ROVER_IOC_FEED, true, false, chrdev_feed },
	{ ROVER_IOC_STOP, false, false, chrdev_stop },
	{ ROVER_IOC_PING, false, true, chrdev_ping },
	{ ROVER_IOC_TAKE, true, false, chrdev_take },
	{ ROVER_IOC_RELEASE, true, false, chrdev_release_lease },
	{ ROVER_IOC_INFO, false, false, chrdev_info },
	{ ROVER_IOC_SETTINGS, false, false, chrdev_settings },
	{ ROVER_IOC_CONFIGURE, true, false, chrdev_configure },
};

static const struct chrdev_call *chrdev_find(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chrdev_calls); i++)
		if (_IOC_TYPE(cmd) == _IOC_TYPE(chrdev_calls[i].cmd) &&
		    _IOC_NR(cmd) == _IOC_NR(chrdev_calls[i].cmd))
			return &chrdev_calls[i];
	return NULL;
}

/*
 * The caller's structure, zero-filled or with a zero tail. A call that has a
 * structure to read must be given some of it.
 */
static int chrdev_copy_in(union chrdev_argument *arg, const struct chrdev_call *call,
			  unsigned int cmd, const void __user *user)
{
	if (!(_IOC_DIR(call->cmd) & _IOC_WRITE))
		return 0;
	if (!_IOC_SIZE(cmd))
		return -EINVAL;
	return copy_struct_from_user(arg, _IOC_SIZE(call->cmd), user, _IOC_SIZE(cmd));
}

/* What the caller has room for; zero where he has more than we know. */
static int chrdev_copy_out(const union chrdev_argument *arg, const struct chrdev_call *call,
			   unsigned int cmd, void __user *user)
{
	size_t known = _IOC_SIZE(call->cmd), room = _IOC_SIZE(cmd);

	if (!(_IOC_DIR(call->cmd) & _IOC_READ))
		return 0;
	if (copy_to_user(user, arg, min(known, room)))
		return -EFAULT;
	if (room > known && clear_user(user + known, room - known))
		return -EFAULT;
	return 0;
}

static int chrdev_call_present(const struct chrdev_call *call, struct chrdev_file *file,
			       union chrdev_argument *arg)
{
	struct rover *rover = file->rover;
	int err = -ENODEV;

	if (call->waits)
		return READ_ONCE(rover->gone) ? -ENODEV : call->call(file, arg);
	down_read(&rover->presence);
	if (!rover->gone)
		err = call->call(file, arg);
	up_read(&rover->presence);
	return err;
}

static long chrdev_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	const struct chrdev_call *call = chrdev_find(cmd);
	struct chrdev_file *file = filp->private_data;
	union chrdev_argument arg = {};
	int err;

	if (!call)
		return -ENOTTY;
	if (call->driver && !file->may_drive)
		return -EPERM;
	err = chrdev_copy_in(&arg, call, cmd, (void __user *)user);
	if (err)
		return err;
	err = chrdev_call_present(call, file, &arg);
	if (err)
		return err;
	return chrdev_copy_out(&arg, call, cmd, (void __user *)user);
}

static __poll_t chrdev_poll(struct file *filp, poll_table *wait)
{
	struct chrdev_file *file = filp->private_data;

	poll_wait(filp, &file->rover->waiters, wait);
	return READ_ONCE(file->rover->gone) ? EPOLLHUP | EPOLLERR : 0;
}

static int chrdev_open(struct inode *inode, struct file *filp)
{
	struct rover *rover = container_of(inode->i_cdev, struct rover, cdev);
	struct chrdev_file *file;

	if (READ_ONCE(rover->gone))
		return -ENODEV;
	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return -ENOMEM;
	get_device(&rover->dev);
	file->rover = rover;
	file->may_drive = filp->f_mode & FMODE_WRITE;
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int chrdev_release(struct inode *inode, struct file *filp)
{
	struct chrdev_file *file = filp->private_data;
	struct rover *rover = file->rover;

	down_read(&rover->presence);
	rover_lease_release(rover, &file->lease);
	up_read(&rover->presence);
	kfree(file);
	put_device(&rover->dev);
	return 0;
}

const struct file_operations rover_chrdev_fops = {
	.owner = THIS_MODULE,
	.open = chrdev_open,
	.release = chrdev_release,
	.unlocked_ioctl = chrdev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = chrdev_poll,
};
