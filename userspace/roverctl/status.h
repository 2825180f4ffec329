/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verb status tells programs
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_STATUS_H
#define ROVERCTL_STATUS_H

#include "device.h"

/* Prints what the rover is and does, as one object. */
void status_json(const struct device *device, const struct rover_snapshot *snapshot);

#endif
