/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi_pipe.c: the transfers of umidi(4).
 *
 * A pipe's transfers are a ring.  In: each is submitted, comes back with
 * packets, has them taken out in turn, and is submitted again, so that some
 * are always there for the device.  A transfer asks for one packet of the
 * endpoint, since a longer one would wait for more.  Out: packets of all
 * cables are put into the one that is to be filled; it leaves when it is full,
 * or as soon as few are on their way.
 *
 * A reader without room holds its pipe back, and with it the other cables; but
 * no longer than UMIDI_HOLD_MS.  After that it loses what does not fit, up to
 * the next status byte, until it has room again.
 *
 * After an error the pipe is halted.  The task aborts what is still submitted,
 * clears a stall, and lets it go on.  What did not go out because of a stall
 * goes out then; after other errors nobody knows whether it went, and it is
 * given up rather than sent twice.
 *
 * Locks: see umidivar.h.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kernel.h>

#include <dev/midi_if.h>
#include <dev/midi/midi_msg.h>
#include <dev/usb/umidivar.h>

/* As long as so few are on their way, one that is not full leaves as well. */
#define UMIDI_PIPE_BUSY		2

static void	umidi_pipe_in_done(struct usbd_xfer *, void *, usbd_status);
static void	umidi_pipe_out_done(struct usbd_xfer *, void *, usbd_status);

static void
umidi_pipe_count(struct umidi_softc *sc, enum umidi_count which, uint64_t n)
{

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_count[which].ev_count += n;
}

static u_int
umidi_pipe_after(u_int n)
{

	return (n + 1) % UMIDI_XFERS;
}

void
umidi_pipe_schedule(struct umidi_softc *sc)
{

	kpreempt_disable();
	softint_schedule(sc->sc_sih);
	kpreempt_enable();
}

/*
 * Errors.
 */

/* The pipe is to stand still until the task, or at first time, has come. */
static void
umidi_pipe_halt(struct umidi_pipe *up, usbd_status status)
{
	struct umidi_softc *sc = up->up_sc;
	u_int ms;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (status == USBD_STALLED && !up->up_stalled) {
		up->up_stalled = true;
		umidi_pipe_count(sc, UMIDI_COUNT_STALLS, 1);
	}
	if (up->up_halted || sc->sc_dying)
		return;
	up->up_halted = true;
	if (up->up_failures++ == 0) {
		usb_add_task(sc->sc_udev, &sc->sc_task, USB_TASKQ_DRIVER);
		return;
	}
	ms = MIN(UMIDI_BACKOFF_MS << MIN(up->up_failures, 8),
	    UMIDI_BACKOFF_MAX_MS);
	if (!callout_pending(&sc->sc_retry))
		callout_schedule(&sc->sc_retry, mstohz(ms));
}

void
umidi_pipe_retry(void *arg)
{
	struct umidi_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	if (!sc->sc_dying)
		usb_add_task(sc->sc_udev, &sc->sc_task, USB_TASKQ_DRIVER);
	mutex_exit(&sc->sc_lock);
}

/* Tell those who wait for room that there may be some. */
static void
umidi_pipe_ready(struct umidi_pipe *up)
{
	struct umidi_port *port;
	u_int i;

	for (i = 0; i < UMIDI_DESC_CABLES; i++) {
		port = up->up_ports[i];
		if (port == NULL || !port->up_waiting)
			continue;
		port->up_waiting = false;
		midi_output_ready(port->up_arg);
	}
}

/* Give up what the transfer still holds. */
static void
umidi_pipe_drop(struct umidi_xfer *ux)
{

	umidi_pipe_count(ux->ux_pipe->up_sc, UMIDI_COUNT_OUT_LOST,
	    ux->ux_used - ux->ux_at);
	ux->ux_at = ux->ux_used;
	ux->ux_state = UMIDI_DONE;
}

