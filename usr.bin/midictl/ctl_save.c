/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_save.c: settings and connections as a file.
 *
 * A line is a command of midictl(1) that brings about what there is now.
 * Ports have their names, as numbers are others when devices are plugged in
 * in another order.
 */

#include "ctl_connect.h"
#include "ctl_save.h"
#include "ctl_setting.h"

/* A word in quotes. */
static void
ctl_save_word(const char *text, FILE *out)
{

	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void
ctl_save_port(const struct ctl_port_node *cn, int unit, FILE *out)
{
	char label[CTL_PORT_LABEL_BYTES];
	struct midictl_port mp;

	if (!ctl_port_next(cn, unit, &mp) || mp.mp_unit != unit)
		snprintf(label, sizeof(label), "%d", unit);
	else
		ctl_port_label(cn, &mp, label);
	ctl_save_word(label, out);
}

static void
ctl_save_settings(const struct ctl_port_node *cn, FILE *out)
{
	struct midictl_port mp;
	int unit;

	fputs("set all", out);
	ctl_setting_words(cn, MIDICTL_ANY, false, out);
	fputc('\n', out);
	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		fputs("set ", out);
		ctl_save_port(cn, mp.mp_unit, out);
		ctl_setting_words(cn, mp.mp_unit, false, out);
		fputc('\n', out);
	}
}

void
ctl_save(const struct ctl_port_node *cn, FILE *out)
{
	struct midictl_connection mc;
	unsigned id;

	fputs("# midictl restore\n", out);
	ctl_save_settings(cn, out);
	for (id = 0; ctl_connect_next(cn, id, &mc); id = mc.mc_id + 1) {
		fputs("connect ", out);
		ctl_connect_print(&mc, out);
		ctl_save_port(cn, mc.mc_source, out);
		fputc(' ', out);
		ctl_save_port(cn, mc.mc_dest, out);
		fputc('\n', out);
	}
}
