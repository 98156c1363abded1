/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_alsa.c: which of ALSA's ports are devices, and which devices are ALSA's
 * cards.
 *
 * This is for Linux: its module bsdmidi_alsa has two parameters that say what
 * is wanted, see bsdmidi(4), and shows what ALSA has in /proc/asound.  An
 * attached port is a device called hw:CARD,DEVICE,SUBDEVICE and a name; a
 * device that is shown is a card with the id rmidiN and our driver.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_alsa.h"
#include "msgtext.h"

#define CTL_ALSA_PARAMETERS	"/sys/module/bsdmidi_alsa/parameters"
#define CTL_ALSA_DRIVER		"bsdmidi"
#define CTL_ALSA_CARDS		256	/* more than Linux can have */
#define CTL_ALSA_DEVICES	32
#define CTL_ALSA_SUBS		64
#define CTL_ALSA_TEXT_BYTES	300

/* A raw MIDI device of a card of ALSA's. */
struct ctl_alsa_device {
	unsigned	card, device;
	char		id[32];		/* of the card */
	char		name[MIDICTL_NAME_BYTES];
	unsigned	dirs[CTL_ALSA_SUBS];	/* MIDICTL_IN, MIDICTL_OUT */
};

/* Commands, and what each writes to which parameter. */
static const struct ctl_alsa_command {
	const char	*name;
	const char	*parameter;
	const char	*all;		/* for all */
	char		sign;
} ctl_alsa_commands[] = {
	{ "attach", "attach", "all", '+' },
	{ "detach", "attach", "none", '-' },
	{ "show", "show", "all", '+' },
	{ "hide", "show", "none", '-' },
};

static const struct ctl_alsa_command *
ctl_alsa_find(const char *command)
{
	size_t i;

	for (i = 0; i < sizeof(ctl_alsa_commands) /
	    sizeof(ctl_alsa_commands[0]); i++) {
		if (strcmp(ctl_alsa_commands[i].name, command) == 0)
			return &ctl_alsa_commands[i];
	}
	return NULL;
}

bool
ctl_alsa_known(const char *command)
{

	return ctl_alsa_find(command) != NULL;
}

bool
ctl_alsa_ours(const char *command)
{

	return strcmp(ctl_alsa_find(command)->parameter, "show") == 0;
}

void
ctl_alsa_check(void)
{

	if (access(CTL_ALSA_PARAMETERS, F_OK) == -1)
		errx(1, "alsa: the module bsdmidi_alsa is not loaded");
}

/*
 * What is wanted.
 */

static void
ctl_alsa_write(const struct ctl_alsa_command *ca, const char *what,
    const char *text)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), CTL_ALSA_PARAMETERS "/%s", ca->parameter);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		err(1, "alsa: %s", path);
	n = write(fd, text, strlen(text));
	if (n == -1 && errno == ENOSPC)
		errx(1, "alsa: %s %s: too many", ca->name, what);
	if (n == -1)
		err(1, "alsa: %s %s", ca->name, what);
	close(fd);
}

void
ctl_alsa_change(const char *command, const char *what)
{
	const struct ctl_alsa_command *ca = ctl_alsa_find(command);
	char text[CTL_ALSA_TEXT_BYTES];
	const char *dots;
	int n;

	if (strcmp(what, "all") == 0) {
		ctl_alsa_write(ca, what, ca->all);
		return;
	}
	/* As ALSA's programs call a port: hw:CARD,DEVICE,SUBDEVICE. */
	dots = strncmp(what, "hw:", 3) == 0 ? what + 3 : what;
	n = snprintf(text, sizeof(text), "%c%s", ca->sign, dots);
	if (n < 0 || (size_t)n >= sizeof(text))
		errx(1, "alsa: %s %s: %s", ca->name, what,
		    strerror(ENAMETOOLONG));
	for (n = 1; text[n] != '\0'; n++) {
		if (text[n] == ',')
			text[n] = '.';
	}
	ctl_alsa_write(ca, what, text);
}

static void
ctl_alsa_read(const char *parameter, char text[CTL_ALSA_TEXT_BYTES])
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), CTL_ALSA_PARAMETERS "/%s", parameter);
	f = fopen(path, "re");
	if (f == NULL || fgets(text, CTL_ALSA_TEXT_BYTES, f) == NULL)
		err(1, "alsa: %s", path);
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
}

/*
 * What there is.
 */

/* The first line of a file of ALSA's. */
static bool
ctl_alsa_line(FILE *f, char *text, size_t size)
{
	char line[256];

	if (fgets(line, sizeof(line), f) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	snprintf(text, size, "%.*s", (int)size - 1, line);
	return true;
}

static FILE *
ctl_alsa_open(unsigned card, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/asound/card%u/%s", card, what);
	return fopen(path, "re");
}

static bool
ctl_alsa_id(unsigned card, char *id, size_t size)
{
	FILE *f = ctl_alsa_open(card, "id");
	bool found;

	if (f == NULL)
		return false;
	found = ctl_alsa_line(f, id, size);
	fclose(f);
	return found;
}

/* Is the card a device of ours that is shown?  It says "[id ]: driver - ". */
static bool
ctl_alsa_is_ours(unsigned card)
{
	char line[256], driver[32];
	unsigned number;
	bool ours = false;
	FILE *f;

	f = fopen("/proc/asound/cards", "re");
	if (f == NULL)
		return false;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%u [%*[^]]]: %31s -", &number, driver) == 2 &&
		    number == card)
			ours = strcmp(driver, CTL_ALSA_DRIVER) == 0;
	}
	fclose(f);
	return ours;
}

