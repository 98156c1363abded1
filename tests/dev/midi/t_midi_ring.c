/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_ring.c: where a canonical stream waits.
 *
 * The ring is compared with a model that has no ring: its bytes lie in a
 * row, each with the number of the message (or the group of three of a SysEx
 * message) that it belongs to, SysEx is put and dropped byte by byte, and
 * reads go by those numbers.
 */

#include <dev/midi/midi_parse.h>
#include <dev/midi/midi_ring.h>

#include "h_bytes.h"

/*
 * The model.
 */

#define MODEL_MAX	1024

struct model {
	uint8_t		byte[MODEL_MAX];
	unsigned int	unit[MODEL_MAX];	/* message or group */
	size_t		used, size;
	unsigned int	units;		/* numbers given out */
	unsigned int	realtimes;	/* and to real-time bytes */
	bool		full;		/* dropped since the last take */
	bool		open;		/* SysEx at the put side, in the row */
	bool		in_sysex;	/* SysEx at the put side, anywhere */
	bool		closed;		/* it was cut and closed */
	unsigned int	place;		/* of the next byte in the SysEx */
	unsigned int	begun;		/* unit begun to be taken; 0: none */
	bool		take_open;	/* SysEx at the take side */
	uint64_t	dropped_bytes, dropped_msgs;
};

static void
model_init(struct model *m, size_t size)
{

	memset(m, 0, sizeof(*m));
	m->size = size;
}

static void
model_append(struct model *m, uint8_t byte, unsigned int unit)
{

	m->byte[m->used] = byte;
	m->unit[m->used++] = unit;
}

static void
model_append_sysex(struct model *m, uint8_t byte)
{

	if (m->place++ % 3 == 0)
		m->units++;
	/* The group's number, also after a real-time byte's own. */
	model_append(m, byte, m->units);
	m->open = byte != 0xf7;
}

static void
model_put_sysex(struct model *m, uint8_t byte)
{
	size_t need;

	if (byte == 0xf0) {
		m->in_sysex = true;
		m->closed = false;
		m->place = 0;
	}
	need = byte == 0xf7 ? 1 : 2;
	if ((byte == 0xf0 || m->open) &&
	    ((!m->full && m->size - m->used >= need) ||
	    (m->open && byte == 0xf7))) {
		model_append_sysex(m, byte);
	} else {
		/* The F7 that closed it stands for the one that comes. */
		if (!m->closed || byte != 0xf7 || m->open)
			m->dropped_bytes++;
		if (m->open || byte == 0xf0) {
			m->dropped_msgs++;
			m->full = true;
		}
		if (m->open) {
			model_append_sysex(m, 0xf7);
			m->closed = true;
		}
	}
	if (byte == 0xf7)
		m->in_sysex = m->closed = false;
}

/* How many bytes go together: of SysEx, each alone. */
static size_t
model_length(uint8_t first)
{

	if (first < 0x80 || first == 0xf0 || first >= 0xf6)
		return 1;
	if (first == 0xf1 || first == 0xf3 || (first >= 0xc0 && first < 0xe0))
		return 2;
	return 3;
}

/* Put a run.  Units are known by their first byte. */
static void
model_put(struct model *m, const uint8_t *run, size_t n)
{
	size_t i, j, len;
	unsigned int group;

	for (i = 0; i < n; i += len) {
		len = model_length(run[i]);
		if (run[i] < 0x80 || run[i] == 0xf0 || run[i] == 0xf7) {
			model_put_sysex(m, run[i]);
			continue;
		}
		if (m->full || m->size - m->used < len + (m->open ? 1 : 0)) {
			m->full = true;
			m->dropped_bytes += len;
			m->dropped_msgs++;
			continue;
		}
		/* A real-time byte has a number of its own, out of turn. */
		group = run[i] < 0xf8 ? ++m->units : 1U << 31 | m->realtimes++;
		for (j = 0; j < len; j++)
			model_append(m, run[i + j], group);
	}
}

