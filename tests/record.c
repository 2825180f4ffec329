// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands by write(): the calls of ioctl(), whole or not at all, with the same
 * rules and errors.
 *
 * Also built for 32-bit processes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define WRITE_MAX	4096

/* What is to be written. */
struct records {
	size_t size;
	unsigned char bytes[2 * WRITE_MAX];
};

static void add_bytes(struct records *records, const void *bytes, size_t size)
{
	memcpy(records->bytes + records->size, bytes, size);
	records->size += size;
}

/* A command by its number, with as much of its structure as is wanted. */
static void add_sized(struct records *records, unsigned int command, const void *structure,
		      size_t size)
{
	const struct rover_record head = { .command = command, .size = size };

	add_bytes(records, &head, sizeof(head));
	add_bytes(records, structure, size);
}

static void add(struct records *records, unsigned int request, const void *structure)
{
	add_sized(records, _IOC_NR(request), structure, _IOC_SIZE(request));
}

static void add_duty(struct records *records, int left_permille, int right_permille)
{
	const struct rover_duty duty = {
		.left_permille = left_permille, .right_permille = right_permille,
	};

	add(records, ROVER_IOC_DUTY, &duty);
}

static void add_stop(struct records *records, unsigned int mode)
{
	const struct rover_stop stop = { .mode = mode };

	add(records, ROVER_IOC_STOP, &stop);
}

/* Bytes written, or -errno. */
static ssize_t write_records(int fd, const struct records *records)
{
	ssize_t n = write(fd, records->bytes, records->size);

	return n < 0 ? -errno : n;
}

/* One command of which only the outcome is of interest: 0 or -errno. */
static int write_one(int fd, unsigned int request, const void *structure)
{
	struct records records = {};
	ssize_t n;

	add(&records, request, structure);
	n = write_records(fd, &records);
	if (n < 0)
		return n;
	return n == (ssize_t)records.size ? 0 : -EIO;
}

static void expect_nothing_moved(struct __test_metadata *_metadata, int fd)
{
	struct board_edges edges = board_edges_read();

	EXPECT_EQ(0, edges.count);
	EXPECT_EQ(0, rover_snapshot_or_fail(fd).flags & ROVER_SNAPSHOT_LEASED);
	board_edges_free(&edges);
}

FIXTURE(record) {
	int fd;
	struct records records;
};

FIXTURE_SETUP(record)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	self->records.size = 0;
}

FIXTURE_TEARDOWN(record)
{
	close(self->fd);
	rover_bind();
}

/*
 * What they do
 */
