/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One drive of the demonstration: the rover, the time, what is recorded of it
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef DEMO_SESSION_H
#define DEMO_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "device.h"
#include "odometry.h"
#include "track.h"
#include "truth.h"

/* The simulated Initio: the sonar sits at the front of its round outline. */
#define SESSION_SONAR_AHEAD_MM	100
#define SESSION_BODY_RADIUS_MM	100

/* How often it looks, commands and records. */
#define SESSION_TICK_MS		10

/**
 * struct session - everything of one drive
 * @device: the rover; the lease is on its file while an act drives
 * @now: the rover at the last tick
 * @truth: where it really was then
 * @odometry: where its counts say it was then
 * @track: collected for the picture
 * @act: name of the running act
 * @tick_ns: when the next tick is due
 */
struct session {
	struct device device;
	struct rover_snapshot now;
	struct truth truth;
	struct odometry odometry;
	struct track track;
	const char *act;
	int64_t tick_ns;

	/* private to session.c */
	FILE *telemetry;
	int64_t start_ns;
	int64_t shown_ns;
	uint32_t range_sequence;
	pid_t pinger;
};

/**
 * session_open() - find the rover and begin to record
 * @session: filled in
 * @node: of the rover
 * @telemetry_name: file to write
 *
 * Return: false after a message on stderr.
 */
bool session_open(struct session *session, const char *node, const char *telemetry_name);

/* Ends the recording. Return: false if the telemetry is not whole. */
bool session_close(struct session *session);

/**
 * session_tick() - wait for the next tick, look and record
 * @session: of the drive
 * @event: goes into this tick's record and on the screen, NULL for none
 *
 * Return: false after a message on stderr: the rover or the board is gone.
 */
bool session_tick(struct session *session, const char *event);

/* Tick until the wheels have been at rest for a while. */
bool session_settle(struct session *session);

/* Mark where the rover is now as a stop in the picture; @label as in track.h. */
bool session_mark(struct session *session, const char *label);

/* Seconds since the drive began. */
double session_seconds(const struct session *session);

#endif
