/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ping: one measurement with one HC-SR04 or its like, on one line or two
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_PING_H
#define ROVER_PING_H

#include <linux/hrtimer.h>
#include <linux/rover.h>
#include <linux/types.h>

struct gpio_desc;
struct rover;
struct rover_sonar;

/* HC-SR04 datasheet: from 20 mm; a pulse up to 25 ms is a distance, 38 ms is none. */
#define ROVER_PING_MIN_UM		20000
#define ROVER_PING_ECHO_MAX_NS		(25 * NSEC_PER_MSEC)

/**
 * struct rover_ping_sensor - one sensor, and the argument of its interrupt
 * @sonar: whose
 * @trigger: line of the trigger pulse
 * @echo: line of the echo pulse; the same one on a shared line
 * @irq: of @echo; enabled only while it measures
 * @armed: @irq is enabled
 */
struct rover_ping_sensor {
	struct rover_sonar *sonar;
	struct gpio_desc *trigger;
	struct gpio_desc *echo;
	unsigned int irq;
	bool armed;
};

/**
 * enum rover_ping_phase - where a measurement is
 * @ROVER_PING_REST: none is being made
 * @ROVER_PING_RISE: the echo pulse is to begin
 * @ROVER_PING_FALL: the echo pulse is to end
 */
enum rover_ping_phase {
	ROVER_PING_REST,
	ROVER_PING_RISE,
	ROVER_PING_FALL,
};

/**
 * enum rover_ping_result - what an edge, a timeout or a start has brought
 * @ROVER_PING_ON: the measurement goes on
 * @ROVER_PING_ENDED: it has ended
 * @ROVER_PING_LATE: it has ended, but we were late: it is worth nothing
 */
enum rover_ping_result {
	ROVER_PING_ON,
	ROVER_PING_ENDED,
	ROVER_PING_LATE,
};

/**
 * struct rover_ping - the measurement that is being made; sonar.lock
 * @sensor: with which sensor
 * @phase: where it is
 * @timer: end of the wait for an edge; hard
 * @triggered: when the trigger pulse ended; written while no interrupt is armed
 * @slow: the interrupt was armed after the burst
 * @rise: when the echo pulse began
 */
struct rover_ping {
	struct rover_ping_sensor *sensor;
	enum rover_ping_phase phase;
	struct hrtimer timer;
	ktime_t triggered;
	bool slow;
	ktime_t rise;
};

int rover_ping_init_sensor(struct rover *rover, unsigned int index);
void rover_ping_init(struct rover_ping *ping);
void rover_ping_start(struct rover_sonar *sonar, struct rover_ping_sensor *sensor);
void rover_ping_settle(struct rover_ping *ping);
void rover_ping_disarm(struct rover_ping_sensor *sensor);

#endif /* ROVER_PING_H */
