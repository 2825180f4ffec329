/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: common options, the verb, its values and options
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_ARGUMENTS_H
#define ROVERCTL_ARGUMENTS_H

#include "command.h"

/**
 * arguments_parse() - read the command line
 * @argc: as main() got it
 * @argv: likewise
 * @context: filled in
 * @command: the verb to run
 * @status: exit status if there is nothing to run
 *
 * Nothing has been opened when this complains. Help and version are printed
 * from here.
 *
 * Return: true if @command is to be run.
 */
bool arguments_parse(int argc, char **argv, struct context *context,
		     const struct command **command, int *status);

#endif
