// SPDX-License-Identifier: GPL-2.0
/*
 * guard: no way forward into what the sonars or the obstacle sensors see
 *
 * It is asked about each command that moves forward, and watches while one runs;
 * backward and spinning pass. It goes by raw measurements, never by the median:
 *
 *   a range below the guard           blocked; a motion is stopped (guard)
 *   any other range                   free
 *   no echo                           free, but see below
 *   silent or invalid, once           nothing: the next ping tells
 *   silent or invalid, twice running  not safe: a motion is stopped (sonar-lost)
 *   nothing told for 120 ms           a new command waits, motors off, for a ping
 *
 * An echo can be dropped: a wall at an angle, a soft coat. Such a ping says "no
 * echo", as an empty room does, and must not send the rover into what it has just
 * seen. So, as long as no range says otherwise, what was seen last is taken to be
 * there still, nearer by the way gone since: whenever a ping tells no range, or
 * none comes in time, the rover stops as soon as that is below the guard, and
 * waits there if it was to begin. Only %GUARD_EMPTY pings without an echo in a row
 * (0.3 s) are believed: what was there has gone. A turn by %GUARD_TURN_URAD ends it
 * too, as the sonar looks at something else then.
 *
 * On a board with a pan servo the first sonar sits on the head. When the head is
 * turned away from ahead by more than 45 degrees, to a side or up or down, its
 * pings tell nothing of the way, as if they were silent.
 *
 * The way is that of the encoders; without them it is taken to be that of full
 * speed, and only within one motion.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/math64.h>

#include "rover.h"
#include "status.h"

/* A ping that young answers a command; later for each further sonar that takes its turn. */
#define GUARD_FRESH_NS	(120 * NSEC_PER_MSEC)

/* While moving: after that, what was seen last is all there is; then it is lost. */
#define GUARD_LATE_NS	(100 * NSEC_PER_MSEC)
#define GUARD_LOST_NS	(200 * NSEC_PER_MSEC)

/* While waiting: the first ping may have to wait for another, and be made twice. */
#define GUARD_WAIT_NS	(500 * NSEC_PER_MSEC)

/* Silent or invalid pings in a row. */
#define GUARD_MISSED	2

/* Pings without an echo in a row that are believed. */
#define GUARD_EMPTY	5

/* 15 degrees: as wide as the beam of an HC-SR04. */
#define GUARD_TURN_URAD	262000

/* 45 degrees: further, the head looks away. */
#define GUARD_AWAY_URAD	785398

/* Sonars take turns: each one more makes all of them rarer. */
static s64 guard_turns_ns(const struct rover *rover, s64 alone_ns)
{
	return alone_ns + (rover->sonar.count - 1) * ROVER_SONAR_INTERVAL_NS;
}

/* Of the sonar, in um; 0 if there is none that watches. */
static u32 guard_um(const struct rover *rover)
{
	return rover->sonar.ahead ? READ_ONCE(rover->settings.guard_um) : 0;
}

/* Whether a sonar is turned away from the way with the head that carries it. */
static bool guard_looks_away(struct rover *rover, unsigned int sensor)
{
	s32 pan_urad, tilt_urad;
	s64 heading_urad;

	if (sensor || !(rover->board.servos & ROVER_LOOK_PAN))
		return false;
	rover_servo_status(rover, &pan_urad, &tilt_urad);
	/* 1 mdeg is 17.453 urad. */
	heading_urad = pan_urad + div_s64(rover->board.sonar_heading_mdeg * 17453LL, 1000);
	return abs(heading_urad) > GUARD_AWAY_URAD || abs(tilt_urad) > GUARD_AWAY_URAD;
}

/* A motion runs, and the rover goes forward or is told to. */
static bool guard_watches(struct rover *rover)
{
	const struct rover_drive *drive = &rover->drive;
	struct rover_control_status control;

	lockdep_assert_held(&drive->lock);
	if (drive->state != ROVER_STATE_MOVING)
		return false;
	if (drive->forward)
		return true;
	/* Told to stand, or to go back, but not there yet. */
	rover_control_status_locked(rover, &control);
	return control.target_um_s[ROVER_LEFT] + control.target_um_s[ROVER_RIGHT] > 0;
}

