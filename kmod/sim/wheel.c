// SPDX-License-Identifier: GPL-2.0
/*
 * One side's wheel: a first-order motor with a dead zone, and an encoder whose
 * edges come from the angle, at the nanosecond at which it is reached.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math64.h>
#include <linux/string.h>

#include "board.h"

static s64 wheel_rim_am(const struct sim_board *board)
{
	return board->config.circumference_um * SIM_AM_PER_UM;
}

static s64 wheel_max_nm_s(const struct sim_board *board)
{
	return board->config.max_speed_um_s * 1000LL;
}

/* Angle of an encoder boundary, counted within the current turn. */
static s64 wheel_boundary_am(const struct sim_board *board, s64 boundary)
{
	s64 rim = wheel_rim_am(board);
	s64 whole = div_s64(rim, SIM_WHEEL_QUARTERS);
	s64 rest = rim - whole * SIM_WHEEL_QUARTERS;

	return boundary * whole + div_s64(boundary * rest, SIM_WHEEL_QUARTERS);
}

static s64 wheel_target_nm_s(const struct sim_board *board,
			     const struct sim_wheel *wheel)
{
	switch (wheel->bridge) {
	case SIM_BRIDGE_FORWARD:
		return sim_motors_full_nm_s(board, wheel->side);
	case SIM_BRIDGE_REVERSE:
		return -sim_motors_full_nm_s(board, wheel->side);
	default:
		return 0;
	}
}

static u64 wheel_time_ns(const struct sim_board *board,
			 const struct sim_wheel *wheel)
{
	switch (wheel->bridge) {
	case SIM_BRIDGE_COAST:
		return board->config.coast_us * (u64)NSEC_PER_USEC;
	case SIM_BRIDGE_BRAKE:
		return board->config.brake_us * (u64)NSEC_PER_USEC;
	default:
		return board->config.drive_us * (u64)NSEC_PER_USEC;
	}
}

/* Below the dead zone friction wins; from there on up to full speed. */
static s64 wheel_beyond_dead_zone(const struct sim_board *board,
				  enum sim_side side, s64 drive_nm_s)
{
	s64 max = wheel_max_nm_s(board);
	s64 dead = div_s64(max * board->motors.dead_zone_permille[side], 1000);
	s64 size = abs(drive_nm_s);

	if (size <= dead)
		return 0;
	size = div64_s64((size - dead) * max, max - dead);
	return drive_nm_s < 0 ? -size : size;
}

/* A remnant too small to ever matter ends, so that the wheel is at rest. */
#define WHEEL_REST_NM_S		1000

/**
 * sim_wheel_predict() - plan the wheel's speed
 * @board: the board
 * @wheel: the wheel
 * @span_ns: how long the plan is to hold, well below the motor's time constants
 *
 * dv/dt = (target - v) / tau by the trapezoidal rule: one division, stable, and
 * its error of (span / tau)^3 / 12 is 2e-6 for 4 ms of 150 ms.
 */
void sim_wheel_predict(struct sim_board *board, struct sim_wheel *wheel,
		       u64 span_ns)
{
	s64 target = wheel_target_nm_s(board, wheel);
	s64 tau2 = 2 * wheel_time_ns(board, wheel);
	s64 span = span_ns;

	if (wheel->forced) {
		wheel->drive_nm_s = 0;
		wheel->drive_end_nm_s = 0;
		wheel->speed_nm_s = wheel->forced_nm_s;
		wheel->speed_end_nm_s = wheel->forced_nm_s;
		return;
	}
	if (!target && abs(wheel->drive_nm_s) < WHEEL_REST_NM_S)
		wheel->drive_nm_s = 0;
	wheel->drive_end_nm_s = target +
		div64_s64((wheel->drive_nm_s - target) * (tau2 - span),
			  tau2 + span);
	wheel->speed_nm_s = wheel_beyond_dead_zone(board, wheel->side,
						   wheel->drive_nm_s);
	wheel->speed_end_nm_s = wheel_beyond_dead_zone(board, wheel->side,
						       wheel->drive_end_nm_s);
	/* Without a dead zone a reversal passes zero: stop there first. */
	if ((wheel->speed_nm_s ^ wheel->speed_end_nm_s) < 0 &&
	    wheel->speed_nm_s)
		wheel->speed_end_nm_s = 0;
}

