/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_tty.c: serial lines, pseudo-terminals and other byte devices as MIDI
 * cables.
 *
 * One thread waits for all lines.  It reads what comes in and gives it to the
 * kernel, which has counters for what it cannot take.  Output is written by
 * whoever brings it, as far as the line takes it at once; the thread tells
 * the kernel when there is room again.
 *
 * A line nobody listens at is an unplugged cable: what is sent is lost and
 * there is no error.  So are the far side of a pseudo-terminal that is not
 * open, a FIFO without a reader, and a serial line that hung up, which is
 * opened again once in USER_TTY_REOPEN_MS.  While unplugged, a descriptor
 * that hung up is watched for changes only, or the thread would never sleep.
 *
 * Who is plugged in hears whole messages from then on (user_wire.h).
 *
 * Locks: l_lock [l] of each line.  The kernel calls us with locks of its own
 * held and we take l_lock then, so none of the kernel's functions is called
 * with l_lock held.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_serve.h>
#include <hosted/user/user_wire.h>

#define USER_TTY_BAUD		31250	/* MIDI 1.0 */
#define USER_TTY_REOPEN_MS	1000
#define USER_TTY_READ_BYTES	1024
#define USER_TTY_PTS		"/dev/pts/"

enum user_line_kind {
	LINE_PTY,	/* stays open */
	LINE_FIFO_IN,	/* stays open */
	LINE_FIFO_OUT,	/* opened when there is a reader */
	LINE_TTY,	/* opened again after a hangup */
};

struct user_line {
	struct user_line	*l_next;	/* of all */
	enum user_line_kind	l_kind;		/* constant */
	int			l_flags;	/* constant; USER_TTY_* */
	unsigned int		l_baud;		/* constant; 0 = default */
	char			*l_path;	/* constant; device or link */
	char			*l_target;	/* constant; of the link */
	struct hosted_midi	*l_hm;		/* set before l_watched */
	pthread_mutex_t		l_lock;
	int			l_fd;		/* [l] -1: not open */
	int			l_watched;	/* [l] by the thread */
	int			l_plugged;	/* [l] as far as we know */
	int			l_blocked;	/* [l] output waits for room */
	int			l_joined;	/* [l] whole messages */
	struct user_wire	l_wire;		/* [l] what was sent */
};

static struct {
	struct host_thread	*thread;
	int			epoll;
	int			stop;		/* eventfd */
	pthread_mutex_t		lock;		/* guards lines */
	struct user_line	*lines;
} user_tty = {
	.epoll = -1,
	.stop = -1,
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static int
user_line_is_output_only(const struct user_line *l)
{

	return l->l_kind == LINE_FIFO_OUT || (l->l_flags & USER_TTY_OUT) != 0;
}

static int
user_line_is_input_only(const struct user_line *l)
{

	return l->l_kind == LINE_FIFO_IN || (l->l_flags & USER_TTY_IN) != 0;
}

/*
 * Watching.  Called with l_lock held.
 */

static void
user_line_watch(struct user_line *l, int op)
{
	struct epoll_event ev;

	if (!l->l_watched || l->l_fd == -1)
		return;
	memset(&ev, 0, sizeof(ev));
	ev.data.ptr = l;
	ev.events = user_line_is_output_only(l) ? 0 : EPOLLIN;
	if (!l->l_plugged)
		ev.events |= EPOLLET;
	if (l->l_blocked)
		ev.events |= EPOLLOUT;
	/* What cannot be waited for, /dev/null for one, is not. */
	(void)epoll_ctl(user_tty.epoll, op, l->l_fd, &ev);
}

static void
user_line_set_plugged(struct user_line *l, int plugged)
{

	if (l->l_plugged == plugged)
		return;
	l->l_plugged = plugged;
	user_line_watch(l, EPOLL_CTL_MOD);
}

/*
 * Opening and closing.
 */

static int
user_line_open_flags(const struct user_line *l)
{
	int flags;

	flags = O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	if (user_line_is_input_only(l))
		return flags | O_RDONLY;
	if (user_line_is_output_only(l))
		return flags | O_WRONLY;
	return flags | O_RDWR;
}

/*
 * Set up a serial line; other devices are left alone.  A speed that was not
 * asked for is tried only.
 */
static int
user_line_setup(int fd, unsigned int baud)
{
	struct termios t;
	int error;

	if (tcgetattr(fd, &t) == -1)
		return baud == 0 ? 0 : ENOTTY;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &t) == -1)
		return errno;
	error = user_baud_set(fd, baud == 0 ? USER_TTY_BAUD : baud);
	(void)tcflush(fd, TCIFLUSH);
	return baud == 0 ? 0 : error;
}

