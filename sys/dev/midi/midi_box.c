/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_box.c: where messages wait for somebody.
 *
 * A box is a ring of canonical MIDI with a lock, a condition and pollers.
 * An input box is filled by a device and emptied by read(2); an output box
 * is filled by write(2) or the sequencer and emptied by a device.  Devices
 * never wait; users do.
 *
 * Locks.  mb_lock is a leaf: nothing of ours is locked under it but, by
 * mb_room, the scheduling of a soft interrupt.  It is never held across a
 * copy from or to a program.
 *
 * One user at a time holds the entry token while it copies, so that what
 * lies at the head of the ring stays there and is copied without the lock:
 * bytes leave the ring only after the copy has succeeded.  Who waits for bytes
 * or room does not hold it.
 *
 * How much waits is also kept in a word of its own, for a device that looks
 * into many boxes: who puts something has the device look again, under a lock
 * that it holds while it looks, so that a word that is not the newest yet does
 * no harm.
 *
 * A dead box stays dead: every wait and every call ends with EIO.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/siginfo.h>
#include <sys/signal.h>
#include <sys/uio.h>

#include <dev/midi/midi_box.h>

static void	midi_box_filt_detach(struct knote *);
static int	midi_box_filt_event(struct knote *, long);

static const struct filterops midi_box_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = midi_box_filt_detach,
	.f_event = midi_box_filt_event,
};

void
midi_box_init(struct midi_box *mb, size_t size, bool output,
    void (*room)(void *), void *arg)
{

	memset(mb, 0, sizeof(*mb));
	mutex_init(&mb->mb_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&mb->mb_cv, output ? "midiout" : "midiin");
	selinit(&mb->mb_sel);
	mb->mb_mem = kmem_zalloc(size, KM_SLEEP);
	mb->mb_size = size;
	mb->mb_least = MIDI_BOX_LEAST;
	mb->mb_output = output;
	mb->mb_room = room;
	mb->mb_arg = arg;
	midi_ring_init(&mb->mb_ring, mb->mb_mem, size);
}

void
midi_box_destroy(struct midi_box *mb)
{

	KASSERT(!mb->mb_token);
	seldestroy(&mb->mb_sel);
	cv_destroy(&mb->mb_cv);
	mutex_destroy(&mb->mb_lock);
	kmem_free(mb->mb_mem, mb->mb_size);
}

/* Would a call of the user's return without waiting? */
static bool
midi_box_ready(const struct midi_box *mb)
{

	KASSERT(mutex_owned(&mb->mb_lock));
	if (mb->mb_dead || mb->mb_eof)
		return true;
	if (mb->mb_token)
		return false;
	if (mb->mb_output)
		return midi_ring_room(&mb->mb_ring) >= mb->mb_least;
	return midi_ring_used(&mb->mb_ring) != 0;
}

/* Something changed that a user may wait for. */
static void
midi_box_wake(struct midi_box *mb)
{

	KASSERT(mutex_owned(&mb->mb_lock));
	cv_broadcast(&mb->mb_cv);
	if (!midi_box_ready(mb))
		return;
	selnotify(&mb->mb_sel, 0, NOTE_SUBMIT);
	if (mb->mb_async != 0)
		fownsignal(mb->mb_async, SIGIO,
		    mb->mb_output ? POLL_OUT : POLL_IN, 0, NULL);
}

void
midi_box_set_async(struct midi_box *mb, pid_t owner)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_async = owner;
	mutex_exit(&mb->mb_lock);
}

/* The ring has changed.  One that drops all until something has been taken is
 * as full as can be. */
static void
midi_box_changed(struct midi_box *mb)
{

	KASSERT(mutex_owned(&mb->mb_lock));
	atomic_store_relaxed(&mb->mb_waiting, midi_ring_room(&mb->mb_ring) == 0
	    ? mb->mb_size : midi_ring_used(&mb->mb_ring));
}

/* Bytes have left: tell a producer that was held back, if they are enough. */
static void
midi_box_feed(struct midi_box *mb)
{

	midi_box_changed(mb);
	if (!mb->mb_starved)
		return;
	if (!mb->mb_dead && midi_ring_used(&mb->mb_ring) != 0 &&
	    midi_ring_room(&mb->mb_ring) < mb->mb_want)
		return;
	mb->mb_starved = false;
	if (mb->mb_room != NULL)
		mb->mb_room(mb->mb_arg);
}

size_t
midi_box_put(struct midi_box *mb, const uint8_t *run, size_t n)
{
	size_t put;

	mutex_enter(&mb->mb_lock);
	put = mb->mb_dead ? 0 : midi_ring_put(&mb->mb_ring, run, n);
	midi_box_changed(mb);
	mb->mb_high = MAX(mb->mb_high, midi_ring_used(&mb->mb_ring));
	if (put != 0 && !mb->mb_output)
		midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
	return n - put;
}

