/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * oplinstrs.h: the instruments that opl(4) has from the beginning.
 *
 * The programs 0..127, then the drums of the keys 35..81; of each the bytes of
 * one channel, as opl_patch.h has them, and the key that a drum is played at.
 * Pure.
 */

#ifndef _DEV_IC_OPLINSTRS_H_
#define _DEV_IC_OPLINSTRS_H_

#include <dev/midi/midi_base.h>

#define OPLINSTRS_PROGRAMS	128
#define OPLINSTRS_FIRST_DRUM	35
#define OPLINSTRS_DRUMS		47
#define OPLINSTRS_NUMBER	(OPLINSTRS_PROGRAMS + OPLINSTRS_DRUMS)
#define OPLINSTRS_BYTES		12

extern const uint8_t oplinstrs_bank[OPLINSTRS_NUMBER][OPLINSTRS_BYTES];

#endif /* !_DEV_IC_OPLINSTRS_H_ */
