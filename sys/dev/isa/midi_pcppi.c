/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_pcppi.c: the speaker of a PC as a synthesizer of one voice, through
 * midisyn.  See midi_pcppi(4).
 *
 * The speaker sounds at one level or not at all, so of levels only silence is
 * heeded.  There is one device, since there is one speaker.
 *
 * Lock: tty_lock, which guards the bell, is the hardware lock of midi(4).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/container_of.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/midiio.h>
#include <sys/mutex.h>
#include <sys/tty.h>

#include <dev/isa/pcppivar.h>
#include <dev/midisynvar.h>
#include <dev/midi/midivar.h>

/* Longer than any note; the bell wants an end. */
#define MIDI_PCPPI_SECONDS	3600

struct midi_pcppi_softc {
	struct midi_softc sc_midi;	/* first: it is a midi device */
	midisyn		sc_syn;
	int		sc_hz;		/* [h] what sounds, or would */
	bool		sc_silent;	/* [h] its level is none */
	bool		sc_sounds;	/* [h] there is a note */
};

static int	midi_pcppi_match(device_t, cfdata_t, void *);
static void	midi_pcppi_attach(device_t, device_t, void *);
static int	midi_pcppi_detach(device_t, int);

static void	midi_pcppi_close(midisyn *);
static void	midi_pcppi_attackv(midisyn *, uint_fast16_t, midipitch_t,
		    int16_t);
static void	midi_pcppi_releasev(midisyn *, uint_fast16_t, uint_fast8_t);
static void	midi_pcppi_repitchv(midisyn *, uint_fast16_t, midipitch_t);
static void	midi_pcppi_relevelv(midisyn *, uint_fast16_t, int16_t);

CFATTACH_DECL3_NEW(midi_pcppi, sizeof(struct midi_pcppi_softc),
    midi_pcppi_match, midi_pcppi_attach, midi_pcppi_detach, NULL, NULL, NULL,
    DVF_DETACH_SHUTDOWN);

static struct midisyn_methods midi_pcppi_methods = {
	.close = midi_pcppi_close,
	.attackv = midi_pcppi_attackv,
	.releasev = midi_pcppi_releasev,
	.repitchv = midi_pcppi_repitchv,
	.relevelv = midi_pcppi_relevelv,
};

static int
midi_pcppi_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
midi_pcppi_attach(device_t parent, device_t self, void *aux)
{
	struct midi_pcppi_softc *sc = device_private(self);
	const struct pcppi_attach_args *pa = aux;
	midisyn *ms = &sc->sc_syn;

	ms->mets = &midi_pcppi_methods;
	(void)strlcpy(ms->name, "PC speaker", sizeof(ms->name));
	ms->nvoice = 1;
	ms->data = pa->pa_cookie;
	ms->lock = &tty_lock;
	midisyn_init(ms);
	sc->sc_midi.sc_dev = self;
	sc->sc_midi.sc_hw = &midisyn_hw_if;
	sc->sc_midi.sc_hdl = ms;
	midi_attach(&sc->sc_midi);
}

static int
midi_pcppi_detach(device_t self, int flags)
{
	struct midi_pcppi_softc *sc = device_private(self);
	int error;

	error = mididetach(self, flags);
	if (error == 0)
		midisyn_fini(&sc->sc_syn);
	return error;
}

/* Sound as it is to be now. */
static void
midi_pcppi_sound(struct midi_pcppi_softc *sc)
{

	KASSERT(mutex_owned(&tty_lock));
	if (sc->sc_sounds && !sc->sc_silent)
		pcppi_bell_locked(sc->sc_syn.data, sc->sc_hz,
		    MIDI_PCPPI_SECONDS * hz, 0);
	else
		pcppi_bell_locked(sc->sc_syn.data, 0, 0, 0);
}

static struct midi_pcppi_softc *
midi_pcppi_softc(midisyn *ms)
{

	return container_of(ms, struct midi_pcppi_softc, sc_syn);
}

/* To the nearest Hz: the bell knows no other. */
static int
midi_pcppi_hz(midipitch_t pitch)
{

	return (MIDIPITCH_TO_HZ18(pitch) + (1 << 17)) >> 18;
}

static void
midi_pcppi_attackv(midisyn *ms, uint_fast16_t voice, midipitch_t pitch,
    int16_t level_cb)
{
	struct midi_pcppi_softc *sc = midi_pcppi_softc(ms);

	sc->sc_sounds = true;
	sc->sc_hz = midi_pcppi_hz(pitch);
	sc->sc_silent = level_cb == INT16_MIN;
	midi_pcppi_sound(sc);
}

static void
midi_pcppi_releasev(midisyn *ms, uint_fast16_t voice, uint_fast8_t velocity)
{
	struct midi_pcppi_softc *sc = midi_pcppi_softc(ms);

	sc->sc_sounds = false;
	midi_pcppi_sound(sc);
}

static void
midi_pcppi_repitchv(midisyn *ms, uint_fast16_t voice, midipitch_t pitch)
{
	struct midi_pcppi_softc *sc = midi_pcppi_softc(ms);
	const int was = sc->sc_hz;

	sc->sc_hz = midi_pcppi_hz(pitch);
	if (sc->sc_sounds && sc->sc_hz != was)
		midi_pcppi_sound(sc);
}

static void
midi_pcppi_relevelv(midisyn *ms, uint_fast16_t voice, int16_t level_cb)
{
	struct midi_pcppi_softc *sc = midi_pcppi_softc(ms);
	const bool silent = level_cb == INT16_MIN;

	if (sc->sc_silent == silent)
		return;
	sc->sc_silent = silent;
	midi_pcppi_sound(sc);
}

static void
midi_pcppi_close(midisyn *ms)
{

	midi_pcppi_releasev(ms, 0, 64);
}
