// SPDX-License-Identifier: GPL-2.0
/*
 * The HC-SR04.
 *
 *   trigger __|10us|_________________________________________
 *                  |<- burst ->|
 *                  |<--- sonar-delay-us --->|
 *   echo    ________________________________|   2 d / c  |____
 *                                           out  ^  back
 *                                           d is taken here, at the reflection
 *
 * On one shared wire the sensor lets go while it has nothing to say, and the
 * board pulls the wire down; with a line of its own the echo is driven always.
 *
 * A sensor cannot tell its own sound from another's: what comes back to one ends
 * the pulse of every other that listens then.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "board.h"
#include "fixed.h"

#define SONAR_TRIGGER_NS	(10 * NSEC_PER_USEC)
#define SONAR_BURST_NS		(200 * NSEC_PER_USEC)
#define SONAR_NO_ECHO_NS	(38 * NSEC_PER_MSEC)
#define SONAR_MIN_UM		20000

/* Faults: in the middle of the burst, and less than any distance. */
#define SONAR_EARLY_NS		(100 * NSEC_PER_USEC)
#define SONAR_SHORT_NS		(30 * NSEC_PER_USEC)

/* "Up to 4 m", and a little, so that 4 m itself is not a matter of luck. */
#define SONAR_REACH_UM		4100000

const char * const sim_sonar_faults[] = {
	[SIM_SONAR_WORKS] = "none",
	[SIM_SONAR_STUCK_HIGH] = "stuck-high",
	[SIM_SONAR_DEAD] = "dead",
	[SIM_SONAR_NO_TARGET] = "no-target",
	[SIM_SONAR_EARLY] = "early",
	[SIM_SONAR_SHORT] = "short",
	NULL
};

static const struct sim_sonar *sonar_end(const struct sim_board *board)
{
	return board->sonars.unit + board->config.sonars;
}

/* 331.3 m/s * sqrt(1 + T / 273.15), the root in Q20: right to 1e-6. */
u64 sim_sonar_sound_um_s(const struct sim_sonars *sonars)
{
	u64 ratio_q40 = div_u64((u64)(273150 + sonars->air_millicelsius) << 40,
				273150);

	return (331300000ULL * int_sqrt64(ratio_q40)) >> 20;
}

/* Time that sound takes over a distance. */
static u64 sonar_flight_ns(const struct sim_board *board, s64 distance_um)
{
	return div64_u64(distance_um * (u64)NSEC_PER_SEC,
			 sim_sonar_sound_um_s(&board->sonars));
}

/**
 * sim_sonar_look_um() - true distance from a sensor to what it looks at
 * @board: the board, whose pose is that of now
 * @index: of the sensor; the first one sits on the head and turns with it
 *
 * Return: um, or SIM_NOTHING_UM if there is nothing within reach.
 */
s64 sim_sonar_look_um(struct sim_board *board, unsigned int index)
{
	const struct sim_pose *pose = &board->chassis.pose;
	s64 mount = pose->heading_prad +
		    board->config.sonar_mdeg[index] * SIM_PRAD_PER_MDEG;
	s64 look = mount;
	s64 sine, cosine, x_um, y_um, distance_um;

	if (!index)
		look += sim_servo_mdeg(board, SIM_PAN) * SIM_PRAD_PER_MDEG;
	sim_fixed_sincos(mount, &sine, &cosine);
	x_um = sim_pose_x_um(pose) +
	       ((board->config.sonar_offset_um * cosine) >> SIM_Q30);
	y_um = sim_pose_y_um(pose) +
	       ((board->config.sonar_offset_um * sine) >> SIM_Q30);
	distance_um = sim_world_beam_um(&board->world, x_um, y_um, look);
	return distance_um > SONAR_REACH_UM ? SIM_NOTHING_UM : distance_um;
}

static s64 sonar_listen_um(struct sim_board *board,
			   const struct sim_sonar *sonar)
{
	if (sonar->fault == SIM_SONAR_NO_TARGET || sonar->deaf)
		return SIM_NOTHING_UM;
	sim_chassis_bring_up(board);
	return sim_sonar_look_um(board, sonar->index);
}

static void sonar_drive_echo(struct sim_board *board,
			     const struct sim_sonar *sonar, bool high)
{
	int echo = board->config.sonar_echo[sonar->index];
	bool shared = echo == board->config.sonar_trigger[sonar->index];

	if (sonar->fault == SIM_SONAR_STUCK_HIGH)
		high = true;
	sim_lines_drive(board, echo, high ? SIM_DRIVE_HIGH :
				     shared ? SIM_DRIVE_NONE : SIM_DRIVE_LOW);
}

