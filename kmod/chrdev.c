// SPDX-License-Identifier: GPL-2.0
/*
 * chrdev: /dev/rover: open, close, poll
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/compat.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "chrdev.h"
#include "ioctl.h"
#include "rover.h"

static __poll_t chrdev_poll(struct file *filp, poll_table *wait)
{
	struct rover_file *file = filp->private_data;

	poll_wait(filp, &file->rover->waiters, wait);
	return READ_ONCE(file->rover->gone) ? EPOLLHUP | EPOLLERR : 0;
}

static int chrdev_open(struct inode *inode, struct file *filp)
{
	struct rover *rover = container_of(inode->i_cdev, struct rover, cdev);
	struct rover_file *file;

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
	struct rover_file *file = filp->private_data;
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
	.unlocked_ioctl = rover_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = chrdev_poll,
};
