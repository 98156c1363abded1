/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_parse.c: bytes become a canonical stream.
 *
 * The parser is compared, over every state and every next byte, with a model
 * of the same rules that is written another way: the model keeps what waits
 * as the bytes that came, looks at them afresh with each byte, and knows no
 * runs.  Runs are then compared with single bytes.
 */

#include <dev/midi/midi_parse.h>

#include "h_bytes.h"

/*
 * The model.
 */

struct model {
	uint8_t		wait[4];	/* bytes that came and wait, as came */
	size_t		nwait;
	uint8_t		running;	/* 0: none */
	bool		sysex;
	unsigned int	flags;
	unsigned int	discarded, incomplete, asense;
	bool		heard;
	uint8_t		out[64];	/* put out by the last byte */
	size_t		nout;
};

static void
model_put(struct model *m, uint8_t byte)
{

	m->out[m->nout++] = byte;
	m->heard = true;
}

static unsigned int
model_data_bytes(uint8_t status)
{

	if (status >= 0xf0)
		return status == 0xf2 ? 2 : 1;
	return status >= 0xc0 && status <= 0xdf ? 1 : 2;
}

static void
model_end_sysex(struct model *m)
{
	size_t i;

	for (i = 0; i < m->nwait; i++)
		model_put(m, m->wait[i]);
	model_put(m, 0xf7);
	m->nwait = 0;
	m->sysex = false;
}

/* Is what waits, with running status before it, a whole message? */
static void
model_complete(struct model *m)
{
	uint8_t msg[5];
	size_t i, n;

	n = 0;
	if (m->wait[0] < 0x80)
		msg[n++] = m->running;
	for (i = 0; i < m->nwait; i++)
		msg[n++] = m->wait[i];
	if (n != 1 + model_data_bytes(msg[0]))
		return;
	m->running = msg[0] < 0xf0 ? msg[0] : 0;
	m->nwait = 0;
	if ((m->flags & MIDI_PARSE_HIDDEN) == 0 && msg[0] >= 0x90 &&
	    msg[0] <= 0x9f && msg[2] == 0) {
		msg[0] -= 0x10;
		msg[2] = 64;
	}
	for (i = 0; i < n; i++)
		model_put(m, msg[i]);
}

static void
model_status(struct model *m, uint8_t byte)
{

	if (m->sysex) {
		model_end_sysex(m);
		if (byte == 0xf7)
			return;
	} else if (m->nwait != 0) {
		m->discarded += (unsigned int)m->nwait;
		m->incomplete++;
		m->nwait = 0;
	}
	m->running = 0;
	if (byte == 0xf7)
		m->heard = true;
	else if (byte == 0xf4 || byte == 0xf5)
		m->discarded++;
	else if (byte == 0xf6)
		model_put(m, byte);
	else {
		m->sysex = byte == 0xf0;
		m->wait[m->nwait++] = byte;
	}
}

static void
model_byte(struct model *m, uint8_t byte)
{
	size_t i;

	m->nout = 0;
	if (byte == 0xfe) {
		m->asense++;
		m->heard = true;
		if (m->flags & MIDI_PARSE_ASENSE)
			model_put(m, byte);
	} else if (byte == 0xf9 || byte == 0xfd) {
		m->discarded++;
	} else if (byte >= 0xf8) {
		model_put(m, byte);
	} else if (byte >= 0x80) {
		model_status(m, byte);
	} else if (m->sysex) {
		m->wait[m->nwait++] = byte;
		if (m->nwait == 3) {
			for (i = 0; i < 3; i++)
				model_put(m, m->wait[i]);
			m->nwait = 0;
		}
	} else if (m->nwait == 0 && m->running == 0) {
		m->discarded++;
	} else {
		m->wait[m->nwait++] = byte;
		model_complete(m);
	}
}

