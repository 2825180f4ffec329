// SPDX-License-Identifier: GPL-2.0
/*
 * encoder: counts wheel encoder edges in hard IRQ
 *
 * Interrupts of different lines get lost on BCM2835 when they come close
 * together, so each interrupt looks at all lines. A change that is seen before
 * its own line's interrupt came is claimed; that interrupt then finds nothing
 * new. An interrupt that finds nothing new and no claim tells that an even
 * number of edges was lost:
 *
 *   line A  ____/~~~~~~~        line B  ______/~~~~~~~      both late
 *               A: A and B changed, B claimed     B: nothing new, claim used
 *
 *   line A  ____/~~\____        one late interrupt, level as before: merged
 *
 * An edge that comes while its line's handler is about to look is seen at once,
 * and interrupts again for nothing.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/bitops.h>
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "compat.h"
#include "kinematics.h"
#include "pins.h"
#include "rover.h"
#include "trace.h"

/* No edge for this long: nobody moves the rover. */
#define ENCODER_QUIET_NS	(200 * NSEC_PER_MSEC)

/* An interrupt this soon after another of its line may be for an edge already seen. */
#define ENCODER_AGAIN_NS	(20 * NSEC_PER_USEC)

/*
 * The edges of a turning wheel come in regular intervals: one this much shorter
 * than the last is noise. Not so one that only a late interrupt made short.
 */
#define ENCODER_GLITCH_PART	8

#define ENCODER_NO_LINE		UINT_MAX

/* Steps of one wheel between two states of its lines; 0 if the lines do not tell. */
static int encoder_decode(const struct rover_encoder *encoder, struct rover_encoder_side *side,
			  unsigned int before, unsigned int now)
{
	int step;

	if (encoder->lines == 1)
		return side->heading;
	step = rover_kinematics_gray(before, now);
	if (step != ROVER_GRAY_ILLEGAL)
		return step;
	side->illegal++;
	/* Two edges, most likely onward. */
	return 2 * side->track.direction;
}

/* Whether the line changes back sooner than a turning wheel makes it. */
static bool encoder_is_glitch(const struct rover_encoder *encoder,
			      const struct rover_encoder_side *side, unsigned int index,
			      ktime_t time)
{
	const struct rover_encoder_track *track = &side->track;
	s64 shortest_ns = min_t(s64, encoder->glitch_ns,
				track->interval_ns / ENCODER_GLITCH_PART);

	return index == side->last && index != ENCODER_NO_LINE &&
	       ktime_to_ns(ktime_sub(time, track->edge.time)) < shortest_ns;
}

/*
 * A wheel that turns round may roll on by a hair, over an edge and back over it.
 * Both count in the new direction; but from standstill it cannot have come to a
 * second edge so soon, so they were one there and one back.
 */
static bool encoder_is_back(struct rover_encoder_side *side, ktime_t time)
{
	if (!side->turn_end || ktime_compare(time, side->turn_end) >= 0) {
		side->turn_end = 0;
		return false;
	}
	return ++side->turn_edges == 2;
}

/* One edge of one wheel, or two that came too late to be told apart. */
static void encoder_change(struct rover_encoder *encoder, struct rover_encoder_side *side,
			   unsigned int before, unsigned int now, ktime_t time)
{
	unsigned int change = before ^ now;
	unsigned int index = is_power_of_2(change) ? __ffs(change) : ENCODER_NO_LINE;
	int step;

	if (encoder_is_glitch(encoder, side, index, time)) {
		side->glitches++;
		side->track = side->before;
		side->last = ENCODER_NO_LINE;
		return;
	}
	if (encoder_is_back(side, time)) {
		side->track = side->before;
		side->last = ENCODER_NO_LINE;
		return;
	}
	side->before = side->track;
	side->last = index;
	step = encoder_decode(encoder, side, before, now);
	if (step)
		rover_track_step(&side->track, step, time);
}

static unsigned int encoder_sample(const struct rover_encoder *encoder)
{
	unsigned int levels = 0;
	unsigned int i;

	for (i = 0; i < encoder->lines * ROVER_SIDES; i++)
		levels |= (unsigned int)gpiod_get_value(encoder->line[i].desc) << i;
	return levels;
}

/*
 * Whether the interrupt of a line tells of edges that nobody saw. It is for at
 * least one edge since the line was last looked at, unless that one is claimed:
 * a line that has not changed then had two. An edge that comes between the ack
 * and the look raises a second interrupt at once, which finds nothing new, and
 * adds one to the edges there must have been:
 *
 *   claimed  changed   first alone         with a second
 *   no       yes       1, seen             3: now we know of two that are lost
 *   no       no        2, lost             2: we know already
 *   yes      yes       1, seen             1: nothing is lost
 *   yes      no        none                2: now we know that they are lost
 */
