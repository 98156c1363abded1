/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_user_wire.c: joining a MIDI stream that flows already.
 *
 * All streams of 7 bytes from an alphabet with one byte of each kind are
 * joined at each place.  What is heard, read by a decoder of the test's own,
 * must be the end of what the whole stream says, and nothing may be missing
 * that began after the listener came.
 */

#include <atf-c.h>
#include <string.h>

#include <hosted/user/user_wire.h>

#define STREAM_BYTES	7

static const unsigned char alphabet[] = {
	0x10,	/* data */
	0x90,	/* two data bytes */
	0xc5,	/* one */
	0xf0,	/* SysEx */
	0xf6,	/* tune request */
	0xf7,	/* end of SysEx */
	0xf8,	/* real-time */
};

struct event {
	unsigned char	bytes[3];
	int		begin;		/* in the stream */
	int		whole;		/* one can begin to listen here */
};

struct decoder {
	unsigned char	status;
	int		sysex;
	int		data;
	struct event	partial;
	struct event	events[2 * STREAM_BYTES];
	int		count;
};

static void
add(struct decoder *d, const struct event *e)
{

	d->events[d->count++] = *e;
}

static void
add_byte(struct decoder *d, unsigned char byte, int place, int whole)
{
	struct event e = { { byte, 0, 0 }, place, whole };

	add(d, &e);
}

static void
decode_status(struct decoder *d, unsigned char byte, int place)
{

	d->status = byte < 0xf0 ? byte : 0;
	d->sysex = byte == 0xf0;
	d->data = 0;
	memset(&d->partial, 0, sizeof(d->partial));
	d->partial.begin = place;
	if (byte >= 0xf0)
		add_byte(d, byte, place, byte != 0xf7);
}

static void
decode_data(struct decoder *d, unsigned char byte, int place)
{
	const int need = (d->status & 0xf0) == 0xc0 ? 1 : 2;

	if (d->sysex)
		add_byte(d, byte, place, 0);
	if (d->status == 0)
		return;
	/* Running status: the message begins with its first data byte. */
	if (d->data == 0 && d->partial.bytes[0] != 0)
		d->partial.begin = place;
	d->partial.bytes[0] = d->status;
	d->partial.bytes[++d->data] = byte;
	d->partial.whole = 1;
	if (d->data == need) {
		add(d, &d->partial);
		d->data = 0;
	}
}

static void
decode(struct decoder *d, const unsigned char *bytes, int n, int place)
{
	int i;

	for (i = 0; i < n; i++) {
		if (bytes[i] >= 0xf8)
			add_byte(d, bytes[i], place + i, 0);
		else if (bytes[i] >= 0x80)
			decode_status(d, bytes[i], place + i);
		else
			decode_data(d, bytes[i], place + i);
	}
}

static void
check(const unsigned char *stream, int join)
{
	struct decoder all, heard;
	struct user_wire w;
	unsigned char status;
	int i, skipped;

	memset(&all, 0, sizeof(all));
	memset(&heard, 0, sizeof(heard));
	memset(&w, 0, sizeof(w));
	decode(&all, stream, STREAM_BYTES, 0);
	user_wire_follow(&w, stream, join);
	skipped = user_wire_join(&w, stream + join, STREAM_BYTES - join,
	    &status);
	ATF_REQUIRE(skipped >= 0 && skipped <= STREAM_BYTES - join);
	if (status != 0)
		decode(&heard, &status, 1, join + skipped);
	decode(&heard, stream + join + skipped,
	    STREAM_BYTES - join - skipped, join + skipped);
	ATF_REQUIRE(heard.count <= all.count);
	for (i = 0; i < heard.count; i++)
		ATF_REQUIRE(memcmp(heard.events[i].bytes,
		    all.events[all.count - heard.count + i].bytes, 3) == 0);
	for (i = 0; i < all.count - heard.count; i++)
		ATF_REQUIRE(!all.events[i].whole ||
		    all.events[i].begin < join);
}

/*
 * Next in the order of numbers written with the alphabet's digits; 0 after
 * the last.
 */
static int
next(unsigned char *stream, int *digits)
{
	int i;

	for (i = 0; i < STREAM_BYTES; i++) {
		digits[i]++;
		if (digits[i] < (int)sizeof(alphabet)) {
			stream[i] = alphabet[digits[i]];
			return 1;
		}
		digits[i] = 0;
		stream[i] = alphabet[0];
	}
	return 0;
}

ATF_TC(join);
ATF_TC_HEAD(join, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches data bytes without their "
	    "status, half messages, and messages that are missed");
}
ATF_TC_BODY(join, tc)
{
	unsigned char stream[STREAM_BYTES];
	int digits[STREAM_BYTES];
	int i;

	memset(digits, 0, sizeof(digits));
	memset(stream, alphabet[0], sizeof(stream));
	do {
		for (i = 0; i <= STREAM_BYTES; i++)
			check(stream, i);
	} while (next(stream, digits));
}

ATF_TC(status);
ATF_TC_HEAD(status, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wrong count of data bytes "
	    "for any status");
}
ATF_TC_BODY(status, tc)
{
	static const unsigned char data[] = { 1, 2, 3, 4 };
	struct user_wire w;
	unsigned char byte, status;
	int need;

	for (byte = 0x80; byte < 0xf0; byte++) {
		need = byte >= 0xc0 && byte < 0xe0 ? 1 : 2;
		memset(&w, 0, sizeof(w));
		user_wire_follow(&w, &byte, 1);
		user_wire_follow(&w, data, 1);
		ATF_REQUIRE_EQ(need - 1, user_wire_join(&w, data, 4,
		    &status));
		ATF_REQUIRE_EQ(byte, status);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, join);
	ATF_TP_ADD_TC(tp, status);
	return atf_no_error();
}
