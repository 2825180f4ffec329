// SPDX-License-Identifier: GPL-2.0
/*
 * genl_command: requests that change something, and what all commands share
 *
 * Commands need CAP_NET_ADMIN and act as the anonymous holder, through the functions
 * that ioctl and sysfs use. Each refusal says why in words, and which attribute is
 * to blame: the index if it is the rover itself that refuses.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>

#include "genl_command.h"
#include "genl_family.h"
#include "rover.h"

static void command_explain(struct netlink_ext_ack *extack, int err)
{
	switch (err) {
	case -EBUSY:
		NL_SET_ERR_MSG(extack, "somebody else drives this rover");
		break;
	case -ESHUTDOWN:
		NL_SET_ERR_MSG(extack, "the emergency stop is latched");
		break;
	case -ECANCELED:
		NL_SET_ERR_MSG(extack, "a guard refuses to move that way");
		break;
	case -EIO:
		NL_SET_ERR_MSG(extack, "a bridge tells of a fault");
		break;
	case -ENODATA:
		NL_SET_ERR_MSG(extack, "this board lacks what that needs");
		break;
	case -ERANGE:
		NL_SET_ERR_MSG(extack, "beyond the limits of this rover");
		break;
	case -EPERM:
		NL_SET_ERR_MSG(extack, "this deadman time needs CAP_SYS_ADMIN");
		break;
	case -ENODEV:
		NL_SET_ERR_MSG(extack, "the rover is gone");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG(extack, "an end needs a duration");
		break;
	default:
		NL_SET_ERR_MSG(extack, "a driver of its hardware failed");
	}
}

/* What the rover refuses whatever the attributes say. */
static bool command_rover_refuses(int err)
{
	return err == -EBUSY || err == -ESHUTDOWN || err == -EIO || err == -ENODEV;
}

static int command_refuse(struct genl_info *info, int err, int blame)
{
	const struct nlattr *attr = info->attrs[blame];

	if (!attr || command_rover_refuses(err))
		attr = info->attrs[GENL_INDEX];
	/* Who knew it better has said so already. */
	if (!info->extack->bad_attr)
		NL_SET_BAD_ATTR(info->extack, attr);
	if (!info->extack->_msg)
		command_explain(info->extack, err);
	return err;
}

static int command_missing(struct genl_info *info, int attr)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	NL_SET_ERR_MSG(info->extack, "an attribute is missing");
	return -EINVAL;
}

/**
 * rover_genl_command_begin() - hold the rover that a command is for
 * @command: filled in
 * @info: the request
 *
 * Return: 0; or an error, and then the request has been told why.
 */
int rover_genl_command_begin(struct rover_genl_command *command, struct genl_info *info)
{
	struct rover *rover = rover_genl_begin(info);

	if (IS_ERR(rover))
		return PTR_ERR(rover);
	*command = (struct rover_genl_command){
		.info = info,
		.rover = rover,
		.lease = &rover->drive.anonymous,
	};
	return 0;
}

/**
 * rover_genl_command_begin_reply() - the same for a command with an answer
 * @command: filled in
 * @info: the request
 * @need: an attribute that it must have
 * @also: likewise
 *
 * Return: as rover_genl_command_begin().
 */
int rover_genl_command_begin_reply(struct rover_genl_command *command, struct genl_info *info,
				   int need, int also)
{
	int err;

	err = rover_genl_command_begin(command, info);
	if (err)
		return err;
	if (!info->attrs[need] || !info->attrs[also]) {
		rover_genl_end(command->rover);
		return command_missing(info, info->attrs[need] ? also : need);
	}
	command->reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (command->reply)
		command->head = genlmsg_put_reply(command->reply, info, &rover_genl_family, 0,
						  info->genlhdr->cmd);
	if (command->head)
		return 0;
	nlmsg_free(command->reply);
	rover_genl_end(command->rover);
	NL_SET_ERR_MSG(info->extack, "no memory for the answer");
	return -ENOMEM;
}

/**
 * rover_genl_command_end() - it was carried out, or refused
 * @command: the command
 * @err: 0 or a negative error
 * @blame: the attribute that is to blame for it, unless the rover itself refuses
 *
 * Return: @err.
 */
int rover_genl_command_end(struct rover_genl_command *command, int err, int blame)
{
	struct genl_info *info = command->info;

	rover_genl_end(command->rover);
	if (err) {
		nlmsg_free(command->reply);
		return command_refuse(info, err, blame);
	}
	/* Who has no room for the answer has none for an error either. */
	if (command->reply) {
		genlmsg_end(command->reply, command->head);
		genlmsg_reply(command->reply, info);
	}
	return 0;
}

/**
 * rover_genl_command_u32() - an attribute that may be left out
 * @info: the request
 * @attr: the attribute
 *
 * Return: its value, 0 if it is not there.
 */
u32 rover_genl_command_u32(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : 0;
}

/**
 * rover_genl_stop() - stop now; coasts unless a mode is given
 * @skb: the request
 * @info: likewise
 */
