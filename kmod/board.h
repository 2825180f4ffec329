/* SPDX-License-Identifier: GPL-2.0 */
/*
 * board: what the device tree says of this rover, as plain values
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_BOARD_H
#define ROVER_BOARD_H

#include <linux/rover.h>
#include <linux/types.h>

struct device;

/* Left and right side: index of every array that has one entry a side. */
enum rover_side {
	ROVER_LEFT,
	ROVER_RIGHT,
	ROVER_SIDES,
};

#define ROVER_ENCODER_LINES	2	/* most lines one encoder has */
#define ROVER_SLEEP_LINES	2	/* one for both bridges, or one each */

/* What the inputs of the bridges mean: see bridge.c. */
enum rover_drive_mode {
	ROVER_DRIVE_IN_IN,
	ROVER_DRIVE_IN_IN_EN,
	ROVER_DRIVE_PHASE_ENABLE,
	ROVER_DRIVE_MODES,
};

/* Axes of the head: index of every array that has one entry a servo. */
enum rover_servo_index {
	ROVER_PAN,
	ROVER_TILT,
	ROVER_SERVO_AXES,
};

#define ROVER_SENSORS		4	/* ROVER_SENSOR_* */
#define ROVER_FAULT_LINES	2	/* one for both bridges, or one each */

/**
 * struct rover_board_servo - calibration of a servo
 * @pwm: a PWM provider makes its pulses
 * @range_mdeg: angles that it may be told, the lesser first
 * @pulse_us: pulses that turn it there
 */
struct rover_board_servo {
	bool pwm;
	s32 range_mdeg[2];
	u32 pulse_us[2];
};

enum rover_sonar_kind {
	ROVER_SONAR_ABSENT,
	ROVER_SONAR_ONE_PIN,	/* trigger and echo share a line */
	ROVER_SONAR_TWO_PIN,
};

/**
 * struct rover_board - description of the board, fixed after probe
 * @name: most specific compatible string
 * @drive_mode: inputs of the bridges
 * @enable_low_coasts: with phase-enable, EN low coasts instead of braking
 * @hardware_pwm: a PWM provider drives IN2 of both bridges, or EN if they have one
 * @slow_decay: the off phase of the software PWM brakes instead of coasting
 * @sleep_lines: on which the bridges sleep, 0..ROVER_SLEEP_LINES
 * @has_enable: the bridges have an enable line
 * @pwm_frequency_hz: of the software PWM, 20..1000
 * @dead_time_us: pause of a wheel that reverses, 0..100000
 * @encoder_lines: per side, 0..ROVER_ENCODER_LINES
 * @counts_per_revolution: of a wheel; every edge of every line counts
 * @glitch_filter_ns: shorter encoder pulses are noise; 0 = off
 * @wheel_circumference_um: path of a wheel per revolution
 * @track_width_um: distance between left and right wheels
 * @sonar: arrangement of the sonars
 * @sonars: how many, 0..ROVER_SONARS_MAX
 * @sonars_ahead: a bit for each that looks ahead, and so can guard
 * @sonar_heading_mdeg: where the first one looks when the head, if there is one,
 *	looks ahead; left positive
 * @air_temperature_mc: of the air between sonar and target, millidegrees Celsius
 * @sensors: ROVER_SENSOR_*: obstacle and line sensors
 * @servos: ROVER_LOOK_*: axes of the head
 * @servo: their calibration
 * @fault_lines: on which the bridges tell of faults
 * @deadman_ms: default deadman time, 0 = off
 */
struct rover_board {
	const char *name;
	enum rover_drive_mode drive_mode;
	bool enable_low_coasts;
	bool hardware_pwm;
	bool slow_decay;
	u32 sleep_lines;
	bool has_enable;
	u32 pwm_frequency_hz;
	u32 dead_time_us;
	u32 encoder_lines;
	u32 counts_per_revolution;
	u32 glitch_filter_ns;
	u32 wheel_circumference_um;
	u32 track_width_um;
	enum rover_sonar_kind sonar;
	u32 sonars;
	u32 sonars_ahead;
	s32 sonar_heading_mdeg;
	s32 air_temperature_mc;
	u32 sensors;
	u32 servos;
	struct rover_board_servo servo[ROVER_SERVO_AXES];
	u32 fault_lines;
	u32 deadman_ms;
};

/* Functions of their lines, or names of their PWMs. */
extern const char *const rover_board_servos[ROVER_SERVO_AXES];
extern const char *const rover_board_sensors[ROVER_SENSORS];

int rover_board_read(struct device *dev, struct rover_board *board);
int rover_board_drive_read(struct device *dev, struct rover_board *board);
int rover_board_sonar_read(struct device *dev, struct rover_board *board);
int rover_board_head_read(struct device *dev, struct rover_board *board);

#endif /* ROVER_BOARD_H */
