/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sequencervar.h: what sequencer.c and the seq_ files share.
 *
 *	sequencer.c	system calls	seq_unit.c	who shares a unit
 *	seq_write.c	write(2)	seq_play.c	the queue, played
 *	seq_request.c	ioctl(2)	seq_ahead.c	how far ahead it is
 *	seq_info.c	of devices	seq_turn.c	what waits for a device
 *	seq_device.c	devices		seq_send.c	events become bytes
 *	seq_lead.c	clock sent	seq_end.c	the end of playing
 *	seq_input.c	reception	seq_follow.c	the clock of a master
 *
 * An open of /dev/music is a struct sequencer, with a queue, a timer and
 * devices of its own.  Those of one unit (struct seq_unit) have one alarm and
 * one lock for what they play, so that it is merged in order of time.
 *
 * Locks, besides those of midivar.h:
 *
 *	rank	lock		kind			guards
 *	0	seq_unit_lock	adaptive, threads only	[g] who has units open
 *	1	su_lock		adaptive, soft		[q] output and time
 *	2	si_lock		adaptive, soft, leaf	[i] input, the master's
 *
 * and a token of each unit, [t], which is held, asleep too, by who opens or
 * closes a sequencer or its devices.
 *
 * su_lock is a lock of rank 1 as a device's sc_lock is, so neither is taken
 * under the other: messages go to a device by its box, and the device is told
 * to look there (seq_unit_kick) when su_lock has been released.  Who uses a
 * device without su_lock is counted in sd_users meanwhile.
 *
 * Times: "song" is that of the timer, see seq_clock.h; they are the same
 * unless a master is followed.
 */

#ifndef _DEV_MIDI_SEQUENCERVAR_H_
#define _DEV_MIDI_SEQUENCERVAR_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>

#include <dev/midi/midi_alarm.h>
#include <dev/midi/midi_clock.h>
#include <dev/midi/midi_parse.h>
#include <dev/midi/midi_port.h>
#include <dev/midi/seq_clock.h>
#include <dev/midi/seq_event.h>
#include <dev/midi/seq_late.h>
#include <dev/midi/seq_line.h>
#include <dev/midi/seq_queue.h>
#include <dev/midi/seq_time.h>

struct knote;
struct lwp;
struct sequencer_sync;
struct uio;

#define SEQUENCER_UNITS		4	/* independent ones, /dev/musicN */
#define SEQUENCER_OPENS		16	/* of one unit, if it is shared */
#define SEQUENCER_DEVICES	256	/* a record's device is one byte */
#define SEQUENCER_QUEUE		1024	/* events that wait to be played */
#define SEQUENCER_QUEUE_MAX	65536	/* that can be set */
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

#define SEQ_SEND_BYTES		40	/* the most that one event sends */

/* How long a close waits for a device that takes nothing. */
#define SEQ_END_STUCK_TICKS	mstohz(5000)

struct sequencer;
struct seq_unit;

/* One midi device, as an open sequencer has it. */
struct seq_device {
	struct midi_client sd_client;	/* first: see seq_device_of() */
	struct sequencer *sd_sq;	/* [a] */
	u_int		sd_unit;	/* [a] its number, here and there */
	struct seq_turn	*sd_turn;	/* [a] of that number */
	bool		sd_open;	/* [q], and [t] to change it */
	int		sd_had;		/* [q] directions that it ever had */
	u_int		sd_users;	/* [q] threads that use sd_client */
	struct seq_sysex sd_sysex_out;	/* [q] */
	struct midi_parse sd_group;	/* [q] SysEx bytes behind it */
	struct midi_parse sd_parse;	/* [q] bytes put one by one */
	bool		sd_amid;	/* [q] its SysEx is open there */
	struct seq_line	sd_line;	/* [q] of sq_waits: for the device */
	struct seq_line	sd_urgent;	/* [q] likewise, to go ahead */
	bool		sd_kick;	/* [q] on su_kicks: it is to look */
	TAILQ_ENTRY(seq_device) sd_kicklink;	/* [q] */
	u_int		sd_asked;	/* [q] SEQUENCER_SEND_*, by request */
	u_int		sd_lead;	/* [q] those that it gets */
	bool		sd_rolling;	/* [q] it was told to play */
	bool		sd_placed;	/* [q] it knows where sd_from is */
	uint64_t	sd_from;	/* [q] the first clock that it gets */
	TAILQ_ENTRY(seq_device) sd_leadlink;	/* [q] on sq_leads */
	bool		sd_gone;	/* [i] its port is dead */
	bool		sd_counted;	/* [i] in si_ninputs */
	struct seq_sysex_in sd_sysex_in; /* [i] */
};

