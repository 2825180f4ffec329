// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Driving and stopping, by every entry: what comes out at the pins of the
 * bridges, and what the chassis then does.
 *
 * For either motor back end; what a PWM provider is told has a fixture of its
 * own, hwpwm.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdlib.h>
#include <sys/utsname.h>

#include "board.h"
#include "bridge.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "util.h"

#define POWER		400
#define DUTY_MAX	1000
#define TICK_NS		(10 * MS)	/* of the overlay */
#define WINDOW_NS	(50 * MS)	/* whole periods of either back end */
#define WORKER_NS	(slowness() > 1 ? 5 * MS : MS)	/* in which the worker comes to it */

/*
 * The ABI's "at one instant", for GPIO lines: 2000 ns. The virtual board's own part in
 * that, a timer that is started between the lines, is larger than that of registers;
 * kernels of real time, of 32 bits, and from Linux 7 on take some instructions more for
 * it and for each line.
 */
static __s64 instant_ns(void)
{
	struct utsname kernel;
	bool slower = file_exists("/sys/kernel/realtime") || sizeof(long) == 4;

	if (uname(&kernel) == 0 && atoi(kernel.release) >= 7)
		slower = true;
	return (slower ? 2500 : 2000) * slowness();
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static struct rover_info read_info(void)
{
	int fd = rover_open_or_fail(O_RDONLY);
	struct rover_info info = rover_info_or_fail(fd);

	close(fd);
	return info;
}

static bool has_provider(void)
{
	return read_info().capabilities & ROVER_CAP_HARDWARE_PWM;
}

static bool is_past(__s64 time_ns)
{
	return now_ns() > time_ns;
}

static void let_pass_ns(__s64 ns)
{
	__s64 until_ns = now_ns() + ns;

	if (!EVENTUALLY(is_past(until_ns)))
		die("time stands still");
}

/* Both bridges since the log was started, which was with the bridges at @levels. */
static void read_bridges(struct bridge bridges[BRIDGE_SIDES], unsigned int levels)
{
	struct board_edges edges = board_edges_read();

	bridges[BRIDGE_LEFT] = bridge_read(&edges, BRIDGE_LEFT, levels);
	bridges[BRIDGE_RIGHT] = bridge_read(&edges, BRIDGE_RIGHT, levels);
	board_edges_free(&edges);
}

static void free_bridges(struct bridge bridges[BRIDGE_SIDES])
{
	bridge_free(&bridges[BRIDGE_LEFT]);
	bridge_free(&bridges[BRIDGE_RIGHT]);
}

/*
 * The bridge's share of time in each state. Software PWM coasts between pulses,
 * forward and backward; a PWM provider on IN2 brakes between pulses forward.
 */
static void expect_duty(struct __test_metadata *_metadata, const struct bridge *bridge,
			int duty_permille, __s64 from_ns)
{
	unsigned int on = duty_permille > 0 ? BRIDGE_FORWARD : BRIDGE_REVERSE;
	unsigned int off = duty_permille > 0 && has_provider() ? BRIDGE_BRAKE : BRIDGE_COAST;
	__s64 on_ns = WINDOW_NS / DUTY_MAX * abs(duty_permille);
	__s64 to_ns = from_ns + WINDOW_NS;

	EXPECT_NEAR(on_ns, WINDOW_NS / 200, bridge_time_ns(bridge, on, from_ns, to_ns));
	EXPECT_NEAR(WINDOW_NS - on_ns, WINDOW_NS / 200,
		    bridge_time_ns(bridge, off, from_ns, to_ns));
}

/* The chassis moves that way, because the pins have said so since the log began. */
static void expect_drive(struct __test_metadata *_metadata, int left_permille,
			 int right_permille)
{
	struct bridge bridges[BRIDGE_SIDES];
	__s64 from_ns;

	ASSERT_TRUE(EVENTUALLY(wheels_turn(sign(left_permille), sign(right_permille))));
	from_ns = now_ns();
	let_pass_ns(WINDOW_NS);
	read_bridges(bridges, BRIDGE_COAST);
	expect_duty(_metadata, &bridges[BRIDGE_LEFT], left_permille, from_ns);
	expect_duty(_metadata, &bridges[BRIDGE_RIGHT], right_permille, from_ns);
	free_bridges(bridges);
}

static void expect_rest(struct __test_metadata *_metadata, unsigned int levels)
{
	const char *bridge = levels == BRIDGE_BRAKE ? "brake" : "coast";
	struct board_edges edges;

	EXPECT_TRUE(EVENTUALLY(board_bridges_are(levels)));
	EXPECT_TRUE(truth_is("left_bridge", bridge));
	EXPECT_TRUE(truth_is("right_bridge", bridge));

	/* And not by chance, between two pulses. */
	board_edges_start(MOTOR_LINES);
	let_pass_ns(WINDOW_NS);
	edges = board_edges_read();
	EXPECT_EQ(0, edges.count);
	board_edges_free(&edges);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

/*
 * Each direction, by every entry
 */
FIXTURE(direction) {
	int fd;
};

FIXTURE_VARIANT(direction) {
	const char *name;
	int left_permille;
	int right_permille;
};

FIXTURE_VARIANT_ADD(direction, forward) { "forward", POWER, POWER };
FIXTURE_VARIANT_ADD(direction, backward) { "backward", -POWER, -POWER };
FIXTURE_VARIANT_ADD(direction, spin_left) { "spin-left", -POWER, POWER };
FIXTURE_VARIANT_ADD(direction, spin_right) { "spin-right", POWER, -POWER };

FIXTURE_SETUP(direction)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(direction)
{
	close(self->fd);
}

/* Where the rover was at first, x ahead; it turns left, or goes ahead, or the opposite. */
static void expect_journey(struct __test_metadata *_metadata, int left_permille,
			   int right_permille)
{
	int ahead = sign(left_permille + right_permille);
	int left = sign(right_permille - left_permille);

	if (ahead)
		EXPECT_TRUE(EVENTUALLY(truth("x_um") * ahead > 1000));
	if (left)
		EXPECT_TRUE(EVENTUALLY(truth("heading_urad") * left > 10000));
}

TEST_F(direction, command)
{
	ASSERT_EQ(0, attribute_write_number("power", POWER));
	ASSERT_EQ(0, attribute_write("command", variant->name));
	expect_drive(_metadata, variant->left_permille, variant->right_permille);
	expect_journey(_metadata, variant->left_permille, variant->right_permille);
	EXPECT_TRUE(attribute_is("command", variant->name));
	EXPECT_TRUE(rover_is("moving none"));
}

TEST_F(direction, duty_attributes)
{
	ASSERT_EQ(0, attribute_write_number("left_duty", variant->left_permille));
	ASSERT_EQ(0, attribute_write_number("right_duty", variant->right_permille));
	expect_drive(_metadata, variant->left_permille, variant->right_permille);
}

TEST_F(direction, duty_call)
{
	struct rover_duty duty = {
		.left_permille = variant->left_permille,
		.right_permille = variant->right_permille,
	};

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_DUTY, &duty));
	EXPECT_EQ(variant->left_permille, duty.left_permille);
	EXPECT_EQ(variant->right_permille, duty.right_permille);
	expect_drive(_metadata, variant->left_permille, variant->right_permille);
	expect_journey(_metadata, variant->left_permille, variant->right_permille);
}

