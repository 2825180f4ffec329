/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lease: who may drive, and how long without a sign of life
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_LEASE_H
#define ROVER_LEASE_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct pid;
struct rover;
struct rover_drive;
struct rover_take;

/**
 * struct rover_lease - one that may drive: an open file, or the anonymous holder
 * @id: number of the open file, for event records; 0 for the anonymous
 * @pid: process that took it; NULL while it is not held, and for the anonymous
 * @uid: its user
 * @deadman_ms: deadman time chosen by the holder, 0 = off
 * @displaced: somebody took it away by force, and the owner was not told yet
 */
struct rover_lease {
	u32 id;
	struct pid *pid;
	kuid_t uid;
	u32 deadman_ms;
	bool displaced;
};

int rover_lease_take(struct rover *rover, struct rover_lease *lease,
		     const struct rover_take *take);
int rover_lease_release(struct rover *rover, struct rover_lease *lease);
bool rover_lease_deadman_allowed(u32 deadman_ms);

/* With drive.lock held: */
int rover_lease_check(struct rover *rover, struct rover_lease *lease);
void rover_lease_grant(struct rover *rover, struct rover_lease *lease);
struct pid *rover_lease_drop(struct rover_drive *drive);
u32 rover_lease_deadman_ms(struct rover *rover);
void rover_lease_tighten(struct rover *rover);

#endif /* ROVER_LEASE_H */
