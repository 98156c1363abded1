/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * fuzz_usb.c: whatever a USB MIDI device says of itself or sends, nothing is
 * read outside, and everything ends.
 *
 * The first byte says what the rest is (see fuzz_kinds):
 *
 *	descriptors, as they are;
 *	changes to the descriptors of a device that are right: a place (two
 *	bytes) and a value, again and again, so that what is wrong lies deep;
 *	packets, which must come back, byte by byte, when what they gave is made
 *	packets again and taken apart once more;
 *	bytes that a program sends on some cables, which must come back.
 *
 * What is found in the descriptors is used as umidi(4) does: names are looked
 * for, and what is known of devices is put right.
 */

#include <dev/midi/midi_usb.h>
#include <dev/usb/umidi_desc.h>
#include <dev/usb/umidi_quirks.h>

#include <stdlib.h>
#include <string.h>

#include "../dev/usb/h_usbdesc.h"
#include "fuzz.h"

#define CHECK(c)	((c) ? (void)0 : abort())
#define BYTES_MAX	4096

static void
fuzz_described(struct umidi_desc *ud)
{
	unsigned c, i, used = 0;

	CHECK(umidi_desc_valid(ud));
	for (i = 0; i < UMIDI_DESC_ENDPOINTS; i++) {
		for (c = 0; c < UMIDI_DESC_CABLES; c++) {
			if (i < ud->ud_nin)
				used += umidi_desc_name(ud, &ud->ud_in[i], c);
			if (i < ud->ud_nout)
				used += umidi_desc_name(ud, &ud->ud_out[i],
				    c);
		}
	}
	CHECK(used <= 255 * 2 * UMIDI_DESC_ENDPOINTS * UMIDI_DESC_CABLES);
}

static void
fuzz_descriptors(const uint8_t *data, size_t n)
{
	/* As they are; cables from the table; as many as jacks. */
	static const unsigned ids[][3] = {
		{ 0, 0, 0 }, { 0x0582, 0x0014, 0 }, { 0x0499, 0x1005, 0 }
	};
	const struct umidi_quirks *uq;
	struct umidi_desc ud;
	uint8_t *exact;
	unsigned i;

	exact = malloc(n + (n == 0));
	memcpy(exact, data, n);
	for (i = 0; i < 6; i++) {
		(void)umidi_desc_walk(&ud, exact, n, H_USBDESC_IFACE, i & 1);
		uq = umidi_quirks_find(ids[i / 2][0], ids[i / 2][1],
		    ids[i / 2][2]);
		if (uq != NULL)
			umidi_quirks_apply(uq, &ud);
		fuzz_described(&ud);
	}
	free(exact);
}

static void
fuzz_changes(const uint8_t *data, size_t n)
{
	static const struct h_usbdesc_shape shapes[] = {
		{ 1, 1, 64, false, H_USBDESC_EMBEDDED, false, false },
		{ 2, 3, 512, false, H_USBDESC_EXTERNAL, false, true },
		{ 16, 16, 64, true, H_USBDESC_BEHIND, false, false },
		{ 4, 4, 64, false, H_USBDESC_BEHIND, true, true },
	};
	struct h_usbdesc d;
	size_t i;

	if (n == 0)
		return;
	h_usbdesc_make(&d, &shapes[data[0] % 4]);
	for (i = 1; n - i >= 3; i += 3)
		d.bytes[(data[i] | data[i + 1] << 8) % d.n] = data[i + 2];
	fuzz_descriptors(d.bytes, d.n);
}

/* Take packets apart, for one cable or (cable 16) for all, one after the
 * other. */
static size_t
fuzz_decode(const uint8_t *packets, size_t n, unsigned flags, unsigned only,
    uint8_t *out)
{
	struct midi_usb_in in;
	size_t done, nout, total = 0;
	unsigned cable;
	uint8_t run[24];

	midi_usb_in_init(&in, flags);
	for (; n >= MIDI_USB_PACKET; packets += done, n -= done) {
		done = midi_usb_decode_run(&in, packets, n, &cable, run,
		    3 + n % 22, &nout);
		CHECK(done != 0 && done <= n && done % 4 == 0);
		CHECK(nout <= done / 4 * 3 && cable < MIDI_USB_CABLES);
		if (cable == only || only == MIDI_USB_CABLES) {
			memcpy(out + total, run, nout);
			total += nout;
		}
	}
	return total;
}

static size_t
fuzz_encode(const uint8_t *bytes, size_t n, unsigned cable, uint8_t *packets)
{
	struct midi_usb_out out;
	size_t done, nout, total = 0;

	midi_usb_out_init(&out, cable);
	for (; n != 0; bytes += done, n -= done) {
		done = midi_usb_encode(&out, bytes, n, packets + total,
		    12 + n % 16 * 4, &nout);
		CHECK(done != 0 && done <= n && nout <= 12 + n % 16 * 4);
		CHECK(midi_usb_out_valid(&out));
		total += nout;
	}
	return total + midi_usb_encode_end(&out, packets + total);
}

/* Without real time, which may go ahead. */
static size_t
fuzz_rest(uint8_t *bytes, size_t n)
{
	size_t i, left = 0;

	for (i = 0; i < n; i++) {
		if (bytes[i] < 0xf8)
			bytes[left++] = bytes[i];
	}
	return left;
}

static void
fuzz_bytes(const uint8_t *data, size_t n)
{
	static uint8_t sent[BYTES_MAX], back[4 * BYTES_MAX];
	static uint8_t packets[4 * BYTES_MAX + 64];
	size_t nback;

	memcpy(sent, data, n);
	nback = fuzz_decode(packets, fuzz_encode(sent, n, n % 16, packets), 0,
	    n % 16, back);
	CHECK(nback == n);
	n = fuzz_rest(sent, n);
	CHECK(fuzz_rest(back, nback) == n && memcmp(sent, back, n) == 0);
}

static void
fuzz_packets(const uint8_t *data, size_t n)
{
	static uint8_t bytes[BYTES_MAX];
	unsigned cable;

	(void)fuzz_decode(data, n, MIDI_USB_RUNNING, MIDI_USB_CABLES, bytes);
	for (cable = 0; cable < MIDI_USB_CABLES; cable++)
		fuzz_bytes(bytes, fuzz_decode(data, n, 0, cable, bytes));
}

static void (*const fuzz_kinds[])(const uint8_t *, size_t) = {
	fuzz_descriptors, fuzz_changes, fuzz_packets, fuzz_bytes
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{

	if (size > 0 && size <= BYTES_MAX)
		(*fuzz_kinds[data[0] % 4])(data + 1, size - 1);
	return 0;
}
