/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf.h: what config(1) would generate for our configuration: the drivers,
 * the tables of components, and the attach functions of the pseudo-devices,
 * called with the count.
 */

#ifndef _HOSTED_IOCONF_H_
#define _HOSTED_IOCONF_H_

#include <sys/device.h>

extern struct cfdriver midi_cd;
extern struct cfdriver vmidi_cd;
extern struct cfdriver sequencer_cd;
extern struct cfdriver hostmidi_cd;
extern struct cfdriver isa_cd;
extern struct cfdriver mpu_cd;
extern struct cfdriver midicom_cd;
extern struct cfdriver opl_cd;
extern struct cfdriver pcppi_cd;
extern struct cfdriver uhub_cd;
extern struct cfdriver umidi_cd;

/* The tables of the components. */
struct kern_ioconf;
extern const struct kern_ioconf ioconf_midi;
extern const struct kern_ioconf ioconf_hostmidi;
extern const struct kern_ioconf ioconf_sequencer;
extern const struct kern_ioconf ioconf_vmidi;
extern const struct kern_ioconf ioconf_isa;
extern const struct kern_ioconf ioconf_mpu;
extern const struct kern_ioconf ioconf_midicom;
extern const struct kern_ioconf ioconf_opl;
extern const struct kern_ioconf ioconf_pcppi;
extern const struct kern_ioconf ioconf_usb;

void	vmidiattach(int);
void	midictlattach(int);
void	sequencerattach(int);

#endif /* !_HOSTED_IOCONF_H_ */
