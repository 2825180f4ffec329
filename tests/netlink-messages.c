// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random messages for the netlink family, as tests/host/netlink_messages.py has
 * made them from its specification: each is answered, each refusal says why, and
 * afterwards the rover stands and can be driven as before.
 *
 * The file is /share/messages.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/utsname.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "netlink.h"
#include "util.h"

#define MESSAGES	"/share/messages"

struct counts {
	unsigned int sent, accepted, refused, mute, wrongly;
};

/* Linux 6.1 has no place for a text while a dump begins. */
static bool has_place(const struct genl_request *request)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)request->bytes;
	struct utsname name;

	return (head->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP || uname(&name) ||
	       strncmp(name.release, "6.1.", 4);
}

/* An unknown command is refused before the family is asked, without a text. */
static bool is_named(const struct genl_request *request, const struct genl_verdict *verdict)
{
	return verdict->text[0] || verdict->err == -EOPNOTSUPP || !has_place(request);
}

static bool next_message(FILE *file, bool *refused, struct genl_request *request)
{
	unsigned char kind;

	if (fread(&kind, 1, 1, file) != 1)
		return false;
	*refused = kind;
	if (fread(&request->length, sizeof(request->length), 1, file) != 1 ||
	    request->length > sizeof(request->bytes) ||
	    fread(request->bytes, request->length, 1, file) != 1)
		die("%s is cut short", MESSAGES);
	return true;
}

static void tell(const struct genl_request *request, const struct genl_verdict *verdict,
		 const char *what)
{
	unsigned int i;

	printf("# %s: %d (%s), message", what, verdict->err, verdict->text);
	for (i = NLMSG_HDRLEN; i < request->length; i++)
		printf(" %02x", request->bytes[i]);
	printf("\n");
}

static void try(int fd, struct genl_request *request, bool refused, struct counts *counts)
{
	struct genl_verdict verdict;

	genl_address(request);
	counts->sent++;
	if (!genl_ask(fd, request, &verdict)) {
		counts->accepted++;
		if (refused) {
			counts->wrongly++;
			tell(request, &verdict, "not refused");
		}
		return;
	}
	counts->refused++;
	if (!is_named(request, &verdict)) {
		counts->mute++;
		tell(request, &verdict, "no cause");
	}
}

FIXTURE(messages) {};
FIXTURE_SETUP(messages) {}
FIXTURE_TEARDOWN(messages)
{
	rover_bind();
}

/* Ten thousand take their time. */
TEST_F_TIMEOUT(messages, each_refusal_names_its_cause, 200)
{
	struct genl_request request;
	struct counts counts = {};
	struct genl_verdict verdict;
	FILE *file = fopen(MESSAGES, "r");
	int fd = genl_open_or_fail(), node;
	bool refused;

	ASSERT_NE(NULL, file);
	while (next_message(file, &refused, &request))
		try(fd, &request, refused, &counts);
	fclose(file);
	printf("# %u messages, %u accepted, %u refused\n", counts.sent, counts.accepted,
	       counts.refused);
	EXPECT_EQ(0, counts.mute);
	EXPECT_EQ(0, counts.wrongly);
	EXPECT_LT(counts.sent / 20, counts.accepted);
	EXPECT_LT(counts.sent / 4, counts.refused);

	/* Nothing is left of all that. */
	request = genl_request(ROVER_CMD_CLEAR);
	genl_u32(&request, ROVER_A_INDEX, 0);
	EXPECT_EQ(0, genl_ask(fd, &request, &verdict));
	request = genl_request(ROVER_CMD_STOP);
	genl_u32(&request, ROVER_A_INDEX, 0);
	EXPECT_EQ(0, genl_ask(fd, &request, &verdict));
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_TRUE(board_bridges_are(BRIDGE_COAST));

	ASSERT_EQ(0, rover_unbind());
	ASSERT_EQ(0, rover_bind());
	rover_calm();
	node = rover_open_or_fail(O_RDWR);
	ASSERT_EQ(0, rover_duty(node, 500, 500));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	close(node);
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
}

TEST_HARNESS_MAIN
