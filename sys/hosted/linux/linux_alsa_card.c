/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_alsa_card.c: a port of ours as a card of ALSA's, with one raw MIDI
 * device.
 *
 * Each port has a card of its own, because a card is what can go while the
 * others stay.  A direction that ALSA has open is an open file of ours, with
 * a thread that waits in it, as a program that copies would: so a writer is
 * held back when our port is, and what a reader misses is counted by midi(4).
 * To ALSA's side a thread is told, under as_wait's lock, what ALSA's trigger
 * says; it ends by an interruption.
 *
 * A third kind of thread reads the control node, for ports that come and go.
 * What has gone is remembered by its unit: another may have come in its place
 * before the two sides are compared.
 */

#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <sound/core.h>
#include <sound/initval.h>
#include <sound/rawmidi.h>

#include <sys/midiio.h>

#include "linux.h"
#include "linux_alsa.h"

#define ALSA_CARD_BYTES		256	/* at a time */
#define ALSA_CARD_UNITS		1024	/* as many as there are nodes */
#define ALSA_CARD_EVENTS	8	/* at a time */

struct alsa_card;

/* A direction.  Field keys: [a] constant while it is open; the others are
 * read and written in one piece. */
struct alsa_stream {
	struct snd_rawmidi_substream *as_sub;	/* [a] */
	struct hosted_file *as_file;	/* [a] */
	struct host_thread *as_thread;	/* [a] */
	wait_queue_head_t as_wait;
	bool		as_up;		/* ALSA wants it to run */
	bool		as_ending;
};

/* ALSA's memory of the card.  [a] constant; [q] the queue of linux_alsa.c. */
struct alsa_card {
	struct list_head ac_entry;	/* [q] */
	bool		ac_seen;	/* [q] */
	int		ac_unit;	/* [a] */
	struct snd_card	*ac_card;	/* [a] */
	struct alsa_stream ac_stream[2];
};

static LIST_HEAD(alsa_cards);
static struct device	*alsa_root;	/* what the cards are at */
static struct hosted_file *alsa_control;
static struct host_thread *alsa_watcher;
static bool		alsa_watch_ending;
static DECLARE_BITMAP(alsa_gone, ALSA_CARD_UNITS);	/* atomic */

/*
 * Threads of open directions.
 */

/* Until there is something to do; false: end. */
static bool
alsa_card_wait(struct alsa_stream *as)
{
	const bool out = as->as_sub->stream == SNDRV_RAWMIDI_STREAM_OUTPUT;

	wait_event_idle(as->as_wait, READ_ONCE(as->as_ending) ||
	    (READ_ONCE(as->as_up) &&
	    (!out || !snd_rawmidi_transmit_empty(as->as_sub))));
	return !READ_ONCE(as->as_ending);
}

/* How many of n bytes are done with, after a write that did `done'.  A byte
 * that breaks the protocol was counted, and is passed over; so is all when the
 * port is gone. */
static int
alsa_card_used(int error, unsigned long done, int n)
{

	if (error == 0 || error == EINTR)
		return (int)done;
	if (error == EPROTO)
		return (int)done < n ? (int)done + 1 : n;
	return n;
}

static void
alsa_card_write(void *arg)
{
	struct alsa_stream *as = arg;
	unsigned char buf[ALSA_CARD_BYTES];
	unsigned long done;
	int error, n;

	while (alsa_card_wait(as)) {
		n = snd_rawmidi_transmit_peek(as->as_sub, buf, sizeof(buf));
		if (n <= 0)
			continue;
		error = hosted_write(as->as_file, buf, n, 0, &done);
		n = alsa_card_used(error, done, n);
		if (n != 0)
			(void)snd_rawmidi_transmit_ack(as->as_sub, n);
	}
}

/* How many bytes ALSA's buffer has room for, which only we make less.  In
 * frames with time stamps they take twice as much, or more at the end. */
static unsigned long
alsa_card_room(const struct snd_rawmidi_substream *sub)
{
	const struct snd_rawmidi_runtime *runtime = sub->runtime;
	const size_t room = runtime->buffer_size - READ_ONCE(runtime->avail);

	return min_t(size_t, sub->framing != 0 ? room / 4 : room,
	    ALSA_CARD_BYTES);
}

/* ALSA throws away what finds no room, so it is left where it is counted, or
 * keeps its writer waiting.  Nobody tells that ALSA's reader has read.  An end
 * of file is one of Active Sensing only: more may come. */
static void
alsa_card_read(void *arg)
{
	struct alsa_stream *as = arg;
	unsigned char buf[ALSA_CARD_BYTES];
	unsigned long done, room;
	int error;

	while (alsa_card_wait(as)) {
		room = alsa_card_room(as->as_sub);
		if (room == 0) {
			schedule_timeout_idle(1);
			continue;
		}
		error = hosted_read(as->as_file, buf, room, 0, &done);
		if (error != 0 && error != EINTR)
			break;
		if (done != 0 && READ_ONCE(as->as_up))
			(void)snd_rawmidi_receive(as->as_sub, buf, (int)done);
	}
}

