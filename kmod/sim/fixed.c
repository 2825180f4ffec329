// SPDX-License-Identifier: GPL-2.0
/*
 * Sine and cosine without floating point: Taylor polynomials on an eighth of a
 * turn to either side of zero, where the first term left out is below 2e-9.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math64.h>

#include "fixed.h"

static s64 fixed_mul(s64 a, s64 b)
{
	return (a * b) >> SIM_Q30;
}

/* 1 - (x2 / divisor) * inner: one step of a nested series. */
static s64 fixed_step(s64 x2, s64 inner, s32 divisor)
{
	return SIM_Q30_ONE - div_s64(fixed_mul(x2, inner), divisor);
}

/**
 * sim_fixed_sincos() - sine and cosine
 * @angle_prad: picoradians, any number of turns
 * @sine_q30: where to put the sine
 * @cosine_q30: where to put the cosine
 *
 * The error is below 5e-9 (5 units of Q30).
 */
void sim_fixed_sincos(s64 angle_prad, s64 *sine_q30, s64 *cosine_q30)
{
	s64 half = angle_prad < 0 ? -SIM_QUARTER_PRAD / 2 : SIM_QUARTER_PRAD / 2;
	s64 quarters = div64_s64(angle_prad + half, SIM_QUARTER_PRAD);
	s64 rest_nrad = div_s64(angle_prad - quarters * SIM_QUARTER_PRAD, 1000);
	s64 x = div_s64(rest_nrad << SIM_Q30, 1000000000);
	s64 x2 = fixed_mul(x, x);
	s64 sine, cosine;

	sine = fixed_step(x2, SIM_Q30_ONE, 72);
	sine = fixed_step(x2, sine, 42);
	sine = fixed_step(x2, sine, 20);
	sine = fixed_mul(x, fixed_step(x2, sine, 6));

	cosine = fixed_step(x2, SIM_Q30_ONE, 90);
	cosine = fixed_step(x2, cosine, 56);
	cosine = fixed_step(x2, cosine, 30);
	cosine = fixed_step(x2, cosine, 12);
	cosine = fixed_step(x2, cosine, 2);

	*sine_q30 = quarters & 1 ? cosine : sine;
	*cosine_q30 = quarters & 1 ? sine : cosine;
	if (quarters & 2)
		*sine_q30 = -*sine_q30;
	if ((quarters + 1) & 2)
		*cosine_q30 = -*cosine_q30;
}
