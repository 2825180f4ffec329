// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Generic netlink: what the family tells, what its commands do at the pins, what
 * is refused with which words, and who hears of what.
 *
 * What takes time wants --icount.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "netlink.h"
#include "util.h"

#define C(name)		ROVER_A_COMMAND_##name
#define E(name)		ROVER_A_EVENT_##name
#define S(name)		ROVER_A_SETTING_##name

#define SOON_MS		(2000 * slowness())

FIXTURE(netlink) {
	int fd;		/* asks */
	int heard;	/* listens */
	int node;
	struct genl_verdict verdict;
	struct genl_message message;
};

FIXTURE_SETUP(netlink)
{
	rover_calm();
	self->fd = genl_open_or_fail();
	self->heard = genl_open_or_fail();
	self->node = rover_open_or_fail(O_RDWR | O_NONBLOCK);
}

FIXTURE_TEARDOWN(netlink)
{
	close(self->node);
	rover_bind();
}

static struct genl_request for_rover(unsigned int command)
{
	struct genl_request request = genl_request(command);

	genl_u32(&request, ROVER_A_INDEX, 0);
	return request;
}

static struct genl_request two_s32(unsigned int command, unsigned int a, __s32 value_a,
				   unsigned int b, __s32 value_b)
{
	struct genl_request request = for_rover(command);

	genl_u32(&request, a, value_a);
	genl_u32(&request, b, value_b);
	return request;
}

static struct genl_request two_s64(unsigned int command, unsigned int a, __s64 value_a,
				   unsigned int b, __s64 value_b)
{
	struct genl_request request = for_rover(command);

	genl_s64(&request, a, value_a);
	genl_s64(&request, b, value_b);
	return request;
}

static struct genl_request duty(__s32 left, __s32 right)
{
	return two_s32(ROVER_CMD_DUTY, C(LEFT_PERMILLE), left, C(RIGHT_PERMILLE), right);
}

static struct genl_request one_u32(unsigned int command, unsigned int attr, __u32 value)
{
	struct genl_request request = for_rover(command);

	genl_u32(&request, attr, value);
	return request;
}

static struct genl_request one_s64(unsigned int command, unsigned int attr, __s64 value)
{
	struct genl_request request = for_rover(command);

	genl_s64(&request, attr, value);
	return request;
}

/* Asks for a temporary request, and looks at what became of it. */
#define ASK(request) ({						\
	struct genl_request request_ = (request);		\
								\
	genl_ask(self->fd, &request_, &self->verdict);		\
})

/*
 * What it tells
 */
TEST_F(netlink, get_tells_what_the_rover_is)
{
	struct rover_info info = rover_info_or_fail(self->node);
	const struct genl_message *answer = &self->verdict.answer;

	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_GET)));
	ASSERT_TRUE(self->verdict.answered);
	EXPECT_EQ(ROVER_CMD_GET, answer->command);
	EXPECT_EQ(0, genl_get_u32(answer, ROVER_A_INDEX));
	EXPECT_STREQ("rover0", answer->value[ROVER_A_NAME]);
	EXPECT_STREQ(info.board, answer->value[ROVER_A_BOARD]);
	EXPECT_EQ(ROVER_ABI_VERSION, genl_get_u32(answer, ROVER_A_ABI_VERSION));
	EXPECT_EQ(info.capabilities, genl_get_s64(answer, ROVER_A_CAPABILITIES));
	EXPECT_EQ(info.sensors, genl_get_u32(answer, ROVER_A_SENSORS));
	EXPECT_EQ(info.guards, genl_get_u32(answer, ROVER_A_GUARDS));
	EXPECT_EQ(info.wheel_circumference_um,
		  genl_get_u32(answer, ROVER_A_WHEEL_CIRCUMFERENCE_UM));
	EXPECT_EQ(info.track_width_um, genl_get_u32(answer, ROVER_A_TRACK_WIDTH_UM));
	EXPECT_EQ(info.speed_max_um_s, genl_get_u32(answer, ROVER_A_SPEED_MAX_UM_S));
	EXPECT_EQ((__u32)info.tilt_min_urad, genl_get_u32(answer, ROVER_A_TILT_MIN_URAD));
}

