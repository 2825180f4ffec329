// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * roverctl cockpit: driven through a terminal, and seen on its screen.
 *
 * With ROVER_CAPTURES=FOLDER in the environment, screens go there instead of
 * being compared with those that are kept: scripts/captures.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "terminal.h"
#include "room.h"
#include "util.h"

#define UP	"\033OA"
#define DOWN	"\033OB"
#define RIGHT	"\033OC"
#define LEFT	"\033OD"
#define PAGE_UP	"\033[5~"

#define PLACE		"/root/place"
#define PLACE_GID	"4711"

/* How long a key drives, and how often one repeats. */
#define HOLD_MS		700
#define REPEAT_MS	50

FIXTURE(cockpit) {
	struct pty pty;
};

FIXTURE_SETUP(cockpit)
{
	rover_calm();
}

FIXTURE_TEARDOWN(cockpit)
{
	pty_end(&self->pty);
	rover_bind();
	EVENTUALLY(file_exists(ROVER_DEVICE));
	rover_calm();
}

static bool cockpit_is_up(struct pty *pty)
{
	return pty->screen.is_alternate && pty_shows(pty, "emergency stop");
}

static void begin_sized(struct pty *pty, int rows, int columns)
{
	pty_start(pty, "xterm-256color", rows, columns, "roverctl", "cockpit", NULL);
	if (!EVENTUALLY((pty_read(pty), cockpit_is_up(pty)))) {
		screen_print(&pty->screen);
		die("no cockpit");
	}
}

static void begin(struct pty *pty)
{
	begin_sized(pty, 24, 80);
}

/* A key that is held: it repeats until the time is over. */
static void hold(struct pty *pty, const char *key, unsigned int ms)
{
	unsigned int i;

	for (i = 0; i < ms / REPEAT_MS; i++) {
		pty_type(pty, key);
		pause_ns(REPEAT_MS * MS);
		pty_read(pty);
	}
}

static bool leaves(struct pty *pty, int wanted)
{
	int status = -1;

	if (!EVENTUALLY(pty_ended(pty, &status)) || status != wanted) {
		screen_print(&pty->screen);
		printf("# exit status %d\n", status);
		return false;
	}
	return true;
}

TEST_F(cockpit, arrows_turn_the_right_wheels)
{
	static const struct {
		const char *key;
		int left, right;
	} arrows[] = { { UP, 1, 1 }, { DOWN, -1, -1 }, { LEFT, -1, 1 }, { RIGHT, 1, -1 } };
	unsigned int i;

	begin(&self->pty);
	for (i = 0; i < ARRAY_SIZE(arrows); i++) {
		pty_type(&self->pty, arrows[i].key);
		EXPECT_TRUE(WITHIN(HOLD_MS, wheels_turn(arrows[i].left, arrows[i].right)))
			TH_LOG("arrow %u", i);
		pty_type(&self->pty, " ");
		EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	}
	/* A curve to the left: both go forward, the left one slower. */
	hold(&self->pty, UP, 300);
	hold(&self->pty, LEFT, 500);
	EXPECT_TRUE(wheels_turn(1, 1));
	EXPECT_LT(2 * truth("left_speed_um_s"), truth("right_speed_um_s"));
	EXPECT_EQ(0, self->pty.screen.unknown);
	pty_type(&self->pty, "q");
	EXPECT_TRUE(leaves(&self->pty, 0));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

/* As long as the key repeats, past the deadman time; then no more than 0.7 s. */
TEST_F(cockpit, a_key_drives_while_it_is_held)
{
	__s64 let_go_ns, travel_um;

	begin(&self->pty);
	hold(&self->pty, UP, 2500);
	EXPECT_TRUE(wheels_turn(1, 1));
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "this cockpit"));
	let_go_ns = now_ns();
	EXPECT_TRUE(WITHIN(2000, rover_is("stopped command")));
	EXPECT_GT((HOLD_MS + 100) * MS, now_ns() - let_go_ns);
	EXPECT_LT((HOLD_MS - REPEAT_MS - 100) * MS, now_ns() - let_go_ns);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(BRIDGE_BRAKE, board_left_bridge());
	/* One motion, not one for each repetition. */
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "stop: command, brake"));
	EXPECT_EQ(screen_find(&self->pty.screen, "state: moving"),
		  screen_find(&self->pty.screen, "driver: this cockpit") + 1);
	/* The lease is given back, to be had by others. */
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "driver: nobody"));
	travel_um = truth("left_travel_um");
	EXPECT_EQ(0, run("roverctl", "forward", "--for", "200", NULL));
	EXPECT_LT(travel_um, truth("left_travel_um"));
}

