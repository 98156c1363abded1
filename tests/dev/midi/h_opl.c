/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_opl.c: an OPL of the simulation with opl(4) on it.  See h_opl.h.
 */

#include "h_opl.h"

/* What the driver's pause between two notes must at least be; and all that
 * a chord needs to be written. */
#define FADE_NS		950000
#define WRITTEN_NS	(30 * H_MS)

bool
h_opl_begin(struct h_opl *ho, int opl3)
{

	return h_opl_begin_flags(ho, opl3, 0);
}

bool
h_opl_begin_flags(struct h_opl *ho, int opl3, int flags)
{

	memset(ho, 0, sizeof(*ho));
	ho->chip.opl3 = opl3;
	ho->chip.fade_ns = FADE_NS;
	ho->voices = opl3 ? 18 : 9;
	sim_opl_plug(&ho->chip, H_OPL_PORT);
	if (!h_boot(0)) {
		sim_bus_unplug(H_OPL_PORT);
		return false;
	}
	if (!H_REFUSED(hosted_attach_isa("opl", H_OPL_PORT, -1, flags,
	    NULL)) &&
	    !H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &ho->file)))
		return true;
	h_shutdown();
	sim_bus_unplug(H_OPL_PORT);
	return false;
}

void
h_opl_end(struct h_opl *ho)
{

	h_close(ho->file);
	h_shutdown();
	sim_bus_unplug(H_OPL_PORT);
}

static void
opl_write(struct h_opl *ho, const uint8_t *bytes, size_t n)
{
	size_t done;

	(void)h_write_all(ho->file, bytes, n, &done);
	sim_sleep_ns(WRITTEN_NS);
}

void
h_opl_send(struct h_opl *ho, const char *text)
{
	uint8_t bytes[H_BYTES_MAX];

	opl_write(ho, bytes, h_bytes_from(text, bytes));
}

void
h_opl_message(struct h_opl *ho, unsigned status, unsigned a, unsigned b)
{
	const uint8_t msg[3] = { (uint8_t)status, (uint8_t)a, (uint8_t)b };

	opl_write(ho, msg, (status & 0xe0) == 0xc0 ? 2 : 3);
}

unsigned
h_opl_sounding(const struct h_opl *ho)
{
	unsigned c, n = 0;

	for (c = 0; c < ho->voices; c++)
		n += sim_opl_key(&ho->chip, c) ? 1 : 0;
	return n;
}

double
h_opl_pitch(const struct h_opl *ho, int channel)
{

	return 69 + 12 * log2(sim_opl_hz(&ho->chip, (unsigned)channel) / 440);
}

int
h_opl_find(const struct h_opl *ho, double key)
{
	unsigned c;

	for (c = 0; c < ho->voices; c++) {
		if (sim_opl_key(&ho->chip, c) &&
		    fabs(h_opl_pitch(ho, (int)c) - key) < 0.05)
			return (int)c;
	}
	return -1;
}

double
h_opl_carrier_db(const struct h_opl *ho, int channel)
{

	return sim_opl_db(&ho->chip, (unsigned)channel, 1);
}
