/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mpu.c: the UART mode of an MPU-401 and its many clones.  See mpu(4).
 *
 * The chip is put in UART mode once, at attach, where there is time to wait
 * for it, and stays there: what comes in while the device is closed is read
 * and forgotten.  Where the power goes at each close, it is put there in the
 * course of the first bytes after the open instead.
 *
 * Input interrupts on an edge of "there is a byte", so a handler reads until
 * there is none.  Should it not come to an end, the callout goes on: nobody
 * reads more than MPU_IN_BATCH bytes with the lock held.  Without an interrupt
 * the callout is all there is, while somebody reads.
 *
 * Output has no interrupt.  What the chip takes at once is given to it; then
 * midi(4) asks again after the time of a byte.  Nobody waits for the chip with
 * a lock held, and no more than MPU_OUT_BATCH bytes are given in one go.
 *
 * Lock: sc->lock, the hardware lock of midi(4), over everything from the
 * attach on.  The callout and the interrupt take it; nothing is called with
 * it but midi(4)'s input.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>

#include <dev/ic/mpureg.h>
#include <dev/ic/mpuvar.h>
#include <dev/midi_if.h>

/* An access to a port takes 1 us; no lock is held for 50. */
#define MPU_IN_BATCH	20
#define MPU_OUT_BATCH	16
/* More than any chip keeps. */
#define MPU_STALE_MAX	256
/* How long a chip may take for a command, and before it goes on. */
#define MPU_WAIT_MS	30

static int	mpu_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	mpu_close(void *);
static int	mpu_output(void *, int);
static void	mpu_getinfo(void *, struct midi_info *);
static void	mpu_get_locks(void *, kmutex_t **, kmutex_t **);
static int	mpu_outputn(void *, const uint8_t *, int);
static int	mpu_direction(void *, int);

static void	mpu_tick(void *);

static const struct midi_hw_if_run mpu_hw_if_run = {
	.outputn = mpu_outputn,
	.direction = mpu_direction,
};

const struct midi_hw_if mpu_midi_hw_if = {
	.open = mpu_open,
	.close = mpu_close,
	.output = mpu_output,
	.getinfo = mpu_getinfo,
	.ioctl = NULL,
	.get_locks = mpu_get_locks,
};

/*
 * Registers.
 */

static bool
mpu_has_byte(struct mpu_softc *sc)
{

	return (bus_space_read_1(sc->iot, sc->ioh, MPU_STATUS) &
	    MPU_STATUS_DSR) == 0;
}

static bool
mpu_takes_byte(struct mpu_softc *sc)
{

	return (bus_space_read_1(sc->iot, sc->ioh, MPU_STATUS) &
	    MPU_STATUS_DRR) == 0;
}

static uint8_t
mpu_get(struct mpu_softc *sc)
{

	return bus_space_read_1(sc->iot, sc->ioh, MPU_DATA);
}

static void
mpu_command(struct mpu_softc *sc, uint8_t command)
{

	bus_space_write_1(sc->iot, sc->ioh, MPU_COMMAND, command);
}

/* Throw away what waits.  False: there is no end to it. */
static bool
mpu_discard(struct mpu_softc *sc, int most)
{

	while (mpu_has_byte(sc)) {
		if (most-- == 0)
			return false;
		(void)mpu_get(sc);
	}
	return true;
}

/*
 * Waiting, with no lock held.  While the system starts, nobody can sleep, and
 * nobody else runs.
 */

/* So many pauses are MPU_WAIT_MS, at least. */
static int
mpu_pauses(void)
{

	return cold ? MPU_WAIT_MS * 1000 / 50 : mstohz(MPU_WAIT_MS) + 1;
}

static void
mpu_pause(void)
{

	if (cold)
		delay(50);
	else
		(void)kpause("mpu", false, 1, NULL);
}

/*
 * Is it there?
 */

static bool
mpu_wait_ready(struct mpu_softc *sc)
{
	int i;

	for (i = mpu_pauses(); !mpu_takes_byte(sc); i--) {
		if (i == 0)
			return false;
		mpu_pause();
	}
	return true;
}

/* Old bytes may stand before it. */
static bool
mpu_wait_ack(struct mpu_softc *sc)
{
	int i, n;

	for (i = mpu_pauses(); i >= 0; i--) {
		for (n = 0; n < MPU_STALE_MAX && mpu_has_byte(sc); n++) {
			if (mpu_get(sc) == MPU_ACK)
				return true;
		}
		mpu_pause();
	}
	return false;
}

