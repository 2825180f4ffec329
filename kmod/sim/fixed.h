/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fixed-point helpers: Q30 is a number times 2^30.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_FIXED_H
#define ROVER_SIM_FIXED_H

#include <linux/bits.h>
#include <linux/types.h>

#define SIM_Q30			30
#define SIM_Q30_ONE		((s64)BIT_ULL(SIM_Q30))

/* A quarter turn in picoradians. */
#define SIM_QUARTER_PRAD	1570796326795LL

#define SIM_PRAD_PER_MDEG	17453293LL

void sim_fixed_sincos(s64 angle_prad, s64 *sine_q30, s64 *cosine_q30);

#endif
