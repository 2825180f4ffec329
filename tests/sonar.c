// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sonar against ground truth: how far, when, how often, and what is told
 * when there is no distance. For a sensor on one line and for one on two.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define WALL_MM		5000	/* ahead, across the way */
#define SENSOR_UM	100000	/* ahead of the middle of the rover */
#define ERROR_UM	(3000 * slowness())	/* of a range, as promised */
#define INTERVAL_NS	(60 * MS)
#define PING_NS		(200 * MS)	/* a pause, a ping, and who runs first */
#define TRIGGER_MAX_NS	(100 * US)	/* echo pulses are longer */

/* From 20 mm to 4 m. */
static const int distances_mm[] = {
	20, 21, 25, 33, 50, 77, 100, 200, 350, 500, 1000, 1500, 2000, 2500, 3000, 3500, 3990, 4000,
};

static void must(int err, const char *what)
{
	if (err)
		die("%s: error %d", what, -err);
}

/* A trigger of its own stays an output, and its echo comes on the next line. */
static unsigned int echo_line(void)
{
	return strcmp(board_line(SONAR_LINE).direction, "out") ? SONAR_LINE : SONAR_LINE + 1;
}

/* The sensor that far from the wall, looking straight at it. */
static void stand_before_wall(int distance_mm)
{
	char pose[80];

	snprintf(pose, sizeof(pose), "x_um=%lld y_um=0 heading_urad=0\n",
		 (WALL_MM - distance_mm) * 1000LL - SENSOR_UM);
	must(board_control("pose", pose), "pose");
}

static void break_sensor(const char *how)
{
	char text[40];

	snprintf(text, sizeof(text), "sonar=%s\n", how);
	must(board_control("faults", text), "faults");
}

/* What the driver takes the air for. */
static int described_temperature_mc(void)
{
	unsigned char cell[5];

	/* A big-endian number. */
	if (file_read("/proc/device-tree/rover/air-temperature-millicelsius", (char *)cell,
		      sizeof(cell)) != 4)
		return 20000;
	return (int)((unsigned int)cell[0] << 24 | cell[1] << 16 | cell[2] << 8 | cell[3]);
}

static void set_air(int temperature_mc)
{
	char air[40];

	snprintf(air, sizeof(air), "temperature_mc=%d\n", temperature_mc);
	must(board_control("air", air), "air");
}

FIXTURE(sonar) {
	int fd;
};

FIXTURE_SETUP(sonar)
{
	char wall[60];

	rover_calm();
	snprintf(wall, sizeof(wall), "%d -3000 %d 3000\n", WALL_MM, WALL_MM);
	must(board_control("walls", wall), "walls");
	set_air(described_temperature_mc());
	stand_before_wall(1000);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(sonar)
{
	close(self->fd);
	must(board_control("force", "left=off right=off\n"), "force");
	rover_calm();
}

static struct rover_range ping_or_fail(int fd)
{
	struct rover_range range = {};

	must(rover_call(fd, ROVER_IOC_PING, &range), "PING");
	return range;
}

/* Pings once: the error against the true distance at the reflection. */
static __s64 ping_error_um(struct __test_metadata *_metadata, int fd)
{
	struct rover_range range = ping_or_fail(fd);
	struct truth_key keys[] = {
		{ "sonar_last_distance_um" }, { "sonar_last_rise_ns" }, { "sonar_last_echo_ns" },
	};

	TRUTH_TAKE(keys);
	EXPECT_EQ(ROVER_RANGE_VALID, range.status);
	EXPECT_NEAR(keys[2].value, 20 * US * slowness(), range.echo_ns);
	/* It was true when the burst met the target. */
	EXPECT_NEAR(keys[1].value + keys[2].value / 2, 100 * US * slowness(), range.time_ns);
	return range.range_um - keys[0].value;
}

static void measure_all_distances(struct __test_metadata *_metadata, int fd, const char *what)
{
	struct samples errors = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(distances_mm); i++) {
		__s64 error_um;

		stand_before_wall(distances_mm[i]);
		EXPECT_NEAR(distances_mm[i] * 1000LL, 100, truth("sonar_distance_um"));
		error_um = ping_error_um(_metadata, fd);
		EXPECT_NEAR(0, ERROR_UM, error_um);
		samples_add(&errors, error_um);
	}
	samples_tell(&errors, what);
}