/* What a read of n bytes returns. */
static size_t
model_peek(const struct model *m, size_t n)
{
	size_t done, len;

	if (n > m->used)
		n = m->used;
	for (done = 0; done < n; done += len) {
		for (len = 1; done + len < m->used; len++) {
			if (m->unit[done + len] != m->unit[done])
				break;
		}
		if (len > n - done)
			break;
	}
	return done == 0 ? n : done;
}

static void
model_take(struct model *m, size_t n)
{
	size_t i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++) {
		if (m->byte[i] == 0xf0)
			m->take_open = true;
		if (m->byte[i] == 0xf7)
			m->take_open = false;
	}
	m->begun = n < m->used && m->unit[n] == m->unit[n - 1] &&
	    !m->take_open ? m->unit[n] : 0;
	m->used -= n;
	memmove(m->byte, m->byte + n, m->used);
	memmove(m->unit, m->unit + n, m->used * sizeof(m->unit[0]));
	m->full = false;
}

static void
model_flush(struct model *m, size_t *nbytes, size_t *nmsgs)
{
	size_t i, keep;
	bool first_part, was_open;

	for (keep = 0; keep < m->used && m->begun != 0 &&
	    m->unit[keep] == m->begun;)
		keep++;
	*nbytes = m->used - keep;
	*nmsgs = 0;
	was_open = m->take_open;
	first_part = m->take_open;
	for (i = keep; i < m->used; i++) {
		if (m->byte[i] >= 0x80 && m->byte[i] != 0xf7)
			++*nmsgs;
		if (m->byte[i] < 0x80 && was_open && first_part) {
			++*nmsgs;
			first_part = false;
		}
		if (m->byte[i] == 0xf7 && was_open) {
			was_open = false;
			--*nbytes;
		}
	}
	m->used = keep;
	m->full = false;
	if (m->open) {
		m->open = false;
		m->closed = was_open;
	}
	if (m->take_open)
		model_append(m, 0xf7, ++m->units);
}

/*
 * Ring and model together.
 */

struct both {
	struct midi_ring	r;
	struct model		m;
	uint8_t			buf[MODEL_MAX];
};

static void
both_init(struct both *b, size_t size, size_t front)
{

	memset(b, 0, sizeof(*b));
	midi_ring_init(&b->r, b->buf, size);
	b->r.mr_front = front;
	model_init(&b->m, size);
}

/* Copies of a ring must use their own buffers. */
static void
both_copy(struct both *to, const struct both *from)
{
	struct model *m;

	to->r = from->r;
	to->r.mr_buf = to->buf;
	memcpy(to->buf, from->buf, from->r.mr_size);
	m = &to->m;
	memcpy(&m->used, &from->m.used,
	    sizeof(*m) - offsetof(struct model, used));
	memcpy(m->byte, from->m.byte, from->m.used);
	memcpy(m->unit, from->m.unit, from->m.used * sizeof(m->unit[0]));
}

/* What can be seen from outside agrees. */
static void
both_check(struct both *b)
{
	uint8_t got[MODEL_MAX];
	size_t n, len;

	ATF_REQUIRE(midi_ring_valid(&b->r));
	ATF_REQUIRE_EQ(midi_ring_used(&b->r), b->m.used);
	ATF_REQUIRE_EQ(midi_ring_room(&b->r), b->m.full ? 0 :
	    b->m.size - b->m.used - (b->m.open ? 1 : 0));
	ATF_REQUIRE_EQ(b->r.mr_dropped_bytes, b->m.dropped_bytes);
	ATF_REQUIRE_EQ(b->r.mr_dropped_msgs, b->m.dropped_msgs);
	for (n = 0; n <= b->m.size && n < 20; n++) {
		len = midi_ring_peek(&b->r, got, n);
		h_bytes_check("peek", got, len, b->m.byte,
		    model_peek(&b->m, n));
	}
	len = midi_ring_peek(&b->r, got, sizeof(got));
	h_bytes_check("peek all", got, len, b->m.byte, b->m.used);
}

