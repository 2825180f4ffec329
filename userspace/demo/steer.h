/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Driving by duty, with the encoder counts as the only guide
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef DEMO_STEER_H
#define DEMO_STEER_H

#include <stdbool.h>

#include "session.h"

/* Each returns false after a message on stderr. */

/* Become the driver; let go again, which stops the rover. */
bool steer_take(struct session *session);
bool steer_release(struct session *session);

/* One command to both wheels; it feeds the deadman as well. */
bool steer_duty(struct session *session, double left_permille, double right_permille);

/* Brake and wait until the rover is at rest. */
bool steer_brake(struct session *session, const char *event);

/* Turn on the spot until the counts say this heading. */
bool steer_turn(struct session *session, double heading_rad);

/* Turn to a point of the counted world, drive there, brake. */
bool steer_goto(struct session *session, double x_mm, double y_mm);

/* One tick straight ahead: more duty for the side that lags. */
bool steer_ahead(struct session *session, double heading_rad, double power_permille);

/* How far the rover still rolls when it brakes now. */
double steer_braking_mm(const struct session *session);

#endif
