/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_seq_event: records to commands and messages to records.
 */

#include <atf-c.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/midiio.h>

#include <dev/midi/seq_event.h>

/* Up to n bytes from hexadecimal digits; returns how many. */
static size_t
unhex(const char *hex, uint8_t *bytes, size_t n)
{
	size_t len = 0;
	unsigned int byte;

	for (; *hex != '\0'; hex += 2) {
		if (*hex == ' ') {
			hex--;
			continue;
		}
		ATF_REQUIRE(len < n);
		ATF_REQUIRE_EQ(sscanf(hex, "%2x", &byte), 1);
		bytes[len++] = (uint8_t)byte;
	}
	return len;
}

static void
check_bytes(const char *what, const uint8_t *bytes, size_t len,
    const char *want)
{
	char text[3 * 64 + 1] = "";
	uint8_t expected[64];
	size_t i, n;

	n = unhex(want, expected, sizeof(expected));
	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	ATF_CHECK_MSG(len == n && memcmp(bytes, expected, n) == 0,
	    "%s: %s, should be %s", what, text, want);
}

/* Words in these records are little-endian; turn them for this machine. */
static void
localize(uint8_t *rec)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	uint8_t t;
	int i;

	if (rec[0] == SEQ_TIMING || rec[0] == SEQ_LOCAL ||
	    rec[0] == SEQ_FULLSIZE) {
		for (i = 0; i < 2; i++) {
			t = rec[4 + i];
			rec[4 + i] = rec[7 - i];
			rec[7 - i] = t;
		}
	}
	if (rec[0] == SEQ_FULLSIZE || rec[0] == SEQ_CHN_COMMON) {
		i = rec[0] == SEQ_FULLSIZE ? 2 : 6;
		t = rec[i];
		rec[i] = rec[i + 1];
		rec[i + 1] = t;
	}
	if (rec[0] == SEQOLD_WAIT || rec[0] == SEQOLD_ECHO) {
		t = rec[1];
		rec[1] = rec[3];
		rec[3] = t;
	}
#else
	(void)rec;
#endif
}

/*
 * Records that mean one or more messages, or none.
 */
