// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events: what read() and poll() tell, to whom, and what becomes of those who
 * do not read. Nothing is lost without being counted.
 *
 * What takes time wants --icount. Also built for 32-bit processes.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define KIND(type)	BIT_ULL(ROVER_EVENT_##type)
#define QUEUE_DEFAULT	64

/* One processor whose time is the count of its instructions. */
static bool time_is_exact(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) == 1;
}

FIXTURE(event) {
	int fd;
	int witness;	/* opened later, so told later */
};

/* All that was pushed by now was told, and is forgotten. */
static void settle(int fd, int witness)
{
	struct rover_event event;

	event_skip(witness);
	while (event_next(fd, 0, &event))
		;
}

FIXTURE_SETUP(event)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	self->witness = rover_open_or_fail(O_RDWR | O_NONBLOCK);
	if (rover_subscribe(self->witness, KIND(STOP), 4096))
		die("cannot subscribe");
	settle(self->fd, self->witness);
}

/* So many stops were told to all, since the last time. */
static void wait_for_stops(int witness, unsigned int stops)
{
	struct rover_event event;

	while (stops--)
		if (!event_find(witness, ROVER_EVENT_STOP, 5000 * slowness(), &event))
			die("a stop was not told");
}

FIXTURE_TEARDOWN(event)
{
	close(self->witness);
	close(self->fd);
	rover_bind();
}

/*
 * What is told
 */
TEST_F(event, a_motion_is_told_from_its_start_to_its_end)
{
	struct rover_event moving, stop, stopped;
	__s64 before_ns = now_ns();
	struct rover_snapshot snapshot;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STATE) | KIND(STOP), 0));
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	snapshot = rover_snapshot_or_fail(self->fd);
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &moving));
	EXPECT_EQ(ROVER_EVENT_STATE, moving.type);
	EXPECT_EQ(0, moving.flags);
	EXPECT_EQ(ROVER_STATE_MOVING, moving.state.state);
	EXPECT_EQ(ROVER_STATE_STOPPED, moving.state.before);
	EXPECT_EQ(ROVER_MOTION_DUTY, moving.state.motion);
	EXPECT_EQ(snapshot.motion_id, moving.state.motion_id);
	EXPECT_LE(before_ns, moving.time_ns);
	EXPECT_GE(now_ns(), moving.time_ns);
	EXPECT_TRUE(event_silence(self->fd, 100));

	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &stop));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &stopped));
	EXPECT_EQ(ROVER_EVENT_STOP, stop.type);
	EXPECT_EQ(ROVER_REASON_COMMAND, stop.stop.reason);
	EXPECT_EQ(ROVER_STOP_BRAKE, stop.stop.mode);
	EXPECT_EQ(snapshot.motion_id, stop.stop.motion_id);
	EXPECT_EQ(-1, stop.stop.range_um);
	EXPECT_EQ(0, stop.stop.sensors);
	EXPECT_EQ(ROVER_EVENT_STATE, stopped.type);
	EXPECT_EQ(ROVER_STATE_STOPPED, stopped.state.state);
	EXPECT_EQ(ROVER_STATE_MOVING, stopped.state.before);
	EXPECT_LT(moving.sequence, stop.sequence);
	EXPECT_LT(stop.sequence, stopped.sequence);
}

/* When the bridges really went off: within the time that the record tells. */
TEST_F(event, a_stop_has_its_time_and_latency)
{
	__s64 before_ns, edge_ns;
	struct board_edges edges;
	struct rover_event stop;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
		ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
		event_skip(self->fd);
		ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
		ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
		board_edges_start(MOTOR_LINES);
		before_ns = now_ns();
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
		ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000 * slowness(), &stop));
		edges = board_edges_read();
		ASSERT_EQ(2, edges.count);
		edge_ns = edges.edge[1].time_ns;
		board_edges_free(&edges);
		EXPECT_LE(before_ns, edge_ns);
		EXPECT_LE(edge_ns, (__s64)stop.time_ns);
		EXPECT_LT(0, stop.stop.latency_ns);
		EXPECT_LE(before_ns, (__s64)(stop.time_ns - stop.stop.latency_ns));
		EXPECT_GE(edge_ns, (__s64)(stop.time_ns - stop.stop.latency_ns));
	}
}

