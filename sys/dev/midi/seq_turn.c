/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_turn.c: which of a unit's sequencers may send to a device, and what waits
 * for that.
 *
 * An event that is due, and that its device cannot take yet, leaves the queue
 * and waits in a line of its sequencer for that device (seq_line.c), so that
 * all others go on.  Its number, su_order, says in which order events have
 * become due; the least of a device goes first.  So a slow device gets from
 * all writers the same messages in the same order as a quick one would, however
 * large its buffer is, and as the events of a transaction become due without
 * others in between (seq_unit.c), they stay together to the wire.  (To choose
 * by the time for which they were written would be no other order but for
 * those that were written too late; they would go ahead of others that have
 * waited longer, and who is always late ahead of all.)
 *
 * midi(4) takes messages from the boxes of several senders by turns.  So that
 * it never has a choice, a message goes to a device only when no other's is in
 * his box: tu_last is the one who put last, and therefore the only one who can
 * have any, and who wants to be the next waits until that box is empty.
 * Real-time messages may stand anywhere: they do not wait for others, nor do
 * others for them.
 *
 * Who has begun a SysEx message at a device owns it until the end: midi(4)
 * would send nobody else's messages before.  What others have for it waits;
 * what he has does not wait for them.
 *
 * An event past the queue goes at once, or, if another one is in the middle of
 * something, ahead of what its sequencer has waiting there (sd_urgent).
 *
 * Storage: the cells of a sequencer's lines are as many as the queue's, and an
 * event is in one or the other, so that there is always one.
 *
 * A device says by mco_writable that it is to be served: a bit of su_ready and
 * the alarm.  What waits for a device that goes is dropped, and counted.
 *
 * Locks: all is under su_lock, but su_ready, which is atomic.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>

#include <dev/midi/sequencervar.h>

#define SEQ_TURN_BITS	32	/* devices in a word of su_ready */
#define SEQ_TURN_NONE	UINT64_MAX	/* no event has this order */

/* Is it a real-time message? */
static bool
seq_turn_is_realtime(const struct seq_cmd *cm)
{

	return cm->cm_kind != SEQ_CMD_SYSEX && cm->cm_len == 1 &&
	    midi_msg_is_realtime(cm->cm_data[0]);
}

/* The line that goes on first. */
static struct seq_line *
seq_turn_line(struct seq_device *sd)
{

	return seq_line_count(&sd->sd_urgent) != 0 ? &sd->sd_urgent :
	    &sd->sd_line;
}

static bool
seq_turn_waits(struct seq_device *sd)
{

	return seq_line_count(seq_turn_line(sd)) != 0;
}

/* May the box of this one be the one that has messages?  If not, the device
 * will be served when it may. */
static bool
seq_turn_is_free(struct seq_device *sd)
{
	struct seq_device *last = sd->sd_turn->tu_last;

	if (last == NULL || last == sd)
		return true;
	return !last->sd_amid && !last->sd_kick &&
	    midi_box_is_empty(&last->sd_client.mc_out);
}

/* Has the box room for any event?  Likewise. */
static bool
seq_turn_has_room(struct seq_device *sd)
{

	return midi_box_has_room(&sd->sd_client.mc_out, SEQ_SEND_BYTES + 1);
}

/* May it be put without waiting in line? */
static bool
seq_turn_may(struct seq_device *sd, const struct seq_cmd *cm)
{

	if ((sd->sd_turn->tu_waiting != 0 || !seq_turn_is_free(sd)) &&
	    (!seq_turn_is_realtime(cm) || seq_turn_waits(sd)))
		return false;
	return seq_turn_has_room(sd);
}

/* False: the device is gone. */
static bool
seq_turn_put(struct seq_device *sd, const struct seq_cmd *cm)
{

	if (!seq_turn_is_realtime(cm))
		sd->sd_turn->tu_last = sd;
	return seq_send_event(sd, cm);
}

/* The same with an event of the queue. */
static void
seq_turn_play(struct seq_device *sd, const struct seq_cmd *cm,
    uint64_t due_ns)
{
	struct sequencer *sq = sd->sd_sq;
	uint64_t now_ns;

	sq->sq_played++;
	if (!seq_turn_put(sd, cm))
		return;
	now_ns = midi_alarm_now_ns();
	/* What a master's jump has left behind has no time. */
	seq_late_add(&sq->sq_late, due_ns != 0 && now_ns > due_ns ?
	    now_ns - due_ns : 0);
}

/*
 * Lines.
 */

/* The order of the first event that waits; or SEQ_TURN_NONE. */
static uint64_t
seq_turn_order(struct seq_device *sd)
{
	const struct seq_wait *wa;

	wa = seq_line_peek(&sd->sd_sq->sq_waits, seq_turn_line(sd));
	return wa != NULL ? wa->wa_order : SEQ_TURN_NONE;
}

