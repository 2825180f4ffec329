// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mapping: the last snapshot and the ring of samples, without a call. What
 * is read is coherent while the rover moves, nobody can write to it, and it
 * holds neither the lease nor the rover.
 *
 * The fixture race wants several processors. Also built for 32-bit processes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

static const struct rover_mapping *map_or_fail(int fd)
{
	void *mapping = mmap(NULL, rover_info_or_fail(fd).mapping_size, PROT_READ, MAP_SHARED,
			     fd, 0);

	if (mapping == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	return mapping;
}

static struct rover_snapshot mapped_snapshot(const struct rover_mapping *mapping)
{
	struct rover_snapshot snapshot;

	rover_mapping_snapshot(mapping, &snapshot);
	return snapshot;
}

/* 0, or the errno of an attempt to map; what was mapped is unmapped. */
static int map_error(int fd, size_t size, int protection, int flags, off_t offset)
{
	void *mapping = mmap(NULL, size, protection, flags, fd, offset);

	if (mapping == MAP_FAILED)
		return errno;
	munmap(mapping, size);
	return 0;
}

FIXTURE(mapping) {
	int fd;
	size_t size;
	const struct rover_mapping *mapping;
};

FIXTURE_SETUP(mapping)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->size = rover_info_or_fail(self->fd).mapping_size;
	self->mapping = map_or_fail(self->fd);
}

FIXTURE_TEARDOWN(mapping)
{
	munmap((void *)self->mapping, self->size);
	if (self->fd >= 0)
		close(self->fd);
	rover_bind();
}

TEST_F(mapping, head_and_info_agree)
{
	struct rover_info info = rover_info_or_fail(self->fd);
	const struct rover_mapping *head = self->mapping;

	EXPECT_EQ(ROVER_MAPPING_MAGIC, head->magic);
	EXPECT_EQ(ROVER_ABI_VERSION, head->abi_version);
	EXPECT_EQ(0, head->flags);
	EXPECT_EQ(0, head->reserved);
	EXPECT_EQ(info.mapping_snapshot_offset, head->snapshot_offset);
	EXPECT_EQ(info.mapping_ring_offset, head->ring_offset);
	EXPECT_EQ(info.mapping_ring_length, head->ring_length);
	EXPECT_EQ(info.mapping_sample_size, head->sample_size);
	EXPECT_EQ(0, head->ring_length & (head->ring_length - 1));
	EXPECT_LE(sizeof(*head), head->snapshot_offset);
	EXPECT_LE(head->snapshot_offset + head->snapshot_size, head->ring_offset);
	EXPECT_LE(head->ring_offset + (__u64)head->ring_length * head->sample_size, self->size);
	EXPECT_EQ(0, self->size % sysconf(_SC_PAGESIZE));
}

TEST_F(mapping, snapshot_agrees_with_the_call)
{
	struct rover_snapshot mapped, called;

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	ASSERT_EQ(0, rover_duty(self->fd, 400, -700));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	EXPECT_TRUE(EVENTUALLY(mapped_snapshot(self->mapping).left.duty_permille == 400));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	/* Speeds fade with the time since the last edge. */
	ASSERT_TRUE(EVENTUALLY(!rover_snapshot_or_fail(self->fd).left.speed_um_s &&
			       !rover_snapshot_or_fail(self->fd).right.speed_um_s));
	/* An event, so that it is written once more. */
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	called = rover_snapshot_or_fail(self->fd);
	EXPECT_TRUE(EVENTUALLY(mapped_snapshot(self->mapping).stop_time_ns ==
			       called.stop_time_ns));
	mapped = mapped_snapshot(self->mapping);
	EXPECT_NEAR(mapped.realtime_ns - mapped.time_ns, MS,
		    (__s64)(called.realtime_ns - called.time_ns));
	/* The caller's pid namespace is the initial one; the lease is never the mapping's. */
	EXPECT_EQ(getpid(), mapped.lease_pid);
	EXPECT_EQ(called.flags & ~ROVER_SNAPSHOT_LEASE_MINE, mapped.flags);
	mapped.time_ns = called.time_ns;
	mapped.realtime_ns = called.realtime_ns;
	mapped.flags = called.flags;
	EXPECT_EQ(0, memcmp(&mapped, &called, sizeof(mapped)));
}

