// SPDX-License-Identifier: GPL-2.0
/*
 * bench_devices: the least that a device takes which is as much as a rover for programs
 *
 * Each has a node, a real-time thread, and as much memory for programs to map; nothing
 * else. They are there while the module is.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#define DEVICES_MAX	64

static unsigned int devices = 1;
module_param(devices, uint, 0444);
MODULE_PARM_DESC(devices, "how many, 1 to 64");

static unsigned long mapping_size = PAGE_SIZE;
module_param(mapping_size, ulong, 0444);
MODULE_PARM_DESC(mapping_size, "of each, in bytes");

static const struct file_operations bare_fops = {
	.owner = THIS_MODULE,
};

static const struct class bare_class = {
	.name = "bench_devices",
};

static struct bare {
	struct cdev cdev;
	struct device *device;
	struct kthread_worker *worker;
	void *mapping;
} bare[DEVICES_MAX];

static dev_t bare_numbers;

static int bare_begin(unsigned int index)
{
	struct bare *one = &bare[index];
	struct kthread_worker *worker;
	struct device *device;
	int err;

	one->mapping = vmalloc_user(mapping_size);
	if (!one->mapping)
		return -ENOMEM;
	worker = kthread_create_worker(0, "bench%u", index);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	one->worker = worker;
	sched_set_fifo(worker->task);
	cdev_init(&one->cdev, &bare_fops);
	err = cdev_add(&one->cdev, bare_numbers + index, 1);
	if (err)
		return err;
	device = device_create(&bare_class, NULL, bare_numbers + index, NULL, "bench%u", index);
	if (IS_ERR(device)) {
		cdev_del(&one->cdev);
		return PTR_ERR(device);
	}
	one->device = device;
	return 0;
}

static void bare_end(unsigned int index)
{
	struct bare *one = &bare[index];

	if (one->device) {
		device_destroy(&bare_class, bare_numbers + index);
		cdev_del(&one->cdev);
	}
	if (one->worker)
		kthread_destroy_worker(one->worker);
	vfree(one->mapping);
}

static void __bare_exit(void)
{
	unsigned int i;

	for (i = 0; i < devices; i++)
		bare_end(i);
	unregister_chrdev_region(bare_numbers, DEVICES_MAX);
	class_unregister(&bare_class);
}

static int __init bare_init(void)
{
	unsigned int i;
	int err;

	if (!devices || devices > DEVICES_MAX)
		return -EINVAL;
	err = class_register(&bare_class);
	if (err)
		return err;
	err = alloc_chrdev_region(&bare_numbers, 0, DEVICES_MAX, "bench_devices");
	if (err) {
		class_unregister(&bare_class);
		return err;
	}
	for (i = 0; i < devices && !err; i++)
		err = bare_begin(i);
	if (err)
		__bare_exit();
	return err;
}
module_init(bare_init);

static void __exit bare_exit(void)
{
	__bare_exit();
}
module_exit(bare_exit);

MODULE_AUTHOR("The rover authors");
MODULE_DESCRIPTION("The least that a device takes which is as much as a rover for programs");
MODULE_LICENSE("GPL");
