/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_write.c: from write(2) into the writer's box.
 *
 * What is written is parsed as it is copied in, a part at a time, and the
 * count that write(2) gives is that of the bytes that the messages in the box
 * are made of.  A raw file's bytes go in as they are.
 *
 * Locks: mf_parse and the place to put belong to who has the entry token of
 * mc_out; all of this is done with it, and with no lock held.  Waits are for
 * room, and end with signals and when the device goes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/uio.h>

#include <dev/midi/midivar.h>

/* Room for what is not kept. */
#define MIDI_WRITE_PART	(16 * MIDI_PARSE_OUT_MIN)

void
midi_write_count(struct midi_file *mf, struct midi_softc *sc, size_t lost)
{
	struct midi_parse *mp = &mf->mf_parse;

	if (mp->mp_discarded_bytes == 0 && mp->mp_incomplete_msgs == 0 &&
	    lost == 0)
		return;
	mutex_enter(&sc->sc_lock);
	midi_count(sc, MIDI_COUNT_XMT_LOST, lost);
	mf->mf_client.mc_xmt.mst_lost_bytes += lost;
	midi_count(sc, MIDI_COUNT_XMT_DISCARDED, mp->mp_discarded_bytes);
	midi_count(sc, MIDI_COUNT_XMT_INCOMPLETE, mp->mp_incomplete_msgs);
	mf->mf_client.mc_xmt.mst_discarded_bytes += mp->mp_discarded_bytes;
	mf->mf_client.mc_xmt.mst_incomplete_msgs += mp->mp_incomplete_msgs;
	mutex_exit(&sc->sc_lock);
	mp->mp_discarded_bytes = mp->mp_incomplete_msgs = 0;
}

/* The undefined system common bytes, and F7, which may have nothing to end:
 * after those that do not go out, the next message goes with its status. */
static bool
midi_write_resets(uint8_t byte)
{

	return byte == 0xf4 || byte == 0xf5 || byte == MIDI_MSG_SYSEX_END;
}

/* How many of the bytes to parse at a time, so that one of those comes first
 * in its part. */
static size_t
midi_write_stretch(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (midi_write_resets(bytes[i]))
			return i;
	}
	return n;
}

/* How long a run the bytes make, without keeping it. */
static size_t
midi_write_measure(struct midi_parse *mp, const uint8_t *bytes, size_t n)
{
	uint8_t part[MIDI_WRITE_PART];
	size_t used, nrun, sum = 0;

	for (; n != 0; bytes += used, n -= used) {
		used = midi_parse_run(mp, bytes, n, part, sizeof(part), &nrun);
		sum += nrun;
	}
	return sum;
}

/*
 * Of the used bytes, which made a run of nrun, those that it is made of: not
 * the beginning of a message behind.  The parser goes back to there.
 */
static size_t
midi_write_complete(struct midi_parse *mp, const struct midi_parse *before,
    const uint8_t *bytes, size_t used, size_t nrun)
{
	size_t n;

	do {
		*mp = *before;
		n = midi_write_measure(mp, bytes, --used);
	} while (n == nrun);
	*mp = *before;
	n = midi_write_measure(mp, bytes, ++used);
	KASSERT(n == nrun);
	return used;
}

/*
 * Parse a part of the n bytes, with which the write ends (last) or does not.
 * Of those used, only whole messages are taken, in front of a violation and
 * between the parts of a long write, so that the count that write(2) gives is
 * what was sent.  sent: other parts were sent before, and a violation that
 * comes first is left for the next call.
 */
static size_t
midi_write_parse(struct midi_parse *mp, const uint8_t *bytes, size_t n,
    bool last, uint8_t *run, size_t size, size_t *nrun, bool sent,
    bool *violation)
{
	const struct midi_parse before = *mp;
	size_t part, used;

	part = midi_write_stretch(bytes, n);
	used = midi_parse_strict(mp, bytes, part, run, size, nrun, violation);
	if (used == part && part < n && *nrun == 0 &&
	    !midi_parse_in_sysex(mp) && midi_parse_incomplete(mp)) {
		/* What cuts the message short belongs to this part. */
		*mp = before;
		used = midi_parse_strict(mp, bytes, part + 1, run, size, nrun,
		    violation);
	}
	if (*violation && sent && (*nrun == 0 || used == 0)) {
		*mp = before;
		*nrun = 0;
		return 0;
	}
	if (*nrun != 0 && used != 0 && !(last && used == n))
		used = midi_write_complete(mp, &before, bytes, used, *nrun);
	return used;
}

