// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The head, measured at the pins: pulses against the angle map, slew, arrival,
 * letting go, and everything that must not turn it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define PAN_LINE	25
#define TILT_LINE	24
#define HEAD_LINES	(BIT_ULL(PAN_LINE) | BIT_ULL(TILT_LINE))

/* The calibration of the overlay, which is the default. */
#define PAN_MIN_MDEG	(-80000)
#define PAN_MAX_MDEG	80000
#define PAN_MIN_NS	(650 * US)
#define PAN_MAX_NS	(2100 * US)
#define TILT_MIN_MDEG	(-40000)
#define TILT_MAX_MDEG	80000
#define TILT_MIN_NS	(1750 * US)
#define TILT_MAX_NS	(740 * US)

#define FRAME_NS	(20 * MS)
#define WIDTH_ERROR_NS	(3 * US * slowness())	/* 0.3 degrees */
#define IDLE_MS		300
#define BOTH		(ROVER_LOOK_PAN | ROVER_LOOK_TILT)

static const int pans_mdeg[] = { PAN_MIN_MDEG, -45000, -1, 0, 33333, 60000, PAN_MAX_MDEG };
static const int tilts_mdeg[] = { TILT_MAX_MDEG, 45000, 1, 0, -12345, -30000, TILT_MIN_MDEG };

static int urad(int mdeg)
{
	return lround(mdeg * M_PI * 1000 / 180);
}

static __s64 pan_ns(int mdeg)
{
	return PAN_MIN_NS + (PAN_MAX_NS - PAN_MIN_NS) * (mdeg - PAN_MIN_MDEG) /
			    (PAN_MAX_MDEG - PAN_MIN_MDEG);
}

static __s64 tilt_ns(int mdeg)
{
	return TILT_MIN_NS + (TILT_MAX_NS - TILT_MIN_NS) * (mdeg - TILT_MIN_MDEG) /
			     (TILT_MAX_MDEG - TILT_MIN_MDEG);
}

static void must(int err, const char *what)
{
	if (err)
		die("%s: error %d", what, -err);
}

static int look_at(int fd, unsigned int flags, int pan_mdeg, int tilt_mdeg)
{
	struct rover_look look = {
		.pan_urad = urad(pan_mdeg),
		.tilt_urad = urad(tilt_mdeg),
		.flags = flags,
	};

	return rover_call(fd, ROVER_IOC_LOOK, &look);
}

/* The next thing that happens to the head. */
static struct rover_event head_event(struct __test_metadata *_metadata, int fd)
{
	struct rover_event event = {};

	EXPECT_TRUE(event_next(fd, 5000, &event));
	return event;
}

static void expect_event(struct __test_metadata *_metadata, const struct rover_event *event,
			 __u32 axes, __u32 idle)
{
	EXPECT_EQ(ROVER_EVENT_SERVO, event->type);
	EXPECT_EQ(axes, event->servo.flags);
	EXPECT_EQ(idle, event->servo.idle);
}

static struct rover_event expect_arrived(struct __test_metadata *_metadata, int fd, __u32 axes)
{
	struct rover_event event = head_event(_metadata, fd);

	expect_event(_metadata, &event, axes, 0);
	return event;
}

static struct rover_event expect_let_go(struct __test_metadata *_metadata, int fd, __u32 axes)
{
	struct rover_event event = head_event(_metadata, fd);

	expect_event(_metadata, &event, axes, 1);
	return event;
}

/* Pulses of a line that began at or after a time, and have ended; their lengths. */
static struct samples pulses(const struct board_edges *edges, unsigned int line, __s64 from_ns)
{
	struct samples samples = {};
	struct phase phase;

	while (phase_after(edges, line, from_ns, &phase)) {
		if (phase.level)
			samples_add(&samples, phase.length_ns);
		from_ns = phase.start_ns + 1;
	}
	return samples;
}

static void expect_no_pulses(struct __test_metadata *_metadata, __s64 for_ns)
{
	struct board_edges edges;

	board_edges_start(HEAD_LINES);
	pause_ns(for_ns);
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);
	EXPECT_EQ(0, board_level(PAN_LINE));
	EXPECT_EQ(0, board_level(TILT_LINE));
}

/* Each pulse of a line, for some periods, has the same length. */
static void expect_pulses(struct __test_metadata *_metadata, unsigned int line, __s64 length_ns,
			  struct samples *errors)
{
	struct board_edges edges;
	struct samples lengths;
	size_t i;

