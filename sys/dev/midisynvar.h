/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midisynvar.h: the contract between midisyn, which interprets MIDI as
 * General MIDI asks for, and the drivers of synthesizer chips.  See midi(9).
 *
 * A driver fills in the first members of a struct midisyn, calls
 * midisyn_init() and attaches a midi device:
 *
 *	sc->sc_syn.mets = &xyz_methods;
 *	strlcpy(sc->sc_syn.name, "XYZ", sizeof(sc->sc_syn.name));
 *	sc->sc_syn.nvoice = 9;
 *	sc->sc_syn.data = sc;
 *	sc->sc_syn.lock = &sc->sc_lock;
 *	midisyn_init(&sc->sc_syn);
 *	sc->sc_mididev = midi_attach_mi(&midisyn_hw_if, &sc->sc_syn, self);
 *
 * and to detach, detaches the children and calls midisyn_fini().
 *
 * All methods are called with the driver's lock held, which is the hardware
 * lock of midi(4), in a thread or a soft interrupt; they neither drop the
 * lock nor wait.  Any of them but attackv may be NULL.  The members that
 * NetBSD's drivers know keep their places, new ones stand at the end.
 *
 * Pitch is a midipitch_t of <sys/midiio.h>, with bend, tuning and vibrato in
 * it.  A level is in centibel, tenths of a decibel: 0 is the loudest,
 * INT16_MIN silence.  Voices are numbered from 0.
 */

#ifndef _SYS_DEV_MIDISYNVAR_H_
#define _SYS_DEV_MIDISYNVAR_H_

#include <sys/types.h>
#include <sys/midiio.h>
#include <sys/mutex.h>
#include <sys/stdbool.h>
#include <sys/stdint.h>

struct lwp;
struct midi_hw_if;
struct midisyn_state;

typedef struct midisyn midisyn;

#define MIDI_MAX_CHANS	16

/*
 * What has been changed on a channel; or-ed with the number of the controller
 * or parameter for a switch.
 */
typedef enum {
	MIDICTL_CTLR		= 1 << 16,	/* a controller */
	MIDICTL_RPN		= 2 << 16,	/* a registered parameter */
	MIDICTL_NRPN		= 3 << 16,	/* an unregistered one */
	MIDICTL_RESET		= 4 << 16,	/* Reset All Controllers */
	MIDICTL_NOTES_OFF	= 5 << 16,
	MIDICTL_SOUND_OFF	= 6 << 16,
	MIDICTL_LOCAL		= 7 << 16,
	MIDICTL_MODE		= 8 << 16	/* omni, mono, poly */
} midictl_evt;

/* A note that is to be struck. */
struct midisyn_note {
	uint8_t		mn_channel;
	uint8_t		mn_key;
	uint8_t		mn_velocity;	/* 1..127 */
	uint8_t		mn_program;	/* of the channel, or drum kit */
	uint16_t	mn_bank;	/* of the channel, 14 bits */
	bool		mn_percussion;	/* the key names an instrument, which
					   has a pitch of its own */
	bool		mn_soft;	/* the soft pedal is down */
	uint8_t		mn_pan;		/* 0 left .. 64 .. 127 right */
	midipitch_t	mn_pitch;
	int16_t		mn_level_cb;	/* velocity and all */
};

/* What a driver says of the instrument that would play a note. */
#define MIDISYN_WIDE	0x01	/* it takes two voices that are partners */
#define MIDISYN_ONESHOT	0x02	/* it dies away by itself: its end is not
				   waited for, and tailv() counts from the
				   strike */
#define MIDISYN_MUTE	0x04	/* there is none */

