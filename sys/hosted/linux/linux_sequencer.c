/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_sequencer.c: the module bsdmidi_sequencer.
 */

#include <linux/init.h>
#include <linux/module.h>

#include "linux.h"

LINUX_COMPONENT(linux_sequencer, ioconf_sequencer,
    "MIDI sequencer: /dev/music and /dev/sequencer");
