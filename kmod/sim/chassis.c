// SPDX-License-Identifier: GPL-2.0
/*
 * The chassis moves by plans: for a span of time both wheels change speed
 * evenly, and their encoder edges in it are known to the nanosecond. A plan
 * ends after its span, or when a bridge input changes; what has passed of it
 * then becomes the start of the next one.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/minmax.h>

#include "board.h"

/* The motors' time constants are 150 ms: see sim_wheel_predict(). */
#define CHASSIS_SPAN_NS		(4 * NSEC_PER_MSEC)

/* Nothing turns, only remnants of drive fade away. */
#define CHASSIS_IDLE_SPAN_NS	(20 * NSEC_PER_MSEC)

/* At a wall: stops within 0.3 mm of it at 600 mm/s. */
#define CHASSIS_NEAR_SPAN_NS	(NSEC_PER_MSEC / 2)
#define CHASSIS_NEAR_UM		5000

/*
 * Drivers change several pins in a row. The first plan after each change is so
 * short that it costs next to nothing; the timer makes the long one.
 */
#define CHASSIS_SETTLE_NS	(20 * NSEC_PER_USEC)

/*
 * Under hardware PWM plans end at each of its edges, so an encoder edge further
 * away is estimated. The timer approaches it, from three quarters of the way,
 * until it is this close.
 */
#define CHASSIS_CLOSE_NS	(60 * NSEC_PER_USEC)

static enum sim_bridge chassis_bridge(const struct sim_board *board,
				      enum sim_side side)
{
	static const enum sim_bridge table[2][2] = {
		{ SIM_BRIDGE_COAST, SIM_BRIDGE_REVERSE },
		{ SIM_BRIDGE_FORWARD, SIM_BRIDGE_BRAKE },
	};
	const struct sim_config *config = &board->config;
	const struct sim_line *line = board->lines.line;

	if (config->bridge_enable != SIM_NO_LINE &&
	    !line[config->bridge_enable].level)
		return SIM_BRIDGE_COAST;
	return table[line[config->bridge_in1[side]].level]
		    [line[config->bridge_in2[side]].level];
}

/* Called when a bridge input changed; the motors feel it at the next plan. */
void sim_chassis_bridge_changed(struct sim_board *board)
{
	board->chassis.stale = true;
}

static u64 chassis_end(const struct sim_board *board)
{
	const struct sim_chassis *chassis = &board->chassis;

	if (chassis->span_ns == SIM_NEVER)
		return SIM_NEVER;
	return chassis->plan_ns + chassis->span_ns;
}

static u64 chassis_edge(const struct sim_board *board, enum sim_side side)
{
	u64 edge_ns = board->chassis.wheel[side].edge_ns;

	return edge_ns == SIM_NEVER ? SIM_NEVER :
				      board->chassis.plan_ns + edge_ns;
}

/* When the chassis next changes something: an edge, or the plan's end. */
u64 sim_chassis_next(const struct sim_board *board)
{
	return min3(chassis_edge(board, SIM_LEFT),
		    chassis_edge(board, SIM_RIGHT), chassis_end(board));
}

static void chassis_fold(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;
	u64 passed_ns = board->now_ns - chassis->plan_ns;
	s64 left_am, right_am;

	if (chassis->span_ns != SIM_NEVER && passed_ns) {
		left_am = sim_wheel_fold(board, &chassis->wheel[SIM_LEFT],
					 passed_ns, chassis->span_ns);
		right_am = sim_wheel_fold(board, &chassis->wheel[SIM_RIGHT],
					  passed_ns, chassis->span_ns);
		sim_pose_move(board, left_am, right_am);
	}
	chassis->plan_ns = board->now_ns;
	chassis->span_ns = SIM_NEVER;
}

static bool chassis_all(const struct sim_board *board,
			bool (*test)(const struct sim_wheel *wheel))
{
	return test(&board->chassis.wheel[SIM_LEFT]) &&
	       test(&board->chassis.wheel[SIM_RIGHT]);
}

static void chassis_predict(struct sim_board *board, u64 span_ns)
{
	struct sim_wheel *left = &board->chassis.wheel[SIM_LEFT];
	struct sim_wheel *right = &board->chassis.wheel[SIM_RIGHT];

	sim_wheel_predict(board, left, span_ns);
	sim_wheel_predict(board, right, span_ns);
	if (sim_chassis_on_blocks(board))
		return;
	if (!sim_pose_blocked(board, sim_wheel_way_am(left, span_ns, span_ns),
			      sim_wheel_way_am(right, span_ns, span_ns)))
		return;
	sim_wheel_stop(left);
	sim_wheel_stop(right);
}

static void chassis_plan(struct sim_board *board, u64 limit_ns)
{
	struct sim_chassis *chassis = &board->chassis;
	u64 pwm_ns = sim_pwm_next(board);
	u64 span_ns = limit_ns;
	enum sim_side side;

	chassis_fold(board);
	chassis->stale = false;
	chassis->plans++;
	for (side = SIM_LEFT; side < SIM_SIDES; side++)
		chassis->wheel[side].bridge = chassis_bridge(board, side);

	if (chassis_all(board, sim_wheel_idle))
		span_ns = CHASSIS_IDLE_SPAN_NS;
	else if (chassis->pose.clearance_um < CHASSIS_NEAR_UM)
		span_ns = min(span_ns, (u64)CHASSIS_NEAR_SPAN_NS);
	/* A plan across PWM edges would only be thrown away. */
	if (pwm_ns > board->now_ns)
		span_ns = min(span_ns, pwm_ns - board->now_ns);

	chassis_predict(board, span_ns);
	if (chassis_all(board, sim_wheel_at_rest))
		return;
	chassis->span_ns = span_ns;
	for (side = SIM_LEFT; side < SIM_SIDES; side++)
		sim_wheel_find_edge(board, &chassis->wheel[side], 0, span_ns);
}