/*
 * Methods.  All but trigger: T, with ALSA's lock of the device.
 */

static struct alsa_stream *
alsa_card_stream(const struct snd_rawmidi_substream *sub)
{
	struct alsa_card *ac = sub->rmidi->private_data;

	return &ac->ac_stream[sub->stream];
}

static int
alsa_card_start(struct alsa_stream *as, struct snd_rawmidi_substream *sub,
    int unit)
{
	const bool out = sub->stream == SNDRV_RAWMIDI_STREAM_OUTPUT;
	char name[16];
	int error;

	snprintf(name, sizeof(name), "rmidi%d", unit);
	error = hosted_open(name, (out ? HOSTED_WRITE : HOSTED_READ) |
	    HOSTED_NONBLOCK | HOSTED_KERNEL, &as->as_file);
	if (error)
		return error;
	as->as_sub = sub;
	as->as_up = false;
	as->as_ending = false;
	error = host_thread_create(&as->as_thread,
	    out ? alsa_card_write : alsa_card_read, as, HOST_PRI_SOFT, name);
	if (error)
		hosted_close(as->as_file);
	return error;
}

static int
alsa_card_open(struct snd_rawmidi_substream *sub)
{
	const struct alsa_card *ac = sub->rmidi->private_data;
	struct host_thread t;
	int error;

	linux_enter(&t);
	error = alsa_card_start(alsa_card_stream(sub), sub, ac->ac_unit);
	linux_leave(&t);
	return -error;
}

static int
alsa_card_close(struct snd_rawmidi_substream *sub)
{
	struct alsa_stream *as = alsa_card_stream(sub);
	struct host_thread t;

	WRITE_ONCE(as->as_ending, true);
	wake_up(&as->as_wait);
	host_thread_interrupt(as->as_thread);
	host_thread_join(as->as_thread);
	linux_enter(&t);
	if ((current->flags & PF_SIGNALED) != 0)
		host_thread_interrupt(&t);
	hosted_close(as->as_file);
	linux_leave(&t);
	return 0;
}

static void
alsa_card_trigger(struct snd_rawmidi_substream *sub, int up)
{
	struct alsa_stream *as = alsa_card_stream(sub);

	WRITE_ONCE(as->as_up, up != 0);
	wake_up(&as->as_wait);
}

/* ALSA's buffer is empty: now ours. */
static void
alsa_card_drain(struct snd_rawmidi_substream *sub)
{
	struct alsa_stream *as = alsa_card_stream(sub);
	struct host_thread t;

	linux_enter(&t);
	(void)hosted_ioctl(as->as_file, hosted_ioctl_cmd(MIDI_DRAIN), NULL, 0);
	linux_leave(&t);
}

static const struct snd_rawmidi_ops alsa_card_output = {
	.open = alsa_card_open,
	.close = alsa_card_close,
	.trigger = alsa_card_trigger,
	.drain = alsa_card_drain,
};

static const struct snd_rawmidi_ops alsa_card_input = {
	.open = alsa_card_open,
	.close = alsa_card_close,
	.trigger = alsa_card_trigger,
};

/*
 * Cards; in the queue.
 */

static int
alsa_card_device(struct alsa_card *ac, const struct midictl_port *mp)
{
	const bool in = (mp->mp_dirs & MIDICTL_IN) != 0;
	const bool out = (mp->mp_dirs & MIDICTL_OUT) != 0;
	struct snd_rawmidi_substream *sub;
	struct snd_rawmidi *rmidi;
	int error, i;

	error = snd_rawmidi_new(ac->ac_card, "MIDI", 0, out, in, &rmidi);
	if (error)
		return error;
	rmidi->private_data = ac;
	strscpy(rmidi->name, mp->mp_name, sizeof(rmidi->name));
	rmidi->info_flags = (in ? SNDRV_RAWMIDI_INFO_INPUT : 0) |
	    (out ? SNDRV_RAWMIDI_INFO_OUTPUT : 0) |
	    (in && out ? SNDRV_RAWMIDI_INFO_DUPLEX : 0);
	snd_rawmidi_set_ops(rmidi, SNDRV_RAWMIDI_STREAM_OUTPUT,
	    &alsa_card_output);
	snd_rawmidi_set_ops(rmidi, SNDRV_RAWMIDI_STREAM_INPUT,
	    &alsa_card_input);
	for (i = 0; i < 2; i++) {
		init_waitqueue_head(&ac->ac_stream[i].as_wait);
		list_for_each_entry(sub, &rmidi->streams[i].substreams, list)
			strscpy(sub->name, mp->mp_name, sizeof(sub->name));
	}
	return 0;
}

