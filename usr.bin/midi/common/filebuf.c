/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * filebuf.c: a whole file in memory.
 *
 * Read, not mapped: a mapped file that somebody cuts short while it plays
 * kills the player.  The buffer is never more than a step larger than the
 * file.
 *
 * What does not begin as a MIDI file is not read further than its first
 * piece, for it may be something that never ends; and what is no regular
 * file may have PIPE_BYTES.
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filebuf.h"

#define STEP_BYTES	(1024 * 1024)	/* room is made so much at a time */
#define PIPE_BYTES	(1024 * STEP_BYTES)	/* the most without an end */

/* Does it begin as a MIDI file, as far as can be seen? */
static bool
filebuf_plausible(const struct filebuf *fb)
{

	return fb->size < 4 || memcmp(fb->data, "MThd", 4) == 0 ||
	    memcmp(fb->data, "RIFF", 4) == 0;
}

/* Read fd to its end into fb, which has room bytes. */
static int
filebuf_fill(struct filebuf *fb, int fd, size_t room, bool endless)
{
	ssize_t got;
	uint8_t *p;

	for (;;) {
		if (fb->size == room) {
			if (room > SIZE_MAX - STEP_BYTES ||
			    (endless && room >= PIPE_BYTES))
				return EFBIG;
			room += STEP_BYTES;
			p = realloc(fb->data, room);
			if (p == NULL)
				return ENOMEM;
			fb->data = p;
		}
		got = read(fd, fb->data + fb->size, room - fb->size);
		if (got == -1)
			return errno;
		if (got == 0)
			return 0;
		fb->size += (size_t)got;
		if (!filebuf_plausible(fb))
			return 0;
	}
}

int
filebuf_load(struct filebuf *fb, const char *name)
{
	struct stat st;
	size_t room;
	bool regular;
	int error, fd;

	fb->data = NULL;
	fb->size = 0;
	fd = strcmp(name, "-") == 0 ? STDIN_FILENO :
	    open(name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno;
	/* A byte more than the file, so that its end is seen at once. */
	regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
	room = regular ? (size_t)st.st_size + 1 : STEP_BYTES;
	fb->data = malloc(room);
	error = fb->data == NULL ? ENOMEM : filebuf_fill(fb, fd, room,
	    !regular);
	if (fd != STDIN_FILENO)
		close(fd);
	if (error != 0)
		filebuf_free(fb);
	return error;
}

int
filebuf_rest(struct filebuf *fb, int fd, const uint8_t *begin, size_t n)
{
	int error;

	fb->size = n;
	fb->data = malloc(n + STEP_BYTES);
	if (fb->data == NULL)
		return ENOMEM;
	memcpy(fb->data, begin, n);
	error = filebuf_fill(fb, fd, n + STEP_BYTES, true);
	if (error != 0)
		filebuf_free(fb);
	return error;
}

void
filebuf_free(struct filebuf *fb)
{

	free(fb->data);
	fb->data = NULL;
	fb->size = 0;
}