static void guard_stop(struct rover *rover, enum rover_stop_reason reason, s64 range_um,
		       u32 sensors, ktime_t cause)
{
	rover->drive.guard_range_um = range_um;
	rover->drive.guard_sensors = sensors;
	rover_drive_halt_locked(rover, reason, ROVER_STOP_BRAKE, cause);
}

static void guard_remember(struct rover *rover, struct rover_guard_eye *eye, s64 range_um)
{
	rover_encoder_counts(&rover->encoder, eye->count);
	eye->range_um = range_um;
}

static s64 guard_counts_um(const struct rover *rover, s64 counts)
{
	return div_s64(counts * rover->board.wheel_circumference_um,
		       rover->board.counts_per_revolution);
}

/* Forward way since a range was measured; the range is forgotten if it turned. */
static s64 guard_way_um(struct rover *rover, struct rover_guard_eye *eye, ktime_t now)
{
	s64 left_um, right_um, turn_um;
	s64 count[ROVER_SIDES];

	if (!rover->board.encoder_lines) {
		ktime_t since = max(eye->heard, rover->guard.begun);

		return mul_u64_u64_div_u64(max_t(s64, ktime_to_ns(ktime_sub(now, since)), 0),
					   rover->settings.speed_max_um_s, NSEC_PER_SEC);
	}
	rover_encoder_counts(&rover->encoder, count);
	left_um = guard_counts_um(rover, count[ROVER_LEFT] - eye->count[ROVER_LEFT]);
	right_um = guard_counts_um(rover, count[ROVER_RIGHT] - eye->count[ROVER_RIGHT]);
	turn_um = mul_u64_u32_div(rover->board.track_width_um, GUARD_TURN_URAD, 1000000);
	if (abs(right_um - left_um) > turn_um)
		eye->range_um = -1;
	return max_t(s64, (left_um + right_um) / 2, 0);
}

/* Whether what was seen last is too near by now. */
static bool guard_expects_near(struct rover *rover, struct rover_guard_eye *eye, ktime_t now)
{
	s64 way_um;

	if (eye->range_um < 0)
		return false;
	way_um = guard_way_um(rover, eye, now);
	return eye->range_um >= 0 && eye->range_um - way_um < guard_um(rover);
}

/* What one sonar says to a command to move forward. */
static enum rover_guard_verdict guard_ask_eye(struct rover *rover, struct rover_guard_eye *eye,
					      ktime_t now)
{
	s64 age_ns = ktime_to_ns(ktime_sub(now, eye->heard));
	bool fresh = eye->heard && age_ns <= guard_turns_ns(rover, GUARD_FRESH_NS);

	if (!fresh || eye->missed >= GUARD_MISSED)
		return ROVER_GUARD_WAIT;
	if (!guard_expects_near(rover, eye, now))
		return ROVER_GUARD_GO;
	/* Seen, or seen before and no longer: then the next pings tell. */
	return eye->empty ? ROVER_GUARD_WAIT : ROVER_GUARD_BLOCK;
}

static enum rover_guard_verdict guard_ask_sonars(struct rover *rover, ktime_t now)
{
	enum rover_guard_verdict verdict = ROVER_GUARD_GO;
	unsigned int i;

	for (i = 0; i < rover->sonar.count; i++)
		if (rover->sonar.ahead & BIT(i))
			verdict = max(verdict, guard_ask_eye(rover, &rover->guard.eye[i], now));
	return verdict;
}

/* Obstacle sensors that stand in the way, debounced or not. */
static u32 guard_obstacles(struct rover *rover)
{
	return READ_ONCE(rover->settings.obstacle_guard) ? rover_digital_obstacles(rover) : 0;
}

/**
 * rover_guard_ask_locked() - may a command that moves forward begin
 * @rover: the rover; what it does now, it did before the command
 *
 * For forward commands only.
 *
 * Context: any, drive.lock held.
 * Return: the verdict.
 */
