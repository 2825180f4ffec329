/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ioctl: a call with a structure of the caller's size
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_IOCTL_H
#define ROVER_IOCTL_H

struct file;

long rover_ioctl(struct file *filp, unsigned int cmd, unsigned long user);

#endif /* ROVER_IOCTL_H */
