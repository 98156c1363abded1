/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midivar.h: what the midi*.c files share.  For drivers of hardware there is
 * dev/midi_if.h, for users of devices midi_port.h.
 *
 * Locks, in their order; never two of one rank but that mp_lock is never
 * held with a box's:
 *
 *	rank	lock		kind			guards
 *	0	midi_port_lock	adaptive		[g] the way to a port
 *	0	midi_link_lock	adaptive		connections: midi_link.c
 *	1	sc_lock		adaptive, soft		[l] members
 *	1	sq_lock		adaptive, soft		the sequencer's
 *	2	mp_lock		adaptive, soft, leaf	who is inside a port
 *	2	mb_lock		adaptive, soft, leaf	a box
 *	2	ml_lock		adaptive, soft, leaf	counts of a connection
 *	2	midi_watch_lock	adaptive, soft, leaf	events: midi_watch.c
 *	2	mt_lock		adaptive, soft, leaf	a tap: midi_tap.c
 *	3	sc_hwlock	the driver's, leaf	[h] members, hardware
 */

#ifndef _DEV_MIDI_MIDIVAR_H_
#define _DEV_MIDI_MIDIVAR_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <dev/midi_if.h>
#include <dev/midi/midi_alarm.h>
#include <dev/midi/midi_asense.h>
#include <dev/midi/midi_box.h>
#include <dev/midi/midi_encode.h>
#include <dev/midi/midi_merge.h>
#include <dev/midi/midi_parse.h>
#include <dev/midi/midi_port.h>
#include <dev/midi/midi_setting.h>

/* At least 200 ms of MIDI 1.0 traffic, 625 bytes, each way. */
#define MIDI_BUFFER_BYTES	1024
/* Room for the messages that end every key and pedal once. */
#define MIDI_ENDING_BYTES	8192
/* Bytes handled at a time. */
#define MIDI_CHUNK_BYTES	256
/* With input that can be held back: bytes parsed at a time. */
#define MIDI_FLOW_BYTES		32
/* One byte on a MIDI 1.0 wire. */
#define MIDI_BYTE_NS		320000ULL

/* Received bytes on their way from the interrupt to the soft interrupt. */
struct midi_fifo {
	uint8_t		mf_bytes[MIDI_BUFFER_BYTES];
	u_int		mf_head;	/* where the first byte is */
	u_int		mf_used;	/* bytes */
	struct {
		uint64_t stamp_ns;
		u_int	bytes;
	}		mf_marks[MIDI_BUFFER_BYTES]; /* of one time; each byte
						   may have one of its own */
	u_int		mf_mark;	/* which mark is the first */
	u_int		mf_nmarks;
	bool		mf_full;	/* a driver waits for room */
};

enum midi_count {
	MIDI_COUNT_XMT_DISCARDED,
	MIDI_COUNT_XMT_INCOMPLETE,
	MIDI_COUNT_RCV_DISCARDED,
	MIDI_COUNT_RCV_INCOMPLETE,
	MIDI_COUNT_XMT_BYTES,
	MIDI_COUNT_XMT_LOST,
	MIDI_COUNT_RCV_BYTES,
	MIDI_COUNT_RCV_OVERRUN,
	MIDI_NCOUNTS
};

/*
 * Field keys: [a] set at attach, then constant; [l] sc_lock; [h] sc_hwlock;
 * [p] the port's mp_lock; [g] midi_port.c's own lock.
 */
struct midi_softc {
	device_t	sc_dev;			/* [a] */
	const struct midi_hw_if *sc_hw;		/* [a] */
	const struct midi_hw_if_run *sc_run;	/* [a] perhaps of none */
	const struct midi_hw_if_ext *sc_ext;	/* [a] or NULL */
	void		*sc_hdl;		/* [a] */
	kmutex_t	*sc_hwlock;		/* [a] */
	struct midi_info sc_info;		/* [a] */
	int		sc_dirs;		/* [a] what it has */
	struct midi_port *sc_port;		/* [g] NULL: gone */
	void		*sc_in_sih;		/* [a] */
	void		*sc_out_sih;		/* [a] */
	struct midi_alarm *sc_alarm;		/* [a] */
	bool		sc_attached;		/* [a] all of the above is */

