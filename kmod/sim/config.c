// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what a board and its chassis are like from the properties of its device,
 * with the RoboHAT on an Initio chassis as the default. Which line is what is in
 * wiring.c.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/property.h>
#include <linux/string.h>

#include "config.h"

static const char * const config_pwm_off[] = {
	[SIM_PWM_OFF_HOLD] = "hold",
	[SIM_PWM_OFF_LOW] = "low",
	[SIM_PWM_OFF_HIGH] = "high",
	NULL
};

/* Absent leaves the default; present must lie within the limits. */
static int config_number(struct device *dev, const char *name, u32 *value,
			 u32 min, u32 max)
{
	u32 given;

	if (!device_property_present(dev, name))
		return 0;
	if (device_property_read_u32(dev, name, &given) || given < min ||
	    given > max)
		return dev_err_probe(dev, -EINVAL, "%s must be %u to %u\n",
				     name, min, max);
	*value = given;
	return 0;
}

/* Absent leaves the default; present must be one of the words, up to NULL. */
int sim_config_word(struct device *dev, const char *name, int *value,
		    const char * const *words)
{
	const char *given;
	int i;

	if (!device_property_present(dev, name))
		return 0;
	if (device_property_read_string(dev, name, &given))
		return dev_err_probe(dev, -EINVAL, "%s is no word\n", name);
	for (i = 0; words[i]; i++) {
		if (!strcmp(given, words[i])) {
			*value = i;
			return 0;
		}
	}
	return dev_err_probe(dev, -EINVAL, "%s: '%s' is unknown\n", name,
			     given);
}

static int config_read_air(struct device *dev, struct sim_config *config)
{
	u32 cells;

	config->air_millicelsius = 20000;
	if (!device_property_read_u32(dev, "air-temperature-millicelsius",
				      &cells))
		config->air_millicelsius = (s32)cells;
	if (config->air_millicelsius < -100000 ||
	    config->air_millicelsius > 100000)
		return dev_err_probe(dev, -EINVAL,
				     "air-temperature-millicelsius is out of range\n");
	return 0;
}

static int config_read_pwm(struct device *dev, struct sim_config *config)
{
	int off = SIM_PWM_OFF_HOLD;
	int err;

	err = sim_config_word(dev, "pwm-off-level", &off, config_pwm_off);
	config->pwm_latched = device_property_read_bool(dev, "pwm-latched");
	config->pwm_off = off;
	return err;
}

struct config_number {
	const char *name;
	u32 *value;
	u32 fallback, min, max;
};

static int config_read_numbers(struct device *dev,
			       const struct config_number *number,
			       unsigned int count)
{
	int err = 0;

	for (; count && !err; count--, number++) {
		*number->value = number->fallback;
		err = config_number(dev, number->name, number->value,
				    number->min, number->max);
	}
	return err;
}

static int config_read_chassis(struct device *dev, struct sim_config *config)
{
	const struct config_number numbers[] = {
		{ "wheel-circumference-um", &config->circumference_um,
		  174000, 10000, 1000000 },
		{ "track-width-um", &config->track_um, 136000, 10000, 1000000 },
		{ "max-speed-um-per-s", &config->max_speed_um_s,
		  600000, 10000, 2000000 },
		{ "drive-time-us", &config->drive_us, 150000, 20000, 1000000 },
		{ "brake-time-us", &config->brake_us, 150000, 20000, 1000000 },
		{ "coast-time-us", &config->coast_us, 300000, 20000, 1000000 },
		{ "body-radius-um", &config->body_radius_um,
		  100000, 1000, 1000000 },
		{ "probe-delay-ms", &config->probe_delay_ms, 0, 0, 60000 },
		{ "seed", &config->seed, 1, 0, U32_MAX },
	};

	return config_read_numbers(dev, numbers, ARRAY_SIZE(numbers));
}

static int config_read_sensors(struct device *dev, struct sim_config *config)
{
	const struct config_number numbers[] = {
		{ "sonar-delay-us", &config->sonar_delay_us, 450, 250, 10000 },
		{ "sonar-offset-um", &config->sonar_offset_um,
		  100000, 0, 1000000 },
		{ "obstacle-range-um", &config->obstacle_range_um,
		  120000, 10000, 1000000 },
		{ "line-sensor-offset-um", &config->line_offset_um,
		  80000, 0, 1000000 },
		{ "line-sensor-spacing-um", &config->line_spacing_um,
		  24000, 1000, 1000000 },
	};

	config->obstacle_high = device_property_read_bool(dev,
							  "obstacle-active-high");
	config->line_high = !device_property_read_bool(dev,
						       "line-sensor-active-low");
	return config_read_numbers(dev, numbers, ARRAY_SIZE(numbers));
}

static int config_read_motors(struct device *dev, struct sim_config *config)
{
	struct sim_motors_set *motors = &config->motors;
	const struct config_number numbers[] = {
		{ "left-motor-gain-permille", &motors->gain_permille[SIM_LEFT],
		  1000, 0, SIM_MOTORS_GAIN_MAX },
		{ "right-motor-gain-permille", &motors->gain_permille[SIM_RIGHT],
		  1000, 0, SIM_MOTORS_GAIN_MAX },
		{ "dead-zone-permille", &motors->dead_zone_permille[SIM_LEFT],
		  80, 0, SIM_MOTORS_DEAD_ZONE_MAX },
		{ "dead-zone-permille", &motors->dead_zone_permille[SIM_RIGHT],
		  80, 0, SIM_MOTORS_DEAD_ZONE_MAX },
		{ "motor-load-permille", &motors->load_permille,
		  0, 0, SIM_MOTORS_LOAD_MAX },
		{ "motor-spread-permille", &motors->spread_permille,
		  0, 0, SIM_MOTORS_SPREAD_MAX },
		{ "battery-sag-permille", &motors->sag_permille,
		  0, 0, SIM_MOTORS_SAG_MAX },
		{ "battery-discharge-permille-per-min",
		  &motors->discharge_permille_min,
		  0, 0, SIM_MOTORS_DISCHARGE_MAX },
	};

	return config_read_numbers(dev, numbers, ARRAY_SIZE(numbers));
}

/*
 * Pulses at which a servo stands at -90 and at +90 degrees. The default is one of
 * the two calibrations of the Initio's head that are in use, the one that
 * rover.ko's presets are for; 4tronix's own is 500 and 2500, 2500 and 500.
 */
static int config_read_servos(struct device *dev, struct sim_config *config)
{
	static const char * const names[SIM_SERVOS] = {
		[SIM_TILT] = "tilt-pulses-us",
		[SIM_PAN] = "pan-pulses-us",
	};
	unsigned int i;

	for (i = 0; i < SIM_SERVOS; i++) {
		u32 *us = config->servo_us[i];

		us[0] = i == SIM_PAN ? 550 : 2185;
		us[1] = i == SIM_PAN ? 2200 : 650;
		if (!device_property_present(dev, names[i]))
			continue;
		if (device_property_read_u32_array(dev, names[i], us, 2) ||
		    us[0] == us[1] || max(us[0], us[1]) > 5000)
			return dev_err_probe(dev, -EINVAL,
					     "%s must be two widths up to 5000\n",
					     names[i]);
	}
	return 0;
}

int sim_config_read(struct device *dev, struct sim_config *config)
{
	return sim_wiring_read(dev, config) ?:
	       config_read_air(dev, config) ?:
	       config_read_pwm(dev, config) ?:
	       config_read_chassis(dev, config) ?:
	       config_read_sensors(dev, config) ?:
	       config_read_motors(dev, config) ?:
	       config_read_servos(dev, config);
}
