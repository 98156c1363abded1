/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_alsa.c: what of ALSA is wanted here, and what of ours there.
 *
 * Two parameters say so, at any time:
 *
 *	attach	ports of ALSA that are to be devices of ours: none, all, or a
 *		list of CARD, CARD.DEVICE or CARD.DEVICE.SUBDEVICE, where CARD
 *		is a number or an id, separated by commas
 *	show	ports of ours that are to be cards of ALSA's: none, all, or a
 *		list of units
 *
 * In a list, "-" before an element excepts it from what a wider one or "all"
 * has; the narrowest that names a port decides.  Written to the parameter's
 * file, "+LIST" and "-LIST" add and take away, and the write returns when what
 * it wants is so.  alsa_lock guards both.
 */

#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <sound/core.h>
#include <sound/rawmidi.h>

#include "linux.h"
#include "linux_alsa.h"

#define ALSA_LIST_BYTES	256
#define ALSA_SOON_MS	20

static DEFINE_MUTEX(alsa_lock);
static char		alsa_attach[ALSA_LIST_BYTES] = "none";
static char		alsa_show[ALSA_LIST_BYTES] = "all";

static struct workqueue_struct *alsa_queue;
static void		alsa_compare(struct work_struct *);
static DECLARE_DELAYED_WORK(alsa_work, alsa_compare);

/*
 * Lists.
 */

/* Does the text of len bytes stand in the list as an element, excepted (less)
 * or not? */
static bool
alsa_list_has(const char *list, bool less, const char *text, size_t len)
{
	size_t n;

	for (;;) {
		n = strcspn(list, ",");
		if (n == len + less && (!less || *list == '-') &&
		    strncmp(list + less, text, len) == 0)
			return true;
		if (list[n] == '\0')
			return false;
		list += n + 1;
	}
}

/* Does anything wider have this element, which the list does not name? */
static bool
alsa_list_covers(const char *list, const char *text, size_t len)
{

	for (;;) {
		while (len != 0 && text[len - 1] != '.')
			len--;
		if (len == 0)
			return alsa_list_has(list, false, "all", 3);
		len--;
		if (alsa_list_has(list, true, text, len))
			return false;
		if (alsa_list_has(list, false, text, len))
			return true;
	}
}

/* Add an element, unless it is there. */
static int
alsa_list_add(char *list, bool less, const char *text, size_t len)
{
	size_t end = strlen(list);

	if (len == 0 || alsa_list_has(list, less, text, len))
		return 0;
	if (end + less + len + 2 > ALSA_LIST_BYTES)
		return -ENOSPC;
	if (end != 0)
		list[end++] = ',';
	if (less)
		list[end++] = '-';
	memcpy(list + end, text, len);
	list[end + len] = '\0';
	return 0;
}

static void
alsa_list_remove(char *list, bool less, const char *text, size_t len)
{
	const char *from = list;
	char *to = list;
	size_t n;
	bool last;

	do {
		n = strcspn(from, ",");
		last = from[n] == '\0';
		if (n != len + less || (less && *from != '-') ||
		    strncmp(from + less, text, len) != 0) {
			if (to != list)
				*to++ = ',';
			memmove(to, from, n);
			to += n;
		}
		from += n + 1;
	} while (!last);
	*to = '\0';
}

static bool
alsa_list_good(const char *list)
{

	for (; *list != '\0'; list++) {
		if (!isalnum(*list) && strchr("-_.,", *list) == NULL)
			return false;
	}
	return true;
}

/* One element of the parameter's text. */
static int
alsa_list_put(char *list, char sign, const char *text, size_t len)
{
	const bool less = sign == '-';

	if (sign == '\0')
		return alsa_list_add(list, false, text, len);
	alsa_list_remove(list, !less, text, len);
	return alsa_list_covers(list, text, len) == less ?
	    alsa_list_add(list, less, text, len) : 0;
}

/* What the parameter's text makes of the list.  The lock is held. */
static int
alsa_list_change(char *list, const char *text)
{
	const char sign = *text == '+' || *text == '-' ? *text++ : '\0';
	char new[ALSA_LIST_BYTES] = "";
	size_t n;
	int error;

	if (sign != '\0' && strcmp(list, "none") != 0)
		strcpy(new, list);
	for (;; text += n + 1) {
		n = strcspn(text, ",");
		error = alsa_list_put(new, sign, text, n);
		if (error)
			return error;
		if (text[n] == '\0')
			break;
	}
	strcpy(list, new[0] == '\0' ? "none" : new);
	return 0;
}

/* A writer of the file waits until all is as it should be.  Who has the
 * parameters' lock keeps the queue there. */
static void
alsa_settle(void)
{

	linux_alsa_changed();
	if (alsa_queue != NULL)
		flush_delayed_work(&alsa_work);
}

static int
alsa_param_set(const char *text, const struct kernel_param *kp)
{
	char copy[ALSA_LIST_BYTES], *line;
	int error;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -ENOSPC;
	line = strim(copy);
	if (!alsa_list_good(*line == '+' || *line == '-' ? line + 1 : line))
		return -EINVAL;
	mutex_lock(&alsa_lock);
	error = alsa_list_change(kp->arg, line);
	mutex_unlock(&alsa_lock);
	if (error == 0)
		alsa_settle();
	return error;
}