/* What is newer in the kernel than in the program, or the other way round. */
TEST_F(mapping, readers_of_other_sizes)
{
	struct rover_mapping *head = calloc(1, self->size);
	struct rover_snapshot snapshot;
	struct rover_sample sample;

	memcpy(head, self->mapping, self->size);
	head->head = 1;
	memset((char *)head + head->snapshot_offset, 0xa5, head->ring_offset -
	       head->snapshot_offset);
	head->snapshot_size = offsetof(struct rover_snapshot, x_um);
	head->sample_size = offsetof(struct rover_sample, sequence);
	memset((char *)head + head->ring_offset, 0xa5, sizeof(sample));
	rover_mapping_snapshot(head, &snapshot);
	EXPECT_EQ(0xa5a5a5a5, snapshot.state);
	EXPECT_EQ(0, snapshot.x_um);
	EXPECT_EQ(0, snapshot.tilt_urad);
	EXPECT_EQ(1, rover_mapping_sample(head, 0, &sample));
	EXPECT_EQ(0xa5a5a5a5, sample.flags);
	EXPECT_EQ(0, sample.sequence);
	head->snapshot_size = sizeof(snapshot) + 64;
	rover_mapping_snapshot(head, &snapshot);
	EXPECT_EQ(0xa5a5a5a5, (__u32)snapshot.tilt_urad);
	free(head);
}

/* One a tick while it moves, and none while it is parked. */
TEST_F(mapping, ring_has_a_sample_each_tick)
{
	struct rover_sample sample, before = {};
	__u64 from = rover_mapping_head(self->mapping), to, number;
	bool exact = sysconf(_SC_NPROCESSORS_ONLN) == 1;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	pause_ns(300 * MS);
	to = rover_mapping_head(self->mapping);
	if (exact)
		EXPECT_NEAR(30, 2, (__s64)(to - from));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	for (number = from; number < to; number++) {
		ASSERT_EQ(1, rover_mapping_sample(self->mapping, number, &sample));
		EXPECT_EQ((__u32)number, sample.sequence);
		EXPECT_EQ(500, sample.left_duty_permille);
		EXPECT_EQ(ROVER_STATE_MOVING, sample.state);
		if (number > from) {
			if (exact)
				EXPECT_NEAR(10 * MS, 5 * MS,
					    (__s64)(sample.time_ns - before.time_ns));
			EXPECT_LE(before.left_count, sample.left_count);
		}
		before = sample;
	}
	if (exact)
		EXPECT_LT(10, before.left_count);
	EXPECT_EQ(0, rover_mapping_sample(self->mapping, to + 1000, &sample));

	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	pause_ns(300 * MS);
	to = rover_mapping_head(self->mapping);
	pause_ns(300 * MS);
	EXPECT_EQ(to, rover_mapping_head(self->mapping));
}

TEST_F(mapping, old_samples_are_told_apart)
{
	const __u32 length = self->mapping->ring_length;
	__u64 from = rover_mapping_head(self->mapping);
	struct rover_sample sample;

	EXPECT_EQ(0, rover_mapping_sample(self->mapping, from, &sample));
	while (rover_mapping_head(self->mapping) < from + length + 10) {
		ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
		pause_ns(100 * MS);
	}
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_EQ(0, rover_mapping_sample(self->mapping, from, &sample));
	from = rover_mapping_head(self->mapping);
	/* The oldest place may be written to at any time. */
	EXPECT_EQ(0, rover_mapping_sample(self->mapping, from - length, &sample));
	EXPECT_EQ(1, rover_mapping_sample(self->mapping, from - length / 2, &sample));
	EXPECT_EQ((__u32)(from - length / 2), sample.sequence);
}

