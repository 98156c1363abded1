/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_usb.c: event packets of USB MIDI, and bytes.
 *
 * Two properties count: any packet is either left out and counted, or gives
 * as many bytes as its number says, unaltered and for its cable; and what is
 * sent on any cable comes back at the other end, whatever it is.
 */

#include <dev/midi/midi_msg.h>
#include <dev/midi/midi_usb.h>

#include "h_bytes.h"

#define STREAM_BYTES	4096
#define PACKETS_BYTES	(4 * MIDI_USB_CABLES * STREAM_BYTES)

/* One of each kind of byte, and the borders between kinds. */
static const uint8_t kinds[] = {
	0x00, 0x01, 0x40, 0x7f, 0x80, 0x8f, 0x90, 0xa5, 0xb0, 0xc0, 0xd1, 0xe2,
	0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
	0xfd, 0xfe, 0xff
};

/* What the standard says a packet of this number holds, byte by byte: d data,
 * s a status 80..EF, n one of F1 F3, p F2, x F0 or data, 1 F6 or real time or
 * an end or data of SysEx, e F7 or data, * anything. */
static const char *const forms[16] = {
	"", "", "nd", "pdd", "xdE", "1", "xE", "xdE", "sdd", "sdd", "sdd",
	"sdd", "sd", "sd", "sdd", "*"
};

static bool
fits(char form, uint8_t byte, unsigned int cin, bool open)
{

	switch (form) {
	case 'd':
		return byte < 0x80;
	case 's':
		return byte >= 0x80 && byte < 0xf0 &&
		    strlen(forms[byte >> 4]) == strlen(forms[cin]);
	case 'n':
		return byte == 0xf1 || byte == 0xf3;
	case 'p':
		return byte == 0xf2;
	case 'x':
		return byte == 0xf0 || (byte < 0x80 && open);
	case '1':
		return byte == 0xf6 || byte == 0xf8 || byte == 0xfa ||
		    byte == 0xfb || byte == 0xfc || byte >= 0xfe ||
		    byte == 0xf0 || (open && (byte < 0x80 || byte == 0xf7));
	case 'E':
		return byte < 0x80 || byte == 0xf7;
	default:
		return true;
	}
}

static void
check_packet(const uint8_t *packet, bool open)
{
	const unsigned int cin = packet[0] & 0x0f;
	const char *form = forms[cin];
	struct midi_usb_in in;
	unsigned int cable, i, n;
	uint8_t bytes[3];
	bool good = *form != '\0';

	midi_usb_in_init(&in, 0);
	if (open)
		in.mui_open = 0xffff;
	for (i = 0; form[i] != '\0'; i++)
		good = good && fits(form[i], packet[i + 1], cin, open);
	n = midi_usb_decode(&in, packet, &cable, bytes);
	ATF_REQUIRE_EQ(cable, packet[0] >> 4);
	if (n != (good ? strlen(form) : 0))
		atf_tc_fail("%02x %02x %02x %02x, %s: %u bytes", packet[0],
		    packet[1], packet[2], packet[3], open ? "open" : "", n);
	ATF_REQUIRE_EQ(midi_usb_length(cin), strlen(form));
	ATF_REQUIRE_EQ(memcmp(bytes, packet + 1, n), 0);
	ATF_REQUIRE_EQ(in.mui_bad, !good && (cin != 0 || packet[1] != 0 ||
	    packet[2] != 0 || packet[3] != 0));
	/* Nothing happens to other cables. */
	ATF_REQUIRE_EQ((in.mui_open | 1U << cable) & 0xffff,
	    open ? 0xffff : 1U << cable);
}

ATF_TC(every_kind);
ATF_TC_HEAD(every_kind, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a packet that gives other bytes than it holds, for "
	    "another cable, or another number of them than its code says, and "
	    "one that makes no sense and is not counted: every cable and code "
	    "with every kind of byte at each place");
}

