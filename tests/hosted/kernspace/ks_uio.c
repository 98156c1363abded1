/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_uio.c: bytes arrive where they should, counted exactly; the evcnt node,
 * which is read through all of the layers; times.
 */

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/kernel.h>
#include <sys/poll.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timearith.h>
#include <sys/uio.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

static const char digits[] = "0123456789";

static void
uio_make(struct uio *uio, struct iovec *iov, int n, enum uio_rw rw)
{
	int i;

	memset(uio, 0, sizeof(*uio));
	uio->uio_iov = iov;
	uio->uio_iovcnt = n;
	uio->uio_rw = rw;
	uio->uio_offset = 100;
	for (i = 0; i < n; i++)
		uio->uio_resid += iov[i].iov_len;
}

/* In every pair of steps, over pieces of 3, 0, 5 and 2 bytes. */
static void
uio_read(size_t first, bool kernel)
{
	char a[3], b[5], c[2], none;
	struct iovec iov[] = {
		{ a, sizeof(a) }, { &none, 0 }, { b, sizeof(b) },
		{ c, sizeof(c) }
	};
	char from[11];
	struct uio uio;

	memcpy(from, digits, sizeof(from));
	uio_make(&uio, iov, (int)__arraycount(iov), UIO_READ);
	if (kernel)
		UIO_SETUP_SYSSPACE(&uio);
	KS_CHECK(uiomove(from, first, &uio) == 0);
	KS_CHECK(uio.uio_resid == 10 - first);
	KS_CHECK(uio.uio_offset == 100 + (off_t)first);
	KS_CHECK(uiomove(from + first, 11 - first, &uio) == 0);
	KS_CHECK(uio.uio_resid == 0);
	KS_CHECK(uio.uio_offset == 110);
	KS_CHECK(memcmp(a, digits, 3) == 0);
	KS_CHECK(memcmp(b, digits + 3, 5) == 0);
	KS_CHECK(memcmp(c, digits + 8, 2) == 0);
}

static void
uio_write(size_t first)
{
	char from[10], to[10];
	struct iovec iov[] = { { from, 4 }, { from + 4, 6 } };
	struct uio uio;

	memcpy(from, digits, sizeof(from));
	uio_make(&uio, iov, (int)__arraycount(iov), UIO_WRITE);
	KS_CHECK(uiopeek(to, sizeof(to), &uio) == 0);
	KS_CHECK(memcmp(to, digits, sizeof(to)) == 0);
	KS_CHECK(uio.uio_resid == 10);
	uioskip(first, &uio);
	memset(to, 0, sizeof(to));
	KS_CHECK(uiomove(to, sizeof(to), &uio) == 0);
	KS_CHECK(memcmp(to, digits + first, 10 - first) == 0);
	KS_CHECK(uio.uio_resid == 0 && uio.uio_offset == 110);
}

void
ks_uio_move(void)
{
	size_t first;

	for (first = 0; first <= 10; first++) {
		uio_read(first, false);
		uio_read(first, true);
		uio_write(first);
	}
}

void
ks_uio_fault(void)
{
	void *bad = host_run_bad_address();
	char from[4], to[4];
	struct iovec iov[] = { { from, 2 }, { bad, 2 } };
	struct uio uio;

	if (bad == NULL)
		return;
	memcpy(from, digits, sizeof(from));
	uio_make(&uio, iov, (int)__arraycount(iov), UIO_WRITE);
	KS_CHECK(uiomove(to, sizeof(to), &uio) == EFAULT);
	KS_CHECK(uio.uio_resid == 2);
	KS_CHECK(copyin(bad, to, 1) == EFAULT);
	KS_CHECK(copyout(to, bad, 1) == EFAULT);
	KS_CHECK(copyin(from, to, 2) == 0 && memcmp(from, to, 2) == 0);
}

/*
 * The evcnt node.
 */

static unsigned long
node_read(struct hosted_file *f, char *buf, unsigned long size,
    unsigned long piece)
{
	unsigned long done, used = 0;

	for (;;) {
		KS_CHECK(hosted_read(f, buf + used, MIN(piece, size - used), 0,
		    &done) == 0);
		if (done == 0)
			break;
		used += done;
	}
	buf[used] = '\0';
	return used;
}

/* The counters' lines of the text, after that of the kernel's. */
static const char *
node_counters(const char *text)
{
	static const char uptime[] = "kernel\tuptime\tseconds\t";
	size_t n = sizeof(uptime) - 1;

	KS_CHECK(strncmp(text, uptime, n) == 0);
	KS_CHECK(text[n] >= '0' && text[n] <= '9');
	while (text[n] >= '0' && text[n] <= '9')
		n++;
	KS_CHECK(text[n] == '\n');
	return text + n + 1;
}

