// SPDX-License-Identifier: GPL-2.0
/*
 * rover_counter: the wheel encoders of each rover as a counter device
 *
 * Count 0 is the left wheel, count 1 the right one, and so are the channels of
 * their events. A push of events takes locks that sleep on PREEMPT_RT, so not the
 * interrupt of an edge does it, but a worker: edges that come before it has run
 * are one event.
 *
 *   hard IRQ      rover_encoder_watch, only while somebody watches
 *   irq_work      queues
 *   worker        counter_push_event() for each wheel whose count has changed
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/counter.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../compat.h"
#include "../face.h"

#define ROVER_COUNTER_SIGNALS	(ROVER_SIDES * ROVER_ENCODER_LINES)

/**
 * struct rover_counter - the counter device of a rover
 * @device: itself
 * @rover: the rover
 * @lines: of each encoder
 * @watch: tells of edges; armed while events are enabled
 * @tell: pushes them
 * @lock: protects @told
 * @told: counts of the last events
 * @signals: lines, those of the left wheel first
 * @synapses: each counts both edges of its line
 * @counts: the wheels
 */
struct rover_counter {
	struct counter_device *device;
	struct rover *rover;
	unsigned int lines;
	struct rover_encoder_watch watch;
	struct work_struct tell;
	spinlock_t lock;	/* see above */
	s64 told[ROVER_SIDES];
	struct counter_signal signals[ROVER_COUNTER_SIGNALS];
	struct counter_synapse synapses[ROVER_COUNTER_SIGNALS];
	struct counter_count counts[ROVER_SIDES];
};

static void rover_counter_read(struct counter_device *device,
			       struct rover_face_wheel wheel[ROVER_SIDES])
{
	struct rover_counter *counter = counter_priv(device);

	rover_face_wheels(counter->rover, wheel);
}

/* Backward from 0 is the largest number there is, and so on. */
static int rover_counter_count_read(struct counter_device *device, struct counter_count *count,
				    u64 *value)
{
	struct rover_face_wheel wheel[ROVER_SIDES];

	rover_counter_read(device, wheel);
	*value = wheel[count->id].count;
	return 0;
}

static int rover_counter_direction_read(struct counter_device *device,
					struct counter_count *count,
					enum counter_count_direction *direction)
{
	struct rover_face_wheel wheel[ROVER_SIDES];

	rover_counter_read(device, wheel);
	*direction = wheel[count->id].backward ? COUNTER_COUNT_DIRECTION_BACKWARD :
						 COUNTER_COUNT_DIRECTION_FORWARD;
	return 0;
}

static int rover_counter_signal_read(struct counter_device *device,
				     struct counter_signal *signal,
				     enum counter_signal_level *level)
{
	struct rover_counter *counter = counter_priv(device);
	struct rover_face_wheel wheel[ROVER_SIDES];
	unsigned int side = signal->id / counter->lines;
	unsigned int line = signal->id % counter->lines;

	rover_counter_read(device, wheel);
	*level = wheel[side].level[line] ? COUNTER_SIGNAL_LEVEL_HIGH : COUNTER_SIGNAL_LEVEL_LOW;
	return 0;
}

static int rover_counter_function_read(struct counter_device *device,
				       struct counter_count *count,
				       enum counter_function *function)
{
	*function = count->functions_list[0];
	return 0;
}

static int rover_counter_action_read(struct counter_device *device, struct counter_count *count,
				     struct counter_synapse *synapse,
				     enum counter_synapse_action *action)
{
	*action = COUNTER_SYNAPSE_ACTION_BOTH_EDGES;
	return 0;
}

static int rover_counter_watch_validate(struct counter_device *device,
					const struct counter_watch *watch)
{
	if (watch->channel >= ROVER_SIDES || watch->event != COUNTER_EVENT_CHANGE_OF_STATE)
		return -EINVAL;
	return 0;
}

