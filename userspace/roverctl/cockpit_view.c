// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cockpit's screen
 *
 * Copyright (C) 2026 The rover authors
 */
#include <curses.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "cockpit.h"
#include "names.h"
#include "output.h"
#include "terminal.h"

/* Where things are: rows from the top, and columns. */
enum {
	ROW_TITLE = 0,
	ROW_STATE = 2,
	ROW_POWER,
	ROW_LEFT,
	ROW_RIGHT,
	ROW_POSE,
	ROW_RANGE,
	ROW_SENSORS,
	ROW_HEAD,
	ROW_LINK,
	ROW_DEADMAN,
	ROW_SAID = 12,
	ROW_EVENTS = 13,
	COLUMN_VALUE = 11,
	COLUMN_BAR = 30,
	COLUMN_SECOND = 44,
};

/* On the last rows. */
static const char *const keys[] = {
	" arrows drive   PgUp PgDn power   w s a d x head   space stop",
	" e emergency stop   c clear it   q leave",
};

#define ROWS_KEYS	((int)ARRAY_SIZE(keys))

/* Of a whole; from COLUMN_BAR to the edge of the screen. */
static void draw_bar(int row, int64_t value, int64_t whole)
{
	int64_t width = COLS - COLUMN_BAR - 3, full, i;

	full = value < 0 ? 0 : value > whole ? width : value * width / whole;
	mvaddch(row, COLUMN_BAR, '[');
	for (i = 0; i < width; i++)
		addch(i < full ? '#' : '.');
	addch(']');
}

static void draw_title(const struct cockpit *cockpit)
{
	attron(A_REVERSE);
	mvhline(ROW_TITLE, 0, ' ', COLS);
	mvprintw(ROW_TITLE, 1, "%s  %.40s", cockpit->device.node, cockpit->device.info.board);
	mvprintw(ROW_TITLE, COLS - 17, "roverctl cockpit");
	attroff(A_REVERSE);
}

static void draw_state(const struct cockpit *cockpit)
{
	const struct rover_snapshot *now = &cockpit->now;
	bool is_estop = now->state == ROVER_STATE_ESTOP;
	char driver[64];

	mvprintw(ROW_STATE, 1, "State");
	attron(is_estop ? A_REVERSE | A_BOLD : A_BOLD);
	mvprintw(ROW_STATE, COLUMN_VALUE, "%s", name_state(now->state));
	attroff(A_REVERSE | A_BOLD);
	if (now->state == ROVER_STATE_STOPPED)
		printw(", %s", name_reason(now->stop_reason));
	if (now->flags & ROVER_SNAPSHOT_WAITING)
		printw(", waiting for the sonar");

	device_driver_text(now, driver, sizeof(driver));
	mvprintw(ROW_STATE, COLUMN_SECOND, "Driver  %s",
		 now->flags & ROVER_SNAPSHOT_LEASE_MINE ? "this cockpit" : driver);
}

static void draw_power(const struct cockpit *cockpit)
{
	mvprintw(ROW_POWER, 1, "Power");
	mvprintw(ROW_POWER, COLUMN_VALUE, "%d permille", cockpit->power_permille);
	draw_bar(ROW_POWER, cockpit->power_permille, ROVER_DUTY_MAX);
}

static void draw_wheel(const struct cockpit *cockpit, int row, const char *name,
		       const struct rover_wheel *wheel)
{
	mvprintw(row, 1, "%s", name);
	if (cockpit->now.flags & ROVER_SNAPSHOT_ENCODERS)
		mvprintw(row, COLUMN_VALUE, "%5ld mm/s", output_mm(wheel->speed_um_s));
	else
		mvprintw(row, COLUMN_VALUE, "no encoder");
	mvprintw(row, COLUMN_BAR, "duty %5" PRId32, wheel->duty_permille);
	if (cockpit->now.flags & ROVER_SNAPSHOT_ENCODERS)
		mvprintw(row, COLUMN_SECOND, "counts  %" PRId64, (int64_t)wheel->count);
}

static void draw_pose(const struct cockpit *cockpit)
{
	const struct rover_snapshot *now = &cockpit->now;

	if (!(now->flags & ROVER_SNAPSHOT_ENCODERS))
		return;
	mvprintw(ROW_POSE, 1, "Pose");
	mvprintw(ROW_POSE, COLUMN_VALUE, "x %ld mm  y %ld mm", output_mm(now->x_um),
		 output_mm(now->y_um));
	mvprintw(ROW_POSE, COLUMN_SECOND, "heading %.1f degrees",
		 output_degrees(now->heading_urad));
}

static void draw_range(const struct cockpit *cockpit)
{
	const struct rover_range *range = &cockpit->now.range;

	mvprintw(ROW_RANGE, 1, "Range");
	if (!(cockpit->device.info.capabilities & ROVER_CAP_SONAR)) {
		mvprintw(ROW_RANGE, COLUMN_VALUE, "no sonar");
	} else if (range->status == ROVER_RANGE_VALID) {
		mvprintw(ROW_RANGE, COLUMN_VALUE, "%5ld mm", output_mm(range->range_um));
		draw_bar(ROW_RANGE, range->range_um, cockpit->device.info.range_max_um);
	} else {
		mvprintw(ROW_RANGE, COLUMN_VALUE, "%s", name_range_text(range->status));
	}
}