TEST_F(sonar, tells_distances_from_20_mm_to_4_m_when_parked)
{
	measure_all_distances(_metadata, self->fd, "error when parked, um");
}

/* On blocks, so that it keeps its distance, with all interrupts of a drive. */
TEST_F(sonar, tells_distances_while_motors_and_encoders_run)
{
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	must(board_control("force", "left=600000 right=600000\n"), "force");
	ASSERT_EQ(0, rover_duty(self->fd, 500, 300));
	measure_all_distances(_metadata, self->fd, "error while motors run, um");
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_F(sonar, tells_the_distance_at_the_reflection_while_the_rover_moves)
{
	struct samples errors = {};
	int i;

	stand_before_wall(3000);
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
	ASSERT_EQ(0, rover_duty(self->fd, 900, 900));
	ASSERT_TRUE(EVENTUALLY(truth("left_speed_um_s") > 400000));
	for (i = 0; i < 20; i++) {
		__s64 error_um = ping_error_um(_metadata, self->fd);

		EXPECT_NEAR(0, ERROR_UM, error_um);
		samples_add(&errors, error_um);
	}
	samples_tell(&errors, "error at 500 mm/s, um");
	EXPECT_LT(truth("sonar_distance_um"), 2700000);
	EXPECT_EQ(0, truth("collisions"));
}

/* A distance is a time at the speed of sound that the description gives. */
TEST_F(sonar, takes_the_air_to_be_as_described)
{
	__s64 described_um_s = truth("sound_um_s");
	int temperature_mc;

	for (temperature_mc = -30000; temperature_mc <= 60000; temperature_mc += 30000) {
		struct rover_range range;

		set_air(temperature_mc);
		range = ping_or_fail(self->fd);
		EXPECT_EQ(ROVER_RANGE_VALID, range.status);
		EXPECT_NEAR(1000000 * described_um_s / truth("sound_um_s"), ERROR_UM,
			    range.range_um);
	}
}

/* What is no distance, by ioctl and by sysfs; nobody waits longer than a ping. */
static void expect_no_distance(struct __test_metadata *_metadata, int fd, __u32 status, int error)
{
	__s64 begin_ns = now_ns();
	struct rover_range range = ping_or_fail(fd);
	char text[32];

	EXPECT_GT(PING_NS, now_ns() - begin_ns);
	EXPECT_EQ(status, range.status);
	EXPECT_EQ(-1, range.range_um);

	/* Not a young measurement, but one of its own. */
	pause_ns(150 * MS);
	begin_ns = now_ns();
	EXPECT_EQ(-error, attribute_read("range", text, sizeof(text)));
	EXPECT_GT(PING_NS, now_ns() - begin_ns);
	EXPECT_EQ(range.sequence + 1, rover_snapshot_or_fail(fd).range.sequence);
}

static void expect_works_again(struct __test_metadata *_metadata, int fd)
{
	break_sensor("none");
	EXPECT_NEAR(0, ERROR_UM, ping_error_um(_metadata, fd));
}

TEST_F(sonar, tells_that_nothing_is_in_range)
{
	break_sensor("no-target");
	expect_no_distance(_metadata, self->fd, ROVER_RANGE_NO_ECHO, ETIMEDOUT);
	/* The sensor works: it gave its long pulse. */
	EXPECT_NEAR(38 * MS, MS, rover_snapshot_or_fail(self->fd).range.echo_ns);
	expect_works_again(_metadata, self->fd);

	must(board_control("walls", "\n"), "walls");
	expect_no_distance(_metadata, self->fd, ROVER_RANGE_NO_ECHO, ETIMEDOUT);
}

TEST_F(sonar, tells_that_the_sensor_is_dead)
{
	break_sensor("dead");
	expect_no_distance(_metadata, self->fd, ROVER_RANGE_SILENT, EIO);
	EXPECT_EQ(0, rover_snapshot_or_fail(self->fd).range.echo_ns);
	expect_works_again(_metadata, self->fd);
}

TEST_F(sonar, tells_that_the_line_is_stuck)
{
	__s64 pings;

	break_sensor("stuck-high");
	pings = truth("sonar_pings");
	expect_no_distance(_metadata, self->fd, ROVER_RANGE_INVALID, ENODATA);
	/* A line that is high already is not driven against. */
	EXPECT_EQ(pings, truth("sonar_pings"));
	EXPECT_EQ(0, truth("conflicts"));
	expect_works_again(_metadata, self->fd);
}

/* A pulse that begins and never ends. */
TEST_F(sonar, tells_that_the_pulse_does_not_end)
{
	struct rover_range range = {};
	pid_t pid;
	int fds[2];

	/* It lasts long enough for a look at it. */
	break_sensor("no-target");
	ASSERT_EQ(0, pipe(fds));
	pid = fork();
	if (!pid) {
		range = ping_or_fail(self->fd);
		_exit(write(fds[1], &range, sizeof(range)) != sizeof(range));
	}
	ASSERT_TRUE(EVENTUALLY(truth("sonar_pings") && board_level(echo_line())));
	break_sensor("stuck-high");
	ASSERT_EQ(0, wait_for(pid));
	ASSERT_EQ(sizeof(range), read(fds[0], &range, sizeof(range)));
	EXPECT_EQ(ROVER_RANGE_INVALID, range.status);
	EXPECT_EQ(-1, range.range_um);
	close(fds[0]);
	close(fds[1]);
	expect_works_again(_metadata, self->fd);
}

TEST_F(sonar, holds_up_nobody_else)
{
	struct samples calls = {};
	int i, status;
	pid_t pid;

	break_sensor("dead");
	pid = fork();
	if (!pid) {
		for (i = 0; i < 10; i++)
			ping_or_fail(self->fd);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		__s64 begin_ns = now_ns();

		rover_snapshot_or_fail(self->fd);
		EXPECT_EQ(0, rover_duty(self->fd, 300, 300));
		samples_add(&calls, now_ns() - begin_ns);
		pause_ns(MS);
	}
	EXPECT_EQ(0, status);
	EXPECT_GT(MS, samples_at(&calls, 1000));
	samples_tell(&calls, "snapshot and duty beside a ping, ns");
}

/* Starts of the trigger pulses: the short ones on the trigger's line. */
static size_t find_triggers(const struct board_edges *edges, struct samples *starts)
{
	struct phase phase;
	__s64 from_ns = 0;

	while (phase_after(edges, SONAR_LINE, from_ns, &phase)) {
		if (phase.level && phase.length_ns < TRIGGER_MAX_NS)
			samples_add(starts, phase.start_ns);
		from_ns = phase.start_ns + 1;
	}
	return starts->count;
}

TEST_F(sonar, pings_at_most_every_60_ms)
{
	struct samples starts = {};
	struct board_edges edges;
	pid_t pids[10];
	size_t i;

	board_edges_start(BIT_ULL(SONAR_LINE));
	for (i = 0; i < 10; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			for (i = 0; i < 10; i++)
				ping_or_fail(self->fd);
			_exit(0);
		}
	}
	for (i = 0; i < 10; i++)
		EXPECT_EQ(0, wait_for(pids[i]));
	edges = board_edges_read();
	/* One measurement answers all who wait for it. */
	EXPECT_LE(10, find_triggers(&edges, &starts));
	EXPECT_GE(20, starts.count);
	for (i = 1; i < starts.count; i++)
		EXPECT_LE(INTERVAL_NS - 20 * US, starts.value[i] - starts.value[i - 1]);
	samples_free(&starts);
	board_edges_free(&edges);
}

