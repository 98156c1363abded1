/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_usb.c: USB devices in the simulation.  See sim_usb.h.
 *
 * A transfer is idle, queued at its endpoint, or ending: out of the queue,
 * with an interrupt on its way that tells the kernel.  Each change of state is
 * made before the next scheduling point.
 */

#include <errno.h>
#include <string.h>

#include <hosted/sim/sim.h>
#include <hosted/sim/sim_usb.h>

#define SIM_USB_REQUEST_NS	100000

struct hosted_usb_urb {
	struct sim_usb_endpoint *hu_endpoint;
	struct hosted_usb_xfer *hu_xfer;
	unsigned long	hu_size;
	int		hu_busy;	/* queued or ending */
	unsigned char	*hu_data;
	unsigned long	hu_length;
	int		hu_status;
	unsigned long	hu_done;
	unsigned char	hu_buffer[];
};

static struct sim_usb_endpoint *
sim_usb_endpoint(struct sim_usb *su, int address)
{

	return &su->su_endpoints[(address & 0x0f) |
	    (address & 0x80 ? 16 : 0)];
}

static int
sim_usb_how(struct sim_usb *su, int address)
{

	return su->su_how == NULL ? SIM_USB_OK : (*su->su_how)(su, address);
}

/*
 * Transfers end.
 */

static void
sim_usb_tell(void *arg)
{
	struct hosted_usb_urb *urb = arg;
	const int status = urb->hu_status;
	const unsigned long done = urb->hu_done;

	urb->hu_busy = 0;
	hosted_usb_done(urb->hu_xfer, status, done);
}

static void
sim_usb_end(struct hosted_usb_urb *urb, int status, unsigned long done)
{

	urb->hu_status = status;
	urb->hu_done = done;
	sim_interrupt(sim_usb_tell, urb);
}

/* Out of the queue. */
static void
sim_usb_dequeue(struct sim_usb_endpoint *se, unsigned n)
{

	se->se_nqueue--;
	memmove(se->se_queue + n, se->se_queue + n + 1,
	    (se->se_nqueue - n) * sizeof(se->se_queue[0]));
}

static unsigned
sim_usb_take(struct sim_usb_endpoint *se, unsigned char *bytes, unsigned n)
{

	if (n > se->se_nfifo)
		n = se->se_nfifo;
	memcpy(bytes, se->se_fifo, n);
	se->se_nfifo -= n;
	memmove(se->se_fifo, se->se_fifo + n, se->se_nfifo);
	return n;
}

static void	sim_usb_start(struct sim_usb_endpoint *);

/* A transfer in has a packet to take, or goes wrong. */
static void
sim_usb_in(struct sim_usb_endpoint *se, struct hosted_usb_urb *urb, int how)
{
	unsigned n = se->se_usb->su_packet_bytes;

	if (how == SIM_USB_BABBLE) {
		(void)sim_usb_take(se, urb->hu_data,
		    n > urb->hu_length ? urb->hu_length : n);
		sim_usb_end(urb, HOSTED_USB_IOERROR, 0);
		return;
	}
	if (n > urb->hu_length)
		n = urb->hu_length;
	if (how == SIM_USB_EMPTY)
		n = 0;
	else if (how == SIM_USB_SHORT)
		n = sim_random(n / 4 + 1) * 4;
	sim_usb_end(urb, HOSTED_USB_OK, sim_usb_take(se, urb->hu_data, n));
}

static void
sim_usb_carry(struct sim_usb_endpoint *se, struct hosted_usb_urb *urb, int how)
{
	struct sim_usb *su = se->se_usb;

	if (how == SIM_USB_STALL)
		se->se_halted = 1;
	if (se->se_halted)
		sim_usb_end(urb, HOSTED_USB_STALLED, 0);
	else if (how == SIM_USB_ERROR)
		sim_usb_end(urb, HOSTED_USB_IOERROR, 0);
	else if (se->se_address & 0x80)
		sim_usb_in(se, urb, how);
	else {
		if (su->su_out != NULL)
			(*su->su_out)(su, se->se_address, urb->hu_data,
			    urb->hu_length);
		sim_usb_end(urb, HOSTED_USB_OK, urb->hu_length);
	}
}