/* The strict direction: true, and the byte not taken, if it is a violation. */
static bool
model_refuses(struct model *m, uint8_t byte)
{

	m->nout = 0;
	if (byte == 0xf9 || byte == 0xfd ||
	    (byte < 0x80 && !m->sysex && m->nwait == 0 && m->running == 0)) {
		m->discarded++;
		return true;
	}
	if (byte == 0xf4 || byte == 0xf5) {
		if (m->sysex && m->nwait != 0 && m->wait[0] == 0xf0) {
			m->sysex = false;
			m->nwait = 0;
		}
		model_status(m, byte);
		return true;
	}
	if (byte >= 0x80 && byte < 0xf8 && !m->sysex && m->nwait != 0) {
		m->discarded += (unsigned int)m->nwait;
		m->incomplete++;
		m->nwait = 0;
		m->running = 0;
		return true;
	}
	return false;
}

/* What the model holds, in the parser's terms. */
static void
model_check_state(const struct model *m, const struct midi_parse *mp)
{
	bool begun;
	size_t skip;

	begun = m->nwait != 0 && m->wait[0] >= 0x80 && !m->sysex;
	skip = begun ? 1 : 0;
	ATF_REQUIRE(midi_parse_valid(mp));
	ATF_REQUIRE_EQ(midi_parse_in_sysex(mp), m->sysex);
	ATF_REQUIRE_EQ(mp->mp_begun, begun);
	ATF_REQUIRE_EQ(mp->mp_status, m->sysex ? 0xf0 :
	    begun ? m->wait[0] : m->running);
	ATF_REQUIRE_EQ(mp->mp_held, m->nwait - skip);
	ATF_REQUIRE(memcmp(mp->mp_bytes, m->wait + skip,
	    m->nwait - skip) == 0);
	ATF_REQUIRE_EQ(mp->mp_discarded_bytes, m->discarded);
	ATF_REQUIRE_EQ(mp->mp_incomplete_msgs, m->incomplete);
	ATF_REQUIRE_EQ(mp->mp_asense, m->asense);
	ATF_REQUIRE_EQ(mp->mp_heard, m->heard);
}

/*
 * Every state.  A state is reached by a prefix of bytes.
 */

static const struct midi_parse *enum_parse;	/* in the state at hand */
static const struct model *enum_model;

/* Every next byte from this state, in both directions. */
static void
enum_bytes(const uint8_t *prefix, size_t nprefix)
{
	struct midi_parse mp;
	struct model m;
	uint8_t byte, out[MIDI_PARSE_OUT_MIN];
	unsigned int b;
	size_t nout, taken;
	bool refused, violation;

	model_check_state(enum_model, enum_parse);
	for (b = 0; b < 256; b++) {
		byte = (uint8_t)b;
		mp = *enum_parse;
		m = *enum_model;
		mp.mp_heard = m.heard = false;
		taken = midi_parse_run(&mp, &byte, 1, out, sizeof(out), &nout);
		ATF_REQUIRE_EQ(taken, 1);
		model_byte(&m, byte);
		h_bytes_check("receive", out, nout, m.out, m.nout);
		model_check_state(&m, &mp);

		mp = *enum_parse;
		m = *enum_model;
		taken = midi_parse_strict(&mp, &byte, 1, out, sizeof(out),
		    &nout, &violation);
		refused = model_refuses(&m, byte);
		if (!refused)
			model_byte(&m, byte);
		if (refused != violation || taken != (refused ? 0U : 1U))
			atf_tc_fail("strict: prefix %02x (%zu), byte %02x",
			    prefix[0], nprefix, byte);
		h_bytes_check("transmit", out, nout, m.out, m.nout);
		model_check_state(&m, &mp);
	}
}

static void
enum_state(const uint8_t *prefix, size_t nprefix, unsigned int flags)
{
	struct midi_parse mp;
	struct model m;
	uint8_t out[MIDI_PARSE_OUT_MAX(8)];
	size_t i, nout;

	memset(&m, 0, sizeof(m));
	m.flags = flags;
	midi_parse_init(&mp, flags);
	for (i = 0; i < nprefix; i++)
		model_byte(&m, prefix[i]);
	ATF_REQUIRE_EQ(midi_parse_run(&mp, prefix, nprefix, out, sizeof(out),
	    &nout), nprefix);
	enum_parse = &mp;
	enum_model = &m;
	enum_bytes(prefix, nprefix);
}

