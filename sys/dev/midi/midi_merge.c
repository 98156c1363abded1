/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_merge.c: several sources, one sink, no mixed messages.
 *
 * All that has to be remembered is who has a System Exclusive message open:
 * other messages go whole, and real-time bytes may stand anywhere.
 */

#include <dev/midi/midi_merge.h>

void
midi_merge_init(struct midi_merge *mg)
{

	mg->mg_open = false;
	mg->mg_owner = 0;
	mg->mg_turn = 0;
}

size_t
midi_merge_may(const struct midi_merge *mg, unsigned int source,
    const uint8_t *bytes, size_t n)
{
	size_t i;

	if (!mg->mg_open || mg->mg_owner == source)
		return n;
	for (i = 0; i < n && midi_msg_is_realtime(bytes[i]); i++)
		continue;
	return i;
}

void
midi_merge_sent(struct midi_merge *mg, unsigned int source,
    const uint8_t *bytes, size_t n)
{
	size_t i, len;
	bool open;

	KASSERT(midi_merge_may(mg, source, bytes, n) == n);
	if (n == 0)
		return;
	/* A stranger to an open message has sent only real-time bytes. */
	open = mg->mg_open;
	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(bytes + i, n - i);
		if (len == 0)
			break;
		open = midi_msg_sysex_open(bytes[i], bytes[i + len - 1], open);
	}
	if (!mg->mg_open && open)
		mg->mg_owner = source;
	mg->mg_open = open;
	mg->mg_turn = source + 1;
}

bool
midi_merge_leave(struct midi_merge *mg, unsigned int source)
{

	if (!mg->mg_open || mg->mg_owner != source)
		return false;
	mg->mg_open = false;
	return true;
}

unsigned int
midi_merge_turn(const struct midi_merge *mg, unsigned int i, unsigned int n)
{
	unsigned int first;

	KASSERT(i < n);
	first = mg->mg_open ? mg->mg_owner : mg->mg_turn;
	return (first % n + i) % n;
}
