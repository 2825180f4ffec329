// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The settings: presets, limits, all or none, and who may loosen what protects
 * the rover.
 *
 * Copyright (C) 2026 The rover authors
 */
#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define ALICE		1000
#define BOB		1001
#define DRIVERS		4711

FIXTURE(settings) {
	int fd;
	struct rover_settings before;
};

static struct rover_settings settings_or_fail(int fd)
{
	struct rover_settings settings = {};

	if (rover_call(fd, ROVER_IOC_SETTINGS, &settings))
		die("no settings");
	return settings;
}

FIXTURE_SETUP(settings)
{
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
	self->before = settings_or_fail(self->fd);
}

FIXTURE_TEARDOWN(settings)
{
	rover_release(self->fd);
	EXPECT_EQ(0, rover_call(self->fd, ROVER_IOC_CONFIGURE, &self->before));
	close(self->fd);
}

static int configure(int fd, struct rover_settings settings)
{
	return rover_call(fd, ROVER_IOC_CONFIGURE, &settings);
}

static bool same(const struct rover_settings *a, const struct rover_settings *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* A field as a number, by its bit; and its limits. */
static const struct limit {
	__u64 bit;
	size_t offset;
	long min, max;
	bool off;
} limits[] = {
#define LIMIT(_bit, _member, _min, _max, _off) \
	{ ROVER_SET_##_bit, offsetof(struct rover_settings, _member), _min, _max, _off }
	LIMIT(GUARD, guard_um, ROVER_GUARD_MIN_UM, ROVER_GUARD_MAX_UM, true),
	LIMIT(STALL, stall_ms, 100, 10000, true),
	LIMIT(TICK, tick_us, 2000, 50000, false),
	LIMIT(SPEED_MAX, speed_max_um_s, 10000, 10000000, false),
	LIMIT(RATE_MAX, rate_max_urad_s, 100000, 100000000, false),
	LIMIT(ACCELERATION, acceleration_um_s2, 10000, 100000000, false),
	LIMIT(DECELERATION, deceleration_um_s2, 10000, 100000000, false),
	LIMIT(FEED_FORWARD, feed_forward, 0, 100000, true),
	LIMIT(DEAD_ZONE, dead_zone_permille, 0, 900, true),
	LIMIT(PROPORTIONAL, proportional, 0, 100000, true),
	LIMIT(INTEGRAL, integral, 0, 1000000, true),
	LIMIT(SONAR_INTERVAL, sonar_interval_us, 60000, 10000000, false),
	LIMIT(SONAR_MEDIAN, sonar_median, 1, 9, false),
	LIMIT(TEMPERATURE, air_temperature_mc, -40000, 85000, true),
};

static struct rover_settings with(const struct limit *limit, long value)
{
	struct rover_settings settings = { .fields = limit->bit };

	*(__u32 *)((char *)&settings + limit->offset) = value;
	return settings;
}

static long field_of(struct rover_settings settings, const struct limit *limit)
{
	return *(__s32 *)((char *)&settings + limit->offset);
}

TEST_F(settings, limits_are_those_of_the_interface)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limit *l = &limits[i];

		EXPECT_EQ(0, configure(self->fd, with(l, l->max))) TH_LOG("%u", i);
		EXPECT_EQ(l->max, field_of(settings_or_fail(self->fd), l)) TH_LOG("%u", i);
		EXPECT_EQ(0, configure(self->fd, with(l, l->min))) TH_LOG("%u", i);
		EXPECT_EQ(l->min, field_of(settings_or_fail(self->fd), l)) TH_LOG("%u", i);
		EXPECT_EQ(-ERANGE, configure(self->fd, with(l, l->max + 1))) TH_LOG("%u", i);
		EXPECT_EQ(-ERANGE, configure(self->fd, with(l, l->min - 1))) TH_LOG("%u", i);
		EXPECT_EQ(l->off ? 0 : -ERANGE, configure(self->fd, with(l, 0))) TH_LOG("%u", i);
	}
}

TEST_F(settings, a_median_has_a_middle)
{
	struct rover_settings even = { .fields = ROVER_SET_SONAR_MEDIAN, .sonar_median = 4 };

	EXPECT_EQ(-ERANGE, configure(self->fd, even));
}

TEST_F(settings, all_or_none)
{
	struct rover_settings two = {
		.fields = ROVER_SET_TICK | ROVER_SET_STALL, .tick_us = 20000, .stall_ms = 99,
	};
	struct rover_settings after;

	EXPECT_EQ(-ERANGE, configure(self->fd, two));
	after = settings_or_fail(self->fd);
	EXPECT_TRUE(same(&self->before, &after));
}

TEST_F(settings, what_is_unknown_or_missing_is_told)
{
	struct rover_settings none = {};
	struct rover_settings unknown = { .fields = 1ULL << 40 };
	struct rover_settings reserved = { .fields = ROVER_SET_TICK, .tick_us = 10000,
					   .reserved = 1 };
	struct rover_settings after;

	EXPECT_EQ(-EINVAL, configure(self->fd, none));
	EXPECT_EQ(-EINVAL, configure(self->fd, unknown));
	EXPECT_EQ(-EINVAL, configure(self->fd, reserved));
	after = settings_or_fail(self->fd);
	EXPECT_TRUE(same(&self->before, &after));
}

