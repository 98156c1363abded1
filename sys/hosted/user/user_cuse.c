/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_cuse.c: the nodes as character devices, by CUSE.
 *
 * Each device is a session of its own on /dev/cuse, with a thread that reads
 * its requests.  The system announces the device when the session's first
 * exchange is over, under a number of its choice and for root alone; the
 * permission bits are set then.
 *
 * A device stays until the end, even if its node goes away: requests may be
 * under way, and opens give ENXIO anyway.  A node that comes again under the
 * name finds its device there.
 *
 * The size of an ioctl's argument is not always in its number (FIONREAD), so
 * the device is `unrestricted': it is asked twice, the first time to say
 * what it wants to have copied.
 *
 * Locks: user_cuse.lock guards the list and each device's state.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_request.h>
#include <hosted/user/user_serve.h>

#include <cuse_lowlevel.h>
#include <linux/fuse.h>

#define USER_CUSE_DEVICE	"/dev/cuse"
#define USER_CUSE_NAME_BYTES	32
#define USER_CUSE_BSD_FIONREAD	0x4004667fUL	/* int, out */

enum user_cuse_state {
	CUSE_STARTING,
	CUSE_READY,	/* the system has taken the device */
	CUSE_GONE,	/* it has not, or has dropped it */
};

struct user_cuse {
	struct user_cuse	*c_next;
	struct fuse_session	*c_session;
	struct user_serve	*c_serve;
	enum user_cuse_state	c_state;	/* [lock] */
	unsigned int		c_mode;		/* permission bits */
	char			c_name[USER_CUSE_NAME_BYTES];
	char			c_path[USER_CUSE_NAME_BYTES + 8];
};

static struct {
	pthread_mutex_t		lock;
	pthread_cond_t		changed;	/* a state */
	struct user_cuse	*devices;
	char			*linkdir;	/* or NULL */
	int			failed;		/* a device is missing */
} user_cuse = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

/*
 * Requests.
 */

static void
user_cuse_open(fuse_req_t req, struct fuse_file_info *fi)
{
	struct user_cuse *c;
	unsigned long number;

	c = fuse_req_userdata(req);
	number = user_node_lookup(c->c_name, NULL);
	if (number == 0)
		fuse_reply_err(req, ENXIO);
	else
		user_open_request(req, c->c_name, number, fi, FOPEN_DIRECT_IO);
}

static void
user_cuse_release(fuse_req_t req, struct fuse_file_info *fi)
{

	user_open_release(req, fi);
}

static void
user_cuse_read(fuse_req_t req, size_t size, off_t off,
    struct fuse_file_info *fi)
{

	(void)off;
	user_call_read(req, size, fi);
}

static void
user_cuse_write(fuse_req_t req, const char *buf, size_t size, off_t off,
    struct fuse_file_info *fi)
{

	(void)off;
	user_call_write(req, buf, size, fi);
}

/*
 * Ask for `in' and `out' bytes at arg to be copied, unless that was done.
 */
static int
user_cuse_is_complete(fuse_req_t req, void *arg, size_t in, size_t in_bytes,
    size_t out, size_t out_bytes)
{
	struct iovec iin, iout;

	if (in_bytes >= in && out_bytes >= out)
		return 1;
	iin.iov_base = arg;
	iin.iov_len = in;
	iout.iov_base = arg;
	iout.iov_len = out;
	fuse_reply_ioctl_retry(req, &iin, in != 0, &iout, out != 0);
	return 0;
}

static void
user_cuse_ioctl(fuse_req_t req, int icmd, void *arg,
    struct fuse_file_info *fi, unsigned int flags, const void *in_buf,
    size_t in_bytes, size_t out_bytes)
{
	unsigned int cmd;
	size_t in, out;

	(void)flags;
	cmd = (unsigned int)icmd;
	if (cmd == FIONREAD) {
		if (user_cuse_is_complete(req, arg, 0, in_bytes, sizeof(int),
		    out_bytes))
			user_call_ioctl_int(req, USER_CUSE_BSD_FIONREAD, fi);
		return;
	}
	in = (_IOC_DIR(cmd) & _IOC_WRITE) != 0 ? _IOC_SIZE(cmd) : 0;
	out = (_IOC_DIR(cmd) & _IOC_READ) != 0 ? _IOC_SIZE(cmd) : 0;
	if (user_cuse_is_complete(req, arg, in, in_bytes, out, out_bytes))
		user_call_ioctl(req, cmd, fi, in_buf, in, out);
}

static void
user_cuse_poll(fuse_req_t req, struct fuse_file_info *fi,
    struct fuse_pollhandle *ph)
{

	user_select_request(req, fi, ph);
}

static void
user_cuse_set_state(struct user_cuse *c, enum user_cuse_state state)
{

	pthread_mutex_lock(&user_cuse.lock);
	c->c_state = state;
	pthread_cond_broadcast(&user_cuse.changed);
	pthread_mutex_unlock(&user_cuse.lock);
}

static void
user_cuse_init_done(void *arg)
{

	user_cuse_set_state(arg, CUSE_READY);
}

static void
user_cuse_gone(void *arg)
{

	user_cuse_set_state(arg, CUSE_GONE);
}

static const struct cuse_lowlevel_ops user_cuse_ops = {
	.init_done = user_cuse_init_done,
	.open = user_cuse_open,
	.release = user_cuse_release,
	.read = user_cuse_read,
	.write = user_cuse_write,
	.ioctl = user_cuse_ioctl,
	.poll = user_cuse_poll,
};

/*
 * Devices.
 */