static int
alsa_card_create(const struct midictl_port *mp)
{
	struct snd_card *card;
	struct alsa_card *ac;
	char id[16];
	int error;

	snprintf(id, sizeof(id), "rmidi%d", mp->mp_unit);
	error = snd_card_new(alsa_root, SNDRV_DEFAULT_IDX1, id, THIS_MODULE,
	    sizeof(*ac), &card);
	if (error)
		return error;
	ac = card->private_data;
	ac->ac_card = card;
	ac->ac_unit = mp->mp_unit;
	ac->ac_seen = true;
	strscpy(card->driver, LINUX_ALSA_DRIVER, sizeof(card->driver));
	strscpy(card->shortname, mp->mp_name, sizeof(card->shortname));
	snprintf(card->longname, sizeof(card->longname), "%s, %s at %s",
	    mp->mp_name, mp->mp_xname, mp->mp_parent);
	error = alsa_card_device(ac, mp);
	if (error == 0)
		error = snd_card_register(card);
	if (error) {
		snd_card_free(card);
		return error;
	}
	list_add_tail(&ac->ac_entry, &alsa_cards);
	return 0;
}

/* Who has it open keeps its memory, not the card. */
static void
alsa_card_destroy(struct alsa_card *ac)
{

	list_del(&ac->ac_entry);
	(void)snd_card_free_when_closed(ac->ac_card);
}

static struct alsa_card *
alsa_card_find(int unit)
{
	struct alsa_card *ac;

	list_for_each_entry(ac, &alsa_cards, ac_entry) {
		if (ac->ac_unit == unit)
			return ac;
	}
	return NULL;
}

static void
alsa_card_compare_port(const struct midictl_port *mp)
{
	struct alsa_card *ac = alsa_card_find(mp->mp_unit);
	int error;

	if (!linux_alsa_shows(mp->mp_unit) || linux_alsa_port_is(mp->mp_unit))
		return;
	if (ac != NULL) {
		ac->ac_seen = true;
		return;
	}
	error = alsa_card_create(mp);
	if (error)
		pr_err("bsdmidi: %s has no card: error %d\n", mp->mp_xname,
		    -error);
}

void
linux_alsa_card_compare(void)
{
	struct alsa_card *ac, *next;
	struct midictl_port mp;
	unsigned int unit;

	for_each_set_bit(unit, alsa_gone, ALSA_CARD_UNITS) {
		clear_bit(unit, alsa_gone);
		ac = alsa_card_find(unit);
		if (ac != NULL)
			alsa_card_destroy(ac);
	}
	list_for_each_entry(ac, &alsa_cards, ac_entry)
		ac->ac_seen = false;
	memset(&mp, 0, sizeof(mp));
	while (hosted_ioctl(alsa_control, hosted_ioctl_cmd(MIDICTL_PORT), &mp,
	    0) == 0) {
		alsa_card_compare_port(&mp);
		mp.mp_unit++;
	}
	list_for_each_entry_safe(ac, next, &alsa_cards, ac_entry) {
		if (!ac->ac_seen)
			alsa_card_destroy(ac);
	}
}

/*
 * Watching.
 */

static void
alsa_card_event(const struct midictl_event *me)
{

	switch (me->me_type) {
	case MIDICTL_PORT_WENT:
		if (me->me_unit >= 0 && me->me_unit < ALSA_CARD_UNITS)
			set_bit(me->me_unit, alsa_gone);
		break;
	case MIDICTL_PORT_CAME:
		break;
	default:
		return;
	}
	linux_alsa_changed();
}

/* What was missed may have been any of them. */
static void
alsa_card_watch(void *arg)
{
	struct midictl_event me[ALSA_CARD_EVENTS];
	unsigned long done, i;
	int error;

	while (!READ_ONCE(alsa_watch_ending)) {
		error = hosted_read(alsa_control, me, sizeof(me), 0, &done);
		if (error != 0 && error != EINTR)
			break;
		for (i = 0; i < done / sizeof(me[0]); i++) {
			if (me[i].me_lost != 0)
				bitmap_fill(alsa_gone, ALSA_CARD_UNITS);
			alsa_card_event(&me[i]);
		}
	}
}

int
linux_alsa_card_init(void)
{
	struct host_thread t;
	int error;

	alsa_root = root_device_register("bsdmidi");
	if (IS_ERR(alsa_root))
		return PTR_ERR(alsa_root);
	linux_enter(&t);
	error = hosted_open("midictl", HOSTED_READ | HOSTED_KERNEL,
	    &alsa_control);
	if (error == 0) {
		error = host_thread_create(&alsa_watcher, alsa_card_watch,
		    NULL, HOST_PRI_NORMAL, "alsa");
		if (error)
			hosted_close(alsa_control);
	}
	linux_leave(&t);
	if (error)
		root_device_unregister(alsa_root);
	return -error;
}

void
linux_alsa_card_stop(void)
{

	WRITE_ONCE(alsa_watch_ending, true);
	host_thread_interrupt(alsa_watcher);
	host_thread_join(alsa_watcher);
}

/* Nobody has a card open, or the module were held. */
void
linux_alsa_card_fini(void)
{
	struct alsa_card *ac, *next;
	struct host_thread t;

	list_for_each_entry_safe(ac, next, &alsa_cards, ac_entry) {
		list_del(&ac->ac_entry);
		(void)snd_card_free(ac->ac_card);
	}
	linux_enter(&t);
	hosted_close(alsa_control);
	linux_leave(&t);
	root_device_unregister(alsa_root);
}
