/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_devsw.c: open, cancel, close and revoke of devices, in NetBSD 10's
 * order, and what the layer of files makes of their answers.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/poll.h>
#include <sys/systm.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_driver.h"
#include "ks_tests.h"

#define LINUX_NONE(g, n)	((unsigned long)(g) << 8 | (n))
#define LINUX_READ(g, n, s)	(0x80000000UL | (s) << 16 | LINUX_NONE(g, n))
#define LINUX_WRITE(g, n, s)	(0x40000000UL | (s) << 16 | LINUX_NONE(g, n))

static void
devsw_init(void)
{

	ks_driver_init();
	ks_driver.kd_children = 1;
	(void)ks_tbus_create();
	(void)ks_driver_logged("a");
}

static void
devsw_fini(void)
{

	ks_driver.kd_children = 0;
	(void)hosted_detach("tbus0");
	ks_driver_fini();
}

void
ks_devsw_names(void)
{
	struct hosted_file *f;

	devsw_init();
	KS_CHECK(hosted_open("tdev1", HOSTED_READ, &f) == ENXIO);
	KS_CHECK(hosted_open("tdev00", HOSTED_READ, &f) == ENOENT);
	KS_CHECK(hosted_open("tdev", HOSTED_READ, &f) == ENOENT);
	KS_CHECK(hosted_open("tdev0x", HOSTED_READ, &f) == ENOENT);
	KS_CHECK(hosted_open("tde", HOSTED_READ, &f) == ENOENT);
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	hosted_close(f);
	KS_CHECK(hosted_open("tplain", HOSTED_READ, &f) == 0);
	hosted_close(f);
	KS_CHECK(host_run_node("tplain") && host_run_node("evcnt"));
	devsw_fini();
}

/* One close for all opens: the last one. */
void
ks_devsw_last_close(void)
{
	struct hosted_file *f[2];

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f[0]) == 0);
	KS_CHECK(hosted_open("tdev0", HOSTED_WRITE, &f[1]) == 0);
	KS_CHECK(ks_driver_logged("oOoO"));
	hosted_close(f[0]);
	KS_CHECK(ks_driver_logged(""));
	hosted_close(f[1]);
	KS_CHECK(ks_driver_logged("xc"));
	devsw_fini();
}

/* Opens wait while the device closes. */
static void
close_thread(void *arg)
{

	hosted_close(arg);
}

static void
open_thread(void *arg)
{
	struct hosted_file *f;

	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	hosted_close(f);
	ks_event_post(arg);
}

void
ks_devsw_open_waits_for_close(void)
{
	struct ks_thread *kt[2];
	struct ks_event done;
	struct hosted_file *f;

	devsw_init();
	ks_event_init(&done);
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	ks_driver.kd_close_waits = true;
	kt[0] = ks_thread_start(close_thread, f);
	(void)ks_event_wait(&ks_driver.kd_arrived, 1);
	kt[1] = ks_thread_start(open_thread, &done);
	ks_pause(10);
	KS_CHECK(ks_driver_logged("oOx"));
	ks_event_post(&ks_driver.kd_go);
	(void)ks_event_wait(&done, 1);
	KS_CHECK(ks_driver_logged("coOxc"));
	ks_thread_join(kt[0]);
	ks_thread_join(kt[1]);
	ks_event_fini(&done);
	devsw_fini();
}

/* A reader sleeps while the device goes. */
static void
reader_thread(void *arg)
{
	struct hosted_file *f = arg;
	unsigned long done;
	char buf[4];

	KS_CHECK(hosted_read(f, buf, sizeof(buf), 0, &done) == EIO);
	KS_CHECK(done == 0);
}

void
ks_devsw_revoke(void)
{
	struct hosted_file *f, *g;
	struct ks_thread *kt;
	unsigned long done;
	char c = 0;
	int n = 0;

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ | HOSTED_WRITE, &f) == 0);
	kt = ks_thread_start(reader_thread, f);
	(void)ks_event_wait(&ks_driver.kd_arrived, 1);
	ks_pause(5);
	KS_CHECK(hosted_detach("tdev0") == 0);
	KS_CHECK(ks_driver_logged("oOrdxRch"));
	ks_thread_join(kt);
	KS_CHECK(hosted_read(f, &c, 1, 0, &done) == EIO);
	KS_CHECK(hosted_write(f, &c, 1, 0, &done) == EIO);
	KS_CHECK(hosted_ioctl(f, FIONREAD, &n, 0) == EIO);
	KS_CHECK(hosted_poll(f, POLLIN, NULL) == (POLLIN | POLLHUP));
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &g) == ENXIO);
	hosted_close(f);
	KS_CHECK(ks_driver_logged(""));
	devsw_fini();
}

