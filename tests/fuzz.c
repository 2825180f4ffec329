// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random ioctls and random command records, right, nearly right and wrong, on
 * files that drive, that want to and that may not. Each answer is one that the
 * ABI has for it; afterwards the rover stands, and its emergency stop works.
 *
 * COUNT calls of each kind (1000), from SEED (1). The kernel log is looked at by
 * scripts/vm --check-log.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "random.h"
#include "util.h"

#define FILES		4	/* the last one is open for reading only */
#define RECORDS_MAX	4	/* in one write */
#define WRITE_MAX	4096

static unsigned long number_from(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

FIXTURE(fuzz) {
	unsigned long count;
	int fd[FILES];
	__u8 *end;	/* of a page; behind it is nothing */
};

static int open_file(unsigned int number)
{
	return rover_open_or_fail(O_NONBLOCK | (number == FILES - 1 ? O_RDONLY : O_RDWR));
}

FIXTURE_SETUP(fuzz)
{
	unsigned long seed = number_from("SEED", 1);
	long page = sysconf(_SC_PAGESIZE);
	unsigned int i;

	rover_calm();
	self->count = number_from("COUNT", 1000);
	printf("# COUNT=%lu SEED=%lu\n", self->count, seed);
	random_seed(seed);
	for (i = 0; i < FILES; i++)
		self->fd[i] = open_file(i);
	self->end = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	ASSERT_NE(MAP_FAILED, self->end);
	self->end += page;
	ASSERT_EQ(0, mprotect(self->end, page, PROT_NONE));
}

FIXTURE_TEARDOWN(fuzz)
{
	unsigned int i;

	for (i = 0; i < FILES; i++)
		close(self->fd[i]);
}

/* Now and then one is closed, and with it who drives; what it was told is read. */
static void shuffle_files(int fd[FILES])
{
	unsigned int i = random_below(FILES);
	struct rover_event event[8];

	if (random_below(20))
		return;
	while (read(fd[i], event, sizeof(event)) > 0)
		;
	if (random_below(4))
		return;
	close(fd[i]);
	fd[i] = open_file(i);
}

/* An emergency stop by chance would end the fun for all that follow. */
static void clear_sometimes(int fd)
{
	if (!random_below(5))
		rover_call(fd, ROVER_IOC_CLEAR, NULL);
}

static bool bridges_are_off(void)
{
	return board_bridges_are(BRIDGE_COAST) || board_bridges_are(BRIDGE_BRAKE);
}

/* Anyone may stop, whatever was before; and nobody drives against the latch. */
static void expect_estop_works(struct __test_metadata *_metadata, const int fd[FILES])
{
	int driver = fd[0];

	EXPECT_EQ(0, rover_call(fd[FILES - 1], ROVER_IOC_ESTOP, NULL));
	EXPECT_TRUE(bridges_are_off());
	EXPECT_TRUE(EVENTUALLY(attribute_is("state", "estop")));
	EXPECT_EQ(-ESHUTDOWN, rover_duty(driver, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	ASSERT_EQ(0, rover_call(driver, ROVER_IOC_CLEAR, NULL));
	EXPECT_TRUE(bridges_are_off());
	EXPECT_TRUE(attribute_is("state", "idle"));
}

/* It still drives, for who takes it, and stops when that one lets go. */
static void expect_it_drives(struct __test_metadata *_metadata)
{
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_settings settings = {
		.fields = ROVER_SET_GUARD | ROVER_SET_OBSTACLE_GUARD | ROVER_SET_STALL,
		.stall_ms = ROVER_STALL_MS,
	};

	ASSERT_EQ(0, rover_take(fd, ROVER_TAKE_FORCE | ROVER_TAKE_DEADMAN, ROVER_DEADMAN_MS));
	ASSERT_EQ(0, rover_call(fd, ROVER_IOC_CONFIGURE, &settings));
	ASSERT_EQ(0, rover_duty(fd, -500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
	ASSERT_EQ(0, rover_release(fd));
	EXPECT_TRUE(bridges_are_off());
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	close(fd);
}

/* 0 or an errno; the structure ends where memory does. */
static int make_call(int fd, const struct random_call *call, __u8 *end)
{
	void *argument = end - call->size;

	memcpy(argument, call->bytes, call->size);
	return ioctl(fd, call->command, argument) < 0 ? errno : 0;
}

TEST_F_TIMEOUT(fuzz, ioctls, 600)
{
	unsigned long i, answered[2] = {};
	struct random_call call;
	int error;

	for (i = 0; i < self->count; i++) {
		int fd = self->fd[random_below(FILES)];

		random_call(&call);
		/* Some lie where there is no memory: nothing is carried out. */
		if (!random_below(20) && call.flaw == RANDOM_VALID &&
		    call.size && _IOC_DIR(call.command) != _IOC_NONE) {
			memset(self->end - RANDOM_SIZE, 0, RANDOM_SIZE);
			EXPECT_EQ(-1, ioctl(fd, call.command, self->end - call.size / 2));
			error = errno;
			EXPECT_TRUE(error == EFAULT ||
				    (error == EPERM && fd == self->fd[FILES - 1]))
				TH_LOG("%lu %s: %s", i, call.name, strerror(error));
			continue;
		}
		error = make_call(fd, &call, self->end);
		answered[!error]++;
		EXPECT_TRUE(random_result_is_lawful(&call, error))
			TH_LOG("%lu %s with flaw %u: %s", i, call.name, call.flaw, strerror(error));
		clear_sometimes(self->fd[0]);
		shuffle_files(self->fd);
	}
	printf("# %lu carried out, %lu refused\n", answered[1], answered[0]);
	/* Both happen, or nothing was tried. */
	EXPECT_LT(self->count / 5, answered[1]);
	EXPECT_LT(self->count / 5, answered[0]);
	expect_estop_works(_metadata, self->fd);
	expect_it_drives(_metadata);
}

/* Some records, and what is to become of them. */
struct writing {
	__u8 bytes[WRITE_MAX + 64];
	size_t size;
	unsigned int records;
	struct random_call call[RECORDS_MAX];
	size_t end[RECORDS_MAX];	/* of each record */
	bool whole;
};

static void add_record(struct writing *writing)
{
	struct random_call *call = &writing->call[writing->records];
	struct rover_record head;

	random_call(call);
	head.command = _IOC_NR(call->command);
	head.size = call->size;
	memcpy(writing->bytes + writing->size, &head, sizeof(head));
	memcpy(writing->bytes + writing->size + sizeof(head), call->bytes, call->size);
	writing->size += sizeof(head) + call->size;
	writing->end[writing->records++] = writing->size;
}

/* Cut short, or followed by what is no record; now and then too much altogether. */
static void spoil(struct writing *writing)
{
	switch (random_below(3)) {
	case 0:
		writing->size -= random_between(1, 7);
		break;
	case 1:
		random_bytes(writing->bytes + writing->size, 7);
		writing->size += random_between(1, 7);
		break;
	default:
		writing->size = random_between(WRITE_MAX + 1, sizeof(writing->bytes));
	}
	writing->whole = false;
}

static void prepare(struct writing *writing)
{
	unsigned int records = random_between(1, RECORDS_MAX);

	memset(writing, 0, sizeof(*writing));
	writing->whole = true;
	while (writing->records < records)
		add_record(writing);
	if (!random_below(5))
		spoil(writing);
}

/* Calls that ask are no commands. */
static bool is_lawful(const struct random_call *call, int error)
{
	static const unsigned int asks[] = {
		ROVER_IOC_INFO, ROVER_IOC_SNAPSHOT, ROVER_IOC_PING, ROVER_IOC_RANGE,
		ROVER_IOC_SETTINGS,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(asks) && call->flaw != RANDOM_UNKNOWN; i++)
		if (_IOC_NR(call->command) == _IOC_NR(asks[i]))
			return error == EINVAL;
	return random_result_is_lawful(call, error);
}

/*
 * How many records were carried out, from what write() gave; -1 if that ends
 * within one.
 */
static int carried_out(const struct writing *writing, ssize_t done)
{
	unsigned int i;

	if (done <= 0)
		return 0;
	for (i = 0; i < writing->records; i++)
		if ((size_t)done == writing->end[i])
			return i + 1;
	return -1;
}

TEST_F_TIMEOUT(fuzz, records, 600)
{
	unsigned long i = 0, answered[2] = {};
	static struct writing writing;

	while (i < self->count) {
		int fd = self->fd[random_below(FILES - 1)], n, k;
		ssize_t done;
		int error;

		prepare(&writing);
		i += writing.records;
		done = write(fd, writing.bytes, writing.size);
		error = done < 0 ? errno : 0;
		if (!writing.whole) {
			EXPECT_EQ(EINVAL, error);
			answered[0] += writing.records;
			continue;
		}
		n = carried_out(&writing, done);
		ASSERT_LE(0, n) TH_LOG("%lu: %zd bytes", i, done);
		for (k = 0; k < n; k++)
			EXPECT_TRUE(is_lawful(&writing.call[k], 0))
				TH_LOG("%lu %s with flaw %u was carried out", i,
				       writing.call[k].name, writing.call[k].flaw);
		/* The error is that of the first; those further on are not told. */
		if (!n)
			EXPECT_TRUE(is_lawful(&writing.call[0], error))
				TH_LOG("%lu %s with flaw %u: %s", i, writing.call[0].name,
				       writing.call[0].flaw, strerror(error));
		answered[1] += n;
		answered[0] += writing.records - n;
		clear_sometimes(self->fd[0]);
		shuffle_files(self->fd);
	}
	printf("# %lu carried out, %lu refused\n", answered[1], answered[0]);
	EXPECT_LT(self->count / 20, answered[1]);
	EXPECT_LT(self->count / 5, answered[0]);
	expect_estop_works(_metadata, self->fd);
	expect_it_drives(_metadata);
}

TEST_HARNESS_MAIN
