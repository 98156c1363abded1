/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sequencervar.h: what sequencer.c and the seq_ files share.
 *
 * Locks, besides those of midivar.h:
 *
 *	rank	lock		kind			guards
 *	0	sequencer_lock	adaptive, threads only	[g] who has it open
 *	1	sq_lock		adaptive, soft		[q] output and time
 *	2	si_lock		adaptive, soft, leaf	[i] input
 *
 * sq_lock is a lock of rank 1 as a device's sc_lock is, so neither is taken
 * under the other: messages go to a device by its box, and the device is told
 * to look there (midi_port_kick) when sq_lock has been released.
 */

#ifndef _DEV_MIDI_SEQUENCERVAR_H_
#define _DEV_MIDI_SEQUENCERVAR_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>

#include <dev/midi/midi_alarm.h>
#include <dev/midi/midi_parse.h>
#include <dev/midi/midi_port.h>
#include <dev/midi/seq_event.h>
#include <dev/midi/seq_late.h>
#include <dev/midi/seq_queue.h>
#include <dev/midi/seq_time.h>

struct knote;
struct lwp;
struct uio;

#define SEQUENCER_UNITS		4	/* independent ones, /dev/musicN */
#define SEQUENCER_DEVICES	256	/* a record's device is one byte */
#define SEQUENCER_QUEUE		1024	/* events that wait to be played */
#define SEQUENCER_BUSY		128	/* fewer of them: poll(2) says ready */
#define SEQUENCER_LIMIT_MS	2000	/* how far ahead they may be */
#define SEQUENCER_LIMIT_MAX_MS	3600000	/* that can be set */
#define SEQUENCER_INPUT		1024	/* records that wait to be read */

/* As OSS has it. */
#define SEQUENCER_TIMEBASE	100
#define SEQUENCER_BPM		60

/*
 * A key of the queue is a position: the division, and above it how many
 * times the position has gone back to 0 before.
 */
#define SEQ_PLAY_EPOCH_SHIFT	40
#define SEQ_PLAY_DIVISION_MAX	((1ULL << SEQ_PLAY_EPOCH_SHIFT) - 1)

#define SEQ_PLAY_RUN_BYTES	40	/* the most that one event sends */

struct sequencer;

/* One midi device, as an open sequencer has it. */
struct sequencer_device {
	struct midi_client sd_client;	/* first: see sequencer_device_of() */
	struct sequencer *sd_sq;	/* [a] */
	u_int		sd_unit;	/* [a] its number, here and there */
	bool		sd_open;	/* [a] */
	struct seq_sysex sd_sysex_out;	/* [q] */
	struct midi_parse sd_group;	/* [q] SysEx bytes behind it */
	struct midi_parse sd_parse;	/* [q] bytes put one by one */
	bool		sd_kick;	/* [q] on sq_kicks: it is to look */
	SLIST_ENTRY(sequencer_device) sd_kicklink;	/* [q] */
	struct seq_sysex_in sd_sysex_in; /* [i] */
};

/* A command of the timer that is queued. */
struct seq_ahead_timing {
	uint64_t	at_division;
	uint64_t	at_put_ns;	/* when it was written */
	uint32_t	at_arg;
	uint8_t		at_op;
};

/* How far ahead a writer may run: see seq_ahead.c. */
struct seq_ahead {
	u_int		sa_events;	/* [q] that may wait */
	uint64_t	sa_limit_ns;	/* [q] 0: no limit by time */
	uint64_t	sa_wake_ns;	/* [q] somebody waits; or never */
	struct seq_time	sa_end;		/* [q] the timer behind the queue */
	struct seq_ahead_timing *sa_timings;	/* [q] in their order */
	u_int		sa_first;	/* [q] */
	u_int		sa_count;	/* [q] */
	bool		sa_known;	/* [q] the next two are right */
	uint64_t	sa_due_key;	/* [q] this position ... */
	uint64_t	sa_due_ns;	/* [q] ... comes at this time */
};

/* System messages that a reader has to ask for. */
#define SEQ_INPUT_TIMING	0x1	/* clock, its timer, position, MTC */
#define SEQ_INPUT_SENSE		0x2	/* Active Sensing */
#define SEQ_INPUT_OTHERS	0x4