ATF_TC_BODY(every_kind, tc)
{
	uint8_t packet[4];
	unsigned int head, i, j, k;

	for (head = 0; head < 256; head++) {
		packet[0] = head;
		for (i = 0; i < __arraycount(kinds); i++) {
			for (j = 0; j < __arraycount(kinds); j++) {
				for (k = 0; k < __arraycount(kinds); k++) {
					packet[1] = kinds[i];
					packet[2] = kinds[j];
					packet[3] = kinds[k];
					check_packet(packet, false);
					check_packet(packet, true);
				}
			}
		}
	}
}

/*
 * There and back.
 */

static uint8_t packets[PACKETS_BYTES];
static uint8_t streams[MIDI_USB_CABLES][STREAM_BYTES];
static uint8_t back[MIDI_USB_CABLES][STREAM_BYTES];
static size_t nback[MIDI_USB_CABLES];

/* Take packets apart, for all cables, with room for so many bytes at a time. */
static void
decode_all(const uint8_t *in, size_t n, size_t room)
{
	struct midi_usb_in mui;
	uint8_t out[64];
	unsigned int cable;
	size_t done, nout;

	midi_usb_in_init(&mui, 0);
	memset(nback, 0, sizeof(nback));
	for (; n >= MIDI_USB_PACKET; in += done, n -= done) {
		done = midi_usb_decode_run(&mui, in, n, &cable, out, room,
		    &nout);
		ATF_REQUIRE(done != 0 && done % MIDI_USB_PACKET == 0);
		ATF_REQUIRE(nout <= room && cable < MIDI_USB_CABLES);
		ATF_REQUIRE(nback[cable] + nout <= STREAM_BYTES);
		memcpy(back[cable] + nback[cable], out, nout);
		nback[cable] += nout;
	}
	ATF_REQUIRE_EQ(mui.mui_bad, 0);
}

/* Without real time: that may go ahead of an unfinished group. */
static size_t
without_realtime(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t i, nout = 0;

	for (i = 0; i < n; i++) {
		if (in[i] < 0xf8)
			out[nout++] = in[i];
	}
	return nout;
}

static void
check_back(unsigned int cable, size_t n)
{
	static uint8_t a[STREAM_BYTES], b[STREAM_BYTES];
	size_t na, nb;

	ATF_REQUIRE_EQ(nback[cable], n);
	na = without_realtime(streams[cable], n, a);
	nb = without_realtime(back[cable], nback[cable], b);
	ATF_REQUIRE_EQ(na, nb);
	ATF_REQUIRE_EQ(memcmp(a, b, na), 0);
}

ATF_TC(every_message);
ATF_TC_HEAD(every_message, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a message that is not one packet, with the number that "
	    "the standard gives it, or does not come back: each there is, on "
	    "each cable");
}

ATF_TC_BODY(every_message, tc)
{
	struct midi_usb_out muo;
	struct midi_usb_in mui;
	uint8_t msg[3], bytes[3], packet[4];
	unsigned int a, cable, s, len, to;
	size_t n;

	for (cable = 0; cable < MIDI_USB_CABLES; cable++) {
		midi_usb_in_init(&mui, 0);
		midi_usb_out_init(&muo, cable);
		for (s = 0x80; s <= 0xff; s++) {
			len = midi_msg_length(s);
			for (a = 0; len != 0 && a < 128; a++) {
				msg[0] = s;
				msg[1] = a;
				msg[2] = 127 - a;
				ATF_REQUIRE_EQ(midi_usb_encode(&muo, msg, len,
				    packet, 4, &n), len);
				ATF_REQUIRE_EQ(n, 4);
				ATF_REQUIRE_EQ(packet[0] & 0x0f, s >= 0xf8 ?
				    15 : s < 0xf0 ? s >> 4 : len == 1 ? 5 :
				    len);
				for (to = 1 + len; to < 4; to++)
					ATF_REQUIRE_EQ(packet[to], 0);
				ATF_REQUIRE_EQ(midi_usb_decode(&mui, packet,
				    &to, bytes), len);
				ATF_REQUIRE_EQ(to, cable);
				ATF_REQUIRE_EQ(memcmp(bytes, msg, len), 0);
			}
		}
		ATF_REQUIRE(midi_usb_out_valid(&muo) && muo.muo_held == 0);
	}
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches System Exclusive that is altered or takes more packets "
	    "than needed: every length to 40, handed over in two pieces cut "
	    "anywhere, with and without a clock between them");
}

