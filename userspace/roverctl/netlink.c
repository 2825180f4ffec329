// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events by netlink: those of the kernel's multicast groups, as records of read()
 *
 * Copyright (C) 2026 The rover authors
 */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <linux/rover_netlink.h>

#include "macros.h"
#include "netlink.h"

/* The kernel gives at most what its rmem_max says. */
#define NETLINK_BUFFER	(256 * 1024)

#define A(name)		attrs[ROVER_A_EVENT_##name]

static const struct nla_policy policy[ROVER_A_EVENT_MAX + 1] = {
	[ROVER_A_EVENT_INDEX] = { .type = NLA_U32 },
	[ROVER_A_EVENT_SEQUENCE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_TIME_NS] = { .type = NLA_U64 },
	[ROVER_A_EVENT_STATE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_BEFORE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_MOTION] = { .type = NLA_U32 },
	[ROVER_A_EVENT_MOTION_ID] = { .type = NLA_U32 },
	[ROVER_A_EVENT_REASON] = { .type = NLA_U32 },
	[ROVER_A_EVENT_MODE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_LATENCY_NS] = { .type = NLA_U32 },
	[ROVER_A_EVENT_RANGE_UM] = { .type = NLA_U64 },
	[ROVER_A_EVENT_SENSORS] = { .type = NLA_U32 },
	[ROVER_A_EVENT_COMPLETE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_REMAINING] = { .type = NLA_U64 },
	[ROVER_A_EVENT_LEASE_FLAGS] = { .type = NLA_U32 },
	[ROVER_A_EVENT_LEASE_PID] = { .type = NLA_U32 },
	[ROVER_A_EVENT_DEADMAN_MS] = { .type = NLA_U32 },
	[ROVER_A_EVENT_SONAR] = { .type = NLA_U32 },
	[ROVER_A_EVENT_STATUS] = { .type = NLA_U32 },
	[ROVER_A_EVENT_FILTERED_UM] = { .type = NLA_U64 },
	[ROVER_A_EVENT_ECHO_NS] = { .type = NLA_U64 },
	[ROVER_A_EVENT_SENSOR] = { .type = NLA_U32 },
	[ROVER_A_EVENT_LEVEL] = { .type = NLA_U32 },
	[ROVER_A_EVENT_PAN_URAD] = { .type = NLA_U32 },
	[ROVER_A_EVENT_TILT_URAD] = { .type = NLA_U32 },
	[ROVER_A_EVENT_AXES] = { .type = NLA_U32 },
	[ROVER_A_EVENT_IDLE] = { .type = NLA_U32 },
	[ROVER_A_EVENT_SETTINGS] = { .type = NLA_U64 },
};

/* Attributes that are not there are 0, or -1 for a range. */
static uint32_t get_u32(struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static int64_t get_s64(struct nlattr *attr, int64_t otherwise)
{
	return attr ? (int64_t)nla_get_u64(attr) : otherwise;
}

static void read_state(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_STATE;
	event->state.state = get_u32(A(STATE));
	event->state.before = get_u32(A(BEFORE));
	event->state.motion = get_u32(A(MOTION));
	event->state.motion_id = get_u32(A(MOTION_ID));
}

static void read_stop(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_STOP;
	event->stop.reason = get_u32(A(REASON));
	event->stop.mode = get_u32(A(MODE));
	event->stop.motion_id = get_u32(A(MOTION_ID));
	event->stop.latency_ns = get_u32(A(LATENCY_NS));
	event->stop.range_um = get_s64(A(RANGE_UM), -1);
	event->stop.sensors = get_u32(A(SENSORS));
}

static void read_done(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_DONE;
	event->done.motion = get_u32(A(MOTION));
	event->done.motion_id = get_u32(A(MOTION_ID));
	event->done.reason = get_u32(A(REASON));
	event->done.complete = get_u32(A(COMPLETE));
	event->done.remaining = get_s64(A(REMAINING), 0);
}

static void read_driver(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_LEASE;
	event->lease.flags = get_u32(A(LEASE_FLAGS));
	event->lease.pid = (int32_t)get_u32(A(LEASE_PID));
	event->lease.deadman_ms = get_u32(A(DEADMAN_MS));
}

static void read_range(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_RANGE;
	event->range.sensor = get_u32(A(SONAR));
	event->range.status = get_u32(A(STATUS));
	event->range.range_um = (int32_t)get_s64(A(RANGE_UM), -1);
	event->range.filtered_um = get_s64(A(FILTERED_UM), -1);
	event->range.echo_ns = (uint64_t)get_s64(A(ECHO_NS), 0);
}

static void read_sensor(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_SENSOR;
	event->sensor.sensor = get_u32(A(SENSOR));
	event->sensor.level = get_u32(A(LEVEL));
	event->sensor.sensors = get_u32(A(SENSORS));
}

static void read_head(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_SERVO;
	event->servo.pan_urad = (int32_t)get_u32(A(PAN_URAD));
	event->servo.tilt_urad = (int32_t)get_u32(A(TILT_URAD));
	event->servo.flags = get_u32(A(AXES));
	event->servo.idle = get_u32(A(IDLE));
}

static void read_setting(struct rover_event *event, struct nlattr **attrs)
{
	event->type = ROVER_EVENT_SETTING;
	event->setting.fields = (uint64_t)get_s64(A(SETTINGS), 0);
}

static const struct {
	uint8_t command;
	void (*read)(struct rover_event *event, struct nlattr **attrs);
} readers[] = {
	{ ROVER_CMD_EVENT_STATE, read_state },
	{ ROVER_CMD_EVENT_STOP, read_stop },
	{ ROVER_CMD_EVENT_DONE, read_done },
	{ ROVER_CMD_EVENT_DRIVER, read_driver },
	{ ROVER_CMD_EVENT_RANGE, read_range },
	{ ROVER_CMD_EVENT_SENSOR, read_sensor },
	{ ROVER_CMD_EVENT_HEAD, read_head },
	{ ROVER_CMD_EVENT_SETTING, read_setting },
};

static void read_event(struct netlink *netlink, uint8_t command, struct nlattr **attrs)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		if (readers[i].command != command)
			continue;
		memset(&netlink->event, 0, sizeof(netlink->event));
		netlink->event.time_ns = (uint64_t)get_s64(A(TIME_NS), 0);
		netlink->event.sequence = get_u32(A(SEQUENCE));
		readers[i].read(&netlink->event, attrs);
		netlink->found = NETLINK_EVENT;
	}
}

