/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_text.c: the texts of a MIDI file, for people.
 *
 * Files do not say which characters they use.  A text that is UTF-8 as a
 * whole is taken for that, and any other for ISO 8859-1, which old files
 * from most places are in.
 *
 * The text is somebody else's.  Control characters, those from 0x80 on as
 * well, and marks that turn the direction of writing come out as question
 * marks, so that no file can play with the terminal.
 */

#include <string.h>

#include "smf_text.h"

#define NO_CHARACTER	UINT32_MAX

static const char *const smf_text_names[] = {
	[SMF_META_SEQNO] = "Sequence number",
	[SMF_META_TEXT] = "Text",
	[SMF_META_COPYRIGHT] = "Copyright",
	[SMF_META_TRACK] = "Track",
	[SMF_META_INSTRUMENT] = "Instrument",
	[SMF_META_LYRIC] = "Lyric",
	[SMF_META_MARKER] = "Marker",
	[SMF_META_CUE] = "Cue",
	[SMF_META_PROGRAM] = "Program",
	[SMF_META_DEVICE] = "Device",
	[SMF_META_CHANNEL] = "Channel",
	[SMF_META_PORT] = "Port",
	[SMF_META_END] = "End of track",
	[SMF_META_TEMPO] = "Tempo",
	[SMF_META_SMPTE] = "SMPTE offset",
	[SMF_META_TIMESIG] = "Time signature",
	[SMF_META_KEY] = "Key",
	[SMF_META_VENDOR] = "Sequencer",
};

const char *
smf_text_name(uint8_t type)
{

	return type < sizeof(smf_text_names) / sizeof(smf_text_names[0]) ?
	    smf_text_names[type] : NULL;
}

bool
smf_text_is(uint8_t type)
{

	return type >= SMF_META_TEXT && type <= SMF_META_TEXT_LAST;
}

/*
 * The character of UTF-8 that n bytes, at least 1, begin with, and its
 * length; NO_CHARACTER for what is none, also a longer form than needed.
 */
static uint32_t
smf_text_decode(const uint8_t *p, size_t n, size_t *length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t i;

	*length = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 :
	    p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
	if (*length == 0 || *length > n)
		return NO_CHARACTER;
	c = *length == 1 ? p[0] : p[0] & (0x7fU >> *length);
	for (i = 1; i < *length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return NO_CHARACTER;
		c = c << 6 | (p[i] & 0x3f);
	}
	return c < least[*length] || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff) ? NO_CHARACTER : c;
}

static bool
smf_text_valid(const uint8_t *data, size_t n)
{
	size_t at, length;

	for (at = 0; at < n; at += length)
		if (smf_text_decode(data + at, n - at, &length) ==
		    NO_CHARACTER)
			return false;
	return true;
}

/* May the terminal see it? */
static bool
smf_text_harmless(uint32_t c)
{

	return c >= 0x20 && (c < 0x7f || c > 0x9f) &&
	    !(c >= 0x200e && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	    !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

/* Encode a character as UTF-8; the bytes used. */
static size_t
smf_text_encode(uint8_t *p, uint32_t c)
{
	size_t i, n;

	n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (i = n - 1; i > 0; i--, c >>= 6)
		p[i] = (uint8_t)(0x80 | (c & 0x3f));
	p[0] = (uint8_t)(n == 1 ? c : (0xf00U >> n & 0xf0) | c);
	return n;
}

size_t
smf_text(char *out, size_t size, const uint8_t *data, size_t n, bool utf8)
{
	uint8_t enc[4];
	uint32_t c;
	size_t at, length, room, used;
	bool valid;

	valid = smf_text_valid(data, n);
	used = 0;
	for (at = 0; at < n; at += length) {
		c = data[at];
		length = 1;
		if (valid)
			c = smf_text_decode(data + at, n - at, &length);
		if (!smf_text_harmless(c) || (!utf8 && c > 0x7e))
			c = '?';
		room = smf_text_encode(enc, c);
		if (room >= size - used)
			break;
		memcpy(out + used, enc, room);
		used += room;
	}
	out[used] = '\0';
	return used;
}
