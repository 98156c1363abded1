/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_usbxfer.c: pipes of the USB and their transfers.
 *
 * A transfer is idle; or submitted, and in its pipe's list, until the host
 * says that it has ended; then in the device's list of those to be called
 * back, until the soft interrupt takes it out and calls.  From the call on it
 * is idle again, and may be submitted by the callback itself.
 *
 * Whoever aborts a pipe waits until it has neither transfers submitted nor
 * callbacks in progress.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>

#include <hosted/kern/kern_usb.h>

static struct usbd_device *
usbxfer_device(const struct usbd_pipe *up)
{

	return up->up_iface->ui_device;
}

/* The place of an endpoint in the table of those that are open. */
static unsigned int
usbxfer_place(unsigned int address)
{

	return UE_GET_ADDR(address) | (UE_GET_DIR(address) != 0 ? 16 : 0);
}

void
kern_usbxfer_assert(const char *who)
{

	kern_lwp_assert_unlocked(who);
	hosted_assert_sleepable(who);
	if (cpu_softintr_p())
		panic("%s: in a soft interrupt", who);
}

usbd_status
kern_usbxfer_status(int status)
{

	switch (status) {
	case HOSTED_USB_OK:
		return USBD_NORMAL_COMPLETION;
	case HOSTED_USB_STALLED:
		return USBD_STALLED;
	case HOSTED_USB_CANCELLED:
		return USBD_CANCELLED;
	default:
		return USBD_IOERROR;
	}
}

/*
 * The end of transfers.
 */

void
hosted_usb_done(struct hosted_usb_xfer *xfer, int status, unsigned long done)
{
	struct usbd_xfer *ux = (struct usbd_xfer *)(void *)xfer;
	struct usbd_pipe *up = ux->ux_pipe;
	struct usbd_device *ud = usbxfer_device(up);

	host_lock_enter(ud->ud_lock);
	KASSERTMSG(ux->ux_busy && !ux->ux_ended, "a transfer ended twice");
	KASSERTMSG(done <= ux->ux_length, "%lu bytes of %u", done,
	    ux->ux_length);
	ux->ux_ended = true;
	ux->ux_moved = done;
	ux->ux_status = kern_usbxfer_status(status);
	if (ux->ux_status == USBD_CANCELLED && ux->ux_late)
		ux->ux_status = USBD_TIMEOUT;
	if (status == HOSTED_USB_OK && done < ux->ux_length &&
	    (ux->ux_flags & USBD_SHORT_XFER_OK) == 0)
		ux->ux_status = USBD_SHORT_XFER;
	TAILQ_REMOVE(&up->up_xfers, ux, ux_entry);
	up->up_calls++;
	STAILQ_INSERT_TAIL(&ud->ud_done, ux, ux_done);
	/* Under the lock: a run that goes on may be the last before all this
	 * is freed. */
	kpreempt_disable();
	softint_schedule(ud->ud_sih);
	kpreempt_enable();
	host_lock_exit(ud->ud_lock);
}

/* The time of a transfer is over. */
static void
usbxfer_late(void *arg)
{
	struct usbd_xfer *ux = arg;
	struct usbd_device *ud = usbxfer_device(ux->ux_pipe);
	bool cancel;

	host_lock_enter(ud->ud_lock);
	cancel = ux->ux_busy && !ux->ux_ended;
	ux->ux_late = cancel;
	host_lock_exit(ud->ud_lock);
	if (cancel)
		(*ud->ud_ops->hu_cancel)(ux->ux_urb);
}

static void
usbxfer_softint(void *arg)
{
	struct usbd_device *ud = arg;
	struct usbd_pipe *up;
	struct usbd_xfer *ux;

	host_lock_enter(ud->ud_lock);
	while ((ux = STAILQ_FIRST(&ud->ud_done)) != NULL) {
		STAILQ_REMOVE_HEAD(&ud->ud_done, ux_done);
		up = ux->ux_pipe;
		host_lock_exit(ud->ud_lock);
		if (ux->ux_timeout_ms != 0)
			(void)callout_stop(&ux->ux_timer);
		host_lock_enter(ud->ud_lock);
		ux->ux_busy = false;
		if (ux->ux_callback != NULL) {
			host_lock_exit(ud->ud_lock);
			(*ux->ux_callback)(ux, ux->ux_priv, ux->ux_status);
			host_lock_enter(ud->ud_lock);
		}
		up->up_calls--;
		host_cond_wake(ud->ud_cond, 1);
	}
	host_lock_exit(ud->ud_lock);
}

