/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_port.c: the one way by which users reach midi devices.
 *
 * An open rmidi node and the sequencer know ports, never devices.  A port
 * outlives its device for as long as somebody remembers it, and so is where
 * a user finds out, safely, that the device has gone.
 *
 * Who calls into a device is inside its port (midi_port_enter), and a device
 * that goes (midi_port_vanish) lets nobody in any more, wakes those inside
 * and waits for them: without a time limit, as all they wait for has been
 * ended.  A user who comes to close his port in the meantime waits until the
 * device has let go of him.
 *
 * A direction is shared when each of those who have it lets others in: the
 * first brings that from the port's setting, who joins him shares as he does.
 * Connections in the kernel are passive: they share with anyone.
 *
 * Who is inside is counted without a lock, as that is done for each message,
 * until the device goes: from then on the count changes under mp_lock.
 *
 * Locks: mp_lock guards the end and who remembers the port.  Opening
 * and closing are done under sc_lock.  midi_port_lock guards the way from a
 * device to its port, and the settings of ports to come.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/proc.h>

#include <dev/midi/midivar.h>

#define MIDI_PORT_SHUT	0x80000000U

/* Field keys: [a] constant until gone; [p] mp_lock. */
struct midi_port {
	kmutex_t	mp_lock;
	kcondvar_t	mp_cv;		/* with mp_lock: gone, nobody inside */
	struct midi_softc *mp_sc;	/* [a] */
	bool		mp_gone;	/* [p] the device has let go of all */
	volatile u_int	mp_inside;	/* threads inside; atomic, and once
					   MIDI_PORT_SHUT is in it, [p] */
	u_int		mp_refs;	/* [p] the device and the clients */
};

static kmutex_t midi_port_lock;
static void (*midi_port_observer)(int);		/* [g] */
static struct midi_settings midi_port_settings;	/* [g] of ports to come */

void
midi_port_init(void)
{

	mutex_init(&midi_port_lock, MUTEX_DEFAULT, IPL_NONE);
	midi_setting_init(&midi_port_settings);
}

void
midi_port_fini(void)
{

	mutex_destroy(&midi_port_lock);
}

void
midi_port_observe(void (*observer)(int))
{

	mutex_enter(&midi_port_lock);
	midi_port_observer = observer;
	mutex_exit(&midi_port_lock);
}

void
midi_port_announce(int unit)
{

	mutex_enter(&midi_port_lock);
	if (midi_port_observer != NULL)
		(*midi_port_observer)(unit);
	mutex_exit(&midi_port_lock);
}

void
midi_port_defaults(struct midi_settings *mss)
{

	mutex_enter(&midi_port_lock);
	*mss = midi_port_settings;
	mutex_exit(&midi_port_lock);
}

void
midi_port_set_default(enum midi_setting_key key, int value)
{

	KASSERT(midi_setting_valid(key, value));
	mutex_enter(&midi_port_lock);
	midi_port_settings.mss_value[key] = value;
	mutex_exit(&midi_port_lock);
}

struct midi_port *
midi_port_attach(struct midi_softc *sc)
{
	struct midi_port *mp;

	mp = kmem_zalloc(sizeof(*mp), KM_SLEEP);
	mutex_init(&mp->mp_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&mp->mp_cv, "midiport");
	mp->mp_sc = sc;
	mp->mp_refs = 1;
	return mp;
}

static void
midi_port_hold(struct midi_port *mp)
{

	mutex_enter(&mp->mp_lock);
	KASSERT(mp->mp_refs != 0);
	mp->mp_refs++;
	mutex_exit(&mp->mp_lock);
}

void
midi_port_release(struct midi_port *mp)
{
	bool last;

	mutex_enter(&mp->mp_lock);
	KASSERT(mp->mp_refs != 0);
	last = --mp->mp_refs == 0;
	mutex_exit(&mp->mp_lock);
	if (!last)
		return;
	KASSERT(mp->mp_gone);
	cv_destroy(&mp->mp_cv);
	mutex_destroy(&mp->mp_lock);
	kmem_free(mp, sizeof(*mp));
}

struct midi_port *
midi_port_lookup(int unit)
{
	struct midi_softc *sc;
	struct midi_port *mp;
	device_t dev;

	sc = midi_softc_acquire(unit, &dev);
	if (sc == NULL)
		return NULL;
	mutex_enter(&midi_port_lock);
	mp = sc->sc_port;
	if (mp != NULL)
		midi_port_hold(mp);
	mutex_exit(&midi_port_lock);
	device_release(dev);
	return mp;
}

