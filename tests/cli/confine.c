// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * confine: run a command as a container does that was given a folder and nothing
 * else: that is its root; no other mounts, no network of the machine, no other
 * processes, no capability, another user
 *
 * Copyright (C) 2026 The rover authors
 */
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int confine(char **argv)
{
	uid_t uid = (uid_t)atoi(argv[2]);
	gid_t gid = (gid_t)atoi(argv[3]);

	if (chroot(argv[1]) || chdir("/") || setgroups(0, NULL) || setgid(gid) || setuid(uid) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		perror("confine");
		return 126;
	}
	execv(argv[4], argv + 4);
	perror(argv[4]);
	return 127;
}

/* Small kernels have no System V IPC, and then no room of its own for it. */
static int spaces(void)
{
	int all = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID;

	return access("/proc/self/ns/ipc", F_OK) ? all : all | CLONE_NEWIPC;
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 5) {
		fprintf(stderr, "usage: confine ROOT UID GID COMMAND...\n");
		return 126;
	}
	if (unshare(spaces())) {
		perror("confine");
		return 126;
	}
	/* Only children are in the new pid namespace. */
	pid = fork();
	if (!pid)
		_exit(confine(argv));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
