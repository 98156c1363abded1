/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_alsa_port.c: a raw MIDI port of ALSA's, which is a subdevice of a raw
 * MIDI device of one of its cards, as MIDI hardware of ours.
 *
 * ALSA's port is open for as long as ours is, in the directions that it is.
 * Its output buffer is kept small: what waits there can no more be overtaken
 * by a real-time message, or thrown away.
 *
 * ALSA tells of bytes and of room by waking who waits in a stream's queue, from
 * interrupts and with its locks held.  An entry of ours there only wakes the
 * port's own worker, which may take the hardware lock.  The stream's other
 * means, its event and private data, belong to some of ALSA's drivers.
 *
 * Locks: the hardware lock of hosted_midi is held in the methods, and guards
 * the output.  ap_lock guards the input between the worker, which reads, and
 * the methods, which open and close; it is taken after the hardware lock, and
 * let go before bytes are given to hosted_midi_input(), which takes that.
 *
 * A card that goes wakes the queue of linux_alsa.c, which lets our device go;
 * until then the port holds the card's memory.
 */

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <sound/core.h>
#include <sound/minors.h>
#include <sound/rawmidi.h>

#include "linux.h"
#include "linux_alsa.h"
#include "linux_compat.h"

#define ALSA_PORT_OUTPUT_BYTES	64	/* in ALSA's buffer */
#define ALSA_PORT_INPUT_BYTES	256	/* at a time */
#define ALSA_PORT_LABEL_BYTES	64

/* Field keys: [a] constant; [q] the queue of linux_alsa.c; [h] hardware lock;
 * [l] ap_lock; [i] interrupts. */
struct alsa_port {
	struct list_head ap_entry;	/* [q] */
	bool		ap_seen;	/* [q] */
	struct snd_rawmidi *ap_rmidi;	/* [a] its card is held */
	int		ap_sub;		/* [a] */
	int		ap_unit;	/* [a] of rmidiN */
	struct hosted_midi *ap_hosted;	/* [a] */
	char		ap_label[ALSA_PORT_LABEL_BYTES];	/* [a] */
	struct kthread_worker *ap_worker;	/* [a] */
	struct kthread_work ap_input;	/* bytes have come */
	struct kthread_work ap_ready;	/* there is room */
	struct mutex	ap_lock;
	struct snd_rawmidi_file ap_in;	/* [l] input NULL: closed */
	bool		ap_ending;	/* [l] the worker is to do nothing */
	struct snd_rawmidi_file ap_out;	/* [h] output NULL: closed */
	struct wait_queue_entry ap_in_wait;	/* [h] for bytes */
	struct wait_queue_entry ap_out_wait;	/* [h] for room */
	atomic_t	ap_full;	/* [h] [i] we want to be told */
};

static LIST_HEAD(alsa_ports);

/*
 * Input.
 */

/* ALSA: bytes have come. */
static int
alsa_port_came_in(struct wait_queue_entry *wait, unsigned int mode, int flags,
    void *key)
{
	struct alsa_port *ap = container_of(wait, struct alsa_port,
	    ap_in_wait);

	kthread_queue_work(ap->ap_worker, &ap->ap_input);
	return 0;
}

static long
alsa_port_read(struct alsa_port *ap, unsigned char *buf, long n)
{

	mutex_lock(&ap->ap_lock);
	n = ap->ap_ending || ap->ap_in.input == NULL ? 0 :
	    snd_rawmidi_kernel_read(ap->ap_in.input, buf, n);
	mutex_unlock(&ap->ap_lock);
	return n;
}

static void
alsa_port_input(struct kthread_work *work)
{
	struct alsa_port *ap = container_of(work, struct alsa_port, ap_input);
	unsigned char buf[ALSA_PORT_INPUT_BYTES];
	struct host_thread t LINUX_UNINITIALIZED;
	long n;

	linux_enter(&t);
	while ((n = alsa_port_read(ap, buf, sizeof(buf))) > 0)
		(void)hosted_midi_input(ap->ap_hosted, buf, (int)n);
	linux_leave(&t);
}

