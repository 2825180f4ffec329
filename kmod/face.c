// SPDX-License-Identifier: GPL-2.0
/*
 * face: tells modules that show rovers elsewhere of those that come and go, and
 * passes on what they may ask of one
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat.h"
#include "face.h"
#include "rover.h"

/* What a face has made of a rover. */
struct face_link {
	struct list_head node;
	struct rover_face *face;
	struct rover *rover;
	void *shown;
};

/* Protects the three lists, and keeps comings and goings apart. */
static DEFINE_MUTEX(face_mutex);
static LIST_HEAD(face_list);
static LIST_HEAD(face_rovers);
static LIST_HEAD(face_links);

/* A rover drives on without a face. */
static void face_show(struct rover_face *face, struct rover *rover)
{
	struct face_link *link = kzalloc(sizeof(*link), GFP_KERNEL);
	void *shown = ERR_PTR(-ENOMEM);

	lockdep_assert_held(&face_mutex);
	if (link)
		shown = face->add(rover);
	if (IS_ERR_OR_NULL(shown)) {
		if (shown)
			dev_warn(&rover->dev, "no %s: %pe\n", face->name, shown);
		kfree(link);
		return;
	}
	link->face = face;
	link->rover = rover;
	link->shown = shown;
	list_add(&link->node, &face_links);
}

/* Of that face, or of that rover; the youngest first. */
static void face_hide(const struct rover_face *face, const struct rover *rover)
{
	struct face_link *link, *next;

	lockdep_assert_held(&face_mutex);
	list_for_each_entry_safe(link, next, &face_links, node) {
		if (link->face != face && link->rover != rover)
			continue;
		list_del(&link->node);
		link->face->remove(link->shown);
		kfree(link);
	}
}

/**
 * rover_face_register() - show all rovers, and those to come
 * @face: the face
 *
 * Context: process, may sleep; from the face's module_init().
 */
void rover_face_register(struct rover_face *face)
{
	struct rover *rover;

	mutex_lock(&face_mutex);
	list_add_tail(&face->node, &face_list);
	list_for_each_entry(rover, &face_rovers, face_node)
		face_show(face, rover);
	mutex_unlock(&face_mutex);
}
EXPORT_SYMBOL_NS_GPL(rover_face_register, rover_compat_namespace(ROVER));

/**
 * rover_face_unregister() - show none any more
 * @face: the face
 *
 * Context: process, may sleep; from the face's module_exit().
 */
void rover_face_unregister(struct rover_face *face)
{
	mutex_lock(&face_mutex);
	list_del(&face->node);
	face_hide(face, NULL);
	mutex_unlock(&face_mutex);
}
EXPORT_SYMBOL_NS_GPL(rover_face_unregister, rover_compat_namespace(ROVER));

/**
 * rover_face_publish() - a rover has come
 * @rover: the rover, published
 */
void rover_face_publish(struct rover *rover)
{
	struct rover_face *face;

	mutex_lock(&face_mutex);
	list_add_tail(&rover->face_node, &face_rovers);
	list_for_each_entry(face, &face_list, node)
		face_show(face, rover);
	mutex_unlock(&face_mutex);
}

/**
 * rover_face_withdraw() - it goes: no face uses it any more
 * @rover: the rover, with its hardware still there
 *
 * Does no harm to a rover that was never published.
 */
void rover_face_withdraw(struct rover *rover)
{
	mutex_lock(&face_mutex);
	list_del_init(&rover->face_node);
	face_hide(NULL, rover);
	mutex_unlock(&face_mutex);
}

/**
 * rover_face_device() - parent for what a face shows
 * @rover: the rover
 */
struct device *rover_face_device(struct rover *rover)
{
	return &rover->dev;
}
EXPORT_SYMBOL_NS_GPL(rover_face_device, rover_compat_namespace(ROVER));

/**
 * rover_face_sonars() - number of sonars
 * @rover: the rover
 */