TEST_F(record, drive_and_stop)
{
	add_duty(&self->records, 500, -500);
	EXPECT_EQ(self->records.size, write_records(self->fd, &self->records));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	EXPECT_TRUE(rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_LEASE_MINE);
	self->records.size = 0;
	add_stop(&self->records, ROVER_STOP_BRAKE);
	EXPECT_EQ(self->records.size, write_records(self->fd, &self->records));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_F(record, several_in_order)
{
	struct rover_take take = { .flags = ROVER_TAKE_DEADMAN, .deadman_ms = 300 };

	add(&self->records, ROVER_IOC_TAKE, &take);
	add_duty(&self->records, 500, 500);
	add(&self->records, ROVER_IOC_FEED, NULL);
	add_stop(&self->records, ROVER_STOP_BRAKE);
	add_duty(&self->records, -300, -600);
	EXPECT_EQ(self->records.size, write_records(self->fd, &self->records));
	EXPECT_EQ(-300, rover_snapshot_or_fail(self->fd).left.duty_permille);
	EXPECT_EQ(-600, rover_snapshot_or_fail(self->fd).right.duty_permille);
	EXPECT_EQ(300, rover_snapshot_or_fail(self->fd).deadman_ms);
	EXPECT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
}

TEST_F(record, stop_at_the_first_that_fails)
{
	size_t good;

	add_duty(&self->records, 400, 400);
	good = self->records.size;
	add_duty(&self->records, 1001, 0);
	add_duty(&self->records, 800, 800);
	EXPECT_EQ(good, write_records(self->fd, &self->records));
	EXPECT_EQ(400, rover_snapshot_or_fail(self->fd).left.duty_permille);

	self->records.size = 0;
	add_duty(&self->records, 0, 1001);
	add_duty(&self->records, 800, 800);
	EXPECT_EQ(-ERANGE, write_records(self->fd, &self->records));
	EXPECT_EQ(400, rover_snapshot_or_fail(self->fd).left.duty_permille);
}

TEST_F(record, parts_of_one_write)
{
	struct rover_record head = {
		.command = _IOC_NR(ROVER_IOC_DUTY), .size = sizeof(struct rover_duty),
	};
	struct rover_duty duty = { 500, 500 };
	struct iovec parts[] = {
		{ &head, 3 }, { (char *)&head + 3, 5 }, { &duty, sizeof(duty) },
	};

	EXPECT_EQ(sizeof(head) + sizeof(duty), writev(self->fd, parts, ARRAY_SIZE(parts)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(record, errors_are_those_of_ioctl)
{
	const struct rover_duty duty = { 500, 500 }, flags = { 500, 500, .flags = 1 };
	const struct rover_take force = { .flags = ROVER_TAKE_FORCE };
	int other = rover_open_or_fail(O_RDWR);

	EXPECT_EQ(-EINVAL, write_one(self->fd, ROVER_IOC_DUTY, &flags));
	EXPECT_EQ(-ECANCELED, write_one(self->fd, ROVER_IOC_FEED, NULL));
	EXPECT_EQ(-ECANCELED, write_one(self->fd, ROVER_IOC_RELEASE, NULL));
	ASSERT_EQ(0, write_one(other, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(-EBUSY, write_one(self->fd, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(0, write_one(self->fd, ROVER_IOC_TAKE, &force));
	EXPECT_EQ(-ECANCELED, write_one(other, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(-EBUSY, write_one(other, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(0, write_one(other, ROVER_IOC_ESTOP, NULL));
	EXPECT_EQ(-ESHUTDOWN, write_one(self->fd, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(0, write_one(self->fd, ROVER_IOC_CLEAR, NULL));
	EXPECT_EQ(0, write_one(self->fd, ROVER_IOC_DUTY, &duty));
	close(other);
}

TEST_F(record, close_releases)
{
	const struct rover_duty duty = { 500, 500 };
	int writer = rover_open_or_fail(O_WRONLY);

	ASSERT_EQ(0, write_one(writer, ROVER_IOC_DUTY, &duty));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	close(writer);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped released"));
}

/* As a language without ioctl() does it. */
TEST_F(record, report_and_read)
{
	const struct rover_report report = { .interval_ms = 20 };
	const struct rover_subscribe subscribe = {
		.kinds = BIT_ULL(ROVER_EVENT_SAMPLE), .flags = ROVER_SUBSCRIBE_FLUSH,
	};
	struct rover_event event;
	unsigned int i;

	add(&self->records, ROVER_IOC_SUBSCRIBE, &subscribe);
	add(&self->records, ROVER_IOC_REPORT, &report);
	add_duty(&self->records, 500, 500);
	ASSERT_EQ(self->records.size, write_records(self->fd, &self->records));
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(event_next(self->fd, 1000, &event));
		EXPECT_EQ(ROVER_EVENT_SAMPLE, event.type);
	}
	EXPECT_LT(0, event.sample.left_count);
	EXPECT_EQ(ROVER_STATE_MOVING, event.sample.status & 0xff);
}

/*
 * Whole or not at all
 */
TEST_F(record, cut_short_anywhere)
{
	size_t first, size;

	add_duty(&self->records, 500, 500);
	first = self->records.size;
	add_duty(&self->records, 600, 600);
	for (size = 0; size < self->records.size; size++) {
		struct records cut = self->records;

		cut.size = size;
		if (size != first)
			EXPECT_EQ(-EINVAL, write_records(self->fd, &cut));
	}
	expect_nothing_moved(_metadata, self->fd);
}

/* The last of many does not fit; those before it must not be carried out. */
TEST_F(record, nothing_before_a_bad_frame)
{
	static const __u32 sizes[] = { 25, 1000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct rover_record bad = { _IOC_NR(ROVER_IOC_DUTY), sizes[i] };
		const struct rover_duty duty = { 500, 500 };

		self->records.size = 0;
		add_duty(&self->records, 500, 500);
		add_bytes(&self->records, &bad, sizeof(bad));
		add_bytes(&self->records, &duty, sizeof(duty));
		EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
	}
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(record, too_much_or_nothing)
{
	struct records full = {};

	EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
	while (self->records.size <= WRITE_MAX)
		add_duty(&self->records, 500, 500);
	EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
	expect_nothing_moved(_metadata, self->fd);
	/* As much as is allowed. */
	while (full.size + 16 <= WRITE_MAX)
		add_stop(&full, ROVER_STOP_BRAKE);
	EXPECT_EQ(WRITE_MAX, full.size);
	EXPECT_EQ(WRITE_MAX, write_records(self->fd, &full));
}

/* The rules of the ioctls' sizes; heads may lie anywhere. */
TEST_F(record, other_sizes)
{
	const struct {
		struct rover_duty duty;
		__u8 tail[8];
	} longer = { .duty = { 500, 500 } }, bad = { .duty = { 600, 600 }, .tail = { [7] = 1 } };
	const unsigned int duty = _IOC_NR(ROVER_IOC_DUTY);

	add_sized(&self->records, duty, &bad, sizeof(bad));
	EXPECT_EQ(-E2BIG, write_records(self->fd, &self->records));
	self->records.size = 0;
	add_sized(&self->records, duty, &bad, 0);
	EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
	self->records.size = 0;
	add_sized(&self->records, _IOC_NR(ROVER_IOC_ESTOP), &bad, 4);
	EXPECT_EQ(-E2BIG, write_records(self->fd, &self->records));
	expect_nothing_moved(_metadata, self->fd);

	/* Left alone; then a byte more than that; then all, and a zero tail. */
	self->records.size = 0;
	add_sized(&self->records, duty, &longer, 4);
	EXPECT_EQ(self->records.size, write_records(self->fd, &self->records));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).right.duty_permille);
	self->records.size = 0;
	add_sized(&self->records, duty, &longer, 5);
	add_sized(&self->records, duty, &longer, sizeof(longer) - 1);
	EXPECT_EQ(self->records.size, write_records(self->fd, &self->records));
	EXPECT_EQ(500, rover_snapshot_or_fail(self->fd).left.duty_permille);
	EXPECT_EQ(500, rover_snapshot_or_fail(self->fd).right.duty_permille);
}

TEST_F(record, calls_that_are_made_for_their_answer)
{
	static const unsigned int asking[] = {
		ROVER_IOC_INFO, ROVER_IOC_SNAPSHOT, ROVER_IOC_PING, ROVER_IOC_RANGE,
		ROVER_IOC_SETTINGS,
	};
	const char room[256] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(asking); i++)
		EXPECT_EQ(-EINVAL, write_one(self->fd, asking[i], room));
	self->records.size = 0;
	add_sized(&self->records, 0xff, room, 8);
	EXPECT_EQ(-ENOTTY, write_records(self->fd, &self->records));
	/* The whole request is not its number. */
	self->records.size = 0;
	add_sized(&self->records, ROVER_IOC_ESTOP, room, 0);
	EXPECT_EQ(-ENOTTY, write_records(self->fd, &self->records));
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(record, bad_pointers)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	ASSERT_TRUE(map != MAP_FAILED);
	ASSERT_EQ(0, munmap(map + page, page));
	add_duty(&self->records, 500, 500);
	memcpy(map + page - self->records.size, self->records.bytes, self->records.size);
	EXPECT_EQ(-1, write(self->fd, map + page - self->records.size,
			    2 * self->records.size));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, NULL, self->records.size));
	EXPECT_EQ(EFAULT, errno);
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(record, readers_may_not)
{
	int reader = rover_open_or_fail(O_RDONLY);

	add_stop(&self->records, ROVER_STOP_BRAKE);
	EXPECT_EQ(-EBADF, write_records(reader, &self->records));
	close(reader);
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(record, of_a_rover_that_is_gone)
{
	add_duty(&self->records, 500, 500);
	ASSERT_EQ(0, rover_unbind());
	EXPECT_EQ(-ENODEV, write_records(self->fd, &self->records));
	self->records.size--;
	EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
}

/*
 * At random
 */
#define TIMES	2000

static __u32 random_word(void)
{
	static const __u32 likely[] = {
		0, 0, 0, 0, 0, 1, 2, 3, 100, 500, 1000, 1001, -1, -500, -1000, -1001,
	};
	unsigned int i = random() % (ARRAY_SIZE(likely) + 2);

	return i < ARRAY_SIZE(likely) ? likely[i] : (__u32)random() << (random() % 2);
}

/* Noise is no command: whatever is not framed moves nothing. */
TEST_F(record, noise)
{
	char noise[sizeof(struct rover_record) + 8] = {};
	unsigned int i, n;

	srandom(1);
	for (i = 0; i < TIMES; i++) {
		/* Good ones, and then one that is cut short or goes beyond the end. */
		const struct rover_record bad = {
			.command = random() % 0x20, .size = 9 + random() % 5000,
		};

		memcpy(noise, &bad, sizeof(bad));
		self->records.size = 0;
		for (n = random() % 4; n; n--)
			add_duty(&self->records, random() % 1000, random() % 1000);
		if (random() % 2)
			add_bytes(&self->records, &bad, random() % 7 + 1);
		else
			add_bytes(&self->records, noise, sizeof(bad) + random() % 9);
		EXPECT_EQ(-EINVAL, write_records(self->fd, &self->records));
	}
	expect_nothing_moved(_metadata, self->fd);
}

/* Back to where it was, whatever has become of it. */
static void calm(int fd)
{
	rover_call(fd, ROVER_IOC_CLEAR, NULL);
	rover_stop(fd, ROVER_STOP_COAST);
	rover_release(fd);
}

struct outcome {
	int err;
	__u32 state;
	__u32 leased;
	__s32 left_permille;
	__s32 right_permille;
};

/* Where it does not pass as it likes, as with --icount. */
static bool time_is_exact(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) == 1;
}

static struct outcome outcome(int fd, int err)
{
	struct rover_snapshot snapshot = rover_snapshot_or_fail(fd);
	bool closed_loop = snapshot.motion != ROVER_MOTION_DUTY;

	/* A deadman or a watchdog may have been faster. */
	if (!time_is_exact())
		return (struct outcome){ .err = err };
	/* The closed loop's duty is never twice the same. */
	return (struct outcome){
		.err = err,
		.state = snapshot.state,
		.leased = snapshot.flags & ROVER_SNAPSHOT_LEASE_MINE,
		.left_permille = closed_loop ? 0 : snapshot.left.duty_permille,
		.right_permille = closed_loop ? 0 : snapshot.right.duty_permille,
	};
}

/* Each command as a record and as a call: what comes of it is the same. */
TEST_F(record, any_command_does_what_ioctl_does)
{
	static const unsigned int requests[] = {
		ROVER_IOC_TAKE, ROVER_IOC_RELEASE, ROVER_IOC_FEED, ROVER_IOC_STOP,
		ROVER_IOC_DUTY, ROVER_IOC_SPEED, ROVER_IOC_TWIST, ROVER_IOC_MOVE,
		ROVER_IOC_TURN, ROVER_IOC_ESTOP, ROVER_IOC_CLEAR, ROVER_IOC_LOOK,
		ROVER_IOC_POSE, ROVER_IOC_SUBSCRIBE, ROVER_IOC_REPORT,
	};
	unsigned int i, n, moved = 0;
	__u32 words[24];

	srandom(2);
	for (i = 0; i < TIMES; i++) {
		unsigned int request = requests[random() % ARRAY_SIZE(requests)];
		size_t size = _IOC_SIZE(request);
		struct outcome called, written;

		for (n = 0; n < ARRAY_SIZE(words); n++)
			words[n] = random_word();
		if (size && random() % 4 == 0)
			size = random() % (sizeof(words) + 1);
		self->records.size = 0;
		add_sized(&self->records, _IOC_NR(request), words, size);
		n = write_records(self->fd, &self->records);
		written = outcome(self->fd, (int)n < 0 ? (int)n : 0);
		calm(self->fd);
		called = outcome(self->fd, 0);
		EXPECT_EQ(0, called.leased);
		called.err = rover_call(self->fd, _IOC(_IOC_DIR(request), ROVER_IOC_MAGIC,
						       _IOC_NR(request), size), words);
		called = outcome(self->fd, called.err);
		calm(self->fd);
		moved += called.left_permille != 0;
		ASSERT_EQ(0, memcmp(&called, &written, sizeof(called)))
			TH_LOG("command %#x, %zu bytes: %d and %d", _IOC_NR(request), size,
			       called.err, written.err);
	}
	if (time_is_exact())
		EXPECT_LT(0, moved);
}

TEST_HARNESS_MAIN
