/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_evcnt.c: the list of event counters, and the text node that shows it.
 *
 * The node has one line for each counter, in order of attachment: group,
 * name, type and count, separated by tabs.  The first line has the same form
 * and says how many seconds ago the kernel was booted, which is what a rate
 * refers to (vmstat(1)).  An open sees one state of it: the text is made at
 * the first read and kept until the close.
 *
 * evcnt_lock guards the list.  A count belongs to the driver that counts; it
 * is looked at without its lock, as vmstat(1) does: a word is read whole on
 * all of our hosts.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <hosted/kern/kern_impl.h>

#define EVCNT_UPTIME	"kernel\tuptime\tseconds\t"
#define EVCNT_SEC_NS	1000000000ULL

struct evcnt_text {
	char		*et_text;	/* NULL until the first read */
	size_t		et_size;	/* of the allocation */
	size_t		et_len;
};

static struct host_lock	*evcnt_lock;	/* also the texts' making */
static struct evcntlist	evcnt_list;
static unsigned long	evcnt_n;
static unsigned long long evcnt_boot_ns;

int
kern_evcnt_init(void)
{

	TAILQ_INIT(&evcnt_list);
	evcnt_n = 0;
	evcnt_boot_ns = host_uptime_ns();
	evcnt_lock = host_lock_create(HOST_LOCK_SLEEP, "evcnt");
	return evcnt_lock == NULL ? ENOMEM : 0;
}

unsigned long
kern_evcnt_fini(void)
{
	const struct evcnt *ev;

	if (evcnt_lock == NULL)
		return 0;
	TAILQ_FOREACH(ev, &evcnt_list, ev_list)
		printf("evcnt: %s %s is left\n", ev->ev_group, ev->ev_name);
	host_lock_destroy(evcnt_lock);
	evcnt_lock = NULL;
	return evcnt_n;
}

void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{
	size_t grouplen = strlen(group), namelen = strlen(name);

	KASSERT(grouplen < EVCNT_STRING_MAX && namelen < EVCNT_STRING_MAX);
	ev->ev_count = 0;
	ev->ev_type = (unsigned char)type;
	ev->ev_parent = parent;
	ev->ev_group = group;
	ev->ev_name = name;
	ev->ev_grouplen = (unsigned char)grouplen;
	ev->ev_namelen = (unsigned char)namelen;
	host_lock_enter(evcnt_lock);
	TAILQ_INSERT_TAIL(&evcnt_list, ev, ev_list);
	evcnt_n++;
	host_lock_exit(evcnt_lock);
}

void
evcnt_detach(struct evcnt *ev)
{

	host_lock_enter(evcnt_lock);
	TAILQ_REMOVE(&evcnt_list, ev, ev_list);
	evcnt_n--;
	host_lock_exit(evcnt_lock);
}

static const char *
evcnt_type(const struct evcnt *ev)
{

	switch (ev->ev_type) {
	case EVCNT_TYPE_INTR:
		return "intr";
	case EVCNT_TYPE_TRAP:
		return "trap";
	default:
		return "misc";
	}
}

/* The driver's lock is not held, on purpose. */
static uint64_t __attribute__((__no_sanitize_thread__))
evcnt_count(const struct evcnt *ev)
{

	return *(const volatile uint64_t *)&ev->ev_count;
}

void
hosted_evcnt_foreach(void (*fn)(void *, const char *, const char *,
    const char *, unsigned long long), void *arg)
{
	const struct evcnt *ev;

	host_lock_enter(evcnt_lock);
	TAILQ_FOREACH(ev, &evcnt_list, ev_list)
		(*fn)(arg, ev->ev_group, ev->ev_name, evcnt_type(ev),
		    evcnt_count(ev));
	host_lock_exit(evcnt_lock);
}

/*
 * The text node.
 */

static int
evcnt_line(const struct evcnt *ev, char *buf, size_t size)
{

	return snprintf(buf, size, "%s\t%s\t%s\t%llu\n", ev->ev_group,
	    ev->ev_name, evcnt_type(ev), (unsigned long long)evcnt_count(ev));
}

/* The room that the list needs, however far the counts have come when the
 * lines are made. */
static size_t
evcnt_room(void)
{
	const struct evcnt *ev;
	size_t room = 1 + sizeof(EVCNT_UPTIME "18446744073709551615\n");

	host_lock_enter(evcnt_lock);
	TAILQ_FOREACH(ev, &evcnt_list, ev_list)
		room += (size_t)ev->ev_grouplen + ev->ev_namelen +
		    sizeof("\t\tmisc\t18446744073709551615\n");
	host_lock_exit(evcnt_lock);
	return room;
}

/* Counters that came since the room was measured are left out. */
static size_t
evcnt_print(char *buf, size_t size)
{
	const struct evcnt *ev;
	size_t used;
	int n;

	used = (size_t)snprintf(buf, size, EVCNT_UPTIME "%llu\n",
	    (host_uptime_ns() - evcnt_boot_ns) / EVCNT_SEC_NS);
	host_lock_enter(evcnt_lock);
	TAILQ_FOREACH(ev, &evcnt_list, ev_list) {
		n = evcnt_line(ev, buf + used, size - used);
		if ((size_t)n >= size - used)
			break;
		used += (size_t)n;
	}
	host_lock_exit(evcnt_lock);
	return used;
}

static bool
evcnt_made(const struct evcnt_text *et)
{
	bool made;

	host_lock_enter(evcnt_lock);
	made = et->et_text != NULL;
	host_lock_exit(evcnt_lock);
	return made;
}

/* Make the text unless somebody has. */
static void
evcnt_make(struct evcnt_text *et)
{
	size_t len, size;
	char *text;

	if (evcnt_made(et))
		return;
	size = evcnt_room();
	text = kmem_alloc(size, KM_SLEEP);
	len = evcnt_print(text, size);
	host_lock_enter(evcnt_lock);
	if (et->et_text == NULL) {
		et->et_text = text;
		et->et_size = size;
		et->et_len = len;
		text = NULL;
	}
	host_lock_exit(evcnt_lock);
	if (text != NULL)
		kmem_free(text, size);
}

static int
evcnt_read(file_t *fp, off_t *offset, struct uio *uio,
    kauth_cred_t cred __unused, int flags)
{
	struct evcnt_text *et = fp->f_data;
	size_t from;
	int error;

	evcnt_make(et);
	from = MIN((size_t)*offset, et->et_len);
	error = uiomove(et->et_text + from, et->et_len - from, uio);
	if (flags & FOF_UPDATE_OFFSET)
		*offset = uio->uio_offset;
	return error;
}

static int
evcnt_poll(file_t *fp __unused, int events)
{

	return events & (POLLIN | POLLRDNORM);
}

static int
evcnt_close(file_t *fp)
{
	struct evcnt_text *et = fp->f_data;

	if (et->et_text != NULL)
		kmem_free(et->et_text, et->et_size);
	kmem_free(et, sizeof(*et));
	return 0;
}

static const struct fileops evcnt_fileops = {
	.fo_name = "evcnt",
	.fo_read = evcnt_read,
	.fo_write = fbadop_write,
	.fo_ioctl = fbadop_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = evcnt_poll,
	.fo_stat = fbadop_stat,
	.fo_close = evcnt_close,
	.fo_kqfilter = fnullop_kqfilter,
	.fo_restart = fnullop_restart,
};

int
kern_evcnt_open(file_t *fp)
{

	if (fp->f_flag & FWRITE)
		return EACCES;
	fp->f_data = kmem_zalloc(sizeof(struct evcnt_text), KM_SLEEP);
	fp->f_ops = &evcnt_fileops;
	return 0;
}
