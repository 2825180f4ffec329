// SPDX-License-Identifier: GPL-2.0
/*
 * measure: what the closed loop knows of its wheels
 *
 * Encoders with one line count in the direction of the drive. So that a wheel
 * that still rolls is not counted the wrong way, its drive changes direction
 * only after it has stood still, and until then it brakes.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>
#include <linux/minmax.h>

#include "rover.h"

/* No edge for this long: a wheel stands, or is about to. */
#define CONTROL_STANDING_NS	(120 * NSEC_PER_MSEC)

/*
 * No edge for this long, and braked all the while: it has come to rest. The virtual
 * Initio's wheels take up to 150 ms from their last edge, with a dead zone of 80
 * permille and the time constant of 150 ms.
 */
#define CONTROL_RESTING_NS	(180 * NSEC_PER_MSEC)

/* No edge for this long: at rest, or as good as that, whether it was braked or not. */
#define CONTROL_QUIET_NS	NSEC_PER_SEC

/* Whether the encoders do not tell the direction. */
bool rover_control_infers(const struct rover *rover)
{
	return rover->board.encoder_lines == 1;
}

/* Way of a wheel per count. */
s64 rover_control_count_um(const struct rover *rover)
{
	return rover->board.wheel_circumference_um / rover->board.counts_per_revolution;
}

/* Its speed was measured since it is driven, between two edges. */
static bool control_knows_speed(const struct rover_control_wheel *wheel,
				const struct rover_encoder_status *status)
{
	return ktime_compare(status->speed_from, wheel->pushed) >= 0 &&
	       (status->edge_time != status->speed_from || wheel->standing);
}

/*
 * The speed of a wheel that was driven out of standstill is not known before its
 * second edge: until then it is taken to do what it should, as far as the missing
 * edges allow that.
 */
static s64 control_speed_um_s(const struct rover *rover, const struct rover_control_wheel *wheel,
			      const struct rover_encoder_status *status, ktime_t now)
{
	s64 silence_ns = ktime_to_ns(ktime_sub(now, max(status->edge_time, wheel->pushed)));
	s64 most_um_s;

	if (control_knows_speed(wheel, status))
		return status->speed_um_s;
	most_um_s = div64_s64(rover_control_count_um(rover) * NSEC_PER_SEC, silence_ns + 1);
	return clamp(wheel->target_um_s, -most_um_s, most_um_s);
}

void rover_control_measure(struct rover *rover, ktime_t now)
{
	struct rover_encoder_status status[ROVER_SIDES];
	int i;

	rover_encoder_status(&rover->encoder, status);
	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_control_wheel *wheel = &rover->control.wheel[i];

		wheel->position_um = status[i].position_um;
		wheel->heading = status[i].heading;
		wheel->quiet_ns = ktime_to_ns(ktime_sub(now, status[i].edge_time));
		wheel->standing = wheel->quiet_ns >= CONTROL_STANDING_NS;
		if (wheel->standing && !wheel->duty_permille)
			wheel->pushed = now;
		wheel->speed_um_s = control_speed_um_s(rover, wheel, &status[i], now);
		wheel->measured = ktime_divns(ktime_add(status[i].edge_time, status[i].speed_from),
					      2);
		if (!control_knows_speed(wheel, &status[i]))
			wheel->measured = now;
	}
}

/*
 * Whether a wheel may be driven that way now. One that rolls on would be counted the
 * wrong way, and a slow one has no edge for long although it turns.
 */
bool rover_control_may_head(const struct rover *rover, const struct rover_control_wheel *wheel,
			    s64 speed_um_s)
{
	s64 braked_ns = ktime_to_ns(ktime_sub(rover->control.ticked, wheel->driven));

	if (!rover_control_infers(rover) || speed_um_s * wheel->heading >= 0)
		return true;
	return min(wheel->quiet_ns, braked_ns) >= CONTROL_RESTING_NS ||
	       wheel->quiet_ns >= CONTROL_QUIET_NS;
}

/*
 * From standstill, how soon a wheel can have gone the way of a count. (In truth it
 * takes longer: the drive begins at the end of the PWM's period.) Only for encoders
 * that do not tell the direction.
 */
u32 rover_control_turn_ns(const struct rover *rover)
{
	u64 count_um = rover_control_count_um(rover);
	u64 turn_us;

	if (!rover_control_infers(rover))
		return 0;
	/* s = a t^2 / 2 */
	turn_us = int_sqrt64(div64_u64(2 * count_um * USEC_PER_SEC * USEC_PER_SEC,
				       READ_ONCE(rover->settings.acceleration_um_s2)));
	return min_t(u64, turn_us, USEC_PER_SEC) * NSEC_PER_USEC;
}