/*
 * Nobody writes
 */
TEST_F(mapping, cannot_be_mapped_for_more_than_reading)
{
	static const int modes[] = { O_RDONLY, O_RDWR };
	size_t size = self->size;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		int fd = rover_open_or_fail(modes[i]);

		EXPECT_EQ(0, map_error(fd, size, PROT_READ, MAP_SHARED, 0));
		EXPECT_EQ(0, map_error(fd, size, PROT_READ, MAP_PRIVATE, 0));
		EXPECT_EQ(0, map_error(fd, 1, PROT_READ, MAP_SHARED, 0));
		EXPECT_EQ(modes[i] == O_RDONLY ? EACCES : EPERM,
			  map_error(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED, 0));
		EXPECT_EQ(EPERM, map_error(fd, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0));
		EXPECT_NE(0, map_error(fd, size, PROT_READ | PROT_EXEC, MAP_SHARED, 0));
		EXPECT_EQ(EINVAL, map_error(fd, size + 1, PROT_READ, MAP_SHARED, 0));
		EXPECT_EQ(EINVAL, map_error(fd, size / 2, PROT_READ, MAP_SHARED,
					    sysconf(_SC_PAGESIZE)));
		close(fd);
	}
}

TEST_F(mapping, a_writer_alone_may_not_read_it)
{
	int fd = rover_open_or_fail(O_WRONLY);

	EXPECT_EQ(EACCES, map_error(fd, self->size, PROT_READ, MAP_SHARED, 0));
	close(fd);
}

TEST_F(mapping, stays_read_only)
{
	static const int protections[] = {
		PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC,
	};
	void *private = mmap(NULL, self->size, PROT_READ, MAP_PRIVATE, self->fd, 0);
	int memory = open("/proc/self/mem", O_RDWR);
	__u32 word = 0;
	unsigned int i;

	ASSERT_TRUE(private != MAP_FAILED);
	for (i = 0; i < ARRAY_SIZE(protections); i++) {
		EXPECT_EQ(-1, mprotect((void *)self->mapping, self->size, protections[i]));
		EXPECT_EQ(EACCES, errno);
		EXPECT_EQ(-1, mprotect(private, self->size, protections[i]));
		EXPECT_EQ(EACCES, errno);
	}
	/* The way of debuggers, which writes to private pages. */
	ASSERT_LE(0, memory);
	EXPECT_EQ(-1, pwrite(memory, &word, sizeof(word), (uintptr_t)self->mapping));
	EXPECT_EQ(-1, pwrite(memory, &word, sizeof(word), (uintptr_t)private));
	/* Nor can it grow beyond what there is. */
	EXPECT_TRUE(mremap((void *)self->mapping, self->size, 2 * self->size, MREMAP_MAYMOVE) ==
		    MAP_FAILED);
	EXPECT_EQ(ROVER_MAPPING_MAGIC, self->mapping->magic);
	close(memory);
	munmap(private, self->size);
}

TEST_F(mapping, children_have_it_too)
{
	__u32 before = mapped_snapshot(self->mapping).motion_id;
	pid_t pid = fork();

	if (!pid) {
		while (mapped_snapshot(self->mapping).motion_id == before)
			wait_on(now_ns() + 1000 * MS);
		_exit(self->mapping->magic == ROVER_MAPPING_MAGIC ? 0 : 1);
	}
	ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
	EXPECT_EQ(0, wait_for(pid));
}

/*
 * What it does not hold
 */
TEST_F(mapping, close_releases_the_lease)
{
	int other = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(-EBUSY, rover_duty(other, 500, 500));
	ASSERT_EQ(0, close(self->fd));
	self->fd = -1;
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped released"));
	EXPECT_EQ(0, rover_duty(other, 300, 300));
	/* It goes on telling, too. */
	EXPECT_TRUE(EVENTUALLY(mapped_snapshot(self->mapping).left.duty_permille == 300));
	close(other);
}

