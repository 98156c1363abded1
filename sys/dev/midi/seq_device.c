/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_device.c: the midi devices of an open sequencer.
 *
 * A device's number is its unit, in records that are written as in those
 * that are read, whatever was open elsewhere.
 *
 * An open takes those that are free.  One that is unplugged leaves a dead port
 * behind: what is for it is dropped and counted.  When a port comes, midi(4)
 * says so in the thread that attaches it, where it cannot be opened yet; so a
 * thread of our own (seq_device_queue) opens it then for each sequencer that
 * has not got it, or has a dead one of that number.
 *
 * Life: a seq_device is made at the first open and stays to the close, so that
 * a pointer to one is good as long as its sequencer is.  sd_open says whether
 * sd_client may be used: under su_lock, or by who is counted in sd_users.  It
 * is closed when it has been made false and nobody is counted any more; only
 * who has the unit's token opens or closes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/midiio.h>
#include <sys/workqueue.h>

#include <dev/midi_if.h>
#include <dev/midi/sequencervar.h>

static void	seq_device_gone(struct midi_client *);
static void	seq_device_writable(void *);
static void	seq_device_work(struct work *, void *);
static void	seq_device_observe(int);

static const struct midi_client_ops seq_device_ops = {
	.mco_deliver = seq_input_deliver,
	.mco_has_room = seq_input_has_room,
	.mco_writable = seq_device_writable,
	.mco_lost = seq_input_lost,
	.mco_gone = seq_device_gone,
};

static kmutex_t seq_device_lock;	/* rank 2, a leaf: the next three */
static struct work seq_device_todo;
static bool seq_device_pending;		/* it is queued */
static bool seq_device_came[SEQUENCER_DEVICES];
static struct workqueue *seq_device_queue;

void
seq_device_init(void)
{

	mutex_init(&seq_device_lock, MUTEX_DEFAULT, IPL_NONE);
	seq_device_pending = false;
	memset(seq_device_came, 0, sizeof(seq_device_came));
	if (workqueue_create(&seq_device_queue, "seqdev", seq_device_work,
	    NULL, PRI_NONE, IPL_NONE, WQ_MPSAFE) != 0) {
		seq_device_queue = NULL;
		return;		/* devices that come later are not seen */
	}
	midi_port_observe(seq_device_observe);
}

void
seq_device_fini(void)
{

	if (seq_device_queue != NULL) {
		midi_port_observe(NULL);
		workqueue_wait(seq_device_queue, &seq_device_todo);
		workqueue_destroy(seq_device_queue);
	}
	mutex_destroy(&seq_device_lock);
}

/*
 * At work.
 */

struct seq_device *
seq_device_get(struct sequencer *sq, u_int n, int dir)
{
	struct seq_device *sd;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sd = n < SEQUENCER_DEVICES ? sq->sq_devices[n] : NULL;
	if (sd == NULL || !sd->sd_open || (sd->sd_client.mc_dirs & dir) == 0)
		return NULL;
	return sd;
}

bool
seq_device_known(struct sequencer *sq, u_int n, int dir)
{
	const struct seq_device *sd;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sd = n < SEQUENCER_DEVICES ? sq->sq_devices[n] : NULL;
	return sd != NULL && (sd->sd_had & dir) != 0;
}

u_int
seq_device_count(struct sequencer *sq)
{
	u_int n;

	mutex_enter(&sq->sq_unit->su_lock);
	n = sq->sq_ndevices;
	mutex_exit(&sq->sq_unit->su_lock);
	return n;
}

struct seq_device *
seq_device_enter(struct sequencer *sq, u_int n, int dir)
{
	struct seq_device *sd;

	mutex_enter(&sq->sq_unit->su_lock);
	sd = seq_device_get(sq, n, dir);
	if (sd != NULL)
		sd->sd_users++;
	mutex_exit(&sq->sq_unit->su_lock);
	return sd;
}

void
seq_device_exit(struct seq_device *sd)
{
	struct sequencer *sq = sd->sd_sq;

	mutex_enter(&sq->sq_unit->su_lock);
	if (--sd->sd_users == 0 && !sd->sd_open)
		cv_broadcast(&sq->sq_cv);
	mutex_exit(&sq->sq_unit->su_lock);
}