/* The clock that is sent: see seq_lead.c. */
struct seq_lead {
	TAILQ_HEAD(, seq_device) le_devices;	/* [q] by their numbers */
	struct midi_clock_grid le_grid;		/* [q] */
	uint64_t	le_next;		/* [q] the clock to come */
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
	u_int		sa_size;	/* [q] of them there is room for */
	u_int		sa_first;	/* [q] */
	u_int		sa_count;	/* [q] */
	bool		sa_known;	/* [q] the next two are right */
	uint64_t	sa_due_key;	/* [q] this position ... */
	uint64_t	sa_due_ns;	/* [q] ... comes at this time */
};

/* What a reader has to ask for: system messages. */
#define SEQ_INPUT_TIMING	0x1	/* clock, its timer, position, MTC */
#define SEQ_INPUT_SENSE		0x2	/* Active Sensing */
#define SEQ_INPUT_OTHERS	0x4
/* Not messages: what becomes of devices. */
#define SEQ_INPUT_DEVICES	0x8

/*
 * What was received and waits for read(2); and the clock that is followed,
 * whose messages come the same way.
 */
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
	u_int		si_ninputs;	/* [i] devices to receive from */
	bool		si_eof;		/* [i] there are none any more */
	struct seq_clock si_clock;	/* [i] whose time it is */
	int		si_master;	/* [i] the device that is followed */
	bool		si_ticked;	/* [i] si_clock has changed */
	int		si_state;	/* [i] of it, as last told */
};

/*
 * One open of /dev/music or /dev/sequencer.
 *
 * Field keys: [a] set at open, then constant; [q] su_lock; [t] the unit's
 * token; [w] who has sq_writing.
 */
struct sequencer {
	dev_t		sq_dev;		/* [a] */
	struct seq_unit	*sq_unit;	/* [a] */
	int		sq_flags;	/* [a] FREAD, FWRITE */
	pid_t		sq_pid;		/* [a] who opened it */
	enum seq_event_dialect sq_dialect;	/* [a] */
	TAILQ_ENTRY(sequencer) sq_link;	/* [q] */
	struct seq_device *sq_devices[SEQUENCER_DEVICES]; /* [q], [t] */
	u_int		sq_ndevices;	/* [q] the last one's number + 1 */