static const struct {
	const char	*rec;
	int		old;	/* 0: new only; 1: old only; 2: both */
	int		error;
	unsigned int	device;
	const char	*run;
} messages[] = {
	/* channel voice */
	{ "930090003c400000", 2, 0, 0, "903c40" },
	{ "93ff8f3c40000000", 2, EINVAL, 0, "" },
	{ "93ff800f7f000000", 2, 0, 255, "8f7f00" },
	{ "93ff800f007f0000", 2, 0, 255, "8f007f" },
	{ "9301900f3c000000", 2, 0, 1, "8f3c40" },
	{ "9301900f3c800000", 2, 0, 1, "8f3c40" },
	{ "930090003cc80000", 2, 0, 0, "903c48" },
	{ "9300a0023c810000", 2, 0, 0, "a23c01" },
	{ "9300900080400000", 2, EINVAL, 0, "" },
	{ "93009000ff400000", 2, EINVAL, 0, "" },
	{ "930090103c400000", 2, EINVAL, 0, "" },
	{ "9300b0003c400000", 2, EINVAL, 0, "" },
	{ "930091003c400000", 2, EINVAL, 0, "" },
	/* channel common */
	{ "9200b00007006400", 2, 0, 0, "b00764" },
	{ "9200b00f7f000000", 2, 0, 0, "bf7f00" },
	{ "9200b00080000000", 2, EINVAL, 0, "" },
	{ "9200b010070000ff", 2, EINVAL, 0, "" },
	{ "9200b00007007f00", 2, 0, 0, "b0077f" },
	{ "9200b00007008000", 2, 0, 0, "b00701 b02700" },
	{ "9200b0010b00803f", 2, 0, 0, "b10b7f b12b00" },
	{ "9200b0011f00ff3f", 2, 0, 0, "b11f7f b13f7f" },
	{ "9200b0012000ff3f", 2, 0, 0, "b1207f" },
	{ "9200b0014000ff3f", 2, 0, 0, "b1407f" },
	{ "9200b0014000ffff", 2, 0, 0, "b1407f" },
	{ "9203c0057f000000", 2, 0, 3, "c57f" },
	{ "9203c00580000000", 2, EINVAL, 0, "" },
	{ "9203d00905000000", 2, 0, 3, "d905" },
	{ "9203d00980000000", 2, EINVAL, 0, "" },
	{ "9200e00000000020", 2, 0, 0, "e00040" },
	{ "9200e0000000ff3f", 2, 0, 0, "e07f7f" },
	{ "9200e00000000100", 2, 0, 0, "e00100" },
	{ "9200e00000000040", 2, 0, 0, "e00000" },
	{ "9200e01000000020", 2, EINVAL, 0, "" },
	{ "9200a00000000000", 2, EINVAL, 0, "" },
	{ "920090003c400000", 2, EINVAL, 0, "" },
	/* system */
	{ "9500f80000000000", 2, 0, 0, "f8" },
	{ "9502f135ffffffff", 2, 0, 2, "f135" },
	{ "9502f27f7f000000", 2, 0, 2, "f27f7f" },
	{ "9502f20080000000", 2, EINVAL, 0, "" },
	{ "9502f2ff00000000", 2, EINVAL, 0, "" },
	{ "9502f60000000000", 2, 0, 2, "f6" },
	{ "9502ff0000000000", 2, 0, 2, "ff" },
	{ "9502f00000000000", 2, EINVAL, 0, "" },
	{ "9502f40000000000", 2, EINVAL, 0, "" },
	{ "9502f70000000000", 2, EINVAL, 0, "" },
	{ "9502f90000000000", 2, EINVAL, 0, "" },
	{ "95023c4000000000", 2, EINVAL, 0, "" },
	{ "9502903c40000000", 2, EINVAL, 0, "" },
	/* extended: what SEQ_V2_X_CONTROL writes is for both */
	{ "ff0a01024064ff00", 2, 0, 1, "b2407e" },
	{ "ff0a010207640000", 2, 0, 1, "b20764" },
	{ "ff0a0102ff000000", 2, 0, 1, "e20040" },
	{ "ff0a0102ffff1f00", 2, 0, 1, "e27f7f" },
	{ "ff0a0102ff00e000", 2, 0, 1, "e20000" },
	{ "ff0a0102ff002000", 2, EINVAL, 0, "" },
	{ "ff0a0102ffffdf00", 2, EINVAL, 0, "" },
	{ "ff0a0103fec80000", 2, 0, 1, "b36500 b36400 b30602 b32600" },
	{ "ff0a0103fee80300", 2, 0, 1, "b36500 b36400 b3060a b32600" },
	{ "ff0a0103fe010500", 2, 0, 1, "b36500 b36400 b3060c b32651" },
	{ "ff0a0103feff3100", 2, 0, 1, "b36500 b36400 b3067f b32663" },
	{ "ff0a0103fe003200", 2, EINVAL, 0, "" },
	{ "ff0a0103fd800100", 2, 0, 1, "b30b03 b32b00" },
	{ "ff0a0103fc7f0000", 2, 0, 1, "b3077f" },
	{ "ff0a0103fb000000", 2, EINVAL, 0, "" },
	{ "ff0a011007000000", 2, EINVAL, 0, "" },
	{ "ff0a0110fe000000", 2, EINVAL, 0, "" },
	{ "ff0c000100000000", 2, 0, 0, "" },
	/* the rest only where the old language is spoken */
	{ "ff00023c40400000", 1, EINVAL, 0, "" },
	{ "ff0002033c400000", 1, 0, 2, "833c40" },
	{ "ff0102033c400000", 1, 0, 2, "933c40" },
	{ "ff0102033c000000", 1, 0, 2, "833c40" },
	{ "ff01020380000000", 1, EINVAL, 0, "" },
	{ "ff0302030a000000", 1, 0, 2, "c30a" },
	{ "ff0902030a000000", 1, 0, 2, "d30a" },
	{ "ff0b020300000000", 1, 0, 2, "b30a40" },
	{ "ff0b020380000000", 1, 0, 2, "b30a00" },
	{ "ff0b02037f000000", 1, 0, 2, "b30a7f" },
	{ "ff02000000000000", 1, EINVAL, 0, "" },
	{ "ff00000000000000", 0, EINVAL, 0, "" },
	{ "ff0102033c400000", 0, EINVAL, 0, "" },
	{ "fe00000000000000", 2, EINVAL, 0, "" },
	{ "fc00000000000000", 2, EINVAL, 0, "" },
	{ "8200000000000000", 2, EINVAL, 0, "" },
	{ "9100000000000000", 2, EINVAL, 0, "" },
	{ "c800000000000000", 2, EINVAL, 0, "" },
	/* records of 4 bytes */
	{ "00023c40", 1, 0, 0, "823c40" },
	{ "01023c40", 1, 0, 0, "923c40" },
	{ "01023c00", 1, 0, 0, "823c40" },
	{ "01103c40", 1, EINVAL, 0, "" },
	{ "0102ff40", 1, EINVAL, 0, "" },
	{ "03050aff", 1, 0, 0, "c50a" },
	{ "030580ff", 1, EINVAL, 0, "" },
	{ "09050a00", 1, 0, 0, "d50a" },
	{ "0a054064", 1, 0, 0, "b54064" },
	{ "0a05407f", 1, 0, 0, "b5407f" },
	{ "0a058000", 1, EINVAL, 0, "" },
	{ "06000000", 1, EINVAL, 0, "" },
	{ "07000000", 1, EINVAL, 0, "" },
	{ "0b000000", 1, EINVAL, 0, "" },
	{ "0d000000", 1, EINVAL, 0, "" },
	{ "7f000000", 1, EINVAL, 0, "" },
	/* of which the new language knows one */
	{ "00023c4000000000", 0, EINVAL, 0, "" },
	{ "01023c4000000000", 0, EINVAL, 0, "" },
	{ "0200000000000000", 0, EINVAL, 0, "" },
	{ "0300000000000000", 0, EINVAL, 0, "" },
	{ "0400000000000000", 0, EINVAL, 0, "" },
	{ "0600000000000000", 0, EINVAL, 0, "" },
	{ "0800000000000000", 0, EINVAL, 0, "" },
};