ATF_TC_BODY(sysex, tc)
{
	struct midi_usb_out muo;
	uint8_t *st = streams[7];
	size_t cut, i, len, n, np;
	int clock;

	for (len = 2; len <= 40; len++) {
		for (cut = 0; cut <= len; cut++) {
			for (clock = 0; clock < 2; clock++) {
				for (i = 0; i < len; i++)
					st[i] = i;
				st[0] = 0xf0;
				st[len - 1] = 0xf7;
				memmove(st + cut + clock, st + cut, len - cut);
				if (clock)
					st[cut] = 0xf8;
				midi_usb_out_init(&muo, 7);
				ATF_REQUIRE_EQ(midi_usb_encode(&muo, st, cut,
				    packets, sizeof(packets), &np), cut);
				ATF_REQUIRE_EQ(midi_usb_encode(&muo, st + cut,
				    len + clock - cut, packets + np,
				    sizeof(packets) - np, &n),
				    len + clock - cut);
				np += n;
				ATF_REQUIRE_EQ(np / 4, (len + 2) / 3 + clock);
				decode_all(packets, np, 64);
				check_back(7, len + clock);
			}
		}
	}
}

/* Any byte, more often such as MIDI has. */
static uint8_t
some_byte(uint64_t *seed)
{
	const uint32_t r = h_bytes_random(seed);

	if (r % 8 == 0)
		return kinds[(r >> 8) % __arraycount(kinds)];
	return r % 8 < 6 ? (r >> 8) & 0x7f : (r >> 8) & 0xff;
}

/* All streams at once: pieces of each in turn, into buffers of any size. */
static size_t
encode_all(size_t each, uint64_t *seed)
{
	struct midi_usb_out muo[MIDI_USB_CABLES];
	size_t at[MIDI_USB_CABLES] = { 0 }, left, n, nout, np = 0, room;
	unsigned int c;

	for (c = 0; c < MIDI_USB_CABLES; c++)
		midi_usb_out_init(&muo[c], c);
	for (left = MIDI_USB_CABLES * each; left != 0; left -= n) {
		c = h_bytes_random(seed) % MIDI_USB_CABLES;
		n = h_bytes_random(seed) % 20;
		if (n > each - at[c])
			n = each - at[c];
		room = 4 * (h_bytes_random(seed) % 12);
		n = midi_usb_encode(&muo[c], streams[c] + at[c], n,
		    packets + np, room, &nout);
		ATF_REQUIRE(nout <= room && nout % MIDI_USB_PACKET == 0);
		ATF_REQUIRE(midi_usb_out_valid(&muo[c]));
		at[c] += n;
		np += nout;
		/* Filling, as some devices send. */
		if (h_bytes_random(seed) % 8 == 0) {
			memset(packets + np, 0, MIDI_USB_PACKET);
			np += MIDI_USB_PACKET;
		}
		ATF_REQUIRE(np + 64 < sizeof(packets));
	}
	for (c = 0; c < MIDI_USB_CABLES; c++)
		np += midi_usb_encode_end(&muo[c], packets + np);
	return np;
}

ATF_TC(any_bytes);
ATF_TC_HEAD(any_bytes, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a byte that is lost, altered or brought to another "
	    "cable: any bytes whatever, on 16 cables at once");
}

ATF_TC_BODY(any_bytes, tc)
{
	uint64_t seed;
	unsigned int c, i, run;
	size_t each, np;

	for (run = 1; run <= 300; run++) {
		seed = run;
		each = 1 + h_bytes_random(&seed) % 600;
		for (c = 0; c < MIDI_USB_CABLES; c++)
			for (i = 0; i < each; i++)
				streams[c][i] = some_byte(&seed);
		np = encode_all(each, &seed);
		decode_all(packets, np, 3 + h_bytes_random(&seed) % 61);
		for (c = 0; c < MIDI_USB_CABLES; c++)
			check_back(c, each);
	}
}

