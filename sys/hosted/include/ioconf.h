/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf.h: what config(1) would generate for our configuration: the drivers,
 * and the attach functions of the pseudo-devices, called with the count.
 */

#ifndef _HOSTED_IOCONF_H_
#define _HOSTED_IOCONF_H_

#include <sys/device.h>

extern struct cfdriver midi_cd;
extern struct cfdriver vmidi_cd;
extern struct cfdriver sequencer_cd;
extern struct cfdriver hostmidi_cd;

void	vmidiattach(int);
void	midictlattach(int);
void	sequencerattach(int);
void	hostmidiattach(int);

#endif /* !_HOSTED_IOCONF_H_ */
