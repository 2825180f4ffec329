// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What really happens: the simulator's ground truth, for show and for checks
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include "truth.h"
bool truth_read(struct truth *truth){(void)truth;return true;}
bool truth_walls(struct track *track){(void)track;return true;}
double truth_distance(const struct track *track, const struct pose *from){(void)track;(void)from;return 0;}