/* At rest, where both are true. */
TEST_F(netlink, state_is_the_snapshot)
{
	const struct genl_message *answer = &self->verdict.answer;
	struct rover_snapshot snapshot;

	ASSERT_EQ(0, rover_duty(self->node, 500, 500));
	ASSERT_TRUE(EVENTUALLY(truth("x_um") > 50000));
	ASSERT_EQ(0, rover_stop(self->node, ROVER_STOP_BRAKE));
	ASSERT_TRUE(EVENTUALLY(wheels_rest()));
	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_GET_STATE)));
	snapshot = rover_snapshot_or_fail(self->node);
	EXPECT_EQ(ROVER_STATE_STOPPED, genl_get_u32(answer, ROVER_A_STATE_STATE));
	EXPECT_EQ(ROVER_REASON_COMMAND, genl_get_u32(answer, ROVER_A_STATE_STOP_REASON));
	EXPECT_EQ(snapshot.stop_time_ns, genl_get_s64(answer, ROVER_A_STATE_STOP_TIME_NS));
	EXPECT_LT(50000, snapshot.x_um);
	EXPECT_EQ(snapshot.x_um, genl_get_s64(answer, ROVER_A_STATE_X_UM));
	EXPECT_EQ(snapshot.heading_urad, genl_get_s64(answer, ROVER_A_STATE_HEADING_URAD));
	EXPECT_EQ(snapshot.motion_id, genl_get_u32(answer, ROVER_A_STATE_MOTION_ID));
	EXPECT_EQ(getpid(), (__s32)genl_get_u32(answer, ROVER_A_STATE_LEASE_PID));
	EXPECT_EQ(snapshot.flags & ~ROVER_SNAPSHOT_LEASE_MINE,
		  genl_get_u32(answer, ROVER_A_STATE_FLAGS));
	EXPECT_LE(genl_get_s64(answer, ROVER_A_STATE_TIME_NS), snapshot.time_ns);
	EXPECT_NE(NULL, answer->value[ROVER_A_STATE_LEFT]);
	EXPECT_NE(NULL, answer->value[ROVER_A_STATE_SONAR]);
}

TEST_F(netlink, dumps_end_with_one_rover)
{
	static const unsigned int commands[] = {
		ROVER_CMD_GET, ROVER_CMD_GET_STATE, ROVER_CMD_GET_SETTINGS,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		genl_dump(self->fd, commands[i]);
		ASSERT_EQ(1, genl_next(self->fd, SOON_MS, &self->message));
		EXPECT_EQ(commands[i], self->message.command);
		EXPECT_EQ(0, genl_get_u32(&self->message, ROVER_A_INDEX));
		ASSERT_EQ(1, genl_next(self->fd, SOON_MS, &self->message));
		EXPECT_EQ(0, self->message.command);
	}
}

/*
 * What commands do
 */
TEST_F(netlink, duty_turns_the_wheels)
{
	ASSERT_EQ(0, ASK(duty(500, -500)));
	EXPECT_EQ(500, (__s32)genl_get_u32(&self->verdict.answer, C(LEFT_PERMILLE)));
	EXPECT_EQ(-500, (__s32)genl_get_u32(&self->verdict.answer, C(RIGHT_PERMILLE)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, -1)));
	/* The anonymous holder has the usual deadman time. */
	EXPECT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
	EXPECT_TRUE(EVENTUALLY(board_bridges_are(BRIDGE_BRAKE)));
}

TEST_F(netlink, feed_keeps_a_motion_alive_that_sysfs_began)
{
	__s64 until_ns;

	EXPECT_EQ(-ECANCELED, ASK(for_rover(ROVER_CMD_FEED)));
	EXPECT_STREQ("nothing that sysfs or netlink began is running", self->verdict.text);
	ASSERT_EQ(0, attribute_write("command", "spin-left"));
	until_ns = now_ns() + 3 * ROVER_DEADMAN_MS * MS;
	while (now_ns() < until_ns) {
		ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_FEED)));
		pause_ns(ROVER_DEADMAN_MS * MS / 4);
	}
	EXPECT_TRUE(wheels_turn(-1, 1));
	EXPECT_TRUE(EVENTUALLY(rover_is("stopped deadman")));
}

