/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_target_dev.c: h_target.h on nodes in a directory.
 *
 * MIDI_DIR names it, with two virtual cables in it that nobody uses; if it
 * does not, a midihost of the directory that BSDMIDI_BIN names is started for
 * each test and ended after it.
 */

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "h_target.h"

struct t_thread {
	pthread_t	tt_thread;
	void		(*tt_fn)(void *);
	void		*tt_arg;
};

static char t_dir[256];
static char t_host_dir[64];	/* of our own midihost, or "" */

bool
t_exact(void)
{

	return false;
}

bool
t_close_waits(void)
{
	struct utsname un;
	int major, minor;

	return uname(&un) == 0 &&
	    sscanf(un.release, "%d.%d", &major, &minor) == 2 &&
	    (major > 6 || (major == 6 && minor >= 18));
}

/* Run midihost or fusermount3 and wait. */
static int
t_command(const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	status = system(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A test program ends without a return from the test when it fails. */
static void
t_stop_host(void)
{
	int i;

	if (t_host_dir[0] == '\0')
		return;
	t_command("kill $(cat %s/pid) 2>/dev/null", t_host_dir);
	for (i = 0; i < 50 && rmdir(t_dir) != 0; i++)
		usleep(100000);
	t_command("rm -rf %s", t_host_dir);
	t_host_dir[0] = '\0';
}

static void
t_start_host(void)
{
	const char *bin = getenv("BSDMIDI_BIN");

	if (bin == NULL)
		atf_tc_skip("neither MIDI_DIR nor BSDMIDI_BIN is set");
	if (access("/dev/fuse", R_OK | W_OK) != 0)
		atf_tc_skip("/dev/fuse cannot be used here");
	strcpy(t_host_dir, "/tmp/t_midi.XXXXXX");
	if (mkdtemp(t_host_dir) == NULL)
		atf_tc_fail("mkdtemp: %s", strerror(errno));
	snprintf(t_dir, sizeof(t_dir), "%s/dev", t_host_dir);
	mkdir(t_dir, 0755);
	atexit(t_stop_host);
	if (t_command("%s/midihost -p %s/pid -m %s vmidi:2", bin, t_host_dir,
	    t_dir) != 0)
		atf_tc_fail("midihost does not start");
}

static void
t_ignore(int signo)
{

	(void)signo;
}

void
t_run(void (*body)(void))
{
	const char *dir = getenv("MIDI_DIR");
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = t_ignore;
	sigaction(SIGUSR1, &sa, NULL);
	if (dir != NULL)
		snprintf(t_dir, sizeof(t_dir), "%s", dir);
	else
		t_start_host();
	(*body)();
	t_stop_host();
}

void
t_fail(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t_stop_host();
	atf_tc_fail("%s:%d: %s", file, line, text);
}

int
t_open(const char *node, int flags)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", t_dir, node);
	fd = open(path, flags);
	return fd == -1 ? -errno : fd;
}

long
t_read(int fd, void *buf, size_t n)
{
	const ssize_t r = read(fd, buf, n);

	return r == -1 ? -errno : r;
}

long
t_write(int fd, const void *buf, size_t n)
{
	const ssize_t r = write(fd, buf, n);

	return r == -1 ? -errno : r;
}

int
t_ioctl(int fd, unsigned long cmd, void *data)
{

	return ioctl(fd, cmd, data) == -1 ? -errno : 0;
}

int
t_poll(int fd, int events, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	switch (poll(&pfd, 1, timeout_ms)) {
	case -1:
		return -errno;
	case 0:
		return 0;
	default:
		return pfd.revents;
	}
}

void
t_close(int fd)
{

	close(fd);
}

static void *
t_thread_main(void *arg)
{
	struct t_thread *tt = arg;

	tt->tt_fn(tt->tt_arg);
	return NULL;
}

struct t_thread *
t_start(void (*fn)(void *), void *arg)
{
	struct t_thread *tt;

	tt = malloc(sizeof(*tt));
	tt->tt_fn = fn;
	tt->tt_arg = arg;
	if (pthread_create(&tt->tt_thread, NULL, t_thread_main, tt) != 0)
		t_fail(__FILE__, __LINE__, "pthread_create");
	return tt;
}

void
t_join(struct t_thread *tt)
{

	pthread_join(tt->tt_thread, NULL);
	free(tt);
}

void
t_interrupt(struct t_thread *tt)
{

	pthread_kill(tt->tt_thread, SIGUSR1);
}

void
t_sleep_ms(unsigned int ms)
{

	usleep(ms * 1000);
}

uint64_t
t_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}
