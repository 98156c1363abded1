/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_encode.c: a canonical stream becomes bytes for a wire.
 *
 * The one property that counts: whatever is encoded, a parser at the other
 * end of the wire gives it back.  And it is as short as promised.
 */

#include <dev/midi/midi_encode.h>
#include <dev/midi/midi_parse.h>

#include "h_bytes.h"

/* One end of the wire and the other. */
struct wire {
	struct midi_encode	enc;
	struct midi_parse	parse;
};

static void
wire_init(struct wire *w, unsigned int flags)
{

	midi_encode_init(&w->enc, flags);
	midi_parse_init(&w->parse, MIDI_PARSE_ASENSE);
}

/* Send a run over the wire and compare.  Returns the bytes on the wire. */
static size_t
wire_send(struct wire *w, const uint8_t *run, size_t n)
{
	uint8_t back[MIDI_PARSE_OUT_MAX(64)], bytes[64];
	size_t nback, nbytes;

	ATF_REQUIRE_EQ(midi_encode_run(&w->enc, run, n, bytes, sizeof(bytes),
	    &nbytes), n);
	ATF_REQUIRE(nbytes <= n && midi_encode_valid(&w->enc));
	ATF_REQUIRE_EQ(midi_parse_run(&w->parse, bytes, nbytes, back,
	    sizeof(back), &nback), nbytes);
	h_bytes_check("came back", back, nback, run, n);
	ATF_REQUIRE_EQ(w->parse.mp_discarded_bytes, 0);
	ATF_REQUIRE_EQ(w->parse.mp_held, 0);
	return nbytes;
}

/* Is it a message of canonical form? */
static bool
canonical(const uint8_t *msg)
{

	return midi_msg_length(msg[0]) != 0 &&
	    ((msg[0] & 0xf0) != MIDI_MSG_NOTE_ON || msg[2] != 0);
}

ATF_TC(every_message);
ATF_TC_HEAD(every_message, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a message that does not come back as it was sent: "
	    "each one there is, after a running stream of its "
	    "neighbours");
}

ATF_TC_BODY(every_message, tc)
{
	struct wire running, whole;
	uint8_t msg[3];
	unsigned int a, b, s;
	size_t len;

	wire_init(&running, MIDI_ENCODE_RUNNING);
	wire_init(&whole, 0);
	for (s = 0x80; s <= 0xff; s++) {
		len = midi_msg_length((uint8_t)s);
		for (a = 0; a < (len > 1 ? 128 : 1); a++) {
			for (b = 0; b < (len > 2 ? 128 : 1); b++) {
				msg[0] = (uint8_t)s;
				msg[1] = (uint8_t)a;
				msg[2] = (uint8_t)b;
				if (!canonical(msg))
					continue;
				(void)wire_send(&running, msg, len);
				ATF_REQUIRE_EQ(wire_send(&whole, msg, len),
				    len);
			}
		}
	}
}

/* All kinds of units, with some data each. */
static size_t
pair_units(uint8_t units[][4], size_t max)
{
	static const uint8_t data[] = { 0, 1, 0x40, 0x7f };
	unsigned int i, s;
	size_t n;

	for (n = 0, s = 0x80; s <= 0xff; s++) {
		for (i = 0; i < 16; i++) {
			ATF_REQUIRE(n < max);
			units[n][0] = (uint8_t)s;
			units[n][1] = data[i / 4];
			units[n][2] = data[i % 4];
			units[n][3] = MIDI_MSG_SYSEX_END;
			if (canonical(units[n]) || s == MIDI_MSG_SYSEX)
				n++;
			if (midi_msg_length((uint8_t)s) < 2 &&
			    s != MIDI_MSG_SYSEX)
				break;
		}
	}
	return n;
}

static size_t
pair_length(const uint8_t *unit)
{

	return unit[0] == MIDI_MSG_SYSEX ? 4 : midi_msg_length(unit[0]);
}

ATF_TC(every_pair);
ATF_TC_HEAD(every_pair, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a status byte that is left out where the receiver "
	    "has another one");
}