enum rover_guard_verdict rover_guard_ask_locked(struct rover *rover)
{
	const struct rover_drive *drive = &rover->drive;
	enum rover_guard_verdict verdict;

	lockdep_assert_held(&drive->lock);
	if (guard_obstacles(rover))
		return ROVER_GUARD_BLOCK;
	if (!guard_um(rover))
		return ROVER_GUARD_GO;
	verdict = guard_ask_sonars(rover, ktime_get());
	/* What goes forward already is watched, and not let go for a late ping. */
	if (verdict == ROVER_GUARD_WAIT && rover->guard.active && !drive->waiting)
		return ROVER_GUARD_GO;
	return verdict;
}

/**
 * rover_guard_begin_locked() - a motion begins, or takes the place of another
 * @rover: the rover; motion, forward and waiting of @rover->drive are the new ones
 *
 * Context: any, drive.lock held.
 */
void rover_guard_begin_locked(struct rover *rover)
{
	const struct rover_drive *drive = &rover->drive;
	struct rover_guard *guard = &rover->guard;
	bool active, pings = guard_um(rover) && drive->motion != ROVER_MOTION_HOLD;
	bool changes = pings != guard->pings;

	lockdep_assert_held(&drive->lock);
	WRITE_ONCE(guard->pings, pings);
	active = pings && drive->forward;
	if (active && !guard->active)
		guard->begun = ktime_get();
	guard->active = active;
	if (changes)
		rover_sonar_wanted(rover);
}

/**
 * rover_guard_end_locked() - the motion has ended
 * @rover: the rover
 *
 * Context: any, drive.lock held.
 */
void rover_guard_end_locked(struct rover *rover)
{
	struct rover_guard *guard = &rover->guard;
	unsigned int i;

	lockdep_assert_held(&rover->drive.lock);
	/* How far it has gone, nobody knows. */
	for (i = 0; i < ROVER_SONARS_MAX && !rover->board.encoder_lines && guard->active; i++)
		guard->eye[i].range_um = -1;
	guard->active = false;
	WRITE_ONCE(guard->pings, false);
	rover_sonar_wanted(rover);
}

/* A motion that waited begins when each sonar ahead lets it, or no guard is set. */
static void guard_release(struct rover *rover, ktime_t now)
{
	if (!rover->drive.waiting)
		return;
	if (guard_um(rover) && guard_ask_sonars(rover, now) != ROVER_GUARD_GO)
		return;
	rover->guard.begun = now;
	rover_drive_go_locked(rover);
	rover_motor_queue_sync(&rover->motor);
}

/**
 * rover_guard_changed_locked() - a guard was set, changed or switched off
 * @rover: the rover
 *
 * It holds for the motion that runs, too.
 *
 * Context: any, drive.lock held.
 */
void rover_guard_changed_locked(struct rover *rover)
{
	ktime_t now = ktime_get();
	u32 obstacles;

	lockdep_assert_held(&rover->drive.lock);
	if (rover->drive.state != ROVER_STATE_MOVING)
		return;
	rover_guard_begin_locked(rover);
	obstacles = guard_obstacles(rover);
	if (obstacles && guard_watches(rover))
		guard_stop(rover, ROVER_REASON_GUARD, -1, obstacles, now);
	else
		guard_release(rover, now);
}

/* A ping without a range: no echo, or one that tells nothing at all. */
static void guard_heard_nothing(struct rover *rover, struct rover_guard_eye *eye, bool no_echo,
				ktime_t cause)
{
	ktime_t now = ktime_get();
	bool near;

	if (no_echo) {
		eye->heard = cause;
		eye->missed = 0;
		if (++eye->empty >= GUARD_EMPTY)
			eye->range_um = -1;
	} else {
		eye->missed++;
	}
	if (!guard_um(rover) || !guard_watches(rover))
		return;
	near = guard_expects_near(rover, eye, now);
	if (eye->missed >= GUARD_MISSED)
		guard_stop(rover, ROVER_REASON_SONAR_LOST, -1, 0, cause);
	else if (near && !rover->drive.waiting)
		guard_stop(rover, ROVER_REASON_GUARD, eye->range_um, 0, cause);
	else
		guard_release(rover, now);
}

