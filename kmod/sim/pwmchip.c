// SPDX-License-Identifier: GPL-2.0
/*
 * The PWM channels as drivers see them: the provider behind "rover,sim-pwm".
 * It may sleep, like any provider that a driver has to reckon with.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>

#include "board.h"
#include "compat.h"

static int pwmchip_apply(struct pwm_chip *chip, struct pwm_device *pwm,
			 const struct pwm_state *state)
{
	struct sim_board *board = pwmchip_get_drvdata(chip);
	struct sim_pwm_setting setting = {
		.period_ns = state->period,
		.duty_ns = min(state->duty_cycle, state->period),
		.inverted = state->polarity == PWM_POLARITY_INVERSED,
		.enabled = state->enabled,
	};
	u32 slow_ms = READ_ONCE(board->faults.slow_pwm_ms);
	unsigned long flags;

	might_sleep();
	if (setting.enabled && (setting.period_ns < SIM_PWM_MIN_PERIOD_NS ||
				setting.period_ns > NSEC_PER_SEC))
		return -EINVAL;
	if (slow_ms)
		msleep(slow_ms);

	flags = sim_clock_enter(board);
	sim_pwm_apply(board, pwm->hwpwm, &setting);
	sim_clock_leave(board, flags);
	return 0;
}

static const struct pwm_ops pwmchip_ops = {
	.apply = pwmchip_apply,
	SIM_COMPAT_PWM_OWNER
};

static int pwmchip_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct sim_board *board = dev_get_drvdata(dev->parent);
	struct pwm_chip *chip;
	int err;

	chip = devm_pwmchip_alloc(dev, SIM_PWM_CHANNELS, 0);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	chip->ops = &pwmchip_ops;
	pwmchip_set_drvdata(chip, board);
	err = devm_pwmchip_add(dev, chip);
	if (err)
		return dev_err_probe(dev, err, "cannot add the PWM channels\n");
	return 0;
}

static const struct of_device_id pwmchip_of_match[] = {
	{ .compatible = "rover,sim-pwm" },
	{ }
};
MODULE_DEVICE_TABLE(of, pwmchip_of_match);

struct platform_driver sim_pwm_driver = {
	.probe = pwmchip_probe,
	.driver = {
		.name = "rover-sim-pwm",
		.of_match_table = pwmchip_of_match,
	},
};
