// SPDX-License-Identifier: GPL-2.0
/*
 * track: from the edges of one wheel to its speed and position
 *
 * Copyright (C) 2026 The rover authors
 */

#include "encoder.h"
#include "kinematics.h"

/* Speed is measured over at least this long, and over two edges where they are rarer. */
#define TRACK_WINDOW_NS	(10 * NSEC_PER_MSEC)

/* No edge for this long is a standing wheel: less than 5 mm/s at 36 counts. */
#define TRACK_STOPPED_NS	NSEC_PER_SEC

/**
 * rover_track_step() - a wheel went on
 * @track: of the wheel
 * @step: by so many counts, signed
 * @now: when
 *
 * Context: any; whoever owns the track sees to it that nobody else is at it.
 */
void rover_track_step(struct rover_encoder_track *track, int step, ktime_t now)
{
	int direction = step < 0 ? -1 : 1;
	struct rover_encoder_mark from = track->edge;

	track->edge.count += step;
	track->edge.time = now;
	track->interval_ns = ktime_to_ns(ktime_sub(now, from.time));
	if (direction != track->direction || track->interval_ns >= TRACK_STOPPED_NS) {
		/* Speed starts anew: there is nothing to measure it from yet. */
		track->direction = direction;
		track->mark[0] = track->edge;
		track->mark[1] = track->edge;
	} else if (ktime_to_ns(ktime_sub(now, track->mark[0].time)) >= TRACK_WINDOW_NS) {
		track->mark[1] = track->mark[0];
		track->mark[0] = track->edge;
		/* Rare edges: the newest interval alone tells the speed. */
		if (track->interval_ns >= TRACK_WINDOW_NS)
			track->mark[1] = from;
	}
}

/**
 * rover_track_speed_um_s() - how fast a wheel turns
 * @track: of the wheel
 * @encoder: what its counts stand for
 * @now: the time
 *
 * Between two edges the wheel is slower than an edge every so often: once the
 * next edge is overdue, speed falls with the time it is.
 *
 * Return: um/s, signed; 0 a second after its last edge.
 */
s64 rover_track_speed_um_s(const struct rover_encoder_track *track,
			   const struct rover_encoder *encoder, ktime_t now)
{
	s64 silence_ns = ktime_to_ns(ktime_sub(now, track->edge.time));
	s64 measured, at_most;

	if (!track->edge.time || silence_ns >= TRACK_STOPPED_NS)
		return 0;
	measured = rover_kinematics_speed_um_s(track->edge.count - track->mark[1].count,
					       ktime_to_ns(ktime_sub(track->edge.time,
								     track->mark[1].time)),
					       encoder->circumference_um,
					       encoder->counts_per_revolution);
	at_most = rover_kinematics_speed_um_s(1, silence_ns, encoder->circumference_um,
					      encoder->counts_per_revolution);
	if (silence_ns > 0 && abs(measured) > at_most)
		return measured < 0 ? -at_most : at_most;
	return measured;
}

/**
 * rover_track_position_um() - where a wheel is, also between edges
 * @track: of the wheel
 * @encoder: what its counts stand for
 * @now: the time
 *
 * Return: um since bind; 0 without encoders.
 */
s64 rover_track_position_um(const struct rover_encoder_track *track,
			    const struct rover_encoder *encoder, ktime_t now)
{
	if (!encoder->lines)
		return 0;
	return rover_kinematics_position_um(track->edge.count, track->direction,
					    ktime_to_ns(ktime_sub(now, track->edge.time)),
					    track->interval_ns, encoder->circumference_um,
					    encoder->counts_per_revolution);
}