	kcondvar_t	sq_cv;		/* with su_lock: the queue moved */
	struct selinfo	sq_sel;		/* [q] writers' pollers */
	pid_t		sq_owner;	/* [q] for FIOASYNC; < 0: a group */
	bool		sq_async;	/* [q] the owner gets SIGIO */
	struct seq_cell	*sq_cells;	/* [q] sa_size of them */
	struct seq_queue sq_queue;	/* [q] */
	struct seq_line_cell *sq_line_cells;	/* [q] as many */
	struct seq_line_pool sq_waits;	/* [q] what is due and waits */
	bool		sq_writing;	/* [q] a write(2) is in progress */
	bool		sq_resizing;	/* [q] sq_cells is to be another */
	bool		sq_auto;	/* [q] the first event starts it */
	bool		sq_held;	/* [q] a writer has an event in hand */
	u_int		sq_ends;	/* [q] threads that wait for the end */
	u_int		sq_resets;	/* [q] */
	u_int		sq_lowat;	/* [q] free cells that are "ready"; 0:
					   as long as SEQUENCER_BUSY says */
	uint64_t	sq_cursor;	/* [q] key of what is written next */
	uint64_t	sq_mark;	/* [q] where the last wait ended */
	bool		sq_fresh;	/* [q] the next event begins a
					   transaction */
	bool		sq_begun;	/* [q] one is open, by request */
	uint64_t	sq_hold;	/* [q] events from this arrival on are
					   of one that is open */
	bool		sq_moved;	/* [q] somebody may go on */
	struct seq_ahead sq_ahead;	/* [q] */
	u_int		sq_began;	/* [w] sq_resets before write(2) */
	u_int		sq_full_left;	/* [w] bytes of a download to come */
	u_int		sq_full_device;	/* [w] for whom */
	bool		sq_full_open;	/* [w] its end is to come */
	struct seq_time	sq_time;	/* [q] of the song */
	struct seq_tempo sq_tempo;	/* [q] of our own */
	struct seq_clock sq_clock;	/* [q] a copy of si_clock */
	struct seq_lead	sq_lead;	/* [q] */
	struct seq_late	sq_late;	/* [q] how late events were */
	uint64_t	sq_played;	/* [q] events of devices */
	uint64_t	sq_dropped;	/* [q] messages no device took */

	struct seq_input sq_input;
};

/* A device number of a unit: whose turn it is there.  See seq_turn.c. */
struct seq_turn {
	struct seq_device *tu_last;	/* [q] put last; or NULL */
	u_int		tu_waiting;	/* [q] events of all that wait */
};

/* What the opens of a unit have in common. */
struct seq_unit {
	kmutex_t	su_lock;
	struct midi_alarm *su_alarm;	/* [t] while it is open, as the next */
	void		*su_wake_sih;	/* [t] wakes who may go on */
	TAILQ_HEAD(, sequencer) su_opens;	/* [q], and [t] to change it */
	u_int		su_nwriters;	/* [q] of them */
	TAILQ_HEAD(, seq_device) su_kicks;	/* [q] */
	struct sequencer *su_latest;	/* [q] whose event was the last, since
					   su_lock was taken; or NULL */
	bool		su_cut;		/* [q] playing stopped, as a device is
					   to look first */
	struct seq_turn	su_turns[SEQUENCER_DEVICES];	/* [q] */
	uint64_t	su_order;	/* [q] of the next event that waits */
	volatile u_int	su_ready[SEQUENCER_DEVICES / 32]; /* devices to be
					   served: bits, atomic */
	bool		su_token;	/* [g] */
	int		su_share;	/* [g] others may come: 0, 1; or -1,
					   as the setting says */
	u_int		su_held[2];	/* [g] opens: reading, writing */
};

/* sequencer.c; config(1) names it, too. */
extern const struct cdevsw sequencer_cdevsw;

/* seq_unit.c */
void	seq_unit_init(void);
void	seq_unit_fini(void);
/* The unit is to be opened, or was closed, for these directions.  The token is
 * the caller's when enter succeeds, and before leave, which gives it back.
 * EBUSY, ENXIO, EINTR, ERESTART.  Thread, no lock held. */
int	seq_unit_enter(u_int, int, struct seq_unit **);
void	seq_unit_leave(struct seq_unit *, int);
/* Take and give back the token.  Thread, no lock held. */
void	seq_unit_take(struct seq_unit *);
void	seq_unit_give(struct seq_unit *);
/* The sequencer is one of the unit's, or not any more.  Token held.  ENOMEM. */
int	seq_unit_join(struct sequencer *);
void	seq_unit_part(struct sequencer *);
/* May others open it as well, while it is open?  < 0: as it was.  Returns how
 * it is. */
bool	seq_unit_share(struct seq_unit *, int);
/* For each unit, with the token held, and each sequencer of it. */
void	seq_unit_foreach(void (*)(struct sequencer *, u_int), u_int);
/* Play what is due, arm for the next.  su_lock held; then seq_unit_kick()
 * when it is not. */