	kmutex_t	sc_lock;
	kcondvar_t	sc_cv;			/* output has gone on */
	struct midi_settings sc_settings;	/* [l] */
	bool		sc_dying;		/* [l] */
	u_int		sc_cancels;		/* [l] of opens that wait */
	int		sc_open;		/* [l] directions in use */
	int		sc_opening;		/* [l] about to be */
	int		sc_claiming;		/* [l] of it not passively */
	int		sc_hwdirs;		/* [l] hardware is open for */
	LIST_HEAD(, midi_client) sc_readers;	/* [l] */
	TAILQ_HEAD(, midi_client) sc_writers;	/* [l] sc_self is the last */
	LIST_HEAD(, midi_client) sc_taps;	/* [l] hear what is sent */
	TAILQ_HEAD(, midi_client) sc_after;	/* [l] mco_after is due */
	struct evcnt	sc_count[MIDI_NCOUNTS];	/* [l] */
	struct midi_stream_stats sc_rcv;	/* [l] what sc_count has not */
	struct midi_stream_stats sc_xmt;	/* [l] the same */

	struct midi_fifo sc_fifo;		/* [h] */
	uint64_t	sc_fifo_lost;		/* [h] bytes without room */
	struct midi_parse sc_parse;		/* [l] */
	struct midi_asense sc_asense_in;	/* [l] */
	/* Too large for the stack of an interrupt: [l] what is received, what
	 * it says, and what of it a reader wants; what is sent. */
	uint8_t		sc_in_bytes[MIDI_CHUNK_BYTES];
	uint8_t		sc_in_run[MIDI_PARSE_OUT_MAX(MIDI_CHUNK_BYTES)];
	uint8_t		sc_in_part[MIDI_PARSE_OUT_MAX(MIDI_CHUNK_BYTES)];
	uint8_t		sc_out_run[MIDI_CHUNK_BYTES];

	struct midi_client sc_self;		/* [l] sends leftovers */
	struct midi_merge sc_merge;		/* [l] */
	struct midi_encode sc_encode;		/* [l] */
	struct midi_asense sc_asense_out;	/* [l] */
	struct midi_client *sc_wire_mc;		/* [l] whose bytes they are */
	uint8_t		sc_wire[MIDI_CHUNK_BYTES]; /* [l] */
	u_int		sc_wire_given;		/* [l] bytes it was made of */
	u_int		sc_wire_used;		/* [l] bytes in sc_wire */
	u_int		sc_wire_sent;		/* [l] of them taken */
	u_int		sc_burst;		/* [l] bytes it took of late */
	bool		sc_waits;		/* [l] the driver waits */
	u_int		sc_asked;		/* [l] it, since the alarm */
	uint64_t	sc_turn_ns;		/* [l] when the run began */
	bool		sc_turn_over;		/* [l] and that it is to end */
	bool		sc_paused;		/* [l] put nothing on sc_wire */
	bool		sc_end_due;		/* [l] F7 for who went away */
	bool		sc_wire_raw;		/* [l] bytes, not messages */
	bool		sc_wire_sysex;		/* [l] it ends a SysEx */
	u_int		sc_drains;		/* [l] threads that wait */
	uint64_t	sc_pace_ns;		/* [l] end of the rest */
	uint64_t	sc_pace_rest;		/* [l] of a division */
	uint64_t	sc_gap_ns;		/* [l] of one after SysEx */
	uint64_t	sc_rest_ns;		/* [l] go on then; 0: no */
	uint64_t	sc_retry_ns;		/* [l] ask again; 0: no */
	u_int		sc_refusals;		/* [l] on end, when asked */
	uint64_t	sc_alarm_ns;		/* [l] that the alarm is set to;
						   MIDI_ASENSE_NEVER: none */
	bool		sc_busy;		/* [h] wait for the hardware */
};