/* Stops the wheel dead: it is stuck, or was let go by a stimulus. */
void sim_wheel_stop(struct sim_wheel *wheel)
{
	wheel->drive_nm_s = 0;
	wheel->drive_end_nm_s = 0;
	wheel->speed_nm_s = 0;
	wheel->speed_end_nm_s = 0;
}

/**
 * sim_wheel_way_am() - way gone in the plan
 * @wheel: the wheel
 * @passed_ns: time since the plan's start
 * @span_ns: the plan's length
 */
s64 sim_wheel_way_am(const struct sim_wheel *wheel, u64 passed_ns, u64 span_ns)
{
	s64 change = wheel->speed_end_nm_s - wheel->speed_nm_s;
	s64 passed = passed_ns;
	s64 way = wheel->speed_nm_s * passed;

	if (change)
		way += div64_s64(change * passed, span_ns) * passed / 2;
	return way;
}

/* Boundary ahead, as a distance from the plan's start, along the motion. */
static s64 wheel_to_boundary_am(const struct sim_board *board,
				const struct sim_wheel *wheel, bool forward)
{
	s64 boundary = wheel->quarters - wheel->turns * SIM_WHEEL_QUARTERS;

	if (forward)
		return wheel_boundary_am(board, boundary + 1) - wheel->angle_am;
	return wheel->angle_am - wheel_boundary_am(board, boundary);
}

/**
 * sim_wheel_find_edge() - work out when the encoder changes next
 * @board: the board
 * @wheel: the wheel
 * @from_ns: not before this time in the plan
 * @span_ns: the plan's length
 */
void sim_wheel_find_edge(const struct sim_board *board, struct sim_wheel *wheel,
			 u64 from_ns, u64 span_ns)
{
	s64 speed = wheel->speed_nm_s + wheel->speed_end_nm_s;
	bool forward = speed > 0;
	u64 low = from_ns, high = span_ns;
	s64 distance;

	wheel->edge_ns = SIM_NEVER;
	if (!speed)
		return;
	distance = wheel_to_boundary_am(board, wheel, forward);
	if (abs(sim_wheel_way_am(wheel, span_ns, span_ns)) < distance)
		return;

	if (wheel->speed_nm_s == wheel->speed_end_nm_s) {
		speed = abs(wheel->speed_nm_s);
		high = distance <= 0 ? 0 : div64_s64(distance + speed - 1, speed);
		wheel->edge_ns = max(high, from_ns);
		return;
	}
	/* The way grows with time, so halve the span until it is 1 ns. */
	while (low < high) {
		u64 middle = low + (high - low) / 2;

		if (abs(sim_wheel_way_am(wheel, middle, span_ns)) < distance)
			low = middle + 1;
		else
			high = middle;
	}
	wheel->edge_ns = high;
}

/*
 * Forward: quarters  0 1 2 3 0      reverse: the same from right to left
 *                A   _____|-----|_____
 *                B   ________|-----|__
 */
void sim_wheel_drive_encoder(struct sim_board *board, struct sim_wheel *wheel)
{
	const int *lines = board->config.encoder[wheel->side];
	unsigned int phase = wheel->quarters & 3;
	bool a = phase == 1 || phase == 2;
	bool b = phase >= 2;

	sim_lines_drive(board, lines[0], sim_drive_level(a != wheel->missed[0]));
	sim_lines_drive(board, lines[1], sim_drive_level(b != wheel->missed[1]));
}

/*
 * The encoder passes a boundary of a phase, or does not see the slit that begins
 * there: then its line stays as it is until the next boundary, which it takes for
 * none either.
 */
static void wheel_make_edge(struct sim_board *board, struct sim_wheel *wheel,
			    unsigned int phase)
{
	bool over = wheel->missed[phase];

	wheel->missed[phase] = !over &&
			       sim_faults_hit(board, board->faults.miss_permille);
	if (over || wheel->missed[phase])
		board->faults.edges_missed++;
	else
		wheel->edges[phase]++;
}