TEST_F(direction, roverctl)
{
	pid_t pid = start("roverctl", variant->name, "400", NULL);

	expect_drive(_metadata, variant->left_permille, variant->right_permille);
	kill(pid, SIGINT);
	EXPECT_EQ(0, wait_for(pid));
	expect_rest(_metadata, BRIDGE_COAST);
}

TEST_F(direction, roverctl_duty)
{
	char left[12], right[12];
	pid_t pid;

	snprintf(left, sizeof(left), "%d", variant->left_permille);
	snprintf(right, sizeof(right), "%d", variant->right_permille);
	pid = start("roverctl", "duty", left, right, NULL);
	expect_drive(_metadata, variant->left_permille, variant->right_permille);
	kill(pid, SIGINT);
	EXPECT_EQ(0, wait_for(pid));
}

/*
 * Each stop, by every entry
 */
FIXTURE(stop) {
	int fd;
};

FIXTURE_VARIANT(stop) {
	unsigned int mode;
	unsigned int levels;
	const char *name;
	int left_permille;
	int right_permille;
};

FIXTURE_VARIANT_ADD(stop, coast_from_forward) {
	ROVER_STOP_COAST, BRIDGE_COAST, "stop", 300, 600,
};

FIXTURE_VARIANT_ADD(stop, coast_from_backward) {
	ROVER_STOP_COAST, BRIDGE_COAST, "stop", -300, -600,
};

