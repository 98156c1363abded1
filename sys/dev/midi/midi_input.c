/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_input.c: received bytes, from the hardware's interrupt to whoever
 * reads the port.
 *
 * The interrupt only stamps and stores.  The soft interrupt takes the bytes
 * out, makes them canonical and hands them to the port's readers, each with
 * a place of its own to put them.  A reader that is slow loses whole
 * messages, counted; only hardware that can be held back (MIDI_PROP_FLOW)
 * waits for it instead.
 *
 * Each reader has a filter, made of the port's settings and his own.  Readers
 * of raw bytes get them as they came; where there are only such ones, nothing
 * is parsed.
 *
 * Locks: sc_hwlock guards the FIFO, sc_lock the parser and the readers; the
 * one is taken under the other only to move bytes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/intr.h>

#include <dev/midi/midivar.h>

/* Store n bytes that came at one time, as far as they fit. */
static u_int
midi_input_store(struct midi_fifo *mf, const uint8_t *bytes, u_int n,
    uint64_t now_ns)
{
	u_int last, tail, m;

	n = MIN(n, MIDI_BUFFER_BYTES - mf->mf_used);
	if (n == 0)
		return 0;
	tail = (mf->mf_head + mf->mf_used) % MIDI_BUFFER_BYTES;
	m = MIN(n, MIDI_BUFFER_BYTES - tail);
	memcpy(mf->mf_bytes + tail, bytes, m);
	if (m < n)
		memcpy(mf->mf_bytes, bytes + m, n - m);
	mf->mf_used += n;

	last = (mf->mf_mark + mf->mf_nmarks - 1) % MIDI_BUFFER_BYTES;
	if (mf->mf_nmarks != 0 && mf->mf_marks[last].stamp_ns == now_ns) {
		mf->mf_marks[last].bytes += n;
		return n;
	}
	last = (mf->mf_mark + mf->mf_nmarks++) % MIDI_BUFFER_BYTES;
	mf->mf_marks[last].stamp_ns = now_ns;
	mf->mf_marks[last].bytes = n;
	return n;
}

/* Take out at most max bytes that came at one time. */
static u_int
midi_input_fetch(struct midi_fifo *mf, uint8_t *bytes, u_int max,
    uint64_t *stamp_ns)
{
	u_int n, m;

	if (mf->mf_nmarks == 0)
		return 0;
	n = MIN(max, mf->mf_marks[mf->mf_mark].bytes);
	*stamp_ns = mf->mf_marks[mf->mf_mark].stamp_ns;
	m = MIN(n, MIDI_BUFFER_BYTES - mf->mf_head);
	memcpy(bytes, mf->mf_bytes + mf->mf_head, m);
	if (m < n)
		memcpy(bytes + m, mf->mf_bytes, n - m);
	mf->mf_head = (mf->mf_head + n) % MIDI_BUFFER_BYTES;
	mf->mf_used -= n;
	mf->mf_marks[mf->mf_mark].bytes -= n;
	if (mf->mf_marks[mf->mf_mark].bytes == 0) {
		mf->mf_mark = (mf->mf_mark + 1) % MIDI_BUFFER_BYTES;
		mf->mf_nmarks--;
	}
	return n;
}

int
midi_input_bytes(void *arg, const uint8_t *bytes, int n)
{
	struct midi_softc *sc = arg;
	struct midi_fifo *mf = &sc->sc_fifo;
	int stored;

	KASSERT(mutex_owned(sc->sc_hwlock));
	KASSERT(n >= 0);
	stored = midi_input_store(mf, bytes, n, midi_alarm_now_ns());
	if (stored != 0)
		midi_softint_schedule(sc->sc_in_sih);
	if (stored == n)
		return n;
	if (sc->sc_info.props & MIDI_PROP_FLOW) {
		mf->mf_full = true;
		return stored;
	}
	sc->sc_fifo_lost += n - stored;
	return n;
}

void
midi_input_byte(void *arg, int byte)
{
	const uint8_t b = byte;

	(void)midi_input_bytes(arg, &b, 1);
}

