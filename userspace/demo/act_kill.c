// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Third act: the process that drives is killed, and the rover stops
 *
 * Copyright (C) 2026 The rover authors
 */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acts.h"
#include "clock.h"
#include "names.h"
#include "steer.h"

/* Along the wall, into the free half of the room. */
#define AWAY_HEADING_RAD	(M_PI / 2)

#define DRIVE_PERMILLE	600
#define DRIVE_NS	(1200 * NS_PER_MS)
#define FEED_US		100000

/* Motors off, and wheels at rest, no later than this after the kill. */
#define OFF_MS		50.0
#define REST_MS		1000.0
#define REST_MM_S	1.0

/* Drives until it is killed, as a program with a bug elsewhere would. */
static void driver_run(const struct session *session)
{
	struct rover_duty duty = {
		.left_permille = DRIVE_PERMILLE, .right_permille = DRIVE_PERMILLE,
	};
	struct failure failure;
	struct device device;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(session->device.fd);
	if (!device_open(&device, session->device.node, O_RDWR, &failure) ||
	    !device_call(&device, ROVER_IOC_DUTY, &duty, &failure))
		_exit(1);
	while (device_call(&device, ROVER_IOC_FEED, NULL, &failure))
		usleep(FEED_US);
	_exit(1);
}

static bool is_at_rest(const struct session *session)
{
	return fabs(session->truth.left_speed_mm_s) < REST_MM_S &&
	       fabs(session->truth.right_speed_mm_s) < REST_MM_S;
}

struct aftermath {
	double speed_mm_s;	/* at the kill */
	double off_ms;		/* until the driver reports the stop */
	double rest_ms;		/* until the wheels are at rest */
	double rolled_mm;
};

static bool kill_watch(struct session *session, pid_t driver, struct aftermath *after)
{
	struct pose from = session->truth.pose;
	int64_t killed_ns = clock_now_ns();

	after->speed_mm_s = (session->truth.left_speed_mm_s + session->truth.right_speed_mm_s) / 2;
	kill(driver, SIGKILL);
	waitpid(driver, NULL, 0);
	if (!session_tick(session, "its driver was killed with SIGKILL"))
		return false;
	while (!is_at_rest(session) && clock_now_ns() - killed_ns < NS_PER_S)
		if (!session_tick(session, NULL))
			return false;

	after->off_ms = (double)(int64_t)(session->now.stop_time_ns - killed_ns) / NS_PER_MS;
	after->rest_ms = (double)(clock_now_ns() - killed_ns) / NS_PER_MS;
	after->rolled_mm = hypot(session->truth.pose.x_mm - from.x_mm,
				 session->truth.pose.y_mm - from.y_mm);
	return true;
}

static void kill_judge(const struct session *session, const struct aftermath *after,
		       struct verdict *verdict)
{
	bool is_released = session->now.state == ROVER_STATE_STOPPED &&
			   session->now.stop_reason == ROVER_REASON_RELEASED;

	verdict_set(verdict,
		    is_released && is_at_rest(session) && after->speed_mm_s > 100 &&
		    after->off_ms >= 0 && after->off_ms <= OFF_MS && after->rest_ms <= REST_MS,
		    "driver killed at %.0f mm/s: motors stopped after %.1f ms, at rest after %.0f ms and %.0f mm",
		    after->speed_mm_s, after->off_ms, after->rest_ms, after->rolled_mm);
}

bool act_kill(struct session *session, struct verdict *verdict)
{
	struct aftermath after;
	int64_t end_ns;
	pid_t driver;

	session->act = "kill";
	if (!steer_take(session) || !session_tick(session, "turn away from the wall") ||
	    !steer_turn(session, AWAY_HEADING_RAD) ||
	    !steer_release(session))
		return false;

	driver = fork();
	if (!driver)
		driver_run(session);
	if (driver < 0 || !session_tick(session, "another process drives"))
		return false;
	for (end_ns = clock_now_ns() + DRIVE_NS; clock_now_ns() < end_ns;)
		if (!session_tick(session, NULL))
			break;

	if (!kill_watch(session, driver, &after))
		return false;
	kill_judge(session, &after, verdict);
	return session_settle(session) && session_tick(session, verdict->text) &&
	       session_mark(session, verdict->text);
}
