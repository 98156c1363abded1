/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_filter.c: channels and kinds of messages in words.
 *
 * Channels count from 0, as in midirecord(1).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_filter.h"

#include <sys/midiio.h>

static const struct {
	const char	*name;
	unsigned	kind;
} ctl_filter_names[] = {
	{ "note", MIDI_KIND_NOTE },
	{ "keypressure", MIDI_KIND_KEY_PRESSURE },
	{ "control", MIDI_KIND_CONTROL },
	{ "program", MIDI_KIND_PROGRAM },
	{ "pressure", MIDI_KIND_PRESSURE },
	{ "bend", MIDI_KIND_BEND },
	{ "sysex", MIDI_KIND_SYSEX },
	{ "common", MIDI_KIND_COMMON },
	{ "clock", MIDI_KIND_CLOCK },
	{ "realtime", MIDI_KIND_REALTIME },
	{ "sense", MIDI_KIND_SENSE },
};

#define CTL_FILTER_NAMES						\
	(sizeof(ctl_filter_names) / sizeof(ctl_filter_names[0]))

/* A channel at the beginning of text; its end. */
static bool
ctl_filter_channel(const char *text, char **end, unsigned *channel)
{

	if (*text < '0' || *text > '9')
		return false;
	*channel = (unsigned)strtoul(text, end, 10);
	return *channel < 16;
}

bool
ctl_filter_channels(const char *text, unsigned *mask)
{
	unsigned first, last;
	char *end;

	*mask = 0;
	if (strcmp(text, "all") == 0)
		*mask = MIDI_CHANNELS_ALL;
	if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0)
		return true;
	for (;; text = end + 1) {
		if (!ctl_filter_channel(text, &end, &first))
			return false;
		last = first;
		if (*end == '-' && !ctl_filter_channel(end + 1, &end, &last))
			return false;
		for (; first <= last; first++)
			*mask |= 1U << first;
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
	}
}

static unsigned
ctl_filter_kind(const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < CTL_FILTER_NAMES; i++) {
		if (strlen(ctl_filter_names[i].name) == n &&
		    strncmp(ctl_filter_names[i].name, text, n) == 0)
			return ctl_filter_names[i].kind;
	}
	return 0;
}

bool
ctl_filter_kinds(const char *text, unsigned *mask)
{
	const bool out = *text == '^';
	unsigned kind;
	size_t n;

	*mask = 0;
	if (strcmp(text, "all") == 0)
		*mask = MIDI_KINDS_ALL;
	if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0)
		return true;
	for (text += out ? 1 : 0;; text += n + 1) {
		n = strcspn(text, ",");
		kind = ctl_filter_kind(text, n);
		if (kind == 0)
			return false;
		*mask |= kind;
		if (text[n] == '\0')
			break;
	}
	if (out)
		*mask ^= MIDI_KINDS_ALL;
	return true;
}

static void
ctl_filter_add(char text[CTL_FILTER_BYTES], const char *item)
{
	const size_t n = strlen(text);

	snprintf(text + n, CTL_FILTER_BYTES - n, "%s%s", n != 0 ? "," : "",
	    item);
}

void
ctl_filter_channels_text(unsigned mask, char text[CTL_FILTER_BYTES])
{
	unsigned first, last;
	char item[32];

	text[0] = '\0';
	if (mask == MIDI_CHANNELS_ALL || mask == 0) {
		strcpy(text, mask != 0 ? "all" : "none");
		return;
	}
	for (first = 0; first < 16; first = last + 1) {
		last = first;
		if ((mask & 1U << first) == 0)
			continue;
		while (last < 15 && (mask & 2U << last) != 0)
			last++;
		snprintf(item, sizeof(item), first == last ? "%u" : "%u-%u",
		    first, last);
		ctl_filter_add(text, item);
	}
}

void
ctl_filter_kinds_text(unsigned mask, char text[CTL_FILTER_BYTES])
{
	const unsigned missing = mask ^ MIDI_KINDS_ALL;
	size_t i;

	text[0] = '\0';
	if (mask == MIDI_KINDS_ALL || mask == 0) {
		strcpy(text, mask != 0 ? "all" : "none");
		return;
	}
	/* The shorter list. */
	if (__builtin_popcount(missing) < __builtin_popcount(mask)) {
		ctl_filter_kinds_text(missing, text);
		memmove(text + 1, text, strlen(text) + 1);
		text[0] = '^';
		return;
	}
	for (i = 0; i < CTL_FILTER_NAMES; i++) {
		if (mask & ctl_filter_names[i].kind)
			ctl_filter_add(text, ctl_filter_names[i].name);
	}
}
