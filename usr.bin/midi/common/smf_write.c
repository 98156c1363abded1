/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_write.c: write Standard MIDI Files.
 *
 * Strict, so that any reader can follow: lengths are exact, running status
 * ends at meta events and SysEx, quantities have at most 4 bytes.  A longer
 * time between two events is bridged by empty text events, the one thing
 * that every reader ignores.
 *
 * The bytes go to the caller's sink as they arise, and nothing is looked at
 * again.  The length of a track is known at its end, so the caller keeps the
 * body, or the place for its chunk's length, until then.
 */

#include <errno.h>
#include <string.h>

#include "smf_write.h"

static void
smf_write_be32(uint8_t *p, uint32_t v)
{

	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static void
smf_write_be16(uint8_t *p, unsigned v)
{

	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

int
smf_write_header(uint8_t out[SMF_WRITE_HEADER_BYTES], unsigned format,
    unsigned tracks, unsigned division)
{

	if (format > 2 || tracks < 1 || tracks > 0xffff ||
	    (format == 0 && tracks != 1) || division < 1 || division > 0x7fff)
		return EINVAL;
	memcpy(out, "MThd", 4);
	smf_write_be32(out + 4, 6);
	smf_write_be16(out + 8, format);
	smf_write_be16(out + 10, tracks);
	smf_write_be16(out + 12, division);
	return 0;
}

void
smf_write_chunk(uint8_t out[SMF_WRITE_CHUNK_BYTES], uint32_t length)
{

	memcpy(out, "MTrk", 4);
	smf_write_be32(out + 4, length);
}

void
smf_write_begin(struct smf_write *w, smf_write_sink *sink, void *arg,
    bool compress)
{

	memset(w, 0, sizeof(*w));
	w->sink = sink;
	w->arg = arg;
	w->compress = compress;
}

static int
smf_write_fail(struct smf_write *w, int error)
{

	if (w->error == 0)
		w->error = error;
	return w->error;
}

static int
smf_write_put(struct smf_write *w, const void *data, size_t n)
{
	int error;

	if (w->error != 0 || n == 0)
		return w->error;
	if (n > UINT32_MAX - w->length)
		return smf_write_fail(w, EFBIG);
	error = w->sink(w->arg, data, n);
	if (error != 0)
		return smf_write_fail(w, error);
	w->length += (uint32_t)n;
	return 0;
}

/* Store v, at most SMF_VLQ_MAX, in p; the number of bytes used. */
static size_t
smf_write_vlq(uint8_t *p, uint32_t v)
{
	size_t i, n;

	n = v < 1U << 7 ? 1 : v < 1U << 14 ? 2 : v < 1U << 21 ? 3 : 4;
	for (i = 0; i < n; i++)
		p[i] = (uint8_t)((v >> 7 * (n - 1 - i) & 0x7f) |
		    (i + 1 < n ? 0x80 : 0));
	return n;
}

/*
 * Store the delta to tick in p, up to 4 bytes, having bridged what 4 bytes
 * cannot hold.  The number of bytes, 0 on error.
 */
static size_t
smf_write_delta(struct smf_write *w, uint64_t tick, uint8_t *p)
{
	static const uint8_t bridge[] = {
		0xff, 0xff, 0xff, 0x7f, SMF_META, SMF_META_TEXT, 0
	};
	uint64_t delta;

	if (tick < w->tick) {
		smf_write_fail(w, EINVAL);
		return 0;
	}
	for (; tick - w->tick > SMF_VLQ_MAX; w->tick += SMF_VLQ_MAX) {
		w->running = 0;
		if (smf_write_put(w, bridge, sizeof(bridge)) != 0)
			return 0;
	}
	delta = tick - w->tick;
	w->tick = tick;
	return smf_write_vlq(p, (uint32_t)delta);
}

int
smf_write_channel(struct smf_write *w, uint64_t tick, const uint8_t *msg)
{
	uint8_t out[7];
	size_t n;
	uint32_t i;

	if (w->error != 0)
		return w->error;
	if (msg[0] < 0x80 || msg[0] > 0xef)
		return smf_write_fail(w, EINVAL);
	for (i = 1; i <= smf_channel_bytes(msg[0]); i++)
		if (msg[i] > 0x7f)
			return smf_write_fail(w, EINVAL);
	n = smf_write_delta(w, tick, out);
	if (n == 0)
		return w->error;
	if (msg[0] != w->running)
		out[n++] = msg[0];
	for (i = 1; i <= smf_channel_bytes(msg[0]); i++)
		out[n++] = msg[i];
	w->running = w->compress ? msg[0] : 0;
	return smf_write_put(w, out, n);
}

/* An event of head, a length and data.  head is 1 or 2 bytes. */
static int
smf_write_body(struct smf_write *w, uint64_t tick, const uint8_t *head,
    size_t headlen, const void *data, size_t n)
{
	uint8_t out[10];
	size_t used;

	if (w->error != 0)
		return w->error;
	if (n > SMF_VLQ_MAX)
		return smf_write_fail(w, EFBIG);
	used = smf_write_delta(w, tick, out);
	if (used == 0)
		return w->error;
	memcpy(out + used, head, headlen);
	used += headlen;
	used += smf_write_vlq(out + used, (uint32_t)n);
	w->running = 0;
	smf_write_put(w, out, used);
	return smf_write_put(w, data, n);
}

int
smf_write_meta(struct smf_write *w, uint64_t tick, uint8_t type,
    const void *data, size_t n)
{
	uint8_t head[2];

	if (type > 0x7f || type == SMF_META_END)
		return smf_write_fail(w, EINVAL);
	head[0] = SMF_META;
	head[1] = type;
	return smf_write_body(w, tick, head, sizeof(head), data, n);
}

int
smf_write_tempo(struct smf_write *w, uint64_t tick, uint32_t beat_us)
{
	uint8_t data[4];

	if (beat_us < 1 || beat_us > SMF_TEMPO_MAX_US)
		return smf_write_fail(w, EINVAL);
	smf_write_be32(data, beat_us);
	return smf_write_meta(w, tick, SMF_META_TEMPO, data + 1, 3);
}

int
smf_write_sysex(struct smf_write *w, uint64_t tick, uint8_t status,
    const void *data, size_t n)
{

	if (status != SMF_SYSEX && status != SMF_ESCAPE)
		return smf_write_fail(w, EINVAL);
	return smf_write_body(w, tick, &status, 1, data, n);
}

int
smf_write_end(struct smf_write *w, uint64_t tick)
{
	static const uint8_t head[] = { SMF_META, SMF_META_END };

	return smf_write_body(w, tick, head, sizeof(head), NULL, 0);
}
