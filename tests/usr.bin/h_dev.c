/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_dev.c: what a shell cannot do with a device node, for t_midihost.sh
 * and t_nodes.sh.
 *
 *	h_dev sigdfl command ...	run it with no signal ignored
 *	h_dev nonblock from to		O_NONBLOCK, by open, fcntl, FIONBIO
 *	h_dev poll from to		poll, select, epoll
 *	h_dev storm from to		many messages, by epoll, none lost
 *	h_dev shared from to		two processes on one description
 *	h_dev signal from to		EINTR in read, write and ioctl
 *	h_dev ioctl node		numbers that a device must know or not
 *	h_dev chardev from to		the same of a character device
 *	h_dev async from to		SIGIO
 *	h_dev lost node go		errors before and after the server's end
 *
 * `from' and `to' are the two ends of a cable.  Silence and exit status 0
 * mean that all is well, but for `lost', which tells what it gets.
 */

#include <asm/ioctls.h>
#include <asm/sockios.h>

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sys/midiio.h>

#define H_MESSAGE	"\x90\x3c\x40"
#define H_BYTES		3
#define H_STORM		3000

#define CHECK(c) do {							\
	if (!(c))							\
		errx(1, "line %d: not true: %s", __LINE__, #c);		\
} while (0)
#define CHECK_ERRNO(call, e) do {					\
	errno = 0;							\
	if ((call) != -1 || errno != (e))				\
		errx(1, "line %d: %s: %s", __LINE__, #call,		\
		    strerror(errno));					\
} while (0)

static int
h_open(const char *node, int flags)
{
	int fd;

	fd = open(node, flags);
	if (fd == -1)
		err(1, "%s", node);
	return fd;
}

static void
h_send(int fd)
{

	CHECK(write(fd, H_MESSAGE, H_BYTES) == H_BYTES);
}

static void
h_receive(int fd)
{
	char buf[16];

	CHECK(read(fd, buf, sizeof(buf)) == H_BYTES);
	CHECK(memcmp(buf, H_MESSAGE, H_BYTES) == 0);
}

/*
 * Do something in another process a little later.
 */
static pid_t
h_later(void (*fn)(int), int fd)
{
	pid_t pid;

	pid = fork();
	CHECK(pid != -1);
	if (pid != 0)
		return pid;
	usleep(50000);
	(*fn)(fd);
	_exit(0);
}

static void
h_wait(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static long h_filled;	/* bytes that h_fill() wrote */

/*
 * Write until it would block.
 */
static void
h_fill(int fd)
{

	h_filled = 0;
	while (write(fd, H_MESSAGE, H_BYTES) == H_BYTES)
		h_filled += H_BYTES;
	CHECK(errno == EAGAIN);
	CHECK(h_filled > 0);
}

/*
 * Read all of that, some of which may still be on its way.
 */
static void
h_drain(int fd)
{
	struct pollfd pfd;
	char buf[4096];
	long left;
	ssize_t n;

	pfd.fd = fd;
	pfd.events = POLLIN;
	for (left = h_filled; left > 0; left -= n) {
		CHECK(poll(&pfd, 1, -1) == 1);
		n = read(fd, buf, sizeof(buf));
		CHECK(n > 0);
	}
	CHECK(left == 0);
}

static int
h_sigdfl(char **argv)
{
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static int
h_nonblock(char **argv)
{
	char buf[4096];
	int from, off, on, to;
	pid_t pid;

	off = 0;
	on = 1;
	from = h_open(argv[0], O_WRONLY);
	to = h_open(argv[1], O_RDONLY | O_NONBLOCK);
	CHECK_ERRNO(read(to, buf, sizeof(buf)), EAGAIN);
	CHECK(fcntl(to, F_SETFL, 0) == 0);
	pid = h_later(h_send, from);
	h_receive(to);
	h_wait(pid);
	CHECK(ioctl(to, FIONBIO, &on) == 0);
	CHECK_ERRNO(read(to, buf, sizeof(buf)), EAGAIN);
	CHECK(ioctl(to, FIONBIO, &off) == 0);
	pid = h_later(h_send, from);
	h_receive(to);
	h_wait(pid);

	CHECK(fcntl(from, F_SETFL, O_NONBLOCK) == 0);
	h_fill(from);
	CHECK_ERRNO(write(from, H_MESSAGE, H_BYTES), EAGAIN);
	h_drain(to);
	h_send(from);
	return 0;
}

static int
h_ready_poll(int fd, int events, int timeout_ms)
{
	struct pollfd pfd;

	pfd.fd = fd;
	pfd.events = (short)events;
	CHECK(poll(&pfd, 1, timeout_ms) != -1);
	return pfd.revents & events;
}

static int
h_ready_select(int fd, int events, int timeout_ms)
{
	struct timeval tv;
	fd_set rs, ws;

	FD_ZERO(&rs);
	FD_ZERO(&ws);
	if (events == POLLIN)
		FD_SET(fd, &rs);
	else
		FD_SET(fd, &ws);
	tv.tv_sec = 0;
	tv.tv_usec = 0;
	CHECK(select(fd + 1, &rs, &ws, NULL, timeout_ms == -1 ? NULL : &tv) !=
	    -1);
	return FD_ISSET(fd, events == POLLIN ? &rs : &ws) ? events : 0;
}

static int h_epoll_trigger;	/* EPOLLET or 0 */

static int
h_ready_epoll(int fd, int events, int timeout_ms)
{
	struct epoll_event ev;
	int ep;

	ep = epoll_create1(0);
	CHECK(ep != -1);
	memset(&ev, 0, sizeof(ev));
	ev.events = (uint32_t)(events | h_epoll_trigger);
	CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == 0);
	ev.events = 0;
	CHECK(epoll_wait(ep, &ev, 1, timeout_ms) != -1);
	close(ep);
	return (int)ev.events & events;
}

/*
 * What is ready at once, what is not, and what becomes ready while waiting.
 */
static void
h_poll_with(int (*ready)(int, int, int), int from, int to)
{
	pid_t pid;

	CHECK(ready(to, POLLIN, 0) == 0);
	CHECK(ready(from, POLLOUT, 0) == POLLOUT);
	h_send(from);
	CHECK(ready(to, POLLIN, -1) == POLLIN);
	CHECK(ready(to, POLLIN, 0) == POLLIN);
	h_receive(to);
	CHECK(ready(to, POLLIN, 0) == 0);
	pid = h_later(h_send, from);
	CHECK(ready(to, POLLIN, -1) == POLLIN);
	h_wait(pid);
	h_receive(to);
	h_fill(from);
	CHECK(ready(from, POLLOUT, 0) == 0);
	pid = h_later(h_drain, to);
	CHECK(ready(from, POLLOUT, -1) == POLLOUT);
	h_wait(pid);
}

static int
h_poll(char **argv)
{
	int from, to;

	from = h_open(argv[0], O_WRONLY | O_NONBLOCK);
	to = h_open(argv[1], O_RDONLY | O_NONBLOCK);
	h_poll_with(h_ready_poll, from, to);
	h_poll_with(h_ready_select, from, to);
	h_poll_with(h_ready_epoll, from, to);
	h_epoll_trigger = EPOLLET;
	h_poll_with(h_ready_epoll, from, to);
	return 0;
}

static void
h_storm_send(int fd)
{
	int i;

	for (i = 0; i < H_STORM; i++) {
		h_send(fd);
		if (i % 7 == 0)
			usleep((useconds_t)(i % 300));
	}
}

/*
 * Two kinds of waiters, edge and level, in turn; a wakeup that is lost is a
 * wait without end.
 */
static int
h_storm(char **argv)
{
	struct epoll_event ev;
	char buf[64];
	int ep, from, to;
	long sum;
	pid_t pid;
	ssize_t n;

	from = h_open(argv[0], O_WRONLY);
	to = h_open(argv[1], O_RDONLY | O_NONBLOCK);
	ep = epoll_create1(0);
	memset(&ev, 0, sizeof(ev));
	ev.events = EPOLLIN | EPOLLET;
	CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, to, &ev) == 0);
	pid = h_later(h_storm_send, from);
	for (sum = 0; sum < H_STORM * H_BYTES; ) {
		if (sum % 2 == 0)
			CHECK(epoll_wait(ep, &ev, 1, -1) == 1);
		else
			CHECK(h_ready_poll(to, POLLIN, -1) == POLLIN);
		while ((n = read(to, buf, sizeof(buf))) > 0)
			sum += n;
		CHECK(n == -1 && errno == EAGAIN);
	}
	h_wait(pid);
	CHECK(sum == H_STORM * H_BYTES);
	return 0;
}

/*
 * One process waits in a read while another writes through the very same
 * description.
 */
static int
h_shared(char **argv)
{
	int both, other;
	pid_t pid;

	both = h_open(argv[0], O_RDWR);
	other = h_open(argv[1], O_RDWR);
	pid = h_later(h_receive, both);
	usleep(150000);
	h_send(both);
	h_receive(other);
	h_send(other);
	h_wait(pid);
	return 0;
}

static void
h_alarm_handler(int sig)
{

	(void)sig;
}

/*
 * The timer repeats: a signal that comes too early is no harm.
 */
static void
h_alarm_start(void)
{
	struct itimerval it;
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = h_alarm_handler;
	CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
	memset(&it, 0, sizeof(it));
	it.it_value.tv_usec = 50000;
	it.it_interval.tv_usec = 50000;
	CHECK(setitimer(ITIMER_REAL, &it, NULL) == 0);
}

static void
h_alarm_stop(void)
{
	struct itimerval it;

	memset(&it, 0, sizeof(it));
	CHECK(setitimer(ITIMER_REAL, &it, NULL) == 0);
}

static int
h_signal(char **argv)
{
	char buf[4096];
	int from, to;

	from = h_open(argv[0], O_WRONLY | O_NONBLOCK);
	to = h_open(argv[1], O_RDONLY);
	h_fill(from);
	h_drain(to);
	h_fill(from);
	CHECK(fcntl(from, F_SETFL, 0) == 0);
	h_alarm_start();
	CHECK_ERRNO(write(from, H_MESSAGE, H_BYTES), EINTR);
	h_alarm_stop();
	h_drain(to);
	h_alarm_start();
	CHECK_ERRNO(read(to, buf, sizeof(buf)), EINTR);
	return 0;
}

static int
h_ioctl(char **argv)
{
	struct termios t;
	int fd, n;

	fd = h_open(argv[0], O_RDWR | O_NONBLOCK);
	CHECK_ERRNO(tcgetattr(fd, &t), ENOTTY);
	CHECK(!isatty(fd));
	CHECK_ERRNO(ioctl(fd, _IOR('?', 77, int), &n), ENOTTY);
	CHECK_ERRNO(lseek(fd, 0, SEEK_CUR), ESPIPE);
	CHECK_ERRNO(pread(fd, &n, 1, 0), ESPIPE);
	CHECK(ftruncate(fd, 0) == 0);
	n = -1;
	CHECK(ioctl(fd, MIDI_FIONREAD, &n) == 0);
	CHECK(n == 0);
	return 0;
}

/* An address that is no program's, which the compiler does not see. */
static char *volatile h_nowhere;

static int
h_chardev(char **argv)
{
	struct termios t;
	int fd, from, n;

	from = h_open(argv[0], O_WRONLY);
	fd = h_open(argv[1], O_RDONLY | O_NONBLOCK);
	CHECK_ERRNO(tcgetattr(fd, &t), ENOTTY);
	CHECK(!isatty(fd));
	CHECK_ERRNO(ioctl(fd, _IOR('?', 77, int), &n), ENOTTY);
	CHECK_ERRNO(ioctl(fd, MIDI_FIONREAD, NULL), EFAULT);
	CHECK_ERRNO(lseek(fd, 0, SEEK_CUR), ESPIPE);
	CHECK_ERRNO(pread(fd, &n, 1, 0), ESPIPE);
	n = -1;
	CHECK(ioctl(fd, FIONREAD, &n) == 0 && n == 0);
	h_send(from);
	CHECK(h_ready_poll(fd, POLLIN, -1) == POLLIN);
	CHECK(ioctl(fd, FIONREAD, &n) == 0 && n == H_BYTES);
	n = -1;
	CHECK(ioctl(fd, MIDI_FIONREAD, &n) == 0 && n == H_BYTES);
	h_receive(fd);
	CHECK_ERRNO(read(fd, h_nowhere, H_BYTES), EAGAIN);
	h_send(from);
	CHECK(h_ready_poll(fd, POLLIN, -1) == POLLIN);
	CHECK_ERRNO(read(fd, h_nowhere, H_BYTES), EFAULT);
	h_receive(fd);
	CHECK_ERRNO(write(from, h_nowhere, H_BYTES), EFAULT);
	return 0;
}

/* The signal comes, from the descriptor if it is told. */
static void
h_async_expect(const sigset_t *set, int sig, int fd)
{
	siginfo_t si;

	CHECK(sigwaitinfo(set, &si) == sig);
	CHECK(fd == -1 || si.si_fd == fd);
}

static int
h_async(char **argv)
{
	struct timespec soon = { 0, 200000000 };
	int fd, from, off, on, pid;
	sigset_t set;

	off = 0;
	on = 1;
	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	from = h_open(argv[0], O_WRONLY);
	fd = h_open(argv[1], O_RDONLY);
	CHECK(ioctl(fd, FIOASYNC, &on) == 0);
	CHECK(fcntl(fd, F_GETOWN) == getpid());
	h_send(from);
	h_async_expect(&set, SIGIO, -1);
	h_receive(fd);
	CHECK(fcntl(fd, F_SETSIG, SIGRTMIN) == 0);
	h_send(from);
	h_async_expect(&set, SIGRTMIN, fd);
	h_receive(fd);
	/* Nobody else's process may be told, and nobody at all is. */
	CHECK(ioctl(fd, FIOSETOWN, &off) == 0);
	CHECK(ioctl(fd, FIOGETOWN, &pid) == 0 && pid == 0);
	h_send(from);
	CHECK_ERRNO(sigtimedwait(&set, NULL, &soon), EAGAIN);
	h_receive(fd);
	pid = getpid();
	CHECK(ioctl(fd, FIOSETOWN, &pid) == 0);
	h_send(from);
	h_async_expect(&set, SIGRTMIN, fd);
	h_receive(fd);
	CHECK(ioctl(fd, FIOASYNC, &off) == 0);
	h_send(from);
	CHECK_ERRNO(sigtimedwait(&set, NULL, &soon), EAGAIN);
	h_receive(fd);
	return 0;
}

static void
h_lost_tell(const char *what, ssize_t result)
{

	printf("%s: %s\n", what, result == -1 ? strerror(errno) : "done");
	fflush(stdout);
}

/*
 * The file `go' is there when the server is gone.
 */
