// SPDX-License-Identifier: GPL-2.0
/*
 * Reads which of a board's lines is what. The default is the RoboHAT; what it has
 * by default gives way to what a description says of the same line.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/property.h>

#include "config.h"

enum wiring_encoders {
	WIRING_OFF,
	WIRING_SINGLE,
	WIRING_QUADRATURE
};

static const char * const wiring_encoders[] = {
	[WIRING_OFF] = "off",
	[WIRING_SINGLE] = "single",
	[WIRING_QUADRATURE] = "quadrature",
	NULL
};

static const int wiring_encoder_lines[][SIM_SIDES][2] = {
	[WIRING_OFF] = {
		{ SIM_NO_LINE, SIM_NO_LINE }, { SIM_NO_LINE, SIM_NO_LINE }
	},
	[WIRING_SINGLE] = {
		{ 22, SIM_NO_LINE }, { 23, SIM_NO_LINE }
	},
	[WIRING_QUADRATURE] = {
		{ 27, 5 }, { 22, 23 }
	},
};

static const char * const wiring_bridges[] = {
	[SIM_BRIDGE_IN_IN] = "in-in",
	[SIM_BRIDGE_IN_IN_EN] = "in-in-en",
	[SIM_BRIDGE_PHASE_ENABLE] = "phase-enable",
	[SIM_BRIDGE_PWM_DIR] = "pwm-dir",
	NULL
};

static const char * const wiring_bridge_offs[] = { "brake", "coast", NULL };

/* Reads up to @max line numbers; returns how many, -ENOENT when absent. */
static int wiring_lines(struct device *dev, const char *name, int *lines,
			int max)
{
	u32 given[2 * SIM_SONARS];
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

/*
 * Exactly @count lines, or none at all where the property is empty; absent
 * leaves @lines alone. Tells whether it was there in @given, if not NULL.
 */
static int wiring_set(struct device *dev, const char *name, int *lines,
		      int count, bool *given)
{
	int found = wiring_lines(dev, name, lines, count);
	int i;

	if (given)
		*given = found != -ENOENT;
	if (found == -ENOENT || found == count)
		return 0;
	if (found > 0)
		return dev_err_probe(dev, -EINVAL, "%s must be %d\n", name,
				     count);
	for (i = 0; i < count; i++)
		lines[i] = SIM_NO_LINE;
	return found;
}

static int wiring_read_bridges(struct device *dev, struct sim_config *config)
{
	int lines[4] = { 16, 19, 13, 12 };
	int mode = SIM_BRIDGE_IN_IN;
	bool enables, separate;
	int coasts, err;

	config->bridge_enable = SIM_NO_LINE;
	config->bridge_fault = SIM_NO_LINE;
	config->bridge_enables[SIM_LEFT] = SIM_NO_LINE;
	config->bridge_enables[SIM_RIGHT] = SIM_NO_LINE;
	err = sim_config_word(dev, "bridge-mode", &mode, wiring_bridges) ?:
	      wiring_set(dev, "motor-lines", lines, 4, NULL) ?:
	      wiring_set(dev, "bridge-enable-lines", config->bridge_enables,
			 SIM_SIDES, NULL) ?:
	      wiring_set(dev, "bridge-enable-line", &config->bridge_enable, 1,
			 NULL) ?:
	      wiring_set(dev, "bridge-fault-line", &config->bridge_fault, 1,
			 NULL);
	if (err)
		return err;
	if (lines[0] == SIM_NO_LINE)
		return dev_err_probe(dev, -EINVAL, "motor-lines must be 4\n");
	enables = config->bridge_enables[SIM_LEFT] != SIM_NO_LINE;
	separate = mode == SIM_BRIDGE_IN_IN_EN;
	if (enables != separate)
		return dev_err_probe(dev, -EINVAL,
				     "bridge-enable-lines belong to bridge-mode in-in-en\n");
	coasts = mode == SIM_BRIDGE_PWM_DIR;
	err = sim_config_word(dev, "bridge-off", &coasts, wiring_bridge_offs);

	config->bridge_mode = mode;
	config->bridge_off_coasts = coasts;
	config->bridge_phase_high = device_property_read_bool(dev,
							      "phase-forward-high");
	config->bridge_in1[SIM_LEFT] = lines[0];
	config->bridge_in2[SIM_LEFT] = lines[1];
	config->bridge_in1[SIM_RIGHT] = lines[2];
	config->bridge_in2[SIM_RIGHT] = lines[3];
	return err;
}

static int wiring_read_encoders(struct device *dev, struct sim_config *config)
{
	static const char * const names[SIM_SIDES] = {
		[SIM_LEFT] = "left-encoder-lines",
		[SIM_RIGHT] = "right-encoder-lines",
	};
	int wiring = WIRING_SINGLE;
	int side, count;

	count = sim_config_word(dev, "encoder-wiring", &wiring, wiring_encoders);
	if (count)
		return count;
	memcpy(config->encoder, wiring_encoder_lines[wiring],
	       sizeof(config->encoder));

	for (side = 0; side < SIM_SIDES; side++) {
		int lines[2] = { SIM_NO_LINE, SIM_NO_LINE };

		count = wiring_lines(dev, names[side], lines, 2);
		if (count == -ENOENT)
			continue;
		if (count < 0)
			return count;
		memcpy(config->encoder[side], lines, sizeof(lines));
	}
	return 0;
}

/* One sensor: a line, or trigger and echo. Several: pairs of them. */
static int wiring_read_sonars(struct device *dev, struct sim_config *config)
{
	static const char angles_name[] = "sonar-angles-millidegrees";
	bool pairs = device_property_read_bool(dev, "sonar-pairs");
	int lines[2 * SIM_SONARS] = { 20 };
	u32 angles[SIM_SONARS] = {};
	int count, i;

	count = wiring_lines(dev, "sonar-lines", lines,
			     pairs ? ARRAY_SIZE(lines) : 2);
	if (count == -ENOENT)
		count = 1;
	if (count < 0)
		return count;
	if (pairs && count % 2)
		return dev_err_probe(dev, -EINVAL, "sonar-lines are no pairs\n");
	if (count == 1)
		lines[1] = lines[0];
	config->sonars = DIV_ROUND_UP(count, 2);

	if (device_property_present(dev, angles_name) &&
	    (device_property_count_u32(dev, angles_name) != config->sonars ||
	     device_property_read_u32_array(dev, angles_name, angles,
					    config->sonars)))
		return dev_err_probe(dev, -EINVAL, "%s must be %u\n",
				     angles_name, config->sonars);
	for (i = 0; i < config->sonars; i++) {
		config->sonar_trigger[i] = lines[2 * i];
		config->sonar_echo[i] = lines[2 * i + 1];
		config->sonar_mdeg[i] = (s32)angles[i];
	}
	return 0;
}

struct wiring_claims {
	struct device *dev;
	u64 taken;
};

/* No line may be two things: an error, or for what is not given, off it goes. */
static int wiring_claim(struct wiring_claims *claims, int *lines, int count,
			bool given)
{
	for (; count; count--, lines++) {
		if (*lines == SIM_NO_LINE)
			continue;
		if (!(claims->taken & BIT_ULL(*lines)))
			claims->taken |= BIT_ULL(*lines);
		else if (!given)
			*lines = SIM_NO_LINE;
		else
			return dev_err_probe(claims->dev, -EINVAL,
					     "line %d is wired twice\n", *lines);
	}
	return 0;
}

static int wiring_claim_sonars(struct wiring_claims *claims,
			       struct sim_config *config)
{
	int i, err = 0;

	for (i = 0; i < config->sonars && !err; i++) {
		bool shared = config->sonar_echo[i] == config->sonar_trigger[i];

		err = wiring_claim(claims, &config->sonar_trigger[i], 1, true);
		if (!err && !shared)
			err = wiring_claim(claims, &config->sonar_echo[i], 1,
					   true);
	}
	return err;
}

/* What the RoboHAT has beside: it takes no lines from what is described. */
static int wiring_read_extras(struct wiring_claims *claims,
			      struct sim_config *config)
{
	const struct {
		const char *name;
		int *lines;
		int fallback[2];
	} extras[] = {
		{ "servo-lines", config->servo, { 24, 25 } },
		{ "obstacle-lines", config->obstacle, { 4, 17 } },
		{ "line-sensor-lines", config->line_sensor, { 5, 27 } },
	};
	bool given[ARRAY_SIZE(extras)];
	int i, err;

	for (i = 0; i < ARRAY_SIZE(extras); i++) {
		memcpy(extras[i].lines, extras[i].fallback,
		       sizeof(extras[i].fallback));
		err = wiring_set(claims->dev, extras[i].name, extras[i].lines,
				 2, &given[i]);
		if (err)
			return err;
	}
	for (i = 0; i < ARRAY_SIZE(extras); i++) {
		if (!given[i])
			continue;
		err = wiring_claim(claims, extras[i].lines, 2, true);
		if (err)
			return err;
	}
	for (i = 0; i < ARRAY_SIZE(extras); i++)
		if (!given[i])
			wiring_claim(claims, extras[i].lines, 2, false);
	return 0;
}

/**
 * sim_wiring_read() - read which line is what
 * @dev: the board's device
 * @config: filled in, as far as lines go
 *
 * Return: 0, or a negative error that has been reported.
 */
int sim_wiring_read(struct device *dev, struct sim_config *config)
{
	struct wiring_claims claims = { .dev = dev };

	return wiring_read_bridges(dev, config) ?:
	       wiring_read_encoders(dev, config) ?:
	       wiring_read_sonars(dev, config) ?:
	       wiring_claim(&claims, config->bridge_in1, SIM_SIDES, true) ?:
	       wiring_claim(&claims, config->bridge_in2, SIM_SIDES, true) ?:
	       wiring_claim(&claims, config->bridge_enables, SIM_SIDES, true) ?:
	       wiring_claim(&claims, &config->bridge_enable, 1, true) ?:
	       wiring_claim(&claims, &config->bridge_fault, 1, true) ?:
	       wiring_claim(&claims, &config->encoder[0][0], 4, true) ?:
	       wiring_claim_sonars(&claims, config) ?:
	       wiring_read_extras(&claims, config);
}
