/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_unit.c: those who have a sequencer unit open, and their turns.
 *
 * A unit is exclusive for each direction, unless the setting music_share is
 * otherwise, or who has it open lets others in, or not (SEQUENCER_SHARE); that
 * ends when nobody has it open any more.  Each open is a sequencer of its own.
 *
 * All that the sequencers of a unit play is played here, by seq_unit_run(),
 * in order of time: of all that is due the first is taken, whoever wrote it,
 * however late it is; of one time, what the one who opened first has.  So who
 * has the first of a time has the others of it as well, as long as nothing is
 * written meanwhile.
 *
 * A device is told to look before another one gets something of the same
 * time, so that the order is kept on the wires, too: that is done without
 * su_lock, by seq_unit_kick(), which then lets the playing go on.  Not within
 * a transaction, if there are several writers: while su_lock is held nobody's
 * event can come in between (su_latest), and none that is due ever keeps the
 * lock waiting for a device (seq_turn.c).
 *
 * Who may go on writing is woken by a soft interrupt of its own, behind those
 * by which what was played arrives: the music goes first.
 *
 * The token: opening and closing take long and must not meet, nor a device
 * that is plugged in (seq_device.c) either of them.  Who holds it may sleep.
 *
 * Locks: seq_unit_lock guards the token and who has the unit open; su_lock
 * all else.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>

#include <dev/midi/sequencervar.h>

static struct seq_unit seq_units[SEQUENCER_UNITS];
static kmutex_t seq_unit_lock;
static kcondvar_t seq_unit_cv;		/* a token is free */

void
seq_unit_init(void)
{
	struct seq_unit *su;
	u_int i;

	mutex_init(&seq_unit_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&seq_unit_cv, "sequnit");
	for (i = 0; i < SEQUENCER_UNITS; i++) {
		su = &seq_units[i];
		memset(su, 0, sizeof(*su));
		mutex_init(&su->su_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
		TAILQ_INIT(&su->su_opens);
		TAILQ_INIT(&su->su_kicks);
		su->su_share = -1;
	}
}

void
seq_unit_fini(void)
{
	u_int i;

	for (i = 0; i < SEQUENCER_UNITS; i++) {
		KASSERT(TAILQ_EMPTY(&seq_units[i].su_opens));
		mutex_destroy(&seq_units[i].su_lock);
	}
	cv_destroy(&seq_unit_cv);
	mutex_destroy(&seq_unit_lock);
}

/*
 * Who has it open.
 */

/* One more, or less, of the directions. */
static void
seq_unit_count(struct seq_unit *su, int dirs, int by)
{

	if (dirs & FREAD)
		su->su_held[0] += by;
	if (dirs & FWRITE)
		su->su_held[1] += by;
}

/* What the setting says. */
static bool
seq_unit_default(void)
{
	struct midi_settings mss;

	midi_port_defaults(&mss);
	return midi_setting_get(&mss, MIDI_SETTING_MUSIC_SHARE) != 0;
}

/* May somebody open it for the directions? */
static bool
seq_unit_may(const struct seq_unit *su, int dirs, bool share)
{
	u_int most;

	if (su->su_share >= 0)
		share = su->su_share != 0;
	most = share ? SEQUENCER_OPENS : 1;

	return ((dirs & FREAD) == 0 || su->su_held[0] < most) &&
	    ((dirs & FWRITE) == 0 || su->su_held[1] < most);
}

int
seq_unit_enter(u_int n, int dirs, struct seq_unit **sup)
{
	const bool share = seq_unit_default();
	struct seq_unit *su;
	int error = 0;

	if (n >= SEQUENCER_UNITS)
		return ENXIO;
	su = &seq_units[n];
	mutex_enter(&seq_unit_lock);
	for (;;) {
		if (!seq_unit_may(su, dirs, share))
			error = EBUSY;
		if (error || !su->su_token)
			break;
		error = cv_wait_sig(&seq_unit_cv, &seq_unit_lock);
	}
	if (error == 0) {
		su->su_token = true;
		seq_unit_count(su, dirs, 1);
		*sup = su;
	}
	mutex_exit(&seq_unit_lock);
	return error;
}

void
seq_unit_leave(struct seq_unit *su, int dirs)
{

	mutex_enter(&seq_unit_lock);
	KASSERT(su->su_token);
	seq_unit_count(su, dirs, -1);
	if (su->su_held[0] == 0 && su->su_held[1] == 0)
		su->su_share = -1;
	mutex_exit(&seq_unit_lock);
	seq_unit_give(su);
}

void
seq_unit_take(struct seq_unit *su)
{

	mutex_enter(&seq_unit_lock);
	while (su->su_token)
		cv_wait(&seq_unit_cv, &seq_unit_lock);
	su->su_token = true;
	mutex_exit(&seq_unit_lock);
}

void
seq_unit_give(struct seq_unit *su)
{

	mutex_enter(&seq_unit_lock);
	KASSERT(su->su_token);
	su->su_token = false;
	cv_broadcast(&seq_unit_cv);
	mutex_exit(&seq_unit_lock);
}

bool
seq_unit_share(struct seq_unit *su, int share)
{
	bool shared = seq_unit_default();

	mutex_enter(&seq_unit_lock);
	if (share >= 0)
		su->su_share = share;
	if (su->su_share >= 0)
		shared = su->su_share != 0;
	mutex_exit(&seq_unit_lock);
	return shared;
}

static void	seq_unit_softint(void *);

static void	seq_unit_wake(void *);

/* The first opens it.  False: no memory. */
static bool
seq_unit_begin(struct seq_unit *su)
{

	su->su_alarm = midi_alarm_create(seq_unit_softint, su);
	su->su_wake_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    seq_unit_wake, su);
	return su->su_alarm != NULL && su->su_wake_sih != NULL;
}

