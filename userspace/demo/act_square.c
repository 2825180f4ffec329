// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * First act: a square by the encoder counts, which must close
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "acts.h"
#include "steer.h"

#define SIDE_MM		700
#define CORNERS		4

/* A hand's width on a way of 2.8 m, and what the eye sees of an angle. */
#define CLOSE_MM	60.0
#define CLOSE_RAD	(6 * M_PI / 180)

static bool square_drive(struct session *session, const struct pose *start)
{
	static const char *const events[CORNERS] = {
		"side 1 of the square", "side 2", "side 3", "side 4"
	};
	double x_mm = start->x_mm, y_mm = start->y_mm;
	int side;

	for (side = 0; side < CORNERS; side++) {
		double heading_rad = start->heading_rad + side * M_PI / 2;

		x_mm += SIDE_MM * cos(heading_rad);
		y_mm += SIDE_MM * sin(heading_rad);
		if (!session_tick(session, events[side]) || !steer_goto(session, x_mm, y_mm))
			return false;
		if (side < CORNERS - 1 && !session_mark(session, ""))
			return false;
	}
	return steer_turn(session, start->heading_rad);
}

bool act_square(struct session *session, struct verdict *verdict)
{
	struct pose start = session->truth.pose;
	const struct pose *end = &session->truth.pose;
	double error_mm, error_rad;

	session->act = "square";
	if (!steer_take(session) || !square_drive(session, &start) || !steer_release(session))
		return false;

	error_mm = hypot(end->x_mm - start.x_mm, end->y_mm - start.y_mm);
	error_rad = fabs(angle_wrap(end->heading_rad - start.heading_rad));
	verdict_set(verdict, error_mm <= CLOSE_MM && error_rad <= CLOSE_RAD,
		    "square of %d mm closed: %.0f mm and %.1f degrees from its start",
		    SIDE_MM, error_mm, error_rad * 180 / M_PI);
	return session_tick(session, verdict->text) && session_mark(session, verdict->text);
}
