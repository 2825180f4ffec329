/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What roverctl says: JSON objects for programs, errors for everybody
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_OUTPUT_H
#define ROVERCTL_OUTPUT_H

#include <json-c/json.h>

#include "command.h"
#include "device.h"

/* Print one object on one line and drop the reference to it. */
void output_json(struct json_object *object);

/* { "verb": ..., "ok": ... }, to be filled with more. */
struct json_object *output_result(const struct context *context, bool ok);

/*
 * The failure on stderr; with --json also as an object on stdout, so that one
 * who reads only stdout gets an answer too. Return: EXIT_REFUSED.
 */
int output_failure(const struct context *context, const struct failure *failure);

/* Thousandths as a decimal number: 1234567 um are 1234.567 mm. */
struct json_object *output_milli(int64_t thousandths);

/* One measurement, as "range" and "status" show it. */
struct json_object *output_range(const struct rover_range *range);

/* Who drives: null, or what is known of them. */
struct json_object *output_driver(const struct rover_snapshot *snapshot);

/* Micrometres to the nearest millimetre, for people. */
long output_mm(int64_t um);

/* Microradians to degrees, and degrees with three places to microradians. */
double output_degrees(int64_t urad);
int64_t output_urad(int64_t mdeg);

/* Degrees with three places, as a JSON number. */
struct json_object *output_json_degrees(int64_t urad);

#endif