/*
 * Called with l_lock held.
 */
static int
user_line_open(struct user_line *l)
{
	int error, fd;

	fd = open(l->l_path, user_line_open_flags(l));
	if (fd == -1)
		return errno;
	error = user_line_setup(fd, l->l_baud);
	if (error != 0) {
		close(fd);
		return error;
	}
	l->l_fd = fd;
	l->l_plugged = 1;
	user_line_watch(l, EPOLL_CTL_ADD);
	return 0;
}

/*
 * The far side of a pseudo-terminal is gone.  What it did not read is thrown
 * away, or the next one to open it would get what was sent long ago; for
 * that it must be open for a moment.
 */
static void
user_line_flush_pty(struct user_line *l)
{
	int fd;

	fd = open(l->l_target, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)tcflush(fd, TCIOFLUSH);
	(void)user_line_setup(fd, 0);
	close(fd);
}

/*
 * The cable was pulled out.  Called with l_lock held.
 */
static void
user_line_unplug(struct user_line *l)
{

	l->l_blocked = 0;
	l->l_joined = 0;
	switch (l->l_kind) {
	case LINE_PTY:
		if (l->l_plugged)
			user_line_flush_pty(l);
		user_line_set_plugged(l, 0);
		break;
	case LINE_FIFO_IN:
		user_line_set_plugged(l, 0);
		break;
	case LINE_FIFO_OUT:
	case LINE_TTY:
		close(l->l_fd);
		l->l_fd = -1;
		l->l_plugged = 0;
		break;
	}
}

/*
 * Is somebody listening?  Called with l_lock held.
 */
static int
user_line_has_listener(struct user_line *l)
{
	struct pollfd pfd;

	if (l->l_plugged)
		return 1;
	if (l->l_kind == LINE_FIFO_OUT)
		return user_line_open(l) == 0;
	if (l->l_kind != LINE_PTY)
		return 0;
	pfd.fd = l->l_fd;
	pfd.events = POLLOUT;
	if (poll(&pfd, 1, 0) != 1 || (pfd.revents & POLLHUP) != 0)
		return 0;
	user_line_set_plugged(l, 1);
	return 1;
}

/*
 * What the kernel calls.
 */

static int
user_line_hm_open(void *cookie, int flags)
{

	(void)cookie;
	(void)flags;
	return 0;
}

static void
user_line_hm_close(void *cookie)
{

	(void)cookie;
}

/*
 * Write what the line takes at once; the count.  Called with l_lock held.
 */
static int
user_line_write(struct user_line *l, const unsigned char *bytes, int n)
{
	ssize_t taken;

	if (n == 0)
		return 0;
	taken = write(l->l_fd, bytes, (size_t)n);
	/* Of a hangup the thread hears by itself; what was sent is lost. */
	if (taken == -1)
		taken = errno == EAGAIN || errno == EINTR ? 0 : n;
	user_wire_follow(&l->l_wire, bytes, (int)taken);
	return (int)taken;
}

/*
 * Let them who have just been plugged in hear whole messages: how many bytes
 * are not for them.  Called with l_lock held.
 */
static int
user_line_join(struct user_line *l, const unsigned char *bytes, int n)
{
	unsigned char status;
	int skipped;

	skipped = user_wire_join(&l->l_wire, bytes, n, &status);
	if (skipped < n)
		l->l_joined = status == 0 ||
		    user_line_write(l, &status, 1) == 1;
	return skipped;
}

static int
user_line_hm_output(void *cookie, const unsigned char *bytes, int n)
{
	struct user_line *l;
	int taken;

	l = cookie;
	taken = 0;
	pthread_mutex_lock(&l->l_lock);
	if (!user_line_has_listener(l)) {
		l->l_joined = 0;
		user_wire_follow(&l->l_wire, bytes, n);
		taken = n;
	} else if (!l->l_joined)
		taken = user_line_join(l, bytes, n);
	if (l->l_joined)
		taken += user_line_write(l, bytes + taken, n - taken);
	if (taken < n) {
		l->l_blocked = 1;
		user_line_watch(l, EPOLL_CTL_MOD);
	}
	pthread_mutex_unlock(&l->l_lock);
	return taken;
}

static const struct hosted_midi_ops user_line_ops = {
	.hm_open = user_line_hm_open,
	.hm_close = user_line_hm_close,
	.hm_output = user_line_hm_output,
};

/*
 * The thread.
 */

/*
 * Read from a line that may have something; the count.
 */