static int
h_lost(char **argv)
{
	struct stat st;
	char buf[64];
	int fd;

	fd = h_open(argv[0], O_RDWR);
	printf("open\n");
	fflush(stdout);
	h_lost_tell("read", read(fd, buf, sizeof(buf)));
	while (stat(argv[1], &st) == -1)
		usleep(10000);
	h_lost_tell("read", read(fd, buf, sizeof(buf)));
	h_lost_tell("write", write(fd, H_MESSAGE, H_BYTES));
	return 0;
}

static const struct {
	const char	*name;
	int		args;	/* at least */
	int		(*fn)(char **);
} h_commands[] = {
	{ "sigdfl",	1,	h_sigdfl },
	{ "nonblock",	2,	h_nonblock },
	{ "poll",	2,	h_poll },
	{ "storm",	2,	h_storm },
	{ "shared",	2,	h_shared },
	{ "signal",	2,	h_signal },
	{ "ioctl",	1,	h_ioctl },
	{ "chardev",	2,	h_chardev },
	{ "async",	2,	h_async },
	{ "lost",	2,	h_lost },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(h_commands) / sizeof(h_commands[0]); i++)
		if (argc > h_commands[i].args + 1 &&
		    strcmp(argv[1], h_commands[i].name) == 0)
			return (*h_commands[i].fn)(argv + 2);
	errx(1, "usage: h_dev command argument ...");
}
