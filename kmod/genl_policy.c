// SPDX-License-Identifier: GPL-2.0
/*
 * genl_policy: what requests of the family may hold
 *
 * An attribute has the same type and limits wherever it may occur; rover.yaml
 * says the same. What depends on the rover is checked by those who carry it out.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/limits.h>
#include <linux/rover.h>

#include "genl_family.h"

/* Not const: the policies of 6.1 do not point to constants. */
static struct netlink_range_validation_signed policy_place = {
	.min = -1000000000000LL, .max = 1000000000000LL,
};

static struct netlink_range_validation_signed policy_path = {
	.min = -1000000000, .max = 1000000000,
};

static struct netlink_range_validation_signed policy_twist_speed = {
	.min = -100000000, .max = 100000000,
};

/* 10 m/s, the most that the limit can be set to */
static struct netlink_range_validation_signed policy_wheel_speed = {
	.min = -10000000, .max = 10000000,
};

static struct netlink_range_validation_signed policy_temperature = {
	.min = -40000, .max = 85000,
};

static struct netlink_range_validation policy_s32_max = { .max = S32_MAX };
static struct netlink_range_validation policy_100000 = { .max = 100000 };
static struct netlink_range_validation policy_1000000 = { .max = 1000000 };
static struct netlink_range_validation policy_3600000 = { .max = 3600000 };
static struct netlink_range_validation policy_guard = { .max = ROVER_GUARD_MAX_UM };
static struct netlink_range_validation policy_tick = { .min = 2000, .max = 50000 };
static struct netlink_range_validation policy_speed_max = { .min = 10000, .max = 10000000 };
static struct netlink_range_validation policy_rate_max = { .min = 100000, .max = 100000000 };
static struct netlink_range_validation policy_ramp = { .min = 10000, .max = 100000000 };
static struct netlink_range_validation policy_interval = { .min = 60000, .max = 10000000 };
static struct netlink_range_validation policy_servo_rate = { .max = 100000000 };

#define POLICY_INDEX			{ .type = NLA_U32 }
#define POLICY_SIGNED(_range)		NLA_POLICY_FULL_RANGE_SIGNED(NLA_S64, &(_range))
#define POLICY_UNSIGNED(_range)		NLA_POLICY_FULL_RANGE(NLA_U32, &(_range))

/* How long, and how it stands then. */
#define POLICY_DURATION								\
	[ROVER_A_COMMAND_DURATION_MS] = { .type = NLA_U32 }

#define POLICY_END								\
	[ROVER_A_COMMAND_END] = NLA_POLICY_MAX(NLA_U32, ROVER_STOP_HOLD)

const struct nla_policy rover_genl_get_policy[GENL_INDEX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
};

const struct nla_policy rover_genl_duty_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_LEFT_PERMILLE] =
		NLA_POLICY_RANGE(NLA_S32, -ROVER_DUTY_MAX, ROVER_DUTY_MAX),
	[ROVER_A_COMMAND_RIGHT_PERMILLE] =
		NLA_POLICY_RANGE(NLA_S32, -ROVER_DUTY_MAX, ROVER_DUTY_MAX),
	POLICY_DURATION,
	POLICY_END,
};

const struct nla_policy rover_genl_speed_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_LEFT_UM_S] = POLICY_SIGNED(policy_wheel_speed),
	[ROVER_A_COMMAND_RIGHT_UM_S] = POLICY_SIGNED(policy_wheel_speed),
	POLICY_DURATION,
	POLICY_END,
};

const struct nla_policy rover_genl_twist_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_SPEED_UM_S] = POLICY_SIGNED(policy_twist_speed),
	[ROVER_A_COMMAND_RATE_URAD_S] = POLICY_SIGNED(policy_path),
	POLICY_DURATION,
	POLICY_END,
};

