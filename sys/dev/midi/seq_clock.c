/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_clock.c: whose time it is.
 *
 * Clocks are what the loop of midi_clock.c counts: those of the wire, or
 * quarters of frames.  How long one is in the song is a whole number of
 * thirds of a nanosecond at each rate of time code, so that nothing is
 * rounded but the result: 24, 25, 30 frames a second, and 30 with drop, which
 * is 30000 / 1001.
 *
 * Never: a product that wraps; what does not fit is UINT64_MAX.
 */

#include <dev/midi/seq_clock.h>

#define THIRDS		3

static const uint32_t seq_clock_quarter[] = {
	[MIDI_MTC_24] = 31250000,
	[MIDI_MTC_25] = 30000000,
	[MIDI_MTC_30_DROP] = 25025000,
	[MIDI_MTC_30] = 25000000,
};

/* F0 7F, any device, 01 01: a whole time.  [MIDI 1.0, MIDI Time Code] */
static const uint8_t seq_clock_full_head[] = { 0xf0, 0x7f, 0, 0x01, 0x01 };
#define SEQ_CLOCK_FULL_DEVICE	2

void
seq_clock_init(struct seq_clock *sc, enum seq_clock_source source,
    uint64_t offset_ns)
{

	memset(sc, 0, sizeof(*sc));
	sc->sc_source = source;
	sc->sc_parts = source == SEQ_CLOCK_MTC ?
	    seq_clock_quarter[MIDI_MTC_30] : THIRDS * SEQ_CLOCK_MIDI_NS;
	sc->sc_offset_ns = source == SEQ_CLOCK_MTC ? offset_ns : 0;
	midi_clock_init(&sc->sc_loop);
	midi_mtc_init(&sc->sc_mtc);
}

/*
 * What is received.
 */

static bool
seq_clock_midi(struct seq_clock *sc, const uint8_t *msg, uint64_t stamp_ns)
{

	switch (msg[0]) {
	case MIDI_MSG_CLOCK:
		sc->sc_lost = false;
		midi_clock_tick(&sc->sc_loop, stamp_ns);
		return true;
	case MIDI_MSG_START:
		midi_clock_start(&sc->sc_loop);
		sc->sc_moves++;
		sc->sc_unit = 0;
		return true;
	case MIDI_MSG_CONTINUE:
		midi_clock_continue(&sc->sc_loop);
		return true;
	case MIDI_MSG_STOP:
		midi_clock_stop(&sc->sc_loop, stamp_ns);
		return true;
	case MIDI_MSG_SONG_POSITION:
		sc->sc_moves++;
		sc->sc_unit = msg[1] | (unsigned int)msg[2] << 7;
		midi_clock_locate(&sc->sc_loop, sc->sc_unit);
		return true;
	default:
		return false;
	}
}

/* The tape is here; it may have been of another rate. */
static void
seq_clock_seek(struct seq_clock *sc, uint64_t stamp_ns)
{

	midi_clock_stop(&sc->sc_loop, stamp_ns);
	midi_clock_seek(&sc->sc_loop, sc->sc_mtc.mm_place);
	sc->sc_parts = seq_clock_quarter[sc->sc_mtc.mm_rate];
}

/* A quarter of a frame has begun. */
static bool
seq_clock_piece(struct seq_clock *sc, uint8_t data, uint64_t stamp_ns)
{
	struct midi_clock *mc = &sc->sc_loop;

	(void)midi_mtc_piece(&sc->sc_mtc, data);
	sc->sc_lost = false;
	/* What was counted over a silence is only a guess. */
	if (midi_clock_loss_ns(mc) <= stamp_ns)
		midi_clock_stop(mc, stamp_ns);
	if (!midi_mtc_known(&sc->sc_mtc) || !sc->sc_mtc.mm_sure ||
	    sc->sc_mtc.mm_backward)
		midi_clock_stop(mc, stamp_ns);
	else if (!mc->mc_running || mc->mc_next != sc->sc_mtc.mm_place) {
		seq_clock_seek(sc, stamp_ns);
		midi_clock_continue(mc);
	}
	midi_clock_tick(mc, stamp_ns);
	return true;
}

