/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi.c: the raw MIDI devices, /dev/rmidiN.  See midi(4).
 *
 * Each open(2) makes a file of its own (fd_clone): a device's two directions
 * can so be opened and closed by different processes, which one softc per
 * device node cannot tell apart.  A file is a client of its device's port
 * (midi_port.c) with a box for what comes in and a parser for what is
 * written; it outlives the device.
 *
 * Walk of a received byte: the driver, midi_input.c, midi_parse.c, the box of
 * each reader, midi_read().  Of a written one: midi_write(), midi_parse.c,
 * the box of the writer, midi_output.c, the driver.
 *
 * Locks: see midivar.h.  midi_file members are guarded by the boxes' entry
 * tokens: mf_parse belongs to who holds mc_out's.  [l]: the device's sc_lock.
 *
 * Detach ends in bounded time whatever users do: it wakes them, waits for
 * those inside, and leaves them a dead port.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/intr.h>
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
#include <sys/vnode.h>

#include <dev/audio/audio_if.h>

#include <dev/midi/midi_link.h>
#include <dev/midi/midi_watch.h>
#include <dev/midi/midivar.h>

#include "ioconf.h"

#ifdef _MODULE
/* What config(1) makes of a module's own configuration, by the name midi:
 * midi* at midibus?. */
#include "ioconf.c"
#endif

#ifdef _KERNEL_OPT
#include "midi.h"
#if NMIDI == 0
/* There is hardware, but no line of the configuration for a midi at it. */
CFDRIVER_DECL(midi, DV_DULL, NULL);
#endif
#endif

static int	midimatch(device_t, cfdata_t, void *);
static void	midiattach(device_t, device_t, void *);

static dev_type_open(midiopen);
static dev_type_cancel(midicancel);

