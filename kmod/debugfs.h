/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs: what the driver itself costs and loses
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_DEBUGFS_H
#define ROVER_DEBUGFS_H

struct rover;

void rover_debugfs_init(void);
void rover_debugfs_exit(void);
int rover_debugfs_add(struct rover *rover);

#endif /* ROVER_DEBUGFS_H */
