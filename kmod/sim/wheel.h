/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One side's wheel, its motor and its encoder.
 *
 * Units inside: speed in nm/s and time in ns, so that their product is exact in
 * attometres (1e-18 m).
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_WHEEL_H
#define ROVER_SIM_WHEEL_H

#include <linux/types.h>

#include "bridge.h"
#include "config.h"

struct sim_board;

#define SIM_AM_PER_UM		1000000000000LL

/* Quarter cycles of the encoder per revolution: 18 cycles. */
#define SIM_WHEEL_QUARTERS	72

/*
 * The wheel moves by plans: from now on, for a while, its speed changes evenly
 * from @speed to @speed_end. All times in a plan are relative to its start.
 */
struct sim_wheel {
	enum sim_side side;
	enum sim_bridge bridge;
	u64 bridge_ns[SIM_BRIDGES];	/* for how long it was in each mode */

	/* Where the plan starts */
	s64 turns;
	s64 angle_am;			/* within the turn, along the rim */
	s64 drive_nm_s;			/* the speed there would be without dead zone */
	s64 drive_end_nm_s;
	s64 speed_nm_s;
	s64 speed_end_nm_s;

	/* The encoder */
	s64 quarters;			/* boundaries passed, forward minus back */
	u64 edge_ns;			/* next one in this plan, or SIM_NEVER */
	u64 edges[2];			/* made on phases A and B */
	bool missed[2];			/* a slit that phase did not see passes */

	/* Test stimulus: exactly this speed, whatever the bridge does */
	bool forced;
	s64 forced_nm_s;

	/* What the counters in ground truth start from */
	s64 quarters_base;
	s64 travel_base_um;
};

void sim_wheel_predict(struct sim_board *board, struct sim_wheel *wheel,
		       u64 span_ns);
void sim_wheel_stop(struct sim_wheel *wheel);
void sim_wheel_find_edge(const struct sim_board *board, struct sim_wheel *wheel,
			 u64 from_ns, u64 span_ns);
void sim_wheel_pass_edge(struct sim_board *board, struct sim_wheel *wheel);
s64 sim_wheel_fold(const struct sim_board *board, struct sim_wheel *wheel,
		   u64 passed_ns, u64 span_ns);
s64 sim_wheel_way_am(const struct sim_wheel *wheel, u64 passed_ns, u64 span_ns);
u64 sim_wheel_edge_beyond(const struct sim_board *board,
			  const struct sim_wheel *wheel, u64 span_ns);
s64 sim_wheel_travel_um(const struct sim_board *board,
			const struct sim_wheel *wheel);
bool sim_wheel_at_rest(const struct sim_wheel *wheel);
bool sim_wheel_stands(const struct sim_wheel *wheel);
bool sim_wheel_idle(const struct sim_wheel *wheel);
void sim_wheel_drive_encoder(struct sim_board *board, struct sim_wheel *wheel);
void sim_wheel_reset_counts(const struct sim_board *board,
			    struct sim_wheel *wheel);

#endif