static void
count_one(void *arg, const char *group, const char *name, const char *type,
    unsigned long long count)
{
	int *n = arg;

	KS_CHECK(strcmp(group, "midi0") == 0);
	KS_CHECK(name[0] != '\0' && type[0] != '\0' && count != 0);
	(*n)++;
}

void
ks_evcnt_node(void)
{
	static const char expect[] =
	    "midi0\trcv bytes\tmisc\t18446744073709551615\n"
	    "midi0\tirq\tintr\t3\n";
	struct evcnt ev[2];
	struct hosted_file *f, *g;
	unsigned long done;
	char buf[256];
	int n = 0;

	evcnt_attach_dynamic(&ev[0], EVCNT_TYPE_MISC, NULL, "midi0",
	    "rcv bytes");
	evcnt_attach_dynamic(&ev[1], EVCNT_TYPE_INTR, NULL, "midi0", "irq");
	KS_CHECK(ev[0].ev_count == 0);
	ev[0].ev_count = UINT64_MAX;
	ev[1].ev_count = 3;
	hosted_evcnt_foreach(count_one, &n);
	KS_CHECK(n == 2);
	KS_CHECK(hosted_open("evcnt", HOSTED_WRITE, &f) == EACCES);
	KS_CHECK(hosted_open("evcnt", HOSTED_READ, &f) == 0);
	KS_CHECK(hosted_read(f, buf, 5, 0, &done) == 0 && done == 5);
	ev[1].ev_count = 4;
	/* What was begun goes on as it was. */
	(void)node_read(f, buf + 5, 200, 7);
	KS_CHECK(strcmp(node_counters(buf), expect) == 0);
	KS_CHECK(hosted_open("evcnt", HOSTED_READ, &g) == 0);
	(void)node_read(g, buf, 200, 200);
	KS_CHECK(node_counters(buf)[sizeof(expect) - 3] == '4');
	KS_CHECK(hosted_poll(g, POLLIN, NULL) == POLLIN);
	hosted_close(f);
	hosted_close(g);
	evcnt_detach(&ev[0]);
	evcnt_detach(&ev[1]);
	KS_CHECK(hosted_open("evcnt", HOSTED_READ, &f) == 0);
	(void)node_read(f, buf, 200, 200);
	KS_CHECK(node_counters(buf)[0] == '\0');
	hosted_close(f);
}

/*
 * Times.
 */

void
ks_time_uptime(void)
{
	struct timespec t, get, before;
	struct timeval tv;
	struct bintime bt;
	int i, ticks;

	nanouptime(&before);
	KS_CHECK(before.tv_sec > 0 || before.tv_nsec > 0);
	for (i = 0; i < 50; i++) {
		ticks = getticks();
		getnanouptime(&get);
		nanouptime(&t);
		KS_CHECK(!timespeccmp(&t, &before, <));
		KS_CHECK(!timespeccmp(&t, &get, <));
		KS_CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
		before = t;
		microuptime(&tv);
		KS_CHECK(tv.tv_usec >= 0 && tv.tv_usec < 1000000);
		binuptime(&bt);
		bintime2timespec(&bt, &t);
		KS_CHECK(!timespeccmp(&t, &before, <));
		KS_CHECK(getticks() - ticks >= 0);
		delay(1);
	}
}

void
ks_time_arith(void)
{
	static const long ns[] = {
		0, 1, 2, 499, 500, 999, 1000, 123456789, 500000000,
		999999998, 999999999
	};
	struct timespec a, b, r;
	struct timeval tv;
	struct bintime bt;
	unsigned int i, j;

	for (i = 0; i < __arraycount(ns); i++) {
		a.tv_sec = 5;
		a.tv_nsec = ns[i];
		timespec2bintime(&a, &bt);
		bintime2timespec(&bt, &r);
		KS_CHECK(timespeccmp(&a, &r, ==));
		for (j = 0; j < __arraycount(ns); j++) {
			b.tv_sec = 3;
			b.tv_nsec = ns[j];
			timespecadd(&a, &b, &r);
			KS_CHECK(r.tv_nsec >= 0 && r.tv_nsec < 1000000000);
			timespecsub(&r, &b, &r);
			KS_CHECK(timespeccmp(&a, &r, ==));
		}
	}
	a.tv_sec = 0;
	a.tv_nsec = 0;
	KS_CHECK(tstohz(&a) == 1);
	a.tv_nsec = 1;
	KS_CHECK(tstohz(&a) == 2);
	a.tv_nsec = 1000001;
	KS_CHECK(tstohz(&a) == 3);
	a.tv_sec = INT64_MAX;
	KS_CHECK(tstohz(&a) == INT_MAX);
	tv.tv_sec = 1;
	tv.tv_usec = 500;
	KS_CHECK(tvtohz(&tv) == 1002);
	KS_CHECK(mstohz(25) == 25 && hztoms(25) == 25);
}