/* Whose event is the next for the device, and which is another's first?  NULL:
 * nobody's may go on. */
static struct seq_device *
seq_turn_next(struct seq_unit *su, u_int n, uint64_t *until)
{
	struct seq_device *last = su->su_turns[n].tu_last, *first = NULL, *sd;
	struct sequencer *sq;
	uint64_t least = SEQ_TURN_NONE, order;

	*until = SEQ_TURN_NONE;
	if (last != NULL && last->sd_amid) {
		*until = 0;	/* who knows how long it owns the device */
		return seq_turn_waits(last) ? last : NULL;
	}
	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		sd = seq_device_get(sq, n, FWRITE);
		order = sd != NULL ? seq_turn_order(sd) : SEQ_TURN_NONE;
		if (order < least) {
			*until = least;
			least = order;
			first = sd;
		} else
			*until = MIN(*until, order);
	}
	return first;
}

/* Put the first event that waits. */
static void
seq_turn_advance(struct seq_device *sd)
{
	struct seq_line *li = seq_turn_line(sd);
	struct sequencer *sq = sd->sd_sq;
	struct seq_wait wait;
	struct seq_cmd cm;

	if (!seq_line_get(&sq->sq_waits, li, &wait))
		panic("%s: nothing", __func__);
	sd->sd_turn->tu_waiting--;
	memcpy(&cm, &wait.wa_item, sizeof(cm));
	if (li == &sd->sd_line)
		seq_turn_play(sd, &cm, wait.wa_due_ns);
	else
		(void)seq_turn_put(sd, &cm);
}

/* Throw away what waits; returns how many events. */
static u_int
seq_turn_forget(struct seq_device *sd)
{
	struct seq_line_pool *lp = &sd->sd_sq->sq_waits;
	u_int n;

	n = seq_line_clear(lp, &sd->sd_urgent);
	n += seq_line_clear(lp, &sd->sd_line);
	KASSERT(n <= sd->sd_turn->tu_waiting);
	sd->sd_turn->tu_waiting -= n;
	return n;
}

/* The device is gone, and all that was for it. */
static void
seq_turn_drop(struct seq_device *sd)
{
	const u_int urgent = seq_line_count(&sd->sd_urgent);
	const u_int n = seq_turn_forget(sd);

	sd->sd_sq->sq_played += n - urgent;
	sd->sd_sq->sq_dropped += n;
	sd->sd_sq->sq_moved = true;
}

/* Those who wait at a device that has taken something wait on. */
static void
seq_turn_moved(struct seq_unit *su, u_int n)
{
	struct sequencer *sq;
	struct seq_device *sd;

	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		sd = seq_device_get(sq, n, FWRITE);
		if (sd != NULL && seq_turn_waits(sd))
			sq->sq_moved = true;
	}
}

/* Put what waits of one, up to another's order, and at least one event, as far
 * as the device takes it.  False: it does not. */
static bool
seq_turn_go(struct seq_device *sd, uint64_t until)
{

	do {
		if (!seq_turn_is_free(sd) || !seq_turn_has_room(sd))
			return false;
		seq_turn_advance(sd);
		sd->sd_sq->sq_moved = true;
	} while (seq_turn_order(sd) < until);
	return true;
}

/* Put what waits for the device, as far as it can be. */
static void
seq_turn_serve(struct seq_unit *su, u_int n)
{
	struct seq_turn *tu = &su->su_turns[n];
	const u_int before = tu->tu_waiting;
	struct seq_device *sd;
	uint64_t until;

	if (tu->tu_waiting == 0)
		return;
	if (tu->tu_last != NULL && seq_input_is_gone(tu->tu_last))
		tu->tu_last = NULL;
	while ((sd = seq_turn_next(su, n, &until)) != NULL) {
		if (seq_input_is_gone(sd))
			seq_turn_drop(sd);
		else if (!seq_turn_go(sd, until))
			break;
	}
	if (tu->tu_waiting != before)
		seq_turn_moved(su, n);
}

void
seq_turn_ready(struct seq_unit *su, u_int n)
{

	membar_release();
	atomic_or_uint(&su->su_ready[n / SEQ_TURN_BITS],
	    1U << n % SEQ_TURN_BITS);
}

bool
seq_turn_looked(struct seq_device *sd)
{

	if (sd->sd_turn->tu_waiting == 0)
		return false;
	seq_turn_ready(sd->sd_sq->sq_unit, sd->sd_unit);
	return true;
}