void	seq_unit_run(struct seq_unit *);
/* Have the devices take what was played.  Thread or soft interrupt, no lock
 * of rank 1 held. */
void	seq_unit_kick(struct seq_unit *);
/* seq_unit_run() soon.  Any context that may schedule an alarm. */
void	seq_unit_poke(struct seq_unit *);
/* The device is to look into its box.  su_lock held. */
void	seq_unit_look(struct seq_device *);

/* seq_device.c */
void	seq_device_init(void);
void	seq_device_fini(void);
static inline struct seq_device *
seq_device_of(struct midi_client *mc)
{

	return (struct seq_device *)mc;
}

/* The device with this number, if it is open for the direction.  su_lock
 * held. */
struct seq_device *seq_device_get(struct sequencer *, u_int, int);
/* Was it ever?  Then events for it are taken.  su_lock held. */
bool	seq_device_known(struct sequencer *, u_int, int);
/* How many numbers there are.  Thread, no lock held. */
u_int	seq_device_count(struct sequencer *);
/* As seq_device_get(), for who uses it without su_lock.  Thread, no lock
 * held. */
struct seq_device *seq_device_enter(struct sequencer *, u_int, int);
void	seq_device_exit(struct seq_device *);
/* Open all that are there, close them.  Token held. */
void	seq_device_open_all(struct sequencer *);
void	seq_device_close_all(struct sequencer *, enum midi_port_how);
/* Bring a device to its initial state, unless another of the unit plays on
 * it.  Thread, no lock held. */
void	seq_device_initialize(struct seq_device *);

/* seq_write.c */
/* write(2), all of it: 0, or the errno of what was not taken.  Thread, no
 * lock held. */
int	seq_write_records(struct sequencer *, struct uio *, bool);
/* Do one event at once, past the queue. */
int	seq_write_outofband(struct sequencer *, const uint8_t *);
/* What is written belongs together from now on, or does not any more.  EINVAL:
 * it is so already. */
int	seq_write_transaction(struct sequencer *, bool);

/* seq_request.c */
int	seq_request_handle(struct sequencer *, u_long, void *);

/* seq_lead.c.  su_lock held. */
void	seq_lead_init(struct sequencer *);
/* Let the device have these, SEQUENCER_SEND_*; 0: nothing any more. */
void	seq_lead_choose(struct seq_device *, u_int);
/* What has passed until now was not the song's. */
void	seq_lead_begin(struct sequencer *);
/* When the next clock is, in the song; or SEQ_TIME_NEVER. */
uint64_t seq_lead_next_ns(struct sequencer *);
/* Send it. */
void	seq_lead_clock(struct sequencer *);
/* A clock by hand. */
void	seq_lead_byhand(struct sequencer *);
/* The timer was started at 0, or goes on there; was stopped; goes on; is at
 * this song position now. */
void	seq_lead_started(struct sequencer *);
void	seq_lead_stopped(struct sequencer *);
void	seq_lead_continued(struct sequencer *);
void	seq_lead_located(struct sequencer *, u_int);
/* The timebase is another one from this division on. */
void	seq_lead_timebase(struct sequencer *, uint64_t);

/* seq_follow.c */
/* Follow a device, or, source SEQ_CLOCK_OWN, none.  su_lock held. */
void	seq_follow_set(struct sequencer *, u_int, enum seq_clock_source,
	    uint64_t);
/* The device, which is followed, has sent this.  si_lock held. */
void	seq_follow_message(struct seq_input *, const uint8_t *, size_t,
	    uint64_t);
/* Take over what the master has sent.  su_lock held. */
void	seq_follow_update(struct sequencer *);
/* The song's time now; of a time that was given; and when a time of the song
 * is.  su_lock held. */
uint64_t seq_follow_now_ns(struct sequencer *);
uint64_t seq_follow_real_ns(const struct sequencer *, uint64_t);
/* When to call seq_follow_update() at the latest. */
uint64_t seq_follow_alarm_ns(const struct sequencer *);
/* Is somebody followed; is the tempo his, too; does the song go on by
 * itself? */
