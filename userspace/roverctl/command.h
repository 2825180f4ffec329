/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb of roverctl is: a table of its arguments and one function
 *
 * A file registers its verbs with COMMANDS(); they are listed in the order in
 * which the files are linked. Arguments are parsed, checked and documented from
 * the tables alone, so that a verb's function starts with values in range.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVERCTL_COMMAND_H
#define ROVERCTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "macros.h"

/* Exit status. */
enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,	/* by the rover, or it failed */
	EXIT_USAGE = 2,
};

/**
 * struct argument - a value after the verb, or one of its options
 * @name: in capitals for a value; an option's name without dashes
 * @letter: an option's short name, if it has one; only for those with a value
 * @placeholder: an option's value as the help shows it, NULL for a flag
 * @unit: of a number, for help and errors
 * @help: one line
 * @min: smallest number permitted
 * @max: largest
 * @optional: a value that may be left out
 * @decimals: a number may have three decimal places, and goes there in thousandths
 * @number: where a number goes; untouched if not given
 * @text: where a word goes instead
 * @flag: where "given" goes, for options
 */
struct argument {
	const char *name;
	char letter;
	const char *placeholder;
	const char *unit;
	const char *help;
	long min;
	long max;
	bool optional;
	bool decimals;
	long *number;
	const char **text;
	bool *flag;
};

struct context {
	const char *node;
	const char *verb;
	bool json;
};

/**
 * struct command - a verb
 * @name: as typed
 * @summary: one line for the list of verbs
 * @details: paragraphs for its own help, ending in a newline
 * @values: what follows the verb, ends with an empty entry; may be NULL
 * @options: likewise for its options
 * @data: for functions that serve several verbs
 * @run: returns the exit status
 */
struct command {
	const char *name;
	const char *summary;
	const char *details;
	const struct argument *values;
	const struct argument *options;
	const void *data;
	int (*run)(const struct context *context, const struct command *command);
};

/*
 * Register an array of commands, which ends with an empty entry. What lands in
 * the section are pointers: no compiler puts padding between those.
 */
#define COMMANDS(commands)							\
	static const struct command *const commands##_registered		\
	__used __section("roverctl_commands") = (commands)

/* All verbs, one after the other; NULL after the last. */
const struct command *command_at(size_t index);

/* NULL if there is no such verb. */
const struct command *command_find(const char *name);

#endif
