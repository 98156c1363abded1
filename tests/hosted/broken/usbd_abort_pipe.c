/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * usbd_abort_pipe.c: an abort that ends nothing.
 */

#include <sys/param.h>

#include <dev/usb/usbdi.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_usbd_abort_pipe(struct usbd_pipe *);

void
__wrap_usbd_abort_pipe(struct usbd_pipe *up)
{
}

const struct h_broken h_broken = {
	"an abort that ends nothing",
	ks_usb_transfer
};
