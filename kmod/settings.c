// SPDX-License-Identifier: GPL-2.0
/*
 * settings: what can be changed at run time, with its limits and presets
 *
 * They begin as the device description says, and lie in rover.settings: written
 * here alone, with drive.lock held; read by anyone, one at a time, without it.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/property.h>

#include "event.h"
#include "rover.h"
#include "settings.h"

/* What a board must have for a setting to make sense. */
enum settings_needs {
	SETTINGS_NOTHING,
	SETTINGS_ENCODERS,
	SETTINGS_SONAR,
	SETTINGS_SONAR_AHEAD,
	SETTINGS_OBSTACLES,
	SETTINGS_SENSORS,
	SETTINGS_SERVOS,
};

/* What makes a change of a setting looser; only those protect the rover. */
enum settings_looser {
	SETTINGS_NEVER,
	SETTINGS_WHEN_SMALLER,
	SETTINGS_WHEN_LARGER,	/* and 0 is the loosest */
};

/**
 * struct settings_field - one setting
 * @bit: ROVER_SET_*
 * @property: of the device description; NULL if board.c reads it
 * @offset: in struct rover_settings
 * @preset: without the property; for the 4tronix Initio
 * @min: smallest
 * @max: largest
 * @off: 0 is good too, and means off
 * @looser: what loosens it
 * @needs: what the board must have
 */
struct settings_field {
	u64 bit;
	const char *property;
	size_t offset;
	u32 preset;
	s32 min;
	s32 max;
	bool off;
	enum settings_looser looser;
	enum settings_needs needs;
};

#define SETTINGS_FIELD(_bit, _property, _member) \
	.bit = ROVER_SET_##_bit, .property = _property, \
	.offset = offsetof(struct rover_settings, _member)

/*
 * The Initio of the virtual board does 600 mm/s at full drive and does not turn
 * below 80 permille: (1000 - 80) permille / 0.6 m/s is the feed-forward.
 */
static const struct settings_field settings_fields[] = {
	{ SETTINGS_FIELD(DEADMAN, NULL, deadman_ms), 1000, 0, S32_MAX, true,
	  SETTINGS_WHEN_LARGER, SETTINGS_NOTHING },
	{ SETTINGS_FIELD(GUARD, "guard-um", guard_um), 0, ROVER_GUARD_MIN_UM,
	  ROVER_GUARD_MAX_UM, true, SETTINGS_WHEN_SMALLER, SETTINGS_SONAR_AHEAD },
	{ SETTINGS_FIELD(OBSTACLE_GUARD, "obstacle-guard", obstacle_guard), 0, 0, 1, true,
	  SETTINGS_WHEN_SMALLER, SETTINGS_OBSTACLES },
	{ SETTINGS_FIELD(STALL, "stall-ms", stall_ms), 500, 100, 10000, true,
	  SETTINGS_WHEN_LARGER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(TICK, "tick-us", tick_us), 10000, 2000, 50000, false,
	  SETTINGS_NEVER, SETTINGS_NOTHING },
	{ SETTINGS_FIELD(SPEED_MAX, "max-speed-um-per-s", speed_max_um_s), 600000, 10000,
	  10000000, false, SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(RATE_MAX, "max-rate-urad-per-s", rate_max_urad_s), 3000000, 100000,
	  100000000, false, SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(ACCELERATION, "acceleration-um-per-s2", acceleration_um_s2), 2000000,
	  10000, 100000000, false, SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(DECELERATION, "deceleration-um-per-s2", deceleration_um_s2), 2000000,
	  10000, 100000000, false, SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(FEED_FORWARD, "feed-forward", feed_forward), 1533, 0, 100000, false,
	  SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(DEAD_ZONE, "dead-zone-permille", dead_zone_permille), 80, 0, 900, false,
	  SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(PROPORTIONAL, "proportional-gain", proportional), 1500, 0, 100000,
	  false, SETTINGS_NEVER, SETTINGS_ENCODERS },
	{ SETTINGS_FIELD(INTEGRAL, "integral-gain", integral), 10000, 0, 1000000, false,
	  SETTINGS_NEVER, SETTINGS_ENCODERS },
	/* HC-SR04 datasheet: at least 60 ms, or a ping hears the one before it. */
	{ SETTINGS_FIELD(SONAR_INTERVAL, "sonar-interval-us", sonar_interval_us), 60000, 60000,
	  10000000, false, SETTINGS_NEVER, SETTINGS_SONAR },
	{ SETTINGS_FIELD(SONAR_MEDIAN, "sonar-median", sonar_median), 3, 1, 9, false,
	  SETTINGS_NEVER, SETTINGS_SONAR },
	{ SETTINGS_FIELD(TEMPERATURE, NULL, air_temperature_mc), 20000, -40000, 85000, false,
	  SETTINGS_NEVER, SETTINGS_SONAR },
	{ SETTINGS_FIELD(SERVO_RATE, "servo-rate-urad-per-s", servo_rate_urad_s), 5000000,
	  100000, 100000000, true, SETTINGS_NEVER, SETTINGS_SERVOS },
	{ SETTINGS_FIELD(SERVO_IDLE, "servo-idle-ms", servo_idle_ms), 1000, 0, 3600000, true,
	  SETTINGS_NEVER, SETTINGS_SERVOS },
	{ SETTINGS_FIELD(DEBOUNCE, "debounce-us", debounce_us), 5000, 0, 100000, false,
	  SETTINGS_NEVER, SETTINGS_SENSORS },
};

