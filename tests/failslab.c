// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory runs out, anywhere: each allocation, and each copy from or to user
 * space, that this process causes in a call fails once. The call fails cleanly,
 * the motors stay off, and the same call works afterwards.
 *
 * For kernels with fault injection; others skip.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define FAULTS		"/sys/kernel/debug/"
#define ROVER_DRIVER	"/sys/bus/platform/drivers/rover/"
#define LINES_DRIVER	"/sys/bus/platform/drivers/rover-sim-gpio/"
#define LINES		"rover-sim:gpio"
#define LINES_MAX	16	/* more than the RoboHAT has */
#define FAULTS_MAX	3000	/* in one call; more is no end */

static int nth_fd = -1;

/* False where the kernel cannot do it. */
static bool faults_begin(void)
{
	static const char *const settings[][2] = {
		{ FAULTS "failslab/ignore-gfp-wait", "N" },
		{ FAULTS "failslab/verbose", "0" },
		{ FAULTS "fail_page_alloc/ignore-gfp-wait", "N" },
		{ FAULTS "fail_page_alloc/verbose", "0" },
		{ FAULTS "fail_usercopy/verbose", "0" },
	};
	unsigned int i;

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		return false;
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (file_write(settings[i][0], settings[i][1]))
			return false;
	return true;
}

/* The nth fallible step from here on fails. */
static void fault_arm(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd, text, length, 0) != length)
		die("fail-nth: %s", strerror(errno));
}

/* Whether it did. What is left may hit these calls themselves. */
static bool fault_disarm(void)
{
	char text[16] = "";
	bool failed = pread(nth_fd, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;

	while (pwrite(nth_fd, "0", 1, 0) != 1)
		;
	return failed;
}

/* A call that is to meet all faults; 0 or -errno. */
struct victim {
	const char *name;
	int (*call)(const struct victim *victim, int fd);
	unsigned long request;
	bool moves;
	const void *argument;
};

static bool is_clean(int err)
{
	return !err || err == -ENOMEM || err == -EFAULT;
}

/*
 * After a fault nothing moves; unless it was the last one, when what was carried
 * out could not be told. (Memory that is taken away during the call. Letting go
 * ends that, too.)
 */
static void expect_rest(struct __test_metadata *_metadata, const struct victim *victim,
			int err, unsigned int nth, unsigned int *untold)
{
	if (board_bridges_are(BRIDGE_COAST))
		return;
	EXPECT_TRUE(victim->moves && err == -EFAULT && !(*untold)++)
		TH_LOG("%s moves after fault %u", victim->name, nth);
}

static void expect_retry(struct __test_metadata *_metadata, const struct victim *victim,
			 int fd, unsigned int nth)
{
	EXPECT_EQ(0, victim->call(victim, fd))
		TH_LOG("%s does not work after fault %u", victim->name, nth);
}

/* All faults of a call, each in an open file of its own. */
static void suffer(struct __test_metadata *_metadata, const struct victim *victim)
{
	unsigned int nth, faults = 0, untold = 0;
	bool failed = true;

	for (nth = 1; failed && nth < FAULTS_MAX; nth++) {
		int fd = rover_open_or_fail(O_RDWR);
		int err;

		fault_arm(nth);
		err = victim->call(victim, fd);
		failed = fault_disarm();
		EXPECT_TRUE(failed ? is_clean(err) : !err)
			TH_LOG("%s, fault %u: %s", victim->name, nth, strerror(-err));
		faults += failed;
		if (failed) {
			if (err)
				expect_rest(_metadata, victim, err, nth, &untold);
			expect_retry(_metadata, victim, fd, nth);
		}
		close(fd);
		/* A motion that was begun ends with its file, and brakes. */
		ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST) ||
				       board_bridges_are(BRIDGE_BRAKE)));
		ASSERT_EQ(0, attribute_write("command", "stop"));
	}
	EXPECT_GT(FAULTS_MAX, nth);
	printf("# %s: %u faults\n", victim->name, faults);
}

static int call_ioctl(const struct victim *victim, int fd)
{
	unsigned char room[4096] = {};

	if (victim->argument)
		memcpy(room, victim->argument, _IOC_SIZE(victim->request));
	return rover_call(fd, victim->request, room);
}

/* The same as a record. */
static int call_write(const struct victim *victim, int fd)
{
	const struct rover_record head = {
		.command = _IOC_NR(victim->request), .size = _IOC_SIZE(victim->request),
	};
	unsigned char room[4096];
	ssize_t length = sizeof(head) + head.size;

	memcpy(room, &head, sizeof(head));
	memcpy(room + sizeof(head), victim->argument, head.size);
	return write(fd, room, length) == length ? 0 : -errno;
}

