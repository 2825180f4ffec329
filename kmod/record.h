/* SPDX-License-Identifier: GPL-2.0 */
/*
 * record: commands by write()
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_RECORD_H
#define ROVER_RECORD_H

#include <linux/types.h>

struct iov_iter;
struct rover_file;

ssize_t rover_record_write(struct rover_file *file, struct iov_iter *from);

#endif /* ROVER_RECORD_H */
