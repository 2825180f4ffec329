// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Driving by duty, with the encoder counts as the only guide
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <stdio.h>

#include "steer.h"

/* Below this the wheels of the Initio hardly turn under load. */
#define POWER_MIN		220.0
#define POWER_MAX		800.0
#define SPIN_POWER_MAX		450.0

/* Slow down this far before the end. */
#define AHEAD_SLOW_MM		250.0
#define SPIN_SLOW_RAD		1.0

/* Duty for each radian off the heading; half of it saturates at 20 degrees. */
#define TRIM_PERMILLE_PER_RAD	900.0
#define TRIM_MAX_PERMILLE	150.0

/* The Initio's wheel when the motor is shorted: time constant, and friction. */
#define BRAKE_TIME_S		0.15
#define BRAKE_FRICTION_MM_S	48.0

/* Good enough: one count of both wheels is 2 degrees. */
#define TURN_DONE_RAD		(2.5 * M_PI / 180)
#define TURN_TRIES		3

static double clamp(double value, double min, double max)
{
	return fmin(fmax(value, min), max);
}

static bool steer_failed(const struct failure *failure)
{
	fprintf(stderr, "rover-demo: %s\n", failure->message);
	if (failure->advice[0])
		fprintf(stderr, "  %s\n", failure->advice);
	return false;
}

bool steer_take(struct session *session)
{
	struct rover_take take = { 0 };
	struct failure failure;

	return device_call(&session->device, ROVER_IOC_TAKE, &take, &failure) ||
	       steer_failed(&failure);
}

bool steer_release(struct session *session)
{
	struct failure failure;

	return device_call(&session->device, ROVER_IOC_RELEASE, NULL, &failure) ||
	       steer_failed(&failure);
}

bool steer_duty(struct session *session, double left_permille, double right_permille)
{
	struct rover_duty duty = {
		.left_permille = (__s32)lrint(clamp(left_permille, -ROVER_DUTY_MAX,
						    ROVER_DUTY_MAX)),
		.right_permille = (__s32)lrint(clamp(right_permille, -ROVER_DUTY_MAX,
						     ROVER_DUTY_MAX)),
	};
	struct failure failure;

	return device_call(&session->device, ROVER_IOC_DUTY, &duty, &failure) ||
	       steer_failed(&failure);
}

bool steer_brake(struct session *session, const char *event)
{
	struct failure failure;

	if (!device_stop(&session->device, ROVER_STOP_BRAKE, &failure))
		return steer_failed(&failure);
	return session_tick(session, event) && session_settle(session);
}

/* The speed falls towards minus friction, and stays at 0 when it gets there. */
static double braking_mm(double speed_mm_s)
{
	double speed = fabs(speed_mm_s);
	double time_s = BRAKE_TIME_S * log(1 + speed / BRAKE_FRICTION_MM_S);

	return copysign(BRAKE_TIME_S * speed - BRAKE_FRICTION_MM_S * time_s, speed_mm_s);
}

double steer_braking_mm(const struct session *session)
{
	return braking_mm((session->now.left.speed_um_s + session->now.right.speed_um_s) / 2000.0);
}

static double braking_rad(const struct session *session)
{
	double wheel_mm_s = (session->now.right.speed_um_s - session->now.left.speed_um_s) / 2000.0;

	return 2 * braking_mm(wheel_mm_s) / session->odometry.track_mm;
}

static double heading_error(const struct session *session, double heading_rad)
{
	return angle_wrap(heading_rad - session->odometry.pose.heading_rad);
}

/* One spin to about the heading; it brakes early, for it rolls out. */
static bool steer_spin(struct session *session, double heading_rad, double power_max)
{
	double side = heading_error(session, heading_rad) < 0 ? -1 : 1;

	for (;;) {
		double left_rad = side * (heading_error(session, heading_rad) -
					  braking_rad(session));
		double power = clamp(power_max * left_rad / SPIN_SLOW_RAD, POWER_MIN, power_max);

		if (left_rad <= 0)
			return steer_brake(session, NULL);
		if (!steer_duty(session, -side * power, side * power) ||
		    !session_tick(session, NULL))
			return false;
	}
}

bool steer_turn(struct session *session, double heading_rad)
{
	int try;

	for (try = 0; try < TURN_TRIES; try++) {
		if (fabs(heading_error(session, heading_rad)) < TURN_DONE_RAD)
			return true;
		if (!steer_spin(session, heading_rad, try ? POWER_MIN : SPIN_POWER_MAX))
			return false;
	}
	return true;
}

bool steer_ahead(struct session *session, double heading_rad, double power_permille)
{
	double trim = clamp(heading_error(session, heading_rad) * TRIM_PERMILLE_PER_RAD,
			    -TRIM_MAX_PERMILLE, TRIM_MAX_PERMILLE);

	return steer_duty(session, power_permille - trim, power_permille + trim) &&
	       session_tick(session, NULL);
}

bool steer_goto(struct session *session, double x_mm, double y_mm)
{
	const struct pose *pose = &session->odometry.pose;
	double heading_rad = atan2(y_mm - pose->y_mm, x_mm - pose->x_mm);

	if (!steer_turn(session, heading_rad))
		return false;
	for (;;) {
		/* Along the line: what is off to its side counts no more. */
		double left_mm = (x_mm - pose->x_mm) * cos(heading_rad) +
				 (y_mm - pose->y_mm) * sin(heading_rad) -
				 steer_braking_mm(session);

		if (left_mm <= 0)
			return steer_brake(session, NULL);
		if (!steer_ahead(session, heading_rad,
				 clamp(POWER_MAX * left_mm / AHEAD_SLOW_MM, POWER_MIN, POWER_MAX)))
			return false;
	}
}
