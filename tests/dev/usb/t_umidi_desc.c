/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_umidi_desc.c: descriptors of USB MIDI devices, good, bad and hostile, and
 * what is known of devices that have the wrong ones.
 *
 * Each set of bytes is read from a block of memory of just its size, so that
 * AddressSanitizer sees a read outside.
 */

#include <sys/errno.h>

#include <dev/usb/umidi_desc.h>
#include <dev/usb/umidi_quirks.h>

#include <stdlib.h>

#include "../midi/h_bytes.h"
#include "h_usbdesc.h"

/* Look at all there is to see, and give back what umidi_desc_walk() gave. */
static int
look(struct umidi_desc *ud, const uint8_t *bytes, size_t n, unsigned int alt)
{
	uint8_t *copy = malloc(n + (n == 0));
	unsigned int c, i;
	int error;

	memcpy(copy, bytes, n);
	error = umidi_desc_walk(ud, copy, n, H_USBDESC_IFACE, alt);
	ATF_REQUIRE(umidi_desc_valid(ud));
	ATF_REQUIRE(error == 0 || error == ENOENT || error == ENXIO);
	for (i = 0; i < UMIDI_DESC_ENDPOINTS; i++) {
		for (c = 0; c < UMIDI_DESC_CABLES; c++) {
			if (i < ud->ud_nin)
				(void)umidi_desc_name(ud, &ud->ud_in[i], c);
			if (i < ud->ud_nout)
				(void)umidi_desc_name(ud, &ud->ud_out[i], c);
		}
	}
	free(copy);
	return error;
}

static void
check_endpoint(const struct umidi_desc *ud, const struct umidi_desc_endpoint
    *ue, const struct h_usbdesc_shape *s, unsigned int cables,
    unsigned int strings)
{
	unsigned int c;

	ATF_REQUIRE_EQ(ue->ue_packet_bytes, s->packet_bytes);
	ATF_REQUIRE_EQ(ue->ue_interrupt, s->interrupt);
	ATF_REQUIRE_EQ(ue->ue_cables, (1U << cables) - 1);
	for (c = 0; c < cables; c++) {
		if (s->names == H_USBDESC_BEHIND)
			/* Only the first goes through the element. */
			ATF_REQUIRE(c != 0 || umidi_desc_name(ud, ue, c) ==
			    strings);
		else
			ATF_REQUIRE_EQ(umidi_desc_name(ud, ue, c), s->names ==
			    H_USBDESC_NOBODY ? 0 : strings + c);
	}
}

ATF_TC(shapes);
ATF_TC_HEAD(shapes, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches an endpoint, cable or name that is not found, or belongs "
	    "to another setting: 0 to 16 cables each way, at full and high "
	    "speed, bulk and interrupt, named by any jack or none");
}

ATF_TC_BODY(shapes, tc)
{
	static const unsigned int counts[] = { 0, 1, 2, 7, 16 };
	struct h_usbdesc_shape s;
	struct umidi_desc ud;
	struct h_usbdesc d;
	unsigned int i, kind, pairs;

	for (i = 0; i < 25; i++) {
		for (kind = 0; kind < 64; kind++) {
			s.in = counts[i % 5];
			s.out = counts[i / 5];
			s.packet_bytes = kind & 1 ? 512 : 64;
			s.interrupt = kind & 2;
			s.twice = kind & 4 && s.in <= 16;
			s.midi2 = kind & 8;
			s.names = kind >> 4;
			pairs = s.twice ? 2 : 1;
			h_usbdesc_make(&d, &s);
			ATF_REQUIRE_EQ(umidi_desc_walk(&ud, d.bytes, d.n,
			    H_USBDESC_IFACE, 0), s.in + s.out ? 0 : ENXIO);
			ATF_REQUIRE(ud.ud_flaws == 0 || (s.twice &&
			    s.names == H_USBDESC_BEHIND));
			ATF_REQUIRE_EQ(ud.ud_release, 0x0100);
			ATF_REQUIRE_EQ(ud.ud_nin, s.in ? pairs : 0);
			ATF_REQUIRE_EQ(ud.ud_nout, s.out ? pairs : 0);
			for (pairs = 0; pairs < ud.ud_nin; pairs++)
				check_endpoint(&ud, &ud.ud_in[pairs], &s, s.in,
				    H_USBDESC_IN);
			for (pairs = 0; pairs < ud.ud_nout; pairs++)
				if (pairs == 0 || s.names != H_USBDESC_BEHIND)
					check_endpoint(&ud, &ud.ud_out[pairs],
					    &s, s.out, H_USBDESC_OUT);
			ATF_REQUIRE_EQ(umidi_desc_walk(&ud, d.bytes, d.n,
			    H_USBDESC_IFACE, 1), s.midi2 ? 0 : ENOENT);
			ATF_REQUIRE_EQ(umidi_desc_walk(&ud, d.bytes, d.n,
			    0, 0), ENXIO);
		}
	}
}