static const struct settings_field *settings_find(u64 bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings_fields); i++)
		if (settings_fields[i].bit == bit)
			return &settings_fields[i];
	return NULL;
}

/**
 * rover_settings_slot() - where one of them is in the structure
 * @settings: the structure
 * @bit: ROVER_SET_*
 *
 * Return: where; NULL if there is no such setting.
 */
u32 *rover_settings_slot(struct rover_settings *settings, u64 bit)
{
	const struct settings_field *field = settings_find(bit);

	return field ? (void *)settings + field->offset : NULL;
}

static u32 *settings_slot(struct rover_settings *settings, const struct settings_field *field)
{
	return (void *)settings + field->offset;
}

static s64 settings_value(const struct rover_settings *settings, const struct settings_field *field)
{
	const u32 *slot = (const void *)settings + field->offset;

	return field->min < 0 ? (s64)(s32)READ_ONCE(*slot) : (s64)READ_ONCE(*slot);
}

static bool settings_has(const struct rover_board *board, const struct settings_field *field)
{
	switch (field->needs) {
	case SETTINGS_ENCODERS:
		return board->encoder_lines;
	case SETTINGS_SONAR:
		return board->sonars;
	case SETTINGS_SONAR_AHEAD:
		return board->sonars_ahead;
	case SETTINGS_OBSTACLES:
		return board->sensors & (ROVER_SENSOR_OBSTACLE_LEFT | ROVER_SENSOR_OBSTACLE_RIGHT);
	case SETTINGS_SENSORS:
		return board->sensors;
	case SETTINGS_SERVOS:
		return board->servos;
	default:
		return true;
	}
}

static bool settings_in_range(const struct settings_field *field, s64 value)
{
	if (field->off && !value)
		return true;
	if (value < field->min || value > field->max)
		return false;
	/* A median is the middle one. */
	return field->bit != ROVER_SET_SONAR_MEDIAN || value & 1;
}

static bool settings_loosens(const struct settings_field *field, s64 before, s64 value)
{
	switch (field->looser) {
	case SETTINGS_WHEN_SMALLER:
		return value < before;
	case SETTINGS_WHEN_LARGER:
		return before && (!value || value > before);
	default:
		return false;
	}
}

/**
 * rover_settings_present() - the settings that this board has
 * @rover: the rover
 *
 * Return: ROVER_SET_*.
 */
u64 rover_settings_present(const struct rover *rover)
{
	u64 present = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings_fields); i++)
		if (settings_has(&rover->board, &settings_fields[i]))
			present |= settings_fields[i].bit;
	return present;
}

/**
 * rover_settings_get() - all of them
 * @rover: the rover
 * @settings: filled in; what the board lacks is 0
 */
void rover_settings_get(struct rover *rover, struct rover_settings *settings)
{
	unsigned long flags;
	size_t i;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	*settings = rover->settings;
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	settings->fields = rover_settings_present(rover);
	for (i = 0; i < ARRAY_SIZE(settings_fields); i++)
		if (!(settings->fields & settings_fields[i].bit))
			*settings_slot(settings, &settings_fields[i]) = 0;
}

/* Malformed, absent or beyond limits: told before anything changes, and which it is. */
static int settings_check(const struct rover *rover, const struct rover_settings *wanted,
			  u64 *culprit)
{
	u64 left = wanted->fields;
	size_t i;

	if (wanted->reserved || !left)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(settings_fields); i++)
		left &= ~settings_fields[i].bit;
	if (left)
		return -EINVAL;
	*culprit = wanted->fields & ~rover_settings_present(rover);
	if (*culprit)
		return -ENODATA;
	for (i = 0; i < ARRAY_SIZE(settings_fields); i++) {
		const struct settings_field *field = &settings_fields[i];

		if (wanted->fields & field->bit &&
		    !settings_in_range(field, settings_value(wanted, field))) {
			*culprit = field->bit;
			return -ERANGE;
		}
	}
	*culprit = ROVER_SET_DEADMAN;
	if (wanted->fields & ROVER_SET_DEADMAN && !rover_lease_deadman_allowed(wanted->deadman_ms))
		return -EPERM;
	return 0;
}

/* If somebody else drives, what would protect him less: ROVER_SET_*, else 0. */
static u64 settings_harm(struct rover *rover, const struct rover_lease *lease,
			 const struct rover_settings *wanted)
{
	struct rover_drive *drive = &rover->drive;
	size_t i;

	lockdep_assert_held(&drive->lock);
	if (!drive->holder || drive->holder == lease)
		return 0;
	for (i = 0; i < ARRAY_SIZE(settings_fields); i++) {
		const struct settings_field *field = &settings_fields[i];

		if (wanted->fields & field->bit &&
		    settings_loosens(field, settings_value(&rover->settings, field),
				     settings_value(wanted, field)))
			return field->bit;
	}
	return 0;
}