static int	midi_read(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int	midi_write(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int	midi_ioctl(file_t *, u_long, void *);
static int	midi_poll(file_t *, int);
static int	midi_stat(file_t *, struct stat *);
static int	midi_close(file_t *);
static int	midi_kqfilter(file_t *, struct knote *);

static size_t	midi_file_deliver(struct midi_client *, const uint8_t *,
		    size_t, uint64_t);
static bool	midi_file_has_room(struct midi_client *, size_t);
static void	midi_file_lost(struct midi_client *);
static void	midi_file_gone(struct midi_client *);

CFATTACH_DECL_NEW(midi, sizeof(struct midi_softc), midimatch, midiattach,
    mididetach, NULL);

const struct cdevsw midi_cdevsw = {
	.d_open = midiopen,
	.d_cancel = midicancel,
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
	.d_devtounit = dev_minor_unit,
	.d_cfdriver = &midi_cd,
	.d_flag = D_OTHER | D_MPSAFE,
};

static const struct fileops midi_fileops = {
	.fo_name = "midi",
	.fo_read = midi_read,
	.fo_write = midi_write,
	.fo_ioctl = midi_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = midi_poll,
	.fo_stat = midi_stat,
	.fo_close = midi_close,
	.fo_kqfilter = midi_kqfilter,
	.fo_restart = fnullop_restart,
};

static const struct midi_client_ops midi_file_ops = {
	.mco_deliver = midi_file_deliver,
	.mco_has_room = midi_file_has_room,
	.mco_lost = midi_file_lost,
	.mco_gone = midi_file_gone,
};

static const char *const midi_count_names[MIDI_NCOUNTS] = {
	[MIDI_COUNT_XMT_DISCARDED] = "xmt bytes discarded",
	[MIDI_COUNT_XMT_INCOMPLETE] = "xmt incomplete msgs",
	[MIDI_COUNT_RCV_DISCARDED] = "rcv bytes discarded",
	[MIDI_COUNT_RCV_INCOMPLETE] = "rcv incomplete msgs",
	[MIDI_COUNT_XMT_BYTES] = "xmt bytes",
	[MIDI_COUNT_XMT_LOST] = "xmt bytes undelivered",
	[MIDI_COUNT_RCV_BYTES] = "rcv bytes",
	[MIDI_COUNT_RCV_OVERRUN] = "rcv bytes overrun",
};

/* What a driver registers from its getinfo(), for the attach in progress. */
static const struct midi_hw_if_ext *midi_ext_registered;

static bool midi_is_ready;

/* Open files, whose methods are here and in midictl.c: they keep a module. */
static u_int midi_nfiles;

MODULE(MODULE_CLASS_DRIVER, midi, "audio");

void
midi_file_opened(void)
{

	atomic_inc_uint(&midi_nfiles);
}

void
midi_file_closed(void)
{

	atomic_dec_uint(&midi_nfiles);
}

void
midi_ready(void)
{

	if (midi_is_ready)
		return;
	midi_port_init();
	midi_watch_init();
	midi_link_init();
	midi_unit_init();
	midi_is_ready = true;
}

static void
midi_unready(void)
{

	midi_is_ready = false;
	midi_unit_fini();
	midi_link_fini();
	midi_watch_fini();
	midi_port_fini();
}

/*
 * What is in the tables of a kernel that midi is built in, a module brings and
 * takes away: the switches, whose numbers are those that the kernel has for
 * the names or else free ones, and the driver.
 */
#ifdef _MODULE
static int
midi_switch_attach(void)
{
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR;
	int error;

	error = devsw_attach("midi", NULL, &bmajor, &midi_cdevsw, &cmajor);
	if (error)
		return error;
	bmajor = cmajor = NODEVMAJOR;
	error = devsw_attach("midictl", NULL, &bmajor, &midictl_cdevsw,
	    &cmajor);
	if (error)
		devsw_detach(NULL, &midi_cdevsw);
	return error;
}

/* This waits for those who are opening. */
static void
midi_switch_detach(void)
{

	devsw_detach(NULL, &midictl_cdevsw);
	devsw_detach(NULL, &midi_cdevsw);
}

static int
midi_tables_attach(void)
{
	int error;

	error = midi_switch_attach();
	if (error)
		return error;
	error = config_init_component(cfdriver_ioconf_midi,
	    cfattach_ioconf_midi, cfdata_ioconf_midi);
	if (error)
		midi_switch_detach();
	return error;
}

static int
midi_tables_detach(void)
{
	int error;

	midi_switch_detach();
	error = midi_nfiles != 0 ? EBUSY : config_fini_component(
	    cfdriver_ioconf_midi, cfattach_ioconf_midi, cfdata_ioconf_midi);
	if (error != 0 && midi_switch_attach() != 0)
		printf("midi: the nodes do not come back\n");
	return error;
}
#else
static int
midi_tables_attach(void)
{

	return 0;
}

static int
midi_tables_detach(void)
{

	return 0;
}
#endif

static int
midi_modcmd(modcmd_t cmd, void *opaque)
{
	int error;

	switch (cmd) {
	case MODULE_CMD_INIT:
		midi_ready();
		error = midi_tables_attach();
		if (error)
			midi_unready();
		return error;
	case MODULE_CMD_FINI:
		if (midi_unit_count() != 0)
			return EBUSY;
		error = midi_tables_detach();
		if (error)
			return error;
		midi_unready();
		return 0;
	default:
		return ENOTTY;
	}
}

/*
 * Attachment.
 */

device_t
midi_attach_mi(const struct midi_hw_if *hw, void *hdl, device_t parent)
{
	struct audio_attach_args aa;

	aa.type = AUDIODEV_TYPE_MIDI;
	aa.hwif = hw;
	aa.hdl = hdl;
	return config_found(parent, &aa, audioprint,
	    CFARGS(.iattr = "midibus"));
}

static int
midimatch(device_t parent, cfdata_t cf, void *aux)
{
	const struct audio_attach_args *aa = aux;

	return aa->type == AUDIODEV_TYPE_MIDI;
}

static void
midiattach(device_t parent, device_t self, void *aux)
{
	struct midi_softc *sc = device_private(self);
	const struct audio_attach_args *aa = aux;

	sc->sc_dev = self;
	sc->sc_hw = aa->hwif;
	sc->sc_hdl = aa->hdl;
	midi_attach(sc);
}

void
midi_register_hw_if_ext(struct midi_hw_if_ext *ext)
{

	midi_ext_registered = ext;
}

/* Ask the driver what it is. */
static void
midi_attach_hardware(struct midi_softc *sc)
{
	static const struct midi_hw_if_run none;
	kmutex_t *dummy;

	midi_ext_registered = NULL;
	sc->sc_hw->getinfo(sc->sc_hdl, &sc->sc_info);
	sc->sc_run = sc->sc_info.run != NULL ? sc->sc_info.run : &none;
	sc->sc_ext = midi_ext_registered;
	midi_ext_registered = NULL;
	sc->sc_hw->get_locks(sc->sc_hdl, &sc->sc_hwlock, &dummy);
	if (sc->sc_info.props & MIDI_PROP_CAN_INPUT)
		sc->sc_dirs |= FREAD;
	if ((sc->sc_info.props & MIDI_PROP_NO_OUTPUT) == 0)
		sc->sc_dirs |= FWRITE;
}

/* Whether the driver makes the processor wait for each byte. */
static bool
midi_attach_polled(const struct midi_softc *sc)
{

	return (sc->sc_dirs & FWRITE) != 0 && sc->sc_run->outputn == NULL &&
	    sc->sc_ext == NULL &&
	    (sc->sc_info.props & MIDI_PROP_OUT_INTR) == 0;
}

static void
midi_alarm_softint(void *arg)
{
	struct midi_softc *sc = arg;
	const uint64_t now_ns = midi_alarm_now_ns();

	mutex_enter(&sc->sc_lock);
	sc->sc_alarm_ns = MIDI_ASENSE_NEVER;
	if (!sc->sc_dying) {
		midi_input_alarm(sc, now_ns);
		midi_output_alarm(sc, now_ns);
		midi_output_rearm(sc);
		midi_input_after(sc);
	}
	mutex_exit(&sc->sc_lock);
}

void
midi_attach(struct midi_softc *sc)
{
	unsigned int running;
	int i;

	midi_ready();
	midi_attach_hardware(sc);
	midi_port_defaults(&sc->sc_settings);
	if (sc->sc_info.props & MIDI_PROP_RELIABLE)
		sc->sc_settings.mss_value[MIDI_SETTING_ASENSE_GENERATE] = 0;
	running = MIDI_ENCODE_RUNNING;
	if (sc->sc_ext != NULL ? !sc->sc_ext->compress :
	    sc->sc_run->outputn != NULL &&
	    (sc->sc_info.props & MIDI_PROP_CANONICAL) != 0)
		running = 0;
	aprint_naive("\n");
	aprint_normal(": %s%s\n", sc->sc_info.name,
	    midi_attach_polled(sc) ? " (CPU-intensive output)" : "");

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&sc->sc_cv, "mididrn");
	LIST_INIT(&sc->sc_readers);
	LIST_INIT(&sc->sc_taps);
	TAILQ_INIT(&sc->sc_writers);
	TAILQ_INIT(&sc->sc_after);
	midi_box_init(&sc->sc_self.mc_out, MIDI_ENDING_BYTES, true, NULL,
	    NULL);
	midi_notes_init(&sc->sc_self.mc_notes);
	TAILQ_INSERT_TAIL(&sc->sc_writers, &sc->sc_self, mc_wlink);
	midi_parse_init(&sc->sc_parse, 0);
	midi_encode_init(&sc->sc_encode, running);
	midi_merge_init(&sc->sc_merge);
	sc->sc_alarm_ns = MIDI_ASENSE_NEVER;
	midi_asense_init(&sc->sc_asense_in, MIDI_ASENSE_LOSS_NS);
	midi_asense_init(&sc->sc_asense_out, MIDI_ASENSE_SEND_NS);
	for (i = 0; i < MIDI_NCOUNTS; i++) {
		evcnt_attach_dynamic(&sc->sc_count[i], EVCNT_TYPE_MISC, NULL,
		    device_xname(sc->sc_dev), midi_count_names[i]);
	}
	sc->sc_port = midi_port_attach(sc);
	sc->sc_in_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    midi_input_softint, sc);
	sc->sc_out_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    midi_output_softint, sc);
	sc->sc_alarm = midi_alarm_create(midi_alarm_softint, sc);
	sc->sc_attached = sc->sc_in_sih != NULL && sc->sc_out_sih != NULL &&
	    sc->sc_alarm != NULL;
	if (!sc->sc_attached)
		aprint_error_dev(sc->sc_dev, "no soft interrupt to be had\n");
	else {
		if (midi_wire_is_polled(sc))
			midi_alarm_refine(sc->sc_alarm);
		midi_link_came(device_unit(sc->sc_dev), sc->sc_info.name);
		midi_port_announce(device_unit(sc->sc_dev));
	}
}