static int
user_line_read(struct user_line *l, uint32_t events, unsigned char *buf,
    size_t size)
{
	ssize_t n;

	/* The only news of such a line is that it has hung up. */
	n = 0;
	if (!user_line_is_output_only(l))
		n = read(l->l_fd, buf, size);
	if (n > 0) {
		user_line_set_plugged(l, 1);
		return (int)n;
	}
	if (n == 0 || (events & (EPOLLHUP | EPOLLERR)) != 0 ||
	    (errno != EAGAIN && errno != EINTR))
		user_line_unplug(l);
	return 0;
}

static void
user_line_event(struct user_line *l, uint32_t events)
{
	unsigned char buf[USER_TTY_READ_BYTES];
	int blocked, n;

	n = 0;
	pthread_mutex_lock(&l->l_lock);
	blocked = l->l_blocked;
	if (l->l_fd != -1 &&
	    (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		n = user_line_read(l, events, buf, sizeof(buf));
	if ((events & EPOLLOUT) != 0 && l->l_blocked) {
		l->l_blocked = 0;
		user_line_watch(l, EPOLL_CTL_MOD);
	}
	blocked = blocked && !l->l_blocked;
	pthread_mutex_unlock(&l->l_lock);
	if (n > 0)
		(void)hosted_midi_input(l->l_hm, buf, n);
	if (blocked)
		hosted_midi_ready(l->l_hm);
}

/*
 * Open again what hung up.  Is there more to be done later?
 */
static int
user_tty_reopen(void)
{
	struct user_line *l;
	int later;

	later = 0;
	pthread_mutex_lock(&user_tty.lock);
	for (l = user_tty.lines; l != NULL; l = l->l_next) {
		if (l->l_kind != LINE_TTY)
			continue;
		pthread_mutex_lock(&l->l_lock);
		if (l->l_fd == -1 && user_line_open(l) != 0)
			later = 1;
		pthread_mutex_unlock(&l->l_lock);
	}
	pthread_mutex_unlock(&user_tty.lock);
	return later;
}

static void
user_tty_thread(void *arg)
{
	struct epoll_event ev[16];
	unsigned long long due_ns;
	int i, later, n;

	(void)arg;
	due_ns = 0;
	later = 0;
	for (;;) {
		n = epoll_wait(user_tty.epoll, ev,
		    sizeof(ev) / sizeof(ev[0]),
		    later ? USER_TTY_REOPEN_MS : -1);
		for (i = 0; i < n; i++) {
			if (ev[i].data.ptr == NULL) {
				hosted_thread_exit();
				return;
			}
			user_line_event(ev[i].data.ptr, ev[i].events);
		}
		if (later && host_uptime_ns() < due_ns)
			continue;
		later = user_tty_reopen();
		due_ns = host_uptime_ns() +
		    USER_TTY_REOPEN_MS * 1000000ULL;
	}
}

int
user_tty_start(void)
{
	struct epoll_event ev;
	int error;

	user_tty.epoll = epoll_create1(EPOLL_CLOEXEC);
	user_tty.stop = eventfd(0, EFD_CLOEXEC);
	memset(&ev, 0, sizeof(ev));
	ev.events = EPOLLIN;
	if (user_tty.epoll == -1 || user_tty.stop == -1 ||
	    epoll_ctl(user_tty.epoll, EPOLL_CTL_ADD, user_tty.stop, &ev) ==
	    -1)
		return errno;
	error = host_thread_create(&user_tty.thread, user_tty_thread, NULL,
	    HOST_PRI_SOFT, "lines");
	if (error != 0)
		user_tty.thread = NULL;
	return error;
}

/*
 * Life of a line.
 */

static struct user_line *
user_line_new(enum user_line_kind kind, const char *path, unsigned int baud,
    int flags)
{
	char cwd[PATH_MAX];
	struct user_line *l;
	int n;

	l = user_calloc(sizeof(*l));
	pthread_mutex_init(&l->l_lock, NULL);
	l->l_kind = kind;
	l->l_baud = baud;
	l->l_flags = flags;
	l->l_fd = -1;
	/* The program may go elsewhere. */
	if (path[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		n = asprintf(&l->l_path, "%s", path);
	else
		n = asprintf(&l->l_path, "%s/%s", cwd, path);
	if (n == -1)
		host_panic("user host: out of memory\n");
	return l;
}

/*
 * A link that somebody else has made since is left alone.
 */
static void
user_line_remove_link(struct user_line *l)
{
	char target[64];
	ssize_t n;

	n = readlink(l->l_path, target, sizeof(target) - 1);
	if (n == -1)
		return;
	target[n] = '\0';
	if (strcmp(target, l->l_target) == 0)
		(void)unlink(l->l_path);
}

static void
user_line_free(struct user_line *l)
{

	if (l->l_hm != NULL)
		hosted_midi_detach(l->l_hm);
	if (l->l_fd != -1)
		close(l->l_fd);
	if (l->l_target != NULL)
		user_line_remove_link(l);
	pthread_mutex_destroy(&l->l_lock);
	free(l->l_target);
	free(l->l_path);
	free(l);
}

static int
user_line_attach(struct user_line *l)
{
	int error, flags, unit;

	/* The one thread that reads is as good as another to deliver. */
	flags = HOSTED_MIDI_DIRECT;
	if (!user_line_is_output_only(l))
		flags |= HOSTED_MIDI_IN;
	if (!user_line_is_input_only(l))
		flags |= HOSTED_MIDI_OUT;
	if ((l->l_flags & USER_TTY_CANONICAL) != 0)
		flags |= HOSTED_MIDI_CANONICAL;
	error = hosted_midi_attach(l->l_path, flags, &user_line_ops, l,
	    &l->l_hm, &unit);
	if (error != 0) {
		l->l_hm = NULL;
		user_line_free(l);
		return error;
	}
	pthread_mutex_lock(&user_tty.lock);
	l->l_next = user_tty.lines;
	user_tty.lines = l;
	pthread_mutex_unlock(&user_tty.lock);
	pthread_mutex_lock(&l->l_lock);
	l->l_watched = 1;
	user_line_watch(l, EPOLL_CTL_ADD);
	pthread_mutex_unlock(&l->l_lock);
	return 0;
}

int
user_tty_attach(const char *path, unsigned int baud, int flags)
{
	enum user_line_kind kind;
	struct user_line *l;
	struct stat st;
	int error;

	if (stat(path, &st) == -1)
		return errno;
	if (S_ISFIFO(st.st_mode))
		kind = (flags & USER_TTY_OUT) != 0 ? LINE_FIFO_OUT :
		    LINE_FIFO_IN;
	else if (S_ISCHR(st.st_mode))
		kind = LINE_TTY;
	else
		return ENODEV;
	l = user_line_new(kind, path, baud, flags);
	error = user_line_open(l);
	if (error != 0 && !(kind == LINE_FIFO_OUT && error == ENXIO)) {
		user_line_free(l);
		return error;
	}
	return user_line_attach(l);
}

/*
 * Make the link, in place of one that was left behind.
 */
static int
user_line_make_link(struct user_line *l)
{
	char target[64];
	ssize_t n;

	if (symlink(l->l_target, l->l_path) == 0)
		return 0;
	if (errno != EEXIST)
		return errno;
	n = readlink(l->l_path, target, sizeof(target));
	if (n < (ssize_t)strlen(USER_TTY_PTS) ||
	    memcmp(target, USER_TTY_PTS, strlen(USER_TTY_PTS)) != 0)
		return EEXIST;
	if (unlink(l->l_path) == -1 || symlink(l->l_target, l->l_path) == -1)
		return errno;
	return 0;
}

int
user_tty_attach_pty(const char *link, int flags)
{
	char target[64];
	struct user_line *l;
	int error;

	l = user_line_new(LINE_PTY, link, 0, flags);
	l->l_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->l_fd == -1 || grantpt(l->l_fd) == -1 ||
	    unlockpt(l->l_fd) == -1 ||
	    fcntl(l->l_fd, F_SETFL, O_RDWR | O_NONBLOCK) == -1) {
		error = errno;
		user_line_free(l);
		return error;
	}
	error = ptsname_r(l->l_fd, target, sizeof(target));
	if (error == 0) {
		l->l_target = strdup(target);
		error = l->l_target == NULL ? ENOMEM :
		    user_line_make_link(l);
	}
	if (error != 0) {
		user_line_free(l);
		return error;
	}
	/* Opened and closed once, it is known to be closed. */
	user_line_flush_pty(l);
	return user_line_attach(l);
}

void
user_tty_stop(void)
{
	const uint64_t one = 1;
	struct user_line *l;

	if (user_tty.thread != NULL) {
		while (write(user_tty.stop, &one, sizeof(one)) == -1)
			if (errno != EINTR)
				host_panic("user host: no end of lines\n");
		host_thread_join(user_tty.thread);
		user_tty.thread = NULL;
	}
	while ((l = user_tty.lines) != NULL) {
		user_tty.lines = l->l_next;
		user_line_free(l);
	}
	if (user_tty.epoll != -1)
		close(user_tty.epoll);
	if (user_tty.stop != -1)
		close(user_tty.stop);
	user_tty.epoll = -1;
	user_tty.stop = -1;
}
