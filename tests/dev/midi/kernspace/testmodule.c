/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * testmodule.c: midi and sequencer as NetBSD loads them, with _MODULE: no
 * table of the kernel names their switches and the driver, all come and go
 * with the modules.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/module.h>
#include <sys/systm.h>

#include <hosted/hosted.h>
#include <hosted/kern/kern_impl.h>

#include "../../../hosted/kernspace/ks.h"

#include "ioconf.h"

#define TESTMODULE_SWITCHES	64

void	ks_module_works(void);
void	ks_module_busy(void);
void	ks_module_again(void);
void	ks_module_full(void);

extern const struct cdevsw midi_cdevsw;
extern const struct cdevsw midictl_cdevsw;
extern const struct cdevsw sequencer_cdevsw;
extern const modinfo_t midi_modinfo;
extern const modinfo_t sequencer_modinfo;

/* The first component has modules and no tables, the second only names. */
static const modinfo_t *const ioconf_modules[] = {
	&midi_modinfo, &sequencer_modinfo, NULL
};
static const struct kern_ioconf ioconf_loaded = {
	.ic_modules = ioconf_modules,
};
static const struct kern_ionode ioconf_nodes[] = {
	{ "rmidi", &midi_cdevsw, KERN_IONODE_UNIT },
	{ "midictl", &midictl_cdevsw, 0 },
	{ "music", &sequencer_cdevsw, 0 },
	{ NULL, NULL, 0 }
};
static const struct kern_ioconf ioconf_names = {
	.ic_nodes = ioconf_nodes,
};
const struct kern_ioconf *const kern_ioconfs[] = {
	&ioconf_loaded, &ioconf_names, &ioconf_hostmidi, NULL
};

static unsigned char	testmodule_byte;	/* that came last */
static int		testmodule_count;

static int
testmodule_open(void *cookie, int flags)
{

	return 0;
}

static void
testmodule_close(void *cookie)
{
}

static int
testmodule_output(void *cookie, const unsigned char *bytes, int n)
{

	testmodule_count += n;
	testmodule_byte = bytes[n - 1];
	return n;
}

static const struct hosted_midi_ops testmodule_ops = {
	.hm_open = testmodule_open,
	.hm_close = testmodule_close,
	.hm_output = testmodule_output,
};

static struct hosted_midi *
testmodule_attach(void)
{
	struct hosted_midi *hm = NULL;
	int unit = -1;

	testmodule_count = 0;
	KS_CHECK(hosted_midi_attach("test", HOSTED_MIDI_OUT, &testmodule_ops,
	    NULL, &hm, &unit) == 0);
	KS_CHECK(unit == 0);
	return hm;
}

static int
testmodule_midi(modcmd_t cmd)
{

	return (*midi_modinfo.mi_modcmd)(cmd, NULL);
}

static int
testmodule_sequencer(modcmd_t cmd)
{

	return (*sequencer_modinfo.mi_modcmd)(cmd, NULL);
}

/* Are the switches of midi there, or not? */
static bool
testmodule_is(bool there)
{

	return (cdevsw_lookup_major(&midi_cdevsw) != NODEVMAJOR) == there &&
	    (cdevsw_lookup_major(&midictl_cdevsw) != NODEVMAJOR) == there;
}

/* What the module brings leads to a device and to its driver. */
void
ks_module_works(void)
{
	static const unsigned char note[] = { 0x90, 0x3c, 0x40 };
	struct hosted_midi *hm = testmodule_attach();
	struct hosted_file *f;
	unsigned long done;

	KS_CHECK(hosted_open("rmidi0", HOSTED_WRITE, &f) == 0);
	KS_CHECK(hosted_write(f, note, sizeof(note), 0, &done) == 0 &&
	    done == sizeof(note));
	hosted_close(f);
	KS_CHECK(testmodule_count >= (int)sizeof(note));
	KS_CHECK(hosted_open("music", HOSTED_WRITE, &f) == 0);
	hosted_close(f);
	hosted_midi_detach(hm);
}

/* A file stays when its device has gone, and has methods of the module's. */
void
ks_module_busy(void)
{
	struct hosted_midi *hm = testmodule_attach();
	struct hosted_file *f;

	KS_CHECK(testmodule_midi(MODULE_CMD_FINI) == EBUSY);
	KS_CHECK(hosted_open("rmidi0", HOSTED_WRITE, &f) == 0);
	hosted_midi_detach(hm);
	KS_CHECK(testmodule_midi(MODULE_CMD_FINI) == EBUSY);
	KS_CHECK(testmodule_is(true));
	hosted_close(f);
	KS_CHECK(hosted_open("midictl", HOSTED_READ, &f) == 0);
	KS_CHECK(testmodule_midi(MODULE_CMD_FINI) == EBUSY);
	hosted_close(f);
	KS_CHECK(hosted_open("music", HOSTED_WRITE, &f) == 0);
	KS_CHECK(testmodule_sequencer(MODULE_CMD_FINI) == EBUSY);
	KS_CHECK(cdevsw_lookup_major(&sequencer_cdevsw) != NODEVMAJOR);
	hosted_close(f);
	KS_CHECK(testmodule_midi(MODULE_CMD_STAT) == ENOTTY);
	KS_CHECK(testmodule_sequencer(MODULE_CMD_STAT) == ENOTTY);
}

/* It goes, is not there, comes back, and works. */
void
ks_module_again(void)
{
	struct hosted_file *f;

	KS_CHECK(testmodule_sequencer(MODULE_CMD_FINI) == 0);
	KS_CHECK(testmodule_midi(MODULE_CMD_FINI) == 0);
	KS_CHECK(testmodule_is(false));
	KS_CHECK(cdevsw_lookup_major(&sequencer_cdevsw) == NODEVMAJOR);
	KS_CHECK(hosted_open("midictl", HOSTED_READ, &f) != 0);
	KS_CHECK(testmodule_midi(MODULE_CMD_INIT) == 0);
	KS_CHECK(testmodule_sequencer(MODULE_CMD_INIT) == 0);
	KS_CHECK(testmodule_is(true));
	ks_module_works();
}

/* No number is left for the second switch, for the first, for the
 * sequencer's: nothing of the module stays. */
void
ks_module_full(void)
{
	static struct cdevsw other[TESTMODULE_SWITCHES];
	devmajor_t bmaj, maj;
	int i, n;

	KS_CHECK(testmodule_sequencer(MODULE_CMD_FINI) == 0);
	KS_CHECK(testmodule_midi(MODULE_CMD_FINI) == 0);
	for (n = 0; n < TESTMODULE_SWITCHES; n++) {
		other[n].d_flag = D_OTHER | D_MPSAFE;
		bmaj = maj = NODEVMAJOR;
		if (devsw_attach("other", NULL, &bmaj, &other[n], &maj) != 0)
			break;
	}
	KS_CHECK(n > 0 && n < TESTMODULE_SWITCHES);
	for (i = 0; i < 2; i++) {
		KS_CHECK(testmodule_midi(MODULE_CMD_INIT) == ENOMEM);
		KS_CHECK(testmodule_is(false));
		devsw_detach(NULL, &other[--n]);
	}
	KS_CHECK(testmodule_midi(MODULE_CMD_INIT) == 0);
	KS_CHECK(testmodule_sequencer(MODULE_CMD_INIT) == ENOMEM);
	while (n > 0)
		devsw_detach(NULL, &other[--n]);
	KS_CHECK(testmodule_sequencer(MODULE_CMD_INIT) == 0);
}
