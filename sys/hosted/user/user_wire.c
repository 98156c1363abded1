/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_wire.c: following a stream of MIDI bytes.
 *
 * Only as much of MIDI 1.0 as is needed for finding the beginning of a
 * message: channel messages have running status, system common messages and
 * SysEx end it, real-time bytes are no part of any other.  Pure.
 */

#include <hosted/user/user_wire.h>

#define WIRE_STATUS	0x80	/* this and above */
#define WIRE_SYSTEM	0xf0
#define WIRE_SYSEX_END	0xf7
#define WIRE_REALTIME	0xf8

/*
 * Program change and channel pressure have one, the others two.
 */
static unsigned int
user_wire_data_bytes(unsigned char status)
{

	return (status & 0xe0) == 0xc0 ? 1 : 2;
}

static void
user_wire_follow_one(struct user_wire *w, unsigned char byte)
{

	if (byte >= WIRE_REALTIME)
		return;
	if (byte >= WIRE_STATUS) {
		w->w_status = byte >= WIRE_SYSTEM ? 0 : byte;
		w->w_data = 0;
	} else if (w->w_status != 0 &&
	    ++w->w_data == user_wire_data_bytes(w->w_status))
		w->w_data = 0;
}

void
user_wire_follow(struct user_wire *w, const unsigned char *bytes, int n)
{
	int i;

	for (i = 0; i < n; i++)
		user_wire_follow_one(w, bytes[i]);
}

int
user_wire_join(struct user_wire *w, const unsigned char *bytes, int n,
    unsigned char *status)
{
	int i;

	*status = 0;
	for (i = 0; i < n; i++) {
		if (bytes[i] >= WIRE_STATUS && bytes[i] < WIRE_REALTIME &&
		    bytes[i] != WIRE_SYSEX_END)
			break;
		if (bytes[i] < WIRE_STATUS && w->w_status != 0 &&
		    w->w_data == 0) {
			*status = w->w_status;
			break;
		}
		user_wire_follow_one(w, bytes[i]);
	}
	return i;
}
