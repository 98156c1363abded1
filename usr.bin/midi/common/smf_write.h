/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_write.h: write Standard MIDI Files; see smf_write.c.
 *
 * Every function returns 0 or an errno: EINVAL for what no file may hold,
 * EFBIG when a track or event is too long for the format, and what the sink
 * returned.  The first error stays: all later calls on the same track return
 * it and write nothing, so that a caller may look once, at the end.
 */

#ifndef _MIDI_SMF_WRITE_H_
#define _MIDI_SMF_WRITE_H_

#include "smf.h"

#define SMF_WRITE_HEADER_BYTES	14	/* of the header chunk */
#define SMF_WRITE_CHUNK_BYTES	8	/* of a track chunk's name and length */

/* Takes n bytes behind those it took before: 0 or an errno. */
typedef int smf_write_sink(void *arg, const uint8_t *data, size_t n);

/* The body of a track being written. */
struct smf_write {
	smf_write_sink	*sink;
	void		*arg;
	uint64_t	tick;		/* of the last event */
	uint32_t	length;		/* bytes so far */
	int		error;		/* the first, or 0 */
	uint8_t		running;	/* status that may be left out, or 0 */
	bool		compress;	/* use running status */
};

/* Fill in the header chunk.  format 0..2; tracks 1..65535, 1 for format 0;
 * division 1..32767 ticks per beat. */
int	smf_write_header(uint8_t out[SMF_WRITE_HEADER_BYTES], unsigned format,
	    unsigned tracks, unsigned division);
/* Fill in what stands before a track's body of length bytes. */
void	smf_write_chunk(uint8_t out[SMF_WRITE_CHUNK_BYTES], uint32_t length);

/* Begin the body of a track, at tick 0. */
void	smf_write_begin(struct smf_write *w, smf_write_sink *sink, void *arg,
	    bool compress);
/* A channel message: msg[0] is 0x80..0xef, its data bytes below 0x80.  Here
 * and below, tick does not go back. */
int	smf_write_channel(struct smf_write *w, uint64_t tick,
	    const uint8_t *msg);
/* A meta event; type below 0x80, and not the end of the track. */
int	smf_write_meta(struct smf_write *w, uint64_t tick, uint8_t type,
	    const void *data, size_t n);
/* A tempo event: 1 .. SMF_TEMPO_MAX_US microseconds per beat. */
int	smf_write_tempo(struct smf_write *w, uint64_t tick, uint32_t beat_us);
/* A SysEx event: status SMF_SYSEX (data are what follows F0, with the final
 * F7 when the message ends here) or SMF_ESCAPE. */
int	smf_write_sysex(struct smf_write *w, uint64_t tick, uint8_t status,
	    const void *data, size_t n);
/* The end of the track; w->length is then the length for its chunk. */
int	smf_write_end(struct smf_write *w, uint64_t tick);

#endif /* !_MIDI_SMF_WRITE_H_ */
