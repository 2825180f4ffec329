// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One drive of the demonstration: the rover, the time, what is recorded of it
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "macros.h"
#include "names.h"
#include "session.h"

/* A line on the screen three times a second. */
#define SHOW_NS			(NS_PER_S / 3)

/* At rest is: no count and no speed for so long. */
#define SETTLE_NS		(250 * NS_PER_MS)

/* Whoever is on the way for longer has wheels that do not turn. */
#define DRIVE_MAX_S		120

/* The rover starts at 0, 0 and looks along x. A pillar stands in a corner. */
static const struct track_wall room[] = {
	{ { -500, -450 }, { 1700, -450 } },
	{ { 1700, -450 }, { 1700, 1250 } },
	{ { 1700, 1250 }, { -500, 1250 } },
	{ { -500, 1250 }, { -500, -450 } },
	{ { 100, 1250 }, { 100, 1000 } },
	{ { 100, 1000 }, { 350, 1000 } },
	{ { 350, 1000 }, { 350, 1250 } },
};

/* In the order in which session_write() prints them. */
static const struct {
	const char *name;
	const char *meaning;
} columns[] = {
	{ "time_s", "since the start of the drive" },
	{ "act", "part of the demonstration" },
	{ "event", "what happened at this time, mostly empty" },
	{ "state", "as in /sys/class/rover/rover0/state" },
	{ "stop_reason", "as in /sys/class/rover/rover0/stop_reason" },
	{ "left_duty_permille", "applied to the motor, forward positive" },
	{ "right_duty_permille", "likewise" },
	{ "left_count", "of the encoder, since the driver was bound" },
	{ "right_count", "likewise" },
	{ "left_speed_mm_s", "as the driver measures it" },
	{ "right_speed_mm_s", "likewise" },
	{ "counted_x_mm", "place in the room by the counts alone" },
	{ "counted_y_mm", "likewise" },
	{ "counted_heading_deg", "by the counts alone, counter-clockwise" },
	{ "true_x_mm", "place of the simulated chassis" },
	{ "true_y_mm", "likewise" },
	{ "true_heading_deg", "counter-clockwise" },
	{ "true_left_speed_mm_s", "of the simulated wheel" },
	{ "true_right_speed_mm_s", "likewise" },
	{ "range_mm", "by the sonar; only where there is a new one" },
	{ "range_status", "last measurement: none, valid, no-echo, silent, invalid" },
};

static void session_write_head(FILE *file)
{
	size_t i;

	fprintf(file, "# A drive of the simulated rover, a line every %d ms. The columns are:\n",
		SESSION_TICK_MS);
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		fprintf(file, "#   %-21s  %s\n", columns[i].name, columns[i].meaning);
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		fprintf(file, "%s%s", i ? "," : "", columns[i].name);
	fputs("\n", file);
}

double session_seconds(const struct session *session)
{
	return (double)(clock_now_ns() - session->start_ns) / NS_PER_S;
}

static double degrees(double angle_rad)
{
	return angle_rad * 180 / M_PI;
}

static void session_write(struct session *session, const char *event, bool is_new_range)
{
	const struct rover_snapshot *now = &session->now;
	const struct pose *counted = &session->odometry.pose;
	const struct truth *truth = &session->truth;
	FILE *file = session->telemetry;

	/* what happened may be told with commas */
	fprintf(file, "%.3f,%s,%s%s%s,%s,%s,", session_seconds(session), session->act,
		event ? "\"" : "", event ? event : "", event ? "\"" : "",
		name_state(now->state), name_reason(now->stop_reason));
	fprintf(file, "%" PRId32 ",%" PRId32 ",%" PRId64 ",%" PRId64 ",%.1f,%.1f,",
		now->left.duty_permille, now->right.duty_permille,
		(int64_t)now->left.count, (int64_t)now->right.count,
		now->left.speed_um_s / 1000.0, now->right.speed_um_s / 1000.0);
	fprintf(file, "%.1f,%.1f,%.2f,", counted->x_mm, counted->y_mm,
		degrees(counted->heading_rad));
	fprintf(file, "%.1f,%.1f,%.2f,%.1f,%.1f,", truth->pose.x_mm, truth->pose.y_mm,
		degrees(truth->pose.heading_rad), truth->left_speed_mm_s,
		truth->right_speed_mm_s);
	if (is_new_range && now->range.status == ROVER_RANGE_VALID)
		fprintf(file, "%.1f", now->range.range_um / 1000.0);
	fprintf(file, ",%s\n", name_range(now->range.status));
}

static void session_show(struct session *session, const char *event)
{
	const struct rover_snapshot *now = &session->now;
	char range[24];

	if (event)
		printf("%6.2f s  %-6s  == %s\n", session_seconds(session), session->act, event);
	if (!event && clock_now_ns() - session->shown_ns < SHOW_NS)
		return;
	session->shown_ns = clock_now_ns();

	if (now->range.status == ROVER_RANGE_VALID)
		snprintf(range, sizeof(range), "%.0f mm", now->range.range_um / 1000.0);
	else
		snprintf(range, sizeof(range), "%s", name_range(now->range.status));
	printf("%6.2f s  %-6s  %-8s %-8s  duty %5" PRId32 " %5" PRId32 "  counts %5" PRId64
	       " %5" PRId64 "  speed %4.0f %4.0f mm/s  range %s\n",
	       session_seconds(session), session->act, name_state(now->state),
	       now->stop_reason == ROVER_REASON_NONE ? "" : name_reason(now->stop_reason),
	       now->left.duty_permille, now->right.duty_permille,
	       (int64_t)now->left.count, (int64_t)now->right.count,
	       now->left.speed_um_s / 1000.0, now->right.speed_um_s / 1000.0, range);
}

