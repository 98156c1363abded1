/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_setting.c: what can be set of a MIDI port.
 *
 * A setting is a number with a name.  Everything about it stands in one
 * table, from which programs learn what there is, so that a new one needs a
 * line here, a key, and whoever obeys it.
 *
 * Values live in three places.  The kernel has a set of defaults, of which a
 * port takes a copy when it is attached; the port has its own; and each open
 * file has one again, for what concerns it alone.  What a port obeys while
 * nobody has it open, or what belongs to its one wire (pacing, Active Sensing
 * that is sent), is the port's and takes effect at once.  What is a promise
 * to whoever opened a file (that he is alone, that his bytes are untouched,
 * what his close does) is copied at open(2): a change of the port's concerns
 * later opens, and a file may change its own.  Receive filters are in force
 * from both places, so that a file can narrow what it reads, but not widen
 * it.
 *
 * What concerns no port, but all that use them, is with the defaults only.
 *
 * Defaults are such that a port of which nothing was set behaves as midi(4)
 * always did.
 *
 * Nothing here has locks or state; the values are the caller's.
 */

#include <dev/midi/midi_setting.h>

#define MIDI_SETTING_BOX_LEAST	1024
#define MIDI_SETTING_BOX_MOST	(1024 * 1024)

static const struct midi_setting midi_setting_table[MIDI_NSETTINGS] = {
	[MIDI_SETTING_RAW] = {
		"raw", "pass bytes untouched",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 0, 0, 1
	},
	[MIDI_SETTING_OPEN_CHECK] = {
		"open_check", "refuse to open a direction that is not there",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_PORT, 0, 0, 1
	},
	[MIDI_SETTING_EXCLUSIVE] = {
		"exclusive", "one user for each direction",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 1, 0, 1
	},
	[MIDI_SETTING_WAIT_OPEN] = {
		"wait_open", "an open waits until the direction is free",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_PORT, 0, 0, 1
	},
	[MIDI_SETTING_APPEND] = {
		"append", "what one write sends stays together",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 0, 0, 1
	},
	[MIDI_SETTING_SYNC] = {
		"sync", "a write waits until its bytes have left",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 0, 0, 1
	},
	[MIDI_SETTING_CLOSE_DRAIN] = {
		"close_drain", "a close sends what waits",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 1, 0, 1
	},
	[MIDI_SETTING_CLOSE_NOTES] = {
		"close_notes", "a close ends notes and pedals",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 1, 0, 1
	},
	[MIDI_SETTING_CLOSE_OFF] = {
		"close_off", "a close sends controllers 123 and 120",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 0, 0, 1
	},
	[MIDI_SETTING_ASENSE_PASS] = {
		"asense_pass", "Active Sensing is read",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_COPY, 0, 0, 1
	},
	[MIDI_SETTING_ASENSE_FILTER] = {
		"asense_filter", "Active Sensing that is written is dropped",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_PORT, 0, 0, 1
	},
	[MIDI_SETTING_ASENSE_REACT] = {
		"asense_react", "a silent sender is told by an end of file",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_PORT, 1, 0, 1
	},
	[MIDI_SETTING_ASENSE_GENERATE] = {
		"asense_generate", "Active Sensing is sent",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_PORT, 1, 0, 1
	},
	[MIDI_SETTING_ASENSE_INTERVAL] = {
		"asense_interval_ms", "silence after which it is sent",
		MIDI_SETTING_IS_NUMBER, MIDI_SETTING_PORT, 275, 10, 10000
	},
	[MIDI_SETTING_ASENSE_TOLERANCE] = {
		"asense_tolerance_ms", "silence that means a silent sender",
		MIDI_SETTING_IS_NUMBER, MIDI_SETTING_PORT, 300, 10, 10000
	},
	[MIDI_SETTING_RATE] = {
		"rate", "bytes sent in a second; 0: as it goes",
		MIDI_SETTING_IS_NUMBER, MIDI_SETTING_PORT, 0, 0, 1000000
	},
	[MIDI_SETTING_SYSEX_GAP] = {
		"sysex_gap_us", "pause after a System Exclusive message",
		MIDI_SETTING_IS_NUMBER, MIDI_SETTING_PORT, 0, 0, 10000000
	},
	[MIDI_SETTING_IN_BYTES] = {
		"in_bytes", "buffer for what is received, of later opens",
		MIDI_SETTING_IS_POWER, MIDI_SETTING_PORT,
		MIDI_SETTING_BOX_LEAST, MIDI_SETTING_BOX_LEAST,
		MIDI_SETTING_BOX_MOST
	},
	[MIDI_SETTING_OUT_BYTES] = {
		"out_bytes", "buffer for what is written, of later opens",
		MIDI_SETTING_IS_POWER, MIDI_SETTING_PORT,
		MIDI_SETTING_BOX_LEAST, MIDI_SETTING_BOX_LEAST,
		MIDI_SETTING_BOX_MOST
	},
	[MIDI_SETTING_RX_CHANNELS] = {
		"rx_channels", "channels that are received, lowest bit first",
		MIDI_SETTING_IS_MASK, MIDI_SETTING_BOTH,
		MIDI_CHANNELS_ALL, 0, MIDI_CHANNELS_ALL
	},
	[MIDI_SETTING_RX_KINDS] = {
		"rx_kinds", "kinds of messages that are received",
		MIDI_SETTING_IS_MASK, MIDI_SETTING_BOTH,
		MIDI_KINDS_ALL, 0, MIDI_KINDS_ALL
	},
	[MIDI_SETTING_MUSIC_SHARE] = {
		"music_share", "the sequencer lets several programs in",
		MIDI_SETTING_IS_BOOL, MIDI_SETTING_SYSTEM, 0, 0, 1
	},
};