/* May bytes be taken out now?  Those who say no will resume us. */
static bool
midi_input_may(struct midi_softc *sc)
{
	struct midi_client *mc;
	bool may = true;

	if ((sc->sc_info.props & MIDI_PROP_FLOW) == 0)
		return true;
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (mc->mc_ops->mco_has_room != NULL &&
		    !mc->mc_ops->mco_has_room(mc,
		    MIDI_PARSE_OUT_MAX(MIDI_FLOW_BYTES) + 1))
			may = false;
	}
	return may;
}

/* Take bytes from the FIFO, and the count of those that were lost.  Are there
 * more, for which nobody will schedule us again? */
static u_int
midi_input_next(struct midi_softc *sc, uint8_t *bytes, uint64_t *stamp_ns,
    bool *more)
{
	const bool flow = (sc->sc_info.props & MIDI_PROP_FLOW) != 0;
	uint64_t lost;
	u_int n;

	mutex_enter(sc->sc_hwlock);
	n = midi_input_fetch(&sc->sc_fifo, bytes,
	    flow ? MIDI_FLOW_BYTES : MIDI_CHUNK_BYTES, stamp_ns);
	if (n != 0 && sc->sc_fifo.mf_full) {
		sc->sc_fifo.mf_full = false;
		if (sc->sc_run->input_room != NULL)
			sc->sc_run->input_room(sc->sc_hdl);
	}
	*more = sc->sc_fifo.mf_used != 0;
	lost = sc->sc_fifo_lost;
	sc->sc_fifo_lost = 0;
	mutex_exit(sc->sc_hwlock);
	if (lost != 0) {
		midi_count(sc, MIDI_COUNT_RCV_DISCARDED, lost);
		midi_count(sc, MIDI_COUNT_RCV_OVERRUN, lost);
	}
	midi_count(sc, MIDI_COUNT_RCV_BYTES, n);
	return n;
}

void
midi_input_changed(struct midi_softc *sc)
{
	const struct midi_settings *mss = &sc->sc_settings;
	struct midi_client *mc;
	bool pass = false;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_asense_set_gap(&sc->sc_asense_in, 1000000ULL *
	    midi_setting_get(mss, MIDI_SETTING_ASENSE_TOLERANCE));
	if (!midi_setting_get(mss, MIDI_SETTING_ASENSE_REACT))
		(void)midi_asense_receive(&sc->sc_asense_in,
		    MIDI_ASENSE_CLOSE, midi_alarm_now_ns());
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (midi_setting_get(&mc->mc_settings,
		    MIDI_SETTING_ASENSE_PASS))
			pass = true;
	}
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		mc->mc_filter.fl_channels = midi_setting_get(mss,
		    MIDI_SETTING_RX_CHANNELS) & midi_setting_get(
		    &mc->mc_settings, MIDI_SETTING_RX_CHANNELS);
		mc->mc_filter.fl_kinds = midi_setting_get(mss,
		    MIDI_SETTING_RX_KINDS) & midi_setting_get(
		    &mc->mc_settings, MIDI_SETTING_RX_KINDS);
		/* Where nobody is passed any there is none to filter. */
		if (!pass)
			mc->mc_filter.fl_kinds |= MIDI_KIND_SENSE;
		else if (!midi_setting_get(&mc->mc_settings,
		    MIDI_SETTING_ASENSE_PASS))
			mc->mc_filter.fl_kinds &= ~MIDI_KIND_SENSE;
	}
	sc->sc_parse.mp_flags = pass ? MIDI_PARSE_ASENSE : 0;
}

static void
midi_input_lost(struct midi_softc *sc)
{
	struct midi_client *mc;

	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (mc->mc_ops->mco_lost != NULL && !mc->mc_raw)
			mc->mc_ops->mco_lost(mc);
	}
}

/* What Active Sensing makes of bytes that were parsed. */
static void
midi_input_asense(struct midi_softc *sc, uint64_t stamp_ns)
{
	struct midi_parse *mp = &sc->sc_parse;
	enum midi_asense_action action = MIDI_ASENSE_NONE;

	/* As nearly always: nobody senses. */
	if (mp->mp_asense == 0 && midi_asense_deadline_ns(&sc->sc_asense_in)
	    == MIDI_ASENSE_NEVER) {
		mp->mp_heard = false;
		return;
	}
	if (mp->mp_asense != 0 && midi_setting_get(&sc->sc_settings,
	    MIDI_SETTING_ASENSE_REACT))
		action = midi_asense_receive(&sc->sc_asense_in,
		    MIDI_ASENSE_BYTE, stamp_ns);
	else if (mp->mp_heard || mp->mp_asense != 0)
		action = midi_asense_receive(&sc->sc_asense_in,
		    MIDI_ASENSE_TRAFFIC, stamp_ns);
	mp->mp_asense = 0;
	mp->mp_heard = false;
	if (action == MIDI_ASENSE_LOST)
		midi_input_lost(sc);
	midi_output_rearm(sc);
}