/* An open node.  See midi.c. */
struct midi_file {
	struct midi_client mf_client;	/* first: see midi_file_of() */
	struct midi_box	mf_in;		/* received, to be read */
	struct midi_parse mf_parse;	/* what is written; as the next two,
					   of who has the entry token */
	uint8_t		mf_bytes[MIDI_CHUNK_BYTES];
	uint8_t		mf_run[MIDI_CHUNK_BYTES];
	pid_t		mf_owner;	/* [l] for FIOASYNC; < 0: a group */
	bool		mf_async;	/* [l] the owner gets SIGIO */
	dev_t		mf_dev;
};

/* midi.c */
extern struct cfdriver midi_cd;
extern const struct cdevsw midi_cdevsw;
/* midictl.c; what makes the node is the module midi. */
extern const struct cdevsw midictl_cdevsw;
/* Make midi(4) ready for devices, if it is not: those of a kernel that has it
 * built in come before its module begins.  Thread, in an attach routine or the
 * module's beginning. */
void	midi_ready(void);
/* A file has come into being, or has gone, whose methods are midi(4)'s: as long
 * as there is one, a module stays.  Any thread. */
void	midi_file_opened(void);
void	midi_file_closed(void);
struct midi_softc *midi_softc_acquire(int, device_t *);

/* midi_unit.c: the module begins and ends. */
void	midi_unit_init(void);
void	midi_unit_fini(void);

/* midi_request.c */
/* Requests about settings and counts.  The client may be NULL: then what
 * concerns one file is EINVAL.  flags: FWRITE, of who asks.  Thread, no lock
 * held, inside the port.  EPASSTHROUGH: another kind of request. */
int	midi_request_handle(struct midi_softc *, struct midi_client *, u_long,
	    void *, int);

/* Remember how full the client's boxes were.  sc_lock held. */
void	midi_request_high(struct midi_softc *, struct midi_client *);

/* midi_input.c */
void	midi_input_softint(void *);
/* Call mco_after for those who are due.  Soft interrupt, sc_lock held; it is
 * let go meanwhile. */
void	midi_input_after(struct midi_softc *);
/* The settings of the port or of a reader are others now, or a reader has
 * come or gone.  sc_lock held. */
void	midi_input_changed(struct midi_softc *);
/* The time of sc_asense_in may have come.  sc_lock held. */
void	midi_input_alarm(struct midi_softc *, uint64_t);
/* Forget what was received, for the next to open.  sc_lock held. */
void	midi_input_reset(struct midi_softc *);
/* A byte from a driver that knows only NetBSD's callbacks. */
void	midi_input_byte(void *, int);

/* How a program writes: the file's settings, and what its call wants. */
struct midi_write_how {
	bool		append;
	bool		raw;
	bool		sync;
	bool		nonblock;
	size_t		room;	/* that the box is known to have */
};

/* midi_write.c */
/* Write.  Errors as of write(2); the uio says what was taken.  The entry token
 * is the caller's. */
int	midi_write_all(struct midi_file *, struct midi_softc *, struct uio *,
	    const struct midi_write_how *);
/* The counts of the parser, and bytes that found no place, go to the device.
 * The token is the caller's, or nobody else's. */
void	midi_write_count(struct midi_file *, struct midi_softc *, size_t);

/* midi_output.c */
void	midi_output_softint(void *);
/* Move what waits to the hardware, as far as it goes.  sc_lock held. */
void	midi_output_run(struct midi_softc *);
/* The next message goes with its status.  Thread, no lock held. */
void	midi_output_forget(struct midi_softc *);
/* As midi_output_run(), for a thread that holds no lock; errno of a refusal. */
int	midi_output_kick(struct midi_softc *, struct midi_client *);
/* The time of sc_asense_out or sc_retry_ns may have come.  sc_lock held. */
void	midi_output_alarm(struct midi_softc *, uint64_t);
/* Set the device's alarm to the first of its deadlines.  sc_lock held. */
void	midi_output_rearm(struct midi_softc *);
/* The port's settings are others now.  sc_lock held. */
void	midi_output_changed(struct midi_softc *);
/* Stop between two messages, for those who want nothing to be on its way;
 * hardware that is stuck is not waited for.  Thread, sc_lock held.  0,
 * EINTR, ERESTART, EIO. */
