// SPDX-License-Identifier: GPL-2.0
/*
 * genl_get: what a rover is, how it is and how it is set, for one or for all
 *
 * A message tells of one rover, true at one instant. A dump goes on at the number
 * where the last part ended, holding nothing in between; if rovers came or went
 * meanwhile, its messages say that it was interrupted (NLM_F_DUMP_INTR).
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>

#include "genl_family.h"
#include "rover.h"
#include "telemetry.h"

/* Fills a message with what was asked for; 0 or -EMSGSIZE. */
typedef int (*get_fill)(struct sk_buff *skb, struct rover *rover);

/**
 * rover_genl_put_s64() - a number of 64 bits, aligned to 4 bytes only
 * @skb: the message
 * @type: the attribute
 * @value: the number
 *
 * Return: 0 or -EMSGSIZE.
 */
int rover_genl_put_s64(struct sk_buff *skb, int type, s64 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static int get_fill_info(struct sk_buff *skb, struct rover *rover)
{
	struct rover_info info;

	rover_telemetry_info(rover, &info);
	if (nla_put_u32(skb, ROVER_A_INDEX, info.index) ||
	    nla_put_string(skb, ROVER_A_NAME, dev_name(&rover->dev)) ||
	    nla_put_string(skb, ROVER_A_BOARD, info.board) ||
	    nla_put_u32(skb, ROVER_A_ABI_VERSION, info.abi_version) ||
	    rover_genl_put_s64(skb, ROVER_A_CAPABILITIES, info.capabilities) ||
	    nla_put_u32(skb, ROVER_A_GUARDS, info.guards) ||
	    nla_put_u32(skb, ROVER_A_SENSORS, info.sensors) ||
	    nla_put_u32(skb, ROVER_A_SONARS, info.sonars) ||
	    nla_put_u32(skb, ROVER_A_WHEEL_CIRCUMFERENCE_UM, info.wheel_circumference_um) ||
	    nla_put_u32(skb, ROVER_A_TRACK_WIDTH_UM, info.track_width_um) ||
	    nla_put_u32(skb, ROVER_A_COUNTS_PER_REVOLUTION, info.counts_per_revolution) ||
	    nla_put_u32(skb, ROVER_A_SPEED_MAX_UM_S, info.speed_max_um_s) ||
	    nla_put_u32(skb, ROVER_A_RANGE_MIN_UM, info.range_min_um) ||
	    nla_put_u32(skb, ROVER_A_RANGE_MAX_UM, info.range_max_um) ||
	    nla_put_s32(skb, ROVER_A_PAN_MIN_URAD, info.pan_min_urad) ||
	    nla_put_s32(skb, ROVER_A_PAN_MAX_URAD, info.pan_max_urad) ||
	    nla_put_s32(skb, ROVER_A_TILT_MIN_URAD, info.tilt_min_urad) ||
	    nla_put_s32(skb, ROVER_A_TILT_MAX_URAD, info.tilt_max_urad))
		return -EMSGSIZE;
	return 0;
}

static int get_put_wheel(struct sk_buff *skb, int type, const struct rover_wheel *wheel)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    rover_genl_put_s64(skb, ROVER_A_WHEEL_COUNT, wheel->count) ||
	    rover_genl_put_s64(skb, ROVER_A_WHEEL_SPEED_UM_S, wheel->speed_um_s) ||
	    rover_genl_put_s64(skb, ROVER_A_WHEEL_EDGE_TIME_NS, wheel->edge_time_ns) ||
	    nla_put_s32(skb, ROVER_A_WHEEL_DUTY_PERMILLE, wheel->duty_permille) ||
	    nla_put_u32(skb, ROVER_A_WHEEL_ILLEGAL, wheel->illegal) ||
	    nla_put_u32(skb, ROVER_A_WHEEL_MERGED, wheel->merged) ||
	    nla_put_u32(skb, ROVER_A_WHEEL_GLITCHES, wheel->glitches))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What has not been measured is not there. */