/* Those at the head that have gone out may be filled again. */
static void
umidi_pipe_advance(struct umidi_pipe *up)
{
	struct umidi_xfer *ux;

	for (;;) {
		ux = &up->up_xfers[up->up_head];
		if (ux->ux_state != UMIDI_DONE)
			break;
		ux->ux_state = UMIDI_IDLE;
		ux->ux_used = ux->ux_at = 0;
		up->up_head = umidi_pipe_after(up->up_head);
	}
	umidi_pipe_ready(up);
}

/* Nothing goes out: let go of all that waits. */
static void
umidi_pipe_give_up(struct umidi_pipe *up)
{
	u_int i;

	for (i = 0; i < UMIDI_XFERS; i++) {
		if (up->up_xfers[i].ux_state == UMIDI_READY)
			umidi_pipe_drop(&up->up_xfers[i]);
	}
	umidi_pipe_advance(up);
}

/*
 * The task.
 */

static void
umidi_pipe_revive(struct umidi_pipe *up)
{
	struct umidi_softc *sc = up->up_sc;
	usbd_status status = USBD_NORMAL_COMPLETION;
	u_int i;

	KASSERT(mutex_owned(&sc->sc_lock));
	while (up->up_submitting)
		cv_wait(&sc->sc_cv, &sc->sc_lock);
	mutex_exit(&sc->sc_lock);
	usbd_abort_pipe(up->up_pipe);
	if (up->up_stalled)
		status = usbd_clear_endpoint_stall(up->up_pipe);
	mutex_enter(&sc->sc_lock);
	KASSERT(up->up_busy == 0);
	up->up_halted = false;
	if (!up->up_in && up->up_failures >= UMIDI_TRIES)
		umidi_pipe_give_up(up);
	if (status != USBD_NORMAL_COMPLETION) {
		umidi_pipe_halt(up, status);
		return;
	}
	up->up_stalled = false;
	/* From the first on that has not been there. */
	up->up_next = up->up_head;
	for (i = 0; i < UMIDI_XFERS; i++) {
		if (up->up_xfers[up->up_next].ux_state != UMIDI_DONE)
			break;
		up->up_next = umidi_pipe_after(up->up_next);
	}
}

void
umidi_pipe_task(void *arg)
{
	struct umidi_softc *sc = arg;
	u_int i;

	mutex_enter(&sc->sc_lock);
	for (i = 0; i < sc->sc_npipes; i++) {
		if (sc->sc_pipes[i].up_halted && !sc->sc_dying)
			umidi_pipe_revive(&sc->sc_pipes[i]);
	}
	if (!sc->sc_dying)
		umidi_pipe_schedule(sc);
	mutex_exit(&sc->sc_lock);
}

/*
 * Submission.
 */

/* The next transfer to be submitted, or NULL. */
static struct umidi_xfer *
umidi_pipe_next(struct umidi_pipe *up)
{
	struct umidi_xfer *ux = &up->up_xfers[up->up_next];

	if (up->up_halted || up->up_sc->sc_dying)
		return NULL;
	if (up->up_in)
		return ux->ux_state == UMIDI_IDLE ? ux : NULL;
	if (ux->ux_state == UMIDI_IDLE && up->up_next == up->up_fill &&
	    ux->ux_used != 0 && up->up_busy < UMIDI_PIPE_BUSY) {
		ux->ux_state = UMIDI_READY;
		up->up_fill = umidi_pipe_after(up->up_fill);
	}
	return ux->ux_state == UMIDI_READY ? ux : NULL;
}

