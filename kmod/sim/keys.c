// SPDX-License-Identifier: GPL-2.0
/*
 * Parses and prints "key=value" text. Keys that are not given keep their value;
 * one bad token makes the whole text invalid.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "keys.h"

static int keys_value(const struct sim_key *key, const char *text, s64 *value)
{
	unsigned int i;

	for (i = 0; key->words && key->words[i]; i++) {
		if (!strcmp(text, key->words[i])) {
			*value = SIM_KEY_WORD(i);
			return 0;
		}
	}
	if (kstrtos64(text, 0, value) || *value < key->min ||
	    *value > key->max)
		return -EINVAL;
	return 0;
}

static int keys_token(char *token, const struct sim_key *keys,
		      unsigned int count)
{
	char *text = token;
	char *name = strsep(&text, "=");
	unsigned int i;

	for (i = 0; text && i < count; i++)
		if (!strcmp(name, keys[i].name))
			return keys_value(&keys[i], text, keys[i].value);
	return -EINVAL;
}

/**
 * sim_keys_parse() - take values out of a text
 * @text: the text, which is cut into pieces
 * @keys: the keys it may hold, with where to put their values
 * @count: how many keys
 *
 * Return: 0, or -EINVAL: the values are then worth nothing.
 */
int sim_keys_parse(char *text, const struct sim_key *keys, unsigned int count)
{
	char *token;
	int err;

	while ((token = strsep(&text, " \t\n"))) {
		if (!*token)
			continue;
		err = keys_token(token, keys, count);
		if (err)
			return err;
	}
	return 0;
}

void sim_keys_show(struct seq_file *file, const struct sim_key *keys,
		   unsigned int count)
{
	unsigned int i, words;

	for (i = 0; i < count; i++) {
		for (words = 0; keys[i].words && keys[i].words[words]; words++)
			if (*keys[i].value == SIM_KEY_WORD(words))
				break;
		if (keys[i].words && keys[i].words[words])
			seq_printf(file, "%s=%s\n", keys[i].name,
				   keys[i].words[words]);
		else
			seq_printf(file, "%s=%lld\n", keys[i].name,
				   *keys[i].value);
	}
}
