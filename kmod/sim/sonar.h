/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The HC-SR04s on the board: up to four, which hear each other.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_SONAR_H
#define ROVER_SIM_SONAR_H

#include <linux/prandom.h>
#include <linux/types.h>

#include "config.h"

struct sim_board;
struct sim_pose;
struct sim_world;

#define SIM_SONAR_NOISE_MAX_UM	100000

enum sim_sonar_state {
	SIM_SONAR_IDLE,
	SIM_SONAR_TRIGGER,	/* trigger is high */
	SIM_SONAR_BURST,	/* sending */
	SIM_SONAR_RISE,		/* about to raise the echo line */
	SIM_SONAR_FLIGHT,	/* echo line high, sound on its way out */
	SIM_SONAR_RETURN	/* and on its way back, or nothing comes */
};

enum sim_sonar_fault {
	SIM_SONAR_WORKS,
	SIM_SONAR_STUCK_HIGH,
	SIM_SONAR_DEAD,
	SIM_SONAR_NO_TARGET,
	SIM_SONAR_EARLY,
	SIM_SONAR_SHORT
};

struct sim_sonar {
	unsigned int index;
	enum sim_sonar_state state;
	enum sim_sonar_fault fault;
	u64 next_ns;			/* next change of state, SIM_NEVER */
	u64 trigger_ns;			/* rise, then fall, of the trigger */
	u64 rise_ns;			/* of the echo line */
	s64 distance_um;		/* guessed, then at reflection */
	s64 pings_left;			/* until it dies; negative: never */
	bool deaf;			/* to this ping's echo */

	/* Ground truth */
	u64 pings;			/* triggers taken */
	u64 ignored_short;
	u64 ignored_busy;
	u64 echoes;			/* echo pulses ended */
	u64 overlaps;			/* pings while another one listened */
	u64 crosstalk;			/* pulses ended by another one's sound */
	u64 last_rise_ns;
	u64 last_echo_ns;		/* width of the last echo pulse */
	s64 last_distance_um;		/* without noise; SIM_NOTHING_UM */
};

struct sim_sonars {
	struct sim_sonar unit[SIM_SONARS];
	s32 air_millicelsius;
	u32 noise_um;			/* to either side */
	struct rnd_state random;
};

extern const char * const sim_sonar_faults[];

void sim_sonar_init(struct sim_board *board);
void sim_sonar_trigger(struct sim_board *board, unsigned int line, bool high);
u64 sim_sonar_next(const struct sim_board *board);
void sim_sonar_run(struct sim_board *board);
void sim_sonar_set_fault(struct sim_board *board, unsigned int index,
			 enum sim_sonar_fault fault);
void sim_sonar_seed(struct sim_board *board, u32 seed);
void sim_sonar_reset_counts(struct sim_board *board);
s64 sim_sonar_look_um(struct sim_board *board, unsigned int index);
u64 sim_sonar_sound_um_s(const struct sim_sonars *sonars);

#endif