/* A chip that is in UART mode obeys, but some then do not say so: those that
 * do not answer are asked once more. */
int
mpu_find(struct mpu_softc *sc)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (!mpu_wait_ready(sc) || !mpu_discard(sc, MPU_STALE_MAX))
			return 0;
		mpu_command(sc, MPU_RESET);
		if (mpu_wait_ack(sc))
			return 1;
	}
	return sc->silent && bus_space_read_1(sc->iot, sc->ioh,
	    MPU_STATUS) != MPU_NOBODY;
}

/*
 * Into UART mode.
 */

/* Is what the chip says the acknowledgement?  What is older may stand before
 * it. */
static void
mpu_step_ack(struct mpu_softc *sc)
{
	int n;

	for (n = 0; n < MPU_IN_BATCH && mpu_has_byte(sc); n++) {
		if (mpu_get(sc) == MPU_ACK) {
			sc->state = MPU_STATE_RUN;
			return;
		}
	}
	/* There are those that say nothing. */
	if (getticks() - sc->ack_end >= 0)
		sc->state = MPU_STATE_RUN;
}

/* Go on as far as the chip lets. */
static void
mpu_step(struct mpu_softc *sc)
{

	KASSERT(mutex_owned(sc->lock));
	if (sc->state == MPU_STATE_COMMAND && mpu_takes_byte(sc)) {
		mpu_command(sc, MPU_UART);
		sc->state = MPU_STATE_ACK;
		sc->ack_end = getticks() + mstohz(MPU_WAIT_MS) + 1;
	}
	if (sc->state == MPU_STATE_ACK)
		mpu_step_ack(sc);
}

static bool
mpu_step_locked(struct mpu_softc *sc)
{
	bool running;

	mutex_enter(sc->lock);
	mpu_step(sc);
	running = sc->state == MPU_STATE_RUN;
	mutex_exit(sc->lock);
	return running;
}

/* Begin to enter; the rest is done by whoever comes next. */
static void
mpu_begin(struct mpu_softc *sc)
{

	KASSERT(mutex_owned(sc->lock));
	sc->state = MPU_STATE_COMMAND;
	mpu_step(sc);
	if (sc->state != MPU_STATE_RUN)
		callout_schedule(&sc->tick, 1);
}

void
mpu_attach(struct mpu_softc *sc)
{
	int i;

	KASSERT(sc->lock != NULL);
	callout_init(&sc->tick, CALLOUT_MPSAFE);
	callout_setfunc(&sc->tick, mpu_tick, sc);
	if (sc->powerctl == NULL) {
		mutex_enter(sc->lock);
		sc->state = MPU_STATE_COMMAND;
		mutex_exit(sc->lock);
		for (i = mpu_pauses(); !mpu_step_locked(sc) && i > 0; i--)
			mpu_pause();
		mutex_enter(sc->lock);
		sc->state = MPU_STATE_RUN;
		mutex_exit(sc->lock);
	}
	(void)midi_attach_mi(&mpu_midi_hw_if, sc, sc->sc_dev);
}

int
mpu_detach(struct mpu_softc *sc, int flags)
{
	int error;

	error = config_detach_children(sc->sc_dev, flags);
	if (error)
		return error;
	mutex_enter(sc->lock);
	sc->dying = true;
	sc->state = MPU_STATE_OFF;
	if (mpu_takes_byte(sc))
		mpu_command(sc, MPU_RESET);
	mutex_exit(sc->lock);
	(void)callout_halt(&sc->tick, NULL);
	callout_destroy(&sc->tick);
	return 0;
}

void
mpu_resume(struct mpu_softc *sc)
{

	mutex_enter(sc->lock);
	if (!sc->dying && (sc->powerctl == NULL || sc->open != 0))
		mpu_begin(sc);
	mutex_exit(sc->lock);
}

/*
 * Input.
 */

