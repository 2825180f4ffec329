/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rover: one rover, its parts by value
 *
 * Copyright (C) 2026 The rover authors
 *
 * Contexts, from the most urgent:
 *   hard IRQ    encoder and echo edges, software PWM, tick and timeout timers;
 *               raw spinlocks only, nothing that sleeps on PREEMPT_RT
 *   worker      one SCHED_FIFO thread a rover: start of a ping, PWM providers
 *   process     commands and readers; sysfs notification in the system workqueue
 *
 * Lock order, outermost first:
 *   face_mutex          faces and rovers come and go, see face.c
 *   events.mutex        who listens; held while they are told
 *   presence            percpu_rw_semaphore: the hardware is there
 *   motor.mutex         calls of the PWM provider; likewise servo.mutex, never both
 *   drive.lock          raw: lease, setpoints, state
 *   motor.lock          raw: bridge pattern and its timer
 *   encoder.lock        raw, likewise sonar.lock, servo.lock, digital.lock: leaves,
 *                       never nested in each other
 *   events.lock         raw, mapping.lock raw: the innermost leaves
 */
#ifndef ROVER_H
#define ROVER_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/percpu-rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "board.h"
#include "control.h"
#include "digital.h"
#include "drive.h"
#include "encoder.h"
#include "event.h"
#include "fault.h"
#include "genl.h"
#include "guard.h"
#include "mapping.h"
#include "motor.h"
#include "odometry.h"
#include "safety.h"
#include "servo.h"
#include "settings.h"
#include "sonar.h"
#include "timing.h"
#include "worker.h"

/**
 * struct rover - one rover
 * @dev: the class device; its reference count keeps this structure
 * @cdev: the character device
 * @hardware: the platform device; only while not @gone
 * @presence: read-held by everyone who uses the hardware, at each call; unbind sets
 *	@gone, then waits for them
 * @gone: the hardware has left for ever
 * @index: N of roverN
 * @label: prefix of line and thread names: "rover", "rover1", ...
 * @board: description
 * @settings: see settings.c; READ_ONCE() of a field without drive.lock
 * @command: last command accepted by sysfs, index of its table
 * @power_permille: drive it uses, 0..1000
 * @face_node: among those that faces show, see face.c
 */
struct rover {
	struct device dev;
	struct cdev cdev;
	struct device *hardware;
	struct percpu_rw_semaphore presence;
	bool gone;
	unsigned int index;
	char label[16];
	struct rover_board board;
	struct rover_settings settings;
	struct rover_worker worker;
	struct rover_motor motor;
	struct rover_drive drive;
	struct rover_control control;
	struct rover_odometry odometry;
	struct rover_safety safety;
	struct rover_guard guard;
	struct rover_encoder encoder;
	struct rover_sonar sonar;
	struct rover_events events;
	struct rover_genl genl;
	struct rover_mapping_area mapping;
	struct rover_timing timing;
	struct rover_servo servo;
	struct rover_digital digital;
	struct rover_fault fault;
	unsigned int command;
	unsigned int power_permille;
	struct list_head face_node;
};

static inline struct rover *rover_from_dev(struct device *dev)
{
	return container_of(dev, struct rover, dev);
}

#endif /* ROVER_H */
