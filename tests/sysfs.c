// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The attributes: which there are, whose they are, what they take and refuse.
 *
 * Wants rover.ko loaded with the parameter gid=4711.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>

#include "board.h"
#include "bridge.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define DRIVERS		4711
#define ALICE		1000

#define RW		0664
#define RO		0444

static const struct attribute {
	const char *name;
	mode_t mode;
} attributes[] = {
	{ "acceleration_mm_s2", RW },
	{ "air_temperature_mc", RW },
	{ "board", RO },
	{ "command", RW },
	{ "dead_zone_permille", RW },
	{ "deadman", RW },
	{ "debounce_us", RW },
	{ "deceleration_mm_s2", RW },
	{ "estop", RW },
	{ "feed_forward", RW },
	{ "guard", RW },
	{ "hard_stop", RO },
	{ "integral_gain", RW },
	{ "left_count", RO },
	{ "left_duty", RW },
	{ "left_speed", RO },
	{ "left_target", RW },
	{ "line_left", RO },
	{ "line_right", RO },
	{ "max_rate_mdeg_s", RW },
	{ "max_speed_mm_s", RW },
	{ "obstacle_guard", RW },
	{ "obstacle_left", RO },
	{ "obstacle_right", RO },
	{ "pan", RW },
	{ "pose_heading", RO },
	{ "pose_x", RO },
	{ "pose_y", RO },
	{ "power", RW },
	{ "proportional_gain", RW },
	{ "range", RO },
	{ "right_count", RO },
	{ "right_duty", RW },
	{ "right_speed", RO },
	{ "right_target", RW },
	{ "servo_idle_ms", RW },
	{ "servo_rate_mdeg_s", RW },
	{ "sonar_interval_ms", RW },
	{ "sonar_median", RW },
	{ "stall_ms", RW },
	{ "state", RO },
	{ "stop_reason", RO },
	{ "tick_us", RW },
	{ "tilt", RW },
};

static const struct attribute *find_attribute(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (!strcmp(attributes[i].name, name))
			return &attributes[i];
	return NULL;
}

static struct stat status(const char *path)
{
	struct stat result;

	if (stat(path, &result))
		die("no %s", path);
	return result;
}

FIXTURE(sysfs) {
};

FIXTURE_SETUP(sysfs)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
}

FIXTURE_TEARDOWN(sysfs)
{
}

/* All that are described, and none besides what every device has. */
TEST_F(sysfs, has_all_attributes)
{
	DIR *folder = opendir(ROVER_CLASS);
	struct dirent *entry;
	unsigned int found = 0;

	ASSERT_NE(NULL, folder);
	while ((entry = readdir(folder))) {
		if (find_attribute(entry->d_name))
			found++;
		else
			EXPECT_NE(NULL, strstr(". .. dev device subsystem uevent", entry->d_name))
				TH_LOG("unknown: %s", entry->d_name);
	}
	closedir(folder);
	EXPECT_EQ(ARRAY_SIZE(attributes), found);
}

static void expect_owned(struct __test_metadata *_metadata)
{
	struct stat node = status(ROVER_DEVICE);
	unsigned int i;

	EXPECT_EQ(S_IFCHR | 0660, node.st_mode);
	EXPECT_EQ(0, node.st_uid);
	EXPECT_EQ(DRIVERS, node.st_gid);
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		char path[64];
		struct stat file;

		snprintf(path, sizeof(path), "%s%s", ROVER_CLASS, attributes[i].name);
		file = status(path);
		EXPECT_EQ(S_IFREG | attributes[i].mode, file.st_mode) TH_LOG("%s", path);
		EXPECT_EQ(0, file.st_uid) TH_LOG("%s", path);
		EXPECT_EQ(DRIVERS, file.st_gid) TH_LOG("%s", path);
	}
}

/* Nothing in this machine changes owners or modes afterwards. */
TEST_F(sysfs, group_and_mode_are_right_from_the_start)
{
	expect_owned(_metadata);
	ASSERT_EQ(0, rover_unbind());
	ASSERT_EQ(0, rover_bind());
	expect_owned(_metadata);
}