static void draw_sensors(const struct cockpit *cockpit)
{
	const struct rover_snapshot *now = &cockpit->now;
	unsigned int i;

	mvprintw(ROW_SENSORS, 1, "Sensors");
	move(ROW_SENSORS, COLUMN_VALUE);
	if (!cockpit->device.info.sensors)
		printw("none");
	for (i = 0; i < 32; i++)
		if (cockpit->device.info.sensors & (1U << i))
			printw("%s %d  ", name_sensor(i), !!(now->sensors & (1U << i)));
}

static void draw_head(const struct cockpit *cockpit)
{
	uint64_t capabilities = cockpit->device.info.capabilities;

	if (capabilities & (ROVER_CAP_PAN | ROVER_CAP_TILT))
		mvprintw(ROW_HEAD, 1, "Head");
	move(ROW_HEAD, COLUMN_VALUE);
	if (capabilities & ROVER_CAP_PAN)
		printw("pan %.1f  ", output_degrees(cockpit->now.pan_urad));
	if (capabilities & ROVER_CAP_TILT)
		printw("tilt %.1f degrees", output_degrees(cockpit->now.tilt_urad));

	if (!cockpit->device.info.guards)
		return;
	mvprintw(ROW_HEAD, COLUMN_SECOND, "Guard   ");
	if (cockpit->now.guard_um)
		printw("%ld mm", output_mm(cockpit->now.guard_um));
	else
		printw("off");
	if (cockpit->now.flags & ROVER_SNAPSHOT_OBSTACLE_GUARD)
		printw(", obstacle sensors");
}

static void draw_link(const struct cockpit *cockpit)
{
	mvprintw(ROW_LINK, 1, "Link");
	mvprintw(ROW_LINK, COLUMN_VALUE, "look %" PRId64 " ms, worst %" PRId64 " ms",
		 cockpit->look_ns.last / NS_PER_MS, cockpit->look_ns.worst / NS_PER_MS);
	mvprintw(ROW_LINK, COLUMN_SECOND, "command %" PRId64 " us, worst %" PRId64 " us",
		 cockpit->call_ns.last / NS_PER_US, cockpit->call_ns.worst / NS_PER_US);
	mvprintw(ROW_DEADMAN, 1, "Deadman");
	if (cockpit->now.deadman_ms)
		mvprintw(ROW_DEADMAN, COLUMN_VALUE, "%" PRIu32 " ms", cockpit->now.deadman_ms);
	else
		mvprintw(ROW_DEADMAN, COLUMN_VALUE, "off");
}

static void draw_said(const struct cockpit *cockpit)
{
	if (cockpit->is_loud)
		attron(A_BOLD);
	mvprintw(ROW_SAID, 1, "%.*s", COLS - 2, cockpit->said);
	attroff(A_BOLD);
}

/* The newest below. */
static void draw_events(const struct cockpit *cockpit)
{
	unsigned int room = (unsigned int)(LINES - ROW_EVENTS - 1 - ROWS_KEYS);
	unsigned int count = cockpit->event_count, i;

	mvhline(ROW_EVENTS, 0, '-', COLS);
	mvprintw(ROW_EVENTS, 2, " Events ");
	if (room > COCKPIT_EVENTS)
		room = COCKPIT_EVENTS;
	if (count > room)
		count = room;
	for (i = 0; i < count; i++) {
		unsigned int number = cockpit->event_count - count + i;

		mvprintw(ROW_EVENTS + 1 + (int)i, 0, "%.*s", COLS - 1,
			 cockpit->events[number % COCKPIT_EVENTS]);
	}
}

static void draw_keys(void)
{
	int i;

	attron(A_REVERSE);
	for (i = 0; i < ROWS_KEYS; i++) {
		mvhline(LINES - ROWS_KEYS + i, 0, ' ', COLS - 1);
		mvaddstr(LINES - ROWS_KEYS + i, 0, keys[i]);
	}
	attroff(A_REVERSE);
}

static void draw_too_small(void)
{
	mvprintw(0, 0, "%dx%d is too small,", COLS, LINES);
	mvprintw(1, 0, "this needs %dx%d.", TERMINAL_COLUMNS, TERMINAL_ROWS);
	mvprintw(2, 0, "The rover is stopped.");
	mvprintw(3, 0, "q leaves");
}

void cockpit_draw(const struct cockpit *cockpit)
{
	erase();
	if (!cockpit->fits) {
		draw_too_small();
		refresh();
		return;
	}
	draw_title(cockpit);
	draw_state(cockpit);
	draw_power(cockpit);
	draw_wheel(cockpit, ROW_LEFT, "Left", &cockpit->now.left);
	draw_wheel(cockpit, ROW_RIGHT, "Right", &cockpit->now.right);
	draw_pose(cockpit);
	draw_range(cockpit);
	draw_sensors(cockpit);
	draw_head(cockpit);
	draw_link(cockpit);
	draw_said(cockpit);
	draw_events(cockpit);
	draw_keys();
	refresh();
}
