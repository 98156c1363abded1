/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_wire.c: what is on its way into the hardware.
 *
 * midi_output.c puts a run on the empty wire, sc_wire; it is encoded there as
 * the driver prefers, and the hardware takes of it what it can.  Hardware that
 * cannot tell when it is ready is asked again after the time of a byte; with
 * alarms that are coarser than that by a thread that has nothing to do, as long
 * as the hardware has not refused MIDI_WIRE_EAGER times on end.
 *
 * A driver as NetBSD has them, with only an output method and no interrupt to
 * tell, may wait inside of the method.  Nobody is kept waiting for that: one
 * that was seen to do so is from then on given a byte when the last has had
 * time to leave, so that it finds its hardware ready.  Where alarms are too
 * coarse for that, it is given as many bytes from one alarm to the next as
 * leave in between.  After each of them, and after MIDI_WIRE_TURN_NS whatever
 * the driver, the locks are let go and the soft interrupt goes on.
 *
 * A paced wire takes one message at a time.  sc_pace_ns is when a cable of
 * that rate would have carried what was taken, sc_gap_ns the end of the pause
 * after System Exclusive, which real time goes through; sc_rest_ns is which of
 * them the alarm waits for.
 *
 * Raw bytes pass by the encoder, and nothing is made of them.
 *
 * Locks: everything here is under sc_lock; sc_hwlock is taken for each call
 * of a method.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>

#include <dev/midi/midi_tap.h>
#include <dev/midi/midivar.h>

/* How long polled hardware keeps the locks and the processor at a time. */
#define MIDI_WIRE_TURN_NS	50000ULL
/* Askings in vain, until nothing is spent on the next ones. */
#define MIDI_WIRE_EAGER		1000
/* By how much a paced wire may be late and then make it up. */
#define MIDI_WIRE_LATE_NS	1000000ULL

void
midi_wire_reset(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_wire_used = sc->sc_wire_sent = 0;
	sc->sc_wire_mc = NULL;
	sc->sc_wire_raw = sc->sc_wire_sysex = false;
	sc->sc_pace_ns = sc->sc_pace_rest = sc->sc_gap_ns = 0;
	sc->sc_rest_ns = 0;
	sc->sc_burst = MIDI_MSG_MAX;
	sc->sc_retry_ns = 0;
	sc->sc_asked = sc->sc_refusals = 0;
	midi_encode_forget(&sc->sc_encode);
	mutex_enter(sc->sc_hwlock);
	sc->sc_busy = false;
	mutex_exit(sc->sc_hwlock);
}

/*
 * Hand the hardware a message of the wire by NetBSD's extended methods.  One
 * that wants running status is given what such a wire would carry, message by
 * message.  *error is the method's; returns the bytes of the wire.
 */
static u_int
midi_wire_ext(struct midi_softc *sc, uint8_t *bytes, u_int n, int *error)
{
	const struct midi_hw_if_ext *ext = sc->sc_ext;
	uint8_t msg[MIDI_MSG_MAX], status = bytes[0];
	size_t len, used __diagused, out;

	len = midi_msg_unit(bytes, n);
	if (midi_msg_is_sysex(status))
		len = MIN(len, MIDI_MSG_MAX);
	KASSERT(len != 0);
	used = midi_encode_run(&sc->sc_encode, bytes, len, msg, sizeof(msg),
	    &out);
	KASSERT(used == len);
	if (midi_msg_is_realtime(status))
		*error = sc->sc_hw->output(sc->sc_hdl, status);
	else if (midi_msg_is_sysex(status))
		*error = ext->sysex(sc->sc_hdl, msg, out);
	else if (midi_msg_is_channel(status)) {
		/* The encoder may have chosen the other kind of note-off. */
		if (ext->compress)
			status = sc->sc_encode.me_running;
		else
			status = msg[0];
		*error = ext->channel(sc->sc_hdl, status & 0xf0,
		    status & 0x0f, msg, out);
	} else
		*error = ext->common(sc->sc_hdl, status, msg, out);
	return len;
}

/*
 * Give the hardware what the wire holds, once.  Returns the bytes taken or a
 * negated errno; sets sc_busy when the hardware is to be waited for.
 */
static int
midi_wire_give(struct midi_softc *sc)
{
	const bool intr = (sc->sc_info.props & MIDI_PROP_OUT_INTR) != 0;
	uint8_t *bytes = sc->sc_wire + sc->sc_wire_sent;
	const u_int n = midi_wire_left(sc);
	int error, taken;

	KASSERT(mutex_owned(sc->sc_hwlock));
	if ((sc->sc_hwdirs & FWRITE) == 0)
		return -EIO;	/* it could not be opened again */
	if (sc->sc_run->outputn != NULL) {
		taken = sc->sc_run->outputn(sc->sc_hdl, bytes, n);
		KASSERT(taken <= (int)n);
		if (taken >= 0 && taken < (int)n)
			sc->sc_busy = true;
		return taken;
	}
	if (sc->sc_ext != NULL && !sc->sc_wire_raw)
		taken = midi_wire_ext(sc, bytes, n, &error);
	else {
		error = sc->sc_hw->output(sc->sc_hdl, bytes[0]);
		taken = 1;
	}
	if (error != 0 && error != EINPROGRESS)
		return -error;
	sc->sc_busy = intr && error == 0;
	return taken;
}