/* A ping to which the sensor has nothing to say, by one of its faults. */
static bool sonar_is_silent(struct sim_board *board, struct sim_sonar *sonar)
{
	if (!sonar->pings_left)
		return true;
	if (sonar->pings_left > 0)
		sonar->pings_left--;
	return sonar->fault == SIM_SONAR_DEAD ||
	       sonar->fault == SIM_SONAR_STUCK_HIGH ||
	       sim_faults_hit(board, board->faults.silent_permille);
}

/* Waits for sound, and takes any. */
static bool sonar_listens(const struct sim_sonar *sonar)
{
	return sonar->state == SIM_SONAR_FLIGHT ||
	       sonar->state == SIM_SONAR_RETURN;
}

static void sonar_ping(struct sim_board *board, struct sim_sonar *sonar)
{
	struct sim_irqs_off *off = &board->clock.irqs_off;
	struct sim_sonar *other;

	sonar->pings++;
	sonar->trigger_ns = board->now_ns;
	if (off->count && off->after_ping)
		off->start_ns = board->now_ns + off->delay_ns;
	for (other = board->sonars.unit; other < sonar_end(board); other++)
		if (other != sonar && other->state >= SIM_SONAR_BURST) {
			sonar->overlaps++;
			break;
		}
	if (sonar_is_silent(board, sonar))
		return;
	sonar->deaf = sim_faults_hit(board, board->faults.no_target_permille);
	sonar->state = SIM_SONAR_BURST;
	sonar->next_ns = board->now_ns + (sonar->fault == SIM_SONAR_EARLY ?
					  SONAR_EARLY_NS : SONAR_BURST_NS);
}

static void sonar_trigger(struct sim_board *board, struct sim_sonar *sonar,
			  const struct sim_line *line, bool high)
{
	/* On a shared wire the sensor's own echo comes by here, too. */
	if (sonar->state > SIM_SONAR_TRIGGER) {
		sonar->ignored_busy += high &&
				       line->function == SIM_FUNCTION_OUT;
		return;
	}
	if (high) {
		sonar->state = SIM_SONAR_TRIGGER;
		sonar->trigger_ns = board->now_ns;
		return;
	}
	if (sonar->state != SIM_SONAR_TRIGGER)
		return;

	sonar->state = SIM_SONAR_IDLE;
	if (board->now_ns - sonar->trigger_ns < SONAR_TRIGGER_NS)
		sonar->ignored_short++;
	else
		sonar_ping(board, sonar);
}

/* A trigger input saw an edge. */
void sim_sonar_trigger(struct sim_board *board, unsigned int line, bool high)
{
	struct sim_sonar *sonar;

	for (sonar = board->sonars.unit; sonar < sonar_end(board); sonar++)
		if (board->config.sonar_trigger[sonar->index] == line)
			sonar_trigger(board, sonar, &board->lines.line[line],
				      high);
}

u64 sim_sonar_next(const struct sim_board *board)
{
	const struct sim_sonar *sonar;
	u64 next_ns = SIM_NEVER;

	for (sonar = board->sonars.unit; sonar < sonar_end(board); sonar++)
		next_ns = min(next_ns, sonar->next_ns);
	return next_ns;
}

/* Before the echo line rises, so that its edges do not wait for geometry. */
static void sonar_guess(struct sim_board *board, struct sim_sonar *sonar)
{
	sonar->distance_um = sonar_listen_um(board, sonar);
	sonar->state = SIM_SONAR_RISE;
	if (sonar->fault == SIM_SONAR_EARLY)
		sonar->next_ns = board->now_ns;
	else
		sonar->next_ns = sonar->trigger_ns +
			board->config.sonar_delay_us * (u64)NSEC_PER_USEC;
}

static void sonar_rise(struct sim_board *board, struct sim_sonar *sonar)
{
	sonar->rise_ns = board->now_ns;
	if (sonar->fault == SIM_SONAR_SHORT) {
		sonar->state = SIM_SONAR_RETURN;
		sonar->next_ns = board->now_ns + SONAR_SHORT_NS;
	} else if (sonar->distance_um == SIM_NOTHING_UM) {
		sonar->state = SIM_SONAR_RETURN;
		sonar->next_ns = board->now_ns + SONAR_NO_ECHO_NS;
	} else {
		sonar->state = SIM_SONAR_FLIGHT;
		sonar->next_ns = board->now_ns +
				 sonar_flight_ns(board, sonar->distance_um);
	}
	sonar_drive_echo(board, sonar, true);
}