	board_edges_start(BIT_ULL(line));
	pause_ns(5 * FRAME_NS);
	edges = board_edges_read();
	lengths = pulses(&edges, line, 0);
	EXPECT_LE(4, lengths.count);
	for (i = 0; i < lengths.count; i++) {
		EXPECT_NEAR(length_ns, WIDTH_ERROR_NS, lengths.value[i]);
		if (errors)
			samples_add(errors, lengths.value[i] - length_ns);
	}
	samples_free(&lengths);
	board_edges_free(&edges);
}

/*
 * A head that nobody has turned yet.
 */
FIXTURE(servo) {
	int fd;
};

FIXTURE_SETUP(servo)
{
	must(rover_bind(), "bind");
	must(rover_unbind(), "unbind");
	must(rover_bind(), "bind");
	rover_calm();
	must(attribute_write_number("servo_rate_mdeg_s", 0), "rate");
	must(attribute_write_number("servo_idle_ms", IDLE_MS), "idle");
	self->fd = rover_open_or_fail(O_RDWR);
	event_listen(self->fd, 1 << ROVER_EVENT_SERVO);
}

FIXTURE_TEARDOWN(servo)
{
	attribute_write_number("estop", 0);
	close(self->fd);
}

TEST_F(servo, rests_until_it_is_told)
{
	struct rover_info info = rover_info_or_fail(self->fd);
	char text[16];

	EXPECT_TRUE(info.capabilities & ROVER_CAP_PAN);
	EXPECT_TRUE(info.capabilities & ROVER_CAP_TILT);
	EXPECT_EQ(urad(PAN_MIN_MDEG), info.pan_min_urad);
	EXPECT_EQ(urad(PAN_MAX_MDEG), info.pan_max_urad);
	EXPECT_EQ(urad(TILT_MIN_MDEG), info.tilt_min_urad);
	EXPECT_EQ(urad(TILT_MAX_MDEG), info.tilt_max_urad);
	EXPECT_EQ(-ENODATA, attribute_read("pan", text, sizeof(text)));
	EXPECT_EQ(-ENODATA, attribute_read("tilt", text, sizeof(text)));
	expect_no_pulses(_metadata, 100 * MS);
	EXPECT_FALSE(timer_pending("servo_timer"));
}

TEST_F(servo, pulses_follow_the_angles)
{
	struct samples pan_errors = {}, tilt_errors = {};
	size_t i;

	must(attribute_write_number("servo_idle_ms", 0), "idle");
	for (i = 0; i < ARRAY_SIZE(pans_mdeg); i++) {
		struct rover_snapshot snapshot;
		struct rover_event event;

		ASSERT_EQ(0, look_at(self->fd, BOTH, pans_mdeg[i], tilts_mdeg[i]));
		event = expect_arrived(_metadata, self->fd, BOTH);
		EXPECT_EQ(urad(pans_mdeg[i]), event.servo.pan_urad);
		EXPECT_EQ(urad(tilts_mdeg[i]), event.servo.tilt_urad);
		snapshot = rover_snapshot_or_fail(self->fd);
		EXPECT_EQ(urad(pans_mdeg[i]), snapshot.pan_urad);
		EXPECT_EQ(urad(tilts_mdeg[i]), snapshot.tilt_urad);
		EXPECT_EQ(pans_mdeg[i], attribute_number_or_fail("pan"));
		EXPECT_EQ(tilts_mdeg[i], attribute_number_or_fail("tilt"));
		expect_pulses(_metadata, PAN_LINE, pan_ns(pans_mdeg[i]), &pan_errors);
		expect_pulses(_metadata, TILT_LINE, tilt_ns(tilts_mdeg[i]), &tilt_errors);
	}
	samples_tell(&pan_errors, "ns that pan pulses are too long");
	samples_tell(&tilt_errors, "ns that tilt pulses are too long");
}

TEST_F(servo, comes_fifty_times_a_second_one_after_the_other)
{
	struct phase pan, tilt, next;
	struct board_edges edges;
	__s64 from_ns = 0;
	int i;

	ASSERT_EQ(0, look_at(self->fd, BOTH, 0, 0));
	board_edges_start(HEAD_LINES);
	pause_ns(12 * FRAME_NS);
	edges = board_edges_read();
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(phase_after(&edges, PAN_LINE, from_ns, &pan));
		if (!pan.level)
			ASSERT_TRUE(phase_after(&edges, PAN_LINE, pan.start_ns + 1, &pan));
		ASSERT_TRUE(phase_after(&edges, TILT_LINE, pan.start_ns, &tilt));
		ASSERT_TRUE(phase_after(&edges, PAN_LINE, pan.start_ns + pan.length_ns, &next));
		EXPECT_EQ(1, tilt.level);
		EXPECT_LE(pan.start_ns + pan.length_ns, tilt.start_ns);
		EXPECT_NEAR(FRAME_NS, 20 * US * slowness(), pan.length_ns + next.length_ns);
		from_ns = tilt.start_ns + tilt.length_ns;
	}
	board_edges_free(&edges);
}

