// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cockpit's keys: what they do to the rover
 *
 * A motion is commanded when it changes, and fed while its key repeats. So the
 * log of events shows one motion, not one for each repetition.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <curses.h>
#include <errno.h>

#include "clock.h"
#include "cockpit.h"
#include "names.h"
#include "output.h"

/*
 * How long a key drives. The first repetition comes after 250 ms (Linux
 * console) to 660 ms (X), further ones after some 30 ms.
 */
#define COCKPIT_HOLD_MS		700

/* A lease that is not used is given back after that. */
#define COCKPIT_LET_GO_MS	3000

/* Three FEEDs in a deadman time: two may be late before it counts. */
#define COCKPIT_FEEDS		3

/* With a longer deadman time, or none, the cockpit takes this one. */
#define COCKPIT_DEADMAN_MS	1000

#define COCKPIT_POWER_STEP	50
#define COCKPIT_HEAD_STEP_MDEG	5000

/* The head has arrived by then: at 5 rad/s half a turn takes 0.6 s. */
#define COCKPIT_HEAD_NS		NS_PER_S

/* In a curve the inner side has a third of the outer one's power. */
#define COCKPIT_CURVE		3

/* A command, timed. Return: false if the rover is gone; *done tells of others. */
static bool cockpit_call(struct cockpit *cockpit, unsigned long request, void *argument,
			 bool *done, struct failure *failure)
{
	int64_t start_ns = clock_now_ns();

	*done = device_call(&cockpit->device, request, argument, failure);
	cockpit_delay(&cockpit->call_ns, clock_now_ns() - start_ns);
	if (*done)
		return true;
	if (failure->error == ENODEV)
		return false;
	cockpit_say(cockpit, true, "%s", failure->message);
	/* A refusal is no reason to leave. */
	failure->error = 0;
	return true;
}

static void cockpit_forget(struct cockpit *cockpit)
{
	cockpit->ahead = 0;
	cockpit->left = 0;
	cockpit->until_ns = 0;
}

/* What we drove has ended: the lease stays for a while. */
static void cockpit_rest(struct cockpit *cockpit)
{
	if (cockpit->until_ns)
		cockpit->let_go_ns = clock_now_ns() + COCKPIT_LET_GO_MS * NS_PER_MS;
	cockpit_forget(cockpit);
}

void cockpit_park(struct cockpit *cockpit)
{
	struct failure ignored;

	if (cockpit->until_ns)
		device_stop(&cockpit->device, ROVER_STOP_BRAKE, &ignored);
	cockpit_rest(cockpit);
}

/*
 * Somebody or something else has stopped what we drive, or drove until a moment
 * ago: after a pause of this process its own stop may come before the reason is
 * read. The key may still be held, and must not start the rover again before it
 * was let go.
 */
void cockpit_stopped(struct cockpit *cockpit, const struct rover_event_stop *stop)
{
	if (!cockpit->motion_id || stop->motion_id != cockpit->motion_id)
		return;
	cockpit->motion_id = 0;
	if (!cockpit->until_ns && stop->reason == ROVER_REASON_COMMAND)
		return;		/* it was us */
	cockpit_rest(cockpit);
	cockpit->blocked_ns = clock_now_ns() + COCKPIT_HOLD_MS * NS_PER_MS;
	cockpit_say(cockpit, true, "the rover stopped (%s): %s; let the key go first",
		    name_reason(stop->reason), name_reason_text(stop->reason));
}

/* The lease, with a deadman that a lost connection cannot outlive. */
static bool cockpit_take(struct cockpit *cockpit, bool *done, struct failure *failure)
{
	uint32_t deadman_ms = cockpit->device.info.deadman_default_ms;
	struct rover_take take = { 0 };

	if (!deadman_ms || deadman_ms > COCKPIT_DEADMAN_MS) {
		take.flags = ROVER_TAKE_DEADMAN;
		take.deadman_ms = COCKPIT_DEADMAN_MS;
	}
	return cockpit_call(cockpit, ROVER_IOC_TAKE, &take, done, failure);
}

static int64_t cockpit_feed_interval_ns(const struct cockpit *cockpit)
{
	uint32_t deadman_ms = cockpit->now.deadman_ms;

	if (!deadman_ms || deadman_ms > COCKPIT_DEADMAN_MS)
		deadman_ms = COCKPIT_DEADMAN_MS;
	return deadman_ms * NS_PER_MS / COCKPIT_FEEDS;
}