/* Slow kernels end the pulses of the head late: 50 us are 5 degrees. */
static bool head_is(__s64 pan_mdeg, __s64 tilt_mdeg)
{
	__s64 error_mdeg = slowness() > 1 ? 6000 : 1000;

	return llabs(truth("pan_mdeg") - pan_mdeg) < error_mdeg &&
	       llabs(truth("tilt_mdeg") - tilt_mdeg) < error_mdeg;
}

TEST_F(cockpit, power_and_head)
{
	begin(&self->pty);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "500 permille"));
	pty_type(&self->pty, PAGE_UP PAGE_UP PAGE_UP PAGE_UP);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "700 permille"));
	pty_type(&self->pty, UP);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "duty   700"));
	pty_type(&self->pty, " aaw");
	EXPECT_TRUE(EVENTUALLY(head_is(10000, 5000)));
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "pan 10.0  tilt 5.0 degrees"));
	pty_type(&self->pty, "dddss");
	EXPECT_TRUE(EVENTUALLY(head_is(-5000, -5000)));
	pty_type(&self->pty, "x");
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "pan 0.0  tilt 0.0 degrees"));
}

TEST_F(cockpit, emergency_stop)
{
	begin(&self->pty);
	hold(&self->pty, UP, 300);
	pty_type(&self->pty, "e");
	EXPECT_TRUE(EVENTUALLY(rover_is("estop estop")));
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "State     estop"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	pty_type(&self->pty, UP);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "the emergency stop is latched"));
	EXPECT_TRUE(wheels_rest());
	pty_type(&self->pty, "c");
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "is cleared"));
	EXPECT_TRUE(wheels_rest());
	pty_type(&self->pty, UP);
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(cockpit, somebody_else_drives)
{
	pid_t other = start("roverctl", "backward", NULL);
	char text[64];

	snprintf(text, sizeof(text), "pid %d (roverctl)", other);
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	begin(&self->pty);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, text));
	pty_type(&self->pty, UP);
	snprintf(text, sizeof(text), "somebody else drives this rover: pid %d (roverctl)", other);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, text));
	EXPECT_TRUE(wheels_turn(-1, -1));
	/* But anyone may stop it. */
	pty_type(&self->pty, " ");
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(1, wait_for(other));
}

/* What others stop stays so as long as the key is held. */
TEST_F(cockpit, a_stop_by_others_outlasts_the_key)
{
	begin(&self->pty);
	hold(&self->pty, UP, 500);
	EXPECT_EQ(0, run("roverctl", "stop", NULL));
	hold(&self->pty, UP, 1500);
	EXPECT_TRUE(wheels_rest());
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "the rover stopped (command)"));
	pause_ns((HOLD_MS + 200) * MS);
	pty_type(&self->pty, UP);
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(cockpit, a_dead_terminal_stops_the_rover)
{
	int status;

	begin(&self->pty);
	hold(&self->pty, UP, 500);
	ASSERT_TRUE(wheels_turn(1, 1));
	pty_close(&self->pty);
	EXPECT_TRUE(WITHIN(300, !board_bridges_are(BRIDGE_FORWARD) && wheels_turn(1, 1) == false));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(EVENTUALLY(pty_ended(&self->pty, &status)));
}

TEST_F(cockpit, signals_stop_the_rover_and_restore_the_terminal)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		begin(&self->pty);
		EXPECT_FALSE(pty_is_restored(&self->pty));
		hold(&self->pty, UP, 300);
		ASSERT_TRUE(wheels_turn(1, 1));
		kill(self->pty.pid, signals[i]);
		EXPECT_TRUE(leaves(&self->pty, 0));
		EXPECT_TRUE(pty_is_restored(&self->pty));
		EXPECT_TRUE(rover_is("stopped command"));
		EXPECT_TRUE(EVENTUALLY(wheels_rest()));
		pty_end(&self->pty);
	}
}

