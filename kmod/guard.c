// SPDX-License-Identifier: GPL-2.0
/*
 * guard: no way forward into what the sonars or the obstacle sensors see
 *
 * Copyright (C) 2026 The rover authors
 */

#include "rover.h"

/**
 * rover_guard_ask_locked() - may a command that moves forward begin
 * @rover: the rover
 *
 * For forward commands only; whether the one that runs now is one does not matter.
 *
 * Context: any, drive.lock held.
 * Return: the verdict.
 */
enum rover_guard_verdict rover_guard_ask_locked(struct rover *rover)
{
	lockdep_assert_held(&rover->drive.lock);
	return ROVER_GUARD_GO;
}

/**
 * rover_guard_begin_locked() - a motion has begun, or another one goes on
 * @rover: the rover; drive.forward and drive.waiting are those of the motion
 *
 * Context: any, drive.lock held.
 */
void rover_guard_begin_locked(struct rover *rover)
{
	lockdep_assert_held(&rover->drive.lock);
	rover_sonar_wanted(rover);
}

/**
 * rover_guard_end_locked() - the motion has ended
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_guard_end_locked(struct rover *rover)
{
	lockdep_assert_held(&rover->drive.lock);
	rover->guard.active = false;
	rover_sonar_wanted(rover);
}

/**
 * rover_guard_tick_locked() - stop when too long nothing was heard
 * @rover: the rover
 * @now: the time
 *
 * Context: any, drive.lock held.
 */
void rover_guard_tick_locked(struct rover *rover, ktime_t now)
{
	lockdep_assert_held(&rover->drive.lock);
}

/**
 * rover_guard_range() - a sonar has measured
 * @rover: the rover
 * @sensor: which
 * @range: the measurement, raw
 * @cause: when it ended: the edge, or the timeout
 *
 * Context: hard IRQ.
 */
void rover_guard_range(struct rover *rover, unsigned int sensor,
		       const struct rover_range *range, ktime_t cause)
{
}

/**
 * rover_guard_obstacle() - an obstacle sensor has changed
 * @rover: the rover
 * @sensors: ROVER_SENSOR_* that are active now, raw
 * @cause: when
 *
 * Context: hard IRQ.
 */
void rover_guard_obstacle(struct rover *rover, u32 sensors, ktime_t cause)
{
}

/**
 * rover_guard_wants_pings() - whether a motion needs the sonars
 * @rover: the rover
 *
 * Context: any.
 */
bool rover_guard_wants_pings(struct rover *rover)
{
	return READ_ONCE(rover->guard.active);
}
