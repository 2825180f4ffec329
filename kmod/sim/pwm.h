/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two PWM channels: waveforms as functions of time.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_PWM_H
#define ROVER_SIM_PWM_H

#include <linux/types.h>

struct sim_board;

#define SIM_PWM_CHANNELS	2

/* Shorter periods would only burn time: the bridges end at 50 kHz. */
#define SIM_PWM_MIN_PERIOD_NS	10000

struct sim_pwm_setting {
	u64 period_ns;
	u64 duty_ns;
	bool inverted;
	bool enabled;
};

struct sim_pwm_channel {
	struct sim_pwm_setting now;
	struct sim_pwm_setting later;	/* from the period's end on, if waiting */
	bool waiting;
	bool level;
	u64 start_ns;			/* of the running period */
	u64 next_ns;			/* next time to look at it, SIM_NEVER */
	u64 lines;			/* muxed to this channel */
	u64 applied;			/* settings taken */
};

struct sim_pwm {
	struct sim_pwm_channel channel[SIM_PWM_CHANNELS];
};

extern struct platform_driver sim_pwm_driver;

void sim_pwm_refresh(struct sim_board *board);
void sim_pwm_init(struct sim_board *board);
void sim_pwm_apply(struct sim_board *board, unsigned int channel,
		   const struct sim_pwm_setting *setting);
void sim_pwm_route(struct sim_board *board);
u64 sim_pwm_next(const struct sim_board *board);
bool sim_pwm_watched(const struct sim_board *board);
void sim_pwm_run(struct sim_board *board);

#endif