ATF_TC(meaning);
ATF_TC_HEAD(meaning, tc)
{

	atf_tc_set_md_var(tc, "descr", "A record of the table that is refused "
	    "or taken wrongly, or gives another message");
}
ATF_TC_BODY(meaning, tc)
{
	struct seq_cmd cm;
	uint8_t rec[8];
	size_t i, len;
	int dialect, error;

	for (i = 0; i < __arraycount(messages); i++) {
		len = unhex(messages[i].rec, rec, sizeof(rec));
		if (messages[i].rec[0] != 'f' || messages[i].rec[1] != 'f')
			localize(rec);
		for (dialect = SEQ_EVENT_NEW; dialect <= SEQ_EVENT_OLD;
		    dialect++) {
			if (messages[i].old != 2 && messages[i].old != dialect)
				continue;
			ATF_CHECK_EQ(seq_event_length(rec[0],
			    (enum seq_event_dialect)dialect), len);
			error = seq_event_decode(rec,
			    (enum seq_event_dialect)dialect, &cm);
			ATF_CHECK_MSG(error == messages[i].error,
			    "%s: error %d", messages[i].rec, error);
			if (error != 0)
				continue;
			ATF_CHECK_EQ(cm.cm_kind, messages[i].run[0] == '\0' ?
			    SEQ_CMD_NONE : SEQ_CMD_MESSAGE);
			ATF_CHECK_EQ(cm.cm_device, messages[i].device);
			check_bytes(messages[i].rec, cm.cm_data, cm.cm_len,
			    messages[i].run);
		}
	}
}