FIXTURE_VARIANT_ADD(stop, coast_from_spin) {
	ROVER_STOP_COAST, BRIDGE_COAST, "stop", 500, -500,
};

FIXTURE_VARIANT_ADD(stop, brake_from_forward) {
	ROVER_STOP_BRAKE, BRIDGE_BRAKE, "brake", 300, 600,
};

FIXTURE_VARIANT_ADD(stop, brake_from_backward) {
	ROVER_STOP_BRAKE, BRIDGE_BRAKE, "brake", -300, -600,
};

FIXTURE_VARIANT_ADD(stop, brake_from_spin) {
	ROVER_STOP_BRAKE, BRIDGE_BRAKE, "brake", 500, -500,
};

FIXTURE_SETUP(stop)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
	if (rover_duty(self->fd, variant->left_permille, variant->right_permille) ||
	    !EVENTUALLY(wheels_turn(sign(variant->left_permille),
				    sign(variant->right_permille))))
		die("the rover does not drive");
}

FIXTURE_TEARDOWN(stop)
{
	close(self->fd);
}

static void expect_stopped(struct __test_metadata *_metadata, unsigned int levels)
{
	EXPECT_TRUE(rover_is("stopped command"));
	expect_rest(_metadata, levels);
	EXPECT_EQ(0, attribute_number_or_fail("left_duty"));
	EXPECT_EQ(0, attribute_number_or_fail("right_duty"));
}

TEST_F(stop, call)
{
	ASSERT_EQ(0, rover_stop(self->fd, variant->mode));
	expect_stopped(_metadata, variant->levels);
	EXPECT_EQ(variant->mode == ROVER_STOP_BRAKE ? ROVER_SNAPSHOT_BRAKING : 0,
		  rover_snapshot_or_fail(self->fd).flags & ROVER_SNAPSHOT_BRAKING);
}

TEST_F(stop, command)
{
	ASSERT_EQ(0, attribute_write("command", variant->name));
	expect_stopped(_metadata, variant->levels);
}

TEST_F(stop, roverctl)
{
	ASSERT_EQ(0, run("roverctl", variant->name, NULL));
	expect_stopped(_metadata, variant->levels);
}

/*
 * At whatever moment of the PWM period it comes, a stop never drives a wheel
 * against its direction: with a PWM provider on IN2, dropping IN1 first would.
 */
TEST_F(stop, never_drives_the_other_way)
{
	const int duty[BRIDGE_SIDES] = { variant->left_permille, variant->right_permille };
	/* Lines that change one after the other pass through other levels. */
	const __s64 tolerated_ns = has_provider() ? 0 : BRIDGE_SKEW_NS;
	struct bridge bridges[BRIDGE_SIDES];
	int side, moment;

	for (moment = 0; moment < 20; moment++) {
		ASSERT_EQ(0, rover_duty(self->fd, duty[BRIDGE_LEFT], duty[BRIDGE_RIGHT]));
		pause_ns(21 * MS + moment * MS * 513 / 1000);
		ASSERT_EQ(0, rover_stop(self->fd, variant->mode));
	}
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(variant->levels)));
	read_bridges(bridges, BRIDGE_COAST);
	for (side = BRIDGE_LEFT; side < BRIDGE_SIDES; side++) {
		unsigned int with = duty[side] > 0 ? BRIDGE_FORWARD : BRIDGE_REVERSE;
		unsigned int against = duty[side] > 0 ? BRIDGE_REVERSE : BRIDGE_FORWARD;

		EXPECT_LT(20 * MS, bridge_time_ns(&bridges[side], with, 0, now_ns()));
		EXPECT_GE(tolerated_ns, bridge_longest_ns(&bridges[side], against));
	}
	free_bridges(bridges);
}

