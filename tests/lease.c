// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lease: who may drive, who may take it away, and for how long it lasts.
 *
 * Wants rover.ko loaded with the parameter gid=4711, so that other users have
 * access to its node and attributes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <pthread.h>
#include <sched.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define DRIVERS		4711
#define ALICE		1000
#define BOB		1001

#define LEASE_FLAGS	(ROVER_SNAPSHOT_LEASED | ROVER_SNAPSHOT_LEASE_MINE | \
			 ROVER_SNAPSHOT_LEASE_ANONYMOUS)
#define LEASE_MINE	(ROVER_SNAPSHOT_LEASED | ROVER_SNAPSHOT_LEASE_MINE)
#define LEASE_ANONYMOUS	(ROVER_SNAPSHOT_LEASED | ROVER_SNAPSHOT_LEASE_ANONYMOUS)

static __u32 lease_flags(int fd)
{
	return rover_snapshot_or_fail(fd).flags & LEASE_FLAGS;
}

/* A file of its own: 0 or -errno of the call. */
static int take_anew(unsigned int flags, unsigned int deadman_ms)
{
	int fd = rover_open_or_fail(O_RDWR);
	int err = rover_take(fd, flags, deadman_ms);

	close(fd);
	return err;
}

/* A process of that user that drives until it is killed. */
static pid_t start_driver(uid_t uid)
{
	int watch = rover_open_or_fail(O_RDONLY);
	pid_t pid = fork();

	if (!pid) {
		become_user(uid, DRIVERS);
		if (rover_duty(rover_open_or_fail(O_RDWR), 500, 500))
			die("user %u cannot drive", uid);
		for (;;)
			pause();
	}
	if (!EVENTUALLY(rover_snapshot_or_fail(watch).lease_pid == pid))
		die("nobody drives");
	close(watch);
	return pid;
}

static void end_driver(pid_t pid)
{
	kill(pid, SIGKILL);
	wait_for(pid);
}

FIXTURE(lease) {
	int fd;
	int other;
};

FIXTURE_SETUP(lease)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
	self->other = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(lease)
{
	close(self->fd);
	close(self->other);
}

TEST_F(lease, is_free_at_first)
{
	EXPECT_EQ(0, lease_flags(self->fd));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).lease_pid);
	EXPECT_EQ(-ECANCELED, rover_release(self->fd));
}

TEST_F(lease, take_moves_nothing)
{
	struct rover_snapshot before = rover_snapshot_or_fail(self->fd);
	struct board_edges edges;

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(LEASE_MINE, lease_flags(self->fd));
	EXPECT_EQ(ROVER_SNAPSHOT_LEASED, lease_flags(self->other));
	EXPECT_EQ(getpid(), rover_snapshot_or_fail(self->other).lease_pid);
	EXPECT_EQ(before.state, rover_snapshot_or_fail(self->fd).state);
	EXPECT_EQ(before.stop_time_ns, rover_snapshot_or_fail(self->fd).stop_time_ns);
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);
}

TEST_F(lease, comes_with_the_first_motion)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(LEASE_MINE, lease_flags(self->fd));
	EXPECT_EQ(getpid(), rover_snapshot_or_fail(self->other).lease_pid);
}