TEST_F(event, a_stop_has_its_reason)
{
	int driver = rover_open_or_fail(O_RDWR);
	struct rover_event stop;

	ASSERT_EQ(0, rover_take(driver, ROVER_TAKE_DEADMAN, 100));
	ASSERT_EQ(0, rover_duty(driver, 500, 500));
	ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000 * slowness(), &stop));
	EXPECT_EQ(ROVER_REASON_DEADMAN, stop.stop.reason);
	EXPECT_EQ(ROVER_STOP_BRAKE, stop.stop.mode);

	ASSERT_EQ(0, rover_take(driver, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(driver, 500, 500));
	close(driver);
	ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000 * slowness(), &stop));
	EXPECT_EQ(ROVER_REASON_RELEASED, stop.stop.reason);

	ASSERT_EQ(0, attribute_write("command", "forward"));
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_ESTOP, NULL));
	ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_STOP, 1000 * slowness(), &stop));
	EXPECT_EQ(ROVER_REASON_ESTOP, stop.stop.reason);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_CLEAR, NULL));
}

/* Of a rover that stands still as well; each has a number of its own. */
TEST_F(event, repeated_stops_are_told)
{
	struct rover_event event, before = {};
	unsigned int i;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, rover_stop(self->fd, i % 2));
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
		EXPECT_EQ(ROVER_EVENT_STOP, event.type);
		EXPECT_EQ(i % 2, event.stop.mode);
		if (i) {
			EXPECT_EQ(before.sequence + 1, event.sequence);
			EXPECT_LE(before.time_ns, event.time_ns);
		}
		before = event;
	}
	EXPECT_TRUE(event_silence(self->fd, 50));
}

TEST_F(event, only_what_was_asked_for)
{
	int all = rover_open_or_fail(O_RDONLY), none = rover_open_or_fail(O_RDONLY);
	struct rover_event event;
	struct rover_range range;

	ASSERT_EQ(0, rover_subscribe(none, 0, 0));
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STATE), 0));
	ASSERT_EQ(0, rover_call(all, ROVER_IOC_PING, &range));
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_STATE_MOVING, event.state.state);
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_EVENT_STATE, event.type);
	EXPECT_EQ(ROVER_STATE_STOPPED, event.state.state);
	EXPECT_TRUE(event_silence(self->fd, 50));
	EXPECT_TRUE(event_silence(none, 0));
	/* Who asks for nothing gets all but ranges and samples. */
	ASSERT_TRUE(event_find(all, ROVER_EVENT_STOP, 1000 * slowness(), &event));
	while (event_next(all, 50, &event))
		EXPECT_NE(ROVER_EVENT_RANGE, event.type);
	close(all);
	close(none);
}

/* What happened before a file was opened is not its own. */
TEST_F(event, begin_with_the_open)
{
	int fd;

	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	event_skip(self->fd);
	fd = rover_open_or_fail(O_RDONLY);
	EXPECT_TRUE(event_silence(fd, 50));
	close(fd);
}