/* A producer waits for so much room; for the least, if there are several. */
static void
midi_box_starve(struct midi_box *mb, size_t n)
{

	KASSERT(mutex_owned(&mb->mb_lock));
	mb->mb_want = mb->mb_starved ? MIN(mb->mb_want, n) : n;
	mb->mb_starved = true;
}

bool
midi_box_has_room(struct midi_box *mb, size_t n)
{
	bool has;

	/* Only who asks puts something in: the room does not become less. */
	if (mb->mb_size - atomic_load_relaxed(&mb->mb_waiting) > n)
		return true;
	mutex_enter(&mb->mb_lock);
	has = mb->mb_dead || midi_ring_room(&mb->mb_ring) >= n;
	if (!has)
		midi_box_starve(mb, n);
	mutex_exit(&mb->mb_lock);
	return has;
}

bool
midi_box_is_empty(struct midi_box *mb)
{
	bool empty;

	mutex_enter(&mb->mb_lock);
	empty = mb->mb_dead || midi_ring_used(&mb->mb_ring) == 0;
	if (!empty)
		midi_box_starve(mb, mb->mb_size);
	mutex_exit(&mb->mb_lock);
	return empty;
}

/* What may come out of it. */
static size_t
midi_box_open(const struct midi_box *mb)
{

	KASSERT(mutex_owned(&mb->mb_lock));
	return mb->mb_corked ? mb->mb_before : midi_ring_used(&mb->mb_ring);
}

size_t
midi_box_get(struct midi_box *mb, uint8_t *buf, size_t n,
    enum midi_box_what what)
{
	size_t i;

	mutex_enter(&mb->mb_lock);
	n = midi_ring_peek(&mb->mb_ring, buf, MIN(n, midi_box_open(mb)));
	if (what == MIDI_BOX_REALTIME) {
		for (i = 0; i < n && midi_msg_is_realtime(buf[i]); i++)
			continue;
		n = i;
	} else if (what == MIDI_BOX_UNIT && n != 0)
		n = midi_msg_unit(buf, n);
	if (n != 0) {
		midi_ring_take(&mb->mb_ring, n);
		if (mb->mb_corked)
			mb->mb_before -= n;
		midi_box_feed(mb);
		midi_box_wake(mb);
	}
	mutex_exit(&mb->mb_lock);
	return n;
}

size_t
midi_box_ripe(struct midi_box *mb)
{
	size_t n;

	mutex_enter(&mb->mb_lock);
	n = midi_box_open(mb);
	mutex_exit(&mb->mb_lock);
	return n;
}

void
midi_box_cork(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_corked = true;
	mb->mb_before = midi_ring_used(&mb->mb_ring);
	mutex_exit(&mb->mb_lock);
}

void
midi_box_uncork(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_corked = false;
	mutex_exit(&mb->mb_lock);
}

void
midi_box_set_least(struct midi_box *mb, size_t least)
{

	KASSERT(least < mb->mb_size);
	mutex_enter(&mb->mb_lock);
	mb->mb_least = least;
	midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
}

size_t
midi_box_set_raw(struct midi_box *mb, bool raw)
{
	size_t n;

	mutex_enter(&mb->mb_lock);
	n = midi_ring_used(&mb->mb_ring);
	midi_ring_set_raw(&mb->mb_ring, raw);
	mb->mb_before = 0;
	midi_box_feed(mb);
	midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
	return n;
}

size_t
midi_box_high(struct midi_box *mb)
{
	size_t n;

	mutex_enter(&mb->mb_lock);
	n = mb->mb_high;
	mutex_exit(&mb->mb_lock);
	return n;
}

void
midi_box_set_eof(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_eof = true;
	midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
}

void
midi_box_kill(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_dead = true;
	midi_box_wake(mb);
	midi_box_feed(mb);
	mutex_exit(&mb->mb_lock);
}

void
midi_box_mute(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	mb->mb_room = NULL;
	mutex_exit(&mb->mb_lock);
}

/*
 * Wait, for a reader, until there is something and nobody else is at it.
 */
static int
midi_box_wait_bytes(struct midi_box *mb, bool nonblock)
{
	int error;

	KASSERT(mutex_owned(&mb->mb_lock));
	while (!midi_box_ready(mb) || mb->mb_token) {
		if (nonblock)
			return EWOULDBLOCK;
		error = cv_wait_sig(&mb->mb_cv, &mb->mb_lock);
		if (error)
			return error;
	}
	return mb->mb_dead ? EIO : 0;
}

/* Copy the first n bytes of the ring to the program, from where they are: they
 * stay there, as the token is ours.  The lock is held, and let go meanwhile. */
static int
midi_box_copyout(struct midi_box *mb, size_t n, struct uio *uio)
{
	size_t first = n;
	const uint8_t *part = midi_ring_part(&mb->mb_ring, &first);
	int error;

	mutex_exit(&mb->mb_lock);
	error = uiomove(__UNCONST(part), first, uio);
	if (error == 0 && first < n)
		error = uiomove(mb->mb_mem, n - first, uio);
	mutex_enter(&mb->mb_lock);
	return error;
}