TEST_F(lease, second_driver_is_refused)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-EBUSY, rover_duty(self->other, -500, -500));
	EXPECT_EQ(-EBUSY, rover_duty(self->other, 0, 0));
	EXPECT_EQ(-EBUSY, rover_take(self->other, 0, 0));
	EXPECT_EQ(-EBUSY, rover_take(self->other, ROVER_TAKE_DEADMAN, 100));
	EXPECT_EQ(-EBUSY, rover_feed(self->other));
	EXPECT_EQ(-ECANCELED, rover_release(self->other));
	EXPECT_EQ(-EBUSY, attribute_write("command", "backward"));
	EXPECT_EQ(-EBUSY, attribute_write("left_duty", "-500"));
	EXPECT_EQ(-EBUSY, attribute_write("right_duty", "0"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(LEASE_MINE, lease_flags(self->fd));
}

/* Also without a motion: the first driver may be about to begin. */
TEST_F(lease, second_driver_is_refused_at_rest)
{
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(-EBUSY, rover_duty(self->other, 500, 500));
	EXPECT_EQ(-EBUSY, attribute_write("command", "forward"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
}

TEST_F(lease, anybody_may_stop)
{
	int reader = rover_open_or_fail(O_RDONLY);

	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	EXPECT_EQ(0, rover_stop(self->other, ROVER_STOP_BRAKE));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	EXPECT_EQ(0, attribute_write("command", "stop"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	EXPECT_EQ(0, rover_stop(reader, ROVER_STOP_COAST));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));

	/* Who is stopped by others keeps the lease. */
	EXPECT_EQ(LEASE_MINE, lease_flags(self->fd));
	EXPECT_EQ(-EBUSY, rover_duty(self->other, 500, 500));
	close(reader);
}

TEST_F(lease, release_stops)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_release(self->fd));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped released"));
	EXPECT_EQ(0, lease_flags(self->fd));
	EXPECT_EQ(-ECANCELED, rover_release(self->fd));
	EXPECT_EQ(0, rover_duty(self->other, 500, 500));
}

TEST_F(lease, release_at_rest_is_no_stop)
{
	struct rover_snapshot before = rover_snapshot_or_fail(self->fd);
	struct rover_snapshot after;

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	ASSERT_EQ(0, rover_release(self->fd));
	after = rover_snapshot_or_fail(self->fd);
	EXPECT_EQ(before.state, after.state);
	EXPECT_EQ(before.stop_reason, after.stop_reason);
	EXPECT_EQ(before.stop_time_ns, after.stop_time_ns);
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
}

TEST_F(lease, lives_as_long_as_any_copy_of_the_file)
{
	int copy;

	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	copy = dup(self->fd);
	close(self->fd);
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(LEASE_MINE, lease_flags(copy));
	close(copy);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped released"));
	self->fd = rover_open_or_fail(O_RDWR);
}

TEST_F(lease, is_shared_with_a_forked_child)
{
	pid_t pid;

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	pid = fork();
	if (!pid)
		_exit(-rover_duty(self->fd, 500, 500));
	EXPECT_EQ(0, wait_for(pid));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(getpid(), rover_snapshot_or_fail(self->fd).lease_pid);
}

static void *take_in_thread(void *fd)
{
	return (void *)(long)rover_take(*(int *)fd, 0, 0);
}

TEST_F(lease, pid_is_that_of_the_process)
{
	pthread_t thread;
	void *err;

	ASSERT_EQ(0, pthread_create(&thread, NULL, take_in_thread, &self->fd));
	ASSERT_EQ(0, pthread_join(thread, &err));
	ASSERT_EQ(0, (long)err);
	EXPECT_EQ(getpid(), rover_snapshot_or_fail(self->other).lease_pid);
}

/* A reader in another pid namespace cannot see the holder, but that there is one. */
TEST_F(lease, pid_is_as_the_reader_numbers_it)
{
	pid_t outer, inner;

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	outer = fork();
	if (!outer) {
		if (unshare(CLONE_NEWPID))
			die("no pid namespace");
		inner = fork();
		if (!inner) {
			struct rover_snapshot snapshot = rover_snapshot_or_fail(self->other);

			_exit(snapshot.lease_pid || !(snapshot.flags & ROVER_SNAPSHOT_LEASED));
		}
		_exit(wait_for(inner));
	}
	EXPECT_EQ(0, wait_for(outer));
}

/*
 * Force
 */
FIXTURE(force) {
	int fd;
	int other;
};

/* What the displaced driver tries next. */
FIXTURE_VARIANT(force) {
	int (*call)(int fd);
	int later;
};

static int call_duty(int fd)
{
	return rover_duty(fd, 500, 500);
}

static int call_zero_duty(int fd)
{
	return rover_duty(fd, 0, 0);
}

static int call_take(int fd)
{
	return rover_take(fd, 0, 0);
}

static int call_take_by_force(int fd)
{
	return rover_take(fd, ROVER_TAKE_FORCE, 0);
}

FIXTURE_VARIANT_ADD(force, duty) { call_duty, -EBUSY };
FIXTURE_VARIANT_ADD(force, zero_duty) { call_zero_duty, -EBUSY };
FIXTURE_VARIANT_ADD(force, feed) { rover_feed, -EBUSY };
FIXTURE_VARIANT_ADD(force, take) { call_take, -EBUSY };
FIXTURE_VARIANT_ADD(force, take_by_force) { call_take_by_force, 0 };
FIXTURE_VARIANT_ADD(force, release) { rover_release, -ECANCELED };

FIXTURE_SETUP(force)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->other = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(force)
{
	close(self->fd);
	close(self->other);
}

TEST_F(force, stops_and_displaces)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_take(self->other, ROVER_TAKE_FORCE, 0));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("stopped released"));
	EXPECT_EQ(LEASE_MINE, lease_flags(self->other));
	EXPECT_EQ(ROVER_SNAPSHOT_LEASED, lease_flags(self->fd));

	/* The displaced learns of it, once; then he is one of the others. */
	EXPECT_EQ(-ECANCELED, variant->call(self->fd));
	EXPECT_EQ(variant->later, variant->call(self->fd));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
}

