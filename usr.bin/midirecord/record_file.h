/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_file.h: the file that a recording becomes; see record_file.c.
 *
 * Functions that return int return 0 or an errno.
 */

#ifndef _MIDIRECORD_RECORD_FILE_H_
#define _MIDIRECORD_RECORD_FILE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_FILE_BUFFER_BYTES	16384

struct record_file {
	char		*target;	/* what temp becomes; NULL: a stream */
	char		*temp;		/* NULL: there is none */
	uint64_t	 flushed;	/* bytes in fd */
	uint64_t	 room;		/* bytes that temp surely has room
					 * for */
	size_t		 used;		/* bytes in buf */
	int		 fd;		/* temp, or the stream */
	uint8_t		 buf[RECORD_FILE_BUFFER_BYTES];
};

/* Begin the file of that name; "-" is standard output.  Nothing is changed
 * there before record_file_commit(). */
int	record_file_open(struct record_file *rf, const char *name);
/* Make sure that n bytes more can be written, where that can be known. */
int	record_file_reserve(struct record_file *rf, size_t n);
/* Append; a smf_write_sink. */
int	record_file_put(void *arg, const uint8_t *data, size_t n);
/* Put the file in its place.  Closes it in any case. */
int	record_file_commit(struct record_file *rf);
/* Leave everything as it was before the open.  Closes it. */
void	record_file_abandon(struct record_file *rf);

#endif /* !_MIDIRECORD_RECORD_FILE_H_ */
