/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midivar.h: here because drivers of NetBSD include it beside midi_if.h, which
 * is all that they need.  What midi(4) keeps for itself is in dev/midi/.
 */

#ifndef _SYS_DEV_MIDIVAR_H_
#define _SYS_DEV_MIDIVAR_H_

#include <dev/midi_if.h>

#endif /* !_SYS_DEV_MIDIVAR_H_ */