/* Bytes of SysEx, of which a whole time is looked for. */
static bool
seq_clock_sysex(struct seq_clock *sc, const uint8_t *bytes, size_t n,
    uint64_t stamp_ns)
{
	bool moved = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (bytes[i] == MIDI_MSG_SYSEX)
			sc->sc_nfull = 0;
		else if (sc->sc_nfull == 0)
			continue;
		if (sc->sc_nfull == SEQ_CLOCK_FULL_BYTES ||
		    (sc->sc_nfull < sizeof(seq_clock_full_head) &&
		    sc->sc_nfull != SEQ_CLOCK_FULL_DEVICE &&
		    bytes[i] != seq_clock_full_head[sc->sc_nfull])) {
			sc->sc_nfull = 0;
			continue;
		}
		sc->sc_full[sc->sc_nfull++] = bytes[i];
		if (bytes[i] != MIDI_MSG_SYSEX_END)
			continue;
		if (sc->sc_nfull == SEQ_CLOCK_FULL_BYTES &&
		    midi_mtc_full(&sc->sc_mtc, sc->sc_full +
		    sizeof(seq_clock_full_head)) == MIDI_MTC_JUMP) {
			seq_clock_seek(sc, stamp_ns);
			moved = true;
		}
		sc->sc_nfull = 0;
	}
	return moved;
}

bool
seq_clock_message(struct seq_clock *sc, const uint8_t *msg, size_t n,
    uint64_t stamp_ns)
{

	switch (sc->sc_source) {
	case SEQ_CLOCK_MIDI:
		return seq_clock_midi(sc, msg, stamp_ns);
	case SEQ_CLOCK_MTC:
		if (msg[0] == MIDI_MSG_TIME_CODE)
			return seq_clock_piece(sc, msg[1], stamp_ns);
		if (midi_msg_is_sysex(msg[0]))
			return seq_clock_sysex(sc, msg, n, stamp_ns);
		return false;
	default:
		return false;
	}
}

/*
 * Silence.
 */

/* When a tape that is not heard of any more counts as one that stands. */
static uint64_t
seq_clock_stand_ns(const struct seq_clock *sc)
{
	const uint64_t loss_ns = midi_clock_loss_ns(&sc->sc_loop);

	if (sc->sc_source != SEQ_CLOCK_MTC || !sc->sc_loop.mc_running ||
	    loss_ns > UINT64_MAX - SEQ_CLOCK_TAPE_NS)
		return UINT64_MAX;
	return loss_ns + SEQ_CLOCK_TAPE_NS;
}

uint64_t
seq_clock_alarm_ns(const struct seq_clock *sc)
{

	if (sc->sc_source == SEQ_CLOCK_OWN)
		return UINT64_MAX;
	if (!sc->sc_lost)
		return midi_clock_loss_ns(&sc->sc_loop);
	return seq_clock_stand_ns(sc);
}

bool
seq_clock_alarm(struct seq_clock *sc, uint64_t now_ns)
{

	if (now_ns < seq_clock_alarm_ns(sc))
		return false;
	if (!sc->sc_lost) {
		sc->sc_lost = true;
		sc->sc_losses++;
	} else
		midi_clock_stop(&sc->sc_loop, seq_clock_stand_ns(sc));
	return true;
}

/*
 * From one time to the other.
 */

static uint64_t
seq_clock_add(uint64_t a, uint64_t b)
{

	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t
seq_clock_real_ns(const struct seq_clock *sc, uint64_t song_ns)
{
	uint64_t clocks, ns, parts;

	if (sc->sc_source == SEQ_CLOCK_OWN || song_ns == UINT64_MAX)
		return song_ns;
	ns = seq_clock_add(song_ns, sc->sc_offset_ns);
	/* ns * THIRDS in whole clocks and the rest of one. */
	clocks = ns / sc->sc_parts * THIRDS;
	parts = ns % sc->sc_parts * THIRDS;
	clocks = seq_clock_add(clocks, parts / sc->sc_parts);
	return midi_clock_part_ns(&sc->sc_loop, clocks,
	    (uint32_t)(parts % sc->sc_parts), sc->sc_parts);
}

uint64_t
seq_clock_song_ns(const struct seq_clock *sc, uint64_t now_ns)
{
	uint64_t due, ns;

	if (sc->sc_source == SEQ_CLOCK_OWN)
		return now_ns;
	due = midi_clock_part_due(&sc->sc_loop, sc->sc_parts, now_ns);
	/* The last place that is due; or where the song is held. */
	if (due != 0 && sc->sc_loop.mc_begun)
		due--;
	ns = due / THIRDS;
	return ns > sc->sc_offset_ns ? ns - sc->sc_offset_ns : 0;
}

uint64_t
seq_clock_span_ns(const struct seq_clock *sc, uint64_t song_ns)
{
	uint64_t clock_ns, part;

	if (sc->sc_source == SEQ_CLOCK_OWN)
		return song_ns;
	clock_ns = midi_clock_period(&sc->sc_loop) >> MIDI_CLOCK_FRACTION;
	part = song_ns % sc->sc_parts * THIRDS;
	/* A clock is less than 2^29 ns, a part less than 2^27. */
	if (song_ns / sc->sc_parts * THIRDS > UINT64_MAX / clock_ns - THIRDS)
		return UINT64_MAX;
	return song_ns / sc->sc_parts * THIRDS * clock_ns +
	    part * clock_ns / sc->sc_parts;
}
