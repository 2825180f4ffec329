/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fault: lines on which the bridges tell that they have failed
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_FAULT_H
#define ROVER_FAULT_H

#include <linux/types.h>

#include "board.h"

struct gpio_desc;
struct rover;

/**
 * struct rover_fault - the lines, fixed after probe
 * @line: one for both bridges, or one each; NULL for none
 */
struct rover_fault {
	struct gpio_desc *line[ROVER_FAULT_LINES];
};

int rover_fault_init(struct rover *rover);

/* A bridge tells of a fault now; any context. */
bool rover_fault_active(struct rover *rover);

#endif /* ROVER_FAULT_H */
