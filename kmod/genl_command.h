/* SPDX-License-Identifier: GPL-2.0 */
/*
 * genl_command: what the requests share that move or change something
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_GENL_COMMAND_H
#define ROVER_GENL_COMMAND_H

#include <linux/types.h>

struct genl_info;
struct rover;
struct rover_lease;
struct sk_buff;

/**
 * struct rover_genl_command - a request that is being carried out
 * @info: the request
 * @rover: held
 * @lease: of the anonymous holder
 * @reply: the answer; made before, since what was carried out cannot be taken back
 * @head: its header
 */
struct rover_genl_command {
	struct genl_info *info;
	struct rover *rover;
	struct rover_lease *lease;
	struct sk_buff *reply;
	void *head;
};

int rover_genl_command_begin(struct rover_genl_command *command, struct genl_info *info);
int rover_genl_command_begin_reply(struct rover_genl_command *command, struct genl_info *info,
				   int need, int also);
int rover_genl_command_end(struct rover_genl_command *command, int err, int blame);
u32 rover_genl_command_u32(struct genl_info *info, int attr);

#endif /* ROVER_GENL_COMMAND_H */