int
mididetach(device_t self, int flags)
{
	struct midi_softc *sc = device_private(self);
	const int unit = device_unit(self);
	int i;

	config_detach_commit(self);
	midi_port_vanish(sc->sc_port, (flags & DETACH_FORCE) == 0 &&
	    sc->sc_attached);
	vdevgone(cdevsw_lookup_major(&midi_cdevsw), unit, unit, VCHR);
	if (sc->sc_attached)
		midi_link_went(unit, sc->sc_info.name);

	if (sc->sc_alarm != NULL)
		midi_alarm_destroy(sc->sc_alarm);
	if (sc->sc_in_sih != NULL)
		softint_disestablish(sc->sc_in_sih);
	if (sc->sc_out_sih != NULL)
		softint_disestablish(sc->sc_out_sih);
	for (i = 0; i < MIDI_NCOUNTS; i++)
		evcnt_detach(&sc->sc_count[i]);
	midi_box_destroy(&sc->sc_self.mc_out);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	return 0;
}

struct midi_softc *
midi_softc_acquire(int unit, device_t *dev)
{
	struct midi_softc *sc;

	*dev = device_lookup_acquire(&midi_cd, unit);
	if (*dev == NULL)
		return NULL;
	sc = device_private(*dev);
	if (sc->sc_attached)
		return sc;
	device_release(*dev);
	return NULL;
}

