// SPDX-License-Identifier: GPL-2.0
/*
 * The pose, integrated from the ways of both wheels.
 *
 * Ways come in as often as the bridges switch; sine and cosine are worked out
 * for a millisecond of them at a time, along the heading in the middle.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math64.h>

#include "board.h"
#include "fixed.h"

#define POSE_UPDATE_NS		NSEC_PER_MSEC
#define POSE_AM_PER_PM		1000000LL
#define POSE_PM_PER_UM		1000000LL
#define POSE_PRAD_PER_URAD	1000000LL

/* A rover this close to a wall still touches it. */
#define POSE_TOUCH_UM		2000

/* Where it will be, @way_pm further on while turning by @turn_prad. */
static void pose_ahead(const struct sim_pose *pose, s64 way_pm, s64 turn_prad,
		       s64 *x_pm, s64 *y_pm)
{
	s64 sine, cosine;

	sim_fixed_sincos(pose->heading_prad + turn_prad / 2, &sine, &cosine);
	*x_pm = pose->x_pm + ((way_pm * cosine) >> SIM_Q30);
	*y_pm = pose->y_pm + ((way_pm * sine) >> SIM_Q30);
}

static s64 pose_way_pm(s64 left_am, s64 right_am)
{
	return div_s64((left_am + right_am) / 2, POSE_AM_PER_PM);
}

/* am divided by um is prad. */
static s64 pose_turn_prad(const struct sim_board *board, s64 left_am,
			  s64 right_am)
{
	return div_s64(right_am - left_am, board->config.track_um);
}

/**
 * sim_pose_update() - bring the pose up to the ways gone
 * @board: the board
 *
 * With a wheel forced by a stimulus the rover stands on blocks: it stays.
 */
void sim_pose_update(struct sim_board *board)
{
	struct sim_pose *pose = &board->chassis.pose;
	s64 left = pose->left_am, right = pose->right_am;
	s64 way_pm, turn_prad;

	pose->left_am = 0;
	pose->right_am = 0;
	pose->updated_ns = board->now_ns;
	if ((!left && !right) || sim_chassis_on_blocks(board))
		return;

	way_pm = pose_way_pm(left, right);
	turn_prad = pose_turn_prad(board, left, right);
	pose_ahead(pose, way_pm, turn_prad, &pose->x_pm, &pose->y_pm);
	pose->heading_prad += turn_prad;
}

void sim_pose_move(struct sim_board *board, s64 left_am, s64 right_am)
{
	struct sim_pose *pose = &board->chassis.pose;

	pose->left_am += left_am;
	pose->right_am += right_am;
	if (board->now_ns - pose->updated_ns >= POSE_UPDATE_NS)
		sim_pose_update(board);
}

/**
 * sim_pose_look_ahead() - where the rover is after some more way
 * @board: the board
 * @left_am: way of the left wheel since the last sim_pose_move()
 * @right_am: and of the right one
 * @place: filled in
 */
void sim_pose_look_ahead(const struct sim_board *board, s64 left_am,
			 s64 right_am, struct sim_place *place)
{
	const struct sim_pose *pose = &board->chassis.pose;
	s64 left = pose->left_am + left_am, right = pose->right_am + right_am;
	s64 turn_prad = 0, x_pm = pose->x_pm, y_pm = pose->y_pm;

	if ((left || right) && !sim_chassis_on_blocks(board)) {
		turn_prad = pose_turn_prad(board, left, right);
		pose_ahead(pose, pose_way_pm(left, right), turn_prad,
			   &x_pm, &y_pm);
	}
	place->x_um = div_s64(x_pm, POSE_PM_PER_UM);
	place->y_um = div_s64(y_pm, POSE_PM_PER_UM);
	place->heading_prad = pose->heading_prad + turn_prad;
}

static s64 pose_clearance_um(struct sim_board *board, s64 x_pm, s64 y_pm)
{
	return sim_world_clearance_um(&board->world,
				      div_s64(x_pm, POSE_PM_PER_UM),
				      div_s64(y_pm, POSE_PM_PER_UM)) -
	       board->config.body_radius_um;
}

/**
 * sim_pose_blocked() - would these ways take the rover into a wall?
 * @board: the board
 * @left_am: planned way of the left wheel
 * @right_am: and of the right one
 *
 * Walls are looked at only when the rover may have come near one since the last
 * time. Away from a wall it may always go.
 */
bool sim_pose_blocked(struct sim_board *board, s64 left_am, s64 right_am)
{
	struct sim_pose *pose = &board->chassis.pose;
	s64 way_pm = pose_way_pm(left_am, right_am);
	s64 way_um = div_s64(abs(way_pm), POSE_PM_PER_UM) + 1;
	s64 here_um, there_um, x_pm, y_pm;

	if (pose->clearance_um > way_um) {
		pose->clearance_um -= way_um;
		return false;
	}

	sim_pose_update(board);
	here_um = pose_clearance_um(board, pose->x_pm, pose->y_pm);
	pose->clearance_um = max(here_um - way_um, 0LL);
	if (here_um > POSE_TOUCH_UM)
		pose->touching = false;
	if (here_um > way_um)
		return false;

	pose_ahead(pose, way_pm, pose_turn_prad(board, left_am, right_am),
		   &x_pm, &y_pm);
	there_um = pose_clearance_um(board, x_pm, y_pm);
	if (there_um >= 0 || there_um >= here_um)
		return false;
	if (!pose->touching)
		pose->collisions++;
	pose->touching = true;
	return true;
}

/* Puts the rover somewhere else, as a hand does. */
void sim_pose_set(struct sim_board *board, s64 x_um, s64 y_um, s64 heading_urad)
{
	struct sim_pose *pose = &board->chassis.pose;

	sim_chassis_bring_up(board);
	pose->x_pm = x_um * POSE_PM_PER_UM;
	pose->y_pm = y_um * POSE_PM_PER_UM;
	pose->heading_prad = heading_urad * POSE_PRAD_PER_URAD;
	sim_chassis_world_changed(board);
}

s64 sim_pose_x_um(const struct sim_pose *pose)
{
	return div_s64(pose->x_pm, POSE_PM_PER_UM);
}

s64 sim_pose_y_um(const struct sim_pose *pose)
{
	return div_s64(pose->y_pm, POSE_PM_PER_UM);
}

s64 sim_pose_heading_urad(const struct sim_pose *pose)
{
	return div_s64(pose->heading_prad, POSE_PRAD_PER_URAD);
}