/* A device has room for what waits. */
static void
seq_device_writable(void *arg)
{
	struct seq_device *sd = seq_device_of(arg);
	struct seq_unit *su = sd->sd_sq->sq_unit;

	seq_turn_ready(su, sd->sd_unit);
	seq_unit_poke(su);
}

/* A device goes; what was for it is dropped and counted. */
static void
seq_device_gone(struct midi_client *mc)
{

	seq_input_went(seq_device_of(mc));
	seq_device_writable(mc);
}

/* Does another sequencer of the unit play on it? */
static bool
seq_device_is_shared(struct seq_device *sd)
{
	struct seq_unit *su = sd->sd_sq->sq_unit;
	struct seq_device *other;
	struct sequencer *sq;
	bool shared = false;

	mutex_enter(&su->su_lock);
	TAILQ_FOREACH(sq, &su->su_opens, sq_link) {
		other = seq_device_get(sq, sd->sd_unit, FWRITE);
		shared |= other != NULL && other != sd &&
		    !seq_input_is_gone(other);
	}
	mutex_exit(&su->su_lock);
	return shared;
}

void
seq_device_initialize(struct seq_device *sd)
{
	uint8_t run[9];
	u_int chan;

	if (seq_device_is_shared(sd))
		return;
	for (chan = 0; chan < 16; chan++) {
		run[0] = MIDI_MSG_CONTROL | chan;
		run[1] = MIDI_CTRL_NOTES_OFF;
		run[2] = 0;
		run[3] = MIDI_MSG_CONTROL | chan;
		run[4] = MIDI_CTRL_RESET;
		run[5] = 0;
		run[6] = MIDI_MSG_BEND | chan;
		run[7] = MIDI_BEND_NEUTRAL & 0x7f;
		run[8] = MIDI_BEND_NEUTRAL >> 7;
		(void)midi_port_send(&sd->sd_client, run, sizeof(run));
	}
	(void)midi_port_kick(&sd->sd_client);
}

/*
 * Open and close.
 */

static struct seq_device *
seq_device_create(struct sequencer *sq, u_int unit)
{
	struct seq_device *sd;

	sd = kmem_zalloc(sizeof(*sd), KM_SLEEP);
	sd->sd_sq = sq;
	sd->sd_unit = unit;
	sd->sd_turn = &sq->sq_unit->su_turns[unit];
	sd->sd_client.mc_ops = &seq_device_ops;
	sd->sd_client.mc_append = true;
	sd->sd_client.mc_group = sq->sq_unit;
	sd->sd_client.mc_pid = sq->sq_pid;
	return sd;
}

/* Nobody else knows it yet, or uses it. */
static void
seq_device_prepare(struct seq_device *sd)
{

	seq_send_init(sd);
	memset(&sd->sd_sysex_in, 0, sizeof(sd->sd_sysex_in));
	sd->sd_gone = sd->sd_counted = false;
}

/* Open a device for what is free of the directions, and let it be seen. */
static void
seq_device_open(struct sequencer *sq, u_int unit)
{
	struct seq_device *sd = sq->sq_devices[unit];
	const bool fresh = sd == NULL;
	int error;

	if (fresh)
		sd = seq_device_create(sq, unit);
	seq_device_prepare(sd);
	error = midi_port_open(&sd->sd_client, unit, sq->sq_flags);
	if (error == EBUSY && sq->sq_flags == (FREAD | FWRITE)) {
		error = midi_port_open(&sd->sd_client, unit, FWRITE);
		if (error == EBUSY)
			error = midi_port_open(&sd->sd_client, unit, FREAD);
	}
	if (error != 0 && fresh) {
		kmem_free(sd, sizeof(*sd));
		return;
	}
	if (error)
		return;
	if (sd->sd_client.mc_dirs & FWRITE)
		seq_device_initialize(sd);
	mutex_enter(&sq->sq_unit->su_lock);
	sq->sq_devices[unit] = sd;
	sd->sd_open = true;
	sd->sd_had |= sd->sd_client.mc_dirs;
	sq->sq_ndevices = MAX(sq->sq_ndevices, unit + 1);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_input_came(sd);
}