int
kern_usbxfer_init(struct usbd_device *ud)
{

	STAILQ_INIT(&ud->ud_done);
	ud->ud_lock = kern_kmem_lock(HOST_LOCK_SPIN, "usbdev");
	ud->ud_cond = kern_kmem_cond("usbdev");
	ud->ud_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    usbxfer_softint, ud);
	return ud->ud_sih == NULL ? ENOMEM : 0;
}

void
kern_usbxfer_fini(struct usbd_device *ud)
{

	KASSERTMSG(ud->ud_iface.ui_npipes == 0, "pipes are left open");
	if (ud->ud_sih != NULL)
		softint_disestablish(ud->ud_sih);
	host_cond_destroy(ud->ud_cond);
	host_lock_destroy(ud->ud_lock);
}

/*
 * Pipes.
 */

static bool
usbxfer_has_endpoint(struct usbd_interface *iface, uint8_t address)
{
	const usb_endpoint_descriptor_t *ed;
	unsigned int i;

	for (i = 0; (ed = usbd_interface2endpoint_descriptor(iface, i)) != NULL;
	    i++) {
		if (ed->bEndpointAddress == address &&
		    (UE_GET_XFERTYPE(ed->bmAttributes) == UE_BULK ||
		    UE_GET_XFERTYPE(ed->bmAttributes) == UE_INTERRUPT))
			return true;
	}
	return false;
}

usbd_status
usbd_open_pipe(struct usbd_interface *iface, uint8_t address, uint8_t flags,
    struct usbd_pipe **pipe)
{
	uint8_t *open = &iface->ui_open[usbxfer_place(address)];
	struct usbd_pipe *up;

	kern_usbxfer_assert("usbd_open_pipe");
	KASSERTMSG((flags & USBD_MPSAFE) != 0, "pipes must be MPSAFE");
	if (!usbxfer_has_endpoint(iface, address))
		return USBD_BAD_ADDRESS;
	if (*open != 0)
		return USBD_IN_USE;
	up = kmem_zalloc(sizeof(*up), KM_SLEEP);
	up->up_iface = iface;
	up->up_address = address;
	TAILQ_INIT(&up->up_xfers);
	*open = 1;
	iface->ui_npipes++;
	*pipe = up;
	return USBD_NORMAL_COMPLETION;
}

void
usbd_close_pipe(struct usbd_pipe *up)
{
	struct usbd_interface *iface = up->up_iface;

	kern_usbxfer_assert("usbd_close_pipe");
	KASSERTMSG(up->up_nxfers == 0, "%u transfers are left",
	    up->up_nxfers);
	iface->ui_open[usbxfer_place(up->up_address)] = 0;
	iface->ui_npipes--;
	kmem_free(up, sizeof(*up));
}

/* The next that the host has not been told to end.  The lock is held. */
static struct usbd_xfer *
usbxfer_first(struct usbd_pipe *up)
{
	struct usbd_xfer *ux;

	TAILQ_FOREACH(ux, &up->up_xfers, ux_entry) {
		if (!ux->ux_told)
			break;
	}
	return ux;
}

void
usbd_suspend_pipe(struct usbd_pipe *up)
{
	struct usbd_device *ud = usbxfer_device(up);
	struct usbd_xfer *ux;

	kern_usbxfer_assert("usbd_suspend_pipe");
	host_lock_enter(ud->ud_lock);
	up->up_suspended++;
	while (!TAILQ_EMPTY(&up->up_xfers) || up->up_calls != 0) {
		ux = usbxfer_first(up);
		if (ux == NULL) {
			(void)host_cond_wait(ud->ud_cond, ud->ud_lock, 0, 0);
			continue;
		}
		ux->ux_told = true;
		host_lock_exit(ud->ud_lock);
		(*ud->ud_ops->hu_cancel)(ux->ux_urb);
		host_lock_enter(ud->ud_lock);
	}
	host_lock_exit(ud->ud_lock);
}

