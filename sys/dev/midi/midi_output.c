/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_output.c: from the boxes of those who send to the hardware.
 *
 * Each sender has an output box.  Whole messages are taken out of the boxes
 * in turn and put on the wire (midi_wire.c), where they stand until the
 * hardware has taken their last byte.  While the hardware takes all it is
 * given, more is put there at a time; when it lags, one message, so that a
 * real-time byte of another sender never waits long.
 *
 * Whoever has put something in a box runs the output at once, in his own
 * context; the soft interrupt goes on when the hardware is ready again, or a
 * turn is over: nobody waits for hardware with a lock held.
 *
 * Notes are followed as they leave for the wire, so that what a sender left
 * sounding can be ended exactly, by sc_self, the device's own sender.  It
 * also sends Active Sensing.
 *
 * What one write(2) sends may be to stay together (append): the writer corks
 * his box until all of it is there, and while what was in the box then leaves
 * he holds the wire (midi_merge.c).
 *
 * Locks: everything here is under sc_lock; sc_hwlock is taken for each call
 * of a method.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>

#include <dev/midi/midivar.h>

/* The controllers that end what a channel sounds. */
#define MIDI_SOUND_OFF		120
#define MIDI_NOTES_OFF		123

#define MIDI_MS_NS	1000000ULL

/* Controllers that hold notes or end them begin with this. */
#define MIDI_OUTPUT_PEDALS	64

/* How often the notes of those who are still writing are ended at a detach. */
#define MIDI_FAREWELLS	8

/* How long a driver is given to take what ends the last notes. */
#define MIDI_ENDING_TICKS	mstohz(1000)

/*
 * Nothing of the client's (NULL: of anyone's) is on its way any more.  Those
 * who share the device with him may have sent since.
 */
static bool
midi_output_idle(struct midi_softc *sc, struct midi_client *mc)
{
	bool busy;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (mc != NULL && midi_box_used(&mc->mc_out) != 0)
		return false;
	if (mc != NULL && mc != &sc->sc_self && sc->sc_wire_mc != NULL &&
	    sc->sc_wire_mc != mc && sc->sc_wire_sent != 0)
		return true;
	if (midi_wire_left(sc) != 0 || sc->sc_end_due)
		return false;
	mutex_enter(sc->sc_hwlock);
	busy = sc->sc_busy;
	mutex_exit(sc->sc_hwlock);
	return !busy;
}

/*
 * A writer who does Active Sensing himself is left alone with it; or what he
 * does is taken out.  Returns the bytes of the run.
 */
static size_t
midi_output_asense(struct midi_softc *sc, uint8_t *run, size_t n)
{
	const bool drop = midi_setting_get(&sc->sc_settings,
	    MIDI_SETTING_ASENSE_FILTER);
	size_t i, o;

	for (i = 0; i < n && run[i] != MIDI_MSG_ACTIVE_SENSE; i++)
		continue;
	if (i == n)
		return n;
	if (!drop) {
		(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_BYTE,
		    midi_alarm_now_ns());
		return n;
	}
	for (o = i; i < n; i++) {
		if (run[i] != MIDI_MSG_ACTIVE_SENSE)
			run[o++] = run[i];
	}
	return o;
}

/* Raw bytes belong to no message: no note is followed, nothing added. */
static size_t
midi_output_take_raw(struct midi_softc *sc, struct midi_client *mc,
    uint8_t *run, size_t n)
{

	n = midi_box_get(&mc->mc_out, run, n, MIDI_BOX_ALL);
	if (n != 0)
		(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_BYTE,
		    midi_alarm_now_ns());
	midi_merge_taken(&sc->sc_merge, mc->mc_source, n);
	return n;
}

/* Take messages from the client, and remember what they mean. */
static size_t
midi_output_take_messages(struct midi_softc *sc, struct midi_client *mc,
    uint8_t *run, u_int most, enum midi_box_what what)
{
	struct midi_merge *mg = &sc->sc_merge;
	size_t held, kept, msgs, n;

	do {
		n = midi_box_get(&mc->mc_out, run, most, what);
		if (n == 0)
			return 0;
		held = midi_merge_held(mg, mc->mc_source);
		midi_merge_taken(mg, mc->mc_source, n);
		if (held != 0)
			most = MIN(most, held - n);
		kept = n;
		if (mc != &sc->sc_self)
			n = midi_output_asense(sc, run, n);
		mc->mc_xmt.mst_filtered_bytes += kept - n;
		sc->sc_xmt.mst_filtered_bytes += kept - n;
	} while (n == 0);
	midi_merge_sent(mg, mc->mc_source, run, n);
	msgs = midi_notes_run(&mc->mc_notes, run, n);
	mc->mc_xmt.mst_msgs += msgs;
	sc->sc_xmt.mst_msgs += msgs;
	return n;
}