struct midi_softc *
midi_port_enter(struct midi_port *mp)
{
	u_int n = atomic_load_relaxed(&mp->mp_inside), was;

	do {
		if ((n & MIDI_PORT_SHUT) != 0)
			return NULL;
		was = n;
		n = atomic_cas_uint(&mp->mp_inside, was, was + 1);
	} while (n != was);
	return mp->mp_sc;
}

void
midi_port_exit(struct midi_port *mp)
{
	u_int n = atomic_load_relaxed(&mp->mp_inside), was;

	membar_release();
	do {
		KASSERT((n & ~MIDI_PORT_SHUT) != 0);
		if ((n & MIDI_PORT_SHUT) != 0) {
			/* Somebody waits, and then perhaps frees the port. */
			mutex_enter(&mp->mp_lock);
			atomic_dec_uint(&mp->mp_inside);
			cv_broadcast(&mp->mp_cv);
			mutex_exit(&mp->mp_lock);
			return;
		}
		was = n;
		n = atomic_cas_uint(&mp->mp_inside, was, was - 1);
	} while (n != was);
}

/* Tell each client that the device goes, so that none waits for it. */
static void
midi_port_wake_clients(struct midi_softc *sc)
{
	struct midi_client *mc;

	mutex_enter(&sc->sc_lock);
	sc->sc_dying = true;
	LIST_FOREACH(mc, &sc->sc_readers, mc_rlink)
		mc->mc_ops->mco_gone(mc);
	LIST_FOREACH(mc, &sc->sc_taps, mc_rlink)
		mc->mc_ops->mco_gone(mc);
	TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
		midi_box_kill(&mc->mc_out);
		if (mc != &sc->sc_self)
			mc->mc_ops->mco_gone(mc);
	}
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
}

static void
midi_port_hw_close(struct midi_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	if (sc->sc_hwdirs == 0)
		return;
	mutex_enter(sc->sc_hwlock);
	sc->sc_hw->close(sc->sc_hdl);
	mutex_exit(sc->sc_hwlock);
	sc->sc_hwdirs = 0;
}

/* Take a reader off the device, and wait until he is not called any more:
 * which is soon, as mco_after does not wait. */
static void
midi_port_unlist_reader(struct midi_softc *sc, struct midi_client *mc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	LIST_REMOVE(mc, mc_rlink);
	if (mc->mc_due)
		TAILQ_REMOVE(&sc->sc_after, mc, mc_alink);
	mc->mc_due = false;
	while (mc->mc_after != 0)
		cv_wait(&sc->sc_cv, &sc->sc_lock);
}

/* Nobody is inside: take the clients off the device. */
static void
midi_port_forget_clients(struct midi_softc *sc)
{
	struct midi_client *mc;

	mutex_enter(&sc->sc_lock);
	while ((mc = LIST_FIRST(&sc->sc_readers)) != NULL)
		midi_port_unlist_reader(sc, mc);
	while ((mc = LIST_FIRST(&sc->sc_taps)) != NULL)
		LIST_REMOVE(mc, mc_rlink);
	while ((mc = TAILQ_FIRST(&sc->sc_writers)) != NULL)
		TAILQ_REMOVE(&sc->sc_writers, mc, mc_wlink);
	midi_port_hw_close(sc);
	sc->sc_open = 0;
	mutex_exit(&sc->sc_lock);
}

void
midi_port_vanish(struct midi_port *mp, bool stays)
{
	struct midi_softc *sc = mp->mp_sc;

	mutex_enter(&mp->mp_lock);
	KASSERT((atomic_load_relaxed(&mp->mp_inside) & MIDI_PORT_SHUT) == 0);
	atomic_or_uint(&mp->mp_inside, MIDI_PORT_SHUT);
	mutex_exit(&mp->mp_lock);

	if (stays)
		midi_output_farewell(sc);
	midi_port_wake_clients(sc);

	mutex_enter(&mp->mp_lock);
	while (atomic_load_relaxed(&mp->mp_inside) != MIDI_PORT_SHUT)
		cv_wait(&mp->mp_cv, &mp->mp_lock);
	mutex_exit(&mp->mp_lock);
	membar_acquire();

	midi_port_forget_clients(sc);

	mutex_enter(&midi_port_lock);
	sc->sc_port = NULL;
	mutex_exit(&midi_port_lock);

	mutex_enter(&mp->mp_lock);
	mp->mp_gone = true;
	mp->mp_sc = NULL;
	cv_broadcast(&mp->mp_cv);
	mutex_exit(&mp->mp_lock);
	midi_port_release(mp);
}

