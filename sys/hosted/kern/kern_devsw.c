/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_devsw.c: open devices, in the order of events of NetBSD 10's spec(4).
 *
 * A devsw_node is one device number in use: its open files, the opens and
 * the calls in progress.  The last close, and a revoke (vdevgone()), run:
 *
 *	d_cancel	sleepers leave soon
 *	wait		for the calls in progress
 *	d_close
 *	wait		again
 *
 * While a node closes, opens of it wait.  Once it is gone it is no longer
 * found, its files give EIO, and a later open of the number makes a new node.
 * An open that was in progress at the revoke is closed again and gives ENXIO:
 * d_close may run more than once.
 *
 * devsw_lock guards the switch and the nodes.  No driver is called with it
 * held.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <hosted/kern/kern_impl.h>

#define DEVSW_MAX	32

struct devsw_node {
	LIST_ENTRY(devsw_node) dn_entry;	/* unless gone */
	dev_t		dn_dev;
	const struct cdevsw *dn_cdevsw;
	unsigned int	dn_refs;	/* files, opens, a revoke */
	unsigned int	dn_opens;	/* files and opens in progress */
	unsigned int	dn_opening;	/* opens in progress */
	unsigned int	dn_calls;	/* calls in progress */
	bool		dn_opened;	/* d_open was successful */
	bool		dn_closing;	/* the last close is in progress */
	bool		dn_gone;	/* revoked */
};

static struct host_lock		*devsw_lock;
static struct host_cond		*devsw_cond;	/* anything changed */
static const struct cdevsw	*devsw_table[DEVSW_MAX];	/* by major */
static LIST_HEAD(, devsw_node)	devsw_nodes;

