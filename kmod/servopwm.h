/* SPDX-License-Identifier: GPL-2.0 */
/*
 * servopwm: servos whose pulses a PWM provider makes
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SERVOPWM_H
#define ROVER_SERVOPWM_H

struct kthread_work;
struct rover;

int rover_servopwm_init(struct rover *rover, unsigned int i);
void rover_servopwm_sync(struct rover *rover);
void rover_servopwm_work(struct kthread_work *work);

#endif /* ROVER_SERVOPWM_H */