/* Open the hardware, which is closed. */
static int
midi_port_hw_open(struct midi_softc *sc, int dirs)
{
	int error;

	KASSERT(mutex_owned(&sc->sc_lock));
	KASSERT(sc->sc_hwdirs == 0);
	mutex_enter(sc->sc_hwlock);
	error = sc->sc_hw->open(sc->sc_hdl, dirs, midi_input_byte,
	    midi_output_ready, sc);
	mutex_exit(sc->sc_hwlock);
	if (error == 0)
		sc->sc_hwdirs = dirs;
	return error;
}

/*
 * Open hardware for more than it is open for, which without the method
 * `direction' means: close it and open it again, with no byte on its way.
 * Users of the other direction wait meanwhile, and lose nothing; if it cannot
 * be had, they keep what they had.
 */
static int
midi_port_hw_reopen(struct midi_softc *sc, int dirs)
{
	const int before = sc->sc_hwdirs;
	int error;

	error = midi_output_pause(sc);
	if (error == 0) {
		midi_port_hw_close(sc);
		error = midi_port_hw_open(sc, dirs | before);
		if (error)
			(void)midi_port_hw_open(sc, before);
		midi_encode_forget(&sc->sc_encode);
	}
	midi_output_resume(sc);
	return error;
}

/* Have the hardware started for these directions; for more is no harm. */
static int
midi_port_start(struct midi_softc *sc, int dirs)
{
	int error = 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (dirs == sc->sc_open)
		return 0;
	if ((sc->sc_open & FREAD) == 0)
		midi_input_reset(sc);
	if ((sc->sc_open & FWRITE) == 0)
		midi_output_reset(sc);
	if (sc->sc_hwdirs == 0)
		error = midi_port_hw_open(sc, dirs);
	else if (sc->sc_run->direction != NULL) {
		mutex_enter(sc->sc_hwlock);
		error = sc->sc_run->direction(sc->sc_hdl, dirs);
		mutex_exit(sc->sc_hwlock);
		if (error == 0)
			sc->sc_hwdirs = dirs;
	} else if (dirs & ~sc->sc_hwdirs)
		error = midi_port_hw_reopen(sc, dirs);
	return error;
}

/* The lowest number that no sender has. */
static unsigned int
midi_port_source(struct midi_softc *sc)
{
	struct midi_client *mc;
	unsigned int n = 0;

	do {
		n++;
		TAILQ_FOREACH(mc, &sc->sc_writers, mc_wlink) {
			if (mc->mc_source == n)
				break;
		}
	} while (mc != NULL);
	return n;
}

/* Who holds a direction: somebody else than the device itself. */
static int
midi_port_held(struct midi_softc *sc)
{
	int dirs = 0;

	if (!LIST_EMPTY(&sc->sc_readers))
		dirs |= FREAD;
	if (TAILQ_FIRST(&sc->sc_writers) != &sc->sc_self)
		dirs |= FWRITE;
	return dirs;
}

/* Whether the other is in the client's way; or, does not share the direction
 * with him. */
static bool
midi_port_bars(const struct midi_client *other, const struct midi_client *mc,
    bool unshared)
{

	if (other->mc_passive || (mc->mc_group != NULL &&
	    other->mc_group == mc->mc_group))
		return false;
	return !unshared || midi_setting_get(&other->mc_settings,
	    MIDI_SETTING_EXCLUSIVE);
}

/* Whether somebody has one of the directions, who is in the client's way; or,
 * does not share it. */
static bool
midi_port_taken(struct midi_softc *sc, const struct midi_client *mc, int dirs,
    bool unshared)
{
	const struct midi_client *other;

	LIST_FOREACH(other, &sc->sc_readers, mc_rlink) {
		if ((dirs & FREAD) != 0 && midi_port_bars(other, mc, unshared))
			return true;
	}
	TAILQ_FOREACH(other, &sc->sc_writers, mc_wlink) {
		if ((dirs & FWRITE) != 0 && other != &sc->sc_self &&
		    midi_port_bars(other, mc, unshared))
			return true;
	}
	return false;
}

/* Somebody has gone: stop the hardware, or what of it is no more in use.
 * While somebody opens it, it is left to him. */