static void
enum_status(uint8_t status, unsigned int step, unsigned int flags)
{
	uint8_t prefix[5];
	unsigned int d;

	prefix[0] = status;
	enum_state(prefix, 1, flags);			/* begun */
	for (d = 0; d < 128; d += step) {
		prefix[1] = (uint8_t)d;
		enum_state(prefix, 2, flags);		/* or running */
		prefix[2] = 0x55;
		if (model_data_bytes(status) == 2) {
			prefix[3] = (uint8_t)d;
			enum_state(prefix, 4, flags);	/* running, begun */
		}
	}
	enum_state(prefix, model_data_bytes(status) + 1, flags); /* running */
}

static void
enum_all(unsigned int step, unsigned int flags)
{
	uint8_t prefix[5] = { 0xf0, 0x12, 0x34 };
	unsigned int d, status;

	enum_state(prefix, 0, flags);
	for (status = 0x80; status <= 0xef; status++)
		enum_status((uint8_t)status, step, flags);
	for (status = 0xf1; status <= 0xf3; status++)
		enum_status((uint8_t)status, step, flags);
	enum_state(prefix, 1, flags);
	for (d = 0; d < 128; d += step) {
		prefix[1] = prefix[3] = (uint8_t)d;
		prefix[4] = (uint8_t)(127 - d);
		enum_state(prefix, 2, flags);
		enum_state(prefix, 3, flags);
		enum_state(prefix, 4, flags);
		enum_state(prefix, 5, flags);
	}
}

ATF_TC(states);
ATF_TC_HEAD(states, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches any wrong step of the state machine, in either "
	    "direction");
}

ATF_TC_BODY(states, tc)
{

	enum_all(1, 0);
}

ATF_TC(states_flags);
ATF_TC_HEAD(states_flags, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a flag that does more, or less, than it says");
}

ATF_TC_BODY(states_flags, tc)
{

	enum_all(9, MIDI_PARSE_ASENSE);
	enum_all(9, MIDI_PARSE_HIDDEN);
	enum_all(9, MIDI_PARSE_ASENSE | MIDI_PARSE_HIDDEN);
}

/*
 * Streams by chance, in portions by chance.
 */

static uint8_t
random_byte(uint64_t *seed)
{
	static const uint8_t common[] = {
	    0x90, 0x90, 0x80, 0x9f, 0xb3, 0xc0, 0xd5, 0xe1, 0xf0, 0xf0, 0xf0,
	    0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf8, 0xf9, 0xfa,
	    0xfd, 0xfe, 0xff, 0xa9
	};
	uint32_t r;

	r = h_bytes_random(seed);
	if (r % 8 < 5)
		return (r >> 8) % 4 == 0 ? 0 : (r >> 16) & 0x7f;
	return common[(r >> 8) % __arraycount(common)];
}

#define STREAM	400

static void
random_stream(uint64_t *seed, uint8_t *in)
{
	size_t i, n;

	for (i = 0; i < STREAM; i++)
		in[i] = random_byte(seed);
	/* In half of them, a long SysEx. */
	if (h_bytes_random(seed) % 2 == 0) {
		in[50] = 0xf0;
		n = h_bytes_random(seed) % 300;
		for (i = 51; i < 51 + n; i++)
			in[i] &= 0x7f;
	}
}

ATF_TC(portions);
ATF_TC_HEAD(portions, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches runs that are not parsed as their bytes are, and a "
	    "result that depends on where the input or the room for "
	    "output ends");
}

ATF_TC_BODY(portions, tc)
{
	struct midi_parse mp;
	struct model m;
	uint8_t in[STREAM], out[MIDI_PARSE_OUT_MAX(STREAM)];
	uint8_t want[MIDI_PARSE_OUT_MAX(STREAM)];
	uint64_t seed;
	size_t i, len, nout, nwant, o, room, taken;
	unsigned int round;

	seed = 1;
	for (round = 0; round < 20000; round++) {
		random_stream(&seed, in);
		memset(&m, 0, sizeof(m));
		m.flags = round & 3;
		midi_parse_init(&mp, m.flags);
		for (i = nwant = 0; i < STREAM; i++) {
			model_byte(&m, in[i]);
			memcpy(want + nwant, m.out, m.nout);
			nwant += m.nout;
		}
		for (i = o = 0; i < STREAM; i += taken, o += nout) {
			len = h_bytes_random(&seed) % 100;
			if (len > STREAM - i)
				len = STREAM - i;
			room = MIDI_PARSE_OUT_MIN + h_bytes_random(&seed) % 60;
			if (room > sizeof(out) - o)
				room = sizeof(out) - o;
			taken = midi_parse_run(&mp, in + i, len, out + o, room,
			    &nout);
			ATF_REQUIRE(nout <= room);
			ATF_REQUIRE(taken == len ||
			    room - nout < MIDI_PARSE_OUT_MIN);
		}
		if (o != nwant || memcmp(out, want, o) != 0)
			atf_tc_fail("round %u: other output", round);
		model_check_state(&m, &mp);
		ATF_REQUIRE((m.flags & MIDI_PARSE_HIDDEN) != 0 ||
		    midi_msg_run_valid(out, o, false));
	}
}

