/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_usb.c: event packets of USB MIDI 1.0, and bytes.
 *
 * What comes is judged by its bytes: the code index number says how many
 * there are, the first of them must say the same.  Only single bytes are
 * passed on whatever they are, since a parser comes behind.
 */

#include <dev/midi/midi_msg.h>
#include <dev/midi/midi_usb.h>

unsigned int
midi_usb_length(unsigned int cin)
{

	/* One digit for each number, that of 0 the lowest. */
	return (0x1322333332133200ULL >> ((cin & 0x0f) * 4)) & 0x0f;
}

/*
 * Receive.
 */

void
midi_usb_in_init(struct midi_usb_in *mui, unsigned int flags)
{

	memset(mui, 0, sizeof(*mui));
	mui->mui_flags = flags;
}

/* Are these n bytes what a packet of SysEx holds? */
static bool
midi_usb_is_sysex(const uint8_t *bytes, unsigned int n, bool open)
{
	unsigned int i = 0;

	if (bytes[0] == MIDI_MSG_SYSEX) {
		open = true;
		i = 1;
	}
	i += midi_msg_data_length(bytes + i, n - i);
	return open && (i == n ||
	    (i == n - 1 && bytes[i] == MIDI_MSG_SYSEX_END));
}

/* Does the message of these n bytes say by itself that it has n? */
static bool
midi_usb_is_message(const uint8_t *bytes, unsigned int n)
{

	return midi_msg_length(bytes[0]) == n &&
	    midi_msg_data_length(bytes + 1, n - 1) == n - 1;
}

static bool
midi_usb_sensible(unsigned int cin, const uint8_t *bytes, unsigned int n,
    bool open)
{

	switch (cin) {
	case MIDI_USB_BYTE:
		return true;
	case MIDI_USB_COMMON_1:
		if (midi_usb_is_message(bytes, 1))
			return true;
		/* FALLTHROUGH */
	case MIDI_USB_SYSEX:
	case MIDI_USB_SYSEX_END_2:
	case MIDI_USB_SYSEX_END_3:
		return midi_usb_is_sysex(bytes, n, open);
	default:
		return n != 0 && midi_msg_is_channel(bytes[0]) == (cin >= 8) &&
		    midi_usb_is_message(bytes, n);
	}
}

/* n bytes of a packet are passed on: what is open on the cable now? */
static void
midi_usb_note(struct midi_usb_in *mui, unsigned int cable,
    const uint8_t *bytes, unsigned int n)
{
	const uint16_t bit = 1U << cable;
	const bool open = (mui->mui_open & bit) != 0;
	const uint8_t last = bytes[n - 1];

	if (midi_msg_is_realtime(bytes[0]) || (n == 1 && last < 0x80))
		return;
	mui->mui_open &= ~bit;
	if (last != MIDI_MSG_SYSEX_END && (bytes[0] == MIDI_MSG_SYSEX ||
	    (open && bytes[0] < 0x80)))
		mui->mui_open |= bit;
	mui->mui_data[cable] = midi_msg_is_channel(bytes[0]) ? n - 1 : 0;
}

unsigned int
midi_usb_decode(struct midi_usb_in *mui, const uint8_t packet[MIDI_USB_PACKET],
    unsigned int *cable, uint8_t bytes[3])
{
	const unsigned int cin = packet[0] & 0x0f;
	unsigned int n = midi_usb_length(cin);
	bool open;

	*cable = packet[0] >> 4;
	open = (mui->mui_open & 1U << *cable) != 0;
	if (cin == MIDI_USB_MISC && packet[1] == 0 && packet[2] == 0 &&
	    packet[3] == 0)
		return 0;
	memcpy(bytes, packet + 1, 3);
	if (cin == MIDI_USB_SYSEX && !open && packet[1] < 0x80 &&
	    (mui->mui_flags & MIDI_USB_RUNNING) != 0) {
		n = mui->mui_data[*cable];
		if (n != 0 && midi_msg_data_length(bytes, n) == n)
			return n;
	}
	if (n == 0 || !midi_usb_sensible(cin, bytes, n, open)) {
		mui->mui_bad++;
		return 0;
	}
	midi_usb_note(mui, *cable, bytes, n);
	return n;
}

size_t
midi_usb_decode_run(struct midi_usb_in *mui, const uint8_t *packets, size_t n,
    unsigned int *cable, uint8_t *out, size_t outsize, size_t *nout)
{
	unsigned int this, len;
	uint8_t bytes[3];
	size_t i;

	*nout = 0;
	*cable = 0;
	for (i = 0; n - i >= MIDI_USB_PACKET; i += MIDI_USB_PACKET) {
		if (outsize - *nout < sizeof(bytes))
			break;
		if (*nout != 0 && packets[i] >> 4 != (int)*cable &&
		    packets[i] % 16 != MIDI_USB_MISC)
			break;
		len = midi_usb_decode(mui, packets + i, &this, bytes);
		if (len == 0)
			continue;
		*cable = this;
		memcpy(out + *nout, bytes, len);
		*nout += len;
	}
	return i;
}

/*
 * Send.
 */