TEST_F(event, settings_are_told)
{
	struct rover_event event;

	ASSERT_EQ(0, attribute_write_number("deadman", 900));
	ASSERT_TRUE(event_find(self->fd, ROVER_EVENT_SETTING, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_SET_DEADMAN, event.setting.fields);
	ASSERT_EQ(0, attribute_write_number("deadman", ROVER_DEADMAN_MS));
}

/*
 * read()
 */
TEST_F(event, whole_records_only)
{
	struct rover_event events[4];
	char bytes[sizeof(events)];
	struct iovec parts[] = { { bytes, 40 }, { bytes + 40, 50 }, { bytes + 90, 60 } };
	unsigned int i;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	EXPECT_EQ(-1, read(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(EAGAIN, errno);
	for (i = 0; i < 6; i++)
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	wait_for_stops(self->witness, 6);
	for (i = 0; i < 64; i++) {
		EXPECT_EQ(-1, read(self->fd, bytes, i));
		EXPECT_EQ(EINVAL, errno);
	}
	/* As many as fit. */
	EXPECT_EQ(64, read(self->fd, bytes, 64));
	EXPECT_EQ(64, read(self->fd, bytes, 127));
	EXPECT_EQ(128, readv(self->fd, parts, ARRAY_SIZE(parts)));
	EXPECT_EQ(128, read(self->fd, events, sizeof(events)));
	EXPECT_EQ(events[0].sequence + 1, events[1].sequence);
	EXPECT_EQ(-1, read(self->fd, bytes, 64));
	EXPECT_EQ(EAGAIN, errno);
}

/* A record leaves the queue when the reader has it, not before. */
TEST_F(event, bad_pointers_lose_nothing)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	struct rover_event event, next;

	ASSERT_TRUE(map != MAP_FAILED);
	ASSERT_EQ(0, munmap(map + page, page));
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	wait_for_stops(self->witness, 2);
	EXPECT_EQ(-1, read(self->fd, map + page, 64));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, read(self->fd, map + page - 32, 64));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(64, read(self->fd, map + page - 96, 128));
	memcpy(&event, map + page - 96, sizeof(event));
	EXPECT_EQ(ROVER_STOP_BRAKE, event.stop.mode);
	ASSERT_TRUE(event_next(self->fd, 0, &next));
	EXPECT_EQ(ROVER_STOP_COAST, next.stop.mode);
	EXPECT_EQ(event.sequence + 1, next.sequence);
}

static void stop_later(int fd, __s64 after_ns)
{
	pause_ns(after_ns);
	_exit(-rover_stop(fd, ROVER_STOP_BRAKE));
}

TEST_F(event, a_reader_waits)
{
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_event event;
	__s64 before_ns = now_ns();
	pid_t pid = fork();

	if (!pid)
		stop_later(fd, 100 * MS);
	EXPECT_EQ(64, read(fd, &event, sizeof(event)));
	EXPECT_EQ(ROVER_EVENT_STOP, event.type);
	EXPECT_LE(100 * MS, now_ns() - before_ns);
	if (time_is_exact())
		EXPECT_GE(20 * MS, now_ns() - (__s64)event.time_ns);
	EXPECT_EQ(0, wait_for(pid));
	close(fd);
}

static void ignore_alarm(int signal)
{
}

TEST_F(event, signals_interrupt_a_reader)
{
	const struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct sigaction action = { .sa_handler = ignore_alarm };
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_event event;
	pid_t pid;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	EXPECT_EQ(-1, read(fd, &event, sizeof(event)));
	EXPECT_EQ(EINTR, errno);

	/* Or not, as the handler wants it. */
	action.sa_flags = SA_RESTART;
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	pid = fork();
	if (!pid)
		stop_later(fd, 100 * MS);
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	EXPECT_EQ(64, read(fd, &event, sizeof(event)));
	EXPECT_EQ(0, wait_for(pid));
	close(fd);
}

/* What is pending comes first, the last stop among it. */
TEST_F(event, a_blocked_reader_hears_that_the_rover_goes)
{
	int fd = rover_open_or_fail(O_RDWR);
	struct rover_event event, last = {};
	pid_t pid;
	ssize_t n;

	ASSERT_EQ(0, rover_subscribe(fd, KIND(STOP), 0));
	ASSERT_EQ(0, rover_duty(fd, 500, 500));
	pid = fork();
	if (!pid) {
		pause_ns(100 * MS);
		_exit(-rover_unbind());
	}
	while ((n = read(fd, &event, sizeof(event))) == sizeof(event))
		last = event;
	EXPECT_EQ(-1, n);
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(ROVER_EVENT_STOP, last.type);
	EXPECT_EQ(ROVER_REASON_RELEASED, last.stop.reason);
	EXPECT_EQ(0, wait_for(pid));
	EXPECT_EQ(-1, read(fd, &event, sizeof(event)));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
}

TEST_F(event, pending_records_outlive_the_rover)
{
	struct pollfd poll_fd = { .fd = self->fd, .events = POLLIN | POLLOUT };
	struct rover_event event;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(POLLIN | POLLHUP | POLLERR, poll_fd.revents);
	ASSERT_TRUE(event_next(self->fd, 0, &event));
	EXPECT_EQ(ROVER_REASON_COMMAND, event.stop.reason);
	while (event_next(self->fd, 0, &event))
		EXPECT_EQ(ROVER_REASON_RELEASED, event.stop.reason);
	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(POLLHUP | POLLERR, poll_fd.revents);
	EXPECT_EQ(-ENODEV, rover_subscribe(self->fd, KIND(STOP), 0));
	EXPECT_EQ(-ENODEV, rover_report(self->fd, 0, 0));
}

TEST_F(event, poll_tells_the_truth)
{
	int reader = rover_open_or_fail(O_RDONLY);
	struct pollfd both[] = {
		{ .fd = self->fd, .events = POLLIN | POLLOUT | POLLPRI },
		{ .fd = reader, .events = POLLIN | POLLOUT | POLLPRI },
	};
	struct rover_event event;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	ASSERT_EQ(0, rover_subscribe(reader, KIND(STOP), 0));
	EXPECT_EQ(1, poll(both, 2, 0));
	EXPECT_EQ(POLLOUT, both[0].revents);
	EXPECT_EQ(0, both[1].revents);
	EXPECT_EQ(0, poll(&both[1], 1, 50));
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_EQ(1, poll(&both[1], 1, 1000));
	EXPECT_EQ(POLLIN, both[1].revents);
	ASSERT_TRUE(event_next(reader, 0, &event));
	EXPECT_EQ(0, poll(&both[1], 1, 0));
	EXPECT_EQ(1, poll(both, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT, both[0].revents);
	close(reader);
}

/*
 * Loss
 */
struct count {
	__u64 received;
	__u64 lost;
	__u32 next;	/* sequence that must follow */
	bool known;
};

/* Each record follows the one before, or the loss between them. */
static void count_one(struct __test_metadata *_metadata, struct count *count,
		      const struct rover_event *event)
{
	if (event->type == ROVER_EVENT_LOST) {
		count->lost += event->lost.count;
		if (count->known)
			EXPECT_EQ(count->next, event->lost.from_sequence);
		EXPECT_EQ(event->lost.from_sequence + event->lost.count - 1, event->sequence);
		count->next = event->lost.from_sequence + event->lost.count;
	} else {
		count->received++;
		if (count->known)
			EXPECT_EQ(count->next, event->sequence);
		count->next = event->sequence + 1;
	}
	count->known = true;
}

static void count_all(struct __test_metadata *_metadata, struct count *count, int fd)
{
	struct rover_event event;

	while (event_next(fd, 50 * slowness(), &event))
		count_one(_metadata, count, &event);
}

TEST_F(event, a_full_queue_tells_what_it_lost)
{
	static const unsigned int sent[] = { 1, 63, 64, 65, 66, 200 };
	struct rover_event event;
	unsigned int i, n;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	for (i = 0; i < ARRAY_SIZE(sent); i++) {
		struct count count = {};

		for (n = 0; n < sent[i]; n++) {
			ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
			sched_yield();
		}
		wait_for_stops(self->witness, sent[i]);
		/* What is there has a place, the rest is a number behind it. */
		count_all(_metadata, &count, self->fd);
		EXPECT_EQ(sent[i], count.received + count.lost);
		EXPECT_EQ(sent[i] < QUEUE_DEFAULT ? sent[i] : QUEUE_DEFAULT, count.received);
		/* And that was all. */
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
		ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
		count_one(_metadata, &count, &event);
		EXPECT_EQ(ROVER_EVENT_STOP, event.type);
		wait_for_stops(self->witness, 1);
	}
}

/* Sent is received and lost, whoever is faster. */
TEST_F(event, loss_is_counted_exactly)
{
	static const __u32 lengths[] = { 1, 2, 3, 8, 100, 4096 };
	struct rover_event event;
	unsigned int i, n, sent;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct count count = {};

		ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), lengths[i]));
		for (sent = 0; sent < 1000; sent++) {
			ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
			for (n = random() % 3; n && event_next(self->fd, 0, &event); n--)
				count_one(_metadata, &count, &event);
		}
		count_all(_metadata, &count, self->fd);
		EXPECT_EQ(1000, count.received + count.lost);
	}
}