TEST_F(cockpit, killed_stops_at_once)
{
	begin(&self->pty);
	hold(&self->pty, UP, 300);
	kill(self->pty.pid, SIGKILL);
	EXPECT_TRUE(WITHIN(300, rover_is("stopped released")));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

TEST_F(cockpit, hung_is_stopped_by_the_deadman)
{
	begin(&self->pty);
	hold(&self->pty, UP, 300);
	kill(self->pty.pid, SIGSTOP);
	EXPECT_TRUE(WITHIN(1500, rover_is("stopped deadman")));
	kill(self->pty.pid, SIGCONT);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "the rover stopped (deadman)"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

/* Ctrl-Z gives the terminal back at once, and the screen comes back whole. */
TEST_F(cockpit, suspended_and_back)
{
	begin(&self->pty);
	hold(&self->pty, UP, 300);
	pty_type(&self->pty, "\032");
	EXPECT_TRUE(WITHIN(300, rover_is("stopped command")));
	EXPECT_TRUE(EVENTUALLY(pty_is_restored(&self->pty)));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	kill(self->pty.pid, SIGCONT);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "back again"));
	EXPECT_TRUE(cockpit_is_up(&self->pty));
	EXPECT_TRUE(wheels_rest());
	pty_type(&self->pty, "q");
	EXPECT_TRUE(leaves(&self->pty, 0));
	EXPECT_TRUE(pty_is_restored(&self->pty));
}

TEST_F(cockpit, another_size)
{
	begin(&self->pty);
	EXPECT_EQ(22, screen_find(&self->pty.screen, "arrows drive"));
	pty_resize(&self->pty, 50, 200);
	EXPECT_TRUE(EVENTUALLY((pty_read(&self->pty),
				screen_find(&self->pty.screen, "arrows drive") == 48)));
	hold(&self->pty, UP, 300);
	pty_resize(&self->pty, 20, 60);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "60x20 is too small"));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	pty_type(&self->pty, UP);
	pause_ns(200 * MS);
	EXPECT_TRUE(wheels_rest());
	pty_resize(&self->pty, 24, 80);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "arrows drive"));
	EXPECT_EQ(0, self->pty.screen.unknown);
}

/* What it says is left on the terminal, which was never taken. */
static bool refuses(struct pty *pty, const char *type, int rows, int columns, const char *text)
{
	bool good;

	pty_start(pty, type, rows, columns, "roverctl", "cockpit", NULL);
	good = leaves(pty, 1) && pty_shows(pty, text) && pty_is_restored(pty);
	if (!good)
		screen_print(&pty->screen);
	pty_end(pty);
	return good;
}

TEST_F(cockpit, terminals_that_will_not_do)
{
	struct pty *pty = &self->pty;

	EXPECT_TRUE(refuses(pty, "xterm", 23, 80, "the terminal is too small: 80x23"));
	EXPECT_TRUE(refuses(pty, "xterm", 24, 79, "the terminal is too small: 79x24"));
	EXPECT_TRUE(refuses(pty, "no-such", 24, 80, "'no-such' (TERM) is unknown here"));
	EXPECT_TRUE(refuses(pty, "dumb", 24, 80, "'dumb' (TERM) cannot show a full screen"));
	EXPECT_TRUE(refuses(pty, NULL, 24, 80, "TERM is not set"));
	EXPECT_EQ(1, run("sh", "-c", "roverctl cockpit </dev/null 2>/root/said", NULL));
	EXPECT_EQ(0, run("grep", "-q", "must be a terminal", "/root/said", NULL));
}

