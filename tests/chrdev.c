// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /dev/rover: the binary interface, and what it does with bad input.
 *
 * Also built for 32-bit processes, where there is a compiler for them: the
 * layout is one for both.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define ROOM	256	/* more than any structure has */

/* Numbers of calls that exist. */
static const unsigned int calls[] = {
	ROVER_IOC_INFO, ROVER_IOC_SNAPSHOT, ROVER_IOC_PING, ROVER_IOC_TAKE,
	ROVER_IOC_RELEASE, ROVER_IOC_FEED, ROVER_IOC_STOP, ROVER_IOC_DUTY,
	ROVER_IOC_SETTINGS, ROVER_IOC_CONFIGURE, ROVER_IOC_RANGE, ROVER_IOC_ESTOP,
	ROVER_IOC_CLEAR, ROVER_IOC_SUBSCRIBE, ROVER_IOC_REPORT,
};

/* The same call for a structure of another size. */
static unsigned int sized(unsigned int request, unsigned int size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request), size);
}

static bool is_call(unsigned int number)
{
	return number <= _IOC_NR(ROVER_IOC_REPORT) ||
	       (number >= _IOC_NR(ROVER_IOC_TAKE) && number <= _IOC_NR(ROVER_IOC_CONFIGURE));
}

/* Nothing has moved since the log was begun, and nobody drives. */
static void expect_nothing_moved(struct __test_metadata *_metadata, int fd)
{
	struct board_edges edges = board_edges_read();

	EXPECT_EQ(0, edges.count);
	EXPECT_EQ(0, rover_snapshot_or_fail(fd).flags & ROVER_SNAPSHOT_LEASED);
	board_edges_free(&edges);
}

FIXTURE(chrdev) {
	int fd;
};

FIXTURE_SETUP(chrdev)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(chrdev)
{
	close(self->fd);
}

/* For ever, with the sizes of version 1: programs in any language have them as plain numbers. */
TEST_F(chrdev, numbers_of_the_calls)
{
	struct rover_take take = {};
	struct rover_stop stop = { ROVER_STOP_BRAKE };
	struct rover_duty duty = { 300, 300 };
	char room[ROOM] = {};

	EXPECT_EQ(0, rover_call(self->fd, 0x8080e200, room));		/* INFO */
	EXPECT_EQ(0, rover_call(self->fd, 0x80a0e201, room));		/* SNAPSHOT */
	EXPECT_EQ(0, rover_call(self->fd, 0x8020e202, room));		/* PING */
	EXPECT_EQ(0, rover_call(self->fd, 0x4008e210, &take));		/* TAKE */
	EXPECT_EQ(0, rover_call(self->fd, 0xc010e214, &duty));		/* DUTY */
	EXPECT_EQ(0, rover_call(self->fd, 0x0000e212, NULL));		/* FEED */
	EXPECT_EQ(0, rover_call(self->fd, 0x4008e213, &stop));		/* STOP */
	EXPECT_EQ(0, rover_call(self->fd, 0x0000e211, NULL));		/* RELEASE */
	EXPECT_EQ(0x4028e205, ROVER_IOC_SUBSCRIBE);
	EXPECT_EQ(0xc020e215, ROVER_IOC_SPEED);
	EXPECT_EQ(0xc020e217, ROVER_IOC_MOVE);
	EXPECT_EQ(0x0000e219, ROVER_IOC_ESTOP);
	EXPECT_EQ(0x4058e21d, ROVER_IOC_CONFIGURE);
}

TEST_F(chrdev, all_calls_work)
{
	struct rover_info info = rover_info_or_fail(self->fd);
	struct rover_range range;

	EXPECT_EQ(ROVER_ABI_VERSION, info.abi_version);
	EXPECT_STREQ("4tronix,robohat", info.board);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 2000));
	EXPECT_EQ(2000, rover_snapshot_or_fail(self->fd).deadman_ms);
	ASSERT_EQ(0, rover_duty(self->fd, -400, 400));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
	EXPECT_EQ(-400, rover_snapshot_or_fail(self->fd).left.duty_permille);
	EXPECT_EQ(400, rover_snapshot_or_fail(self->fd).right.duty_permille);
	ASSERT_EQ(0, rover_feed(self->fd));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_EQ(0, rover_release(self->fd));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	EXPECT_EQ(ROVER_RANGE_VALID, range.status);
	EXPECT_NEAR(truth("sonar_distance_um"), 3000, range.range_um);
}

