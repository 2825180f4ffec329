/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events as roverctl prints them: a line for people, or an object for programs
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_EVENT_H
#define ROVERCTL_EVENT_H

#include "output.h"

/*
 * Begin one: for people prints the time and what it is, and returns NULL; for
 * programs returns an object with both, for output_json().
 */
struct json_object *event_begin(const struct context *context, uint64_t time_ns, const char *what);

/* A record of read() as an object; NULL for a sample, and for what is not known. */
struct json_object *event_json(const struct rover_event *event);

/* Print a record of read(), any but samples. */
void event_print(const struct context *context, const struct rover_event *event);

#endif