/* Takes note of what has changed; a bit for each wheel. */
static unsigned long rover_counter_note(struct rover_counter *counter)
{
	struct rover_face_wheel wheel[ROVER_SIDES];
	unsigned long flags, changed = 0;
	unsigned int i;

	spin_lock_irqsave(&counter->lock, flags);
	rover_face_wheels(counter->rover, wheel);
	for (i = 0; i < ROVER_SIDES; i++) {
		if (wheel[i].count != counter->told[i])
			changed |= BIT(i);
		counter->told[i] = wheel[i].count;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return changed;
}

/* The core calls this with the list of events locked. */
static int rover_counter_events_configure(struct counter_device *device)
{
	struct rover_counter *counter = counter_priv(device);
	bool wanted = !list_empty(&device->events_list);

	/* What changed before is no event. */
	if (wanted)
		rover_counter_note(counter);
	WRITE_ONCE(counter->watch.armed, wanted);
	return 0;
}

static void rover_counter_tell(struct work_struct *work)
{
	struct rover_counter *counter = container_of(work, struct rover_counter, tell);
	unsigned long changed = rover_counter_note(counter);
	unsigned int i;

	for_each_set_bit(i, &changed, ROVER_SIDES)
		counter_push_event(counter->device, COUNTER_EVENT_CHANGE_OF_STATE, i);
}

static void rover_counter_edge(struct irq_work *work)
{
	struct rover_counter *counter = container_of(work, struct rover_counter, watch.edge);

	queue_work(system_unbound_wq, &counter->tell);
}

static const struct counter_ops rover_counter_ops = {
	.signal_read = rover_counter_signal_read,
	.count_read = rover_counter_count_read,
	.function_read = rover_counter_function_read,
	.action_read = rover_counter_action_read,
	.events_configure = rover_counter_events_configure,
	.watch_validate = rover_counter_watch_validate,
};

/* One line gives the pulses; their direction is that of the drive. */
static const enum counter_function rover_counter_single[] = {
	COUNTER_FUNCTION_PULSE_DIRECTION,
};

static const enum counter_function rover_counter_quadrature[] = {
	COUNTER_FUNCTION_QUADRATURE_X4,
};

static const enum counter_synapse_action rover_counter_actions[] = {
	COUNTER_SYNAPSE_ACTION_BOTH_EDGES,
};

static struct counter_comp rover_counter_count_ext[] = {
	COUNTER_COMP_DIRECTION(rover_counter_direction_read),
};

static void rover_counter_describe_signals(struct rover_counter *counter)
{
	static const char *const single[] = { "Left encoder", "Right encoder" };
	static const char *const quadrature[] = {
		"Left encoder A", "Left encoder B", "Right encoder A", "Right encoder B",
	};
	const char *const *names = counter->lines == 1 ? single : quadrature;
	unsigned int i;

	for (i = 0; i < ROVER_SIDES * counter->lines; i++) {
		counter->signals[i].id = i;
		counter->signals[i].name = names[i];
		counter->synapses[i].actions_list = rover_counter_actions;
		counter->synapses[i].num_actions = ARRAY_SIZE(rover_counter_actions);
		counter->synapses[i].signal = &counter->signals[i];
	}
}

static void rover_counter_describe(struct rover_counter *counter)
{
	static const char *const names[ROVER_SIDES] = { "Left wheel", "Right wheel" };
	struct counter_device *device = counter->device;
	unsigned int i;

	rover_counter_describe_signals(counter);
	for (i = 0; i < ROVER_SIDES; i++) {
		struct counter_count *count = &counter->counts[i];

		count->id = i;
		count->name = names[i];
		count->functions_list = counter->lines == 1 ? rover_counter_single :
							      rover_counter_quadrature;
		count->num_functions = 1;
		count->synapses = &counter->synapses[i * counter->lines];
		count->num_synapses = counter->lines;
		count->ext = rover_counter_count_ext;
		count->num_ext = ARRAY_SIZE(rover_counter_count_ext);
	}
	device->name = dev_name(rover_face_device(counter->rover));
	device->parent = rover_face_device(counter->rover);
	device->ops = &rover_counter_ops;
	device->signals = counter->signals;
	device->num_signals = ROVER_SIDES * counter->lines;
	device->counts = counter->counts;
	device->num_counts = ROVER_SIDES;
}

/* Whoever unregisters a counter frees its events without a lock: push none then. */
static void rover_counter_quiet(struct rover_counter *counter)
{
	rover_face_unwatch(counter->rover, &counter->watch);
	cancel_work_sync(&counter->tell);
}

static void *rover_counter_add(struct rover *rover)
{
	unsigned int lines = rover_face_encoder_lines(rover);
	struct counter_device *device;
	struct rover_counter *counter;
	int err;

	if (!lines)
		return NULL;
	device = counter_alloc(sizeof(*counter));
	if (!device)
		return ERR_PTR(-ENOMEM);
	counter = counter_priv(device);
	counter->device = device;
	counter->rover = rover;
	counter->lines = lines;
	spin_lock_init(&counter->lock);
	init_irq_work(&counter->watch.edge, rover_counter_edge);
	INIT_WORK(&counter->tell, rover_counter_tell);
	rover_counter_describe(counter);
	rover_face_watch(rover, &counter->watch);
	err = counter_add(device);
	if (err) {
		rover_counter_quiet(counter);
		counter_put(device);
		return ERR_PTR(err);
	}
	return counter;
}

/* Files that are open keep the device's memory, and hear ENODEV. */
static void rover_counter_remove(void *shown)
{
	struct rover_counter *counter = shown;
	struct counter_device *device = counter->device;

	rover_counter_quiet(counter);
	counter_unregister(device);
	counter_put(device);
}

static struct rover_face rover_counter_face = {
	.name = "counter device",
	.add = rover_counter_add,
	.remove = rover_counter_remove,
};

static int __init rover_counter_init(void)
{
	rover_face_register(&rover_counter_face);
	return 0;
}
module_init(rover_counter_init);

static void __exit rover_counter_exit(void)
{
	rover_face_unregister(&rover_counter_face);
}
module_exit(rover_counter_exit);

MODULE_DESCRIPTION("Wheel encoders of rovers as counter devices");
MODULE_AUTHOR("The rover authors");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(rover_compat_namespace(COUNTER));
MODULE_IMPORT_NS(rover_compat_namespace(ROVER));
