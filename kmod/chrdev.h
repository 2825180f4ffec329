/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chrdev: /dev/rover: ioctl and poll
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CHRDEV_H
#define ROVER_CHRDEV_H

#include <linux/fs.h>

extern const struct file_operations rover_chrdev_fops;

#endif /* ROVER_CHRDEV_H */