static int open_and_close(int flags)
{
	int fd = open(ROVER_DEVICE, flags);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

TEST_F(sysfs, group_drives_and_others_look)
{
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, open_and_close(O_RDWR)));
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, attribute_write("command", "forward")));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(EACCES, AS_USER(ALICE, ALICE, attribute_write("command", "backward")));
	EXPECT_EQ(EACCES, AS_USER(ALICE, ALICE, attribute_write("deadman", "100")));
	EXPECT_EQ(EACCES, AS_USER(ALICE, ALICE, open_and_close(O_RDWR)));
	EXPECT_EQ(EACCES, AS_USER(ALICE, ALICE, open_and_close(O_RDONLY)));
	EXPECT_EQ(0, AS_USER(ALICE, ALICE, rover_is("moving none") ? 0 : -EIO));
}

TEST_F(sysfs, has_one_value_per_file)
{
	unsigned int i;

	/* Nobody knows where the head is before it was told. */
	ASSERT_EQ(0, attribute_write("pan", "0"));
	ASSERT_EQ(0, attribute_write("tilt", "0"));
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		char path[64], text[4096];
		char *newline;

		snprintf(path, sizeof(path), "%s%s", ROVER_CLASS, attributes[i].name);
		ASSERT_LT(1, file_read(path, text, sizeof(text))) TH_LOG("%s", path);
		newline = strchr(text, '\n');
		ASSERT_NE(NULL, newline);
		EXPECT_EQ('\0', newline[1]);
		EXPECT_EQ(NULL, strpbrk(text, " \t:")) TH_LOG("%s", path);
	}
}

TEST_F(sysfs, read_only_attributes)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (attributes[i].mode == RO)
			EXPECT_EQ(-EACCES, attribute_write(attributes[i].name, "1"));
}

/*
 * Bad input
 */
static void expect_unmoved(struct __test_metadata *_metadata)
{
	struct board_edges edges = board_edges_read();

	EXPECT_EQ(0, edges.count);
	EXPECT_TRUE(rover_is("stopped command"));
	EXPECT_TRUE(attribute_is("command", "stop"));
	EXPECT_EQ(500, attribute_number_or_fail("power"));
	EXPECT_EQ(ROVER_DEADMAN_MS, attribute_number_or_fail("deadman"));
	board_edges_free(&edges);
}

static void expect_garbage(struct __test_metadata *_metadata, const char *name,
			   const char *text)
{
	EXPECT_EQ(-EINVAL, attribute_write(name, text))
		TH_LOG("%s: '%s'", name, text);
}

