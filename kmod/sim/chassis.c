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
 * Drivers change several pins in a row: the bridges take 4 us to follow, as real
 * ones take some hundred ns, so that those changes need one plan. It is made
 * when somebody needs it, or else by the timer.
 */
#define CHASSIS_FOLLOW_NS	(4 * NSEC_PER_USEC)
#define CHASSIS_SETTLE_NS	(20 * NSEC_PER_USEC)

/* Called when a bridge input changed. */
void sim_chassis_bridge_changed(struct sim_board *board)
{
	board->chassis.stale_ns = min(board->chassis.stale_ns,
				      board->now_ns + CHASSIS_FOLLOW_NS);
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

/* When the chassis next has something to do. */
u64 sim_chassis_next(const struct sim_board *board)
{
	return min(board->chassis.next_ns, board->chassis.stale_ns);
}

static void chassis_set_next(struct sim_board *board)
{
	board->chassis.next_ns = min3(chassis_edge(board, SIM_LEFT),
				      chassis_edge(board, SIM_RIGHT),
				      chassis_end(board));
}

static void chassis_fold(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;
	struct sim_wheel *left = &chassis->wheel[SIM_LEFT];
	struct sim_wheel *right = &chassis->wheel[SIM_RIGHT];
	u64 passed_ns = board->now_ns - chassis->plan_ns;
	s64 left_am, right_am;

	left->bridge_ns[left->bridge] += passed_ns;
	right->bridge_ns[right->bridge] += passed_ns;
	if (chassis->span_ns != SIM_NEVER && passed_ns) {
		left_am = sim_wheel_fold(board, left, passed_ns,
					 chassis->span_ns);
		right_am = sim_wheel_fold(board, right, passed_ns,
					  chassis->span_ns);
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

/* Whatever the motors do, the rover stays where it is. */
bool sim_chassis_stands(const struct sim_board *board)
{
	return sim_chassis_on_blocks(board) || chassis_all(board, sim_wheel_stands);
}

/**
 * sim_chassis_place() - where the rover is, without changing its plan
 * @board: the board
 * @place: filled in
 */
void sim_chassis_place(const struct sim_board *board, struct sim_place *place)
{
	const struct sim_chassis *chassis = &board->chassis;
	u64 passed_ns = board->now_ns - chassis->plan_ns;
	s64 left_am = 0, right_am = 0;

	if (chassis->span_ns != SIM_NEVER) {
		left_am = sim_wheel_way_am(&chassis->wheel[SIM_LEFT], passed_ns,
					   chassis->span_ns);
		right_am = sim_wheel_way_am(&chassis->wheel[SIM_RIGHT],
					    passed_ns, chassis->span_ns);
	}
	sim_pose_look_ahead(board, left_am, right_am, place);
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

static void chassis_plan(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;
	u64 passed_ns = board->now_ns - chassis->plan_ns;
	u64 pwm_ns = sim_pwm_next(board);
	u64 span_ns = CHASSIS_SPAN_NS;
	enum sim_side side;

	chassis_fold(board);
	chassis->stale_ns = SIM_NEVER;
	chassis->plans++;
	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		chassis->wheel[side].bridge = sim_bridge_now(board, side);
		chassis->wheel[side].edge_ns = SIM_NEVER;
	}

	sim_motors_update(board, passed_ns);

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
	if (!sim_chassis_stands(board))
		sim_sensors_moving(board);
}

static void chassis_run_edges(struct sim_board *board)
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
}

/* Applies what is due at board->now_ns: edges, then the plan's end. */
void sim_chassis_run(struct sim_board *board)
{
	struct sim_chassis *chassis = &board->chassis;

	if (board->now_ns < sim_chassis_next(board))
		return;
	chassis_run_edges(board);
	if (board->now_ns >= min(chassis->stale_ns, chassis_end(board)))
		chassis_plan(board);
	chassis_set_next(board);
}

static bool chassis_watched(const struct sim_board *board)
{
	return board->lines.enabled & board->chassis.encoder_lines;
}

/* The next encoder edge; beyond the plan's end a guess, from the speed then. */
static u64 chassis_guess_edge(const struct sim_board *board, enum sim_side side)
{
	const struct sim_chassis *chassis = &board->chassis;
	u64 edge_ns = chassis_edge(board, side);

	if (edge_ns != SIM_NEVER || chassis->span_ns == SIM_NEVER)
		return edge_ns;
	edge_ns = sim_wheel_edge_beyond(board, &chassis->wheel[side],
					chassis->span_ns);
	return chassis_end(board) + min_t(u64, edge_ns, NSEC_PER_SEC);
}

/*
 * When the timer has to look at the chassis: at its edges if anybody listens to
 * them, and often enough not to leave too much to be caught up with.
 */
u64 sim_chassis_wake(const struct sim_board *board)
{
	const struct sim_chassis *chassis = &board->chassis;

	if (chassis->stale_ns != SIM_NEVER)
		return chassis->stale_ns + CHASSIS_SETTLE_NS;
	if (chassis_all(board, sim_wheel_idle))
		return SIM_NEVER;
	if (sim_pwm_next(board) == SIM_NEVER)
		return chassis_watched(board) ? chassis->next_ns :
						chassis_end(board);
	if (!chassis_watched(board))
		return SIM_NEVER;
	/* Plans end at each edge of the PWM: look beyond. */
	return min(chassis_guess_edge(board, SIM_LEFT),
		   chassis_guess_edge(board, SIM_RIGHT));
}

/**
 * sim_chassis_bring_up() - make all state, not only the edges, that of now
 * @board: the board
 *
 * Also to be called after changing what a plan rests on.
 */
void sim_chassis_bring_up(struct sim_board *board)
{
	chassis_plan(board);
	chassis_set_next(board);
	sim_pose_update(board);
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
	sim_chassis_bring_up(board);
}

/* A forced wheel is off the ground, and with it the rover. */
bool sim_chassis_on_blocks(const struct sim_board *board)
{
	return board->chassis.wheel[SIM_LEFT].forced ||
	       board->chassis.wheel[SIM_RIGHT].forced;
}

/* The walls moved, or the rover among them: look at them anew. */
void sim_chassis_world_changed(struct sim_board *board)
{
	board->chassis.pose.clearance_um = 0;
	board->chassis.pose.touching = false;
	sim_chassis_bring_up(board);
	sim_sensors_look(board);
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
	struct sim_chassis *chassis = &board->chassis;
	enum sim_side side;

	chassis->plan_ns = board->now_ns;
	chassis->span_ns = SIM_NEVER;
	chassis->next_ns = SIM_NEVER;
	chassis->stale_ns = SIM_NEVER;
	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		chassis->wheel[side].side = side;
		chassis->wheel[side].edge_ns = SIM_NEVER;
		chassis_wire_encoder(board, side);
	}
	sim_bridge_init(board);
}