TEST_F(netlink, closed_loop_and_stops)
{
	struct genl_request request;

	ASSERT_EQ(0, ASK(two_s64(ROVER_CMD_SPEED, C(LEFT_UM_S), -200000,
				 C(RIGHT_UM_S), -200000)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, -1)));
	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_STOP)));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_TRUE(rover_is("stopped command"));

	ASSERT_EQ(0, ASK(two_s64(ROVER_CMD_TWIST, C(SPEED_UM_S), 0, C(RATE_URAD_S), 1000000)));
	EXPECT_EQ(1000000, genl_get_s64(&self->verdict.answer, C(RATE_URAD_S)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(-1, 1)));
	ASSERT_EQ(0, ASK(one_u32(ROVER_CMD_STOP, C(MODE), ROVER_STOP_BRAKE)));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));

	request = duty(400, 400);
	genl_u32(&request, C(DURATION_MS), 200);
	genl_u32(&request, C(END), ROVER_STOP_BRAKE);
	ASSERT_EQ(0, genl_ask(self->fd, &request, &self->verdict));
	EXPECT_TRUE(WITHIN(500, rover_is("stopped command")));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));

	ASSERT_EQ(0, ASK(one_u32(ROVER_CMD_STOP, C(MODE), ROVER_STOP_HOLD)));
	EXPECT_TRUE(rover_is("holding none"));
}

/* The answer has the number that the end tells. */
TEST_F(netlink, ways_end_with_an_event)
{
	__u32 id;

	/* Nobody feeds it. */
	ASSERT_EQ(0, ASK(one_u32(ROVER_CMD_SET, S(DEADMAN_MS), 5000)));
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_MOTION));
	ASSERT_EQ(0, ASK(one_s64(ROVER_CMD_MOVE, C(WAY_UM), -100000)));
	id = genl_get_u32(&self->verdict.answer, C(MOTION_ID));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_DONE, 5000, &self->message));
	EXPECT_EQ(id, genl_get_u32(&self->message, E(MOTION_ID)));
	EXPECT_EQ(ROVER_MOTION_MOVE, genl_get_u32(&self->message, E(MOTION)));
	EXPECT_EQ(1, genl_get_u32(&self->message, E(COMPLETE)));
	EXPECT_NEAR(-100000, 20000, truth("x_um"));

	ASSERT_EQ(0, ASK(one_s64(ROVER_CMD_TURN, C(ANGLE_URAD), 500000)));
	EXPECT_EQ(id + 1, genl_get_u32(&self->verdict.answer, C(MOTION_ID)));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_DONE, 5000, &self->message));
	EXPECT_EQ(ROVER_MOTION_TURN, genl_get_u32(&self->message, E(MOTION)));
	EXPECT_NEAR(500000, 100000, truth("heading_urad"));
}