TEST_F(chrdev, unknown_calls)
{
	char room[ROOM] = {};
	unsigned int number;

	for (number = 0; number < 256; number++) {
		if (is_call(number))
			continue;
		EXPECT_EQ(-ENOTTY, rover_call(self->fd, _IO(ROVER_IOC_MAGIC, number), room));
		EXPECT_EQ(-ENOTTY, rover_call(self->fd, _IOC(_IOC_READ | _IOC_WRITE,
							     ROVER_IOC_MAGIC, number, 16), room));
	}
	expect_nothing_moved(_metadata, self->fd);
}

/* Known numbers under another type, as those of a terminal or a disk. */
TEST_F(chrdev, calls_of_others)
{
	struct rover_duty duty = { .left_permille = 500, .right_permille = 500 };
	unsigned int type;

	for (type = 0; type < 256; type++) {
		if (type == ROVER_IOC_MAGIC)
			continue;
		EXPECT_EQ(-ENOTTY, rover_call(self->fd, _IOC(_IOC_READ | _IOC_WRITE, type,
							     _IOC_NR(ROVER_IOC_DUTY),
							     sizeof(duty)), &duty));
	}
	expect_nothing_moved(_metadata, self->fd);
}

/*
 * Sizes: a shorter structure is zero-filled, a longer one may have a zero tail
 */
TEST_F(chrdev, shorter_structures_are_zero_filled)
{
	struct rover_duty duty = { 600, 600, 600, 600 };
	struct rover_take take = { .deadman_ms = 100 };
	__u32 mode = ROVER_STOP_BRAKE;

	/* What lies beyond must not be looked at. */
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_TAKE, sizeof(__u32)), &take));
	EXPECT_EQ(ROVER_DEADMAN_MS, rover_snapshot_or_fail(self->fd).deadman_ms);
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_DUTY, sizeof(__u32)), &duty));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 0)));
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_STOP, sizeof(__u32)), &mode));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	/* Nor may it be written to. */
	EXPECT_EQ(600, duty.right_permille);
	EXPECT_EQ(600, duty.flags);
}

TEST_F(chrdev, no_structure_at_all)
{
	struct rover_duty duty = { 600, 600, 0, 0 };

	EXPECT_EQ(-EINVAL, rover_call(self->fd, sized(ROVER_IOC_DUTY, 0), &duty));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, sized(ROVER_IOC_TAKE, 0), &duty));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, sized(ROVER_IOC_STOP, 0), &duty));
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(chrdev, longer_structures_need_a_zero_tail)
{
	union {
		struct rover_duty duty;
		struct rover_take take;
		struct rover_stop stop;
		char bytes[ROOM];
	} u = {};

	u.bytes[ROOM - 1] = 1;
	u.duty.left_permille = 500;
	EXPECT_EQ(-E2BIG, rover_call(self->fd, sized(ROVER_IOC_DUTY, ROOM), &u));
	u.duty.left_permille = 0;
	EXPECT_EQ(-E2BIG, rover_call(self->fd, sized(ROVER_IOC_TAKE, ROOM), &u));
	EXPECT_EQ(-E2BIG, rover_call(self->fd, sized(ROVER_IOC_STOP, ROOM), &u));
	u.bytes[ROOM - 1] = 0;
	u.bytes[sizeof(u.duty)] = 1;
	EXPECT_EQ(-E2BIG, rover_call(self->fd, sized(ROVER_IOC_DUTY, sizeof(u.duty) + 1), &u));
	expect_nothing_moved(_metadata, self->fd);

	u.bytes[sizeof(u.duty)] = 0;
	EXPECT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_TAKE, ROOM), &u));
	u.duty.left_permille = 500;
	EXPECT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_DUTY, ROOM), &u));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 0)));
	u.stop.mode = ROVER_STOP_BRAKE;
	EXPECT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_STOP, ROOM), &u));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

