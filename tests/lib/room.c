// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The room around the simulated rover, and what may be wrong with its sonar.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "room.h"
#include "util.h"

#define SONAR_AHEAD_UM	100000	/* of the middle of the rover */

static void room_set(const char *control, const char *text)
{
	int err = board_control(control, text);

	if (err)
		die("%s: %s", control, strerror(-err));
}

void room_one_wall(void)
{
	char wall[60];

	snprintf(wall, sizeof(wall), "%d -5000 %d 5000\n", ROOM_WALL_MM, ROOM_WALL_MM);
	room_set("walls", wall);
}

void room_no_wall(void)
{
	room_set("walls", "\n");
}

static void stand(__s64 distance_um, int turned_urad)
{
	char pose[80];

	/* Turned, the sonar is not quite that far ahead: by less than a per cent at 8 degrees. */
	snprintf(pose, sizeof(pose), "x_um=%lld y_um=0 heading_urad=%d\n",
		 ROOM_WALL_MM * 1000LL - distance_um - SONAR_AHEAD_UM, turned_urad);
	room_set("pose", pose);
}

void room_stand_turned(int distance_mm, int turned_urad)
{
	stand(distance_mm * 1000LL, turned_urad);
}

void room_stand_um(__s64 distance_um)
{
	stand(distance_um, 0);
}

void room_stand(int distance_mm)
{
	room_stand_turned(distance_mm, 0);
}

void room_faults(const char *faults)
{
	room_set("faults", faults);
}