TEST_F(servo, outside_of_a_stop_nothing_moves)
{
	int fd = self->fd;

	/* Nothing, also of a head that has no pulses yet. */
	EXPECT_EQ(-ERANGE, look_at(fd, BOTH, 0, TILT_MAX_MDEG + 1));
	EXPECT_EQ(-ERANGE, look_at(fd, ROVER_LOOK_PAN, PAN_MIN_MDEG - 1, 0));
	expect_no_pulses(_metadata, 50 * MS);

	must(attribute_write_number("servo_idle_ms", 0), "idle");
	ASSERT_EQ(0, look_at(fd, BOTH, 10000, 20000));
	EXPECT_EQ(-ERANGE, look_at(fd, BOTH, PAN_MAX_MDEG + 1, 0));
	EXPECT_EQ(-ERANGE, look_at(fd, BOTH, 0, TILT_MIN_MDEG - 1));
	EXPECT_EQ(-ERANGE, attribute_write_number("pan", PAN_MIN_MDEG - 1));
	EXPECT_EQ(-ERANGE, attribute_write_number("tilt", 2147483647));
	EXPECT_EQ(-ERANGE, attribute_write_number("tilt", -2147483648));
	EXPECT_EQ(-EINVAL, attribute_write("pan", "left"));
	EXPECT_EQ(-EINVAL, look_at(fd, 0, 0, 0));
	EXPECT_EQ(-EINVAL, look_at(fd, 4, 0, 0));
	expect_pulses(_metadata, PAN_LINE, pan_ns(10000), NULL);
	expect_pulses(_metadata, TILT_LINE, tilt_ns(20000), NULL);

	/* An axis that is not named is not looked at. */
	EXPECT_EQ(0, look_at(fd, ROVER_LOOK_PAN, 0, TILT_MAX_MDEG + 1));
}

TEST_F(servo, turns_at_the_rate_that_is_set)
{
	const int rate_mdeg_s = 90000;
	const __s64 step_ns = pan_ns(rate_mdeg_s / 50) - pan_ns(0);
	struct board_edges edges;
	struct samples lengths;
	struct rover_event event;
	__s64 from_ns;
	size_t i;

	must(attribute_write_number("servo_idle_ms", 0), "idle");
	ASSERT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, -45000, 0));
	head_event(_metadata, self->fd);
	must(attribute_write_number("servo_rate_mdeg_s", rate_mdeg_s), "rate");

	board_edges_start(BIT_ULL(PAN_LINE));
	from_ns = now_ns();
	ASSERT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, 45000, 0));
	event = expect_arrived(_metadata, self->fd, ROVER_LOOK_PAN);
	EXPECT_NEAR(1000 * MS, FRAME_NS + MS, event.time_ns - from_ns);
	pause_ns(FRAME_NS);

	edges = board_edges_read();
	lengths = pulses(&edges, PAN_LINE, 0);
	ASSERT_LE(50, lengths.count);
	/* The first pulse may be one of before. */
	for (i = 2; i < 50; i++)
		EXPECT_NEAR(step_ns, WIDTH_ERROR_NS, lengths.value[i] - lengths.value[i - 1]);
	EXPECT_NEAR(pan_ns(45000), WIDTH_ERROR_NS, lengths.value[lengths.count - 1]);
	samples_free(&lengths);
	board_edges_free(&edges);
}

TEST_F(servo, obeys_the_first_command_at_once)
{
	must(attribute_write_number("servo_rate_mdeg_s", 10000), "rate");
	ASSERT_EQ(0, look_at(self->fd, BOTH, 60000, 45000));
	EXPECT_EQ(60000, attribute_number_or_fail("pan"));
	expect_arrived(_metadata, self->fd, BOTH);
	expect_pulses(_metadata, PAN_LINE, pan_ns(60000), NULL);
	expect_pulses(_metadata, TILT_LINE, tilt_ns(45000), NULL);
}

