// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a board's description from the properties of its device, with the
 * RoboHAT on an Initio chassis as the default.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/property.h>
#include <linux/string.h>

#include "config.h"

enum config_wiring {
	CONFIG_WIRING_OFF,
	CONFIG_WIRING_SINGLE,
	CONFIG_WIRING_QUADRATURE
};

static const char * const config_wirings[] = {
	[CONFIG_WIRING_OFF] = "off",
	[CONFIG_WIRING_SINGLE] = "single",
	[CONFIG_WIRING_QUADRATURE] = "quadrature",
	NULL
};

static const int config_wiring_lines[][SIM_SIDES][2] = {
	[CONFIG_WIRING_OFF] = {
		{ SIM_NO_LINE, SIM_NO_LINE }, { SIM_NO_LINE, SIM_NO_LINE }
	},
	[CONFIG_WIRING_SINGLE] = {
		{ 22, SIM_NO_LINE }, { 23, SIM_NO_LINE }
	},
	[CONFIG_WIRING_QUADRATURE] = {
		{ 27, 5 }, { 22, 23 }
	},
};

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
static int config_word(struct device *dev, const char *name, int *value,
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

/* Reads up to @max line numbers; returns how many, -ENOENT when absent. */
static int config_lines(struct device *dev, const char *name, int *lines,
			int max)
{
	u32 given[4];
	int count, i;

	if (!device_property_present(dev, name))
		return -ENOENT;
	count = device_property_count_u32(dev, name);
	if (count == -ENODATA)
		count = 0;
	if (count < 0 || count > max)
		return dev_err_probe(dev, -EINVAL, "%s: at most %d lines\n",
				     name, max);
	if (count && device_property_read_u32_array(dev, name, given, count))
		return dev_err_probe(dev, -EINVAL, "%s is unreadable\n", name);
	for (i = 0; i < count; i++) {
		if (given[i] >= SIM_LINES)
			return dev_err_probe(dev, -EINVAL,
					     "%s: there is no line %u\n",
					     name, given[i]);
		lines[i] = given[i];
	}
	return count;
}

static int config_read_bridges(struct device *dev, struct sim_config *config)
{
	int lines[4] = { 16, 19, 13, 12 };
	int enable = SIM_NO_LINE;
	int fault = SIM_NO_LINE;
	int count;

	count = config_lines(dev, "motor-lines", lines, 4);
	if (count != 4 && count != -ENOENT)
		return count < 0 ? count :
			dev_err_probe(dev, -EINVAL, "motor-lines must be 4\n");
	count = config_lines(dev, "bridge-enable-line", &enable, 1);
	if (count < 0 && count != -ENOENT)
		return count;
	count = config_lines(dev, "bridge-fault-line", &fault, 1);
	if (count < 0 && count != -ENOENT)
		return count;

	config->bridge_in1[SIM_LEFT] = lines[0];
	config->bridge_in2[SIM_LEFT] = lines[1];
	config->bridge_in1[SIM_RIGHT] = lines[2];
	config->bridge_in2[SIM_RIGHT] = lines[3];
	config->bridge_enable = enable;
	config->bridge_fault = fault;
	return 0;
}

static int config_read_encoders(struct device *dev, struct sim_config *config)
{
	static const char * const names[SIM_SIDES] = {
		[SIM_LEFT] = "left-encoder-lines",
		[SIM_RIGHT] = "right-encoder-lines",
	};
	int wiring = CONFIG_WIRING_SINGLE;
	int side, count;

	count = config_word(dev, "encoder-wiring", &wiring, config_wirings);
	if (count)
		return count;
	memcpy(config->encoder, config_wiring_lines[wiring],
	       sizeof(config->encoder));

	for (side = 0; side < SIM_SIDES; side++) {
		int lines[2] = { SIM_NO_LINE, SIM_NO_LINE };

		count = config_lines(dev, names[side], lines, 2);
		if (count == -ENOENT)
			continue;
		if (count < 0)
			return count;
		memcpy(config->encoder[side], lines, sizeof(lines));
	}
	return 0;
}

static int config_read_sonar(struct device *dev, struct sim_config *config)
{
	int lines[2] = { 20, SIM_NO_LINE };
	int count;

	count = config_lines(dev, "sonar-lines", lines, 2);
	if (count < 0 && count != -ENOENT)
		return count;
	if (!count)
		lines[0] = SIM_NO_LINE;
	config->sonar_trigger = lines[0];
	config->sonar_echo = count == 2 ? lines[1] : lines[0];
	return 0;
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

	err = config_word(dev, "pwm-off-level", &off, config_pwm_off);
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
		{ "sonar-delay-us", &config->sonar_delay_us, 450, 250, 10000 },
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
		{ "sonar-offset-um", &config->sonar_offset_um,
		  100000, 0, 1000000 },
		{ "probe-delay-ms", &config->probe_delay_ms, 0, 0, 60000 },
		{ "seed", &config->seed, 1, 0, U32_MAX },
	};

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

/* No line may be two things; trigger and echo alone may share one. */
static int config_check(struct device *dev, const struct sim_config *config)
{
	const int lines[] = {
		config->bridge_in1[SIM_LEFT], config->bridge_in2[SIM_LEFT],
		config->bridge_in1[SIM_RIGHT], config->bridge_in2[SIM_RIGHT],
		config->bridge_enable, config->bridge_fault,
		config->encoder[SIM_LEFT][0], config->encoder[SIM_LEFT][1],
		config->encoder[SIM_RIGHT][0], config->encoder[SIM_RIGHT][1],
		config->sonar_trigger,
		config->sonar_echo == config->sonar_trigger ?
			SIM_NO_LINE : config->sonar_echo,
	};
	u64 seen = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i] == SIM_NO_LINE)
			continue;
		if (seen & BIT_ULL(lines[i]))
			return dev_err_probe(dev, -EINVAL,
					     "line %d is wired twice\n",
					     lines[i]);
		seen |= BIT_ULL(lines[i]);
	}
	return 0;
}

int sim_config_read(struct device *dev, struct sim_config *config)
{
	return config_read_bridges(dev, config) ?:
	       config_read_encoders(dev, config) ?:
	       config_read_sonar(dev, config) ?:
	       config_read_air(dev, config) ?:
	       config_read_pwm(dev, config) ?:
	       config_read_chassis(dev, config) ?:
	       config_read_motors(dev, config) ?:
	       config_check(dev, config);
}