/* Nor do the steps from one way of standing to the other. */
TEST_F(stop, changes_without_drive_the_other_way)
{
	const int duty[BRIDGE_SIDES] = { variant->left_permille, variant->right_permille };
	const __s64 tolerated_ns = has_provider() ? 0 : BRIDGE_SKEW_NS;
	struct bridge bridges[BRIDGE_SIDES];
	int side, i;

	for (i = 0; i < 8; i++) {
		unsigned int mode = i % 2 ? !variant->mode : variant->mode;

		ASSERT_EQ(0, rover_stop(self->fd, mode));
		pause_ns((3 + i) * MS / 2);
	}
	read_bridges(bridges, BRIDGE_COAST);
	for (side = BRIDGE_LEFT; side < BRIDGE_SIDES; side++)
		EXPECT_GE(tolerated_ns,
			  bridge_longest_ns(&bridges[side], duty[side] > 0 ? BRIDGE_REVERSE :
					    BRIDGE_FORWARD));
	free_bridges(bridges);
}

/*
 * Both wheels at one instant
 */
FIXTURE(instant) {
	int fd;
	struct rover_info info;
};

FIXTURE_SETUP(instant)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->info = rover_info_or_fail(self->fd);
}

FIXTURE_TEARDOWN(instant)
{
	close(self->fd);
}

static __s64 span_ns(const struct board_edges *edges)
{
	return edges->edge[edges->count - 1].time_ns - edges->edge[0].time_ns;
}

static __s64 gap_ns(const struct board_edge *left, const struct board_edge *right)
{
	return llabs(left->time_ns - right->time_ns);
}

/*
 * The edges that a change caused: GPIO lines change all within the instant; with
 * a provider, so do both IN1, and both IN2 within a period.
 */
static void expect_instant(struct __test_metadata *_metadata, const struct rover_info *info,
			   size_t count)
{
	struct board_edges edges = board_edges_read();
	const struct board_edge *in1[BRIDGE_SIDES], *in2[BRIDGE_SIDES];
	unsigned int level;

	ASSERT_LE(count, edges.count);
	edges.count = count;
	if (!(info->capabilities & ROVER_CAP_HARDWARE_PWM)) {
		EXPECT_GE(instant_ns(), span_ns(&edges));
		board_edges_free(&edges);
		return;
	}
	for (level = 0; level < 2; level++) {
		in1[BRIDGE_LEFT] = board_edges_find(&edges, 0, LEFT_IN1, level);
		in1[BRIDGE_RIGHT] = board_edges_find(&edges, 0, RIGHT_IN1, level);
		in2[BRIDGE_LEFT] = board_edges_find(&edges, 0, LEFT_IN2, level);
		in2[BRIDGE_RIGHT] = board_edges_find(&edges, 0, RIGHT_IN2, level);
		ASSERT_EQ(!in1[BRIDGE_LEFT], !in1[BRIDGE_RIGHT]);
		ASSERT_EQ(!in2[BRIDGE_LEFT], !in2[BRIDGE_RIGHT]);
		if (in1[BRIDGE_LEFT])
			EXPECT_GE(instant_ns(), gap_ns(in1[BRIDGE_LEFT], in1[BRIDGE_RIGHT]));
		if (in2[BRIDGE_LEFT])
			EXPECT_GE(info->pwm_period_ns, gap_ns(in2[BRIDGE_LEFT], in2[BRIDGE_RIGHT]));
	}
	board_edges_free(&edges);
}