const struct midi_setting *
midi_setting_of(int key)
{

	if (key < 0 || key >= MIDI_NSETTINGS)
		return NULL;
	return &midi_setting_table[key];
}

/* Whether a name in a field of so many bytes is this one. */
static bool
midi_setting_is(const char *field, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n && field[i] == name[i]; i++) {
		if (name[i] == '\0')
			return true;
	}
	return i == n && name[i] == '\0';
}

int
midi_setting_find(const char *field, size_t n)
{
	int key;

	for (key = 0; key < MIDI_NSETTINGS; key++) {
		if (midi_setting_is(field, n, midi_setting_table[key].ms_name))
			return key;
	}
	return -1;
}

bool
midi_setting_valid(int key, long long value)
{
	const struct midi_setting *ms = midi_setting_of(key);

	if (ms == NULL || value < ms->ms_least || value > ms->ms_greatest)
		return false;
	return ms->ms_kind != MIDI_SETTING_IS_POWER ||
	    (value & (value - 1)) == 0;
}

bool
midi_setting_has(int key, int scope)
{
	const struct midi_setting *ms = midi_setting_of(key);

	if (ms == NULL)
		return false;
	switch (scope) {
	case MIDI_SCOPE_FILE:
		return ms->ms_use == MIDI_SETTING_COPY ||
		    ms->ms_use == MIDI_SETTING_BOTH;
	case MIDI_SCOPE_PORT:
		return ms->ms_use != MIDI_SETTING_SYSTEM;
	default:
		return scope == MIDI_SCOPE_ALL;
	}
}

void
midi_setting_init(struct midi_settings *mss)
{
	int key;

	for (key = 0; key < MIDI_NSETTINGS; key++)
		mss->mss_value[key] = midi_setting_table[key].ms_default;
}

void
midi_setting_inherit(struct midi_settings *file,
    const struct midi_settings *port)
{
	int key;

	midi_setting_init(file);
	for (key = 0; key < MIDI_NSETTINGS; key++) {
		if (midi_setting_table[key].ms_use == MIDI_SETTING_COPY)
			file->mss_value[key] = port->mss_value[key];
	}
}

static void
midi_setting_text(char *field, size_t n, const char *text)
{
	size_t i;

	for (i = 0; i < n - 1 && text[i] != '\0'; i++)
		field[i] = text[i];
	for (; i < n; i++)
		field[i] = '\0';
}

bool
midi_setting_describe(struct midi_setting_info *msi)
{
	const struct midi_setting *ms = midi_setting_of(msi->msi_index);
	int scope;

	if (ms == NULL)
		return false;
	msi->msi_kind = ms->ms_kind;
	msi->msi_scopes = 0;
	for (scope = MIDI_SCOPE_PORT; scope <= MIDI_SCOPE_ALL; scope++) {
		if (midi_setting_has(msi->msi_index, scope))
			msi->msi_scopes |= 1 << scope;
	}
	msi->msi_zero = 0;
	midi_setting_text(msi->msi_name, sizeof(msi->msi_name), ms->ms_name);
	midi_setting_text(msi->msi_text, sizeof(msi->msi_text), ms->ms_text);
	msi->msi_default = ms->ms_default;
	msi->msi_least = ms->ms_least;
	msi->msi_greatest = ms->ms_greatest;
	return true;
}
