// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fake-abi: run a command that is to believe in another version of the ABI
 *
 * It is traced, and what INFO has answered is changed before it sees it.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ROVER_IOC_INFO: magic and number. */
#define INFO_MAGIC	0xe2
#define INFO_NUMBER	0

static __u64 info;	/* where the call that is under way writes to; 0: none */

/* abi_version is the first word. */
static void version_write(pid_t pid, __u32 version)
{
	void *where = (void *)(uintptr_t)info;
	long word = ptrace(PTRACE_PEEKDATA, pid, where, NULL);

	memcpy(&word, &version, sizeof(version));
	if (ptrace(PTRACE_POKEDATA, pid, where, (void *)word))
		perror("fake-abi");
}

static void syscall_seen(pid_t pid, __u32 version)
{
	struct __ptrace_syscall_info seen;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(seen), &seen) <= 0)
		return;
	if (seen.op == PTRACE_SYSCALL_INFO_ENTRY) {
		bool is_info = seen.entry.nr == SYS_ioctl &&
			       _IOC_TYPE(seen.entry.args[1]) == INFO_MAGIC &&
			       _IOC_NR(seen.entry.args[1]) == INFO_NUMBER;

		info = is_info ? seen.entry.args[2] : 0;
	} else if (seen.op == PTRACE_SYSCALL_INFO_EXIT && info && !seen.exit.is_error) {
		version_write(pid, version);
		info = 0;
	}
}

int main(int argc, char **argv)
{
	int status, pass = 0;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: fake-abi VERSION COMMAND...\n");
		return 126;
	}
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)pass);
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			break;
		pass = 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			syscall_seen(pid, (__u32)atoi(argv[1]));
		else if (WSTOPSIG(status) != SIGTRAP)
			pass = WSTOPSIG(status);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
