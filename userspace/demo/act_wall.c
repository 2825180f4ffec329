// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Second act: at a wall until the range says stop
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "acts.h"
#include "clock.h"
#include "steer.h"

/* The room's wall ahead of the start. */
#define WALL_HEADING_RAD	0.0

#define STOP_MM		300.0
#define SLOW_MM		500.0
#define POWER_SLOW	220.0
#define POWER_FAST	700.0

/* Between a ping and the next the rover goes on; older is no range at all. */
#define RANGE_OLD_NS	(250 * NS_PER_MS)

#define STOP_ERROR_MM	40.0

/* The last measurement, less what was driven since; 0 if there is none. */
static double wall_range(const struct session *session)
{
	const struct rover_range *range = &session->now.range;
	int64_t age_ns = (int64_t)(session->now.time_ns - range->time_ns);
	double speed_mm_s = (session->now.left.speed_um_s + session->now.right.speed_um_s) / 2000.0;

	if (range->status != ROVER_RANGE_VALID || age_ns > RANGE_OLD_NS)
		return 0;
	return range->range_um / 1000.0 - speed_mm_s * (double)age_ns / NS_PER_S;
}

static bool wall_drive(struct session *session)
{
	for (;;) {
		double left_mm = wall_range(session) - STOP_MM - steer_braking_mm(session);
		double power = fmin(fmax(POWER_FAST * left_mm / SLOW_MM, POWER_SLOW), POWER_FAST);

		/* Without a range this is negative: who does not see, does not drive. */
		if (left_mm <= 0)
			return steer_brake(session, "the range says stop");
		if (!steer_ahead(session, WALL_HEADING_RAD, power))
			return false;
	}
}

bool act_wall(struct session *session, struct verdict *verdict)
{
	long collisions = session->truth.collisions;
	double distance_mm;

	session->act = "wall";
	if (!steer_take(session) || !session_tick(session, "straight at the wall") ||
	    !wall_drive(session) || !steer_release(session))
		return false;

	distance_mm = session->truth.ahead_mm;
	verdict_set(verdict,
		    fabs(distance_mm - STOP_MM) <= STOP_ERROR_MM &&
		    session->truth.collisions == collisions,
		    "stopped by its range %.0f mm before the wall, asked for %.0f mm",
		    distance_mm, STOP_MM);
	return session_tick(session, verdict->text) && session_mark(session, verdict->text);
}