bool	seq_follow_is_led(const struct sequencer *);
bool	seq_follow_is_paced(const struct sequencer *);
bool	seq_follow_goes_on(const struct sequencer *);
/* Does the timer run, or is at least meant to, master or not? */
bool	seq_follow_is_moving(const struct sequencer *);
/* The tempo, as programs are told it. */
void	seq_follow_tempo(const struct sequencer *, struct seq_tempo *);
/* How it goes.  Thread, no lock held. */
void	seq_follow_sync(struct sequencer *, struct sequencer_sync *);

/* seq_play.c */
void	seq_play_init(struct sequencer *);
void	seq_play_destroy(struct sequencer *);
/* Queue a command that was checked.  False: it has to wait (seq_ahead_may).
 * su_lock held. */
bool	seq_play_put(struct sequencer *, const struct seq_cmd *);
/* When something is to be done next. */
uint64_t seq_play_next_ns(struct sequencer *);
/* Events that are to be played, those that wait for devices included.  su_lock
 * held. */
static inline u_int
seq_play_count(const struct sequencer *sq)
{

	return seq_queue_count(&sq->sq_queue) +
	    seq_line_pool_count(&sq->sq_waits);
}

/* Is something due? */
bool	seq_play_is_due(struct sequencer *);
/* Forget all that is to be played. */
void	seq_play_forget(struct sequencer *);
/* Do it, which is due.  False: another device is to look first. */
bool	seq_play_step(struct sequencer *);
/* Has the time come for which somebody waits? */
bool	seq_play_awaited(struct sequencer *, uint64_t);
/* Would poll(2) say that there is room?  su_lock held. */
bool	seq_play_writable(struct sequencer *);
/* Writers, pollers and those who wait for the end may go on, or at least are
 * to look again.  su_lock held. */
void	seq_play_wake(struct sequencer *);
/* What a command of the timer does to one, at a division and a time of the
 * song. */
void	seq_play_set_time(struct seq_time *, u_int, uint32_t, uint64_t,
	    uint64_t);
/* The division of a song position. */
uint64_t seq_play_position(const struct seq_time *, u_int);
/* Do a command now, past the queue.  su_lock held. */
void	seq_play_now(struct sequencer *, const struct seq_cmd *);
/* A command of the timer, or an echo, now.  su_lock held. */
void	seq_play_timer(struct sequencer *, u_int, uint32_t);
void	seq_play_tempo(struct sequencer *, const struct seq_tempo *);
/* The timer was changed past the queue.  su_lock held. */
void	seq_play_changed(struct sequencer *);
/* Start the timer if nothing has yet.  su_lock held. */
void	seq_play_autostart(struct sequencer *);
/* A transaction begins, or ends.  su_lock held. */
void	seq_play_begin(struct sequencer *);
void	seq_play_commit(struct sequencer *);
/* At least so much room for the queue.  Thread, no lock held.  EINTR,
 * ERESTART. */
int	seq_play_resize(struct sequencer *, u_int);

/* seq_send.c.  su_lock held, or nobody else has the device. */
/* No message is amid. */
void	seq_send_init(struct seq_device *);
/* Put what an event is for the device in its box; the room, SEQ_SEND_BYTES,
 * was seen to.  False: it is dropped, and counted, as the device is gone. */
bool	seq_send_event(struct seq_device *, const struct seq_cmd *);
/* The same for a run. */
bool	seq_send_run(struct seq_device *, const uint8_t *, size_t);
/* The end of the SysEx message that is open, if one is: at most SEQ_SEND_BYTES;
 * returns how many. */
size_t	seq_send_end(struct seq_device *, uint8_t *);

/* seq_turn.c.  su_lock held. */
enum seq_turn_what {
	SEQ_TURN_GO,		/* it can be done, or put */
	SEQ_TURN_WAIT,		/* it is to wait in line */
	SEQ_TURN_LOOK		/* a device is to look first */
};

