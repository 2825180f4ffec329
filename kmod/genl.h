/* SPDX-License-Identifier: GPL-2.0 */
/*
 * genl: the generic netlink family "rover"
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_GENL_H
#define ROVER_GENL_H

#include <linux/atomic.h>

#include "event.h"

struct rover;

/**
 * struct rover_genl - a rover as the family knows it
 * @consumer: gets its events
 * @hears_range: 1: counted among those who listen for ranges
 */
struct rover_genl {
	struct rover_event_consumer consumer;
	atomic_t hears_range;
};

int rover_genl_init(void);
void rover_genl_exit(void);

int rover_genl_add(struct rover *rover);
void rover_genl_remove(struct rover *rover);

#endif /* ROVER_GENL_H */
