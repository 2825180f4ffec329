// SPDX-License-Identifier: GPL-2.0
/*
 * genl_motion: requests that move the rover; each answers with what is applied
 *
 * Copyright (C) 2026 The rover authors
 */

#include "genl_command.h"
#include "genl_family.h"
#include "rover.h"

/* A hold at the end is what a board may lack; else it is the motion itself. */
static int command_blame(struct genl_info *info, int err, int motion)
{
	if (err == -EINVAL)
		return ROVER_A_COMMAND_END;
	if (err == -ENODATA && rover_genl_command_u32(info, ROVER_A_COMMAND_END) == ROVER_STOP_HOLD)
		return ROVER_A_COMMAND_END;
	return motion;
}

/**
 * rover_genl_duty() - drive both wheels, open loop; answers with what is applied
 * @skb: the request
 * @info: likewise
 *
 * Return: as rover_drive_duty(), for which the others hold as well.
 */
int rover_genl_duty(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct rover_genl_command command;
	struct rover_duty duty;
	int err;

	err = rover_genl_command_begin_reply(&command, info, ROVER_A_COMMAND_LEFT_PERMILLE,
					     ROVER_A_COMMAND_RIGHT_PERMILLE);
	if (err)
		return err;
	duty = (struct rover_duty){
		.left_permille = nla_get_s32(attrs[ROVER_A_COMMAND_LEFT_PERMILLE]),
		.right_permille = nla_get_s32(attrs[ROVER_A_COMMAND_RIGHT_PERMILLE]),
		.duration_ms = rover_genl_command_u32(info, ROVER_A_COMMAND_DURATION_MS),
		.end = rover_genl_command_u32(info, ROVER_A_COMMAND_END),
	};
	err = rover_drive_duty(command.rover, command.lease, &duty);
	if (!err && (nla_put_u32(command.reply, ROVER_A_COMMAND_INDEX, command.rover->index) ||
		     nla_put_s32(command.reply, ROVER_A_COMMAND_LEFT_PERMILLE,
				 duty.left_permille) ||
		     nla_put_s32(command.reply, ROVER_A_COMMAND_RIGHT_PERMILLE,
				 duty.right_permille)))
		err = -EMSGSIZE;
	return rover_genl_command_end(&command, err,
				      command_blame(info, err, ROVER_A_COMMAND_LEFT_PERMILLE));
}

/* Which of two wheels is too fast. */
static int command_faster(struct genl_info *info, const struct rover *rover)
{
	s64 left_um_s = nla_get_s64(info->attrs[ROVER_A_COMMAND_LEFT_UM_S]);

	return abs(left_um_s) > READ_ONCE(rover->settings.speed_max_um_s) ?
	       ROVER_A_COMMAND_LEFT_UM_S : ROVER_A_COMMAND_RIGHT_UM_S;
}

/**
 * rover_genl_speed() - drive both wheels, closed loop; answers with what is applied
 * @skb: the request
 * @info: likewise
 */
int rover_genl_speed(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct rover_speed speed;
	struct rover_genl_command command;
	int err, blame;

	err = rover_genl_command_begin_reply(&command, info, ROVER_A_COMMAND_LEFT_UM_S,
					     ROVER_A_COMMAND_RIGHT_UM_S);
	if (err)
		return err;
	speed = (struct rover_speed){
		.left_um_s = nla_get_s64(attrs[ROVER_A_COMMAND_LEFT_UM_S]),
		.right_um_s = nla_get_s64(attrs[ROVER_A_COMMAND_RIGHT_UM_S]),
		.duration_ms = rover_genl_command_u32(info, ROVER_A_COMMAND_DURATION_MS),
		.end = rover_genl_command_u32(info, ROVER_A_COMMAND_END),
	};
	err = rover_drive_speed(command.rover, command.lease, &speed);
	blame = err == -ERANGE ? command_faster(info, command.rover) : ROVER_A_COMMAND_LEFT_UM_S;
	if (!err && (nla_put_u32(command.reply, ROVER_A_COMMAND_INDEX, command.rover->index) ||
		     rover_genl_put_s64(command.reply, ROVER_A_COMMAND_LEFT_UM_S,
					speed.left_um_s) ||
		     rover_genl_put_s64(command.reply, ROVER_A_COMMAND_RIGHT_UM_S,
					speed.right_um_s)))
		err = -EMSGSIZE;
	return rover_genl_command_end(&command, err, command_blame(info, err, blame));
}

