// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cockpit's log: what happened, a short line each
 *
 * Copyright (C) 2026 The rover authors
 */
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "cockpit.h"
#include "names.h"
#include "output.h"

static void text_driver(const struct rover_event_lease *lease, char *text, size_t size)
{
	struct rover_snapshot snapshot = { .lease_pid = lease->pid };
	char driver[48];

	if (lease->flags & ROVER_LEASE_MINE) {
		snprintf(text, size, "driver: this cockpit");
		return;
	}
	if (lease->flags & ROVER_LEASE_TAKEN)
		snapshot.flags |= ROVER_SNAPSHOT_LEASED;
	if (lease->flags & ROVER_LEASE_ANONYMOUS)
		snapshot.flags |= ROVER_SNAPSHOT_LEASE_ANONYMOUS;
	device_driver_text(&snapshot, driver, sizeof(driver));
	snprintf(text, size, "driver: %s", driver);
}

static void text_head(const struct rover_event_servo *servo, char *text, size_t size)
{
	if (servo->idle)
		snprintf(text, size, "head: let go");
	else
		snprintf(text, size, "head: pan %.1f tilt %.1f degrees",
			 output_degrees(servo->pan_urad), output_degrees(servo->tilt_urad));
}

/* Return: false for what is no news. */
static bool event_text(const struct rover_event *event, char *text, size_t size)
{
	const struct rover_event_done *done = &event->done;

	text[0] = '\0';
	switch (event->type) {
	case ROVER_EVENT_LOST:
		snprintf(text, size, "%" PRIu64 " events were lost", (uint64_t)event->lost.count);
		break;
	case ROVER_EVENT_STATE:
		snprintf(text, size, "state: %s", name_state(event->state.state));
		break;
	case ROVER_EVENT_STOP:
		snprintf(text, size, "stop: %s, %s", name_reason(event->stop.reason),
			 name_mode(event->stop.mode));
		break;
	case ROVER_EVENT_DONE:
		snprintf(text, size, "done: %s, %s", name_motion(done->motion),
			 done->complete ? "complete" : name_reason(done->reason));
		break;
	case ROVER_EVENT_LEASE:
		text_driver(&event->lease, text, size);
		break;
	case ROVER_EVENT_SENSOR:
		snprintf(text, size, "sensor: %s %" PRIu32,
			 name_sensor((unsigned int)__builtin_ffs((int)event->sensor.sensor) - 1),
			 event->sensor.level);
		break;
	case ROVER_EVENT_SERVO:
		text_head(&event->servo, text, size);
		break;
	case ROVER_EVENT_SETTING:
		snprintf(text, size, "setting: %s",
			 name_setting((unsigned int)__builtin_ffsll((long long)
								    event->setting.fields) - 1));
		break;
	}
	return text[0];
}

void cockpit_event(struct cockpit *cockpit, const struct rover_event *event)
{
	char *line = cockpit->events[cockpit->event_count % COCKPIT_EVENTS];
	char text[COCKPIT_EVENT_SIZE - 13];

	if (!event_text(event, text, sizeof(text)))
		return;
	snprintf(line, COCKPIT_EVENT_SIZE, "%10.3f  %s", (double)event->time_ns / NS_PER_S, text);
	cockpit->event_count++;
}