/* What was received and waits for read(2). */
struct seq_input {
	kmutex_t	si_lock;
	kcondvar_t	si_cv;		/* with si_lock */
	struct selinfo	si_sel;		/* [i] */
	pid_t		si_async;	/* [i] who gets SIGIO; 0: nobody */
	uint8_t		*si_records;	/* [a] SEQUENCER_INPUT of them */
	u_int		si_size_bytes;	/* [a] of one: 8 or 4 */
	u_int		si_first;	/* [i] */
	u_int		si_count;	/* [i] */
	bool		si_token;	/* [i] somebody copies the first ones */
	bool		si_starved;	/* [i] a device waits for room */
	bool		si_hold;	/* [a] devices may be held back */
	u_int		si_asked;	/* [i] SEQ_INPUT_*: also deliver them */
	bool		si_stamped;	/* [i] si_division is of a record */
	uint64_t	si_division;	/* [i] of the last record */
	uint64_t	si_dropped;	/* [i] records without room */
	struct seq_time	si_time;	/* [i] a copy of sq_time */
};

/*
 * One open of /dev/music or /dev/sequencer.
 *
 * Field keys: [a] set at open, then constant; [q] sq_lock; [w] who has
 * sq_writing.
 */
struct sequencer {
	dev_t		sq_dev;		/* [a] */
	int		sq_flags;	/* [a] FREAD, FWRITE */
	enum seq_event_dialect sq_dialect;	/* [a] */
	struct sequencer_device *sq_devices;	/* [a] */
	u_int		sq_ndevices;	/* [a] */

	kmutex_t	sq_lock;
	kcondvar_t	sq_cv;		/* with sq_lock: the queue moved */
	struct selinfo	sq_sel;		/* [q] writers' pollers */
	pid_t		sq_owner;	/* [q] for FIOASYNC; < 0: a group */
	bool		sq_async;	/* [q] the owner gets SIGIO */
	struct midi_alarm *sq_alarm;	/* [a] runs the queue */
	struct seq_cell	*sq_cells;	/* [a] SEQUENCER_QUEUE of them */
	struct seq_queue sq_queue;	/* [q] */
	bool		sq_writing;	/* [q] a write(2) is in progress */
	bool		sq_auto;	/* [q] the first event starts it */
	bool		sq_held;	/* [q] a writer has an event in hand */
	u_int		sq_resets;	/* [q] */
	u_int		sq_lowat;	/* [q] free cells that are "ready"; 0:
					   as long as SEQUENCER_BUSY says */
	uint64_t	sq_cursor;	/* [q] key of what is written next */
	uint64_t	sq_mark;	/* [q] where the last wait ended */
	struct seq_ahead sq_ahead;	/* [q] */
	u_int		sq_began;	/* [w] sq_resets before write(2) */
	u_int		sq_full_left;	/* [w] bytes of a download to come */
	u_int		sq_full_device;	/* [w] for whom */
	bool		sq_full_open;	/* [w] its end is to come */
	SLIST_HEAD(, sequencer_device) sq_kicks;	/* [q] */
	u_int		sq_kicking;	/* [q] threads in seq_play_kick() */
	struct seq_time	sq_time;	/* [q] */
	struct seq_late	sq_late;	/* [q] how late events were */
	uint64_t	sq_dropped;	/* [q] messages no device took */

	struct seq_input sq_input;
};

/* The device with this number, if it is open for the direction. */
struct sequencer_device *sequencer_device(struct sequencer *, u_int, int);

static inline struct sequencer_device *
sequencer_device_of(struct midi_client *mc)
{

	return (struct sequencer_device *)mc;
}

/* seq_play.c */
void	seq_play_init(struct sequencer *);
void	seq_play_destroy(struct sequencer *);
/* Queue a command that was checked.  False: it has to wait (seq_ahead_may).
 * sq_lock held. */
bool	seq_play_put(struct sequencer *, const struct seq_cmd *);
/* Play what is due, arm for the next.  sq_lock held; then
 * seq_play_kick() when it is not. */
void	seq_play_run(struct sequencer *);
/* Have the devices take what was played.  Thread or soft interrupt, no lock
 * of rank 1 held. */
void	seq_play_kick(struct sequencer *);
/* Would poll(2) say that there is room?  sq_lock held. */
bool	seq_play_writable(struct sequencer *);
/* Writers, pollers and those who wait for the end may go on, or at least are
 * to look again.  sq_lock held. */
