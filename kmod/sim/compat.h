/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All differences between kernel versions: newer interfaces, given to older
 * kernels, so that the sources read like mainline.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_COMPAT_H
#define ROVER_SIM_COMPAT_H

#include <linux/err.h>
#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/pwm.h>
#include <linux/slab.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *timer),
	      clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* Setting a line could not fail before 6.17, and returned nothing. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define SIM_COMPAT_GPIO_SET_TYPE	void
#define SIM_COMPAT_GPIO_SET_DONE
#else
#define SIM_COMPAT_GPIO_SET_TYPE	int
#define SIM_COMPAT_GPIO_SET_DONE	0
#endif

/* PWM operations carried their owner themselves before 6.8. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define SIM_COMPAT_PWM_OWNER	.owner = THIS_MODULE,
#else
#define SIM_COMPAT_PWM_OWNER
#endif

/* PWM chips were part of the driver's data before 6.9. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
struct sim_compat_pwmchip {
	struct pwm_chip chip;
	void *drvdata;
};

static inline struct pwm_chip *
devm_pwmchip_alloc(struct device *dev, unsigned int npwm, size_t sizeof_priv)
{
	struct sim_compat_pwmchip *compat;

	compat = devm_kzalloc(dev, sizeof(*compat), GFP_KERNEL);
	if (!compat)
		return ERR_PTR(-ENOMEM);
	compat->chip.dev = dev;
	compat->chip.npwm = npwm;
	return &compat->chip;
}

static inline void pwmchip_set_drvdata(struct pwm_chip *chip, void *data)
{
	container_of(chip, struct sim_compat_pwmchip, chip)->drvdata = data;
}

static inline void *pwmchip_get_drvdata(struct pwm_chip *chip)
{
	return container_of(chip, struct sim_compat_pwmchip, chip)->drvdata;
}
#endif

#endif
