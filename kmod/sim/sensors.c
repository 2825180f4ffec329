// SPDX-License-Identifier: GPL-2.0
/*
 * Infrared sensors, which look at the same world as the sonar.
 *
 *                  \  30 degrees  /        obstacle sensors sit on the rim of
 *                   \   ahead    /         the body, and see a wall within
 *                  .-o----------o-.        their range in a beam of 15 degrees
 *                 /      oo        \       line sensors look straight down
 *                |        +         |      + is the middle of the axle
 *
 * While the rover moves they look again whenever it may have gone half a
 * millimetre; far from walls and stripes, whenever it may have come near.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "board.h"
#include "control.h"
#include "fixed.h"

#define SENSORS_STEP_UM		500
#define SENSORS_ASKEW_MDEG	30000

/* Wheels may speed up meanwhile, hence not for long. */
#define SENSORS_WAIT_MIN_NS	(50 * (u64)NSEC_PER_USEC)
#define SENSORS_WAIT_NEAR_NS	(2 * (u64)NSEC_PER_MSEC)
#define SENSORS_WAIT_FAR_NS	(100 * (u64)NSEC_PER_MSEC)

const char * const sim_sensor_names[SIM_SENSORS] = {
	[SIM_OBSTACLE_LEFT] = "obstacle_left",
	[SIM_OBSTACLE_RIGHT] = "obstacle_right",
	[SIM_LINE_LEFT] = "line_left",
	[SIM_LINE_RIGHT] = "line_right",
};

static int sensors_line(const struct sim_board *board, enum sim_sensor sensor)
{
	const struct sim_config *config = &board->config;

	return sensor < SIM_LINE_LEFT ? config->obstacle[sensor] :
					config->line_sensor[sensor - SIM_LINE_LEFT];
}

/* A point of the rover, @ahead and @left of the middle of the axle. */
static void sensors_point(const struct sim_place *place, s64 ahead_um,
			  s64 left_um, s64 *x_um, s64 *y_um)
{
	s64 sine, cosine;

	sim_fixed_sincos(place->heading_prad, &sine, &cosine);
	*x_um = place->x_um + ((ahead_um * cosine - left_um * sine) >> SIM_Q30);
	*y_um = place->y_um + ((ahead_um * sine + left_um * cosine) >> SIM_Q30);
}

static bool sensors_see_wall(const struct sim_board *board,
			     const struct sim_place *place, s64 askew_mdeg)
{
	struct sim_place look = *place;
	s64 x_um, y_um;

	look.heading_prad += askew_mdeg * SIM_PRAD_PER_MDEG;
	sensors_point(&look, board->config.body_radius_um, 0, &x_um, &y_um);
	return sim_world_beam_um(&board->world, x_um, y_um,
				 look.heading_prad) <=
	       board->config.obstacle_range_um;
}

static bool sensors_see_stripe(const struct sim_board *board,
			       const struct sim_place *place, s64 left_um)
{
	s64 x_um, y_um;

	sensors_point(place, board->config.line_offset_um, left_um,
		      &x_um, &y_um);
	return sim_world_stripe_um(&board->world, x_um, y_um) <= 0;
}

static bool sensors_see(const struct sim_board *board,
			const struct sim_place *place, enum sim_sensor sensor)
{
	s64 askew_um = board->config.line_spacing_um / 2;

	switch (sensor) {
	case SIM_OBSTACLE_LEFT:
		return sensors_see_wall(board, place, SENSORS_ASKEW_MDEG);
	case SIM_OBSTACLE_RIGHT:
		return sensors_see_wall(board, place, -SENSORS_ASKEW_MDEG);
	case SIM_LINE_LEFT:
		return sensors_see_stripe(board, place, askew_um);
	default:
		return sensors_see_stripe(board, place, -askew_um);
	}
}

