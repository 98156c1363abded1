/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midisyn_state.h: what the midisyn*.c files share.  For drivers there is
 * dev/midisynvar.h.
 *
 * Everything is under the driver's lock, ms->lock, unless it is constant from
 * midisyn_init() on.
 */

#ifndef _DEV_MIDI_MIDISYN_STATE_H_
#define _DEV_MIDI_MIDISYN_STATE_H_

#include <sys/types.h>
#include <sys/evcnt.h>

#include <dev/midisynvar.h>
#include <dev/midi/midi_alarm.h>
#include <dev/midi/midi_ctl.h>
#include <dev/midi/midi_parse.h>
#include <dev/midi/syn_pitch.h>
#include <dev/midi/syn_sysex.h>
#include <dev/midi/syn_voice.h>

#define MIDISYN_DRUMS	9	/* the channel of percussion */

/* What extends General MIDI, which decides what a bank is. */
enum midisyn_mode {
	MIDISYN_MODE_GM,	/* banks are not heeded */
	MIDISYN_MODE_GS,
	MIDISYN_MODE_XG		/* banks 126 and 127 are drums */
};

struct midisyn_channel {
	struct midi_ctl	mc_ctl;
	uint16_t	mc_bank;	/* as of the last program change */
	bool		mc_drums;	/* keys are percussion instruments */
	uint8_t		mc_strikes[128]; /* note-offs that are to come; stays
					    at 255 */
};

/* What there is to know of a voice besides what syn_voice.h does. */
struct midisyn_voice {
	uint8_t		mv_velocity;
	bool		mv_down;	/* its key is */
	bool		mv_latched;	/* sostenuto has it */
	bool		mv_drum;
	bool		mv_soft;	/* struck with the soft pedal down */
};

struct midisyn_state {
	struct midi_parse ms_parse;
	struct syn_sysex ms_sysex;
	struct midisyn_channel ms_channel[MIDI_MAX_CHANS];
	struct syn_voices ms_voices;
	struct syn_voice *ms_voice;	/* nvoice of them */
	struct midisyn_voice *ms_more;	/* the same */
	enum midisyn_mode ms_mode;
	int16_t		ms_master_cb;	/* level */
	int32_t		ms_master_fine;	/* midipitch units */
	int32_t		ms_master_coarse;
	bool		ms_open;
	uint8_t		ms_driver_does;	/* MIDISYN_DOES_* */
	bool		ms_wobbles;	/* the alarm is set, or about to be */
	struct midi_alarm *ms_alarm;	/* for vibrato */
	void		*ms_sih;	/* sets it; NULL: there is none */
	struct evcnt	ms_stolen;	/* notes cut short for others */
	struct evcnt	ms_refused;	/* notes that found no voice */
};

#define MIDISYN_DOES_VOLUME	0x01
#define MIDISYN_DOES_EXPRESSION	0x02

/* midisyn_note.c; driver's lock held. */
/* A key goes down, velocity 1..127, or up. */
void	midisyn_note_on(midisyn *, u_int, u_int, u_int);
void	midisyn_note_off(midisyn *, u_int, u_int, u_int);
/* The pedals of a channel are others now: release what nothing holds. */
void	midisyn_note_pedals(midisyn *, u_int);
/* Sostenuto goes down: it holds the keys that are down. */
void	midisyn_note_latch(midisyn *, u_int);
/* Sostenuto goes up. */
void	midisyn_note_unlatch(midisyn *, u_int);
/* All keys of a channel go up. */
void	midisyn_note_all_off(midisyn *, u_int);
/* A channel is silent at once. */
void	midisyn_note_silence(midisyn *, u_int);

/* midisyn_live.c; driver's lock held. */
/* The level, and the pitch, that a voice is to have. */
int16_t	midisyn_live_level(midisyn *, u_int, bool);
midipitch_t midisyn_live_pitch(midisyn *, u_int, uint64_t);
/* Make changes heard in what sounds on a channel. */
void	midisyn_live_levels(midisyn *, u_int);
void	midisyn_live_pitches(midisyn *, u_int);
void	midisyn_live_pans(midisyn *, u_int);
/* Let vibrato begin, if there is any to be heard. */
void	midisyn_live_start(midisyn *);
/* The functions of the soft interrupt and the alarm; no lock held. */
void	midisyn_live_softint(void *);
void	midisyn_live_alarm(void *);

#endif /* !_DEV_MIDI_MIDISYN_STATE_H_ */