/* Give a reader what his filter lets through of so many messages.  Returns the
 * bytes for which he had no room. */
static size_t
midi_input_filter(struct midi_softc *sc, struct midi_client *mc,
    const uint8_t *run, size_t n, size_t msgs, uint64_t stamp_ns)
{
	struct midi_filter filter = mc->mc_filter;
	const size_t all = n;
	size_t dropped;

	if (mc->mc_sysex)
		filter.fl_kinds |= MIDI_KIND_SYSEX;
	else
		filter.fl_kinds &= ~MIDI_KIND_SYSEX;
	if (!midi_filter_is_open(&filter)) {
		n = midi_filter_run(&filter, run, n, sc->sc_in_part);
		run = sc->sc_in_part;
		msgs = midi_msg_count(run, n);
		mc->mc_rcv.mst_filtered_bytes += all - n;
	}
	if (n == 0)
		return 0;
	dropped = mc->mc_ops->mco_deliver(mc, run, n, stamp_ns);
	mc->mc_rcv.mst_bytes += n - dropped;
	mc->mc_rcv.mst_msgs += msgs;
	mc->mc_rcv.mst_lost_bytes += dropped;
	return dropped;
}

/*
 * The same, where the filter may have been changed, or the reader come, amid
 * a System Exclusive message: sysex, one is open before the run.  Whether he
 * gets it is settled at its beginning.
 */
static size_t
midi_input_give(struct midi_softc *sc, struct midi_client *mc,
    const uint8_t *run, size_t n, size_t msgs, bool sysex, uint64_t stamp_ns)
{
	const bool want = (mc->mc_filter.fl_kinds & MIDI_KIND_SYSEX) != 0;
	size_t begun, first = 0, dropped = 0;

	if (sysex && mc->mc_sysex != want) {
		while (first < n && run[first] != MIDI_MSG_SYSEX_END)
			first++;
		first = MIN(first + 1, n);
		begun = midi_msg_count(run, first);
		dropped = midi_input_filter(sc, mc, run, first, begun,
		    stamp_ns);
		msgs -= begun;
		if (first == n && run[n - 1] != MIDI_MSG_SYSEX_END)
			return dropped;
	}
	mc->mc_sysex = want;
	return dropped + midi_input_filter(sc, mc, run + first, n - first,
	    msgs, stamp_ns);
}

/* Give the bytes to those who want no messages.  False: so do all. */
static bool
midi_input_deliver_raw(struct midi_softc *sc, const uint8_t *bytes, u_int n,
    uint64_t stamp_ns)
{
	struct midi_client *mc;
	size_t dropped;
	bool others = false;

	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (!mc->mc_raw) {
			others = true;
			continue;
		}
		dropped = mc->mc_ops->mco_deliver(mc, bytes, n, stamp_ns);
		mc->mc_rcv.mst_bytes += n - dropped;
		mc->mc_rcv.mst_lost_bytes += dropped;
		midi_count(sc, MIDI_COUNT_RCV_DISCARDED, dropped);
		midi_count(sc, MIDI_COUNT_RCV_OVERRUN, dropped);
	}
	return others;
}

/* What the parser could not make sense of, for all who read. */
static void
midi_input_count(struct midi_softc *sc)
{
	struct midi_parse *mp = &sc->sc_parse;
	struct midi_client *mc;

	if (mp->mp_discarded_bytes == 0 && mp->mp_incomplete_msgs == 0)
		return;
	midi_count(sc, MIDI_COUNT_RCV_DISCARDED, mp->mp_discarded_bytes);
	midi_count(sc, MIDI_COUNT_RCV_INCOMPLETE, mp->mp_incomplete_msgs);
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (mc->mc_raw)
			continue;
		mc->mc_rcv.mst_discarded_bytes += mp->mp_discarded_bytes;
		mc->mc_rcv.mst_incomplete_msgs += mp->mp_incomplete_msgs;
	}
	mp->mp_discarded_bytes = mp->mp_incomplete_msgs = 0;
}

