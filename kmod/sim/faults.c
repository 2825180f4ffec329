// SPDX-License-Identifier: GPL-2.0
/*
 * The faults of a board, and the file "faults".
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/string.h>

#include "board.h"
#include "control.h"

/* By these names a write to the file finds its values. */
enum faults_key {
	FAULTS_SONAR,
	FAULTS_SONAR1,
	FAULTS_SONAR2,
	FAULTS_SONAR3,
	FAULTS_FROZEN_LINES,
	FAULTS_SILENT,
	FAULTS_NO_TARGET,
	FAULTS_DIES_AFTER,
	FAULTS_DROP,
	FAULTS_MISS,
	FAULTS_BOUNCES,
	FAULTS_BOUNCE_US,
	FAULTS_DEAD_PWM,
	FAULTS_SLOW_PWM,
	FAULTS_BRIDGE,
	FAULTS_KEYS
};

static const char * const faults_never[] = { "never", NULL };
static const char * const faults_bridges[] = { "none", "fault", NULL };

/**
 * sim_faults_hit() - does what happens at random happen this time?
 * @board: the board
 * @permille: how often it happens
 */
bool sim_faults_hit(struct sim_board *board, u32 permille)
{
	return permille &&
	       prandom_u32_state(&board->faults.random) % 1000 < permille;
}

void sim_faults_seed(struct sim_board *board, u32 seed)
{
	prandom_seed_state(&board->faults.random, seed);
}

static u64 faults_frozen_lines(const struct sim_board *board)
{
	u64 frozen = 0;
	unsigned int i;

	for (i = 0; i < SIM_LINES; i++)
		if (board->lines.line[i].frozen)
			frozen |= BIT_ULL(i);
	return frozen;
}

static void faults_load(struct sim_board *board, s64 *values)
{
	const struct sim_faults *faults = &board->faults;
	const struct sim_chatter_habit *habit =
		&board->chatter.habit[SIM_CHATTER_ENCODERS];
	const struct sim_sonar *sonar = board->sonars.unit;
	unsigned int i;

	for (i = 0; i < SIM_SONARS; i++)
		values[FAULTS_SONAR + i] = SIM_KEY_WORD(sonar[i].fault);
	values[FAULTS_FROZEN_LINES] = faults_frozen_lines(board);
	values[FAULTS_SILENT] = faults->silent_permille;
	values[FAULTS_NO_TARGET] = faults->no_target_permille;
	values[FAULTS_DIES_AFTER] = sonar->pings_left < 0 ?
		SIM_KEY_WORD(0) : sonar->pings_left;
	values[FAULTS_DROP] = faults->drop_permille;
	values[FAULTS_MISS] = faults->miss_permille;
	values[FAULTS_BOUNCES] = habit->bounces;
	values[FAULTS_BOUNCE_US] = habit->within_us;
	values[FAULTS_DEAD_PWM] = faults->dead_pwm;
	values[FAULTS_SLOW_PWM] = faults->slow_pwm_ms;
	values[FAULTS_BRIDGE] = SIM_KEY_WORD(faults->bridge);
}

static void faults_store(struct sim_board *board, const s64 *values)
{
	struct sim_faults *faults = &board->faults;
	struct sim_chatter_habit *habit =
		&board->chatter.habit[SIM_CHATTER_ENCODERS];

	unsigned int i;

	sim_lines_freeze(board, values[FAULTS_FROZEN_LINES]);
	for (i = 0; i < SIM_SONARS; i++)
		sim_sonar_set_fault(board, i, values[FAULTS_SONAR + i] -
					      SIM_KEY_WORD(0));
	board->sonars.unit[0].pings_left = values[FAULTS_DIES_AFTER] == SIM_KEY_WORD(0) ?
		-1 : values[FAULTS_DIES_AFTER];
	faults->silent_permille = values[FAULTS_SILENT];
	faults->no_target_permille = values[FAULTS_NO_TARGET];
	faults->drop_permille = values[FAULTS_DROP];
	faults->miss_permille = values[FAULTS_MISS];
	habit->bounces = values[FAULTS_BOUNCES];
	habit->within_us = values[FAULTS_BOUNCE_US];
	faults->dead_pwm = values[FAULTS_DEAD_PWM];
	sim_pwm_refresh(board);
	WRITE_ONCE(faults->slow_pwm_ms, values[FAULTS_SLOW_PWM]);
	faults->bridge = values[FAULTS_BRIDGE] == SIM_KEY_WORD(1);
	sim_bridge_fault_changed(board);
}

static const struct sim_control faults_control = {
	.load = faults_load,
	.store = faults_store,
	.count = FAULTS_KEYS,
	.keys = {
		[FAULTS_SONAR] = { "sonar", NULL, 1, 0, sim_sonar_faults },
		[FAULTS_SONAR1] = { "sonar1", NULL, 1, 0, sim_sonar_faults },
		[FAULTS_SONAR2] = { "sonar2", NULL, 1, 0, sim_sonar_faults },
		[FAULTS_SONAR3] = { "sonar3", NULL, 1, 0, sim_sonar_faults },
		[FAULTS_FROZEN_LINES] = {
			"frozen_lines", NULL, 0, BIT_ULL(SIM_LINES) - 1 },
		[FAULTS_SILENT] = { "silent_permille", NULL, 0, 1000 },
		[FAULTS_NO_TARGET] = { "no_target_permille", NULL, 0, 1000 },
		[FAULTS_DIES_AFTER] = {
			"dies_after", NULL, 0, U32_MAX, faults_never },
		[FAULTS_DROP] = { "drop_permille", NULL, 0, 1000 },
		[FAULTS_MISS] = { "miss_permille", NULL, 0, 1000 },
		[FAULTS_BOUNCES] = {
			"bounces", NULL, 0, SIM_CHATTER_BOUNCES_MAX },
		[FAULTS_BOUNCE_US] = {
			"bounce_us", NULL, 1, SIM_CHATTER_US_MAX },
		[FAULTS_DEAD_PWM] = {
			"dead_pwm", NULL, 0, BIT(SIM_PWM_CHANNELS) - 1 },
		[FAULTS_SLOW_PWM] = { "slow_pwm_ms", NULL, 0, 10000 },
		[FAULTS_BRIDGE] = { "bridge", NULL, 1, 0, faults_bridges },
	},
};

SIM_CONTROL_FILE(faults);

/* Nothing is broken, and nothing was counted. */
void sim_faults_reset(struct sim_board *board)
{
	static const s64 none[FAULTS_KEYS] = {
		[FAULTS_SONAR] = SIM_KEY_WORD(SIM_SONAR_WORKS),
		[FAULTS_SONAR1] = SIM_KEY_WORD(SIM_SONAR_WORKS),
		[FAULTS_SONAR2] = SIM_KEY_WORD(SIM_SONAR_WORKS),
		[FAULTS_SONAR3] = SIM_KEY_WORD(SIM_SONAR_WORKS),
		[FAULTS_DIES_AFTER] = SIM_KEY_WORD(0),
		[FAULTS_BOUNCE_US] = 100,
		[FAULTS_BRIDGE] = SIM_KEY_WORD(0),
	};

	faults_store(board, none);
	board->faults.edges_dropped = 0;
	board->faults.edges_missed = 0;
}

void sim_faults_init(struct sim_board *board)
{
	board->chatter.habit[SIM_CHATTER_ENCODERS].lines =
		board->chassis.encoder_lines;
	sim_faults_seed(board, board->seed);
	sim_faults_reset(board);
}

void sim_faults_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("faults", 0600, dir, board, &faults_fops);
}
