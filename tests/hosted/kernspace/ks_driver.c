/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_driver.c: see ks_driver.h.
 *
 * Lock: kd_lock, one for all of them.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include "ks.h"
#include "ks_driver.h"

struct ks_driver ks_driver;

static int	tbus_match(device_t, cfdata_t, void *);
static void	tbus_attach(device_t, device_t, void *);
static int	tbus_detach(device_t, int);
static void	tbus_childdetached(device_t, device_t);
static int	tdev_match(device_t, cfdata_t, void *);
static void	tdev_attach(device_t, device_t, void *);
static int	tdev_detach(device_t, int);

static dev_type_open(tdevopen);
static dev_type_cancel(tdevcancel);
static dev_type_close(tdevclose);
static dev_type_read(tdevread);
static dev_type_write(tdevwrite);
static dev_type_ioctl(tdevioctl);
static dev_type_poll(tdevpoll);
static dev_type_kqfilter(tdevkqfilter);
static dev_type_open(tcloneopen);

struct tbus_softc {
	device_t	sc_dev;
};

struct tdev_softc {
	device_t	sc_dev;
	int		sc_what;	/* of the tbus's things */
};

CFATTACH_DECL2_NEW(tbus, sizeof(struct tbus_softc), tbus_match, tbus_attach,
    tbus_detach, NULL, NULL, tbus_childdetached);
CFATTACH_DECL_NEW(tdev, sizeof(struct tdev_softc), tdev_match, tdev_attach,
    tdev_detach, NULL);

const struct cdevsw tdev_cdevsw = {
	.d_open = tdevopen,
	.d_cancel = tdevcancel,
	.d_close = tdevclose,
	.d_read = tdevread,
	.d_write = tdevwrite,
	.d_ioctl = tdevioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = tdevpoll,
	.d_mmap = nommap,
	.d_kqfilter = tdevkqfilter,
	.d_discard = nodiscard,
	.d_devtounit = dev_minor_unit,
	.d_cfdriver = &tdev_cd,
	.d_flag = D_OTHER | D_MPSAFE,
};

