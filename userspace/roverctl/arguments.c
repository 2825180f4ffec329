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
#include "macros.h"
#include "numbers.h"
#include "suggest.h"

#define OPTIONS_MAX	16

enum {
	OPTION_DEVICE = 'd',
	OPTION_HELP = 'h',
	OPTION_VERSION = 'V',
	OPTION_JSON = 'j',
	OPTION_VERB = 256,	/* first of the verb's own, unless it has a letter */
};

static const struct option common_options[] = {
	{ "device", required_argument, NULL, OPTION_DEVICE },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
};

#define COMMON_COUNT	ARRAY_SIZE(common_options)

static int __printf(2, 3)
arguments_complain(const struct command *command, const char *message, ...)
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

static bool argument_number(const struct argument *argument, const char *text)
{
	return argument->decimals ?
	       number_parse_milli(text, argument->min, argument->max, argument->number) :
	       number_parse(text, argument->min, argument->max, argument->number);
}

/* Return: 0, or EXIT_USAGE after a complaint. */
static int argument_take(const struct command *command, const struct argument *argument,
			 bool is_option, const char *text)
{
	if (argument->flag)
		*argument->flag = true;
	if (argument->text)
		*argument->text = text;
	if (argument->number && !argument_number(argument, text))
		return arguments_complain(command,
					  "%s%s must be a number from %ld to %ld %s, not '%s'%s",
					  is_option ? "--" : "", argument->name,
					  argument->min, argument->max, argument->unit, text,
					  suggest_number(argument, text));
	return 0;
}

/* What getopt finds for the verb's option of this number. */
static int option_value(const struct argument *argument, size_t number)
{
	return argument->letter ? argument->letter : OPTION_VERB + (int)number;
}

/* The verb's options behind the common ones, in getopt's terms. */
static void options_build(const struct command *command, struct option options[OPTIONS_MAX],
			  char letters[2 * OPTIONS_MAX])
{
	const struct argument *argument = command ? command->options : NULL;
	char *letter = stpcpy(letters, "+:d:h");
	size_t count = COMMON_COUNT;

	memset(options, 0, OPTIONS_MAX * sizeof(*options));
	memcpy(options, common_options, sizeof(common_options));
	for (; argument && argument->name && count < OPTIONS_MAX - 1; argument++, count++) {
		if (argument->letter)
			letter += sprintf(letter, "%c%s", argument->letter,
					  argument->placeholder ? ":" : "");
		options[count] = (struct option) {
			.name = argument->name,
			.has_arg = argument->placeholder ? required_argument : no_argument,
			.val = option_value(argument, count - COMMON_COUNT),
		};
	}
}

/* How far the command line has been read. */
struct parser {
	int argc;
	char **argv;
	bool only_words;		/* "--" was there */
	struct option options[OPTIONS_MAX];
	char letters[2 * OPTIONS_MAX];	/* those that are short */
	const struct command *command;	/* once its name was there */
	const struct argument *value;	/* the next one the verb takes */
	const char *option;		/* as it stands there, for complaints */
	struct context *context;
};

enum step {
	STEP_OPTION,	/* an option was found: *found */
	STEP_VALUE,	/* a plain word: argv[optind - 1] */
	STEP_END,
};

/*
 * getopt_long() with words in between, where -300 is a word. It is never
 * left inside a cluster of short options: each takes the rest as its value, -h
 * ends it all.
 */
static enum step parser_next(struct parser *parser, int *found)
{
	const char *word;

	if (optind < parser->argc && !parser->only_words &&
	    !strcmp(parser->argv[optind], "--")) {
		parser->only_words = true;
		optind++;
	}
	if (optind >= parser->argc)
		return STEP_END;
	word = parser->argv[optind];
	if (!parser->only_words && word[0] == '-' && word[1] && !number_looks_negative(word)) {
		parser->option = word;
		*found = getopt_long(parser->argc, parser->argv, parser->letters, parser->options, NULL);
		return STEP_OPTION;
	}
	optind++;
	return STEP_VALUE;
}

static const struct argument *option_found(const struct command *command, int found)
{
	const struct argument *argument = command->options;

	while (option_value(argument, (size_t)(argument - command->options)) != found)
		argument++;
	return argument;
}

/* Return: true to go on, else *status is set and there is nothing to run. */
static bool parser_option(struct parser *parser, int found, int *status)
{
	const struct command *command = parser->command;

	switch (found) {
	case OPTION_DEVICE:
		parser->context->node = optarg;
		return true;
	case OPTION_JSON:
		parser->context->json = true;
		return true;
	case OPTION_HELP:
		*status = command ? help_command(command) : help_general();
		return false;
	case OPTION_VERSION:
		*status = help_version();
		return false;
	case ':':
		*status = arguments_complain(command, "option '%s' needs a value",
					     parser->option);
		return false;
	case '?':
		*status = arguments_complain(command, "there is no option '%s'",
					     parser->option);
		return false;
	}
	*status = argument_take(command, option_found(command, found), true, optarg);
	return !*status;
}

/* The first word is the verb, the others are its values. Return: as above. */
static bool parser_word(struct parser *parser, const char *word, int *status)
{
	if (!parser->command) {
		parser->command = command_find(word);
		if (!parser->command) {
			*status = arguments_complain(NULL, "there is no verb '%s'%s", word,
						     suggest_verb(word));
			return false;
		}
		parser->context->verb = parser->command->name;
		parser->value = parser->command->values;
		options_build(parser->command, parser->options, parser->letters);
		return true;
	}
	if (!parser->value || !parser->value->name) {
		*status = arguments_complain(parser->command, "'%s' is one argument too many",
					     word);
		return false;
	}
	*status = argument_take(parser->command, parser->value++, false, word);
	return !*status;
}

/* Is all there? Return: as above. */
static bool parser_end(const struct parser *parser, int *status)
{
	const struct argument *value = parser->value;

	if (!parser->command) {
		*status = arguments_complain(NULL, "a verb is missing");
		return false;
	}
	if (!value || !value->name || value->optional)
		return true;
	if (value->number)
		*status = arguments_complain(parser->command,
					     "%s is missing: a number from %ld to %ld %s",
					     value->name, value->min, value->max, value->unit);
	else
		*status = arguments_complain(parser->command, "%s is missing", value->name);
	return false;
}

bool arguments_parse(int argc, char **argv, struct context *context,
		     const struct command **command, int *status)
{
	struct parser parser = { .argc = argc, .argv = argv, .context = context };
	enum step step;
	int found;

	*context = (struct context) { .node = DEVICE_DEFAULT_NODE };
	options_build(NULL, parser.options, parser.letters);
	opterr = 0;	/* this says it better */

	for (;;) {
		step = parser_next(&parser, &found);
		if (step == STEP_END)
			break;
		if (step == STEP_OPTION && !parser_option(&parser, found, status))
			return false;
		if (step == STEP_VALUE && !parser_word(&parser, argv[optind - 1], status))
			return false;
	}
	*command = parser.command;
	return parser_end(&parser, status);
}
