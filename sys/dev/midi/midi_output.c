/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_output.c: from the boxes of those who send to the hardware.
 *
 * Each sender has an output box.  Whole messages are taken out of the boxes
 * in turn, encoded as the driver prefers, and stand in sc_wire until the
 * hardware has taken their last byte.  While the hardware takes all it is
 * given, more is put there at a time; when it lags, one message, so that a
 * real-time byte of another sender never waits long.
 *
 * Whoever has put something in a box runs the output at once, in his own
 * context; the soft interrupt goes on when the hardware is ready again.
 * Hardware that cannot tell when it is ready is asked again after the time
 * of a byte: nobody waits for it with a lock held.
 *
 * Notes are followed as they leave for the wire, so that what a sender left
 * sounding can be ended exactly, by sc_self, the device's own sender.  It
 * also sends Active Sensing.
 *
 * Locks: everything here is under sc_lock; sc_hwlock is taken for each call
 * of a method.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>

#include <dev/midi/midivar.h>

/* The controllers that end what a channel sounds. */
#define MIDI_SOUND_OFF		120
#define MIDI_NOTES_OFF		123

/* How long a driver is given to take what ends the last notes. */
#define MIDI_ENDING_TICKS	mstohz(1000)

static u_int
midi_output_left(const struct midi_softc *sc)
{

	return sc->sc_wire_used - sc->sc_wire_sent;
}

/* Nothing of the client's (NULL: of anyone's) is on its way any more. */
static bool
midi_output_idle(struct midi_softc *sc, struct midi_client *mc)
{
	bool busy;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (midi_output_left(sc) != 0 || sc->sc_end_due)
		return false;
	if (mc != NULL && midi_box_used(&mc->mc_out) != 0)
		return false;
	mutex_enter(sc->sc_hwlock);
	busy = sc->sc_busy;
	mutex_exit(sc->sc_hwlock);
	return !busy;
}

/*
 * Hand the hardware a message of the wire by NetBSD's extended methods.  One
 * that wants running status is given what such a wire would carry, message by
 * message.  *error is the method's; returns the bytes of the wire.
 */
static u_int
midi_output_ext(struct midi_softc *sc, uint8_t *bytes, u_int n, int *error)
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
midi_output_give(struct midi_softc *sc)
{
	const bool intr = (sc->sc_info.props & MIDI_PROP_OUT_INTR) != 0;
	uint8_t *bytes = sc->sc_wire + sc->sc_wire_sent;
	const u_int n = midi_output_left(sc);
	int error, taken;

	KASSERT(mutex_owned(sc->sc_hwlock));
	if ((sc->sc_hwdirs & FWRITE) == 0)
		return -EIO;	/* it could not be opened again */
	if (sc->sc_hw->outputn != NULL) {
		taken = sc->sc_hw->outputn(sc->sc_hdl, bytes, n);
		KASSERT(taken <= (int)n);
		if (taken >= 0 && taken < (int)n)
			sc->sc_busy = true;
		return taken;
	}
	if (sc->sc_ext != NULL)
		taken = midi_output_ext(sc, bytes, n, &error);
	else {
		error = sc->sc_hw->output(sc->sc_hdl, bytes[0]);
		taken = 1;
	}
	if (error != 0 && error != EINPROGRESS)
		return -error;
	sc->sc_busy = intr && error == 0;
	return taken;
}

/*
 * The hardware refused: drop the message, and tell who sent it.  A write(2)
 * that fails leaves nothing behind: the rest of it goes as well.
 */
static void
midi_output_refused(struct midi_softc *sc, int error)
{
	struct midi_client *mc = sc->sc_wire_mc;

	midi_count(sc, MIDI_COUNT_XMT_LOST, midi_output_left(sc));
	sc->sc_wire_used = sc->sc_wire_sent = 0;
	midi_encode_forget(&sc->sc_encode);
	if (mc == NULL)
		return;
	mc->mc_error = error;
	if (mc->mc_drop_rest)
		midi_count(sc, MIDI_COUNT_XMT_LOST,
		    midi_box_flush(&mc->mc_out));
}

