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

static const char common_help[] =
	"  -d, --device NODE   another rover than /dev/rover\n"
	"      --json          print results as JSON, one object a line\n"
	"  -h, --help          this help, or that of a verb: roverctl VERB --help\n"
	"      --version       version of this program and of the ABI it speaks\n";

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
	printf("\nOptions, before or after the verb:\n%s", common_help);
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

static void help_argument(const struct argument *argument, const char *dashes)
{
	char label[32];

	snprintf(label, sizeof(label), "%s%s %s", dashes, argument->name,
		 argument->placeholder ? argument->placeholder : "");
	printf("  %-15s %s", label, argument->help);
	if (argument->number)
		printf(", %ld..%ld %s", argument->min, argument->max, argument->unit);
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
		help_argument(argument, "");
	for (argument = command->options; argument && argument->name; argument++)
		help_argument(argument, "--");
	printf("\nCommon options:\n%s", common_help);
	return EXIT_DONE;
}

int help_version(void)
{
	printf("roverctl %s (rover ABI %d)\n", ROVERCTL_VERSION, ROVER_ABI_VERSION);
	return EXIT_DONE;
}

static const char *help_verb;

static int help_run(const struct context *context, const struct command *command)
{
	(void)context;
	(void)command;
	if (!help_verb)
		return help_general();

	command = command_find(help_verb);
	if (command)
		return help_command(command);
	fprintf(stderr, "roverctl: help: there is no verb '%s'%s\nSee: roverctl --help\n", help_verb,
		suggest_verb(help_verb));
	return EXIT_USAGE;
}

static const struct argument help_values[] = {
	{ .name = "VERB", .help = "the verb to explain", .optional = true, .text = &help_verb },
	{ 0 }
};

static const struct command help_commands[] = {
	{
		.name = "help",
		.summary = "explain a verb, or list them all",
		.details = "Explains a verb; without one, lists them all.\n",
		.values = help_values,
		.run = help_run,
	},
	{ 0 }
};

COMMANDS(help_commands);