/* Parse n bytes and deliver what comes out. */
static void
midi_input_deliver(struct midi_softc *sc, const uint8_t *bytes, u_int n,
    uint64_t stamp_ns)
{
	uint8_t *run = sc->sc_in_run;
	struct midi_parse *mp = &sc->sc_parse;
	const bool sysex = midi_parse_in_sysex(mp);
	struct midi_client *mc;
	size_t nrun, msgs, dropped, used __diagused;
	uint64_t kept;

	if (!midi_input_deliver_raw(sc, bytes, n, stamp_ns))
		return;
	used = midi_parse_run(mp, bytes, n, run, sizeof(sc->sc_in_run), &nrun);
	KASSERT(used == n);
	midi_input_count(sc);
	midi_input_asense(sc, stamp_ns);
	if (nrun == 0)
		return;
	msgs = midi_msg_count(run, nrun);
	sc->sc_rcv.mst_msgs += msgs;
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		if (mc->mc_raw)
			continue;
		kept = mc->mc_rcv.mst_filtered_bytes;
		dropped = midi_input_give(sc, mc, run, nrun, msgs, sysex,
		    stamp_ns);
		sc->sc_rcv.mst_filtered_bytes +=
		    mc->mc_rcv.mst_filtered_bytes - kept;
		midi_count(sc, MIDI_COUNT_RCV_DISCARDED, dropped);
		midi_count(sc, MIDI_COUNT_RCV_OVERRUN, dropped);
	}
}

void
midi_input_softint(void *arg)
{
	struct midi_softc *sc = arg;
	uint64_t stamp_ns = 0;
	bool more = true;
	u_int n;

	mutex_enter(&sc->sc_lock);
	while (more && midi_input_may(sc) &&
	    (n = midi_input_next(sc, sc->sc_in_bytes, &stamp_ns,
	    &more)) != 0) {
		if ((sc->sc_open & FREAD) != 0)
			midi_input_deliver(sc, sc->sc_in_bytes, n, stamp_ns);
		midi_input_after(sc);
	}
	mutex_exit(&sc->sc_lock);
}

void
midi_input_after(struct midi_softc *sc)
{
	struct midi_client *mc;

	KASSERT(mutex_owned(&sc->sc_lock));
	while ((mc = TAILQ_FIRST(&sc->sc_after)) != NULL) {
		TAILQ_REMOVE(&sc->sc_after, mc, mc_alink);
		mc->mc_due = false;
		mc->mc_after++;
		mutex_exit(&sc->sc_lock);
		mc->mc_ops->mco_after(mc);
		mutex_enter(&sc->sc_lock);
		if (--mc->mc_after == 0)
			cv_broadcast(&sc->sc_cv);
	}
}

void
midi_input_alarm(struct midi_softc *sc, uint64_t now_ns)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	if (midi_asense_receive(&sc->sc_asense_in, MIDI_ASENSE_TIME, now_ns)
	    == MIDI_ASENSE_LOST)
		midi_input_lost(sc);
}

void
midi_input_reset(struct midi_softc *sc)
{
	struct midi_fifo *mf = &sc->sc_fifo;
	uint8_t end[MIDI_MSG_MAX];

	KASSERT(mutex_owned(&sc->sc_lock));
	mutex_enter(sc->sc_hwlock);
	mf->mf_head = mf->mf_used = mf->mf_mark = mf->mf_nmarks = 0;
	mf->mf_full = false;
	mutex_exit(sc->sc_hwlock);
	(void)midi_parse_end(&sc->sc_parse, end);
	midi_count(sc, MIDI_COUNT_RCV_DISCARDED,
	    sc->sc_parse.mp_discarded_bytes);
	midi_count(sc, MIDI_COUNT_RCV_INCOMPLETE,
	    sc->sc_parse.mp_incomplete_msgs);
	midi_parse_init(&sc->sc_parse, sc->sc_parse.mp_flags);
	midi_asense_init(&sc->sc_asense_in, 1000000ULL * midi_setting_get(
	    &sc->sc_settings, MIDI_SETTING_ASENSE_TOLERANCE));
}