/* Feed the model up to n bytes; returns how many it took before a refusal. */
static size_t
model_strict(struct model *m, const uint8_t *in, size_t n, uint8_t *out,
    size_t *nout, bool *refused)
{
	size_t i;

	*nout = 0;
	*refused = false;
	for (i = 0; i < n && !*refused; i++) {
		*refused = model_refuses(m, in[i]);
		if (!*refused)
			model_byte(m, in[i]);
		memcpy(out + *nout, m->out, m->nout);
		*nout += m->nout;
	}
	return *refused ? i - 1 : i;
}

ATF_TC(strict_portions);
ATF_TC_HEAD(strict_portions, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches bytes before a violation that are lost or sent "
	    "twice, a violation found at the wrong byte of a run, and a "
	    "message that cannot be sent after it was found to cut "
	    "another one short");
}

ATF_TC_BODY(strict_portions, tc)
{
	struct midi_parse mp;
	struct model m;
	uint8_t in[STREAM], out[MIDI_PARSE_OUT_MAX(STREAM)];
	uint8_t want[MIDI_PARSE_OUT_MAX(STREAM)];
	uint64_t seed;
	size_t i, len, nout, nwant, taken;
	unsigned int round;
	bool refused, violation;

	seed = 2;
	for (round = 0; round < 10000; round++) {
		random_stream(&seed, in);
		memset(&m, 0, sizeof(m));
		midi_parse_init(&mp, 0);
		for (i = 0; i < STREAM; i += taken) {
			len = 1 + h_bytes_random(&seed) % 100;
			if (len > STREAM - i)
				len = STREAM - i;
			taken = midi_parse_strict(&mp, in + i, len, out,
			    sizeof(out), &nout, &violation);
			ATF_REQUIRE_EQ(model_strict(&m, in + i, len, want,
			    &nwant, &refused), taken);
			ATF_REQUIRE_EQ(refused, violation);
			h_bytes_check("strict", out, nout, want, nwant);
			model_check_state(&m, &mp);
			/* What can never be sent is left out. */
			if (violation && (in[i + taken] < 0x80 ||
			    (midi_msg_length(in[i + taken]) == 0 &&
			    !midi_msg_is_sysex(in[i + taken]))))
				taken++;
		}
	}
}

/*
 * Known cases.
 */

