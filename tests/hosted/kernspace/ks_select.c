/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_select.c: who waits for a file is told, by poll and by kqueue.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/poll.h>
#include <sys/systm.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_driver.h"
#include "ks_tests.h"

#define S	1000000000ULL

static struct hosted_file *
select_init(void)
{
	struct hosted_file *f;

	ks_driver_init();
	ks_driver.kd_children = 1;
	(void)ks_tbus_create();
	if (hosted_open("tdev0", HOSTED_READ | HOSTED_WRITE, &f) != 0)
		panic("ks: no file");
	return f;
}

static void
select_fini(struct hosted_file *f)
{

	hosted_close(f);
	ks_driver.kd_children = 0;
	(void)hosted_detach("tbus0");
	ks_driver_fini();
}

static void
data_thread(void *arg)
{

	ks_driver_data(*(int *)arg);
}

static void
drain(struct hosted_file *f)
{
	unsigned long done;
	char buf[8];

	while (hosted_read(f, buf, sizeof(buf), 1, &done) == 0)
		continue;
}

/* Ask, and wait until it is so: a wake after the question is not lost.  In
 * even rounds it surely comes after it, in odd ones at any time. */
void
ks_select_poll(void)
{
	struct hosted_file *f = select_init();
	struct ks_thread *kt;
	struct host_poll *p;
	bool woken = true;
	int i, one = 1;

	KS_CHECK(hosted_poll(f, POLLIN | POLLOUT, NULL) == POLLOUT);
	for (i = 0; i < 5 && woken; i++) {
		p = host_run_poll_create();
		if (i % 2 == 0)
			KS_CHECK(hosted_poll(f, POLLIN, p) == 0);
		kt = ks_thread_start(data_thread, &one);
		if (i % 2 == 0)
			woken = host_run_poll_wait(p,
			    host_uptime_ns() + 5 * S) == 0;
		KS_CHECK(woken);
		while (woken && (hosted_poll(f, POLLIN, p) & POLLIN) == 0) {
			woken = host_run_poll_wait(p,
			    host_uptime_ns() + 5 * S) == 0;
			KS_CHECK(woken);
		}
		ks_thread_join(kt);
		host_run_poll_destroy(p);
		drain(f);
	}
	select_fini(f);
}

/* All who wait are woken. */
struct many {
	struct hosted_file *mn_file;
	struct ks_event	mn_asked;
	struct ks_event	mn_woken;
};

static void
many_thread(void *arg)
{
	struct many *mn = arg;
	struct host_poll *p;
	bool asked = false;

	p = host_run_poll_create();
	while ((hosted_poll(mn->mn_file, POLLIN, p) & POLLIN) == 0) {
		if (!asked)
			ks_event_post(&mn->mn_asked);
		asked = true;
		if (host_run_poll_wait(p, host_uptime_ns() + 5 * S) != 0)
			break;
	}
	host_run_poll_destroy(p);
	ks_event_post(&mn->mn_woken);
}

void
ks_select_many(void)
{
	struct ks_thread *kt[4];
	struct many mn;
	unsigned int i;

	mn.mn_file = select_init();
	ks_event_init(&mn.mn_asked);
	ks_event_init(&mn.mn_woken);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(many_thread, &mn);
	(void)ks_event_wait(&mn.mn_asked, (int)__arraycount(kt));
	ks_driver_data(1);
	(void)ks_event_wait(&mn.mn_woken, (int)__arraycount(kt));
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	ks_event_fini(&mn.mn_asked);
	ks_event_fini(&mn.mn_woken);
	select_fini(mn.mn_file);
}

/*
 * Kqueue.
 */

static int
fetch(struct hosted_kqueue *kq, struct hosted_kevent *ev,
    unsigned long long wait_ns)
{
	int n;

	if (hosted_kqueue_fetch(kq, ev, 1,
	    wait_ns == 0 ? 0 : host_uptime_ns() + wait_ns, &n) != 0)
		return -1;
	return n;
}

void
ks_select_kqueue(void)
{
	struct hosted_file *f = select_init();
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;
	int mark;

	KS_CHECK(hosted_kqueue_create(&kq) == 0);
	KS_CHECK(hosted_kqueue_add(kq, f, 7, 0, NULL) == EINVAL);
	KS_CHECK(hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ, 0, &mark) == 0);
	KS_CHECK(hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ, 0, &mark) ==
	    EEXIST);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	ks_driver_data(3);
	KS_CHECK(fetch(kq, &ev, 5 * S) == 1);
	KS_CHECK(ev.file == f && ev.udata == &mark && ev.data == 3);
	KS_CHECK(ev.filter == HOSTED_EVFILT_READ);
	/* It is so as long as it is so. */
	KS_CHECK(fetch(kq, &ev, 0) == 1 && ev.data == 3);
	drain(f);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	KS_CHECK(hosted_kqueue_delete(kq, f, HOSTED_EVFILT_READ) == 0);
	KS_CHECK(hosted_kqueue_delete(kq, f, HOSTED_EVFILT_READ) == ENOENT);
	ks_driver_data(3);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	hosted_kqueue_destroy(kq);
	select_fini(f);
}

