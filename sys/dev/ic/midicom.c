/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midicom.c: a serial UART, 16550 or older, as a MIDI port.  See midicom(4).
 *
 * The chip interrupts for received bytes while somebody reads, from the first
 * one on, and for room only while midi(4) has more than the chip took.  Its
 * line is one edge for all reasons, so that a handler goes on until none is
 * left; should it not come to an end, the callout goes on.  Without an
 * interrupt the callout looks for bytes at each tick, and midi(4) asks again
 * by itself.
 *
 * Errors belong to the byte that is read next, and reading the line status
 * clears them: who does so for another reason leaves them in sc_errors.  Bytes
 * with errors are no MIDI and go no further; all are counted.
 *
 * Lock: sc_lock, the hardware lock of midi(4), over the registers and all
 * members but constants, for no more than a FIFO's worth of bytes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <dev/ic/midicomreg.h>
#include <dev/ic/midicomvar.h>
#include <dev/midi_if.h>

#define MIDICOM_FIFO_BYTES	16
/* Reasons that one interrupt goes through. */
#define MIDICOM_ROUNDS		16

#define MIDICOM_LSR_BAD	\
	(MIDICOM_LSR_PARITY | MIDICOM_LSR_FRAMING | MIDICOM_LSR_BREAK)

static int	midicom_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	midicom_close(void *);
static int	midicom_output(void *, int);
static void	midicom_getinfo(void *, struct midi_info *);
static void	midicom_get_locks(void *, kmutex_t **, kmutex_t **);
static int	midicom_outputn(void *, const uint8_t *, int);
static int	midicom_direction(void *, int);

static void	midicom_tick(void *);

static const struct midi_hw_if_run midicom_hw_if_run = {
	.outputn = midicom_outputn,
	.direction = midicom_direction,
};

static const struct midi_hw_if midicom_hw_if = {
	.open = midicom_open,
	.close = midicom_close,
	.output = midicom_output,
	.getinfo = midicom_getinfo,
	.ioctl = NULL,
	.get_locks = midicom_get_locks,
};

static const char *const midicom_counts[MIDICOM_NCOUNTS] = {
	[MIDICOM_COUNT_OVERRUN] = "rcv overruns",
	[MIDICOM_COUNT_FRAMING] = "rcv framing errors",
	[MIDICOM_COUNT_BREAK] = "rcv breaks",
};

static uint8_t
midicom_read(struct midicom_softc *sc, bus_size_t reg)
{

	return bus_space_read_1(sc->sc_iot, sc->sc_ioh, reg);
}

static void
midicom_write(struct midicom_softc *sc, bus_size_t reg, uint8_t value)
{

	bus_space_write_1(sc->sc_iot, sc->sc_ioh, reg, value);
}

/*
 * What is it?
 */

/* Bits of it are always 0; and two outputs come back as inputs. */
bool
midicom_find(bus_space_tag_t iot, bus_space_handle_t ioh)
{
	uint8_t mcr, msr;

	if ((bus_space_read_1(iot, ioh, MIDICOM_IIR) & MIDICOM_IIR_ZERO) != 0)
		return false;
	if (bus_space_read_1(iot, ioh, MIDICOM_LSR) == MIDICOM_LSR_NOBODY)
		return false;
	mcr = bus_space_read_1(iot, ioh, MIDICOM_MCR);
	bus_space_write_1(iot, ioh, MIDICOM_MCR, MIDICOM_MCR_LOOP |
	    MIDICOM_MCR_RTS | MIDICOM_MCR_OUT2);
	msr = bus_space_read_1(iot, ioh, MIDICOM_MSR);
	bus_space_write_1(iot, ioh, MIDICOM_MCR, mcr);
	return (msr & MIDICOM_MSR_INPUTS) ==
	    (MIDICOM_MSR_LOOP_RTS | MIDICOM_MSR_LOOP_OUT2);
}

/* Speed, form and FIFO. */
static void
midicom_setup(struct midicom_softc *sc)
{

	midicom_write(sc, MIDICOM_IER, 0);
	midicom_write(sc, MIDICOM_LCR, MIDICOM_LCR_DLAB);
	midicom_write(sc, MIDICOM_DLL, sc->sc_divisor & 0xff);
	midicom_write(sc, MIDICOM_DLM, sc->sc_divisor >> 8);
	midicom_write(sc, MIDICOM_LCR, MIDICOM_LCR_8N1);
	midicom_write(sc, MIDICOM_FCR, MIDICOM_FCR_ENABLE |
	    MIDICOM_FCR_RX_RESET | MIDICOM_FCR_TX_RESET |
	    MIDICOM_FCR_TRIGGER_1);
	midicom_write(sc, MIDICOM_MCR, MIDICOM_MCR_DTR | MIDICOM_MCR_RTS |
	    MIDICOM_MCR_OUT2);
}

