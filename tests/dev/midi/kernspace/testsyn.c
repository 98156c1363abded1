/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * testsyn.c: a synthesizer for tests, a driver as NetBSD's are: it knows only
 * the methods that midisynvar.h has from there.
 *
 * Lock: ts_lock, a spin lock as sound cards have, is the driver's, and guards
 * the list of calls.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/mutex.h>

#include <dev/midi_if.h>
#include <dev/midisynvar.h>

#include "testsyn.h"

#define TESTSYN_TEXT	8192

static struct testsyn {
	kmutex_t	ts_lock;
	struct midisyn	ts_syn;
	char		ts_calls[TESTSYN_TEXT];
	int		ts_does;	/* a controller */
} testsyn;

static int	testsyn_match(device_t, cfdata_t, void *);
static void	testsyn_attach1(device_t, device_t, void *);
static int	testsyn_detach(device_t, int);

CFATTACH_DECL_NEW(testsyn, sizeof(int), testsyn_match, testsyn_attach1,
    testsyn_detach, NULL);

static const struct cfiattrdata testsyn_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const testsyn_attrs[] = {
	&testsyn_midibus, NULL
};
static CFDRIVER_DECL(testsyn, DV_DULL, testsyn_attrs);

static struct cfdriver *const testsyn_drivers[] = { &testsyn_cd, NULL };
static struct cfattach *const testsyn_cas[] = { &testsyn_ca, NULL };
static const struct cfattachinit testsyn_attachs[] = {
	{ "testsyn", testsyn_cas },
	{ NULL, NULL }
};

static struct cfdata testsyn_cfdata = {
	.cf_name = "testsyn",
	.cf_atname = "testsyn",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
};

static void	testsyn_say(const char *, ...) __printflike(1, 2);

/* Write down a call.  Lock held. */
static void
testsyn_say(const char *format, ...)
{
	const size_t n = strlen(testsyn.ts_calls);
	va_list ap;

	KASSERT(mutex_owned(&testsyn.ts_lock));
	va_start(ap, format);
	vsnprintf(testsyn.ts_calls + n, TESTSYN_TEXT - n, format, ap);
	va_end(ap);
}

/* A pitch as a key and hundredths of one. */
static int
testsyn_cents(midipitch_t mp)
{

	return (int)((int64_t)mp * 100 + MIDIPITCH_SEMITONE / 2) /
	    MIDIPITCH_SEMITONE;
}

static int
testsyn_open(midisyn *ms, int flags)
{

	testsyn_say("open ");
	return 0;
}

static void
testsyn_close(midisyn *ms)
{

	testsyn_say("close ");
}

static uint_fast16_t
testsyn_allocv(midisyn *ms, uint_fast8_t channel, uint_fast8_t key)
{

	return TESTSYN_VOICES - 1;
}

static void
testsyn_attackv(midisyn *ms, uint_fast16_t v, midipitch_t mp, int16_t cb)
{

	testsyn_say("attack:%d:%d:%d:%d ", (int)v, testsyn_cents(mp), cb,
	    MS_GETPGM(ms, v));
}

static void
testsyn_attackv_vel(midisyn *ms, uint_fast16_t v, midipitch_t mp, int16_t cb,
    uint_fast8_t velocity)
{

	testsyn_say("strike:%d:%d:%d:%d ", (int)v, testsyn_cents(mp), cb,
	    (int)velocity);
}

static void
testsyn_releasev(midisyn *ms, uint_fast16_t v, uint_fast8_t velocity)
{

	testsyn_say("release:%d:%d ", (int)v, (int)velocity);
}

static void
testsyn_repitchv(midisyn *ms, uint_fast16_t v, midipitch_t mp)
{

	testsyn_say("pitch:%d:%d ", (int)v, testsyn_cents(mp));
}

static void
testsyn_relevelv(midisyn *ms, uint_fast16_t v, int16_t cb)
{

	testsyn_say("level:%d:%d ", (int)v, cb);
}

static void
testsyn_pgmchg(midisyn *ms, uint_fast8_t channel, uint_fast8_t program)
{

	/* Sixteen of them come at each reset. */
	if (program != 0)
		testsyn_say("program:%d:%d ", (int)channel, (int)program);
}

static int
testsyn_ctlnotice(midisyn *ms, midictl_evt event, uint_fast8_t channel,
    uint_fast16_t which)
{
	uint_fast16_t value = 0;

	if (event == MIDICTL_CTLR)
		value = midisyn_control(ms, channel, which);
	else if (event == MIDICTL_RPN)
		value = midisyn_parameter(ms, channel, which);
	testsyn_say("notice:%d:%d:%d:%d ", event >> 16, (int)channel,
	    (int)which, (int)value);
	return event == MIDICTL_CTLR && (int)which == testsyn.ts_does;
}

static struct midisyn_methods testsyn_least = {
	.attackv = testsyn_attackv,
	.releasev = testsyn_releasev,
};

static struct midisyn_methods testsyn_most = {
	.open = testsyn_open,
	.close = testsyn_close,
	.allocv = testsyn_allocv,
	.attackv = testsyn_attackv,
	.attackv_vel = testsyn_attackv_vel,
	.releasev = testsyn_releasev,
	.repitchv = testsyn_repitchv,
	.relevelv = testsyn_relevelv,
	.pgmchg = testsyn_pgmchg,
	.ctlnotice = testsyn_ctlnotice,
};

static int
testsyn_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
testsyn_attach1(device_t parent, device_t self, void *aux)
{
	midisyn *ms = &testsyn.ts_syn;

	aprint_normal("\n");
	mutex_init(&testsyn.ts_lock, MUTEX_DEFAULT, IPL_SCHED);
	strlcpy(ms->name, "test synthesizer", sizeof(ms->name));
	ms->mets = *(const int *)aux == TESTSYN_LEAST ? &testsyn_least :
	    &testsyn_most;
	ms->nvoice = TESTSYN_VOICES;
	ms->lock = &testsyn.ts_lock;
	midisyn_init(ms);
	(void)midi_attach_mi(&midisyn_hw_if, ms, self);
}

static int
testsyn_detach(device_t self, int flags)
{
	int error;

	error = config_detach_children(self, flags);
	if (error)
		return error;
	midisyn_fini(&testsyn.ts_syn);
	mutex_destroy(&testsyn.ts_lock);
	return 0;
}

int
testsyn_attach(int kind)
{
	device_t dev;
	int error;

	memset(&testsyn, 0, sizeof(testsyn));
	testsyn.ts_does = -1;
	error = config_init_component(testsyn_drivers, testsyn_attachs, NULL);
	if (error)
		return error;
	dev = config_attach_pseudo_acquire(&testsyn_cfdata, &kind);
	if (dev == NULL)
		return ENXIO;
	device_release(dev);
	return 0;
}

void
testsyn_calls(char *text, int size)
{

	mutex_enter(&testsyn.ts_lock);
	strlcpy(text, testsyn.ts_calls, (size_t)size);
	testsyn.ts_calls[0] = '\0';
	mutex_exit(&testsyn.ts_lock);
}

void
testsyn_does(int controller)
{

	mutex_enter(&testsyn.ts_lock);
	testsyn.ts_does = controller;
	mutex_exit(&testsyn.ts_lock);
}
