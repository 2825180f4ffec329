// SPDX-License-Identifier: GPL-2.0
/*
 * call: the calls of the ABI, once for ioctl() and write()
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/build_bug.h>

#include "call.h"
#include "chrdev.h"
#include "rover.h"
#include "telemetry.h"

/* One layout for 32 and 64 bit, without holes: these sizes only grow, at their end. */
static_assert(sizeof(struct rover_info) == 192);
static_assert(sizeof(struct rover_snapshot) == 248);
static_assert(sizeof(struct rover_range) == 32);
static_assert(sizeof(struct rover_wheel) == 40);
static_assert(sizeof(struct rover_take) == 8);
static_assert(sizeof(struct rover_stop) == 8);
static_assert(sizeof(struct rover_duty) == 24);
static_assert(sizeof(struct rover_speed) == 32);
static_assert(sizeof(struct rover_twist) == 32);
static_assert(sizeof(struct rover_path) == 32);
static_assert(sizeof(struct rover_look) == 16);
static_assert(sizeof(struct rover_pose) == 32);
static_assert(sizeof(struct rover_settings) == 88);
static_assert(sizeof(struct rover_sonar_range) == 56);
static_assert(sizeof(struct rover_event) == 64);
static_assert(sizeof(struct rover_subscribe) == 40);
static_assert(sizeof(struct rover_report) == 8);
static_assert(sizeof(struct rover_record) == 8);
static_assert(sizeof(struct rover_sample) == 128);
static_assert(sizeof(struct rover_mapping) == 48);

static int call_info(struct rover_file *file, union rover_call_argument *arg)
{
	rover_telemetry_info(file->rover, &arg->info);
	return 0;
}

static int call_snapshot(struct rover_file *file, union rover_call_argument *arg)
{
	rover_telemetry_snapshot(file->rover, &file->lease, &arg->snapshot);
	return 0;
}

static int call_ping(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_sonar_measure(file->rover, 0, 0, &arg->range);
}

static int call_take(struct rover_file *file, union rover_call_argument *arg)
{
	if (arg->take.flags & ~(ROVER_TAKE_FORCE | ROVER_TAKE_DEADMAN))
		return -EINVAL;
	if (arg->take.deadman_ms && !(arg->take.flags & ROVER_TAKE_DEADMAN))
		return -EINVAL;
	return rover_lease_take(file->rover, &file->lease, &arg->take);
}

static int call_release_lease(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_lease_release(file->rover, &file->lease);
}

static int call_feed(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_drive_feed(file->rover, &file->lease);
}

static int call_stop(struct rover_file *file, union rover_call_argument *arg)
{
	if (arg->stop.reserved)
		return -EINVAL;
	if (arg->stop.mode == ROVER_STOP_HOLD && !file->may_drive)
		return -EPERM;
	return rover_drive_stop(file->rover, &file->lease, arg->stop.mode);
}

static int call_range(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_sonar_range(file->rover, &arg->sonar_range);
}

static int call_estop(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_drive_estop(file->rover);
}

static int call_clear(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_drive_clear(file->rover);
}

/* May wait for a reader of the same file. */
static int call_subscribe(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_listener_subscribe(&file->listener, &arg->subscribe);
}

static int call_report(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_listener_report(&file->listener, &arg->report);
}

static int call_settings(struct rover_file *file, union rover_call_argument *arg)
{
	rover_settings_get(file->rover, &arg->settings);
	return 0;
}

static int call_configure(struct rover_file *file, union rover_call_argument *arg)
{
	return rover_settings_configure(file->rover, &file->lease, &arg->settings);
}

static int call_look(struct rover_file *file, union rover_call_argument *arg)
{
	const struct rover_look *look = &arg->look;

	if (!look->flags || look->flags & ~(ROVER_LOOK_PAN | ROVER_LOOK_TILT) || look->reserved)
		return -EINVAL;
	return rover_servo_look(file->rover, &file->lease, look);
}

static int call_duty(struct rover_file *file, union rover_call_argument *arg)
{
	const s32 left_permille = arg->duty.left_permille;
	const s32 right_permille = arg->duty.right_permille;
	int err;

	if (arg->duty.flags || arg->duty.reserved)
		return -EINVAL;
	err = rover_drive_duty(file->rover, &file->lease, &arg->duty);
	if (!err && arg->duty.left_permille == left_permille &&
	    arg->duty.right_permille == right_permille)
		return ROVER_CALL_AS_GIVEN;
	return err;
}

