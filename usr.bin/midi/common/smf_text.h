/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_text.h: the texts of a MIDI file, for people; see smf_text.c.
 */

#ifndef _MIDI_SMF_TEXT_H_
#define _MIDI_SMF_TEXT_H_

#include "smf.h"

/* What a meta event of this type is called: "Text", "Tempo" and so on; NULL
 * for a type that has no name. */
const char *smf_text_name(uint8_t type);
/* Is its data a text? */
bool	smf_text_is(uint8_t type);
/* Put n bytes of text into out, as UTF-8 or else as ASCII, with a NUL.  What
 * does not fit, in whole characters, is cut off.  The bytes used, without the
 * NUL; size is at least 1. */
size_t	smf_text(char *out, size_t size, const uint8_t *data, size_t n,
	    bool utf8);

#endif /* !_MIDI_SMF_TEXT_H_ */
