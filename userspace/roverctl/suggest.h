/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody may have meant who typed something else
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_SUGGEST_H
#define ROVERCTL_SUGGEST_H

#include "command.h"

/*
 * Each returns the end of a complaint, empty if there is nothing to suggest; valid
 * until the next call.
 */

/* "; did you mean 'forward'?": the verb that is least different. */
const char *suggest_verb(const char *word);

/* "; in mm that is 100, without the unit": a number with another unit, or with its own. */
const char *suggest_number(const struct argument *argument, const char *text);

#endif