/*
 * Send a part of a write: as many bytes as there is room for the messages
 * they make.  *sent: some were made.  *violation: the next byte breaks the
 * protocol.
 */
static int
midi_write_some(struct midi_file *mf, struct midi_softc *sc, struct uio *uio,
    size_t room, bool nonblock, bool *sent, bool *violation)
{
	struct midi_client *mc = &mf->mf_client;
	uint8_t *bytes = mf->mf_bytes;
	size_t n, nrun, used, dropped;
	int error;

	n = MIN(uio->uio_resid, sizeof(mf->mf_bytes));
	error = uiopeek(bytes, n, uio);
	if (error)
		return error;
	if (room < MIDI_BOX_LEAST)
		error = midi_box_wait_room(&mc->mc_out, MIDI_BOX_LEAST,
		    nonblock, &room);
	if (error)
		return error;
	if (midi_write_resets(bytes[0]) && !midi_parse_in_sysex(&mf->mf_parse))
		midi_output_forget(sc);
	used = midi_write_parse(&mf->mf_parse, bytes, n, n == uio->uio_resid,
	    mf->mf_run, MIN(room - 1, sizeof(mf->mf_run)), &nrun, *sent,
	    violation);
	if (*violation && !*sent && midi_write_resets(bytes[used]))
		midi_output_forget(sc);
	uioskip(used, uio);
	/* The rest of a message of which the beginning was thrown away. */
	dropped = midi_port_send(mc, mf->mf_run, nrun);
	midi_write_count(mf, sc, dropped);
	*sent |= used != 0 && nrun != 0;
	return midi_output_kick(sc, mc);
}

/* The same of a raw file, of which any bytes are as good as others. */
static int
midi_write_raw(struct midi_file *mf, struct midi_softc *sc, struct uio *uio,
    bool nonblock)
{
	struct midi_client *mc = &mf->mf_client;
	size_t n, room;
	int error;

	error = midi_box_wait_room(&mc->mc_out, 1, nonblock, &room);
	if (error)
		return error;
	n = MIN(MIN(uio->uio_resid, room), sizeof(mf->mf_bytes));
	error = uiopeek(mf->mf_bytes, n, uio);
	if (error)
		return error;
	(void)midi_port_send(mc, mf->mf_bytes, n);
	uioskip(n, uio);
	return midi_output_kick(sc, mc);
}

/*
 * What follows is to stay together: have room for all of it, at the most
 * that it can become, as far as the box is large enough, and let nothing of
 * it leave before it is there.
 */
static int
midi_write_cork(struct midi_file *mf, size_t n, bool nonblock)
{
	struct midi_box *mb = &mf->mf_client.mc_out;
	size_t room;
	int error;

	n = MIN(MIDI_PARSE_OUT_MAX(n), mb->mb_size / 2);
	error = midi_box_wait_room(mb, n, nonblock, &room);
	if (error == 0)
		midi_box_cork(mb);
	return error;
}

/* Once there is no room any more it leaves as it can. */
static int
midi_write_uncork(struct midi_file *mf, struct midi_softc *sc)
{

	midi_box_uncork(&mf->mf_client.mc_out);
	return midi_output_kick(sc, &mf->mf_client);
}

int
midi_write_all(struct midi_file *mf, struct midi_softc *sc, struct uio *uio,
    const struct midi_write_how *how)
{
	struct midi_client *mc = &mf->mf_client;
	const bool nonblock = how->nonblock;
	size_t room = how->room;
	bool corked = how->append;
	bool sent = false, violation = false;
	int error = 0;

	if (uio->uio_resid == 0)
		return 0;
	if (corked)
		error = midi_write_cork(mf, uio->uio_resid, nonblock);
	if (error)
		return error;
	while (uio->uio_resid != 0 && error == 0 && !violation) {
		if (corked && !midi_box_has_room(&mc->mc_out,
		    MIDI_BOX_LEAST)) {
			corked = false;
			error = midi_write_uncork(mf, sc);
			if (error)
				break;
		}
		if (how->raw)
			error = midi_write_raw(mf, sc, uio, nonblock);
		else
			error = midi_write_some(mf, sc, uio, room, nonblock,
			    &sent, &violation);
		room = 0;
	}
	if (corked && error == 0)
		error = midi_write_uncork(mf, sc);
	else if (corked)
		(void)midi_write_uncork(mf, sc);
	/* What was sent counts; the rest, offered again, is refused. */
	if (error == 0 && violation && !sent)
		error = EPROTO;
	return error;
}