static int cockpit_side(const struct cockpit *cockpit, int side)
{
	int power = cockpit->power_permille;

	if (!cockpit->ahead)
		return side * cockpit->left * power;
	if (side * cockpit->left < 0)
		power /= COCKPIT_CURVE;
	return cockpit->ahead * power;
}

static bool cockpit_command(struct cockpit *cockpit, struct failure *failure)
{
	struct rover_duty duty = {
		.left_permille = cockpit_side(cockpit, -1),
		.right_permille = cockpit_side(cockpit, 1),
	};
	bool done;

	if (!cockpit_take(cockpit, &done, failure))
		return false;
	if (done && !cockpit_call(cockpit, ROVER_IOC_DUTY, &duty, &done, failure))
		return false;
	if (!done) {
		cockpit_forget(cockpit);
		return true;
	}
	if (!device_snapshot(&cockpit->device, &cockpit->now, failure))
		return false;
	cockpit_say(cockpit, false, "%s", "");
	cockpit->motion_id = cockpit->now.motion_id;
	cockpit->feed_ns = clock_now_ns() + cockpit_feed_interval_ns(cockpit);
	cockpit->let_go_ns = 0;
	return true;
}

/* An arrow key, the first time or again. */
static bool cockpit_arrow(struct cockpit *cockpit, int ahead, int left, struct failure *failure)
{
	int64_t held_ns = clock_now_ns() + COCKPIT_HOLD_MS * NS_PER_MS;
	bool is_same;

	if (clock_now_ns() < cockpit->blocked_ns) {
		cockpit->blocked_ns = held_ns;
		return true;
	}
	if (!ahead)
		ahead = cockpit->ahead;	/* a curve, if it is on its way */
	is_same = cockpit->until_ns && cockpit->ahead == ahead && cockpit->left == left;
	cockpit->ahead = ahead;
	cockpit->left = left;
	cockpit->until_ns = held_ns;
	return is_same || cockpit_command(cockpit, failure);
}

static bool cockpit_power(struct cockpit *cockpit, int step, struct failure *failure)
{
	int power = cockpit->power_permille + step;

	if (power < COCKPIT_POWER_STEP)
		power = COCKPIT_POWER_STEP;
	if (power > ROVER_DUTY_MAX)
		power = ROVER_DUTY_MAX;
	cockpit->power_permille = power;
	return !cockpit->until_ns || cockpit_command(cockpit, failure);
}

static int32_t cockpit_step_urad(int32_t from_urad, int step, int32_t min_urad, int32_t max_urad)
{
	int64_t urad = from_urad + step * output_urad(COCKPIT_HEAD_STEP_MDEG);

	return (int32_t)(urad < min_urad ? min_urad : urad > max_urad ? max_urad : urad);
}

/*
 * Where steps begin: a snapshot has where the head is on its way, which is not where
 * it was told to look by a key just before.
 */
static bool cockpit_head_from(struct cockpit *cockpit, struct failure *failure)
{
	if (clock_now_ns() < cockpit->head_ns + COCKPIT_HEAD_NS)
		return true;
	if (!device_snapshot(&cockpit->device, &cockpit->now, failure))
		return false;
	cockpit->head.pan_urad = cockpit->now.pan_urad;
	cockpit->head.tilt_urad = cockpit->now.tilt_urad;
	return true;
}

/* Steps of the head, or both 0 to look straight ahead. */
static bool cockpit_head(struct cockpit *cockpit, int pan, int tilt, struct failure *failure)
{
	const struct rover_info *info = &cockpit->device.info;
	bool is_centre = !pan && !tilt, done;
	struct rover_look look;

	if (!cockpit_head_from(cockpit, failure))
		return false;
	look = cockpit->head;
	look.flags = 0;
	if ((pan || is_centre) && (info->capabilities & ROVER_CAP_PAN)) {
		look.flags |= ROVER_LOOK_PAN;
		look.pan_urad = cockpit_step_urad(is_centre ? 0 : look.pan_urad, pan,
						  info->pan_min_urad, info->pan_max_urad);
	}
	if ((tilt || is_centre) && (info->capabilities & ROVER_CAP_TILT)) {
		look.flags |= ROVER_LOOK_TILT;
		look.tilt_urad = cockpit_step_urad(is_centre ? 0 : look.tilt_urad, tilt,
						   info->tilt_min_urad, info->tilt_max_urad);
	}
	if (!look.flags) {
		cockpit_say(cockpit, true, "this board (%s) has no such servo", info->board);
		return true;
	}
	if (!cockpit_call(cockpit, ROVER_IOC_LOOK, &look, &done, failure))
		return false;
	if (done) {
		cockpit->head = look;
		cockpit->head_ns = clock_now_ns();
	}
	return true;
}

