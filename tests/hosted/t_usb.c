/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_usb.c: the USB as drivers have it, see kernspace/ks_usb.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(usb_transfer,
    "catches a callback that does not come, or comes too often, or elsewhere")
H_CASE(usb_timeout,
    "catches a transfer that outlives its time, or a short one taken for whole")
H_CASE(usb_open,
    "catches a pipe that is opened twice or to nowhere")
H_PANIC(usb_not_mpsafe, "must be MPSAFE",
    "catches a pipe whose callbacks would take the kernel's lock")
H_PANIC(usb_twice, "submitted twice",
    "catches a transfer that is submitted twice")
H_PANIC(usb_setup_busy, "set up that is submitted",
    "catches a transfer that is changed while it goes on")
H_PANIC(usb_destroy_busy, "destroyed that is submitted",
    "catches the end of a transfer that goes on")
H_PANIC(usb_look_busy, "looked at that is submitted",
    "catches a result that is looked at too soon")
H_PANIC(usb_outside, "outside of the buffer",
    "catches data that are not in the buffer")
H_PANIC(usb_callback_sync, "either a callback or somebody",
    "catches a transfer that nobody, or two, hear of")
H_PANIC(usb_close_xfers, "transfers are left",
    "catches a pipe that is closed under its transfers")
H_PANIC(usb_left_open, "pipes are left open",
    "catches a driver that leaves a pipe open")
H_PANIC(usb_abort_held, "held",
    "catches waiting for callbacks under a mutex")
H_PANIC(usb_abort_softint, "soft interrupt",
    "catches a callback that waits for itself")
H_PANIC(usb_interrupt, "cpu_intr_p",
    "catches a transfer that is submitted in an interrupt")
H_PANIC(usb_task, "must be MPSAFE",
    "catches a task that would take the kernel's lock")
H_PANIC(usb_ended_twice, "ended twice",
    "catches a host that ends a transfer twice")
H_PANIC(usb_too_much, "65 bytes of 64",
    "catches a host that moves more than was asked for")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, usb_transfer);
	ATF_TP_ADD_TC(tp, usb_timeout);
	ATF_TP_ADD_TC(tp, usb_open);
	ATF_TP_ADD_TC(tp, usb_not_mpsafe);
	ATF_TP_ADD_TC(tp, usb_twice);
	ATF_TP_ADD_TC(tp, usb_setup_busy);
	ATF_TP_ADD_TC(tp, usb_destroy_busy);
	ATF_TP_ADD_TC(tp, usb_look_busy);
	ATF_TP_ADD_TC(tp, usb_outside);
	ATF_TP_ADD_TC(tp, usb_callback_sync);
	ATF_TP_ADD_TC(tp, usb_close_xfers);
	ATF_TP_ADD_TC(tp, usb_left_open);
	ATF_TP_ADD_TC(tp, usb_abort_held);
	ATF_TP_ADD_TC(tp, usb_abort_softint);
	ATF_TP_ADD_TC(tp, usb_interrupt);
	ATF_TP_ADD_TC(tp, usb_task);
	ATF_TP_ADD_TC(tp, usb_ended_twice);
	ATF_TP_ADD_TC(tp, usb_too_much);

	return atf_no_error();
}
