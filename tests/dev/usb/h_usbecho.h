/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_usbecho.h: a USB MIDI device in the simulation that sends back, on the
 * same cables, what it is sent.  It takes no more than it can send back, and
 * does wrong as often as it is told.
 */

#ifndef _TESTS_DEV_USB_H_USBECHO_H_
#define _TESTS_DEV_USB_H_USBECHO_H_

#include <hosted/sim/sim_usb.h>

#include "../midi/h_scenario.h"
#include "h_usbdesc.h"

#define H_ECHO_OUT	0x01
#define H_ECHO_IN	0x81

struct h_echo {
	struct sim_usb	usb;
	struct h_usbdesc desc;
	uint8_t		device[H_USBDESC_DEVICE];
	const char	*serial;	/* NULL: it has none */
	bool		deaf;		/* takes nothing */
	bool		mute;		/* does not send back */
	unsigned	stall_permille;	/* of transfers and requests */
	unsigned	short_permille;	/* of those in, empty ones too */
	unsigned	error_permille;	/* of transfers, babble too */
	unsigned long	pull_at;	/* at the Nth of both: is pulled out */
	unsigned long	calls;		/* of both so far */
	unsigned	errors;		/* so far */
	uint8_t		*heard;		/* packets that came, or NULL */
	size_t		nheard;
	size_t		heard_max;
};

/* A device of this shape; there can be so many. */
#define H_ECHOS		2
struct h_echo *h_echo_new(int, const struct h_usbdesc_shape *);
/* Plug it in.  False: a fault, or it was pulled out meanwhile. */
bool	h_echo_plug(struct h_echo *);
/* The bus has seen that it is gone; or it is given back. */
void	h_echo_unplug(struct h_echo *);

#endif /* !_TESTS_DEV_USB_H_USBECHO_H_ */