int
midi_box_read(struct midi_box *mb, struct uio *uio, bool nonblock)
{
	size_t n;
	int error;

	KASSERT(!mb->mb_output);
	if (uio->uio_resid == 0)
		return 0;
	mutex_enter(&mb->mb_lock);
	error = midi_box_wait_bytes(mb, nonblock);
	if (error)
		goto out;
	if (midi_ring_used(&mb->mb_ring) == 0) {
		mb->mb_eof = false;
		goto out;
	}
	n = midi_ring_measure(&mb->mb_ring, uio->uio_resid);
	mb->mb_token = true;
	error = midi_box_copyout(mb, n, uio);
	mb->mb_token = false;
	if (error == 0) {
		midi_ring_take(&mb->mb_ring, n);
		midi_box_feed(mb);
	}
	midi_box_wake(mb);
out:
	mutex_exit(&mb->mb_lock);
	return error;
}

int
midi_box_enter(struct midi_box *mb, bool nonblock, size_t *room)
{
	int error = 0;

	mutex_enter(&mb->mb_lock);
	while (mb->mb_token && !mb->mb_dead && error == 0) {
		if (nonblock)
			error = EWOULDBLOCK;
		else
			error = cv_wait_sig(&mb->mb_cv, &mb->mb_lock);
	}
	if (error == 0 && mb->mb_dead)
		error = EIO;
	if (error == 0)
		mb->mb_token = true;
	if (room != NULL)
		*room = midi_ring_room(&mb->mb_ring);
	mutex_exit(&mb->mb_lock);
	return error;
}

void
midi_box_exit(struct midi_box *mb)
{

	mutex_enter(&mb->mb_lock);
	KASSERT(mb->mb_token);
	mb->mb_token = false;
	midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
}

int
midi_box_wait_room(struct midi_box *mb, size_t n, bool nonblock, size_t *room)
{
	int error = 0;

	KASSERT(mb->mb_output);
	mutex_enter(&mb->mb_lock);
	for (;;) {
		*room = midi_ring_room(&mb->mb_ring);
		if (mb->mb_dead)
			error = EIO;
		if (error || *room >= n)
			break;
		if (nonblock)
			error = EWOULDBLOCK;
		else
			error = cv_wait_sig(&mb->mb_cv, &mb->mb_lock);
	}
	mutex_exit(&mb->mb_lock);
	return error;
}

size_t
midi_box_flush(struct midi_box *mb)
{
	size_t bytes, msgs;

	mutex_enter(&mb->mb_lock);
	midi_ring_flush(&mb->mb_ring, &bytes, &msgs);
	mb->mb_before = midi_ring_used(&mb->mb_ring);
	midi_box_feed(mb);
	midi_box_wake(mb);
	mutex_exit(&mb->mb_lock);
	return bytes;
}

size_t
midi_box_used(struct midi_box *mb)
{
	size_t n;

	mutex_enter(&mb->mb_lock);
	n = midi_ring_used(&mb->mb_ring);
	mutex_exit(&mb->mb_lock);
	return n;
}

int
midi_box_poll(struct midi_box *mb, int events, struct lwp *l)
{
	int revents = 0;

	events &= mb->mb_output ? (POLLOUT | POLLWRNORM) :
	    (POLLIN | POLLRDNORM);
	mutex_enter(&mb->mb_lock);
	if (mb->mb_dead)
		revents |= POLLHUP;
	if (midi_box_ready(mb))
		revents |= events;
	else if (events != 0)
		selrecord(l, &mb->mb_sel);
	mutex_exit(&mb->mb_lock);
	return revents;
}

int
midi_box_kqfilter(struct midi_box *mb, struct knote *kn)
{

	mutex_enter(&mb->mb_lock);
	kn->kn_fop = &midi_box_filtops;
	kn->kn_hook = mb;
	selrecord_knote(&mb->mb_sel, kn);
	mutex_exit(&mb->mb_lock);
	return 0;
}

static void
midi_box_filt_detach(struct knote *kn)
{
	struct midi_box *mb = kn->kn_hook;

	mutex_enter(&mb->mb_lock);
	selremove_knote(&mb->mb_sel, kn);
	mutex_exit(&mb->mb_lock);
}

static int
midi_box_filt_event(struct knote *kn, long hint)
{
	struct midi_box *mb = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&mb->mb_lock);
	KASSERT(mutex_owned(&mb->mb_lock));
	kn->kn_data = mb->mb_output ? midi_ring_room(&mb->mb_ring) :
	    midi_ring_used(&mb->mb_ring);
	if (mb->mb_dead || mb->mb_eof)
		knote_set_eof(kn, 0);
	else
		knote_clear_eof(kn);
	ready = midi_box_ready(mb);
	if (hint != NOTE_SUBMIT)
		mutex_exit(&mb->mb_lock);
	return ready;
}