void
midi_usb_out_init(struct midi_usb_out *muo, unsigned int cable)
{

	memset(muo, 0, sizeof(*muo));
	muo->muo_cable = cable;
}

bool
midi_usb_out_valid(const struct midi_usb_out *muo)
{
	const unsigned int len = midi_msg_length(muo->muo_status);

	if (muo->muo_cable >= MIDI_USB_CABLES)
		return false;
	if (muo->muo_status == 0)
		return muo->muo_held == 0;
	if (muo->muo_status == MIDI_MSG_SYSEX)
		return muo->muo_held < 3;
	return len > 1 && muo->muo_held != 0 && muo->muo_held < len &&
	    muo->muo_bytes[0] == muo->muo_status;
}

/* A packet of n bytes, from those that wait and a last one. */
static size_t
midi_usb_packet(const struct midi_usb_out *muo, unsigned int cin,
    const uint8_t *bytes, size_t n, uint8_t *out)
{

	memset(out, 0, MIDI_USB_PACKET);
	out[0] = muo->muo_cable << 4 | cin;
	memcpy(out + 1, bytes, n);
	return MIDI_USB_PACKET;
}

static size_t
midi_usb_single(const struct midi_usb_out *muo, uint8_t byte, uint8_t *out)
{

	return midi_usb_packet(muo, MIDI_USB_BYTE, &byte, 1, out);
}

size_t
midi_usb_encode_end(struct midi_usb_out *muo, uint8_t out[2 * MIDI_USB_PACKET])
{
	size_t i, nout = 0;

	for (i = 0; i < muo->muo_held; i++)
		nout += midi_usb_single(muo, muo->muo_bytes[i], out + nout);
	muo->muo_status = muo->muo_held = 0;
	return nout;
}

/* What waits and one byte more, which is the last of it, make a packet. */
static size_t
midi_usb_complete(struct midi_usb_out *muo, unsigned int cin, uint8_t byte,
    uint8_t *out)
{
	const unsigned int held = muo->muo_held;
	uint8_t bytes[3];

	memcpy(bytes, muo->muo_bytes, held);
	bytes[held] = byte;
	muo->muo_held = 0;
	return midi_usb_packet(muo, cin, bytes, held + 1, out);
}

static size_t
midi_usb_status(struct midi_usb_out *muo, uint8_t byte, uint8_t *out)
{
	static const uint8_t ends[] = {
		MIDI_USB_COMMON_1, MIDI_USB_SYSEX_END_2, MIDI_USB_SYSEX_END_3
	};
	size_t nout;

	if (byte == MIDI_MSG_SYSEX_END && muo->muo_status == MIDI_MSG_SYSEX) {
		muo->muo_status = 0;
		return midi_usb_complete(muo, ends[muo->muo_held], byte, out);
	}
	nout = midi_usb_encode_end(muo, out);
	if (byte == MIDI_MSG_TUNE_REQUEST)
		return nout + midi_usb_packet(muo, MIDI_USB_COMMON_1, &byte, 1,
		    out + nout);
	if (byte != MIDI_MSG_SYSEX && midi_msg_length(byte) == 0)
		return nout + midi_usb_single(muo, byte, out + nout);
	muo->muo_status = byte;
	muo->muo_bytes[muo->muo_held++] = byte;
	return nout;
}

static size_t
midi_usb_data(struct midi_usb_out *muo, uint8_t byte, uint8_t *out)
{
	const uint8_t status = muo->muo_status;
	const unsigned int len = status == MIDI_MSG_SYSEX ? 3 :
	    midi_msg_length(status);
	unsigned int cin;

	if (status == 0)
		return midi_usb_single(muo, byte, out);
	if (muo->muo_held + 1U < len) {
		muo->muo_bytes[muo->muo_held++] = byte;
		return 0;
	}
	if (status == MIDI_MSG_SYSEX)
		return midi_usb_complete(muo, MIDI_USB_SYSEX, byte, out);
	muo->muo_status = 0;
	cin = midi_msg_is_channel(status) ? status >> 4 :
	    len == 2 ? MIDI_USB_COMMON_2 : MIDI_USB_COMMON_3;
	return midi_usb_complete(muo, cin, byte, out);
}

static size_t
midi_usb_byte(struct midi_usb_out *muo, uint8_t byte, uint8_t *out)
{

	if (midi_msg_is_realtime(byte))
		return midi_usb_single(muo, byte, out);
	if (midi_msg_is_status(byte))
		return midi_usb_status(muo, byte, out);
	return midi_usb_data(muo, byte, out);
}

size_t
midi_usb_encode(struct midi_usb_out *muo, const uint8_t *bytes, size_t n,
    uint8_t *out, size_t outsize, size_t *nout)
{
	uint8_t packets[MIDI_USB_OUT_PACKETS * MIDI_USB_PACKET];
	struct midi_usb_out before;
	size_t i, len;

	KASSERT(midi_usb_out_valid(muo));
	*nout = 0;
	for (i = 0; i < n; i++) {
		before = *muo;
		len = midi_usb_byte(muo, bytes[i], packets);
		if (len > outsize - *nout) {
			*muo = before;
			break;
		}
		memcpy(out + *nout, packets, len);
		*nout += len;
	}
	return i;
}
