// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rover-demo: three acts on a simulated rover, judged by the ground truth
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "acts.h"

struct act {
	const char *name;
	bool (*play)(struct session *session, struct verdict *verdict);
	struct verdict verdict;
};

void verdict_set(struct verdict *verdict, bool passed, const char *text, ...)
{
	va_list args;

	verdict->passed = passed;
	va_start(args, text);
	vsnprintf(verdict->text, sizeof(verdict->text), text, args);
	va_end(args);
}

static bool demo_draw(struct session *session, const char *file_name)
{
	struct track *track = &session->track;
	struct utsname system;
	char *subtitle;
	bool is_written;

	uname(&system);
	if (asprintf(&subtitle, "%s, simulated, on a stock Linux %s: %.1f m in %.0f s",
		     session->device.info.board, system.release,
		     session->odometry.way_mm / 1000, session_seconds(session)) < 0)
		return false;
	track->title = "A rover drives a square, at a wall, and loses its driver";
	track->subtitle = subtitle;
	track->body_radius_mm = SESSION_BODY_RADIUS_MM;
	is_written = track_write_svg(track, file_name);
	if (!is_written)
		fprintf(stderr, "rover-demo: %s: %s\n", file_name, strerror(errno));
	track->subtitle = NULL;
	free(subtitle);
	return is_written;
}

static bool demo_play(struct session *session, struct act *acts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!acts[i].play(session, &acts[i].verdict))
			return false;
	return true;
}

static bool demo_judge(const struct act *acts, size_t count)
{
	bool passed = true;
	size_t i;

	printf("\n");
	for (i = 0; i < count; i++) {
		printf("  %s  %-7s %s\n", acts[i].verdict.passed ? "ok  " : "FAIL", acts[i].name,
		       acts[i].verdict.text);
		passed &= acts[i].verdict.passed;
	}
	printf("\n");
	return passed;
}

static char *file_in(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		perror("rover-demo");
		exit(1);
	}
	return path;
}

int main(int argc, char **argv)
{
	struct act acts[] = {
		{ .name = "square", .play = act_square },
		{ .name = "wall", .play = act_wall },
		{ .name = "kill", .play = act_kill },
	};
	const size_t count = ARRAY_SIZE(acts);
	struct session session;
	bool done;

	if (argc != 2) {
		fprintf(stderr, "usage: rover-demo FOLDER\n"
			"Drives a simulated rover and leaves telemetry.csv and track.svg in FOLDER.\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!session_open(&session, DEVICE_DEFAULT_NODE, file_in(argv[1], "telemetry.csv")))
		return 1;

	/* A drive that was cut short has a picture, too: it shows where. */
	done = demo_play(&session, acts, count);
	done &= demo_draw(&session, file_in(argv[1], "track.svg"));
	done &= session_close(&session);
	return demo_judge(acts, count) && done ? 0 : 1;
}