void
midicom_init(struct midicom_softc *sc)
{
	u_int i;

	for (i = 0; i < MIDICOM_NCOUNTS; i++)
		evcnt_attach_dynamic(&sc->sc_count[i], EVCNT_TYPE_MISC, NULL,
		    device_xname(sc->sc_dev), midicom_counts[i]);
	callout_init(&sc->sc_tick, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_tick, midicom_tick, sc);
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_AUDIO);
	midicom_setup(sc);
	if ((midicom_read(sc, MIDICOM_IIR) & MIDICOM_IIR_FIFO) ==
	    MIDICOM_IIR_FIFO) {
		sc->sc_model = "16550A";
		sc->sc_fifo = MIDICOM_FIFO_BYTES;
	} else {
		/* Without one, or with one that is better left alone. */
		midicom_write(sc, MIDICOM_FCR, 0);
		sc->sc_model = "16450 or older";
		sc->sc_fifo = 1;
	}
}

void
midicom_attach(struct midicom_softc *sc)
{

	(void)midi_attach_mi(&midicom_hw_if, sc, sc->sc_dev);
}

static void
midicom_set_ier(struct midicom_softc *sc, uint8_t ier)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	if (sc->sc_ier != ier)
		midicom_write(sc, MIDICOM_IER, ier);
	sc->sc_ier = ier;
}

int
midicom_detach(struct midicom_softc *sc, int flags)
{
	int error;

	error = config_detach_children(sc->sc_dev, flags);
	if (error)
		return error;
	mutex_enter(&sc->sc_lock);
	sc->sc_dying = true;
	midicom_set_ier(sc, 0);
	midicom_write(sc, MIDICOM_MCR, 0);
	mutex_exit(&sc->sc_lock);
	(void)callout_halt(&sc->sc_tick, NULL);
	return 0;
}

void
midicom_fini(struct midicom_softc *sc)
{
	u_int i;

	callout_destroy(&sc->sc_tick);
	for (i = 0; i < MIDICOM_NCOUNTS; i++)
		evcnt_detach(&sc->sc_count[i]);
	mutex_destroy(&sc->sc_lock);
}

void
midicom_resume(struct midicom_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	if (!sc->sc_dying) {
		midicom_setup(sc);
		midicom_write(sc, MIDICOM_IER, sc->sc_ier);
	}
	mutex_exit(&sc->sc_lock);
}

/*
 * Line status.
 */

static uint8_t
midicom_status(struct midicom_softc *sc)
{
	uint8_t lsr;

	KASSERT(mutex_owned(&sc->sc_lock));
	lsr = midicom_read(sc, MIDICOM_LSR);
	if (lsr == MIDICOM_LSR_NOBODY)
		return 0;
	if (lsr & MIDICOM_LSR_OVERRUN)
		sc->sc_count[MIDICOM_COUNT_OVERRUN].ev_count++;
	sc->sc_errors |= lsr & MIDICOM_LSR_BAD;
	return lsr;
}

/* The byte that was just read had these errors; a break is one that frames
 * nothing.  Is it good? */
static bool
midicom_good(struct midicom_softc *sc, uint8_t errors)
{

	if (errors & MIDICOM_LSR_BREAK)
		sc->sc_count[MIDICOM_COUNT_BREAK].ev_count++;
	else if (errors & MIDICOM_LSR_BAD)
		sc->sc_count[MIDICOM_COUNT_FRAMING].ev_count++;
	return errors == 0;
}

/*
 * Input.
 */

/* Read what there is, and give it to who reads. */
static void
midicom_input(struct midicom_softc *sc)
{
	uint8_t byte, bytes[MIDICOM_FIFO_BYTES];
	int i, n = 0;

	for (i = 0; i < MIDICOM_FIFO_BYTES &&
	    (midicom_status(sc) & MIDICOM_LSR_READY) != 0; i++) {
		byte = midicom_read(sc, MIDICOM_DATA);
		if (midicom_good(sc, sc->sc_errors))
			bytes[n++] = byte;
		sc->sc_errors = 0;
	}
	if (n != 0 && (sc->sc_open & FREAD) != 0)
		(void)midi_input_bytes(sc->sc_arg, bytes, n);
}