/* Nobody has it open. */
static void
seq_unit_end(struct seq_unit *su)
{

	if (su->su_alarm != NULL)
		midi_alarm_destroy(su->su_alarm);
	if (su->su_wake_sih != NULL)
		softint_disestablish(su->su_wake_sih);
	su->su_alarm = NULL;
	su->su_wake_sih = NULL;
}

int
seq_unit_join(struct sequencer *sq)
{
	struct seq_unit *su = sq->sq_unit;

	KASSERT(su->su_token);
	if (su->su_alarm == NULL && !seq_unit_begin(su)) {
		seq_unit_end(su);
		return ENOMEM;
	}
	mutex_enter(&su->su_lock);
	TAILQ_INSERT_TAIL(&su->su_opens, sq, sq_link);
	if (sq->sq_flags & FWRITE)
		su->su_nwriters++;
	mutex_exit(&su->su_lock);
	return 0;
}

void
seq_unit_part(struct sequencer *sq)
{
	struct seq_unit *su = sq->sq_unit;
	bool last;

	KASSERT(su->su_token);
	mutex_enter(&su->su_lock);
	TAILQ_REMOVE(&su->su_opens, sq, sq_link);
	if (sq->sq_flags & FWRITE)
		su->su_nwriters--;
	if (su->su_latest == sq)
		su->su_latest = NULL;
	last = TAILQ_EMPTY(&su->su_opens);
	mutex_exit(&su->su_lock);
	if (!last)
		return;
	seq_unit_end(su);
}

void
seq_unit_foreach(void (*fn)(struct sequencer *, u_int), u_int arg)
{
	struct sequencer *sq;
	struct seq_unit *su;
	u_int i;

	for (i = 0; i < SEQUENCER_UNITS; i++) {
		su = &seq_units[i];
		seq_unit_take(su);
		/* Who holds the token may look at the list without the lock. */
		TAILQ_FOREACH(sq, &su->su_opens, sq_link)
			(*fn)(sq, arg);
		seq_unit_give(su);
	}
}

/*
 * Turns.
 */

/* Whose turn it is, and when; NULL: nobody's. */
static struct sequencer *
seq_unit_first(struct seq_unit *su, uint64_t *when_ns)
{
	struct sequencer *sq, *first = NULL;
	uint64_t next_ns;

	*when_ns = SEQ_TIME_NEVER;
	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		next_ns = seq_play_next_ns(sq);
		if (next_ns < *when_ns) {
			first = sq;
			*when_ns = next_ns;
		}
	}
	return first;
}

