// SPDX-License-Identifier: GPL-2.0
/*
 * The motors' differences and their battery, and the file "motors".
 *
 * A driven motor draws current for what it lacks in speed, and as much again
 * for friction when it stands still. What both draw lowers the voltage, and with
 * it the speed that they approach; and it empties the battery, slowly.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/prandom.h>

#include "board.h"
#include "control.h"

#define MOTORS_FULL_PPB		1000000000ULL
#define MOTORS_FULL_PPM		1000000U

/* However long it was driven: below that, motors would not turn at all. */
#define MOTORS_EMPTY_PPB	(MOTORS_FULL_PPB / 2)

/* Nor under any load. */
#define MOTORS_SAG_MAX_PPM	900000U

#define MOTORS_MINUTE_NS	(60 * (u64)NSEC_PER_SEC)

/* Uniform, as far as the spread to either side. */
static u32 motors_spread(struct rnd_state *random, u32 value, u32 permille)
{
	u32 factor = 1000;

	if (permille)
		factor += prandom_u32_state(random) % (2 * permille + 1) -
			  permille;
	return (u32)div_u64((u64)value * factor, 1000);
}

/**
 * sim_motors_draw() - draw what differs, from the seed
 * @board: the board
 */
void sim_motors_draw(struct sim_board *board)
{
	struct sim_motors *motors = &board->motors;
	const struct sim_motors_set *set = &motors->set;
	struct rnd_state random;
	enum sim_side side;
	u32 load;

	prandom_seed_state(&random, board->seed);
	load = motors_spread(&random, set->load_permille, set->spread_permille);
	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		motors->gain_ppm[side] = (1000 - min(load, 1000U)) *
			motors_spread(&random, set->gain_permille[side],
				      set->spread_permille);
		motors->dead_zone_permille[side] =
			motors_spread(&random, set->dead_zone_permille[side],
				      set->spread_permille);
	}
	motors->sag_permille = motors_spread(&random, set->sag_permille,
					     set->spread_permille);
	motors->discharge_permille_min =
		motors_spread(&random, set->discharge_permille_min,
			      set->spread_permille);
}

static u32 motors_load_permille(const struct sim_board *board,
				enum sim_side side)
{
	const struct sim_wheel *wheel = &board->chassis.wheel[side];
	s64 max = board->config.max_speed_um_s * 1000LL;
	s64 lack;

	if (wheel->bridge == SIM_BRIDGE_FORWARD)
		lack = max - wheel->drive_nm_s;
	else if (wheel->bridge == SIM_BRIDGE_REVERSE)
		lack = max + wheel->drive_nm_s;
	else
		return 0;
	return 500 + (u32)div64_s64(500 * max(lack, 0LL), max);
}

/**
 * sim_motors_update() - let the battery follow the motors
 * @board: the board, with the bridges as they are from now on
 * @passed_ns: time under the load there was until now
 */
void sim_motors_update(struct sim_board *board, u64 passed_ns)
{
	struct sim_motors *motors = &board->motors;
	u32 sag_ppm;
	u64 lost;

	if (!motors->sag_permille && !motors->discharge_permille_min)
		return;
	lost = (u64)motors->discharge_permille_min * motors->load_permille *
	       1000;
	lost = mul_u64_u64_div_u64(lost, passed_ns, MOTORS_MINUTE_NS);
	motors->charge_ppb -= min(lost, motors->charge_ppb - MOTORS_EMPTY_PPB);

	motors->load_permille = (motors_load_permille(board, SIM_LEFT) +
				 motors_load_permille(board, SIM_RIGHT)) / 2;
	sag_ppm = min(motors->sag_permille * motors->load_permille,
		      MOTORS_SAG_MAX_PPM);
	motors->volts_ppm = (u32)div_u64(motors->charge_ppb *
					 (MOTORS_FULL_PPM - sag_ppm),
					 MOTORS_FULL_PPB);
}

/**
 * sim_motors_full_nm_s() - the speed a motor approaches when it is driven
 * @board: the board
 * @side: of the motor
 */
s64 sim_motors_full_nm_s(const struct sim_board *board, enum sim_side side)
{
	const struct sim_motors *motors = &board->motors;
	s64 speed = board->config.max_speed_um_s * 1000LL;

	speed = div_s64(speed * motors->gain_ppm[side], MOTORS_FULL_PPM);
	return div_s64(speed * motors->volts_ppm, MOTORS_FULL_PPM);
}

/* As described, with a full battery. */
void sim_motors_reset(struct sim_board *board)
{
	struct sim_motors *motors = &board->motors;

	motors->set = board->config.motors;
	motors->charge_ppb = MOTORS_FULL_PPB;
	motors->load_permille = 0;
	motors->volts_ppm = MOTORS_FULL_PPM;
	sim_motors_draw(board);
}

static void motors_load(struct sim_board *board, s64 *values)
{
	const struct sim_motors_set *set = &board->motors.set;

	values[0] = set->gain_permille[SIM_LEFT];
	values[1] = set->gain_permille[SIM_RIGHT];
	values[2] = set->dead_zone_permille[SIM_LEFT];
	values[3] = set->dead_zone_permille[SIM_RIGHT];
	values[4] = set->load_permille;
	values[5] = set->spread_permille;
	values[6] = set->sag_permille;
	values[7] = set->discharge_permille_min;
	sim_chassis_bring_up(board);
	values[8] = div_u64(board->motors.charge_ppb, 1000000);
}

static void motors_store(struct sim_board *board, const s64 *values)
{
	struct sim_motors *motors = &board->motors;

	sim_chassis_bring_up(board);
	motors->set = (struct sim_motors_set) {
		.gain_permille = { values[0], values[1] },
		.dead_zone_permille = { values[2], values[3] },
		.load_permille = values[4],
		.spread_permille = values[5],
		.sag_permille = values[6],
		.discharge_permille_min = values[7],
	};
	if (div_u64(motors->charge_ppb, 1000000) != values[8])
		motors->charge_ppb = values[8] * 1000000ULL;
	motors->volts_ppm = div_u64(motors->charge_ppb, 1000);
	sim_motors_draw(board);
	sim_chassis_bring_up(board);
}

static const struct sim_control motors_control = {
	.load = motors_load,
	.store = motors_store,
	.count = 9,
	.keys = {
		{ "left_gain_permille", NULL, 0, SIM_MOTORS_GAIN_MAX },
		{ "right_gain_permille", NULL, 0, SIM_MOTORS_GAIN_MAX },
		{ "left_dead_zone_permille", NULL, 0, SIM_MOTORS_DEAD_ZONE_MAX },
		{ "right_dead_zone_permille", NULL, 0, SIM_MOTORS_DEAD_ZONE_MAX },
		{ "load_permille", NULL, 0, SIM_MOTORS_LOAD_MAX },
		{ "spread_permille", NULL, 0, SIM_MOTORS_SPREAD_MAX },
		{ "sag_permille", NULL, 0, SIM_MOTORS_SAG_MAX },
		{ "discharge_permille_min", NULL, 0, SIM_MOTORS_DISCHARGE_MAX },
		{ "charge_permille", NULL, 500, 1000 },
	},
};

SIM_CONTROL_FILE(motors);

void sim_motors_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("motors", 0600, dir, board, &motors_fops);
}