/* A process that lets nobody else run, the fan-out neither. */
static void hog(int fd, unsigned int stops)
{
	const struct sched_param urgent = { .sched_priority = 10 };
	unsigned int i;

	if (sched_setscheduler(0, SCHED_FIFO, &urgent))
		die("SCHED_FIFO: %s", strerror(errno));
	for (i = 0; i < stops; i++)
		if (rover_stop(fd, ROVER_STOP_BRAKE))
			_exit(1);
	_exit(0);
}

TEST_F(event, loss_of_the_ring_is_told_to_all)
{
	int fds[] = {
		self->fd, rover_open_or_fail(O_RDONLY), rover_open_or_fail(O_RDONLY),
	};
	unsigned int i;
	pid_t pid;

	if (!time_is_exact())
		SKIP(return, "wants one processor: --icount");
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		ASSERT_EQ(0, rover_subscribe(fds[i], KIND(STOP), 4096));
	pid = fork();
	if (!pid)
		hog(self->fd, 2000);
	ASSERT_EQ(0, wait_for(pid));
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		struct count count = {};

		count_all(_metadata, &count, fds[i]);
		EXPECT_EQ(2000, count.received + count.lost);
		EXPECT_LT(1000, count.lost);
		EXPECT_LE(200, count.received);
		if (fds[i] != self->fd)
			close(fds[i]);
	}
}

/*
 * SUBSCRIBE
 */
