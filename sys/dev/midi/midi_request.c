/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_request.c: requests of programs about a port's settings and counts.
 *
 * What a setting is and which values it may have is midi_setting.c's; here it
 * is found out whose is meant, whether who asks may, and what is to be done at
 * once when it changes.
 *
 * Locks: sc_lock guards a port's settings and those of its clients.  Those of
 * ports to come are behind midi_port.c, never asked for with sc_lock held.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/midiio.h>

#include <dev/midi/midi_watch.h>
#include <dev/midi/midivar.h>

/* A setting of the port, or of a client, has changed. */
static void
midi_request_changed(struct midi_softc *sc, enum midi_setting_key key)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	switch (key) {
	case MIDI_SETTING_EXCLUSIVE:
	case MIDI_SETTING_WAIT_OPEN:
		cv_broadcast(&sc->sc_cv);
		break;
	case MIDI_SETTING_ASENSE_GENERATE:
	case MIDI_SETTING_ASENSE_INTERVAL:
	case MIDI_SETTING_RATE:
	case MIDI_SETTING_SYSEX_GAP:
		midi_output_changed(sc);
		break;
	case MIDI_SETTING_ASENSE_PASS:
	case MIDI_SETTING_ASENSE_REACT:
	case MIDI_SETTING_ASENSE_TOLERANCE:
	case MIDI_SETTING_RX_CHANNELS:
	case MIDI_SETTING_RX_KINDS:
		midi_input_changed(sc);
		break;
	default:
		break;
	}
}

static void
midi_request_set_port(struct midi_softc *sc, enum midi_setting_key key,
    int value)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_settings.mss_value[key] = value;
	midi_request_changed(sc, key);
	mutex_exit(&sc->sc_lock);
}

/* Somebody else has one of the directions that the client has. */
static bool
midi_request_shared(struct midi_softc *sc, struct midi_client *mc)
{
	struct midi_client *other;

	if (mc->mc_dirs & FREAD) {
		LIST_FOREACH(other, &sc->sc_readers, mc_rlink) {
			if (other != mc && !other->mc_passive)
				return true;
		}
	}
	if (mc->mc_dirs & FWRITE) {
		TAILQ_FOREACH(other, &sc->sc_writers, mc_wlink) {
			if (other != mc && other != &sc->sc_self &&
			    !other->mc_passive)
				return true;
		}
	}
	return false;
}

static int
midi_request_set_file(struct midi_softc *sc, struct midi_client *mc,
    enum midi_setting_key key, int value)
{
	int error = 0;

	if (mc == NULL)
		return EINVAL;
	mutex_enter(&sc->sc_lock);
	if (key == MIDI_SETTING_EXCLUSIVE && value != 0 &&
	    midi_request_shared(sc, mc))
		error = EBUSY;
	else {
		atomic_store_relaxed(&mc->mc_settings.mss_value[key], value);
		midi_request_changed(sc, key);
	}
	mutex_exit(&sc->sc_lock);
	return error;
}

/* Of all ports there are, and of those to come. */
static void
midi_request_set_all(enum midi_setting_key key, int value)
{
	const int n = midi_unit_count();
	struct midi_port *mp;
	struct midi_softc *sc;
	int unit;

	midi_port_set_default(key, value);
	if (!midi_setting_has(key, MIDI_SCOPE_PORT))
		return;
	for (unit = 0; unit < n; unit++) {
		mp = midi_port_lookup(unit);
		if (mp == NULL)
			continue;
		sc = midi_port_enter(mp);
		if (sc != NULL) {
			midi_request_set_port(sc, key, value);
			midi_port_exit(mp);
		}
		midi_port_release(mp);
	}
}

/* Let watchers know of a setting of a port, or of all. */
static void
midi_request_tell(int unit, const struct midi_setting_value *msv)
{
	struct midictl_event me;

	memset(&me, 0, sizeof(me));
	me.me_type = MIDICTL_SETTING;
	me.me_unit = unit;
	me.me_dest = MIDICTL_ANY;
	me.me_value = msv->msv_value;
	memcpy(me.me_name, msv->msv_name, sizeof(msv->msv_name));
	midi_watch_post(&me);
}

static int
midi_request_set(struct midi_softc *sc, struct midi_client *mc,
    const struct midi_setting_value *msv, int flags)
{
	const int key = midi_setting_find(msv->msv_name,
	    sizeof(msv->msv_name));

	if (!midi_setting_valid(key, msv->msv_value) ||
	    !midi_setting_has(key, msv->msv_scope) || msv->msv_zero != 0)
		return EINVAL;
	switch (msv->msv_scope) {
	case MIDI_SCOPE_FILE:
		return midi_request_set_file(sc, mc, key, msv->msv_value);
	case MIDI_SCOPE_PORT:
		if ((flags & FWRITE) == 0)
			return EPERM;
		midi_request_set_port(sc, key, msv->msv_value);
		midi_request_tell(device_unit(sc->sc_dev), msv);
		return 0;
	case MIDI_SCOPE_ALL:
		if ((flags & FWRITE) == 0)
			return EPERM;
		midi_request_set_all(key, msv->msv_value);
		midi_request_tell(MIDICTL_ANY, msv);
		return 0;
	default:
		return EINVAL;
	}
}

