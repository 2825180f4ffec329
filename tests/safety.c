// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Safety: the rover stops when whoever drives it does not say so. Times are
 * those of the pins, so this wants --icount: on one processor whose time is the
 * count of instructions, load of the host does not matter.
 *
 * Reboot and panic end the machine: they are for tests/host/raspi3b.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <sched.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define LATE_NS		(20 * MS)	/* a stop may be this late */
#define TICK_NS		(10 * MS)
#define RT_RUNTIME	"/proc/sys/kernel/sched_rt_runtime_us"

/*
 * Braking from reverse raises IN1, and nothing else does, with either back end.
 * Tells when the left side did; -1 if it has not.
 */
static __s64 braked_at_ns(void)
{
	struct board_edges edges = board_edges_read();
	const struct board_edge *edge = board_edges_find(&edges, 0, LEFT_IN1, 1);
	__s64 time_ns = edge ? edge->time_ns : -1;

	board_edges_free(&edges);
	return time_ns;
}

static void reverse_or_fail(int fd)
{
	if (rover_duty(fd, -500, -500))
		die("the rover does not drive");
}

static bool is_past(__s64 time_ns)
{
	return now_ns() > time_ns;
}

static void expect_braked(struct __test_metadata *_metadata, __s64 due_ns)
{
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	EXPECT_LE(due_ns, braked_at_ns());
	EXPECT_GE(due_ns + LATE_NS, braked_at_ns());
}

/* Nothing changes at the pins any more, whatever comes. */
static void expect_no_edges(struct __test_metadata *_metadata, __s64 span_ns)
{
	__s64 until_ns = now_ns() + span_ns;
	struct board_edges edges;

	board_edges_start(MOTOR_LINES);
	EXPECT_TRUE(EVENTUALLY(is_past(until_ns)));
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);
}

FIXTURE(deadman) {
	int fd;
};

FIXTURE_SETUP(deadman)
{
	rover_calm();
	board_edges_start(1ULL << LEFT_IN1);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(deadman)
{
	close(self->fd);
}

TEST_F(deadman, stops_a_driver)
{
	__s64 begin_ns = now_ns();

	reverse_or_fail(self->fd);
	expect_braked(_metadata, begin_ns + ROVER_DEADMAN_MS * MS);
	EXPECT_TRUE(rover_is("stopped deadman"));
	EXPECT_NEAR(braked_at_ns(), MS * slowness(), rover_snapshot_or_fail(self->fd).stop_time_ns);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));

	/* He keeps the lease, and may begin anew. */
	EXPECT_NE(0, rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_LEASE_MINE);
	EXPECT_EQ(0, rover_duty(self->fd, 500, 500));
}

TEST_F(deadman, stops_an_anonymous_driver)
{
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, attribute_write("command", "backward"));
	expect_braked(_metadata, begin_ns + ROVER_DEADMAN_MS * MS);
	EXPECT_TRUE(rover_is("stopped deadman"));
}

TEST_F(deadman, time_is_that_of_the_attribute)
{
	__s64 begin_ns;

	ASSERT_EQ(0, attribute_write("deadman", "137"));
	begin_ns = now_ns();
	ASSERT_EQ(0, attribute_write("command", "backward"));
	expect_braked(_metadata, begin_ns + 137 * MS);
}

TEST_F(deadman, time_is_that_of_the_lease)
{
	__s64 begin_ns;

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 314));
	begin_ns = now_ns();
	reverse_or_fail(self->fd);
	expect_braked(_metadata, begin_ns + 314 * MS);
}

TEST_F(deadman, time_of_one_millisecond)
{
	__s64 begin_ns;

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 1));
	begin_ns = now_ns();
	reverse_or_fail(self->fd);
	expect_braked(_metadata, begin_ns + MS);
}

TEST_F(deadman, time_may_be_shortened_while_it_runs)
{
	__s64 begin_ns = now_ns();

	reverse_or_fail(self->fd);
	ASSERT_TRUE(EVENTUALLY(is_past(begin_ns + 100 * MS)));
	ASSERT_EQ(0, attribute_write("deadman", "300"));
	expect_braked(_metadata, begin_ns + 300 * MS);
}