TEST_F(netlink, estop_latches_until_it_is_cleared)
{
	ASSERT_EQ(0, ASK(duty(500, 500)));
	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_ESTOP)));
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	EXPECT_TRUE(rover_is("estop estop"));
	EXPECT_EQ(-ESHUTDOWN, ASK(duty(500, 500)));
	EXPECT_STREQ("the emergency stop is latched", self->verdict.text);
	EXPECT_EQ(ROVER_A_INDEX, self->verdict.blamed);
	EXPECT_TRUE(board_bridges_are(BRIDGE_BRAKE));
	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_CLEAR)));
	EXPECT_EQ(0, ASK(duty(500, 500)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
}

TEST_F(netlink, head_pose_and_settings)
{
	struct genl_request request;
	struct rover_snapshot snapshot;

	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_MOTION));
	ASSERT_EQ(0, ASK(two_s32(ROVER_CMD_LOOK, C(PAN_URAD), 300000, C(TILT_URAD), -100000)));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_HEAD, SOON_MS, &self->message));
	EXPECT_EQ(300000, (__s32)genl_get_u32(&self->message, E(PAN_URAD)));
	EXPECT_EQ(ROVER_LOOK_PAN | ROVER_LOOK_TILT, genl_get_u32(&self->message, E(AXES)));

	request = two_s64(ROVER_CMD_POSE, C(X_UM), 1000000, C(Y_UM), -7);
	genl_s64(&request, C(HEADING_URAD), 10000000);
	ASSERT_EQ(0, genl_ask(self->fd, &request, &self->verdict));
	snapshot = rover_snapshot_or_fail(self->node);
	EXPECT_EQ(1000000, snapshot.x_um);
	EXPECT_EQ(-7, snapshot.y_um);
	EXPECT_EQ(10000000, snapshot.heading_urad);

	request = two_s32(ROVER_CMD_SET, S(GUARD_UM), 250000, S(STALL_MS), 700);
	ASSERT_EQ(0, genl_ask(self->fd, &request, &self->verdict));
	EXPECT_TRUE(attribute_is("guard", "250"));
	EXPECT_TRUE(attribute_is("stall_ms", "700"));
	ASSERT_EQ(0, ASK(for_rover(ROVER_CMD_GET_SETTINGS)));
	EXPECT_EQ(250000, genl_get_u32(&self->verdict.answer, S(GUARD_UM)));
	EXPECT_EQ(700, genl_get_u32(&self->verdict.answer, S(STALL_MS)));
	EXPECT_EQ(20000, genl_get_u32(&self->verdict.answer, S(AIR_TEMPERATURE_MC)));
	/* All or none. */
	request = two_s32(ROVER_CMD_SET, S(STALL_MS), 900, S(GUARD_UM), 5);
	EXPECT_EQ(-ERANGE, genl_ask(self->fd, &request, &self->verdict));
	EXPECT_EQ(S(GUARD_UM), self->verdict.blamed);
	EXPECT_TRUE(attribute_is("stall_ms", "700"));
}

/*
 * What is refused
 */
TEST_F(netlink, who_drives_is_not_disturbed)
{
	ASSERT_EQ(0, rover_duty(self->node, 500, 500));
	EXPECT_EQ(-EBUSY, ASK(duty(-500, -500)));
	EXPECT_STREQ("somebody else drives this rover", self->verdict.text);
	EXPECT_EQ(ROVER_A_INDEX, self->verdict.blamed);
	EXPECT_EQ(-EBUSY, ASK(one_u32(ROVER_CMD_SET, S(STALL_MS), 0)));
	EXPECT_STREQ("somebody drives, and would be less protected", self->verdict.text);
	EXPECT_EQ(S(STALL_MS), self->verdict.blamed);
	/* What protects him more, and a stop, is anybody's. */
	EXPECT_EQ(0, ASK(one_u32(ROVER_CMD_SET, S(STALL_MS), 200)));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	EXPECT_EQ(0, ASK(for_rover(ROVER_CMD_STOP)));
	EXPECT_TRUE(rover_is("stopped command"));
}

TEST_F(netlink, a_guard_refuses_in_words)
{
	ASSERT_EQ(0, attribute_write("guard", "4000"));
	ASSERT_EQ(0, ASK(duty(500, 500)));
	/* The wall is nearer than that: it waits for the first ping, and ends. */
	ASSERT_TRUE(EVENTUALLY(rover_is("stopped guard")));
	EXPECT_EQ(-ECANCELED, ASK(duty(500, 500)));
	EXPECT_STREQ("a guard refuses to move that way", self->verdict.text);
	EXPECT_EQ(C(LEFT_PERMILLE), self->verdict.blamed);
}

