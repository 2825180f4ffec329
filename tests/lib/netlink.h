/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The family "rover" by hand, byte for byte: what a library would do for one is
 * not trusted here.
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef TESTS_NETLINK_H
#define TESTS_NETLINK_H

#include <linux/rover.h>
#include <linux/rover_netlink.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define GENL_ATTRS_MAX	64

/* A request that is being made. */
struct genl_request {
	__u32 length;
	__u8 bytes[1024];
};

/* A message that came: a pointer to each attribute's value, NULL if it is not there. */
struct genl_message {
	unsigned int command;
	unsigned int flags;
	const void *value[GENL_ATTRS_MAX];
	unsigned int size[GENL_ATTRS_MAX];
	__u8 bytes[4096];
};

/* What the kernel said of a request. */
struct genl_verdict {
	int err;		/* 0 or -errno */
	char text[128];		/* of a refusal, empty if there was none */
	unsigned int blamed;	/* the attribute, 0 if none */
	unsigned int missing;	/* likewise */
	bool answered;
	struct genl_message answer;
};

/* A socket that knows the family; -errno if there is none. */
int genl_open(void);
int genl_open_or_fail(void);
/* 0 or -errno, -ENOENT if there is no such group. */
int genl_join(int fd, const char *group);
int genl_leave(int fd, const char *group);

struct genl_request genl_request(unsigned int command);
void genl_u32(struct genl_request *request, unsigned int attr, __u32 value);
void genl_s64(struct genl_request *request, unsigned int attr, __s64 value);
void genl_raw(struct genl_request *request, unsigned int attr, const void *value, size_t size);
/* A request that was made elsewhere becomes one for the family. */
void genl_address(struct genl_request *request);

/* Sends a request, also that of a dump, and waits for what becomes of it: 0 or -errno. */
int genl_ask(int fd, const struct genl_request *request, struct genl_verdict *verdict);
/* Sends the request of a dump. */
void genl_dump(int fd, unsigned int command);

/*
 * The next message in so many ms, 0 is now: 1, 0 if none came, or -errno. At the
 * end of a dump its command is 0.
 */
int genl_next(int fd, int ms, struct genl_message *message);
/* The next one with a command; others are passed over. */
bool genl_find(int fd, unsigned int command, int ms, struct genl_message *message);

__u32 genl_get_u32(const struct genl_message *message, unsigned int attr);
__s64 genl_get_s64(const struct genl_message *message, unsigned int attr);

#endif
