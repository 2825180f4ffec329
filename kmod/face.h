/* SPDX-License-Identifier: GPL-2.0 */
/*
 * face: what modules of their own use that show rovers to another subsystem of
 * the kernel, as kmod/faces do; all of rover.ko that they may know
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_FACE_H
#define ROVER_FACE_H

#include <linux/list.h>
#include <linux/types.h>

#include "board.h"
#include "encoder.h"
#include "event.h"

struct device;
struct rover;
struct rover_range;

/**
 * struct rover_face - a module that wants to hear of rovers
 * @name: of the subsystem, for messages
 * @add: a rover has come, or is there; process context. Returns what @remove is to
 *	get, NULL if this rover has nothing to show, or an error, which is told
 * @remove: the rover or the module goes; process context. Once it has returned
 *	the face does not use the rover any more
 * @node: among the others
 */
struct rover_face {
	const char *name;
	void *(*add)(struct rover *rover);
	void (*remove)(void *shown);
	struct list_head node;
};

/**
 * struct rover_face_wheel - one wheel, as its encoder has it
 * @count: counts since bind, forward positive
 * @backward: the last step was one back
 * @level: of its lines
 */
struct rover_face_wheel {
	s64 count;
	bool backward;
	bool level[ROVER_ENCODER_LINES];
};

void rover_face_register(struct rover_face *face);
void rover_face_unregister(struct rover_face *face);

struct device *rover_face_device(struct rover *rover);

unsigned int rover_face_sonars(struct rover *rover);
int rover_face_range(struct rover *rover, unsigned int sensor, struct rover_range *range);
void rover_face_listen(struct rover *rover, struct rover_event_consumer *consumer);
void rover_face_unlisten(struct rover *rover, struct rover_event_consumer *consumer);

unsigned int rover_face_encoder_lines(struct rover *rover);
void rover_face_wheels(struct rover *rover, struct rover_face_wheel wheel[ROVER_SIDES]);
void rover_face_watch(struct rover *rover, struct rover_encoder_watch *watch);
void rover_face_unwatch(struct rover *rover, struct rover_encoder_watch *watch);

/* For core.c: rovers come and go. */
void rover_face_publish(struct rover *rover);
void rover_face_withdraw(struct rover *rover);

#endif /* ROVER_FACE_H */
