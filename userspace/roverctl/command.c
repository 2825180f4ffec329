// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verbs that the other files have registered
 *
 * Copyright (C) 2026 The rover authors
 */
#include <string.h>

#include "command.h"

/* The linker sets these to the ends of the section. */
extern const struct command *const __start_roverctl_commands[];
extern const struct command *const __stop_roverctl_commands[];

const struct command *command_at(size_t index)
{
	const struct command *const *table;
	const struct command *command;

	for (table = __start_roverctl_commands; table < __stop_roverctl_commands; table++)
		for (command = *table; command->name; command++)
			if (!index--)
				return command;
	return NULL;
}

const struct command *command_find(const char *name)
{
	const struct command *command;
	size_t i;

	for (i = 0; (command = command_at(i)); i++)
		if (!strcmp(command->name, name))
			break;
	return command;
}
