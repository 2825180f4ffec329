// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * json-check: is every line of the input a JSON object, and does one hold what
 * it should?
 *
 *   json-check [--array] [PATH[=VALUE]]...
 *
 * With --array, an array of some instead of each object.
 *
 * PATH is a JSON pointer (/left/count). Some line must have all the paths
 * named, with their values as JSON prints them (strings without quotes).
 *
 * Copyright (C) 2026 The rover authors
 */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *parse_line(char *line, size_t length, enum json_type type)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_TOKENER_DEFAULT_DEPTH);
	struct json_object *object;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, line, (int)length);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != length ||
	    !json_object_is_type(object, type)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

static bool has_path(struct json_object *object, const char *wanted)
{
	const char *value = strchr(wanted, '=');
	char *path = value ? strndup(wanted, (size_t)(value - wanted)) : strdup(wanted);
	struct json_object *found = NULL;
	bool matches;

	matches = !json_pointer_get(object, path, &found);
	free(path);
	if (!matches || !value)
		return matches;
	return !strcmp(found ? json_object_get_string(found) : "null", value + 1);
}

static bool has_all(struct json_object *object, int count, char **wanted)
{
	int i;

	for (i = 0; i < count; i++)
		if (!has_path(object, wanted[i]))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	bool is_array = argc > 1 && !strcmp(argv[1], "--array");
	enum json_type type = is_array ? json_type_array : json_type_object;
	bool is_found = false, is_valid = true;
	struct json_object *object;
	size_t room = 0, lines = 0;
	char *line = NULL;
	ssize_t length;

	while ((length = getline(&line, &room, stdin)) > 0) {
		lines++;
		if (line[length - 1] == '\n')
			line[--length] = '\0';
		object = parse_line(line, (size_t)length, type);
		if (!object) {
			printf("no JSON %s: %s\n", json_type_to_name(type), line);
			is_valid = false;
			continue;
		}
		is_found |= has_all(object, argc - 1 - is_array, argv + 1 + is_array);
		json_object_put(object);
	}
	free(line);
	if (!lines)
		printf("nothing to check\n");
	else if (is_valid && !is_found)
		printf("no line has all that was asked for\n");
	return is_valid && is_found ? 0 : 1;
}