/* How much goes into the model without an overflow. */
static size_t
both_fit(const struct both *b, const uint8_t *run, size_t n)
{
	static struct both try;
	size_t i, len;

	if (b->m.full) {
		for (i = 0; i < n && !b->m.open && (run[i] < 0x80 ||
		    run[i] == 0xf7);)
			i++;
		return i;
	}
	for (i = 0; i < n; i += len) {
		len = model_length(run[i]);
		both_copy(&try, b);
		model_put(&try.m, run, i + len);
		if (try.m.full)
			break;
	}
	return i;
}

static void
both_put(struct both *b, const uint8_t *run, size_t n)
{
	uint64_t dropped;

	dropped = b->m.dropped_bytes;
	model_put(&b->m, run, n);
	dropped = b->m.dropped_bytes - dropped;
	ATF_REQUIRE_EQ(midi_ring_put(&b->r, run, n), n - dropped);
}

static void
both_take(struct both *b, size_t n)
{

	model_take(&b->m, n);
	midi_ring_take(&b->r, n);
}

static void
both_flush(struct both *b)
{
	size_t bytes, msgs, want_bytes, want_msgs;

	model_flush(&b->m, &want_bytes, &want_msgs);
	midi_ring_flush(&b->r, &bytes, &msgs);
	ATF_REQUIRE_EQ(bytes, want_bytes);
	ATF_REQUIRE_EQ(msgs, want_msgs);
}

/*
 * Every sequence of six operations on eight bytes.
 */

static const struct {
	const char	*run;		/* to put */
	size_t		read_bytes;	/* or else to read */
	bool		goes_on;	/* needs an open SysEx message */
	bool		begins;		/* needs none */
} ops[] = {
	{ .run = "903c40", .begins = true },
	{ .run = "c005f8", .begins = true },
	{ .run = "f8" },
	{ .run = "f6", .begins = true },
	{ .run = "f0", .begins = true },
	{ .run = "f001f7", .begins = true },
	{ .run = "01", .goes_on = true },
	{ .run = "02f80304", .goes_on = true },
	{ .run = "05f7", .goes_on = true },
	{ .run = "f7", .goes_on = true },
	{ .read_bytes = 1 },
	{ .read_bytes = 2 },
	{ .read_bytes = 4 },
	{ .read_bytes = 8 },
	{ .run = NULL },		/* flush */
};
#define OPS	6

static struct both level[OPS + 1];

static void
enumerate(unsigned int depth)
{
	uint8_t run[H_BYTES_MAX];
	struct both *b;
	size_t i, n;

	both_check(&level[depth]);
	if (depth == OPS)
		return;
	b = &level[depth + 1];
	for (i = 0; i < __arraycount(ops); i++) {
		if ((ops[i].goes_on && !level[depth].m.in_sysex) ||
		    (ops[i].begins && level[depth].m.in_sysex))
			continue;
		both_copy(b, &level[depth]);
		if (ops[i].run != NULL) {
			n = h_bytes_from(ops[i].run, run);
			both_put(b, run, n);
		} else if (ops[i].read_bytes != 0)
			both_take(b, model_peek(&b->m, ops[i].read_bytes));
		else
			both_flush(b);
		enumerate(depth + 1);
	}
}

ATF_TC(six_operations);
ATF_TC_HEAD(six_operations, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches any wrong turn of the ring that six operations can "
	    "show on a ring of eight bytes, also across the end of the "
	    "buffer");
}

ATF_TC_BODY(six_operations, tc)
{

	both_init(&level[0], 8, 0);
	enumerate(0);
	both_init(&level[0], 8, 5);
	enumerate(2);
}

/*
 * Long streams by chance.
 */

