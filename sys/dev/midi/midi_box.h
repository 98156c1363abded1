/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_box.h: where messages wait for somebody.  See midi_box.c.
 */

#ifndef _DEV_MIDI_MIDI_BOX_H_
#define _DEV_MIDI_MIDI_BOX_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/select.h>

#include <dev/midi/midi_ring.h>

#define MIDI_BOX_LEAST	8	/* bytes of room that a write waits for */

/* What midi_box_get() is to take. */
enum midi_box_what {
	MIDI_BOX_ALL,
	MIDI_BOX_UNIT,		/* one message or piece of SysEx */
	MIDI_BOX_REALTIME	/* real-time messages that come first */
};

struct knote;
struct lwp;
struct uio;

/*
 * Field keys: [a] constant after midi_box_init(); [b] mb_lock.
 */
struct midi_box {
	kmutex_t	mb_lock;	/* rank 2, a leaf */
	kcondvar_t	mb_cv;		/* with mb_lock: anything changed */
	struct selinfo	mb_sel;		/* [b] pollers and knotes */
	struct midi_ring mb_ring;	/* [b] the messages */
	uint8_t		*mb_mem;	/* [a] what the ring lives in */
	size_t		mb_size;	/* [a] its bytes */
	size_t		mb_least;	/* [b] room that makes it ready */
	size_t		mb_high;	/* [b] most bytes that ever waited */
	u_int		mb_waiting;	/* [b] bytes, mb_size if there is no
					   room; read without it, too */
	size_t		mb_before;	/* [b] bytes in front of the cork */
	pid_t		mb_async;	/* [b] who gets SIGIO; 0: nobody */
	bool		mb_output;	/* [a] ready means room, not bytes */
	bool		mb_dead;	/* [b] the device is gone */
	bool		mb_eof;		/* [b] an end-of-file is due */
	bool		mb_token;	/* [b] somebody reads or writes */
	bool		mb_starved;	/* [b] the producer waits for room */
	size_t		mb_want;	/* [b] ... so much, or all there is */
	bool		mb_corked;	/* [b] what comes now stays inside */
	void		(*mb_room)(void *);	/* [b] tells it */
	void		*mb_arg;	/* [a] its argument */
};

/*
 * Make a box of the given bytes, a power of two.  output: its user writes
 * and the device takes; otherwise its user reads.  room(arg), which may be
 * NULL, is called with mb_lock held when a producer that found no room may
 * come again; it must take no lock but the hardware's.  Thread context.
 */
void	midi_box_init(struct midi_box *, size_t, bool, void (*)(void *),
	    void *);
/* Nobody waits and nobody will come.  Thread context. */
void	midi_box_destroy(struct midi_box *);

/*
 * For the device.  Thread or soft interrupt.
 */

/* Put a canonical run; what does not fit is dropped whole and counted in
 * the ring.  Returns the bytes dropped. */
size_t	midi_box_put(struct midi_box *, const uint8_t *, size_t);
/* Is there room for n bytes, for the only one who puts some?  If not, mb_room
 * will be called when there is. */
bool	midi_box_has_room(struct midi_box *, size_t);
/* Is nothing in it?  Likewise. */
bool	midi_box_is_empty(struct midi_box *);
/* Does nothing wait?  Without a lock, and so perhaps not known yet to who is
 * not told, by a kick or another lock, of what was put. */
static inline bool
midi_box_seems_empty(const struct midi_box *mb)
{

	return atomic_load_relaxed(&mb->mb_waiting) == 0;
}
/* Remove whole messages and SysEx pieces, at most n >= 3 bytes, or only
 * some of them; of a raw box, bytes.  Returns their number.  Wakes the
 * writer. */
size_t	midi_box_get(struct midi_box *, uint8_t *, size_t,
	    enum midi_box_what);
/* How many bytes midi_box_get() could remove. */
size_t	midi_box_ripe(struct midi_box *);
/* One end-of-file for the reader. */
void	midi_box_set_eof(struct midi_box *);
/* The device is gone: everyone wakes, and EIO from now on; a producer that
 * was held back hears of it too. */
void	midi_box_kill(struct midi_box *);
/* mb_room is not called any more. */
void	midi_box_mute(struct midi_box *);

/*
 * For the user.  Thread context, no lock held.
 */

/* read(2): see midi(4) for how much comes.  Blocks for the first byte only.
 * 0, EWOULDBLOCK, EINTR, ERESTART, EIO, or the error of the copy, after
 * which nothing is lost. */
int	midi_box_read(struct midi_box *, struct uio *, bool);
/* Take or give back the entry token, which makes writers of one box take
 * turns; how much room there is at least, until it is given back or something
 * is put, in *room, unless NULL.  0, EWOULDBLOCK, EINTR, ERESTART, EIO. */
int	midi_box_enter(struct midi_box *, bool, size_t *);
void	midi_box_exit(struct midi_box *);
/* Wait for room for n bytes; how much there is in *room. */
int	midi_box_wait_room(struct midi_box *, size_t, bool, size_t *);
/* Between the two, what is put in does not come out; what was in does. */
void	midi_box_cork(struct midi_box *);
void	midi_box_uncork(struct midi_box *);
/* The user's call is ready when there is so much room. */
void	midi_box_set_least(struct midi_box *, size_t);
/* Throw away what waits, and take bytes for what they are from now on, or for
 * messages again.  Nobody else has the entry token.  Returns the bytes thrown
 * away.  Any lock of rank 1 may be held. */
size_t	midi_box_set_raw(struct midi_box *, bool);
/* The most bytes that ever waited. */
size_t	midi_box_high(struct midi_box *);
/* Throw away what waits; returns the bytes.  Also soft interrupt. */
size_t	midi_box_flush(struct midi_box *);
/* Bytes waiting. */
size_t	midi_box_used(struct midi_box *);
/* poll(2) and kqueue(2): is the user's call ready? */
int	midi_box_poll(struct midi_box *, int, struct lwp *);
int	midi_box_kqfilter(struct midi_box *, struct knote *);
/* Send SIGIO to the process, or the group < 0, when it becomes so; 0: do
 * not. */
void	midi_box_set_async(struct midi_box *, pid_t);

#endif /* !_DEV_MIDI_MIDI_BOX_H_ */
