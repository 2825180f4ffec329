// SPDX-License-Identifier: GPL-2.0
/*
 * chrdev: /dev/rover: open, close, read, write, poll, mmap
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/atomic.h>
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "chrdev.h"
#include "ioctl.h"
#include "record.h"
#include "rover.h"

static ssize_t chrdev_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct rover_file *file = iocb->ki_filp->private_data;
	bool wait = !(iocb->ki_filp->f_flags & O_NONBLOCK) && !(iocb->ki_flags & IOCB_NOWAIT);

	return rover_listener_read(&file->listener, to, wait);
}

static ssize_t chrdev_write(struct kiocb *iocb, struct iov_iter *from)
{
	return rover_record_write(iocb->ki_filp->private_data, from);
}

/* Commands never wait for room. */
static __poll_t chrdev_poll(struct file *filp, poll_table *wait)
{
	struct rover_file *file = filp->private_data;
	__poll_t events = 0;

	poll_wait(filp, &file->listener.waiters, wait);
	if (rover_event_ended(file->rover))
		events = EPOLLHUP | EPOLLERR;
	else if (file->may_drive)
		events = EPOLLOUT | EPOLLWRNORM;
	if (rover_listener_has(&file->listener))
		events |= EPOLLIN | EPOLLRDNORM;
	return events;
}

static struct rover_file *chrdev_file(struct rover *rover)
{
	/* Numbers leases; 0 is the anonymous one. */
	static atomic_t last_id;
	struct rover_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	int err;

	if (!file)
		return ERR_PTR(-ENOMEM);
	file->rover = rover;
	while (!file->lease.id)
		file->lease.id = atomic_inc_return(&last_id);
	err = rover_listener_open(&file->listener, rover, file->lease.id);
	if (err) {
		kfree(file);
		return ERR_PTR(err);
	}
	return file;
}

static int chrdev_open(struct inode *inode, struct file *filp)
{
	struct rover *rover = container_of(inode->i_cdev, struct rover, cdev);
	struct rover_file *file;

	if (READ_ONCE(rover->gone))
		return -ENODEV;
	file = chrdev_file(rover);
	if (IS_ERR(file))
		return PTR_ERR(file);
	get_device(&rover->dev);
	file->may_drive = filp->f_mode & FMODE_WRITE;
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int chrdev_release(struct inode *inode, struct file *filp)
{
	struct rover_file *file = filp->private_data;
	struct rover *rover = file->rover;

	percpu_down_read(&rover->presence);
	rover_lease_release(rover, &file->lease);
	percpu_up_read(&rover->presence);
	rover_listener_close(&file->listener);
	kfree(file);
	put_device(&rover->dev);
	return 0;
}

static int chrdev_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct rover_file *file = filp->private_data;

	return rover_mapping_mmap(file->rover, vma);
}

const struct file_operations rover_chrdev_fops = {
	.owner = THIS_MODULE,
	.open = chrdev_open,
	.release = chrdev_release,
	.read_iter = chrdev_read,
	.write_iter = chrdev_write,
	.unlocked_ioctl = rover_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = chrdev_poll,
	.mmap = chrdev_mmap,
};