/**
 * rover_genl_twist() - drive along a curve; answers with what is applied
 * @skb: the request
 * @info: likewise
 */
int rover_genl_twist(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct rover_twist twist;
	struct rover_genl_command command;
	int err;

	err = rover_genl_command_begin_reply(&command, info, ROVER_A_COMMAND_SPEED_UM_S,
					     ROVER_A_COMMAND_RATE_URAD_S);
	if (err)
		return err;
	twist = (struct rover_twist){
		.speed_um_s = nla_get_s64(attrs[ROVER_A_COMMAND_SPEED_UM_S]),
		.rate_urad_s = nla_get_s64(attrs[ROVER_A_COMMAND_RATE_URAD_S]),
		.duration_ms = rover_genl_command_u32(info, ROVER_A_COMMAND_DURATION_MS),
		.end = rover_genl_command_u32(info, ROVER_A_COMMAND_END),
	};
	err = rover_drive_twist(command.rover, command.lease, &twist);
	if (!err && (nla_put_u32(command.reply, ROVER_A_COMMAND_INDEX, command.rover->index) ||
		     rover_genl_put_s64(command.reply, ROVER_A_COMMAND_SPEED_UM_S,
					twist.speed_um_s) ||
		     rover_genl_put_s64(command.reply, ROVER_A_COMMAND_RATE_URAD_S,
					twist.rate_urad_s)))
		err = -EMSGSIZE;
	return rover_genl_command_end(&command, err,
				      command_blame(info, err, ROVER_A_COMMAND_SPEED_UM_S));
}

/* MOVE and TURN; the answer is the number that the event of its end will have. */
static int command_path(struct genl_info *info, int way, int limit,
			int (*begin)(struct rover *rover, struct rover_lease *lease,
				     struct rover_path *path))
{
	struct rover_genl_command command;
	struct rover_path path;
	int err;

	err = rover_genl_command_begin_reply(&command, info, way, way);
	if (err)
		return err;
	path = (struct rover_path){
		.way = nla_get_s64(info->attrs[way]),
		.speed = rover_genl_command_u32(info, limit),
		.end = rover_genl_command_u32(info, ROVER_A_COMMAND_END),
		.flags = info->attrs[ROVER_A_COMMAND_FRESH] ? ROVER_PATH_FRESH : 0,
	};
	err = begin(command.rover, command.lease, &path);
	if (!err && (nla_put_u32(command.reply, ROVER_A_COMMAND_INDEX, command.rover->index) ||
		     nla_put_u32(command.reply, ROVER_A_COMMAND_MOTION_ID, path.motion_id)))
		err = -EMSGSIZE;
	return rover_genl_command_end(&command, err, way);
}

/**
 * rover_genl_move() - a way straight on, and stop
 * @skb: the request
 * @info: likewise
 */
int rover_genl_move(struct sk_buff *skb, struct genl_info *info)
{
	return command_path(info, ROVER_A_COMMAND_WAY_UM, ROVER_A_COMMAND_SPEED_LIMIT_UM_S,
			    rover_drive_move);
}

/**
 * rover_genl_turn() - an angle on the spot, and stop
 * @skb: the request
 * @info: likewise
 */
int rover_genl_turn(struct sk_buff *skb, struct genl_info *info)
{
	return command_path(info, ROVER_A_COMMAND_ANGLE_URAD, ROVER_A_COMMAND_RATE_LIMIT_URAD_S,
			    rover_drive_turn);
}