/* What the picture needs; an echo is drawn straight ahead of the true pose. */
static bool session_draw(struct session *session, bool is_new_range)
{
	const struct pose *counted = &session->odometry.pose, *true_pose = &session->truth.pose;
	double ahead_mm = SESSION_SONAR_AHEAD_MM + session->now.range.range_um / 1000.0;

	if (is_new_range && session->now.range.status == ROVER_RANGE_VALID &&
	    !track_line_add(&session->track.hits,
			    true_pose->x_mm + ahead_mm * cos(true_pose->heading_rad),
			    true_pose->y_mm + ahead_mm * sin(true_pose->heading_rad)))
		return false;
	return track_line_add(&session->track.true_path, true_pose->x_mm, true_pose->y_mm) &&
	       track_line_add(&session->track.counted_path, counted->x_mm, counted->y_mm);
}

static bool session_look(struct session *session)
{
	struct failure failure;

	if (!device_snapshot(&session->device, &session->now, &failure)) {
		fprintf(stderr, "rover-demo: %s\n", failure.message);
		return false;
	}
	return truth_read(&session->truth);
}

bool session_tick(struct session *session, const char *event)
{
	struct timespec due;
	bool is_new_range;

	session->tick_ns += SESSION_TICK_MS * NS_PER_MS;
	if (session->tick_ns < clock_now_ns())
		session->tick_ns = clock_now_ns();	/* late: do not catch up */
	due.tv_sec = session->tick_ns / NS_PER_S;
	due.tv_nsec = session->tick_ns % NS_PER_S;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
		;

	if (!session_look(session))
		return false;
	if (session_seconds(session) > DRIVE_MAX_S) {
		fprintf(stderr, "rover-demo: this takes too long: do the wheels turn?\n");
		return false;
	}
	is_new_range = session->now.range.sequence != session->range_sequence;
	session->range_sequence = session->now.range.sequence;
	odometry_update(&session->odometry, &session->now);
	session_write(session, event, is_new_range);
	session_show(session, event);
	if (!session_draw(session, is_new_range)) {
		fprintf(stderr, "rover-demo: out of memory\n");
		return false;
	}
	return true;
}

bool session_settle(struct session *session)
{
	int64_t rest_ns = clock_now_ns();
	__s64 left = session->now.left.count, right = session->now.right.count;

	while (clock_now_ns() - rest_ns < SETTLE_NS) {
		if (!session_tick(session, NULL))
			return false;
		if (session->now.left.count == left && session->now.right.count == right)
			continue;
		left = session->now.left.count;
		right = session->now.right.count;
		rest_ns = clock_now_ns();
	}
	return true;
}

bool session_mark(struct session *session, const char *label)
{
	struct track_stop stop = {
		.at = { session->truth.pose.x_mm, session->truth.pose.y_mm },
		.heading_rad = session->truth.pose.heading_rad,
	};

	snprintf(stop.reason, sizeof(stop.reason), "%s", name_reason(session->now.stop_reason));
	snprintf(stop.label, sizeof(stop.label), "%s", label);
	return track_stop_add(&session->track, &stop);
}

/*
 * A process of its own measures the range as often as the sonar can, for
 * each measurement takes its time. The results are in everybody's snapshot.
 */
static void pinger_run(const struct session *session)
{
	struct rover_range range;
	struct failure failure;
	struct device device;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A copy of the driver's file would keep its lease alive. */
	close(session->device.fd);
	if (!device_open(&device, session->device.node, O_RDONLY, &failure))
		_exit(1);
	while (device_call(&device, ROVER_IOC_PING, &range, &failure))
		;
	_exit(1);
}

static bool session_prepare(struct session *session, const char *telemetry_name)
{
	if (!(session->device.info.capabilities & ROVER_CAP_ENCODERS) ||
	    !(session->device.info.capabilities & ROVER_CAP_SONAR)) {
		fprintf(stderr, "rover-demo: this needs a rover with encoders and sonar\n");
		return false;
	}
	session->telemetry = fopen(telemetry_name, "we");
	if (!session->telemetry) {
		fprintf(stderr, "rover-demo: %s: %s\n", telemetry_name, strerror(errno));
		return false;
	}
	session_write_head(session->telemetry);
	if (!truth_build(&session->track, room, ARRAY_SIZE(room)) ||
	    !session_look(session))
		return false;

	/* Counts tell how it moved, not where it was put: that it is told. */
	odometry_start(&session->odometry, &session->device.info, &session->now,
		       session->truth.pose);
	session->range_sequence = session->now.range.sequence;
	session->start_ns = clock_now_ns();
	session->tick_ns = session->start_ns;
	return true;
}

bool session_open(struct session *session, const char *node, const char *telemetry_name)
{
	struct failure failure;

	memset(session, 0, sizeof(*session));
	session->act = "start";
	if (!device_open(&session->device, node, O_RDWR, &failure)) {
		fprintf(stderr, "rover-demo: %s\n  %s\n", failure.message, failure.advice);
		return false;
	}
	if (!session_prepare(session, telemetry_name)) {
		session_close(session);
		return false;
	}
	session->pinger = fork();
	if (!session->pinger)
		pinger_run(session);
	return true;
}

bool session_close(struct session *session)
{
	bool is_whole = true;

	if (session->pinger > 0) {
		kill(session->pinger, SIGKILL);
		waitpid(session->pinger, NULL, 0);
	}
	if (session->telemetry) {
		is_whole = !ferror(session->telemetry);
		if (fclose(session->telemetry))
			is_whole = false;
	}
	if (!is_whole)
		fprintf(stderr, "rover-demo: the telemetry could not be written\n");
	device_close(&session->device);
	track_free(&session->track);
	return is_whole;
}
