/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_midisyn.c: the module bsdmidi_midisyn: General MIDI, for the modules
 * of synthesizer chips.  It has no device of its own.
 */

#include <linux/module.h>

#include "linux.h"

LINUX_MODULE("General MIDI for the drivers of bsdmidi");