int
midi_unit_count(void)
{
	int n;

	/* cd_ndevs is what the table has room for. */
	for (n = midi_cd.cd_ndevs; n > 0; n--) {
		if (device_lookup(&midi_cd, n - 1) != NULL)
			break;
	}
	return n;
}

void
midi_getinfo(dev_t dev, struct midi_info *info)
{
	struct midi_softc *sc;
	device_t self;

	memset(info, 0, sizeof(*info));
	sc = midi_softc_acquire(minor(dev), &self);
	if (sc == NULL)
		return;
	*info = sc->sc_info;
	device_release(self);
}

/*
 * Files.
 */

static struct midi_file *
midi_file_of(struct midi_client *mc)
{

	return (struct midi_file *)mc;
}

static size_t
midi_file_deliver(struct midi_client *mc, const uint8_t *run, size_t n,
    uint64_t stamp_ns)
{

	return midi_box_put(&midi_file_of(mc)->mf_in, run, n);
}

static bool
midi_file_has_room(struct midi_client *mc, size_t n)
{

	return midi_box_has_room(&midi_file_of(mc)->mf_in, n);
}

static void
midi_file_lost(struct midi_client *mc)
{

	midi_box_set_eof(&midi_file_of(mc)->mf_in);
}

static void
midi_file_gone(struct midi_client *mc)
{

	midi_box_kill(&midi_file_of(mc)->mf_in);
}

/* The reader has made room for what was held back. */
static void
midi_file_room(void *arg)
{
	struct midi_file *mf = arg;

	midi_port_resume(&mf->mf_client);
}

static void
midi_file_free(struct midi_file *mf)
{

	midi_box_destroy(&mf->mf_in);
	kmem_free(mf, sizeof(*mf));
}

