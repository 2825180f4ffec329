/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Boards for machines without a device tree.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_PLAIN_H
#define ROVER_SIM_PLAIN_H

int sim_plain_add(void);
void sim_plain_remove(void);

#endif
