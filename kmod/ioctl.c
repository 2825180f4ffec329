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
#include "compat.h"
#include "ioctl.h"
#include "rover.h"
#include "telemetry.h"

/* Room for each command that drives: the largest are SPEED, TWIST and MOVE. */
#define IOCTL_FEW	32

/*
 * The caller's structure, zero-filled or with a zero tail. A call that has a
 * structure to read must be given some of it. One that only answers sets all of it.
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

/* @arg has room for as much as @call has. */
static long ioctl_make(const struct rover_call *call, struct rover_file *file,
		       union rover_call_argument *arg, unsigned int cmd, void __user *user)
{
	int err;

	err = ioctl_copy_in(arg, call, cmd, user);
	if (!err)
		err = ioctl_try_out(arg, call, cmd, user);
	if (!err)
		err = rover_call_do(call, file, arg);
	if (err)
		return min(err, 0);
	return ioctl_copy_out(arg, call, cmd, user);
}

static noinline long ioctl_make_large(const struct rover_call *call, struct rover_file *file,
				      unsigned int cmd, void __user *user)
{
	union rover_call_argument arg __uninitialized;	/* see ioctl_copy_in() */

	return ioctl_make(call, file, &arg, cmd, user);
}

/*
 * The call that is made most, by those who know all of the structure: as any other,
 * but what is known beforehand need not be looked up, nor checked.
 */
static noinline long ioctl_snapshot(struct rover_file *file, void __user *user)
{
	struct rover_snapshot snapshot __uninitialized;
	struct rover *rover = file->rover;

	if (READ_ONCE(rover->gone))
		return -ENODEV;
	rover_telemetry_snapshot(rover, &file->lease, &snapshot);
	return copy_to_user(user, &snapshot, sizeof(snapshot)) ? -EFAULT : 0;
}

/*
 * Commands have a smaller place than answers: kernels that clear their stack would take
 * longer for that than for the command.
 */
static noinline long ioctl_other(struct rover_file *file, unsigned int cmd, void __user *user)
{
	const struct rover_call *call = NULL;
	u64 few[IOCTL_FEW / sizeof(u64)] __uninitialized;

	if (_IOC_TYPE(cmd) == ROVER_IOC_MAGIC)
		call = rover_call_find(_IOC_NR(cmd));
	if (!call)
		return -ENOTTY;
	if (call->flags & ROVER_CALL_DRIVER && !file->may_drive)
		return -EPERM;
	if (_IOC_SIZE(call->cmd) > sizeof(few))
		return ioctl_make_large(call, file, cmd, user);
	return ioctl_make(call, file, (union rover_call_argument *)few, cmd, user);
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
	if (cmd == ROVER_IOC_SNAPSHOT)
		return ioctl_snapshot(filp->private_data, (void __user *)user);
	return ioctl_other(filp->private_data, cmd, (void __user *)user);
}