static const struct {
	const char	*in, *out;
	unsigned int	discarded, incomplete;
} receive_cases[] = {
	{ "", "", 0, 0 },
	/* hidden note-off */
	{ "903c00", "803c40", 0, 0 },
	{ "903c003e40", "803c40 903e40", 0, 0 },
	{ "903c00803e00", "803c40 803e00", 0, 0 },
	{ "9f7f007f008f0000", "8f7f40 8f7f40 8f0000", 0, 0 },
	{ "a03c003d00", "a03c00 a03d00", 0, 0 },
	/* running status */
	{ "903c403e414042", "903c40 903e41 904042", 0, 0 },
	{ "d50102", "d501 d502", 0, 0 },
	{ "c001c0903c40", "c001 903c40", 1, 1 },
	{ "800102910304a20506b30708c409d50ae60b0c",
	    "800102 910304 a20506 b30708 c409 d50a e60b0c", 0, 0 },
	/* real-time bytes */
	{ "90f83c40", "f8 903c40", 0, 0 },
	{ "f890fa3cfb40fc3eff41f8", "f8 fa fb 903c40 fc ff 903e41 f8", 0, 0 },
	{ "903cfe40", "903c40", 0, 0 },
	{ "f0f8010203f7", "f8 f0010203f7", 0, 0 },
	{ "f0010203f80405f7", "f00102 f8 030405f7", 0, 0 },
	{ "f001ff02f7", "ff f00102f7", 0, 0 },
	/* undefined bytes */
	{ "90fd3cfd40", "903c40", 2, 0 },
	{ "903c40f93e41", "903c40 903e41", 1, 0 },
	{ "903cf440", "", 4, 1 },
	{ "90f53c40", "", 4, 1 },
	{ "f00102f403f7", "f00102f7", 2, 0 },
	{ "f001f5", "f001f7", 1, 0 },
	/* system common messages end running status */
	{ "903c40f201023e41", "903c40 f20102", 2, 0 },
	{ "c001f30502", "c001 f305", 1, 0 },
	{ "903c40f63e41", "903c40 f6", 2, 0 },
	{ "f13536", "f135", 1, 0 },
	/* F7 with nothing to end */
	{ "f7", "", 0, 0 },
	{ "903c40f73e41", "903c40", 2, 0 },
	{ "90f73c40", "", 3, 1 },
	{ "f201f702", "", 3, 1 },
	/* messages cut short */
	{ "9090903c40", "903c40", 2, 2 },
	{ "903c403e903f41", "903c40 903f41", 1, 1 },
	{ "f3f6", "f6", 1, 1 },
	{ "d0d005d0d006", "d005 d006", 2, 2 },
	/* System Exclusive */
	{ "f0f7", "f0f7", 0, 0 },
	{ "f07e7f0901f7", "f07e7f0901f7", 0, 0 },
	{ "f0010203", "f00102", 0, 0 },
	{ "f00102903c40", "f00102f7 903c40", 0, 0 },
	{ "f001f002f7", "f001f7 f002f7", 0, 0 },
	{ "f001f70203", "f001f7", 2, 0 },
};

ATF_TC(receive_table);
ATF_TC_HEAD(receive_table, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a rule of MIDI 1.0 or midi(4) that is understood "
	    "wrongly by the parser and the model alike");
}

ATF_TC_BODY(receive_table, tc)
{
	struct midi_parse mp;
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, nin, nout, nwant;

	for (i = 0; i < __arraycount(receive_cases); i++) {
		nin = h_bytes_from(receive_cases[i].in, in);
		nwant = h_bytes_from(receive_cases[i].out, want);
		midi_parse_init(&mp, 0);
		ATF_REQUIRE_EQ(midi_parse_run(&mp, in, nin, out, sizeof(out),
		    &nout), nin);
		h_bytes_check(receive_cases[i].in, out, nout, want, nwant);
		ATF_CHECK_EQ_MSG(mp.mp_discarded_bytes,
		    receive_cases[i].discarded, "%s", receive_cases[i].in);
		ATF_CHECK_EQ_MSG(mp.mp_incomplete_msgs,
		    receive_cases[i].incomplete, "%s", receive_cases[i].in);
	}
}