TEST_F(deadman, time_of_zero_is_none)
{
	__s64 begin_ns = now_ns();

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, rover_duty(self->fd, -300, 300));
	ASSERT_TRUE(WITHIN(10000, is_past(begin_ns + 6000 * MS)));
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_TRUE(wheels_turn(-1, 1));
}

TEST_F(deadman, feeding_keeps_a_motion_alive)
{
	__s64 begin_ns = now_ns(), fed_ns = begin_ns;

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 200));
	reverse_or_fail(self->fd);
	while (!is_past(begin_ns + 1500 * MS)) {
		ASSERT_TRUE(EVENTUALLY(is_past(fed_ns + 150 * MS)));
		fed_ns = now_ns();
		ASSERT_EQ(0, rover_feed(self->fd));
	}
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(-1, braked_at_ns());
	expect_braked(_metadata, fed_ns + 200 * MS);
}

TEST_F(deadman, commands_keep_a_motion_alive)
{
	__s64 begin_ns = now_ns(), told_ns = begin_ns;

	while (!is_past(begin_ns + 2500 * MS)) {
		told_ns = now_ns();
		/* On the spot: there is a wall behind. */
		ASSERT_EQ(0, attribute_write("command", "spin-left"));
		ASSERT_TRUE(EVENTUALLY(is_past(told_ns + 800 * MS)));
	}
	EXPECT_EQ(-1, braked_at_ns());
	expect_braked(_metadata, told_ns + ROVER_DEADMAN_MS * MS);
}

TEST_F(deadman, feeding_starts_nothing)
{
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 100));
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	reverse_or_fail(self->fd);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	reverse_or_fail(self->fd);
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	expect_no_edges(_metadata, 100 * MS);
	EXPECT_TRUE(rover_is("stopped deadman"));
}

/*
 * Processes that end, hang, or are stopped
 */
FIXTURE(process) {
	int watch;
	pid_t pid;
};

FIXTURE_SETUP(process)
{
	rover_calm();
	board_edges_start(1ULL << LEFT_IN1);
	self->watch = rover_open_or_fail(O_RDONLY);
}

FIXTURE_TEARDOWN(process)
{
	close(self->watch);
}

TEST_F(process, killed_stops_at_once)
{
	pid_t pid = start("roverctl", "backward", NULL);
	__s64 killed_ns;

	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	killed_ns = now_ns();
	kill(pid, SIGKILL);
	EXPECT_EQ(128 + SIGKILL, wait_for(pid));
	expect_braked(_metadata, killed_ns);
	EXPECT_TRUE(rover_is("stopped released"));
	EXPECT_EQ(0, rover_snapshot_or_fail(self->watch).flags & ROVER_SNAPSHOT_LEASED);
}

/* Its open file survives in a child, so nothing tells of the death but silence. */
TEST_F(process, killed_but_for_a_child_stops_in_time)
{
	int ready[2];
	pid_t pid, child;
	__s64 told_ns;

	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	if (!pid) {
		int fd = rover_open_or_fail(O_RDWR);

		child = fork();
		while (!child)
			pause();
		told_ns = now_ns();
		reverse_or_fail(fd);
		write(ready[1], &child, sizeof(child));
		write(ready[1], &told_ns, sizeof(told_ns));
		for (;;)
			pause();
	}
	ASSERT_EQ(sizeof(child), read(ready[0], &child, sizeof(child)));
	ASSERT_EQ(sizeof(told_ns), read(ready[0], &told_ns, sizeof(told_ns)));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	kill(pid, SIGKILL);
	wait_for(pid);
	EXPECT_TRUE(rover_is("moving none"));
	expect_braked(_metadata, told_ns + ROVER_DEADMAN_MS * MS);
	EXPECT_TRUE(rover_is("stopped deadman"));

	/* The lease ends with the file. */
	EXPECT_NE(0, rover_snapshot_or_fail(self->watch).flags & ROVER_SNAPSHOT_LEASED);
	kill(child, SIGKILL);
	EXPECT_TRUE(EVENTUALLY(!(rover_snapshot_or_fail(self->watch).flags &
				 ROVER_SNAPSHOT_LEASED)));
	EXPECT_TRUE(rover_is("stopped deadman"));
}