static bool encoder_lost(struct rover_encoder_line *line, bool changed, bool claimed, ktime_t now)
{
	bool again = line->may_come_again &&
		     ktime_to_ns(ktime_sub(now, line->handled)) < ENCODER_AGAIN_NS;

	line->may_come_again = changed == claimed;
	line->handled = now;
	return !changed && !claimed && !again;
}

static irqreturn_t encoder_irq(int irq, void *data)
{
	struct rover_encoder_line *line = data;
	struct rover_encoder *encoder = line->encoder;
	unsigned int mask = BIT(encoder->lines) - 1;
	struct rover *rover = container_of(encoder, struct rover, encoder);
	u64 began_ns = rover_timing_begin();
	unsigned int levels, changed, i;
	bool parked;
	ktime_t now;

	raw_spin_lock(&encoder->lock);
	now = ktime_get();
	levels = encoder_sample(encoder);
	changed = levels ^ encoder->levels;

	if (encoder_lost(line, changed & line->bit, encoder->claimed & line->bit, now))
		encoder->side[__ffs(line->bit) / encoder->lines].merged++;
	encoder->claimed |= changed;
	encoder->claimed &= ~line->bit;

	for (i = 0; i < ROVER_SIDES; i++) {
		unsigned int shift = i * encoder->lines;

		if (!((changed >> shift) & mask))
			continue;
		encoder_change(encoder, &encoder->side[i], (encoder->levels >> shift) & mask,
			       (levels >> shift) & mask, now);
		trace_rover_edge(rover->index, i, encoder->side[i].track.edge.count, now);
	}
	encoder->levels = levels;
	if (changed && encoder->watch && READ_ONCE(encoder->watch->armed))
		irq_work_queue(&encoder->watch->edge);
	parked = encoder->parked;
	encoder->parked = false;
	raw_spin_unlock(&encoder->lock);
	if (parked)
		rover_worker_wake(&rover->worker);
	rover_timing_end(rover, ROVER_TIMING_ENCODER, began_ns);
	return IRQ_HANDLED;
}

static int encoder_heading(s32 duty_permille)
{
	return duty_permille < 0 ? -1 : 1;
}

static bool encoder_turns_round(const struct rover_encoder *encoder,
				const s32 duty_permille[ROVER_SIDES])
{
	int i;

	for (i = 0; i < ROVER_SIDES; i++)
		if (duty_permille[i] &&
		    encoder_heading(duty_permille[i]) != encoder->side[i].heading)
			return true;
	return false;
}

/**
 * rover_encoder_set_heading() - tell which way the wheels are driven
 * @encoder: the encoders
 * @duty_permille: the drive; 0 leaves the heading as it is
 * @turn_ns: a wheel that turns round stands still, and needs that long for two
 *	edges; 0 if that is not known
 *
 * Encoders with one line count in this direction.
 *
 * Context: any; one caller at a time.
 */
void rover_encoder_set_heading(struct rover_encoder *encoder,
			       const s32 duty_permille[ROVER_SIDES], u32 turn_ns)
{
	unsigned long flags;
	int i;

	/* Interrupts only read it. */
	if (!encoder_turns_round(encoder, duty_permille))
		return;
	raw_spin_lock_irqsave(&encoder->lock, flags);
	for (i = 0; i < ROVER_SIDES; i++) {
		struct rover_encoder_side *side = &encoder->side[i];
		int heading = encoder_heading(duty_permille[i]);

		if (!duty_permille[i] || heading == side->heading)
			continue;
		side->heading = heading;
		side->turn_end = turn_ns ? ktime_add_ns(ktime_get(), turn_ns) : 0;
		side->turn_edges = 0;
	}
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
}

/**
 * rover_encoder_park() - have the next edge wake the worker
 * @encoder: the encoders
 *
 * Context: any.
 * Return: whether the wheels stand still; else nothing was done.
 */
bool rover_encoder_park(struct rover_encoder *encoder)
{
	unsigned long flags;
	ktime_t last;
	bool quiet;

	if (!encoder->lines)
		return true;
	raw_spin_lock_irqsave(&encoder->lock, flags);
	last = max(encoder->side[ROVER_LEFT].track.edge.time,
		   encoder->side[ROVER_RIGHT].track.edge.time);
	quiet = !last || ktime_to_ns(ktime_sub(ktime_get(), last)) >= ENCODER_QUIET_NS;
	encoder->parked = quiet;
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
	return quiet;
}

/**
 * rover_encoder_counts() - both counts at one instant
 * @encoder: the encoders
 * @count: filled in
 *
 * Context: any; cheap enough for hard IRQ, unlike rover_encoder_status().
 */
void rover_encoder_counts(struct rover_encoder *encoder, s64 count[ROVER_SIDES])
{
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&encoder->lock, flags);
	for (i = 0; i < ROVER_SIDES; i++)
		count[i] = encoder->side[i].track.edge.count;
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
}

/**
 * rover_encoder_read() - counts, directions and levels at one instant
 * @encoder: the encoders
 * @reading: filled in
 *
 * Context: any.
 */