/* Take what the client may send now and put it on the wire.  gap: only real
 * time. */
static bool
midi_output_take(struct midi_softc *sc, struct midi_client *mc, bool gap)
{
	struct midi_merge *mg = &sc->sc_merge;
	const bool blocked = gap || !midi_merge_may(mg, mc->mc_source);
	const bool paced = midi_wire_is_paced(sc);
	uint8_t *run = sc->sc_out_run;
	size_t held, n;
	u_int most;

	if (paced)
		sc->sc_burst = MIDI_MSG_MAX;
	if (mc->mc_raw && blocked)
		return false;
	if (!blocked && midi_merge_held(mg, mc->mc_source) == 0 &&
	    midi_setting_get(&mc->mc_settings, MIDI_SETTING_APPEND))
		midi_merge_hold(mg, mc->mc_source, midi_box_ripe(&mc->mc_out));
	held = midi_merge_held(mg, mc->mc_source);
	most = held != 0 ? MIN(sc->sc_burst, held) : sc->sc_burst;
	if (mc->mc_raw)
		n = midi_output_take_raw(sc, mc, run, paced ? 1 : most);
	else
		n = midi_output_take_messages(sc, mc, run, most, blocked ?
		    MIDI_BOX_REALTIME : paced ? MIDI_BOX_UNIT : MIDI_BOX_ALL);
	if (n == 0) {
		if (!blocked)
			midi_merge_release(mg, mc->mc_source);
		return false;
	}
	mc->mc_xmt.mst_bytes += n;
	midi_wire_load(sc, mc, run, n);
	sc->sc_burst = MIN(sc->sc_burst * 2, MIDI_CHUNK_BYTES);
	return true;
}

/* Put the next thing to send on the empty wire.  False: there is none. */
static bool
midi_output_fill(struct midi_softc *sc)
{
	static const uint8_t end = MIDI_MSG_SYSEX_END;
	struct midi_client *mc;
	bool gap;

	if (midi_wire_rests(sc, &gap))
		return false;
	if (sc->sc_end_due && !gap) {
		sc->sc_end_due = false;
		midi_wire_load(sc, NULL, &end, 1);
		return true;
	}
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		if (midi_box_seems_empty(&mc->mc_out)) {
			if (!gap)
				midi_merge_release(&sc->sc_merge,
				    mc->mc_source);
			continue;
		}
		if (!midi_output_take(sc, mc, gap))
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
	midi_wire_begin(sc);
	do {
		if (!midi_wire_push(sc))
			return;
		if (sc->sc_drains != 0)
			cv_broadcast(&sc->sc_cv);
	} while (!sc->sc_paused && !sc->sc_turn_over && midi_output_fill(sc));
	sc->sc_wire_mc = NULL;
	cv_broadcast(&sc->sc_cv);
}

void
midi_output_softint(void *arg)
{
	struct midi_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	if (midi_asense_deadline_ns(&sc->sc_asense_out) != MIDI_ASENSE_NEVER)
		midi_wire_sounded(sc);
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
	if (error != 0)
		atomic_store_relaxed(&mc->mc_error, 0);
	mutex_exit(&sc->sc_lock);
	return error;
}

void
midi_output_ready(void *arg)
{
	struct midi_softc *sc = arg;

	KASSERT(mutex_owned(sc->sc_hwlock));
	sc->sc_busy = false;
	midi_softint_schedule(sc->sc_out_sih);
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
	if (sc->sc_rest_ns <= now_ns)
		sc->sc_rest_ns = 0;
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
	if (sc->sc_rest_ns != 0)
		next_ns = MIN(next_ns, sc->sc_rest_ns);
	/* One that is early finds that out by itself. */
	if (next_ns < sc->sc_alarm_ns && next_ns == sc->sc_retry_ns &&
	    midi_wire_is_eager(sc))
		midi_alarm_soon(sc->sc_alarm, next_ns);
	else if (next_ns < sc->sc_alarm_ns)
		midi_alarm_at(sc->sc_alarm, next_ns);
	else if (next_ns == MIDI_ASENSE_NEVER &&
	    sc->sc_alarm_ns != MIDI_ASENSE_NEVER)
		midi_alarm_cancel(sc->sc_alarm);
	else
		return;
	sc->sc_alarm_ns = next_ns;
}