static int call_speed(struct rover_file *file, union rover_call_argument *arg)
{
	if (arg->speed.flags || arg->speed.reserved)
		return -EINVAL;
	return rover_drive_speed(file->rover, &file->lease, &arg->speed);
}

static int call_twist(struct rover_file *file, union rover_call_argument *arg)
{
	if (arg->twist.flags || arg->twist.reserved)
		return -EINVAL;
	return rover_drive_twist(file->rover, &file->lease, &arg->twist);
}

static bool call_path_is_malformed(const struct rover_path *path)
{
	return path->flags & ~ROVER_PATH_FRESH || path->reserved;
}

static int call_move(struct rover_file *file, union rover_call_argument *arg)
{
	if (call_path_is_malformed(&arg->path))
		return -EINVAL;
	return rover_drive_move(file->rover, &file->lease, &arg->path);
}

static int call_turn(struct rover_file *file, union rover_call_argument *arg)
{
	if (call_path_is_malformed(&arg->path))
		return -EINVAL;
	return rover_drive_turn(file->rover, &file->lease, &arg->path);
}

static int call_pose(struct rover_file *file, union rover_call_argument *arg)
{
	const struct rover_odometry_pose pose = {
		.x_um = arg->pose.x_um,
		.y_um = arg->pose.y_um,
		.heading_urad = arg->pose.heading_urad,
	};

	if (arg->pose.flags || arg->pose.reserved)
		return -EINVAL;
	return rover_odometry_set(file->rover, &file->lease, &pose);
}

static const struct rover_call calls[] = {
	{ ROVER_IOC_SNAPSHOT, ROVER_CALL_UNHELD | ROVER_CALL_ASKS, call_snapshot },
	{ ROVER_IOC_DUTY, ROVER_CALL_DRIVER, call_duty },
	{ ROVER_IOC_SPEED, ROVER_CALL_DRIVER, call_speed },
	{ ROVER_IOC_TWIST, ROVER_CALL_DRIVER, call_twist },
	{ ROVER_IOC_MOVE, ROVER_CALL_DRIVER, call_move },
	{ ROVER_IOC_TURN, ROVER_CALL_DRIVER, call_turn },
	{ ROVER_IOC_POSE, ROVER_CALL_DRIVER, call_pose },
	{ ROVER_IOC_FEED, ROVER_CALL_DRIVER, call_feed },
	{ ROVER_IOC_STOP, 0, call_stop },
	{ ROVER_IOC_PING, ROVER_CALL_UNHELD | ROVER_CALL_ASKS, call_ping },
	{ ROVER_IOC_TAKE, ROVER_CALL_DRIVER, call_take },
	{ ROVER_IOC_RELEASE, ROVER_CALL_DRIVER, call_release_lease },
	{ ROVER_IOC_INFO, ROVER_CALL_ASKS, call_info },
	{ ROVER_IOC_ESTOP, 0, call_estop },
	{ ROVER_IOC_CLEAR, ROVER_CALL_DRIVER, call_clear },
	{ ROVER_IOC_RANGE, ROVER_CALL_UNHELD | ROVER_CALL_ASKS, call_range },
	{ ROVER_IOC_SUBSCRIBE, ROVER_CALL_UNHELD, call_subscribe },
	{ ROVER_IOC_REPORT, 0, call_report },
	{ ROVER_IOC_SETTINGS, ROVER_CALL_ASKS, call_settings },
	{ ROVER_IOC_LOOK, ROVER_CALL_DRIVER, call_look },
	{ ROVER_IOC_CONFIGURE, ROVER_CALL_DRIVER, call_configure },
};

/**
 * rover_call_find() - a call by its number
 * @number: _IOC_NR(ROVER_IOC_...)
 *
 * Return: the call, NULL if there is none.
 */
const struct rover_call *rover_call_find(unsigned int number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (_IOC_NR(calls[i].cmd) == number)
			return &calls[i];
	return NULL;
}

/**
 * rover_call_do() - make a call, if the rover is still there
 * @call: which
 * @file: whose
 * @arg: its structure, and the place of its result
 *
 * Return: 0, %ROVER_CALL_AS_GIVEN, or a negative error.
 */
int rover_call_do(const struct rover_call *call, struct rover_file *file,
		  union rover_call_argument *arg)
{
	struct rover *rover = file->rover;
	int err = -ENODEV;

	if (call->flags & ROVER_CALL_UNHELD)
		return READ_ONCE(rover->gone) ? -ENODEV : call->call(file, arg);
	percpu_down_read(&rover->presence);
	if (!rover->gone)
		err = call->call(file, arg);
	percpu_up_read(&rover->presence);
	return err;
}
