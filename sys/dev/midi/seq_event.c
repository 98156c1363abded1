/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_event.c: the records of <sys/midiio.h> and what they mean.
 *
 * Records come from programs and may hold anything.  Words in them are in
 * the order of the machine and are copied out, never pointed at.  What must
 * be right: tag, op, channel, key, controller, program and channel pressure.
 * What is cut to its bits instead, because NetBSD does and programs rely on
 * it: velocities, key pressure, controller values, bends.
 *
 * Never: a read outside the record; a message that is not canonical.
 */

#include <sys/errno.h>
#include <sys/midiio.h>

#include <dev/midi/seq_event.h>

/* OSS's controllers that MIDI does not have, in extended records. */
#define PSEUDO_BEND		255	/* -8192..8191 */
#define PSEUDO_BEND_RANGE	254	/* cents */
#define PSEUDO_EXPRESSION	253
#define PSEUDO_VOLUME		252

#define CENTER_BEND		8192
#define SYSEX_RECORD		6	/* bytes of SysEx in one record */
#define SYSEX_UNUSED		0xff

static uint16_t
seq_event_word16(const uint8_t *bytes)
{
	uint16_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static uint32_t
seq_event_word32(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The number in bytes 1..3 of an old record: a word without the byte that
 * the code is in. */
static uint32_t
seq_event_word24(const uint8_t *rec)
{

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return seq_event_word32(rec) & 0xffffff;
#else
	return seq_event_word32(rec) >> 8;
#endif
}

unsigned int
seq_event_length(uint8_t first, enum seq_event_dialect dialect)
{

	return dialect == SEQ_EVENT_OLD && first < 0x80 ?
	    SEQ_EVENT_OLD_BYTES : SEQ_EVENT_BYTES;
}

/*
 * Messages.  Each of these appends one to the command, or says why not.
 */

static int
seq_event_message(struct seq_cmd *cm, uint8_t op, uint8_t channel, uint8_t a,
    uint8_t b)
{
	uint8_t *p = &cm->cm_data[cm->cm_len];

	if (channel > 15)
		return EINVAL;
	KASSERT(a < 0x80);
	KASSERT(b < 0x80);
	cm->cm_kind = SEQ_CMD_MESSAGE;
	cm->cm_len += midi_msg_length(op);
	KASSERT(cm->cm_len <= SEQ_CMD_DATA_MAX);
	p[0] = op | channel;
	p[1] = a;
	if (midi_msg_length(op) == 3)
		p[2] = b;
	return 0;
}

/* A note-off, note-on or key pressure. */
static int
seq_event_voice(struct seq_cmd *cm, uint8_t op, uint8_t channel, uint8_t key,
    uint8_t parm)
{

	if (key > 127)
		return EINVAL;
	parm &= 0x7f;
	if (op == MIDI_MSG_NOTE_ON && parm == 0) {
		op = MIDI_MSG_NOTE_OFF;
		parm = MIDI_MSG_OFF_VELOCITY;
	}
	return seq_event_message(cm, op, channel, key, parm);
}

/* A controller's value of 7 bits, or, when it does not fit, of 14. */
static int
seq_event_control(struct seq_cmd *cm, uint8_t channel, uint8_t controller,
    uint16_t value)
{
	int error;

	if (controller > 127)
		return EINVAL;
	if (value <= 127)
		return seq_event_message(cm, MIDI_MSG_CONTROL, channel,
		    controller, (uint8_t)value);
	error = seq_event_message(cm, MIDI_MSG_CONTROL, channel, controller,
	    value >> 7 & 0x7f);
	if (error == 0 && controller < 32)
		error = seq_event_message(cm, MIDI_MSG_CONTROL, channel,
		    controller + 32, value & 0x7f);
	return error;
}

/* A program or channel pressure. */
static int
seq_event_one(struct seq_cmd *cm, uint8_t op, uint8_t channel, uint8_t value)
{

	if (value > 127)
		return EINVAL;
	return seq_event_message(cm, op, channel, value, 0);
}

static int
seq_event_bend(struct seq_cmd *cm, uint8_t channel, uint16_t value)
{

	return seq_event_message(cm, MIDI_MSG_BEND, channel, value & 0x7f,
	    value >> 7 & 0x7f);
}

/* How far a full bend goes, in cents: registered parameter 0 takes semitones
 * and cents.  [MIDI 1.0, RPN 0] */
static int
seq_event_bend_range(struct seq_cmd *cm, uint8_t channel, uint16_t cents)
{
	const uint8_t data[][2] = {
		{ MIDI_CTRL_RPN_MSB, 0 },
		{ MIDI_CTRL_RPN_LSB, MIDI_RPN_PITCH_BEND_SENSITIVITY },
		{ MIDI_CTRL_DATA_ENTRY_MSB, (uint8_t)(cents / 100) },
		{ MIDI_CTRL_DATA_ENTRY_LSB, (uint8_t)(cents % 100) },
	};
	size_t i;
	int error = 0;

	if (cents / 100 > 127)
		return EINVAL;
	for (i = 0; i < __arraycount(data) && error == 0; i++)
		error = seq_event_message(cm, MIDI_MSG_CONTROL, channel,
		    data[i][0], data[i][1]);
	return error;
}

/*
 * Records, by tag.
 */

static int
seq_event_chn_voice(const uint8_t *rec, struct seq_cmd *cm)
{

	cm->cm_device = rec[1];
	switch (rec[2]) {
	case MIDI_NOTEOFF:
	case MIDI_NOTEON:
	case MIDI_KEY_PRESSURE:
		return seq_event_voice(cm, rec[2], rec[3], rec[4], rec[5]);
	default:
		return EINVAL;
	}
}

static int
seq_event_chn_common(const uint8_t *rec, struct seq_cmd *cm)
{

	cm->cm_device = rec[1];
	switch (rec[2]) {
	case MIDI_CTL_CHANGE:
		return seq_event_control(cm, rec[3], rec[4],
		    seq_event_word16(rec + 6));
	case MIDI_PGM_CHANGE:
	case MIDI_CHN_PRESSURE:
		return seq_event_one(cm, rec[2], rec[3], rec[4]);
	case MIDI_PITCH_BEND:
		return seq_event_bend(cm, rec[3], seq_event_word16(rec + 6));
	default:
		return EINVAL;
	}
}

static int
seq_event_sysex(const uint8_t *rec, struct seq_cmd *cm)
{

	cm->cm_kind = SEQ_CMD_SYSEX;
	cm->cm_device = rec[1];
	while (cm->cm_len < SYSEX_RECORD &&
	    rec[2 + cm->cm_len] != SYSEX_UNUSED) {
		cm->cm_data[cm->cm_len] = rec[2 + cm->cm_len];
		cm->cm_len++;
	}
	return 0;
}

/* A system message, as it comes from input. */
static int
seq_event_system(const uint8_t *rec, struct seq_cmd *cm)
{
	unsigned int i, length;

	length = midi_msg_length(rec[2]);
	if (rec[2] < MIDI_MSG_SYSEX || length == 0)
		return EINVAL;
	cm->cm_device = rec[1];
	for (i = 0; i < length; i++) {
		if (i > 0 && rec[2 + i] > 127)
			return EINVAL;
		cm->cm_data[i] = rec[2 + i];
	}
	cm->cm_kind = SEQ_CMD_MESSAGE;
	cm->cm_len = (uint8_t)length;
	return 0;
}

static int
seq_event_timer(uint8_t op, uint32_t arg, struct seq_cmd *cm)
{

	switch (op) {
	case TMR_SPP:
		if (arg > 16383)
			return EINVAL;
		break;
	case TMR_RESET:
	case TMR_WAIT_REL:
	case TMR_WAIT_ABS:
	case TMR_STOP:
	case TMR_START:
	case TMR_CONTINUE:
	case TMR_TEMPO:
	case TMR_ECHO:
	case TMR_CLOCK:
	case TMR_TIMESIG:
	case TMR_USTEMPO:
	case TMR_SYNC:
	case TMR_DEVICE:
		break;
	default:
		return EINVAL;
	}
	cm->cm_kind = SEQ_CMD_TIMING;
	cm->cm_op = op;
	cm->cm_arg = arg;
	return 0;
}

static int
seq_event_local(const uint8_t *rec, struct seq_cmd *cm)
{

	/* OSS 4 has 2..4, too: other ways to start and stop. */
	if (rec[1] < LOCL_STARTAUDIO || rec[1] > LOCL_STARTAUDIO + 3)
		return EINVAL;
	cm->cm_kind = SEQ_CMD_LOCAL;
	cm->cm_op = rec[1];
	cm->cm_arg = seq_event_word32(rec + 4);
	return 0;
}

/* struct sysex_info or sbi_instrument, of which the data are still to come. */
static int
seq_event_fullsize(const uint8_t *rec, struct seq_cmd *cm)
{

	switch (seq_event_word16(rec)) {
	case SEQ_SYSEX_PATCH:
		if (seq_event_word32(rec + 4) > INT32_MAX)
			return EINVAL;
		cm->cm_kind = SEQ_CMD_FULLSIZE;
		break;
	case SBI_FM_PATCH:
	case SBI_OPL3_PATCH:
		cm->cm_kind = SEQ_CMD_PATCH;
		break;
	default:
		return EINVAL;
	}
	if (seq_event_word16(rec + 2) > UINT8_MAX)
		return ENXIO;
	cm->cm_device = (uint8_t)seq_event_word16(rec + 2);
	cm->cm_arg = seq_event_word32(rec + 4);
	return 0;
}

static int
seq_event_putc(const uint8_t *rec, struct seq_cmd *cm)
{

	cm->cm_kind = SEQ_CMD_BYTE;
	cm->cm_device = rec[2];
	cm->cm_len = 1;
	cm->cm_data[0] = rec[1];
	return 0;
}

/* {0xff, SEQOLD_CONTROLLER, device, channel, controller, low, high, 0} */
static int
seq_event_extended_control(const uint8_t *rec, struct seq_cmd *cm)
{
	uint16_t value;

	value = (uint16_t)(rec[5] | rec[6] << 8);
	switch (rec[4]) {
	case PSEUDO_BEND:
		value += CENTER_BEND;
		if (value > 2 * CENTER_BEND - 1)
			return EINVAL;
		return seq_event_bend(cm, rec[3], value);
	case PSEUDO_BEND_RANGE:
		return seq_event_bend_range(cm, rec[3], value);
	case PSEUDO_EXPRESSION:
		return seq_event_control(cm, rec[3],
		    MIDI_CTRL_EXPRESSION_MSB, value);
	case PSEUDO_VOLUME:
		return seq_event_control(cm, rec[3],
		    MIDI_CTRL_CHANNEL_VOLUME_MSB, value);
	default:
		return seq_event_control(cm, rec[3], rec[4], value);
	}
}

/*
 * {0xff, code, device, channel, parameters...}.  /dev/music takes those that
 * the macros of OSS can write there; NetBSD's takes none.
 */
static int
seq_event_extended(const uint8_t *rec, enum seq_event_dialect dialect,
    struct seq_cmd *cm)
{

	cm->cm_device = rec[2];
	switch (rec[1]) {
	case SEQOLD_CONTROLLER:
		return seq_event_extended_control(rec, cm);
	case SEQOLD_VOLMODE:
		/* A law of volume for synthesizers that have two. */
		return 0;
	}
	if (dialect != SEQ_EVENT_OLD)
		return EINVAL;
	switch (rec[1]) {
	case SEQOLD_NOTEOFF:
		return seq_event_voice(cm, MIDI_NOTEOFF, rec[3], rec[4],
		    rec[5]);
	case SEQOLD_NOTEON:
		return seq_event_voice(cm, MIDI_NOTEON, rec[3], rec[4],
		    rec[5]);
	case SEQOLD_PGMCHANGE:
		return seq_event_one(cm, MIDI_PGM_CHANGE, rec[3], rec[4]);
	case SEQOLD_AFTERTOUCH:
		return seq_event_one(cm, MIDI_CHN_PRESSURE, rec[3], rec[4]);
	case SEQOLD_BALANCE:
		/* -128..127, as a byte */
		return seq_event_control(cm, rec[3], MIDI_CTRL_PAN_MSB,
		    (rec[4] ^ 0x80) / 2);
	default:
		return EINVAL;
	}
}

/* A record of 4 bytes: always to the first device, but for MIDIPUTC. */
static int
seq_event_old(const uint8_t *rec, struct seq_cmd *cm)
{

	switch (rec[0]) {
	case SEQOLD_NOTEOFF:
		return seq_event_voice(cm, MIDI_NOTEOFF, rec[1], rec[2],
		    rec[3]);
	case SEQOLD_NOTEON:
		return seq_event_voice(cm, MIDI_NOTEON, rec[1], rec[2],
		    rec[3]);
	case SEQOLD_WAIT:
		return seq_event_timer(TMR_WAIT_ABS, seq_event_word24(rec),
		    cm);
	case SEQOLD_PGMCHANGE:
		return seq_event_one(cm, MIDI_PGM_CHANGE, rec[1], rec[2]);
	case SEQOLD_SYNCTIMER:
		return seq_event_timer(TMR_START, 0, cm);
	case SEQOLD_MIDIPUTC:
		return seq_event_putc(rec, cm);
	case SEQOLD_ECHO:
		return seq_event_timer(TMR_ECHO, seq_event_word24(rec), cm);
	case SEQOLD_AFTERTOUCH:
		return seq_event_one(cm, MIDI_CHN_PRESSURE, rec[1], rec[2]);
	case SEQOLD_CONTROLLER:
		return seq_event_control(cm, rec[1], rec[2], rec[3] & 0x7f);
	default:
		return EINVAL;
	}
}

int
seq_event_decode(const uint8_t *rec, enum seq_event_dialect dialect,
    struct seq_cmd *cm)
{

	memset(cm, 0, sizeof(*cm));
	cm->cm_kind = SEQ_CMD_NONE;
	if (seq_event_length(rec[0], dialect) == SEQ_EVENT_OLD_BYTES)
		return seq_event_old(rec, cm);
	switch (rec[0]) {
	case SEQOLD_MIDIPUTC:
		return seq_event_putc(rec, cm);
	case SEQ_LOCAL:
		return seq_event_local(rec, cm);
	case SEQ_TIMING:
		return seq_event_timer(rec[1], seq_event_word32(rec + 4), cm);
	case SEQ_CHN_COMMON:
		return seq_event_chn_common(rec, cm);
	case SEQ_CHN_VOICE:
		return seq_event_chn_voice(rec, cm);
	case SEQ_SYSEX:
		return seq_event_sysex(rec, cm);
	case SEQ_SYSTEM:
		return seq_event_system(rec, cm);
	case SEQ_FULLSIZE:
		return seq_event_fullsize(rec, cm);
	case SEQOLD_EXTENDED:
		return seq_event_extended(rec, dialect, cm);
	default:
		return EINVAL;
	}
}

/*
 * SysEx to a device.
 */

/* One byte, not real-time, of a message that may begin with it; what goes
 * out is appended at p, and the place behind it returned. */
static uint8_t *
seq_event_sysex_byte(struct seq_sysex *sx, uint8_t byte, uint8_t *p)
{

	if (midi_msg_is_status(byte)) {
		p += seq_event_sysex_end(sx, p);
		if (byte != MIDI_MSG_SYSEX)
			return p;
		sx->sx_open = true;
	}
	if (sx->sx_open)
		*p++ = byte;
	return p;
}

size_t
seq_event_sysex_put(struct seq_sysex *sx, const uint8_t *bytes, size_t n,
    bool last, uint8_t *out)
{
	uint8_t *p = out;
	size_t first = n, i;

	for (i = n; i-- > 0;) {
		if (!midi_msg_is_realtime(bytes[i]))
			first = i;
	}
	for (i = 0; i < n; i++) {
		if (midi_msg_is_realtime(bytes[i]) &&
		    midi_msg_length(bytes[i]) != 0)
			*p++ = bytes[i];
	}
	/* A message that begins without F0, or is empty, is given one. */
	if (!sx->sx_open && (n == 0 ? last : first < n &&
	    (!midi_msg_is_status(bytes[first]) ||
	    bytes[first] == MIDI_MSG_SYSEX_END))) {
		*p++ = MIDI_MSG_SYSEX;
		sx->sx_open = true;
	}
	for (i = first; i < n; i++) {
		if (!midi_msg_is_realtime(bytes[i]))
			p = seq_event_sysex_byte(sx, bytes[i], p);
	}
	if (last)
		p += seq_event_sysex_end(sx, p);
	return (size_t)(p - out);
}

size_t
seq_event_sysex_cmd(struct seq_sysex *sx, const struct seq_cmd *cm,
    uint8_t *out)
{

	KASSERT(cm->cm_kind == SEQ_CMD_SYSEX);
	KASSERT(cm->cm_len <= SYSEX_RECORD);
	return seq_event_sysex_put(sx, cm->cm_data, cm->cm_len,
	    cm->cm_len < SYSEX_RECORD, out);
}

size_t
seq_event_sysex_end(struct seq_sysex *sx, uint8_t *out)
{

	if (!sx->sx_open)
		return 0;
	sx->sx_open = false;
	out[0] = MIDI_MSG_SYSEX_END;
	return 1;
}

/*
 * Records for the reader.
 */

bool
seq_event_encode(uint8_t device, const uint8_t *msg, size_t len,
    uint8_t rec[SEQ_EVENT_BYTES])
{
	uint8_t channel, op;
	uint16_t value;

	if (len == 0 || len != midi_msg_length(msg[0]))
		return false;
	memset(rec, 0, SEQ_EVENT_BYTES);
	rec[1] = device;
	if (!midi_msg_is_channel(msg[0])) {
		rec[0] = SEQ_SYSTEM;
		memcpy(rec + 2, msg, len);
		return true;
	}
	op = MIDI_GET_STATUS(msg[0]);
	channel = MIDI_GET_CHAN(msg[0]);
	rec[2] = op;
	rec[3] = channel;
	switch (op) {
	case MIDI_CTL_CHANGE:
		rec[0] = SEQ_CHN_COMMON;
		rec[4] = msg[1];
		value = msg[2];
		memcpy(rec + 6, &value, sizeof(value));
		return true;
	case MIDI_PGM_CHANGE:
	case MIDI_CHN_PRESSURE:
		rec[0] = SEQ_CHN_COMMON;
		rec[4] = msg[1];
		return true;
	case MIDI_PITCH_BEND:
		rec[0] = SEQ_CHN_COMMON;
		value = (uint16_t)(msg[1] | msg[2] << 7);
		memcpy(rec + 6, &value, sizeof(value));
		return true;
	default:
		rec[0] = SEQ_CHN_VOICE;
		rec[4] = msg[1];
		rec[5] = msg[2];
		return true;
	}
}

void
seq_event_timing(uint8_t op, uint32_t arg, uint8_t rec[SEQ_EVENT_BYTES])
{

	memset(rec, 0, SEQ_EVENT_BYTES);
	rec[0] = SEQ_TIMING;
	rec[1] = op;
	memcpy(rec + 4, &arg, sizeof(arg));
}

void
seq_event_old_byte(uint8_t device, uint8_t byte,
    uint8_t rec[SEQ_EVENT_OLD_BYTES])
{

	rec[0] = SEQOLD_MIDIPUTC;
	rec[1] = byte;
	rec[2] = device;
	rec[3] = 0;
}

void
seq_event_old_timing(uint8_t op, uint32_t arg,
    uint8_t rec[SEQ_EVENT_OLD_BYTES])
{

	KASSERT(op == TMR_WAIT_ABS || op == TMR_ECHO);
#if __BYTE_ORDER__ != __ORDER_BIG_ENDIAN__
	arg <<= 8;
#endif
	memcpy(rec, &arg, SEQ_EVENT_OLD_BYTES);
	rec[0] = op;
}

/* The record of what has been collected. */
static void
seq_event_sysex_flush(struct seq_sysex_in *si, uint8_t device,
    uint8_t rec[SEQ_EVENT_BYTES])
{

	memset(rec, SYSEX_UNUSED, SEQ_EVENT_BYTES);
	rec[0] = SEQ_SYSEX;
	rec[1] = device;
	memcpy(rec + 2, si->si_data, si->si_len);
	si->si_len = 0;
}

size_t
seq_event_sysex_collect(struct seq_sysex_in *si, uint8_t device,
    const uint8_t *bytes, size_t n, uint8_t rec[SEQ_EVENT_BYTES], bool *full)
{
	size_t i;

	for (i = 0; i < n; i++) {
		KASSERT(midi_msg_is_sysex(bytes[i]));
		if (bytes[i] == MIDI_MSG_SYSEX) {
			if (si->si_open && si->si_len > 0) {
				/* An F7 was lost. */
				si->si_open = false;
				seq_event_sysex_flush(si, device, rec);
				*full = true;
				return i;
			}
			si->si_open = true;
		} else if (!si->si_open)
			continue;
		si->si_data[si->si_len++] = bytes[i];
		if (bytes[i] == MIDI_MSG_SYSEX_END)
			si->si_open = false;
		if (!si->si_open || si->si_len == SYSEX_RECORD) {
			seq_event_sysex_flush(si, device, rec);
			*full = true;
			return i + 1;
		}
	}
	*full = false;
	return n;
}
