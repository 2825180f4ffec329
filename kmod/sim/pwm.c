// SPDX-License-Identifier: GPL-2.0
/*
 * Waveforms of the PWM channels, and which lines they come out on.
 *
 *   start       start + duty          start + period
 *     |___________|                     |___________|
 *   __|           |_____________________|           |____   (not inverted)
 *
 * A channel that no line is muxed to has no transitions to work out; when a
 * line is muxed to it, it is caught up with.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/math64.h>

#include "board.h"

/* The SoC's table of alternate functions, as far as a 40-pin header has it. */
static const struct {
	unsigned int line;
	enum sim_function function;
	unsigned int channel;
} pwm_routes[] = {
	{ 12, SIM_FUNCTION_ALT0, 0 },
	{ 13, SIM_FUNCTION_ALT0, 1 },
	{ 18, SIM_FUNCTION_ALT5, 0 },
	{ 19, SIM_FUNCTION_ALT5, 1 },
};

static bool pwm_changes(const struct sim_pwm_channel *channel)
{
	const struct sim_pwm_setting *set = &channel->now;

	return set->enabled && set->duty_ns && set->duty_ns < set->period_ns;
}

/* Moves start_ns to the period that board->now_ns lies in. */
static void pwm_catch_up(const struct sim_board *board,
			 struct sim_pwm_channel *channel)
{
	u64 ran_ns = board->now_ns - channel->start_ns;

	if (ran_ns >= channel->now.period_ns)
		channel->start_ns += div64_u64(ran_ns, channel->now.period_ns) *
				     channel->now.period_ns;
}

static void pwm_take(struct sim_board *board, struct sim_pwm_channel *channel,
		     const struct sim_pwm_setting *setting)
{
	channel->now = *setting;
	channel->start_ns = board->now_ns;
	channel->waiting = false;
}

/* Works out the level now, and when to look again. */
static void pwm_evaluate(struct sim_board *board,
			 struct sim_pwm_channel *channel)
{
	const struct sim_pwm_setting *set = &channel->now;
	u64 end_ns, fall_ns;

	channel->next_ns = SIM_NEVER;
	if (!set->enabled) {
		if (board->config.pwm_off != SIM_PWM_OFF_HOLD)
			channel->level = board->config.pwm_off ==
					 SIM_PWM_OFF_HIGH;
		return;
	}

	pwm_catch_up(board, channel);
	end_ns = channel->start_ns + set->period_ns;
	fall_ns = channel->start_ns + set->duty_ns;
	channel->level = (board->now_ns < fall_ns) != set->inverted;
	if (channel->waiting)
		channel->next_ns = end_ns;
	if (channel->lines && pwm_changes(channel))
		channel->next_ns = board->now_ns < fall_ns ? fall_ns : end_ns;
}

static void pwm_output(struct sim_board *board,
		       struct sim_pwm_channel *channel)
{
	bool dead = board->faults.dead_pwm & BIT(channel - board->pwm.channel);
	enum sim_drive drive = sim_drive_level(channel->level && !dead);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pwm_routes); i++)
		if (channel->lines & BIT_ULL(pwm_routes[i].line))
			sim_lines_drive_peripheral(board, pwm_routes[i].line,
						   drive);
}

/* A channel has died, or lives again. */
void sim_pwm_refresh(struct sim_board *board)
{
	unsigned int i;

	for (i = 0; i < SIM_PWM_CHANNELS; i++)
		pwm_output(board, &board->pwm.channel[i]);
}

/**
 * sim_pwm_apply() - give a channel a new setting
 * @board: the board
 * @channel: 0 or 1
 * @setting: what to apply
 *
 * At once, which cuts the running period short; or, if the board's channels
 * are latched, when that period ends.
 */
void sim_pwm_apply(struct sim_board *board, unsigned int channel,
		   const struct sim_pwm_setting *setting)
{
	struct sim_pwm_channel *pwm = &board->pwm.channel[channel];

	pwm->applied++;
	if (board->config.pwm_latched && pwm->now.enabled) {
		pwm->later = *setting;
		pwm->waiting = true;
	} else {
		pwm_take(board, pwm, setting);
	}
	pwm_evaluate(board, pwm);
	pwm_output(board, pwm);
}

/**
 * sim_pwm_route() - connect the channels to the lines, by the lines' functions
 * @board: the board
 */
void sim_pwm_route(struct sim_board *board)
{
	u64 lines[SIM_PWM_CHANNELS] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pwm_routes); i++) {
		unsigned int line = pwm_routes[i].line;

		if (board->lines.line[line].function == pwm_routes[i].function)
			lines[pwm_routes[i].channel] |= BIT_ULL(line);
		else
			sim_lines_drive_peripheral(board, line, SIM_DRIVE_NONE);
	}
	for (i = 0; i < SIM_PWM_CHANNELS; i++) {
		struct sim_pwm_channel *pwm = &board->pwm.channel[i];

		if (pwm->lines == lines[i])
			continue;
		pwm->lines = lines[i];
		pwm_evaluate(board, pwm);
		pwm_output(board, pwm);
	}
}

/* When a channel next changes, SIM_NEVER if no line shows it. */
u64 sim_pwm_next(const struct sim_board *board)
{
	return min(board->pwm.channel[0].next_ns, board->pwm.channel[1].next_ns);
}

/* Does anybody want interrupts from a line that a channel drives? */
bool sim_pwm_watched(const struct sim_board *board)
{
	return board->lines.enabled & (board->pwm.channel[0].lines |
				       board->pwm.channel[1].lines);
}

/* Applies what is due at board->now_ns. */
void sim_pwm_run(struct sim_board *board)
{
	struct sim_pwm_channel *pwm;

	for (pwm = board->pwm.channel;
	     pwm < board->pwm.channel + SIM_PWM_CHANNELS; pwm++) {
		if (board->now_ns < pwm->next_ns)
			continue;
		if (pwm->waiting &&
		    board->now_ns - pwm->start_ns >= pwm->now.period_ns)
			pwm_take(board, pwm, &pwm->later);
		pwm_evaluate(board, pwm);
		pwm_output(board, pwm);
	}
}

void sim_pwm_init(struct sim_board *board)
{
	unsigned int i;

	for (i = 0; i < SIM_PWM_CHANNELS; i++) {
		board->pwm.channel[i].next_ns = SIM_NEVER;
		board->pwm.channel[i].level = board->config.pwm_off ==
					      SIM_PWM_OFF_HIGH;
	}
}