#define IFACE	"09 04 01 00 02 01 03 00 00 "
#define IN1	"06 24 02 01 01 05 "
#define OUT2	"09 24 03 01 02 01 07 01 06 "
#define EP1	"07 05 01 02 40 00 00 "
#define EP81	"07 05 81 02 40 00 00 "
/* Sets with a flaw, and what is left of the device. */
static const struct flaw {
	const char	*bytes;
	int		error;
	unsigned int	flaws;
	unsigned int	in, out;	/* cables of the first */
	unsigned int	name;		/* of the first, out before in */
} flaws_rows[] = {
	{ "", ENOENT, 0, 0, 0, 0 },
	{ "09", ENOENT, 0, 0, 0, 0 },
	{ "09 04 01 00 02 01 03", ENOENT, UMIDI_DESC_CUT, 0, 0, 0 },
	{ IFACE "00 24", ENXIO, UMIDI_DESC_CUT, 0, 0, 0 },
	{ IFACE "01 24", ENXIO, UMIDI_DESC_CUT, 0, 0, 0 },
	{ IFACE EP1, 0, UMIDI_DESC_NO_CABLES, 0, 1, 0 },
	{ IFACE IN1 EP1 "05 25 01 01 01", 0, 0, 0, 1, 5 },
	{ IFACE IN1 EP1 "05 25 01 02 01", 0, UMIDI_DESC_CUT, 0, 1, 5 },
	{ IFACE IN1 EP1 "05 25 01 00 01", 0,
	    UMIDI_DESC_CUT | UMIDI_DESC_NO_CABLES, 0, 1, 0 },
	{ IFACE IN1 EP1 "05 25 01 01 09", 0, UMIDI_DESC_JACK, 0, 1, 0 },
	{ IFACE IN1 EP81 "05 25 01 01 01", 0, UMIDI_DESC_JACK, 1, 0,
	    0 },
	{ IFACE IN1 IN1 EP1 "05 25 01 01 01", 0, UMIDI_DESC_JACK, 0, 1,
	    5 },
	{ IFACE "05 24 02 01 01" EP1 "05 25 01 01 01", 0,
	    UMIDI_DESC_CUT, 0, 1, 0 },
	{ IFACE OUT2 EP81 "05 25 01 01 02", 0, 0, 1, 0, 6 },
	/* Pins beyond the end, and no name then. */
	{ IFACE "07 24 03 01 02 09 07" EP81 "05 25 01 01 02", 0, 0, 1,
	    0, 0 },
	/* Isochronous, control, without a number, too small. */
	{ IFACE "07 05 01 01 40 00 00" EP81 "05 25 01 01 09", 0,
	    UMIDI_DESC_ENDPOINT | UMIDI_DESC_JACK, 1, 0, 0 },
	{ IFACE "07 05 01 00 40 00 00", ENXIO, UMIDI_DESC_ENDPOINT, 0,
	    0, 0 },
	{ IFACE "07 05 80 02 40 00 00", ENXIO, UMIDI_DESC_ENDPOINT, 0,
	    0, 0 },
	{ IFACE "07 05 81 02 03 00 00", ENXIO, UMIDI_DESC_ENDPOINT, 0,
	    0, 0 },
	{ IFACE EP1 EP1 EP81, 0, UMIDI_DESC_ENDPOINT |
	    UMIDI_DESC_NO_CABLES, 1, 1, 0 },
	/* 17 cables. */
	{ IFACE EP1 "15 25 01 11 01 01 01 01 01 01 01 01 01 01 01 01 01"
	    " 01 01 01 01", 0, UMIDI_DESC_MORE | UMIDI_DESC_JACK, 0,
	    16, 0 },
	/* Five endpoints one way. */
	{ IFACE "07 05 01 02 40 00 00 07 05 02 02 40 00 00"
	    "07 05 03 02 40 00 00 07 05 04 02 40 00 00"
	    "07 05 05 02 40 00 00", 0, UMIDI_DESC_MORE |
	    UMIDI_DESC_NO_CABLES, 0, 1, 0 },
	/* Roland's own. */
	{ IFACE "06 24 f1 02 02 03" EP1 EP81, 0, 0, 2, 3, 0 },
	{ IFACE "06 24 f1 02 11 03" EP1 EP81, 0, UMIDI_DESC_NO_CABLES,
	    1, 1, 0 },
	/* Elements that lead to one another. */
	{ IFACE "0a 24 04 03 01 04 01 00 00 00"
	    "0a 24 04 04 01 03 01 00 00 00"
	    "09 24 03 01 02 01 03 01 00" EP81 "05 25 01 01 02", 0, 0,
	    1, 0, 0 },
	/* Another interface ends it. */
	{ IFACE "09 04 02 00 02 01 03 00 00" EP1, ENXIO, 0, 0, 0, 0 },
};