TEST_F(netlink, refusals_name_the_attribute)
{
	struct genl_request none = genl_request(ROVER_CMD_GET);
	struct genl_request other = genl_request(ROVER_CMD_DUTY);
	struct genl_request far = duty(0, 1001);
	struct genl_request half = one_u32(ROVER_CMD_DUTY, C(LEFT_PERMILLE), 0);
	struct genl_request fast = two_s64(ROVER_CMD_SPEED, C(LEFT_UM_S), 1, C(RIGHT_UM_S),
					   700000);
	struct genl_request high = one_u32(ROVER_CMD_LOOK, C(TILT_URAD), 4000000);
	struct genl_request foreign = one_u32(ROVER_CMD_ESTOP, C(MODE), 0);
	struct genl_request mode = one_u32(ROVER_CMD_STOP, C(MODE), 3);
	struct genl_request endless = duty(100, 100);
	struct genl_request even = one_u32(ROVER_CMD_SET, S(SONAR_MEDIAN), 4);
	struct genl_request short_one = for_rover(ROVER_CMD_STOP);
	const struct {
		const struct genl_request *request;
		int err;
		unsigned int blamed, missing;
		const char *text;
	} cases[] = {
		{ &none, EINVAL, 0, ROVER_A_INDEX, "index is missing: which rover?" },
		{ &other, ENODEV, ROVER_A_INDEX, 0, "there is no such rover" },
		{ &half, EINVAL, 0, C(RIGHT_PERMILLE), "an attribute is missing" },
		{ &far, ERANGE, C(RIGHT_PERMILLE), 0, "integer out of range" },
		{ &fast, ERANGE, C(RIGHT_UM_S), 0, "beyond the limits of this rover" },
		{ &high, ERANGE, C(TILT_URAD), 0, "beyond the limits of this rover" },
		{ &foreign, EINVAL, C(MODE), 0, "Unknown attribute type" },
		{ &mode, ERANGE, C(MODE), 0, "integer out of range" },
		{ &endless, EINVAL, C(END), 0, "an end needs a duration" },
		{ &even, ERANGE, S(SONAR_MEDIAN), 0, "beyond the limits of this rover" },
		{ &short_one, EINVAL, C(MODE), 0, "invalid attribute length" },
	};
	unsigned int i;

	genl_u32(&other, ROVER_A_INDEX, 77);
	genl_u32(&endless, C(END), ROVER_STOP_BRAKE);
	genl_raw(&short_one, C(MODE), "", 1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int err = genl_ask(self->fd, cases[i].request, &self->verdict);

		EXPECT_EQ(-cases[i].err, err) TH_LOG("case %u", i);
		EXPECT_EQ(cases[i].blamed, self->verdict.blamed) TH_LOG("case %u", i);
		EXPECT_EQ(cases[i].missing, self->verdict.missing) TH_LOG("case %u", i);
		EXPECT_STREQ(cases[i].text, self->verdict.text) TH_LOG("case %u", i);
	}
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
	EXPECT_TRUE(wheels_rest());
}

/* Any user listens and asks; nobody without CAP_NET_ADMIN moves anything. */
static int try_as_user(unsigned int command, __u32 value)
{
	struct genl_request request = for_rover(command);
	struct genl_verdict verdict;
	int fd = genl_open_or_fail();

	if (command == ROVER_CMD_DUTY) {
		genl_u32(&request, C(LEFT_PERMILLE), value);
		genl_u32(&request, C(RIGHT_PERMILLE), value);
	}
	return genl_ask(fd, &request, &verdict);
}

static int join_as_user(void)
{
	struct genl_message message;
	int fd = genl_open_or_fail();
	int err = genl_join(fd, ROVER_MCGRP_SAFETY);

	if (!err && attribute_write("command", "x") != -EACCES)
		die("a user who may write attributes is no test");
	genl_dump(fd, ROVER_CMD_GET_STATE);
	return err ?: genl_next(fd, 2000, &message) == 1 ? 0 : -EIO;
}

TEST_F(netlink, commands_need_cap_net_admin)
{
	unsigned int command;

	for (command = ROVER_CMD_DUTY; command <= ROVER_CMD_SET; command++)
		EXPECT_EQ(EPERM, AS_USER(1000, 1000, try_as_user(command, 500)))
			TH_LOG("command %u", command);
	EXPECT_EQ(0, AS_USER(1000, 1000, try_as_user(ROVER_CMD_GET_STATE, 0)));
	EXPECT_EQ(0, AS_USER(1000, 1000, join_as_user()));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));
}

