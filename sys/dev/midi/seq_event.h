/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_event.h: the records of <sys/midiio.h> and what they mean.
 *
 * Decoding is total: any bytes give a command or an errno, and read nothing
 * outside the record.  What comes out of it for a device is canonical MIDI
 * (midi_msg.h).  Encoding makes the records that a reader gets; decoding
 * those gives the same message again.
 *
 * The two dialects: /dev/music ("new") has records of 8 bytes; on
 * /dev/sequencer ("old") those whose first byte is below 0x80 have 4, and
 * there are more of them.
 *
 * Pure: no clock, lock or allocation.  Any context.
 */

#ifndef _DEV_MIDI_SEQ_EVENT_H_
#define _DEV_MIDI_SEQ_EVENT_H_

#include <dev/midi/midi_msg.h>

#define SEQ_EVENT_BYTES		8	/* of a new record */
#define SEQ_EVENT_OLD_BYTES	4	/* of an old one */

enum seq_event_dialect {
	SEQ_EVENT_NEW,
	SEQ_EVENT_OLD
};

enum seq_cmd_kind {
	SEQ_CMD_NONE,		/* right, but nothing that MIDI can do */
	SEQ_CMD_MESSAGE,	/* a run of messages to a device */
	SEQ_CMD_BYTE,		/* a byte to a device, whatever it is */
	SEQ_CMD_SYSEX,		/* for seq_event_sysex_cmd() */
	SEQ_CMD_TIMING,		/* to the timer */
	SEQ_CMD_LOCAL,		/* to audio, which is not here */
	SEQ_CMD_FULLSIZE,	/* SysEx follows, in the same write, for
				   seq_event_sysex_put() */
	SEQ_CMD_PATCH		/* the rest of a struct sbi_instrument follows
				   in the same write */
};

#define SEQ_CMD_DATA_MAX	12

/*
 * A record's meaning; 16 bytes, to fit a cell of seq_queue.
 *
 * Timing ops are TMR_RESET..TMR_ECHO, TMR_USTEMPO, TMR_SYNC, TMR_DEVICE and,
 * which NetBSD never took, TMR_CLOCK, TMR_SPP (argument at most 16383) and
 * TMR_TIMESIG.  The arguments of tempos are as given, for seq_time_clamp_bpm()
 * and seq_time_clamp_beat_us().
 */
struct seq_cmd {
	uint8_t		cm_kind;	/* enum seq_cmd_kind */
	uint8_t		cm_op;		/* TIMING: TMR_*; LOCAL: LOCL_* */
	uint8_t		cm_device;	/* MESSAGE, BYTE, SYSEX, FULLSIZE,
					   PATCH: any number, to be checked */
	uint8_t		cm_len;		/* MESSAGE, BYTE, SYSEX: bytes used */
	union {
		uint32_t cm_arg;	/* TIMING, LOCAL: the argument;
					   FULLSIZE: bytes that follow */
		uint8_t	cm_data[SEQ_CMD_DATA_MAX];
	};
};

/* The length of a record with this first byte: 8 or 4. */
unsigned int seq_event_length(uint8_t, enum seq_event_dialect);

/*
 * Decode a record of that length.  0; EINVAL: no such tag, op, channel, key,
 * controller or program, or not in this dialect; ENXIO: a device number that
 * no byte can hold.  Velocities, pressures of keys, bends and controller
 * values are cut to 7 or 14 bits, as NetBSD does.
 *
 * A controller value of more than 7 bits is 14 bits (OSS): its upper half
 * goes to the controller and, for controllers 0..31, its lower half to the
 * fine one.
 */
int	seq_event_decode(const uint8_t *, enum seq_event_dialect,
	    struct seq_cmd *);

/*
 * SysEx to a device.  Programs begin a message with F0 (OSS) or leave that
 * to us (NetBSD), and end it with F7 or with a record that is not full; any
 * other status but real time ends it as well.  One struct seq_sysex for each
 * device, zeroed when it is opened.
 */
struct seq_sysex {
	bool		sx_open;	/* F0 was put out, F7 was not */
};

/* Room for what n bytes can bring forth. */
#define SEQ_EVENT_SYSEX_OUT_MAX(n)	(2 * (n) + 2)

/* Canonical bytes for the n given; last: the message ends with them.
 * Real-time bytes go ahead of the others.  Behind an F7 among the others only
 * F0 has a meaning.  Returns how many were put out. */
size_t	seq_event_sysex_put(struct seq_sysex *, const uint8_t *, size_t, bool,
	    uint8_t *);
/* The same for a command SEQ_CMD_SYSEX; at most SEQ_EVENT_SYSEX_OUT_MAX(6)
 * bytes. */
size_t	seq_event_sysex_cmd(struct seq_sysex *, const struct seq_cmd *,
	    uint8_t *);
/* Something else comes: the F7 that is missing, if one is (0 or 1 byte). */
size_t	seq_event_sysex_end(struct seq_sysex *, uint8_t *);

/*
 * Records for the reader.
 */

/* One canonical message, not SysEx, that a device sent.  False: it is not
 * one, and there is no record. */
bool	seq_event_encode(uint8_t, const uint8_t *, size_t,
	    uint8_t[SEQ_EVENT_BYTES]);
/* A timing record with its argument. */
void	seq_event_timing(uint8_t, uint32_t, uint8_t[SEQ_EVENT_BYTES]);
/* Old records: a byte that a device sent; TMR_WAIT_ABS or TMR_ECHO with an
 * argument of 24 bits. */
void	seq_event_old_byte(uint8_t, uint8_t, uint8_t[SEQ_EVENT_OLD_BYTES]);
void	seq_event_old_timing(uint8_t, uint32_t,
	    uint8_t[SEQ_EVENT_OLD_BYTES]);

/*
 * SysEx for the reader: records of 6 bytes from F0 to F7, only the last of
 * which may have unused ones.  One struct for each device, zeroed.
 */
struct seq_sysex_in {
	bool		si_open;
	uint8_t		si_len;
	uint8_t		si_data[6];
};

/* Bytes of SysEx from a device, F0, F7 and data only: takes up to n, returns
 * how many; *full says that they made a record.  Data that no F0 came before
 * are passed over.  An F0 before the F7 gives a record that ends there, and
 * is not taken. */
size_t	seq_event_sysex_collect(struct seq_sysex_in *, uint8_t,
	    const uint8_t *, size_t, uint8_t[SEQ_EVENT_BYTES], bool *);

#endif /* !_DEV_MIDI_SEQ_EVENT_H_ */