void
usbd_abort_pipe(struct usbd_pipe *up)
{
	struct usbd_device *ud = usbxfer_device(up);

	usbd_suspend_pipe(up);
	host_lock_enter(ud->ud_lock);
	KASSERT(up->up_suspended != 0);
	up->up_suspended--;
	host_lock_exit(ud->ud_lock);
}

usbd_status
usbd_clear_endpoint_stall(struct usbd_pipe *up)
{
	struct usbd_device *ud = usbxfer_device(up);

	kern_usbxfer_assert("usbd_clear_endpoint_stall");
	return kern_usbxfer_status((*ud->ud_ops->hu_clear_halt)(ud->ud_cookie,
	    up->up_address));
}

/*
 * Transfers.
 */

int
usbd_create_xfer(struct usbd_pipe *up, size_t length, unsigned int flags,
    unsigned int nframes, struct usbd_xfer **xfer)
{
	struct usbd_device *ud = usbxfer_device(up);
	struct usbd_xfer *ux;
	int error;

	kern_usbxfer_assert("usbd_create_xfer");
	KASSERT(nframes == 0);
	KASSERT((flags & ~(USBD_SHORT_XFER_OK | USBD_FORCE_SHORT_XFER)) == 0);
	ux = kmem_zalloc(sizeof(*ux), KM_SLEEP);
	error = (*ud->ud_ops->hu_create)(ud->ud_cookie, up->up_address, length,
	    (struct hosted_usb_xfer *)(void *)ux, &ux->ux_urb, &ux->ux_buffer);
	if (error) {
		kmem_free(ux, sizeof(*ux));
		return error;
	}
	ux->ux_pipe = up;
	ux->ux_size = length;
	callout_init(&ux->ux_timer, CALLOUT_MPSAFE);
	callout_setfunc(&ux->ux_timer, usbxfer_late, ux);
	up->up_nxfers++;
	*xfer = ux;
	return 0;
}

void
usbd_destroy_xfer(struct usbd_xfer *ux)
{

	kern_usbxfer_assert("usbd_destroy_xfer");
	KASSERTMSG(!ux->ux_busy, "a transfer is destroyed that is submitted");
	(void)callout_halt(&ux->ux_timer, NULL);
	callout_destroy(&ux->ux_timer);
	(*usbxfer_device(ux->ux_pipe)->ud_ops->hu_destroy)(ux->ux_urb);
	ux->ux_pipe->up_nxfers--;
	kmem_free(ux, sizeof(*ux));
}

void *
usbd_get_buffer(struct usbd_xfer *ux)
{

	return ux->ux_buffer;
}

void
usbd_setup_xfer(struct usbd_xfer *ux, void *priv, void *data, uint32_t length,
    uint16_t flags, uint32_t timeout_ms, usbd_callback callback)
{

	KASSERTMSG(!ux->ux_busy, "a transfer is set up that is submitted");
	KASSERTMSG(data == NULL || ((char *)data >= (char *)ux->ux_buffer &&
	    (char *)data + length <= (char *)ux->ux_buffer + ux->ux_size),
	    "data outside of the buffer");
	KASSERT(data != NULL || length == 0);
	ux->ux_priv = priv;
	ux->ux_data = data;
	ux->ux_length = length;
	ux->ux_flags = flags;
	ux->ux_timeout_ms = timeout_ms;
	ux->ux_callback = callback;
	ux->ux_status = USBD_NOT_STARTED;
	ux->ux_moved = 0;
}

