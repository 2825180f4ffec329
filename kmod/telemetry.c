// SPDX-License-Identifier: GPL-2.0
/*
 * telemetry: what the rover knows, in the layout of the ABI
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/ktime.h>
#include <linux/string.h>

#include "compat.h"
#include "kinematics.h"
#include "listener.h"
#include "rover.h"
#include "status.h"
#include "telemetry.h"

static u64 telemetry_capabilities(struct rover *rover)
{
	const struct rover_board *board = &rover->board;
	u64 capabilities = 0;

	if (board->encoder_lines)
		capabilities |= ROVER_CAP_ENCODERS;
	if (board->encoder_lines == 1)
		capabilities |= ROVER_CAP_INFERRED;
	if (board->sonar != ROVER_SONAR_ABSENT)
		capabilities |= ROVER_CAP_SONAR;
	if (board->hardware_pwm)
		capabilities |= ROVER_CAP_HARDWARE_PWM;
	if (board->servos & ROVER_LOOK_PAN)
		capabilities |= ROVER_CAP_PAN;
	if (board->servos & ROVER_LOOK_TILT)
		capabilities |= ROVER_CAP_TILT;
	if (board->fault_lines)
		capabilities |= ROVER_CAP_BRIDGE_FAULT;
	if (rover_motor_stops_hard(&rover->motor))
		capabilities |= ROVER_CAP_HARD_STOP;
	if (rover_motor_rest(&rover->motor, ROVER_STOP_COAST) == ROVER_STOP_COAST)
		capabilities |= ROVER_CAP_COAST;
	if (rover_motor_rest(&rover->motor, ROVER_STOP_BRAKE) == ROVER_STOP_BRAKE)
		capabilities |= ROVER_CAP_BRAKE;
	return capabilities;
}

static u32 telemetry_guards(const struct rover_board *board)
{
	u32 guards = 0;

	if (board->sonar != ROVER_SONAR_ABSENT)
		guards |= ROVER_GUARD_SONAR;
	if (board->sensors & (ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT))
		guards |= ROVER_GUARD_OBSTACLE;
	return guards;
}

/**
 * rover_telemetry_info() - what this rover is
 * @rover: the rover
 * @info: filled in
 */
void rover_telemetry_info(struct rover *rover, struct rover_info *info)
{
	const struct rover_board *board = &rover->board;

	*info = (struct rover_info){
		.abi_version = ROVER_ABI_VERSION,
		.index = rover->index,
		.capabilities = telemetry_capabilities(rover),
		.duty_max_permille = ROVER_DUTY_MAX,
		.deadman_default_ms = READ_ONCE(rover->settings.deadman_ms),
		.deadman_max_ms = ROVER_DEADMAN_MAX_MS,
		.pwm_period_ns = rover->motor.period_ns,
		.pwm_min_pulse_ns = rover->motor.min_pulse_ns,
		.dead_time_us = board->dead_time_us,
		.wheel_circumference_um = board->wheel_circumference_um,
		.track_width_um = board->track_width_um,
		.counts_per_revolution = board->counts_per_revolution,
		.guards = telemetry_guards(board),
		.sensors = board->sensors,
		.sonars = board->sonars,
		.speed_max_um_s = READ_ONCE(rover->settings.speed_max_um_s),
		.event_size = sizeof(struct rover_event),
		.queue_default = ROVER_LISTENER_DEFAULT,
		.queue_max = ROVER_LISTENER_MAX,
		.mapping_size = ROVER_MAPPING_SIZE,
		.mapping_snapshot_offset = ROVER_MAPPING_SNAPSHOT,
		.mapping_ring_offset = ROVER_MAPPING_RING,
		.mapping_ring_length = ROVER_MAPPING_SAMPLES,
		.mapping_sample_size = sizeof(struct rover_sample),
	};
	strscpy(info->board, board->name, sizeof(info->board));
	if (board->servos & ROVER_LOOK_PAN) {
		info->pan_min_urad = rover->servo.axis[ROVER_PAN].stop_urad[0];
		info->pan_max_urad = rover->servo.axis[ROVER_PAN].stop_urad[1];
	}
	if (board->servos & ROVER_LOOK_TILT) {
		info->tilt_min_urad = rover->servo.axis[ROVER_TILT].stop_urad[0];
		info->tilt_max_urad = rover->servo.axis[ROVER_TILT].stop_urad[1];
	}
	if (board->sonar != ROVER_SONAR_ABSENT) {
		info->range_min_um = ROVER_PING_MIN_UM;
		info->range_max_um = rover_sonar_reach_um(rover);
		info->ping_interval_us = ROVER_SONAR_INTERVAL_NS / NSEC_PER_USEC;
	}
}

