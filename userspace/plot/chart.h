/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive on paper: values over time, with the stops
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_CHART_H
#define ROVER_CHART_H

#include "page.h"

/* All of the track's charts, from @y down. */
void charts_put(const struct page *page, double y);

/* How much of the page they take. */
double charts_height(const struct track *track);

#endif
