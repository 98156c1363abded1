/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * filebuf.h: a whole file in memory; see filebuf.c.
 */

#ifndef _MIDI_FILEBUF_H_
#define _MIDI_FILEBUF_H_

#include <stddef.h>
#include <stdint.h>

struct filebuf {
	uint8_t	*data;
	size_t	 size;
};

/* Read the file, or standard input when name is "-"; of what is no MIDI file
 * only the beginning.  0, or an errno with nothing to free: EINTR when a
 * signal with a handler came, EFBIG for a stream that does not end. */
int	filebuf_load(struct filebuf *fb, const char *name);
/* The same of an open file, of which n bytes have been read before. */
int	filebuf_rest(struct filebuf *fb, int fd, const uint8_t *begin,
	    size_t n);
void	filebuf_free(struct filebuf *fb);

#endif /* !_MIDI_FILEBUF_H_ */
