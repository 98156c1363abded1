/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_usbecho.c: a USB MIDI device that sends back.  See h_usbecho.h.
 */

#include <stdio.h>

#include "h_usbecho.h"

static struct h_echo h_echos[H_ECHOS];

static bool
h_echo_chance(unsigned permille)
{

	return permille != 0 && sim_random(1000) < permille;
}

/* Is there room to send back a packet? */
static bool
h_echo_has_room(struct sim_usb *su)
{

	return su->su_endpoints[16 + 1].se_nfifo + su->su_packet_bytes <=
	    SIM_USB_FIFO;
}

static int
h_echo_how(struct sim_usb *su, int address)
{
	struct h_echo *he = su->su_arg;

	if (++he->calls == he->pull_at) {
		sim_usb_pull(su);
		return SIM_USB_ERROR;
	}
	if (h_echo_chance(he->stall_permille))
		return SIM_USB_STALL;
	if (address == 0)
		return SIM_USB_OK;
	if (h_echo_chance(he->error_permille)) {
		he->errors++;
		return address == H_ECHO_IN && sim_random(2) ? SIM_USB_BABBLE :
		    SIM_USB_ERROR;
	}
	if (address == H_ECHO_OUT)
		return he->deaf || !h_echo_has_room(su) ? SIM_USB_NAK :
		    SIM_USB_OK;
	if (!he->deaf)
		sim_usb_go(su, H_ECHO_OUT);
	if (h_echo_chance(he->short_permille))
		return sim_random(2) ? SIM_USB_SHORT : SIM_USB_EMPTY;
	return SIM_USB_OK;
}

static void
h_echo_out(struct sim_usb *su, int address, const unsigned char *bytes,
    unsigned n)
{
	struct h_echo *he = su->su_arg;

	SIM_CHECK_EQ(address, H_ECHO_OUT);
	SIM_CHECK(n > 0 && n % 4 == 0);
	if (he->heard != NULL) {
		SIM_CHECK(he->nheard + n <= he->heard_max);
		memcpy(he->heard + he->nheard, bytes, n);
		he->nheard += n;
	}
	if (!he->mute && !su->su_gone)
		SIM_CHECK_EQ(sim_usb_put(su, H_ECHO_IN, bytes, n), n);
}

static const char *
h_echo_string(struct sim_usb *su, int index)
{
	static char text[32];
	struct h_echo *he = su->su_arg;

	switch (index) {
	case H_USBDESC_VENDOR:
		return "Maker";
	case H_USBDESC_PRODUCT:
		return "Echo";
	case H_USBDESC_SERIAL:
		return he->serial;
	default:
		break;
	}
	if (index >= H_USBDESC_OUT && index < H_USBDESC_OUT + 16)
		snprintf(text, sizeof(text), "Out %d",
		    index - H_USBDESC_OUT + 1);
	else if (index >= H_USBDESC_IN && index < H_USBDESC_IN + 16)
		snprintf(text, sizeof(text), "In %d",
		    index - H_USBDESC_IN + 1);
	else
		return NULL;
	return text;
}

struct h_echo *
h_echo_new(int n, const struct h_usbdesc_shape *shape)
{
	struct h_echo *he = &h_echos[n];

	SIM_CHECK(n < H_ECHOS);
	memset(he, 0, sizeof(*he));
	h_usbdesc_make(&he->desc, shape);
	h_usbdesc_device(he->device, 0x1234, 0x5678);
	he->usb.su_info = (struct hosted_usb_info){
		.ui_device = he->device,
		.ui_config = he->desc.bytes,
		.ui_config_bytes = he->desc.n,
		.ui_iface = H_USBDESC_IFACE,
		.ui_port = n + 1,
		.ui_address = n + 2,
	};
	he->usb.su_packet_bytes = shape->packet_bytes;
	he->usb.su_transfer_ns = 50 * H_US;
	he->usb.su_arg = he;
	he->usb.su_how = h_echo_how;
	he->usb.su_out = h_echo_out;
	he->usb.su_string = h_echo_string;
	return he;
}

bool
h_echo_plug(struct h_echo *he)
{
	const int error = sim_usb_plug(&he->usb);

	(void)sim_clear_signal();
	if (error == 0)
		return true;
	if (!he->usb.su_gone)
		(void)H_REFUSED(error);
	return false;
}

void
h_echo_unplug(struct h_echo *he)
{

	SIM_CHECK_EQ(sim_usb_unplug(&he->usb), 0);
	(void)sim_clear_signal();
}