TEST_F(sonar, is_silent_while_nobody_wants_it)
{
	struct board_edges edges;
	__u64 irqs;

	ping_or_fail(self->fd);
	pause_ns(200 * MS);
	irqs = board_line(echo_line()).irqs;
	board_edges_start(BIT_ULL(SONAR_LINE) | BIT_ULL(echo_line()));
	EXPECT_FALSE(timer_pending("sonar_timer"));

	/* Nor does it wake when its line does, for reasons of its own. */
	break_sensor("stuck-high");
	break_sensor("none");
	rover_snapshot_or_fail(self->fd);
	ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
	pause_ns(2000 * MS);
	edges = board_edges_read();
	EXPECT_EQ(2, edges.count);
	EXPECT_EQ(irqs, board_line(echo_line()).irqs);
	board_edges_free(&edges);
}

TEST_F(sonar, answers_a_read_with_a_young_measurement)
{
	__u32 sequence = ping_or_fail(self->fd).sequence;

	EXPECT_NEAR(1000, ERROR_UM / 1000, attribute_number_or_fail("range"));
	EXPECT_EQ(sequence, rover_snapshot_or_fail(self->fd).range.sequence);
	pause_ns(110 * MS);
	EXPECT_NEAR(1000, ERROR_UM / 1000, attribute_number_or_fail("range"));
	EXPECT_EQ(sequence + 1, rover_snapshot_or_fail(self->fd).range.sequence);
}