static size_t
random_run(struct midi_parse *mp, uint64_t *seed, uint8_t *run, size_t size)
{
	uint8_t in[24];
	size_t i, n, nrun;
	uint32_t r;

	n = h_bytes_random(seed) % sizeof(in);
	for (i = 0; i < n; i++) {
		r = h_bytes_random(seed);
		in[i] = (r >> 8) & 0x7f;
		if (r % 8 == 0)
			in[i] |= 0x80;
		else if (r % 64 == 1)
			in[i] = 0xf0;
		else if (r % 64 == 2)
			in[i] = 0xf7;
	}
	(void)midi_parse_run(mp, in, n, run, size, &nrun);
	return nrun;
}

/* What came out of the ring is a stream that parses whole. */
static void
random_parse(struct midi_parse *out, const struct both *b, size_t n)
{
	uint8_t back[MIDI_PARSE_OUT_MAX(MODEL_MAX)];
	size_t nback;

	(void)midi_parse_run(out, b->m.byte, n, back, sizeof(back), &nback);
	ATF_REQUIRE_EQ(out->mp_discarded_bytes, 0);
}

static void
random_ring(uint64_t *seed, size_t size)
{
	static struct both b;
	struct midi_parse in, out;
	uint8_t run[MIDI_PARSE_OUT_MAX(24)];
	unsigned int i;
	size_t fit, n;

	both_init(&b, size, h_bytes_random(seed) % size);
	midi_parse_init(&in, MIDI_PARSE_ASENSE);
	midi_parse_init(&out, MIDI_PARSE_ASENSE);
	for (i = 0; i < 300; i++) {
		n = random_run(&in, seed, run, sizeof(run));
		fit = h_bytes_random(seed) % 4 != 0 ? n : both_fit(&b, run, n);
		both_put(&b, run, fit);
		both_check(&b);
		if (fit < n) {
			/* Under flow control, the rest goes after a read. */
			random_parse(&out, &b, b.m.used);
			both_take(&b, b.m.used);
			both_put(&b, run + fit, n - fit);
			both_check(&b);
		}
		n = h_bytes_random(seed) % (h_bytes_random(seed) % 64 + 1);
		if (n > b.m.used || h_bytes_random(seed) % 4 != 0)
			n = model_peek(&b.m, n);
		random_parse(&out, &b, n);
		both_take(&b, n);
		both_check(&b);
		if (h_bytes_random(seed) % 64 == 0) {
			both_flush(&b);
			both_check(&b);
		}
	}
}

ATF_TC(random);
ATF_TC_HEAD(random, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches what takes more than six operations or eight bytes "
	    "to show: a stream that comes out broken after drops, takes "
	    "and flushes");
}

ATF_TC_BODY(random, tc)
{
	uint64_t seed;
	unsigned int round;

	seed = 4;
	for (round = 0; round < 400; round++)
		random_ring(&seed, (size_t)4 << round % 7);
}

ATF_TC(portions);
ATF_TC_HEAD(portions, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches an overflow that depends on how many units are put "
	    "at once: a short message that slips in after a long one "
	    "was dropped");
}

ATF_TC_BODY(portions, tc)
{
	struct midi_parse mp;
	struct midi_ring one, all;
	uint8_t buf[2][32], got[2][32], run[MIDI_PARSE_OUT_MAX(24)];
	uint64_t seed;
	size_t i, len, n;
	unsigned int round;

	seed = 5;
	midi_parse_init(&mp, 0);
	midi_ring_init(&one, buf[0], sizeof(buf[0]));
	midi_ring_init(&all, buf[1], sizeof(buf[1]));
	for (round = 0; round < 50000; round++) {
		n = random_run(&mp, &seed, run, sizeof(run));
		(void)midi_ring_put(&all, run, n);
		for (i = 0; i < n; i += len) {
			len = midi_msg_is_sysex(run[i]) ? 1 :
			    midi_msg_unit(run + i, n - i);
			(void)midi_ring_put(&one, run + i, len);
		}
		ATF_REQUIRE_EQ(one.mr_dropped_bytes, all.mr_dropped_bytes);
		ATF_REQUIRE_EQ(one.mr_dropped_msgs, all.mr_dropped_msgs);
		n = h_bytes_random(&seed) % 32;
		n = midi_ring_peek(&one, got[0], n);
		ATF_REQUIRE_EQ(midi_ring_peek(&all, got[1], n), n);
		h_bytes_check("portions", got[0], n, got[1], n);
		midi_ring_take(&one, n);
		midi_ring_take(&all, n);
	}
}

