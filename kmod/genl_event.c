// SPDX-License-Identifier: GPL-2.0
/*
 * genl_event: what happens to rovers, told to the multicast groups
 *
 * Runs in the fan-out of event.c, and waits for nobody. Nothing is made for a
 * group to which nobody listens. Whoever is too slow to read loses messages and
 * gets ENOBUFS; so do all listeners of a group if there was no memory or if the
 * rover's own ring was too full. A dump of the state is the answer to that.
 *
 * Copyright (C) 2026 The rover authors
 */

#include "genl_family.h"
#include "rover.h"

static int event_put_state(struct sk_buff *skb, const struct rover_event_state *state)
{
	return nla_put_u32(skb, ROVER_A_EVENT_STATE, state->state) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_BEFORE, state->before) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_MOTION, state->motion) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_MOTION_ID, state->motion_id);
}

static int event_put_stop(struct sk_buff *skb, const struct rover_event_stop *stop)
{
	if (stop->range_um >= 0 &&
	    rover_genl_put_s64(skb, ROVER_A_EVENT_RANGE_UM, stop->range_um))
		return -EMSGSIZE;
	return nla_put_u32(skb, ROVER_A_EVENT_REASON, stop->reason) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_MODE, stop->mode) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_MOTION_ID, stop->motion_id) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_LATENCY_NS, stop->latency_ns) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_SENSORS, stop->sensors);
}

static int event_put_done(struct sk_buff *skb, const struct rover_event_done *done)
{
	return nla_put_u32(skb, ROVER_A_EVENT_MOTION, done->motion) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_MOTION_ID, done->motion_id) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_REASON, done->reason) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_COMPLETE, done->complete) ?:
	       rover_genl_put_s64(skb, ROVER_A_EVENT_REMAINING, done->remaining);
}

static int event_put_driver(struct sk_buff *skb, const struct rover_event_lease *lease)
{
	return nla_put_u32(skb, ROVER_A_EVENT_LEASE_FLAGS, lease->flags) ?:
	       nla_put_s32(skb, ROVER_A_EVENT_LEASE_PID, lease->pid) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_DEADMAN_MS, lease->deadman_ms);
}

static int event_put_range(struct sk_buff *skb, const struct rover_event_range *range)
{
	if (range->range_um >= 0 &&
	    rover_genl_put_s64(skb, ROVER_A_EVENT_RANGE_UM, range->range_um))
		return -EMSGSIZE;
	if (range->filtered_um >= 0 &&
	    rover_genl_put_s64(skb, ROVER_A_EVENT_FILTERED_UM, range->filtered_um))
		return -EMSGSIZE;
	return nla_put_u32(skb, ROVER_A_EVENT_SONAR, range->sensor) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_STATUS, range->status) ?:
	       rover_genl_put_s64(skb, ROVER_A_EVENT_ECHO_NS, range->echo_ns);
}

static int event_put_sensor(struct sk_buff *skb, const struct rover_event_sensor *sensor)
{
	return nla_put_u32(skb, ROVER_A_EVENT_SENSOR, sensor->sensor) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_LEVEL, sensor->level) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_SENSORS, sensor->sensors);
}

static int event_put_head(struct sk_buff *skb, const struct rover_event_servo *servo)
{
	return nla_put_s32(skb, ROVER_A_EVENT_PAN_URAD, servo->pan_urad) ?:
	       nla_put_s32(skb, ROVER_A_EVENT_TILT_URAD, servo->tilt_urad) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_AXES, servo->flags) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_IDLE, servo->idle);
}

static int event_put_payload(struct sk_buff *skb, const struct rover_event *event)
{
	switch (event->type) {
	case ROVER_EVENT_STATE:
		return event_put_state(skb, &event->state);
	case ROVER_EVENT_STOP:
		return event_put_stop(skb, &event->stop);
	case ROVER_EVENT_DONE:
		return event_put_done(skb, &event->done);
	case ROVER_EVENT_LEASE:
		return event_put_driver(skb, &event->lease);
	case ROVER_EVENT_RANGE:
		return event_put_range(skb, &event->range);
	case ROVER_EVENT_SENSOR:
		return event_put_sensor(skb, &event->sensor);
	case ROVER_EVENT_SERVO:
		return event_put_head(skb, &event->servo);
	default:
		return rover_genl_put_s64(skb, ROVER_A_EVENT_SETTINGS, event->setting.fields);
	}
}

