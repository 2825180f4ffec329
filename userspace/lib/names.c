// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words for the numbers of the ABI, the same as in sysfs
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stddef.h>

#include <linux/rover.h>

#include "macros.h"
#include "names.h"

struct name {
	const char *word;
	const char *text;
};

static const struct name states[] = {
	[ROVER_STATE_IDLE]	= { "idle", NULL },
	[ROVER_STATE_MOVING]	= { "moving", NULL },
	[ROVER_STATE_HOLDING]	= { "holding", NULL },
	[ROVER_STATE_STOPPED]	= { "stopped", NULL },
	[ROVER_STATE_ESTOP]	= { "estop", NULL },
};

static const struct name reasons[] = {
	[ROVER_REASON_NONE]	  = { "none", "no motion has ended" },
	[ROVER_REASON_COMMAND]	  = { "command", "it was told to stop" },
	[ROVER_REASON_DEADMAN]	  = { "deadman", "no command came within the deadman time" },
	[ROVER_REASON_GUARD]	  = { "guard", "something is too near" },
	[ROVER_REASON_SONAR_LOST] = { "sonar-lost", "a guard is set and the sonar is silent" },
	[ROVER_REASON_STALL]	  = { "stall", "the wheels did not turn" },
	[ROVER_REASON_FAULT]	  = { "fault", "the driver or the motor bridge failed" },
	[ROVER_REASON_RELEASED]	  = { "released", "whoever drove it let go" },
	[ROVER_REASON_SUSPEND]	  = { "suspend", "the system went to sleep" },
	[ROVER_REASON_ESTOP]	  = { "estop", "the emergency stop is latched" },
};

static const struct name ranges[] = {
	[ROVER_RANGE_NONE]	= { "none", "not measured" },
	[ROVER_RANGE_VALID]	= { "valid", NULL },
	[ROVER_RANGE_NO_ECHO]	= { "no-echo", "nothing in range" },
	[ROVER_RANGE_SILENT]	= { "silent", "the sensor is silent: dead, or not connected" },
	[ROVER_RANGE_INVALID]	= { "invalid", "invalid: the echo line is stuck or disturbed" },
};

static const struct name motions[] = {
	[ROVER_MOTION_NONE]	= { "none", NULL },
	[ROVER_MOTION_DUTY]	= { "duty", NULL },
	[ROVER_MOTION_SPEED]	= { "speed", NULL },
	[ROVER_MOTION_MOVE]	= { "move", NULL },
	[ROVER_MOTION_TURN]	= { "turn", NULL },
	[ROVER_MOTION_HOLD]	= { "hold", NULL },
};

static const struct name modes[] = {
	[ROVER_STOP_COAST]	= { "coast", NULL },
	[ROVER_STOP_BRAKE]	= { "brake", NULL },
	[ROVER_STOP_HOLD]	= { "hold", NULL },
};

static const struct name sensors[] = {
	{ "obstacle-left", NULL }, { "obstacle-right", NULL },
	{ "line-left", NULL }, { "line-right", NULL },
};

/* In the order of ROVER_SET_*. */
static const struct name settings[] = {
	{ "deadman", NULL }, { "guard", NULL }, { "obstacle_guard", NULL }, { "stall", NULL },
	{ "tick", NULL }, { "max_speed", NULL }, { "max_rate", NULL }, { "acceleration", NULL },
	{ "deceleration", NULL }, { "feed_forward", NULL }, { "dead_zone", NULL },
	{ "proportional_gain", NULL }, { "integral_gain", NULL }, { "sonar_interval", NULL },
	{ "sonar_median", NULL }, { "air_temperature", NULL }, { "servo_rate", NULL },
	{ "servo_idle", NULL }, { "debounce", NULL },
};

/* A newer kernel may know more than this table. */
static const struct name unknown = { "unknown", "for a reason this roverctl does not know" };

static const struct name *name_find(const struct name *names, size_t count, uint32_t number)
{
	return number < count && names[number].word ? &names[number] : &unknown;
}

const char *name_state(uint32_t state)
{
	return name_find(states, ARRAY_SIZE(states), state)->word;
}

const char *name_reason(uint32_t reason)
{
	return name_find(reasons, ARRAY_SIZE(reasons), reason)->word;
}

const char *name_reason_text(uint32_t reason)
{
	return name_find(reasons, ARRAY_SIZE(reasons), reason)->text;
}

const char *name_range(uint32_t status)
{
	return name_find(ranges, ARRAY_SIZE(ranges), status)->word;
}

const char *name_range_text(uint32_t status)
{
	return name_find(ranges, ARRAY_SIZE(ranges), status)->text;
}

const char *name_motion(uint32_t motion)
{
	return name_find(motions, ARRAY_SIZE(motions), motion)->word;
}

const char *name_mode(uint32_t mode)
{
	return name_find(modes, ARRAY_SIZE(modes), mode)->word;
}

const char *name_sensor(unsigned int bit)
{
	return name_find(sensors, ARRAY_SIZE(sensors), bit)->word;
}

const char *name_setting(unsigned int bit)
{
	return name_find(settings, ARRAY_SIZE(settings), bit)->word;
}