TEST_F(event, bad_subscriptions)
{
	const struct rover_subscribe bad[] = {
		{ .kinds = BIT_ULL(10) }, { .kinds = BIT_ULL(63) }, { .flags = 2 },
		{ .reserved = 1 }, { .sensors = 0x10 }, { .range_hysteresis_um = 1 },
	};
	struct rover_subscribe subscribe = { .queue_length = 4097 };
	struct rover_event event;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		subscribe = bad[i];
		EXPECT_EQ(-EINVAL, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, &subscribe));
	}
	EXPECT_EQ(-ERANGE, rover_subscribe(self->fd, KIND(STOP), 4097));
	EXPECT_EQ(-ERANGE, rover_subscribe(self->fd, KIND(STOP), UINT32_MAX));
	/* As it was. */
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	EXPECT_TRUE(event_find(self->fd, ROVER_EVENT_STATE, 1000 * slowness(), &event));
	EXPECT_EQ(4096, rover_info_or_fail(self->fd).queue_max);
	EXPECT_EQ(QUEUE_DEFAULT, rover_info_or_fail(self->fd).queue_default);
	EXPECT_EQ(sizeof(event), rover_info_or_fail(self->fd).event_size);
}

TEST_F(event, another_length_keeps_the_order)
{
	struct count count = {};
	unsigned int i;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 16));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	wait_for_stops(self->witness, 20);
	/* 16 and a loss of 4; then 5 and a loss of 15; then room again. */
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 5));
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 200));
	for (i = 0; i < 50; i++)
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	count_all(_metadata, &count, self->fd);
	EXPECT_EQ(70, count.received + count.lost);
	EXPECT_EQ(12, count.lost);
}

TEST_F(event, flush_forgets)
{
	const struct rover_subscribe flush = {
		.kinds = KIND(STOP), .flags = ROVER_SUBSCRIBE_FLUSH,
	};
	unsigned int i;

	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	wait_for_stops(self->witness, 100);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, (void *)&flush));
	EXPECT_TRUE(event_silence(self->fd, 50));
}

/*
 * Many
 */
#define MANY	1000

/* One reads nothing, one takes its time, and nobody else is any the worse for it. */
TEST_F(event, many_readers_and_one_that_is_stuck)
{
	const struct rlimit limit = { MANY + 100, MANY + 100 };
	struct rover_sample sample, before = {};
	const struct rover_mapping *mapping;
	__u64 from, to, number;
	unsigned int i, n;
	int fds[MANY], last;

	mapping = mmap(NULL, rover_info_or_fail(self->fd).mapping_size, PROT_READ, MAP_SHARED,
		       self->fd, 0);
	ASSERT_TRUE(mapping != MAP_FAILED);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	for (i = 0; i < MANY; i++) {
		fds[i] = rover_open_or_fail(O_RDONLY | O_NONBLOCK);
		ASSERT_EQ(0, rover_subscribe(fds[i], KIND(STATE) | KIND(STOP), 0));
	}
	last = rover_open_or_fail(O_RDONLY | O_NONBLOCK);
	ASSERT_EQ(0, rover_subscribe(last, KIND(STOP), 4096));
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	from = rover_mapping_head(mapping);
	for (n = 0; n < 30; n++) {
		ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
		pause_ns(25 * MS);
		/* Two records each; the first file never reads. */
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	}
	to = rover_mapping_head(mapping);
	wait_for_stops(last, 30);
	for (i = 1; i < MANY; i++) {
		struct count count = {};
		struct rover_event events[100];
		ssize_t bytes;

		ASSERT_FALSE(event_silence(fds[i], 5000));
		bytes = read(fds[i], events, sizeof(events));
		for (n = 0; n < bytes / 64; n++)
			count.received += events[n].type != ROVER_EVENT_LOST;
		/* 90 records, the default queue holds 64 of them. */
		ASSERT_EQ(QUEUE_DEFAULT, count.received);
		ASSERT_EQ(ROVER_EVENT_STATE, events[0].type);
	}
	/* The control tick has noticed nothing. */
	for (number = from; number < to; number++) {
		ASSERT_EQ(1, rover_mapping_sample(mapping, number, &sample));
		if (number > from && time_is_exact())
			EXPECT_GE(50 * MS, (__s64)(sample.time_ns - before.time_ns));
		before = sample;
	}
	for (i = 0; i < MANY; i++)
		close(fds[i]);
	close(last);
}

/*
 * Ranges
 */
static __s64 put_at_um(__s64 distance_um)
{
	char text[64];

	/* The wall is at 3 m, the sensor 100 mm ahead of the middle. */
	snprintf(text, sizeof(text), "x_um=%lld y_um=0 heading_urad=0",
		 2900000LL - (long long)distance_um);
	if (board_control("pose", text))
		die("cannot put the rover there");
	return distance_um;
}

static __u64 pings(void)
{
	return truth("sonar_pings");
}

