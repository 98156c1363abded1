/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * guard.c: somebody who unmounts when we are killed.
 *
 * libfuse's auto_unmount does so only for mounts that root may look into.
 * Ours is a shell that waits for a line from us and, when we have gone
 * without a word, unmounts the directory if it is dead; a midihost that was
 * started meanwhile may have revived it.  It is no midihost by name, so that
 * killing all of these leaves it alive.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "midihost.h"

extern char **environ;

static char guard_script[] =
    "read -r line || [ -d \"$0\" ] || fusermount3 -u -z -q -- \"$0\" || "
    "umount -l -- \"$0\"";

static pid_t guard_pid;
static int guard_fd = -1;	/* to its standard input */

static int
guard_spawn(char *dir, int fd)
{
	char *argv[] = { "sh", "-c", guard_script, dir, NULL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t sa;
	sigset_t none;
	int error;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, fd, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&fa, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&fa, STDERR_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawnattr_init(&sa);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&sa, &none);
	posix_spawnattr_setflags(&sa, POSIX_SPAWN_SETSID |
	    POSIX_SPAWN_SETSIGMASK);
	error = posix_spawn(&guard_pid, "/bin/sh", &fa, &sa, argv, environ);
	posix_spawnattr_destroy(&sa);
	posix_spawn_file_actions_destroy(&fa);
	return error;
}

int
guard_start(char *dir)
{
	int error, fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1) {
		say("pipe: %s", strerror(errno));
		return -1;
	}
	error = guard_spawn(dir, fds[0]);
	close(fds[0]);
	if (error != 0) {
		say("/bin/sh: %s", strerror(error));
		close(fds[1]);
		return -1;
	}
	guard_fd = fds[1];
	return 0;
}

void
guard_stop(void)
{

	if (guard_fd == -1)
		return;
	/* It may be gone already. */
	(void)!write(guard_fd, "\n", 1);
	close(guard_fd);
	guard_fd = -1;
	while (waitpid(guard_pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