void rover_encoder_read(struct rover_encoder *encoder,
			struct rover_encoder_reading reading[ROVER_SIDES])
{
	unsigned int mask = BIT(encoder->lines) - 1;
	unsigned int levels, i;
	unsigned long flags;

	raw_spin_lock_irqsave(&encoder->lock, flags);
	levels = encoder_sample(encoder);
	for (i = 0; i < ROVER_SIDES; i++) {
		const struct rover_encoder_side *side = &encoder->side[i];

		reading[i].count = side->track.edge.count;
		reading[i].direction = side->track.direction ?: side->heading;
		reading[i].levels = (levels >> i * encoder->lines) & mask;
	}
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
}

/**
 * rover_encoder_watch() - tell somebody of edges
 * @encoder: the encoders
 * @watch: who; NULL for nobody, and then nobody is being told any more
 *
 * Context: any.
 */
void rover_encoder_watch(struct rover_encoder *encoder, struct rover_encoder_watch *watch)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&encoder->lock, flags);
	encoder->watch = watch;
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
}

/**
 * rover_encoder_edges() - when both wheels had their last edge
 * @encoder: the encoders
 * @edge: filled in; 0 if there was none
 *
 * Context: any; cheap enough for hard IRQ, unlike rover_encoder_status().
 */
void rover_encoder_edges(struct rover_encoder *encoder, ktime_t edge[ROVER_SIDES])
{
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&encoder->lock, flags);
	for (i = 0; i < ROVER_SIDES; i++)
		edge[i] = encoder->side[i].track.edge.time;
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
}

static void encoder_side_status(const struct rover_encoder *encoder,
				const struct rover_encoder_side *side, ktime_t now,
				struct rover_encoder_status *status)
{
	const struct rover_encoder_track *track = &side->track;

	status->count = track->edge.count;
	status->position_um = rover_track_position_um(track, encoder, now);
	status->speed_um_s = rover_track_speed_um_s(track, encoder, now);
	status->edge_time = track->edge.time;
	status->speed_from = track->mark[1].time;
	status->heading = side->heading;
	status->illegal = side->illegal;
	status->merged = side->merged;
	status->glitches = side->glitches;
}

/**
 * rover_encoder_status() - both wheels at one instant
 * @encoder: the encoders
 * @status: filled in
 *
 * Return: the instant.
 */
ktime_t rover_encoder_status(struct rover_encoder *encoder,
			     struct rover_encoder_status status[ROVER_SIDES])
{
	unsigned long flags;
	ktime_t now;
	int i;

	raw_spin_lock_irqsave(&encoder->lock, flags);
	now = ktime_get();
	for (i = 0; i < ROVER_SIDES; i++)
		encoder_side_status(encoder, &encoder->side[i], now, &status[i]);
	raw_spin_unlock_irqrestore(&encoder->lock, flags);
	return now;
}

static int encoder_request_irq(struct rover *rover, struct rover_encoder_line *line)
{
	struct device *dev = rover->hardware;
	int irq = gpiod_to_irq(line->desc);
	int err;

	if (irq < 0)
		return dev_err_probe(dev, irq, "encoder line has no interrupt\n");
	err = devm_request_irq(dev, irq, encoder_irq,
			       IRQF_NO_THREAD | IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING,
			       rover->label, line);
	return err ? dev_err_probe(dev, err, "encoder interrupt %d\n", irq) : 0;
}

/**
 * rover_encoder_init() - request the lines and their interrupts
 * @rover: the rover
 *
 * Undone by devm.
 *
 * Return: 0, or a negative error that has been reported.
 */
int rover_encoder_init(struct rover *rover)
{
	static const char *const functions[ROVER_SIDES] = { "left-encoder", "right-encoder" };
	struct rover_encoder *encoder = &rover->encoder;
	unsigned int i;
	int err;

	raw_spin_lock_init(&encoder->lock);
	encoder->lines = rover->board.encoder_lines;
	encoder->glitch_ns = rover->board.glitch_filter_ns;
	encoder->circumference_um = rover->board.wheel_circumference_um;
	encoder->counts_per_revolution = rover->board.counts_per_revolution;

	for (i = 0; i < encoder->lines * ROVER_SIDES; i++) {
		struct rover_encoder_line *line = &encoder->line[i];

		line->encoder = encoder;
		line->bit = BIT(i);
		line->desc = rover_pins_get(rover->hardware, rover->label,
					    functions[i / encoder->lines], i % encoder->lines,
					    GPIOD_IN);
		if (IS_ERR(line->desc))
			return PTR_ERR(line->desc);
	}
	encoder->levels = encoder_sample(encoder);
	for (i = 0; i < ROVER_SIDES; i++) {
		encoder->side[i].heading = 1;
		encoder->side[i].last = ENCODER_NO_LINE;
	}
	for (i = 0; i < encoder->lines * ROVER_SIDES; i++) {
		err = encoder_request_irq(rover, &encoder->line[i]);
		if (err)
			return err;
	}
	return 0;
}
