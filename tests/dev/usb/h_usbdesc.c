/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_usbdesc.c: descriptors of USB MIDI devices.  See h_usbdesc.h.
 */

#include <string.h>

#include "../midi/h_bytes.h"
#include "h_usbdesc.h"

/* Numbers of jacks: of an endpoint pair, the kind and the cable. */
#define JACK(pair, kind, cable)	(1 + 64 * (pair) + 16 * (kind) + (cable))
#define EMBEDDED_IN	0
#define EXTERNAL_OUT	1
#define EXTERNAL_IN	2
#define EMBEDDED_OUT	3
/* The one element, which all may pass. */
#define ELEMENT		0xff

#define PUT(d, ...) do {						\
	const uint8_t put_[] = { __VA_ARGS__ };				\
									\
	memcpy((d)->bytes + (d)->n, put_, sizeof(put_));		\
	(d)->n += sizeof(put_);						\
} while (0)

static void
h_usbdesc_in_jack(struct h_usbdesc *d, unsigned type, unsigned id,
    unsigned string)
{

	PUT(d, 6, 0x24, 2, type, id, string);
}

static void
h_usbdesc_out_jack(struct h_usbdesc *d, unsigned type, unsigned id,
    unsigned from, unsigned string)
{

	PUT(d, 9, 0x24, 3, type, id, 1, from, 1, string);
}

/* The jacks of one pair of endpoints, and the element. */
static void
h_usbdesc_jacks(struct h_usbdesc *d, const struct h_usbdesc_shape *s,
    unsigned pair)
{
	const bool emb = s->names == H_USBDESC_EMBEDDED;
	const bool ext = s->names >= H_USBDESC_EXTERNAL;
	const bool far = s->names == H_USBDESC_BEHIND;
	unsigned c;

	for (c = 0; c < s->out; c++) {
		h_usbdesc_in_jack(d, 1, JACK(pair, EMBEDDED_IN, c),
		    emb ? H_USBDESC_OUT + c : 0);
		h_usbdesc_out_jack(d, 2, JACK(pair, EXTERNAL_OUT, c),
		    far ? ELEMENT : JACK(pair, EMBEDDED_IN, c),
		    ext ? H_USBDESC_OUT + c : 0);
	}
	for (c = 0; c < s->in; c++) {
		h_usbdesc_in_jack(d, 2, JACK(pair, EXTERNAL_IN, c),
		    ext ? H_USBDESC_IN + c : 0);
		h_usbdesc_out_jack(d, 1, JACK(pair, EMBEDDED_OUT, c),
		    far ? ELEMENT : JACK(pair, EXTERNAL_IN, c),
		    emb ? H_USBDESC_IN + c : 0);
	}
	if (far)
		PUT(d, 14, 0x24, 4, ELEMENT, 2, JACK(pair, EMBEDDED_IN, 0), 1,
		    JACK(pair, EXTERNAL_IN, 0), 1, 1, 0, 0, 1, 0);
}

static void
h_usbdesc_endpoint(struct h_usbdesc *d, const struct h_usbdesc_shape *s,
    unsigned address, unsigned pair, unsigned kind, unsigned cables)
{
	unsigned c;

	PUT(d, 9, 5, address, s->interrupt ? 3 : 2, s->packet_bytes & 0xff,
	    s->packet_bytes >> 8, s->interrupt, 0, 0);
	PUT(d, 4 + cables, 0x25, 1, cables);
	for (c = 0; c < cables; c++)
		PUT(d, JACK(pair, kind, c));
}

void
h_usbdesc_make(struct h_usbdesc *d, const struct h_usbdesc_shape *s)
{
	const unsigned pairs = s->twice ? 2 : 1;
	const unsigned n = pairs * ((s->in != 0) + (s->out != 0));
	unsigned i;

	d->n = 0;
	PUT(d, 9, 2, 0, 0, 2, 1, 0, 0xc0, 0);
	PUT(d, 9, 4, 0, 0, 0, 1, 1, 0, 0);
	PUT(d, 9, 0x24, 1, 0, 1, 9, 0, 1, 1);
	PUT(d, 9, 4, H_USBDESC_IFACE, 0, n, 1, 3, 0, 0);
	PUT(d, 7, 0x24, 1, 0, 1, 0, 0);
	for (i = 0; i < pairs; i++)
		h_usbdesc_jacks(d, s, i);
	for (i = 0; i < pairs; i++) {
		if (s->out != 0)
			h_usbdesc_endpoint(d, s, 1 + i, i, EMBEDDED_IN, s->out);
		if (s->in != 0)
			h_usbdesc_endpoint(d, s, 0x81 + i, i, EMBEDDED_OUT,
			    s->in);
	}
	if (s->midi2) {
		PUT(d, 9, 4, H_USBDESC_IFACE, 1, 2, 1, 3, 0, 0);
		PUT(d, 7, 0x24, 1, 0, 2, 7, 0);
		PUT(d, 7, 5, 5, 2, 64, 0, 0, 5, 0x25, 2, 1, 1);
		PUT(d, 7, 5, 0x85, 2, 64, 0, 0, 5, 0x25, 2, 1, 1);
	}
	d->bytes[2] = d->n & 0xff;
	d->bytes[3] = d->n >> 8;
}

void
h_usbdesc_device(uint8_t bytes[H_USBDESC_DEVICE], unsigned vendor,
    unsigned product)
{
	const uint8_t device[H_USBDESC_DEVICE] = {
		H_USBDESC_DEVICE, 1, 0x00, 0x02, 0, 0, 0, 64, vendor & 0xff,
		vendor >> 8, product & 0xff, product >> 8, 0x34, 0x12,
		H_USBDESC_VENDOR, H_USBDESC_PRODUCT, H_USBDESC_SERIAL, 1
	};

	memcpy(bytes, device, sizeof(device));
}

void
h_usbdesc_mutate(uint8_t *bytes, size_t *n, uint64_t *seed)
{
	static const uint8_t likely[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 9, 16, 17, 0x24, 0x25, 0x40, 0x7f, 0x80,
		0x81, 0xf1, 0xff
	};
	size_t at, from, len;
	unsigned times;

	for (times = 1 + h_bytes_random(seed) % 8; times > 0 && *n > 0;
	    times--) {
		at = h_bytes_random(seed) % *n;
		from = h_bytes_random(seed) % *n;
		len = 1 + h_bytes_random(seed) % 32;
		len = len > *n - at ? *n - at : len;
		len = len > *n - from ? *n - from : len;
		switch (h_bytes_random(seed) % 8) {
		case 0:
			bytes[at] ^= 1 << h_bytes_random(seed) % 8;
			break;
		case 1:
			memmove(bytes + at, bytes + from, len);
			break;
		case 2:
			*n = at;
			break;
		case 3:
			memmove(bytes + at, bytes + at + len, *n - at - len);
			*n -= len;
			break;
		case 4:
			bytes[at] = h_bytes_random(seed);
			break;
		default:
			bytes[at] = likely[h_bytes_random(seed) %
			    sizeof(likely)];
			break;
		}
	}
}