/* One transfer.  sc_lock is let go meanwhile. */
static void
umidi_pipe_submit(struct umidi_pipe *up, struct umidi_xfer *ux)
{
	struct umidi_softc *sc = up->up_sc;
	usbd_status status;

	ux->ux_state = UMIDI_BUSY;
	up->up_busy++;
	up->up_next = umidi_pipe_after(up->up_next);
	up->up_submitting = true;
	mutex_exit(&sc->sc_lock);
	if (up->up_in)
		usbd_setup_xfer(ux->ux_xfer, ux, ux->ux_buffer, up->up_bytes,
		    USBD_SHORT_XFER_OK, USBD_NO_TIMEOUT, umidi_pipe_in_done);
	else
		usbd_setup_xfer(ux->ux_xfer, ux, ux->ux_buffer + ux->ux_at,
		    ux->ux_used - ux->ux_at, 0, USBD_NO_TIMEOUT,
		    umidi_pipe_out_done);
	status = usbd_transfer(ux->ux_xfer);
	mutex_enter(&sc->sc_lock);
	up->up_submitting = false;
	cv_broadcast(&sc->sc_cv);
	if (status == USBD_IN_PROGRESS || status == USBD_NORMAL_COMPLETION)
		return;
	up->up_busy--;
	ux->ux_state = up->up_in ? UMIDI_IDLE : UMIDI_READY;
	umidi_pipe_halt(up, status);
}

static bool	umidi_pipe_in_run(struct umidi_pipe *);

void
umidi_pipe_softint(void *arg)
{
	struct umidi_softc *sc = arg;
	struct umidi_pipe *up;
	struct umidi_xfer *ux;
	u_int i;

	mutex_enter(&sc->sc_lock);
	for (i = 0; i < sc->sc_npipes; i++) {
		up = &sc->sc_pipes[i];
		if (up->up_in && !sc->sc_dying)
			(void)umidi_pipe_in_run(up);
		while ((ux = umidi_pipe_next(up)) != NULL)
			umidi_pipe_submit(up, ux);
	}
	mutex_exit(&sc->sc_lock);
}

/*
 * In.
 */

/* Leave out what belongs to a message whose beginning was lost.  Real-time
 * bytes stay. */
static size_t
umidi_pipe_skip(struct umidi_port *port, uint8_t *bytes, size_t n)
{
	size_t i, left = 0;

	for (i = 0; i < n && port->up_skip; i++) {
		if (midi_msg_is_realtime(bytes[i]))
			bytes[left++] = bytes[i];
		else if (midi_msg_is_status(bytes[i])) {
			port->up_skip = false;
			break;
		}
	}
	umidi_pipe_count(port->up_sc, UMIDI_COUNT_IN_LOST, i - left);
	memmove(bytes + left, bytes + i, n - i);
	return left + n - i;
}

/* The port has no room for what comes next: wait for it, for as long since it
 * last took something.  False: no longer. */
static bool
umidi_pipe_wait(struct umidi_pipe *up, struct umidi_port *port, bool took)
{
	struct umidi_softc *sc = up->up_sc;

	if (port->up_deaf)
		return false;
	if (up->up_holder != port || took)
		up->up_held_ticks = getticks();
	up->up_holder = port;
	if (!callout_pending(&sc->sc_hold))
		callout_schedule(&sc->sc_hold, mstohz(UMIDI_HOLD_MS));
	return true;
}

/* Hand on what was taken out of packets.  False: the port has no room, and is
 * waited for. */
static bool
umidi_pipe_deliver(struct umidi_pipe *up)
{
	struct umidi_port *port = up->up_run_port;
	int taken;

	/* What nobody has opened for reading leads nowhere. */
	if (up->up_run_at < up->up_run_used && port != NULL &&
	    (port->up_open & FREAD) != 0) {
		taken = midi_input_bytes(port->up_arg,
		    up->up_run + up->up_run_at,
		    up->up_run_used - up->up_run_at);
		up->up_run_at += taken;
		if (up->up_run_at < up->up_run_used &&
		    umidi_pipe_wait(up, port, taken != 0))
			return false;
		if (up->up_run_at < up->up_run_used)
			port->up_skip = true;
		umidi_pipe_count(up->up_sc, UMIDI_COUNT_IN_LOST,
		    up->up_run_used - up->up_run_at);
	}
	up->up_holder = NULL;
	up->up_run_used = up->up_run_at = 0;
	return true;
}