static void sensors_drive(struct sim_board *board, enum sim_sensor sensor)
{
	const struct sim_sensors *sensors = &board->sensors;
	bool high = sensor < SIM_LINE_LEFT ? board->config.obstacle_high :
					     board->config.line_high;
	bool on = sensors->force[sensor] == SIM_SENSOR_AUTO ?
		  sensors->sees[sensor] :
		  sensors->force[sensor] == SIM_SENSOR_ON;

	sim_lines_drive(board, sensors_line(board, sensor),
			sim_drive_level(on == high));
}

/* How far the rover may go, however it turns, before sensors may see anything. */
static s64 sensors_margin_um(const struct sim_board *board,
			     const struct sim_place *place, bool *walls,
			     bool *stripes)
{
	const struct sim_config *config = &board->config;
	s64 wall_um = sim_world_clearance_um(&board->world, place->x_um,
					     place->y_um);
	s64 stripe_um = sim_world_stripe_um(&board->world, place->x_um,
					    place->y_um);

	if (wall_um != SIM_NOTHING_UM)
		wall_um -= config->body_radius_um + config->obstacle_range_um;
	if (stripe_um != SIM_NOTHING_UM)
		stripe_um -= config->line_offset_um + config->line_spacing_um;
	*walls = wall_um <= 0;
	*stripes = stripe_um <= 0;
	return min(wall_um, stripe_um);
}

/* A bound of the speed at which any point looked at passes the rover. */
static u64 sensors_speed_um_s(const struct sim_board *board, s64 margin_um)
{
	const struct sim_config *config = &board->config;
	u64 arm_um = max(config->body_radius_um + config->obstacle_range_um,
			 config->line_offset_um + config->line_spacing_um);
	u64 left, right;

	/* From afar: at full speed of the strongest motor. */
	if (margin_um > 0)
		return config->max_speed_um_s * 2ULL;
	left = abs(board->chassis.wheel[SIM_LEFT].speed_nm_s);
	right = abs(board->chassis.wheel[SIM_RIGHT].speed_nm_s);
	return div_u64(div_u64(max(left, right) * (config->track_um + 2 * arm_um),
			       config->track_um), 1000) + 1;
}

static u64 sensors_wait_ns(const struct sim_board *board, s64 margin_um)
{
	u64 speed_um_s = sensors_speed_um_s(board, margin_um);

	if (margin_um > 0)
		return clamp(div64_u64(min(margin_um, 1000000LL) * NSEC_PER_SEC,
				       speed_um_s),
			     SENSORS_WAIT_MIN_NS, SENSORS_WAIT_FAR_NS);
	return clamp(div64_u64(SENSORS_STEP_UM * (u64)NSEC_PER_SEC, speed_um_s),
		     SENSORS_WAIT_MIN_NS, SENSORS_WAIT_NEAR_NS);
}

/**
 * sim_sensors_look() - let all sensors look at the world as it is now
 * @board: the board
 */
void sim_sensors_look(struct sim_board *board)
{
	struct sim_sensors *sensors = &board->sensors;
	enum sim_sensor sensor;
	struct sim_place place;
	bool walls, stripes;
	s64 margin_um;

	if (!sensors->lines)
		return;
	sensors->looks++;
	sim_chassis_place(board, &place);
	margin_um = sensors_margin_um(board, &place, &walls, &stripes);
	for (sensor = 0; sensor < SIM_SENSORS; sensor++) {
		bool near = sensor < SIM_LINE_LEFT ? walls : stripes;

		sensors->sees[sensor] = near &&
			sensors_line(board, sensor) != SIM_NO_LINE &&
			sensors_see(board, &place, sensor);
		sensors_drive(board, sensor);
	}
	sensors->next_ns = SIM_NEVER;
	if (!sim_chassis_stands(board))
		sensors->next_ns = board->now_ns +
				   sensors_wait_ns(board, margin_um);
}