/* All but the duty. */
static void telemetry_wheel(struct rover_wheel *wheel, const struct rover_encoder_status *encoder)
{
	wheel->count = encoder->count;
	wheel->speed_um_s = encoder->speed_um_s;
	wheel->edge_time_ns = ktime_to_ns(encoder->edge_time);
	wheel->illegal = encoder->illegal;
	wheel->merged = encoder->merged;
	wheel->glitches = encoder->glitches;
}

static u32 telemetry_flags(struct rover *rover, const struct rover_drive_status *drive,
			   const struct rover_control_status *control)
{
	u32 flags = 0;

	if (rover->board.encoder_lines)
		flags |= ROVER_SNAPSHOT_ENCODERS;
	if (rover->board.encoder_lines == 1)
		flags |= ROVER_SNAPSHOT_INFERRED;
	if (drive->leased)
		flags |= ROVER_SNAPSHOT_LEASED;
	if (drive->mine)
		flags |= ROVER_SNAPSHOT_LEASE_MINE;
	if (drive->anonymous)
		flags |= ROVER_SNAPSHOT_LEASE_ANONYMOUS;
	if (drive->state == ROVER_STATE_STOPPED &&
	    rover_motor_rest(&rover->motor, drive->stop_mode) == ROVER_STOP_BRAKE)
		flags |= ROVER_SNAPSHOT_BRAKING;
	if (drive->waiting)
		flags |= ROVER_SNAPSHOT_WAITING;
	if (control->saturated)
		flags |= ROVER_SNAPSHOT_SATURATED;
	if (READ_ONCE(rover->settings.obstacle_guard))
		flags |= ROVER_SNAPSHOT_OBSTACLE_GUARD;
	return flags;
}

/* What the rover does, and who has it do so. */
static __always_inline void telemetry_motion_locked(struct rover *rover,
						    const struct rover_lease *mine,
						    struct rover_snapshot *snapshot)
{
	struct rover_drive_status drive __uninitialized;
	struct rover_control_status control __uninitialized;

	rover_drive_status_locked(rover, mine, &drive);
	rover_control_status_locked(rover, &control);
	snapshot->state = drive.state;
	snapshot->stop_reason = drive.reason;
	snapshot->stop_time_ns = ktime_to_ns(drive.stop_time);
	snapshot->flags = telemetry_flags(rover, &drive, &control);
	snapshot->lease_pid = drive.pid;
	snapshot->deadman_ms = drive.deadman_ms;
	snapshot->left_target_um_s = control.target_um_s[ROVER_LEFT];
	snapshot->right_target_um_s = control.target_um_s[ROVER_RIGHT];
	snapshot->remaining = control.remaining;
	snapshot->motion = control.motion;
	snapshot->motion_id = control.motion_id;
	snapshot->left.duty_permille = drive.duty_permille[ROVER_LEFT];
	snapshot->right.duty_permille = drive.duty_permille[ROVER_RIGHT];
}

/**
 * rover_telemetry_snapshot() - everything at one instant
 * @rover: the rover
 * @mine: lease to compare with, or NULL
 * @snapshot: filled in, each field: it goes to others
 */
void rover_telemetry_snapshot(struct rover *rover, const struct rover_lease *mine,
			      struct rover_snapshot *snapshot)
{
	struct rover_encoder_status encoder[ROVER_SIDES] __uninitialized;
	struct rover_odometry_pose pose __uninitialized;
	unsigned long flags;
	ktime_t now;