/* Take the next run of packets out of a transfer. */
static void
umidi_pipe_fetch(struct umidi_pipe *up, struct umidi_xfer *ux)
{
	struct umidi_softc *sc = up->up_sc;
	u_int cable;

	ux->ux_at += midi_usb_decode_run(&up->up_decode,
	    ux->ux_buffer + ux->ux_at, ux->ux_used - ux->ux_at, &cable,
	    up->up_run, sizeof(up->up_run), &up->up_run_used);
	up->up_run_at = 0;
	up->up_run_port = up->up_ports[cable];
	umidi_pipe_count(sc, UMIDI_COUNT_IN_PACKETS_BAD,
	    up->up_decode.mui_bad);
	up->up_decode.mui_bad = 0;
	if (up->up_run_port == NULL)
		umidi_pipe_count(sc, UMIDI_COUNT_IN_UNKNOWN, up->up_run_used);
	else if (up->up_run_port->up_skip)
		up->up_run_used = umidi_pipe_skip(up->up_run_port, up->up_run,
		    up->up_run_used);
}

/* Take apart what has come.  True: some transfer may be submitted again. */
static bool
umidi_pipe_in_run(struct umidi_pipe *up)
{
	struct umidi_xfer *ux = &up->up_xfers[up->up_head];
	bool any = false;

	KASSERT(mutex_owned(&up->up_sc->sc_lock));
	for (; umidi_pipe_deliver(up) && ux->ux_state == UMIDI_DONE;) {
		if (ux->ux_used - ux->ux_at >= MIDI_USB_PACKET) {
			umidi_pipe_fetch(up, ux);
			continue;
		}
		umidi_pipe_count(up->up_sc, UMIDI_COUNT_IN_ODD,
		    ux->ux_used - ux->ux_at);
		ux->ux_used = ux->ux_at = 0;
		ux->ux_state = UMIDI_IDLE;
		up->up_head = umidi_pipe_after(up->up_head);
		ux = &up->up_xfers[up->up_head];
		any = true;
	}
	return any;
}

/* A transfer has come to its end, after so many bytes.  The lock is held from
 * here on. */
static uint32_t
umidi_pipe_over(struct umidi_xfer *ux, struct usbd_xfer *xfer)
{
	uint32_t n;

	usbd_get_xfer_status(xfer, NULL, NULL, &n, NULL);
	mutex_enter(&ux->ux_pipe->up_sc->sc_lock);
	KASSERT(ux->ux_state == UMIDI_BUSY);
	ux->ux_pipe->up_busy--;
	return n;
}

static void
umidi_pipe_in_done(struct usbd_xfer *xfer, void *arg, usbd_status status)
{
	struct umidi_xfer *ux = arg;
	struct umidi_pipe *up = ux->ux_pipe;
	struct umidi_softc *sc = up->up_sc;
	const uint32_t n = umidi_pipe_over(ux, xfer);

	ux->ux_state = UMIDI_DONE;
	ux->ux_at = 0;
	ux->ux_used = n;
	if (status == USBD_NORMAL_COMPLETION)
		up->up_failures = 0;
	else if (!sc->sc_dying && status != USBD_CANCELLED) {
		umidi_pipe_count(sc, UMIDI_COUNT_IN_FAILED, 1);
		if (status != USBD_STALLED)
			ux->ux_used = 0;
	}
	if (status != USBD_NORMAL_COMPLETION)
		umidi_pipe_halt(up, status);
	if (!sc->sc_dying && umidi_pipe_in_run(up))
		umidi_pipe_schedule(sc);
	mutex_exit(&sc->sc_lock);
}

void
umidi_pipe_room(struct umidi_port *port)
{
	struct umidi_softc *sc = port->up_sc;

	KASSERT(mutex_owned(&sc->sc_lock));
	port->up_deaf = false;
	if (port->up_pipe_in != NULL && port->up_pipe_in->up_holder == port &&
	    !sc->sc_dying)
		umidi_pipe_schedule(sc);
}

