/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated board from outside: what its pins and wheels really do.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_BOARD_H
#define TESTS_BOARD_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Lines of the RoboHAT, and the mask of the four that drive the bridges. */
enum board_line {
	LEFT_IN1 = 16,
	LEFT_IN2 = 19,
	RIGHT_IN1 = 13,
	RIGHT_IN2 = 12,
	SONAR_LINE = 20,
};

#define MOTOR_LINES	(BIT_ULL(LEFT_IN1) | BIT_ULL(LEFT_IN2) | \
			 BIT_ULL(RIGHT_IN1) | BIT_ULL(RIGHT_IN2))

/* Path of a file of the board in debugfs; valid until the next call. */
const char *board_path(const char *file);
/* Writes to a control: 0 or -errno. */
int board_control(const char *file, const char *text);
/* Counters, pose, world and faults as when the board was bound. */
void board_reset(void);

/* A value of the file truth. */
__s64 truth(const char *key);
bool truth_is(const char *key, const char *text);

/* Turning is more than 20 mm/s: not a wheel that only runs out. */
bool wheels_turn(int left_sign, int right_sign);
bool wheels_rest(void);

/* A line of the file lines. */
struct board_state {
	char direction[8];	/* in, out, alt */
	unsigned int level;
	__u64 rising;
	__u64 falling;
	__u64 irqs;
	__u64 merged;
	__u64 conflicts;
};

struct board_state board_line(unsigned int line);
unsigned int board_level(unsigned int line);
/* Levels of the bridges' inputs: bit 0 is IN1, bit 1 is IN2. */
#define BRIDGE_COAST	0u
#define BRIDGE_FORWARD	1u
#define BRIDGE_REVERSE	2u
#define BRIDGE_BRAKE	3u
unsigned int board_left_bridge(void);
unsigned int board_right_bridge(void);
bool board_bridges_are(unsigned int levels);

/* A line of the file pinmux: "gpio_out down". */
bool board_mux_is(unsigned int line, const char *function_and_pull);

/* A channel of the file pwm. */
struct board_pwm {
	unsigned int enabled;
	__u64 period_ns;
	__u64 duty_ns;
};

struct board_pwm board_pwm(unsigned int channel);

/* The edge log of chosen lines. */
struct board_edge {
	__s64 time_ns;
	unsigned int line;
	unsigned int level;
};

struct board_edges {
	struct board_edge *edge;
	size_t count;
};

void board_edges_start(__u64 mask);
/* What was logged since; the log goes on. To be freed with board_edges_free(). */
struct board_edges board_edges_read(void);
void board_edges_free(struct board_edges *edges);
/* First edge of this kind at or after a time; NULL if there is none. */
const struct board_edge *board_edges_find(const struct board_edges *edges, __s64 from_ns,
					  unsigned int line, unsigned int level);

#endif