static int get_put_sonar(struct sk_buff *skb, struct rover *rover, unsigned int sensor)
{
	struct nlattr *nest = nla_nest_start(skb, ROVER_A_STATE_SONAR);
	struct rover_range range;
	s64 filtered_um = rover_sonar_last(rover, sensor, &range);

	if (!nest ||
	    nla_put_u32(skb, ROVER_A_SONAR_SENSOR, sensor) ||
	    nla_put_u32(skb, ROVER_A_SONAR_STATUS, range.status) ||
	    rover_genl_put_s64(skb, ROVER_A_SONAR_TIME_NS, range.time_ns) ||
	    nla_put_u32(skb, ROVER_A_SONAR_SEQUENCE, range.sequence))
		return -EMSGSIZE;
	if (range.status == ROVER_RANGE_VALID &&
	    rover_genl_put_s64(skb, ROVER_A_SONAR_RANGE_UM, range.range_um))
		return -EMSGSIZE;
	if (filtered_um >= 0 &&
	    rover_genl_put_s64(skb, ROVER_A_SONAR_FILTERED_UM, filtered_um))
		return -EMSGSIZE;
	if (range.echo_ns && rover_genl_put_s64(skb, ROVER_A_SONAR_ECHO_NS, range.echo_ns))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int get_put_motion(struct sk_buff *skb, const struct rover_snapshot *now)
{
	if (get_put_wheel(skb, ROVER_A_STATE_LEFT, &now->left) ||
	    get_put_wheel(skb, ROVER_A_STATE_RIGHT, &now->right) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_X_UM, now->x_um) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_Y_UM, now->y_um) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_HEADING_URAD, now->heading_urad) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_DISTANCE_UM, now->distance_um) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_LEFT_TARGET_UM_S, now->left_target_um_s) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_RIGHT_TARGET_UM_S, now->right_target_um_s) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_REMAINING, now->remaining))
		return -EMSGSIZE;
	return 0;
}

static int get_fill_state(struct sk_buff *skb, struct rover *rover)
{
	struct rover_snapshot now;
	unsigned int i;

	rover_telemetry_snapshot(rover, &rover->drive.anonymous, &now);
	if (nla_put_u32(skb, ROVER_A_STATE_INDEX, rover->index) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_TIME_NS, now.time_ns) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_REALTIME_NS, now.realtime_ns) ||
	    nla_put_u32(skb, ROVER_A_STATE_STATE, now.state) ||
	    nla_put_u32(skb, ROVER_A_STATE_STOP_REASON, now.stop_reason) ||
	    rover_genl_put_s64(skb, ROVER_A_STATE_STOP_TIME_NS, now.stop_time_ns) ||
	    nla_put_u32(skb, ROVER_A_STATE_FLAGS, now.flags) ||
	    nla_put_s32(skb, ROVER_A_STATE_LEASE_PID, now.lease_pid) ||
	    nla_put_u32(skb, ROVER_A_STATE_DEADMAN_MS, now.deadman_ms) ||
	    nla_put_u32(skb, ROVER_A_STATE_MOTION, now.motion) ||
	    nla_put_u32(skb, ROVER_A_STATE_MOTION_ID, now.motion_id) ||
	    get_put_motion(skb, &now) ||
	    nla_put_u32(skb, ROVER_A_STATE_SENSORS, now.sensors) ||
	    nla_put_u32(skb, ROVER_A_STATE_GUARD_UM, now.guard_um) ||
	    nla_put_s32(skb, ROVER_A_STATE_PAN_URAD, now.pan_urad) ||
	    nla_put_s32(skb, ROVER_A_STATE_TILT_URAD, now.tilt_urad))
		return -EMSGSIZE;
	for (i = 0; i < rover->board.sonars; i++)
		if (get_put_sonar(skb, rover, i))
			return -EMSGSIZE;
	return 0;
}

/* Those that the board has. */
static int get_fill_settings(struct sk_buff *skb, struct rover *rover)
{
	struct rover_settings settings;
	u64 left, bit;

	rover_settings_get(rover, &settings);
	if (nla_put_u32(skb, ROVER_A_SETTING_INDEX, rover->index))
		return -EMSGSIZE;
	for (left = settings.fields; left; left &= left - 1) {
		bit = left & -left;
		if (nla_put_u32(skb, GENL_SETTING(bit), *rover_settings_slot(&settings, bit)))
			return -EMSGSIZE;
	}
	return 0;
}