ATF_TC(timing);
ATF_TC_HEAD(timing, tc)
{

	atf_tc_set_md_var(tc, "descr", "A timing, local, byte or download "
	    "record whose op or argument is lost or not checked");
}
ATF_TC_BODY(timing, tc)
{
	static const uint32_t args[] = {
	    0, 1, 0x12345678, 0x80000000, UINT32_MAX, 16383, 16384
	};
	struct seq_cmd cm;
	uint8_t rec[8];
	unsigned int i, op;
	int error;

	for (op = 0; op < 256; op++) {
		for (i = 0; i < __arraycount(args); i++) {
			seq_event_timing((uint8_t)op, args[i], rec);
			error = seq_event_decode(rec, SEQ_EVENT_NEW, &cm);
			if (op == 7 ||
			    (op > TMR_TIMESIG && op != TMR_USTEMPO &&
			    op != TMR_SYNC && op != TMR_DEVICE) ||
			    (op == TMR_SPP && args[i] > 16383)) {
				ATF_CHECK_EQ(error, EINVAL);
				continue;
			}
			ATF_REQUIRE_EQ(error, 0);
			ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_TIMING);
			ATF_CHECK_EQ(cm.cm_op, op);
			ATF_CHECK_EQ(cm.cm_arg, args[i]);
		}
	}
	seq_event_timing(TMR_WAIT_ABS, 0x0a0b0c0d, rec);
	localize(rec);
	check_bytes("wait", rec, 8, "81020000 0d0c0b0a");

	for (op = 0; op < 256; op++) {
		memset(rec, 0, sizeof(rec));
		rec[0] = SEQ_LOCAL;
		rec[1] = (uint8_t)op;
		memcpy(rec + 4, &args[2], 4);
		error = seq_event_decode(rec, SEQ_EVENT_NEW, &cm);
		ATF_CHECK_EQ(error, op >= 1 && op <= 4 ? 0 : EINVAL);
		if (error != 0)
			continue;
		ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_LOCAL);
		ATF_CHECK_EQ(cm.cm_op, op);
		ATF_CHECK_EQ(cm.cm_arg, args[2]);
	}

	unhex("05f80300 00000000", rec, 8);
	for (i = SEQ_EVENT_NEW; i <= SEQ_EVENT_OLD; i++) {
		ATF_CHECK_EQ(seq_event_decode(rec, (enum seq_event_dialect)i,
		    &cm), 0);
		ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_BYTE);
		ATF_CHECK_EQ(cm.cm_device, 3);
		check_bytes("putc", cm.cm_data, cm.cm_len, "f8");
	}
}

ATF_TC(download);
ATF_TC_HEAD(download, tc)
{

	atf_tc_set_md_var(tc, "descr", "A SysEx download with a key, device "
	    "or length that is taken wrongly");
}
ATF_TC_BODY(download, tc)
{
	struct sysex_info info;
	struct seq_cmd cm;
	uint8_t rec[sizeof(info)];
	int key;

	memset(&info, 0, sizeof(info));
	info.device_no = 7;
	info.len = 900;
	for (key = 0; key < 256; key++) {
		info.key = (unsigned short)SEQ_PATCHKEY(key);
		memcpy(rec, &info, sizeof(info));
		ATF_CHECK_EQ(rec[0], SEQ_FULLSIZE);
		ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm),
		    key == 1 || key == 3 || key == 5 ? 0 : EINVAL);
		if (key != 1 && key != 3 && key != 5)
			continue;
		ATF_CHECK_EQ(cm.cm_kind, key == 5 ? SEQ_CMD_FULLSIZE :
		    SEQ_CMD_PATCH);
		ATF_CHECK_EQ(cm.cm_device, 7);
		if (key != 5)
			continue;
		ATF_CHECK_EQ(cm.cm_arg, 900);
	}
	info.key = (unsigned short)SEQ_SYSEX_PATCH;
	info.len = -1;
	memcpy(rec, &info, sizeof(info));
	ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm), EINVAL);
	info.len = 0x7fffffff;
	info.device_no = 255;
	memcpy(rec, &info, sizeof(info));
	ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_OLD, &cm), 0);
	ATF_CHECK_EQ(cm.cm_arg, 0x7fffffff);
	ATF_CHECK_EQ(cm.cm_device, 255);
	info.device_no = 256;
	memcpy(rec, &info, sizeof(info));
	ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm), ENXIO);
	info.device_no = -1;
	memcpy(rec, &info, sizeof(info));
	ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm), ENXIO);
}