/* Each portion is consumed to the violation, if there is one. */
static const struct {
	const char	*in[4], *out[4];
	int		taken[4];	/* with a violation: -1 - bytes taken */
	unsigned int	discarded, incomplete;
} transmit_cases[] = {
	{ { "903c40" }, { "903c40" }, { 3 }, 0, 0 },
	/* what came before the bad byte is sent */
	{ { "f601" }, { "f6" }, { -1 - 1 }, 1, 0 },
	{ { "903c40 913c40 f605", "903e41" },
	    { "903c40 913c40 f6", "903e41" }, { -1 - 7, 3 }, 1, 0 },
	{ { "c005fd", "06" }, { "c005", "c006" }, { -1 - 2, 1 }, 1, 0 },
	{ { "903cf940", "40" }, { "", "903c40" }, { -1 - 2, 1 }, 1, 0 },
	{ { "f00102030405f9", "06f7" }, { "f00102030405", "06f7" },
	    { -1 - 6, 2 }, 1, 0 },
	/* F4 and F5 end running status, and SysEx if it has begun to go out */
	{ { "903c40", "f4", "3e41" }, { "903c40", "", "" },
	    { 3, -1, -1 }, 2, 0 },
	{ { "f001020304f5", "05" }, { "f001020304f7", "" },
	    { -1 - 5, -1 }, 2, 0 },
	{ { "f001", "f5", "02" }, { "", "", "" }, { 2, -1, -1 }, 2, 0 },
	/* the message that interrupts another one can be sent */
	{ { "903c403e803c40", "803c40" }, { "903c40", "803c40" },
	    { -1 - 4, 3 }, 1, 1 },
	{ { "90", "903c40", "903c40" }, { "", "", "903c40" },
	    { 1, -1, 3 }, 1, 1 },
	{ { "9040a0", "00", "a00000" }, { "", "", "a00000" },
	    { -1 - 2, -1, 3 }, 3, 1 },
	{ { "903cf7", "f7" }, { "", "" }, { -1 - 2, 1 }, 2, 1 },
	/* no violations */
	{ { "f00102 903c40" }, { "f00102f7 903c40" }, { 6 }, 0, 0 },
	{ { "f7", "f6" }, { "", "f6" }, { 1, 1 }, 0, 0 },
	{ { "90f83c", "40" }, { "f8", "903c40" }, { 3, 1 }, 0, 0 },
};

static void
transmit_case(size_t c)
{
	struct midi_parse mp;
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, nin, nout, nwant, taken;
	bool violation;
	int want_taken;

	midi_parse_init(&mp, 0);
	for (i = 0; i < 4 && transmit_cases[c].in[i] != NULL; i++) {
		nin = h_bytes_from(transmit_cases[c].in[i], in);
		nwant = h_bytes_from(transmit_cases[c].out[i], want);
		taken = midi_parse_strict(&mp, in, nin, out, sizeof(out),
		    &nout, &violation);
		h_bytes_check(transmit_cases[c].in[i], out, nout, want, nwant);
		want_taken = transmit_cases[c].taken[i];
		ATF_CHECK_EQ_MSG(violation ? -1 - (int)taken : (int)taken,
		    want_taken, "%s", transmit_cases[c].in[i]);
	}
	ATF_CHECK_EQ_MSG(mp.mp_discarded_bytes, transmit_cases[c].discarded,
	    "%s", transmit_cases[c].in[0]);
	ATF_CHECK_EQ_MSG(mp.mp_incomplete_msgs, transmit_cases[c].incomplete,
	    "%s", transmit_cases[c].in[0]);
}

ATF_TC(transmit_table);
ATF_TC_HEAD(transmit_table, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches messages lost before a violation, and a well- "
	    "formed message that is refused for what was before it");
}

ATF_TC_BODY(transmit_table, tc)
{
	size_t c;

	for (c = 0; c < __arraycount(transmit_cases); c++)
		transmit_case(c);
}

ATF_TC(heard);
ATF_TC_HEAD(heard, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches Active Sensing that takes noise for a sign of "
	    "life, or no notice of a message");
}

ATF_TC_BODY(heard, tc)
{
	static const struct {
		const char	*in;
		bool		heard;
	} cases[] = {
		{ "f9fdf4f5", false }, { "0102", false }, { "90", false },
		{ "903c", false }, { "f001", false }, { "903c40", true },
		{ "fe", true }, { "f8", true }, { "f7", true },
		{ "f00102", true }, { "f0f4", true }, { "f6", true },
	};
	struct midi_parse mp;
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX];
	size_t i, nin, nout;

	for (i = 0; i < __arraycount(cases); i++) {
		nin = h_bytes_from(cases[i].in, in);
		midi_parse_init(&mp, 0);
		(void)midi_parse_run(&mp, in, nin, out, sizeof(out), &nout);
		ATF_CHECK_EQ_MSG(mp.mp_heard, cases[i].heard, "%s",
		    cases[i].in);
	}
}

ATF_TC(end);
ATF_TC_HEAD(end, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a receiver left inside SysEx, and anything of the "
	    "old stream that is left for the new one");
}