TEST_F(chrdev, results_fill_the_room_there_is)
{
	struct rover_info info = rover_info_or_fail(self->fd);
	unsigned char bytes[ROOM];
	unsigned int i;

	/* As much as there is room for, and not a byte more. */
	memset(bytes, 0xa5, sizeof(bytes));
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_INFO, 10), bytes));
	EXPECT_EQ(0, memcmp(bytes, &info, 10));
	EXPECT_EQ(0xa5, bytes[10]);
	memset(bytes, 0xa5, sizeof(bytes));
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_SNAPSHOT, 0), bytes));
	EXPECT_EQ(0xa5, bytes[0]);

	/* What this kernel does not know is zero. */
	memset(bytes, 0xa5, sizeof(bytes));
	ASSERT_EQ(0, rover_call(self->fd, sized(ROVER_IOC_INFO, ROOM - 1), bytes));
	EXPECT_EQ(0, memcmp(bytes, &info, sizeof(info)));
	for (i = sizeof(info); i < ROOM - 1; i++)
		EXPECT_EQ(0, bytes[i]);
	EXPECT_EQ(0xa5, bytes[ROOM - 1]);
}

/*
 * Values
 */
TEST_F(chrdev, reserved_fields_must_be_zero)
{
	struct rover_duty flags = { 500, 500, .flags = 1 };
	struct rover_duty reserved = { 500, 500, .reserved = 1 };
	struct rover_stop stop = { ROVER_STOP_BRAKE, .reserved = 1 };
	unsigned int bit;

	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_DUTY, &flags));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_DUTY, &reserved));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_STOP, &stop));
	for (bit = 2; bit < 32; bit++)
		EXPECT_EQ(-EINVAL, rover_take(self->fd, 1u << bit, 0));
	EXPECT_EQ(-EINVAL, rover_take(self->fd, 0, 100));
	EXPECT_EQ(-EINVAL, rover_take(self->fd, ROVER_TAKE_FORCE, 100));
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(chrdev, unknown_stop_modes)
{
	EXPECT_EQ(-EINVAL, rover_stop(self->fd, 3));
	EXPECT_EQ(-EINVAL, rover_stop(self->fd, UINT32_MAX));
	expect_nothing_moved(_metadata, self->fd);
}

TEST_F(chrdev, duties_beyond_the_limit)
{
	static const int beyond[] = { 1001, -1001, 2000, INT32_MAX, INT32_MIN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		EXPECT_EQ(-ERANGE, rover_duty(self->fd, beyond[i], 0));
		EXPECT_EQ(-ERANGE, rover_duty(self->fd, 500, beyond[i]));
		EXPECT_EQ(-ERANGE, rover_duty(self->fd, beyond[i], beyond[i]));
	}
	expect_nothing_moved(_metadata, self->fd);
}

/* A running motion is neither changed nor kept alive. */
TEST_F(chrdev, bad_calls_leave_a_motion_alone)
{
	struct rover_duty reserved = { 0, 0, .reserved = 1 };

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 200));
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-ERANGE, rover_duty(self->fd, -1001, 0));
	EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_DUTY, &reserved));
	EXPECT_EQ(-EINVAL, rover_stop(self->fd, 3));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	while (rover_duty(self->fd, 0, 1001) == -ERANGE && rover_is("moving none"))
		pause_ns(10 * MS);
	EXPECT_TRUE(rover_is("stopped deadman"));
}

TEST_F(chrdev, bad_pointers)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct rover_duty *split = (void *)(map + page - sizeof(*split) / 2);
	struct rover_duty *whole = (void *)map;
	unsigned int i;

	ASSERT_TRUE(map != MAP_FAILED);
	whole->left_permille = 500;
	whole->right_permille = 500;
	split->left_permille = 500;
	split->right_permille = 500;
	ASSERT_EQ(0, munmap(map + page, page));
	EXPECT_EQ(-EFAULT, rover_call(self->fd, ROVER_IOC_DUTY, split));
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (!_IOC_SIZE(calls[i]))
			continue;
		EXPECT_EQ(-EFAULT, rover_call(self->fd, calls[i], NULL));
		EXPECT_EQ(-EFAULT, rover_call(self->fd, calls[i], (void *)-1L));
	}
	ASSERT_EQ(0, mprotect(map, page, PROT_READ));
	EXPECT_EQ(-EFAULT, rover_call(self->fd, ROVER_IOC_INFO, map));
	EXPECT_EQ(-EFAULT, rover_call(self->fd, ROVER_IOC_SNAPSHOT, map));
	/* It can be read, but not tell what was applied: so it is not. */
	EXPECT_EQ(-EFAULT, rover_call(self->fd, ROVER_IOC_DUTY, whole));
	expect_nothing_moved(_metadata, self->fd);
}

/*
 * Files
 */
