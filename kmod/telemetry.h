/* SPDX-License-Identifier: GPL-2.0 */
/*
 * telemetry: what the rover knows, in the layout of the ABI
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_TELEMETRY_H
#define ROVER_TELEMETRY_H

struct rover;
struct rover_event;
struct rover_info;
struct rover_lease;
struct rover_snapshot;

void rover_telemetry_info(struct rover *rover, struct rover_info *info);
void rover_telemetry_snapshot(struct rover *rover, const struct rover_lease *mine,
			      struct rover_snapshot *snapshot);

void rover_telemetry_tick(struct rover *rover);
void rover_telemetry_publish(struct rover *rover);
void rover_telemetry_event(struct rover *rover, struct rover_event *event);

#endif /* ROVER_TELEMETRY_H */