	/*
	 * Motion and lease stand still from here on, and the wheels are read
	 * last, at the instant that the whole is said to be of.
	 */
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	telemetry_motion_locked(rover, mine, snapshot);
	snapshot->range_filtered_um = rover_sonar_last(rover, 0, &snapshot->range);
	now = rover_encoder_status(&rover->encoder, encoder);
	rover_odometry_pose_locked(rover, encoder, &pose);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);

	snapshot->time_ns = ktime_to_ns(now);
	snapshot->realtime_ns = ktime_to_ns(ktime_mono_to_real(now));
	snapshot->reserved = 0;
	snapshot->x_um = pose.x_um;
	snapshot->y_um = pose.y_um;
	snapshot->heading_urad = pose.heading_urad;
	snapshot->distance_um = pose.distance_um;
	snapshot->sensors = rover_digital_sensors(rover);
	rover_servo_status(rover, &snapshot->pan_urad, &snapshot->tilt_urad);
	telemetry_wheel(&snapshot->left, &encoder[ROVER_LEFT]);
	telemetry_wheel(&snapshot->right, &encoder[ROVER_RIGHT]);
	snapshot->guard_um = READ_ONCE(rover->settings.guard_um);
}

static void telemetry_sample(const struct rover_snapshot *snapshot, struct rover_sample *sample)
{
	*sample = (struct rover_sample){
		.time_ns = snapshot->time_ns,
		.x_um = snapshot->x_um,
		.y_um = snapshot->y_um,
		.heading_urad = snapshot->heading_urad,
		.left_count = snapshot->left.count,
		.right_count = snapshot->right.count,
		.left_speed_um_s = snapshot->left.speed_um_s,
		.right_speed_um_s = snapshot->right.speed_um_s,
		.left_target_um_s = snapshot->left_target_um_s,
		.right_target_um_s = snapshot->right_target_um_s,
		.left_duty_permille = snapshot->left.duty_permille,
		.right_duty_permille = snapshot->right.duty_permille,
		.range_time_ns = snapshot->range.time_ns,
		.range_um = snapshot->range.range_um,
		.range_status = snapshot->range.status,
		.state = snapshot->state,
		.stop_reason = snapshot->stop_reason,
		.sensors = snapshot->sensors,
		.flags = snapshot->flags,
	};
}

/**
 * rover_telemetry_tick() - the mapping's snapshot, and a sample for its ring
 * @rover: the rover
 *
 * Context: the worker; no locks held.
 */
void rover_telemetry_tick(struct rover *rover)
{
	struct rover_snapshot snapshot __uninitialized;
	struct rover_sample sample __uninitialized;

	rover_telemetry_snapshot(rover, NULL, &snapshot);
	telemetry_sample(&snapshot, &sample);
	rover_mapping_write(rover, &snapshot, &sample);
}

/**
 * rover_telemetry_publish() - the mapping's snapshot
 * @rover: the rover
 *
 * Context: process; no locks held.
 */
void rover_telemetry_publish(struct rover *rover)
{
	struct rover_snapshot snapshot __uninitialized;

	rover_telemetry_snapshot(rover, NULL, &snapshot);
	rover_mapping_write(rover, &snapshot, NULL);
}

/* A distance that somebody may still act upon. */
static s32 telemetry_recent_um(const struct rover_snapshot *snapshot)
{
	const struct rover_range *range = &snapshot->range;

	if (range->status != ROVER_RANGE_VALID ||
	    snapshot->time_ns > range->time_ns + NSEC_PER_SEC)
		return -1;
	return range->range_um;
}

/**
 * rover_telemetry_event() - a sample as an event record
 * @rover: the rover
 * @event: filled in, but for its sequence
 */
void rover_telemetry_event(struct rover *rover, struct rover_event *event)
{
	struct rover_snapshot snapshot __uninitialized;

	rover_telemetry_snapshot(rover, NULL, &snapshot);
	*event = (struct rover_event){
		.time_ns = snapshot.time_ns,
		.type = ROVER_EVENT_SAMPLE,
		.sample.x_um = snapshot.x_um,
		.sample.y_um = snapshot.y_um,
		.sample.heading_urad = snapshot.heading_urad,
		.sample.left_count = snapshot.left.count,
		.sample.right_count = snapshot.right.count,
		.sample.left_speed_um_s = snapshot.left.speed_um_s,
		.sample.right_speed_um_s = snapshot.right.speed_um_s,
		.sample.range_um = telemetry_recent_um(&snapshot),
		.sample.status = snapshot.state | snapshot.sensors << 8,
	};
}
