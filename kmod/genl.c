// SPDX-License-Identifier: GPL-2.0
/*
 * genl: the generic netlink family "rover": for automation, and for watching
 *
 * It is there as long as the module, with or without rovers, in the initial
 * network namespace. Requests find their rover by its number, and hold it while
 * they last; unbind waits for those that use the hardware.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/xarray.h>

#include "compat.h"
#include "genl_family.h"
#include "rover.h"

/* Who says that he is going to listen, does so within this time. */
#define GENL_RANGE_GRACE	HZ

/* The rovers, by number. The lock protects the generation, too. */
static DEFINE_XARRAY(genl_rovers);

/* Counts rovers that came and went: a dump that sees it change is not whole. Never 0. */
static unsigned int genl_generation = 1;

/* When somebody was last known to listen for ranges, or to be about to. */
static unsigned long genl_range_noticed;

/**
 * rover_genl_begin() - the rover that a request is for, held until rover_genl_end()
 * @info: the request
 *
 * Return: the rover; -EINVAL or -ENODEV, and the request has been told why.
 */
struct rover *rover_genl_begin(struct genl_info *info)
{
	const struct nlattr *index = info->attrs[GENL_INDEX];
	struct rover *rover;

	rover_genl_notice();
	if (!index) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, GENL_INDEX);
		NL_SET_ERR_MSG(info->extack, "index is missing: which rover?");
		return ERR_PTR(-EINVAL);
	}
	xa_lock(&genl_rovers);
	rover = xa_load(&genl_rovers, nla_get_u32(index));
	if (rover)
		get_device(&rover->dev);
	xa_unlock(&genl_rovers);
	if (!rover)
		goto none;
	percpu_down_read(&rover->presence);
	if (!rover->gone)
		return rover;
	rover_genl_end(rover);
none:
	NL_SET_ERR_MSG_ATTR(info->extack, index, "there is no such rover");
	return ERR_PTR(-ENODEV);
}

/**
 * rover_genl_end() - the request is done with
 * @rover: the rover
 */
void rover_genl_end(struct rover *rover)
{
	percpu_up_read(&rover->presence);
	put_device(&rover->dev);
}

/**
 * rover_genl_next() - the rover with this number, or the next one, held as by a request
 * @index: the number; returns that of the rover
 * @generation: returns which rovers these are
 *
 * Return: the rover, for rover_genl_end(); NULL after the last one.
 */
struct rover *rover_genl_next(unsigned long *index, unsigned int *generation)
{
	struct rover *rover;

	for (;;) {
		xa_lock(&genl_rovers);
		*generation = genl_generation;
		rover = xa_find(&genl_rovers, index, ULONG_MAX, XA_PRESENT);
		if (rover)
			get_device(&rover->dev);
		xa_unlock(&genl_rovers);
		if (!rover)
			return NULL;
		percpu_down_read(&rover->presence);
		if (!rover->gone)
			return rover;
		rover_genl_end(rover);
		(*index)++;
	}
}

/**
 * rover_genl_is_heard() - whether somebody listens
 * @group: to which group
 */
bool rover_genl_is_heard(enum rover_genl_group group)
{
	return genl_has_listeners(&rover_genl_family, &init_net, group);
}

/* Have the sonars of a rover run, as for a file that listens for ranges. */
static void genl_hear_range(struct rover *rover)
{
	if (!atomic_cmpxchg(&rover->genl.hears_range, 0, 1))
		rover_event_count_range_listeners(rover, 1);
}

static void genl_hear_ranges(void)
{
	unsigned int generation;
	unsigned long index = 0;
	struct rover *rover;

	WRITE_ONCE(genl_range_noticed, jiffies);
	while ((rover = rover_genl_next(&index, &generation))) {
		percpu_up_read(&rover->presence);
		genl_hear_range(rover);
		put_device(&rover->dev);
		index++;
	}
}

/**
 * rover_genl_notice() - take notice of who listens for ranges
 *
 * Before 6.9 the kernel does not tell who joins a group; so each request is an
 * occasion to look. Who listens asks for a dump, too, or he would not know how
 * things are. That nobody listens any more shows with the next range.
 */
void rover_genl_notice(void)
{
	if (rover_genl_is_heard(ROVER_GENL_RANGE))
		genl_hear_ranges();
}

/**
 * rover_genl_range_unheard() - a range was measured, and nobody listens
 * @rover: the rover
 *
 * Context: process, in the fan-out; the sonars see it before their next ping.
 */
void rover_genl_range_unheard(struct rover *rover)
{
	/* He may just be about to. */
	if (time_before(jiffies, READ_ONCE(genl_range_noticed) + GENL_RANGE_GRACE))
		return;
	if (atomic_cmpxchg(&rover->genl.hears_range, 1, 0))
		rover_event_forget_range_listener(rover);
}

static void genl_count_generation(void)
{
	lockdep_assert_held(&genl_rovers.xa_lock);
	if (!++genl_generation)
		genl_generation = 1;
}

/* Called before the socket is among those who listen. */
static int __maybe_unused genl_bind(int group)
{
	if (group == ROVER_GENL_RANGE)
		genl_hear_ranges();
	return 0;
}

/**
 * rover_genl_add() - the family knows a rover
 * @rover: the rover, published
 *
 * Return: 0 or -ENOMEM.
 */
