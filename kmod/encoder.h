/* SPDX-License-Identifier: GPL-2.0 */
/*
 * encoder: counts wheel encoder edges in hard IRQ, and measures speed
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_ENCODER_H
#define ROVER_ENCODER_H

#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "board.h"

struct gpio_desc;
struct rover;

/**
 * struct rover_encoder_mark - a count, and when it was reached
 * @count: the count
 * @time: its edge
 */
struct rover_encoder_mark {
	s64 count;
	ktime_t time;
};

/**
 * struct rover_encoder_track - where a wheel is; restored when an edge was noise
 * @edge: last edge
 * @interval_ns: from the one before it
 * @mark: earlier edges, youngest first: speed is measured from the older one
 * @direction: of the last step: -1, 0 (none yet), 1
 */
struct rover_encoder_track {
	struct rover_encoder_mark edge;
	s64 interval_ns;
	struct rover_encoder_mark mark[2];
	int direction;
};

/**
 * struct rover_encoder_line - one line, and the argument of its interrupt
 * @encoder: the encoder it belongs to
 * @desc: the line
 * @bit: its bit in &rover_encoder.levels
 * @handled: its last interrupt
 * @may_come_again: that one may be followed by another for an edge already seen
 */
struct rover_encoder_line {
	struct rover_encoder *encoder;
	struct gpio_desc *desc;
	unsigned int bit;
	ktime_t handled;
	bool may_come_again;
};

/**
 * struct rover_encoder_side - one wheel
 * @track: where it is
 * @before: where it was before its last edge
 * @last: line of its last edge, if that is known
 * @heading: sign of the last drive, for encoders that cannot tell
 * @turn_end: it has just turned round: until then it cannot have had two edges;
 *	0 if it has not
 * @turn_edges: those it had
 * @illegal: transitions that skipped a state
 * @merged: interrupts without a change
 * @glitches: pulses shorter than the filter
 */
struct rover_encoder_side {
	struct rover_encoder_track track;
	struct rover_encoder_track before;
	unsigned int last;
	int heading;
	ktime_t turn_end;
	unsigned int turn_edges;
	u32 illegal;
	u32 merged;
	u32 glitches;
};

/**
 * struct rover_encoder_watch - somebody who wants to know of edges
 * @edge: is queued, in hard IRQ, when a line has changed
 * @armed: if not, it is not; may be written at any time
 */
struct rover_encoder_watch {
	struct irq_work edge;
	bool armed;
};

/**
 * struct rover_encoder - both wheels
 * @lock: protects everything here; taken in hard IRQ
 * @lines: per side, 0 for no encoders
 * @line: left A, left B, right A, right B, or left, right
 * @levels: bit per line, as last seen
 * @claimed: bit per line: a change was seen before the line's own interrupt came
 * @glitch_ns: shorter pulses are noise
 * @circumference_um: of a wheel
 * @counts_per_revolution: of a wheel
 * @side: the wheels
 * @parked: the next edge wakes the worker
 * @watch: who wants to know of edges, or NULL
 */
struct rover_encoder {
	raw_spinlock_t lock;
	unsigned int lines;
	struct rover_encoder_line line[ROVER_SIDES * ROVER_ENCODER_LINES];
	unsigned int levels;
	unsigned int claimed;
	u32 glitch_ns;
	u32 circumference_um;
	u32 counts_per_revolution;
	struct rover_encoder_side side[ROVER_SIDES];
	bool parked;
	struct rover_encoder_watch *watch;
};

/**
 * struct rover_encoder_reading - one wheel, for those who count
 * @count: counts since bind
 * @direction: of the last step, -1 or 1; before the first that of the drive
 * @levels: bit per line, as it is now
 */
struct rover_encoder_reading {
	s64 count;
	int direction;
	unsigned int levels;
};

/**
 * struct rover_encoder_status - one wheel, for readers
 * @count: counts since bind
 * @position_um: where the wheel is, also between edges
 * @speed_um_s: measured speed
 * @edge_time: last edge
 * @speed_from: edge from which the speed was measured
 * @heading: sign of the last drive
 * @illegal: transitions that skipped a state
 * @merged: interrupts without a change
 * @glitches: pulses shorter than the filter
 */
struct rover_encoder_status {
	s64 count;
	s64 position_um;
	s64 speed_um_s;
	ktime_t edge_time;
	ktime_t speed_from;
	int heading;
	u32 illegal;
	u32 merged;
	u32 glitches;
};

int rover_encoder_init(struct rover *rover);
void rover_encoder_set_heading(struct rover_encoder *encoder,
			       const s32 duty_permille[ROVER_SIDES], u32 turn_ns);
void rover_encoder_counts(struct rover_encoder *encoder, s64 count[ROVER_SIDES]);
void rover_encoder_edges(struct rover_encoder *encoder, ktime_t edge[ROVER_SIDES]);
ktime_t rover_encoder_status(struct rover_encoder *encoder,
			     struct rover_encoder_status status[ROVER_SIDES]);
void rover_encoder_read(struct rover_encoder *encoder,
			struct rover_encoder_reading reading[ROVER_SIDES]);
void rover_encoder_watch(struct rover_encoder *encoder, struct rover_encoder_watch *watch);
bool rover_encoder_park(struct rover_encoder *encoder);

/* track.c */
void rover_track_step(struct rover_encoder_track *track, int step, ktime_t now);
s64 rover_track_speed_um_s(const struct rover_encoder_track *track,
			   const struct rover_encoder *encoder, ktime_t now);
s64 rover_track_position_um(const struct rover_encoder_track *track,
			    const struct rover_encoder *encoder, ktime_t now);

#endif /* ROVER_ENCODER_H */