ATF_TC_BODY(end, tc)
{
	static const struct {
		const char	*in, *out;
		unsigned int	discarded, incomplete;
	} cases[] = {
		{ "", "", 0, 0 }, { "903c40", "", 0, 0 },
		{ "903c", "", 2, 1 }, { "903c403c", "", 1, 1 },
		{ "f3", "", 1, 1 }, { "f0", "f0f7", 0, 0 },
		{ "f001", "f001f7", 0, 0 }, { "f00102", "f7", 0, 0 },
		{ "f0010203", "03f7", 0, 0 }, { "f001020304", "0304f7", 0, 0 },
		{ "f001f7", "", 0, 0 },
	};
	struct midi_parse mp;
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, nin, nout, nwant;

	for (i = 0; i < __arraycount(cases); i++) {
		nin = h_bytes_from(cases[i].in, in);
		nwant = h_bytes_from(cases[i].out, want);
		midi_parse_init(&mp, 0);
		(void)midi_parse_run(&mp, in, nin, out, sizeof(out), &nout);
		h_bytes_check(cases[i].in, out, midi_parse_end(&mp, out), want,
		    nwant);
		ATF_CHECK_EQ(mp.mp_discarded_bytes, cases[i].discarded);
		ATF_CHECK_EQ(mp.mp_incomplete_msgs, cases[i].incomplete);
		ATF_CHECK(mp.mp_status == 0 && mp.mp_held == 0);
		ATF_CHECK(!mp.mp_begun && midi_parse_valid(&mp));
		ATF_CHECK_EQ(midi_parse_end(&mp, out), 0);
	}
}

ATF_TC(room);
ATF_TC_HEAD(room, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a bound for the output that a worst case exceeds");
}

ATF_TC_BODY(room, tc)
{
	struct midi_parse mp;
	uint8_t in[64], out[MIDI_PARSE_OUT_MAX(sizeof(in))];
	size_t i, j, nout;

	for (j = 0; j < 4; j++) {
		for (i = 0; i < sizeof(in); i++) {
			in[i] = j == 0 ? 0x01 : j == 1 ? (i % 2 ? 0xf6 : 0xf0) :
			    j == 2 ? (i == 0 ? 0xf6 : 0x02) : 0xf0;
		}
		midi_parse_init(&mp, 0);
		(void)midi_parse_run(&mp, (const uint8_t *)"\xc0\x01\xf0\x01",
		    j == 0 ? 2 : 4, out, sizeof(out), &nout);
		ATF_CHECK_EQ(midi_parse_run(&mp, in, sizeof(in), out,
		    sizeof(out), &nout), sizeof(in));
	}
}

ATF_TC(invalid);
ATF_TC_HEAD(invalid, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a predicate that proves nothing");
}

ATF_TC_BODY(invalid, tc)
{
	static const struct midi_parse states[] = {
		{ .mp_held = 1 }, { .mp_begun = true },
		{ .mp_status = 0x90, .mp_held = 2 },
		{ .mp_status = 0xc0, .mp_held = 1 },
		{ .mp_status = 0x90, .mp_held = 1, .mp_bytes = { 0x80 } },
		{ .mp_status = 0x40 }, { .mp_status = 0xf1 },
		{ .mp_status = 0xf1, .mp_begun = true, .mp_held = 1 },
		{ .mp_status = 0xf4, .mp_begun = true },
		{ .mp_status = 0xf7 }, { .mp_status = 0xf8 },
		{ .mp_status = 0xf0, .mp_begun = true },
		{ .mp_status = 0xf0, .mp_held = 3 },
		{ .mp_status = 0xf0, .mp_held = 2, .mp_bytes = { 1, 0xf0 } },
	};
	size_t i;

	for (i = 0; i < __arraycount(states); i++)
		ATF_CHECK_MSG(!midi_parse_valid(&states[i]), "state %zu", i);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, states);
	ATF_TP_ADD_TC(tp, states_flags);
	ATF_TP_ADD_TC(tp, portions);
	ATF_TP_ADD_TC(tp, strict_portions);
	ATF_TP_ADD_TC(tp, receive_table);
	ATF_TP_ADD_TC(tp, transmit_table);
	ATF_TP_ADD_TC(tp, heard);
	ATF_TP_ADD_TC(tp, end);
	ATF_TP_ADD_TC(tp, room);
	ATF_TP_ADD_TC(tp, invalid);
	return atf_no_error();
}
