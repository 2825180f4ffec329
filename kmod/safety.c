// SPDX-License-Identifier: GPL-2.0
/*
 * safety: stops the rover when whoever should does not
 *
 * The deadman expires here, in hard IRQ, so that neither a hung process nor a
 * hung worker can keep the rover going.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/panic_notifier.h>

#include "rover.h"

/**
 * rover_safety_tick() - the part of a tick that must not wait
 * @rover: the rover
 * @unanswered: ticks that the worker has not answered, with this one
 *
 * Context: hard IRQ.
 */
void rover_safety_tick(struct rover *rover, int unanswered)
{
	if (unanswered > ROVER_TICKS_UNANSWERED)
		rover_drive_end(rover, ROVER_REASON_FAULT, ROVER_STOP_BRAKE, ktime_get());
	else
		rover_drive_expire(rover, ktime_get());
}

/**
 * rover_safety_bridge_fault() - a bridge told that it has failed
 * @rover: the rover
 * @cause: when
 *
 * Context: hard IRQ.
 */
void rover_safety_bridge_fault(struct rover *rover, ktime_t cause)
{
	rover_drive_end(rover, ROVER_REASON_FAULT, ROVER_STOP_BRAKE, cause);
}

static int safety_panic(struct notifier_block *nb, unsigned long action, void *data)
{
	struct rover *rover = container_of(nb, struct rover, safety.panic);

	rover_motor_panic(&rover->motor);
	rover_servo_panic(rover);
	return NOTIFY_DONE;
}

static void safety_remove(void *data)
{
	struct rover_safety *safety = data;

	atomic_notifier_chain_unregister(&panic_notifier_list, &safety->panic);
}

/**
 * rover_safety_init() - listen for a panic
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0 or a negative error.
 */
int rover_safety_init(struct rover *rover)
{
	struct rover_safety *safety = &rover->safety;

	/* Stop first, then let the others collect their dumps. */
	safety->panic.notifier_call = safety_panic;
	safety->panic.priority = INT_MAX;
	atomic_notifier_chain_register(&panic_notifier_list, &safety->panic);
	return devm_add_action_or_reset(rover->hardware, safety_remove, safety);
}