TEST_F(event, ranges_are_told_while_somebody_listens)
{
	struct rover_event event, before = {};
	int other = rover_open_or_fail(O_RDONLY);
	unsigned int i;

	put_at_um(1000000);
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(RANGE), 0));
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
		EXPECT_EQ(ROVER_EVENT_RANGE, event.type);
		EXPECT_EQ(0, event.range.sensor);
		if (time_is_exact()) {
			EXPECT_EQ(ROVER_RANGE_VALID, event.range.status);
			EXPECT_NEAR(1000000, 5000 * slowness(), event.range.range_um);
			EXPECT_NEAR(5830000, 30000 * slowness(), event.range.echo_ns);
		}
		EXPECT_LT(before.time_ns, event.time_ns);
		before = event;
	}
	/* Two listen, one goes: on. */
	ASSERT_EQ(0, rover_subscribe(other, KIND(RANGE), 0));
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	EXPECT_TRUE(event_next(other, 1000 * slowness(), &event));
	EXPECT_TRUE(event_next(other, 1000 * slowness(), &event));
	/* And nobody: silence, after the ping that is under way. */
	close(other);
	pause_ns(200 * MS);
	i = pings();
	pause_ns(500 * MS);
	EXPECT_EQ(i, pings());
}

TEST_F(event, ranges_at_most_so_often)
{
	const struct rover_subscribe subscribe = {
		.kinds = KIND(RANGE), .range_interval_ms = 250,
	};
	struct rover_event event, before = {};
	unsigned int i;

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, (void *)&subscribe));
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
		if (i) {
			EXPECT_LE(250 * MS, event.time_ns - before.time_ns);
			if (time_is_exact())
				EXPECT_GE(350 * MS, event.time_ns - before.time_ns);
		}
		before = event;
	}
}

/* Once below, once above with what it takes more, and nothing between. */
TEST_F(event, thresholds_have_hysteresis)
{
	const struct rover_subscribe subscribe = {
		.kinds = KIND(RANGE), .range_below_um = 500000, .range_hysteresis_um = 100000,
	};
	static const struct {
		__s64 at_um;
		bool told;
	} steps[] = {
		{ 800000, false }, { 520000, false }, { 480000, true }, { 450000, false },
		{ 520000, false }, { 590000, false }, { 620000, true }, { 520000, false },
		{ 300000, true }, { 100000, false }, { 800000, true },
	};
	struct rover_event event;
	unsigned int i;
	__u64 before;

	if (!time_is_exact())
		SKIP(return, "wants exact times: --icount");
	put_at_um(1000000);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, (void *)&subscribe));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		put_at_um(steps[i].at_um);
		/* Three more, so that two have certainly begun there. */
		before = pings();
		ASSERT_TRUE(EVENTUALLY(pings() >= before + 3));
		ASSERT_EQ(steps[i].told, event_next(self->fd, 50, &event));
		if (steps[i].told)
			EXPECT_NEAR(steps[i].at_um, 5000 * slowness(), event.range.range_um);
	}
	/* Nothing in reach is far, no answer is no answer. */
	put_at_um(300000);
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	ASSERT_EQ(0, board_control("faults", "sonar=dead"));
	before = pings();
	ASSERT_TRUE(EVENTUALLY(pings() >= before + 3));
	EXPECT_TRUE(event_silence(self->fd, 50));
	ASSERT_EQ(0, board_control("faults", "sonar=no-target"));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_RANGE_NO_ECHO, event.range.status);
	EXPECT_EQ(-1, event.range.range_um);
}

/*
 * Sensors
 */
static void set_obstacle(bool left, bool right)
{
	char text[64];

	snprintf(text, sizeof(text), "obstacle_left=%d obstacle_right=%d", left, right);
	if (board_control("sensors", text))
		die("cannot set the sensors");
}

TEST_F(event, sensors_are_told)
{
	const struct rover_subscribe subscribe = {
		.kinds = KIND(SENSOR), .sensors = ROVER_SENSOR_OBSTACLE_LEFT,
	};
	struct rover_event event;

	if (!(rover_info_or_fail(self->fd).sensors & ROVER_SENSOR_OBSTACLE_RIGHT))
		SKIP(return, "the board has no obstacle sensors");
	set_obstacle(0, 0);
	ASSERT_TRUE(EVENTUALLY(!(rover_snapshot_or_fail(self->fd).sensors & 3)));
	settle(self->fd, self->witness);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, (void *)&subscribe));
	/* The right one was not asked for. */
	set_obstacle(0, 1);
	set_obstacle(1, 1);
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_EVENT_SENSOR, event.type);
	EXPECT_EQ(ROVER_SENSOR_OBSTACLE_LEFT, event.sensor.sensor);
	EXPECT_EQ(1, event.sensor.level);
	EXPECT_TRUE(event.sensor.sensors & ROVER_SENSOR_OBSTACLE_LEFT);
	set_obstacle(0, 0);
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(0, event.sensor.level);
	EXPECT_TRUE(event_silence(self->fd, 100));
}