void
midi_output_changed(struct midi_softc *sc)
{
	const struct midi_settings *mss = &sc->sc_settings;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_asense_set_gap(&sc->sc_asense_out, MIDI_MS_NS *
	    midi_setting_get(mss, MIDI_SETTING_ASENSE_INTERVAL));
	if (!midi_setting_get(mss, MIDI_SETTING_ASENSE_GENERATE))
		(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_CLOSE,
		    midi_alarm_now_ns());
	sc->sc_rest_ns = 0;
	sc->sc_pace_rest = 0;
	if (!sc->sc_dying)
		midi_output_run(sc);
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
		if ((!busy && midi_wire_left(sc) == 0) || error != 0)
			break;
		error = cv_timedwait_sig(&sc->sc_cv, &sc->sc_lock,
		    MIDI_ENDING_TICKS);
	}
	if (error == EWOULDBLOCK) {
		midi_wire_lose(sc);
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
	const int rate = midi_setting_get(&sc->sc_settings,
	    MIDI_SETTING_RATE);
	int error = 0, left_ticks = 0, end_ticks;

	KASSERT(mutex_owned(&sc->sc_lock));
	/* A pace is no reason to lose what it made wait. */
	end_ticks = getticks() + ticks;
	if (rate != 0)
		end_ticks += mstohz(midi_box_used(&mc->mc_out) * 1000ULL /
		    rate);
	midi_output_run(sc);
	sc->sc_drains++;
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
	sc->sc_drains--;
	return sc->sc_dying ? EIO : error;
}

void
midi_output_discard(struct midi_softc *sc, struct midi_client *mc)
{

	const size_t n = midi_box_flush(&mc->mc_out);

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_count(sc, MIDI_COUNT_XMT_LOST, n);
	mc->mc_xmt.mst_lost_bytes += n;
	midi_merge_release(&sc->sc_merge, mc->mc_source);
}

/* Somebody else has keys down on the channel. */
static bool
midi_output_sounds(struct midi_softc *sc, const struct midi_client *mc,
    u_int channel)
{
	struct midi_client *other;

	TAILQ_FOREACH(other, &sc->sc_writers, mc_wlink) {
		if (other != mc && other->mc_notes.mn_keys[channel] != 0)
			return true;
	}
	return false;
}

/* Put the two messages that end all sound of a channel. */
static void
midi_output_off(struct midi_softc *sc, u_int channel)
{
	const uint8_t off[] = {
		MIDI_MSG_CONTROL | channel, MIDI_NOTES_OFF, 0,
		MIDI_MSG_CONTROL | channel, MIDI_SOUND_OFF, 0
	};

	midi_count(sc, MIDI_COUNT_XMT_LOST,
	    midi_box_put(&sc->sc_self.mc_out, off, sizeof(off)));
}

/* The same on the channels that the client used, if its settings ask. */
static void
midi_output_off_used(struct midi_softc *sc, struct midi_client *mc)
{
	u_int channel;

	if (!midi_setting_get(&mc->mc_settings, MIDI_SETTING_CLOSE_OFF))
		return;
	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++) {
		if ((mc->mc_notes.mn_used & 1U << channel) != 0 &&
		    !midi_output_sounds(sc, mc, channel))
			midi_output_off(sc, channel);
	}
}

void
midi_output_silence(struct midi_softc *sc, struct midi_client *mc)
{
	uint8_t run[MIDI_MSG_MAX * 16];
	size_t n;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_output_discard(sc, mc);
	do {
		/* One strike more than room for all keys once is no reason
		 * to lose an end: only a device that takes nothing is. */
		if (!midi_box_has_room(&sc->sc_self.mc_out, sizeof(run)))
			midi_output_run(sc);
		n = midi_notes_end(&mc->mc_notes, run, sizeof(run));
	} while (n != 0 && midi_box_put(&sc->sc_self.mc_out, run, n) == 0);
	midi_output_off_used(sc, mc);
	midi_output_run(sc);
}

/* Throw away what waits of all clients and end all that they left sounding. */
static void
midi_output_hush(struct midi_softc *sc)
{
	const bool paused = sc->sc_paused;
	struct midi_client *mc;

	/* Let nobody have his turn, so that the list stays as it is. */
	sc->sc_paused = true;
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		if (mc != &sc->sc_self)
			midi_output_silence(sc, mc);
	}
	sc->sc_paused = paused;
}

