// SPDX-License-Identifier: GPL-2.0
/*
 * stop: how motions end: who stops them, what is told, what stays
 *
 * Copyright (C) 2026 The rover authors
 */

#include "compat.h"
#include "rover.h"
#include "status.h"
#include "trace.h"

/*
 * What tells of something has a frame of its own: to make an event ready would
 * cost those dearly who have nothing to tell.
 */
static noinline void stop_push_state(struct rover *rover, enum rover_state before)
{
	const struct rover_drive *drive = &rover->drive;
	struct rover_event event = {
		.type = ROVER_EVENT_STATE,
		.state = {
			.state = drive->state,
			.before = before,
			.motion = drive->motion,
			.motion_id = drive->motion_id,
		},
	};

	rover_event_push(rover, &event);
}

/**
 * rover_drive_set_state_locked() - what the rover does from now on
 * @rover: the rover
 * @state: that
 *
 * Context: any, drive.lock held.
 */
void rover_drive_set_state_locked(struct rover *rover, enum rover_state state)
{
	struct rover_drive *drive = &rover->drive;
	enum rover_state before = drive->state;

	lockdep_assert_held(&drive->lock);
	if (state == before)
		return;
	drive->state = state;
	stop_push_state(rover, before);
}

/* A stop, with where it came from; what has stopped before may stop again. */
static void stop_push_stop(struct rover *rover, u64 latency_ns)
{
	struct rover_drive *drive = &rover->drive;
	bool guard = drive->reason == ROVER_REASON_GUARD;
	struct rover_event event = {
		.type = ROVER_EVENT_STOP,
		.time_ns = ktime_to_ns(drive->stop_time),
		.stop = {
			.reason = drive->reason,
			.mode = drive->stop_mode,
			.motion_id = drive->motion_id,
			.latency_ns = min_t(u64, latency_ns, U32_MAX),
			.range_um = guard ? drive->guard_range_um : -1,
			.sensors = guard ? drive->guard_sensors : 0,
		},
	};

	drive->guard_range_um = -1;
	drive->guard_sensors = 0;
	rover_event_push(rover, &event);
}

/* The end of a motion that has one: MOVE, TURN, or with a duration. */
static noinline void stop_push_done(struct rover *rover, enum rover_stop_reason reason,
				    bool complete)
{
	struct rover_control_status control;
	struct rover_drive *drive = &rover->drive;
	struct rover_event event = {
		.type = ROVER_EVENT_DONE,
		.done = {
			.motion = drive->motion,
			.motion_id = drive->motion_id,
			.reason = reason,
			.complete = complete,
		},
	};

	drive->told = true;
	rover_control_status_locked(rover, &control);
	event.done.remaining = control.remaining;
	rover_event_push(rover, &event);
}

/* From the cause to the bridges being off; 0 if that is not known, or not yet. */
static u64 stop_note_latency(struct rover *rover, ktime_t cause, ktime_t now)
{
	struct rover_drive_latency *latency = &rover->drive.latency;

	if (!cause || !rover_motor_stops_hard(&rover->motor))
		return 0;
	latency->stops++;
	latency->last_ns = max_t(s64, ktime_to_ns(ktime_sub(now, cause)), 0);
	latency->worst_ns = max(latency->worst_ns, latency->last_ns);
	return latency->last_ns;
}

/**
 * rover_drive_halt_locked() - motors off, and the reason noted
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 * @cause: when the reason arose; 0 if that has no moment
 *
 * The anonymous holder's lease ends with every stop. An emergency stop stays
 * latched, and keeps its reason. A PWM provider follows from the worker, or from
 * rover_motor_sync() if the caller can wait for it.
 *
 * Context: any, drive.lock held.
 */
void rover_drive_halt_locked(struct rover *rover, enum rover_stop_reason reason,
			     enum rover_stop_mode mode, ktime_t cause)
{
	struct rover_drive *drive = &rover->drive;
	bool latched = drive->state == ROVER_STATE_ESTOP || reason == ROVER_REASON_ESTOP;
	u64 latency_ns;
	ktime_t now;

	lockdep_assert_held(&drive->lock);
	rover_motor_stop(&rover->motor, mode);
	now = ktime_get();
	/* A provider that hangs holds the news up to the next tick. */
	if (rover->worker.ticking && !rover_motor_stops_hard(&rover->motor))
		rover_event_hold(&rover->events);
	rover_motor_queue_sync(&rover->motor);

	drive->reason = latched ? ROVER_REASON_ESTOP : reason;
	drive->stop_mode = mode;
	drive->stop_time = now;
	latency_ns = stop_note_latency(rover, cause, now);
	stop_push_stop(rover, latency_ns);
	trace_rover_stop(rover->index, drive->reason, mode, latency_ns);
	if (!drive->told)
		stop_push_done(rover, reason, false);
	drive->timed = false;
	drive->waiting = false;
	drive->forward = false;
	rover_control_stop_locked(rover);
	rover_guard_end_locked(rover);
	rover_drive_set_state_locked(rover, latched ? ROVER_STATE_ESTOP : ROVER_STATE_STOPPED);
	if (drive->holder == &drive->anonymous)
		rover_lease_drop(drive);
}