static int
midi_request_get(struct midi_softc *sc, struct midi_client *mc,
    struct midi_setting_value *msv)
{
	const int key = midi_setting_find(msv->msv_name,
	    sizeof(msv->msv_name));
	struct midi_settings mss;

	if (!midi_setting_has(key, msv->msv_scope) || msv->msv_zero != 0)
		return EINVAL;
	switch (msv->msv_scope) {
	case MIDI_SCOPE_FILE:
		if (mc == NULL)
			return EINVAL;
		mutex_enter(&sc->sc_lock);
		mss = mc->mc_settings;
		mutex_exit(&sc->sc_lock);
		break;
	case MIDI_SCOPE_PORT:
		mutex_enter(&sc->sc_lock);
		mss = sc->sc_settings;
		mutex_exit(&sc->sc_lock);
		break;
	case MIDI_SCOPE_ALL:
		midi_port_defaults(&mss);
		break;
	default:
		return EINVAL;
	}
	msv->msv_value = midi_setting_get(&mss, key);
	return 0;
}

/* Not below what it was. */
static void
midi_request_raise(unsigned long long *high, struct midi_box *mb)
{

	if (mb != NULL)
		*high = MAX(*high, midi_box_high(mb));
}

void
midi_request_high(struct midi_softc *sc, struct midi_client *mc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_request_raise(&sc->sc_rcv.mst_high_bytes, mc->mc_in);
	midi_request_raise(&sc->sc_xmt.mst_high_bytes, &mc->mc_out);
}

static void
midi_request_stats_open(struct midi_client *mc, struct midi_stats *ms)
{

	ms->ms_rcv_open = mc->mc_rcv;
	if (mc->mc_in != NULL)
		ms->ms_rcv_open.mst_waiting_bytes = midi_box_used(mc->mc_in);
	midi_request_raise(&ms->ms_rcv_open.mst_high_bytes, mc->mc_in);
	ms->ms_xmt_open = mc->mc_xmt;
	ms->ms_xmt_open.mst_waiting_bytes = midi_box_used(&mc->mc_out);
	midi_request_raise(&ms->ms_xmt_open.mst_high_bytes, &mc->mc_out);
}

static void
midi_request_stats_attach(struct midi_softc *sc, struct midi_stats *ms)
{
	const struct evcnt *ev = sc->sc_count;
	struct midi_client *mc;
	uint64_t waiting = 0;

	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink) {
		midi_request_high(sc, mc);
		if (mc->mc_in != NULL)
			waiting += midi_box_used(mc->mc_in);
	}
	ms->ms_rcv_attach = sc->sc_rcv;
	ms->ms_rcv_attach.mst_waiting_bytes = waiting;
	ms->ms_rcv_attach.mst_bytes = ev[MIDI_COUNT_RCV_BYTES].ev_count;
	ms->ms_rcv_attach.mst_lost_bytes =
	    ev[MIDI_COUNT_RCV_OVERRUN].ev_count;
	ms->ms_rcv_attach.mst_discarded_bytes =
	    ev[MIDI_COUNT_RCV_DISCARDED].ev_count -
	    ev[MIDI_COUNT_RCV_OVERRUN].ev_count;
	ms->ms_rcv_attach.mst_incomplete_msgs =
	    ev[MIDI_COUNT_RCV_INCOMPLETE].ev_count;
	waiting = midi_wire_left(sc);
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		midi_request_high(sc, mc);
		waiting += midi_box_used(&mc->mc_out);
	}
	ms->ms_xmt_attach = sc->sc_xmt;
	ms->ms_xmt_attach.mst_waiting_bytes = waiting;
	ms->ms_xmt_attach.mst_bytes = ev[MIDI_COUNT_XMT_BYTES].ev_count;
	ms->ms_xmt_attach.mst_lost_bytes = ev[MIDI_COUNT_XMT_LOST].ev_count;
	ms->ms_xmt_attach.mst_discarded_bytes =
	    ev[MIDI_COUNT_XMT_DISCARDED].ev_count;
	ms->ms_xmt_attach.mst_incomplete_msgs =
	    ev[MIDI_COUNT_XMT_INCOMPLETE].ev_count;
}

static int
midi_request_stats(struct midi_softc *sc, struct midi_client *mc,
    struct midi_stats *ms)
{

	memset(ms, 0, sizeof(*ms));
	mutex_enter(&sc->sc_lock);
	if (mc != NULL)
		midi_request_stats_open(mc, ms);
	midi_request_stats_attach(sc, ms);
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
midi_request_handle(struct midi_softc *sc, struct midi_client *mc, u_long cmd,
    void *data, int flags)
{

	switch (cmd) {
	case MIDI_GETSETTING:
		return midi_request_get(sc, mc, data);
	case MIDI_SETSETTING:
		return midi_request_set(sc, mc, data, flags);
	case MIDI_STATS:
		return midi_request_stats(sc, mc, data);
	case MIDI_SETTINGINFO:
		return midi_setting_describe(data) ? 0 : EINVAL;
	default:
		return EPASSTHROUGH;
	}
}