/* Whatever a record is, its command keeps what seq_event.h promises. */
static void
check_command(const uint8_t *rec, enum seq_event_dialect dialect)
{
	struct seq_cmd cm;
	unsigned int i;
	int error;

	error = seq_event_decode(rec, dialect, &cm);
	if (error != 0) {
		ATF_REQUIRE(error == EINVAL ||
		    (error == ENXIO && rec[0] == SEQ_FULLSIZE));
		return;
	}
	ATF_REQUIRE(cm.cm_len <= SEQ_CMD_DATA_MAX);
	switch (cm.cm_kind) {
	case SEQ_CMD_NONE:
		ATF_REQUIRE_EQ(rec[0], SEQOLD_EXTENDED);
		break;
	case SEQ_CMD_MESSAGE:
		ATF_REQUIRE(cm.cm_len > 0);
		ATF_REQUIRE(midi_msg_run_valid(cm.cm_data, cm.cm_len,
		    false));
		ATF_REQUIRE(cm.cm_data[0] != MIDI_MSG_SYSEX);
		break;
	case SEQ_CMD_BYTE:
		ATF_REQUIRE_EQ(cm.cm_len, 1);
		break;
	case SEQ_CMD_SYSEX:
		ATF_REQUIRE(cm.cm_len <= 6);
		for (i = 0; i < cm.cm_len; i++)
			ATF_REQUIRE(cm.cm_data[i] != 0xff);
		break;
	case SEQ_CMD_TIMING:
		ATF_REQUIRE(cm.cm_op != 7);
		ATF_REQUIRE(cm.cm_op <= TMR_TIMESIG ||
		    cm.cm_op == TMR_USTEMPO ||
		    cm.cm_op == TMR_SYNC || cm.cm_op == TMR_DEVICE);
		break;
	case SEQ_CMD_LOCAL:
		ATF_REQUIRE_EQ(rec[0], SEQ_LOCAL);
		break;
	case SEQ_CMD_FULLSIZE:
		ATF_REQUIRE(cm.cm_arg <= INT32_MAX);
		break;
	case SEQ_CMD_PATCH:
		ATF_REQUIRE_EQ(rec[0], SEQ_FULLSIZE);
		break;
	default:
		atf_tc_fail("kind %u", cm.cm_kind);
	}
}

ATF_TC(total);
ATF_TC_HEAD(total, tc)
{

	atf_tc_set_md_var(tc, "descr", "Bytes that make the decoder read "
	    "outside a record or give a command that is not well-formed: all "
	    "of the first three, with some of the others");
}
ATF_TC_BODY(total, tc)
{
	static const uint8_t rests[][5] = {
	    { 0x00, 0x00, 0x00, 0x00, 0x00 }, { 0x0f, 0x7f, 0x7f, 0x7f, 0x7f },
	    { 0x10, 0x80, 0x80, 0x80, 0x80 }, { 0xff, 0xff, 0xff, 0xff, 0xff },
	    { 0x05, 0xfe, 0x00, 0x40, 0x00 }, { 0x09, 0xff, 0x00, 0xe0, 0x00 },
	    { 0x00, 0x00, 0xff, 0x3f, 0x40 }, { 0x01, 0xfd, 0x80, 0x00, 0x20 },
	    { 0x0f, 0x1f, 0x20, 0xf7, 0x3f }, { 0x00, 0xf0, 0xf8, 0x90, 0xf7 },
	    { 0x03, 0x3c, 0xc8, 0x01, 0x80 },
	};
	uint8_t *old, *new;
	unsigned int code, rest = 0;

	/* Of exactly their sizes, for tools that watch the heap. */
	old = malloc(4);
	new = malloc(8);
	ATF_REQUIRE(old != NULL && new != NULL);
	for (code = 0; code < 1 << 24; code++) {
		new[0] = (uint8_t)code;
		new[1] = (uint8_t)(code >> 8);
		new[2] = (uint8_t)(code >> 16);
		rest = (rest + 1) % __arraycount(rests);
		memcpy(new + 3, rests[rest], 5);
		check_command(new, SEQ_EVENT_NEW);
		if (new[0] >= 0x80) {
			if (new[0] == SEQOLD_EXTENDED)
				check_command(new, SEQ_EVENT_OLD);
			continue;
		}
		memcpy(old, new, 4);
		check_command(old, SEQ_EVENT_OLD);
	}
	free(old);
	free(new);
}

/* Encode a message from a device, decode the record, compare. */
static void
check_message(const uint8_t *msg, size_t len, uint8_t device)
{
	struct seq_cmd cm;
	uint8_t rec[8];

	ATF_REQUIRE(seq_event_encode(device, msg, len, rec));
	ATF_REQUIRE_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm), 0);
	ATF_REQUIRE_EQ(cm.cm_kind, SEQ_CMD_MESSAGE);
	ATF_REQUIRE_EQ(cm.cm_device, device);
	ATF_REQUIRE_EQ(cm.cm_len, len);
	ATF_REQUIRE_EQ(memcmp(cm.cm_data, msg, len), 0);
}

