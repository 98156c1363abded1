/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmidivar.h: making virtual MIDI cables.  See vmidi.c.
 */

#ifndef _DEV_MIDI_VMIDIVAR_H_
#define _DEV_MIDI_VMIDIVAR_H_

#include <sys/device.h>

/* Make one more cable; the device, if wanted, without a reference.  0 or
 * ENXIO.  Thread context. */
int	vmidi_create(device_t *);

#endif /* !_DEV_MIDI_VMIDIVAR_H_ */