ATF_TC(room);
ATF_TC_HEAD(room, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches an encoder that writes behind its room, takes a byte that "
	    "it has no room for, or stands still with room for three packets: "
	    "from every state each byte into each room");
}

ATF_TC_BODY(room, tc)
{
	static const char *const before[] = {
		"", "90", "90 3c", "c0", "f0", "f0 01", "f0 01 02", "f2", "f3"
	};
	struct midi_usb_out muo, was;
	uint8_t byte, out[16], state[H_BYTES_MAX];
	unsigned int b, i, n4;
	size_t n, nout;

	for (i = 0; i < __arraycount(before); i++) {
		for (b = 0; b < 256; b++) {
			for (n4 = 0; n4 <= 3; n4++) {
				midi_usb_out_init(&muo, 3);
				n = h_bytes_from(before[i], state);
				ATF_REQUIRE_EQ(midi_usb_encode(&muo, state, n,
				    out, 8, &nout), n);
				was = muo;
				byte = b;
				memset(out, 0x55, sizeof(out));
				n = midi_usb_encode(&muo, &byte, 1, out,
				    4 * n4, &nout);
				ATF_REQUIRE(nout <= 4 * n4);
				ATF_REQUIRE_EQ(out[4 * n4], 0x55);
				ATF_REQUIRE(n == 1 || n4 < 3);
				ATF_REQUIRE(midi_usb_out_valid(&muo));
				if (n == 0)
					ATF_REQUIRE_EQ(memcmp(&was, &muo,
					    sizeof(was)), 0);
			}
		}
	}
}

ATF_TC(devices);
ATF_TC_HEAD(devices, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches what devices in the field send being lost: streams of "
	    "single bytes, running status in packets of SysEx, filling, SysEx "
	    "that ends in a packet for its middle");
}

ATF_TC_BODY(devices, tc)
{
	static const struct {
		const char	*packets;
		unsigned int	flags;
		const char	*bytes;
		unsigned int	bad;
	} rows[] = {
		{ "0f900000 0f3c0000 0f640000 0f3c0000 0f000000", 0,
		    "90 3c 64 3c 00", 0 },
		{ "0ff00000 0f010000 04020304 06 05 f7 00", 0,
		    "f0 01 02 03 04 05 f7", 0 },
		{ "09903c64 043c0000 00000000", 0, "90 3c 64", 1 },
		{ "09903c64 043c0000 0ff80000 043c6400", MIDI_USB_RUNNING,
		    "90 3c 64 3c 00 f8 3c 64", 0 },
		{ "0cc00100 04020000 04830000", MIDI_USB_RUNNING,
		    "c0 01 02", 1 },
		{ "04010203 07f001f7 04010203", MIDI_USB_RUNNING,
		    "f0 01 f7", 2 },
		{ "04f00102 040304f7 04050607", 0, "f0 01 02 03 04 f7", 1 },
		{ "04f00102 0ff80000 09903c64 04010203", 0,
		    "f0 01 02 f8 90 3c 64", 1 },
		{ "07f001f7 05f70000", 0, "f0 01 f7", 1 },
		{ "00000000 10000000 00900000 01000000", 0, "", 2 },
		{ "09803c40", 0, "80 3c 40", 0 },
		{ "0990ff64 08c00100 0c903c64", 0, "", 3 },
	};
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX], want[H_BYTES_MAX];
	struct midi_usb_in mui;
	unsigned int cable, i;
	size_t n, nout;

	for (i = 0; i < __arraycount(rows); i++) {
		midi_usb_in_init(&mui, rows[i].flags);
		n = h_bytes_from(rows[i].packets, in);
		ATF_REQUIRE_EQ(midi_usb_decode_run(&mui, in, n, &cable, out,
		    sizeof(out), &nout), n);
		h_bytes_check(rows[i].packets, out, nout, want,
		    h_bytes_from(rows[i].bytes, want));
		ATF_REQUIRE_EQ(mui.mui_bad, rows[i].bad);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, every_kind);
	ATF_TP_ADD_TC(tp, every_message);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, any_bytes);
	ATF_TP_ADD_TC(tp, room);
	ATF_TP_ADD_TC(tp, devices);
	return atf_no_error();
}