ATF_TC(every_message);
ATF_TC_HEAD(every_message, tc)
{

	atf_tc_set_md_var(tc, "descr", "A message that comes back from its "
	    "record changed: every one there is");
}
ATF_TC_BODY(every_message, tc)
{
	static const struct {
		const char *msg, *rec;
	} table[] = {
		{ "903c40", "930590003c400000" },
		{ "8f3c7f", "9305800f3c7f0000" },
		{ "a23c01", "9305a0023c010000" },
		{ "b20764", "9205b00207006400" },
		{ "c305", "9205c00305000000" },
		{ "d411", "9205d00411000000" },
		{ "e50040", "9205e00500000020" },
		{ "e57f7f", "9205e0050000ff3f" },
		{ "e50100", "9205e00500000100" },
		{ "f135", "9505f13500000000" },
		{ "f20102", "9505f20102000000" },
		{ "f6", "9505f60000000000" },
		{ "fe", "9505fe0000000000" },
	};
	uint8_t msg[3], rec[8];
	unsigned int a, b, status;
	size_t i, len;

	for (i = 0; i < __arraycount(table); i++) {
		len = unhex(table[i].msg, msg, sizeof(msg));
		ATF_CHECK(seq_event_encode(5, msg, len, rec));
		localize(rec);
		check_bytes(table[i].msg, rec, 8, table[i].rec);
	}
	for (status = 0; status < 256; status++) {
		msg[0] = (uint8_t)status;
		len = midi_msg_length(msg[0]);
		for (i = 0; i <= 4; i++) {
			msg[1] = msg[2] = 0;
			if (len == 0 || i != len)
				ATF_CHECK(!seq_event_encode(0, msg, i, rec));
		}
		if (len == 0)
			continue;
		for (a = 0; a < (len > 1 ? 128 : 1); a++) {
			msg[1] = (uint8_t)a;
			for (b = 0; b < (len > 2 ? 128 : 1); b++) {
				msg[2] = (uint8_t)b;
				if ((status & 0xf0) == 0x90 && b == 0)
					continue;	/* not canonical */
				check_message(msg, len, (uint8_t)(a + b));
			}
		}
	}
}