/*
 * Interrupts off while a shared line is turned round: the start of the pulse is
 * missed. Interrupts off for a whole short pulse: it is missed. The driver pings
 * again; its own delay is neither a dead sensor nor a stuck line. Closely after the
 * ping, when a line is turned, and until the pulse has begun, 450 us later.
 */
static void expect_second_try(struct __test_metadata *_metadata, int fd, int distance_mm)
{
	unsigned int delay_us, repeated = 0;

	stand_before_wall(distance_mm);
	for (delay_us = 0; delay_us < 500; delay_us += delay_us < 40 ? 1 : 10) {
		struct rover_range range;
		char text[80];
		__s64 pings;

		pause_ns(100 * MS);
		pings = truth("sonar_pings");
		snprintf(text, sizeof(text), "delay_us=%u off_us=800 after_ping=1 count=1\n",
			 delay_us);
		must(board_control("irqs_off", text), "irqs_off");
		range = ping_or_fail(fd);
		EXPECT_NE(ROVER_RANGE_SILENT, range.status);
		if (truth("sonar_pings") - pings != 2)
			continue;
		repeated++;
		EXPECT_EQ(ROVER_RANGE_VALID, range.status);
		EXPECT_NEAR(distance_mm * 1000LL, ERROR_UM, range.range_um);
	}
	ksft_print_msg("%u pings were made twice\n", repeated);
	EXPECT_LT(0, repeated);
}

TEST_F_TIMEOUT(sonar, pings_again_after_missing_the_pulse, 60)
{
	if (echo_line() == SONAR_LINE)
		expect_second_try(_metadata, self->fd, 1000);
	expect_second_try(_metadata, self->fd, 20);
}

/* But not for ever. */
TEST_F(sonar, gives_up_after_missing_two_pulses)
{
	struct rover_range range;
	__s64 pings = truth("sonar_pings"), begin_ns;

	/* A pulse that is over before interrupts are on again, both times. */
	stand_before_wall(20);
	must(board_control("irqs_off", "delay_us=300 off_us=800 after_ping=1 count=2\n"),
	     "irqs_off");
	begin_ns = now_ns();
	range = ping_or_fail(self->fd);
	EXPECT_GT(PING_NS, now_ns() - begin_ns);
	EXPECT_EQ(2, truth("sonar_pings") - pings);
	EXPECT_EQ(ROVER_RANGE_INVALID, range.status);
	EXPECT_EQ(-1, range.range_um);
	expect_works_again(_metadata, self->fd);
}

TEST_HARNESS_MAIN
