// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A head of which a PWM turns the pan servo, with a calibration of its own: the
 * pulses that the provider is told, and none when it is let go.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <math.h>

#include "board.h"
#include "device.h"
#include "event.h"
#include "harness.h"
#include "measure.h"
#include "util.h"

#define CHANNEL		0
#define TILT_LINE	24
#define PERIOD_NS	(20 * MS)
#define MIN_MDEG	(-45000)
#define MAX_MDEG	90000
#define MIN_NS		(2300 * US)
#define MAX_NS		(800 * US)
#define PULSE_ERROR_NS	1000

static __s64 pulse_ns(int mdeg)
{
	return MIN_NS + (MAX_NS - MIN_NS) * (mdeg - MIN_MDEG) / (MAX_MDEG - MIN_MDEG);
}

static bool pwm_is(__s64 high_ns)
{
	struct board_pwm pwm = board_pwm(CHANNEL);
	__s64 off_ns = (__s64)pwm.duty_ns - high_ns;

	return pwm.enabled && pwm.period_ns == PERIOD_NS && off_ns <= PULSE_ERROR_NS &&
	       off_ns >= -PULSE_ERROR_NS;
}

FIXTURE(servopwm) {
	int fd;
};

FIXTURE_SETUP(servopwm)
{
	if (rover_bind() || rover_unbind() || rover_bind())
		die("the rover does not come back");
	rover_calm();
	if (attribute_write_number("servo_rate_mdeg_s", 0) ||
	    attribute_write_number("servo_idle_ms", 0))
		die("the settings cannot be changed");
	self->fd = rover_open_or_fail(O_RDWR);
	event_listen(self->fd, 1 << ROVER_EVENT_SERVO);
}

FIXTURE_TEARDOWN(servopwm)
{
	close(self->fd);
}

TEST_F(servopwm, is_told_the_pulses)
{
	static const int angles_mdeg[] = { MIN_MDEG, 0, 12345, MAX_MDEG };
	size_t i;

	/* The motors have lines: that is not what the PWM is for. */
	EXPECT_FALSE(rover_info_or_fail(self->fd).capabilities & ROVER_CAP_HARDWARE_PWM);
	EXPECT_TRUE(pwm_is(0));
	for (i = 0; i < ARRAY_SIZE(angles_mdeg); i++) {
		ASSERT_EQ(0, attribute_write_number("pan", angles_mdeg[i]));
		EXPECT_TRUE(EVENTUALLY(pwm_is(pulse_ns(angles_mdeg[i]))));
	}
	EXPECT_EQ(-ERANGE, attribute_write_number("pan", MIN_MDEG - 1));
	EXPECT_EQ(-ERANGE, attribute_write_number("pan", MAX_MDEG + 1));
	EXPECT_TRUE(pwm_is(MAX_NS));
}

TEST_F(servopwm, slews_arrives_and_is_let_go)
{
	struct rover_event event = {};
	__s64 from_ns;

	ASSERT_EQ(0, attribute_write_number("pan", 0));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	ASSERT_EQ(0, attribute_write_number("servo_rate_mdeg_s", 90000));
	from_ns = now_ns();
	ASSERT_EQ(0, attribute_write_number("pan", 45000));
	EXPECT_TRUE(EVENTUALLY(pwm_is(pulse_ns(45000))));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_EQ(ROVER_LOOK_PAN, event.servo.flags);
	EXPECT_NEAR(500 * MS, 21 * MS, event.time_ns - from_ns);
	ASSERT_EQ(0, attribute_write_number("servo_idle_ms", 100));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_EQ(1, event.servo.idle);
	EXPECT_TRUE(EVENTUALLY(pwm_is(0)));
	EXPECT_FALSE(timer_pending("[rover]"));
}

TEST_F(servopwm, goes_with_a_servo_on_a_line)
{
	struct rover_look look = { .flags = ROVER_LOOK_PAN | ROVER_LOOK_TILT };
	struct rover_event event = {};

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_LOOK, &look));
	ASSERT_TRUE(event_next(self->fd, 5000, &event));
	EXPECT_EQ(ROVER_LOOK_PAN | ROVER_LOOK_TILT, event.servo.flags);
	EXPECT_TRUE(EVENTUALLY(pwm_is(pulse_ns(0))));
	EXPECT_TRUE(EVENTUALLY(board_level(TILT_LINE)));
}

TEST_F(servopwm, is_let_go_at_unbind)
{
	ASSERT_EQ(0, attribute_write_number("pan", 45000));
	ASSERT_TRUE(EVENTUALLY(pwm_is(pulse_ns(45000))));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_TRUE(pwm_is(0));
}

TEST_HARNESS_MAIN
