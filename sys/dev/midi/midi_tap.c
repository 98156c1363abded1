/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_tap.c: listen to what passes at ports, without being in anybody's way.
 *
 * A tap belongs to an open control node and has a ring of records, into which
 * everything goes that passes at the ports it listens to, in the order in
 * which it passed.  What a port receives it hears as a passive reader of it,
 * which no open and no sender ever waits for; what a port sends, where the
 * run is put on the wire, whoever sends it.  Listening to what is sent opens
 * nothing.
 *
 * A tap that is read too slowly loses whole runs and says how many bytes.  It
 * holds back nobody, and what it loses is in no port's counts.
 *
 * Life: a port that goes says so by a record, and is left when it has gone
 * (midi_port.c).  The tap remembers it until it is destroyed, or listens to
 * another port of that number.
 *
 * Locks: mt_lock, rank 2, a leaf: the ring and the list of ports; not held
 * across a copy to a program.  One reader at a time has the token, so that
 * records are only taken out when the copy has succeeded.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/container_of.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/uio.h>

#include <dev/midi/midi_tap.h>
#include <dev/midi/midivar.h>

#define MIDI_TAP_RECORDS	2048	/* of the ring */
#define MIDI_TAP_PORTS		256	/* of one tap */
#define MIDI_TAP_BATCH		8	/* records read at a time */

#define MIDI_TAP_RING_BYTES						\
	(MIDI_TAP_RECORDS * sizeof(struct midictl_tap_record))

/* Field keys: [a] constant once it listens; [t] mt_lock. */
struct midi_tap_port {
	struct midi_client tp_in;	/* what is received; first */
	struct midi_client tp_out;	/* what is sent: only on sc_taps */
	struct midi_tap	*tp_tap;	/* [a] */
	int		tp_unit;	/* [a] */
	u_int		tp_dirs;	/* [a] MIDICTL_IN, MIDICTL_OUT */
	bool		tp_opening;	/* [t] does not yet listen */
	bool		tp_gone;	/* [t] the port is */
	LIST_ENTRY(midi_tap_port) tp_entry; /* [t] */
};

static size_t	midi_tap_deliver_in(struct midi_client *, const uint8_t *,
		    size_t, uint64_t);
static size_t	midi_tap_deliver_out(struct midi_client *, const uint8_t *,
		    size_t, uint64_t);
static void	midi_tap_gone_in(struct midi_client *);
static void	midi_tap_gone_out(struct midi_client *);
static void	midi_tap_filt_detach(struct knote *);
static int	midi_tap_filt_event(struct knote *, long);

static const struct midi_client_ops midi_tap_in_ops = {
	.mco_deliver = midi_tap_deliver_in,
	.mco_gone = midi_tap_gone_in,
};

static const struct midi_client_ops midi_tap_out_ops = {
	.mco_deliver = midi_tap_deliver_out,
	.mco_gone = midi_tap_gone_out,
};

static const struct filterops midi_tap_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = midi_tap_filt_detach,
	.f_event = midi_tap_filt_event,
};

/*
 * The ring.
 */

/* The record behind the last, empty. */
static struct midictl_tap_record *
midi_tap_next(struct midi_tap *mt, const struct midi_tap_port *tp, u_int type,
    uint64_t stamp_ns)
{
	struct midictl_tap_record *mr;

	KASSERT(mutex_owned(&mt->mt_lock));
	KASSERT(mt->mt_used < MIDI_TAP_RECORDS);
	mr = &mt->mt_ring[(mt->mt_head + mt->mt_used++) % MIDI_TAP_RECORDS];
	memset(mr, 0, sizeof(*mr));
	mr->mtr_time_ns = stamp_ns;
	mr->mtr_unit = tp->tp_unit;
	mr->mtr_type = type;
	mr->mtr_lost = mt->mt_lost;
	mt->mt_lost = 0;
	return mr;
}

static void
midi_tap_wake(struct midi_tap *mt)
{

	cv_broadcast(&mt->mt_cv);
	selnotify(&mt->mt_sel, 0, NOTE_SUBMIT);
}

/* A run has passed: keep it whole, or say that it was lost.  One record stays
 * free for each port, for its end. */
