/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midirecord_take.c: which events midirecord(1) makes of records, and that
 * records carry all that messages do.
 */

#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "record_take.h"
#include "seqrec.h"
#include "smf_read.h"

static uint8_t body[65536];
static size_t body_used;
static struct record_options options;
static struct record_take take;
static struct smf_write track;

static int
body_put(void *arg, const uint8_t *data, size_t n)
{

	(void)arg;
	ATF_REQUIRE(n <= sizeof(body) - body_used);
	memcpy(body + body_used, data, n);
	body_used += n;
	return 0;
}

/* Begin a take with the default options: a tick is 1/480 of 0.5 s. */
static void
take_defaults(void)
{

	memset(&options, 0, sizeof(options));
	options.beat_us = 500000;
	options.division = 480;
	options.channels = 0xffff;
	memset(options.devices, true, sizeof(options.devices));
}

static struct smf_write *
take_choose(void *arg, uint8_t device, int channel)
{

	(void)device;
	(void)channel;
	return arg;
}

static void
take_begin(void)
{

	body_used = 0;
	smf_write_begin(&track, body_put, NULL, true);
	record_take_init(&take, &options, take_choose, &track, 0);
}

static void
take_wait(uint32_t division)
{
	seq_event_t rec;

	rec = seqrec_timing(TMR_WAIT_ABS, division);
	ATF_REQUIRE_EQ(0, record_take_record(&take, &rec));
}

static void
take_program(uint8_t unit, uint8_t channel, uint8_t program)
{
	seq_event_t rec;
	uint8_t msg[3];

	msg[0] = 0xc0 | channel;
	msg[1] = program;
	msg[2] = 0;
	rec = seqrec_channel(unit, msg);
	ATF_REQUIRE_EQ(0, record_take_record(&take, &rec));
}

/* A SysEx record of the bytes up to the first 0xff of data. */
static void
take_sysex(uint8_t unit, const uint8_t data[6])
{
	seq_event_t rec;

	rec.sysex.tag = SEQ_SYSEX;
	rec.sysex.device = unit;
	memcpy(rec.sysex.buffer, data, 6);
	ATF_REQUIRE_EQ(0, record_take_record(&take, &rec));
}

/* The track, read back; ends with the test when there is no more. */
static struct smf_read reader;
static struct smf_cursor cursor;

static void
take_end(void)
{

	ATF_REQUIRE_EQ(0, record_take_end(&take));
	ATF_REQUIRE_EQ(0, smf_write_end(&track, track.tick));
	ATF_REQUIRE_EQ(body_used, track.length);
	memset(&reader, 0, sizeof(reader));
	memset(&cursor, 0, sizeof(cursor));
	reader.buf = body;
	reader.end = cursor.end = body_used;
}

static struct smf_event
event_next(void)
{
	struct smf_error err;
	struct smf_event ev;

	ATF_REQUIRE_EQ(1, smf_read_delta(&reader, &cursor, &err));
	ATF_REQUIRE_EQ(1, smf_read_event(&reader, &cursor, &ev, &err));
	return ev;
}

static void
expect_program(uint64_t tick, uint8_t program)
{
	struct smf_event ev;

	ev = event_next();
	ATF_CHECK_EQ(0xc0, ev.status & 0xf0);
	ATF_CHECK_EQ_MSG(tick, ev.tick, "tick %ju", (uintmax_t)ev.tick);
	ATF_CHECK_EQ(program, ev.data[0]);
}

static void
expect_end(void)
{
	struct smf_event ev;

	ev = event_next();
	ATF_CHECK_EQ(SMF_META, ev.status);
	ATF_CHECK_EQ(SMF_META_END, ev.type);
	ATF_CHECK_EQ(cursor.at, cursor.end);
}

ATF_TC(records);
ATF_TC_HEAD(records, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a message that does not come "
	    "back from its record as it was: all of them");
}
ATF_TC_BODY(records, tc)
{
	seq_event_t rec;
	unsigned d1, d2, n, status;
	uint8_t back[3], msg[3];

	for (status = 0x80; status < 0xf0; status++)
		for (d1 = 0; d1 < 128; d1++)
			for (d2 = 0; d2 < 128; d2++) {
				msg[0] = (uint8_t)status;
				msg[1] = (uint8_t)d1;
				msg[2] = (uint8_t)d2;
				rec = seqrec_channel(7, msg);
				n = seqrec_message(&rec, back);
				ATF_REQUIRE_EQ(1 + smf_channel_bytes(msg[0]),
				    n);
				ATF_REQUIRE(memcmp(msg, back, n) == 0);
				ATF_REQUIRE_EQ(7, rec.voice.device);
			}
	/* Other operations are no messages. */
	for (status = 0; status < 0x100; status++) {
		rec.voice.op = (uint8_t)status;
		rec.tag = SEQ_CHN_VOICE;
		n = seqrec_message(&rec, back);
		ATF_CHECK_EQ(status == 0x80 || status == 0x90 ||
		    status == 0xa0, n != 0);
		rec.tag = SEQ_CHN_COMMON;
		n = seqrec_message(&rec, back);
		ATF_CHECK_EQ(status == 0xb0 || status == 0xc0 ||
		    status == 0xd0 || status == 0xe0, n != 0);
		rec.tag = (uint8_t)status;
		rec.voice.op = 0x90;
		if (status != SEQ_CHN_VOICE && status != SEQ_CHN_COMMON)
			ATF_CHECK_EQ(0, seqrec_message(&rec, back));
	}
}