/* A rover that stands already keeps the reason of its stop. */
TEST_F(force, at_rest_is_no_stop)
{
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	ASSERT_EQ(0, rover_take(self->other, ROVER_TAKE_FORCE, 0));
	EXPECT_TRUE(rover_is("stopped command"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_EQ(-ECANCELED, variant->call(self->fd));
}

FIXTURE(users) {
	int fd;
};

FIXTURE_SETUP(users)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(users)
{
	close(self->fd);
}

TEST_F(users, force_works_between_files_of_one_user)
{
	pid_t driver = start_driver(ALICE);

	EXPECT_EQ(EBUSY, AS_USER(ALICE, DRIVERS, take_anew(0, 0)));
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_FORCE, 0)));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	end_driver(driver);
}

TEST_F(users, force_fails_between_users)
{
	pid_t driver = start_driver(ALICE);

	EXPECT_EQ(EPERM, AS_USER(BOB, DRIVERS, take_anew(ROVER_TAKE_FORCE, 0)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(driver, rover_snapshot_or_fail(self->fd).lease_pid);

	/* The administrator may. */
	EXPECT_EQ(0, rover_take(self->fd, ROVER_TAKE_FORCE, 0));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_FORCE, 0)));
	end_driver(driver);
}

TEST_F(users, anybody_may_stop)
{
	pid_t driver = start_driver(ALICE);

	EXPECT_EQ(EBUSY, AS_USER(BOB, DRIVERS, attribute_write("command", "backward")));
	EXPECT_EQ(0, AS_USER(BOB, DRIVERS, attribute_write("command", "brake")));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_EQ(driver, rover_snapshot_or_fail(self->fd).lease_pid);
	end_driver(driver);
	EXPECT_EQ(0, lease_flags(self->fd));
}

TEST_F(users, long_deadman_times_are_the_administrators)
{
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_DEADMAN, 0)));
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_DEADMAN, 5001)));
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_DEADMAN, UINT32_MAX)));
	EXPECT_EQ(0, lease_flags(self->fd));
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_DEADMAN, 1)));
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, take_anew(ROVER_TAKE_DEADMAN, 5000)));
	EXPECT_EQ(0, take_anew(ROVER_TAKE_DEADMAN, 0));
	EXPECT_EQ(0, take_anew(ROVER_TAKE_DEADMAN, 5001));
}

TEST_F(users, long_deadman_attributes_are_the_administrators)
{
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, attribute_write("deadman", "0")));
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, attribute_write("deadman", "5001")));
	EXPECT_EQ(ROVER_DEADMAN_MS, attribute_number_or_fail("deadman"));
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, attribute_write("deadman", "5000")));
	EXPECT_EQ(5000, attribute_number_or_fail("deadman"));
	EXPECT_EQ(0, attribute_write("deadman", "5001"));
	EXPECT_EQ(0, attribute_write("deadman", "0"));
	EXPECT_EQ(0, attribute_number_or_fail("deadman"));
}