/* The time of the first transfer in the queue has come.  In an interrupt. */
static void
sim_usb_tick(void *arg)
{
	struct sim_usb_endpoint *se = arg;
	struct hosted_usb_urb *urb;
	int how;

	se->se_ticking = 0;
	if (se->se_nqueue == 0 || se->se_usb->su_gone)
		return;
	how = se->se_halted ? SIM_USB_STALL :
	    sim_usb_how(se->se_usb, se->se_address);
	/* The device may have been pulled out at this moment. */
	if (se->se_nqueue == 0 || se->se_usb->su_gone)
		return;
	if (how == SIM_USB_NAK) {
		se->se_nak = 1;
		return;
	}
	urb = se->se_queue[0];
	sim_usb_dequeue(se, 0);
	sim_usb_carry(se, urb, how);
	sim_usb_start(se);
}

/* Let the next transfer begin, if there is one that can. */
static void
sim_usb_start(struct sim_usb_endpoint *se)
{
	struct sim_usb *su = se->se_usb;

	if (se->se_ticking || se->se_nak || se->se_nqueue == 0 || su->su_gone)
		return;
	/* An endpoint in with nothing to say is silent. */
	if ((se->se_address & 0x80) && se->se_nfifo == 0 && !se->se_halted)
		return;
	se->se_ticking = 1;
	sim_at(sim_now_ns() + su->su_transfer_ns, sim_usb_tick, se);
}

/*
 * The kernel's calls.
 */

/* A string descriptor: the languages, of which there is one, or a text. */
static unsigned
sim_usb_text(struct sim_usb *su, int index, unsigned char *d)
{
	const char *text;
	unsigned n = 2;

	d[1] = 3;
	if (index == 0) {
		d[n++] = 0x09;
		d[n++] = 0x04;
	} else {
		text = su->su_string == NULL ? NULL :
		    (*su->su_string)(su, index);
		if (text == NULL)
			return 0;
		for (; *text != '\0'; text++) {
			d[n++] = *text;
			d[n++] = 0;
		}
	}
	d[0] = n;
	return n;
}

static int
sim_usb_control(void *cookie, const unsigned char *setup, void *data,
    unsigned *done)
{
	struct sim_usb *su = cookie;
	const unsigned wanted = setup[6] | setup[7] << 8;
	unsigned char d[256];
	unsigned n = 0;
	int how;

	sim_sleep_ns(SIM_USB_REQUEST_NS);
	how = su->su_gone ? SIM_USB_ERROR : sim_usb_how(su, 0);
	if (su->su_gone || how == SIM_USB_ERROR)
		return HOSTED_USB_IOERROR;
	/* GET_DESCRIPTOR of a string is all that it knows. */
	if (how != SIM_USB_STALL && setup[0] == 0x80 && setup[1] == 6 &&
	    setup[3] == 3)
		n = sim_usb_text(su, setup[2], d);
	if (n == 0)
		return HOSTED_USB_STALLED;
	*done = n < wanted ? n : wanted;
	memcpy(data, d, *done);
	return HOSTED_USB_OK;
}

static int
sim_usb_setting(void *cookie, int setting)
{
	struct sim_usb *su = cookie;

	(void)setting;
	sim_sleep_ns(SIM_USB_REQUEST_NS);
	su->su_settings++;
	return su->su_gone ? HOSTED_USB_IOERROR : HOSTED_USB_OK;
}

static int
sim_usb_clear_halt(void *cookie, int address)
{
	struct sim_usb *su = cookie;
	struct sim_usb_endpoint *se = sim_usb_endpoint(su, address);
	int how;

	sim_sleep_ns(SIM_USB_REQUEST_NS);
	how = sim_usb_how(su, 0);
	if (su->su_gone || (how != SIM_USB_OK && how != SIM_USB_NAK))
		return HOSTED_USB_IOERROR;
	se->se_halted = 0;
	su->su_clears++;
	sim_usb_start(se);
	return HOSTED_USB_OK;
}

static int
sim_usb_create(void *cookie, int address, unsigned long size,
    struct hosted_usb_xfer *xfer, struct hosted_usb_urb **urbp, void **buffer)
{
	struct sim_usb *su = cookie;
	struct hosted_usb_urb *urb;

	urb = host_alloc(sizeof(*urb) + size, 1);
	if (urb == NULL)
		return ENOMEM;
	urb->hu_endpoint = sim_usb_endpoint(su, address);
	urb->hu_xfer = xfer;
	urb->hu_size = size;
	su->su_urbs++;
	*urbp = urb;
	*buffer = urb->hu_buffer;
	return 0;
}

