/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_setting.h: what can be set of a MIDI port.  See midi_setting.c.
 *
 * The caller serializes the use of a struct midi_settings.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_SETTING_H_
#define _DEV_MIDI_MIDI_SETTING_H_

#include <sys/midiio.h>

#include <dev/midi/midi_base.h>

enum midi_setting_key {
	MIDI_SETTING_RAW,
	MIDI_SETTING_OPEN_CHECK,
	MIDI_SETTING_EXCLUSIVE,
	MIDI_SETTING_WAIT_OPEN,
	MIDI_SETTING_APPEND,
	MIDI_SETTING_SYNC,
	MIDI_SETTING_CLOSE_DRAIN,
	MIDI_SETTING_CLOSE_NOTES,
	MIDI_SETTING_CLOSE_OFF,
	MIDI_SETTING_ASENSE_PASS,
	MIDI_SETTING_ASENSE_FILTER,
	MIDI_SETTING_ASENSE_REACT,
	MIDI_SETTING_ASENSE_GENERATE,
	MIDI_SETTING_ASENSE_INTERVAL,
	MIDI_SETTING_ASENSE_TOLERANCE,
	MIDI_SETTING_RATE,
	MIDI_SETTING_SYSEX_GAP,
	MIDI_SETTING_IN_BYTES,
	MIDI_SETTING_OUT_BYTES,
	MIDI_SETTING_RX_CHANNELS,
	MIDI_SETTING_RX_KINDS,
	MIDI_SETTING_MUSIC_SHARE,
	MIDI_NSETTINGS
};

/* What becomes of it in an open file. */
enum midi_setting_use {
	MIDI_SETTING_SYSTEM,	/* no port has it, either */
	MIDI_SETTING_PORT,	/* nothing: it is the port's alone */
	MIDI_SETTING_COPY,	/* the file begins with the port's value and
				   may change its own */
	MIDI_SETTING_BOTH	/* the file begins with the default, and both
				   are in force */
};

struct midi_setting {
	const char	*ms_name;	/* units last */
	const char	*ms_text;	/* what it is, in a few words */
	int		ms_kind;	/* MIDI_SETTING_IS_* */
	enum midi_setting_use ms_use;
	int		ms_default;
	int		ms_least;
	int		ms_greatest;
};

/* One value for each key. */
struct midi_settings {
	int		mss_value[MIDI_NSETTINGS];
};

/* The entry of a key, 0..MIDI_NSETTINGS-1; NULL: there is no such key. */
const struct midi_setting *midi_setting_of(int);
/* The key of that name, of at most so many bytes with or without its '\0'; -1:
 * there is none. */
int	midi_setting_find(const char *, size_t);
/* Whether the key may have the value. */
bool	midi_setting_valid(int, long long);
/* Whether there is one in that scope, MIDI_SCOPE_*. */
bool	midi_setting_has(int, int);
/* All as they are when nobody has set anything. */
void	midi_setting_init(struct midi_settings *);
/* What a file begins with at a port with these values. */
void	midi_setting_inherit(struct midi_settings *,
	    const struct midi_settings *);
/* Describe: msi_index says which.  False: there is no such key. */
bool	midi_setting_describe(struct midi_setting_info *);

static inline int
midi_setting_get(const struct midi_settings *mss, enum midi_setting_key key)
{

	return mss->mss_value[key];
}

#endif /* !_DEV_MIDI_MIDI_SETTING_H_ */
