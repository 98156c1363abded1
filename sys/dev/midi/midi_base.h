/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_base.h: the ground that the pure files stand on.
 *
 * Pure files hold the rules of the protocols.  They know no kernel, lock,
 * clock or allocation, and are compiled into kernels, programs, tests and
 * fuzzers alike.  What little they need from their surroundings comes from
 * here, and this is the only file that asks where it is.
 */

#ifndef _DEV_MIDI_MIDI_BASE_H_
#define _DEV_MIDI_MIDI_BASE_H_

#include <sys/types.h>

#ifdef _KERNEL
#include <sys/stdbool.h>
#include <sys/stdint.h>
#include <sys/systm.h>
#else
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifndef KASSERT
#define KASSERT(e)	assert(e)
#endif
#ifndef __arraycount
#define __arraycount(a)	(sizeof(a) / sizeof((a)[0]))
#endif
#endif

#endif /* !_DEV_MIDI_MIDI_BASE_H_ */