void	seq_play_wake(struct sequencer *);
/* What a command of the timer does to one, at a division and a time. */
void	seq_play_set_time(struct seq_time *, u_int, uint32_t, uint64_t,
	    uint64_t);
/* Do a command now, past the queue.  sq_lock held. */
void	seq_play_now(struct sequencer *, const struct seq_cmd *);
/* A command of the timer, or an echo, now.  sq_lock held. */
void	seq_play_timer(struct sequencer *, u_int, uint32_t);
void	seq_play_tempo(struct sequencer *, const struct seq_tempo *);
/* Start the timer if nothing has yet.  sq_lock held. */
void	seq_play_autostart(struct sequencer *);
/* Wait until all is played, the last wait included, and has left the
 * devices; a timer that stands still is not waited for.  ticks > 0 bounds the
 * time for which a device may take nothing.  Thread, no lock held.  EINTR,
 * ERESTART, EWOULDBLOCK. */
int	seq_play_drain(struct sequencer *, int);
/* Throw the queue away; no device is used any more when it returns.  Thread,
 * no lock held. */
void	seq_play_end(struct sequencer *);
/* Throw the queue away and end every note.  Thread, no lock held. */
void	seq_play_reset(struct sequencer *);
/* The end of the SysEx message that is open, if one is: at most
 * SEQ_PLAY_RUN_BYTES; returns how many.  sq_lock held, or nobody else has the
 * sequencer. */
size_t	seq_play_sysex_end(struct sequencer_device *, uint8_t *);
/* The messages that bring a device to its initial state. */
void	seq_play_initialize(struct sequencer_device *);
/* The alarm's function, also scheduled when a device has room again. */
void	seq_play_softint(void *);

/* seq_ahead.c.  sq_lock held, but to begin and end. */
void	seq_ahead_init(struct sequencer *);
void	seq_ahead_destroy(struct sequencer *);
/* May an event be queued where writing goes on?  If only time is in the way,
 * seq_play_wake() will be called. */
bool	seq_ahead_may(struct sequencer *);
/* A command, written at this time, has been queued at the cursor; or has been
 * taken out of the queue. */
void	seq_ahead_put(struct sequencer *, const struct seq_cmd *, uint64_t);
void	seq_ahead_get(struct sequencer *, const struct seq_cmd *);
/* The timer was changed, but not by the queue; or the queue was emptied. */
void	seq_ahead_changed(struct sequencer *);
void	seq_ahead_clear(struct sequencer *);
/* Set the limits, if the number is one, and return them. */
void	seq_ahead_set_ms(struct sequencer *, int *);
void	seq_ahead_set_events(struct sequencer *, int *);

/* seq_info.c */
/* Requests about devices.  EPASSTHROUGH: another one.  Thread, no lock held. */
int	seq_info_ioctl(struct sequencer *, u_long, void *);

/* seq_input.c */
void	seq_input_init(struct sequencer *);
void	seq_input_destroy(struct sequencer *);
/* The timer has changed.  sq_lock held. */
void	seq_input_set_time(struct sequencer *, bool);
/* Deliver these, too, from now on.  Thread, no lock held. */
void	seq_input_ask(struct sequencer *, u_int);
/* An event comes back to the reader.  sq_lock held. */
void	seq_input_echo(struct sequencer *, uint32_t);
/* Who gets SIGIO when records come; 0: nobody.  sq_lock held. */
void	seq_input_set_async(struct sequencer *, pid_t);
/* Throw away what waits.  Thread. */
void	seq_input_flush(struct sequencer *);
int	seq_input_read(struct sequencer *, struct uio *, bool);
int	seq_input_poll(struct sequencer *, int, struct lwp *);
int	seq_input_kqfilter(struct sequencer *, struct knote *);
u_int	seq_input_count(struct sequencer *);
uint64_t seq_input_dropped(struct sequencer *);
/* midi_client_ops. */
size_t	seq_input_deliver(struct midi_client *, const uint8_t *, size_t,
	    uint64_t);
bool	seq_input_has_room(struct midi_client *, size_t);

#endif /* !_DEV_MIDI_SEQUENCERVAR_H_ */