ATF_TC(flaws);
ATF_TC_HEAD(flaws, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a flaw of descriptors that goes unseen, or makes more of "
	    "the device unusable than it must");
}

ATF_TC_BODY(flaws, tc)
{
	const struct umidi_desc_endpoint *ue;
	const struct flaw *row;
	uint8_t bytes[H_BYTES_MAX];
	struct umidi_desc ud;
	unsigned int i;
	size_t n;

	for (i = 0; i < __arraycount(flaws_rows); i++) {
		row = &flaws_rows[i];
		n = h_bytes_from(row->bytes, bytes);
		ATF_REQUIRE_EQ_MSG(look(&ud, bytes, n, 0), row->error,
		    "row %u", i);
		(void)umidi_desc_walk(&ud, bytes, n, H_USBDESC_IFACE, 0);
		ATF_REQUIRE_EQ_MSG(ud.ud_flaws, row->flaws,
		    "row %u: flaws %x", i, ud.ud_flaws);
		ATF_REQUIRE_EQ_MSG(ud.ud_in[0].ue_cables,
		    (1U << row->in) - 1, "row %u", i);
		ATF_REQUIRE_EQ_MSG(ud.ud_out[0].ue_cables,
		    (1U << row->out) - 1, "row %u", i);
		ue = row->out != 0 ? &ud.ud_out[0] : &ud.ud_in[0];
		ATF_REQUIRE_EQ_MSG(umidi_desc_name(&ud, ue, 0), row->name,
		    "row %u", i);
	}
}

/* Good sets to spoil. */
static const struct h_usbdesc_shape spoiled[] = {
	{ 1, 1, 64, false, H_USBDESC_EMBEDDED, false, false },
	{ 2, 3, 512, false, H_USBDESC_EXTERNAL, false, true },
	{ 16, 16, 64, true, H_USBDESC_BEHIND, false, false },
	{ 4, 4, 64, false, H_USBDESC_BEHIND, true, true },
};

ATF_TC(every_byte);
ATF_TC_HEAD(every_byte, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a read outside of the descriptors or a pass without end: "
	    "each end at which they can be cut, and each byte with each value");
}

ATF_TC_BODY(every_byte, tc)
{
	struct umidi_desc ud;
	struct h_usbdesc d;
	unsigned int i, value;
	uint8_t was;
	size_t at;

	for (i = 0; i < 2; i++) {
		h_usbdesc_make(&d, &spoiled[i]);
		for (at = 0; at <= d.n; at++)
			(void)look(&ud, d.bytes, at, 0);
		for (at = 0; at < d.n; at++) {
			was = d.bytes[at];
			for (value = 0; value < 256; value++) {
				d.bytes[at] = value;
				(void)look(&ud, d.bytes, d.n, 0);
			}
			d.bytes[at] = was;
		}
	}
}

ATF_TC(mutations);
ATF_TC_HEAD(mutations, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches the same with many things wrong at once, by chance");
}

ATF_TC_BODY(mutations, tc)
{
	struct umidi_desc ud;
	struct h_usbdesc d;
	uint64_t seed;
	unsigned int run;

	for (run = 1; run <= 20000; run++) {
		seed = run * 0x9e3779b97f4a7c15ULL;
		h_usbdesc_make(&d, &spoiled[run % __arraycount(spoiled)]);
		h_usbdesc_mutate(d.bytes, &d.n, &seed);
		(void)look(&ud, d.bytes, d.n, run & 1);
	}
}

ATF_TC(longest);
ATF_TC_HEAD(longest, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches work that grows faster than the descriptors: the most "
	    "that a configuration can hold, all of it elements and jacks that "
	    "lead to one another");
}