/* Takes the wheel over the boundary that sim_wheel_find_edge() found. */
void sim_wheel_pass_edge(struct sim_board *board, struct sim_wheel *wheel)
{
	bool forward = wheel->speed_nm_s + wheel->speed_end_nm_s > 0;
	/* Into an odd quarter forward, or out of one in reverse: phase A. */
	bool phase_b = !(wheel->quarters & 1) != forward;

	wheel_make_edge(board, wheel, phase_b);
	wheel->quarters += forward ? 1 : -1;
	sim_wheel_drive_encoder(board, wheel);
}

/**
 * sim_wheel_fold() - let the plan's past become the new start
 * @board: the board
 * @wheel: the wheel
 * @passed_ns: how much of the plan has passed
 * @span_ns: the plan's length
 *
 * Return: the way gone in am. The wheel has no valid plan until the next
 * sim_wheel_predict().
 */
s64 sim_wheel_fold(const struct sim_board *board, struct sim_wheel *wheel,
		   u64 passed_ns, u64 span_ns)
{
	s64 way = sim_wheel_way_am(wheel, passed_ns, span_ns);
	s64 rim = wheel_rim_am(board);
	s64 turns;

	wheel->angle_am += way;
	if (wheel->angle_am < 0 || wheel->angle_am >= rim) {
		turns = div64_s64(wheel->angle_am, rim);
		if (wheel->angle_am < 0)
			turns--;
		wheel->turns += turns;
		wheel->angle_am -= turns * rim;
	}
	if (passed_ns < span_ns) {
		wheel->drive_nm_s +=
			div64_s64((wheel->drive_end_nm_s - wheel->drive_nm_s) *
				  (s64)passed_ns, span_ns);
		wheel->speed_nm_s +=
			div64_s64((wheel->speed_end_nm_s - wheel->speed_nm_s) *
				  (s64)passed_ns, span_ns);
	} else {
		wheel->drive_nm_s = wheel->drive_end_nm_s;
		wheel->speed_nm_s = wheel->speed_end_nm_s;
	}
	wheel->edge_ns = SIM_NEVER;
	return way;
}

/* From the plan's end to the next edge, if the speed stays as it is then. */
u64 sim_wheel_edge_beyond(const struct sim_board *board,
			  const struct sim_wheel *wheel, u64 span_ns)
{
	s64 speed = wheel->speed_end_nm_s;
	s64 distance;

	if (!speed)
		return SIM_NEVER;
	distance = wheel_to_boundary_am(board, wheel, speed > 0) -
		   abs(sim_wheel_way_am(wheel, span_ns, span_ns));
	return distance <= 0 ? 0 : div64_s64(distance, abs(speed));
}

s64 sim_wheel_travel_um(const struct sim_board *board,
			const struct sim_wheel *wheel)
{
	return wheel->turns * board->config.circumference_um +
	       div64_s64(wheel->angle_am, SIM_AM_PER_UM) -
	       wheel->travel_base_um;
}

/* Nothing about the wheel will ever change by itself. */
bool sim_wheel_at_rest(const struct sim_wheel *wheel)
{
	return sim_wheel_idle(wheel) && !wheel->drive_nm_s;
}

/* It does not turn in its plan. */
bool sim_wheel_stands(const struct sim_wheel *wheel)
{
	return !wheel->speed_nm_s && !wheel->speed_end_nm_s;
}

/* It neither turns nor is it driven, though some drive may still fade away. */
bool sim_wheel_idle(const struct sim_wheel *wheel)
{
	return sim_wheel_stands(wheel) &&
	       (wheel->forced || wheel->bridge == SIM_BRIDGE_COAST ||
		wheel->bridge == SIM_BRIDGE_BRAKE);
}

/* Starts the counters anew; the wheel stays as it is. */
void sim_wheel_reset_counts(const struct sim_board *board,
			    struct sim_wheel *wheel)
{
	wheel->quarters_base = wheel->quarters;
	wheel->travel_base_um += sim_wheel_travel_um(board, wheel);
	wheel->edges[0] = 0;
	wheel->edges[1] = 0;
	memset(wheel->bridge_ns, 0, sizeof(wheel->bridge_ns));
}