TEST_F(sysfs, garbage)
{
	static const char *const garbage[] = {
		" ", "\n", "x", "1x", "0x10", "1 2", "- 1", "--1", "+-1", "1.5", "1e2", "1,0",
		"forward!", "FORWARD", "forw", "forward backward", " forward", "forward\n\n",
		"forward 500", "spin left", "hold?", "\xff\xfe", "%s%n",
	};
	static const char *const names[] = {
		"command", "power", "left_duty", "right_duty", "deadman",
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (j = 0; j < ARRAY_SIZE(garbage); j++)
			expect_garbage(_metadata, names[i], garbage[j]);
	expect_unmoved(_metadata);
}

TEST_F(sysfs, garbage_of_a_page)
{
	char text[4097] = {};

	memset(text, '1', sizeof(text) - 1);
	EXPECT_EQ(-ERANGE, attribute_write("left_duty", text));
	EXPECT_EQ(-ERANGE, attribute_write("deadman", text));
	memset(text, 'a', sizeof(text) - 1);
	EXPECT_EQ(-EINVAL, attribute_write("command", text));
	EXPECT_EQ(-EINVAL, attribute_write("power", text));
	expect_unmoved(_metadata);
}

TEST_F(sysfs, out_of_range)
{
	static const char *const beyond[] = {
		"1001", "-1001", "2147483647", "-2147483648", "2147483648", "4294967296",
		"9223372036854775807", "99999999999999999999",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		EXPECT_EQ(-ERANGE, attribute_write("left_duty", beyond[i]));
		EXPECT_EQ(-ERANGE, attribute_write("right_duty", beyond[i]));
		EXPECT_EQ(-ERANGE, attribute_write("power", beyond[i]));
	}
	EXPECT_EQ(-ERANGE, attribute_write("power", "-1"));
	EXPECT_EQ(-ERANGE, attribute_write("deadman", "-1"));
	EXPECT_EQ(-ERANGE, attribute_write("deadman", "4294967296"));
	expect_unmoved(_metadata);
}

TEST_F(sysfs, newline_is_taken)
{
	EXPECT_EQ(0, attribute_write("power", "300\n"));
	EXPECT_EQ(300, attribute_number_or_fail("power"));
	EXPECT_EQ(0, attribute_write("command", "forward\n"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

/*
 * Values
 */
TEST_F(sysfs, counts_and_speeds)
{
	long left = attribute_number_or_fail("left_count");
	long right = attribute_number_or_fail("right_count");
	__s64 true_mm_s;

	ASSERT_EQ(0, attribute_write("power", "600"));
	ASSERT_EQ(0, attribute_write("command", "spin-left"));
	ASSERT_TRUE(EVENTUALLY(attribute_number_or_fail("left_count") < left - 12));
	EXPECT_LT(right, attribute_number_or_fail("right_count"));

	true_mm_s = truth("right_speed_um_s") / 1000;
	EXPECT_NEAR(true_mm_s, true_mm_s / 5, attribute_number_or_fail("right_speed"));
	true_mm_s = truth("left_speed_um_s") / 1000;
	EXPECT_NEAR(true_mm_s, -true_mm_s / 5, attribute_number_or_fail("left_speed"));

	ASSERT_EQ(0, attribute_write("command", "brake"));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(EVENTUALLY(attribute_is("left_speed", "0") &&
			       attribute_is("right_speed", "0")));
}

TEST_F(sysfs, range)
{
	__s64 before_ns, pings;

	EXPECT_NEAR(truth("sonar_distance_um") / 1000, 4, attribute_number_or_fail("range"));

	/* It pings only if the last measurement is older than 100 ms. */
	pings = truth("sonar_pings");
	before_ns = now_ns();
	attribute_number_or_fail("range");
	EXPECT_EQ(pings, truth("sonar_pings"));
	ASSERT_TRUE(EVENTUALLY(now_ns() > before_ns + 150 * MS));
	attribute_number_or_fail("range");
	EXPECT_EQ(pings + 1, truth("sonar_pings"));
}

FIXTURE(no_range) {
};

FIXTURE_VARIANT(no_range) {
	const char *fault;
	int error;
};

FIXTURE_VARIANT_ADD(no_range, no_target) { "sonar=no-target", ETIMEDOUT };
FIXTURE_VARIANT_ADD(no_range, dead_sensor) { "sonar=dead", EIO };
FIXTURE_VARIANT_ADD(no_range, stuck_line) { "sonar=stuck-high", ENODATA };

FIXTURE_SETUP(no_range)
{
	rover_calm();
}

FIXTURE_TEARDOWN(no_range)
{
	board_reset();
}

/* Each is an error of its own, and none takes longer than a pause and a ping. */
TEST_F(no_range, has_its_error)
{
	char text[32];
	__s64 before_ns;

	ASSERT_EQ(0, board_control("faults", variant->fault));
	before_ns = now_ns();
	ASSERT_TRUE(EVENTUALLY(now_ns() > before_ns + 150 * MS));
	before_ns = now_ns();
	EXPECT_EQ(-variant->error, attribute_read("range", text, sizeof(text)));
	EXPECT_GE(130 * MS, now_ns() - before_ns);
	board_reset();
	before_ns = now_ns();
	ASSERT_TRUE(EVENTUALLY(now_ns() > before_ns + 150 * MS));
	EXPECT_LT(0, attribute_number_or_fail("range"));
}

/*
 * Two that write at the same time: this wants more than one processor
 */
FIXTURE(sides) {
	int fd;
};

FIXTURE_SETUP(sides)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDONLY);
}

FIXTURE_TEARDOWN(sides)
{
	close(self->fd);
}

#define WRITES	2000

static int side_duty(int fd, enum bridge_side side)
{
	struct rover_snapshot snapshot = rover_snapshot_or_fail(fd);

	return side == BRIDGE_LEFT ? snapshot.left.duty_permille :
				     snapshot.right.duty_permille;
}

/* How often a side, of which this is the only writer, was not as written. */
static int write_side(int fd, enum bridge_side side)
{
	int i, wrong = 0;

	for (i = 0; i < WRITES; i++) {
		int duty = i % 2 ? 300 : 500;
		int applied;

		if (attribute_write_number(side == BRIDGE_LEFT ? "left_duty" : "right_duty", duty))
			die("cannot write");
		applied = side_duty(fd, side);
		/* 0: a stop of the watchdog, when the host was busy */
		wrong += applied && applied != duty;
	}
	return wrong;
}

TEST_F(sides, are_written_independently)
{
	pid_t pid = fork();

	if (!pid)
		_exit(write_side(self->fd, BRIDGE_LEFT) > 0);
	EXPECT_EQ(0, write_side(self->fd, BRIDGE_RIGHT));
	EXPECT_EQ(0, wait_for(pid));
}

/* Who writes one side must not bring back what the other was before a stop. */
TEST_F(sides, stay_stopped)
{
	pid_t pid = fork();
	int i, j;

	if (!pid)
		for (;;)
			attribute_write("left_duty", "300");
	for (i = 0; i < WRITES / 4; i++) {
		ASSERT_EQ(0, attribute_write("right_duty", "500"));
		ASSERT_EQ(0, attribute_write("command", "stop"));
		for (j = 0; j < 5; j++)
			ASSERT_EQ(0, side_duty(self->fd, BRIDGE_RIGHT));
	}
	kill(pid, SIGKILL);
	wait_for(pid);
}

/*
 * poll()
 */
FIXTURE(poll) {
	struct pollfd poll_fd;
};

FIXTURE_VARIANT(poll) {
	const char *name;
	const char *moving;
	const char *stopped;
	const char *expired;
};

FIXTURE_VARIANT_ADD(poll, state) { "state", "moving", "stopped", "stopped" };
FIXTURE_VARIANT_ADD(poll, stop_reason) { "stop_reason", "none", "command", "deadman" };

static void look(struct pollfd *poll_fd, char *text, size_t size)
{
	ssize_t length = pread(poll_fd->fd, text, size - 1, 0);

	if (length < 1)
		die("unreadable");
	text[length - 1] = '\0';
}

FIXTURE_SETUP(poll)
{
	char path[64], text[32];

	rover_calm();
	snprintf(path, sizeof(path), "%s%s", ROVER_CLASS, variant->name);
	self->poll_fd.fd = open(path, O_RDONLY);
	self->poll_fd.events = POLLPRI;
	/* Changes until now do not count. */
	do
		look(&self->poll_fd, text, sizeof(text));
	while (poll(&self->poll_fd, 1, 50) > 0);
}

FIXTURE_TEARDOWN(poll)
{
	close(self->poll_fd.fd);
}

static void expect_news(struct __test_metadata *_metadata, struct pollfd *poll_fd,
			const char *news)
{
	char text[32];

	ASSERT_EQ(1, poll(poll_fd, 1, 5000));
	EXPECT_NE(0, poll_fd->revents & POLLPRI);
	look(poll_fd, text, sizeof(text));
	EXPECT_STREQ(news, text);
	EXPECT_EQ(0, poll(poll_fd, 1, 50));
}

TEST_F(poll, wakes_when_it_changes)
{
	ASSERT_EQ(0, attribute_write("command", "forward"));
	expect_news(_metadata, &self->poll_fd, variant->moving);
	ASSERT_EQ(0, attribute_write("command", "stop"));
	expect_news(_metadata, &self->poll_fd, variant->stopped);
	ASSERT_EQ(0, attribute_write("command", "forward"));
	expect_news(_metadata, &self->poll_fd, variant->moving);
	expect_news(_metadata, &self->poll_fd, variant->expired);
}

TEST_F(poll, wakes_while_it_waits)
{
	pid_t pid = fork();

	if (!pid) {
		pause_ns(50 * MS);
		_exit(-attribute_write("command", "forward"));
	}
	expect_news(_metadata, &self->poll_fd, variant->moving);
	EXPECT_EQ(0, wait_for(pid));
}

/* A motion that goes on is no news. */
TEST_F(poll, sleeps_while_nothing_changes)
{
	ASSERT_EQ(0, attribute_write("command", "forward"));
	expect_news(_metadata, &self->poll_fd, variant->moving);
	ASSERT_EQ(0, attribute_write("command", "spin-left"));
	EXPECT_EQ(0, poll(&self->poll_fd, 1, 100));
}

TEST_HARNESS_MAIN
