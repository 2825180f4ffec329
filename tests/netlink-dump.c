// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump of more rovers than fit into one part, while some come and go in between.
 *
 * Loads the modules itself: many rovers are wanted.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <sys/utsname.h>

#include "harness.h"
#include "netlink.h"
#include "util.h"

#define ROVERS		20
#define DRIVER		"/sys/bus/platform/drivers/rover/"
#define SOON_MS		(3000 * slowness())

struct seen {
	unsigned int count;
	bool interrupted;
	bool index[ROVERS];
};

FIXTURE(dump) {
	int fd;
};

FIXTURE_SETUP(dump)
{
	struct utsname kernel;

	uname(&kernel);
	if (!strncmp(kernel.release, "6.1.", 4))
		SKIP(return, "Linux 6.1 has numbers for 512 GPIO lines: for 17 boards");
	if (run("modprobe", "rover", NULL) || run("modprobe", "rover_sim", "boards=19", NULL))
		die("no rovers");
	if (!EVENTUALLY(file_exists("/dev/rover19")))
		die("too few rovers");
	self->fd = genl_open_or_fail();
}

FIXTURE_TEARDOWN(dump)
{
	close(self->fd);
	run("rmmod", "rover", NULL);
	run("rmmod", "rover_sim", NULL);
}

/* So many messages of a dump, or all that are left: how many came. */
static unsigned int take(int fd, struct seen *seen, unsigned int most)
{
	struct genl_message message;
	unsigned int count = 0, index;

	while (count < most) {
		if (genl_next(fd, SOON_MS, &message) != 1)
			die("a dump has no end");
		seen->interrupted |= message.flags & 0x10;	/* NLM_F_DUMP_INTR */
		if (!message.command)
			break;
		index = genl_get_u32(&message, ROVER_A_INDEX);
		if (index >= ROVERS || seen->index[index])
			die("rover %u again", index);
		seen->index[index] = true;
		seen->count++;
		count++;
	}
	return count;
}

/* Boards and rovers have the same numbers, but for the first board. */
static void bind_rover(const char *what, unsigned int index)
{
	char name[32];

	snprintf(name, sizeof(name), "rover.%u", index);
	if (file_write(what, name))
		die("%s: %s", what, name);
}

TEST_F(dump, of_many_rovers_is_whole)
{
	unsigned int command;

	for (command = ROVER_CMD_GET; command <= ROVER_CMD_GET_SETTINGS; command++) {
		struct seen seen = {};

		genl_dump(self->fd, command);
		take(self->fd, &seen, 1000);
		EXPECT_EQ(ROVERS, seen.count);
		EXPECT_FALSE(seen.interrupted);
	}
}

/*
 * When the first part is read the kernel makes the second; a rover with a high number
 * that leaves now is in none.
 */
TEST_F(dump, goes_on_while_rovers_come_and_go)
{
	struct seen seen = {}, again = {};

	genl_dump(self->fd, ROVER_CMD_GET_STATE);
	ASSERT_EQ(1, take(self->fd, &seen, 1));
	bind_rover(DRIVER "unbind", 1);
	bind_rover(DRIVER "unbind", 18);
	take(self->fd, &seen, 1000);
	EXPECT_TRUE(seen.interrupted);
	EXPECT_FALSE(seen.index[18]);
	EXPECT_EQ(ROVERS - 1, seen.count);

	genl_dump(self->fd, ROVER_CMD_GET_STATE);
	ASSERT_EQ(1, take(self->fd, &again, 1));
	bind_rover(DRIVER "bind", 18);
	take(self->fd, &again, 1000);
	EXPECT_TRUE(again.interrupted);
	EXPECT_FALSE(again.index[1]);
	bind_rover(DRIVER "bind", 1);
}

/* Nothing is held by a dump that nobody reads: rovers and module can go. */
TEST_F(dump, that_is_not_read_holds_no_rover)
{
	struct seen seen = {};

	genl_dump(self->fd, ROVER_CMD_GET_STATE);
	ASSERT_EQ(1, take(self->fd, &seen, 1));
	bind_rover(DRIVER "unbind", 7);
	bind_rover(DRIVER "bind", 7);
	close(self->fd);
	self->fd = genl_open_or_fail();
	EXPECT_EQ(0, run("rmmod", "rover", NULL));
	EXPECT_EQ(-ENOENT, genl_open());
	ASSERT_EQ(0, run("modprobe", "rover", NULL));
}

TEST_HARNESS_MAIN
