// SPDX-License-Identifier: GPL-2.0
/*
 * mapping: the last snapshot and a ring of samples, for readers without a call
 *
 * What a process has mapped outlives the rover and the file that it was mapped
 * from. Each mapping therefore stands on a file of its own, which has nothing
 * to do with the device's: closing /dev/rover releases the lease although a
 * mapping remains, and an unbound rover leaves its last state readable.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "mapping.h"
#include "rover.h"

/**
 * struct rover_mapping_memory - what is mapped
 * @users: the rover, and each mapping
 * @head: the memory, as described in the ABI
 */
struct rover_mapping_memory {
	refcount_t users;
	struct rover_mapping *head;
};

static void mapping_put(struct rover_mapping_memory *memory)
{
	if (!refcount_dec_and_test(&memory->users))
		return;
	vfree(memory->head);
	kfree(memory);
}

static int mapping_release(struct inode *inode, struct file *filp)
{
	mapping_put(filp->private_data);
	return 0;
}

/* All that this file can do is to stay as long as it is mapped. */
static const struct file_operations mapping_fops = {
	.owner = THIS_MODULE,
	.release = mapping_release,
};

static struct file *mapping_file(struct rover_mapping_memory *memory)
{
	struct file *file;

	refcount_inc(&memory->users);
	file = anon_inode_getfile("[rover]", &mapping_fops, memory, O_RDONLY);
	if (IS_ERR(file))
		mapping_put(memory);
	return file;
}

/**
 * rover_mapping_mmap() - map it, read-only for ever
 * @rover: the rover
 * @vma: from offset 0, at most as long as the memory is
 *
 * Return: 0; -EPERM to be written or executed, -EINVAL, -ENODEV, -ENOMEM.
 */
int rover_mapping_mmap(struct rover *rover, struct vm_area_struct *vma)
{
	struct rover_mapping_memory *memory = rover->mapping.memory;
	struct file *file;
	int err;

	if (READ_ONCE(rover->gone))
		return -ENODEV;
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EPERM;
	if (vma->vm_pgoff)
		return -EINVAL;
	file = mapping_file(memory);
	if (IS_ERR(file))
		return PTR_ERR(file);
	vm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	err = remap_vmalloc_range(vma, memory->head, 0);
	if (!err)
		vma_set_file(vma, file);
	fput(file);
	return err;
}

static void mapping_write_snapshot(struct rover_mapping *head,
				   const struct rover_snapshot *snapshot)
{
	u32 sequence = head->sequence;

	WRITE_ONCE(head->sequence, sequence + 1);
	/* Odd before the first byte of it; pairs with rover_mapping_snapshot(). */
	smp_wmb();
	memcpy((void *)head + ROVER_MAPPING_SNAPSHOT, snapshot, sizeof(*snapshot));
	/* Even after the last byte of it; likewise. */
	smp_wmb();
	WRITE_ONCE(head->sequence, sequence + 2);
}

static void mapping_write_sample(struct rover_mapping *head, struct rover_sample *sample)
{
	struct rover_sample *ring = (void *)head + ROVER_MAPPING_RING;
	u64 number = head->head;

	sample->sequence = number;
	/* Who sees a byte of this one sees @head, too; pairs with rover_mapping_sample(). */
	smp_wmb();
	ring[number % ROVER_MAPPING_SAMPLES] = *sample;
	/* Counted after its last byte; likewise. */
	smp_wmb();
	WRITE_ONCE(head->head, number + 1);
}

/**
 * rover_mapping_write() - a new snapshot, perhaps with a new sample
 * @rover: the rover
 * @snapshot: left alone if there is a newer one already
 * @sample: NULL for none; returns its sequence
 *
 * Context: any but hard IRQ.
 */
void rover_mapping_write(struct rover *rover, const struct rover_snapshot *snapshot,
			 struct rover_sample *sample)
{
	struct rover_mapping_area *area = &rover->mapping;
	struct rover_mapping *head = area->memory->head;
	unsigned long flags;

	raw_spin_lock_irqsave(&area->lock, flags);
	if (snapshot->time_ns >= area->written_ns) {
		area->written_ns = snapshot->time_ns;
		mapping_write_snapshot(head, snapshot);
	}
	if (sample)
		mapping_write_sample(head, sample);
	raw_spin_unlock_irqrestore(&area->lock, flags);
}

/**
 * rover_mapping_close() - the rover has left for ever
 * @rover: the rover
 */
void rover_mapping_close(struct rover *rover)
{
	struct rover_mapping *head = rover->mapping.memory->head;

	WRITE_ONCE(head->flags, ROVER_MAPPING_GONE);
}

/**
 * rover_mapping_init() - memory to map
 * @rover: the rover
 *
 * Undone by rover_mapping_free().
 *
 * Return: 0 or -ENOMEM.
 */
int rover_mapping_init(struct rover *rover)
{
	struct rover_mapping_memory *memory;

	raw_spin_lock_init(&rover->mapping.lock);
	memory = kmalloc(sizeof(*memory), GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	memory->head = vmalloc_user(ROVER_MAPPING_SIZE);
	if (!memory->head) {
		kfree(memory);
		return -ENOMEM;
	}
	refcount_set(&memory->users, 1);
	*memory->head = (struct rover_mapping){
		.magic = ROVER_MAPPING_MAGIC,
		.abi_version = ROVER_ABI_VERSION,
		.snapshot_offset = ROVER_MAPPING_SNAPSHOT,
		.snapshot_size = sizeof(struct rover_snapshot),
		.ring_offset = ROVER_MAPPING_RING,
		.ring_length = ROVER_MAPPING_SAMPLES,
		.sample_size = sizeof(struct rover_sample),
	};
	rover->mapping.memory = memory;
	return 0;
}

/**
 * rover_mapping_free() - the rover's part in the memory is over
 * @rover: the rover; rover_mapping_init() may have failed
 */
void rover_mapping_free(struct rover *rover)
{
	if (rover->mapping.memory)
		mapping_put(rover->mapping.memory);
}