ATF_TC(times);
ATF_TC_HEAD(times, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches times not rounded once to the "
	    "nearest tick, from the first event or the start");
}
ATF_TC_BODY(times, tc)
{
	uint64_t us;
	uint32_t d;
	int i, run;

	for (run = 0; run < 2; run++) {
		take_defaults();
		options.from_start = run == 1;
		take_begin();
		for (d = 777, i = 0; i < 100; i++, d += 1 + d % 997) {
			take_wait(d);
			take_program(0, 0, (uint8_t)i);
		}
		take_end();
		for (d = 777, i = 0; i < 100; i++, d += 1 + d % 997) {
			us = (uint64_t)(d - (run == 1 ? 0 : 777)) * 20;
			expect_program((us * 480 * 2 + 500000) / 1000000,
			    (uint8_t)i);
		}
		expect_end();
	}
}

ATF_TC(rounding);
ATF_TC_HEAD(rounding, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches -R that rounds down, or to "
	    "something else than the nearest multiple");
}
ATF_TC_BODY(rounding, tc)
{
	static const struct {
		uint32_t	division;
		uint64_t	tick;
	} table[] = {
		/* A quarter of a beat: 120 ticks, 6250 divisions. */
		{ 0, 0 }, { 3124, 0 }, { 3125, 120 }, { 9374, 120 },
		{ 9375, 240 }, { 25000, 480 }
	};
	size_t i;

	take_defaults();
	options.from_start = true;
	options.round_beats = 0.25;
	take_begin();
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		take_wait(table[i].division);
		take_program(0, 0, (uint8_t)i);
	}
	take_end();
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_program(table[i].tick, (uint8_t)i);
	expect_end();
}

ATF_TC(wrap);
ATF_TC_HEAD(wrap, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches time lost where the 32 bits "
	    "of a stamp wrap, or going back where the timer is restarted");
}
ATF_TC_BODY(wrap, tc)
{

	take_defaults();
	take_begin();
	take_wait(0x60000000);
	take_wait(0xc0000000);
	take_wait(0xfffffff0);
	take_program(0, 0, 1);
	take_wait(25000 - 16);		/* a beat later, around the end */
	take_program(0, 0, 2);
	take_wait(100);			/* restarted: 2 ms since then */
	take_program(0, 0, 3);
	take_wait(100 + 25000);
	take_program(0, 0, 4);
	take_end();
	expect_program(0, 1);
	expect_program(480, 2);
	expect_program(482, 3);
	expect_program(962, 4);
	expect_end();
}

ATF_TC(origin);
ATF_TC_HEAD(origin, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches what comes during a count-in "
	    "and is taken, or a first note that is a little early and is not");
}
ATF_TC_BODY(origin, tc)
{
	static const uint8_t msg[] = { 0xf0, 1, 0xf7, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t start[] = { 0xf0, 1, 2, 3, 4, 5 };

	take_defaults();
	options.from_start = true;
	options.origin = 100000;
	options.early = 1000;
	take_begin();
	take_wait(98999);
	take_program(0, 0, 1);
	take_sysex(0, msg);
	take_sysex(1, start);		/* ends in time, but began before */
	take_wait(99000);
	take_program(0, 0, 2);
	take_wait(100000);
	take_program(0, 0, 3);
	take_wait(125000);
	take_sysex(1, msg + 1);
	take_program(0, 0, 4);
	take_end();
	ATF_CHECK_EQ(3, take.events);
	expect_program(0, 2);
	expect_program(0, 3);
	expect_program(480, 4);
	expect_end();
}

ATF_TC(choice);
ATF_TC_HEAD(choice, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches channels or devices that slip "
	    "through, or move the beginning");
}
ATF_TC_BODY(choice, tc)
{
	static const uint8_t msg[] = { 0xf0, 1, 0xf7, 0xff, 0xff, 0xff };

	take_defaults();
	options.channels = 0x8001;
	options.devices[1] = false;
	take_begin();
	take_wait(100);
	take_program(0, 1, 1);
	take_program(1, 0, 2);
	take_sysex(1, msg);
	take_wait(25100);
	take_program(0, 15, 3);
	take_wait(50100);
	take_program(2, 0, 4);
	take_end();
	ATF_CHECK_EQ(2, take.events);
	expect_program(0, 3);
	expect_program(480, 4);
	expect_end();
}