static int
alsa_param_get(char *text, const struct kernel_param *kp)
{
	int n;

	mutex_lock(&alsa_lock);
	n = sysfs_emit(text, "%s\n", (const char *)kp->arg);
	mutex_unlock(&alsa_lock);
	return n;
}

static const struct kernel_param_ops alsa_param_ops = {
	.set = alsa_param_set,
	.get = alsa_param_get,
};

module_param_cb(attach, &alsa_param_ops, alsa_attach, 0644);
MODULE_PARM_DESC(attach, "ports of ALSA to attach: none, all, "
    "CARD[.DEVICE[.SUBDEVICE]],... (none)");
module_param_cb(show, &alsa_param_ops, alsa_show, 0644);
MODULE_PARM_DESC(show, "ports to show to ALSA: none, all, UNIT,... (all)");

/*
 * What is wanted.
 */

/* What the list says of a port by this name: 1, wanted; -1, excepted; 0,
 * nothing.  The lock is held. */
static int
alsa_list_says(const char *list, const char *text)
{
	const size_t len = strlen(text);

	if (alsa_list_has(list, true, text, len))
		return -1;
	return alsa_list_has(list, false, text, len) ? 1 : 0;
}

/* The same of a port by the name that has so many numbers behind the card's. */
static int
alsa_attach_says(const char *card, int device, int sub, int numbers)
{
	char text[64];

	if (numbers == 0)
		return alsa_list_says(alsa_attach, card);
	if (numbers == 1)
		snprintf(text, sizeof(text), "%s.%d", card, device);
	else
		snprintf(text, sizeof(text), "%s.%d.%d", card, device, sub);
	return alsa_list_says(alsa_attach, text);
}

/* The lock is held. */
static bool
alsa_attach_wants(const struct snd_card *card, int device, int sub)
{
	char number[16];
	int numbers, says;

	snprintf(number, sizeof(number), "%d", card->number);
	for (numbers = 2; numbers >= 0; numbers--) {
		says = alsa_attach_says(number, device, sub, numbers);
		if (says == 0)
			says = alsa_attach_says(card->id, device, sub, numbers);
		if (says != 0)
			return says > 0;
	}
	return alsa_list_says(alsa_attach, "all") > 0;
}

bool
linux_alsa_attaches(const struct snd_rawmidi *rmidi, int sub)
{
	bool wanted;

	if (strcmp(rmidi->card->driver, LINUX_ALSA_DRIVER) == 0)
		return false;
	mutex_lock(&alsa_lock);
	wanted = alsa_attach_wants(rmidi->card, rmidi->device, sub);
	mutex_unlock(&alsa_lock);
	return wanted;
}

bool
linux_alsa_shows(int unit)
{
	char text[16];
	int says;

	snprintf(text, sizeof(text), "%d", unit);
	mutex_lock(&alsa_lock);
	says = alsa_list_says(alsa_show, text);
	if (says == 0)
		says = alsa_list_says(alsa_show, "all");
	mutex_unlock(&alsa_lock);
	return says > 0;
}

/*
 * Changes.
 */

static void
alsa_compare(struct work_struct *work)
{
	struct host_thread t;

	linux_enter(&t);
	linux_alsa_port_compare();
	linux_alsa_card_compare();
	linux_leave(&t);
}

/* A parameter may be set before there is a queue: then all is compared at the
 * beginning anyway. */
void
linux_alsa_changed(void)
{
	struct workqueue_struct *queue = READ_ONCE(alsa_queue);

	if (queue != NULL)
		mod_delayed_work(queue, &alsa_work, 0);
}

/* In the queue. */
void
linux_alsa_look_again(void)
{
	struct workqueue_struct *queue = READ_ONCE(alsa_queue);

	if (queue != NULL)
		queue_delayed_work(queue, &alsa_work,
		    msecs_to_jiffies(ALSA_SOON_MS));
}

static int __init
linux_alsa_init(void)
{
	struct workqueue_struct *queue;
	int error;

	queue = alloc_ordered_workqueue("bsdmidi:alsa", 0);
	if (queue == NULL)
		return -ENOMEM;
	error = linux_alsa_card_init();
	if (error)
		goto destroy;
	error = linux_alsa_port_init();
	if (error)
		goto fini;
	WRITE_ONCE(alsa_queue, queue);
	linux_alsa_changed();
	return 0;
fini:
	linux_alsa_card_stop();
	linux_alsa_card_fini();
destroy:
	destroy_workqueue(queue);
	return error;
}

/* Parameters can still be set while this runs, with their lock held. */
static void __exit
linux_alsa_exit(void)
{
	struct workqueue_struct *queue = alsa_queue;

	linux_alsa_port_stop();
	linux_alsa_card_stop();
	kernel_param_lock(THIS_MODULE);
	WRITE_ONCE(alsa_queue, NULL);
	kernel_param_unlock(THIS_MODULE);
	cancel_delayed_work_sync(&alsa_work);
	destroy_workqueue(queue);
	linux_alsa_card_fini();
	linux_alsa_port_fini();
}

module_init(linux_alsa_init);
module_exit(linux_alsa_exit);

LINUX_MODULE("ALSA's ports as MIDI devices, and MIDI devices as ALSA's cards");