/* Read what there is, and give it to who reads. */
static void
mpu_input(struct mpu_softc *sc)
{
	uint8_t bytes[MPU_IN_BATCH];
	int n;

	KASSERT(mutex_owned(sc->lock));
	for (n = 0; n < MPU_IN_BATCH && mpu_has_byte(sc); n++)
		bytes[n] = mpu_get(sc);
	if (n != 0 && (sc->open & FREAD) != 0)
		(void)midi_input_bytes(sc->arg, bytes, n);
	if (n == MPU_IN_BATCH && !sc->dying)
		callout_schedule(&sc->tick, 1);
}

/* Let go of what came before the device was opened; in time. */
static void
mpu_forget(struct mpu_softc *sc)
{

	sc->stale = !mpu_discard(sc, MPU_IN_BATCH);
	if (sc->stale && !sc->dying)
		callout_schedule(&sc->tick, 1);
}

static void
mpu_look(struct mpu_softc *sc)
{

	if (sc->state == MPU_STATE_COMMAND || sc->state == MPU_STATE_ACK)
		mpu_step(sc);
	if (sc->state != MPU_STATE_RUN)
		return;
	if (sc->stale)
		mpu_forget(sc);
	else
		mpu_input(sc);
}

int
mpu_intr(void *arg)
{
	struct mpu_softc *sc = arg;

	KASSERT(mutex_owned(sc->lock));
	if (!mpu_has_byte(sc))
		return 0;
	if (sc->state == MPU_STATE_OFF)
		(void)mpu_discard(sc, MPU_IN_BATCH);
	else
		mpu_look(sc);
	return 1;
}

static void
mpu_tick(void *arg)
{
	struct mpu_softc *sc = arg;

	mutex_enter(sc->lock);
	mpu_look(sc);
	if (!sc->dying && ((sc->polled && (sc->open & FREAD) != 0) ||
	    sc->state == MPU_STATE_COMMAND || sc->state == MPU_STATE_ACK))
		callout_schedule(&sc->tick, 1);
	mutex_exit(sc->lock);
}

/*
 * midi(4)'s methods.
 */

static int
mpu_open(void *hdl, int flags, void (*in)(void *, int), void (*out)(void *),
    void *arg)
{
	struct mpu_softc *sc = hdl;
	int error;

	KASSERT(mutex_owned(sc->lock));
	if (sc->open != 0)
		return EBUSY;
	if (sc->powerctl != NULL) {
		error = (*sc->powerctl)(sc->powerarg, 1);
		if (error)
			return error;
		mpu_begin(sc);
	} else
		mpu_forget(sc);
	sc->intr = in;
	sc->arg = arg;
	return mpu_direction(sc, flags);
}

static int
mpu_direction(void *hdl, int flags)
{
	struct mpu_softc *sc = hdl;

	KASSERT(mutex_owned(sc->lock));
	sc->open = flags;
	if (sc->polled && (flags & FREAD) != 0)
		callout_schedule(&sc->tick, 1);
	return 0;
}

static void
mpu_close(void *hdl)
{
	struct mpu_softc *sc = hdl;

	KASSERT(mutex_owned(sc->lock));
	sc->open = 0;
	sc->intr = NULL;
	sc->arg = NULL;
	if (sc->powerctl != NULL) {
		sc->state = MPU_STATE_OFF;
		(void)(*sc->powerctl)(sc->powerarg, 0);
	}
}

static int
mpu_outputn(void *hdl, const uint8_t *bytes, int n)
{
	struct mpu_softc *sc = hdl;
	int i;

	KASSERT(mutex_owned(sc->lock));
	if (sc->state != MPU_STATE_RUN)
		mpu_step(sc);
	if (sc->state != MPU_STATE_RUN)
		return 0;
	n = imin(n, MPU_OUT_BATCH);
	for (i = 0; i < n && mpu_takes_byte(sc); i++)
		bus_space_write_1(sc->iot, sc->ioh, MPU_DATA, bytes[i]);
	return i;
}

static int
mpu_output(void *hdl, int byte)
{
	const uint8_t b = byte;

	return mpu_outputn(hdl, &b, 1) == 1 ? EINPROGRESS : EIO;
}

static void
mpu_getinfo(void *hdl, struct midi_info *info)
{
	const struct mpu_softc *sc = hdl;

	info->name = sc->model;
	info->run = &mpu_hw_if_run;
	info->props = MIDI_PROP_CAN_INPUT;
}

static void
mpu_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct mpu_softc *sc = hdl;

	*intr = sc->lock;
	*thread = NULL;
}
