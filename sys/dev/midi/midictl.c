/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midictl.c: /dev/midictl, the control node of all MIDI ports.  See
 * midictl(4).
 *
 * What is controlled is elsewhere: connections in midi_link.c, events in
 * midi_watch.c, taps in midi_tap.c, ports in midi_port.c.  Here are the system
 * calls.  Each open(2) makes a file of its own, which is a place in the log of
 * events, or a tap, and nothing more: whatever it has done stays when it is
 * closed.
 *
 * Looking needs a file that is open for reading or writing, changing one that
 * is open for writing: the right to the node is the right to all ports.
 *
 * Locks: none of its own.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/midiio.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <dev/midi/midi_link.h>
#include <dev/midi/midi_setting.h>
#include <dev/midi/midi_tap.h>
#include <dev/midi/midi_watch.h>
#include <dev/midi/midivar.h>

#include "ioconf.h"

#ifdef _KERNEL_OPT
#include "midi.h"
#include "midibus.h"
#if NMIDI == 0 && NMIDIBUS == 0
#error "pseudo-device midictl: needs midi, as in `midi* at midibus?'"
#endif
#endif

/* Field key: [a] constant. */
struct midictl_file {
	struct midi_watch cf_watch;
	struct midi_tap	cf_tap;		/* in its place, once it is on */
	dev_t		cf_dev;		/* [a] */
};

static dev_type_open(midictlopen);

