/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sequencer.c: /dev/music, and /dev/sequencer for old programs.
 *
 * An open makes a sequencer of its own (struct sequencer): a queue and a
 * timer for what is written, records of what is received, and every midi
 * device that is free in the directions asked for.
 *
 * This file has the system calls; see sequencervar.h for what does the work,
 * and for locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/midiio.h>
#include <sys/module.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ttycom.h>
#include <sys/uio.h>

#include <dev/midi_if.h>
#include <dev/midi/sequencervar.h>

#include "ioconf.h"

#ifdef _KERNEL_OPT
#include "midi.h"
#include "midibus.h"
#if NMIDI == 0 && NMIDIBUS == 0
#error "pseudo-device sequencer: needs midi, as in `midi* at midibus?'"
#endif
#endif

/* Minor numbers: the old interface of unit N is N + 128. */
#define SEQUENCER_UNIT(dev)	(minor(dev) & 0x7f)
#define SEQUENCER_IS_OLD(dev)	((minor(dev) & 0x80) != 0)

static dev_type_open(sequenceropen);

static int	sequencer_read(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	sequencer_write(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	sequencer_ioctl(file_t *, u_long, void *);
static int	sequencer_poll(file_t *, int);
static int	sequencer_stat(file_t *, struct stat *);
static int	sequencer_close(file_t *);
static int	sequencer_kqfilter(file_t *, struct knote *);

static void	sequencer_filt_detach(struct knote *);
static int	sequencer_filt_event(struct knote *, long);

const struct cdevsw sequencer_cdevsw = {
	.d_open = sequenceropen,
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

static const struct fileops sequencer_fileops = {
	.fo_name = "sequencer",
	.fo_read = sequencer_read,
	.fo_write = sequencer_write,
	.fo_ioctl = sequencer_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = sequencer_poll,
	.fo_stat = sequencer_stat,
	.fo_close = sequencer_close,
	.fo_kqfilter = sequencer_kqfilter,
	.fo_restart = fnullop_restart,
};

static const struct filterops sequencer_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = sequencer_filt_detach,
	.f_event = sequencer_filt_event,
};

/* Open files, whose methods are here: they keep a module. */
static u_int sequencer_nfiles;

MODULE(MODULE_CLASS_DRIVER, sequencer, "midi");

/* A module brings its switch, whose number is what the kernel has for the
 * name, or else a free one. */
#ifdef _MODULE
static int
sequencer_switch_attach(void)
{
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR;

	return devsw_attach("sequencer", NULL, &bmajor, &sequencer_cdevsw,
	    &cmajor);
}

/* Nobody is opening any more when the switch is gone. */
static int
sequencer_switch_detach(void)
{

	devsw_detach(NULL, &sequencer_cdevsw);
	if (sequencer_nfiles == 0)
		return 0;
	if (sequencer_switch_attach() != 0)
		printf("sequencer: the nodes do not come back\n");
	return EBUSY;
}
#else
static int
sequencer_switch_attach(void)
{

	return 0;
}

static int
sequencer_switch_detach(void)
{

	return 0;
}
#endif

static int
sequencer_modcmd(modcmd_t cmd, void *opaque)
{
	int error;

	switch (cmd) {
	case MODULE_CMD_INIT:
		seq_unit_init();
		seq_device_init();
		error = sequencer_switch_attach();
		if (error == 0)
			return 0;
		break;
	case MODULE_CMD_FINI:
		error = sequencer_switch_detach();
		if (error)
			return error;
		break;
	default:
		return ENOTTY;
	}
	seq_device_fini();
	seq_unit_fini();
	return error;
}

void
sequencerattach(int n)
{

	/* Sequencers come into being when they are opened. */
}

/*
 * Open and close.
 */

static void
sequencer_free(struct sequencer *sq)
{

	seq_input_destroy(sq);
	seq_play_destroy(sq);
	kmem_free(sq, sizeof(*sq));
}

/* Token held.  NULL: no memory. */
static struct sequencer *
sequencer_create(struct seq_unit *su, dev_t dev, int dirs)
{
	struct sequencer *sq;

	sq = kmem_zalloc(sizeof(*sq), KM_SLEEP);
	sq->sq_dev = dev;
	sq->sq_unit = su;
	sq->sq_flags = dirs;
	sq->sq_pid = curproc->p_pid;
	sq->sq_dialect = SEQUENCER_IS_OLD(dev) ? SEQ_EVENT_OLD :
	    SEQ_EVENT_NEW;
	seq_play_init(sq);
	seq_input_init(sq);
	if (seq_unit_join(sq) != 0) {
		sequencer_free(sq);
		return NULL;
	}
	seq_device_open_all(sq);
	return sq;
}

/* Token held: nothing is played any more. */
static void
sequencer_destroy(struct sequencer *sq, enum midi_port_how how)
{

	seq_end_close(sq);
	/* Devices first: they poke the unit. */
	seq_device_close_all(sq, how);
	seq_unit_part(sq);
	sequencer_free(sq);
}

static int
sequenceropen(dev_t dev, int flags, int ifmt, struct lwp *l)
{
	const int dirs = flags & (FREAD | FWRITE);
	struct sequencer *sq;
	struct seq_unit *su;
	file_t *fp;
	int error, fd;

	error = seq_unit_enter(SEQUENCER_UNIT(dev), dirs, &su);
	if (error)
		return error;
	sq = sequencer_create(su, dev, dirs);
	if (sq == NULL) {
		seq_unit_leave(su, dirs);
		return ENOMEM;
	}
	error = fd_allocfile(&fp, &fd);
	if (error) {
		sequencer_destroy(sq, MIDI_PORT_DISCARD);
		seq_unit_leave(su, dirs);
		return error;
	}
	seq_unit_give(su);
	atomic_inc_uint(&sequencer_nfiles);
	return fd_clone(fp, fd, flags, &sequencer_fileops, sq);
}

static int
sequencer_close(file_t *fp)
{
	struct sequencer *sq = fp->f_data;
	struct seq_unit *su = sq->sq_unit;
	const int dirs = sq->sq_flags;
	enum midi_port_how how = MIDI_PORT_DRAIN;

	if ((dirs & FWRITE) == 0 ||
	    seq_end_drain(sq, SEQ_END_STUCK_TICKS) != 0)
		how = MIDI_PORT_DISCARD;
	seq_unit_take(su);
	sequencer_destroy(sq, how);
	seq_unit_leave(su, dirs);
	atomic_dec_uint(&sequencer_nfiles);
	return 0;
}

/*
 * Reading and writing.
 */

static int
sequencer_read(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{

	return seq_input_read(fp->f_data, uio,
	    (fp->f_flag & FNONBLOCK) != 0);
}

static int
sequencer_write(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct sequencer *sq = fp->f_data;
	const bool nonblock = (fp->f_flag & FNONBLOCK) != 0;
	const size_t resid = uio->uio_resid;
	int error;

	error = seq_write_records(sq, uio, nonblock);
	/* The count says what was taken; the error is for the next call. */
	return uio->uio_resid != resid ? 0 : error;
}

static int
sequencer_ioctl(file_t *fp, u_long cmd, void *data)
{

	return seq_request_handle(fp->f_data, cmd, data);
}

/*
 * Waiting.
 */

static int
sequencer_poll(file_t *fp, int events)
{
	struct sequencer *sq = fp->f_data;
	int revents = 0;

	if (sq->sq_flags & FREAD)
		revents |= seq_input_poll(sq, events, curlwp);
	events &= POLLOUT | POLLWRNORM;
	if ((sq->sq_flags & FWRITE) == 0 || events == 0)
		return revents;
	mutex_enter(&sq->sq_unit->su_lock);
	if (seq_play_writable(sq))
		revents |= events;
	else
		selrecord(curlwp, &sq->sq_sel);
	mutex_exit(&sq->sq_unit->su_lock);
	return revents;
}

static int
sequencer_kqfilter(file_t *fp, struct knote *kn)
{
	struct sequencer *sq = fp->f_data;

	if (kn->kn_filter == EVFILT_READ && (sq->sq_flags & FREAD) != 0)
		return seq_input_kqfilter(sq, kn);
	if (kn->kn_filter != EVFILT_WRITE || (sq->sq_flags & FWRITE) == 0)
		return EINVAL;
	mutex_enter(&sq->sq_unit->su_lock);
	kn->kn_fop = &sequencer_filtops;
	kn->kn_hook = sq;
	selrecord_knote(&sq->sq_sel, kn);
	mutex_exit(&sq->sq_unit->su_lock);
	return 0;
}

static void
sequencer_filt_detach(struct knote *kn)
{
	struct sequencer *sq = kn->kn_hook;

	mutex_enter(&sq->sq_unit->su_lock);
	selremove_knote(&sq->sq_sel, kn);
	mutex_exit(&sq->sq_unit->su_lock);
}

static int
sequencer_filt_event(struct knote *kn, long hint)
{
	struct sequencer *sq = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&sq->sq_unit->su_lock);
	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	kn->kn_data = SEQ_EVENT_BYTES;	/* a record, as NetBSD's says */
	ready = seq_play_writable(sq);
	if (hint != NOTE_SUBMIT)
		mutex_exit(&sq->sq_unit->su_lock);
	return ready;
}

static int
sequencer_stat(file_t *fp, struct stat *st)
{
	const struct sequencer *sq = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_dev = st->st_rdev = sq->sq_dev;
	st->st_mode = S_IFCHR;
	return 0;
}