/* Set the alarm for what is to be done next: to play, or something else. */
static void
seq_unit_arm(struct seq_unit *su, uint64_t next_ns)
{
	struct sequencer *sq;
	uint64_t follow_ns;

	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		follow_ns = seq_follow_alarm_ns(sq);
		next_ns = MIN(next_ns, follow_ns);
		next_ns = MIN(next_ns, sq->sq_ahead.sa_wake_ns);
	}
	if (next_ns != SEQ_TIME_NEVER)
		midi_alarm_at(su->su_alarm, next_ns);
}

/* May somebody go on?  Not a writer who waits for his time. */
static bool
seq_unit_moved(struct sequencer *sq)
{

	if (!sq->sq_moved && seq_queue_count(&sq->sq_queue) != 0)
		return false;
	return !sq->sq_held || sq->sq_ends != 0 || seq_ahead_may(sq);
}

/* Wake those who may. */
static void
seq_unit_wake(void *arg)
{
	struct seq_unit *su = arg;
	struct sequencer *sq;

	mutex_enter(&su->su_lock);
	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		if (!seq_unit_moved(sq))
			continue;
		sq->sq_moved = false;
		seq_play_wake(sq);
	}
	mutex_exit(&su->su_lock);
}

void
seq_unit_run(struct seq_unit *su)
{
	struct sequencer *sq;
	uint64_t due_ns, now_ns;
	bool wake = false;

	KASSERT(mutex_owned(&su->su_lock));
	/* First, for a device that has room again arms the alarm as well. */
	now_ns = midi_alarm_now_ns();
	su->su_latest = NULL;
	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		if (seq_play_awaited(sq, now_ns))
			sq->sq_moved = true;
		seq_follow_update(sq);
	}
	seq_turn_run(su);
	su->su_cut = false;
	while (!su->su_cut) {
		sq = seq_unit_first(su, &due_ns);
		if (sq == NULL || due_ns > midi_alarm_now_ns()) {
			seq_unit_arm(su, due_ns);
			break;
		}
		/* If a device is to look first, seq_unit_kick() comes here
		 * again. */
		su->su_cut = !seq_play_step(sq);
	}
	TAILQ_FOREACH(sq, &su->su_opens, sq_link)
		wake |= seq_unit_moved(sq);
	if (!wake)
		return;
	kpreempt_disable();
	softint_schedule(su->su_wake_sih);
	kpreempt_enable();
}

void
seq_unit_look(struct seq_device *sd)
{
	struct seq_unit *su = sd->sd_sq->sq_unit;

	KASSERT(mutex_owned(&su->su_lock));
	if (sd->sd_kick)
		return;
	sd->sd_kick = true;
	TAILQ_INSERT_TAIL(&su->su_kicks, sd, sd_kicklink);
}

void
seq_unit_kick(struct seq_unit *su)
{
	struct seq_device *sd;
	bool again;

	mutex_enter(&su->su_lock);
	while ((sd = TAILQ_FIRST(&su->su_kicks)) != NULL) {
		TAILQ_REMOVE(&su->su_kicks, sd, sd_kicklink);
		sd->sd_kick = false;
		sd->sd_users++;
		mutex_exit(&su->su_lock);
		(void)midi_port_kick(&sd->sd_client);
		mutex_enter(&su->su_lock);
		again = seq_turn_looked(sd) || su->su_cut;
		/* Who retires it waits for that; a writer is let sleep. */
		if (--sd->sd_users == 0 && !sd->sd_open)
			cv_broadcast(&sd->sd_sq->sq_cv);
		if (again)
			seq_unit_run(su);
	}
	mutex_exit(&su->su_lock);
}

static void
seq_unit_softint(void *arg)
{
	struct seq_unit *su = arg;

	mutex_enter(&su->su_lock);
	seq_unit_run(su);
	mutex_exit(&su->su_lock);
	seq_unit_kick(su);
}

void
seq_unit_poke(struct seq_unit *su)
{

	midi_alarm_at(su->su_alarm, 0);
}