TEST_F(settings, only_who_writes_may)
{
	struct rover_settings tick = { .fields = ROVER_SET_TICK, .tick_us = 20000 };
	int fd = rover_open_or_fail(O_RDONLY);

	EXPECT_EQ(-EPERM, configure(fd, tick));
	close(fd);
}

/* Tighter is anybody's; looser is the driver's. */
TEST_F(settings, who_drives_keeps_what_protects_him)
{
	struct rover_settings guard = { .fields = ROVER_SET_GUARD, .guard_um = 200000 };
	struct rover_settings stall = { .fields = ROVER_SET_STALL, .stall_ms = 400 };
	int other = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(0, configure(other, guard));
	EXPECT_EQ(0, configure(other, stall));
	EXPECT_EQ(0, attribute_write("guard", "300"));
	EXPECT_EQ(0, attribute_write("stall_ms", "300"));

	guard.guard_um = 100000;
	stall.stall_ms = 0;
	EXPECT_EQ(-EBUSY, configure(other, guard));
	EXPECT_EQ(-EBUSY, configure(other, stall));
	EXPECT_EQ(-EBUSY, attribute_write("guard", "0"));
	EXPECT_EQ(300, attribute_number_or_fail("guard"));

	EXPECT_EQ(0, configure(self->fd, guard));
	EXPECT_EQ(0, configure(self->fd, stall));
	EXPECT_EQ(100, attribute_number_or_fail("guard"));
	EXPECT_EQ(0, rover_release(self->fd));
	EXPECT_EQ(0, attribute_write("guard", "0"));
	close(other);
}

/* What a loosening comes together with does not slip through. */
TEST_F(settings, nothing_slips_through_beside_a_loosening)
{
	struct rover_settings two = {
		.fields = ROVER_SET_TICK | ROVER_SET_STALL, .tick_us = 20000, .stall_ms = 0,
	};
	int other = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, rover_take(self->fd, 0, 0));
	EXPECT_EQ(-EBUSY, configure(other, two));
	EXPECT_EQ(self->before.tick_us, settings_or_fail(self->fd).tick_us);
	close(other);
}

TEST_F(settings, a_long_deadman_is_for_the_administrator)
{
	struct rover_settings deadman = { .fields = ROVER_SET_DEADMAN, .deadman_ms = 0 };

	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, configure(self->fd, deadman)));
	deadman.deadman_ms = ROVER_DEADMAN_MAX_MS + 1;
	EXPECT_EQ(EPERM, AS_USER(ALICE, DRIVERS, configure(self->fd, deadman)));
	EXPECT_EQ(0, configure(self->fd, deadman));
	deadman.deadman_ms = ROVER_DEADMAN_MAX_MS;
	EXPECT_EQ(0, AS_USER(ALICE, DRIVERS, configure(self->fd, deadman)));
	EXPECT_EQ(ROVER_DEADMAN_MAX_MS, attribute_number_or_fail("deadman"));
}

/* Attributes have units that people read. */
TEST_F(settings, attributes_convert_units)
{
	EXPECT_EQ(0, attribute_write("max_rate_mdeg_s", "90000"));
	EXPECT_EQ(1570796, settings_or_fail(self->fd).rate_max_urad_s / 10 * 10 + 6)
		TH_LOG("%u", settings_or_fail(self->fd).rate_max_urad_s);
	EXPECT_EQ(90000, attribute_number_or_fail("max_rate_mdeg_s"));
	EXPECT_EQ(0, attribute_write("max_speed_mm_s", "450"));
	EXPECT_EQ(450000, settings_or_fail(self->fd).speed_max_um_s);
	EXPECT_EQ(0, attribute_write("air_temperature_mc", "-5000"));
	EXPECT_EQ(-5000, settings_or_fail(self->fd).air_temperature_mc);
	EXPECT_EQ(-EINVAL, attribute_write("tick_us", "soon"));
	EXPECT_EQ(-ERANGE, attribute_write("tick_us", "-1"));
	EXPECT_EQ(-ERANGE, attribute_write("guard", "29"));
	EXPECT_EQ(-ERANGE, attribute_write("guard", "4001"));
	EXPECT_EQ(-ERANGE, attribute_write("guard", "99999999999"));
}

/* A new bind begins with the presets. */
TEST_F(settings, a_bind_begins_anew)
{
	struct rover_settings tick = { .fields = ROVER_SET_TICK, .tick_us = 20000 };
	struct rover_settings after;

	ASSERT_EQ(0, configure(self->fd, tick));
	ASSERT_EQ(0, rover_unbind());
	EXPECT_EQ(-ENODEV, configure(self->fd, tick));
	ASSERT_EQ(0, rover_bind());
	close(self->fd);
	self->fd = rover_open_or_fail(O_RDWR);
	after = settings_or_fail(self->fd);
	EXPECT_EQ(10000, after.tick_us);
}

TEST_HARNESS_MAIN