static int	devsw_read(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int	devsw_write(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	devsw_ioctl(file_t *, u_long, void *);
static int	devsw_poll(file_t *, int);
static int	devsw_stat(file_t *, struct stat *);
static int	devsw_close(file_t *);
static int	devsw_kqfilter(file_t *, struct knote *);

static const struct fileops devsw_fileops = {
	.fo_name = "device",
	.fo_read = devsw_read,
	.fo_write = devsw_write,
	.fo_ioctl = devsw_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = devsw_poll,
	.fo_stat = devsw_stat,
	.fo_close = devsw_close,
	.fo_kqfilter = devsw_kqfilter,
	.fo_restart = fnullop_restart,
};

int
kern_devsw_init(void)
{

	memset(devsw_table, 0, sizeof(devsw_table));
	LIST_INIT(&devsw_nodes);
	devsw_lock = host_lock_create(HOST_LOCK_SLEEP, "devsw");
	devsw_cond = host_cond_create("devsw");
	return devsw_lock == NULL || devsw_cond == NULL ? ENOMEM : 0;
}

void
kern_devsw_fini(void)
{

	if (devsw_cond != NULL)
		host_cond_destroy(devsw_cond);
	if (devsw_lock != NULL)
		host_lock_destroy(devsw_lock);
	devsw_cond = NULL;
	devsw_lock = NULL;
}

static void
devsw_changed(void)
{

	host_cond_wake(devsw_cond, 1);
}

static void
devsw_wait(void)
{

	(void)host_cond_wait(devsw_cond, devsw_lock, 0, 0);
}

/*
 * The switch.
 */

int
devsw_attach(const char *name __unused, const struct bdevsw *bdev,
    devmajor_t *bmajor __diagused, const struct cdevsw *cdev,
    devmajor_t *cmajor)
{
	devmajor_t want = *cmajor;
	int error = 0;

	/* NetBSD looks at the number of a block device without one, too. */
	KASSERT(bdev == NULL && bmajor != NULL && *bmajor == NODEVMAJOR);
	KASSERTMSG((cdev->d_flag & D_MPSAFE) != 0, "devices must be MPSAFE");
	host_lock_enter(devsw_lock);
	for (want = want == NODEVMAJOR ? 0 : want; *cmajor == NODEVMAJOR &&
	    want < DEVSW_MAX && devsw_table[want] != NULL; want++)
		continue;
	if (want < 0 || want >= DEVSW_MAX)
		error = ENOMEM;
	else if (devsw_table[want] != NULL && devsw_table[want] != cdev)
		error = EEXIST;
	else {
		devsw_table[want] = cdev;
		*cmajor = want;
	}
	host_lock_exit(devsw_lock);
	return error;
}

void
devsw_detach(const struct bdevsw *bdev __unused, const struct cdevsw *cdev)
{
	const struct devsw_node *dn;
	int i;

	host_lock_enter(devsw_lock);
again:
	LIST_FOREACH(dn, &devsw_nodes, dn_entry) {
		if (dn->dn_cdevsw == cdev) {
			devsw_wait();
			goto again;
		}
	}
	for (i = 0; i < DEVSW_MAX; i++) {
		if (devsw_table[i] == cdev)
			devsw_table[i] = NULL;
	}
	host_lock_exit(devsw_lock);
}

/* The lock is held. */
static const struct cdevsw *
devsw_lookup(dev_t dev)
{
	devmajor_t maj = major(dev);

	return maj >= 0 && maj < DEVSW_MAX ? devsw_table[maj] : NULL;
}

const struct cdevsw *
cdevsw_lookup(dev_t dev)
{
	const struct cdevsw *cdev;

	host_lock_enter(devsw_lock);
	cdev = devsw_lookup(dev);
	host_lock_exit(devsw_lock);
	return cdev;
}

devmajor_t
cdevsw_lookup_major(const struct cdevsw *cdev)
{
	devmajor_t maj;

	host_lock_enter(devsw_lock);
	for (maj = 0; maj < DEVSW_MAX && devsw_table[maj] != cdev; maj++)
		continue;
	host_lock_exit(devsw_lock);
	return maj < DEVSW_MAX ? maj : NODEVMAJOR;
}

int
dev_minor_unit(dev_t dev)
{

	return minor(dev);
}

/*
 * Nodes.  Called with the lock held.
 */

static struct devsw_node *
devsw_find(dev_t dev)
{
	struct devsw_node *dn;

	LIST_FOREACH(dn, &devsw_nodes, dn_entry) {
		if (dn->dn_dev == dev)
			return dn;
	}
	return NULL;
}

/* One reference less; the last one frees, with the lock let go. */
static void
devsw_release(struct devsw_node *dn)
{

	devsw_changed();
	if (--dn->dn_refs != 0)
		return;
	KASSERT(dn->dn_opens == 0 && dn->dn_calls == 0);
	if (!dn->dn_gone)
		LIST_REMOVE(dn, dn_entry);
	host_lock_exit(devsw_lock);
	kmem_free(dn, sizeof(*dn));
	host_lock_enter(devsw_lock);
}

/* Cancel, wait, close, wait.  The lock is held, and let go meanwhile; the
 * caller has a reference. */
static void
devsw_shut(struct devsw_node *dn, int flags)
{
	const struct cdevsw *cdev = dn->dn_cdevsw;
	struct lwp *l = curlwp;

	host_lock_exit(devsw_lock);
	if (cdev->d_cancel != NULL)
		(void)(*cdev->d_cancel)(dn->dn_dev, flags, S_IFCHR, l);
	host_lock_enter(devsw_lock);
	while (dn->dn_calls != 0)
		devsw_wait();
	host_lock_exit(devsw_lock);
	(void)(*cdev->d_close)(dn->dn_dev, flags, S_IFCHR, l);
	host_lock_enter(devsw_lock);
	while (dn->dn_calls != 0)
		devsw_wait();
}

/* One open less; the last one closes the device, if it was ever opened and
 * has not been revoked. */
static void
devsw_unopen(struct devsw_node *dn, int flags)
{

	if (--dn->dn_opens != 0 || dn->dn_gone || !dn->dn_opened)
		return;
	dn->dn_closing = true;
	dn->dn_opened = false;
	devsw_shut(dn, flags);
	dn->dn_closing = false;
	devsw_changed();
}

/*
 * Open.
 */

/* d_open, with the device held where the switch says so. */
static int
devsw_call_open(const struct devsw_node *dn, int flags)
{
	const struct cdevsw *cdev = dn->dn_cdevsw;
	device_t dev = NULL;
	int error, unit;

	if (cdev->d_cfdriver != NULL) {
		unit = (*cdev->d_devtounit)(dn->dn_dev);
		if (unit == -1)
			return ENXIO;
		dev = device_lookup_acquire(cdev->d_cfdriver, unit);
		if (dev == NULL)
			return ENXIO;
	}
	error = (*cdev->d_open)(dn->dn_dev, flags, S_IFCHR, curlwp);
	if (dev != NULL)
		device_release(dev);
	return error;
}

/* The node of a device, with a reference; new one is used when there is
 * none, and NULL afterwards.  NULL: no such device. */
static struct devsw_node *
devsw_acquire(dev_t dev, struct devsw_node **new)
{
	const struct cdevsw *cdev;
	struct devsw_node *dn;

	dn = devsw_find(dev);
	if (dn == NULL) {
		cdev = devsw_lookup(dev);
		if (cdev == NULL)
			return NULL;
		dn = *new;
		*new = NULL;
		dn->dn_dev = dev;
		dn->dn_cdevsw = cdev;
		LIST_INSERT_HEAD(&devsw_nodes, dn, dn_entry);
	}
	dn->dn_refs++;
	return dn;
}

/* The open proper.  The lock is held, and let go meanwhile. */
static int
devsw_open(struct devsw_node *dn, int flags)
{
	int error;

	while (dn->dn_closing && !dn->dn_gone) {
		if (host_cond_wait(devsw_cond, devsw_lock, 0, 1) == HOST_INTR)
			return EINTR;
	}
	if (dn->dn_gone)
		return ENXIO;
	dn->dn_opens++;
	dn->dn_opening++;
	host_lock_exit(devsw_lock);
	error = devsw_call_open(dn, flags);
	host_lock_enter(devsw_lock);
	if (error == 0 && dn->dn_gone) {
		error = ENXIO;
		host_lock_exit(devsw_lock);
		(void)(*dn->dn_cdevsw->d_close)(dn->dn_dev, FNONBLOCK,
		    S_IFCHR, curlwp);
		host_lock_enter(devsw_lock);
	}
	dn->dn_opening--;
	devsw_changed();
	if (error == 0)
		dn->dn_opened = true;
	else
		devsw_unopen(dn, flags);
	return error;
}

int
kern_devsw_open(file_t *fp, dev_t dev, int flags)
{
	struct devsw_node *dn, *new;
	int error;

	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	host_lock_enter(devsw_lock);
	dn = devsw_acquire(dev, &new);
	error = dn == NULL ? ENXIO : devsw_open(dn, flags);
	if (error && dn != NULL)
		devsw_release(dn);
	host_lock_exit(devsw_lock);
	if (new != NULL)
		kmem_free(new, sizeof(*new));
	if (error)
		return error;
	fp->f_flag = flags;
	fp->f_type = DTYPE_VNODE;
	fp->f_ops = &devsw_fileops;
	fp->f_data = dn;
	return 0;
}

static int
devsw_close(file_t *fp)
{
	struct devsw_node *dn = fp->f_data;

	host_lock_enter(devsw_lock);
	devsw_unopen(dn, fp->f_flag);
	devsw_release(dn);
	host_lock_exit(devsw_lock);
	return 0;
}

/*
 * Revoke.
 */

/* The lock is held, and let go meanwhile. */
static void
devsw_revoke(struct devsw_node *dn)
{

	dn->dn_refs++;
	while (dn->dn_closing)
		devsw_wait();
	if (dn->dn_gone) {
		devsw_release(dn);
		return;
	}
	dn->dn_gone = true;
	LIST_REMOVE(dn, dn_entry);
	devsw_changed();
	if (dn->dn_opens != 0)
		devsw_shut(dn, FNONBLOCK);
	while (dn->dn_opening != 0 || dn->dn_calls != 0)
		devsw_wait();
	host_lock_exit(devsw_lock);
	kern_event_revoke(&devsw_fileops, dn);
	host_lock_enter(devsw_lock);
	devsw_release(dn);
}

void
vdevgone(int maj, int minl, int minh, enum vtype type)
{
	struct devsw_node *dn;
	int m;

	KASSERT(type == VCHR);
	kern_lwp_assert_unlocked("vdevgone");
	host_lock_enter(devsw_lock);
	for (m = minl; m <= minh; m++) {
		dn = devsw_find(makedev(maj, m));
		if (dn != NULL)
			devsw_revoke(dn);
	}
	host_lock_exit(devsw_lock);
}

/*
 * Calls.
 */

static int
devsw_enter(struct devsw_node *dn)
{
	int error = 0;

	host_lock_enter(devsw_lock);
	if (dn->dn_gone)
		error = EIO;
	else
		dn->dn_calls++;
	host_lock_exit(devsw_lock);
	return error;
}

static void
devsw_exit(struct devsw_node *dn)
{

	host_lock_enter(devsw_lock);
	if (--dn->dn_calls == 0)
		devsw_changed();
	host_lock_exit(devsw_lock);
}

static int
devsw_move(file_t *fp, off_t *offset, struct uio *uio, int flags,
    int (*method)(dev_t, struct uio *, int))
{
	struct devsw_node *dn = fp->f_data;
	int error, ioflag;

	error = devsw_enter(dn);
	if (error)
		return error;
	ioflag = (fp->f_flag & FNONBLOCK) != 0 ? IO_NDELAY : 0;
	error = (*method)(dn->dn_dev, uio, ioflag);
	devsw_exit(dn);
	if (flags & FOF_UPDATE_OFFSET)
		*offset = uio->uio_offset;
	return error;
}

static int
devsw_read(file_t *fp, off_t *offset, struct uio *uio,
    kauth_cred_t cred __unused, int flags)
{
	const struct devsw_node *dn = fp->f_data;

	return devsw_move(fp, offset, uio, flags, dn->dn_cdevsw->d_read);
}

static int
devsw_write(file_t *fp, off_t *offset, struct uio *uio,
    kauth_cred_t cred __unused, int flags)
{
	const struct devsw_node *dn = fp->f_data;

	return devsw_move(fp, offset, uio, flags, dn->dn_cdevsw->d_write);
}

static int
devsw_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct devsw_node *dn = fp->f_data;
	int error;

	error = devsw_enter(dn);
	if (error)
		return error;
	error = (*dn->dn_cdevsw->d_ioctl)(dn->dn_dev, cmd, data, fp->f_flag,
	    curlwp);
	devsw_exit(dn);
	return error;
}

/* A revoked file is ready for everything: EIO comes at once. */
static int
devsw_poll(file_t *fp, int events)
{
	struct devsw_node *dn = fp->f_data;
	int revents;

	if (devsw_enter(dn) != 0)
		return POLLHUP |
		    (events & (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM));
	revents = (*dn->dn_cdevsw->d_poll)(dn->dn_dev, events, curlwp);
	devsw_exit(dn);
	return revents;
}

static int
devsw_stat(file_t *fp, struct stat *st)
{
	const struct devsw_node *dn = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR | S_IRUSR | S_IWUSR;
	st->st_rdev = dn->dn_dev;
	return 0;
}

static int
devsw_kqfilter(file_t *fp, struct knote *kn)
{
	struct devsw_node *dn = fp->f_data;
	int error;

	error = devsw_enter(dn);
	if (error)
		return error;
	error = (*dn->dn_cdevsw->d_kqfilter)(dn->dn_dev, kn);
	devsw_exit(dn);
	return error;
}