/*
 * The hardware has taken something, or has done with it: silence begins anew.
 * The alarm is only set by the first; it finds by itself that it is early.
 */
static void
midi_output_sounded(struct midi_softc *sc)
{
	const bool was = midi_asense_deadline_ns(&sc->sc_asense_out) !=
	    MIDI_ASENSE_NEVER;

	if (sc->sc_info.props & MIDI_PROP_RELIABLE)
		return;
	(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_TRAFFIC,
	    midi_alarm_now_ns());
	if (!was)
		midi_output_rearm(sc);
}

/* Empty the wire into the hardware.  True: it is empty. */
static bool
midi_output_push(struct midi_softc *sc)
{
	const u_int before = sc->sc_wire_sent;
	int taken = 0;
	bool busy = false;

	while (midi_output_left(sc) != 0 && !busy) {
		mutex_enter(sc->sc_hwlock);
		busy = sc->sc_busy;
		if (!busy) {
			taken = midi_output_give(sc);
			busy = sc->sc_busy;
		}
		mutex_exit(sc->sc_hwlock);
		if (taken < 0)
			midi_output_refused(sc, -taken);
		else {
			sc->sc_wire_sent += taken;
			midi_count(sc, MIDI_COUNT_XMT_BYTES, taken);
		}
		taken = 0;
	}
	if (sc->sc_wire_sent > before)
		midi_output_sounded(sc);
	if (midi_output_left(sc) == 0)
		return true;
	sc->sc_burst = MIDI_MSG_MAX;
	if (sc->sc_hw->outputn != NULL &&
	    (sc->sc_info.props & MIDI_PROP_OUT_INTR) == 0 &&
	    sc->sc_retry_ns == 0) {
		sc->sc_retry_ns = midi_alarm_now_ns() + MIDI_BYTE_NS;
		midi_output_rearm(sc);
	}
	return false;
}

/* Put a run on the empty wire as the driver wants it. */
static void
midi_output_load(struct midi_softc *sc, struct midi_client *mc,
    const uint8_t *run, size_t n)
{
	size_t used __diagused, out;

	KASSERT(midi_output_left(sc) == 0);
	sc->sc_wire_mc = mc;
	sc->sc_wire_sent = 0;
	if (sc->sc_ext != NULL) {
		/* Encoded message by message, as they are handed over. */
		memcpy(sc->sc_wire, run, n);
		sc->sc_wire_used = n;
		return;
	}
	used = midi_encode_run(&sc->sc_encode, run, n, sc->sc_wire,
	    sizeof(sc->sc_wire), &out);
	KASSERT(used == n);
	sc->sc_wire_used = out;
}

/* A writer who does Active Sensing himself is left alone with it. */
static void
midi_output_asense(struct midi_softc *sc, const uint8_t *run, size_t n)
{
	size_t i;

	for (i = 0; i < n && run[i] != MIDI_MSG_ACTIVE_SENSE; i++)
		continue;
	if (i != n)
		(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_BYTE,
		    midi_alarm_now_ns());
}

/* Take what the client may send now and put it on the wire. */
static bool
midi_output_take(struct midi_softc *sc, struct midi_client *mc)
{
	const bool blocked = sc->sc_merge.mg_open &&
	    sc->sc_merge.mg_owner != mc->mc_source;
	uint8_t run[MIDI_CHUNK_BYTES];
	size_t n;

	n = midi_box_get(&mc->mc_out, run, sc->sc_burst, blocked);
	if (n == 0)
		return false;
	midi_merge_sent(&sc->sc_merge, mc->mc_source, run, n);
	midi_notes_run(&mc->mc_notes, run, n);
	if (mc != &sc->sc_self)
		midi_output_asense(sc, run, n);
	midi_output_load(sc, mc, run, n);
	sc->sc_burst = MIN(sc->sc_burst * 2, MIDI_CHUNK_BYTES);
	return true;
}