/* Others may have waited long enough. */
void
umidi_pipe_hold(void *arg)
{
	struct umidi_softc *sc = arg;
	const int now = getticks();
	struct umidi_pipe *up;
	int left, next = 0;
	u_int i;

	mutex_enter(&sc->sc_lock);
	for (i = 0; i < sc->sc_npipes; i++) {
		up = &sc->sc_pipes[i];
		if (up->up_holder == NULL)
			continue;
		left = mstohz(UMIDI_HOLD_MS) - (now - up->up_held_ticks);
		if (left <= 0)
			up->up_holder->up_deaf = true;
		else if (next == 0 || left < next)
			next = left;
	}
	if (!sc->sc_dying) {
		if (next != 0)
			callout_schedule(&sc->sc_hold, next);
		umidi_pipe_schedule(sc);
	}
	mutex_exit(&sc->sc_lock);
}

/*
 * Out.
 */

static void
umidi_pipe_out_done(struct usbd_xfer *xfer, void *arg, usbd_status status)
{
	struct umidi_xfer *ux = arg;
	struct umidi_pipe *up = ux->ux_pipe;
	struct umidi_softc *sc = up->up_sc;
	const uint32_t n = umidi_pipe_over(ux, xfer);

	if (status == USBD_NORMAL_COMPLETION) {
		up->up_failures = 0;
		ux->ux_at = ux->ux_used;
		ux->ux_state = UMIDI_DONE;
	} else if (status == USBD_STALLED || status == USBD_CANCELLED) {
		/* Whole packets only: the rest of one is sent again. */
		ux->ux_at += n - n % MIDI_USB_PACKET;
		ux->ux_state = ux->ux_at < ux->ux_used ? UMIDI_READY :
		    UMIDI_DONE;
	} else
		umidi_pipe_drop(ux);
	if (status != USBD_NORMAL_COMPLETION) {
		if (status != USBD_CANCELLED)
			umidi_pipe_count(sc, UMIDI_COUNT_OUT_FAILED, 1);
		umidi_pipe_halt(up, status);
	}
	if (!sc->sc_dying) {
		umidi_pipe_advance(up);
		umidi_pipe_schedule(sc);
	}
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
}

bool
umidi_pipe_idle(const struct umidi_softc *sc)
{
	const struct umidi_pipe *up;
	u_int i, j;

	KASSERT(mutex_owned(&sc->sc_lock));
	for (i = 0; i < sc->sc_npipes; i++) {
		up = &sc->sc_pipes[i];
		for (j = 0; j < UMIDI_XFERS && !up->up_in; j++) {
			if (up->up_xfers[j].ux_used != 0)
				return false;
		}
	}
	return true;
}

int
umidi_pipe_output(struct umidi_port *port, const uint8_t *bytes, int n)
{
	struct umidi_pipe *up = port->up_pipe_out;
	struct umidi_softc *sc = port->up_sc;
	struct umidi_xfer *ux;
	size_t taken, nout;
	int done = 0;

	KASSERT(mutex_owned(&sc->sc_lock));
	if (sc->sc_dying || (up->up_halted && up->up_failures >= UMIDI_TRIES))
		return -EIO;
	while (done < n) {
		ux = &up->up_xfers[up->up_fill];
		if (ux->ux_state != UMIDI_IDLE)
			break;
		taken = midi_usb_encode(&port->up_encode, bytes + done,
		    n - done, ux->ux_buffer + ux->ux_used,
		    up->up_bytes - ux->ux_used, &nout);
		ux->ux_used += nout;
		done += taken;
		if (done < n) {
			ux->ux_state = UMIDI_READY;
			up->up_fill = umidi_pipe_after(up->up_fill);
		}
	}
	port->up_waiting = done < n;
	umidi_pipe_schedule(sc);
	return done;
}

