// SPDX-License-Identifier: GPL-2.0
/*
 * Walls, and how far away they are: from a point, and within a sonar's beam.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "fixed.h"
#include "world.h"

/* Half of the HC-SR04's 15 degrees: tan(7.5 degrees) in Q30. */
#define WORLD_BEAM_TAN_Q30	141361143LL

/* A point, or a way between two, in um. */
struct world_vector {
	s64 x, y;
};

/* A room of 4 m by 4 m; from the origin, the wall ahead is 3 m away. */
static const struct sim_wall world_room[] = {
	{ -1000, -1000, 3000, -1000 },
	{ 3000, -1000, 3000, 3000 },
	{ 3000, 3000, -1000, 3000 },
	{ -1000, 3000, -1000, -1000 },
};

static s64 world_dot(struct world_vector a, struct world_vector b)
{
	return a.x * b.x + a.y * b.y;
}

/* The point of the way from @a to @b that is @part_q30 along. */
static struct world_vector world_between(struct world_vector a,
					 struct world_vector b, s64 part_q30)
{
	return (struct world_vector) {
		a.x + (((b.x - a.x) * part_q30) >> SIM_Q30),
		a.y + (((b.y - a.y) * part_q30) >> SIM_Q30),
	};
}

/* Dividend / divisor in Q30, 0 to 1: the dividend is the smaller one. */
static s64 world_ratio_q30(s64 dividend, s64 divisor)
{
	while (divisor >= 1LL << (63 - SIM_Q30 - 1)) {
		dividend >>= 1;
		divisor >>= 1;
	}
	return divisor ? div64_s64(dividend << SIM_Q30, divisor) : 0;
}

/* Squared distance from the origin to the segment from @a to @b. */
static s64 world_distance2(struct world_vector a, struct world_vector b)
{
	struct world_vector way = { b.x - a.x, b.y - a.y };
	s64 along = -world_dot(a, way);
	s64 length2 = world_dot(way, way);
	struct world_vector nearest = a;

	if (along >= length2)
		nearest = b;
	else if (along > 0)
		nearest = world_between(a, b, world_ratio_q30(along, length2));
	return world_dot(nearest, nearest);
}

/* A wall as seen from a point. */
static void world_seen(const struct sim_wall *wall, s64 x_um, s64 y_um,
		       struct world_vector *a, struct world_vector *b)
{
	a->x = wall->x1_mm * 1000LL - x_um;
	a->y = wall->y1_mm * 1000LL - y_um;
	b->x = wall->x2_mm * 1000LL - x_um;
	b->y = wall->y2_mm * 1000LL - y_um;
}

static s64 world_root_um(s64 nearest2)
{
	return nearest2 == S64_MAX ? SIM_NOTHING_UM : int_sqrt64(nearest2);
}

/**
 * sim_world_clearance_um() - distance from a point to the nearest wall
 * @world: the walls
 * @x_um: the point
 * @y_um: the point
 */
s64 sim_world_clearance_um(const struct sim_world *world, s64 x_um, s64 y_um)
{
	s64 nearest2 = S64_MAX;
	unsigned int i;

	for (i = 0; i < world->count; i++) {
		struct world_vector a, b;

		world_seen(&world->walls[i], x_um, y_um, &a, &b);
		nearest2 = min(nearest2, world_distance2(a, b));
	}
	return world_root_um(nearest2);
}

/**
 * sim_world_stripe_um() - distance from a point to the nearest stripe's edge
 * @world: the floor
 * @x_um: the point
 * @y_um: the point
 *
 * Return: um, not positive on a stripe; SIM_NOTHING_UM without any.
 */
s64 sim_world_stripe_um(const struct sim_world *world, s64 x_um, s64 y_um)
{
	s64 nearest_um = SIM_NOTHING_UM;
	unsigned int i;

	for (i = 0; i < world->stripe_count; i++) {
		const struct sim_stripe *stripe = &world->stripes[i];
		struct world_vector a, b;
		s64 middle_um;

		world_seen(&stripe->middle, x_um, y_um, &a, &b);
		middle_um = world_root_um(world_distance2(a, b));
		nearest_um = min(nearest_um,
				 middle_um - stripe->width_mm * 500LL);
	}
	return nearest_um;
}

/* Turns a vector so that the beam looks along x. */
static struct world_vector world_turn(struct world_vector v, s64 sine,
				      s64 cosine)
{
	return (struct world_vector) {
		(v.x * cosine + v.y * sine) >> SIM_Q30,
		(v.y * cosine - v.x * sine) >> SIM_Q30,
	};
}

/*
 * Cuts off what lies beyond one edge of the beam: @side is 1 for its left edge,
 * -1 for its right one. Returns false if nothing is left.
 */
static bool world_clip(struct world_vector *a, struct world_vector *b, int side)
{
	s64 in_a = ((a->x * WORLD_BEAM_TAN_Q30) >> SIM_Q30) - side * a->y;
	s64 in_b = ((b->x * WORLD_BEAM_TAN_Q30) >> SIM_Q30) - side * b->y;
	struct world_vector cut;

	if (in_a < 0 && in_b < 0)
		return false;
	if (in_a >= 0 && in_b >= 0)
		return true;
	if (in_a < 0) {
		cut = world_between(*b, *a, world_ratio_q30(in_b, in_b - in_a));
		*a = cut;
	} else {
		cut = world_between(*a, *b, world_ratio_q30(in_a, in_a - in_b));
		*b = cut;
	}
	return true;
}

/**
 * sim_world_beam_um() - distance to the nearest thing in a sonar's beam
 * @world: the walls
 * @x_um: where the sonar is
 * @y_um: where the sonar is
 * @heading_prad: where it looks
 *
 * Every point of every wall within the cone counts, so this is the limit of a
 * ray cast with ever more rays. What two edges leave of a wall lies in front:
 * the cone is narrower than half a turn.
 *
 * Return: um, SIM_NOTHING_UM without any wall in the beam.
 */
s64 sim_world_beam_um(const struct sim_world *world, s64 x_um, s64 y_um,
		      s64 heading_prad)
{
	s64 nearest2 = S64_MAX;
	s64 sine, cosine;
	unsigned int i;

	sim_fixed_sincos(heading_prad, &sine, &cosine);
	for (i = 0; i < world->count; i++) {
		struct world_vector a, b;

		world_seen(&world->walls[i], x_um, y_um, &a, &b);
		a = world_turn(a, sine, cosine);
		b = world_turn(b, sine, cosine);
		if (world_clip(&a, &b, 1) && world_clip(&a, &b, -1))
			nearest2 = min(nearest2, world_distance2(a, b));
	}
	return world_root_um(nearest2);
}

void sim_world_init(struct sim_world *world)
{
	memcpy(world->walls, world_room, sizeof(world_room));
	world->count = ARRAY_SIZE(world_room);
	world->stripe_count = 0;
}