ATF_TC(old_records);
ATF_TC_HEAD(old_records, tc)
{

	atf_tc_set_md_var(tc, "descr", "A record of 4 bytes that comes back "
	    "changed, or a time whose bytes are in the wrong places");
}
ATF_TC_BODY(old_records, tc)
{
	struct seq_cmd cm;
	uint8_t rec[4];
	uint32_t arg;
	unsigned int byte;

	for (byte = 0; byte < 256; byte++) {
		seq_event_old_byte(9, (uint8_t)byte, rec);
		ATF_CHECK_EQ(rec[0], 5);
		ATF_CHECK_EQ(rec[1], byte);
		ATF_CHECK_EQ(rec[2], 9);
		ATF_CHECK_EQ(rec[3], 0);
		ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_OLD, &cm), 0);
		ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_BYTE);
		ATF_CHECK_EQ(cm.cm_data[0], byte);
		ATF_CHECK_EQ(cm.cm_device, 9);
	}
	for (arg = 0; arg < 1 << 24; arg += 65521 / 3) {
		seq_event_old_timing(TMR_ECHO, arg, rec);
		ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_OLD, &cm), 0);
		ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_TIMING);
		ATF_CHECK_EQ(cm.cm_op, TMR_ECHO);
		ATF_CHECK_EQ(cm.cm_arg, arg);
	}
	seq_event_old_timing(TMR_WAIT_ABS, 0x123456, rec);
	localize(rec);
	check_bytes("wait", rec, 4, "02563412");
	ATF_CHECK_EQ(seq_event_length(4, SEQ_EVENT_OLD), 4);
	ATF_CHECK_EQ(seq_event_length(0x7f, SEQ_EVENT_OLD), 4);
	ATF_CHECK_EQ(seq_event_length(0x80, SEQ_EVENT_OLD), 8);
	ATF_CHECK_EQ(seq_event_length(4, SEQ_EVENT_NEW), 8);
	unhex("04000000", rec, 4);
	ATF_CHECK_EQ(seq_event_decode(rec, SEQ_EVENT_OLD, &cm), 0);
	ATF_CHECK_EQ(cm.cm_kind, SEQ_CMD_TIMING);
	ATF_CHECK_EQ(cm.cm_op, TMR_START);
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{

	atf_tc_set_md_var(tc, "descr", "A SysEx message of records in either "
	    "convention that is not put together right");
}
ATF_TC_BODY(sysex, tc)
{
	static const struct {
		const char *data;	/* of records, six bytes each */
		const char *out;
		bool open;
	} table[] = {
		/* the program brings F0, or not */
		{ "f07e7f0901f7", "f07e7f0901f7", false },
		{ "7e7f0901f7ff", "f07e7f0901f7", false },
		{ "000102030405 060708f7ffff", "f0000102030405060708f7",
		    false },
		{ "f00001020304 05060708f7ff", "f0000102030405060708f7",
		    false },
		{ "f00001020304 f7ffffffffff", "f00001020304f7", false },
		/* no end yet */
		{ "010203040506", "f0010203040506", true },
		/* a record that is not full is the end */
		{ "0102ffffffff", "f00102f7", false },
		{ "f00102ffffff", "f00102f7", false },
		{ "010203040506 ffffffffffff", "f0010203040506f7", false },
		{ "ffffffffffff", "f0f7", false },
		{ "f7ffffffffff", "f0f7", false },
		{ "01ff02030405", "f001f7", false },
		/* F7 ends, and what follows it is not played */
		{ "01f702030405", "f001f7", false },
		{ "01f7f0030405", "f001f7f0030405", true },
		/* so does another status */
		{ "0102903c4003", "f00102f7", false },
		{ "010203040506 903c40ffffff", "f0010203040506f7", false },
		{ "903c40ffffff", "", false },
		{ "0102f0030405", "f00102f7f0030405", true },
		{ "0102f6030405", "f00102f7", false },
		/* real time is not the message's business */
		{ "01f80203f7ff", "f8f0010203f7", false },
		{ "f8f00102f7ff", "f8f00102f7", false },
		{ "f8f8f8f8f8f8", "f8f8f8f8f8f8", false },
		{ "f8ffffffffff", "f8", false },
		{ "01f9fd0203f7", "f0010203f7", false },
	};
	struct seq_cmd cm;
	struct seq_sysex sx;
	uint8_t data[24], out[64], rec[8];
	size_t i, j, len, n;

	for (i = 0; i < __arraycount(table); i++) {
		memset(&sx, 0, sizeof(sx));
		len = unhex(table[i].data, data, sizeof(data));
		for (n = 0, j = 0; j < len; j += 6) {
			rec[0] = SEQ_SYSEX;
			rec[1] = 4;
			memcpy(rec + 2, data + j, 6);
			ATF_REQUIRE_EQ(seq_event_decode(rec, SEQ_EVENT_NEW,
			    &cm), 0);
			ATF_REQUIRE_EQ(cm.cm_kind, SEQ_CMD_SYSEX);
			ATF_REQUIRE_EQ(cm.cm_device, 4);
			n += seq_event_sysex_cmd(&sx, &cm, out + n);
		}
		check_bytes(table[i].data, out, n, table[i].out);
		ATF_CHECK_EQ(sx.sx_open, table[i].open);
		ATF_CHECK_EQ(seq_event_sysex_end(&sx, out), table[i].open);
		if (table[i].open)
			ATF_CHECK_EQ(out[0], 0xf7);
		ATF_CHECK_EQ(seq_event_sysex_end(&sx, out), 0);
	}
}