static bool
ctl_alsa_device(struct ctl_alsa_device *ad, unsigned card, unsigned device)
{
	char line[256], what[16];
	unsigned sub;
	FILE *f;

	memset(ad, 0, sizeof(*ad));
	ad->card = card;
	ad->device = device;
	snprintf(what, sizeof(what), "midi%u", device);
	if (!ctl_alsa_id(card, ad->id, sizeof(ad->id)))
		return false;
	f = ctl_alsa_open(card, what);
	if (f == NULL)
		return false;
	(void)ctl_alsa_line(f, ad->name, sizeof(ad->name));
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Output %u", &sub) == 1 &&
		    sub < CTL_ALSA_SUBS)
			ad->dirs[sub] |= MIDICTL_OUT;
		else if (sscanf(line, "Input %u", &sub) == 1 &&
		    sub < CTL_ALSA_SUBS)
			ad->dirs[sub] |= MIDICTL_IN;
	}
	fclose(f);
	return true;
}

/* The unit of the device that a port of ALSA's is; -1: it is none. */
static int
ctl_alsa_unit(const struct ctl_port_node *cn, const struct ctl_alsa_device *ad,
    unsigned sub)
{
	struct midictl_port mp;
	char label[64];
	int unit;

	snprintf(label, sizeof(label), "hw:%u,%u,%u ", ad->card, ad->device,
	    sub);
	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		if (strncmp(mp.mp_name, label, strlen(label)) == 0)
			return mp.mp_unit;
	}
	return -1;
}

/* The card that a device of ours is; -1: it is none. */
static int
ctl_alsa_card(int unit)
{
	char id[32], want[32];
	unsigned card;

	snprintf(want, sizeof(want), "rmidi%d", unit);
	for (card = 0; card < CTL_ALSA_CARDS; card++) {
		if (ctl_alsa_id(card, id, sizeof(id)) &&
		    strcmp(id, want) == 0 && ctl_alsa_is_ours(card))
			return (int)card;
	}
	return -1;
}

/*
 * Lists.
 */

static void
ctl_alsa_show_sub(const struct ctl_port_node *cn,
    const struct ctl_alsa_device *ad, unsigned sub, bool json, FILE *out)
{
	const int unit = ctl_alsa_unit(cn, ad, sub);

	if (json) {
		fprintf(out, "{\"port\":\"%s.%u.%u\",\"name\":", ad->id,
		    ad->device, sub);
		msgtext_json_string(ad->name, strlen(ad->name), out);
		fprintf(out, ",\"in\":%s,\"out\":%s,\"unit\":",
		    ad->dirs[sub] & MIDICTL_IN ? "true" : "false",
		    ad->dirs[sub] & MIDICTL_OUT ? "true" : "false");
		fprintf(out, unit == -1 ? "null}" : "%d}", unit);
		return;
	}
	fprintf(out, "%s.%u.%u: %s,%s%s", ad->id, ad->device, sub, ad->name,
	    ad->dirs[sub] & MIDICTL_IN ? " in" : "",
	    ad->dirs[sub] & MIDICTL_OUT ? " out" : "");
	if (unit != -1)
		fprintf(out, ", attached as midi%d", unit);
	fputc('\n', out);
}

/* All ports of ALSA's that are not ours. */
static void
ctl_alsa_show_ports(const struct ctl_port_node *cn, bool json, FILE *out)
{
	struct ctl_alsa_device ad;
	const char *comma = "";
	unsigned card, device, sub;

	for (card = 0; card < CTL_ALSA_CARDS; card++) {
		for (device = 0; device < CTL_ALSA_DEVICES; device++) {
			if (!ctl_alsa_device(&ad, card, device) ||
			    ctl_alsa_is_ours(card))
				continue;
			for (sub = 0; sub < CTL_ALSA_SUBS; sub++) {
				if (ad.dirs[sub] == 0)
					continue;
				if (json)
					fputs(comma, out);
				ctl_alsa_show_sub(cn, &ad, sub, json, out);
				comma = ",";
			}
		}
	}
}

static void
ctl_alsa_show_device(const struct midictl_port *mp, bool json, FILE *out)
{
	const int card = ctl_alsa_card(mp->mp_unit);

	if (json) {
		fprintf(out, "{\"unit\":%d,\"card\":", mp->mp_unit);
		fprintf(out, card == -1 ? "null}" : "%d}", card);
		return;
	}
	if (card != -1)
		fprintf(out, "%s: %s, shown as hw:%d\n", mp->mp_xname,
		    mp->mp_name, card);
}

void
ctl_alsa_list(const struct ctl_port_node *cn, bool json, FILE *out)
{
	char attach[CTL_ALSA_TEXT_BYTES], show[CTL_ALSA_TEXT_BYTES];
	struct midictl_port mp;
	const char *comma = "";
	int unit;

	ctl_alsa_read("attach", attach);
	ctl_alsa_read("show", show);
	fprintf(out, json ? "{\"attach\":\"%s\",\"show\":\"%s\",\"ports\":[" :
	    "attach: %s\nshow: %s\n", attach, show);
	ctl_alsa_show_ports(cn, json, out);
	if (json)
		fputs("],\"devices\":[", out);
	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		if (json)
			fputs(comma, out);
		ctl_alsa_show_device(&mp, json, out);
		comma = ",";
	}
	if (json)
		fputs("]}\n", out);
}