TEST_F(servo, is_let_go_when_idle)
{
	struct board_edges edges;
	struct rover_event event;
	struct samples lengths;
	__s64 arrived_ns;

	board_edges_start(HEAD_LINES);
	ASSERT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, 60000, 0));
	event = expect_arrived(_metadata, self->fd, ROVER_LOOK_PAN);
	arrived_ns = event.time_ns;
	event = expect_let_go(_metadata, self->fd, ROVER_LOOK_PAN);
	EXPECT_NEAR(IDLE_MS * MS, FRAME_NS, event.time_ns - arrived_ns);
	edges = board_edges_read();
	lengths = pulses(&edges, PAN_LINE, 0);
	EXPECT_NEAR(IDLE_MS * MS / FRAME_NS, 1, lengths.count);
	EXPECT_EQ(0, edges_within(&edges, BIT_ULL(TILT_LINE), 0, INT64_MAX));
	samples_free(&lengths);
	board_edges_free(&edges);

	expect_no_pulses(_metadata, 100 * MS);
	/* A parked rover has no timer at all. */
	EXPECT_FALSE(timer_pending("[rover]"));
	EXPECT_EQ(60000, attribute_number_or_fail("pan"));
}

TEST_F(servo, is_held_for_ever_with_an_idle_time_of_0)
{
	must(attribute_write_number("servo_idle_ms", 0), "idle");
	ASSERT_EQ(0, look_at(self->fd, BOTH, 1000, 1000));
	head_event(_metadata, self->fd);
	pause_ns(5000 * MS);
	expect_pulses(_metadata, PAN_LINE, pan_ns(1000), NULL);
	expect_pulses(_metadata, TILT_LINE, tilt_ns(1000), NULL);
	/* The setting holds for a head that rests already. */
	must(attribute_write_number("servo_idle_ms", 1), "idle");
	expect_let_go(_metadata, self->fd, BOTH);
	expect_no_pulses(_metadata, 100 * MS);
}

/* Where it is half way, by now. */
static void turn_slowly(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, look_at(fd, BOTH, -80000, 0));
	head_event(_metadata, fd);
	must(attribute_write_number("servo_rate_mdeg_s", 50000), "rate");
	ASSERT_EQ(0, look_at(fd, ROVER_LOOK_PAN, 80000, 0));
	ASSERT_TRUE(EVENTUALLY(attribute_number_or_fail("pan") > 0));
}

TEST_F(servo, freezes_at_an_emergency_stop)
{
	struct rover_event event;
	int frozen_mdeg;

	turn_slowly(_metadata, self->fd);
	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_ESTOP, NULL));
	frozen_mdeg = attribute_number_or_fail("pan");
	EXPECT_EQ(-ESHUTDOWN, look_at(self->fd, BOTH, 0, 0));
	EXPECT_EQ(-ESHUTDOWN, attribute_write_number("tilt", 0));
	/* It is held, where it is, and let go in its time. */
	expect_pulses(_metadata, PAN_LINE, pan_ns(frozen_mdeg), NULL);
	do {
		event = head_event(_metadata, self->fd);
	} while (event.servo.flags == ROVER_LOOK_TILT);
	expect_event(_metadata, &event, ROVER_LOOK_PAN, 1);
	EXPECT_NEAR(urad(frozen_mdeg), 10, event.servo.pan_urad);	/* as read, rounded */

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_CLEAR, NULL));
	expect_no_pulses(_metadata, 100 * MS);
	EXPECT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, 0, 0));
}

TEST_F(servo, belongs_to_the_driver)
{
	int other = rover_open_or_fail(O_RDWR), reader = rover_open_or_fail(O_RDONLY);

	EXPECT_EQ(-EPERM, look_at(reader, BOTH, 0, 0));
	EXPECT_EQ(0, look_at(other, BOTH, 0, 0));
	EXPECT_EQ(0, attribute_write_number("pan", 1000));
	EXPECT_TRUE(EVENTUALLY(attribute_is("pan", "1000")));
	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(-EBUSY, look_at(other, BOTH, 20000, 0));
	EXPECT_EQ(-EBUSY, attribute_write_number("pan", 20000));
	EXPECT_EQ(1000, attribute_number_or_fail("pan"));
	EXPECT_EQ(0, look_at(self->fd, BOTH, 30000, 0));
	ASSERT_EQ(0, rover_release(self->fd));
	/* To look around takes no lease. */
	EXPECT_EQ(0, look_at(self->fd, BOTH, 40000, 0));
	EXPECT_EQ(0, look_at(other, BOTH, 20000, 0));
	EXPECT_FALSE(rover_snapshot_or_fail(other).flags & ROVER_SNAPSHOT_LEASED);
	close(other);
	close(reader);
}