ATF_TC(every_sysex);
ATF_TC_HEAD(every_sysex, tc)
{

	atf_tc_set_md_var(tc, "descr", "Bytes of SysEx records from which "
	    "comes something that is not canonical, or more than was "
	    "promised: every record of 8 kinds of bytes, open or not");
}
ATF_TC_BODY(every_sysex, tc)
{
	static const uint8_t kinds[] = {
	    0x00, 0x7f, 0x90, 0xf0, 0xf4, 0xf7, 0xf8, 0xf9
	};
	struct seq_sysex sx;
	uint8_t data[6], *out;
	unsigned int code, i, j, last, len, open;
	size_t n;

	for (len = 0; len <= 6; len++) {
		out = malloc(SEQ_EVENT_SYSEX_OUT_MAX(len));
		ATF_REQUIRE(out != NULL);
		for (code = 0; code < 1u << 3 * len; code++) {
			for (i = 0; i < len; i++)
				data[i] = kinds[code >> 3 * i & 7];
			for (j = 0; j < 4; j++) {
				open = j & 1;
				last = j >> 1;
				sx.sx_open = open != 0;
				n = seq_event_sysex_put(&sx, data, len,
				    last != 0, out);
				ATF_REQUIRE(n <= SEQ_EVENT_SYSEX_OUT_MAX(len));
				ATF_REQUIRE(midi_msg_run_valid(out, n,
				    open != 0));
				ATF_REQUIRE(last == 0 || !sx.sx_open);
				if (n == 0)
					ATF_REQUIRE_EQ(sx.sx_open, open);
				for (i = 0; i < n; i++) {
					if (!midi_msg_is_realtime(out[i]))
						open = out[i] != 0xf7;
				}
				ATF_REQUIRE_EQ(sx.sx_open, open);
			}
		}
		free(out);
	}
}

/* A message of len bytes, given in pieces of so many. */
static void
check_collected(size_t len, size_t piece)
{
	struct seq_sysex_in si;
	struct seq_sysex sx;
	struct seq_cmd cm;
	uint8_t msg[64], out[80], rec[8];
	size_t end, i, n = 0, records = 0;
	bool full;

	memset(&si, 0, sizeof(si));
	memset(&sx, 0, sizeof(sx));
	for (i = 0; i < len; i++)
		msg[i] = (uint8_t)(i & 0x7f);
	msg[0] = 0xf0;
	msg[len - 1] = 0xf7;
	for (i = 0; i < len;) {
		end = (i / piece + 1) * piece;
		i += seq_event_sysex_collect(&si, 6, msg + i,
		    (end < len ? end : len) - i, rec, &full);
		if (!full)
			continue;
		records++;
		ATF_REQUIRE_EQ(seq_event_decode(rec, SEQ_EVENT_NEW, &cm), 0);
		ATF_REQUIRE_EQ(cm.cm_device, 6);
		n += seq_event_sysex_cmd(&sx, &cm, out + n);
	}
	ATF_REQUIRE(!si.si_open);
	ATF_REQUIRE(!sx.sx_open);
	ATF_REQUIRE_EQ(records, (len + 5) / 6);
	ATF_REQUIRE_EQ(n, len);
	ATF_REQUIRE_EQ(memcmp(out, msg, n), 0);
}

ATF_TC(sysex_in);
ATF_TC_HEAD(sysex_in, tc)
{

	atf_tc_set_md_var(tc, "descr", "SysEx received that its records do "
	    "not give again when played, however it came in pieces; and a "
	    "message without its end or its beginning");
}
ATF_TC_BODY(sysex_in, tc)
{
	static const uint8_t broken[] = {
	    0x01, 0x02, 0xf7, 0xf0, 0x11, 0xf0, 0x22, 0xf7
	};
	struct seq_sysex_in si;
	uint8_t rec[8];
	size_t len, piece, n;
	bool full;

	for (len = 2; len <= 40; len++) {
		for (piece = 1; piece <= len; piece++)
			check_collected(len, piece);
	}
	memset(&si, 0, sizeof(si));
	n = seq_event_sysex_collect(&si, 1, broken, 8, rec, &full);
	ATF_CHECK(full);
	ATF_CHECK_EQ(n, 5);
	check_bytes("cut off", rec, 8, "9401f011ffffffff");
	n += seq_event_sysex_collect(&si, 1, broken + n, 8 - n, rec, &full);
	ATF_CHECK(full);
	ATF_CHECK_EQ(n, 8);
	check_bytes("after it", rec, 8, "9401f022f7ffffff");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, meaning);
	ATF_TP_ADD_TC(tp, timing);
	ATF_TP_ADD_TC(tp, download);
	ATF_TP_ADD_TC(tp, total);
	ATF_TP_ADD_TC(tp, every_message);
	ATF_TP_ADD_TC(tp, old_records);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, every_sysex);
	ATF_TP_ADD_TC(tp, sysex_in);

	return atf_no_error();
}