/* Is it for a device? */
static inline bool
seq_turn_is_message(const struct seq_cmd *cm)
{

	return cm->cm_kind == SEQ_CMD_MESSAGE ||
	    cm->cm_kind == SEQ_CMD_SYSEX || cm->cm_kind == SEQ_CMD_BYTE;
}
/* What is to be done with an event that is due, and for which device?  NULL: it
 * is not there.  Perhaps nobody else's event may come before it. */
enum seq_turn_what seq_turn_ask(struct sequencer *, const struct seq_cmd *,
	    bool, struct seq_device **);
/* Do that with it, which is for a device; and when it was due, 0: no matter. */
void	seq_turn_take(struct sequencer *, struct seq_device *,
	    const struct seq_cmd *, enum seq_turn_what, uint64_t);
/* An event for a device, past the queue. */
void	seq_turn_now(struct sequencer *, const struct seq_cmd *);
/* The device is to be served by seq_turn_run().  Any context, no lock. */
void	seq_turn_ready(struct seq_unit *, u_int);
/* A device has looked into its box.  Does something wait for it, which may go
 * on now? */
bool	seq_turn_looked(struct seq_device *);
/* Serve those. */
void	seq_turn_run(struct seq_unit *);
/* Throw away what waits for the device; returns how many events. */
u_int	seq_turn_clear(struct seq_device *);
/* The device is not to be sent to any more: what waits is dropped. */
void	seq_turn_leave(struct seq_device *);

/* seq_end.c */
/* Wait until all is played, the last wait included, and has left the
 * devices; a timer that stands still is not waited for.  ticks > 0 bounds the
 * time for which a device may take nothing.  Thread, no lock held.  EINTR,
 * ERESTART, EWOULDBLOCK. */
int	seq_end_drain(struct sequencer *, int);
/* Throw the queue away; nothing is played any more when it returns.  Thread,
 * no lock held. */
void	seq_end_close(struct sequencer *);
/* Throw the queue away and end every note.  Thread, no lock held. */
void	seq_end_reset(struct sequencer *);

/* seq_ahead.c.  su_lock held, but to begin and end. */
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
/* Timings are in this memory, of so many, from now on; gives what was. */
struct seq_ahead_timing *seq_ahead_resize(struct sequencer *,
	    struct seq_ahead_timing *, u_int);

/* seq_info.c */
/* Requests about devices.  EPASSTHROUGH: another one.  Thread, no lock held. */
int	seq_info_ioctl(struct sequencer *, u_long, void *);
/* Give a device an instrument.  ENXIO: there is no such device to write to;
 * EINVAL: it knows no instruments, or not this one; EIO.  Likewise. */
int	seq_info_load(struct sequencer *, struct sbi_instrument *);

/* seq_input.c */
void	seq_input_init(struct sequencer *);
void	seq_input_destroy(struct sequencer *);
/* A device is there from now on, or not any more; has fallen silent.  Any lock
 * of rank 1 may be held. */
void	seq_input_came(struct seq_device *);
void	seq_input_went(struct seq_device *);
void	seq_input_lost(struct midi_client *);
/* Has its port gone?  Thread, no lock held. */
bool	seq_input_is_gone(struct seq_device *);
/* Put a record of the timer for the reader, with its time, if he asked for
 * this kind, SEQ_INPUT_*.  si_lock held. */
void	seq_input_tell(struct seq_input *, u_int, u_int, uint32_t, uint64_t);
/* The timer has changed.  su_lock held. */
void	seq_input_set_time(struct sequencer *, bool);
/* Deliver these, too, from now on.  Thread, no lock held. */
void	seq_input_ask(struct sequencer *, u_int);
/* An event comes back to the reader.  su_lock held. */
void	seq_input_echo(struct sequencer *, uint32_t);
/* Who gets SIGIO when records come; 0: nobody.  su_lock held. */
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
