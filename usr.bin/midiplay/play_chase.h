/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_chase.h: the state that a song has brought its devices to; see
 * play_chase.c.
 */

#ifndef _MIDIPLAY_PLAY_CHASE_H_
#define _MIDIPLAY_PLAY_CHASE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAY_CHASE_CHANNELS	16
#define PLAY_CHASE_CONTROLS	128

/* A channel; what is PLAY_CHASE_NONE has not been set, or has been sent. */
#define PLAY_CHASE_NONE		0xffff

struct play_chase_channel {
	uint16_t	control[PLAY_CHASE_CONTROLS];
	uint16_t	program;
	uint16_t	pressure;
	uint16_t	bend;		/* 14 bits */
};

struct play_chase {
	struct play_chase_channel channel[PLAY_CHASE_CHANNELS];
};

void	play_chase_init(struct play_chase *c);
/* Follow a channel message that is not played.  True: it is to be sent
 * nevertheless, now. */
bool	play_chase_message(struct play_chase *c, const uint8_t *msg);
/* The next message, of 2 or 3 bytes, of those that bring a device to where it
 * should be; 0 when there is no more. */
size_t	play_chase_next(struct play_chase *c, uint8_t *msg);

#endif /* !_MIDIPLAY_PLAY_CHASE_H_ */
