// SPDX-License-Identifier: GPL-2.0
/*
 * safety: stops the rover when whoever should does not
 *
 * The deadman expires here, in hard IRQ, so that neither a hung process nor a
 * hung worker can keep the rover going; and here the worker sees that a wheel is
 * driven and does not turn.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/panic_notifier.h>

#include "rover.h"

/* A wheel may be late by the way of so many edges. */
#define SAFETY_EDGES_LATE	4

/* What a battery has left of its voltage at the end: NiMH cells, 1.0 V of 1.35 V. */
#define SAFETY_BATTERY_PERMILLE	740

/* No wheel goes farther in a tick. */
#define SAFETY_WAY_MAX_NM	1000000000ULL

#define SAFETY_NM_PER_UM	1000ULL

/* Way that a wheel driven like that should go, with the battery at its end. */
static u64 safety_way_nm(const struct rover *rover, s32 duty_permille, s64 span_ns)
{
	u32 feed_forward = READ_ONCE(rover->settings.feed_forward);
	s32 above_permille = abs(duty_permille) * SAFETY_BATTERY_PERMILLE / 1000 -
			     (s32)READ_ONCE(rover->settings.dead_zone_permille);

	/* Nobody knows how fast it should be. */
	if (!feed_forward)
		return SAFETY_WAY_MAX_NM;
	if (above_permille <= 0 || span_ns <= 0)
		return 0;
	/* permille over permille per m/s is its speed, in m/s or nm/ns */
	return min_t(u64, mul_u64_u64_div_u64(above_permille, span_ns, feed_forward),
		     SAFETY_WAY_MAX_NM);
}

/* Takes note of how a wheel is driven, and whether it turns. */
static void safety_watch(struct rover *rover, enum rover_side side, ktime_t edge, ktime_t now)
{
	struct rover_safety_wheel *wheel = &rover->safety.wheel[side];
	s32 duty_permille = rover->motor.want.duty_permille[side];
	int sign = 0;

	if (abs(duty_permille) > READ_ONCE(rover->settings.dead_zone_permille) &&
	    rover_drive_is_running(rover->drive.state))
		sign = duty_permille < 0 ? -1 : 1;
	if (sign != wheel->sign)
		wheel->since = now;
	if (sign != wheel->sign || edge != wheel->edge)
		wheel->due_nm = 0;
	else
		wheel->due_nm += safety_way_nm(rover, duty_permille,
					       ktime_to_ns(ktime_sub(now, wheel->looked)));
	wheel->sign = sign;
	wheel->edge = edge;
	wheel->looked = now;
}

/* Driven hard enough, and long enough, to turn, and no edge comes. */
static bool safety_wheel_stalls(struct rover *rover, enum rover_side side, ktime_t now)
{
	const struct rover_safety_wheel *wheel = &rover->safety.wheel[side];
	u64 late_nm = SAFETY_EDGES_LATE * SAFETY_NM_PER_UM * rover_control_count_um(rover);

	/* Encoders that are described, but were not fitted, must not keep it from driving. */
	if (!wheel->sign || (!wheel->edge && rover->drive.motion == ROVER_MOTION_DUTY))
		return false;
	return wheel->due_nm >= late_nm &&
	       ktime_ms_delta(now, max(wheel->edge, wheel->since)) >=
	       READ_ONCE(rover->settings.stall_ms);
}

/**
 * rover_safety_stall() - stop when a wheel is driven and does not turn
 * @rover: the rover
 *
 * Context: worker.
 */
void rover_safety_stall(struct rover *rover)
{
	unsigned long flags;
	ktime_t now;
	ktime_t edge[ROVER_SIDES];
	bool stalled = false;
	int i;

	if (!rover->board.encoder_lines || !READ_ONCE(rover->settings.stall_ms))
		return;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	now = ktime_get();
	rover_encoder_edges(&rover->encoder, edge);
	for (i = 0; i < ROVER_SIDES; i++) {
		safety_watch(rover, i, edge[i], now);
		stalled |= safety_wheel_stalls(rover, i, now);
	}
	if (stalled) {
		rover_drive_end_locked(rover, ROVER_REASON_STALL, ROVER_STOP_BRAKE, now);
		/* What is driven next is driven anew. */
		for (i = 0; i < ROVER_SIDES; i++)
			rover->safety.wheel[i].sign = 0;
	}
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_safety_tick() - the part of a tick that must not wait
 * @rover: the rover
 * @unanswered: ticks that the worker has not answered, with this one
 *
 * Context: hard IRQ.
 */
void rover_safety_tick(struct rover *rover, int unanswered)
{
	ktime_t now = ktime_get();

	if (unanswered > ROVER_TICKS_UNANSWERED)
		rover_drive_end(rover, ROVER_REASON_FAULT, ROVER_STOP_BRAKE, now);
	rover_drive_expire(rover, now);
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