/* The same share of what was loaded is lost as of what was made of it, so that
 * what a client sent and what it lost are all that it gave. */
void
midi_wire_lose(struct midi_softc *sc)
{
	const u_int left = midi_wire_left(sc);
	struct midi_client *mc = sc->sc_wire_mc;
	u_int lost;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (mc != NULL && left != 0) {
		lost = sc->sc_wire_given * left / sc->sc_wire_used;
		mc->mc_xmt.mst_bytes -= lost;
		mc->mc_xmt.mst_lost_bytes += lost;
	}
	midi_count(sc, MIDI_COUNT_XMT_LOST, left);
	sc->sc_wire_used = sc->sc_wire_sent = 0;
}

/*
 * The hardware refused: drop the message, and tell who sent it.  A write(2)
 * that fails leaves nothing behind: the rest of it goes as well.
 */
static void
midi_wire_refused(struct midi_softc *sc, int error)
{
	struct midi_client *mc = sc->sc_wire_mc;

	midi_wire_lose(sc);
	midi_encode_forget(&sc->sc_encode);
	if (mc == NULL)
		return;
	atomic_store_relaxed(&mc->mc_error, error);
	if (mc->mc_drop_rest)
		midi_output_discard(sc, mc);
}

/*
 * The hardware has taken something, or has done with it: silence begins anew.
 * The alarm is only set by the first; it finds by itself that it is early.
 */
void
midi_wire_sounded(struct midi_softc *sc)
{
	const bool was = midi_asense_deadline_ns(&sc->sc_asense_out) !=
	    MIDI_ASENSE_NEVER;

	if (!midi_setting_get(&sc->sc_settings, MIDI_SETTING_ASENSE_GENERATE))
		return;
	(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_TRAFFIC,
	    midi_alarm_now_ns());
	if (!was)
		midi_output_rearm(sc);
}

/* The wire has taken the end of a System Exclusive message. */
static void
midi_wire_gap(struct midi_softc *sc)
{

	sc->sc_wire_sysex = false;
	sc->sc_gap_ns = midi_alarm_now_ns() + 1000ULL * midi_setting_get(
	    &sc->sc_settings, MIDI_SETTING_SYSEX_GAP);
}

/* Ask the hardware again after the time of a byte. */
static void
midi_wire_ask(struct midi_softc *sc)
{

	if (sc->sc_retry_ns != 0)
		return;
	sc->sc_retry_ns = midi_alarm_now_ns() + MIDI_BYTE_NS;
	if (sc->sc_refusals < MIDI_WIRE_EAGER)
		sc->sc_refusals++;
	midi_output_rearm(sc);
}

bool
midi_wire_is_polled(const struct midi_softc *sc)
{

	return sc->sc_run->outputn != NULL &&
	    (sc->sc_info.props & MIDI_PROP_OUT_INTR) == 0;
}

bool
midi_wire_is_eager(const struct midi_softc *sc)
{

	return midi_wire_is_polled(sc) && sc->sc_refusals < MIDI_WIRE_EAGER;
}

/* Neither does the hardware tell when it is ready, nor the driver whether. */
static bool
midi_wire_is_blind(const struct midi_softc *sc)
{

	return sc->sc_run->outputn == NULL &&
	    (sc->sc_info.props & MIDI_PROP_OUT_INTR) == 0;
}

void
midi_wire_begin(struct midi_softc *sc)
{

	sc->sc_turn_over = false;
	if (midi_wire_is_blind(sc))
		sc->sc_turn_ns = midi_alarm_now_ns();
}

/*
 * Such a driver has been called, at the given time: is it enough for now?  If
 * so, the soft interrupt or the alarm goes on.
 */
static void
midi_wire_turn(struct midi_softc *sc, uint64_t began_ns)
{
	const uint64_t now_ns = midi_alarm_now_ns();

	if (sc->sc_ext == NULL && now_ns - began_ns >= MIDI_WIRE_TURN_NS)
		sc->sc_waits = true;
	if (sc->sc_waits)
		sc->sc_asked++;
	else if (now_ns - sc->sc_turn_ns < MIDI_WIRE_TURN_NS)
		return;
	sc->sc_turn_over = true;
	if (sc->sc_asked * MIDI_BYTE_NS < midi_alarm_resolution_ns()) {
		midi_softint_schedule(sc->sc_out_sih);
		return;
	}
	sc->sc_asked = 0;
	mutex_enter(sc->sc_hwlock);
	sc->sc_busy = true;
	mutex_exit(sc->sc_hwlock);
	midi_wire_ask(sc);
}

