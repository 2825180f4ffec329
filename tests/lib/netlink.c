// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The family "rover" by hand, byte for byte.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"
#include "util.h"

#define GROUPS_MAX	8

static struct {
	unsigned int id;
	struct {
		char name[GENL_NAMSIZ];
		unsigned int id;
	} group[GROUPS_MAX];
} family;

/*
 * What came in one piece, and has not been looked at yet; one for each socket. The
 * kernel makes the parts of a dump as large as this, or as a page.
 */
static struct inbox {
	int fd;
	__u8 bytes[4096];
	ssize_t length;
	ssize_t at;
} inboxes[8];

static struct inbox *inbox(int fd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(inboxes); i++)
		if (inboxes[i].fd == fd + 1)
			return &inboxes[i];
	for (i = 0; i < ARRAY_SIZE(inboxes); i++)
		if (!inboxes[i].fd) {
			inboxes[i] = (struct inbox){ .fd = fd + 1 };
			return &inboxes[i];
		}
	die("too many netlink sockets");
}

struct genl_request genl_request(unsigned int command)
{
	struct genl_request request = { .length = NLMSG_HDRLEN + GENL_HDRLEN };
	struct nlmsghdr *head = (void *)request.bytes;
	struct genlmsghdr *genl = NLMSG_DATA(head);

	*head = (struct nlmsghdr){
		.nlmsg_len = request.length,
		.nlmsg_type = family.id,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	};
	*genl = (struct genlmsghdr){ .cmd = command, .version = ROVER_FAMILY_VERSION };
	return request;
}

void genl_raw(struct genl_request *request, unsigned int attr, const void *value, size_t size)
{
	struct nlmsghdr *head = (void *)request->bytes;
	struct nlattr *attribute = (void *)request->bytes + request->length;

	if (request->length + NLA_HDRLEN + NLA_ALIGN(size) > sizeof(request->bytes))
		die("a request is too long");
	*attribute = (struct nlattr){ .nla_len = NLA_HDRLEN + size, .nla_type = attr };
	if (size)
		memcpy(attribute + 1, value, size);
	request->length += NLA_HDRLEN + NLA_ALIGN(size);
	head->nlmsg_len = request->length;
}

void genl_u32(struct genl_request *request, unsigned int attr, __u32 value)
{
	genl_raw(request, attr, &value, sizeof(value));
}

void genl_s64(struct genl_request *request, unsigned int attr, __s64 value)
{
	genl_raw(request, attr, &value, sizeof(value));
}

void genl_address(struct genl_request *request)
{
	struct nlmsghdr *head = (void *)request->bytes;

	head->nlmsg_type = family.id;
}

static void send_or_fail(int fd, const struct genl_request *request)
{
	if (send(fd, request->bytes, request->length, 0) != request->length)
		die("cannot send a request: %s", strerror(errno));
}

/* Attributes from a place on, by their number. */
static void parse(const void *from, size_t left, const void **value, unsigned int *size)
{
	const struct nlattr *attr = from;

	while (left >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= left) {
		unsigned int type = attr->nla_type & NLA_TYPE_MASK;

		if (type < GENL_ATTRS_MAX) {
			value[type] = attr + 1;
			size[type] = attr->nla_len - NLA_HDRLEN;
		}
		if (NLA_ALIGN(attr->nla_len) >= left)
			break;
		left -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)attr + NLA_ALIGN(attr->nla_len);
	}
}

/* The next header, or 0, or -errno. */
static int next_head(int fd, int ms, const struct nlmsghdr **head)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	struct inbox *box = inbox(fd);

	if (box->at >= box->length) {
		if (poll(&polled, 1, ms) <= 0)
			return 0;
		box->at = 0;
		box->length = recv(fd, box->bytes, sizeof(box->bytes), MSG_DONTWAIT);
		if (box->length < 0) {
			box->length = 0;
			return errno == EAGAIN ? 0 : -errno;
		}
	}
	*head = (const void *)box->bytes + box->at;
	if (box->length - box->at < NLMSG_HDRLEN || (*head)->nlmsg_len > box->length - box->at)
		die("a message is cut short");
	box->at += NLMSG_ALIGN((*head)->nlmsg_len);
	return 1;
}

static void copy_message(const struct nlmsghdr *head, struct genl_message *message)
{
	const struct genlmsghdr *genl = (const void *)message->bytes;
	size_t size = head->nlmsg_len - NLMSG_HDRLEN;

	memset(message, 0, sizeof(*message));
	message->flags = head->nlmsg_flags;
	if (head->nlmsg_type != family.id)
		return;
	if (size < GENL_HDRLEN || size > sizeof(message->bytes))
		die("a message of %zu bytes", size);
	memcpy(message->bytes, NLMSG_DATA(head), size);
	message->command = genl->cmd;
	parse(message->bytes + GENL_HDRLEN, size - GENL_HDRLEN, message->value, message->size);
}

int genl_next(int fd, int ms, struct genl_message *message)
{
	const struct nlmsghdr *head;
	int got = next_head(fd, ms, &head);

	if (got > 0)
		copy_message(head, message);
	return got;
}

bool genl_find(int fd, unsigned int command, int ms, struct genl_message *message)
{
	__s64 until_ns = now_ns() + ms * MS;
	__s64 left_ns;

	do {
		left_ns = until_ns - now_ns();
		if (genl_next(fd, left_ns > 0 ? left_ns / MS + 1 : 0, message) <= 0)
			return false;
	} while (message->command != command);
	return true;
}

/* Which attribute of the request lies at this offset. */
static unsigned int attribute_at(const struct genl_request *request, __u32 offset)
{
	const struct nlattr *attr = (const void *)request->bytes + offset;

	if (offset < NLMSG_HDRLEN + GENL_HDRLEN || offset >= request->length)
		return 0;
	return attr->nla_type & NLA_TYPE_MASK;
}

