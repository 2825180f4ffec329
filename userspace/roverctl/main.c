// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * roverctl: drive a rover and read its sensors
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>

#include "arguments.h"

int main(int argc, char **argv)
{
	const struct command *command;
	struct context context;
	int status;

	/* Whoever reads from a pipe sees each line when it is true. */
	setvbuf(stdout, NULL, _IOLBF, 0);

	if (arguments_parse(argc, argv, &context, &command, &status))
		status = command->run(&context, command);

	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) || ferror(stdout)) {
		perror("roverctl: output");
		return EXIT_REFUSED;
	}
	return status;
}