int rover_genl_stop(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_genl_command command;
	int err;

	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	err = rover_drive_stop(command.rover, command.lease,
			       rover_genl_command_u32(info, ROVER_A_COMMAND_MODE));
	return rover_genl_command_end(&command, err, ROVER_A_COMMAND_MODE);
}

/**
 * rover_genl_estop() - stop, and refuse to move until it is cleared
 * @skb: the request
 * @info: likewise
 */
int rover_genl_estop(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_genl_command command;
	int err;

	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	return rover_genl_command_end(&command, rover_drive_estop(command.rover), GENL_INDEX);
}

/**
 * rover_genl_clear() - end the emergency stop; starts nothing
 * @skb: the request
 * @info: likewise
 */
int rover_genl_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_genl_command command;
	int err;

	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	return rover_genl_command_end(&command, rover_drive_clear(command.rover), GENL_INDEX);
}

/**
 * rover_genl_feed() - keep a motion of the anonymous holder alive
 * @skb: the request
 * @info: likewise
 */
int rover_genl_feed(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_genl_command command;
	int err;

	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	err = rover_drive_feed(command.rover, command.lease);
	if (err == -ECANCELED)
		NL_SET_ERR_MSG(info->extack, "nothing that sysfs or netlink began is running");
	return rover_genl_command_end(&command, err, GENL_INDEX);
}

/* The axis that the board lacks, or that would turn too far. */
static int command_axis(const struct rover *rover, const struct rover_look *look)
{
	const struct rover_servo_axis *pan = &rover->servo.axis[ROVER_PAN];

	if (look->flags & ROVER_LOOK_PAN &&
	    (!(rover->board.servos & ROVER_LOOK_PAN) || look->pan_urad < pan->stop_urad[0] ||
	     look->pan_urad > pan->stop_urad[1]))
		return ROVER_A_COMMAND_PAN_URAD;
	return ROVER_A_COMMAND_TILT_URAD;
}

/**
 * rover_genl_look() - turn the head
 * @skb: the request
 * @info: likewise
 */
int rover_genl_look(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *pan = info->attrs[ROVER_A_COMMAND_PAN_URAD];
	struct nlattr *tilt = info->attrs[ROVER_A_COMMAND_TILT_URAD];
	struct rover_genl_command command;
	struct rover_look look;
	int err;

	if (!pan && !tilt)
		return command_missing(info, ROVER_A_COMMAND_PAN_URAD);
	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	look = (struct rover_look){
		.pan_urad = pan ? nla_get_s32(pan) : 0,
		.tilt_urad = tilt ? nla_get_s32(tilt) : 0,
		.flags = (pan ? ROVER_LOOK_PAN : 0) | (tilt ? ROVER_LOOK_TILT : 0),
	};
	err = rover_servo_look(command.rover, command.lease, &look);
	return rover_genl_command_end(&command, err, command_axis(command.rover, &look));
}

/**
 * rover_genl_pose() - say where the rover is
 * @skb: the request
 * @info: likewise
 */
int rover_genl_pose(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_odometry_pose pose;
	struct rover_genl_command command;
	int err, i;

	for (i = ROVER_A_COMMAND_X_UM; i <= ROVER_A_COMMAND_HEADING_URAD; i++)
		if (!info->attrs[i])
			return command_missing(info, i);
	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	pose = (struct rover_odometry_pose){
		.x_um = nla_get_s64(info->attrs[ROVER_A_COMMAND_X_UM]),
		.y_um = nla_get_s64(info->attrs[ROVER_A_COMMAND_Y_UM]),
		.heading_urad = nla_get_s64(info->attrs[ROVER_A_COMMAND_HEADING_URAD]),
	};
	err = rover_odometry_set(command.rover, command.lease, &pose);
	return rover_genl_command_end(&command, err, ROVER_A_COMMAND_X_UM);
}

/**
 * rover_genl_set() - change settings, all that are given or none
 * @skb: the request
 * @info: likewise
 */
int rover_genl_set(struct sk_buff *skb, struct genl_info *info)
{
	struct rover_settings wanted = {};
	struct rover_genl_command command;
	u64 culprit, bit;
	int err, i;

	for (i = ROVER_A_SETTING_DEADMAN_MS; i <= ROVER_A_SETTING_MAX; i++) {
		if (!info->attrs[i])
			continue;
		bit = BIT_ULL(i - ROVER_A_SETTING_DEADMAN_MS);
		wanted.fields |= bit;
		*rover_settings_slot(&wanted, bit) = nla_get_u32(info->attrs[i]);
	}
	err = rover_genl_command_begin(&command, info);
	if (err)
		return err;
	err = rover_settings_try(command.rover, command.lease, &wanted, &culprit);
	if (!wanted.fields)
		NL_SET_ERR_MSG(info->extack, "no setting is given");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[GENL_SETTING(culprit)],
				    "somebody drives, and would be less protected");
	return rover_genl_command_end(&command, err, culprit ? GENL_SETTING(culprit) : GENL_INDEX);
}