/*
 * Known cases.
 */

static const struct {
	const char	*run;
	size_t		read_bytes;
	const char	*reads[10];
} read_cases[] = {
	{ "903c40 903e41 803c40", 2,
	    { "903c", "40", "903e", "41", "803c", "40" } },
	{ "903c40 903e41 803c40", 5, { "903c40", "903e41", "803c40" } },
	{ "903c40 903e41 803c40", 8, { "903c40903e41", "803c40" } },
	{ "903c40 c005 f8 903e41", 2,
	    { "903c", "40", "c005", "f8", "903e", "41" } },
	{ "903c40 c005 f8 903e41", 5, { "903c40c005", "f8903e41" } },
	{ "f0010203040506f7", 2, { "f001", "02", "0304", "05", "06f7" } },
	{ "f0010203040506f7", 3, { "f00102", "030405", "06f7" } },
	{ "f0010203040506f7", 5, { "f00102", "03040506f7" } },
	{ "f0010203040506f7", 64, { "f0010203040506f7" } },
	{ "903c40 f001020304f7 903e41", 5,
	    { "903c40", "f00102", "0304f7", "903e41" } },
	{ "f00102 f8 030405 f7", 1,
	    { "f0", "01", "02", "f8", "03", "04", "05", "f7" } },
	{ "f8f8f8f8f8", 3, { "f8f8f8", "f8f8" } },
};

ATF_TC(reads);
ATF_TC_HEAD(reads, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a read that cuts a message which midi(4) promises "
	    "whole, or returns less than it could");
}

ATF_TC_BODY(reads, tc)
{
	struct midi_ring r;
	uint8_t buf[32], got[64], run[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t front, i, j, n, nwant;

	for (i = 0; i < __arraycount(read_cases); i++) {
		for (front = 0; front < sizeof(buf); front++) {
			midi_ring_init(&r, buf, sizeof(buf));
			r.mr_front = front;
			n = h_bytes_from(read_cases[i].run, run);
			ATF_REQUIRE_EQ(midi_ring_put(&r, run, n), n);
			for (j = 0; midi_ring_used(&r) != 0; j++) {
				ATF_REQUIRE(read_cases[i].reads[j] != NULL);
				nwant = h_bytes_from(read_cases[i].reads[j],
				    want);
				n = midi_ring_peek(&r, got,
				    read_cases[i].read_bytes);
				h_bytes_check("read", got, n, want, nwant);
				midi_ring_take(&r, n);
			}
			ATF_CHECK(read_cases[i].reads[j] == NULL);
		}
	}
}

ATF_TC(sysex_overflow);
ATF_TC_HEAD(sysex_overflow, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a SysEx message with a hole, or without an end");
}

ATF_TC_BODY(sysex_overflow, tc)
{
	static const uint8_t want[] = { 0xf0, 1, 2, 3, 4, 5, 6, 0xf7 };
	struct midi_ring r;
	uint8_t buf[8], got[8], run[] = { 0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 0xf8 };
	uint8_t rest[] = { 9, 0xf7, 0xf8 };

	midi_ring_init(&r, buf, sizeof(buf));
	ATF_CHECK_EQ(midi_ring_put(&r, run, sizeof(run)), 7);
	ATF_CHECK_EQ(r.mr_dropped_bytes, 3);
	ATF_CHECK_EQ(r.mr_dropped_msgs, 2);
	h_bytes_check("cut", got, midi_ring_peek(&r, got, sizeof(got)), want,
	    sizeof(want));
	midi_ring_take(&r, 6);
	/* The rest is dropped although there is room now; what follows not. */
	ATF_CHECK_EQ(midi_ring_put(&r, rest, sizeof(rest)), 2);
	ATF_CHECK_EQ(r.mr_dropped_bytes, 4);
	ATF_CHECK_EQ(r.mr_dropped_msgs, 2);
	ATF_CHECK_EQ(midi_ring_peek(&r, got, sizeof(got)), 3);
	ATF_CHECK(got[0] == 6 && got[1] == 0xf7 && got[2] == 0xf8);
}

ATF_TC(nothing);
ATF_TC_HEAD(nothing, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches an empty put or take that makes a ring look full, "
	    "or clears an overflow");
}