static int event_put(struct sk_buff *skb, const struct rover *rover,
		     const struct rover_event *event)
{
	return nla_put_u32(skb, ROVER_A_EVENT_INDEX, rover->index) ?:
	       nla_put_u32(skb, ROVER_A_EVENT_SEQUENCE, event->sequence) ?:
	       rover_genl_put_s64(skb, ROVER_A_EVENT_TIME_NS, event->time_ns) ?:
	       event_put_payload(skb, event);
}

static int device_put(struct sk_buff *skb, const struct rover *rover)
{
	return nla_put_u32(skb, ROVER_A_EVENT_INDEX, rover->index) ?:
	       rover_genl_put_s64(skb, ROVER_A_EVENT_TIME_NS, ktime_get_ns()) ?:
	       nla_put_string(skb, ROVER_A_EVENT_NAME, dev_name(&rover->dev)) ?:
	       nla_put_string(skb, ROVER_A_EVENT_BOARD, rover->board.name);
}

/* Who listens to this group has missed something. */
static void event_tell_loss(enum rover_genl_group group)
{
	if (rover_genl_is_heard(group))
		genl_set_err(&rover_genl_family, &init_net, 0, group, -ENOBUFS);
}

/* @event is NULL if it is the rover itself that comes or goes. */
static void event_send(struct rover *rover, const struct rover_event *event, u8 cmd,
		       enum rover_genl_group group)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head = skb ? genlmsg_put(skb, 0, 0, &rover_genl_family, 0, cmd) : NULL;

	if (!head || (event ? event_put(skb, rover, event) : device_put(skb, rover))) {
		nlmsg_free(skb);
		event_tell_loss(group);
		return;
	}
	genlmsg_end(skb, head);
	/*
	 * Those that have no room for it are told so by the kernel. With GFP_KERNEL it
	 * would yield() to those that are about to have none.
	 */
	genlmsg_multicast(&rover_genl_family, skb, 0, group, GFP_NOWAIT);
}

/**
 * rover_genl_event() - something happened to a rover
 * @consumer: the rover's
 * @event: what
 *
 * Context: process, in the fan-out; does not wait for who listens.
 */
void rover_genl_event(struct rover_event_consumer *consumer, const struct rover_event *event)
{
	static const struct {
		u8 cmd;
		u8 group;
	} messages[] = {
		[ROVER_EVENT_STATE] = { ROVER_CMD_EVENT_STATE, ROVER_GENL_MOTION },
		[ROVER_EVENT_STOP] = { ROVER_CMD_EVENT_STOP, ROVER_GENL_SAFETY },
		[ROVER_EVENT_DONE] = { ROVER_CMD_EVENT_DONE, ROVER_GENL_MOTION },
		[ROVER_EVENT_LEASE] = { ROVER_CMD_EVENT_DRIVER, ROVER_GENL_MOTION },
		[ROVER_EVENT_RANGE] = { ROVER_CMD_EVENT_RANGE, ROVER_GENL_RANGE },
		[ROVER_EVENT_SENSOR] = { ROVER_CMD_EVENT_SENSOR, ROVER_GENL_SENSORS },
		[ROVER_EVENT_SERVO] = { ROVER_CMD_EVENT_HEAD, ROVER_GENL_MOTION },
		[ROVER_EVENT_SETTING] = { ROVER_CMD_EVENT_SETTING, ROVER_GENL_SAFETY },
	};
	struct rover *rover = container_of(consumer, struct rover, genl.consumer);
	enum rover_genl_group group;

	if (event->type == ROVER_EVENT_LOST) {
		for (group = ROVER_GENL_MOTION; group <= ROVER_GENL_SENSORS; group++)
			event_tell_loss(group);
		return;
	}
	if (event->type >= ARRAY_SIZE(messages))
		return;
	group = messages[event->type].group;
	if (rover_genl_is_heard(group))
		event_send(rover, event, messages[event->type].cmd, group);
	else if (group == ROVER_GENL_RANGE)
		rover_genl_range_unheard(rover);
}

/**
 * rover_genl_tell_device() - a rover has come, or gone
 * @rover: the rover
 * @arrived: which of both
 */
void rover_genl_tell_device(struct rover *rover, bool arrived)
{
	if (rover_genl_is_heard(ROVER_GENL_DEVICE))
		event_send(rover, NULL,
			   arrived ? ROVER_CMD_EVENT_ARRIVED : ROVER_CMD_EVENT_DEPARTED,
			   ROVER_GENL_DEVICE);
}