struct midisyn_methods {
	/* The first user comes, flags as of open(2); an errno refuses. */
	int	(*open)(midisyn *, int);
	/* The last user is gone; all voices have been silenced. */
	void	(*close)(midisyn *);
	/* Requests that midi(4) does not know.  EPASSTHROUGH: nor do we. */
	int	(*ioctl)(midisyn *, u_long, void *, int, struct lwp *);
	/* Choose a voice for a channel's key, instead of midisyn's order. */
	uint_fast16_t (*allocv)(midisyn *, uint_fast8_t, uint_fast8_t);
	/* Strike a note on a voice: its pitch, its level.  The program is
	 * MS_GETPGM(). */
	void	(*attackv)(midisyn *, uint_fast16_t, midipitch_t, int16_t);
	/* Instead of attackv, with the velocity, which is then not in the
	 * level. */
	void	(*attackv_vel)(midisyn *, uint_fast16_t, midipitch_t, int16_t,
		    uint_fast8_t);
	/* The note ends; release velocity, 64 is ordinary. */
	void	(*releasev)(midisyn *, uint_fast16_t, uint_fast8_t);
	/* A sounding voice's pitch, and its level, are to be others now. */
	void	(*repitchv)(midisyn *, uint_fast16_t, midipitch_t);
	void	(*relevelv)(midisyn *, uint_fast16_t, int16_t);
	/* A channel has another program, for notes to come. */
	void	(*pgmchg)(midisyn *, uint_fast8_t, uint_fast8_t);
	/*
	 * Something has been changed on a channel: what, the channel, which.
	 * The value is that of midisyn_control(), midisyn_parameter().  Not
	 * 0: the driver does what is to be done; volume (7) or expression
	 * (11) is then left out of levels from now on.
	 */
	int	(*ctlnotice)(midisyn *, midictl_evt, uint_fast8_t,
		    uint_fast16_t);

	/* Members below are ours. */

	/* Instead of the other two attacks, all that is known of the note. */
	void	(*attackn)(midisyn *, uint_fast16_t,
		    const struct midisyn_note *);
	/* End a voice's note at once, but without a click; instead of
	 * releasev. */
	void	(*silencev)(midisyn *, uint_fast16_t);
	/* A sounding voice's place is another now, 0..127. */
	void	(*panv)(midisyn *, uint_fast16_t, uint_fast8_t);
	/* How long, in ns, the voice's note is to be heard after its release;
	 * without the method: no longer. */
	uint64_t (*tailv)(midisyn *, uint_fast16_t);
	/*
	 * The instrument for a note, of which channel, key, program, bank and
	 * percussion are given: MIDISYN_* flags, and a number that is another
	 * for another instrument.  Without the method there are no drums.
	 */
	int	(*instrument)(midisyn *, const struct midisyn_note *,
		    uint32_t *);
};

/* A voice, for MS_GETPGM(). */
struct voice {
	u_int		chan_note;
#define MS_CHANNOTE(chan, note)	((chan) * 256 + (note))
#define MS_GETCHAN(v)		((v)->chan_note >> 8)
};

struct midisyn {
	/* By the driver, before midisyn_init(). */
	struct midisyn_methods *mets;
	char		name[32];	/* what lists call it */
	int		nvoice;		/* voices */
	int		flags;
	void		*data;		/* the driver's */
	kmutex_t	*lock;

	/* By midisyn, for the driver to read with the lock held. */
	struct voice	*voices;
	uint16_t	pgms[MIDI_MAX_CHANS];
	struct midisyn_state *state;	/* midisyn's own */
};

/* The program of the channel that a voice plays for. */
#define MS_GETPGM(ms, vno)	((ms)->pgms[MS_GETCHAN(&(ms)->voices[vno])])

/* The methods to attach a midi device with; the handle is the midisyn. */
extern const struct midi_hw_if midisyn_hw_if;

/*
 * Begin, before midi_attach_mi(); the members above are filled in.  Thread
 * context, no lock held.
 */
void	midisyn_init(midisyn *);
/* End, when the midi device is detached.  Likewise. */
void	midisyn_fini(midisyn *);

/* These two voices are partners, for instruments that take both: see
 * MIDISYN_WIDE.  Between midisyn_init() and midi_attach_mi(). */
void	midisyn_pair(midisyn *, int, int);

/*
 * The value of a channel's controller (0..31 have 14 bits, 64..119 have 7),
 * or of a registered parameter (0..5, 14 bits).  Driver's lock held.
 */
uint_fast16_t midisyn_control(midisyn *, uint_fast8_t, uint_fast8_t);
uint_fast16_t midisyn_parameter(midisyn *, uint_fast8_t, uint_fast16_t);

/*
 * The level of a 14-bit controller value, by the law of General MIDI: see
 * syn_pitch.h.  And the frequency of a pitch.  Any context.
 */
int16_t	midisyn_vol2cB(uint_fast16_t);
midihz18_t midisyn_mp2hz18(midipitch_t);

/* What the one in <sys/midiio.h> is for programs. */
#undef MIDIPITCH_TO_HZ18
#define MIDIPITCH_TO_HZ18(mp)	midisyn_mp2hz18(mp)

#endif /* !_SYS_DEV_MIDISYNVAR_H_ */