static void
midi_port_stop(struct midi_softc *sc)
{
	const int dirs = midi_port_held(sc);

	KASSERT(mutex_owned(&sc->sc_lock));
	if ((sc->sc_open & ~dirs & FREAD) != 0)
		midi_input_reset(sc);
	if ((sc->sc_open & ~dirs & FWRITE) != 0)
		midi_output_reset(sc);
	if (sc->sc_opening == 0 && dirs == 0)
		midi_port_hw_close(sc);
	else if (sc->sc_opening == 0)
		(void)midi_port_start(sc, dirs);
	sc->sc_open = dirs;
}

/* Whether to wait for one who has a direction to go: where the port's setting
 * is so, and the user does not mind. */
static bool
midi_port_may_wait(const struct midi_softc *sc, const struct midi_client *mc)
{

	return mc->mc_may_wait && midi_setting_get(&sc->sc_settings,
	    MIDI_SETTING_WAIT_OPEN);
}

/*
 * Wait until nobody is in the way of an open of the directions.  Another's
 * open that is in progress, and will share, is waited for in any case: it is
 * soon over.
 */
static int
midi_port_await(struct midi_softc *sc, const struct midi_client *mc, int dirs)
{
	const u_int cancels = sc->sc_cancels;
	bool busy;
	int error;

	KASSERT(mutex_owned(&sc->sc_lock));
	for (;;) {
		if (sc->sc_dying)
			return EIO;
		if (sc->sc_cancels != cancels)
			return ENXIO;
		busy = !mc->mc_passive && ((sc->sc_claiming & dirs) != 0 ||
		    midi_port_taken(sc, mc, dirs, true));
		if (!busy && (sc->sc_opening & dirs) == 0)
			return 0;
		if (busy && !midi_port_may_wait(sc, mc))
			return EBUSY;
		error = cv_wait_sig(&sc->sc_cv, &sc->sc_lock);
		if (error)
			return error;
	}
}

int
midi_port_setting(int unit, enum midi_setting_key key)
{
	struct midi_settings mss;
	struct midi_port *mp;
	struct midi_softc *sc;

	midi_port_defaults(&mss);
	mp = midi_port_lookup(unit);
	if (mp == NULL)
		return midi_setting_get(&mss, key);
	sc = midi_port_enter(mp);
	if (sc != NULL) {
		mutex_enter(&sc->sc_lock);
		mss = sc->sc_settings;
		mutex_exit(&sc->sc_lock);
		midi_port_exit(mp);
	}
	midi_port_release(mp);
	return midi_setting_get(&mss, key);
}

void
midi_port_cancel(int unit)
{
	struct midi_port *mp;
	struct midi_softc *sc;

	mp = midi_port_lookup(unit);
	if (mp == NULL)
		return;
	sc = midi_port_enter(mp);
	if (sc != NULL) {
		mutex_enter(&sc->sc_lock);
		sc->sc_cancels++;
		cv_broadcast(&sc->sc_cv);
		mutex_exit(&sc->sc_lock);
		midi_port_exit(mp);
	}
	midi_port_release(mp);
}

/* The locked half of midi_port_open(). */
static int
midi_port_join(struct midi_softc *sc, struct midi_client *mc, int dirs)
{
	int claim, error;

	KASSERT(mutex_owned(&sc->sc_lock));
	error = midi_port_await(sc, mc, dirs);
	if (error)
		return error;
	midi_setting_inherit(&mc->mc_settings, &sc->sc_settings);
	if (midi_port_taken(sc, mc, dirs, false))
		mc->mc_settings.mss_value[MIDI_SETTING_EXCLUSIVE] = 0;
	sc->sc_opening |= dirs;
	claim = !mc->mc_passive && midi_setting_get(&mc->mc_settings,
	    MIDI_SETTING_EXCLUSIVE) ? dirs : 0;
	sc->sc_claiming |= claim;
	error = midi_port_start(sc, sc->sc_open | dirs);
	sc->sc_opening &= ~dirs;
	sc->sc_claiming &= ~claim;
	cv_broadcast(&sc->sc_cv);
	if (error) {
		if (!sc->sc_dying)
			midi_port_stop(sc);
		return error;
	}
	sc->sc_open |= dirs;
	mc->mc_dirs = dirs;
	mc->mc_error = 0;
	mc->mc_raw = mc->mc_file && midi_setting_get(&mc->mc_settings,
	    MIDI_SETTING_RAW);
	if (mc->mc_raw) {
		(void)midi_box_set_raw(&mc->mc_out, true);
		(void)midi_box_set_raw(mc->mc_in, true);
	}
	if (mc->mc_append)
		mc->mc_settings.mss_value[MIDI_SETTING_APPEND] = 1;
	if (midi_setting_get(&mc->mc_settings, MIDI_SETTING_APPEND))
		midi_box_set_least(&mc->mc_out, mc->mc_out.mb_size / 2);
	memset(&mc->mc_rcv, 0, sizeof(mc->mc_rcv));
	memset(&mc->mc_xmt, 0, sizeof(mc->mc_xmt));
	midi_filter_init(&mc->mc_filter);
	mc->mc_sysex = !midi_parse_in_sysex(&sc->sc_parse);
	if (dirs & FREAD) {
		LIST_INSERT_HEAD(&sc->sc_readers, mc, mc_rlink);
		midi_input_changed(sc);
	}
	if (dirs & FWRITE) {
		mc->mc_source = midi_port_source(sc);
		midi_notes_init(&mc->mc_notes);
		TAILQ_INSERT_HEAD(&sc->sc_writers, mc, mc_wlink);
	}
	return 0;
}