static int
alsa_port_open_in(struct alsa_port *ap)
{
	struct snd_rawmidi_file file;
	int error;

	if (ap->ap_in.input != NULL)
		return 0;
	memset(&file, 0, sizeof(file));
	error = linux_rawmidi_open(ap->ap_rmidi, ap->ap_sub,
	    SNDRV_RAWMIDI_LFLG_INPUT, &file);
	if (error)
		return error;
	init_waitqueue_func_entry(&ap->ap_in_wait, alsa_port_came_in);
	add_wait_queue(&file.input->runtime->sleep, &ap->ap_in_wait);
	mutex_lock(&ap->ap_lock);
	ap->ap_in = file;
	mutex_unlock(&ap->ap_lock);
	/* It starts with the first read. */
	(void)snd_rawmidi_kernel_read(file.input, NULL, 0);
	return 0;
}

static void
alsa_port_close_in(struct alsa_port *ap)
{
	struct snd_rawmidi_file file;

	mutex_lock(&ap->ap_lock);
	file = ap->ap_in;
	memset(&ap->ap_in, 0, sizeof(ap->ap_in));
	mutex_unlock(&ap->ap_lock);
	if (file.input == NULL)
		return;
	remove_wait_queue(&file.input->runtime->sleep, &ap->ap_in_wait);
	(void)snd_rawmidi_kernel_release(&file);
}

/*
 * Output.
 */

/* ALSA: there is room, or the card is gone. */
static int
alsa_port_woken(struct wait_queue_entry *wait, unsigned int mode, int flags,
    void *key)
{
	struct alsa_port *ap = container_of(wait, struct alsa_port,
	    ap_out_wait);

	if (atomic_xchg(&ap->ap_full, 0) != 0)
		kthread_queue_work(ap->ap_worker, &ap->ap_ready);
	return 0;
}

static void
alsa_port_ready(struct kthread_work *work)
{
	struct alsa_port *ap = container_of(work, struct alsa_port, ap_ready);
	struct host_thread t LINUX_UNINITIALIZED;
	bool ending;

	mutex_lock(&ap->ap_lock);
	ending = ap->ap_ending;
	mutex_unlock(&ap->ap_lock);
	if (ending)
		return;
	linux_enter(&t);
	hosted_midi_ready(ap->ap_hosted);
	linux_leave(&t);
}

static int
alsa_port_open_out(struct alsa_port *ap)
{
	struct snd_rawmidi_params params = {
		.stream = SNDRV_RAWMIDI_STREAM_OUTPUT,
		.buffer_size = ALSA_PORT_OUTPUT_BYTES,
		.avail_min = 1,
		.no_active_sensing = 1,
	};
	int error;

	if (ap->ap_out.output != NULL)
		return 0;
	error = linux_rawmidi_open(ap->ap_rmidi, ap->ap_sub,
	    SNDRV_RAWMIDI_LFLG_OUTPUT, &ap->ap_out);
	if (error == 0) {
		error = snd_rawmidi_output_params(ap->ap_out.output, &params);
		if (error)
			(void)snd_rawmidi_kernel_release(&ap->ap_out);
	}
	if (error) {
		memset(&ap->ap_out, 0, sizeof(ap->ap_out));
		return error;
	}
	atomic_set(&ap->ap_full, 0);
	init_waitqueue_func_entry(&ap->ap_out_wait, alsa_port_woken);
	add_wait_queue(&ap->ap_out.output->runtime->sleep, &ap->ap_out_wait);
	return 0;
}

static void
alsa_port_close_out(struct alsa_port *ap)
{

	if (ap->ap_out.output == NULL)
		return;
	remove_wait_queue(&ap->ap_out.output->runtime->sleep, &ap->ap_out_wait);
	(void)snd_rawmidi_kernel_release(&ap->ap_out);
	memset(&ap->ap_out, 0, sizeof(ap->ap_out));
}

/*
 * Methods; the hardware lock is held.
 */

/* ALSA says that a port is in use by asking to try again. */
static int
alsa_port_errno(int error)
{

	return error == -EAGAIN ? EBUSY : error == -ENODEV ? ENXIO : -error;
}

