// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random calls of the ABI.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/ioctl.h>
#include <string.h>

#include "random.h"
#include "util.h"

union argument {
	struct rover_take take;
	struct rover_stop stop;
	struct rover_duty duty;
	struct rover_speed speed;
	struct rover_twist twist;
	struct rover_path path;
	struct rover_look look;
	struct rover_pose pose;
	struct rover_settings settings;
	struct rover_sonar_range range;
	struct rover_subscribe subscribe;
	struct rover_report report;
	__u8 bytes[RANDOM_SIZE];
};

static __u64 state;

void random_seed(__u64 seed)
{
	state = seed;
}

/* SplitMix64 */
static __u64 next(void)
{
	__u64 mixed = state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

__u64 random_below(__u64 below)
{
	return next() % below;
}

__s64 random_between(__s64 from, __s64 to)
{
	return from + (__s64)random_below(to - from + 1);
}

void random_bytes(void *bytes, size_t size)
{
	__u8 *byte = bytes;

	while (size--)
		*byte++ = next();
}

static bool one_in(unsigned int n)
{
	return !random_below(n);
}

/* Neither is 0. */
static __u32 unknown_flags(__u32 known)
{
	return 1u << random_between(known, 31);
}

static __u32 duration_ms(void)
{
	return one_in(2) ? 0 : random_between(1, 500);
}

static void fill_take(union argument *to)
{
	to->take.flags = random_below(4);
	if (to->take.flags & ROVER_TAKE_DEADMAN)
		to->take.deadman_ms = random_between(1, ROVER_DEADMAN_MAX_MS);
}

static void flag_take(union argument *to)
{
	to->take.flags |= unknown_flags(2);
}

static void fill_stop(union argument *to)
{
	to->stop.mode = random_below(3);
}

static void flag_stop(union argument *to)
{
	if (one_in(2))
		to->stop.mode = random_between(3, 1000);
	else
		to->stop.reserved = 1 + random_below(1000);
}

static void fill_duty(union argument *to)
{
	to->duty.left_permille = random_between(-1000, 1000);
	to->duty.right_permille = random_between(-1000, 1000);
	to->duty.duration_ms = duration_ms();
	if (to->duty.duration_ms)
		to->duty.end = random_below(2);
}

static void flag_duty(union argument *to)
{
	if (one_in(2))
		to->duty.flags = unknown_flags(0);
	else
		to->duty.reserved = unknown_flags(0);
}

static void limit_duty(union argument *to)
{
	to->duty.right_permille = one_in(2) ? random_between(1001, 1L << 30) :
					      random_between(-(1L << 30), -1001);
}

static void fill_speed(union argument *to)
{
	to->speed.left_um_s = random_between(-300000, 300000);
	to->speed.right_um_s = random_between(-300000, 300000);
	to->speed.duration_ms = duration_ms();
}

static void flag_speed(union argument *to)
{
	if (one_in(2))
		to->speed.flags = unknown_flags(0);
	else
		to->speed.reserved = unknown_flags(0);
}

static void limit_speed(union argument *to)
{
	to->speed.left_um_s = (one_in(2) ? 1 : -1) * random_between(20000000, 1LL << 60);
}

static void fill_twist(union argument *to)
{
	to->twist.speed_um_s = random_between(-400000, 400000);
	to->twist.rate_urad_s = random_between(-3000000, 3000000);
	to->twist.duration_ms = duration_ms();
}

static void flag_twist(union argument *to)
{
	if (one_in(2))
		to->twist.flags = unknown_flags(0);
	else
		to->twist.reserved = unknown_flags(0);
}

static void limit_twist(union argument *to)
{
	to->twist.rate_urad_s = (one_in(2) ? 1 : -1) * random_between(1000000001, 1LL << 62);
}

static void fill_path(union argument *to)
{
	to->path.way = random_between(-200000, 200000);
	to->path.speed = one_in(2) ? 0 : random_between(50000, 500000);
	to->path.end = random_below(3);
	to->path.flags = random_below(2);
}

static void flag_path(union argument *to)
{
	if (one_in(2))
		to->path.flags |= unknown_flags(1);
	else
		to->path.reserved = unknown_flags(0);
}

static void limit_path(union argument *to)
{
	to->path.way = (one_in(2) ? 1 : -1) * random_between(1000000001, 1LL << 62);
}

static void fill_look(union argument *to)
{
	to->look.flags = random_between(1, 3);
	to->look.pan_urad = random_between(-500000, 500000);
	to->look.tilt_urad = random_between(-300000, 300000);
}

static void flag_look(union argument *to)
{
	if (one_in(3))
		to->look.flags = 0;
	else if (one_in(2))
		to->look.flags |= unknown_flags(2);
	else
		to->look.reserved = unknown_flags(0);
}

static void limit_look(union argument *to)
{
	to->look.flags = ROVER_LOOK_PAN;
	to->look.pan_urad = random_between(4000000, 2000000000);
}

static void fill_pose(union argument *to)
{
	to->pose.x_um = random_between(-1000000000000, 1000000000000);
	to->pose.y_um = random_between(-1000000000000, 1000000000000);
	to->pose.heading_urad = random_between(-1000000000000, 1000000000000);
}

static void flag_pose(union argument *to)
{
	if (one_in(2))
		to->pose.flags = unknown_flags(0);
	else
		to->pose.reserved = unknown_flags(0);
}

static void limit_pose(union argument *to)
{
	to->pose.y_um = (one_in(2) ? 1 : -1) * random_between(1000000000001, 1LL << 62);
}

/* One field at a time, and none that would make the rest of the run another rover's. */
static void fill_settings(union argument *to)
{
	struct rover_settings *settings = &to->settings;

	settings->fields = 1ULL << random_below(19);
	settings->deadman_ms = random_between(100, ROVER_DEADMAN_MAX_MS);
	settings->guard_um = one_in(2) ? 0 : random_between(ROVER_GUARD_MIN_UM, 300000);
	settings->obstacle_guard = random_below(2);
	settings->stall_ms = one_in(2) ? 0 : random_between(100, 10000);
	settings->tick_us = random_between(5000, 50000);
	settings->speed_max_um_s = random_between(500000, 10000000);
	settings->rate_max_urad_s = random_between(100000, 100000000);
	settings->acceleration_um_s2 = random_between(10000, 100000000);
	settings->deceleration_um_s2 = random_between(10000, 100000000);
	settings->feed_forward = random_between(0, 100000);
	settings->dead_zone_permille = random_between(0, 900);
	settings->proportional = random_between(0, 100000);
	settings->integral = random_between(0, 1000000);
	settings->sonar_interval_us = random_between(60000, 200000);
	settings->sonar_median = 1 + 2 * random_below(5);
	settings->air_temperature_mc = random_between(-40000, 85000);
	settings->servo_rate_urad_s = random_between(100000, 100000000);
	settings->servo_idle_ms = random_between(0, 3600000);
	settings->debounce_us = random_between(0, 100000);
}

static void flag_settings(union argument *to)
{
	if (one_in(2))
		to->settings.fields |= 1ULL << random_between(19, 63);
	else
		to->settings.reserved = unknown_flags(0);
}

static void limit_settings(union argument *to)
{
	to->settings.fields = ROVER_SET_TICK;
	to->settings.tick_us = one_in(2) ? random_below(2000) : random_between(50001, 1L << 31);
}

static void fill_range(union argument *to)
{
	to->range.flags = random_below(2);
	if (to->range.flags)
		to->range.max_age_ms = random_below(200);
}

static void flag_range(union argument *to)
{
	to->range.flags |= unknown_flags(1);
}

static void fill_subscribe(union argument *to)
{
	to->subscribe.kinds = random_below(1 << 9);
	if (one_in(4)) {
		to->subscribe.range_below_um = random_between(1, 4000000);
		to->subscribe.range_hysteresis_um = random_below(100000);
	}
	to->subscribe.range_interval_ms = random_below(1000);
	to->subscribe.sensor_interval_ms = random_below(1000);
	to->subscribe.sensors = random_below(16);
	to->subscribe.queue_length = one_in(2) ? 0 : random_between(1, 4096);
	to->subscribe.flags = random_below(2);
}

static void flag_subscribe(union argument *to)
{
	if (one_in(3))
		to->subscribe.kinds |= 1ULL << random_between(10, 63);
	else if (one_in(2))
		to->subscribe.flags |= unknown_flags(1);
	else
		to->subscribe.reserved = unknown_flags(0);
}

static void limit_subscribe(union argument *to)
{
	to->subscribe.queue_length = random_between(4097, 1L << 31);
}

static void fill_report(union argument *to)
{
	if (one_in(3))
		to->report.flags = ROVER_REPORT_OFF;
	else if (one_in(2))
		to->report.interval_ms = random_between(10, 3600000);
}

static void flag_report(union argument *to)
{
	to->report.flags |= unknown_flags(1);
}

static void limit_report(union argument *to)
{
	to->report.flags = 0;
	to->report.interval_ms = one_in(2) ? random_between(1, 9) :
					     random_between(3600001, 1L << 31);
}

#define ERRORS_MAX	9

/* What the rover's state, or the file, may say to a right call. */
static const struct kind {
	const char *name;
	unsigned int command;
	void (*fill)(union argument *to);
	void (*flag)(union argument *to);
	void (*limit)(union argument *to);
	int errors[ERRORS_MAX];
} kinds[] = {
	{ "INFO", ROVER_IOC_INFO },
	{ "SNAPSHOT", ROVER_IOC_SNAPSHOT },
	{ "PING", ROVER_IOC_PING },
	{ "SETTINGS", ROVER_IOC_SETTINGS },
	{ "RANGE", ROVER_IOC_RANGE, fill_range, flag_range },
	{ "SUBSCRIBE", ROVER_IOC_SUBSCRIBE, fill_subscribe, flag_subscribe, limit_subscribe },
	{ "REPORT", ROVER_IOC_REPORT, fill_report, flag_report, limit_report },
	{ "TAKE", ROVER_IOC_TAKE, fill_take, flag_take, NULL,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "RELEASE", ROVER_IOC_RELEASE, NULL, NULL, NULL, { EPERM, EBUSY, ECANCELED } },
	{ "FEED", ROVER_IOC_FEED, NULL, NULL, NULL, { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "STOP", ROVER_IOC_STOP, fill_stop, flag_stop, NULL,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "DUTY", ROVER_IOC_DUTY, fill_duty, flag_duty, limit_duty,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "SPEED", ROVER_IOC_SPEED, fill_speed, flag_speed, limit_speed,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "TWIST", ROVER_IOC_TWIST, fill_twist, flag_twist, limit_twist,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "MOVE", ROVER_IOC_MOVE, fill_path, flag_path, limit_path,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "TURN", ROVER_IOC_TURN, fill_path, flag_path, limit_path,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "ESTOP", ROVER_IOC_ESTOP },
	{ "CLEAR", ROVER_IOC_CLEAR, NULL, NULL, NULL, { EPERM } },
	{ "LOOK", ROVER_IOC_LOOK, fill_look, flag_look, limit_look,
	  { EPERM, EBUSY, ECANCELED, ESHUTDOWN } },
	{ "POSE", ROVER_IOC_POSE, fill_pose, flag_pose, limit_pose,
	  { EPERM, EBUSY, ECANCELED } },
	{ "CONFIGURE", ROVER_IOC_CONFIGURE, fill_settings, flag_settings, limit_settings,
	  { EPERM, EBUSY, ECANCELED } },
};

/* Those that the kernel knows, and that this kind of call can have. */
static enum random_flaw choose_flaw(const struct kind *kind)
{
	enum random_flaw flaw;

	if (one_in(2))
		return RANDOM_VALID;
	flaw = random_between(RANDOM_FLAG, RANDOM_NONSENSE);
	if ((flaw == RANDOM_FLAG && !kind->flag) || (flaw == RANDOM_LIMIT && !kind->limit))
		return RANDOM_VALID;
	if (flaw == RANDOM_TAIL || flaw == RANDOM_EMPTY)
		if (!(_IOC_DIR(kind->command) & _IOC_WRITE))
			return RANDOM_NONSENSE;
	return flaw;
}

static unsigned int resized(unsigned int command, unsigned int size)
{
	return _IOC(_IOC_DIR(command), _IOC_TYPE(command), _IOC_NR(command), size);
}

void random_call(struct random_call *call)
{
	const struct kind *kind = &kinds[random_below(ARRAY_SIZE(kinds))];
	union argument *to = (union argument *)call->bytes;

	memset(call, 0, sizeof(*call));
	call->name = kind->name;
	call->flaw = choose_flaw(kind);
	call->command = kind->command;
	call->size = _IOC_SIZE(kind->command);
	if (kind->fill)
		kind->fill(to);
	switch (call->flaw) {
	case RANDOM_FLAG:
		kind->flag(to);
		break;
	case RANDOM_LIMIT:
		kind->limit(to);
		break;
	case RANDOM_TAIL:
		call->bytes[call->size + random_below(8)] = 1 + random_below(255);
		call->size += 8;
		break;
	case RANDOM_EMPTY:
		call->size = 0;
		break;
	case RANDOM_UNKNOWN:
		call->command = _IOC(_IOC_DIR(kind->command), ROVER_IOC_MAGIC,
				     random_between(0x20, 0xff), call->size);
		break;
	case RANDOM_NONSENSE:
		call->size = random_below(RANDOM_SIZE);
		random_bytes(call->bytes, call->size);
		break;
	default:
		/* A longer one that holds no more. */
		if (one_in(4))
			call->size += 8 * random_below(4);
	}
	call->command = resized(call->command, call->size);
}

static bool is_among(const int *errors, int error)
{
	unsigned int i;

	for (i = 0; i < ERRORS_MAX && errors[i]; i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* Who asks may be refused for two reasons; a flaw is never overlooked. */
bool random_result_is_lawful(const struct random_call *call, int error)
{
	static const int deserved[RANDOM_FLAWS] = {
		[RANDOM_FLAG] = EINVAL, [RANDOM_LIMIT] = ERANGE, [RANDOM_TAIL] = E2BIG,
		[RANDOM_EMPTY] = EINVAL, [RANDOM_UNKNOWN] = ENOTTY,
	};
	static const int nonsense[ERRORS_MAX] = { EINVAL, E2BIG, ERANGE, ENODATA };
	const struct kind *kind = kinds;

	while (kind->name != call->name)
		kind++;
	if (call->flaw == RANDOM_UNKNOWN)
		return error == ENOTTY;
	if (error && is_among(kind->errors, error))
		return true;
	if (call->flaw == RANDOM_NONSENSE)
		return !error || is_among(nonsense, error);
	return error == deserved[call->flaw];
}
