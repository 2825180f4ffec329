// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated board from outside.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "util.h"

#define BOARD_FOLDERS	"/sys/kernel/debug/rover_sim/*"
#define TURNING_UM_S	20000

const char *board_path(const char *file)
{
	static char path[256];
	glob_t found;

	if (glob(BOARD_FOLDERS, 0, NULL, &found))
		die("there is no simulated board");
	snprintf(path, sizeof(path), "%s/%s", found.gl_pathv[0], file);
	globfree(&found);
	return path;
}

int board_control(const char *file, const char *text)
{
	return file_write(board_path(file), text);
}

void board_reset(void)
{
	int err = board_control("reset", "1");

	if (err)
		die("cannot reset the board: %s", strerror(-err));
}

static const char *board_text(const char *file)
{
	static char text[16384];
	ssize_t length = file_read(board_path(file), text, sizeof(text));

	if (length < 0)
		die("%s: %s", board_path(file), strerror((int)-length));
	if (length == sizeof(text) - 1)
		die("%s is too long", file);
	return text;
}

/* Where the value of a key begins in "key=value" lines. */
static const char *truth_value(const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == '=')
			return line + length + 1;
	}
	die("truth has no %s", key);
}

__s64 truth(const char *key)
{
	return strtoll(truth_value(board_text("truth"), key), NULL, 10);
}

bool truth_is(const char *key, const char *text)
{
	const char *value = truth_value(board_text("truth"), key);
	size_t length = strlen(text);

	return !strncmp(value, text, length) && value[length] == '\n';
}

static int turning_sign(const char *text, const char *key)
{
	__s64 speed_um_s = strtoll(truth_value(text, key), NULL, 10);

	return (speed_um_s > TURNING_UM_S) - (speed_um_s < -TURNING_UM_S);
}

bool wheels_turn(int left_sign, int right_sign)
{
	const char *text = board_text("truth");

	return turning_sign(text, "left_speed_um_s") == left_sign &&
	       turning_sign(text, "right_speed_um_s") == right_sign;
}

bool wheels_rest(void)
{
	const char *text = board_text("truth");

	return !strtoll(truth_value(text, "left_speed_um_s"), NULL, 10) &&
	       !strtoll(truth_value(text, "right_speed_um_s"), NULL, 10);
}

/* What follows the number of a line or channel in a table. */
static const char *table_row(const char *text, unsigned int number)
{
	const char *line;
	char *end;

	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (*line >= '0' && *line <= '9' && strtoul(line, &end, 10) == number)
			return end + 1;
	}
	die("the board has no line or channel %u", number);
}

static struct board_state line_state(const char *text, unsigned int line)
{
	struct board_state state;

	if (sscanf(table_row(text, line),
		   "%7s %u %llu %llu %llu %llu %llu",
		   state.direction, &state.level, &state.rising, &state.falling,
		   &state.irqs, &state.merged, &state.conflicts) != 7)
		die("line %u is unreadable", line);
	return state;
}

struct board_state board_line(unsigned int line)
{
	return line_state(board_text("lines"), line);
}

unsigned int board_level(unsigned int line)
{
	return board_line(line).level;
}

static unsigned int bridge_levels(const char *text, unsigned int in1, unsigned int in2)
{
	return line_state(text, in1).level | line_state(text, in2).level << 1;
}

unsigned int board_left_bridge(void)
{
	return bridge_levels(board_text("lines"), LEFT_IN1, LEFT_IN2);
}

unsigned int board_right_bridge(void)
{
	return bridge_levels(board_text("lines"), RIGHT_IN1, RIGHT_IN2);
}

bool board_bridges_are(unsigned int levels)
{
	const char *text = board_text("lines");

	return bridge_levels(text, LEFT_IN1, LEFT_IN2) == levels &&
	       bridge_levels(text, RIGHT_IN1, RIGHT_IN2) == levels;
}

bool board_mux_is(unsigned int line, const char *function_and_pull)
{
	const char *row = table_row(board_text("pinmux"), line);
	size_t length = strlen(function_and_pull);

	return !strncmp(row, function_and_pull, length) && row[length] == '\n';
}

struct board_pwm board_pwm(unsigned int channel)
{
	struct board_pwm pwm;

	if (sscanf(table_row(board_text("pwm"), channel), "%u %llu %llu",
		   &pwm.enabled, &pwm.period_ns, &pwm.duty_ns) != 3)
		die("PWM channel %u is unreadable", channel);
	return pwm;
}

void board_edges_start(__u64 mask)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "%#llx", mask);
	err = board_control("edges", text);
	if (err)
		die("cannot log edges: %s", strerror(-err));
}

struct board_edges board_edges_read(void)
{
	FILE *file = fopen(board_path("edges"), "r");
	struct board_edges edges = {};
	__u64 logged, lost;
	struct board_edge *edge;

	if (!file || fscanf(file, "# mask=%*s edges=%llu overflow=%llu",
			    &logged, &lost) != 2)
		die("the edge log is unreadable");
	if (lost)
		die("the edge log has lost %llu edges", lost);
	/* More may come while we read. */
	edges.edge = calloc(logged + 1, sizeof(*edges.edge));
	if (!edges.edge)
		die("no memory for %llu edges", logged);
	for (; edges.count < logged; edges.count++) {
		edge = &edges.edge[edges.count];
		if (fscanf(file, "%lld %u %u", &edge->time_ns, &edge->line,
			   &edge->level) != 3)
			die("edge %zu is unreadable", edges.count);
	}
	fclose(file);
	return edges;
}

void board_edges_free(struct board_edges *edges)
{
	free(edges->edge);
	edges->edge = NULL;
	edges->count = 0;
}

const struct board_edge *board_edges_find(const struct board_edges *edges, __s64 from_ns,
					  unsigned int line, unsigned int level)
{
	size_t i;

	for (i = 0; i < edges->count; i++) {
		const struct board_edge *edge = &edges->edge[i];

		if (edge->time_ns >= from_ns && edge->line == line && edge->level == level)
			return edge;
	}
	return NULL;
}
