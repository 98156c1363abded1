/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seqrec.h: channel messages and timing as records of the sequencer; see
 * seqrec.c.
 */

#ifndef _MIDI_SEQREC_H_
#define _MIDI_SEQREC_H_

#include <stdbool.h>
#include <stdint.h>

#include <sys/midiio.h>

/* The record of the channel message whose status is msg[0], 0x80..0xef, for
 * device unit.  Of data bytes the low 7 bits count. */
seq_event_t seqrec_channel(uint8_t unit, const uint8_t *msg);
/* The message in a record of the families SEQ_CHN_VOICE and SEQ_CHN_COMMON:
 * its length, 2 or 3; 0 for any other record or one that makes no sense. */
unsigned	seqrec_message(const seq_event_t *rec, uint8_t msg[3]);
/* A timing record: op is one of TMR_*. */
seq_event_t seqrec_timing(uint8_t op, uint32_t arg);

#endif /* !_MIDI_SEQREC_H_ */