TEST_F(process, stopped_and_continued_restarts_nothing)
{
	pid_t pid = start("roverctl", "backward", NULL);
	__s64 stopped_ns;

	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	stopped_ns = now_ns();
	kill(pid, SIGSTOP);
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	/* The last FEED came before the process was stopped. */
	EXPECT_GE(stopped_ns + ROVER_DEADMAN_MS * MS + LATE_NS, braked_at_ns());
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	board_edges_start(MOTOR_LINES);
	kill(pid, SIGCONT);
	EXPECT_EQ(1, wait_for(pid));
	expect_no_edges(_metadata, 100 * MS);
	EXPECT_TRUE(wheels_rest());
	EXPECT_TRUE(rover_is("stopped deadman"));
}

/*
 * The tick watchdog: a thread of higher priority keeps the worker from the one
 * processor, while the hard timer goes on.
 */
FIXTURE(watchdog) {
	int fd;
	char rt_runtime[16];
};

FIXTURE_SETUP(watchdog)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		SKIP(return, "wants one processor: --icount");
	rover_calm();
	board_edges_start(1ULL << LEFT_IN1);
	self->fd = rover_open_or_fail(O_RDWR);
	if (file_read(RT_RUNTIME, self->rt_runtime, sizeof(self->rt_runtime)) < 0 ||
	    file_write(RT_RUNTIME, "-1"))
		die("cannot have the processor alone");
}

FIXTURE_TEARDOWN(watchdog)
{
	file_write(RT_RUNTIME, self->rt_runtime);
	close(self->fd);
}

/* From here on nobody else runs. */
static void begin_starving(void)
{
	const struct sched_param highest = { .sched_priority = 99 };

	if (sched_setscheduler(0, SCHED_FIFO, &highest))
		die("cannot have the processor alone");
}

static void end_starving(void)
{
	const struct sched_param normal = {};

	sched_setscheduler(0, SCHED_OTHER, &normal);
}

static void spin_until(__s64 time_ns)
{
	while (!is_past(time_ns))
		;
}

TEST_F(watchdog, stops_when_the_worker_starves)
{
	bool hard = attribute_number_or_fail("hard_stop");
	__s64 begin_ns;

	reverse_or_fail(self->fd);
	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	begin_starving();
	begin_ns = now_ns();
	spin_until(begin_ns + 100 * MS);
	end_starving();
	EXPECT_TRUE(rover_is("stopped fault"));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	EXPECT_NEAR(begin_ns + 7 * TICK_NS / 2, TICK_NS,
		    (__s64)rover_snapshot_or_fail(self->fd).stop_time_ns);
	/* With a PWM provider the pins follow when the worker runs again. */
	EXPECT_NEAR(begin_ns + (hard ? 7 * TICK_NS / 2 : 100 * MS), TICK_NS, braked_at_ns());
}

TEST_F(watchdog, bears_a_worker_that_is_late)
{
	int i;

	reverse_or_fail(self->fd);
	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	for (i = 0; i < 10; i++) {
		begin_starving();
		spin_until(now_ns() + 25 * MS);
		end_starving();
		pause_ns(5 * MS);
	}
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(-1, braked_at_ns());
}

/* A stop that comes just before the watchdog's remains what it was. */
TEST_F(watchdog, leaves_a_stop_as_it_is)
{
	int i;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, rover_duty(self->fd, -500, -500));
		pause_ns(10 * MS + i * MS);
		begin_starving();
		spin_until(now_ns() + 25 * MS);
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
		spin_until(now_ns() + 25 * MS);
		end_starving();
		EXPECT_TRUE(rover_is("stopped command"));
		EXPECT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST)));
	}
}

/*
 * A parked rover has no timer
 */
FIXTURE(parked) {
};

FIXTURE_SETUP(parked)
{
	rover_calm();
}

FIXTURE_TEARDOWN(parked)
{
}

static bool has_timer(const char *function)
{
	static char text[65536];

	if (file_read("/proc/timer_list", text, sizeof(text)) < 0)
		die("no list of timers");
	return strstr(text, function);
}

