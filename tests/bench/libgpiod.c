// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated board's GPIO lines, by libgpiod.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <glob.h>
#include <string.h>

#include "libgpiod.h"
#include "util.h"

#define LINES_MAX	64

static void need(bool done, const char *what)
{
	if (!done)
		die("libgpiod: %s: %s", what, strerror(errno));
}

static bool is_board(struct gpiod_chip *chip)
{
	struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
	bool is;

	need(info, "chip");
	is = !strncmp(gpiod_chip_info_get_label(info), "rover-sim", strlen("rover-sim"));
	gpiod_chip_info_free(info);
	return is;
}

static struct gpiod_chip *open_chip(void)
{
	struct gpiod_chip *chip = NULL;
	glob_t found;
	size_t i;

	if (glob("/dev/gpiochip*", 0, NULL, &found))
		die("there are no GPIO lines");
	for (i = 0; !chip && i < found.gl_pathc; i++) {
		chip = gpiod_chip_open(found.gl_pathv[i]);
		if (chip && !is_board(chip)) {
			gpiod_chip_close(chip);
			chip = NULL;
		}
	}
	globfree(&found);
	need(chip, "the board's chip");
	return chip;
}

static struct gpiod_line_request *request(__u64 lines, struct gpiod_line_settings *settings)
{
	struct gpiod_line_config *config = gpiod_line_config_new();
	struct gpiod_chip *chip = open_chip();
	unsigned int offsets[LINES_MAX], line;
	struct gpiod_line_request *request;
	size_t count = 0;

	for (line = 0; line < LINES_MAX; line++)
		if (lines & BIT_ULL(line))
			offsets[count++] = line;
	need(config && !gpiod_line_config_add_line_settings(config, offsets, count, settings),
	     "lines");
	request = gpiod_chip_request_lines(chip, NULL, config);
	need(request, "lines");
	gpiod_line_config_free(config);
	gpiod_line_settings_free(settings);
	gpiod_chip_close(chip);
	return request;
}

static struct gpiod_line_settings *settings_of(enum gpiod_line_direction direction,
					       enum gpiod_line_edge edges)
{
	struct gpiod_line_settings *settings = gpiod_line_settings_new();

	need(settings && !gpiod_line_settings_set_direction(settings, direction) &&
	     !gpiod_line_settings_set_edge_detection(settings, edges), "settings");
	return settings;
}

struct gpiod_line_request *libgpiod_output(__u64 lines)
{
	return request(lines, settings_of(GPIOD_LINE_DIRECTION_OUTPUT, GPIOD_LINE_EDGE_NONE));
}

struct gpiod_line_request *libgpiod_watch(__u64 lines)
{
	return request(lines, settings_of(GPIOD_LINE_DIRECTION_INPUT, GPIOD_LINE_EDGE_BOTH));
}