static void
midi_tap_put(struct midi_tap_port *tp, u_int type, const uint8_t *run,
    size_t n, uint64_t stamp_ns)
{
	struct midi_tap *mt = tp->tp_tap;
	struct midictl_tap_record *mr;
	size_t part;

	mutex_enter(&mt->mt_lock);
	if (mt->mt_used + howmany(n, MIDICTL_TAP_BYTES) + MIDI_TAP_PORTS >
	    MIDI_TAP_RECORDS) {
		mt->mt_lost += n;
		n = 0;
	}
	for (; n != 0; n -= part, run += part) {
		part = MIN(n, MIDICTL_TAP_BYTES);
		mr = midi_tap_next(mt, tp, type, stamp_ns);
		mr->mtr_bytes = part;
		memcpy(mr->mtr_data, run, part);
	}
	midi_tap_wake(mt);
	mutex_exit(&mt->mt_lock);
}

static size_t
midi_tap_deliver_in(struct midi_client *mc, const uint8_t *run, size_t n,
    uint64_t stamp_ns)
{

	midi_tap_put(container_of(mc, struct midi_tap_port, tp_in),
	    MIDICTL_IN, run, n, stamp_ns);
	return 0;
}

static size_t
midi_tap_deliver_out(struct midi_client *mc, const uint8_t *run, size_t n,
    uint64_t stamp_ns)
{

	midi_tap_put(container_of(mc, struct midi_tap_port, tp_out),
	    MIDICTL_OUT, run, n, stamp_ns);
	return 0;
}

static void
midi_tap_gone(struct midi_tap_port *tp)
{
	struct midi_tap *mt = tp->tp_tap;

	mutex_enter(&mt->mt_lock);
	if (!tp->tp_gone && mt->mt_used < MIDI_TAP_RECORDS)
		(void)midi_tap_next(mt, tp, MIDICTL_TAP_GONE,
		    midi_alarm_now_ns());
	tp->tp_gone = true;
	midi_tap_wake(mt);
	mutex_exit(&mt->mt_lock);
}

static void
midi_tap_gone_in(struct midi_client *mc)
{

	midi_tap_gone(container_of(mc, struct midi_tap_port, tp_in));
}

static void
midi_tap_gone_out(struct midi_client *mc)
{

	midi_tap_gone(container_of(mc, struct midi_tap_port, tp_out));
}

void
midi_tap_sent(struct midi_softc *sc, const uint8_t *run, size_t n)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	struct midi_client *mc;

	KASSERT(mutex_owned(&sc->sc_lock));
	LIST_FOREACH(mc, &sc->sc_taps, mc_rlink)
		(void)mc->mc_ops->mco_deliver(mc, run, n, now_ns);
}

static void
midi_tap_listener(struct midictl_port *mp, const struct midi_tap_port *tp)
{
	u_int n = mp->mp_nlisteners;

	if (n == MIDICTL_OPENERS)
		return;
	mp->mp_listeners[n].ml_pid = tp->tp_in.mc_pid;
	mp->mp_listeners[n].ml_dirs = tp->tp_dirs;
	mp->mp_nlisteners++;
}

/* One who hears both is among those who hear what is received. */
void
midi_tap_describe(struct midictl_port *mp, struct midi_softc *sc)
{
	struct midi_tap_port *tp;
	struct midi_client *mc;

	KASSERT(mutex_owned(&sc->sc_lock));
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (mc->mc_ops == &midi_tap_in_ops)
			midi_tap_listener(mp, container_of(mc,
			    struct midi_tap_port, tp_in));
	}
	LIST_FOREACH(mc, &sc->sc_taps, mc_rlink) {
		tp = container_of(mc, struct midi_tap_port, tp_out);
		if ((tp->tp_dirs & MIDICTL_IN) == 0)
			midi_tap_listener(mp, tp);
	}
}

/*
 * Life.
 */

void
midi_tap_init(struct midi_tap *mt)
{

	mutex_init(&mt->mt_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&mt->mt_cv, "miditap");
	selinit(&mt->mt_sel);
	LIST_INIT(&mt->mt_ports);
	mt->mt_ring = NULL;
	mt->mt_head = mt->mt_used = mt->mt_lost = 0;
	mt->mt_token = false;
}

/* Leave a port, which is off the list, and forget it. */
static void
midi_tap_free(struct midi_tap_port *tp)
{

	if (tp->tp_in.mc_port != NULL)
		midi_port_close(&tp->tp_in, MIDI_PORT_DISCARD);
	if (tp->tp_out.mc_port != NULL)
		midi_port_untap(&tp->tp_out);
	kmem_free(tp, sizeof(*tp));
}

