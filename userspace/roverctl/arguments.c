// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line: common options, the verb, its values and options
 *
 * Copyright (C) 2026 The rover authors
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "device.h"
#include "help.h"
#include "numbers.h"

#define OPTIONS_MAX	16

enum {
	OPTION_DEVICE = 'd',
	OPTION_HELP = 'h',
	OPTION_VERSION = 'V',
	OPTION_JSON = 'j',
	OPTION_VERB = 256,	/* first of the verb's own */
};

static const struct option common_options[] = {
	{ "device", required_argument, NULL, OPTION_DEVICE },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
};

#define COMMON_COUNT	(sizeof(common_options) / sizeof(common_options[0]))

static int arguments_complain(const struct command *command, const char *message, ...)
	__attribute__((format(printf, 2, 3)));

static int arguments_complain(const struct command *command, const char *message, ...)
{
	const char *verb = command ? command->name : "";
	va_list args;

	fprintf(stderr, "roverctl: %s%s", verb, command ? ": " : "");
	va_start(args, message);
	vfprintf(stderr, message, args);
	va_end(args);
	fprintf(stderr, "\nSee: roverctl %s%s--help\n", verb, command ? " " : "");
	return EXIT_USAGE;
}

/* Return: 0, or EXIT_USAGE after a complaint. */
static int argument_take(const struct command *command, const struct argument *argument,
			 bool is_option, const char *text)
{
	if (argument->flag)
		*argument->flag = true;
	if (argument->text)
		*argument->text = text;
	if (argument->number &&
	    !number_parse(text, argument->min, argument->max, argument->number))
		return arguments_complain(command,
					  "%s%s must be a number from %ld to %ld %s, not '%s'",
					  is_option ? "--" : "", argument->name,
					  argument->min, argument->max, argument->unit, text);
	return 0;
}

/* The verb's options behind the common ones, in getopt's terms. */
static void options_build(const struct command *command, struct option options[OPTIONS_MAX])
{
	const struct argument *argument = command ? command->options : NULL;
	size_t count = COMMON_COUNT;

	memset(options, 0, OPTIONS_MAX * sizeof(*options));
	memcpy(options, common_options, sizeof(common_options));
	for (; argument && argument->name && count < OPTIONS_MAX - 1; argument++, count++)
		options[count] = (struct option) {
			.name = argument->name,
			.has_arg = argument->placeholder ? required_argument : no_argument,
			.val = OPTION_VERB + (int)(count - COMMON_COUNT),
		};
}

enum step {
	STEP_OPTION,	/* an option was found: *found */
	STEP_VALUE,	/* a plain word: argv[optind - 1] */
	STEP_END,
};

/*
 * getopt_long() with words in between, where -300 is a word. It is never
 * left inside a cluster of short options: -d takes the rest, -h ends it all.
 */
static enum step arguments_next(int argc, char **argv, const struct option *options,
				bool *only_words, int *found)
{
	if (optind < argc && !*only_words && !strcmp(argv[optind], "--")) {
		*only_words = true;
		optind++;
	}
	if (optind >= argc)
		return STEP_END;
	if (!*only_words && argv[optind][0] == '-' && argv[optind][1] &&
	    !number_looks_negative(argv[optind])) {
		*found = getopt_long(argc, argv, "+:d:h", options, NULL);
		return STEP_OPTION;
	}
	optind++;
	return STEP_VALUE;
}

const struct command *command_find(const char *name)
{
	const struct command *const *table;
	const struct command *entry;

	for_each_command(table, entry)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

/* Return: 0 to go on, else *status is set and there is nothing to run. */
static int option_take(int found, char **argv, const struct command *command,
		       struct context *context, int *status)
{
	switch (found) {
	case OPTION_DEVICE:
		context->node = optarg;
		return 0;
	case OPTION_JSON:
		context->json = true;
		return 0;
	case OPTION_HELP:
		*status = command ? help_command(command) : help_general();
		return 1;
	case OPTION_VERSION:
		*status = help_version();
		return 1;
	case ':':
		*status = arguments_complain(command, "option '%s' needs a value",
					     argv[optind - 1]);
		return 1;
	case '?':
		*status = arguments_complain(command, "there is no option '%s'",
					     argv[optind - 1]);
		return 1;
	default:
		*status = argument_take(command, &command->options[found - OPTION_VERB], true,
					optarg);
		return *status;
	}
}

bool arguments_parse(int argc, char **argv, struct context *context,
		     const struct command **command, int *status)
{
	const struct argument *value = NULL;
	struct option options[OPTIONS_MAX];
	bool only_words = false;
	int found;

	*context = (struct context) { .node = DEVICE_DEFAULT_NODE };
	*command = NULL;
	options_build(NULL, options);
	opterr = 0;

	for (;;) {
		enum step step = arguments_next(argc, argv, options, &only_words, &found);
		const char *word = argv[optind - 1];

		if (step == STEP_END)
			break;
		if (step == STEP_OPTION) {
			if (option_take(found, argv, *command, context, status))
				return false;
		} else if (!*command) {
			*command = command_find(word);
			if (!*command) {
				*status = arguments_complain(NULL, "there is no verb '%s'", word);
				return false;
			}
			context->verb = (*command)->name;
			value = (*command)->values;
			options_build(*command, options);
		} else if (!value || !value->name) {
			*status = arguments_complain(*command, "'%s' is one argument too many",
						     word);
			return false;
		} else {
			*status = argument_take(*command, value++, false, word);
			if (*status)
				return false;
		}
	}

	if (!*command) {
		*status = arguments_complain(NULL, "a verb is missing");
		return false;
	}
	if (value && value->name && !value->optional) {
		*status = arguments_complain(*command, "%s is missing: a number from %ld to %ld %s",
					     value->name, value->min, value->max, value->unit);
		return false;
	}
	return true;
}
