/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_link.c: connections between ports.
 *
 * A connection is a client of two ports, like any other: it reads the one and
 * writes the other, but is passive at both, so that a program may have them
 * open as if the connection were not there.  It belongs to nobody and stands
 * until it is undone, or one of its ports goes.
 *
 * Walk of a message: midi_input.c hands it to the connection under the lock
 * of the source; it passes the filter and goes into the box that the
 * connection has at the destination.  When the lock of the source is let go,
 * in the same soft interrupt, the destination is told to look (mco_after):
 * no thread in between, and never the locks of two devices at a time.
 * Merging with other senders, System Exclusive and notes that sound on are
 * the destination's business, as with every client.
 *
 * Flow: a source that can be held back is, while the box has no room; when it
 * has, it lets the source go on, under the lock of the box.  Other sources
 * lose whole messages, which is counted there and here.
 *
 * Life: midi_link_lock guards the graph and the list.  Ports are opened and
 * closed without it, as that can take time: while it is being opened a
 * connection is in both, but `opening', and who wants to undo it waits for
 * that to end; it is taken out of both before it is closed.  The box is made
 * mute before the source is left, and when the source goes: what it calls is
 * the source's.  A port that goes takes its edges along, also those of a
 * connection that is being opened, which then fails.
 *
 * Locks, in their order, with those of midivar.h:
 *
 *	rank 0	midi_link_lock	graph, list, states; no sleep but its cv
 *	rank 2	ml_lock		a leaf: counts
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/container_of.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kmem.h>

#include <dev/midi/midi_filter.h>
#include <dev/midi/midi_link.h>
#include <dev/midi/midi_route.h>
#include <dev/midi/midi_watch.h>
#include <dev/midi/midivar.h>

/*
 * Field keys: [a] constant once it is listed; [s] the source's sc_lock;
 * [c] ml_lock; [g] midi_link_lock.
 */
struct midi_link {
	struct midi_client ml_in;	/* of the source; first */
	struct midi_client ml_out;	/* of the destination */
	struct midictl_connection ml_info; /* [a] but for the counts, [c] */
	struct midi_filter ml_filter;	/* [a] */
	kmutex_t	ml_lock;
	uint8_t		ml_run[MIDI_PARSE_OUT_MAX(MIDI_CHUNK_BYTES)];
					/* [s] what passes, if not all does */
	bool		ml_joined;	/* [s] a message has begun */
	bool		ml_lost;	/* [s] the source fell silent */
	bool		ml_opening;	/* [g] not yet a connection */
	TAILQ_ENTRY(midi_link) ml_entry; /* [g] */
};

static size_t	midi_link_deliver(struct midi_client *, const uint8_t *,
		    size_t, uint64_t);
static bool	midi_link_has_room(struct midi_client *, size_t);
static void	midi_link_lost(struct midi_client *);
static void	midi_link_source_gone(struct midi_client *);
static void	midi_link_after(struct midi_client *);
static void	midi_link_writable(void *);
static void	midi_link_dest_gone(struct midi_client *);

static const struct midi_client_ops midi_link_in_ops = {
	.mco_deliver = midi_link_deliver,
	.mco_has_room = midi_link_has_room,
	.mco_lost = midi_link_lost,
	.mco_gone = midi_link_source_gone,
	.mco_after = midi_link_after,
};

static const struct midi_client_ops midi_link_out_ops = {
	.mco_writable = midi_link_writable,
	.mco_gone = midi_link_dest_gone,
};

static kmutex_t midi_link_lock;
static kcondvar_t midi_link_cv;	/* one is not opening any more */
static struct midi_route midi_link_route;			/* [g] */
static struct midi_route_edge midi_link_edges[MIDI_LINK_MAX];	/* [g] */
static TAILQ_HEAD(, midi_link) midi_links;	/* [g] by their ids */
static unsigned int midi_link_last;		/* [g] the last id given */

void
midi_link_init(void)
{

	mutex_init(&midi_link_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&midi_link_cv, "midilink");
	midi_route_init(&midi_link_route, midi_link_edges, MIDI_LINK_MAX);
	TAILQ_INIT(&midi_links);
	midi_link_last = 0;
}

void
midi_link_fini(void)
{

	KASSERT(TAILQ_EMPTY(&midi_links));
	cv_destroy(&midi_link_cv);
	mutex_destroy(&midi_link_lock);
}

/*
 * At work.
 */

static struct midi_link *
midi_link_of(struct midi_client *in)
{

	return (struct midi_link *)in;
}

/*
 * The connection was made inside a System Exclusive message: leave out what
 * of it still comes.  Returns the length of what is left of the run.
 */
static size_t
midi_link_join(struct midi_link *ml, uint8_t *run, size_t n)
{
	size_t i, len, o = 0;

	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(run + i, n - i);
		if (len == 0)
			break;
		if (!midi_msg_is_realtime(run[i]))
			ml->ml_joined |= midi_msg_is_status(run[i]) &&
			    run[i] != MIDI_MSG_SYSEX_END;
		if (midi_msg_is_realtime(run[i]) || ml->ml_joined) {
			memmove(run + o, run + i, len);
			o += len;
		}
	}
	return o;
}

static size_t
midi_link_deliver(struct midi_client *mc, const uint8_t *run, size_t n,
    uint64_t stamp_ns)
{
	struct midi_link *ml = midi_link_of(mc);
	uint8_t *buf = ml->ml_run;
	const size_t came = n;
	size_t dropped;

	KASSERT(n <= sizeof(ml->ml_run));
	if (!ml->ml_joined || !midi_filter_is_open(&ml->ml_filter)) {
		memcpy(buf, run, n);
		run = buf;
		if (!ml->ml_joined)
			n = midi_link_join(ml, buf, n);
		n = midi_filter_run(&ml->ml_filter, buf, n, buf);
	}
	dropped = midi_port_send(&ml->ml_out, run, n);
	if (n != 0)
		midi_port_after(mc);
	mutex_enter(&ml->ml_lock);
	ml->ml_info.mc_filtered_bytes += came - n;
	ml->ml_info.mc_dropped_bytes += dropped;
	ml->ml_info.mc_passed_bytes += n - dropped;
	ml->ml_info.mc_passed_msgs += midi_msg_count(run, n - dropped);
	mutex_exit(&ml->ml_lock);
	return dropped;
}

static bool
midi_link_has_room(struct midi_client *mc, size_t n)
{

	return midi_box_has_room(&midi_link_of(mc)->ml_out.mc_out, n);
}

/* The destination has room again, or is gone. */
static void
midi_link_writable(void *arg)
{
	struct midi_link *ml = container_of(arg, struct midi_link, ml_out);

	midi_port_resume(&ml->ml_in);
}

/* Nobody will end what he left sounding. */
static void
midi_link_lost(struct midi_client *mc)
{

	midi_link_of(mc)->ml_lost = true;
	midi_port_after(mc);
}

static void
midi_link_after(struct midi_client *mc)
{
	struct midi_link *ml = midi_link_of(mc);

	if (ml->ml_lost) {
		ml->ml_lost = false;
		midi_port_silence(&ml->ml_out);
	}
	(void)midi_port_kick(&ml->ml_out);
}

static void
midi_link_source_gone(struct midi_client *mc)
{

	midi_box_mute(&midi_link_of(mc)->ml_out.mc_out);
}

/* The box is dead, and has let the source go on. */
static void
midi_link_dest_gone(struct midi_client *mc)
{

}

/*
 * Life.
 */

static void
midi_link_post(u_int type, const struct midi_link *ml)
{
	struct midictl_event me;

	memset(&me, 0, sizeof(me));
	me.me_type = type;
	me.me_unit = ml->ml_info.mc_source;
	me.me_dest = ml->ml_info.mc_dest;
	me.me_id = ml->ml_info.mc_id;
	midi_watch_post(&me);
}

static struct midi_link *
midi_link_create(const struct midictl_connection *mc)
{
	struct midi_link *ml;

	ml = kmem_zalloc(sizeof(*ml), KM_SLEEP);
	mutex_init(&ml->ml_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	ml->ml_in.mc_ops = &midi_link_in_ops;
	ml->ml_out.mc_ops = &midi_link_out_ops;
	ml->ml_in.mc_passive = ml->ml_out.mc_passive = true;
	ml->ml_info.mc_source = mc->mc_source;
	ml->ml_info.mc_dest = mc->mc_dest;
	ml->ml_info.mc_flags = mc->mc_flags;
	ml->ml_info.mc_channels = mc->mc_channels;
	ml->ml_info.mc_kinds = mc->mc_kinds;
	ml->ml_info.mc_transpose = mc->mc_transpose;
	ml->ml_filter.fl_channels = mc->mc_channels;
	ml->ml_filter.fl_kinds = mc->mc_kinds;
	ml->ml_filter.fl_transpose = mc->mc_transpose;
	return ml;
}

static void
midi_link_free(struct midi_link *ml)
{

	mutex_destroy(&ml->ml_lock);
	kmem_free(ml, sizeof(*ml));
}

/* Leave the ports; it is not listed any more. */
static void
midi_link_close(struct midi_link *ml, enum midi_port_how how)
{

	midi_box_mute(&ml->ml_out.mc_out);
	midi_port_close(&ml->ml_in, how);
	midi_port_close(&ml->ml_out, how);
}

/* Put it into the graph and the list.  0 or an errno. */
static int
midi_link_enlist(struct midi_link *ml)
{
	enum midi_route_answer answer;

	KASSERT(mutex_owned(&midi_link_lock));
	answer = midi_route_add(&midi_link_route, ml->ml_info.mc_source,
	    ml->ml_info.mc_dest, (ml->ml_info.mc_flags & MIDICTL_DUPLEX) != 0,
	    ml);
	switch (answer) {
	case MIDI_ROUTE_TWICE:
		return EEXIST;
	case MIDI_ROUTE_LOOP:
		return ELOOP;
	case MIDI_ROUTE_FULL:
		return ENOSPC;
	case MIDI_ROUTE_DONE:
		break;
	}
	ml->ml_info.mc_id = ++midi_link_last;
	ml->ml_opening = true;
	TAILQ_INSERT_TAIL(&midi_links, ml, ml_entry);
	return 0;
}

/* Its edge; NULL: a port went while it was being opened. */
static struct midi_route_edge *
midi_link_edge(const struct midi_link *ml)
{
	struct midi_route_edge *me;

	KASSERT(mutex_owned(&midi_link_lock));
	me = midi_route_next(&midi_link_route, NULL, ml->ml_info.mc_source,
	    ml->ml_info.mc_dest);
	return me != NULL && me->me_cookie == ml ? me : NULL;
}

/* Take it out again. */
static void
midi_link_delist(struct midi_link *ml)
{
	struct midi_route_edge *me = midi_link_edge(ml);

	if (me != NULL)
		midi_route_remove(&midi_link_route, me);
	TAILQ_REMOVE(&midi_links, ml, ml_entry);
}

/* Open one of its ports for one direction. */
static int
midi_link_open_port(struct midi_client *mc, int unit, int dir)
{
	int error;

	error = midi_port_open(mc, unit, dir);
	if (error == 0 && mc->mc_dirs == 0) {
		midi_port_close(mc, MIDI_PORT_DISCARD);
		error = ENODEV;
	}
	return error;
}

/* The destination first: what comes must find it. */
static int
midi_link_open(struct midi_link *ml)
{
	int error;

	error = midi_link_open_port(&ml->ml_out, ml->ml_info.mc_dest, FWRITE);
	if (error)
		return error;
	error = midi_link_open_port(&ml->ml_in, ml->ml_info.mc_source, FREAD);
	if (error) {
		midi_box_mute(&ml->ml_out.mc_out);
		midi_port_close(&ml->ml_out, MIDI_PORT_DISCARD);
	}
	return error;
}

static bool
midi_link_sensible(const struct midictl_connection *mc)
{

	return mc->mc_source >= 0 && mc->mc_dest >= 0 &&
	    (mc->mc_flags & ~MIDICTL_DUPLEX) == 0 &&
	    (mc->mc_channels & ~MIDI_CHANNELS_ALL) == 0 &&
	    (mc->mc_kinds & ~MIDI_KINDS_ALL) == 0 &&
	    mc->mc_transpose >= -127 && mc->mc_transpose <= 127;
}

int
midi_link_connect(struct midictl_connection *mc)
{
	struct midi_link *ml;
	bool opened;
	int error;

	if (!midi_link_sensible(mc))
		return EINVAL;
	ml = midi_link_create(mc);
	mutex_enter(&midi_link_lock);
	error = midi_link_enlist(ml);
	mutex_exit(&midi_link_lock);
	if (error) {
		midi_link_free(ml);
		return error;
	}
	error = midi_link_open(ml);
	opened = error == 0;
	mutex_enter(&midi_link_lock);
	ml->ml_opening = false;
	cv_broadcast(&midi_link_cv);
	if (opened && midi_link_edge(ml) == NULL)
		error = ENXIO;
	if (error == 0) {
		mc->mc_id = ml->ml_info.mc_id;
		midi_link_post(MIDICTL_CONNECTED, ml);
	} else
		midi_link_delist(ml);
	mutex_exit(&midi_link_lock);
	if (error != 0 && opened)
		midi_link_close(ml, MIDI_PORT_DISCARD);
	if (error)
		midi_link_free(ml);
	return error;
}

/*
 * Take the first connection between these ports, of those up to the id, out
 * of the list and the graph.  NULL: there is none.
 */
static struct midi_link *
midi_link_take(int source, int dest, u_int id)
{
	struct midi_route_edge *me;
	struct midi_link *ml;

	KASSERT(mutex_owned(&midi_link_lock));
	for (;;) {
		me = midi_route_next(&midi_link_route, NULL, source, dest);
		if (me == NULL)
			return NULL;
		ml = me->me_cookie;
		if (ml->ml_info.mc_id > id)
			return NULL;
		if (!ml->ml_opening)
			break;
		cv_wait(&midi_link_cv, &midi_link_lock);
	}
	midi_link_delist(ml);
	midi_link_post(MIDICTL_DISCONNECTED, ml);
	return ml;
}

/* Undo those between these ports that there are now; how many. */
static u_int
midi_link_undo(int source, int dest, enum midi_port_how how)
{
	struct midi_link *ml;
	u_int id, n = 0;

	mutex_enter(&midi_link_lock);
	id = midi_link_last;
	while ((ml = midi_link_take(source, dest, id)) != NULL) {
		mutex_exit(&midi_link_lock);
		midi_link_close(ml, how);
		midi_link_free(ml);
		n++;
		mutex_enter(&midi_link_lock);
	}
	mutex_exit(&midi_link_lock);
	return n;
}

int
midi_link_disconnect(struct midictl_disconnect *md)
{

	if (md->md_source < MIDICTL_ANY || md->md_dest < MIDICTL_ANY)
		return EINVAL;
	md->md_count = midi_link_undo(md->md_source, md->md_dest,
	    MIDI_PORT_DRAIN);
	if (md->md_count == 0 && md->md_source != MIDICTL_ANY &&
	    md->md_dest != MIDICTL_ANY)
		return ENOENT;
	return 0;
}

static void
midi_link_post_port(u_int type, int unit, const char *name)
{
	struct midictl_event me;

	memset(&me, 0, sizeof(me));
	me.me_type = type;
	me.me_unit = unit;
	me.me_dest = MIDICTL_ANY;
	(void)strlcpy(me.me_name, name, sizeof(me.me_name));
	midi_watch_post(&me);
}

void
midi_link_came(int unit, const char *name)
{

	midi_link_post_port(MIDICTL_PORT_CAME, unit, name);
}

void
midi_link_went(int unit, const char *name)
{

	(void)midi_link_undo(unit, MIDI_ROUTE_ANY, MIDI_PORT_DISCARD);
	(void)midi_link_undo(MIDI_ROUTE_ANY, unit, MIDI_PORT_DISCARD);
	mutex_enter(&midi_link_lock);
	midi_route_remove_port(&midi_link_route, unit);
	mutex_exit(&midi_link_lock);
	midi_link_post_port(MIDICTL_PORT_WENT, unit, name);
}

void
midi_link_cable(int a, int b)
{

	mutex_enter(&midi_link_lock);
	(void)midi_route_cable(&midi_link_route, a, b);
	mutex_exit(&midi_link_lock);
}

/*
 * Lists.
 */

int
midi_link_get(struct midictl_connection *mc)
{
	struct midi_link *ml;

	mutex_enter(&midi_link_lock);
	TAILQ_FOREACH(ml, &midi_links, ml_entry) {
		if (ml->ml_info.mc_id >= mc->mc_id && !ml->ml_opening)
			break;
	}
	if (ml != NULL) {
		mutex_enter(&ml->ml_lock);
		*mc = ml->ml_info;
		mutex_exit(&ml->ml_lock);
	}
	mutex_exit(&midi_link_lock);
	return ml != NULL ? 0 : ENOENT;
}

void
midi_link_describe(struct midictl_port *mp)
{
	const struct midi_link *ml;

	mutex_enter(&midi_link_lock);
	TAILQ_FOREACH(ml, &midi_links, ml_entry) {
		if (ml->ml_opening)
			continue;
		if (ml->ml_info.mc_source == mp->mp_unit)
			mp->mp_dests++;
		if (ml->ml_info.mc_dest == mp->mp_unit)
			mp->mp_sources++;
	}
	mp->mp_far = midi_route_far(&midi_link_route, mp->mp_unit);
	mutex_exit(&midi_link_lock);
}
