/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_watch.c: what happens to ports, told to whoever watches.
 *
 * There is one log, the last events in the order in which they happened, each
 * with a number that is one more than the last.  A watcher is a place in it.
 * So telling costs the same however many watch, and one who is slow learns
 * exactly how many events he has missed.
 *
 * Locks: midi_watch_lock, rank 2, a leaf; not held across a copy to a
 * program.  One reader of a watcher at a time has its token, so that his
 * place is only moved when the copy has succeeded.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/intr.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/uio.h>

#include <dev/midi/midi_watch.h>

#define MIDI_WATCH_EVENTS	256	/* that are remembered */
#define MIDI_WATCH_BATCH	8	/* read at a time */

static void	midi_watch_filt_detach(struct knote *);
static int	midi_watch_filt_event(struct knote *, long);

static const struct filterops midi_watch_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = midi_watch_filt_detach,
	.f_event = midi_watch_filt_event,
};

static kmutex_t midi_watch_lock;
static kcondvar_t midi_watch_cv;	/* an event came, a token is free */
static struct selinfo midi_watch_sel;	/* [w] */
static uint64_t midi_watch_count;	/* [w] number of the last event */
static struct midictl_event midi_watch_log[MIDI_WATCH_EVENTS]; /* [w] */

void
midi_watch_init(void)
{

	mutex_init(&midi_watch_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&midi_watch_cv, "midictl");
	selinit(&midi_watch_sel);
	midi_watch_count = 0;
}

void
midi_watch_fini(void)
{

	seldestroy(&midi_watch_sel);
	cv_destroy(&midi_watch_cv);
	mutex_destroy(&midi_watch_lock);
}

void
midi_watch_post(const struct midictl_event *me)
{
	struct midictl_event *slot;

	mutex_enter(&midi_watch_lock);
	slot = &midi_watch_log[++midi_watch_count % MIDI_WATCH_EVENTS];
	*slot = *me;
	slot->me_number = midi_watch_count;
	slot->me_lost = 0;
	cv_broadcast(&midi_watch_cv);
	selnotify(&midi_watch_sel, 0, NOTE_SUBMIT);
	mutex_exit(&midi_watch_lock);
}

void
midi_watch_start(struct midi_watch *mw)
{

	mutex_enter(&midi_watch_lock);
	mw->mw_next = midi_watch_count + 1;
	mw->mw_token = false;
	mutex_exit(&midi_watch_lock);
}

/* The first event of those that he has not read and are still there. */
static uint64_t
midi_watch_first(const struct midi_watch *mw)
{

	KASSERT(mutex_owned(&midi_watch_lock));
	if (midi_watch_count - mw->mw_next + 1 > MIDI_WATCH_EVENTS)
		return midi_watch_count - MIDI_WATCH_EVENTS + 1;
	return mw->mw_next;
}

/* Events that can be read now. */
static size_t
midi_watch_waiting(const struct midi_watch *mw)
{

	return midi_watch_count + 1 - midi_watch_first(mw);
}

/* Wait until there is something, and take the token. */
static int
midi_watch_enter(struct midi_watch *mw, bool nonblock)
{
	int error;

	KASSERT(mutex_owned(&midi_watch_lock));
	while (midi_watch_waiting(mw) == 0 || mw->mw_token) {
		if (nonblock)
			return EWOULDBLOCK;
		error = cv_wait_sig(&midi_watch_cv, &midi_watch_lock);
		if (error)
			return error;
	}
	mw->mw_token = true;
	return 0;
}

int
midi_watch_read(struct midi_watch *mw, struct uio *uio, bool nonblock)
{
	struct midictl_event events[MIDI_WATCH_BATCH];
	uint64_t first;
	size_t i, n;
	int error;

	if (uio->uio_resid < sizeof(events[0]))
		return EINVAL;
	mutex_enter(&midi_watch_lock);
	error = midi_watch_enter(mw, nonblock);
	if (error) {
		mutex_exit(&midi_watch_lock);
		return error;
	}
	first = midi_watch_first(mw);
	n = MIN(midi_watch_waiting(mw), uio->uio_resid / sizeof(events[0]));
	n = MIN(n, MIDI_WATCH_BATCH);
	for (i = 0; i < n; i++)
		events[i] = midi_watch_log[(first + i) % MIDI_WATCH_EVENTS];
	events[0].me_lost = first - mw->mw_next;
	mutex_exit(&midi_watch_lock);

	error = uiomove(events, n * sizeof(events[0]), uio);

	mutex_enter(&midi_watch_lock);
	mw->mw_token = false;
	if (error == 0)
		mw->mw_next = first + n;
	cv_broadcast(&midi_watch_cv);
	if (midi_watch_waiting(mw) != 0)
		selnotify(&midi_watch_sel, 0, NOTE_SUBMIT);
	mutex_exit(&midi_watch_lock);
	return error;
}

size_t
midi_watch_used(struct midi_watch *mw)
{
	size_t n;

	mutex_enter(&midi_watch_lock);
	n = midi_watch_waiting(mw) * sizeof(struct midictl_event);
	mutex_exit(&midi_watch_lock);
	return n;
}

/* Would a read return without waiting? */
static bool
midi_watch_is_ready(const struct midi_watch *mw)
{

	return midi_watch_waiting(mw) != 0 && !mw->mw_token;
}

int
midi_watch_poll(struct midi_watch *mw, int events, struct lwp *l)
{
	int revents = 0;

	events &= POLLIN | POLLRDNORM;
	mutex_enter(&midi_watch_lock);
	if (midi_watch_is_ready(mw))
		revents = events;
	else if (events != 0)
		selrecord(l, &midi_watch_sel);
	mutex_exit(&midi_watch_lock);
	return revents;
}

int
midi_watch_kqfilter(struct midi_watch *mw, struct knote *kn)
{

	mutex_enter(&midi_watch_lock);
	kn->kn_fop = &midi_watch_filtops;
	kn->kn_hook = mw;
	selrecord_knote(&midi_watch_sel, kn);
	mutex_exit(&midi_watch_lock);
	return 0;
}

static void
midi_watch_filt_detach(struct knote *kn)
{

	mutex_enter(&midi_watch_lock);
	selremove_knote(&midi_watch_sel, kn);
	mutex_exit(&midi_watch_lock);
}

static int
midi_watch_filt_event(struct knote *kn, long hint)
{
	struct midi_watch *mw = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&midi_watch_lock);
	KASSERT(mutex_owned(&midi_watch_lock));
	kn->kn_data = midi_watch_waiting(mw) * sizeof(struct midictl_event);
	ready = midi_watch_is_ready(mw);
	if (hint != NOTE_SUBMIT)
		mutex_exit(&midi_watch_lock);
	return ready;
}
