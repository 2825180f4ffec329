/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat: what differs between the supported kernels, 6.1 to the newest
 *
 * The sources are written for the newest kernel; this header gives older ones
 * the same names. Each entry says since when the kernel has it.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_COMPAT_H
#define ROVER_COMPAT_H

#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/property.h>
#include <linux/pwm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>

/* 6.2: class and device_type callbacks take a const device */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define rover_const_device	struct device
#else
#define rover_const_device	const struct device
#endif

/*
 * 6.12, and stable kernels before it: what is assigned before it is read need not be
 * cleared, where a kernel clears its stack
 */
#ifndef __uninitialized
#define __uninitialized	__attribute__((__uninitialized__))
#endif

/* 6.3: flags of a mapping are changed through functions */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* 6.7: pwm_apply_state() got the name that says it may sleep */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define pwm_apply_might_sleep(pwm, state)	pwm_apply_state(pwm, state)
#endif

/* 6.7: gpio_device, and accessors instead of looking into gpio_chip */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct device *rover_compat_gpio_provider(struct gpio_desc *desc)
{
	return gpiod_to_chip(desc)->parent;
}

static inline int rover_compat_match_fwnode(struct gpio_chip *gc, void *fwnode)
{
	return gc->fwnode == fwnode || (gc->parent && dev_fwnode(gc->parent) == fwnode);
}

/* Who has this line: a copy of its label, NULL if nobody. */
static inline char *rover_compat_gpio_user(struct fwnode_handle *chip, unsigned int offset)
{
	struct gpio_chip *gc = gpiochip_find(chip, rover_compat_match_fwnode);
	const char *label = NULL;

	if (gc && offset < gc->ngpio)
		label = gpiochip_is_requested(gc, offset);
	return kstrdup(label, GFP_KERNEL);
}
#else
static inline struct device *rover_compat_gpio_provider(struct gpio_desc *desc)
{
	return gpio_device_to_device(gpiod_to_gpio_device(desc))->parent;
}

/* Who has this line: a copy of its label, NULL if nobody. */
static inline char *rover_compat_gpio_user(struct fwnode_handle *chip, unsigned int offset)
{
	struct gpio_device *gdev = gpio_device_find_by_fwnode(chip);
	struct gpio_chip *gc;
	char *label = NULL;

	if (!gdev)
		return NULL;
	gc = gpio_device_get_chip(gdev);
	if (gc && offset < gc->ngpio)
		label = gpiochip_dup_line_label(gc, offset);
	gpio_device_put(gdev);
	return IS_ERR(label) ? NULL : label;
}
#endif

/* 6.9: pwmchip_parent() */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
static inline struct device *rover_compat_pwm_provider(struct pwm_device *pwm)
{
	return pwm->chip->dev;
}
#else
static inline struct device *rover_compat_pwm_provider(struct pwm_device *pwm)
{
	return pwmchip_parent(pwm->chip);
}
#endif

/* 6.9: families are told who joins their groups */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define ROVER_COMPAT_GENL_BIND(...)
#else
#define ROVER_COMPAT_GENL_BIND(_bind)	.bind = _bind,
#endif

/* 6.13 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* 6.14: kthread_create_worker() no longer starts the thread */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define kthread_run_worker(flags, namefmt, ...) \
	kthread_create_worker(flags, namefmt, ##__VA_ARGS__)
#endif

/* 6.13: namespaces of symbols are strings */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define rover_compat_namespace(name)	name
#else
#define rover_compat_namespace(name)	#name
#endif

#endif /* ROVER_COMPAT_H */