int	midi_output_pause(struct midi_softc *);
/* Go on.  sc_lock held. */
void	midi_output_resume(struct midi_softc *);
/* Wait until all of the client's has gone.  ticks 0: for ever.  Thread,
 * sc_lock held.  0, EINTR, ERESTART, EWOULDBLOCK, EIO. */
int	midi_output_drain(struct midi_softc *, struct midi_client *, int,
	    bool);
/* Throw away what waits and end what the client left sounding.  Thread or
 * soft interrupt, sc_lock held. */
void	midi_output_silence(struct midi_softc *, struct midi_client *);
/* Throw away what waits of all clients and end all that sounds; then say so to
 * every channel.  Thread, sc_lock held. */
void	midi_output_panic(struct midi_softc *);
/* The device is to be detached although its hardware is there: end all that
 * sounds.  Nobody enters the port any more.  Thread, no lock held. */
void	midi_output_farewell(struct midi_softc *);
/* Throw away what waits of the client.  sc_lock held. */
void	midi_output_discard(struct midi_softc *, struct midi_client *);
/* The client will send no more.  Unless it has been waited for in vain
 * before, let the device have what is on its wire.  Thread, sc_lock held. */
void	midi_output_leave(struct midi_softc *, struct midi_client *, bool);
/* Begin, or end, with a clean wire; what did not leave is counted.  sc_lock
 * held. */
void	midi_output_reset(struct midi_softc *);

/* Let a soft interrupt run.  Any context. */
static inline void
midi_softint_schedule(void *sih)
{

	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
}

/* midi_wire.c; sc_lock held for all of it. */
/* Begin a run of the output, which sc_turn_over ends. */
void	midi_wire_begin(struct midi_softc *);
/* Bytes that the hardware has not taken. */
static inline u_int
midi_wire_left(const struct midi_softc *sc)
{

	return sc->sc_wire_used - sc->sc_wire_sent;
}

/* Whether the hardware takes runs and cannot tell when it is ready; and that it
 * is worth while to ask it soon. */
bool	midi_wire_is_polled(const struct midi_softc *);
bool	midi_wire_is_eager(const struct midi_softc *);
/* Whether there is a pace, or a gap, to be kept. */
static inline bool
midi_wire_is_paced(const struct midi_softc *sc)
{

	return midi_setting_get(&sc->sc_settings, MIDI_SETTING_RATE) != 0 ||
	    midi_setting_get(&sc->sc_settings, MIDI_SETTING_SYSEX_GAP) != 0;
}
/* Whether the wire rests, and the alarm is set; or, in *gap, rests but for
 * real-time bytes, which go through a gap after System Exclusive. */
bool	midi_wire_rests(struct midi_softc *, bool *);
/* What the hardware has not taken is lost, and counted. */
void	midi_wire_lose(struct midi_softc *);
/* Put a run of the client's (NULL: nobody's) on the empty wire as the driver
 * wants it; raw bytes as they are. */
void	midi_wire_load(struct midi_softc *, struct midi_client *,
	    const uint8_t *, size_t);
/* Let the hardware take what it can.  True: the wire is empty. */
bool	midi_wire_push(struct midi_softc *);
/* The hardware has taken something, or has done with it: silence begins
 * anew. */
void	midi_wire_sounded(struct midi_softc *);
/* A clean wire. */
void	midi_wire_reset(struct midi_softc *);

/* Add to a counter.  sc_lock held. */
static inline void
midi_count(struct midi_softc *sc, enum midi_count which, uint64_t n)
{

	sc->sc_count[which].ev_count += n;
}

#endif /* !_DEV_MIDI_MIDIVAR_H_ */
