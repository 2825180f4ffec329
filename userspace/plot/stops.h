/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive on paper: where the rover stopped, and why
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_STOPS_H
#define ROVER_STOPS_H

#include "page.h"

/* On the map; those with a label get a number and the rover's outline. */
void stops_put(const struct page *page);

/* What the numbers mean, in the panel from @y on. */
void stops_put_labels(const struct page *page, double y);

/* A stop's number, for those that stops_put() gave one; 0 for the others. */
size_t stops_number(const struct track *track, size_t index);
void stops_put_badge(FILE *file, double x, double y, size_t number);

/* How much of the panel that takes, at most. */
double stops_labels_height(const struct track *track);

#endif