void
seq_turn_run(struct seq_unit *su)
{
	u_int bits, i, n;

	CTASSERT(__arraycount(su->su_ready) * SEQ_TURN_BITS ==
	    SEQUENCER_DEVICES);
	KASSERT(mutex_owned(&su->su_lock));
	for (i = 0; i < __arraycount(su->su_ready); i++) {
		if (atomic_load_relaxed(&su->su_ready[i]) == 0)
			continue;
		bits = atomic_swap_uint(&su->su_ready[i], 0);
		membar_acquire();
		for (n = 0; n < SEQ_TURN_BITS; n++) {
			if (bits & 1U << n)
				seq_turn_serve(su, i * SEQ_TURN_BITS + n);
		}
	}
}

/* It waits, behind all that is in the line. */
static void
seq_turn_wait(struct seq_device *sd, struct seq_line *li,
    const struct seq_cmd *cm, uint64_t order, uint64_t due_ns)
{
	struct seq_wait wait = { .wa_order = order, .wa_due_ns = due_ns };

	memcpy(&wait.wa_item, cm, sizeof(*cm));
	if (!seq_line_put(&sd->sd_sq->sq_waits, li, &wait))
		panic("%s: no cell", __func__);
	sd->sd_turn->tu_waiting++;
}

/*
 * Events.
 */

enum seq_turn_what
seq_turn_ask(struct sequencer *sq, const struct seq_cmd *cm, bool more,
    struct seq_device **sdp)
{
	const struct seq_device *first = TAILQ_FIRST(&sq->sq_unit->su_kicks);
	struct seq_device *sd;

	*sdp = NULL;
	if (!seq_turn_is_message(cm))
		return SEQ_TURN_GO;
	*sdp = sd = seq_device_get(sq, cm->cm_device, FWRITE);
	if (first != NULL && first != sd && !more)
		return SEQ_TURN_LOOK;
	if (sd == NULL || seq_turn_may(sd, cm))
		return SEQ_TURN_GO;
	return sd->sd_kick && !more ? SEQ_TURN_LOOK : SEQ_TURN_WAIT;
}

void
seq_turn_take(struct sequencer *sq, struct seq_device *sd,
    const struct seq_cmd *cm, enum seq_turn_what what, uint64_t due_ns)
{
	struct seq_unit *su = sq->sq_unit;
	bool others;

	if (sd == NULL) {
		sq->sq_played++;
		sq->sq_dropped++;
	} else if (what == SEQ_TURN_GO)
		seq_turn_play(sd, cm, due_ns);
	else {
		others = seq_turn_waits(sd);
		seq_turn_wait(sd, &sd->sd_line, cm, su->su_order++, due_ns);
		/* Behind others of its own it changes nothing. */
		if (!others)
			seq_turn_serve(su, sd->sd_unit);
	}
}

void
seq_turn_now(struct sequencer *sq, const struct seq_cmd *cm)
{
	struct seq_unit *su = sq->sq_unit;
	const struct seq_wait *wa;
	struct seq_turn *tu;
	struct seq_device *sd;

	KASSERT(mutex_owned(&su->su_lock));
	sd = seq_device_get(sq, cm->cm_device, FWRITE);
	if (sd == NULL) {
		sq->sq_dropped++;
		return;
	}
	tu = sd->sd_turn;
	if (seq_line_count(&sd->sd_urgent) == 0 && (tu->tu_last == sd ||
	    seq_turn_is_realtime(cm) || (tu->tu_waiting == 0 &&
	    seq_turn_is_free(sd))) && seq_turn_has_room(sd)) {
		(void)seq_turn_put(sd, cm);
		return;
	}
	if (seq_play_count(sq) >= sq->sq_ahead.sa_size) {
		sq->sq_dropped++;
		return;
	}
	wa = seq_line_peek(&sq->sq_waits, seq_turn_line(sd));
	seq_turn_wait(sd, &sd->sd_urgent, cm, wa != NULL ? wa->wa_order :
	    su->su_order++, 0);
	seq_turn_serve(su, sd->sd_unit);
}

u_int
seq_turn_clear(struct seq_device *sd)
{
	struct seq_turn *tu = sd->sd_turn;
	const u_int n = seq_turn_forget(sd);

	KASSERT(mutex_owned(&sd->sd_sq->sq_unit->su_lock));
	if (tu->tu_waiting != 0) {
		/* Others may be the next now. */
		seq_turn_ready(sd->sd_sq->sq_unit, sd->sd_unit);
		seq_unit_poke(sd->sd_sq->sq_unit);
	}
	return n;
}

void
seq_turn_leave(struct seq_device *sd)
{
	struct seq_turn *tu = sd->sd_turn;

	seq_turn_drop(sd);
	if (tu->tu_last == sd)
		tu->tu_last = NULL;
	(void)seq_turn_clear(sd);
}