static void drive_full(int fd, int left_permille, int right_permille, unsigned int left_levels)
{
	if (rover_duty(fd, left_permille, right_permille) ||
	    !EVENTUALLY(board_left_bridge() == left_levels))
		die("the rover does not drive");
	/* Until a provider has nothing left to do. */
	let_pass_ns(5 * MS);
}

/* Full drive has no pulses: what is logged is the change. */
TEST_F(instant, start)
{
	board_edges_start(MOTOR_LINES);
	drive_full(self->fd, DUTY_MAX, DUTY_MAX, BRIDGE_FORWARD);
	expect_instant(_metadata, &self->info, 2);
}

TEST_F(instant, start_of_a_spin)
{
	struct board_edges edges;

	board_edges_start(MOTOR_LINES);
	drive_full(self->fd, -DUTY_MAX, DUTY_MAX, BRIDGE_REVERSE);
	edges = board_edges_read();
	ASSERT_EQ(2, edges.count);
	/* A provider's IN2 on one side, a line's IN1 on the other. */
	EXPECT_GE(self->info.capabilities & ROVER_CAP_HARDWARE_PWM ?
		  self->info.pwm_period_ns : instant_ns(), span_ns(&edges));
	board_edges_free(&edges);
}

TEST_F(instant, coast)
{
	drive_full(self->fd, DUTY_MAX, DUTY_MAX, BRIDGE_FORWARD);
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST)));
	expect_instant(_metadata, &self->info, 2);
}

TEST_F(instant, brake_from_forward)
{
	drive_full(self->fd, DUTY_MAX, DUTY_MAX, BRIDGE_FORWARD);
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	expect_instant(_metadata, &self->info, 2);
}

TEST_F(instant, brake_from_backward)
{
	drive_full(self->fd, -DUTY_MAX, -DUTY_MAX, BRIDGE_REVERSE);
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	expect_instant(_metadata, &self->info, 2);
}

/*
 * One side goes through its direction while the other is there already: with a
 * provider that takes a period, and the time to wake up for it.
 */
TEST_F(instant, brake_from_a_spin)
{
	struct board_edges edges;

	drive_full(self->fd, -DUTY_MAX, DUTY_MAX, BRIDGE_REVERSE);
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	edges = board_edges_read();
	ASSERT_EQ(2, edges.count);
	EXPECT_GE(self->info.capabilities & ROVER_CAP_HARDWARE_PWM ?
		  self->info.pwm_period_ns + self->info.pwm_period_ns / 2 * slowness() :
		  instant_ns(), span_ns(&edges));
	board_edges_free(&edges);
}

/* The one change of all four lines. */
TEST_F(instant, brake_from_rest)
{
	/* With a provider, the last direction tells which line goes first. */
	drive_full(self->fd, DUTY_MAX, DUTY_MAX, BRIDGE_FORWARD);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST)));
	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
	expect_instant(_metadata, &self->info, 4);
}

/*
 * Reversal
 */
FIXTURE(reversal) {
	int fd;
	__s64 dead_ns;
	__s64 period_ns;
};

FIXTURE_VARIANT(reversal) {
	int before[BRIDGE_SIDES];
	int after[BRIDGE_SIDES];
	bool stop;
};

FIXTURE_VARIANT_ADD(reversal, forward_to_backward) { { 700, 500 }, { -700, -500 } };
FIXTURE_VARIANT_ADD(reversal, backward_to_forward) { { -700, -500 }, { 700, 500 } };
FIXTURE_VARIANT_ADD(reversal, forward_to_spin) { { 600, 600 }, { -600, 600 } };
FIXTURE_VARIANT_ADD(reversal, spin_to_spin) { { -600, 600 }, { 600, -600 } };
FIXTURE_VARIANT_ADD(reversal, full_drive) { { 1000, 1000 }, { -1000, -1000 } };
FIXTURE_VARIANT_ADD(reversal, through_a_stop) { { 700, 500 }, { -700, -500 }, true };