TEST_F(cockpit, the_rover_leaves)
{
	begin(&self->pty);
	hold(&self->pty, UP, 300);
	ASSERT_EQ(0, rover_unbind());
	EXPECT_TRUE(leaves(&self->pty, 1));
	EXPECT_TRUE(pty_shows(&self->pty, "the rover behind /dev/rover is gone"));
	EXPECT_TRUE(pty_is_restored(&self->pty));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

/* Other kinds of terminal, by what Debian knows of them. */
TEST_F(cockpit, known_terminals)
{
	static const char *const types[] = { "linux", "vt100", "vt220", "screen", "tmux-256color" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		pty_start(&self->pty, types[i], 24, 80, "roverctl", "cockpit", NULL);
		EXPECT_TRUE(PTY_SHOWS(&self->pty, "emergency stop"))
			TH_LOG("%s", types[i]);
		pty_type(&self->pty, "q");
		EXPECT_TRUE(leaves(&self->pty, 0));
		pty_end(&self->pty);
	}
}

/* Its root is a folder with this program and the node; see tests/cli/node-only.sh. */
TEST_F(cockpit, a_container_has_the_node_alone)
{
	ASSERT_EQ(0, run("/tests/cli/place.sh", PLACE, PLACE_GID, NULL));
	pty_start(&self->pty, "xterm", 24, 80, "/tests/cli/confine", PLACE, "1000", PLACE_GID,
		  "/bin/roverctl", "cockpit", NULL);
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "emergency stop"));
	hold(&self->pty, UP, 500);
	EXPECT_TRUE(wheels_turn(1, 1));
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "this cockpit"));
	EXPECT_TRUE(PTY_SHOWS(&self->pty, "state: moving"));
	pty_type(&self->pty, "q");
	EXPECT_TRUE(leaves(&self->pty, 0));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

/* Numbers and bars vary, and the blanks before them: each becomes a single character. */
static void forget_numbers(char *text)
{
	char *from, *to = text, c;

	for (from = text; *from; from++) {
		c = *from == '#' ? '.' : *from;
		if (isdigit((unsigned char)c) || (c == '-' && isdigit((unsigned char)from[1])))
			c = '0';
		if (to == text || c != to[-1] || !strchr(" .0", c))
			*to++ = c;
	}
	*to = '\0';
}

static void screen_text(const struct screen *screen, char *text, size_t size)
{
	int row, length = 0;

	for (row = 0; row < screen->rows; row++)
		length += snprintf(text + length, size - length, "%s\n", screen_row(screen, row));
}

#define CAPTURE_SIZE	(SCREEN_ROWS_MAX * SCREEN_COLUMNS_MAX)

/* Return: whether it looks as it did when it was kept, but for numbers. */
static bool capture(const struct screen *screen, const char *name)
{
	static char kept[CAPTURE_SIZE], now[CAPTURE_SIZE];
	const char *folder = getenv("ROVER_CAPTURES");
	char *begin = kept;
	char path[128];

	screen_text(screen, now, sizeof(now));
	snprintf(path, sizeof(path), "%s/%s", folder ?: "/tests/captures", name);
	if (folder) {
		FILE *file = fopen(path, "w");

		return file && fputs(now, file) >= 0 && !fclose(file);
	}
	if (file_read(path, kept, sizeof(kept)) < 0)
		die("no %s", path);
	while (*begin == '#')	/* its licence */
		begin = strchr(begin, '\n') + 1;
	forget_numbers(begin);
	forget_numbers(now);
	if (strcmp(begin, now))
		printf("# kept:\n%s# now:\n%s", begin, now);
	return !strcmp(begin, now);
}

/* A little drive up to a wall, the same each time. */
static bool drive_and_capture(struct pty *pty, int rows, int columns, const char *name)
{
	rover_calm();
	room_one_wall();
	room_stand(1500);
	begin_sized(pty, rows, columns);
	pty_type(pty, "a");
	EVENTUALLY(pty_shows(pty, "head: pan 5.0"));
	pty_type(pty, "d");
	EVENTUALLY(pty_shows(pty, "head: pan 0.0"));
	hold(pty, UP, 1000);
	EVENTUALLY(pty_shows(pty, "state: moving") && pty_shows(pty, "duty   500"));
	if (!capture(&pty->screen, name))
		return false;
	pty_type(pty, "q");
	return leaves(pty, 0);
}

TEST_F_TIMEOUT(cockpit, looks_as_documented, 60)
{
	EXPECT_TRUE(drive_and_capture(&self->pty, 24, 80, "cockpit-80x24.txt"));
	pty_end(&self->pty);
	EXPECT_TRUE(drive_and_capture(&self->pty, 50, 200, "cockpit-200x50.txt"));
}

TEST_HARNESS_MAIN
