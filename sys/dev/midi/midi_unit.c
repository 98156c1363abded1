/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_unit.c: hardware that comes back gets the unit that it had.
 *
 * Drivers of hardware that can be told apart say what it is.  That and its
 * unit are remembered after it has gone, and no other such hardware gets the
 * unit meanwhile.  When there is too much to remember, what has been away for
 * longest is forgotten.
 *
 * A device is attached by a line of the configuration, which asks for a unit;
 * so each has a copy of its own of the line that fits it, which lasts as long
 * as it is remembered.
 *
 * Lock: midi_unit_lock, adaptive, threads only, a leaf but for memory and the
 * look at what is attached.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/queue.h>

#include <dev/audio/audio_if.h>
#include <dev/midi_if.h>
#include <dev/midi/midivar.h>

#define MIDI_UNIT_MAX	256

/* Guarded by midi_unit_lock; mu_cf is constant while a device has it. */
struct midi_unit {
	TAILQ_ENTRY(midi_unit) mu_entry; /* who came last is the last */
	char		*mu_identity;
	int		mu_unit;	/* -1: none yet */
	bool		mu_busy;	/* about to be attached */
	struct cfdata	mu_cf;
};

static kmutex_t midi_unit_lock;
static TAILQ_HEAD(, midi_unit) midi_units;
static u_int midi_nunits;

void
midi_unit_init(void)
{

	mutex_init(&midi_unit_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&midi_units);
	midi_nunits = 0;
}

static void
midi_unit_free(struct midi_unit *mu)
{

	kmem_strfree(mu->mu_identity);
	kmem_free(mu, sizeof(*mu));
}

void
midi_unit_fini(void)
{
	struct midi_unit *mu;

	while ((mu = TAILQ_FIRST(&midi_units)) != NULL) {
		TAILQ_REMOVE(&midi_units, mu, mu_entry);
		midi_unit_free(mu);
	}
	mutex_destroy(&midi_unit_lock);
}

static bool
midi_unit_attached(int unit)
{

	return unit != -1 && device_lookup(&midi_cd, unit) != NULL;
}

/* Who has the unit, or had it last. */
static struct midi_unit *
midi_unit_owner(int unit)
{
	struct midi_unit *mu;

	TAILQ_FOREACH(mu, &midi_units, mu_entry) {
		if (mu->mu_unit == unit)
			break;
	}
	return mu;
}

/* Make the new one known, or find the one that is already: not if it is
 * there, since two are alike then.  What is not needed is for the caller to
 * free. */
static struct midi_unit *
midi_unit_enter(struct midi_unit *new, struct midi_unit **unused)
{
	struct midi_unit *mu;

	KASSERT(mutex_owned(&midi_unit_lock));
	*unused = NULL;
	TAILQ_FOREACH(mu, &midi_units, mu_entry) {
		if (!mu->mu_busy && !midi_unit_attached(mu->mu_unit) &&
		    strcmp(mu->mu_identity, new->mu_identity) == 0)
			break;
	}
	if (mu != NULL) {
		*unused = new;
		TAILQ_REMOVE(&midi_units, mu, mu_entry);
		TAILQ_INSERT_TAIL(&midi_units, mu, mu_entry);
		return mu;
	}
	TAILQ_INSERT_TAIL(&midi_units, new, mu_entry);
	if (++midi_nunits <= MIDI_UNIT_MAX)
		return new;
	TAILQ_FOREACH(mu, &midi_units, mu_entry) {
		if (mu != new && !mu->mu_busy &&
		    !midi_unit_attached(mu->mu_unit)) {
			TAILQ_REMOVE(&midi_units, mu, mu_entry);
			midi_nunits--;
			*unused = mu;
			break;
		}
	}
	return new;
}

/* Choose a unit: the same as last time, or one that nobody has or had. */
static void
midi_unit_choose(struct midi_unit *mu, const struct cfdata *cf)
{
	int unit = mu->mu_unit;

	KASSERT(mutex_owned(&midi_unit_lock));
	if (unit == -1 || midi_unit_attached(unit)) {
		unit = cf->cf_unit;
		while (midi_unit_attached(unit) ||
		    midi_unit_owner(unit) != NULL)
			unit++;
	}
	mu->mu_unit = unit;
	mu->mu_busy = true;
	/* Still a line with a star: if somebody is faster, the next unit. */
	mu->mu_cf = *cf;
	mu->mu_cf.cf_unit = unit;
}

device_t
midi_unit_attach(const struct midi_hw_if *hw, void *hdl, device_t parent,
    const char *identity)
{
	struct audio_attach_args aa = {
		.type = AUDIODEV_TYPE_MIDI, .hwif = hw, .hdl = hdl
	};
	struct midi_unit *mu, *new, *unused;
	cfdata_t cf;
	device_t dev;

	cf = config_search(parent, &aa, CFARGS(.iattr = "midibus"));
	if (cf == NULL || cf->cf_fstate != FSTATE_STAR)
		return midi_attach_mi(hw, hdl, parent);
	midi_ready();
	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	new->mu_unit = -1;
	new->mu_identity = kmem_strdup(identity, KM_SLEEP);

	mutex_enter(&midi_unit_lock);
	mu = midi_unit_enter(new, &unused);
	midi_unit_choose(mu, cf);
	mutex_exit(&midi_unit_lock);
	if (unused != NULL)
		midi_unit_free(unused);

	dev = config_attach(parent, &mu->mu_cf, &aa, audioprint, CFARGS_NONE);
	mutex_enter(&midi_unit_lock);
	if (dev != NULL)
		mu->mu_unit = device_unit(dev);
	mu->mu_busy = false;
	mutex_exit(&midi_unit_lock);
	return dev;
}