/* The number comes back while a revoked file is still open. */
void
ks_devsw_revoked_stays(void)
{
	struct hosted_file *f, *g;
	unsigned long done;
	char c;

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	KS_CHECK(hosted_detach("tbus0") == 0);
	(void)ks_tbus_create();
	(void)ks_driver_logged("oOdxcha");
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &g) == 0);
	ks_driver_data(1);
	KS_CHECK(hosted_read(f, &c, 1, 0, &done) == EIO);
	KS_CHECK(hosted_read(g, &c, 1, 0, &done) == 0 && done == 1);
	hosted_close(f);
	KS_CHECK(ks_driver_logged("oOrR"));
	hosted_close(g);
	KS_CHECK(ks_driver_logged("xc"));
	devsw_fini();
}

/* An open sleeps while the device goes.  The device is held until the open
 * has left; the revoke comes through the minor number alone. */
static void
open_revoked_thread(void *arg __unused)
{
	struct hosted_file *f;

	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == ENXIO);
}

void
ks_devsw_revoke_open(void)
{
	struct ks_thread *kt;

	devsw_init();
	ks_driver.kd_open_waits = true;
	kt = ks_thread_start(open_revoked_thread, NULL);
	(void)ks_event_wait(&ks_driver.kd_arrived, 1);
	KS_CHECK(hosted_detach("tdev0") == 0);
	ks_thread_join(kt);
	/* Closed by the revoke, and again after the open. */
	KS_CHECK(ks_driver_logged_either("odxOcch", "odxcOch"));
	devsw_fini();
}

/* Everything at once: openers, readers, and a device that comes and goes. */
#define STORM	6

static void
storm_thread(void *arg __unused)
{
	struct hosted_file *f;
	unsigned long done;
	char buf[8];
	int error, i;

	for (i = 0; i < STORM; i++) {
		error = hosted_open("tdev0", HOSTED_READ, &f);
		KS_CHECK(error == 0 || error == ENXIO);
		if (error)
			continue;
		error = hosted_read(f, buf, sizeof(buf), i % 2, &done);
		KS_CHECK(error == 0 || error == EIO || error == EWOULDBLOCK);
		hosted_close(f);
	}
}

void
ks_devsw_storm(void)
{
	struct ks_thread *kt[2];
	unsigned int i;

	ks_driver_init();
	ks_driver.kd_children = 1;
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(storm_thread, NULL);
	for (i = 0; i < STORM; i++) {
		(void)ks_tbus_create();
		ks_driver_data(3);
		(void)hosted_detach("tbus0");
	}
	/* Who waits now waits for these. */
	(void)ks_tbus_create();
	ks_driver_data(1000);
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	devsw_fini();
}

void
ks_devsw_clone(void)
{
	struct hosted_file *f, *g;
	unsigned long done;
	char a, b;

	ks_driver_init();
	KS_CHECK(hosted_open("tclone", HOSTED_READ, &f) == 0);
	KS_CHECK(hosted_open("tclone", HOSTED_READ, &g) == 0);
	KS_CHECK(hosted_open("tclone", HOSTED_READ | HOSTED_WRITE, &g) ==
	    EBUSY);
	KS_CHECK(hosted_read(f, &a, 1, 0, &done) == 0 && done == 1);
	KS_CHECK(hosted_read(g, &b, 1, 0, &done) == 0 && done == 1);
	KS_CHECK(a != b);
	KS_CHECK(hosted_read(g, &b, 1, 1, &done) == EWOULDBLOCK);
	KS_CHECK(hosted_read(g, &b, 1, 0, &done) == 0);
	KS_CHECK(hosted_write(g, &b, 1, 0, &done) == EBADF);
	hosted_close(f);
	hosted_close(g);
	KS_CHECK(ks_driver_logged("OOcc"));
	ks_driver_fini();
}

/*
 * The layer of files.
 */

void
ks_devsw_short(void)
{
	struct hosted_file *f;
	unsigned long done;
	char buf[16];

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	KS_CHECK(hosted_read(f, buf, sizeof(buf), 1, &done) == EWOULDBLOCK);
	KS_CHECK(done == 0);
	ks_driver_data(3);
	ks_driver.kd_read_error = EWOULDBLOCK;
	KS_CHECK(hosted_read(f, buf, sizeof(buf), 0, &done) == 0);
	KS_CHECK(done == 3);
	ks_driver_data(3);
	ks_driver.kd_read_error = ERESTART;
	KS_CHECK(hosted_read(f, buf, sizeof(buf), 0, &done) == 0);
	KS_CHECK(done == 3);
	ks_driver_data(3);
	ks_driver.kd_read_error = EPROTO;
	KS_CHECK(hosted_read(f, buf, sizeof(buf), 0, &done) == EPROTO);
	KS_CHECK(done == 3);
	KS_CHECK(hosted_write(f, buf, 1, 0, &done) == EBADF);
	hosted_close(f);
	devsw_fini();
}

/* A signal ends a sleeping read with EINTR. */
struct interrupted {
	struct hosted_file *in_file;
	int		in_error;
};

static void
interrupted_thread(void *arg)
{
	struct interrupted *in = arg;
	unsigned long done;
	char c;

	in->in_error = hosted_read(in->in_file, &c, 1, 0, &done);
	host_run_clear_signal();
}