static int	midictl_read(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	midictl_write(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	midictl_ioctl(file_t *, u_long, void *);
static int	midictl_poll(file_t *, int);
static int	midictl_stat(file_t *, struct stat *);
static int	midictl_close(file_t *);
static int	midictl_kqfilter(file_t *, struct knote *);

static void	midictl_gone(struct midi_client *);

const struct cdevsw midictl_cdevsw = {
	.d_open = midictlopen,
	.d_close = noclose,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = noioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

static const struct fileops midictl_fileops = {
	.fo_name = "midictl",
	.fo_read = midictl_read,
	.fo_write = midictl_write,
	.fo_ioctl = midictl_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = midictl_poll,
	.fo_stat = midictl_stat,
	.fo_close = midictl_close,
	.fo_kqfilter = midictl_kqfilter,
	.fo_restart = fnullop_restart,
};

static const struct midi_client_ops midictl_client_ops = {
	.mco_gone = midictl_gone,
};

void
midictlattach(int n)
{

	/* There is one, and it is always there. */
}

/*
 * Files.
 */

static int
midictlopen(dev_t dev, int flags, int ifmt, struct lwp *l)
{
	struct midictl_file *cf;
	file_t *fp;
	int error, fd;

	if (minor(dev) != 0)
		return ENXIO;
	error = fd_allocfile(&fp, &fd);
	if (error)
		return error;
	cf = kmem_zalloc(sizeof(*cf), KM_SLEEP);
	cf->cf_dev = dev;
	midi_watch_start(&cf->cf_watch);
	midi_tap_init(&cf->cf_tap);
	midi_file_opened();
	return fd_clone(fp, fd, flags, &midictl_fileops, cf);
}

static int
midictl_close(file_t *fp)
{
	struct midictl_file *cf = fp->f_data;

	midi_tap_destroy(&cf->cf_tap);
	kmem_free(cf, sizeof(*cf));
	midi_file_closed();
	return 0;
}

static int
midictl_read(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct midictl_file *cf = fp->f_data;
	const bool nonblock = (fp->f_flag & FNONBLOCK) != 0;

	if (midi_tap_is_on(&cf->cf_tap))
		return midi_tap_read(&cf->cf_tap, uio, nonblock);
	return midi_watch_read(&cf->cf_watch, uio, nonblock);
}

static int
midictl_write(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{

	return ENODEV;
}

static int
midictl_poll(file_t *fp, int events)
{
	struct midictl_file *cf = fp->f_data;

	if (midi_tap_is_on(&cf->cf_tap))
		return midi_tap_poll(&cf->cf_tap, events, curlwp);
	return midi_watch_poll(&cf->cf_watch, events, curlwp);
}

static int
midictl_kqfilter(file_t *fp, struct knote *kn)
{
	struct midictl_file *cf = fp->f_data;

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	if (midi_tap_is_on(&cf->cf_tap))
		return midi_tap_kqfilter(&cf->cf_tap, kn);
	return midi_watch_kqfilter(&cf->cf_watch, kn);
}

static int
midictl_stat(file_t *fp, struct stat *st)
{
	const struct midictl_file *cf = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_dev = st->st_rdev = cf->cf_dev;
	st->st_mode = S_IFCHR;
	return 0;
}

/*
 * Ports.
 */

static u_int
midictl_dirs(int dirs)
{

	return ((dirs & FREAD) != 0 ? MIDICTL_IN : 0) |
	    ((dirs & FWRITE) != 0 ? MIDICTL_OUT : 0);
}

/* A client that has the port open; connections are told elsewhere. */
static void
midictl_opener(struct midictl_port *mp, const struct midi_client *mc)
{

	if (mc->mc_passive)
		return;
	if (mc->mc_dirs & FREAD)
		mp->mp_readers++;
	if (mc->mc_dirs & FWRITE)
		mp->mp_writers++;
	if (mp->mp_nopeners == MIDICTL_OPENERS)
		return;
	mp->mp_openers[mp->mp_nopeners].mo_pid = mc->mc_pid;
	mp->mp_openers[mp->mp_nopeners].mo_dirs = midictl_dirs(mc->mc_dirs);
	mp->mp_nopeners++;
}

static void
midictl_openers(struct midictl_port *mp, struct midi_softc *sc)
{
	const struct midi_client *mc;

	mutex_enter(&sc->sc_lock);
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink)
		midictl_opener(mp, mc);
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		if (mc != &sc->sc_self && (mc->mc_dirs & FREAD) == 0)
			midictl_opener(mp, mc);
	}
	midi_tap_describe(mp, sc);
	mutex_exit(&sc->sc_lock);
}

static void
midictl_describe(struct midictl_port *mp, int unit, struct midi_softc *sc)
{

	memset(mp, 0, sizeof(*mp));
	mp->mp_unit = unit;
	mp->mp_dirs = midictl_dirs(sc->sc_dirs);
	if (sc->sc_info.props & MIDI_PROP_FLOW)
		mp->mp_flags |= MIDICTL_PORT_FLOW;
	(void)strlcpy(mp->mp_name, sc->sc_info.name, sizeof(mp->mp_name));
	(void)strlcpy(mp->mp_xname, device_xname(sc->sc_dev),
	    sizeof(mp->mp_xname));
	(void)strlcpy(mp->mp_parent, device_xname(device_parent(sc->sc_dev)),
	    sizeof(mp->mp_parent));
	midictl_openers(mp, sc);
	midi_link_describe(mp);
}

static int
midictl_port(struct midictl_port *mp)
{
	struct midi_softc *sc;
	device_t dev;
	int unit, n;

	n = midi_unit_count();
	for (unit = MAX(mp->mp_unit, 0); unit < n; unit++) {
		sc = midi_softc_acquire(unit, &dev);
		if (sc == NULL)
			continue;
		midictl_describe(mp, unit, sc);
		device_release(dev);
		return 0;
	}
	return ENOENT;
}

/*
 * Panic: come in as one more sender, and have all silenced.
 */

static void
midictl_gone(struct midi_client *mc)
{

}

static int
midictl_panic_port(int unit)
{
	struct midi_client *mc;
	struct midi_softc *sc;
	int error;

	mc = kmem_zalloc(sizeof(*mc), KM_SLEEP);
	mc->mc_ops = &midictl_client_ops;
	mc->mc_passive = true;
	error = midi_port_open(mc, unit, FWRITE);
	if (error)
		goto out;
	if (mc->mc_dirs == 0)
		error = ENODEV;
	else if ((sc = midi_port_enter(mc->mc_port)) != NULL) {
		mutex_enter(&sc->sc_lock);
		midi_output_panic(sc);
		mutex_exit(&sc->sc_lock);
		midi_port_exit(mc->mc_port);
	}
	midi_port_close(mc, MIDI_PORT_DRAIN);
out:
	kmem_free(mc, sizeof(*mc));
	return error;
}

static int
midictl_panic(int unit)
{
	int n;

	if (unit != MIDICTL_ANY)
		return unit < 0 ? EINVAL : midictl_panic_port(unit);
	n = midi_unit_count();
	for (unit = 0; unit < n; unit++)
		(void)midictl_panic_port(unit);
	return 0;
}

/*
 * Settings and counts: what an open rmidi node asks of its own port.
 */
static int
midictl_request(int unit, u_long cmd, void *data, int flags)
{
	struct midi_port *mp;
	struct midi_softc *sc;
	int error = ENXIO;

	mp = midi_port_lookup(unit);
	if (mp == NULL)
		return error;
	sc = midi_port_enter(mp);
	if (sc != NULL) {
		error = midi_request_handle(sc, NULL, cmd, data, flags);
		midi_port_exit(mp);
	}
	midi_port_release(mp);
	return error;
}

static int
midictl_setting(struct midictl_setting *ms, u_long cmd, int flags)
{

	if (ms->_ms_zero != 0 || ms->ms_unit < MIDICTL_ANY)
		return EINVAL;
	if (ms->ms_unit == MIDICTL_ANY) {
		ms->ms_value.msv_scope = MIDI_SCOPE_ALL;
		return midi_request_handle(NULL, NULL, cmd, &ms->ms_value,
		    flags);
	}
	ms->ms_value.msv_scope = MIDI_SCOPE_PORT;
	return midictl_request(ms->ms_unit, cmd, &ms->ms_value, flags);
}

static int
midictl_stats(struct midictl_stats *mcs, int flags)
{

	if (mcs->mcs_unit < 0 || mcs->_mcs_zero != 0)
		return EINVAL;
	return midictl_request(mcs->mcs_unit, MIDI_STATS, &mcs->mcs_stats,
	    flags);
}

/* Is the request one that changes something, or hears what others say? */
static bool
midictl_changes(u_long cmd)
{

	switch (cmd) {
	case MIDICTL_CONNECT:
	case MIDICTL_DISCONNECT:
	case MIDICTL_PANIC:
	case MIDICTL_SETSETTING:
	case MIDICTL_TAP:
		return true;
	default:
		return false;
	}
}

static int
midictl_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct midictl_file *cf = fp->f_data;

	if (midictl_changes(cmd) && (fp->f_flag & FWRITE) == 0)
		return EPERM;
	switch (cmd) {
	case FIONBIO:
		return 0;	/* the file layer has done it */
	case FIONREAD:
	case MIDI_FIONREAD:
		*(int *)data = midi_tap_is_on(&cf->cf_tap) ?
		    midi_tap_used(&cf->cf_tap) :
		    midi_watch_used(&cf->cf_watch);
		return 0;
	case MIDICTL_PORT:
		return midictl_port(data);
	case MIDICTL_CONNECT:
		return midi_link_connect(data);
	case MIDICTL_DISCONNECT:
		return midi_link_disconnect(data);
	case MIDICTL_CONNECTION:
		return midi_link_get(data);
	case MIDICTL_PANIC:
		return midictl_panic(*(int *)data);
	case MIDICTL_GETSETTING:
		return midictl_setting(data, MIDI_GETSETTING, fp->f_flag);
	case MIDICTL_SETSETTING:
		return midictl_setting(data, MIDI_SETSETTING, fp->f_flag);
	case MIDI_SETTINGINFO:
		return midi_setting_describe(data) ? 0 : EINVAL;
	case MIDICTL_STATS:
		return midictl_stats(data, fp->f_flag);
	case MIDICTL_TAP:
		return midi_tap_add(&cf->cf_tap, data);
	default:
		return EPASSTHROUGH;
	}
}