void
umidi_pipe_begin(struct umidi_port *port)
{

	KASSERT(mutex_owned(&port->up_sc->sc_lock));
	midi_usb_out_init(&port->up_encode, port->up_cable);
	port->up_waiting = port->up_deaf = port->up_skip = false;
}

void
umidi_pipe_end(struct umidi_port *port)
{
	struct umidi_pipe *up = port->up_pipe_out;
	struct umidi_softc *sc = port->up_sc;
	uint8_t packets[2 * MIDI_USB_PACKET];
	struct umidi_xfer *ux;
	size_t n;

	KASSERT(mutex_owned(&sc->sc_lock));
	port->up_waiting = false;
	umidi_pipe_room(port);
	n = midi_usb_encode_end(&port->up_encode, packets);
	if (up == NULL || n == 0 || sc->sc_dying)
		return;
	ux = &up->up_xfers[up->up_fill];
	if (ux->ux_state != UMIDI_IDLE || up->up_bytes - ux->ux_used < n) {
		umidi_pipe_count(sc, UMIDI_COUNT_OUT_LOST, n);
		return;
	}
	memcpy(ux->ux_buffer + ux->ux_used, packets, n);
	ux->ux_used += n;
	umidi_pipe_schedule(sc);
}

/*
 * Pipes come and go.
 */

int
umidi_pipe_open(struct umidi_softc *sc, struct umidi_pipe *up,
    const struct umidi_desc_endpoint *ue)
{
	struct umidi_xfer *ux;
	usbd_status status;
	int error;

	up->up_sc = sc;
	up->up_endpoint = *ue;
	up->up_in = UE_GET_DIR(ue->ue_address) == UE_DIR_IN;
	up->up_bytes = ue->ue_packet_bytes;
	if (!up->up_in) {
		up->up_bytes = MAX(MIN(up->up_bytes, UMIDI_OUT_BYTES),
		    UMIDI_OUT_LEAST);
		up->up_bytes -= up->up_bytes % MIDI_USB_PACKET;
	}
	midi_usb_in_init(&up->up_decode, sc->sc_quirks != NULL &&
	    (sc->sc_quirks->uq_flags & UMIDI_QUIRKS_RUNNING) != 0 ?
	    MIDI_USB_RUNNING : 0);
	status = usbd_open_pipe(sc->sc_iface, ue->ue_address,
	    USBD_EXCLUSIVE_USE | USBD_MPSAFE, &up->up_pipe);
	if (status != USBD_NORMAL_COMPLETION) {
		aprint_error_dev(sc->sc_dev, "endpoint %#x: %s\n",
		    ue->ue_address, usbd_errstr(status));
		up->up_pipe = NULL;
		return EIO;
	}
	for (ux = up->up_xfers; ux < up->up_xfers + UMIDI_XFERS; ux++) {
		ux->ux_pipe = up;
		error = usbd_create_xfer(up->up_pipe, up->up_bytes,
		    up->up_in ? USBD_SHORT_XFER_OK : 0, 0, &ux->ux_xfer);
		if (error) {
			ux->ux_xfer = NULL;
			return error;
		}
		ux->ux_buffer = usbd_get_buffer(ux->ux_xfer);
	}
	return 0;
}

void
umidi_pipe_stop(struct umidi_pipe *up)
{

	if (up->up_pipe != NULL)
		usbd_suspend_pipe(up->up_pipe);
}

void
umidi_pipe_close(struct umidi_pipe *up)
{
	u_int i;

	if (up->up_pipe == NULL)
		return;
	KASSERT(up->up_busy == 0);
	for (i = 0; i < UMIDI_XFERS; i++) {
		if (up->up_xfers[i].ux_xfer != NULL)
			usbd_destroy_xfer(up->up_xfers[i].ux_xfer);
	}
	usbd_close_pipe(up->up_pipe);
	up->up_pipe = NULL;
}