/* Applies what is due at board->now_ns: edges, then the plan's end. */
void sim_chassis_run(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;
	struct sim_wheel *wheel;

	for (wheel = chassis->wheel; wheel < chassis->wheel + SIM_SIDES; wheel++) {
		while (board->now_ns >= chassis_edge(board, wheel->side)) {
			sim_wheel_pass_edge(board, wheel);
			sim_wheel_find_edge(board, wheel,
					    board->now_ns - chassis->plan_ns,
					    chassis->span_ns);
		}
	}
	if (chassis->stale || board->now_ns >= chassis_end(board))
		chassis_plan(board, CHASSIS_SPAN_NS);
}

/* After a change from outside: see CHASSIS_SETTLE_NS. */
void sim_chassis_settle(struct sim_board *board)
{
	if (board->chassis.stale)
		chassis_plan(board, CHASSIS_SETTLE_NS);
}

static bool chassis_watched(const struct sim_board *board)
{
	return board->lines.enabled & board->chassis.encoder_lines;
}

/* When to look for the next encoder edge: at it, or nearer to it. */
static u64 chassis_approach(const struct sim_board *board, enum sim_side side)
{
	const struct sim_chassis *chassis = &board->chassis;
	u64 edge_ns = chassis_edge(board, side);
	u64 away_ns;

	if (edge_ns != SIM_NEVER || chassis->span_ns == SIM_NEVER)
		return edge_ns;
	away_ns = sim_wheel_edge_beyond(board, &chassis->wheel[side],
					chassis->span_ns);
	away_ns = min(away_ns, (u64)CHASSIS_SPAN_NS);
	if (away_ns > CHASSIS_CLOSE_NS)
		away_ns -= max(away_ns / 4, (u64)CHASSIS_CLOSE_NS / 2);
	return chassis_end(board) + away_ns;
}

/*
 * When the timer has to look at the chassis: at its edges if anybody listens to
 * them, and often enough not to leave too much to be caught up with.
 */
u64 sim_chassis_wake(const struct sim_board *board)
{
	if (chassis_all(board, sim_wheel_idle))
		return SIM_NEVER;
	if (sim_pwm_next(board) == SIM_NEVER)
		return chassis_watched(board) ? sim_chassis_next(board) :
						chassis_end(board);
	if (!chassis_watched(board))
		return SIM_NEVER;
	return min(chassis_approach(board, SIM_LEFT),
		   chassis_approach(board, SIM_RIGHT));
}

/**
 * sim_chassis_bring_up() - make all state, not only the edges, that of now
 * @board: the board
 */
void sim_chassis_bring_up(struct sim_board *board)
{
	chassis_fold(board);
	sim_pose_update(board);
	board->chassis.stale = true;
}

/**
 * sim_chassis_force() - turn a wheel at an exact speed, or let go of it
 * @board: the board
 * @side: which wheel
 * @forced: turn it; else it stops, and the motor has it again
 * @speed_um_s: at the rim, forward positive
 */
void sim_chassis_force(struct sim_board *board, enum sim_side side, bool forced,
		       s64 speed_um_s)
{
	struct sim_wheel *wheel = &board->chassis.wheel[side];

	if (!forced && !wheel->forced)
		return;
	sim_chassis_bring_up(board);
	sim_wheel_stop(wheel);
	wheel->forced = forced;
	wheel->forced_nm_s = speed_um_s * 1000;
}

/* A forced wheel is off the ground, and with it the rover. */
bool sim_chassis_on_blocks(const struct sim_board *board)
{
	return board->chassis.wheel[SIM_LEFT].forced ||
	       board->chassis.wheel[SIM_RIGHT].forced;
}

/* Walls moved: look at them again before the next step. */
void sim_chassis_world_changed(struct sim_board *board)
{
	sim_chassis_bring_up(board);
	board->chassis.pose.clearance_um = 0;
	board->chassis.pose.touching = false;
}

void sim_chassis_reset_counts(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;

	sim_chassis_bring_up(board);
	sim_wheel_reset_counts(board, &chassis->wheel[SIM_LEFT]);
	sim_wheel_reset_counts(board, &chassis->wheel[SIM_RIGHT]);
	chassis->pose.collisions = 0;
	chassis->plans = 0;
}

static void chassis_wire_encoder(struct sim_board *board, enum sim_side side)
{
	const int *lines = board->config.encoder[side];
	unsigned int phase;

	for (phase = 0; phase < 2; phase++)
		if (lines[phase] != SIM_NO_LINE)
			board->chassis.encoder_lines |= BIT_ULL(lines[phase]);
	sim_wheel_drive_encoder(board, &board->chassis.wheel[side]);
}

void sim_chassis_init(struct sim_board *board)
{
	const struct sim_config *config = &board->config;
	struct sim_chassis *chassis = &board->chassis;
	enum sim_side side;

	chassis->plan_ns = board->now_ns;
	chassis->span_ns = SIM_NEVER;
	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		chassis->wheel[side].side = side;
		chassis->wheel[side].edge_ns = SIM_NEVER;
		sim_lines_set_role(board, config->bridge_in1[side],
				   SIM_ROLE_BRIDGE);
		sim_lines_set_role(board, config->bridge_in2[side],
				   SIM_ROLE_BRIDGE);
		chassis_wire_encoder(board, side);
	}
	sim_lines_set_role(board, config->bridge_enable, SIM_ROLE_BRIDGE);
}
