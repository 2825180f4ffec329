/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Help, made from the tables of the verbs
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_HELP_H
#define ROVERCTL_HELP_H

#include "command.h"

/* Each prints to stdout and returns EXIT_DONE. */
int help_general(void);
int help_command(const struct command *command);
int help_version(void);

#endif
