// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Help, made from the tables of the verbs
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>

#include <linux/rover.h>

#include "help.h"
#include "command.h"
#include "suggest.h"

static const struct argument common_options[] = {
	{ .name = "device", .letter = 'd', .placeholder = "NODE",
	  .help = "another rover than /dev/rover" },
	{ .name = "json", .help = "print results as JSON, one object a line" },
	{ .name = "help", .letter = 'h',
	  .help = "this help, or that of a verb: roverctl VERB --help" },
	{ .name = "version", .help = "version of this program and of the ABI it speaks" },
	{ 0 }
};

static void help_argument(const struct argument *argument, bool is_option)
{
	char label[48], letter[8] = "";

	if (argument->letter)
		snprintf(letter, sizeof(letter), "-%c, ", argument->letter);
	snprintf(label, sizeof(label), "%s%s%s %s", letter, is_option ? "--" : "", argument->name,
		 argument->placeholder ? argument->placeholder : "");
	printf("  %-19s %s", label, argument->help);
	if (argument->number)
		printf(", %ld..%ld %s", argument->min, argument->max, argument->unit);
	printf("\n");
}

static void help_options(const struct argument *argument)
{
	for (; argument && argument->name; argument++)
		help_argument(argument, true);
}

int help_general(void)
{
	const struct command *command;
	size_t i;

	puts("Usage: roverctl [-d /dev/roverN] [--json] VERB [ARGUMENTS]\n"
	     "\n"
	     "Drive a rover and read its sensors.\n"
	     "\n"
	     "Verbs:");
	for (i = 0; (command = command_at(i)); i++)
		printf("  %-12s  %s\n", command->name, command->summary);
	printf("\nOptions, before or after the verb:\n");
	help_options(common_options);
	puts("\n"
	     "Exit status: 0 done, 1 the rover refused or failed (stderr says why), 2 usage.\n"
	     "A rover that is driven stops when this program ends, however it ends.");
	return EXIT_DONE;
}

static void help_usage(const struct command *command)
{
	const struct argument *argument;

	printf("Usage: roverctl [-d /dev/roverN] [--json] %s", command->name);
	for (argument = command->values; argument && argument->name; argument++)
		printf(argument->optional ? " [%s]" : " %s", argument->name);
	for (argument = command->options; argument && argument->name; argument++)
		printf(" [--%s%s%s]", argument->name, argument->placeholder ? " " : "",
		       argument->placeholder ? argument->placeholder : "");
	printf("\n");
}

int help_command(const struct command *command)
{
	const struct argument *argument;

	help_usage(command);
	printf("\n%s", command->details);
	if (command->values || command->options)
		printf("\n");
	for (argument = command->values; argument && argument->name; argument++)
		help_argument(argument, false);
	help_options(command->options);
	printf("\nCommon options:\n");
	help_options(common_options);
	return EXIT_DONE;
}

int help_version(void)
{
	printf("roverctl %s (rover ABI %d)\n", ROVERCTL_VERSION, ROVER_ABI_VERSION);
	return EXIT_DONE;
}

/*
 * For shells that complete what is typed: a line each, with tabs between the kind
 * (verb, value, option), the name, the value it takes, and the help.
 */
static void list_arguments(const struct argument *argument, bool is_option)
{
	for (; argument && argument->name; argument++) {
		const char *takes = argument->placeholder ? argument->placeholder : "";

		if (!is_option)
			takes = argument->number ? "NUMBER" : argument->name;
		if (argument->letter)
			printf("option\t-%c\t%s\t%s\n", argument->letter, takes, argument->help);
		printf("%s%s\t%s\t%s\n", is_option ? "option\t--" : "value\t", argument->name,
		       takes, argument->help);
	}
}

static int help_list(const struct command *command)
{
	size_t i;

	if (command) {
		list_arguments(command->values, false);
		list_arguments(command->options, true);
	} else {
		for (i = 0; (command = command_at(i)); i++)
			printf("verb\t%s\t\t%s\n", command->name, command->summary);
	}
	list_arguments(common_options, true);
	return EXIT_DONE;
}

static const char *help_verb;
static bool list;

static int help_run(const struct context *context, const struct command *command)
{
	(void)context;
	command = help_verb ? command_find(help_verb) : NULL;
	if (help_verb && !command) {
		fprintf(stderr, "roverctl: help: there is no verb '%s'%s\nSee: roverctl --help\n",
			help_verb, suggest_verb(help_verb));
		return EXIT_USAGE;
	}
	if (list)
		return help_list(command);
	return command ? help_command(command) : help_general();
}

static const struct argument help_values[] = {
	{ .name = "VERB", .help = "the verb to explain", .optional = true, .text = &help_verb },
	{ 0 }
};

static const struct argument help_options_of[] = {
	{ .name = "list", .flag = &list,
	  .help = "for programs: verbs, or what a verb takes, a line each" },
	{ 0 }
};

static const struct command help_commands[] = {
	{
		.name = "help",
		.summary = "explain a verb, or list them all",
		.details = "Explains a verb; without one, lists them all.\n",
		.values = help_values,
		.options = help_options_of,
		.run = help_run,
	},
	{ 0 }
};

COMMANDS(help_commands);