/* Returns what has really changed. */
static u64 settings_take(struct rover *rover, const struct rover_settings *wanted)
{
	u64 changed = 0;
	size_t i;

	lockdep_assert_held(&rover->drive.lock);
	for (i = 0; i < ARRAY_SIZE(settings_fields); i++) {
		const struct settings_field *field = &settings_fields[i];
		s64 value = settings_value(wanted, field);

		if (!(wanted->fields & field->bit) ||
		    value == settings_value(&rover->settings, field))
			continue;
		WRITE_ONCE(*settings_slot(&rover->settings, field), (u32)value);
		changed |= field->bit;
	}
	/* Also one that is only confirmed. */
	if (wanted->fields & ROVER_SET_DEADMAN)
		rover_lease_tighten(rover);
	if (changed & (ROVER_SET_GUARD | ROVER_SET_OBSTACLE_GUARD))
		rover_guard_changed_locked(rover);
	if (changed & ROVER_SET_SONAR_INTERVAL)
		rover_sonar_wanted(rover);
	return changed;
}

/**
 * rover_settings_configure() - change some of them, or none
 * @rover: the rover
 * @lease: the caller's
 * @wanted: which, and to what
 *
 * Return: 0; -EINVAL unknown fields, -ERANGE beyond their limits, -ENODATA the
 * board has no use for one, -EPERM a deadman time for the administrator, -EBUSY
 * somebody else drives and would be less protected, -ENODEV.
 */
int rover_settings_configure(struct rover *rover, struct rover_lease *lease,
			     const struct rover_settings *wanted)
{
	u64 culprit;

	return rover_settings_try(rover, lease, wanted, &culprit);
}

/**
 * rover_settings_try() - as rover_settings_configure(), and tell which is refused
 * @rover: the rover
 * @lease: the caller's
 * @wanted: which, and to what
 * @culprit: returns ROVER_SET_* of those to blame; 0 if it is none in particular
 *
 * Return: as rover_settings_configure().
 */
int rover_settings_try(struct rover *rover, struct rover_lease *lease,
		       const struct rover_settings *wanted, u64 *culprit)
{
	struct rover_event event = { .type = ROVER_EVENT_SETTING };
	unsigned long flags;
	int err;

	*culprit = 0;
	err = settings_check(rover, wanted, culprit);
	if (err)
		return err;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	*culprit = settings_harm(rover, lease, wanted);
	if (rover->drive.closed)
		err = -ENODEV;
	else if (*culprit)
		err = -EBUSY;
	else
		event.setting.fields = settings_take(rover, wanted);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
	if (!err && event.setting.fields)
		rover_event_push(rover, &event);
	return err;
}

/**
 * rover_settings_read() - one of them
 * @rover: the rover
 * @field: ROVER_SET_*
 */
s64 rover_settings_read(struct rover *rover, u64 field)
{
	return settings_value(&rover->settings, settings_find(field));
}

/**
 * rover_settings_write() - change one of them
 * @rover: the rover
 * @lease: the caller's
 * @field: ROVER_SET_*
 * @value: what it shall be
 *
 * Return: as rover_settings_configure().
 */
int rover_settings_write(struct rover *rover, struct rover_lease *lease, u64 field, s64 value)
{
	const struct settings_field *slot = settings_find(field);
	struct rover_settings wanted = { .fields = field };

	if (value < S32_MIN || value > S32_MAX)
		return -ERANGE;
	if (value < 0 && slot->min >= 0)
		return -ERANGE;
	*settings_slot(&wanted, slot) = (u32)value;
	return rover_settings_configure(rover, lease, &wanted);
}

static int settings_read_property(struct rover *rover, const struct settings_field *field)
{
	struct device *dev = rover->hardware;
	u32 *slot = settings_slot(&rover->settings, field);

	*slot = field->preset;
	if (!field->property || !device_property_present(dev, field->property))
		return 0;
	/* A property without a value is a switch. */
	if (field->max == 1)
		*slot = 1;
	else if (device_property_read_u32(dev, field->property, slot))
		return dev_err_probe(dev, -EINVAL, "%s: want one number\n", field->property);
	if (*slot > S32_MAX || !settings_in_range(field, *slot))
		return dev_err_probe(dev, -EINVAL, "%s = %u: want %s%d to %d%s\n",
				     field->property, *slot, field->off ? "0, or " : "",
				     field->min, field->max,
				     field->bit == ROVER_SET_SONAR_MEDIAN ? ", odd" : "");
	if (!settings_has(&rover->board, field))
		return dev_err_probe(dev, -EINVAL, "%s is given, but nothing that it is for\n",
				     field->property);
	return 0;
}

/**
 * rover_settings_init() - begin as the device description says
 * @rover: the rover
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_settings_init(struct rover *rover)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(settings_fields); i++) {
		err = settings_read_property(rover, &settings_fields[i]);
		if (err)
			return err;
	}
	rover->settings.deadman_ms = rover->board.deadman_ms;
	rover->settings.air_temperature_mc = rover->board.air_temperature_mc;
	return 0;
}
