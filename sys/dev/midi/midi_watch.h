/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_watch.h: what happens to ports, told to whoever watches.  See
 * midi_watch.c.
 */

#ifndef _DEV_MIDI_MIDI_WATCH_H_
#define _DEV_MIDI_MIDI_WATCH_H_

#include <sys/types.h>
#include <sys/midiio.h>

struct knote;
struct lwp;
struct uio;

/* One who watches.  Field key: [w] the lock of midi_watch.c. */
struct midi_watch {
	uint64_t	mw_next;	/* [w] number of the next event */
	bool		mw_token;	/* [w] somebody reads */
};

/* Before the first port, and after the last. */
void	midi_watch_init(void);
void	midi_watch_fini(void);

/* Tell: number and losses are filled in here.  Thread; any lock of rank 0 or
 * 1 may be held. */
void	midi_watch_post(const struct midictl_event *);

/* Watch from now on. */
void	midi_watch_start(struct midi_watch *);
/* read(2): whole events, as many as fit and are there; blocks for the first.
 * 0, EINVAL: no room for one, EWOULDBLOCK, EINTR, ERESTART, or the error of
 * the copy, after which nothing is lost.  Thread, no lock held. */
int	midi_watch_read(struct midi_watch *, struct uio *, bool);
/* Bytes to be read. */
size_t	midi_watch_used(struct midi_watch *);
/* poll(2) and kqueue(2). */
int	midi_watch_poll(struct midi_watch *, int, struct lwp *);
int	midi_watch_kqfilter(struct midi_watch *, struct knote *);

#endif /* !_DEV_MIDI_MIDI_WATCH_H_ */