static int
alsa_port_open(void *cookie, int flags)
{
	struct alsa_port *ap = cookie;
	const bool was = ap->ap_in.input != NULL || ap->ap_out.output != NULL;
	int error = 0;

	/* The module stays for as long as a port is open. */
	if (!was && !try_module_get(THIS_MODULE))
		return ENXIO;
	if ((flags & HOSTED_READ) != 0)
		error = alsa_port_open_in(ap);
	if (error == 0 && (flags & HOSTED_WRITE) != 0)
		error = alsa_port_open_out(ap);
	if (error) {
		if (!was) {
			alsa_port_close_in(ap);
			module_put(THIS_MODULE);
		}
		return alsa_port_errno(error);
	}
	if ((flags & HOSTED_READ) == 0)
		alsa_port_close_in(ap);
	if ((flags & HOSTED_WRITE) == 0)
		alsa_port_close_out(ap);
	return 0;
}

static void
alsa_port_close(void *cookie)
{
	struct alsa_port *ap = cookie;

	alsa_port_close_in(ap);
	alsa_port_close_out(ap);
	module_put(THIS_MODULE);
}

/* Where there is no room, ask to be told, and then once more: it may have come
 * in between. */
static int
alsa_port_output(void *cookie, const unsigned char *bytes, int n)
{
	struct alsa_port *ap = cookie;
	long first, more = 0;

	first = snd_rawmidi_kernel_write(ap->ap_out.output, bytes, n);
	if (first < 0)
		return (int)first;
	if (first < n) {
		atomic_set(&ap->ap_full, 1);
		smp_mb__after_atomic();
		more = snd_rawmidi_kernel_write(ap->ap_out.output,
		    bytes + first, n - first);
	}
	return (int)(more > 0 ? first + more : first);
}

static const struct hosted_midi_ops alsa_port_ops = {
	.hm_open = alsa_port_open,
	.hm_close = alsa_port_close,
	.hm_output = alsa_port_output,
};

/*
 * Coming and going; in the queue.
 */

static struct snd_rawmidi_substream *
alsa_port_substream(const struct snd_rawmidi *rmidi, int stream, int number)
{
	struct snd_rawmidi_substream *sub;

	list_for_each_entry(sub, &rmidi->streams[stream].substreams, list) {
		if (sub->number == number)
			return sub;
	}
	return NULL;
}

/* The name and the directions. */
static int
alsa_port_describe(struct alsa_port *ap)
{
	const struct snd_rawmidi_substream *in, *out;
	const char *name = ap->ap_rmidi->name;

	in = alsa_port_substream(ap->ap_rmidi, SNDRV_RAWMIDI_STREAM_INPUT,
	    ap->ap_sub);
	out = alsa_port_substream(ap->ap_rmidi, SNDRV_RAWMIDI_STREAM_OUTPUT,
	    ap->ap_sub);
	if (out != NULL && out->name[0] != '\0')
		name = out->name;
	else if (in != NULL && in->name[0] != '\0')
		name = in->name;
	snprintf(ap->ap_label, sizeof(ap->ap_label), "hw:%d,%d,%d %s",
	    ap->ap_rmidi->card->number, ap->ap_rmidi->device, ap->ap_sub, name);
	return (in != NULL ? HOSTED_MIDI_IN : 0) |
	    (out != NULL ? HOSTED_MIDI_OUT : 0);
}

static int
alsa_port_attach(struct alsa_port *ap)
{
	struct kthread_worker *kw;
	int error, flags;

	kw = kthread_create_worker(0, "bsdmidi:alsa");
	if (IS_ERR(kw))
		return -PTR_ERR(kw);
	sched_set_fifo_low(kw->task);
	ap->ap_worker = kw;
	kthread_init_work(&ap->ap_input, alsa_port_input);
	kthread_init_work(&ap->ap_ready, alsa_port_ready);
	mutex_init(&ap->ap_lock);
	flags = alsa_port_describe(ap);
	error = hosted_midi_attach(ap->ap_label, flags | HOSTED_MIDI_DIRECT,
	    &alsa_port_ops, ap, &ap->ap_hosted, &ap->ap_unit);
	if (error)
		kthread_destroy_worker(kw);
	return error;
}