static int
midiopen(dev_t dev, int flags, int ifmt, struct lwp *l)
{
	struct midi_file *mf;
	file_t *fp;
	int error, fd;

	mf = kmem_zalloc(sizeof(*mf), KM_SLEEP);
	mf->mf_dev = dev;
	mf->mf_client.mc_ops = &midi_file_ops;
	mf->mf_client.mc_drop_rest = true;
	mf->mf_client.mc_may_wait = (flags & FNONBLOCK) == 0;
	mf->mf_client.mc_file = true;
	mf->mf_client.mc_in = &mf->mf_in;
	midi_box_init(&mf->mf_in, midi_port_setting(minor(dev),
	    MIDI_SETTING_IN_BYTES), false, midi_file_room, mf);
	midi_parse_init(&mf->mf_parse, MIDI_PARSE_ASENSE | MIDI_PARSE_HIDDEN);
	error = midi_port_open(&mf->mf_client, minor(dev),
	    flags & (FREAD | FWRITE));
	if (error) {
		midi_file_free(mf);
		return error;
	}
	error = fd_allocfile(&fp, &fd);
	if (error) {
		midi_port_close(&mf->mf_client, MIDI_PORT_DISCARD);
		midi_file_free(mf);
		return error;
	}
	midi_file_opened();
	return fd_clone(fp, fd, flags, &midi_fileops, mf);
}

/* The node is revoked, or its last open is: those that wait are over. */
static int
midicancel(dev_t dev, int flags, int ifmt, struct lwp *l)
{

	midi_port_cancel(minor(dev));
	return 0;
}

static int
midi_close(file_t *fp)
{
	struct midi_file *mf = fp->f_data;
	struct midi_softc *sc;
	uint8_t end[MIDI_MSG_MAX];
	size_t n;

	sc = midi_port_enter(mf->mf_client.mc_port);
	if (sc != NULL) {
		/* Of a raw file there is nothing in it. */
		if (midi_parse_in_sysex(&mf->mf_parse))
			mf->mf_parse.mp_incomplete_msgs++;
		n = midi_parse_end(&mf->mf_parse, end);
		(void)midi_port_send(&mf->mf_client, end, n);
		midi_write_count(mf, sc, 0);
		midi_port_exit(mf->mf_client.mc_port);
	}
	midi_port_close(&mf->mf_client, MIDI_PORT_DRAIN);
	midi_file_free(mf);
	midi_file_closed();
	return 0;
}

static int
midi_read(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct midi_file *mf = fp->f_data;
	struct midi_port *mp = mf->mf_client.mc_port;
	int error;

	if (midi_port_enter(mp) == NULL)
		return EIO;
	if ((mf->mf_client.mc_dirs & FREAD) == 0)
		error = ENXIO;
	else
		error = midi_box_read(&mf->mf_in, uio,
		    (fp->f_flag & FNONBLOCK) != 0);
	midi_port_exit(mp);
	return error;
}

/* How the file is written.  Without a lock, as nothing says whether a request
 * comes before the call; raw files are so when their boxes are. */
static void
midi_file_settings(const struct midi_file *mf, struct midi_write_how *how)
{
	const int *value = mf->mf_client.mc_settings.mss_value;

	how->append = atomic_load_relaxed(&value[MIDI_SETTING_APPEND]) != 0;
	how->sync = atomic_load_relaxed(&value[MIDI_SETTING_SYNC]) != 0;
	how->raw = mf->mf_client.mc_raw;
}

/* What the hardware has refused since the last write. */
static int
midi_file_refused(struct midi_file *mf, struct midi_softc *sc)
{
	struct midi_client *mc = &mf->mf_client;
	int error;

	if (atomic_load_relaxed(&mc->mc_error) == 0)
		return 0;
	mutex_enter(&sc->sc_lock);
	error = mc->mc_error;
	atomic_store_relaxed(&mc->mc_error, 0);
	mutex_exit(&sc->sc_lock);
	return error;
}

static int
midi_write(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct midi_file *mf = fp->f_data;
	struct midi_client *mc = &mf->mf_client;
	struct midi_port *mp = mc->mc_port;
	struct midi_write_how how;
	struct midi_softc *sc;
	int error;

	sc = midi_port_enter(mp);
	if (sc == NULL)
		return EIO;
	if ((mc->mc_dirs & FWRITE) == 0) {
		midi_port_exit(mp);
		return ENXIO;
	}
	how.nonblock = (fp->f_flag & FNONBLOCK) != 0;
	error = midi_box_enter(&mc->mc_out, how.nonblock, &how.room);
	if (error == 0) {
		midi_file_settings(mf, &how);
		if (uio->uio_resid != 0)
			error = midi_file_refused(mf, sc);
		if (error == 0)
			error = midi_write_all(mf, sc, uio, &how);
		midi_box_exit(&mc->mc_out);
		if (error == 0 && !how.nonblock && how.sync)
			error = midi_port_drain(mc, 0);
	}
	midi_port_exit(mp);
	return error;
}

