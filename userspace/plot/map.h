/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive on paper: what lies in the room
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_MAP_H
#define ROVER_MAP_H

#include "page.h"

#define GRID_MM	500

void map_put_grid(const struct page *page);
void map_put_walls(const struct page *page);
void map_put_hits(const struct page *page);
void map_put_line(const struct page *page, const struct track_line *line, const char *class);

/* Arrow heads along a path, so that it can be followed where it crosses itself. */
void map_put_arrows(const struct page *page, const struct track_line *line);

void map_put_start(const struct page *page);

#endif
