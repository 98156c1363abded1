/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mountpoint.c: is the directory fit for a mount, and may we mount?
 *
 * A midihost that was killed leaves a mount without a server behind, on
 * which everything fails with ENOTCONN.  It is unmounted here, by umount2(2)
 * or, when that is not ours to call, by fusermount3(1).
 *
 * The directory is locked with flock(2) for the life of the process, so that
 * of two that start at the same moment one is told.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/magic.h>

#include "midihost.h"

#define MOUNTPOINT_DEAD_MAX	16	/* dead mounts upon each other */
#define MOUNTPOINT_TRIES	20	/* at a directory that is busy */
#define MOUNTPOINT_PAUSE_US	50000

extern char **environ;

static const char mountpoint_mounted[] =
    "busy: a FUSE file system is mounted here";
static const char mountpoint_locked[] = "busy: another midihost uses it";

/*
 * Unmount dir, whatever is going on in it.
 */
static int
mountpoint_unmount(const char *dir)
{
	char *argv[] = { "fusermount3", "-u", "-z", "-q", "--", NULL, NULL };
	char *name;
	pid_t pid;
	int status;

	if (umount2(dir, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		return 0;
	name = strdup(dir);
	if (name == NULL)
		return -1;
	argv[5] = name;
	status = -1;
	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) == 0)
		while (waitpid(pid, &status, 0) == -1)
			if (errno != EINTR)
				break;
	free(name);
	return status == 0 ? 0 : -1;
}

/*
 * Remove dead mounts.  0 when there are none any more.
 */
static int
mountpoint_revive(const char *dir)
{
	struct stat st;
	int i;

	for (i = 0; i < MOUNTPOINT_DEAD_MAX; i++) {
		if (stat(dir, &st) == 0 ||
		    (errno != ENOTCONN && errno != ECONNABORTED))
			return 0;
		if (mountpoint_unmount(dir) != 0)
			break;
	}
	say("%s: a dead mount that cannot be removed", dir);
	return -1;
}

/*
 * Is it a link to a device, left behind by a midihost -c that was killed?
 */
static int
mountpoint_is_our_link(int fd, const char *name)
{
	char target[8];

	return readlinkat(fd, name, target, sizeof(target)) > 5 &&
	    memcmp(target, "/dev/", 5) == 0;
}

static int
mountpoint_is_empty(const char *dir, int links)
{
	struct dirent *e;
	DIR *d;

	d = opendir(dir);
	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    !(links && mountpoint_is_our_link(dirfd(d), e->d_name)))
			break;
	closedir(d);
	return e == NULL;
}

static const char *
mountpoint_why_not(const char *dir, int fd, int links)
{
	struct statfs fs;
	int empty;

	if (fstatfs(fd, &fs) == -1)
		return strerror(errno);
	if (fs.f_type == FUSE_SUPER_MAGIC)
		return mountpoint_mounted;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? mountpoint_locked :
		    strerror(errno);
	empty = mountpoint_is_empty(dir, links);
	if (empty == -1)
		return strerror(errno);
	if (!empty)
		return "not empty";
	if (access(dir, W_OK) == -1)
		return strerror(errno);
	return NULL;
}

/*
 * NULL: path is ours.
 */
static const char *
mountpoint_try(const char *path, int links)
{
	const char *why;
	int fd;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return strerror(errno);
	why = mountpoint_why_not(path, fd, links);
	if (why != NULL)
		close(fd);
	return why;
}

/*
 * A midihost that has just been told to end, or was killed, may still be at
 * it.
 */
char *
mountpoint_take(const char *dir, int links)
{
	const char *why;
	char *path;
	int tries;

	for (tries = 1; ; tries++) {
		if (mountpoint_revive(dir) != 0)
			return NULL;
		path = realpath(dir, NULL);
		why = path == NULL ? strerror(errno) :
		    mountpoint_try(path, links);
		if (why == NULL)
			return path;
		free(path);
		if ((why != mountpoint_mounted && why != mountpoint_locked) ||
		    tries == MOUNTPOINT_TRIES)
			break;
		usleep(MOUNTPOINT_PAUSE_US);
	}
	say("%s: %s", dir, why);
	return NULL;
}

int
mountpoint_check_device(const char *path, const char *module)
{
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd != -1) {
		close(fd);
		return 0;
	}
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		say("%s: %s (is the module %s loaded?)", path,
		    strerror(errno), module);
	else
		say("%s: %s", path, strerror(errno));
	return -1;
}

int
mountpoint_may_allow_other(void)
{
	char line[256];
	FILE *f;
	int may;

	if (geteuid() == 0)
		return 1;
	f = fopen("/etc/fuse.conf", "re");
	if (f == NULL)
		return 0;
	may = 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, " \t\n")] = '\0';
		if (strcmp(line, "user_allow_other") == 0)
			may = 1;
	}
	fclose(f);
	return may;
}