static int get_one(struct genl_info *info, get_fill fill)
{
	struct rover *rover = rover_genl_begin(info);
	struct sk_buff *reply;
	int err = -EMSGSIZE;
	void *head;

	if (IS_ERR(rover))
		return PTR_ERR(rover);
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply) {
		rover_genl_end(rover);
		NL_SET_ERR_MSG(info->extack, "no memory for the answer");
		return -ENOMEM;
	}
	head = genlmsg_put_reply(reply, info, &rover_genl_family, 0, info->genlhdr->cmd);
	if (head)
		err = fill(reply, rover);
	rover_genl_end(rover);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, head);
	return genlmsg_reply(reply, info);
}

/**
 * rover_genl_get() - what a rover is
 * @skb: the request
 * @info: likewise
 *
 * Return: 0; -EINVAL it is not named, -ENODEV there is none, -ENOMEM.
 */
int rover_genl_get(struct sk_buff *skb, struct genl_info *info)
{
	return get_one(info, get_fill_info);
}

/**
 * rover_genl_get_state() - how it is
 * @skb: the request
 * @info: likewise
 *
 * Return: as rover_genl_get().
 */
int rover_genl_get_state(struct sk_buff *skb, struct genl_info *info)
{
	return get_one(info, get_fill_state);
}

/**
 * rover_genl_get_settings() - how it is set
 * @skb: the request
 * @info: likewise
 *
 * Return: as rover_genl_get().
 */
int rover_genl_get_settings(struct sk_buff *skb, struct genl_info *info)
{
	return get_one(info, get_fill_settings);
}

/**
 * rover_genl_dump_start() - a dump is of all rovers
 * @cb: the dump
 *
 * Return: 0; -EINVAL attributes are given.
 */
int rover_genl_dump_start(struct netlink_callback *cb)
{
	rover_genl_notice();
	if (!nlmsg_attrlen(cb->nlh, GENL_HDRLEN))
		return 0;
	NL_SET_ERR_MSG_ATTR(cb->extack, nlmsg_attrdata(cb->nlh, GENL_HDRLEN),
			    "a dump is of all rovers, and takes no attributes");
	return -EINVAL;
}

static int get_all_add(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		       struct rover *rover, get_fill fill)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &rover_genl_family, NLM_F_MULTI, cmd);
	int err;

	if (!head)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, head);
	err = fill(skb, rover);
	if (err)
		genlmsg_cancel(skb, head);
	else
		genlmsg_end(skb, head);
	return err;
}

/* As many as fit; args[0] is the number to go on at. */
static int get_all(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, get_fill fill)
{
	unsigned long index = cb->args[0];
	unsigned int generation;
	struct rover *rover;
	int err = 0;

	while (!err && (rover = rover_genl_next(&index, &generation))) {
		cb->seq = generation;
		err = get_all_add(skb, cb, cmd, rover, fill);
		rover_genl_end(rover);
		if (!err)
			cb->args[0] = ++index;
	}
	/* The last message tells whether any came or went after the one before. */
	cb->seq = generation;
	return skb->len ?: err;
}

/**
 * rover_genl_dump() - what all rovers are
 * @skb: to be filled
 * @cb: the dump
 *
 * Return: bytes, 0 at the end.
 */
int rover_genl_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return get_all(skb, cb, ROVER_CMD_GET, get_fill_info);
}

/**
 * rover_genl_dump_state() - how all rovers are
 * @skb: to be filled
 * @cb: the dump
 *
 * Return: as rover_genl_dump().
 */
int rover_genl_dump_state(struct sk_buff *skb, struct netlink_callback *cb)
{
	return get_all(skb, cb, ROVER_CMD_GET_STATE, get_fill_state);
}

/**
 * rover_genl_dump_settings() - how all rovers are set
 * @skb: to be filled
 * @cb: the dump
 *
 * Return: as rover_genl_dump().
 */
int rover_genl_dump_settings(struct sk_buff *skb, struct netlink_callback *cb)
{
	return get_all(skb, cb, ROVER_CMD_GET_SETTINGS, get_fill_settings);
}