const struct nla_policy rover_genl_move_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_WAY_UM] = POLICY_SIGNED(policy_path),
	[ROVER_A_COMMAND_SPEED_LIMIT_UM_S] = { .type = NLA_U32 },
	[ROVER_A_COMMAND_FRESH] = { .type = NLA_FLAG },
	POLICY_END,
};

const struct nla_policy rover_genl_turn_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_ANGLE_URAD] = POLICY_SIGNED(policy_path),
	[ROVER_A_COMMAND_RATE_LIMIT_URAD_S] = { .type = NLA_U32 },
	[ROVER_A_COMMAND_FRESH] = { .type = NLA_FLAG },
	POLICY_END,
};

const struct nla_policy rover_genl_stop_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_MODE] = NLA_POLICY_MAX(NLA_U32, ROVER_STOP_HOLD),
};

const struct nla_policy rover_genl_look_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_PAN_URAD] = { .type = NLA_S32 },
	[ROVER_A_COMMAND_TILT_URAD] = { .type = NLA_S32 },
};

const struct nla_policy rover_genl_pose_policy[ROVER_A_COMMAND_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_COMMAND_X_UM] = POLICY_SIGNED(policy_place),
	[ROVER_A_COMMAND_Y_UM] = POLICY_SIGNED(policy_place),
	[ROVER_A_COMMAND_HEADING_URAD] = POLICY_SIGNED(policy_place),
};

const struct nla_policy rover_genl_set_policy[ROVER_A_SETTING_MAX + 1] = {
	[GENL_INDEX] = POLICY_INDEX,
	[ROVER_A_SETTING_DEADMAN_MS] = POLICY_UNSIGNED(policy_s32_max),
	[ROVER_A_SETTING_GUARD_UM] = POLICY_UNSIGNED(policy_guard),
	[ROVER_A_SETTING_OBSTACLE_GUARD] = NLA_POLICY_MAX(NLA_U32, 1),
	[ROVER_A_SETTING_STALL_MS] = NLA_POLICY_MAX(NLA_U32, 10000),
	[ROVER_A_SETTING_TICK_US] = POLICY_UNSIGNED(policy_tick),
	[ROVER_A_SETTING_SPEED_MAX_UM_S] = POLICY_UNSIGNED(policy_speed_max),
	[ROVER_A_SETTING_RATE_MAX_URAD_S] = POLICY_UNSIGNED(policy_rate_max),
	[ROVER_A_SETTING_ACCELERATION_UM_S2] = POLICY_UNSIGNED(policy_ramp),
	[ROVER_A_SETTING_DECELERATION_UM_S2] = POLICY_UNSIGNED(policy_ramp),
	[ROVER_A_SETTING_FEED_FORWARD] = POLICY_UNSIGNED(policy_100000),
	[ROVER_A_SETTING_DEAD_ZONE_PERMILLE] = NLA_POLICY_MAX(NLA_U32, 900),
	[ROVER_A_SETTING_PROPORTIONAL] = POLICY_UNSIGNED(policy_100000),
	[ROVER_A_SETTING_INTEGRAL] = POLICY_UNSIGNED(policy_1000000),
	[ROVER_A_SETTING_SONAR_INTERVAL_US] = POLICY_UNSIGNED(policy_interval),
	[ROVER_A_SETTING_SONAR_MEDIAN] = NLA_POLICY_RANGE(NLA_U32, 1, 9),
	[ROVER_A_SETTING_AIR_TEMPERATURE_MC] =
		NLA_POLICY_FULL_RANGE_SIGNED(NLA_S32, &policy_temperature),
	[ROVER_A_SETTING_SERVO_RATE_URAD_S] = POLICY_UNSIGNED(policy_servo_rate),
	[ROVER_A_SETTING_SERVO_IDLE_MS] = POLICY_UNSIGNED(policy_3600000),
	[ROVER_A_SETTING_DEBOUNCE_US] = POLICY_UNSIGNED(policy_100000),
};
