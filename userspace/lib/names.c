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