/**
 * rover_guard_range() - a sonar has measured
 * @rover: the rover
 * @sensor: which
 * @range: the measurement, raw
 * @cause: when it ended: the edge, or the timeout
 *
 * Context: any, hard IRQ too, without drive.lock.
 */
void rover_guard_range(struct rover *rover, unsigned int sensor,
		       const struct rover_range *range, ktime_t cause)
{
	struct rover_guard_eye *eye = &rover->guard.eye[sensor];
	unsigned long flags;
	bool away;

	if (!(rover->sonar.ahead & BIT(sensor)))
		return;
	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	away = guard_looks_away(rover, sensor);
	if (away || range->status != ROVER_RANGE_VALID) {
		guard_heard_nothing(rover, eye, !away && range->status == ROVER_RANGE_NO_ECHO,
				    cause);
		goto unlock;
	}
	/* Stop first. */
	if (range->range_um < guard_um(rover) && guard_watches(rover))
		guard_stop(rover, ROVER_REASON_GUARD, range->range_um, 0, cause);
	guard_remember(rover, eye, range->range_um);
	eye->heard = cause;
	eye->missed = 0;
	eye->empty = 0;
	guard_release(rover, cause);
unlock:
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_guard_tick_locked() - stop when pings are late and it has become near
 * @rover: the rover
 * @now: the time
 *
 * Context: any, drive.lock held.
 */
void rover_guard_tick_locked(struct rover *rover, ktime_t now)
{
	struct rover_guard *guard = &rover->guard;
	bool waiting = rover->drive.waiting;
	unsigned int i;

	lockdep_assert_held(&rover->drive.lock);
	if (!guard->active || !guard_um(rover))
		return;
	for (i = 0; i < rover->sonar.count; i++) {
		struct rover_guard_eye *eye = &guard->eye[i];
		s64 age_ns = ktime_to_ns(ktime_sub(now, max(eye->heard, guard->begun)));

		if (!(rover->sonar.ahead & BIT(i)))
			continue;
		if (age_ns > guard_turns_ns(rover, waiting ? GUARD_WAIT_NS : GUARD_LOST_NS)) {
			guard_stop(rover, ROVER_REASON_SONAR_LOST, -1, 0, now);
			return;
		}
		if (!waiting && age_ns > guard_turns_ns(rover, GUARD_LATE_NS) &&
		    guard_expects_near(rover, eye, now)) {
			guard_stop(rover, ROVER_REASON_GUARD, eye->range_um, 0, now);
			return;
		}
	}
}

/**
 * rover_guard_obstacle() - obstacle sensors have changed
 * @rover: the rover
 * @sensors: ROVER_SENSOR_OBSTACLE_*: active ones, debounced or not
 * @cause: when
 *
 * Context: any, hard IRQ too, without drive.lock.
 */
void rover_guard_obstacle(struct rover *rover, u32 sensors, ktime_t cause)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&rover->drive.lock, flags);
	if (sensors && READ_ONCE(rover->settings.obstacle_guard) && guard_watches(rover))
		guard_stop(rover, ROVER_REASON_GUARD, -1, sensors, cause);
	raw_spin_unlock_irqrestore(&rover->drive.lock, flags);
}

/**
 * rover_guard_wants_pings() - whether a motion needs the sonars
 * @rover: the rover
 *
 * Context: any.
 */
bool rover_guard_wants_pings(struct rover *rover)
{
	return READ_ONCE(rover->guard.pings);
}

/**
 * rover_guard_init() - nothing was seen yet
 * @rover: the rover
 */
void rover_guard_init(struct rover *rover)
{
	unsigned int i;

	for (i = 0; i < ROVER_SONARS_MAX; i++)
		rover->guard.eye[i].range_um = -1;
}
