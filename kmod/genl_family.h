/* SPDX-License-Identifier: GPL-2.0 */
/*
 * genl_family: what the parts of the netlink family have in common
 *
 *   genl.c          the family, the rovers it knows, who listens
 *   genl_policy.c   what requests may hold
 *   genl_get.c      requests that ask, and dumps
 *   genl_command.c  requests that change something, and what all commands share
 *   genl_motion.c   requests that move the rover
 *   genl_event.c    what is told to the multicast groups
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_GENL_FAMILY_H
#define ROVER_GENL_FAMILY_H

#include <linux/bitops.h>
#include <linux/rover_netlink.h>
#include <net/genetlink.h>

#include "genl.h"

/* The attribute that names the rover, in every set. */
#define GENL_INDEX	1

/* The attribute of a setting: of ROVER_SET_*, one bit. */
#define GENL_SETTING(bit)	(ROVER_A_SETTING_DEADMAN_MS + __ffs64(bit))

/**
 * enum rover_genl_group - multicast groups, as the family lists them
 * @ROVER_GENL_MOTION: states, ends of motions, drivers, the head
 * @ROVER_GENL_SAFETY: stops and settings
 * @ROVER_GENL_RANGE: measurements of the sonars
 * @ROVER_GENL_SENSORS: obstacle and line sensors
 * @ROVER_GENL_DEVICE: rovers come and go
 */
enum rover_genl_group {
	ROVER_GENL_MOTION,
	ROVER_GENL_SAFETY,
	ROVER_GENL_RANGE,
	ROVER_GENL_SENSORS,
	ROVER_GENL_DEVICE,
};

extern struct genl_family rover_genl_family;

/* genl.c */
struct rover *rover_genl_begin(struct genl_info *info);
void rover_genl_end(struct rover *rover);
struct rover *rover_genl_next(unsigned long *index, unsigned int *generation);
bool rover_genl_is_heard(enum rover_genl_group group);
void rover_genl_notice(void);
void rover_genl_range_unheard(struct rover *rover);

/* genl_policy.c: one for each request, indexed by attribute */
extern const struct nla_policy rover_genl_get_policy[];
extern const struct nla_policy rover_genl_duty_policy[];
extern const struct nla_policy rover_genl_speed_policy[];
extern const struct nla_policy rover_genl_twist_policy[];
extern const struct nla_policy rover_genl_move_policy[];
extern const struct nla_policy rover_genl_turn_policy[];
extern const struct nla_policy rover_genl_stop_policy[];
extern const struct nla_policy rover_genl_look_policy[];
extern const struct nla_policy rover_genl_pose_policy[];
extern const struct nla_policy rover_genl_set_policy[];

/* genl_get.c */
int rover_genl_put_s64(struct sk_buff *skb, int type, s64 value);
int rover_genl_get(struct sk_buff *skb, struct genl_info *info);
int rover_genl_get_state(struct sk_buff *skb, struct genl_info *info);
int rover_genl_get_settings(struct sk_buff *skb, struct genl_info *info);
int rover_genl_dump_start(struct netlink_callback *cb);
int rover_genl_dump(struct sk_buff *skb, struct netlink_callback *cb);
int rover_genl_dump_state(struct sk_buff *skb, struct netlink_callback *cb);
int rover_genl_dump_settings(struct sk_buff *skb, struct netlink_callback *cb);

/* genl_motion.c */
int rover_genl_duty(struct sk_buff *skb, struct genl_info *info);
int rover_genl_speed(struct sk_buff *skb, struct genl_info *info);
int rover_genl_twist(struct sk_buff *skb, struct genl_info *info);
int rover_genl_move(struct sk_buff *skb, struct genl_info *info);
int rover_genl_turn(struct sk_buff *skb, struct genl_info *info);

/* genl_command.c */
int rover_genl_stop(struct sk_buff *skb, struct genl_info *info);
int rover_genl_estop(struct sk_buff *skb, struct genl_info *info);
int rover_genl_clear(struct sk_buff *skb, struct genl_info *info);
int rover_genl_feed(struct sk_buff *skb, struct genl_info *info);
int rover_genl_look(struct sk_buff *skb, struct genl_info *info);
int rover_genl_pose(struct sk_buff *skb, struct genl_info *info);
int rover_genl_set(struct sk_buff *skb, struct genl_info *info);

/* genl_event.c */
void rover_genl_event(struct rover_event_consumer *consumer, const struct rover_event *event);
void rover_genl_tell_device(struct rover *rover, bool arrived);

#endif /* ROVER_GENL_FAMILY_H */