/* The part of midi_port_open() inside the port. */
static int
midi_port_open_inside(struct midi_softc *sc, struct midi_client *mc, int dirs)
{
	bool check;
	int bytes, error;

	mutex_enter(&sc->sc_lock);
	check = midi_setting_get(&sc->sc_settings, MIDI_SETTING_OPEN_CHECK);
	bytes = midi_setting_get(&sc->sc_settings, MIDI_SETTING_OUT_BYTES);
	mutex_exit(&sc->sc_lock);
	if (check && mc->mc_file && (dirs & ~sc->sc_dirs) != 0)
		return ENODEV;
	mc->mc_dirs = 0;
	if (mc->mc_pid == 0)
		mc->mc_pid = curproc->p_pid;
	midi_box_init(&mc->mc_out, bytes, true, mc->mc_ops->mco_writable, mc);
	mutex_enter(&sc->sc_lock);
	error = midi_port_join(sc, mc, dirs & sc->sc_dirs);
	mutex_exit(&sc->sc_lock);
	if (error)
		midi_box_destroy(&mc->mc_out);
	return error;
}

int
midi_port_open(struct midi_client *mc, int unit, int dirs)
{
	struct midi_softc *sc;
	int error = EIO;

	mc->mc_port = midi_port_lookup(unit);
	if (mc->mc_port == NULL)
		return ENXIO;
	sc = midi_port_enter(mc->mc_port);
	if (sc != NULL) {
		error = midi_port_open_inside(sc, mc, dirs);
		midi_port_exit(mc->mc_port);
	}
	if (error) {
		midi_port_release(mc->mc_port);
		mc->mc_port = NULL;
	}
	return error;
}

/* The device is there: leave it as if the client had never been. */
static void
midi_port_part(struct midi_softc *sc, struct midi_client *mc,
    enum midi_port_how how)
{
	int error = 0;

	mutex_enter(&sc->sc_lock);
	midi_request_high(sc, mc);
	if (mc->mc_dirs & FREAD)
		midi_port_unlist_reader(sc, mc);
	if (mc->mc_dirs & FWRITE) {
		if (how == MIDI_PORT_DRAIN && midi_setting_get(
		    &mc->mc_settings, MIDI_SETTING_CLOSE_DRAIN))
			error = midi_output_drain(sc, mc,
			    MIDI_PORT_CLOSE_TICKS, true);
		midi_output_leave(sc, mc, error != 0);
		TAILQ_REMOVE(&sc->sc_writers, mc, mc_wlink);
	}
	if (!sc->sc_dying)
		midi_port_stop(sc);
	midi_input_changed(sc);
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
	/* A reader that held back the others is no more. */
	midi_softint_schedule(sc->sc_in_sih);
}

/* The device goes: wait until it has let go of its clients. */
static void
midi_port_await_gone(struct midi_port *mp)
{

	mutex_enter(&mp->mp_lock);
	while (!mp->mp_gone)
		cv_wait(&mp->mp_cv, &mp->mp_lock);
	mutex_exit(&mp->mp_lock);
}

void
midi_port_close(struct midi_client *mc, enum midi_port_how how)
{
	struct midi_port *mp = mc->mc_port;
	struct midi_softc *sc;

	sc = midi_port_enter(mp);
	if (sc != NULL) {
		midi_port_part(sc, mc, how);
		midi_port_exit(mp);
	} else
		midi_port_await_gone(mp);
	mc->mc_port = NULL;
	mc->mc_dirs = 0;
	midi_box_destroy(&mc->mc_out);
	midi_port_release(mp);
}