static int call_open(const struct victim *victim, int unused)
{
	int fd = open(ROVER_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int call_mmap(const struct victim *victim, int fd)
{
	size_t size = rover_info_or_fail(fd).mapping_size;
	unsigned char *mapping;

	fault_arm(victim->request);
	mapping = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	return mapping == MAP_FAILED ? -errno : munmap(mapping, size);
}

static int call_read(const struct victim *victim, int fd)
{
	struct rover_event event;

	return read(fd, &event, sizeof(event)) == sizeof(event) ? 0 : -errno;
}

FIXTURE(failslab) {
	bool possible;
};

FIXTURE_SETUP(failslab)
{
	self->possible = faults_begin();
	if (!self->possible)
		SKIP(return, "the kernel injects no faults");
	rover_calm();
}

FIXTURE_TEARDOWN(failslab)
{
	if (self->possible)
		fault_disarm();
	rover_bind();
}

static const struct rover_duty some_duty = { .left_permille = 400, .right_permille = 400 };
static const struct rover_speed some_speed = { .left_um_s = 200000, .right_um_s = 200000 };
static const struct rover_twist some_twist = { .speed_um_s = 200000 };
static const struct rover_path some_way = { .way = 100000 };
static const struct rover_path some_angle = { .way = 1000000 };
static const struct rover_stop some_stop = { .mode = ROVER_STOP_COAST };
static const struct rover_take some_take = {};
static const struct rover_subscribe some_events = { .kinds = 1ULL << ROVER_EVENT_SAMPLE };
static const struct rover_report some_sample = {};
static const struct rover_pose some_pose = {};
static const struct rover_settings some_settings = {
	.fields = ROVER_SET_DEADMAN, .deadman_ms = ROVER_DEADMAN_MS,
};

TEST_F_TIMEOUT(failslab, every_ioctl, 120)
{
	static const struct victim victims[] = {
		{ "INFO", call_ioctl, ROVER_IOC_INFO },
		{ "SNAPSHOT", call_ioctl, ROVER_IOC_SNAPSHOT },
		{ "PING", call_ioctl, ROVER_IOC_PING },
		{ "SETTINGS", call_ioctl, ROVER_IOC_SETTINGS },
		{ "RANGE", call_ioctl, ROVER_IOC_RANGE },
		{ "SUBSCRIBE", call_ioctl, ROVER_IOC_SUBSCRIBE, .argument = &some_events },
		{ "REPORT", call_ioctl, ROVER_IOC_REPORT, .argument = &some_sample },
		{ "TAKE", call_ioctl, ROVER_IOC_TAKE, .argument = &some_take },
		{ "STOP", call_ioctl, ROVER_IOC_STOP, .argument = &some_stop },
		{ "DUTY", call_ioctl, ROVER_IOC_DUTY, true, &some_duty },
		{ "SPEED", call_ioctl, ROVER_IOC_SPEED, true, &some_speed },
		{ "TWIST", call_ioctl, ROVER_IOC_TWIST, true, &some_twist },
		{ "MOVE", call_ioctl, ROVER_IOC_MOVE, true, &some_way },
		{ "TURN", call_ioctl, ROVER_IOC_TURN, true, &some_angle },
		{ "POSE", call_ioctl, ROVER_IOC_POSE, .argument = &some_pose },
		{ "CONFIGURE", call_ioctl, ROVER_IOC_CONFIGURE, .argument = &some_settings },
		{ "ESTOP", call_ioctl, ROVER_IOC_ESTOP },
		{ "CLEAR", call_ioctl, ROVER_IOC_CLEAR },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(victims); i++)
		suffer(_metadata, &victims[i]);
}

TEST_F_TIMEOUT(failslab, commands_by_write, 120)
{
	static const struct victim victims[] = {
		{ "duty record", call_write, ROVER_IOC_DUTY, true, &some_duty },
		{ "move record", call_write, ROVER_IOC_MOVE, true, &some_way },
		{ "subscribe record", call_write, ROVER_IOC_SUBSCRIBE, .argument = &some_events },
		{ "report record", call_write, ROVER_IOC_REPORT, .argument = &some_sample },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(victims); i++)
		suffer(_metadata, &victims[i]);
}

TEST_F(failslab, open)
{
	static const struct victim victim = { "open", call_open };

	suffer(_metadata, &victim);
}

/* Not with suffer(): what comes before the call is not to fail. */
TEST_F(failslab, mapping)
{
	struct victim victim = { "mmap", call_mmap };
	int fd = rover_open_or_fail(O_RDWR);
	bool failed = true;
	int err;

	while (failed && victim.request++ < FAULTS_MAX) {
		err = call_mmap(&victim, fd);
		failed = fault_disarm();
		EXPECT_TRUE(failed ? is_clean(err) : !err)
			TH_LOG("fault %lu: %s", victim.request, strerror(-err));
	}
	EXPECT_LT(1, victim.request);
	EXPECT_FALSE(failed);
	close(fd);
}

/* A record that could not be handed over is not lost. */
TEST_F(failslab, reading_events)
{
	static const struct victim victim = { "read", call_read };
	int fd = rover_open_or_fail(O_RDWR);
	bool failed = true;
	unsigned int nth;
	int err;

	event_listen(fd, 1ULL << ROVER_EVENT_SAMPLE);
	for (nth = 1; failed && nth < FAULTS_MAX; nth++) {
		ASSERT_EQ(0, rover_report(fd, 0, 0));
		fault_arm(nth);
		err = call_read(&victim, fd);
		failed = fault_disarm();
		EXPECT_TRUE(failed ? is_clean(err) : !err)
			TH_LOG("fault %u: %s", nth, strerror(-err));
		if (err)
			EXPECT_EQ(0, call_read(&victim, fd));
	}
	EXPECT_LT(2, nth);
	close(fd);
}

static int read_once(const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

TEST_F_TIMEOUT(failslab, every_attribute, 120)
{
	DIR *folder = opendir(ROVER_CLASS);
	struct dirent *entry;
	unsigned int nth;
	char path[512];

	ASSERT_NE(NULL, folder);
	while ((entry = readdir(folder))) {
		bool failed = true;
		int usual, err;

		if (entry->d_type != DT_REG)
			continue;
		snprintf(path, sizeof(path), "%s%s", ROVER_CLASS, entry->d_name);
		usual = read_once(path);
		for (nth = 1; failed && nth < FAULTS_MAX; nth++) {
			fault_arm(nth);
			err = read_once(path);
			failed = fault_disarm();
			EXPECT_TRUE(err == usual || (failed && is_clean(err)))
				TH_LOG("%s, fault %u: %s", path, nth, strerror(-err));
		}
	}
	closedir(folder);
}

/* Only the write: what opens the file is not to fail. */
static int bind_with_fault(int fd, unsigned int nth, bool *failed)
{
	static const char name[] = "rover";
	int err;

	fault_arm(nth);
	err = pwrite(fd, name, strlen(name), 0) < 0 ? -errno : 0;
	*failed = fault_disarm();
	return err;
}

/*
 * Where gpiolib finds no memory for a line's label, it keeps the pin that it has
 * requested (gpiod_request_commit() of 6.12 does not call the chip's free()). Only
 * the pin controller's own end gives it back; with any other leak the rover would
 * still not bind.
 */
static int bind_without_leaked_pins(unsigned int *leaked)
{
	int err = rover_bind();

	if (err != -EINVAL)
		return err;
	(*leaked)++;
	if (file_write(LINES_DRIVER "unbind", LINES) || file_write(LINES_DRIVER "bind", LINES))
		die("the lines' controller cannot be bound anew");
	/* The rover follows its lines by itself. */
	return EVENTUALLY(file_exists(ROVER_DRIVER "rover")) ? 0 : rover_bind();
}

TEST_F_TIMEOUT(failslab, probe, 600)
{
	int fd = open(ROVER_DRIVER "bind", O_WRONLY | O_CLOEXEC);
	unsigned int nth, refused = 0, leaked = 0;
	bool failed = true;
	int err;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, rover_unbind());
	for (nth = 1; failed && nth < FAULTS_MAX; nth++) {
		err = bind_with_fault(fd, nth, &failed);
		EXPECT_TRUE(failed ? is_clean(err) : !err)
			TH_LOG("fault %u: %s", nth, strerror(-err));
		EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
		EXPECT_EQ(!err, file_exists(ROVER_DEVICE))
			TH_LOG("fault %u: %s", nth, strerror(-err));
		if (err) {
			refused++;
			ASSERT_EQ(0, bind_without_leaked_pins(&leaked))
				TH_LOG("no second try after fault %u", nth);
		}
		ASSERT_EQ(0, rover_unbind());
	}
	printf("# %u faults, %u of them refused the rover, %u left a pin to gpiolib\n",
	       nth - 2, refused, leaked);
	/* Each line is requested once in a probe. */
	EXPECT_GE(LINES_MAX, leaked);
	EXPECT_GT(FAULTS_MAX, nth);
	EXPECT_LT(20, refused);
	ASSERT_EQ(0, rover_bind());
	close(fd);
}

TEST_HARNESS_MAIN
