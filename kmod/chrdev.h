/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chrdev: /dev/rover: an open file, and what can be done with it
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CHRDEV_H
#define ROVER_CHRDEV_H

#include <linux/fs.h>

#include "lease.h"
#include "listener.h"

struct rover;

/**
 * struct rover_file - one open file description
 * @rover: kept by the file
 * @lease: its own
 * @listener: its events
 * @may_drive: open for writing
 */
struct rover_file {
	struct rover *rover;
	struct rover_lease lease;
	struct rover_listener listener;
	bool may_drive;
};

extern const struct file_operations rover_chrdev_fops;

#endif /* ROVER_CHRDEV_H */
