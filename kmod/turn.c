// SPDX-License-Identifier: GPL-2.0
/*
 * turn: which of several sonars measures next, and when
 *
 * Only one of them measures at a time, and the next one begins when the last
 * burst has died away, so that none hears another. Who wants them to:
 *
 *   a motion that a guard watches    the sensors ahead, each 60 ms one
 *   listeners for ranges             all, each settings.sonar_interval_us one
 *   a read                           one, once
 *
 * While a guard needs the sensors ahead, others get at most every second turn.
 * When nobody wants one, the sonars are silent, and no timer runs.
 *
 * Copyright (C) 2026 The rover authors
 */

#include "compat.h"
#include "kinematics.h"
#include "rover.h"
#include "turn.h"

static struct rover *turn_to_rover(struct rover_sonar *sonar)
{
	return container_of(sonar, struct rover, sonar);
}

static u32 turn_all(const struct rover_sonar *sonar)
{
	return sonar->count ? GENMASK(sonar->count - 1, 0) : 0;
}

/* Those that the guard of a motion needs. */
static u32 turn_guarding(struct rover_sonar *sonar)
{
	return rover_guard_wants_pings(turn_to_rover(sonar)) ? sonar->ahead : 0;
}

/* Those that anybody wants, for whatever. */
static u32 turn_asked(struct rover_sonar *sonar)
{
	u32 listened = rover_event_wants_range(turn_to_rover(sonar)) ? turn_all(sonar) : 0;

	return sonar->once | listened | turn_guarding(sonar);
}

/* Of some sensors, the one that has not measured for longest. */
static unsigned int turn_oldest(const struct rover_sonar *sonar, u32 sensors)
{
	unsigned int i, oldest = __ffs(sensors);

	for (i = oldest; i < sonar->count; i++)
		if (sensors & BIT(i) &&
		    ktime_before(sonar->sensor[i].started, sonar->sensor[oldest].started))
			oldest = i;
	return oldest;
}

/* Whose turn it is, of those asked. */
static unsigned int turn_choose(struct rover_sonar *sonar, u32 asked)
{
	u32 guarding = turn_guarding(sonar);
	u32 others = asked & ~guarding;
	u32 awaited = others & sonar->once & ~BIT(sonar->turn);

	lockdep_assert_held(&sonar->lock);
	if (sonar->repeated && asked & BIT(sonar->turn))
		return sonar->turn;
	/* Who waits comes first, but not again and again. */
	if (awaited)
		others = awaited;
	if (!guarding || (others && guarding & BIT(sonar->turn)))
		return turn_oldest(sonar, others);
	return turn_oldest(sonar, guarding);
}

/* When the next measurement may begin. */
static ktime_t turn_due(struct rover_sonar *sonar)
{
	u64 interval_ns = ROVER_SONAR_INTERVAL_NS;

	if (!sonar->started)
		return 0;
	if (!sonar->once && !sonar->repeated && !turn_guarding(sonar))
		interval_ns = READ_ONCE(turn_to_rover(sonar)->settings.sonar_interval_us) *
			      (u64)NSEC_PER_USEC;
	return ktime_add_ns(sonar->started, interval_ns);
}

/**
 * rover_turn_next() - have the next measurement made: now, when it is due, or never
 * @sonar: the sensors
 *
 * Context: any, sonar.lock held.
 */
void rover_turn_next(struct rover_sonar *sonar)
{
	ktime_t due;

	lockdep_assert_held(&sonar->lock);
	if (sonar->phase == ROVER_SONAR_BUSY)
		return;
	if (sonar->gone || !turn_asked(sonar)) {
		hrtimer_try_to_cancel(&sonar->timer);
		sonar->phase = ROVER_SONAR_REST;
		return;
	}
	due = turn_due(sonar);
	if (ktime_after(due, ktime_get())) {
		sonar->phase = ROVER_SONAR_PAUSE;
		hrtimer_start(&sonar->timer, due, HRTIMER_MODE_ABS_HARD);
		return;
	}
	hrtimer_try_to_cancel(&sonar->timer);
	sonar->phase = ROVER_SONAR_BUSY;
	rover_worker_queue(&turn_to_rover(sonar)->worker, &sonar->start);
}

static enum hrtimer_restart turn_timer(struct hrtimer *timer)
{
	struct rover_sonar *sonar = container_of(timer, struct rover_sonar, timer);

	raw_spin_lock(&sonar->lock);
	/* A request on another CPU may have overtaken us. */
	if (!hrtimer_is_queued(timer) && sonar->phase == ROVER_SONAR_PAUSE)
		rover_turn_next(sonar);
	raw_spin_unlock(&sonar->lock);
	return HRTIMER_NORESTART;
}

static void turn_start(struct kthread_work *work)
{
	struct rover_sonar *sonar = container_of(work, struct rover_sonar, start);
	struct rover *rover = turn_to_rover(sonar);
	u32 sound_um_s = rover_kinematics_sound_um_s(READ_ONCE(rover->settings.air_temperature_mc));
	unsigned int i;
	u32 asked;

	raw_spin_lock_irq(&sonar->lock);
	asked = sonar->gone ? 0 : turn_asked(sonar);
	if (asked) {
		sonar->turn = turn_choose(sonar, asked);
		sonar->started = ktime_get();
		sonar->sensor[sonar->turn].started = sonar->started;
		sonar->sound_um_s = sound_um_s;
	} else {
		sonar->phase = ROVER_SONAR_REST;
	}
	raw_spin_unlock_irq(&sonar->lock);
	if (!asked)
		return;
	for (i = 0; i < sonar->count; i++)
		rover_ping_disarm(&sonar->sensor[i].hardware);
	rover_ping_start(sonar, &sonar->sensor[sonar->turn].hardware);
}

/**
 * rover_turn_init() - nobody measures
 * @sonar: the sensors
 */
void rover_turn_init(struct rover_sonar *sonar)
{
	hrtimer_setup(&sonar->timer, turn_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	kthread_init_work(&sonar->start, turn_start);
}

/**
 * rover_turn_close() - no more measurements
 * @sonar: the sensors; @sonar->gone is set
 */
void rover_turn_close(struct rover_sonar *sonar)
{
	unsigned int i;

	hrtimer_cancel(&sonar->timer);
	kthread_cancel_work_sync(&sonar->start);
	/* One that was begun before that: what its end finds, starts no other. */
	for (i = 0; i < sonar->count; i++)
		rover_ping_disarm(&sonar->sensor[i].hardware);
	hrtimer_cancel(&sonar->ping.timer);
	hrtimer_cancel(&sonar->timer);
}