/* Forget what is there, errors included. */
static void
midicom_forget(struct midicom_softc *sc)
{
	int i;

	if (sc->sc_fifo > 1)
		midicom_write(sc, MIDICOM_FCR, MIDICOM_FCR_ENABLE |
		    MIDICOM_FCR_RX_RESET | MIDICOM_FCR_TRIGGER_1);
	for (i = 0; i < MIDICOM_FIFO_BYTES && (midicom_read(sc,
	    MIDICOM_LSR) & MIDICOM_LSR_READY) != 0; i++)
		(void)midicom_read(sc, MIDICOM_DATA);
	sc->sc_errors = 0;
}

static void
midicom_tick(void *arg)
{
	struct midicom_softc *sc = arg;

	if (!sc->sc_polled)
		(void)midicom_intr(sc);
	mutex_enter(&sc->sc_lock);
	if (sc->sc_polled && (sc->sc_open & FREAD) != 0) {
		midicom_input(sc);
		callout_schedule(&sc->sc_tick, 1);
	}
	mutex_exit(&sc->sc_lock);
}

/* One reason to interrupt.  False: there was none. */
static bool
midicom_service(struct midicom_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	if ((midicom_read(sc, MIDICOM_IIR) & MIDICOM_IIR_NONE) != 0)
		return false;
	if ((sc->sc_open & FREAD) != 0)
		midicom_input(sc);
	if ((sc->sc_ier & MIDICOM_IER_TX) != 0 &&
	    (midicom_status(sc) & MIDICOM_LSR_EMPTY) != 0) {
		midicom_set_ier(sc, sc->sc_ier & ~MIDICOM_IER_TX);
		midi_output_ready(sc->sc_arg);
	}
	return true;
}

int
midicom_intr(void *arg)
{
	struct midicom_softc *sc = arg;
	bool more = true;
	int i;

	for (i = 0; more && i < MIDICOM_ROUNDS; i++) {
		mutex_enter(&sc->sc_lock);
		more = midicom_service(sc);
		if (more && i == MIDICOM_ROUNDS - 1 && !sc->sc_dying)
			callout_schedule(&sc->sc_tick, 1);
		mutex_exit(&sc->sc_lock);
	}
	return more || i > 1;
}

/*
 * midi(4)'s methods.
 */

static int
midicom_open(void *hdl, int flags, void (*in)(void *, int),
    void (*out)(void *), void *arg)
{
	struct midicom_softc *sc = hdl;

	KASSERT(mutex_owned(&sc->sc_lock));
	midicom_forget(sc);
	sc->sc_arg = arg;
	return midicom_direction(sc, flags);
}

/* Room is asked for again by who needs it. */
static int
midicom_direction(void *hdl, int flags)
{
	struct midicom_softc *sc = hdl;
	uint8_t ier = 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	if ((flags & FREAD) != 0 && (sc->sc_open & FREAD) == 0)
		midicom_forget(sc);
	sc->sc_open = flags;
	if ((flags & FWRITE) != 0)
		ier = sc->sc_ier & MIDICOM_IER_TX;
	if ((flags & FREAD) != 0)
		ier |= MIDICOM_IER_RX | MIDICOM_IER_LINE;
	if (!sc->sc_polled)
		midicom_set_ier(sc, ier);
	else if ((flags & FREAD) != 0)
		callout_schedule(&sc->sc_tick, 1);
	return 0;
}

static void
midicom_close(void *hdl)
{
	struct midicom_softc *sc = hdl;

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_open = 0;
	midicom_set_ier(sc, 0);
	sc->sc_arg = NULL;
}

static int
midicom_outputn(void *hdl, const uint8_t *bytes, int n)
{
	struct midicom_softc *sc = hdl;
	int i, room = 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	if ((midicom_status(sc) & MIDICOM_LSR_EMPTY) != 0)
		room = sc->sc_fifo;
	for (i = 0; i < n && i < room; i++)
		midicom_write(sc, MIDICOM_DATA, bytes[i]);
	if (i < n && !sc->sc_polled)
		midicom_set_ier(sc, sc->sc_ier | MIDICOM_IER_TX);
	return i;
}

static int
midicom_output(void *hdl, int byte)
{
	const uint8_t b = byte;

	return midicom_outputn(hdl, &b, 1) == 1 ? EINPROGRESS : EIO;
}

static void
midicom_getinfo(void *hdl, struct midi_info *info)
{
	const struct midicom_softc *sc = hdl;

	info->name = "serial UART";
	info->run = &midicom_hw_if_run;
	info->props = MIDI_PROP_CAN_INPUT;
	if (!sc->sc_polled)
		info->props |= MIDI_PROP_OUT_INTR;
}

static void
midicom_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct midicom_softc *sc = hdl;

	*intr = &sc->sc_lock;
	*thread = NULL;
}
