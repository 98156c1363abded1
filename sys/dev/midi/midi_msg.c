/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_msg.c: finding the parts of a canonical stream.
 *
 * System Exclusive is long and everything else short, so the one loop that
 * matters looks for the end of data bytes a word at a time.  Nothing here has
 * state.
 */

#include <dev/midi/midi_msg.h>

/* The top bit of each byte of a word: set in status bytes only. */
#define MIDI_MSG_STATUS_BITS	0x8080808080808080ULL

size_t
midi_msg_data_length(const uint8_t *bytes, size_t n)
{
	uint64_t word[4];
	size_t i;

	for (i = 0; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(word, bytes + i, sizeof(word));
		if (((word[0] | word[1] | word[2] | word[3]) &
		    MIDI_MSG_STATUS_BITS) != 0)
			break;
	}
	for (; n - i >= sizeof(word[0]); i += sizeof(word[0])) {
		memcpy(word, bytes + i, sizeof(word[0]));
		if ((word[0] & MIDI_MSG_STATUS_BITS) != 0)
			break;
	}
	while (i < n && bytes[i] < 0x80)
		i++;
	return i;
}

uint8_t
midi_msg_last_status(const uint8_t *bytes, size_t n, size_t *len)
{
	uint64_t word;

	*len = 0;
	while (n > 0) {
		if (n >= sizeof(word)) {
			memcpy(&word, bytes + n - sizeof(word), sizeof(word));
			if ((word & MIDI_MSG_STATUS_BITS) == 0) {
				n -= sizeof(word);
				*len += sizeof(word);
				continue;
			}
		}
		n--;
		if (midi_msg_is_realtime(bytes[n]))
			continue;
		++*len;
		if (midi_msg_is_status(bytes[n]))
			return bytes[n];
	}
	return 0;
}

size_t
midi_msg_unit_sysex(const uint8_t *bytes, size_t n)
{
	size_t len;

	if (bytes[0] == MIDI_MSG_SYSEX_END)
		return 1;
	len = 1 + midi_msg_data_length(bytes + 1, n - 1);
	if (len < n && bytes[len] == MIDI_MSG_SYSEX_END)
		len++;
	return len;
}

size_t
midi_msg_count(const uint8_t *bytes, size_t n)
{
	const uint64_t ones = 0x0101010101010101ULL;
	uint64_t word, begins;
	size_t i, count = 0;

	for (i = 0; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		/* The highest bit of each byte that is a status, not F7. */
		begins = word & ones * 0x80;
		word ^= ones * MIDI_MSG_SYSEX_END;
		begins &= (word & ones * 0x7f) + ones * 0x7f;
		count += (size_t)((begins >> 7) * ones >> 56);
	}
	for (; i < n; i++) {
		if (midi_msg_is_status(bytes[i]) &&
		    bytes[i] != MIDI_MSG_SYSEX_END)
			count++;
	}
	return count;
}

bool
midi_msg_run_valid(const uint8_t *bytes, size_t n, bool open)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(bytes + i, n - i);
		if (len == 0)
			return false;
		if (midi_msg_is_realtime(bytes[i]))
			continue;
		/* Only what goes on with SysEx may come when it is open. */
		if (open != (bytes[i] < 0x80 || bytes[i] == MIDI_MSG_SYSEX_END))
			return false;
		if (!midi_msg_is_sysex(bytes[i]) &&
		    midi_msg_data_length(bytes + i + 1, len - 1) != len - 1)
			return false;
		/* A hidden note-off has been brought to light. */
		if ((bytes[i] & 0xf0) == MIDI_MSG_NOTE_ON && bytes[i + 2] == 0)
			return false;
		open = midi_msg_sysex_open(bytes[i], bytes[i + len - 1], open);
	}
	return true;
}