static void
expect_sysex(uint8_t status, uint32_t length, uint8_t first, uint8_t last)
{
	struct smf_event ev;

	ev = event_next();
	ATF_CHECK_EQ_MSG(status, ev.status, "%#x", ev.status);
	ATF_REQUIRE_EQ_MSG(length, ev.length, "%u bytes", ev.length);
	ATF_CHECK_EQ(first, ev.data[0]);
	ATF_CHECK_EQ(last, ev.data[length - 1]);
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches SysEx mixed between devices, "
	    "cut, or left without an end");
}
ATF_TC_BODY(sysex, tc)
{
	static const uint8_t start[] = { 0xf0, 1, 2, 3, 4, 5 };
	static const uint8_t bare[] = { 11, 12, 13, 14, 15, 16 };
	static const uint8_t end[] = { 6, 0xf7, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t cut[] = { 7, 8, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t full[] = { 6, 7, 8, 9, 10, 0xf7 };

	take_defaults();
	take_begin();
	take_sysex(0, start);		/* two devices mixed */
	take_sysex(9, bare);
	take_sysex(0, end);
	take_sysex(9, full);
	take_sysex(0, start);		/* ended by a short record */
	take_sysex(0, cut);
	take_sysex(0, start);		/* ended by the next one */
	take_sysex(0, start);
	take_sysex(0, full);
	take_sysex(0, start);		/* ended by the end */
	take_end();
	expect_sysex(0xf0, 7, 1, 0xf7);
	expect_sysex(0xf0, 12, 11, 0xf7);
	expect_sysex(0xf0, 8, 1, 0xf7);
	expect_sysex(0xf0, 6, 1, 0xf7);
	expect_sysex(0xf0, 11, 1, 0xf7);
	expect_sysex(0xf0, 6, 1, 0xf7);
	expect_end();
}

ATF_TC(slow_sysex);
ATF_TC_HEAD(slow_sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches SysEx that is not where it "
	    "began, or goes back behind another event");
}
ATF_TC_BODY(slow_sysex, tc)
{
	static const uint8_t start[] = { 0xf0, 1, 2, 3, 4, 5 };
	static const uint8_t end[] = { 6, 0xf7, 0xff, 0xff, 0xff, 0xff };
	struct smf_event ev;

	take_defaults();
	take_begin();
	take_wait(1000);
	take_sysex(0, start);		/* tick 0 is here */
	take_wait(26000);
	take_sysex(0, end);
	take_sysex(0, start);
	take_wait(51000);
	take_program(1, 0, 1);		/* meanwhile */
	take_wait(76000);
	take_sysex(0, end);
	take_end();
	ev = event_next();
	ATF_CHECK_EQ(0xf0, ev.status);
	ATF_CHECK_EQ(0, ev.tick);
	expect_program(960, 1);
	ev = event_next();
	ATF_CHECK_EQ(0xf0, ev.status);
	ATF_CHECK_EQ(960, ev.tick);
	expect_end();
}

ATF_TC(long_sysex);
ATF_TC_HEAD(long_sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches bytes lost where a long SysEx "
	    "message becomes several events, of any length around that");
}
ATF_TC_BODY(long_sysex, tc)
{
	struct smf_event ev;
	uint32_t i, n, seen;
	uint8_t rec[6];

	for (n = RECORD_TAKE_PIECE_BYTES - 8; n < RECORD_TAKE_PIECE_BYTES + 8;
	    n++) {
		take_defaults();
		take_begin();
		/* F0, n data bytes, F7. */
		for (i = 0; i < n + 2; i++) {
			rec[i % 6] = i == 0 ? 0xf0 : i == n + 1 ? 0xf7 :
			    (uint8_t)(i % 127);
			if (i % 6 != 5 && i < n + 1)
				continue;
			memset(rec + i % 6 + 1, 0xff, 5 - i % 6);
			take_sysex(0, rec);
		}
		take_end();
		seen = 0;
		do {
			ev = event_next();
			ATF_REQUIRE_EQ(seen == 0 ? 0xf0 : 0xf7, ev.status);
			for (i = 0; i < ev.length; i++, seen++)
				ATF_REQUIRE_EQ(seen == n ? 0xf7 :
				    (seen + 1) % 127, ev.data[i]);
		} while (ev.flags & SMF_EVENT_OPEN);
		ATF_CHECK_EQ(n + 1, seen);
		expect_end();
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, records);
	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, rounding);
	ATF_TP_ADD_TC(tp, wrap);
	ATF_TP_ADD_TC(tp, origin);
	ATF_TP_ADD_TC(tp, choice);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, slow_sysex);
	ATF_TP_ADD_TC(tp, long_sysex);
	return atf_no_error();
}
