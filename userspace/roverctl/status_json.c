// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the verb status tells programs
 *
 * Copyright (C) 2026 The rover authors
 */
#include "names.h"
#include "output.h"
#include "status.h"

static const struct {
	uint64_t bit;
	const char *name;
} capabilities[] = {
	{ ROVER_CAP_ENCODERS, "encoders" },
	{ ROVER_CAP_INFERRED, "inferred-direction" },
	{ ROVER_CAP_SONAR, "sonar" },
	{ ROVER_CAP_HARD_STOP, "hard-stop" },
	{ ROVER_CAP_HARDWARE_PWM, "hardware-pwm" },
	{ ROVER_CAP_PAN, "pan" },
	{ ROVER_CAP_TILT, "tilt" },
	{ ROVER_CAP_BRIDGE_FAULT, "bridge-fault" },
};

static struct json_object *json_capabilities(uint64_t bits)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (bits & capabilities[i].bit)
			json_object_array_add(array, json_object_new_string(capabilities[i].name));
	return array;
}

static struct json_object *json_wheel(const struct rover_snapshot *snapshot,
				      const struct rover_wheel *wheel)
{
	int64_t target_um_s = wheel == &snapshot->left ? snapshot->left_target_um_s :
							 snapshot->right_target_um_s;
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "duty_permille", json_object_new_int(wheel->duty_permille));
	if (!(snapshot->flags & ROVER_SNAPSHOT_ENCODERS))
		return object;
	json_object_object_add(object, "count", json_object_new_int64(wheel->count));
	json_object_object_add(object, "speed_mm_s", output_milli(wheel->speed_um_s));
	json_object_object_add(object, "target_mm_s", output_milli(target_um_s));
	json_object_object_add(object, "edge_time_ns", json_object_new_uint64(wheel->edge_time_ns));
	json_object_object_add(object, "illegal", json_object_new_int64(wheel->illegal));
	json_object_object_add(object, "merged", json_object_new_int64(wheel->merged));
	json_object_object_add(object, "glitches", json_object_new_int64(wheel->glitches));
	return object;
}

static void json_add_flag(struct json_object *object, const char *key, uint32_t flag)
{
	json_object_object_add(object, key, json_object_new_boolean(!!flag));
}

static void json_add_motion(struct json_object *object, const struct rover_snapshot *snapshot)
{
	struct json_object *pose;

	json_object_object_add(object, "motion",
			       json_object_new_string(name_motion(snapshot->motion)));
	json_object_object_add(object, "motion_id", json_object_new_int64(snapshot->motion_id));
	json_add_flag(object, "waiting", snapshot->flags & ROVER_SNAPSHOT_WAITING);
	json_add_flag(object, "saturated", snapshot->flags & ROVER_SNAPSHOT_SATURATED);
	if (snapshot->motion == ROVER_MOTION_MOVE)
		json_object_object_add(object, "remaining_mm", output_milli(snapshot->remaining));
	if (snapshot->motion == ROVER_MOTION_TURN)
		json_object_object_add(object, "remaining_deg",
				       output_json_degrees(snapshot->remaining));
	if (!(snapshot->flags & ROVER_SNAPSHOT_ENCODERS))
		return;
	pose = json_object_new_object();
	json_object_object_add(pose, "x_mm", output_milli(snapshot->x_um));
	json_object_object_add(pose, "y_mm", output_milli(snapshot->y_um));
	json_object_object_add(pose, "heading_deg", output_json_degrees(snapshot->heading_urad));
	json_object_object_add(pose, "distance_mm", output_milli(snapshot->distance_um));
	json_object_object_add(object, "pose", pose);
}

static void json_add_guard(struct json_object *object, const struct device *device,
			   const struct rover_snapshot *snapshot)
{
	if (device->info.guards & ROVER_GUARD_SONAR)
		json_object_object_add(object, "guard_mm", output_milli(snapshot->guard_um));
	if (device->info.guards & ROVER_GUARD_OBSTACLE)
		json_add_flag(object, "obstacle_guard",
			      snapshot->flags & ROVER_SNAPSHOT_OBSTACLE_GUARD);
}

/* Those that the board has. */
static struct json_object *json_sensors(const struct device *device, uint32_t active)
{
	struct json_object *object = json_object_new_object();
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (device->info.sensors & (1U << i))
			json_add_flag(object, name_sensor(i), active & (1U << i));
	return object;
}

void status_json(const struct device *device, const struct rover_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "device", json_object_new_string(device->node));
	json_object_object_add(object, "index", json_object_new_int64(device->info.index));
	json_object_object_add(object, "abi_version",
			       json_object_new_int64(device->info.abi_version));
	json_object_object_add(object, "board", json_object_new_string(device->info.board));
	json_object_object_add(object, "capabilities",
			       json_capabilities(device->info.capabilities));
	json_object_object_add(object, "time_ns", json_object_new_uint64(snapshot->time_ns));
	json_object_object_add(object, "realtime_ns",
			       json_object_new_uint64(snapshot->realtime_ns));
	json_object_object_add(object, "state",
			       json_object_new_string(name_state(snapshot->state)));
	json_object_object_add(object, "stop_reason",
			       json_object_new_string(name_reason(snapshot->stop_reason)));
	json_object_object_add(object, "stop_time_ns",
			       json_object_new_uint64(snapshot->stop_time_ns));
	json_add_flag(object, "braking", snapshot->flags & ROVER_SNAPSHOT_BRAKING);
	json_object_object_add(object, "driver", output_driver(snapshot));
	json_object_object_add(object, "deadman_ms", json_object_new_int64(snapshot->deadman_ms));
	json_object_object_add(object, "left", json_wheel(snapshot, &snapshot->left));
	json_object_object_add(object, "right", json_wheel(snapshot, &snapshot->right));
	if (device->info.capabilities & ROVER_CAP_SONAR)
		json_object_object_add(object, "range", output_range(&snapshot->range));
	json_add_motion(object, snapshot);
	if (device->info.guards)
		json_add_guard(object, device, snapshot);
	json_object_object_add(object, "sensors", json_sensors(device, snapshot->sensors));
	if (device->info.capabilities & ROVER_CAP_PAN)
		json_object_object_add(object, "pan_deg", output_json_degrees(snapshot->pan_urad));
	if (device->info.capabilities & ROVER_CAP_TILT)
		json_object_object_add(object, "tilt_deg",
				       output_json_degrees(snapshot->tilt_urad));
	output_json(object);
}
