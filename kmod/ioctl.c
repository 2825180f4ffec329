// SPDX-License-Identifier: GPL-2.0
/*
 * ioctl: a call with a structure of the caller's size
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/minmax.h>
#include <linux/uaccess.h>

#include "call.h"
#include "chrdev.h"
#include "ioctl.h"

/*
 * The caller's structure, zero-filled or with a zero tail. A call that has a
 * structure to read must be given some of it.
 */
static int ioctl_copy_in(union rover_call_argument *arg, const struct rover_call *call,
			 unsigned int cmd, const void __user *user)
{
	if (!(_IOC_DIR(call->cmd) & _IOC_WRITE))
		return 0;
	if (!_IOC_SIZE(cmd))
		return -EINVAL;
	return copy_struct_from_user(arg, _IOC_SIZE(call->cmd), user, _IOC_SIZE(cmd));
}

/* What the caller has room for; zero where he has more than we know. */
static int ioctl_copy_out(const union rover_call_argument *arg, const struct rover_call *call,
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

/*
 * What was carried out cannot be taken back: the place of the result is tried
 * first, with what the caller has there. Answers alone may be lost. A structure is
 * less than a page: its ends tell of all of it.
 */
static int ioctl_try_out(const union rover_call_argument *arg, const struct rover_call *call,
			 unsigned int cmd, void __user *user)
{
	size_t last = _IOC_SIZE(call->cmd) - 1;
	const u8 *given = (const u8 *)arg;
	u8 __user *place = user;

	static_assert(sizeof(*arg) <= PAGE_SIZE);
	if (call->flags & ROVER_CALL_ASKS || !(_IOC_DIR(call->cmd) & _IOC_READ))
		return 0;
	if (_IOC_SIZE(cmd) != _IOC_SIZE(call->cmd))
		return ioctl_copy_out(arg, call, cmd, user);
	return put_user(given[0], place) ?: put_user(given[last], place + last);
}

/**
 * rover_ioctl() - the ioctl() of /dev/rover
 * @filp: the file
 * @cmd: type and number tell which call, the size how much structure there is
 * @user: the structure
 *
 * Return: 0 or a negative error, -ENOTTY for unknown calls.
 */
long rover_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	const struct rover_call *call = NULL;
	struct rover_file *file = filp->private_data;
	union rover_call_argument arg = {};
	int err;

	if (_IOC_TYPE(cmd) == ROVER_IOC_MAGIC)
		call = rover_call_find(_IOC_NR(cmd));
	if (!call)
		return -ENOTTY;
	if (call->flags & ROVER_CALL_DRIVER && !file->may_drive)
		return -EPERM;
	err = ioctl_copy_in(&arg, call, cmd, (void __user *)user);
	if (!err)
		err = ioctl_try_out(&arg, call, cmd, (void __user *)user);
	if (err)
		return err;
	err = rover_call_do(call, file, &arg);
	if (err)
		return err;
	return ioctl_copy_out(&arg, call, cmd, (void __user *)user);
}