FIXTURE_SETUP(reversal)
{
	struct rover_info info = read_info();

	self->dead_ns = info.dead_time_us * 1000LL;
	self->period_ns = info.pwm_period_ns;
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
	if (rover_duty(self->fd, variant->before[BRIDGE_LEFT], variant->before[BRIDGE_RIGHT]) ||
	    !EVENTUALLY(wheels_turn(sign(variant->before[BRIDGE_LEFT]),
				    sign(variant->before[BRIDGE_RIGHT]))))
		die("the rover does not drive");
}

FIXTURE_TEARDOWN(reversal)
{
	close(self->fd);
}

/* The side that reverses rests for the dead time, and soon after drives again. */
TEST_F(reversal, rests_for_the_dead_time)
{
	struct bridge bridges[BRIDGE_SIDES];
	int side;

	if (variant->stop)
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	ASSERT_EQ(0, rover_duty(self->fd, variant->after[BRIDGE_LEFT],
				variant->after[BRIDGE_RIGHT]));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(sign(variant->after[BRIDGE_LEFT]),
					   sign(variant->after[BRIDGE_RIGHT]))));
	read_bridges(bridges, BRIDGE_COAST);
	for (side = BRIDGE_LEFT; side < BRIDGE_SIDES; side++) {
		__s64 rest_ns = bridge_shortest_rest_ns(&bridges[side]);

		if (variant->before[side] * variant->after[side] > 0) {
			EXPECT_EQ(-1, rest_ns);
			continue;
		}
		EXPECT_LE(self->dead_ns, rest_ns);
		EXPECT_GE(self->dead_ns + 2 * self->period_ns + WORKER_NS, rest_ns);
	}
	free_bridges(bridges);
}

/* However soon after the last one each reversal comes. */
TEST_F(reversal, rests_each_time)
{
	struct bridge bridges[BRIDGE_SIDES];
	int side, i;

	for (i = 0; i < 40; i++) {
		const int *duty = i % 2 ? variant->before : variant->after;

		ASSERT_EQ(0, rover_duty(self->fd, duty[BRIDGE_LEFT], duty[BRIDGE_RIGHT]));
		pause_ns(i * MS / 4);
		if (variant->stop)
			ASSERT_EQ(0, rover_stop(self->fd, i & 2 ? ROVER_STOP_COAST :
						ROVER_STOP_BRAKE));
	}
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	read_bridges(bridges, BRIDGE_COAST);
	for (side = BRIDGE_LEFT; side < BRIDGE_SIDES; side++)
		if (variant->before[side] * variant->after[side] < 0)
			EXPECT_LE(self->dead_ns, bridge_shortest_rest_ns(&bridges[side]));
	free_bridges(bridges);
}

/*
 * Any commands at any time, the same in each run: a wheel that was driven one
 * way rests before it is driven the other way.
 */
FIXTURE(storm) {
	int fd;
	__s64 dead_ns;
};

FIXTURE_SETUP(storm)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
	self->dead_ns = rover_info_or_fail(self->fd).dead_time_us * 1000LL;
	srandom(1);
}

FIXTURE_TEARDOWN(storm)
{
	close(self->fd);
}

static int random_duty(void)
{
	static const int often[] = { -1000, 0, 1000 };

	return random() % 2 ? often[random() % ARRAY_SIZE(often)] : random() % 2001 - 1000;
}

static int random_command(int fd)
{
	switch (random() % 8) {
	case 0:
		return rover_stop(fd, ROVER_STOP_COAST);
	case 1:
		return rover_stop(fd, ROVER_STOP_BRAKE);
	case 2:
		return attribute_write("command", "brake");
	default:
		return rover_duty(fd, random_duty(), random_duty());
	}
}

