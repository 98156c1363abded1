/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_file.c: open files of other processes.
 *
 * A file is closed in the hosted kernel by whoever takes f_hosted, which
 * needs f_busy to be 0: by its release, or at the end of the service.
 */

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_file.h>
#include <hosted/user/user_serve.h>
#include <hosted/user/user_work.h>

struct user_files user_files;

/*
 * The list, and who may use a file.
 */

/*
 * Called with the lock held.
 */
static void
user_file_insert(struct user_file *f)
{

	f->f_prev = NULL;
	f->f_next = user_files.files;
	if (f->f_next != NULL)
		f->f_next->f_prev = f;
	user_files.files = f;
}

/*
 * Called with the lock held.
 */
static void
user_file_remove(struct user_file *f)
{

	if (f->f_next != NULL)
		f->f_next->f_prev = f->f_prev;
	if (f->f_prev != NULL)
		f->f_prev->f_next = f->f_next;
	else
		user_files.files = f->f_next;
}

struct user_file *
user_file_of(const struct fuse_file_info *fi)
{

	return (struct user_file *)(uintptr_t)fi->fh;
}

int
user_file_is_shut(void)
{
	int shut;

	host_lock_enter(user_files.lock);
	shut = user_files.shut;
	host_lock_exit(user_files.lock);
	return shut;
}

struct hosted_file *
user_file_enter(struct user_file *f)
{
	struct hosted_file *hosted;

	host_lock_enter(user_files.lock);
	hosted = user_files.shut ? NULL : f->f_hosted;
	if (hosted != NULL)
		f->f_busy++;
	host_lock_exit(user_files.lock);
	return hosted;
}

void
user_file_leave(struct user_file *f)
{

	host_lock_enter(user_files.lock);
	if (--f->f_busy == 0)
		host_cond_wake(user_files.changed, 1);
	host_lock_exit(user_files.lock);
}

void
user_file_close(struct user_file *f)
{
	struct hosted_file *hosted;

	host_lock_enter(user_files.lock);
	while (f->f_busy != 0)
		(void)host_cond_wait(user_files.changed, user_files.lock, 0, 0);
	hosted = f->f_hosted;
	f->f_hosted = NULL;
	host_lock_exit(user_files.lock);
	if (hosted == NULL)
		return;
	user_poll_cancel(&f->f_poll);
	hosted_close(hosted);
}

void
user_file_free(struct user_file *f)
{

	host_lock_enter(user_files.lock);
	user_file_remove(f);
	host_cond_wake(user_files.changed, 1);
	host_lock_exit(user_files.lock);
	user_poll_cancel(&f->f_poll);
	if (f->f_handle != NULL)
		fuse_pollhandle_destroy(f->f_handle);
	free(f);
}

struct user_file *
user_file_new(unsigned long node, int flags)
{
	struct user_file *f;

	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->f_node = node;
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		f->f_flags = HOSTED_READ;
		break;
	case O_WRONLY:
		f->f_flags = HOSTED_WRITE;
		break;
	default:
		f->f_flags = HOSTED_READ | HOSTED_WRITE;
		break;
	}
	atomic_init(&f->f_nonblock, (flags & O_NONBLOCK) != 0);
	user_poll_init(&f->f_poll, user_file_wake, f);
	return f;
}

int
user_file_add(struct user_file *f, struct hosted_file *hosted)
{
	int shut;

	host_lock_enter(user_files.lock);
	shut = user_files.shut;
	if (!shut) {
		f->f_hosted = hosted;
		user_file_insert(f);
	}
	host_lock_exit(user_files.lock);
	return shut ? EIO : 0;
}

int
user_file_submit(struct user_job *job, void (*fn)(struct user_job *))
{
	int shut;

	host_lock_enter(user_files.lock);
	shut = user_files.shut;
	if (!shut)
		user_job_submit(job, fn);
	host_lock_exit(user_files.lock);
	return shut ? EIO : 0;
}

void
user_file_note_flags(struct user_file *f, const struct fuse_file_info *fi)
{

	atomic_store(&f->f_nonblock, (fi->flags & O_NONBLOCK) != 0);
}

void
user_file_wake(void *arg)
{
	struct user_file *f;

	f = arg;
	(void)fuse_lowlevel_notify_poll(f->f_handle);
}

/*
 * Life.
 */

int
user_file_start(void)
{

	user_files.lock = host_lock_create(HOST_LOCK_SLEEP, "files");
	user_files.changed = host_cond_create("files");
	if (user_files.lock == NULL || user_files.changed == NULL) {
		user_file_stop();
		return ENOMEM;
	}
	user_files.shut = 0;
	return 0;
}

/*
 * Files that their processes never released are of no use to anyone.
 */
void
user_file_stop(void)
{

	while (user_files.files != NULL)
		user_file_free(user_files.files);
	if (user_files.changed != NULL)
		host_cond_destroy(user_files.changed);
	if (user_files.lock != NULL)
		host_lock_destroy(user_files.lock);
	user_files.changed = NULL;
	user_files.lock = NULL;
}

/*
 * Pollers are told, and find an error.
 */
void
user_file_shut(void)
{
	struct user_file *f;

	host_lock_enter(user_files.lock);
	user_files.shut = 1;
	for (f = user_files.files; f != NULL; f = f->f_next)
		if (f->f_handle != NULL)
			user_file_wake(f);
	host_cond_wake(user_files.changed, 1);
	host_lock_exit(user_files.lock);
	user_job_interrupt_all();
}

/*
 * Take the file of one that nobody is using; such a one is kept from being
 * freed by f_busy.  *busy tells whether there are any that are in use.
 * Called with the lock held.
 */
static struct user_file *
user_file_take(struct hosted_file **hosted, int *busy)
{
	struct user_file *f;

	*busy = 0;
	for (f = user_files.files; f != NULL; f = f->f_next) {
		if (f->f_hosted == NULL)
			continue;
		if (f->f_busy == 0)
			break;
		*busy = 1;
	}
	if (f == NULL)
		return NULL;
	*hosted = f->f_hosted;
	f->f_hosted = NULL;
	f->f_busy++;
	return f;
}

void
user_file_close_all(void)
{
	struct hosted_file *hosted;
	struct user_file *f;
	int busy;

	host_lock_enter(user_files.lock);
	while ((f = user_file_take(&hosted, &busy)) != NULL || busy) {
		if (f == NULL) {
			(void)host_cond_wait(user_files.changed,
			    user_files.lock, 0, 0);
			continue;
		}
		host_lock_exit(user_files.lock);
		user_poll_cancel(&f->f_poll);
		hosted_close(hosted);
		user_file_leave(f);
		host_lock_enter(user_files.lock);
	}
	host_lock_exit(user_files.lock);
}