const struct cdevsw tclone_cdevsw = {
	.d_open = tcloneopen,
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

const struct cdevsw tplain_cdevsw = {
	.d_open = nullopen,
	.d_close = nullclose,
	.d_read = nullread,
	.d_write = nullwrite,
	.d_ioctl = noioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

static struct cfdata tbus_cfdata = {
	.cf_name = "tbus",
	.cf_atname = "tbus",
	.cf_fstate = FSTATE_STAR,
};

MODULE(MODULE_CLASS_DRIVER, tbus, NULL);

void
ks_driver_init(void)
{
	struct ks_driver *kd = &ks_driver;

	kd->kd_children = 0;
	kd->kd_detach_error = 0;
	kd->kd_open_waits = kd->kd_attach_waits = kd->kd_close_waits = false;
	kd->kd_read_error = 0;
	kd->kd_data = 0;
	kd->kd_cancelled = kd->kd_dying = false;
	kd->kd_owner = 0;
	kd->kd_nlog = 0;
	ks_event_init(&kd->kd_arrived);
	ks_event_init(&kd->kd_go);
	mutex_init(&kd->kd_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&kd->kd_cv, "ksdrv");
	selinit(&kd->kd_sel);
}

void
ks_driver_fini(void)
{
	struct ks_driver *kd = &ks_driver;

	seldestroy(&kd->kd_sel);
	cv_destroy(&kd->kd_cv);
	mutex_destroy(&kd->kd_lock);
	ks_event_fini(&kd->kd_arrived);
	ks_event_fini(&kd->kd_go);
}

static void
driver_log_locked(char c)
{

	KASSERT(mutex_owned(&ks_driver.kd_lock));
	if (ks_driver.kd_nlog < sizeof(ks_driver.kd_log) - 1)
		ks_driver.kd_log[ks_driver.kd_nlog++] = c;
}

void
ks_driver_log(char c)
{

	mutex_enter(&ks_driver.kd_lock);
	driver_log_locked(c);
	mutex_exit(&ks_driver.kd_lock);
}

bool
ks_driver_logged(const char *expect)
{

	return ks_driver_logged_either(expect, expect);
}

bool
ks_driver_logged_either(const char *expect, const char *other)
{
	bool same;

	mutex_enter(&ks_driver.kd_lock);
	ks_driver.kd_log[ks_driver.kd_nlog] = '\0';
	same = strcmp(ks_driver.kd_log, expect) == 0 ||
	    strcmp(ks_driver.kd_log, other) == 0;
	if (!same)
		ks_fail(expect, 0, ks_driver.kd_log);
	ks_driver.kd_nlog = 0;
	mutex_exit(&ks_driver.kd_lock);
	return same;
}

void
ks_driver_data(int n)
{

	mutex_enter(&ks_driver.kd_lock);
	ks_driver.kd_data += n;
	cv_broadcast(&ks_driver.kd_cv);
	selnotify(&ks_driver.kd_sel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
	mutex_exit(&ks_driver.kd_lock);
}

/*
 * Autoconf.
 */

/* A module is told of boot and shutdown; the log is not there yet. */
static int
tbus_modcmd(modcmd_t cmd, void *arg __unused)
{

	return cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 : ENOTTY;
}

void
tbusattach(int n)
{

	while (n-- > 0)
		(void)ks_tbus_create();
}

device_t
ks_tbus_create(void)
{

	return config_attach_pseudo(&tbus_cfdata);
}

static int
tbus_match(device_t parent __unused, cfdata_t cf __unused, void *aux __unused)
{

	return 1;
}

static void
tbus_attach(device_t parent __unused, device_t self, void *aux __unused)
{
	struct tbus_softc *sc = device_private(self);
	int i;

	sc->sc_dev = self;
	for (i = 0; i < ks_driver.kd_children; i++)
		(void)config_found(self, &i, NULL, CFARGS(.iattr = "tbus"));
}

static int
tbus_detach(device_t self, int flags)
{

	return config_detach_children(self, flags);
}

static void
tbus_childdetached(device_t self __unused, device_t child __unused)
{

	ks_driver_log('h');
}

static int
tdev_match(device_t parent __unused, cfdata_t cf __unused, void *aux)
{

	return *(int *)aux >= 0;
}

static void
tdev_attach(device_t parent __unused, device_t self, void *aux)
{
	struct tdev_softc *sc = device_private(self);

	sc->sc_dev = self;
	sc->sc_what = *(int *)aux;
	aprint_normal(": thing %d\n", sc->sc_what);
	if (ks_driver.kd_attach_waits) {
		ks_event_post(&ks_driver.kd_arrived);
		(void)ks_event_wait(&ks_driver.kd_go, 1);
	}
	mutex_enter(&ks_driver.kd_lock);
	driver_log_locked('a');
	ks_driver.kd_dying = false;
	mutex_exit(&ks_driver.kd_lock);
}

static int
tdev_detach(device_t self, int flags)
{
	int unit = device_unit(self);

	if (ks_driver.kd_detach_error != 0 &&
	    (flags & DETACH_FORCE) == 0)
		return ks_driver.kd_detach_error;
	config_detach_commit(self);
	mutex_enter(&ks_driver.kd_lock);
	driver_log_locked('d');
	ks_driver.kd_dying = true;	/* d_cancel will wake */
	mutex_exit(&ks_driver.kd_lock);
	vdevgone(cdevsw_lookup_major(&tdev_cdevsw), unit, unit, VCHR);
	return 0;
}

/*
 * The device.
 */

/* Is a close or the detach on its way?  A detach may cancel and close while
 * an open is in progress, so that its mark is another. */
static bool
tdev_ending(void)
{

	KASSERT(mutex_owned(&ks_driver.kd_lock));
	return ks_driver.kd_cancelled || ks_driver.kd_dying;
}

static int
tdevopen(dev_t dev __unused, int flags, int ifmt, struct lwp *l)
{
	struct ks_driver *kd = &ks_driver;

	KS_CHECK((flags & (FREAD | FWRITE)) != 0);
	KS_CHECK(ifmt == S_IFCHR);
	KS_CHECK(l == curlwp);
	ks_driver_log('o');
	if (kd->kd_open_waits) {
		mutex_enter(&kd->kd_lock);
		ks_event_post(&kd->kd_arrived);
		while (kd->kd_data == 0 && !tdev_ending())
			cv_wait(&kd->kd_cv, &kd->kd_lock);
		mutex_exit(&kd->kd_lock);
	}
	ks_driver_log('O');
	return 0;
}

static int
tdevcancel(dev_t dev __unused, int flags __unused, int ifmt __unused,
    struct lwp *l __unused)
{
	struct ks_driver *kd = &ks_driver;

	mutex_enter(&kd->kd_lock);
	driver_log_locked('x');
	kd->kd_cancelled = true;
	cv_broadcast(&kd->kd_cv);
	selnotify(&kd->kd_sel, POLLHUP, NOTE_SUBMIT);
	mutex_exit(&kd->kd_lock);
	return 0;
}

static int
tdevclose(dev_t dev __unused, int flags __unused, int ifmt __unused,
    struct lwp *l __unused)
{

	if (ks_driver.kd_close_waits) {
		ks_event_post(&ks_driver.kd_arrived);
		(void)ks_event_wait(&ks_driver.kd_go, 1);
	}
	mutex_enter(&ks_driver.kd_lock);
	driver_log_locked('c');
	ks_driver.kd_cancelled = false;
	mutex_exit(&ks_driver.kd_lock);
	return 0;
}

/* Wait for data: 0, or why there are none.  The lock is held. */
static int
tdev_wait(int ioflag)
{
	struct ks_driver *kd = &ks_driver;
	int error = 0;

	while (kd->kd_data == 0 && !tdev_ending() && error == 0) {
		if (ioflag & IO_NDELAY)
			return EWOULDBLOCK;
		error = cv_wait_sig(&kd->kd_cv, &kd->kd_lock);
		if (error == EINTR)
			error = ERESTART;
	}
	return error == 0 && tdev_ending() ? EIO : error;
}

static int
tdevread(dev_t dev __unused, struct uio *uio, int ioflag)
{
	struct ks_driver *kd = &ks_driver;
	char buf[8];
	int error, n = 0;

	ks_event_post(&kd->kd_arrived);
	mutex_enter(&kd->kd_lock);
	driver_log_locked('r');
	error = tdev_wait(ioflag);
	if (error == 0) {
		n = imin(kd->kd_data, imin((int)sizeof(buf),
		    (int)uio->uio_resid));
		kd->kd_data -= n;
	}
	driver_log_locked('R');
	mutex_exit(&kd->kd_lock);
	memset(buf, 'x', sizeof(buf));
	if (error == 0)
		error = uiomove(buf, (size_t)n, uio);
	return error != 0 ? error : kd->kd_read_error;
}

static int
tdevwrite(dev_t dev __unused, struct uio *uio, int ioflag __unused)
{
	char buf[8];
	int error;

	while (uio->uio_resid != 0) {
		error = uiomove(buf, sizeof(buf), uio);
		if (error)
			return error;
	}
	return 0;
}

static int
tdevioctl(dev_t dev __unused, u_long cmd, void *data, int flags __unused,
    struct lwp *l __unused)
{
	struct ks_driver *kd = &ks_driver;

	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIOASYNC:
		kd->kd_owner = *(int *)data ? curproc->p_pid : 0;
		return 0;
	case FIOSETOWN:
	case TIOCSPGRP:
		return fsetown(&kd->kd_owner, cmd, data);
	case FIOGETOWN:
	case TIOCGPGRP:
		return fgetown(kd->kd_owner, cmd, data);
	case FIONREAD:
		mutex_enter(&kd->kd_lock);
		*(int *)data = kd->kd_data;
		mutex_exit(&kd->kd_lock);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

static int
tdevpoll(dev_t dev __unused, int events, struct lwp *l)
{
	struct ks_driver *kd = &ks_driver;
	int revents = events & (POLLOUT | POLLWRNORM);

	mutex_enter(&kd->kd_lock);
	if (kd->kd_data != 0)
		revents |= events & (POLLIN | POLLRDNORM);
	else if (events & (POLLIN | POLLRDNORM))
		selrecord(l, &kd->kd_sel);
	mutex_exit(&kd->kd_lock);
	return revents;
}

static void
tdev_filt_detach(struct knote *kn)
{

	mutex_enter(&ks_driver.kd_lock);
	(void)selremove_knote(&ks_driver.kd_sel, kn);
	mutex_exit(&ks_driver.kd_lock);
}

static int
tdev_filt_read(struct knote *kn, long hint)
{
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&ks_driver.kd_lock);
	else
		KASSERT(mutex_owned(&ks_driver.kd_lock));
	kn->kn_data = ks_driver.kd_data;
	ready = kn->kn_data != 0;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&ks_driver.kd_lock);
	return ready;
}

static const struct filterops tdev_filterops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = tdev_filt_detach,
	.f_event = tdev_filt_read,
};

static int
tdevkqfilter(dev_t dev __unused, struct knote *kn)
{

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	kn->kn_fop = &tdev_filterops;
	mutex_enter(&ks_driver.kd_lock);
	selrecord_knote(&ks_driver.kd_sel, kn);
	mutex_exit(&ks_driver.kd_lock);
	return 0;
}

/*
 * Files of their own.
 */

static int
tclone_read(file_t *fp, off_t *offset __unused, struct uio *uio,
    kauth_cred_t cred __unused, int flags __unused)
{

	if (fp->f_flag & FNONBLOCK)
		return EWOULDBLOCK;
	return uiomove(fp->f_data, 1, uio);
}

static int
tclone_close(file_t *fp)
{

	kmem_free(fp->f_data, 1);
	ks_driver_log('c');
	return 0;
}

static const struct fileops tclone_fileops = {
	.fo_name = "tclone",
	.fo_read = tclone_read,
	.fo_write = fbadop_write,
	.fo_ioctl = fbadop_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = fnullop_poll,
	.fo_stat = fbadop_stat,
	.fo_close = tclone_close,
	.fo_kqfilter = fnullop_kqfilter,
	.fo_restart = fnullop_restart,
};

static int
tcloneopen(dev_t dev __unused, int flags, int ifmt __unused,
    struct lwp *l __unused)
{
	static char next = 'a';
	char *data;
	file_t *fp;
	int error, fd;

	error = fd_allocfile(&fp, &fd);
	if (error)
		return error;
	if ((flags & FWRITE) != 0) {
		fd_abort(curproc, fp, (unsigned)fd);
		return EBUSY;
	}
	data = kmem_alloc(1, KM_SLEEP);
	mutex_enter(&ks_driver.kd_lock);
	*data = next++;
	mutex_exit(&ks_driver.kd_lock);
	ks_driver_log('O');
	return fd_clone(fp, (unsigned)fd, flags, &tclone_fileops, data);
}