TEST_F(users, deadman_is_anybodys_to_shorten)
{
	pid_t driver = start_driver(ALICE);

	EXPECT_EQ(0, AS_USER(BOB, DRIVERS, attribute_write("deadman", "800")));
	EXPECT_EQ(800, rover_snapshot_or_fail(self->fd).deadman_ms);
	EXPECT_EQ(EBUSY, AS_USER(BOB, DRIVERS, attribute_write("deadman", "801")));
	EXPECT_EQ(EBUSY, AS_USER(ALICE, DRIVERS, attribute_write("deadman", "801")));
	EXPECT_EQ(-EBUSY, attribute_write("deadman", "801"));
	EXPECT_EQ(-EBUSY, attribute_write("deadman", "0"));
	EXPECT_EQ(800, attribute_number_or_fail("deadman"));
	EXPECT_EQ(800, rover_snapshot_or_fail(self->fd).deadman_ms);
	end_driver(driver);
	EXPECT_EQ(0, AS_USER(BOB, DRIVERS, attribute_write("deadman", "900")));
}

/*
 * The deadman time of a lease
 */
FIXTURE(deadman) {
	int fd;
};

FIXTURE_SETUP(deadman)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(deadman)
{
	close(self->fd);
}

TEST_F(deadman, is_the_attributes_at_first)
{
	ASSERT_EQ(0, attribute_write("deadman", "700"));
	EXPECT_EQ(700, rover_info_or_fail(self->fd).deadman_default_ms);
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(700, rover_snapshot_or_fail(self->fd).deadman_ms);
}

TEST_F(deadman, is_chosen_by_take)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 3000));
	EXPECT_EQ(3000, rover_snapshot_or_fail(self->fd).deadman_ms);
	EXPECT_EQ(ROVER_DEADMAN_MS, attribute_number_or_fail("deadman"));
	ASSERT_EQ(0, rover_release(self->fd));
	EXPECT_EQ(ROVER_DEADMAN_MS, rover_snapshot_or_fail(self->fd).deadman_ms);
}

TEST_F(deadman, changes_while_driving)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 3000));
	EXPECT_EQ(3000, rover_snapshot_or_fail(self->fd).deadman_ms);
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));

	/* To take it again without saying so changes nothing. */
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(3000, rover_snapshot_or_fail(self->fd).deadman_ms);
}

TEST_F(deadman, attribute_leaves_a_shorter_one)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 300));
	ASSERT_EQ(0, attribute_write("deadman", "600"));
	EXPECT_EQ(300, rover_snapshot_or_fail(self->fd).deadman_ms);
}

TEST_F(deadman, attribute_ends_an_endless_one)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).deadman_ms);
	ASSERT_EQ(0, attribute_write("deadman", "600"));
	EXPECT_EQ(600, rover_snapshot_or_fail(self->fd).deadman_ms);
}

/* An attribute as long as before shortens the lease of a driver who chose longer. */
TEST_F(deadman, attribute_can_be_confirmed)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 4000));
	ASSERT_EQ(0, attribute_write_number("deadman", ROVER_DEADMAN_MS));
	EXPECT_EQ(ROVER_DEADMAN_MS, rover_snapshot_or_fail(self->fd).deadman_ms);
}

/*
 * The anonymous holder: all writers of attributes, together
 */
FIXTURE(anonymous) {
	int fd;
};

FIXTURE_SETUP(anonymous)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	if (attribute_write("command", "forward"))
		die("no command");
}

FIXTURE_TEARDOWN(anonymous)
{
	close(self->fd);
}

TEST_F(anonymous, has_no_pid)
{
	EXPECT_EQ(LEASE_ANONYMOUS, lease_flags(self->fd));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).lease_pid);
}

TEST_F(anonymous, excludes_files)
{
	EXPECT_EQ(-EBUSY, rover_duty(self->fd, 500, 500));
	EXPECT_EQ(-EBUSY, rover_take(self->fd, 0, 0));
	EXPECT_EQ(-EBUSY, rover_feed(self->fd));
	EXPECT_EQ(-ECANCELED, rover_release(self->fd));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(anonymous, is_one_for_all_writers)
{
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, attribute_write("command", "spin-left")));
	EXPECT_EQ(0, AS_USER(BOB, DRIVERS, attribute_write("right_duty", "-300")));
	EXPECT_EQ(LEASE_ANONYMOUS, lease_flags(self->fd));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	/* It may also loosen its own deadman time. */
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, attribute_write("deadman", "2000")));
}