void
midi_tap_destroy(struct midi_tap *mt)
{
	struct midi_tap_port *tp;

	while ((tp = LIST_FIRST(&mt->mt_ports)) != NULL) {
		LIST_REMOVE(tp, tp_entry);
		midi_tap_free(tp);
	}
	if (mt->mt_ring != NULL)
		kmem_free(mt->mt_ring, MIDI_TAP_RING_BYTES);
	seldestroy(&mt->mt_sel);
	cv_destroy(&mt->mt_cv);
	mutex_destroy(&mt->mt_lock);
}

/* Have a ring. */
static void
midi_tap_start(struct midi_tap *mt)
{
	struct midictl_tap_record *ring;

	ring = kmem_zalloc(MIDI_TAP_RING_BYTES, KM_SLEEP);
	mutex_enter(&mt->mt_lock);
	if (mt->mt_ring == NULL) {
		mt->mt_ring = ring;
		ring = NULL;
	}
	mutex_exit(&mt->mt_lock);
	if (ring != NULL)
		kmem_free(ring, MIDI_TAP_RING_BYTES);
}

/*
 * Put the port on the list.  *old is one of its number that has gone, which
 * is taken off.
 */
static int
midi_tap_enlist(struct midi_tap *mt, struct midi_tap_port *tp,
    struct midi_tap_port **old)
{
	struct midi_tap_port *other;
	u_int n = 0;

	KASSERT(mutex_owned(&mt->mt_lock));
	*old = NULL;
	LIST_FOREACH(other, &mt->mt_ports, tp_entry) {
		n++;
		if (other->tp_unit != tp->tp_unit)
			continue;
		if (!other->tp_gone || other->tp_opening)
			return EEXIST;
		*old = other;
	}
	if (*old == NULL && n == MIDI_TAP_PORTS)
		return ENOSPC;
	if (*old != NULL)
		LIST_REMOVE(*old, tp_entry);
	LIST_INSERT_HEAD(&mt->mt_ports, tp, tp_entry);
	return 0;
}

/* Begin to listen. */
static int
midi_tap_open(struct midi_tap_port *tp)
{
	int error = 0;

	if (tp->tp_dirs & MIDICTL_IN) {
		error = midi_port_open(&tp->tp_in, tp->tp_unit, FREAD);
		if (error == 0 && tp->tp_in.mc_dirs == 0)
			error = ENODEV;
	}
	if (error == 0 && (tp->tp_dirs & MIDICTL_OUT) != 0)
		error = midi_port_tap(&tp->tp_out, tp->tp_unit);
	return error;
}

int
midi_tap_add(struct midi_tap *mt, struct midictl_tap *ta)
{
	struct midi_tap_port *tp, *old;
	int error;

	if (ta->mta_unit < 0 || ta->mta_dirs == 0 ||
	    (ta->mta_dirs & ~(MIDICTL_IN | MIDICTL_OUT)) != 0)
		return EINVAL;
	midi_tap_start(mt);
	tp = kmem_zalloc(sizeof(*tp), KM_SLEEP);
	tp->tp_tap = mt;
	tp->tp_unit = ta->mta_unit;
	tp->tp_dirs = ta->mta_dirs;
	tp->tp_opening = true;
	tp->tp_in.mc_ops = &midi_tap_in_ops;
	tp->tp_in.mc_passive = true;
	tp->tp_in.mc_pid = curproc->p_pid;
	tp->tp_out.mc_ops = &midi_tap_out_ops;
	mutex_enter(&mt->mt_lock);
	error = midi_tap_enlist(mt, tp, &old);
	mutex_exit(&mt->mt_lock);
	if (error) {
		kmem_free(tp, sizeof(*tp));
		return error;
	}
	if (old != NULL)
		midi_tap_free(old);
	ta->mta_now_ns = midi_alarm_now_ns();
	error = midi_tap_open(tp);
	mutex_enter(&mt->mt_lock);
	tp->tp_opening = false;
	if (error)
		LIST_REMOVE(tp, tp_entry);
	mutex_exit(&mt->mt_lock);
	if (error)
		midi_tap_free(tp);
	return error;
}

bool
midi_tap_is_on(struct midi_tap *mt)
{
	bool on;

	mutex_enter(&mt->mt_lock);
	on = mt->mt_ring != NULL;
	mutex_exit(&mt->mt_lock);
	return on;
}

