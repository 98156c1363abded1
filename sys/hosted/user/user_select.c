/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_select.c: poll, select and epoll for other processes.
 *
 * A poll does not block and is answered at once, by the thread that reads the
 * requests.
 *
 * One host_poll per file serves all who poll it, as the system hands
 * out one handle per file.  It stays recorded from one poll to the next, so
 * that a poll for input does not make another's for output deaf, and input
 * and output are asked for separately, as the kernel records a wait only
 * when nothing is ready.  Who waits for edges (EPOLLET) does not ask again
 * after it was told, but reads or writes until it would block: the call that
 * does less than it was asked to has the wait recorded again.
 */

#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_file.h>
#include <hosted/user/user_select.h>

void
user_select_again(struct user_file *f, struct hosted_file *hosted,
    int events)
{

	events &= atomic_load(&f->f_polled);
	if (events != 0 && hosted_poll(hosted, events, &f->f_poll) != 0)
		user_file_wake(f);
}

/*
 * Poll.  The two systems' bits agree, but for the one that says that normal
 * data may be written, which is POLLOUT in NetBSD.
 */

static int
user_select_in(unsigned int linux_events)
{
	int events;

	events = (int)(linux_events &
	    (USER_SELECT_IN | USER_SELECT_OUT));
	if ((linux_events & POLLWRNORM) != 0)
		events |= HOSTED_POLLOUT;
	return events;
}

static unsigned int
user_select_out(int events)
{
	unsigned int linux_events;

	linux_events = (unsigned int)events & (USER_SELECT_IN |
	    USER_SELECT_OUT | HOSTED_POLLERR | HOSTED_POLLHUP);
	if ((events & HOSTED_POLLOUT) != 0)
		linux_events |= POLLWRNORM;
	return linux_events;
}

/*
 * All handles of one file are alike; the first is kept.
 */
static void
user_select_set_handle(struct user_file *f, struct fuse_pollhandle *ph)
{
	int unused;

	host_lock_enter(user_files.lock);
	unused = f->f_handle != NULL;
	if (!unused)
		f->f_handle = ph;
	host_lock_exit(user_files.lock);
	if (unused)
		fuse_pollhandle_destroy(ph);
}

/*
 * A device that is gone is told even to those who ask for nothing.
 */
static int
user_select_ask(struct user_file *f, struct hosted_file *hosted, int events,
    int record)
{
	struct host_poll *p;
	int ready;

	p = record ? &f->f_poll : NULL;
	ready = 0;
	if (events != USER_SELECT_OUT)
		ready |= hosted_poll(hosted, events & USER_SELECT_IN, p);
	if ((events & USER_SELECT_OUT) != 0)
		ready |= hosted_poll(hosted, events & USER_SELECT_OUT, p);
	return ready;
}

void
user_select_request(fuse_req_t req, const struct fuse_file_info *fi,
    struct fuse_pollhandle *ph)
{
	struct hosted_file *hosted;
	struct user_file *f;
	int events, ready;

	f = user_file_of(fi);
	events = user_select_in(fi->poll_events);
	if (ph != NULL) {
		user_select_set_handle(f, ph);
		atomic_fetch_or(&f->f_polled, events);
	}
	ready = POLLERR | POLLHUP;
	hosted = user_file_enter(f);
	if (hosted != NULL) {
		ready = user_select_ask(f, hosted, events, ph != NULL);
		user_file_leave(f);
	}
	fuse_reply_poll(req, user_select_out(ready));
}