int rover_genl_add(struct rover *rover)
{
	int err;

	rover->genl.consumer.event = rover_genl_event;
	xa_lock(&genl_rovers);
	err = __xa_insert(&genl_rovers, rover->index, rover, GFP_KERNEL);
	if (!err)
		genl_count_generation();
	xa_unlock(&genl_rovers);
	if (err)
		return err;
	rover_event_add_consumer(rover, &rover->genl.consumer);
	rover_genl_tell_device(rover, true);
	if (rover_genl_is_heard(ROVER_GENL_RANGE))
		genl_hear_range(rover);
	return 0;
}

/**
 * rover_genl_remove() - the rover has left: nobody new finds it
 * @rover: the rover; all its events were told
 */
void rover_genl_remove(struct rover *rover)
{
	bool known;

	xa_lock(&genl_rovers);
	known = __xa_erase(&genl_rovers, rover->index);
	genl_count_generation();
	xa_unlock(&genl_rovers);
	/* It may have failed to be added. */
	if (!known)
		return;
	rover_event_remove_consumer(rover, &rover->genl.consumer);
	rover_genl_tell_device(rover, false);
}

#define GENL_ASK(_cmd, _get, _dump)				\
	{							\
		.cmd = _cmd,					\
		.policy = rover_genl_get_policy,		\
		.maxattr = GENL_INDEX,				\
		.doit = _get,					\
		.start = rover_genl_dump_start,			\
		.dumpit = _dump,				\
	}

#define GENL_DO(_cmd, _policy, _maxattr, _doit)			\
	{							\
		.cmd = _cmd,					\
		.policy = _policy,				\
		.maxattr = _maxattr,				\
		.flags = GENL_ADMIN_PERM,			\
		.doit = _doit,					\
	}

#define GENL_COMMAND(_cmd, _policy, _doit) \
	GENL_DO(_cmd, _policy, ROVER_A_COMMAND_MAX, _doit)

static const struct genl_ops genl_ops[] = {
	GENL_ASK(ROVER_CMD_GET, rover_genl_get, rover_genl_dump),
	GENL_ASK(ROVER_CMD_GET_STATE, rover_genl_get_state, rover_genl_dump_state),
	GENL_ASK(ROVER_CMD_GET_SETTINGS, rover_genl_get_settings, rover_genl_dump_settings),
	GENL_COMMAND(ROVER_CMD_DUTY, rover_genl_duty_policy, rover_genl_duty),
	GENL_COMMAND(ROVER_CMD_SPEED, rover_genl_speed_policy, rover_genl_speed),
	GENL_COMMAND(ROVER_CMD_TWIST, rover_genl_twist_policy, rover_genl_twist),
	GENL_COMMAND(ROVER_CMD_MOVE, rover_genl_move_policy, rover_genl_move),
	GENL_COMMAND(ROVER_CMD_TURN, rover_genl_turn_policy, rover_genl_turn),
	GENL_COMMAND(ROVER_CMD_STOP, rover_genl_stop_policy, rover_genl_stop),
	GENL_DO(ROVER_CMD_ESTOP, rover_genl_get_policy, GENL_INDEX, rover_genl_estop),
	GENL_DO(ROVER_CMD_CLEAR, rover_genl_get_policy, GENL_INDEX, rover_genl_clear),
	GENL_DO(ROVER_CMD_FEED, rover_genl_get_policy, GENL_INDEX, rover_genl_feed),
	GENL_COMMAND(ROVER_CMD_LOOK, rover_genl_look_policy, rover_genl_look),
	GENL_COMMAND(ROVER_CMD_POSE, rover_genl_pose_policy, rover_genl_pose),
	GENL_DO(ROVER_CMD_SET, rover_genl_set_policy, ROVER_A_SETTING_MAX, rover_genl_set),
};

static const struct genl_multicast_group genl_groups[] = {
	[ROVER_GENL_MOTION] = { .name = ROVER_MCGRP_MOTION },
	[ROVER_GENL_SAFETY] = { .name = ROVER_MCGRP_SAFETY },
	[ROVER_GENL_RANGE] = { .name = ROVER_MCGRP_RANGE },
	[ROVER_GENL_SENSORS] = { .name = ROVER_MCGRP_SENSORS },
	[ROVER_GENL_DEVICE] = { .name = ROVER_MCGRP_DEVICE },
};

struct genl_family rover_genl_family __ro_after_init = {
	.name = ROVER_FAMILY_NAME,
	.version = ROVER_FAMILY_VERSION,
	.parallel_ops = true,
	.ops = genl_ops,
	.n_ops = ARRAY_SIZE(genl_ops),
	.resv_start_op = ROVER_CMD_GET,
	.mcgrps = genl_groups,
	.n_mcgrps = ARRAY_SIZE(genl_groups),
	.module = THIS_MODULE,
	ROVER_COMPAT_GENL_BIND(genl_bind)
};

/**
 * rover_genl_init() - register the family
 *
 * Return: 0 or a negative error.
 */
int __init rover_genl_init(void)
{
	return genl_register_family(&rover_genl_family);
}

/**
 * rover_genl_exit() - no more; there are no rovers
 */
void rover_genl_exit(void)
{
	genl_unregister_family(&rover_genl_family);
	xa_destroy(&genl_rovers);
}
