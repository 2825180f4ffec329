/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for the numbers of the ABI, the same as in sysfs
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_NAMES_H
#define ROVER_NAMES_H

#include <stdint.h>

const char *name_state(uint32_t state);
const char *name_reason(uint32_t reason);
const char *name_range(uint32_t status);
const char *name_motion(uint32_t motion);
const char *name_mode(uint32_t mode);

/* By the number of its bit: ROVER_SENSOR_*, ROVER_SET_*. */
const char *name_sensor(unsigned int bit);
const char *name_setting(unsigned int bit);

/* A reason as a sentence for people, to follow "stopped: ". */
const char *name_reason_text(uint32_t reason);

/* A range status other than valid, as a sentence for people. */
const char *name_range_text(uint32_t status);

#endif
