// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a stop takes: from the edge of the echo, and from the call of the
 * emergency stop, to both bridges braking; in virtual time, under --icount. And
 * how little that depends on what else runs.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "board.h"
#include "brake.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "room.h"
#include "util.h"

#define STOPS		24
#define BUSY		4	/* processes that never sleep */

FIXTURE(latency) {
	int fd;
	bool hard;
};

FIXTURE_SETUP(latency)
{
	rover_calm();
	room_one_wall();
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	self->hard = attribute_is("hard_stop", "1");
	event_listen(self->fd, 1 << ROVER_EVENT_STOP);
}

FIXTURE_TEARDOWN(latency)
{
	close(self->fd);
	rover_calm();
}

static void set_guard_mm(int fd, unsigned int mm)
{
	struct rover_settings settings = { .fields = ROVER_SET_GUARD, .guard_um = mm * 1000 };

	if (rover_call(fd, ROVER_IOC_CONFIGURE, &settings))
		die("the guard cannot be set");
}

static void drive_fast(int fd)
{
	room_stand(1000);
	if (rover_take(fd, ROVER_TAKE_DEADMAN, 5000) || rover_duty(fd, 1000, 1000))
		die("the rover does not move");
	if (!EVENTUALLY(wheels_turn(1, 1)))
		die("the wheels do not turn");
}

/* The guard is drawn tight while it drives: the next ping stops it. */
static __s64 stop_by_echo_ns(int fd)
{
	struct board_edges edges;
	struct rover_event event;
	__s64 latency_ns;

	set_guard_mm(fd, 30);
	drive_fast(fd);
	board_edges_start(MOTOR_LINES | BIT_ULL(SONAR_LINE));
	set_guard_mm(fd, 3000);
	do {
		if (!event_next(fd, 5000, &event))
			die("it does not stop");
	} while (event.stop.reason != ROVER_REASON_GUARD);
	pause_ns(15 * MS);
	edges = board_edges_read();
	latency_ns = brake_ns(&edges, 0) - brake_echo_ns(&edges);
	board_edges_free(&edges);
	/* What the driver says itself is a part of it: from its handler on. */
	if (event.stop.latency_ns > latency_ns)
		die("it says %u ns, but it took %lld", event.stop.latency_ns, latency_ns);
	return latency_ns;
}

static __s64 stop_by_call_ns(int fd)
{
	struct board_edges edges;
	__s64 begin_ns, latency_ns;

	set_guard_mm(fd, 0);
	drive_fast(fd);
	board_edges_start(MOTOR_LINES);
	begin_ns = now_ns();
	if (rover_call(fd, ROVER_IOC_ESTOP, NULL))
		die("no emergency stop");
	pause_ns(15 * MS);
	edges = board_edges_read();
	latency_ns = brake_ns(&edges, begin_ns) - begin_ns;
	board_edges_free(&edges);
	if (rover_call(fd, ROVER_IOC_CLEAR, NULL))
		die("no clear");
	return latency_ns;
}

struct spread {
	__s64 median_ns;
	__s64 worst_ns;
};

static struct spread measure(int fd, __s64 (*stop_ns)(int fd), const char *what)
{
	struct samples latencies = {};
	struct spread spread;
	int i;

	/* What is done for the first time takes longer. */
	stop_ns(fd);
	for (i = 0; i < STOPS; i++)
		samples_add(&latencies, stop_ns(fd));
	spread.median_ns = samples_at(&latencies, 500);
	spread.worst_ns = samples_at(&latencies, 1000);
	samples_tell(&latencies, what);
	return spread;
}

static void start_busy(pid_t pid[BUSY])
{
	int i;

	for (i = 0; i < BUSY; i++) {
		pid[i] = fork();
		if (!pid[i])
			for (;;)
				asm volatile("");
	}
}

static void end_busy(const pid_t pid[BUSY])
{
	int i;

	for (i = 0; i < BUSY; i++) {
		kill(pid[i], SIGKILL);
		wait_for(pid[i]);
	}
}

TEST_F_TIMEOUT(latency, from_echo_to_brake, 120)
{
	struct spread idle, loaded;
	pid_t pid[BUSY];

	idle = measure(self->fd, stop_by_echo_ns, "echo edge to brake, ns");
	start_busy(pid);
	loaded = measure(self->fd, stop_by_echo_ns, "likewise, beside four busy loops, ns");
	end_busy(pid);
	EXPECT_NEAR(idle.median_ns, idle.median_ns / 5, loaded.median_ns);
	/* A kernel with debugging has interrupts off for as long as its checks take. */
	if (slowness() == 1)
		EXPECT_GE(idle.worst_ns * (self->hard ? 12 : 20) / 10, loaded.worst_ns);
}

TEST_F_TIMEOUT(latency, from_call_to_brake, 120)
{
	struct spread idle, loaded;
	pid_t pid[BUSY];

	idle = measure(self->fd, stop_by_call_ns, "call of the emergency stop to brake, ns");
	start_busy(pid);
	loaded = measure(self->fd, stop_by_call_ns, "likewise, beside four busy loops, ns");
	end_busy(pid);
	/* The caller is a process like the others: it may be their turn in between. */
	if (self->hard)
		EXPECT_NEAR(idle.median_ns, idle.median_ns / 5, loaded.median_ns);
}

TEST_HARNESS_MAIN