/* Let the hardware take of the wire once.  True: and more. */
static bool
midi_wire_step(struct midi_softc *sc)
{
	const bool blind = midi_wire_is_blind(sc);
	uint64_t began_ns = 0;
	int taken = 0;
	bool busy;

	mutex_enter(sc->sc_hwlock);
	busy = sc->sc_busy;
	if (!busy) {
		if (blind)
			began_ns = midi_alarm_now_ns();
		taken = midi_wire_give(sc);
	}
	busy = sc->sc_busy;
	mutex_exit(sc->sc_hwlock);
	if (taken < 0)
		midi_wire_refused(sc, -taken);
	else {
		sc->sc_wire_sent += taken;
		midi_count(sc, MIDI_COUNT_XMT_BYTES, taken);
	}
	if (began_ns != 0)
		midi_wire_turn(sc, began_ns);
	return !busy && !sc->sc_turn_over;
}

bool
midi_wire_push(struct midi_softc *sc)
{
	const u_int before = sc->sc_wire_sent;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (midi_wire_left(sc) == 0 && !sc->sc_wire_sysex)
		return true;
	while (midi_wire_left(sc) != 0 && midi_wire_step(sc))
		continue;
	if (sc->sc_wire_sent > before) {
		sc->sc_refusals = 0;
		midi_wire_sounded(sc);
	}
	if (midi_wire_left(sc) == 0) {
		if (sc->sc_wire_sysex)
			midi_wire_gap(sc);
		return true;
	}
	sc->sc_burst = MIDI_MSG_MAX;
	if (midi_wire_is_polled(sc))
		midi_wire_ask(sc);
	return false;
}

/*
 * So many bytes begin to leave: when may the next ones?  Who is a little late
 * is not held to it, so that the rate is kept on the whole.
 */
static void
midi_wire_pace(struct midi_softc *sc, u_int n)
{
	const int rate = midi_setting_get(&sc->sc_settings,
	    MIDI_SETTING_RATE);
	const uint64_t now_ns = midi_alarm_now_ns();
	uint64_t bytes_ns;

	if (sc->sc_pace_ns + MIDI_WIRE_LATE_NS < now_ns) {
		sc->sc_pace_ns = now_ns;
		sc->sc_pace_rest = 0;
	}
	bytes_ns = n * 1000000000ULL + sc->sc_pace_rest;
	sc->sc_pace_ns += bytes_ns / rate;
	sc->sc_pace_rest = bytes_ns % rate;
}

/*
 * Whether the wire rests, and the alarm is set; or rests but for real-time
 * bytes, which go through a gap after System Exclusive.
 */
bool
midi_wire_rests(struct midi_softc *sc, bool *gap)
{
	uint64_t now_ns, until_ns;
	bool rests;

	*gap = false;
	if (!midi_wire_is_paced(sc))
		return false;
	now_ns = midi_alarm_now_ns();
	until_ns = 0;
	rests = midi_setting_get(&sc->sc_settings, MIDI_SETTING_RATE) != 0 &&
	    sc->sc_pace_ns > now_ns;
	if (rests)
		until_ns = sc->sc_pace_ns;
	else if (sc->sc_gap_ns > now_ns) {
		*gap = true;
		until_ns = sc->sc_gap_ns;
	}
	if (until_ns != sc->sc_rest_ns) {
		sc->sc_rest_ns = until_ns;
		midi_output_rearm(sc);
	}
	return rests;
}

/* Put a run on the empty wire as the driver wants it; raw bytes as they are. */
void
midi_wire_load(struct midi_softc *sc, struct midi_client *mc,
    const uint8_t *run, size_t n)
{
	size_t used __diagused, out = n;

	KASSERT(midi_wire_left(sc) == 0);
	if (!LIST_EMPTY(&sc->sc_taps))
		midi_tap_sent(sc, run, n);
	sc->sc_wire_mc = mc;
	sc->sc_wire_given = n;
	sc->sc_wire_sent = 0;
	sc->sc_wire_raw = mc != NULL && mc->mc_raw;
	if (sc->sc_wire_raw || sc->sc_ext != NULL) {
		/* Messages are encoded one by one, as they are handed over. */
		memcpy(sc->sc_wire, run, n);
		if (sc->sc_wire_raw)
			midi_encode_forget(&sc->sc_encode);
	} else {
		used = midi_encode_run(&sc->sc_encode, run, n, sc->sc_wire,
		    sizeof(sc->sc_wire), &out);
		KASSERT(used == n);
	}
	sc->sc_wire_used = out;
	if (midi_setting_get(&sc->sc_settings, MIDI_SETTING_RATE) != 0)
		midi_wire_pace(sc, out);
	sc->sc_wire_sysex = run[n - 1] == MIDI_MSG_SYSEX_END;
}