ATF_TC_BODY(every_pair, tc)
{
	static uint8_t units[2048][4];
	struct wire first, w;
	uint8_t run[8];
	size_t i, j, n, ni, nj;

	n = pair_units(units, __arraycount(units));
	for (i = 0; i < n; i++) {
		wire_init(&first, MIDI_ENCODE_RUNNING);
		ni = pair_length(units[i]);
		(void)wire_send(&first, units[i], ni);
		for (j = 0; j < n; j++) {
			w = first;
			nj = pair_length(units[j]);
			(void)wire_send(&w, units[j], nj);
		}
		/* And in one run. */
		j = (i * 7919) % n;
		nj = pair_length(units[j]);
		wire_init(&w, MIDI_ENCODE_RUNNING);
		memcpy(run, units[i], ni);
		memcpy(run + ni, units[j], nj);
		(void)wire_send(&w, run, ni + nj);
	}
}

static const struct {
	const char *run, *wire;
} encode_cases[] = {
	{ "903c40 903e41", "903c40 3e41" },
	{ "903c40 913c40", "903c40 913c40" },
	{ "c001 c001 d001", "c001 01 d001" },
	/* a hidden note-off where it saves a byte */
	{ "903c40 803c40 903e40 803e40", "903c40 3c00 3e40 3e00" },
	{ "903c40 803c40 803d40 803e41", "903c40 3c00 3d00 803e41" },
	{ "903c40 803c41", "903c40 803c41" },
	{ "903c40 813c40", "903c40 813c40" },
	{ "803c40", "803c40" },
	{ "803c40 803d40 903e41", "803c40 3d40 903e41" },
	{ "803c00 803d00", "803c00 3d00" },
	/* real-time bytes change nothing, everything else does */
	{ "903c40 f8 903e41 fe 803c40", "903c40 f8 3e41 fe 3c00" },
	{ "903c40 f6 903e41", "903c40 f6 903e41" },
	{ "903c40 f20102 803c40", "903c40 f20102 803c40" },
	{ "903c40 f001f7 903e41", "903c40 f001f7 903e41" },
	{ "f00102 f8 03f7 f001f7", "f00102 f8 03f7 f001f7" },
	/* note-offs that the writer had hidden */
	{ "903c00 803d40 803e41", "903c00 3d00 803e41" },
	{ "903c00 803c00", "903c00 803c00" },
	{ "803c3c 903c00 903c01", "803c3c 3c40 903c01" },
	{ "c005 903c00", "c005 903c00" },
};

ATF_TC(running);
ATF_TC_HEAD(running, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a byte too many, or too few, on the wire");
}

ATF_TC_BODY(running, tc)
{
	struct midi_encode me;
	uint8_t out[H_BYTES_MAX], run[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, n, nout, nwant;

	for (i = 0; i < __arraycount(encode_cases); i++) {
		n = h_bytes_from(encode_cases[i].run, run);
		nwant = h_bytes_from(encode_cases[i].wire, want);
		midi_encode_init(&me, MIDI_ENCODE_RUNNING);
		ATF_CHECK_EQ(midi_encode_run(&me, run, n, out, sizeof(out),
		    &nout), n);
		h_bytes_check(encode_cases[i].run, out, nout, want, nwant);
	}
}

ATF_TC(untouched);
ATF_TC_HEAD(untouched, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a driver that gets anything but canonical messages");
}

ATF_TC_BODY(untouched, tc)
{
	struct midi_encode me;
	struct midi_parse mp;
	uint8_t out[H_BYTES_MAX], run[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, n, nout, nwant;

	for (i = 0; i < __arraycount(encode_cases); i++) {
		n = h_bytes_from(encode_cases[i].run, run);
		midi_encode_init(&me, 0);
		midi_parse_init(&mp, MIDI_PARSE_ASENSE);
		ATF_CHECK_EQ(midi_parse_run(&mp, run, n, want, sizeof(want),
		    &nwant), n);
		ATF_CHECK_EQ(midi_encode_run(&me, run, n, out, sizeof(out),
		    &nout), n);
		h_bytes_check(encode_cases[i].run, out, nout, want, nwant);
	}
}

ATF_TC(forget);
ATF_TC_HEAD(forget, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a receiver plugged in late that never gets a "
	    "status");
}

ATF_TC_BODY(forget, tc)
{
	struct midi_encode me;
	uint8_t out[8], run[] = { 0x90, 0x3c, 0x40 };
	size_t nout;

	midi_encode_init(&me, MIDI_ENCODE_RUNNING);
	(void)midi_encode_run(&me, run, sizeof(run), out, sizeof(out), &nout);
	(void)midi_encode_run(&me, run, sizeof(run), out, sizeof(out), &nout);
	h_bytes_check("running", out, nout, run + 1, 2);
	midi_encode_forget(&me);
	(void)midi_encode_run(&me, run, sizeof(run), out, sizeof(out), &nout);
	h_bytes_check("forgotten", out, nout, run, 3);
}

ATF_TC(half);
ATF_TC_HEAD(half, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches an encoder that reads past the end of a run which cuts "
	    "a message, or sends the part");
}

