/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_merge.c: several sources, one sink, no mixed messages.
 *
 * All that has to be remembered is who has a System Exclusive message open,
 * and who is amid bytes that are to stay together: other messages go whole,
 * and real-time bytes may stand anywhere.
 */

#include <dev/midi/midi_merge.h>

void
midi_merge_init(struct midi_merge *mg)
{

	mg->mg_open = false;
	mg->mg_owner = 0;
	mg->mg_held = 0;
	mg->mg_holder = 0;
}

void
midi_merge_hold(struct midi_merge *mg, unsigned int source, size_t n)
{

	KASSERT(midi_merge_may(mg, source) && mg->mg_held == 0);
	mg->mg_held = n;
	mg->mg_holder = source;
}

void
midi_merge_sent(struct midi_merge *mg, unsigned int source,
    const uint8_t *bytes, size_t n)
{
	uint8_t status;
	size_t len;
	bool open;

	status = midi_msg_last_status(bytes, n, &len);
	/* A stranger to an open message has sent only real-time bytes. */
	KASSERT(!mg->mg_open || mg->mg_owner == source || len == 0);
	open = status == 0 ? mg->mg_open : status == MIDI_MSG_SYSEX;
	if (!mg->mg_open && open)
		mg->mg_owner = source;
	mg->mg_open = open;
}

bool
midi_merge_leave(struct midi_merge *mg, unsigned int source)
{

	midi_merge_release(mg, source);
	if (!mg->mg_open || mg->mg_owner != source)
		return false;
	mg->mg_open = false;
	return true;
}