unsigned int rover_face_sonars(struct rover *rover)
{
	return rover->board.sonars;
}
EXPORT_SYMBOL_NS_GPL(rover_face_sonars, rover_compat_namespace(ROVER));

/**
 * rover_face_range() - a measurement younger than 100 ms
 * @rover: the rover
 * @sensor: which sonar
 * @range: filled in
 *
 * Context: process; waits as rover_sonar_measure() does.
 * Return: 0 or a negative error.
 */
int rover_face_range(struct rover *rover, unsigned int sensor, struct rover_range *range)
{
	return rover_sonar_measure(rover, sensor, ROVER_SONAR_FRESH_NS, range);
}
EXPORT_SYMBOL_NS_GPL(rover_face_range, rover_compat_namespace(ROVER));

/**
 * rover_face_listen() - have all records told, ranges too: the sonars run
 * @rover: the rover
 * @consumer: what is called
 *
 * Context: process.
 */
void rover_face_listen(struct rover *rover, struct rover_event_consumer *consumer)
{
	rover_event_add_consumer(rover, consumer);
	rover_event_count_range_listeners(rover, 1);
}
EXPORT_SYMBOL_NS_GPL(rover_face_listen, rover_compat_namespace(ROVER));

/**
 * rover_face_unlisten() - no more; it is not called any longer
 * @rover: the rover
 * @consumer: what was called
 *
 * Context: process, but not that of @consumer itself.
 */
void rover_face_unlisten(struct rover *rover, struct rover_event_consumer *consumer)
{
	rover_event_count_range_listeners(rover, -1);
	rover_event_remove_consumer(rover, consumer);
}
EXPORT_SYMBOL_NS_GPL(rover_face_unlisten, rover_compat_namespace(ROVER));

/**
 * rover_face_encoder_lines() - lines of each wheel's encoder
 * @rover: the rover
 *
 * Return: 0 without encoders, 1 if they cannot tell the direction, or 2.
 */
unsigned int rover_face_encoder_lines(struct rover *rover)
{
	return rover->encoder.lines;
}
EXPORT_SYMBOL_NS_GPL(rover_face_encoder_lines, rover_compat_namespace(ROVER));

/**
 * rover_face_wheels() - both wheels at one instant
 * @rover: the rover
 * @wheel: filled in
 *
 * Context: any.
 */
void rover_face_wheels(struct rover *rover, struct rover_face_wheel wheel[ROVER_SIDES])
{
	struct rover_encoder_reading reading[ROVER_SIDES];
	unsigned int i, line;

	rover_encoder_read(&rover->encoder, reading);
	for (i = 0; i < ROVER_SIDES; i++) {
		wheel[i].count = reading[i].count;
		wheel[i].backward = reading[i].direction < 0;
		for (line = 0; line < ROVER_ENCODER_LINES; line++)
			wheel[i].level[line] = reading[i].levels & BIT(line);
	}
}
EXPORT_SYMBOL_NS_GPL(rover_face_wheels, rover_compat_namespace(ROVER));

/**
 * rover_face_watch() - be told when wheels are counted
 * @rover: the rover; one face at a time
 * @watch: initialised
 *
 * Context: any.
 */
void rover_face_watch(struct rover *rover, struct rover_encoder_watch *watch)
{
	rover_encoder_watch(&rover->encoder, watch);
}
EXPORT_SYMBOL_NS_GPL(rover_face_watch, rover_compat_namespace(ROVER));

/**
 * rover_face_unwatch() - no more; it is not being told any longer
 * @rover: the rover
 * @watch: which
 *
 * Context: process, may sleep.
 */
void rover_face_unwatch(struct rover *rover, struct rover_encoder_watch *watch)
{
	rover_encoder_watch(&rover->encoder, NULL);
	irq_work_sync(&watch->edge);
}
EXPORT_SYMBOL_NS_GPL(rover_face_unwatch, rover_compat_namespace(ROVER));