ATF_TC_BODY(half, tc)
{
	struct midi_encode me;
	uint8_t out[8], run[H_BYTES_MAX];
	size_t n, nout;

	n = h_bytes_from("c005 903c", run);
	midi_encode_init(&me, MIDI_ENCODE_RUNNING);
	ATF_CHECK_EQ(midi_encode_run(&me, run, n, out, sizeof(out), &nout), 2);
	ATF_CHECK_EQ(nout, 2);
}

/* A canonical stream by chance. */
static size_t
random_run(uint64_t *seed, uint8_t *run, size_t size)
{
	uint8_t in[200], out[MIDI_PARSE_OUT_MAX(sizeof(in))];
	struct midi_parse mp;
	size_t i, n;

	for (i = 0; i < sizeof(in); i++) {
		in[i] = (uint8_t)h_bytes_random(seed);
		if (h_bytes_random(seed) % 8 != 0)
			in[i] &= 0x73;
		else if (h_bytes_random(seed) % 2 != 0)
			in[i] &= 0x91;
	}
	midi_parse_init(&mp, MIDI_PARSE_ASENSE);
	(void)midi_parse_run(&mp, in, sizeof(in), out, sizeof(out), &n);
	if (n > size - 3)
		n = size - 3;
	memcpy(run, out, n);
	/* Cut after a unit. */
	for (i = 0; i < n && midi_msg_unit(run + i, n - i) != 0;)
		i += midi_msg_unit(run + i, n - i);
	return i;
}

static void
portions_of_run(const uint8_t *run, size_t n, uint64_t *seed)
{
	struct midi_encode all, me;
	uint8_t out[512], want[512];
	size_t i, nout, nwant, o, room, taken;

	midi_encode_init(&all, MIDI_ENCODE_RUNNING);
	midi_encode_init(&me, MIDI_ENCODE_RUNNING);
	ATF_REQUIRE_EQ(midi_encode_run(&all, run, n, want, sizeof(want),
	    &nwant), n);
	for (i = o = 0; i < n; i += taken, o += nout) {
		room = h_bytes_random(seed) % 9;
		taken = midi_encode_run(&me, run + i, n - i, out + o, room,
		    &nout);
		ATF_REQUIRE(nout <= room && nout <= taken);
		ATF_REQUIRE(room < 3 || taken != 0);
		/* What was not taken did not fit. */
		ATF_REQUIRE(taken == n - i || room - nout < 3);
		ATF_REQUIRE((taken == 0) == (nout == 0));
	}
	h_bytes_check("portions", out, o, want, nwant);
}

ATF_TC(portions);
ATF_TC_HEAD(portions, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a message lost, repeated or cut when the output is "
	    "full");
}

ATF_TC_BODY(portions, tc)
{
	uint8_t run[H_BYTES_MAX];
	uint64_t seed;
	unsigned int round;

	seed = 3;
	for (round = 0; round < 5000; round++)
		portions_of_run(run, random_run(&seed, run, sizeof(run)),
		    &seed);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, every_message);
	ATF_TP_ADD_TC(tp, every_pair);
	ATF_TP_ADD_TC(tp, running);
	ATF_TP_ADD_TC(tp, untouched);
	ATF_TP_ADD_TC(tp, forget);
	ATF_TP_ADD_TC(tp, half);
	ATF_TP_ADD_TC(tp, portions);
	return atf_no_error();
}