ATF_TC_BODY(longest, tc)
{
	static uint8_t bytes[70000];
	struct umidi_desc ud;
	unsigned int i, id;
	size_t n;

	n = h_bytes_from(IFACE EP81 "05 25 01 01 02", bytes);
	for (id = 1; id < 256; id++) {
		bytes[n] = 6 + 2 * 120 + 9;
		bytes[n + 1] = 0x24;
		bytes[n + 2] = id < 128 ? 3 : 4;
		bytes[n + 3] = id < 128 ? 1 + id % 2 : id;
		bytes[n + 4] = id < 128 ? id : 120;
		bytes[n + 5] = 120;
		for (i = 0; i < 240; i += 2)
			bytes[n + 6 + i] = 128 + (i + id) % 127;
		n += bytes[n];
	}
	ATF_REQUIRE(n < 0xffff);
	for (i = 0; i < 20; i++)
		(void)look(&ud, bytes, sizeof(bytes), 0);
	ATF_REQUIRE_EQ(ud.ud_nbytes, 0xffff);
}

ATF_TC(quirks);
ATF_TC_HEAD(quirks, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a device of the table that is not known by its numbers, "
	    "gets other cables than it has, or is taken for another");
}

ATF_TC_BODY(quirks, tc)
{
	static const struct {
		unsigned int vendor, product, iface;
		int	known;
		unsigned int in, out;	/* made of 3 and 2 jacks */
	} rows[] = {
		{ 0x0582, 0x0000, 2, 1, 0x0007, 0x0007 },
		{ 0x0582, 0x0000, 1, 0, 0x0001, 0x0001 },
		{ 0x0582, 0x0004, 2, 1, 0x0005, 0x0005 },
		{ 0x0582, 0x0033, 0, 1, 0x0007, 0x0003 },
		{ 0x0582, 0x012a, 7, 1, 0x0001, 0x0001 },
		{ 0x0582, 0x0052, 0, 1, 0x0001, 0x0001 },
		{ 0x0499, 0x1000, 0, 1, 0x00ff, 0xffff },
		{ 0x0499, 0x1005, 0, 1, 0x0007, 0x0003 },
		{ 0x07cf, 0x6801, 0, 1, 0x0007, 0x0003 },
		{ 0x133e, 0x0815, 3, 1, 0x0003, 0x0003 },
		{ 0x1234, 0x0000, 0, 0, 0x0001, 0x0001 },
	};
	const struct umidi_quirks *uq;
	uint8_t bytes[H_BYTES_MAX];
	struct umidi_desc ud;
	unsigned int i;
	size_t n;

	n = h_bytes_from("09 04 01 00 02 ff 00 00 00"
	    "06 24 02 01 01 00 06 24 02 02 02 00 06 24 02 02 03 00"
	    "09 24 03 01 04 01 01 01 00 09 24 03 02 05 01 01 01 00"
	    EP1 EP81, bytes);
	for (i = 0; i < __arraycount(rows); i++) {
		ATF_REQUIRE_EQ(umidi_desc_walk(&ud, bytes, n, 1, 0), 0);
		uq = umidi_quirks_find(rows[i].vendor, rows[i].product,
		    rows[i].iface);
		ATF_REQUIRE_EQ_MSG(uq != NULL, rows[i].known, "row %u", i);
		if (uq != NULL)
			umidi_quirks_apply(uq, &ud);
		ATF_REQUIRE(umidi_desc_valid(&ud));
		ATF_REQUIRE_EQ_MSG(ud.ud_in[0].ue_cables, rows[i].in,
		    "row %u", i);
		ATF_REQUIRE_EQ_MSG(ud.ud_out[0].ue_cables, rows[i].out,
		    "row %u", i);
	}
	/* What a device says for itself counts more than its jacks. */
	n += h_bytes_from("05 25 01 01 04", bytes + n);
	ATF_REQUIRE_EQ(umidi_desc_walk(&ud, bytes, n, 1, 0), 0);
	umidi_quirks_apply(umidi_quirks_find(0x0582, 0x0052, 0), &ud);
	ATF_REQUIRE_EQ(ud.ud_in[0].ue_cables, 1);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, shapes);
	ATF_TP_ADD_TC(tp, flaws);
	ATF_TP_ADD_TC(tp, every_byte);
	ATF_TP_ADD_TC(tp, mutations);
	ATF_TP_ADD_TC(tp, longest);
	ATF_TP_ADD_TC(tp, quirks);
	return atf_no_error();
}