/* Events of other rovers, and those that are newer than this program, are passed over. */
static int hear(struct nl_msg *message, void *argument)
{
	struct nlattr *attrs[ROVER_A_EVENT_MAX + 1];
	struct nlmsghdr *head = nlmsg_hdr(message);
	struct netlink *netlink = argument;
	uint8_t command;

	if (!genlmsg_valid_hdr(head, 0) ||
	    genlmsg_parse(head, 0, attrs, ROVER_A_EVENT_MAX, policy) < 0)
		return NL_SKIP;
	command = genlmsg_hdr(head)->cmd;
	if (!A(INDEX) || nla_get_u32(A(INDEX)) != netlink->index)
		return NL_SKIP;
	if (command == ROVER_CMD_EVENT_DEPARTED)
		netlink->found = NETLINK_DEPARTED;
	else
		read_event(netlink, command, attrs);
	return NL_OK;
}

enum netlink_found netlink_next(struct netlink *netlink)
{
	int err;

	do {
		netlink->found = NETLINK_NOTHING;
		err = nl_recvmsgs_default(netlink->socket);
		if (err == -NLE_AGAIN)
			return NETLINK_NOTHING;
		if (err == -NLE_NOMEM)	/* ENOBUFS */
			return NETLINK_LOST;
	} while ((err >= 0 && netlink->found == NETLINK_NOTHING) || err == -NLE_INTR);
	return err < 0 ? NETLINK_FAILED : netlink->found;
}

static int join(struct netlink *netlink, bool ranges)
{
	static const char *const groups[] = {
		ROVER_MCGRP_DEVICE, ROVER_MCGRP_MOTION, ROVER_MCGRP_SAFETY, ROVER_MCGRP_SENSORS,
		ROVER_MCGRP_RANGE,
	};
	size_t count = ARRAY_SIZE(groups) - !ranges, i;
	int group, err;

	for (i = 0; i < count; i++) {
		group = genl_ctrl_resolve_grp(netlink->socket, ROVER_FAMILY_NAME, groups[i]);
		if (group < 0)
			return group;
		err = nl_socket_add_membership(netlink->socket, group);
		if (err < 0)
			return err;
	}
	return 0;
}

static int listen_to_all(struct netlink *netlink, bool ranges)
{
	int err;

	err = genl_connect(netlink->socket);
	if (err < 0)
		return err;
	err = nl_socket_set_buffer_size(netlink->socket, NETLINK_BUFFER, 0);
	if (err < 0)
		return err;
	err = nl_socket_modify_cb(netlink->socket, NL_CB_VALID, NL_CB_CUSTOM, hear, netlink);
	if (err < 0)
		return err;
	err = join(netlink, ranges);
	if (err < 0)
		return err;
	/* Events answer no request. */
	nl_socket_disable_seq_check(netlink->socket);
	return nl_socket_set_nonblocking(netlink->socket);
}

const char *netlink_open(struct netlink *netlink, uint32_t index, bool ranges)
{
	int err;

	memset(netlink, 0, sizeof(*netlink));
	netlink->index = index;
	netlink->socket = nl_socket_alloc();
	if (!netlink->socket)
		return nl_geterror(NLE_NOMEM);
	err = listen_to_all(netlink, ranges);
	if (err < 0) {
		netlink_close(netlink);
		return err == -NLE_OBJ_NOTFOUND ? "no family rover in this network namespace" :
		       nl_geterror(err);
	}
	netlink->fd = nl_socket_get_fd(netlink->socket);
	return NULL;
}

void netlink_close(struct netlink *netlink)
{
	nl_socket_free(netlink->socket);
	netlink->socket = NULL;
}
