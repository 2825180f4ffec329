/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text of the form "key=value key=value", for the controls.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_SIM_KEYS_H
#define ROVER_SIM_KEYS_H

#include <linux/limits.h>
#include <linux/types.h>

struct seq_file;

/* Values that are words, by their index in the key's list. */
#define SIM_KEY_WORD(index)	(S64_MIN + (index))

struct sim_key {
	const char *name;
	s64 *value;
	s64 min, max;			/* of numbers; min > max: words only */
	const char * const *words;	/* up to NULL; or none */
};

int sim_keys_parse(char *text, const struct sim_key *keys, unsigned int count);
void sim_keys_show(struct seq_file *file, const struct sim_key *keys,
		   unsigned int count);

#endif