/* Be raw, or not any more, as the settings say: what waits is thrown away.
 * The entry tokens of both boxes are the caller's. */
static void
midi_file_turn(struct midi_file *mf, struct midi_softc *sc)
{
	struct midi_client *mc = &mf->mf_client;
	bool raw;

	mutex_enter(&sc->sc_lock);
	raw = midi_setting_get(&mc->mc_settings, MIDI_SETTING_RAW);
	if (raw != mc->mc_raw) {
		midi_output_discard(sc, mc);
		if (midi_merge_leave(&sc->sc_merge, mc->mc_source))
			sc->sc_end_due = true;
		(void)midi_box_set_raw(&mc->mc_out, raw);
		midi_count(sc, MIDI_COUNT_RCV_DISCARDED,
		    midi_box_set_raw(&mf->mf_in, raw));
		mc->mc_raw = raw;
		midi_parse_init(&mf->mf_parse, mf->mf_parse.mp_flags);
		midi_output_run(sc);
	}
	mutex_exit(&sc->sc_lock);
}

/* The file's settings may be others. */
static int
midi_file_apply(struct midi_file *mf, struct midi_softc *sc)
{
	struct midi_client *mc = &mf->mf_client;
	bool append, turn;
	int error;

	mutex_enter(&sc->sc_lock);
	append = midi_setting_get(&mc->mc_settings, MIDI_SETTING_APPEND);
	turn = mc->mc_raw != midi_setting_get(&mc->mc_settings,
	    MIDI_SETTING_RAW);
	mutex_exit(&sc->sc_lock);
	midi_box_set_least(&mc->mc_out, append ? mc->mc_out.mb_size / 2 :
	    MIDI_BOX_LEAST);
	if (!turn)
		return 0;
	error = midi_box_enter(&mf->mf_in, false, NULL);
	if (error)
		return error;
	error = midi_box_enter(&mc->mc_out, false, NULL);
	if (error == 0) {
		midi_file_turn(mf, sc);
		midi_box_exit(&mc->mc_out);
	}
	midi_box_exit(&mf->mf_in);
	return error;
}

/* Throw away what waits. */
static int
midi_ioctl_discard(struct midi_file *mf, struct midi_softc *sc, int what)
{
	struct midi_client *mc = &mf->mf_client;
	size_t n;
	int error;

	if ((what & ~(FREAD | FWRITE)) != 0 || what == 0)
		return EINVAL;
	if (what & FREAD) {
		/* Not while somebody copies it. */
		error = midi_box_enter(&mf->mf_in, false, NULL);
		if (error)
			return error;
		n = midi_box_flush(&mf->mf_in);
		midi_box_exit(&mf->mf_in);
		mutex_enter(&sc->sc_lock);
		midi_count(sc, MIDI_COUNT_RCV_DISCARDED, n);
		mc->mc_rcv.mst_lost_bytes += n;
		mutex_exit(&sc->sc_lock);
	}
	if ((what & FWRITE) != 0 && (mc->mc_dirs & FWRITE) != 0) {
		mutex_enter(&sc->sc_lock);
		midi_output_discard(sc, mc);
		mutex_exit(&sc->sc_lock);
	}
	return 0;
}

/* A request that midi(4) leaves to the hardware. */
static int
midi_ioctl_hardware(struct midi_softc *sc, u_long cmd, void *data, int flag)
{
	int error;

	if (sc->sc_hw->ioctl == NULL)
		return IOCGROUP(cmd) == 'm' ? EINVAL : EPASSTHROUGH;
	mutex_enter(sc->sc_hwlock);
	error = sc->sc_hw->ioctl(sc->sc_hdl, cmd, data, flag, curlwp);
	mutex_exit(sc->sc_hwlock);
	return error;
}