int
midi_port_tap(struct midi_client *mc, int unit)
{
	struct midi_softc *sc;
	int error = EIO;

	mc->mc_port = midi_port_lookup(unit);
	if (mc->mc_port == NULL)
		return ENXIO;
	sc = midi_port_enter(mc->mc_port);
	if (sc != NULL) {
		error = (sc->sc_dirs & FWRITE) != 0 ? 0 : ENODEV;
		mutex_enter(&sc->sc_lock);
		if (error == 0 && sc->sc_dying)
			error = EIO;
		if (error == 0)
			LIST_INSERT_HEAD(&sc->sc_taps, mc, mc_rlink);
		mutex_exit(&sc->sc_lock);
		midi_port_exit(mc->mc_port);
	}
	if (error) {
		midi_port_release(mc->mc_port);
		mc->mc_port = NULL;
	}
	return error;
}

void
midi_port_untap(struct midi_client *mc)
{
	struct midi_port *mp = mc->mc_port;
	struct midi_softc *sc;

	sc = midi_port_enter(mp);
	if (sc != NULL) {
		mutex_enter(&sc->sc_lock);
		LIST_REMOVE(mc, mc_rlink);
		mutex_exit(&sc->sc_lock);
		midi_port_exit(mp);
	} else
		midi_port_await_gone(mp);
	mc->mc_port = NULL;
	midi_port_release(mp);
}

size_t
midi_port_send(struct midi_client *mc, const uint8_t *run, size_t n)
{

	return midi_box_put(&mc->mc_out, run, n);
}

int
midi_port_kick(struct midi_client *mc)
{
	struct midi_softc *sc;
	int error;

	sc = midi_port_enter(mc->mc_port);
	if (sc == NULL)
		return EIO;
	error = midi_output_kick(sc, mc);
	midi_port_exit(mc->mc_port);
	return error;
}

void
midi_port_after(struct midi_client *mc)
{
	struct midi_softc *sc = mc->mc_port->mp_sc;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (mc->mc_due)
		return;
	mc->mc_due = true;
	TAILQ_INSERT_TAIL(&sc->sc_after, mc, mc_alink);
}

void
midi_port_resume(struct midi_client *mc)
{

	midi_softint_schedule(mc->mc_port->mp_sc->sc_in_sih);
}

void
midi_port_silence(struct midi_client *mc)
{
	struct midi_softc *sc;

	sc = midi_port_enter(mc->mc_port);
	if (sc == NULL)
		return;
	mutex_enter(&sc->sc_lock);
	midi_output_silence(sc, mc);
	mutex_exit(&sc->sc_lock);
	midi_port_exit(mc->mc_port);
}

int
midi_port_drain(struct midi_client *mc, int ticks)
{
	struct midi_softc *sc;
	int error;

	sc = midi_port_enter(mc->mc_port);
	if (sc == NULL)
		return EIO;
	mutex_enter(&sc->sc_lock);
	error = midi_output_drain(sc, mc, ticks, true);
	mutex_exit(&sc->sc_lock);
	midi_port_exit(mc->mc_port);
	return error;
}

void
midi_port_pass_sense(struct midi_client *mc)
{
	struct midi_softc *sc;

	sc = midi_port_enter(mc->mc_port);
	if (sc == NULL)
		return;
	mutex_enter(&sc->sc_lock);
	mc->mc_settings.mss_value[MIDI_SETTING_ASENSE_PASS] = 1;
	midi_input_changed(sc);
	mutex_exit(&sc->sc_lock);
	midi_port_exit(mc->mc_port);
}

int
midi_port_hardware(struct midi_client *mc, u_long cmd, void *data)
{
	struct midi_softc *sc;
	int error = EPASSTHROUGH;

	KASSERT(mc->mc_dirs & FWRITE);
	sc = midi_port_enter(mc->mc_port);
	if (sc == NULL)
		return EIO;
	if (sc->sc_hw->ioctl != NULL) {
		mutex_enter(sc->sc_hwlock);
		error = sc->sc_hw->ioctl(sc->sc_hdl, cmd, data, FWRITE,
		    curlwp);
		mutex_exit(sc->sc_hwlock);
	}
	midi_port_exit(mc->mc_port);
	return error == EPASSTHROUGH ? EINVAL : error;
}