static void
sim_usb_destroy(struct hosted_usb_urb *urb)
{

	SIM_CHECK(!urb->hu_busy);
	urb->hu_endpoint->se_usb->su_urbs--;
	host_free(urb, sizeof(*urb) + urb->hu_size);
}

static int
sim_usb_submit(struct hosted_usb_urb *urb, void *data, unsigned long n,
    int end)
{
	struct sim_usb_endpoint *se = urb->hu_endpoint;

	(void)end;
	sim_yield();
	SIM_CHECK(!urb->hu_busy);
	if (se->se_usb->su_gone)
		return HOSTED_USB_IOERROR;
	SIM_CHECK(se->se_nqueue < SIM_USB_QUEUE);
	urb->hu_busy = 1;
	urb->hu_data = data;
	urb->hu_length = n;
	se->se_queue[se->se_nqueue++] = urb;
	sim_usb_start(se);
	return HOSTED_USB_OK;
}

static void
sim_usb_cancel(struct hosted_usb_urb *urb)
{
	struct sim_usb_endpoint *se = urb->hu_endpoint;
	unsigned i;

	sim_yield();
	for (i = 0; i < se->se_nqueue && se->se_queue[i] != urb; i++)
		;
	if (i == se->se_nqueue)
		return;
	sim_usb_dequeue(se, i);
	sim_usb_end(urb, HOSTED_USB_CANCELLED, 0);
}

static const struct hosted_usb_ops sim_usb_ops = {
	.hu_control = sim_usb_control,
	.hu_setting = sim_usb_setting,
	.hu_clear_halt = sim_usb_clear_halt,
	.hu_create = sim_usb_create,
	.hu_destroy = sim_usb_destroy,
	.hu_submit = sim_usb_submit,
	.hu_cancel = sim_usb_cancel,
};

/*
 * The test's calls.
 */

int
sim_usb_plug(struct sim_usb *su)
{
	unsigned i;

	memset(su->su_endpoints, 0, sizeof(su->su_endpoints));
	for (i = 0; i < SIM_USB_ENDPOINTS; i++) {
		su->su_endpoints[i].se_usb = su;
		su->su_endpoints[i].se_address = (i & 0x0f) |
		    (i & 16 ? 0x80 : 0);
	}
	su->su_gone = 0;
	return hosted_usb_attach(&su->su_info, &sim_usb_ops, su, &su->su_hu);
}

void
sim_usb_pull(struct sim_usb *su)
{
	struct sim_usb_endpoint *se;
	struct hosted_usb_urb *urb;
	unsigned i;

	su->su_gone = 1;
	for (i = 0; i < SIM_USB_ENDPOINTS; i++) {
		se = &su->su_endpoints[i];
		while (se->se_nqueue != 0) {
			urb = se->se_queue[0];
			sim_usb_dequeue(se, 0);
			sim_usb_end(urb, HOSTED_USB_IOERROR, 0);
		}
	}
}

int
sim_usb_unplug(struct sim_usb *su)
{
	unsigned i;
	int error;

	error = hosted_usb_detach(su->su_hu, su->su_gone);
	if (error)
		return error;
	su->su_hu = NULL;
	SIM_CHECK_EQ(su->su_urbs, 0);
	for (i = 0; i < SIM_USB_ENDPOINTS; i++) {
		SIM_CHECK_EQ(su->su_endpoints[i].se_nqueue, 0);
		while (su->su_endpoints[i].se_ticking)
			sim_sleep_ns(su->su_transfer_ns + 1);
	}
	return 0;
}

unsigned
sim_usb_put(struct sim_usb *su, int address, const unsigned char *bytes,
    unsigned n)
{
	struct sim_usb_endpoint *se = sim_usb_endpoint(su, address);

	if (su->su_gone)
		return 0;
	if (n > SIM_USB_FIFO - se->se_nfifo)
		n = SIM_USB_FIFO - se->se_nfifo;
	memcpy(se->se_fifo + se->se_nfifo, bytes, n);
	se->se_nfifo += n;
	sim_usb_start(se);
	return n;
}

void
sim_usb_go(struct sim_usb *su, int address)
{
	struct sim_usb_endpoint *se = sim_usb_endpoint(su, address);

	se->se_nak = 0;
	sim_usb_start(se);
}