/* Put the next thing to send on the empty wire.  False: there is none. */
static bool
midi_output_fill(struct midi_softc *sc)
{
	static const uint8_t end = MIDI_MSG_SYSEX_END;
	struct midi_client *mc;

	if (sc->sc_end_due) {
		sc->sc_end_due = false;
		midi_output_load(sc, NULL, &end, 1);
		return true;
	}
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		if (!midi_output_take(sc, mc))
			continue;
		/* His turn is over. */
		if (mc != &sc->sc_self) {
			TAILQ_REMOVE(&sc->sc_writers, mc, mc_wlink);
			TAILQ_INSERT_BEFORE(&sc->sc_self, mc, mc_wlink);
		}
		return true;
	}
	return false;
}

void
midi_output_run(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	if ((sc->sc_open & FWRITE) == 0)
		return;
	do {
		if (!midi_output_push(sc))
			return;
	} while (!sc->sc_paused && midi_output_fill(sc));
	sc->sc_wire_mc = NULL;
	cv_broadcast(&sc->sc_cv);
}

void
midi_output_softint(void *arg)
{
	struct midi_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	if (midi_asense_deadline_ns(&sc->sc_asense_out) != MIDI_ASENSE_NEVER)
		midi_output_sounded(sc);
	midi_output_run(sc);
	mutex_exit(&sc->sc_lock);
}

void
midi_output_forget(struct midi_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	midi_encode_forget(&sc->sc_encode);
	mutex_exit(&sc->sc_lock);
}

int
midi_output_kick(struct midi_softc *sc, struct midi_client *mc)
{
	int error;

	mutex_enter(&sc->sc_lock);
	midi_output_run(sc);
	error = mc->mc_error;
	mc->mc_error = 0;
	mutex_exit(&sc->sc_lock);
	return error;
}

void
midi_output_ready(void *arg)
{
	struct midi_softc *sc = arg;

	KASSERT(mutex_owned(sc->sc_hwlock));
	sc->sc_busy = false;
	softint_schedule(sc->sc_out_sih);
}

void
midi_output_alarm(struct midi_softc *sc, uint64_t now_ns)
{
	static const uint8_t sense = MIDI_MSG_ACTIVE_SENSE;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (sc->sc_retry_ns != 0 && sc->sc_retry_ns <= now_ns) {
		sc->sc_retry_ns = 0;
		mutex_enter(sc->sc_hwlock);
		sc->sc_busy = false;
		mutex_exit(sc->sc_hwlock);
	}
	/* No need while something is on its way. */
	if (midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_TIME, now_ns) ==
	    MIDI_ASENSE_SEND && midi_output_idle(sc, &sc->sc_self))
		(void)midi_box_put(&sc->sc_self.mc_out, &sense, 1);
	midi_output_run(sc);
}

void
midi_output_rearm(struct midi_softc *sc)
{
	uint64_t next_ns;

	KASSERT(mutex_owned(&sc->sc_lock));
	next_ns = MIN(midi_asense_deadline_ns(&sc->sc_asense_in),
	    midi_asense_deadline_ns(&sc->sc_asense_out));
	if (sc->sc_retry_ns != 0)
		next_ns = MIN(next_ns, sc->sc_retry_ns);
	if (next_ns != MIDI_ASENSE_NEVER)
		midi_alarm_at(sc->sc_alarm, next_ns);
}

int
midi_output_pause(struct midi_softc *sc)
{
	int error = 0;
	bool busy;

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_paused = true;
	for (;;) {
		mutex_enter(sc->sc_hwlock);
		busy = sc->sc_busy;
		mutex_exit(sc->sc_hwlock);
		if (sc->sc_dying)
			return EIO;
		if ((!busy && midi_output_left(sc) == 0) || error != 0)
			break;
		error = cv_timedwait_sig(&sc->sc_cv, &sc->sc_lock,
		    MIDI_ENDING_TICKS);
	}
	if (error == EWOULDBLOCK) {
		midi_count(sc, MIDI_COUNT_XMT_LOST, midi_output_left(sc));
		sc->sc_wire_used = sc->sc_wire_sent = 0;
		mutex_enter(sc->sc_hwlock);
		sc->sc_busy = false;
		mutex_exit(sc->sc_hwlock);
		error = 0;
	}
	return error;
}

void
midi_output_resume(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_paused = false;
	if (!sc->sc_dying)
		midi_output_run(sc);
}