/* Once, and once for each time that something happens. */
void
ks_select_kqueue_flags(void)
{
	struct hosted_file *f = select_init();
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;

	KS_CHECK(hosted_kqueue_create(&kq) == 0);
	ks_driver_data(2);
	KS_CHECK(hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ, HOSTED_EV_CLEAR,
	    NULL) == 0);
	KS_CHECK(fetch(kq, &ev, 0) == 1 && ev.data == 2);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	ks_driver_data(1);
	KS_CHECK(fetch(kq, &ev, 0) == 1 && ev.data == 3);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	KS_CHECK(hosted_kqueue_delete(kq, f, HOSTED_EVFILT_READ) == 0);
	KS_CHECK(hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ,
	    HOSTED_EV_ONESHOT, NULL) == 0);
	KS_CHECK(fetch(kq, &ev, 0) == 1);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	KS_CHECK(hosted_kqueue_delete(kq, f, HOSTED_EVFILT_READ) == ENOENT);
	hosted_kqueue_destroy(kq);
	select_fini(f);
}

/* Who sleeps in a fetch is woken by data, and by the end of the device. */
struct fetcher {
	struct hosted_kqueue *fe_kq;
	struct ks_event	fe_got;
	unsigned int	fe_flags;
};

static void
fetch_thread(void *arg)
{
	struct fetcher *fe = arg;
	struct hosted_kevent ev;
	int n = 0;

	KS_CHECK(hosted_kqueue_fetch(fe->fe_kq, &ev, 1, HOSTED_FOREVER,
	    &n) == 0);
	KS_CHECK(n == 1);
	fe->fe_flags = n == 1 ? ev.flags : 0;
	ks_event_post(&fe->fe_got);
}

void
ks_select_kqueue_wait(void)
{
	struct hosted_file *f = select_init();
	struct ks_thread *kt;
	struct fetcher fe;

	ks_event_init(&fe.fe_got);
	KS_CHECK(hosted_kqueue_create(&fe.fe_kq) == 0);
	KS_CHECK(hosted_kqueue_add(fe.fe_kq, f, HOSTED_EVFILT_READ, 0,
	    NULL) == 0);
	kt = ks_thread_start(fetch_thread, &fe);
	ks_driver_data(1);
	(void)ks_event_wait(&fe.fe_got, 1);
	KS_CHECK((fe.fe_flags & HOSTED_EV_EOF) == 0);
	ks_thread_join(kt);
	drain(f);
	kt = ks_thread_start(fetch_thread, &fe);
	ks_pause(2);
	KS_CHECK(hosted_detach("tdev0") == 0);
	(void)ks_event_wait(&fe.fe_got, 2);
	KS_CHECK((fe.fe_flags & HOSTED_EV_EOF) != 0);
	ks_thread_join(kt);
	hosted_kqueue_destroy(fe.fe_kq);
	ks_event_fini(&fe.fe_got);
	select_fini(f);
}

/* A closed file is watched no longer; one without filters of its own, always
 * ready, is. */
void
ks_select_kqueue_close(void)
{
	struct hosted_file *f = select_init(), *g;
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;

	KS_CHECK(hosted_kqueue_create(&kq) == 0);
	KS_CHECK(hosted_open("tplain", HOSTED_WRITE, &g) == 0);
	KS_CHECK(hosted_kqueue_add(kq, g, HOSTED_EVFILT_WRITE, 0, NULL) == 0);
	KS_CHECK(fetch(kq, &ev, 0) == 1 && ev.file == g);
	hosted_close(g);
	KS_CHECK(fetch(kq, &ev, 0) == 0);
	KS_CHECK(hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ, 0, NULL) == 0);
	select_fini(f);
	hosted_kqueue_destroy(kq);
}

/* Notify, fetch and close from everywhere. */
static void
storm_thread(void *arg)
{
	struct hosted_kqueue *kq = arg;
	struct hosted_file *f;
	struct hosted_kevent ev;
	int i;

	for (i = 0; i < 5; i++) {
		if (hosted_open("tdev0", HOSTED_READ, &f) != 0)
			continue;
		(void)hosted_kqueue_add(kq, f, HOSTED_EVFILT_READ,
		    HOSTED_EV_CLEAR, NULL);
		ks_driver_data(1);
		(void)fetch(kq, &ev, 0);
		hosted_close(f);
	}
}

void
ks_select_kqueue_storm(void)
{
	struct hosted_file *f = select_init();
	struct hosted_kqueue *kq;
	struct ks_thread *kt[3];
	unsigned int i;

	KS_CHECK(hosted_kqueue_create(&kq) == 0);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(storm_thread, kq);
	(void)hosted_detach("tbus0");
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	hosted_kqueue_destroy(kq);
	select_fini(f);
}