/* Uniform, as far as noise_um to either side. */
static s64 sonar_noise_um(struct sim_sonars *sonars)
{
	u32 span = 2 * sonars->noise_um + 1;

	if (!sonars->noise_um)
		return 0;
	return (s64)(prandom_u32_state(&sonars->random) % span) -
	       sonars->noise_um;
}

static void sonar_reflect(struct sim_board *board, struct sim_sonar *sonar)
{
	s64 heard_um;

	sonar->distance_um = sonar_listen_um(board, sonar);
	sonar->state = SIM_SONAR_RETURN;
	sonar->next_ns = sonar->rise_ns + SONAR_NO_ECHO_NS;
	if (sonar->distance_um == SIM_NOTHING_UM)
		return;
	heard_um = max(sonar->distance_um + sonar_noise_um(&board->sonars),
		       (s64)SONAR_MIN_UM);
	sonar->next_ns = max(sonar->rise_ns +
			     2 * sonar_flight_ns(board, heard_um),
			     board->now_ns);
}

static void sonar_finish(struct sim_board *board, struct sim_sonar *sonar)
{
	sonar->echoes++;
	sonar->last_rise_ns = sonar->rise_ns;
	sonar->last_echo_ns = board->now_ns - sonar->rise_ns;
	sonar->last_distance_um = sonar->distance_um;
	sonar->next_ns = SIM_NEVER;
	sonar_drive_echo(board, sonar, false);
	sonar->state = SIM_SONAR_IDLE;
}

/* The sound has come back to the one that sent it, and to whoever listens. */
static void sonar_hear(struct sim_board *board, struct sim_sonar *sonar)
{
	bool sound = sonar->distance_um != SIM_NOTHING_UM &&
		     sonar->fault != SIM_SONAR_SHORT;
	struct sim_sonar *other;

	sonar_finish(board, sonar);
	if (!sound)
		return;
	for (other = board->sonars.unit; other < sonar_end(board); other++) {
		if (!sonar_listens(other))
			continue;
		other->crosstalk++;
		sonar_finish(board, other);
	}
}

static void sonar_run(struct sim_board *board, struct sim_sonar *sonar)
{
	switch (sonar->state) {
	case SIM_SONAR_BURST:
		sonar_guess(board, sonar);
		break;
	case SIM_SONAR_RISE:
		sonar_rise(board, sonar);
		break;
	case SIM_SONAR_FLIGHT:
		sonar_reflect(board, sonar);
		break;
	default:
		sonar_hear(board, sonar);
		break;
	}
}

/* Applies what is due at board->now_ns. */
void sim_sonar_run(struct sim_board *board)
{
	struct sim_sonar *sonar;

	for (sonar = board->sonars.unit; sonar < sonar_end(board); sonar++)
		if (board->now_ns >= sonar->next_ns)
			sonar_run(board, sonar);
}

/* Breaks a sensor or mends it; a ping under way is over. */
void sim_sonar_set_fault(struct sim_board *board, unsigned int index,
			 enum sim_sonar_fault fault)
{
	struct sim_sonar *sonar = &board->sonars.unit[index];

	if (sonar->fault == fault || index >= board->config.sonars)
		return;
	sonar->fault = fault;
	sonar->next_ns = SIM_NEVER;
	/* Its own falling edge is no trigger. */
	sonar->state = SIM_SONAR_RETURN;
	sonar_drive_echo(board, sonar, false);
	sonar->state = SIM_SONAR_IDLE;
}

void sim_sonar_seed(struct sim_board *board, u32 seed)
{
	prandom_seed_state(&board->sonars.random, seed);
}

void sim_sonar_reset_counts(struct sim_board *board)
{
	struct sim_sonar *sonar;

	for (sonar = board->sonars.unit; sonar < sonar_end(board); sonar++) {
		sonar->pings = 0;
		sonar->ignored_short = 0;
		sonar->ignored_busy = 0;
		sonar->echoes = 0;
		sonar->overlaps = 0;
		sonar->crosstalk = 0;
		sonar->last_rise_ns = 0;
		sonar->last_echo_ns = 0;
		sonar->last_distance_um = 0;
	}
}

void sim_sonar_init(struct sim_board *board)
{
	struct sim_sonar *sonar;

	board->sonars.air_millicelsius = board->config.air_millicelsius;
	sim_sonar_seed(board, board->config.seed);
	for (sonar = board->sonars.unit; sonar < sonar_end(board); sonar++) {
		sonar->index = sonar - board->sonars.unit;
		sonar->next_ns = SIM_NEVER;
		sonar->pings_left = -1;
		sim_lines_set_role(board,
				   board->config.sonar_trigger[sonar->index],
				   SIM_ROLE_TRIGGER);
		sonar_drive_echo(board, sonar, false);
	}
}