int
midi_output_drain(struct midi_softc *sc, struct midi_client *mc, int ticks,
    bool intr)
{
	const int end_ticks = getticks() + ticks;
	int error = 0, left_ticks = 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_output_run(sc);
	while (error == 0 && !sc->sc_dying && !midi_output_idle(sc, mc)) {
		if (ticks > 0 && (left_ticks = end_ticks - getticks()) <= 0)
			error = EWOULDBLOCK;
		else if (intr)
			error = cv_timedwait_sig(&sc->sc_cv, &sc->sc_lock,
			    left_ticks);
		else
			error = cv_timedwait(&sc->sc_cv, &sc->sc_lock,
			    left_ticks);
	}
	return sc->sc_dying ? EIO : error;
}

void
midi_output_silence(struct midi_softc *sc, struct midi_client *mc)
{
	uint8_t run[MIDI_MSG_MAX * 16];
	size_t n;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_count(sc, MIDI_COUNT_XMT_LOST, midi_box_flush(&mc->mc_out));
	do {
		/* One strike more than room for all keys once is no reason
		 * to lose an end: only a device that takes nothing is. */
		if (!midi_box_has_room(&sc->sc_self.mc_out, sizeof(run)))
			midi_output_run(sc);
		n = midi_notes_end(&mc->mc_notes, run, sizeof(run));
	} while (n != 0 && midi_box_put(&sc->sc_self.mc_out, run, n) == 0);
	midi_output_run(sc);
}

void
midi_output_panic(struct midi_softc *sc)
{
	const bool paused = sc->sc_paused;
	struct midi_client *mc;
	uint8_t off[2 * MIDI_MSG_MAX];
	u_int channel;

	KASSERT(mutex_owned(&sc->sc_lock));
	/* Let nobody have his turn, so that the list stays as it is. */
	sc->sc_paused = true;
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink)
		midi_output_silence(sc, mc);
	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++) {
		off[0] = off[3] = MIDI_MSG_CONTROL | channel;
		off[1] = MIDI_NOTES_OFF;
		off[4] = MIDI_SOUND_OFF;
		off[2] = off[5] = 0;
		midi_count(sc, MIDI_COUNT_XMT_LOST,
		    midi_box_put(&sc->sc_self.mc_out, off, sizeof(off)));
	}
	sc->sc_paused = paused;
	midi_output_run(sc);
}

void
midi_output_leave(struct midi_softc *sc, struct midi_client *mc)
{
	const bool ending = !midi_notes_silent(&mc->mc_notes) ||
	    (sc->sc_merge.mg_open && sc->sc_merge.mg_owner == mc->mc_source) ||
	    midi_box_used(&sc->sc_self.mc_out) != 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_output_silence(sc, mc);
	if (midi_merge_leave(&sc->sc_merge, mc->mc_source))
		sc->sc_end_due = true;
	if (sc->sc_wire_mc == mc)
		sc->sc_wire_mc = NULL;
	midi_output_run(sc);
	if (ending)
		(void)midi_output_drain(sc, &sc->sc_self, MIDI_ENDING_TICKS,
		    false);
	(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_CLOSE,
	    midi_alarm_now_ns());
}

void
midi_output_reset(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_count(sc, MIDI_COUNT_XMT_LOST, midi_output_left(sc) +
	    (sc->sc_end_due ? 1 : 0) + midi_box_flush(&sc->sc_self.mc_out));
	sc->sc_wire_used = sc->sc_wire_sent = 0;
	sc->sc_wire_mc = NULL;
	sc->sc_burst = MIDI_MSG_MAX;
	sc->sc_end_due = false;
	sc->sc_retry_ns = 0;
	midi_merge_init(&sc->sc_merge);
	midi_encode_forget(&sc->sc_encode);
	midi_asense_init(&sc->sc_asense_out, 1000000ULL * midi_setting_get(
	    &sc->sc_settings, MIDI_SETTING_ASENSE_INTERVAL));
	mutex_enter(sc->sc_hwlock);
	sc->sc_busy = false;
	mutex_exit(sc->sc_hwlock);
}