/* Nobody uses it any more when this returns; events for it are dropped. */
static void
seq_device_retire(struct seq_device *sd)
{
	struct sequencer *sq = sd->sd_sq;
	struct seq_unit *su = sq->sq_unit;

	mutex_enter(&su->su_lock);
	seq_lead_choose(sd, 0);
	sd->sd_open = false;
	if (sd->sd_kick)
		TAILQ_REMOVE(&su->su_kicks, sd, sd_kicklink);
	sd->sd_kick = false;
	seq_turn_leave(sd);
	while (sd->sd_users != 0)
		cv_wait(&sq->sq_cv, &su->su_lock);
	mutex_exit(&su->su_lock);
}

static void
seq_device_close(struct seq_device *sd, enum midi_port_how how)
{
	uint8_t end[SEQ_SEND_BYTES];
	size_t n;

	if (!sd->sd_open)
		return;
	seq_device_retire(sd);
	n = seq_send_end(sd, end);
	if (n != 0)
		(void)midi_port_send(&sd->sd_client, end, n);
	midi_port_close(&sd->sd_client, how);
	seq_input_went(sd);
}

void
seq_device_open_all(struct sequencer *sq)
{
	u_int i, n;

	KASSERT(sq->sq_unit->su_token);
	n = MIN(midi_unit_count(), SEQUENCER_DEVICES);
	for (i = 0; i < n; i++)
		seq_device_open(sq, i);
	mutex_enter(&sq->sq_unit->su_lock);
	sq->sq_ndevices = MAX(sq->sq_ndevices, n);
	mutex_exit(&sq->sq_unit->su_lock);
}

void
seq_device_close_all(struct sequencer *sq, enum midi_port_how how)
{
	struct seq_device *sd;
	u_int i;

	KASSERT(sq->sq_unit->su_token);
	for (i = 0; i < SEQUENCER_DEVICES; i++) {
		sd = sq->sq_devices[i];
		if (sd == NULL)
			continue;
		seq_device_close(sd, how);
		mutex_enter(&sq->sq_unit->su_lock);
		sq->sq_devices[i] = NULL;
		mutex_exit(&sq->sq_unit->su_lock);
		kmem_free(sd, sizeof(*sd));
	}
}

/*
 * Devices that come.
 */

/* A port has come; see whether it is one for the sequencer.  Token held. */
static void
seq_device_arrive(struct sequencer *sq, u_int unit)
{
	struct seq_device *sd = sq->sq_devices[unit];

	KASSERT(sq->sq_unit->su_token);
	if (sd != NULL && sd->sd_open) {
		if (!seq_input_is_gone(sd))
			return;
		seq_device_close(sd, MIDI_PORT_DISCARD);
	}
	seq_device_open(sq, unit);
	mutex_enter(&sq->sq_unit->su_lock);
	sd = seq_device_get(sq, unit, FWRITE);
	if (sd != NULL)
		seq_lead_choose(sd, sd->sd_asked);
	seq_unit_run(sq->sq_unit);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
}

static void
seq_device_work(struct work *wk, void *arg)
{
	u_int i;
	bool came;

	mutex_enter(&seq_device_lock);
	seq_device_pending = false;
	mutex_exit(&seq_device_lock);
	for (i = 0; i < SEQUENCER_DEVICES; i++) {
		mutex_enter(&seq_device_lock);
		came = seq_device_came[i];
		seq_device_came[i] = false;
		mutex_exit(&seq_device_lock);
		if (came)
			seq_unit_foreach(seq_device_arrive, i);
	}
}

static void
seq_device_observe(int unit)
{

	if (unit >= SEQUENCER_DEVICES)
		return;
	mutex_enter(&seq_device_lock);
	seq_device_came[unit] = true;
	if (!seq_device_pending) {
		seq_device_pending = true;
		workqueue_enqueue(seq_device_queue, &seq_device_todo, NULL);
	}
	mutex_exit(&seq_device_lock);
}
