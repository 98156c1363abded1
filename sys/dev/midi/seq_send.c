/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_send.c: from events to the bytes of a device, and into its box.
 *
 * What came before decides what an event becomes: SysEx that is written in
 * pieces and must end before another message, bytes that are written one by
 * one.  So an event is made into bytes when its turn has come (seq_turn.c), in
 * the order of those for its device.
 *
 * Locks: all is under su_lock; the box has its own, of rank 2.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/midi/sequencervar.h>

/* Is SysEx open behind a run, if it was in front of it or not? */
static bool
seq_send_amid(const uint8_t *run, size_t n, bool amid)
{
	size_t i, len;

	if (midi_msg_is_channel(run[0]))
		return false;
	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(run + i, n - i);
		if (len == 0)
			break;
		amid = midi_msg_sysex_open(run[i], run[i + len - 1], amid);
	}
	return amid;
}

bool
seq_send_run(struct seq_device *sd, const uint8_t *run, size_t n)
{

	if (n == 0)
		return true;
	if (midi_port_send(&sd->sd_client, run, n) != 0) {
		sd->sd_sq->sq_dropped++;
		return false;
	}
	sd->sd_amid = seq_send_amid(run, n, sd->sd_amid);
	seq_unit_look(sd);
	return true;
}

/* SysEx bytes for a device in groups of three from the F0 on, as midi(4) gives
 * them to hardware; less than a group waits. */
static size_t
seq_send_group(struct seq_device *sd, const uint8_t *bytes, size_t n,
    uint8_t *run)
{
	size_t used __diagused, len;

	used = midi_parse_run(&sd->sd_group, bytes, n, run, SEQ_SEND_BYTES,
	    &len);
	KASSERT(used == n);
	return len;
}

size_t
seq_send_end(struct seq_device *sd, uint8_t *run)
{
	uint8_t end[1];
	size_t n;

	n = seq_event_sysex_end(&sd->sd_sysex_out, end);
	return seq_send_group(sd, end, n, run);
}

bool
seq_send_event(struct seq_device *sd, const struct seq_cmd *cm)
{
	uint8_t bytes[SEQ_EVENT_SYSEX_OUT_MAX(SEQ_CMD_DATA_MAX)];
	uint8_t run[SEQ_SEND_BYTES];
	size_t n;

	switch (cm->cm_kind) {
	case SEQ_CMD_MESSAGE:
		n = 0;
		if (!midi_msg_is_realtime(cm->cm_data[0]))
			n = seq_send_end(sd, run);
		memcpy(run + n, cm->cm_data, cm->cm_len);
		n += cm->cm_len;
		break;
	case SEQ_CMD_SYSEX:
		n = seq_event_sysex_cmd(&sd->sd_sysex_out, cm, bytes);
		n = seq_send_group(sd, bytes, n, run);
		break;
	default:
		KASSERT(cm->cm_kind == SEQ_CMD_BYTE);
		(void)midi_parse_run(&sd->sd_parse, cm->cm_data, cm->cm_len,
		    run, sizeof(run), &n);
		break;
	}
	KASSERT(n <= sizeof(run));
	return seq_send_run(sd, run, n);
}

void
seq_send_init(struct seq_device *sd)
{

	memset(&sd->sd_sysex_out, 0, sizeof(sd->sd_sysex_out));
	midi_parse_init(&sd->sd_group, MIDI_PARSE_ASENSE);
	midi_parse_init(&sd->sd_parse, MIDI_PARSE_ASENSE);
	sd->sd_amid = false;
}