TEST_F(anonymous, ends_with_a_stop)
{
	ASSERT_EQ(0, attribute_write("command", "stop"));
	EXPECT_EQ(0, lease_flags(self->fd));
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
}

TEST_F(anonymous, ends_with_a_stop_by_others)
{
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_EQ(0, lease_flags(self->fd));
}

TEST_F(anonymous, ends_with_a_duty_of_zero)
{
	ASSERT_EQ(0, attribute_write("left_duty", "0"));
	EXPECT_EQ(LEASE_ANONYMOUS, lease_flags(self->fd));
	ASSERT_EQ(0, attribute_write("right_duty", "0"));
	EXPECT_EQ(0, lease_flags(self->fd));
}

TEST_F(anonymous, ends_with_the_deadman)
{
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	EXPECT_EQ(0, lease_flags(self->fd));
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
}

TEST_F(anonymous, is_displaced_by_force)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_FORCE, 0));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_EQ(LEASE_MINE, lease_flags(self->fd));
	/* Nobody is told: the next writer may be another. */
	EXPECT_EQ(-EBUSY, attribute_write("command", "forward"));
}

TEST_F(anonymous, is_displaced_by_its_user_or_the_administrator)
{
	EXPECT_EQ(EPERM, AS_USER(BOB, DRIVERS, take_anew(ROVER_TAKE_FORCE, 0)));
	EXPECT_TRUE(rover_is("moving none"));
}

static struct rover_event_lease next_lease(struct __test_metadata *_metadata, int watch)
{
	struct rover_event event = {};

	EXPECT_TRUE(event_next(watch, 5000, &event));
	EXPECT_EQ(ROVER_EVENT_LEASE, event.type);
	return event.lease;
}

TEST_F(lease, is_told_when_it_changes_hands)
{
	int watch = rover_open_or_fail(O_RDONLY | O_NONBLOCK);
	struct rover_event_lease lease;
	pid_t pid;

	/* What rover_calm() did may be told late. */
	pause_ns(50 * MS);
	event_listen(watch, 1 << ROVER_EVENT_LEASE);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 700));
	lease = next_lease(_metadata, watch);
	EXPECT_EQ(ROVER_LEASE_TAKEN, lease.flags);
	EXPECT_EQ(getpid(), lease.pid);
	EXPECT_EQ(700, lease.deadman_ms);
	/* To have it already is no change. */
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));

	ASSERT_EQ(0, rover_take(self->other, ROVER_TAKE_FORCE, 0));
	lease = next_lease(_metadata, watch);
	EXPECT_EQ(ROVER_LEASE_TAKEN | ROVER_LEASE_FORCED, lease.flags);
	EXPECT_EQ(ROVER_DEADMAN_MS, lease.deadman_ms);
	ASSERT_EQ(0, rover_release(self->other));
	lease = next_lease(_metadata, watch);
	EXPECT_EQ(0, lease.flags);
	EXPECT_EQ(0, lease.pid);

	ASSERT_EQ(0, attribute_write("command", "spin-left"));
	EXPECT_EQ(ROVER_LEASE_TAKEN | ROVER_LEASE_ANONYMOUS, next_lease(_metadata, watch).flags);
	ASSERT_EQ(0, attribute_write("command", "stop"));
	EXPECT_EQ(0, next_lease(_metadata, watch).flags);

	/* By the first motion, and back by the end of the process. */
	pid = start_driver(ALICE);
	lease = next_lease(_metadata, watch);
	EXPECT_EQ(ROVER_LEASE_TAKEN, lease.flags);
	EXPECT_EQ(pid, lease.pid);
	end_driver(pid);
	EXPECT_EQ(0, next_lease(_metadata, watch).flags);
	close(watch);
}

TEST_HARNESS_MAIN