TEST_F(servo, keeps_no_motion_alive)
{
	__s64 from_ns = now_ns();

	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 300));
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	while (!rover_is("stopped deadman") && now_ns() < from_ns + 2000 * MS) {
		ASSERT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, 0, 0));
		pause_ns(50 * MS);
	}
	EXPECT_TRUE(rover_is("stopped deadman"));
}

/* Whatever ends the pulses, none of them is cut short: that would turn the head. */
static void expect_whole(struct __test_metadata *_metadata, __s64 length_ns)
{
	struct board_edges edges = board_edges_read();
	struct samples lengths = pulses(&edges, PAN_LINE, 0);
	size_t i;

	for (i = 0; i < lengths.count; i++)
		EXPECT_NEAR(length_ns, WIDTH_ERROR_NS, lengths.value[i]);
	samples_free(&lengths);
	board_edges_free(&edges);
}

TEST_F(servo, is_let_go_at_unbind)
{
	int i;

	for (i = 0; i < 12; i++) {
		board_edges_start(HEAD_LINES);
		ASSERT_EQ(0, attribute_write_number("pan", 60000));
		/* In the middle of a pulse, mostly. */
		ASSERT_TRUE(EVENTUALLY(board_level(PAN_LINE)));
		pause_ns(i * 200 * US);
		ASSERT_EQ(0, rover_unbind());
		expect_whole(_metadata, pan_ns(60000));
		expect_no_pulses(_metadata, 50 * MS);
		EXPECT_FALSE(timer_pending("[rover]"));
		ASSERT_EQ(0, rover_bind());
	}
}

TEST_F(servo, is_let_go_at_suspend)
{
	if (file_write("/sys/power/pm_test", "devices") ||
	    file_write("/sys/module/suspend/parameters/pm_test_delay", "0"))
		SKIP(return, "the kernel has no test of suspend");
	must(attribute_write_number("servo_idle_ms", 0), "idle");
	board_edges_start(HEAD_LINES);
	ASSERT_EQ(0, look_at(self->fd, BOTH, 60000, 0));
	ASSERT_TRUE(EVENTUALLY(board_level(PAN_LINE)));
	ASSERT_EQ(0, file_write("/sys/power/state", "freeze"));
	file_write("/sys/power/pm_test", "none");
	expect_whole(_metadata, pan_ns(60000));
	/* Resume turns nothing; where it looks is still known. */
	expect_no_pulses(_metadata, 100 * MS);
	EXPECT_EQ(60000, attribute_number_or_fail("pan"));
	ASSERT_EQ(0, look_at(self->fd, ROVER_LOOK_PAN, 0, 0));
	expect_pulses(_metadata, PAN_LINE, pan_ns(0), NULL);
}

/* Interrupts that come late lengthen a pulse by that, and shorten none. */
TEST_F(servo, a_late_timer_shortens_no_pulse)
{
	const __s64 off_ns = 300 * US;
	struct board_edges edges;
	struct samples lengths;
	size_t i;

	must(attribute_write_number("servo_idle_ms", 0), "idle");
	ASSERT_EQ(0, look_at(self->fd, BOTH, 60000, 45000));
	head_event(_metadata, self->fd);
	ASSERT_EQ(0, board_control("irqs_off", "off_us=300 period_us=1700 count=600\n"));
	board_edges_start(HEAD_LINES);
	pause_ns(50 * FRAME_NS);
	edges = board_edges_read();
	board_control("irqs_off", "count=0");

	lengths = pulses(&edges, PAN_LINE, 0);
	ASSERT_LE(45, lengths.count);
	for (i = 0; i < lengths.count; i++) {
		EXPECT_LE(pan_ns(60000) - 5 * US, lengths.value[i]);
		EXPECT_GE(pan_ns(60000) + off_ns + 20 * US * slowness(), lengths.value[i]);
	}
	samples_tell(&lengths, "ns of a pan pulse, interrupts off for 300 us at a time");
	lengths = pulses(&edges, TILT_LINE, 0);
	for (i = 0; i < lengths.count; i++)
		EXPECT_LE(tilt_ns(45000) - 5 * US, lengths.value[i]);
	samples_free(&lengths);
	board_edges_free(&edges);
}

TEST_HARNESS_MAIN