static void read_verdict(const struct nlmsghdr *head, const struct genl_request *request,
			 struct genl_verdict *verdict)
{
	const struct nlmsgerr *error = NLMSG_DATA(head);
	const void *value[GENL_ATTRS_MAX] = {};
	unsigned int size[GENL_ATTRS_MAX] = {};
	size_t offset = sizeof(*error);

	verdict->err = error->error;
	/* The end of a dump has a number, and no more. */
	if (head->nlmsg_type == NLMSG_DONE)
		return;
	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(head->nlmsg_flags & NLM_F_CAPPED))
		offset += error->msg.nlmsg_len - NLMSG_HDRLEN;
	parse((const void *)error + NLMSG_ALIGN(offset),
	      head->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(offset), value, size);
	if (value[NLMSGERR_ATTR_MSG])
		snprintf(verdict->text, sizeof(verdict->text), "%s",
			 (const char *)value[NLMSGERR_ATTR_MSG]);
	if (value[NLMSGERR_ATTR_OFFS])
		verdict->blamed = attribute_at(request, *(const __u32 *)value[NLMSGERR_ATTR_OFFS]);
	if (value[NLMSGERR_ATTR_MISS_TYPE])
		verdict->missing = *(const __u32 *)value[NLMSGERR_ATTR_MISS_TYPE];
}

int genl_ask(int fd, const struct genl_request *request, struct genl_verdict *verdict)
{
	const struct nlmsghdr *head;
	int got;

	memset(verdict, 0, sizeof(*verdict));
	send_or_fail(fd, request);
	for (;;) {
		got = next_head(fd, 10000 * slowness(), &head);
		if (got <= 0)
			die("a request was not answered: %s", strerror(-got));
		if (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE)
			break;
		/* An event of a group is no answer. */
		if (head->nlmsg_type != family.id || head->nlmsg_pid == 0)
			continue;
		copy_message(head, &verdict->answer);
		verdict->answered = true;
	}
	read_verdict(head, request, verdict);
	return verdict->err;
}

void genl_dump(int fd, unsigned int command)
{
	struct genl_request request = genl_request(command);
	struct nlmsghdr *head = (void *)request.bytes;

	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	send_or_fail(fd, &request);
}

/* CTRL_ATTR_MCAST_GROUPS: a nest for each, of name and number. */
static void read_groups(const void *from, size_t left)
{
	const void *nest[GENL_ATTRS_MAX] = {};
	unsigned int size[GENL_ATTRS_MAX] = {};
	unsigned int i;

	parse(from, left, nest, size);
	for (i = 1; i <= GROUPS_MAX && nest[i]; i++) {
		const void *value[GENL_ATTRS_MAX] = {};
		unsigned int length[GENL_ATTRS_MAX] = {};

		parse(nest[i], size[i], value, length);
		snprintf(family.group[i - 1].name, sizeof(family.group[i - 1].name), "%s",
			 (const char *)value[CTRL_ATTR_MCAST_GRP_NAME]);
		family.group[i - 1].id = *(const __u32 *)value[CTRL_ATTR_MCAST_GRP_ID];
	}
}

static int resolve(int fd)
{
	struct genl_request request;
	struct genl_verdict verdict;
	int err;

	memset(&family, 0, sizeof(family));
	family.id = GENL_ID_CTRL;
	request = genl_request(CTRL_CMD_GETFAMILY);
	genl_raw(&request, CTRL_ATTR_FAMILY_NAME, ROVER_FAMILY_NAME, sizeof(ROVER_FAMILY_NAME));
	err = genl_ask(fd, &request, &verdict);
	if (err)
		return err;
	family.id = *(const __u16 *)verdict.answer.value[CTRL_ATTR_FAMILY_ID];
	read_groups(verdict.answer.value[CTRL_ATTR_MCAST_GROUPS],
		    verdict.answer.size[CTRL_ATTR_MCAST_GROUPS]);
	return 0;
}

int genl_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int one = 1, err;

	if (fd < 0 || setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)))
		die("no netlink: %s", strerror(errno));
	*inbox(fd) = (struct inbox){ .fd = fd + 1 };
	err = resolve(fd);
	if (!err)
		return fd;
	inbox(fd)->fd = 0;
	close(fd);
	return err;
}

int genl_open_or_fail(void)
{
	int fd = genl_open();

	if (fd < 0)
		die("no family rover: %s", strerror(-fd));
	return fd;
}

static int group_option(int fd, const char *group, int option)
{
	unsigned int i;

	for (i = 0; i < GROUPS_MAX; i++)
		if (!strcmp(family.group[i].name, group))
			return setsockopt(fd, SOL_NETLINK, option, &family.group[i].id,
					  sizeof(family.group[i].id)) ? -errno : 0;
	return -ENOENT;
}

int genl_join(int fd, const char *group)
{
	return group_option(fd, group, NETLINK_ADD_MEMBERSHIP);
}

int genl_leave(int fd, const char *group)
{
	return group_option(fd, group, NETLINK_DROP_MEMBERSHIP);
}

__u32 genl_get_u32(const struct genl_message *message, unsigned int attr)
{
	__u32 value;

	if (message->size[attr] != sizeof(value))
		die("command %u: attribute %u is not 4 bytes", message->command, attr);
	memcpy(&value, message->value[attr], sizeof(value));
	return value;
}

__s64 genl_get_s64(const struct genl_message *message, unsigned int attr)
{
	__s64 value;

	if (message->size[attr] != sizeof(value))
		die("command %u: attribute %u is not 8 bytes", message->command, attr);
	memcpy(&value, message->value[attr], sizeof(value));
	return value;
}