static void
alsa_port_create(struct snd_rawmidi *rmidi, int sub)
{
	struct alsa_port *ap;
	int error = ENOMEM;

	ap = kzalloc(sizeof(*ap), GFP_KERNEL);
	if (ap != NULL) {
		ap->ap_seen = true;
		ap->ap_rmidi = rmidi;
		ap->ap_sub = sub;
		error = alsa_port_attach(ap);
	}
	if (error) {
		kfree(ap);
		pr_err("bsdmidi: hw:%d,%d,%d is not attached: error %d\n",
		    rmidi->card->number, rmidi->device, sub, error);
		return;
	}
	get_device(&rmidi->card->card_dev);
	list_add_tail(&ap->ap_entry, &alsa_ports);
}

static void
alsa_port_destroy(struct alsa_port *ap)
{

	list_del(&ap->ap_entry);
	mutex_lock(&ap->ap_lock);
	ap->ap_ending = true;
	mutex_unlock(&ap->ap_lock);
	kthread_flush_worker(ap->ap_worker);
	hosted_midi_detach(ap->ap_hosted);
	kthread_destroy_worker(ap->ap_worker);
	snd_card_unref(ap->ap_rmidi->card);
	kfree(ap);
}

static struct alsa_port *
alsa_port_find(const struct snd_rawmidi *rmidi, int sub)
{
	struct alsa_port *ap;

	list_for_each_entry(ap, &alsa_ports, ap_entry) {
		if (ap->ap_rmidi == rmidi && ap->ap_sub == sub)
			return ap;
	}
	return NULL;
}

/* A card gets its id behind its devices, with its place among the cards, and
 * nobody is told. */
static bool
alsa_port_card_complete(const struct snd_card *card)
{
	struct snd_card *found = snd_card_ref(card->number);

	if (found != NULL)
		snd_card_unref(found);
	return found == card;
}

static void
alsa_port_compare_device(struct snd_rawmidi *rmidi)
{
	struct alsa_port *ap;
	int n, sub;

	n = max(rmidi->streams[SNDRV_RAWMIDI_STREAM_INPUT].substream_count,
	    rmidi->streams[SNDRV_RAWMIDI_STREAM_OUTPUT].substream_count);
	for (sub = 0; sub < n; sub++) {
		if (!linux_alsa_attaches(rmidi, sub))
			continue;
		ap = alsa_port_find(rmidi, sub);
		if (ap != NULL)
			ap->ap_seen = true;
		else
			alsa_port_create(rmidi, sub);
	}
}

void
linux_alsa_port_compare(void)
{
	struct snd_rawmidi *rmidi;
	struct alsa_port *ap, *next;
	int minor;

	list_for_each_entry(ap, &alsa_ports, ap_entry)
		ap->ap_seen = false;
	for (minor = 0; minor < SNDRV_OS_MINORS; minor++) {
		rmidi = snd_lookup_minor_data(minor,
		    SNDRV_DEVICE_TYPE_RAWMIDI);
		if (rmidi == NULL)
			continue;
		if (alsa_port_card_complete(rmidi->card))
			alsa_port_compare_device(rmidi);
		else
			linux_alsa_look_again();
		snd_card_unref(rmidi->card);
	}
	list_for_each_entry_safe(ap, next, &alsa_ports, ap_entry) {
		if (!ap->ap_seen)
			alsa_port_destroy(ap);
	}
}

bool
linux_alsa_port_is(int unit)
{
	const struct alsa_port *ap;

	list_for_each_entry(ap, &alsa_ports, ap_entry) {
		if (ap->ap_unit == unit)
			return true;
	}
	return false;
}

/*
 * Being told.  ALSA has its own locks held then.
 */

static int
alsa_port_came(LINUX_CLASS_ARGS)
{

	linux_alsa_changed();
	return 0;
}

static void
alsa_port_went(LINUX_CLASS_ARGS)
{

	linux_alsa_changed();
}

static struct class_interface alsa_port_interface = {
	.add_dev = alsa_port_came,
	.remove_dev = alsa_port_went,
};

int
linux_alsa_port_init(void)
{

	alsa_port_interface.class = sound_class;
	return class_interface_register(&alsa_port_interface);
}

void
linux_alsa_port_stop(void)
{

	class_interface_unregister(&alsa_port_interface);
}

void
linux_alsa_port_fini(void)
{
	struct alsa_port *ap, *next;
	struct host_thread t LINUX_UNINITIALIZED;

	linux_enter(&t);
	list_for_each_entry_safe(ap, next, &alsa_ports, ap_entry)
		alsa_port_destroy(ap);
	linux_leave(&t);
}
