// SPDX-License-Identifier: GPL-2.0
/*
 * record: commands by write(), for languages without ioctl()
 *
 *   | command | size | structure of size bytes | command | size | ...
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "call.h"
#include "chrdev.h"
#include "compat.h"
#include "record.h"

/* Enough for a hundred commands. */
#define RECORD_WRITE_MAX	4096

/* One command that drives, which is what most write: a head of 8 and at most 32. */
#define RECORD_WRITE_FEW	64

/*
 * Records may lie at any address in what was written, so their heads are copied.
 * Returns the bytes of the first, 0 if it is not whole.
 */
static size_t record_head(const u8 *bytes, size_t left, struct rover_record *head)
{
	if (left < sizeof(*head))
		return 0;
	memcpy(head, bytes, sizeof(*head));
	if (head->size > left - sizeof(*head))
		return 0;
	return sizeof(*head) + head->size;
}

/* Nothing may move before this is known. */
static bool record_all_whole(const u8 *bytes, size_t left)
{
	struct rover_record head;
	size_t n;

	while (left) {
		n = record_head(bytes, left, &head);
		if (!n)
			return false;
		bytes += n;
		left -= n;
	}
	return true;
}

/* The rules of ioctl(): zero-filled, or with a zero tail; not nothing at all. */
static int record_copy(union rover_call_argument *arg, const struct rover_call *call,
		       const u8 *bytes, size_t size)
{
	size_t known = _IOC_SIZE(call->cmd);

	if (known && !size)
		return -EINVAL;
	if (size > known && memchr_inv(bytes + known, 0, size - known))
		return -E2BIG;
	memset(arg, 0, known);
	memcpy(arg, bytes, min(known, size));
	return 0;
}

static int record_carry_out(struct rover_file *file, const struct rover_record *head,
			    const u8 *bytes)
{
	const struct rover_call *call = rover_call_find(head->command);
	union rover_call_argument arg __uninitialized;	/* see record_copy() */
	int err;

	if (!call)
		return -ENOTTY;
	if (call->flags & ROVER_CALL_ASKS)
		return -EINVAL;
	err = record_copy(&arg, call, bytes, head->size);
	if (!err)
		err = rover_call_do(call, file, &arg);
	return min(err, 0);
}

static ssize_t record_carry_out_all(struct rover_file *file, const u8 *bytes, size_t left)
{
	struct rover_record head;
	ssize_t done = 0;
	size_t n;
	int err;

	while (left) {
		n = record_head(bytes, left, &head);
		err = record_carry_out(file, &head, bytes + sizeof(head));
		if (err)
			return done ?: err;
		bytes += n;
		left -= n;
		done += n;
	}
	return done;
}

/**
 * rover_record_write() - carry out commands
 * @file: whose
 * @from: whole records
 *
 * Return: bytes of those carried out, or the error of the first; -EINVAL if
 * anything is cut short, and then nothing is done.
 */
ssize_t rover_record_write(struct rover_file *file, struct iov_iter *from)
{
	size_t size = iov_iter_count(from);
	u8 few[RECORD_WRITE_FEW], *bytes = few;
	ssize_t done = -EFAULT;

	if (!size || size > RECORD_WRITE_MAX)
		return -EINVAL;
	/* A copy: what was checked cannot change any more. */
	if (size > sizeof(few))
		bytes = kmalloc(size, GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;
	if (copy_from_iter_full(bytes, size, from))
		done = record_all_whole(bytes, size) ? record_carry_out_all(file, bytes, size) :
						       -EINVAL;
	if (bytes != few)
		kfree(bytes);
	return done;
}
