/* SPDX-License-Identifier: GPL-2.0 */
/*
 * turn: which of several sonars measures next, and when
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_TURN_H
#define ROVER_TURN_H

struct rover_sonar;

void rover_turn_init(struct rover_sonar *sonar);
void rover_turn_close(struct rover_sonar *sonar);
void rover_turn_next(struct rover_sonar *sonar);

#endif /* ROVER_TURN_H */
