// SPDX-License-Identifier: GPL-2.0
/*
 * estop: the emergency stop: latched, it wins over everything
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/pid.h>

#include "rover.h"

/**
 * rover_drive_estop() - stop, and refuse to move until cleared; anyone may
 * @rover: the rover
 *
 * The lease is gone. Again, it is another stop and stays latched.
 *
 * Context: process.
 * Return: 0; -ENODEV, or the PWM provider's error.
 */
int rover_drive_estop(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;
	ktime_t called = ktime_get();
	struct pid *pid = NULL;
	unsigned long flags;
	int err = 0;

	raw_spin_lock_irqsave(&drive->lock, flags);
	if (drive->closed) {
		err = -ENODEV;
	} else {
		rover_drive_halt_locked(rover, ROVER_REASON_ESTOP, ROVER_STOP_BRAKE, called);
		pid = rover_lease_drop(drive);
		rover_servo_freeze(rover);
	}
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	if (err)
		return err;
	put_pid(pid);
	return rover_motor_sync(&rover->motor);
}

/**
 * rover_drive_clear() - end the emergency stop; starts nothing
 * @rover: the rover
 *
 * Without one, nothing happens.
 *
 * Context: process.
 * Return: 0 or -ENODEV.
 */
int rover_drive_clear(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;
	unsigned long flags;
	int err = 0;

	raw_spin_lock_irqsave(&drive->lock, flags);
	if (drive->closed)
		err = -ENODEV;
	else if (drive->state == ROVER_STATE_ESTOP)
		rover_drive_set_state_locked(rover, ROVER_STATE_IDLE);
	raw_spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}