TEST_F(storm, keeps_the_dead_time)
{
	struct bridge bridges[BRIDGE_SIDES];
	int i, side;

	for (i = 0; i < 400; i++) {
		ASSERT_EQ(0, random_command(self->fd));
		pause_ns(random() % 4 * (random() % MS));
	}
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	ASSERT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_COAST)));
	read_bridges(bridges, BRIDGE_COAST);
	for (side = BRIDGE_LEFT; side < BRIDGE_SIDES; side++) {
		EXPECT_LT(MS, bridge_time_ns(&bridges[side], BRIDGE_FORWARD, 0, now_ns()));
		EXPECT_LT(MS, bridge_time_ns(&bridges[side], BRIDGE_REVERSE, 0, now_ns()));
		EXPECT_LE(self->dead_ns, bridge_shortest_rest_ns(&bridges[side]));
	}
	free_bridges(bridges);
	expect_rest(_metadata, BRIDGE_COAST);
}

/*
 * Duties
 */
FIXTURE(duty) {
	int fd;
};

FIXTURE_SETUP(duty)
{
	rover_calm();
	board_edges_start(MOTOR_LINES);
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(duty)
{
	close(self->fd);
}

TEST_F(duty, one_side_alone)
{
	struct bridge bridges[BRIDGE_SIDES];
	__s64 from_ns;

	ASSERT_EQ(0, rover_duty(self->fd, 0, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(0, 1)));
	from_ns = now_ns();
	let_pass_ns(WINDOW_NS);
	read_bridges(bridges, BRIDGE_COAST);
	EXPECT_EQ(WINDOW_NS, bridge_time_ns(&bridges[BRIDGE_LEFT], BRIDGE_COAST, from_ns,
					    from_ns + WINDOW_NS));
	expect_duty(_metadata, &bridges[BRIDGE_RIGHT], 500, from_ns);
	free_bridges(bridges);
}

TEST_F(duty, attribute_leaves_the_other_side)
{
	ASSERT_EQ(0, attribute_write("right_duty", "-300"));
	ASSERT_EQ(0, attribute_write("left_duty", "600"));
	expect_drive(_metadata, 600, -300);
	ASSERT_EQ(0, attribute_write("left_duty", "0"));
	EXPECT_TRUE(rover_is("moving none"));
	EXPECT_EQ(-300, attribute_number_or_fail("right_duty"));
	ASSERT_EQ(0, attribute_write("right_duty", "0"));
	expect_rest(_metadata, BRIDGE_COAST);
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_F(duty, of_zero_stops)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_EQ(0, rover_duty(self->fd, 0, 0));
	expect_rest(_metadata, BRIDGE_COAST);
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_F(duty, changes_while_driving)
{
	ASSERT_EQ(0, rover_duty(self->fd, 300, 300));
	expect_drive(_metadata, 300, 300);
	ASSERT_EQ(0, rover_duty(self->fd, 800, 500));
	let_pass_ns(20 * MS);
	expect_drive(_metadata, 800, 500);
	ASSERT_EQ(0, rover_duty(self->fd, 1000, 1000));
	let_pass_ns(20 * MS);
	expect_drive(_metadata, 1000, 1000);
}

/* A command takes the power of its time; a running one keeps its own. */
TEST_F(duty, power_is_that_of_the_command)
{
	ASSERT_EQ(0, attribute_write("power", "300"));
	ASSERT_EQ(0, attribute_write("command", "forward"));
	ASSERT_EQ(0, attribute_write("power", "700"));
	expect_drive(_metadata, 300, 300);
	ASSERT_EQ(0, attribute_write("command", "backward"));
	EXPECT_EQ(-700, attribute_number_or_fail("left_duty"));
	ASSERT_EQ(0, attribute_write("power", "0"));
	ASSERT_EQ(0, attribute_write("command", "forward"));
	expect_rest(_metadata, BRIDGE_COAST);
}

/*
 * What a PWM provider is told: it stays enabled, so that its level is known
 */
FIXTURE(hwpwm) {
	int fd;
	__u64 period_ns;
};

FIXTURE_SETUP(hwpwm)
{
	struct rover_info info = read_info();

	if (!(info.capabilities & ROVER_CAP_HARDWARE_PWM))
		SKIP(return, "the overlay has no hwpwm");
	self->period_ns = info.pwm_period_ns;
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(hwpwm)
{
	close(self->fd);
}

/* PWM1 is on the left IN2, PWM0 on the right one. */
static void expect_channels(struct __test_metadata *_metadata, __u64 period_ns,
			    __u64 left_high_ns, __u64 right_high_ns)
{
	struct board_pwm left, right;

	ASSERT_TRUE(EVENTUALLY(board_pwm(1).duty_ns == left_high_ns &&
			       board_pwm(0).duty_ns == right_high_ns));
	left = board_pwm(1);
	right = board_pwm(0);
	EXPECT_EQ(1, left.enabled);
	EXPECT_EQ(1, right.enabled);
	EXPECT_EQ(period_ns, left.period_ns);
	EXPECT_EQ(period_ns, right.period_ns);
}

TEST_F(hwpwm, is_at_10_khz)
{
	EXPECT_EQ(100000, self->period_ns);
	expect_channels(_metadata, self->period_ns, 0, 0);
}

TEST_F(hwpwm, follows_forward_and_backward)
{
	ASSERT_EQ(0, rover_duty(self->fd, 300, 600));
	expect_channels(_metadata, self->period_ns, 70000, 40000);
	EXPECT_EQ(1, board_level(LEFT_IN1));
	EXPECT_EQ(1, board_level(RIGHT_IN1));
	ASSERT_EQ(0, rover_duty(self->fd, -300, -600));
	expect_channels(_metadata, self->period_ns, 30000, 60000);
	EXPECT_EQ(0, board_level(LEFT_IN1));
	EXPECT_EQ(0, board_level(RIGHT_IN1));
}

TEST_F(hwpwm, stops_at_duty_0)
{
	ASSERT_EQ(0, rover_duty(self->fd, 300, -600));
	expect_channels(_metadata, self->period_ns, 70000, 60000);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	expect_channels(_metadata, self->period_ns, 0, 0);
	expect_rest(_metadata, BRIDGE_COAST);
}

TEST_F(hwpwm, brakes_at_full_duty)
{
	ASSERT_EQ(0, rover_duty(self->fd, 300, -600));
	expect_channels(_metadata, self->period_ns, 70000, 60000);
	ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	expect_channels(_metadata, self->period_ns, self->period_ns, self->period_ns);
	expect_rest(_metadata, BRIDGE_BRAKE);
}

/* The worker is at it before anybody is told, and then those who listen do not wait. */
TEST_F(hwpwm, a_provider_that_hangs_keeps_no_news)
{
	struct rover_event event;
	__s64 told_ns;

	event_listen(self->fd, 1ULL << ROVER_EVENT_STOP);
	ASSERT_EQ(0, attribute_write("obstacle_guard", "1"));
	ASSERT_EQ(0, rover_duty(self->fd, 300, 600));
	expect_channels(_metadata, self->period_ns, 70000, 40000);
	ASSERT_EQ(0, board_control("faults", "slow_pwm_ms=200\n"));
	ASSERT_EQ(0, board_control("sensors", "obstacle_right=1\n"));
	ASSERT_TRUE(event_next(self->fd, 1000 * slowness(), &event));
	told_ns = now_ns() - (__s64)event.time_ns;
	EXPECT_EQ(ROVER_REASON_GUARD, event.stop.reason);
	EXPECT_EQ(70000, board_pwm(1).duty_ns);
	EXPECT_EQ(40000, board_pwm(0).duty_ns);
	EXPECT_GT(TICK_NS + 5 * MS * slowness(), told_ns);
	ASSERT_EQ(0, board_control("faults", "slow_pwm_ms=0\n"));
	ASSERT_EQ(0, board_control("sensors", "obstacle_right=auto\n"));
	expect_channels(_metadata, self->period_ns, self->period_ns, self->period_ns);
}

TEST_F(hwpwm, stops_need_the_worker)
{
	EXPECT_EQ(0, attribute_number_or_fail("hard_stop"));
	EXPECT_EQ(0, rover_info_or_fail(self->fd).capabilities & ROVER_CAP_HARD_STOP);
}

TEST_HARNESS_MAIN