void
ks_devsw_signal(void)
{
	struct interrupted in;
	struct ks_thread *kt;

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &in.in_file) == 0);
	kt = ks_thread_start(interrupted_thread, &in);
	host_thread_interrupt(ks_thread_host(kt));
	ks_thread_join(kt);
	KS_CHECK(in.in_error == EINTR);
	hosted_close(in.in_file);
	devsw_fini();
}

void
ks_devsw_ioctl(void)
{
	struct hosted_file *f;
	unsigned long done;
	int n = 1, id;
	char c;

	devsw_init();
	KS_CHECK(hosted_open("tdev0", HOSTED_READ, &f) == 0);
	KS_CHECK(hosted_ioctl(f, FIONBIO, &n, 0) == 0);
	KS_CHECK(hosted_read(f, &c, 1, 0, &done) == EWOULDBLOCK);
	n = 0;
	KS_CHECK(hosted_ioctl(f, FIONBIO, &n, 0) == 0);
	ks_driver_data(5);
	KS_CHECK(hosted_read(f, &c, 1, 0, &done) == 0);
	KS_CHECK(hosted_ioctl(f, FIONREAD, &n, 0) == 0 && n == 4);
	KS_CHECK(hosted_ioctl(f, _IO('Z', 1), NULL, 0) == ENOTTY);
	KS_CHECK(hosted_ioctl(f, FIOCLEX, NULL, 0) == 0);
	id = 17;
	KS_CHECK(hosted_ioctl(f, FIOSETOWN, &id, 0) == 0);
	KS_CHECK(hosted_ioctl(f, TIOCGPGRP, &id, 0) == 0 && id == -17);
	KS_CHECK(hosted_ioctl(f, FIOGETOWN, &id, 0) == 0 && id == 17);
	id = 5;
	KS_CHECK(hosted_ioctl(f, TIOCSPGRP, &id, 0) == 0);
	KS_CHECK(hosted_ioctl(f, FIOGETOWN, &id, 0) == 0 && id == -5);
	id = -5;
	KS_CHECK(hosted_ioctl(f, TIOCSPGRP, &id, 0) == EINVAL);
	hosted_close(f);
	devsw_fini();
}

void
ks_devsw_ioctl_cmd(void)
{

	KS_CHECK(hosted_ioctl_cmd(LINUX_NONE('Q', 0)) == _IO('Q', 0));
	KS_CHECK(hosted_ioctl_cmd(LINUX_READ('Q', 4, 4UL)) ==
	    _IOR('Q', 4, int));
	KS_CHECK(hosted_ioctl_cmd(LINUX_WRITE('Q', 18, 8UL)) ==
	    _IOW('Q', 18, uint64_t));
	KS_CHECK(hosted_ioctl_cmd(LINUX_READ('Q', 2, 56UL) | 0x40000000UL) ==
	    0xc0385102UL);
	KS_CHECK(hosted_ioctl_cmd(0x541bUL) == FIONREAD);
	KS_CHECK(hosted_ioctl_cmd(0x5421UL) == FIONBIO);
	KS_CHECK(hosted_ioctl_cmd(0x5452UL) == FIOASYNC);
	KS_CHECK(hosted_ioctl_cmd(LINUX_READ('Q', 1, 8192UL)) == 0);
	KS_CHECK(hosted_ioctl_size(_IOR('Q', 4, int)) == sizeof(int));
	KS_CHECK(hosted_ioctl_size(_IO('Q', 4)) == 0);
}

void
ks_devsw_attach(void)
{
	static const struct cdevsw mine = { .d_flag = D_OTHER | D_MPSAFE };
	static const struct cdevsw other = { .d_flag = D_OTHER | D_MPSAFE };
	devmajor_t bmaj = NODEVMAJOR, maj = NODEVMAJOR, same;

	KS_CHECK(cdevsw_lookup_major(&mine) == NODEVMAJOR);
	KS_CHECK(devsw_attach("mine", NULL, &bmaj, &mine, &maj) == 0);
	KS_CHECK(maj != NODEVMAJOR && cdevsw_lookup_major(&mine) == maj);
	KS_CHECK(cdevsw_lookup(makedev(maj, 3)) == &mine);
	same = maj;
	KS_CHECK(devsw_attach("other", NULL, &bmaj, &other, &same) == EEXIST);
	devsw_detach(NULL, &mine);
	KS_CHECK(cdevsw_lookup(makedev(maj, 3)) == NULL);
	KS_CHECK(devsw_attach("other", NULL, &bmaj, &other, &same) == 0);
	devsw_detach(NULL, &other);
}

void
ks_devsw_numbers(void)
{
	static const int numbers[] = {
		0, 1, 127, 128, 255, 256, 4095, 65535, 1048575
	};
	unsigned int i;
	dev_t dev;

	for (i = 0; i < __arraycount(numbers); i++) {
		dev = makedev(i, numbers[i]);
		KS_CHECK(major(dev) == (devmajor_t)i);
		KS_CHECK(minor(dev) == numbers[i]);
		KS_CHECK(dev_minor_unit(dev) == numbers[i]);
	}
}