TEST_F(parked, has_no_timer)
{
	/* It ticks until the wheels have been still for a while. */
	EXPECT_TRUE(EVENTUALLY(!has_timer("worker_timer")));
	EXPECT_FALSE(has_timer("softpwm_timer"));
	ASSERT_EQ(0, attribute_write("command", "forward"));
	EXPECT_TRUE(has_timer("worker_timer"));
	ASSERT_EQ(0, attribute_write("command", "brake"));
	EXPECT_TRUE(EVENTUALLY(!has_timer("worker_timer")));
	EXPECT_FALSE(has_timer("softpwm_timer"));
}

/*
 * Suspend, as far as the devices
 */
FIXTURE(suspend) {
	int fd;
};

FIXTURE_SETUP(suspend)
{
	if (file_write("/sys/power/pm_test", "devices") ||
	    file_write("/sys/module/suspend/parameters/pm_test_delay", "0"))
		SKIP(return, "the kernel has no test of suspend");
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(suspend)
{
	file_write("/sys/power/pm_test", "none");
	close(self->fd);
}

TEST_F(suspend, stops_and_resume_restarts_nothing)
{
	board_edges_start(1ULL << LEFT_IN1);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, -500, -500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	ASSERT_EQ(0, file_write("/sys/power/state", "freeze"));
	EXPECT_TRUE(rover_is("idle suspend"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_EQ(-1, braked_at_ns());
	EXPECT_EQ(-ECANCELED, rover_feed(self->fd));
	expect_no_edges(_metadata, 100 * MS);

	/* All works again. */
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(suspend, of_a_parked_rover_is_no_stop)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_EQ(0, file_write("/sys/power/state", "freeze"));
	EXPECT_TRUE(rover_is("idle command"));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
}

/* Each stop is told: why, how, when, and how long it took. */
FIXTURE(told) {
	int fd;
	int watch;
};

FIXTURE_SETUP(told)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->watch = rover_open_or_fail(O_RDONLY | O_NONBLOCK);
	/* What rover_calm() did may be told late. */
	pause_ns(50 * MS);
	event_listen(self->watch, 1 << ROVER_EVENT_STOP);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 300));
	ASSERT_EQ(0, rover_duty(self->fd, -500, 500));
}

FIXTURE_TEARDOWN(told)
{
	if (self->fd >= 0)
		close(self->fd);
	close(self->watch);
}

static void expect_stop(struct __test_metadata *_metadata, int watch, unsigned int reason,
			unsigned int mode)
{
	struct rover_snapshot snapshot;
	struct rover_event event;

	ASSERT_TRUE(event_next(watch, 5000, &event));
	snapshot = rover_snapshot_or_fail(watch);
	EXPECT_EQ(reason, event.stop.reason);
	EXPECT_EQ(mode, event.stop.mode);
	EXPECT_EQ(snapshot.motion_id, event.stop.motion_id);
	EXPECT_EQ(reason, snapshot.stop_reason);
	EXPECT_EQ(snapshot.stop_time_ns, event.time_ns);
	EXPECT_NEAR(now_ns(), 100 * MS, event.time_ns);
	EXPECT_EQ(-1, event.stop.range_um);
	EXPECT_EQ(0, event.stop.sensors);
	if (attribute_is("hard_stop", "1"))
		EXPECT_GT(100 * US, event.stop.latency_ns);
}

TEST_F(told, of_the_deadman)
{
	expect_stop(_metadata, self->watch, ROVER_REASON_DEADMAN, ROVER_STOP_BRAKE);
}

TEST_F(told, of_a_command)
{
	ASSERT_EQ(0, rover_stop(self->watch, ROVER_STOP_COAST));
	expect_stop(_metadata, self->watch, ROVER_REASON_COMMAND, ROVER_STOP_COAST);
	/* Repeated stops too. */
	ASSERT_EQ(0, rover_stop(self->watch, ROVER_STOP_BRAKE));
	expect_stop(_metadata, self->watch, ROVER_REASON_COMMAND, ROVER_STOP_BRAKE);
}

TEST_F(told, of_a_release)
{
	ASSERT_EQ(0, rover_release(self->fd));
	expect_stop(_metadata, self->watch, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE);
}

TEST_F(told, of_a_file_that_closes)
{
	close(self->fd);
	self->fd = -1;
	expect_stop(_metadata, self->watch, ROVER_REASON_RELEASED, ROVER_STOP_BRAKE);
}

TEST_HARNESS_MAIN