ATF_TC_BODY(nothing, tc)
{
	struct midi_ring before, r;
	uint8_t buf[4], run[] = { 0x90, 0x3c, 0x40, 0xf8 };
	size_t i;

	midi_ring_init(&r, buf, sizeof(buf));
	for (i = 0; i <= 5; i++) {
		before = r;
		ATF_CHECK_EQ(midi_ring_put(&r, run, 0), 0);
		midi_ring_take(&r, 0);
		ATF_CHECK(memcmp(&before, &r, sizeof(r)) == 0);
		(void)midi_ring_put(&r, run + (i == 0 ? 0 : 3), i == 0 ? 3 : 1);
	}
	ATF_CHECK_EQ(midi_ring_used(&r), 4);
	ATF_CHECK_EQ(r.mr_dropped_msgs, 4);
	midi_ring_reset(&r);
	ATF_CHECK_EQ(midi_ring_used(&r), 0);
	ATF_CHECK_EQ(midi_ring_room(&r), 4);
}

ATF_TC(long_sysex);
ATF_TC_HEAD(long_sysex, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches bytes lost, repeated or out of order in a bulk "
	    "dump under flow control, and a ring that then makes no "
	    "progress");
}

ATF_TC_BODY(long_sysex, tc)
{
	static uint8_t buf[1024];
	struct midi_ring r;
	uint8_t piece[400], got[300];
	size_t fit, i, in, n, out;
	const size_t total = 1024 * 1024;

	midi_ring_init(&r, buf, sizeof(buf));
	for (in = out = 0; out < total;) {
		n = total - in < sizeof(piece) ? total - in : sizeof(piece);
		for (i = 0; i < n; i++)
			piece[i] = in + i == 0 ? 0xf0 : in + i == total - 1 ?
			    0xf7 : (uint8_t)((in + i) % 127);
		fit = midi_ring_room(&r) - (in == 0 ? 1 : 0);
		if (fit > n)
			fit = n;
		ATF_REQUIRE_EQ(midi_ring_put(&r, piece, fit), fit);
		in += fit;
		n = midi_ring_peek(&r, got, sizeof(got));
		ATF_REQUIRE(n != 0);
		for (i = 0; i < n; i++)
			ATF_REQUIRE_EQ(got[i], out + i == 0 ? 0xf0 :
			    out + i == total - 1 ? 0xf7 : (out + i) % 127);
		midi_ring_take(&r, n);
		out += n;
	}
	ATF_CHECK_EQ(r.mr_dropped_bytes, 0);
	ATF_CHECK(!r.mr_open);
}

ATF_TC(not_canonical);
ATF_TC_HEAD(not_canonical, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a ring that passes on, or does not count, what is no "
	    "run: the rest of a SysEx message that began before a reset, "
	    "half a message, undefined bytes");
}