void
midi_output_panic(struct midi_softc *sc)
{
	u_int channel;

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_output_hush(sc);
	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++)
		midi_output_off(sc, channel);
	midi_output_run(sc);
}

/* Nothing of anybody's sounds. */
static bool
midi_output_silent(const struct midi_softc *sc)
{
	const struct midi_client *mc;

	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		if (mc != &sc->sc_self && !midi_notes_silent(&mc->mc_notes))
			return false;
	}
	return true;
}

void
midi_output_farewell(struct midi_softc *sc)
{
	int error = 0, tries;

	mutex_enter(&sc->sc_lock);
	/* Those who are in a write(2) may still put something. */
	for (tries = 0; error == 0 && tries < MIDI_FAREWELLS &&
	    (sc->sc_hwdirs & FWRITE) != 0 && !midi_output_silent(sc);
	    tries++) {
		midi_output_hush(sc);
		error = midi_output_drain(sc, &sc->sc_self, MIDI_ENDING_TICKS,
		    false);
	}
	mutex_exit(&sc->sc_lock);
}

/* Is something on the wire that ends a note, a pedal or SysEx, as far as can
 * be seen?  It counts as ended already. */
static bool
midi_output_wire_ends(const struct midi_softc *sc)
{
	u_int i, n = 0;
	uint8_t byte, status = 0;

	for (i = 0; i < sc->sc_wire_used; i++) {
		byte = sc->sc_wire[i];
		if (midi_msg_is_realtime(byte))
			continue;
		if (midi_msg_is_status(byte)) {
			status = byte;
			n = 0;
		} else if ((status & 0xf0) == MIDI_MSG_CONTROL &&
		    n++ % 2 == 0 && byte >= MIDI_OUTPUT_PEDALS)
			return true;
		if (status < MIDI_MSG_KEY_PRESSURE || midi_msg_is_sysex(status))
			return true;
	}
	return false;
}

void
midi_output_leave(struct midi_softc *sc, struct midi_client *mc, bool vain)
{
	const bool ending = !midi_notes_silent(&mc->mc_notes) ||
	    midi_setting_get(&mc->mc_settings, MIDI_SETTING_CLOSE_OFF) ||
	    (sc->sc_merge.mg_open && sc->sc_merge.mg_owner == mc->mc_source) ||
	    midi_box_used(&sc->sc_self.mc_out) != 0 ||
	    (midi_wire_left(sc) != 0 &&
	    (!vain || midi_output_wire_ends(sc)));
	uint8_t end[MIDI_MSG_MAX];

	KASSERT(mutex_owned(&sc->sc_lock));
	if (!midi_setting_get(&mc->mc_settings, MIDI_SETTING_CLOSE_NOTES))
		midi_notes_forget(&mc->mc_notes);
	midi_output_silence(sc, mc);
	if (midi_merge_leave(&sc->sc_merge, mc->mc_source)) {
		/* In place of the F7 that was left in the box, if any. */
		(void)midi_box_get(&mc->mc_out, end, sizeof(end),
		    MIDI_BOX_ALL);
		sc->sc_end_due = true;
	}
	if (sc->sc_wire_mc == mc)
		sc->sc_wire_mc = NULL;
	midi_output_run(sc);
	if (ending)
		(void)midi_output_drain(sc, &sc->sc_self, MIDI_ENDING_TICKS,
		    false);
	if (TAILQ_FIRST(&sc->sc_writers) == mc &&
	    TAILQ_NEXT(mc, mc_wlink) == &sc->sc_self)
		(void)midi_asense_send(&sc->sc_asense_out, MIDI_ASENSE_CLOSE,
		    midi_alarm_now_ns());
}

void
midi_output_reset(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	midi_count(sc, MIDI_COUNT_XMT_LOST, midi_wire_left(sc) +
	    (sc->sc_end_due ? 1 : 0) + midi_box_flush(&sc->sc_self.mc_out));
	sc->sc_end_due = false;
	midi_wire_reset(sc);
	midi_merge_init(&sc->sc_merge);
	midi_asense_init(&sc->sc_asense_out, MIDI_MS_NS * midi_setting_get(
	    &sc->sc_settings, MIDI_SETTING_ASENSE_INTERVAL));
}