/* Who is to be told of input and room by a signal, and whether. */
static int
midi_ioctl_async(struct midi_file *mf, struct midi_softc *sc, u_long cmd,
    void *data)
{
	struct midi_client *mc = &mf->mf_client;
	pid_t owner;
	int error = 0;

	mutex_enter(&sc->sc_lock);
	switch (cmd) {
	case FIOASYNC:
		mf->mf_async = *(int *)data != 0;
		if (mf->mf_owner == 0)
			mf->mf_owner = curproc->p_pid;
		break;
	case FIOSETOWN:
	case TIOCSPGRP:
		error = fsetown(&mf->mf_owner, cmd, data);
		break;
	default:
		error = fgetown(mf->mf_owner, cmd, data);
		break;
	}
	owner = mf->mf_async ? mf->mf_owner : 0;
	midi_box_set_async(&mf->mf_in, mc->mc_dirs & FREAD ? owner : 0);
	midi_box_set_async(&mc->mc_out, mc->mc_dirs & FWRITE ? owner : 0);
	mutex_exit(&sc->sc_lock);
	return error;
}

static int
midi_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct midi_file *mf = fp->f_data;
	struct midi_port *mp = mf->mf_client.mc_port;
	struct midi_softc *sc;
	int error = 0;

	sc = midi_port_enter(mp);
	if (sc == NULL)
		return EIO;
	switch (cmd) {
	case FIONBIO:
		break;		/* the file layer has done it */
	case FIOASYNC:
	case FIOSETOWN:
	case FIOGETOWN:
	case TIOCSPGRP:
	case TIOCGPGRP:
		error = midi_ioctl_async(mf, sc, cmd, data);
		break;
	case FIONREAD:
	case MIDI_FIONREAD:
		*(int *)data = midi_box_used(&mf->mf_in);
		break;
	case MIDI_DRAIN:
		if (mf->mf_client.mc_dirs & FWRITE)
			error = midi_port_drain(&mf->mf_client, 0);
		break;
	case MIDI_CLOSEWAIT:
		if (mf->mf_client.mc_dirs & FWRITE)
			error = midi_port_drain(&mf->mf_client,
			    MIDI_PORT_CLOSE_TICKS);
		break;
	case MIDI_DISCARD:
		error = midi_ioctl_discard(mf, sc, *(int *)data);
		break;
	default:
		error = midi_request_handle(sc, &mf->mf_client, cmd,
		    data, fp->f_flag);
		if (error == 0 && cmd == MIDI_SETSETTING)
			error = midi_file_apply(mf, sc);
		if (error == EPASSTHROUGH)
			error = midi_ioctl_hardware(sc, cmd, data,
			    fp->f_flag);
		break;
	}
	midi_port_exit(mp);
	return error;
}

static int
midi_poll(file_t *fp, int events)
{
	struct midi_file *mf = fp->f_data;
	struct midi_port *mp = mf->mf_client.mc_port;
	int revents = 0;

	if (midi_port_enter(mp) == NULL)
		return POLLHUP | (events & (POLLIN | POLLRDNORM | POLLOUT |
		    POLLWRNORM));
	if (mf->mf_client.mc_dirs & FREAD)
		revents |= midi_box_poll(&mf->mf_in, events, curlwp);
	if (mf->mf_client.mc_dirs & FWRITE)
		revents |= midi_box_poll(&mf->mf_client.mc_out, events,
		    curlwp);
	midi_port_exit(mp);
	return revents;
}

static int
midi_kqfilter(file_t *fp, struct knote *kn)
{
	struct midi_file *mf = fp->f_data;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		if ((mf->mf_client.mc_dirs & FREAD) == 0)
			return EINVAL;
		return midi_box_kqfilter(&mf->mf_in, kn);
	case EVFILT_WRITE:
		if ((mf->mf_client.mc_dirs & FWRITE) == 0)
			return EINVAL;
		return midi_box_kqfilter(&mf->mf_client.mc_out, kn);
	default:
		return EINVAL;
	}
}

static int
midi_stat(file_t *fp, struct stat *st)
{
	const struct midi_file *mf = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_dev = st->st_rdev = mf->mf_dev;
	st->st_mode = S_IFCHR;
	return 0;
}