static struct fuse_session *
user_cuse_session(struct user_cuse *c)
{
	char devname[USER_CUSE_NAME_BYTES + 16];
	const char *info[1];
	struct cuse_info ci;
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	struct fuse_session *se;

	snprintf(devname, sizeof(devname), "DEVNAME=%s", c->c_name);
	info[0] = devname;
	memset(&ci, 0, sizeof(ci));
	ci.dev_info_argc = 1;
	ci.dev_info_argv = info;
	ci.flags = CUSE_UNRESTRICTED_IOCTL;
	se = NULL;
	if (fuse_opt_add_arg(&args, c->c_name) == 0)
		se = cuse_lowlevel_new(&args, &ci, &user_cuse_ops, c);
	fuse_opt_free_args(&args);
	return se;
}

/*
 * A session takes a descriptor that is open already as a mount on /dev/fd.
 */
static int
user_cuse_connect(struct user_cuse *c)
{
	char path[32];
	int fd;

	c->c_session = user_cuse_session(c);
	if (c->c_session == NULL)
		return ENOMEM;
	fd = open(USER_CUSE_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return errno;
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (fuse_session_mount(c->c_session, path) != 0) {
		close(fd);
		return EPROTO;
	}
	c->c_serve = user_serve_start(c->c_session, user_cuse_gone, c);
	return c->c_serve == NULL ? EAGAIN : 0;
}

/*
 * Wait for the system to announce the device.  One that has the name of
 * another is dropped right after.
 */
static int
user_cuse_wait(struct user_cuse *c)
{
	struct stat st;
	int gone;

	pthread_mutex_lock(&user_cuse.lock);
	while (c->c_state == CUSE_STARTING)
		pthread_cond_wait(&user_cuse.changed, &user_cuse.lock);
	gone = c->c_state == CUSE_GONE;
	pthread_mutex_unlock(&user_cuse.lock);
	if (gone)
		return EEXIST;
	if (stat(c->c_path, &st) == -1 || chmod(c->c_path, c->c_mode) == -1)
		return errno;
	return S_ISCHR(st.st_mode) ? 0 : EEXIST;
}

static void
user_cuse_free(struct user_cuse *c)
{

	if (c->c_serve != NULL)
		user_serve_stop(c->c_serve);
	if (c->c_session != NULL)
		fuse_session_destroy(c->c_session);
	free(c);
}

/*
 * The link, in place of one that a killed midihost left behind.
 */
static int
user_cuse_link(const struct user_cuse *c, int make)
{
	char *path;
	int error;

	if (user_cuse.linkdir == NULL)
		return 0;
	if (asprintf(&path, "%s/%s", user_cuse.linkdir, c->c_name) == -1)
		return ENOMEM;
	error = 0;
	if (unlink(path) == -1 && errno != ENOENT)
		error = errno;
	if (make && error == 0 && symlink(c->c_path, path) == -1)
		error = errno;
	free(path);
	return error;
}

static struct user_cuse *
user_cuse_find(const char *name)
{
	struct user_cuse *c;

	pthread_mutex_lock(&user_cuse.lock);
	for (c = user_cuse.devices; c != NULL; c = c->c_next)
		if (strcmp(c->c_name, name) == 0)
			break;
	pthread_mutex_unlock(&user_cuse.lock);
	return c;
}

static int
user_cuse_new(const char *name, unsigned int mode)
{
	struct user_cuse *c;
	int error;

	c = user_calloc(sizeof(*c));
	snprintf(c->c_name, sizeof(c->c_name), "%s", name);
	snprintf(c->c_path, sizeof(c->c_path), "/dev/%s", c->c_name);
	c->c_mode = mode;
	error = user_cuse_connect(c);
	if (error == 0)
		error = user_cuse_wait(c);
	if (error == 0)
		error = user_cuse_link(c, 1);
	if (error != 0) {
		user_cuse_free(c);
		return error;
	}
	pthread_mutex_lock(&user_cuse.lock);
	c->c_next = user_cuse.devices;
	user_cuse.devices = c;
	pthread_mutex_unlock(&user_cuse.lock);
	return 0;
}

/*
 * Nodes come one at a time, see user_node_watch().
 */
static void
user_cuse_created(void *arg, const char *name, unsigned int mode)
{
	struct user_cuse *c;
	int error;

	(void)arg;
	c = user_cuse_find(name);
	error = c != NULL ? user_cuse_link(c, 1) : user_cuse_new(name, mode);
	if (error == 0)
		return;
	if (error != EPROTO)
		fuse_log(FUSE_LOG_ERR, "/dev/%s: %s\n", name,
		    strerror(error));
	user_cuse.failed = 1;
}

static void
user_cuse_destroyed(void *arg, const char *name)
{
	struct user_cuse *c;

	(void)arg;
	c = user_cuse_find(name);
	if (c != NULL)
		(void)user_cuse_link(c, 0);
}

static const struct user_node_ops user_cuse_nodes = {
	.un_created = user_cuse_created,
	.un_destroyed = user_cuse_destroyed,
};

int
user_cuse_start(const char *linkdir)
{

	user_cuse.failed = 0;
	if (linkdir != NULL) {
		user_cuse.linkdir = strdup(linkdir);
		if (user_cuse.linkdir == NULL)
			return ENOMEM;
	}
	user_node_watch(&user_cuse_nodes, NULL);
	if (!user_cuse.failed)
		return 0;
	user_cuse_stop();
	return EPROTO;
}

void
user_cuse_stop(void)
{
	struct user_cuse *c;

	user_node_watch(NULL, NULL);
	while ((c = user_cuse.devices) != NULL) {
		user_cuse.devices = c->c_next;
		(void)user_cuse_link(c, 0);
		user_cuse_free(c);
	}
	free(user_cuse.linkdir);
	user_cuse.linkdir = NULL;
}