/* Anyone's motion: who looks on may see the danger first. */
static bool cockpit_stop(struct cockpit *cockpit, struct failure *failure)
{
	struct rover_stop stop = { .mode = ROVER_STOP_BRAKE };
	bool done;

	cockpit_rest(cockpit);
	return cockpit_call(cockpit, ROVER_IOC_STOP, &stop, &done, failure);
}

static bool cockpit_estop(struct cockpit *cockpit, unsigned long request, struct failure *failure)
{
	bool done;

	cockpit_forget(cockpit);
	cockpit->motion_id = 0;
	cockpit->let_go_ns = 0;
	if (!cockpit_call(cockpit, request, NULL, &done, failure))
		return false;
	if (done)
		cockpit_say(cockpit, request == ROVER_IOC_ESTOP, "%s",
			    request == ROVER_IOC_ESTOP ?
			    "emergency stop: nothing moves until you clear it (c)" :
			    "the emergency stop is cleared");
	return true;
}

bool cockpit_key(struct cockpit *cockpit, int key, struct failure *failure)
{
	switch (key) {
	case KEY_UP:
		return cockpit_arrow(cockpit, 1, 0, failure);
	case KEY_DOWN:
		return cockpit_arrow(cockpit, -1, 0, failure);
	case KEY_LEFT:
		return cockpit_arrow(cockpit, 0, 1, failure);
	case KEY_RIGHT:
		return cockpit_arrow(cockpit, 0, -1, failure);
	case KEY_PPAGE:
		return cockpit_power(cockpit, COCKPIT_POWER_STEP, failure);
	case KEY_NPAGE:
		return cockpit_power(cockpit, -COCKPIT_POWER_STEP, failure);
	case ' ':
		return cockpit_stop(cockpit, failure);
	case 'e':
		return cockpit_estop(cockpit, ROVER_IOC_ESTOP, failure);
	case 'c':
		return cockpit_estop(cockpit, ROVER_IOC_CLEAR, failure);
	case 'a':
		return cockpit_head(cockpit, 1, 0, failure);
	case 'd':
		return cockpit_head(cockpit, -1, 0, failure);
	case 'w':
		return cockpit_head(cockpit, 0, 1, failure);
	case 's':
		return cockpit_head(cockpit, 0, -1, failure);
	case 'x':
		return cockpit_head(cockpit, 0, 0, failure);
	}
	return true;
}

static bool cockpit_feed(struct cockpit *cockpit, struct failure *failure)
{
	bool done;

	if (!cockpit_call(cockpit, ROVER_IOC_FEED, NULL, &done, failure))
		return false;
	/* It has stopped; the event, which follows, says why. */
	if (!done)
		cockpit_say(cockpit, false, "%s", "");
	cockpit->feed_ns = clock_now_ns() + cockpit_feed_interval_ns(cockpit);
	return true;
}

bool cockpit_drive_tick(struct cockpit *cockpit, struct failure *failure)
{
	int64_t now_ns = clock_now_ns();

	if (cockpit->until_ns && now_ns >= cockpit->until_ns)
		return cockpit_stop(cockpit, failure);	/* the key was let go */
	if (cockpit->until_ns && now_ns >= cockpit->feed_ns)
		return cockpit_feed(cockpit, failure);
	if (cockpit->let_go_ns && now_ns >= cockpit->let_go_ns) {
		cockpit->let_go_ns = 0;
		device_call(&cockpit->device, ROVER_IOC_RELEASE, NULL, failure);
		if (failure->error == ENODEV)
			return false;
		failure->error = 0;	/* somebody else has taken it already */
	}
	return true;
}

int64_t cockpit_drive_next_ns(const struct cockpit *cockpit)
{
	if (cockpit->until_ns)
		return cockpit->until_ns < cockpit->feed_ns ? cockpit->until_ns : cockpit->feed_ns;
	return cockpit->let_go_ns ? cockpit->let_go_ns : INT64_MAX;
}