TEST_F(netlink, only_in_the_initial_network_namespace)
{
	pid_t pid = fork();

	if (!pid)
		_exit(unshare(CLONE_NEWNET) ? 99 : -genl_open());
	EXPECT_EQ(ENOENT, wait_for(pid));
}

/*
 * Who hears of what
 */
static void skip_all(int fd)
{
	struct genl_message message;

	while (genl_next(fd, 200, &message))
		;
}

TEST_F(netlink, each_group_has_its_kinds)
{
	struct rover_event stop;

	/* Motion alone: no stop, no setting. */
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_MOTION));
	event_listen(self->node, 1ULL << ROVER_EVENT_STOP);
	ASSERT_EQ(0, ASK(duty(300, 300)));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_DRIVER, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_LEASE_TAKEN | ROVER_LEASE_ANONYMOUS,
		  genl_get_u32(&self->message, E(LEASE_FLAGS)));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_STATE, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_STATE_MOVING, genl_get_u32(&self->message, E(STATE)));
	ASSERT_EQ(0, genl_join(self->fd, ROVER_MCGRP_SAFETY));
	ASSERT_EQ(0, rover_stop(self->node, ROVER_STOP_BRAKE));
	ASSERT_EQ(1, genl_next(self->heard, SOON_MS, &self->message));
	EXPECT_NE(ROVER_CMD_EVENT_STOP, self->message.command);

	/* Safety: the record that read() gives, too. */
	ASSERT_TRUE(event_find(self->node, ROVER_EVENT_STOP, SOON_MS, &stop));
	ASSERT_EQ(1, genl_next(self->fd, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_CMD_EVENT_STOP, self->message.command);
	EXPECT_EQ(0, genl_get_u32(&self->message, E(INDEX)));
	EXPECT_EQ(stop.sequence, genl_get_u32(&self->message, E(SEQUENCE)));
	EXPECT_EQ(stop.time_ns, genl_get_s64(&self->message, E(TIME_NS)));
	EXPECT_EQ(ROVER_REASON_COMMAND, genl_get_u32(&self->message, E(REASON)));
	EXPECT_EQ(ROVER_STOP_BRAKE, genl_get_u32(&self->message, E(MODE)));
	EXPECT_EQ(stop.stop.latency_ns, genl_get_u32(&self->message, E(LATENCY_NS)));
	EXPECT_EQ(NULL, self->message.value[E(RANGE_UM)]);
	ASSERT_EQ(0, attribute_write("guard", "300"));
	ASSERT_EQ(1, genl_next(self->fd, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_CMD_EVENT_SETTING, self->message.command);
	EXPECT_EQ(ROVER_SET_GUARD, genl_get_s64(&self->message, E(SETTINGS)));
}

TEST_F(netlink, sensors_are_told)
{
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_SENSORS));
	ASSERT_EQ(0, board_control("sensors", "obstacle_left=1"));
	ASSERT_EQ(1, genl_next(self->heard, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_CMD_EVENT_SENSOR, self->message.command);
	EXPECT_EQ(ROVER_SENSOR_OBSTACLE_LEFT, genl_get_u32(&self->message, E(SENSOR)));
	EXPECT_EQ(1, genl_get_u32(&self->message, E(LEVEL)));
}

/* So many pings in half a second. */
static unsigned int pings(void)
{
	__u64 before = board_line(SONAR_LINE).rising;

	pause_ns(500 * MS);
	return board_line(SONAR_LINE).rising - before;
}

/* Who listens keeps the sonar going; a dump tells kernels before 6.9 that he does. */
TEST_F(netlink, listening_for_ranges_keeps_the_sonar_going)
{
	EXPECT_EQ(0, pings());
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_RANGE));
	genl_dump(self->fd, ROVER_CMD_GET_STATE);
	skip_all(self->fd);
	EXPECT_LE(4, pings());
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_RANGE, SOON_MS, &self->message));
	EXPECT_EQ(ROVER_RANGE_VALID, genl_get_u32(&self->message, E(STATUS)));
	EXPECT_NEAR(truth("sonar_distance_um"), 5000, genl_get_s64(&self->message, E(RANGE_UM)));
	ASSERT_EQ(0, genl_leave(self->heard, ROVER_MCGRP_RANGE));
	EXPECT_TRUE(EVENTUALLY(!pings()));
}