/* The rover is on its way: wake up if they were at rest. */
void sim_sensors_moving(struct sim_board *board)
{
	struct sim_sensors *sensors = &board->sensors;

	if (sensors->next_ns == SIM_NEVER && sensors->lines)
		sensors->next_ns = board->now_ns + SENSORS_WAIT_MIN_NS;
}

u64 sim_sensors_next(const struct sim_board *board)
{
	return board->sensors.next_ns;
}

/* The timer need not look at lines that nobody listens to. */
u64 sim_sensors_wake(const struct sim_board *board)
{
	return board->lines.enabled & board->sensors.lines ?
		board->sensors.next_ns : SIM_NEVER;
}

/* Applies what is due at board->now_ns. */
void sim_sensors_run(struct sim_board *board)
{
	if (board->now_ns >= board->sensors.next_ns)
		sim_sensors_look(board);
}

static const char * const sensors_forces[] = {
	[SIM_SENSOR_AUTO] = "auto",
	[SIM_SENSOR_OFF] = "0",
	[SIM_SENSOR_ON] = "1",
	NULL
};

static void sensors_load(struct sim_board *board, s64 *values)
{
	const struct sim_chatter_habit *habit =
		&board->chatter.habit[SIM_CHATTER_SENSORS];
	enum sim_sensor sensor;

	for (sensor = 0; sensor < SIM_SENSORS; sensor++)
		values[sensor] = SIM_KEY_WORD(board->sensors.force[sensor]);
	values[SIM_SENSORS] = habit->bounces;
	values[SIM_SENSORS + 1] = habit->within_us;
}

static void sensors_store(struct sim_board *board, const s64 *values)
{
	struct sim_chatter_habit *habit =
		&board->chatter.habit[SIM_CHATTER_SENSORS];
	enum sim_sensor sensor;

	habit->bounces = values[SIM_SENSORS];
	habit->within_us = values[SIM_SENSORS + 1];
	for (sensor = 0; sensor < SIM_SENSORS; sensor++) {
		board->sensors.force[sensor] = values[sensor] - SIM_KEY_WORD(0);
		sensors_drive(board, sensor);
	}
}

static const struct sim_control sensors_control = {
	.load = sensors_load,
	.store = sensors_store,
	.count = SIM_SENSORS + 2,
	.keys = {
		{ "obstacle_left", NULL, 1, 0, sensors_forces },
		{ "obstacle_right", NULL, 1, 0, sensors_forces },
		{ "line_left", NULL, 1, 0, sensors_forces },
		{ "line_right", NULL, 1, 0, sensors_forces },
		{ "bounces", NULL, 0, SIM_CHATTER_BOUNCES_MAX },
		{ "bounce_us", NULL, 1, SIM_CHATTER_US_MAX },
	},
};

SIM_CONTROL_FILE(sensors);

/* Nobody forces them, and they do not bounce. */
void sim_sensors_reset(struct sim_board *board)
{
	static const s64 none[] = {
		SIM_KEY_WORD(SIM_SENSOR_AUTO), SIM_KEY_WORD(SIM_SENSOR_AUTO),
		SIM_KEY_WORD(SIM_SENSOR_AUTO), SIM_KEY_WORD(SIM_SENSOR_AUTO),
		0, 1000
	};

	sensors_store(board, none);
	board->sensors.looks = 0;
	sim_sensors_look(board);
}

void sim_sensors_init(struct sim_board *board)
{
	enum sim_sensor sensor;

	for (sensor = 0; sensor < SIM_SENSORS; sensor++)
		if (sensors_line(board, sensor) != SIM_NO_LINE)
			board->sensors.lines |=
				BIT_ULL(sensors_line(board, sensor));
	board->chatter.habit[SIM_CHATTER_SENSORS].lines = board->sensors.lines;
	board->sensors.next_ns = SIM_NEVER;
	sim_sensors_reset(board);
}

void sim_sensors_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("sensors", 0600, dir, board, &sensors_fops);
}
