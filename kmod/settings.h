/* SPDX-License-Identifier: GPL-2.0 */
/*
 * settings: what can be changed at run time, with its limits and presets
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SETTINGS_H
#define ROVER_SETTINGS_H

#include <linux/types.h>

struct rover;
struct rover_lease;
struct rover_settings;

int rover_settings_init(struct rover *rover);
u64 rover_settings_present(const struct rover *rover);
void rover_settings_get(struct rover *rover, struct rover_settings *settings);
int rover_settings_configure(struct rover *rover, struct rover_lease *lease,
			     const struct rover_settings *wanted);
int rover_settings_try(struct rover *rover, struct rover_lease *lease,
		       const struct rover_settings *wanted, u64 *culprit);
u32 *rover_settings_slot(struct rover_settings *settings, u64 bit);

/* One of them, for entries that have a name for each: @field is one ROVER_SET_* bit. */
s64 rover_settings_read(struct rover *rover, u64 field);
int rover_settings_write(struct rover *rover, struct rover_lease *lease, u64 field, s64 value);

#endif /* ROVER_SETTINGS_H */
