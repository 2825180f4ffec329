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

#include <linux/ktime.h>
#include <linux/rover.h>
#include <linux/spinlock.h>

#include "board.h"
#include "lease.h"

struct rover;

/**
 * struct rover_drive - the gate
 * @lock: protects everything here; taken in hard IRQ
 * @state: what the rover is doing
 * @reason: why it stopped last
 * @stop_time: when, 0 for never
 * @stop_mode: how
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
	bool leased;
	bool anonymous;
	bool mine;
	pid_t pid;
	u32 deadman_ms;
	s32 duty_permille[ROVER_SIDES];
};

void rover_drive_init(struct rover *rover);
void rover_drive_close(struct rover *rover);

int rover_drive_feed(struct rover *rover, struct rover_lease *lease);
int rover_drive_duty(struct rover *rover, struct rover_lease *lease,
		     s32 duty_permille[ROVER_SIDES]);
int rover_drive_side(struct rover *rover, struct rover_lease *lease, enum rover_side side,
		     s32 duty_permille);
int rover_drive_stop(struct rover *rover, enum rover_stop_mode mode);

/* In estop.c: */
int rover_drive_estop(struct rover *rover);
int rover_drive_clear(struct rover *rover);

void rover_drive_halt_locked(struct rover *rover, enum rover_stop_reason reason,
			     enum rover_stop_mode mode);
void rover_drive_halt(struct rover *rover, enum rover_stop_reason reason,
		      enum rover_stop_mode mode);
bool rover_drive_end_locked(struct rover *rover, enum rover_stop_reason reason,
			    enum rover_stop_mode mode);
void rover_drive_end(struct rover *rover, enum rover_stop_reason reason,
		     enum rover_stop_mode mode);
void rover_drive_expire(struct rover *rover, ktime_t now);
void rover_drive_fail(struct rover *rover, int err);
int rover_drive_suspend(struct rover *rover);
void rover_drive_resume(struct rover *rover);
bool rover_drive_moving(struct rover *rover);
void rover_drive_status_locked(struct rover *rover, const struct rover_lease *mine,
			       struct rover_drive_status *status);
void rover_drive_status(struct rover *rover, const struct rover_lease *mine,
			struct rover_drive_status *status);

#endif /* ROVER_DRIVE_H */