/* Into the list, unless the pipe takes none. */
static bool
usbxfer_enter(struct usbd_xfer *ux)
{
	struct usbd_pipe *up = ux->ux_pipe;
	struct usbd_device *ud = usbxfer_device(up);
	bool enter;

	host_lock_enter(ud->ud_lock);
	KASSERTMSG(!ux->ux_busy, "a transfer is submitted twice");
	enter = up->up_suspended == 0;
	if (enter) {
		ux->ux_busy = true;
		ux->ux_ended = ux->ux_late = ux->ux_told = false;
		ux->ux_status = USBD_IN_PROGRESS;
		TAILQ_INSERT_TAIL(&up->up_xfers, ux, ux_entry);
	}
	host_lock_exit(ud->ud_lock);
	return enter;
}

static void
usbxfer_leave(struct usbd_xfer *ux, usbd_status status)
{
	struct usbd_pipe *up = ux->ux_pipe;
	struct usbd_device *ud = usbxfer_device(up);

	host_lock_enter(ud->ud_lock);
	ux->ux_busy = false;
	ux->ux_status = status;
	TAILQ_REMOVE(&up->up_xfers, ux, ux_entry);
	host_cond_wake(ud->ud_cond, 1);
	host_lock_exit(ud->ud_lock);
}

/* Wait for the end of a transfer. */
static usbd_status
usbxfer_wait(struct usbd_xfer *ux)
{
	struct usbd_device *ud = usbxfer_device(ux->ux_pipe);

	host_lock_enter(ud->ud_lock);
	while (ux->ux_busy || ux->ux_pipe->up_calls != 0)
		(void)host_cond_wait(ud->ud_cond, ud->ud_lock, 0, 0);
	host_lock_exit(ud->ud_lock);
	return ux->ux_status;
}

/* The host has it.  Who suspended the pipe before that told the host in vain
 * to end it. */
static void
usbxfer_submitted(struct usbd_xfer *ux)
{
	struct usbd_pipe *up = ux->ux_pipe;
	struct usbd_device *ud = usbxfer_device(up);
	bool cancel;

	host_lock_enter(ud->ud_lock);
	cancel = up->up_suspended != 0 && ux->ux_busy && !ux->ux_ended;
	host_lock_exit(ud->ud_lock);
	if (cancel)
		(*ud->ud_ops->hu_cancel)(ux->ux_urb);
}

usbd_status
usbd_transfer(struct usbd_xfer *ux)
{
	struct usbd_device *ud = usbxfer_device(ux->ux_pipe);
	const bool wait = (ux->ux_flags & USBD_SYNCHRONOUS) != 0;
	const uint32_t timeout_ms = ux->ux_timeout_ms;
	usbd_status status;

	KASSERT(!cpu_intr_p());
	KASSERTMSG(wait == (ux->ux_callback == NULL),
	    "a transfer has either a callback or somebody who waits");
	if (wait)
		kern_usbxfer_assert("a synchronous transfer");
	if (!usbxfer_enter(ux))
		return USBD_CANCELLED;
	/* The timer first: once submitted, it may be over and done with. */
	if (timeout_ms != 0)
		callout_schedule(&ux->ux_timer, mstohz(timeout_ms));
	status = kern_usbxfer_status((*ud->ud_ops->hu_submit)(ux->ux_urb,
	    ux->ux_data, ux->ux_length,
	    (ux->ux_flags & USBD_FORCE_SHORT_XFER) != 0));
	if (status != USBD_NORMAL_COMPLETION) {
		if (timeout_ms != 0)
			(void)callout_stop(&ux->ux_timer);
		usbxfer_leave(ux, status);
		return status;
	}
	usbxfer_submitted(ux);
	return wait ? usbxfer_wait(ux) : USBD_IN_PROGRESS;
}

void
usbd_get_xfer_status(struct usbd_xfer *ux, void **priv, void **data,
    uint32_t *length, usbd_status *status)
{

	KASSERTMSG(!ux->ux_busy, "a transfer is looked at that is submitted");
	if (priv != NULL)
		*priv = ux->ux_priv;
	if (data != NULL)
		*data = ux->ux_buffer;
	if (length != NULL)
		*length = ux->ux_moved;
	if (status != NULL)
		*status = ux->ux_status;
}