ATF_TC_BODY(not_canonical, tc)
{
	static const struct {
		const char	*run, *kept;
		unsigned int	bytes, msgs;
	} cases[] = {
		{ "0102 f8 03f7 c005", "f8 c005", 4, 1 },
		{ "f7 f8", "f8", 1, 1 },
		{ "01 903c40", "903c40", 1, 1 },
		{ "f8 903c", "f8", 2, 1 },
		{ "f4 f8", "", 2, 1 },
	};
	struct midi_ring r;
	uint8_t buf[16], got[16], run[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, n, nwant;

	for (i = 0; i < __arraycount(cases); i++) {
		midi_ring_init(&r, buf, sizeof(buf));
		n = h_bytes_from(cases[i].run, run);
		nwant = h_bytes_from(cases[i].kept, want);
		ATF_CHECK_EQ(midi_ring_put(&r, run, n), nwant);
		ATF_CHECK_EQ(r.mr_dropped_bytes, cases[i].bytes);
		ATF_CHECK_EQ(r.mr_dropped_msgs, cases[i].msgs);
		h_bytes_check(cases[i].run, got, midi_ring_peek(&r, got,
		    sizeof(got)), want, nwant);
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
	static const struct midi_ring states[] = {
		{ .mr_size = 2 }, { .mr_size = 12 },
		{ .mr_size = 8, .mr_used = 9 },
		{ .mr_size = 8, .mr_front = 8 },
		{ .mr_size = 8, .mr_used = 8, .mr_put = MIDI_RING_OPEN },
		{ .mr_size = 8, .mr_used = 8, .mr_rest = 3 },
		{ .mr_size = 8, .mr_used = 1, .mr_rest = 2 },
		{ .mr_size = 8, .mr_open = true, .mr_phase = 3 },
		{ .mr_size = 8, .mr_phase = 1 },
		{ .mr_size = 8, .mr_used = 1, .mr_rest = 1, .mr_open = true },
	};
	size_t i;

	for (i = 0; i < __arraycount(states); i++)
		ATF_CHECK_MSG(!midi_ring_valid(&states[i]), "state %zu", i);
}

ATF_TC(raw);
ATF_TC_HEAD(raw, tc)
{

	atf_tc_set_md_var(tc, "descr", "A raw ring that takes its bytes for "
	    "messages, at any fill and place");
}
ATF_TC_BODY(raw, tc)
{
	static const uint8_t in[] = {
		0xf4, 0x00, 0xf7, 0x90, 0xf0, 0x80, 0xfd, 0xff
	};
	struct midi_ring r;
	uint8_t mem[8], out[8];
	size_t at, n, m, nbytes, nmsgs;

	for (at = 0; at < 8; at++) {
		midi_ring_init(&r, mem, sizeof(mem));
		midi_ring_set_raw(&r, true);
		ATF_CHECK_EQ(midi_ring_put(&r, in, at), at);
		midi_ring_take(&r, at);
		for (n = 0; n <= 8; n++) {
			ATF_CHECK_EQ(midi_ring_put(&r, in, n), n);
			ATF_CHECK_EQ(midi_ring_room(&r), 8 - n);
			for (m = 0; m <= n; m++)
				ATF_CHECK_EQ(midi_ring_measure(&r, m), m);
			ATF_CHECK_EQ(midi_ring_peek(&r, out, 8), n);
			ATF_CHECK_EQ(memcmp(in, out, n), 0);
			midi_ring_take(&r, n);
			ATF_CHECK_EQ(midi_ring_used(&r), 0);
		}
		ATF_CHECK_EQ(midi_ring_put(&r, in, 6), 6);
		ATF_CHECK_EQ(midi_ring_put(&r, in, 6), 2);
		ATF_CHECK_EQ(r.mr_dropped_bytes, 4);
		midi_ring_flush(&r, &nbytes, &nmsgs);
		ATF_CHECK_EQ(nbytes, 8);
		ATF_CHECK_EQ(midi_ring_used(&r), 0);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, six_operations);
	ATF_TP_ADD_TC(tp, random);
	ATF_TP_ADD_TC(tp, portions);
	ATF_TP_ADD_TC(tp, reads);
	ATF_TP_ADD_TC(tp, sysex_overflow);
	ATF_TP_ADD_TC(tp, nothing);
	ATF_TP_ADD_TC(tp, long_sysex);
	ATF_TP_ADD_TC(tp, not_canonical);
	ATF_TP_ADD_TC(tp, invalid);
	ATF_TP_ADD_TC(tp, raw);
	return atf_no_error();
}
