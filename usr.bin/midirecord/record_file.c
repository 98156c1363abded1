/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_file.c: the file that a recording becomes.
 *
 * A track's length stands before the track and is known after it, so all
 * is written when the take is over (record_tracks.c).  It goes to a temporary
 * file beside the other, which it becomes by rename(2), whole or not at all:
 * who looks meanwhile, and who looks after a crash, finds the old one.  What
 * cannot be renamed over, a pipe or a device, is written to as it is.
 *
 * Room on the disk is taken ahead, as the take grows.  So a full disk is known
 * before there is more than fits, and what came before is kept.
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record_file.h"

#define ROOM_STEP_BYTES	65536	/* taken ahead at a time */

static int
record_file_temp(struct record_file *rf, const char *beside)
{
	int n;

	n = asprintf(&rf->temp, "%s.XXXXXX", beside);
	if (n == -1) {
		rf->temp = NULL;
		return ENOMEM;
	}
	rf->fd = mkostemp(rf->temp, O_CLOEXEC);
	return rf->fd == -1 ? errno : 0;
}

/* A temporary file beside the target, with the rights that it will have. */
static int
record_file_beside(struct record_file *rf, const char *name, mode_t mode)
{
	int error;

	/* Follow a symbolic link, lest the file take its place. */
	rf->target = realpath(name, NULL);
	if (rf->target == NULL && errno == ENOENT)
		rf->target = strdup(name);
	if (rf->target == NULL)
		return errno;
	error = record_file_temp(rf, rf->target);
	if (error == 0 && fchmod(rf->fd, mode) == -1)
		error = errno;
	return error;
}

int
record_file_open(struct record_file *rf, const char *name)
{
	struct stat st;
	mode_t mask;
	int error;

	memset(rf, 0, sizeof(*rf));
	rf->fd = -1;
	mask = umask(0);
	umask(mask);
	if (strcmp(name, "-") == 0) {
		rf->fd = dup(STDOUT_FILENO);
		error = rf->fd == -1 ? errno : 0;
	} else if (stat(name, &st) == -1) {
		error = errno != ENOENT ? errno :
		    record_file_beside(rf, name, 0666 & ~mask);
	} else if (S_ISREG(st.st_mode)) {
		error = access(name, W_OK) == -1 ? errno :
		    record_file_beside(rf, name, st.st_mode & 0777);
	} else {
		rf->fd = open(name, O_WRONLY | O_CLOEXEC);
		error = rf->fd == -1 ? errno : 0;
	}
	if (error != 0)
		record_file_abandon(rf);
	return error;
}

/* How much has been appended. */
static uint64_t
record_file_size(const struct record_file *rf)
{

	return rf->flushed + rf->used;
}

int
record_file_reserve(struct record_file *rf, size_t n)
{
	uint64_t need;
	int error;

	if (rf->target == NULL)
		return 0;
	need = record_file_size(rf) + n;
	while (rf->room < need) {
		error = posix_fallocate(rf->fd, (off_t)rf->room,
		    ROOM_STEP_BYTES);
		/* Not every file system can; then it is not known. */
		if (error != 0 && error != EOPNOTSUPP && error != EINVAL)
			return error;
		rf->room += ROOM_STEP_BYTES;
	}
	return 0;
}

static int
record_file_write(int fd, const uint8_t *data, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, data, n);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return errno;
		data += done;
		n -= (size_t)done;
	}
	return 0;
}

static int
record_file_flush(struct record_file *rf)
{
	int error;

	error = record_file_write(rf->fd, rf->buf, rf->used);
	if (error == 0) {
		rf->flushed += rf->used;
		rf->used = 0;
	}
	return error;
}

int
record_file_put(void *arg, const uint8_t *data, size_t n)
{
	struct record_file *rf;
	size_t part;
	int error;

	rf = arg;
	while (n > 0) {
		if (rf->used == sizeof(rf->buf)) {
			error = record_file_flush(rf);
			if (error != 0)
				return error;
		}
		part = sizeof(rf->buf) - rf->used;
		if (part > n)
			part = n;
		memcpy(rf->buf + rf->used, data, part);
		rf->used += part;
		data += part;
		n -= part;
	}
	return 0;
}

int
record_file_commit(struct record_file *rf)
{
	int error;

	error = record_file_flush(rf);
	if (error == 0 && rf->target != NULL) {
		if (ftruncate(rf->fd, (off_t)rf->flushed) == -1 ||
		    fsync(rf->fd) == -1 || rename(rf->temp, rf->target) == -1)
			error = errno;
		if (error == 0) {
			free(rf->temp);
			rf->temp = NULL;
		}
	}
	record_file_abandon(rf);
	return error;
}

void
record_file_abandon(struct record_file *rf)
{

	if (rf->fd != -1)
		close(rf->fd);
	if (rf->temp != NULL && rf->fd != -1)
		unlink(rf->temp);
	free(rf->temp);
	free(rf->target);
	rf->temp = rf->target = NULL;
	rf->fd = -1;
}