TEST_F(chrdev, reader_may_look_and_stop_only)
{
	int reader = rover_open_or_fail(O_RDONLY);
	struct rover_range range;

	rover_info_or_fail(reader);
	rover_snapshot_or_fail(reader);
	EXPECT_EQ(0, rover_call(reader, ROVER_IOC_PING, &range));
	EXPECT_EQ(-EPERM, rover_take(reader, 0, 0));
	EXPECT_EQ(-EPERM, rover_take(reader, ROVER_TAKE_FORCE, 0));
	EXPECT_EQ(-EPERM, rover_duty(reader, 500, 500));
	EXPECT_EQ(-EPERM, rover_duty(reader, 0, 0));
	EXPECT_EQ(-EPERM, rover_feed(reader));
	EXPECT_EQ(-EPERM, rover_release(reader));
	expect_nothing_moved(_metadata, self->fd);

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(0, rover_stop(reader, ROVER_STOP_BRAKE));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	close(reader);
}

TEST_F(chrdev, writer_may_drive)
{
	int writer = rover_open_or_fail(O_WRONLY);

	rover_info_or_fail(writer);
	EXPECT_EQ(0, rover_duty(writer, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	close(writer);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

/* Records whole or not at all: see event.c and record.c. */
TEST_F(chrdev, has_no_stream_of_bytes)
{
	struct rover_duty duty = { 500, 500 };
	char byte;

	EXPECT_EQ(-1, read(self->fd, &byte, sizeof(byte)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->fd, &duty, sizeof(duty)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	expect_nothing_moved(_metadata, self->fd);
}

static void ignore_alarm(int signal)
{
}

/* The second ping waits for the end of the first one's echoes. */
TEST_F(chrdev, signals_interrupt_a_ping)
{
	const struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct sigaction action = { .sa_handler = ignore_alarm };
	struct rover_range range;
	__s64 before_ns;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	before_ns = now_ns();
	EXPECT_EQ(-EINTR, rover_call(self->fd, ROVER_IOC_PING, &range));
	EXPECT_GE(40 * MS, now_ns() - before_ns);

	/* Or not, as the handler wants it. */
	action.sa_flags = SA_RESTART;
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	EXPECT_EQ(0, rover_call(self->fd, ROVER_IOC_PING, &range));
	EXPECT_EQ(ROVER_RANGE_VALID, range.status);
}

TEST_F(chrdev, many_files)
{
	int fds[200];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = rover_open_or_fail(O_RDWR);
	ASSERT_EQ(0, rover_take(fds[100], 0, 0));
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		EXPECT_EQ(i == 100 ? 0 : -EBUSY, rover_duty(fds[i], 500, 500));
		EXPECT_EQ(getpid(), rover_snapshot_or_fail(fds[i]).lease_pid);
		if (i != 100)
			close(fds[i]);
	}
	EXPECT_TRUE(rover_is("moving none"));
	close(fds[100]);
	EXPECT_TRUE(rover_is("stopped released"));
}

/*
 * The snapshot
 */
FIXTURE(snapshot) {
	int fd;
	atomic_bool end;
	int bad_calls;
};

FIXTURE_SETUP(snapshot)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(snapshot)
{
	close(self->fd);
}

TEST_F(snapshot, of_a_rover_at_rest)
{
	struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);

	EXPECT_EQ(ROVER_STATE_STOPPED, snapshot.state);
	EXPECT_EQ(ROVER_REASON_COMMAND, snapshot.stop_reason);
	EXPECT_EQ(0, snapshot.lease_pid);
	EXPECT_EQ(ROVER_DEADMAN_MS, snapshot.deadman_ms);
	EXPECT_EQ(0, snapshot.reserved);
	EXPECT_EQ(0, snapshot.left.duty_permille);
	EXPECT_EQ(0, snapshot.right.duty_permille);
}

TEST_F(snapshot, has_its_time)
{
	__s64 before_ns = now_ns(), after_ns;
	struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);
	struct timespec real;

	after_ns = now_ns();
	EXPECT_LE(before_ns, snapshot.time_ns);
	EXPECT_GE(after_ns, snapshot.time_ns);
	clock_gettime(CLOCK_REALTIME, &real);
	EXPECT_NEAR(real.tv_sec * 1000000000LL + real.tv_nsec - now_ns(), MS,
		    (__s64)(snapshot.realtime_ns - snapshot.time_ns));
}

TEST_F(snapshot, has_the_time_of_the_stop)
{
	__s64 before_ns;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	before_ns = now_ns();
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_LE(before_ns, rover_snapshot_or_fail(self->fd).stop_time_ns);
	EXPECT_GE(now_ns(), rover_snapshot_or_fail(self->fd).stop_time_ns);
}

static void *change_all_the_time(void *data)
{
	struct _test_data_snapshot *self = data;

	while (!self->end) {
		self->bad_calls += rover_duty(self->fd, 300, 600) != 0;
		self->bad_calls += rover_duty(self->fd, -400, -800) != 0;
		self->bad_calls += rover_stop(self->fd, ROVER_STOP_BRAKE) != 0;
		self->bad_calls += rover_duty(self->fd, 500, 1000) != 0;
		self->bad_calls += rover_stop(self->fd, ROVER_STOP_COAST) != 0;
	}
	return NULL;
}

/* All that is in it belongs together, however fast it changes. */
TEST_F(snapshot, is_coherent)
{
	__s64 until_ns = now_ns() + 300 * MS, last_ns = 0;
	unsigned int moving = 0, stopped = 0;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, change_all_the_time, self));
	while (now_ns() < until_ns) {
		struct rover_snapshot snapshot = rover_snapshot_or_fail(self->fd);

		ASSERT_EQ(2 * snapshot.left.duty_permille, snapshot.right.duty_permille);
		ASSERT_LE(last_ns, snapshot.time_ns);
		ASSERT_GE(snapshot.time_ns, snapshot.stop_time_ns);
		last_ns = snapshot.time_ns;
		if (snapshot.state == ROVER_STATE_MOVING) {
			moving++;
			ASSERT_NE(0, snapshot.left.duty_permille);
			ASSERT_EQ(ROVER_REASON_NONE, snapshot.stop_reason);
			ASSERT_EQ(0, snapshot.flags & ROVER_SNAPSHOT_BRAKING);
		} else {
			stopped++;
			ASSERT_EQ(0, snapshot.left.duty_permille);
		}
		/* One processor: let the others change something. */
		if (moving % 16 == 0 || stopped % 16 == 0)
			sched_yield();
	}
	self->end = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, self->bad_calls);
	EXPECT_LT(10, moving);
	EXPECT_LT(10, stopped);
}