TEST_F(mapping, outlives_the_rover)
{
	struct rover_snapshot snapshot;
	__u64 head;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, rover_mapping_is_gone(self->mapping));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_EQ(1, rover_mapping_is_gone(self->mapping));
	snapshot = mapped_snapshot(self->mapping);
	EXPECT_EQ(ROVER_STATE_STOPPED, snapshot.state);
	EXPECT_EQ(ROVER_REASON_RELEASED, snapshot.stop_reason);
	EXPECT_EQ(0, snapshot.flags & ROVER_SNAPSHOT_LEASED);
	EXPECT_EQ(0, snapshot.left.duty_permille);
	EXPECT_EQ(ENODEV, map_error(self->fd, self->size, PROT_READ, MAP_SHARED, 0));
	close(self->fd);
	self->fd = -1;

	/* For ever: the next rover is another one. */
	head = rover_mapping_head(self->mapping);
	ASSERT_EQ(0, rover_bind());
	self->fd = rover_open_or_fail(O_RDWR);
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(1, rover_mapping_is_gone(self->mapping));
	EXPECT_EQ(head, rover_mapping_head(self->mapping));
	EXPECT_EQ(ROVER_STATE_STOPPED, mapped_snapshot(self->mapping).state);
}

/*
 * Coherent, however fast it changes
 */
FIXTURE(race) {
	int fd;
	atomic_bool end;
	int bad_calls;
	const struct rover_mapping *mapping;
};

FIXTURE_SETUP(race)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "wants several processors");
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->mapping = map_or_fail(self->fd);
}

FIXTURE_TEARDOWN(race)
{
	close(self->fd);
}

static void *change_all_the_time(void *data)
{
	struct _test_data_race *self = data;

	while (!self->end) {
		self->bad_calls += rover_duty(self->fd, 300, 600) != 0;
		self->bad_calls += rover_stop(self->fd, ROVER_STOP_BRAKE) != 0;
		self->bad_calls += rover_duty(self->fd, -400, -800) != 0;
		self->bad_calls += rover_stop(self->fd, ROVER_STOP_COAST) != 0;
	}
	return NULL;
}

TEST_F(race, snapshot_is_coherent)
{
	__s64 until_ns = now_ns() + 2000 * MS, last_ns = 0;
	unsigned int changes = 0, duties = 0;
	struct rover_snapshot snapshot;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, change_all_the_time, self));
	while (now_ns() < until_ns) {
		rover_mapping_snapshot(self->mapping, &snapshot);
		ASSERT_EQ(2 * snapshot.left.duty_permille, snapshot.right.duty_permille);
		ASSERT_LE(last_ns, snapshot.time_ns);
		ASSERT_GE(snapshot.time_ns, snapshot.stop_time_ns);
		ASSERT_EQ(snapshot.state == ROVER_STATE_MOVING, snapshot.left.duty_permille != 0);
		changes += last_ns != snapshot.time_ns;
		duties += snapshot.left.duty_permille != 0;
		last_ns = snapshot.time_ns;
	}
	self->end = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, self->bad_calls);
	EXPECT_LT(5, changes);
	EXPECT_LT(0, duties);
}

TEST_F(race, samples_are_whole)
{
	__s64 until_ns = now_ns() + 2000 * MS;
	__u64 next = rover_mapping_head(self->mapping);
	struct rover_sample sample;
	unsigned int seen = 0;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, change_all_the_time, self));
	while (now_ns() < until_ns) {
		__u64 head = rover_mapping_head(self->mapping);

		for (; next < head; next++) {
			ASSERT_EQ(1, rover_mapping_sample(self->mapping, next, &sample));
			ASSERT_EQ((__u32)next, sample.sequence);
			ASSERT_EQ(2 * sample.left_duty_permille, sample.right_duty_permille);
			seen++;
		}
	}
	self->end = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, self->bad_calls);
	EXPECT_LT(5, seen);
}

TEST_HARNESS_MAIN
