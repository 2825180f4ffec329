/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drive: the gate: what was commanded, and why the rover stopped
 *
 * Everything that moves the rover passes here.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_DRIVE_H
#define ROVER_DRIVE_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/rover.h>
#include <linux/spinlock.h>

#include "board.h"
#include "lease.h"

struct rover;

/**
 * struct rover_drive_latency - from the cause of a stop to the bridges being off
 * @stops: stops that had a cause with a time, and needed no PWM provider
 * @last_ns: of the last of them
 * @worst_ns: of all
 */
struct rover_drive_latency {
	u64 stops;
	u64 last_ns;
	u64 worst_ns;
};

/**
 * struct rover_drive - the gate
 * @lock: protects everything here; taken in hard IRQ
 * @state: what the rover is doing
 * @reason: why it stopped last
 * @stop_time: when, 0 for never
 * @stop_mode: how
 * @motion: kind of the motion that runs, or of the last
 * @motion_id: counts motions
 * @forward: the command that runs moves forward: neither backward nor a pure spin
 * @waiting: it was accepted, but the motors are off until the guard says go
 * @duty_permille: with ROVER_MOTION_DUTY, what was commanded
 * @timed: the motion ends by itself at @due
 * @due: when
 * @end: how it stands then, also after MOVE and TURN
 * @timer: ends a motion at @due; hard
 * @guard_range_um: set by the guard before it stops, for the event: what the sonar
 *	measured; -1 if it was not the sonar
 * @guard_sensors: likewise: ROVER_SENSOR_* that saw something
 * @told: the end of the motion has been told, or need not be
 * @latency: of stops
 * @holder: who drives, NULL for nobody
 * @anonymous: sysfs and netlink, together
 * @fed: last sign of life of the holder
 * @closed: unbind has begun: nothing moves any more
 */
struct rover_drive {
	raw_spinlock_t lock;
	enum rover_state state;
	enum rover_stop_reason reason;
	ktime_t stop_time;
	enum rover_stop_mode stop_mode;
	enum rover_motion motion;
	u32 motion_id;
	bool forward;
	bool waiting;
	s32 duty_permille[ROVER_SIDES];
	bool timed;
	ktime_t due;
	enum rover_stop_mode end;
	struct hrtimer timer;
	s64 guard_range_um;
	u32 guard_sensors;
	bool told;
	struct rover_drive_latency latency;
	struct rover_lease *holder;
	struct rover_lease anonymous;
	ktime_t fed;
	bool closed;
};

/**
 * struct rover_drive_status - a coherent copy, for readers
 * @state: what the rover is doing
 * @reason: why it stopped last
 * @stop_time: when
 * @stop_mode: how
 * @waiting: motors off until the guard says go
 * @leased: somebody drives
 * @anonymous: it is the anonymous holder
 * @mine: it is the lease that was asked about
 * @pid: process that took the lease, in the reader's namespace
 * @deadman_ms: in force
 * @duty_permille: applied
 */
struct rover_drive_status {
	enum rover_state state;
	enum rover_stop_reason reason;
	ktime_t stop_time;
	enum rover_stop_mode stop_mode;
	bool waiting;
	bool leased;
	bool anonymous;
	bool mine;
	pid_t pid;
	u32 deadman_ms;
	s32 duty_permille[ROVER_SIDES];
};

/* drive.c: what entries call */
int rover_drive_init(struct rover *rover);
void rover_drive_close(struct rover *rover);
int rover_drive_feed(struct rover *rover, struct rover_lease *lease);
int rover_drive_stop(struct rover *rover, struct rover_lease *lease, enum rover_stop_mode mode);
int rover_drive_suspend(struct rover *rover);
void rover_drive_resume(struct rover *rover);
bool rover_drive_moving(struct rover *rover);
int rover_drive_admit_locked(struct rover *rover, struct rover_lease *lease);
void rover_drive_begin_locked(struct rover *rover, struct rover_lease *lease,
			      enum rover_motion motion);
void rover_drive_status(struct rover *rover, const struct rover_lease *mine,
			struct rover_drive_status *status);

/* motion.c: commands; each fills in what is applied */
int rover_drive_duty(struct rover *rover, struct rover_lease *lease, struct rover_duty *duty);
int rover_drive_side(struct rover *rover, struct rover_lease *lease, enum rover_side side,
		     s32 duty_permille);
int rover_drive_speed(struct rover *rover, struct rover_lease *lease, struct rover_speed *speed);
int rover_drive_target(struct rover *rover, struct rover_lease *lease, enum rover_side side,
		       s64 speed_um_s);
int rover_drive_twist(struct rover *rover, struct rover_lease *lease, struct rover_twist *twist);
int rover_drive_move(struct rover *rover, struct rover_lease *lease, struct rover_path *path);
int rover_drive_turn(struct rover *rover, struct rover_lease *lease, struct rover_path *path);

/* stop.c: how motions end; any context, hard IRQ too */
void rover_drive_halt_locked(struct rover *rover, enum rover_stop_reason reason,
			     enum rover_stop_mode mode, ktime_t cause);
void rover_drive_halt(struct rover *rover, enum rover_stop_reason reason,
		      enum rover_stop_mode mode, ktime_t cause);
bool rover_drive_end_locked(struct rover *rover, enum rover_stop_reason reason,
			    enum rover_stop_mode mode, ktime_t cause);
void rover_drive_end(struct rover *rover, enum rover_stop_reason reason,
		     enum rover_stop_mode mode, ktime_t cause);
void rover_drive_complete_locked(struct rover *rover);
void rover_drive_replace_locked(struct rover *rover);
void rover_drive_expire(struct rover *rover, ktime_t now);
void rover_drive_fail(struct rover *rover, int err);
int rover_drive_init_timer(struct rover *rover);
void rover_drive_set_state_locked(struct rover *rover, enum rover_state state);

/* A motion that waited for the guard's first ping begins; any context. */
void rover_drive_go_locked(struct rover *rover);

/* Commanded or held: it has a lease, a deadman, and can be fed. */
static inline bool rover_drive_is_running(enum rover_state state)
{
	return state == ROVER_STATE_MOVING || state == ROVER_STATE_HOLDING;
}

/* estop.c */
int rover_drive_estop(struct rover *rover);
int rover_drive_clear(struct rover *rover);

#endif /* ROVER_DRIVE_H */
