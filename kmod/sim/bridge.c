// SPDX-License-Identifier: GPL-2.0
/*
 * What a bridge makes of its inputs.
 *
 *   in-in (DRV8833, its table 2)      phase-enable (DRV8835 with MODE high)
 *     IN1 IN2                           PH  EN
 *      0   0   coast                     x   0   brake
 *      1   0   forward                   0   1   forward
 *      0   1   reverse                   1   1   reverse
 *      1   1   brake
 *
 * in-in-en is in-in with an enable input for each bridge, which coasts while that
 * is low (as an L298's ENA and ENB). pwm-dir is phase-enable of bridges that coast
 * while they are not driven (as a DRV8838 in a gearbox of its own, or a TB6612
 * behind a gate). Which level of PH is forward is a matter of wiring.
 *
 * Copyright (C) 2026 The rover authors
 */
#include "board.h"

static enum sim_bridge bridge_in_in(bool in1, bool in2)
{
	if (in1)
		return in2 ? SIM_BRIDGE_BRAKE : SIM_BRIDGE_FORWARD;
	return in2 ? SIM_BRIDGE_REVERSE : SIM_BRIDGE_COAST;
}

static enum sim_bridge bridge_phase_enable(const struct sim_config *config,
					   bool phase, bool enable)
{
	if (!enable)
		return config->bridge_off_coasts ? SIM_BRIDGE_COAST :
						   SIM_BRIDGE_BRAKE;
	return phase == config->bridge_phase_high ? SIM_BRIDGE_FORWARD :
						    SIM_BRIDGE_REVERSE;
}

/* An input that is not wired is pulled up. */
static bool bridge_enabled(const struct sim_board *board, int line)
{
	return line == SIM_NO_LINE || board->lines.line[line].level;
}

/**
 * sim_bridge_now() - what a bridge does, by the levels of its inputs
 * @board: the board
 * @side: of the bridge
 */
enum sim_bridge sim_bridge_now(const struct sim_board *board, enum sim_side side)
{
	const struct sim_config *config = &board->config;
	bool in1 = board->lines.line[config->bridge_in1[side]].level;
	bool in2 = board->lines.line[config->bridge_in2[side]].level;

	if (board->faults.bridge ||
	    !bridge_enabled(board, config->bridge_enable) ||
	    !bridge_enabled(board, config->bridge_enables[side]))
		return SIM_BRIDGE_COAST;
	if (config->bridge_mode == SIM_BRIDGE_PHASE_ENABLE ||
	    config->bridge_mode == SIM_BRIDGE_PWM_DIR)
		return bridge_phase_enable(config, in1, in2);
	return bridge_in_in(in1, in2);
}

/* A bridge that protects itself says so, and is off. */
void sim_bridge_fault_changed(struct sim_board *board)
{
	sim_lines_drive(board, board->config.bridge_fault,
			sim_drive_level(!board->faults.bridge));
	sim_chassis_bring_up(board);
}

void sim_bridge_init(struct sim_board *board)
{
	const struct sim_config *config = &board->config;
	enum sim_side side;

	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		sim_lines_set_role(board, config->bridge_in1[side],
				   SIM_ROLE_BRIDGE);
		sim_lines_set_role(board, config->bridge_in2[side],
				   SIM_ROLE_BRIDGE);
		sim_lines_set_role(board, config->bridge_enables[side],
				   SIM_ROLE_BRIDGE);
	}
	sim_lines_set_role(board, config->bridge_enable, SIM_ROLE_BRIDGE);
}