/*
 * The rover goes, the file stays
 */
FIXTURE(gone) {
	int fd;
};

FIXTURE_SETUP(gone)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(gone)
{
	close(self->fd);
	rover_bind();
}

TEST_F(gone, all_calls_say_so)
{
	char room[ROOM] = {};
	unsigned int i;

	ASSERT_EQ(0, rover_unbind());
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_EQ(-ENODEV, rover_call(self->fd, calls[i], room));
	EXPECT_EQ(-ENOTTY, rover_call(self->fd, _IO(ROVER_IOC_MAGIC, 0xff), room));
	EXPECT_FALSE(file_exists(ROVER_DEVICE));
	EXPECT_FALSE(file_exists(ROVER_CLASS));
}

TEST_F(gone, poll_wakes)
{
	struct pollfd poll_fd = { .fd = self->fd };
	pid_t pid = fork();

	if (!pid) {
		pause_ns(50 * MS);
		_exit(-rover_unbind());
	}
	EXPECT_EQ(1, poll(&poll_fd, 1, 5000));
	EXPECT_EQ(POLLHUP | POLLERR, poll_fd.revents);
	EXPECT_EQ(0, wait_for(pid));
	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(POLLHUP | POLLERR, poll_fd.revents);
}

TEST_F(gone, another_comes_and_is_not_this_one)
{
	int fd;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_unbind());
	ASSERT_EQ(0, rover_bind());
	EXPECT_EQ(-ENODEV, rover_duty(self->fd, 500, 500));
	fd = rover_open_or_fail(O_RDWR);
	EXPECT_EQ(ROVER_STATE_IDLE, rover_snapshot_or_fail(fd).state);
	EXPECT_EQ(ROVER_REASON_NONE, rover_snapshot_or_fail(fd).stop_reason);
	EXPECT_EQ(0, rover_snapshot_or_fail(fd).flags & ROVER_SNAPSHOT_LEASED);
	EXPECT_EQ(0, rover_duty(fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	close(fd);
}

TEST_HARNESS_MAIN