/*
 * Reading.
 */

/* Wait until there is something, and take the token. */
static int
midi_tap_enter(struct midi_tap *mt, bool nonblock)
{
	int error;

	KASSERT(mutex_owned(&mt->mt_lock));
	while (mt->mt_used == 0 || mt->mt_token) {
		if (nonblock)
			return EWOULDBLOCK;
		error = cv_wait_sig(&mt->mt_cv, &mt->mt_lock);
		if (error)
			return error;
	}
	mt->mt_token = true;
	return 0;
}

/* Copy the record with this place in the ring, and what follows, to the
 * program, as much as a batch holds.  *done: how many. */
static int
midi_tap_copy(struct midi_tap *mt, u_int first, size_t *done, struct uio *uio)
{
	struct midictl_tap_record records[MIDI_TAP_BATCH];
	size_t i, n;
	int error;

	KASSERT(mutex_owned(&mt->mt_lock));
	n = MIN(mt->mt_used - first, uio->uio_resid / sizeof(records[0]));
	n = MIN(n, MIDI_TAP_BATCH);
	for (i = 0; i < n; i++)
		records[i] = mt->mt_ring[(mt->mt_head + first + i) %
		    MIDI_TAP_RECORDS];
	mutex_exit(&mt->mt_lock);
	error = uiomove(records, n * sizeof(records[0]), uio);
	mutex_enter(&mt->mt_lock);
	*done = n;
	return error;
}

int
midi_tap_read(struct midi_tap *mt, struct uio *uio, bool nonblock)
{
	u_int taken = 0;
	size_t n;
	int error;

	if (uio->uio_resid < sizeof(struct midictl_tap_record))
		return EINVAL;
	mutex_enter(&mt->mt_lock);
	error = midi_tap_enter(mt, nonblock);
	if (error) {
		mutex_exit(&mt->mt_lock);
		return error;
	}
	do {
		error = midi_tap_copy(mt, taken, &n, uio);
		taken += n;
	} while (error == 0 && taken != mt->mt_used &&
	    uio->uio_resid >= sizeof(struct midictl_tap_record));
	if (error == 0) {
		mt->mt_head = (mt->mt_head + taken) % MIDI_TAP_RECORDS;
		mt->mt_used -= taken;
	}
	mt->mt_token = false;
	midi_tap_wake(mt);
	mutex_exit(&mt->mt_lock);
	return error;
}

size_t
midi_tap_used(struct midi_tap *mt)
{
	size_t n;

	mutex_enter(&mt->mt_lock);
	n = mt->mt_used * sizeof(struct midictl_tap_record);
	mutex_exit(&mt->mt_lock);
	return n;
}

/* Would a read return without waiting? */
static bool
midi_tap_is_ready(const struct midi_tap *mt)
{

	return mt->mt_used != 0 && !mt->mt_token;
}

int
midi_tap_poll(struct midi_tap *mt, int events, struct lwp *l)
{
	int revents = 0;

	events &= POLLIN | POLLRDNORM;
	mutex_enter(&mt->mt_lock);
	if (midi_tap_is_ready(mt))
		revents = events;
	else if (events != 0)
		selrecord(l, &mt->mt_sel);
	mutex_exit(&mt->mt_lock);
	return revents;
}

int
midi_tap_kqfilter(struct midi_tap *mt, struct knote *kn)
{

	mutex_enter(&mt->mt_lock);
	kn->kn_fop = &midi_tap_filtops;
	kn->kn_hook = mt;
	selrecord_knote(&mt->mt_sel, kn);
	mutex_exit(&mt->mt_lock);
	return 0;
}

static void
midi_tap_filt_detach(struct knote *kn)
{
	struct midi_tap *mt = kn->kn_hook;

	mutex_enter(&mt->mt_lock);
	selremove_knote(&mt->mt_sel, kn);
	mutex_exit(&mt->mt_lock);
}

static int
midi_tap_filt_event(struct knote *kn, long hint)
{
	struct midi_tap *mt = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&mt->mt_lock);
	KASSERT(mutex_owned(&mt->mt_lock));
	kn->kn_data = mt->mt_used * sizeof(struct midictl_tap_record);
	ready = midi_tap_is_ready(mt);
	if (hint != NOTE_SUBMIT)
		mutex_exit(&mt->mt_lock);
	return ready;
}
