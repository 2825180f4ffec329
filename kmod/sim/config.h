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

enum sim_side {
	SIM_LEFT,
	SIM_RIGHT,
	SIM_SIDES
};

enum sim_pwm_off {
	SIM_PWM_OFF_HOLD,
	SIM_PWM_OFF_LOW,
	SIM_PWM_OFF_HIGH
};

#define SIM_MOTORS_GAIN_MAX	2000
#define SIM_MOTORS_DEAD_ZONE_MAX	500
#define SIM_MOTORS_LOAD_MAX	900
#define SIM_MOTORS_SPREAD_MAX	500
#define SIM_MOTORS_SAG_MAX	500
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
	int bridge_in1[SIM_SIDES];
	int bridge_in2[SIM_SIDES];
	int bridge_enable;
	int bridge_fault;
	int encoder[SIM_SIDES][2];	/* phase A, phase B */
	int sonar_trigger;
	int sonar_echo;			/* the same as trigger: one shared wire */

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

#endif