/* The first at once, the last in the end, and what was undone meanwhile not. */
TEST_F(event, sensors_at_most_so_often)
{
	const struct rover_subscribe subscribe = {
		.kinds = KIND(SENSOR), .sensor_interval_ms = 500,
	};
	struct rover_event first, event;
	unsigned int i;

	if (!(rover_info_or_fail(self->fd).sensors & ROVER_SENSOR_OBSTACLE_LEFT))
		SKIP(return, "the board has no obstacle sensors");
	if (!time_is_exact())
		SKIP(return, "wants exact times: --icount");
	set_obstacle(0, 0);
	ASSERT_TRUE(EVENTUALLY(!(rover_snapshot_or_fail(self->fd).sensors & 3)));
	settle(self->fd, self->witness);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_SUBSCRIBE, (void *)&subscribe));
	for (i = 1; i <= 6; i++) {
		set_obstacle(i % 2, 0);
		pause_ns(50 * MS);
	}
	ASSERT_TRUE(event_next(self->fd, 0, &first));
	EXPECT_EQ(1, first.sensor.level);
	ASSERT_TRUE(event_next(self->fd, 1000, &event));
	EXPECT_EQ(0, event.sensor.level);
	/* Told after the interval, with the time at which it was so. */
	EXPECT_NEAR(500 * MS, 20 * MS, now_ns() - (__s64)first.time_ns);
	EXPECT_NEAR(250 * MS, 20 * MS, event.time_ns - first.time_ns);
	EXPECT_TRUE(event_silence(self->fd, 700));

	set_obstacle(1, 0);
	pause_ns(50 * MS);
	set_obstacle(0, 0);
	pause_ns(50 * MS);
	set_obstacle(1, 0);
	ASSERT_TRUE(event_next(self->fd, 0, &first));
	EXPECT_EQ(1, first.sensor.level);
	EXPECT_TRUE(event_silence(self->fd, 700));
	set_obstacle(0, 0);
}

/* What the guard saw is in the record of the stop. */
TEST_F(event, a_guard_tells_what_it_saw)
{
	struct rover_event event;

	if (!time_is_exact())
		SKIP(return, "wants exact times: --icount");
	put_at_um(800000);
	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(STOP), 0));
	ASSERT_EQ(0, attribute_write_number("guard", 300));
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 5000));
	ASSERT_EQ(0, rover_duty(self->fd, 600, 600));
	ASSERT_TRUE(event_next(self->fd, 5000 * slowness(), &event));
	EXPECT_EQ(ROVER_REASON_GUARD, event.stop.reason);
	EXPECT_EQ(0, event.stop.sensors);
	EXPECT_NEAR(270000, 40000, event.stop.range_um);
	ASSERT_EQ(0, rover_release(self->fd));
	ASSERT_EQ(0, attribute_write_number("guard", 0));
}

/* Whose lease it is, is told to that file alone. */
TEST_F(event, a_lease_is_mine_or_not)
{
	struct rover_event event;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(LEASE), 0));
	ASSERT_EQ(0, rover_subscribe(self->witness, KIND(LEASE), 0));
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_LEASE_TAKEN | ROVER_LEASE_MINE, event.lease.flags);
	EXPECT_EQ(getpid(), event.lease.pid);
	EXPECT_EQ(0, event.lease.reserved);
	ASSERT_TRUE(event_next(self->witness, 1000 * slowness(), &event));
	EXPECT_EQ(ROVER_LEASE_TAKEN, event.lease.flags);
	EXPECT_EQ(0, event.lease.reserved);
	ASSERT_EQ(0, rover_release(self->fd));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	EXPECT_EQ(0, event.lease.flags);
	EXPECT_EQ(0, event.lease.pid);
}

/*
 * REPORT
 */
