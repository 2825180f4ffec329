/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a board is: which line is what, and what the chassis is like. Read once
 * from the properties of the board's device; constant afterwards.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_CONFIG_H
#define ROVER_SIM_CONFIG_H

#include <linux/types.h>

struct device;

/* As on BCM2835: GPIO0 to GPIO53. */
#define SIM_LINES	54
#define SIM_NO_LINE	(-1)

#define SIM_SONARS	4

enum sim_side {
	SIM_LEFT,
	SIM_RIGHT,
	SIM_SIDES
};

/* In the order of the property servo-lines. */
enum sim_axis {
	SIM_TILT,
	SIM_PAN,
	SIM_SERVOS
};

enum sim_pwm_off {
	SIM_PWM_OFF_HOLD,
	SIM_PWM_OFF_LOW,
	SIM_PWM_OFF_HIGH
};

/* What the inputs of a bridge mean: see bridge.c. */
enum sim_bridge_mode {
	SIM_BRIDGE_IN_IN,
	SIM_BRIDGE_IN_IN_EN,
	SIM_BRIDGE_PHASE_ENABLE,
	SIM_BRIDGE_PWM_DIR
};

#define SIM_MOTORS_GAIN_MAX		2000
#define SIM_MOTORS_DEAD_ZONE_MAX	500
#define SIM_MOTORS_LOAD_MAX		900
#define SIM_MOTORS_SPREAD_MAX		500
#define SIM_MOTORS_SAG_MAX		500
#define SIM_MOTORS_DISCHARGE_MAX	1000

/* What is told of the motors and their battery: see motors.h. */
struct sim_motors_set {
	u32 gain_permille[SIM_SIDES];
	u32 dead_zone_permille[SIM_SIDES];
	u32 load_permille;
	u32 spread_permille;
	u32 sag_permille;		/* of the voltage, with both stalled */
	u32 discharge_permille_min;	/* of the charge, likewise */
};

struct sim_config {
	enum sim_bridge_mode bridge_mode;
	bool bridge_off_coasts;		/* with EN low; else it brakes */
	bool bridge_phase_high;		/* forward is PH high; else low */
	int bridge_in1[SIM_SIDES];	/* or PH */
	int bridge_in2[SIM_SIDES];	/* or EN */
	int bridge_enables[SIM_SIDES];	/* of one bridge each */
	int bridge_enable;		/* of both bridges */
	int bridge_fault;
	int encoder[SIM_SIDES][2];	/* phase A, phase B */
	unsigned int sonars;
	int sonar_trigger[SIM_SONARS];
	int sonar_echo[SIM_SONARS];	/* the same as trigger: one shared wire */
	s32 sonar_mdeg[SIM_SONARS];	/* where it looks, seen from the axle */
	int obstacle[SIM_SIDES];
	int line_sensor[SIM_SIDES];
	int servo[SIM_SERVOS];

	bool obstacle_high;		/* level when a wall is seen */
	bool line_high;			/* level when a stripe is below */
	u32 obstacle_range_um;
	u32 line_offset_um;		/* sensors ahead of the axle ... */
	u32 line_spacing_um;		/* ... and so far apart */
	u32 servo_us[SIM_SERVOS][2];	/* pulses for -90 and for +90 degrees */
	u32 sonar_delay_us;
	s32 air_millicelsius;
	u32 circumference_um;
	u32 track_um;
	u32 max_speed_um_s;
	u32 drive_us;
	u32 brake_us;
	u32 coast_us;
	struct sim_motors_set motors;
	u32 body_radius_um;
	u32 sonar_offset_um;
	enum sim_pwm_off pwm_off;
	bool pwm_latched;
	u32 probe_delay_ms;
	u32 seed;
};

int sim_config_read(struct device *dev, struct sim_config *config);
int sim_config_word(struct device *dev, const char *name, int *value,
		    const char * const *words);
int sim_wiring_read(struct device *dev, struct sim_config *config);

#endif