/**
 * rover_drive_end_locked() - stop a running motion
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 * @cause: when the reason arose; 0 if that has no moment
 *
 * What has stopped stays as it is, with its own reason.
 *
 * Context: any, drive.lock held.
 * Return: whether one was running; then as rover_drive_halt_locked().
 */
bool rover_drive_end_locked(struct rover *rover, enum rover_stop_reason reason,
			    enum rover_stop_mode mode, ktime_t cause)
{
	bool running = rover_drive_is_running(rover->drive.state);

	lockdep_assert_held(&rover->drive.lock);
	if (running)
		rover_drive_halt_locked(rover, reason, mode, cause);
	return running;
}

/**
 * rover_drive_complete_locked() - the motion has come to its end
 * @rover: the rover
 *
 * It then stands as its command said.
 *
 * Context: any, drive.lock held.
 */
void rover_drive_complete_locked(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (!drive->told)
		stop_push_done(rover, ROVER_REASON_COMMAND, true);
	if (drive->end != ROVER_STOP_HOLD) {
		rover_drive_halt_locked(rover, ROVER_REASON_COMMAND, drive->end, 0);
		return;
	}
	drive->timed = false;
	drive->waiting = false;
	drive->forward = false;
	rover_control_hold_locked(rover);
	rover_guard_end_locked(rover);
	rover_drive_set_state_locked(rover, ROVER_STATE_HOLDING);
}

/**
 * rover_drive_replace_locked() - another command takes the place of what runs
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_drive_replace_locked(struct rover *rover)
{
	struct rover_drive *drive = &rover->drive;

	lockdep_assert_held(&drive->lock);
	if (!drive->told && rover_drive_is_running(drive->state))
		stop_push_done(rover, ROVER_REASON_COMMAND, false);
	drive->timed = false;
}

/**
 * rover_drive_halt() - stop, also what has stopped already
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 * @cause: when the reason arose; 0 if that has no moment
 *
 * Context: any. A PWM provider follows from the worker.
 */
void rover_drive_halt(struct rover *rover, enum rover_stop_reason reason,
		      enum rover_stop_mode mode, ktime_t cause)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_drive_halt_locked(rover, reason, mode, cause);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_drive_end() - stop a running motion
 * @rover: the rover
 * @reason: why
 * @mode: coast or brake
 * @cause: when the reason arose; 0 if that has no moment
 *
 * Context: any. A PWM provider follows from the worker.
 */
void rover_drive_end(struct rover *rover, enum rover_stop_reason reason,
		     enum rover_stop_mode mode, ktime_t cause)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	rover_drive_end_locked(rover, reason, mode, cause);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_drive_expire() - stop if the deadman time is over
 * @rover: the rover
 * @now: the time
 *
 * Context: hard IRQ.
 */
void rover_drive_expire(struct rover *rover, ktime_t now)
{
	struct rover_drive *drive = &rover->drive;
	u32 deadman_ms;

	raw_spin_lock(&drive->lock);
	deadman_ms = rover_lease_deadman_ms(rover);
	if (deadman_ms && ktime_ms_delta(now, drive->fed) >= deadman_ms)
		rover_drive_end_locked(rover, ROVER_REASON_DEADMAN, ROVER_STOP_BRAKE, now);
	raw_spin_unlock(&drive->lock);
}

/**
 * rover_drive_fail() - the PWM provider refused a command
 * @rover: the rover
 * @err: what it said
 *
 * Context: process.
 */
void rover_drive_fail(struct rover *rover, int err)
{
	dev_err_ratelimited(&rover->dev, "the PWM provider failed: %d\n", err);
	rover_drive_halt(rover, ROVER_REASON_FAULT, ROVER_STOP_COAST, 0);
}

/* A motion with a duration ends to the point, not at the next tick. */
static enum hrtimer_restart stop_timer(struct hrtimer *timer)
{
	struct rover *rover = container_of(timer, struct rover, drive.timer);
	struct rover_drive *drive = &rover->drive;

	raw_spin_lock(&drive->lock);
	if (drive->timed && ktime_compare(ktime_get(), drive->due) >= 0)
		rover_drive_complete_locked(rover);
	raw_spin_unlock(&drive->lock);
	return HRTIMER_NORESTART;
}

static void stop_cancel_timer(void *data)
{
	struct rover *rover = data;

	hrtimer_cancel(&rover->drive.timer);
}

/**
 * rover_drive_init_timer() - prepare what ends motions that have a duration
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0 or a negative error.
 */
int rover_drive_init_timer(struct rover *rover)
{
	hrtimer_setup(&rover->drive.timer, stop_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	return devm_add_action_or_reset(rover->hardware, stop_cancel_timer, rover);
}