TEST_F(event, a_report_is_a_sample)
{
	struct rover_snapshot snapshot;
	struct rover_event event;

	ASSERT_EQ(0, rover_subscribe(self->fd, 0, 0));
	ASSERT_EQ(0, rover_duty(self->fd, 500, -500));
	ASSERT_TRUE(EVENTUALLY(rover_snapshot_or_fail(self->fd).left.speed_um_s > 20000 &&
			       rover_snapshot_or_fail(self->fd).right.speed_um_s < -20000));
	ASSERT_EQ(0, rover_report(self->fd, 0, 0));
	snapshot = rover_snapshot_or_fail(self->fd);
	ASSERT_TRUE(event_next(self->fd, 0, &event));
	EXPECT_EQ(ROVER_EVENT_SAMPLE, event.type);
	EXPECT_GE(snapshot.time_ns, event.time_ns);
	if (time_is_exact()) {
		EXPECT_NEAR(snapshot.time_ns, MS, event.time_ns);
		EXPECT_NEAR(snapshot.left.count, 1, event.sample.left_count);
		EXPECT_NEAR(snapshot.right.count, 1, event.sample.right_count);
		EXPECT_NEAR(snapshot.heading_urad, 100000, event.sample.heading_urad);
	}
	EXPECT_LT(0, event.sample.left_speed_um_s);
	EXPECT_GT(0, event.sample.right_speed_um_s);
	EXPECT_EQ(ROVER_STATE_MOVING, event.sample.status & 0xff);
	/* One, and no more. */
	EXPECT_TRUE(event_silence(self->fd, 200));
}

/* Of a parked rover, too; evenly, and not faster to make up for anything. */
TEST_F(event, reports_come_at_their_interval)
{
	struct rover_event event, before = {};
	unsigned int i;

	ASSERT_EQ(0, rover_subscribe(self->fd, 0, 0));
	ASSERT_EQ(0, rover_report(self->fd, 30, 0));
	for (i = 0; i < 20; i++) {
		ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
		ASSERT_EQ(ROVER_EVENT_SAMPLE, event.type);
		if (i && time_is_exact())
			EXPECT_NEAR(30 * MS, 3 * MS, event.time_ns - before.time_ns);
		before = event;
	}
	ASSERT_EQ(0, rover_report(self->fd, 0, ROVER_REPORT_OFF));
	while (event_next(self->fd, 0, &event))
		;
	EXPECT_TRUE(event_silence(self->fd, 200));
}

TEST_F(event, reports_are_of_one_file)
{
	int other = rover_open_or_fail(O_RDONLY);
	struct rover_event event;

	ASSERT_EQ(0, rover_subscribe(self->fd, KIND(SAMPLE), 0));
	ASSERT_EQ(0, rover_subscribe(other, KIND(SAMPLE), 0));
	ASSERT_EQ(0, rover_report(other, 10, 0));
	EXPECT_TRUE(event_next(other, 100, &event));
	EXPECT_TRUE(event_next(other, 100, &event));
	EXPECT_TRUE(event_silence(self->fd, 100));
	close(other);
}

/* A reader that does not keep up is told of it. */
TEST_F(event, reports_are_lost_like_others)
{
	struct rover_event event;
	unsigned int i;

	ASSERT_EQ(0, rover_subscribe(self->fd, 0, 4));
	ASSERT_EQ(0, rover_report(self->fd, 10, 0));
	pause_ns(205 * MS);
	ASSERT_EQ(0, rover_report(self->fd, 0, ROVER_REPORT_OFF));
	for (i = 0; i < 4; i++) {
		ASSERT_TRUE(event_next(self->fd, 0, &event));
		EXPECT_EQ(ROVER_EVENT_SAMPLE, event.type);
	}
	ASSERT_TRUE(event_next(self->fd, 0, &event));
	EXPECT_EQ(ROVER_EVENT_LOST, event.type);
	if (time_is_exact())
		EXPECT_NEAR(17, 1, event.lost.count);
}

TEST_F(event, bad_reports)
{
	EXPECT_EQ(-ERANGE, rover_report(self->fd, 1, 0));
	EXPECT_EQ(-ERANGE, rover_report(self->fd, 9, 0));
	EXPECT_EQ(-ERANGE, rover_report(self->fd, 3600001, 0));
	EXPECT_EQ(-EINVAL, rover_report(self->fd, 0, 2));
	EXPECT_EQ(-EINVAL, rover_report(self->fd, 10, ROVER_REPORT_OFF));
	EXPECT_TRUE(event_silence(self->fd, 100));
}

/* With the file, or with the rover. */
TEST_F(event, reports_end)
{
	struct rover_event event;
	ssize_t n;

	ASSERT_EQ(0, rover_report(self->fd, 10, 0));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, 0));
	ASSERT_EQ(64, read(self->fd, &event, sizeof(event)));
	ASSERT_EQ(0, rover_unbind());
	while ((n = read(self->fd, &event, sizeof(event))) > 0)
		;
	EXPECT_EQ(-1, n);
	EXPECT_EQ(ENODEV, errno);
}

TEST_HARNESS_MAIN