TEST_F(netlink, rovers_come_and_go)
{
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_DEVICE));
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_SAFETY));
	ASSERT_EQ(0, ASK(duty(500, 500)));
	ASSERT_EQ(0, rover_unbind());
	/* The last stop comes before the end. */
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_STOP, SOON_MS, &self->message));
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_DEPARTED, SOON_MS, &self->message));
	EXPECT_STREQ("rover0", self->message.value[E(NAME)]);
	EXPECT_EQ(-ENODEV, ASK(for_rover(ROVER_CMD_GET_STATE)));
	EXPECT_STREQ("there is no such rover", self->verdict.text);
	genl_dump(self->fd, ROVER_CMD_GET);
	ASSERT_EQ(1, genl_next(self->fd, SOON_MS, &self->message));
	EXPECT_EQ(0, self->message.command);

	ASSERT_EQ(0, rover_bind());
	ASSERT_TRUE(genl_find(self->heard, ROVER_CMD_EVENT_ARRIVED, SOON_MS, &self->message));
	EXPECT_EQ(0, ASK(for_rover(ROVER_CMD_GET_STATE)));
}

/* One does not read, the other does. */
TEST_F(netlink, who_does_not_read_loses_and_learns_so)
{
	struct genl_request fly = one_u32(ROVER_CMD_SET, S(DEBOUNCE_US), 0);
	unsigned int rounds = 600, heard = 0, i;
	__u32 sequence = 0;
	int slow = genl_open_or_fail(), small = 1, got;

	ASSERT_EQ(0, setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	ASSERT_EQ(0, genl_join(slow, ROVER_MCGRP_SAFETY));
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_SAFETY));
	for (i = 0; i < rounds; i++) {
		fly = one_u32(ROVER_CMD_SET, S(DEBOUNCE_US), i + 1);
		ASSERT_EQ(0, genl_ask(self->fd, &fly, &self->verdict));
		ASSERT_EQ(1, genl_next(self->heard, SOON_MS, &self->message));
		EXPECT_EQ(ROVER_CMD_EVENT_SETTING, self->message.command);
		if (i)
			EXPECT_EQ(sequence + 1, genl_get_u32(&self->message, E(SEQUENCE)));
		sequence = genl_get_u32(&self->message, E(SEQUENCE));
	}
	EXPECT_EQ(-ENOBUFS, genl_next(slow, 0, &self->message));
	while ((got = genl_next(slow, 0, &self->message)) > 0)
		heard++;
	EXPECT_EQ(0, got);
	EXPECT_LT(0, heard);
	EXPECT_GT(rounds, heard);
	/* It goes on from there. */
	fly = one_u32(ROVER_CMD_SET, S(DEBOUNCE_US), 5000);
	ASSERT_EQ(0, genl_ask(self->fd, &fly, &self->verdict));
	ASSERT_EQ(1, genl_next(slow, SOON_MS, &self->message));
	EXPECT_EQ(sequence + 1, genl_get_u32(&self->message, E(SEQUENCE)));
	close(slow);
}

/* While both listen and a dump has begun. */
TEST_F(netlink, the_module_can_be_unloaded)
{
	close(self->node);
	ASSERT_EQ(0, genl_join(self->heard, ROVER_MCGRP_RANGE));
	ASSERT_EQ(0, run("rmmod", "rover", NULL));
	EXPECT_EQ(-ENOENT, genl_open());
	ASSERT_EQ(0, run("modprobe", "rover", NULL));
	ASSERT_TRUE(EVENTUALLY(file_exists(ROVER_DEVICE)));
	self->node = rover_open_or_fail(O_RDWR);
}

TEST_HARNESS_MAIN
