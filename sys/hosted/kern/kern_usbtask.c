/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_usbtask.c: functions of USB drivers that need a thread.
 *
 * One thread takes tasks in the order in which they were added.  A task is
 * taken off the queue before it runs, so that it may be added again from then
 * on.  The lock guards the queue and every task's place in it; it spins, since
 * interrupts add tasks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mutex.h>

#include <hosted/kern/kern_usb.h>

struct kern_usbtask {
	struct host_lock *kt_lock;
	struct host_cond *kt_work;	/* for the thread */
	struct host_cond *kt_done;	/* a task has run */
	struct host_thread *kt_thread;
	TAILQ_HEAD(, usb_task) kt_queue;
	struct usb_task	*kt_running;
	unsigned int	kt_waiters;
	bool		kt_ending;
};

static void
usbtask_main(void *arg)
{
	struct kern_usbtask *kt = arg;
	struct usb_task *task;

	kern_lwp_begin(NULL);
	host_lock_enter(kt->kt_lock);
	while (!kt->kt_ending) {
		task = TAILQ_FIRST(&kt->kt_queue);
		if (task == NULL) {
			(void)host_cond_wait(kt->kt_work, kt->kt_lock, 0, 0);
			continue;
		}
		TAILQ_REMOVE(&kt->kt_queue, task, next);
		task->queue = USB_NUM_TASKQS;
		kt->kt_running = task;
		host_lock_exit(kt->kt_lock);
		(*task->fun)(task->arg);
		kern_lwp_assert_unlocked("a task of the USB");
		host_lock_enter(kt->kt_lock);
		kt->kt_running = NULL;
		if (kt->kt_waiters != 0)
			host_cond_wake(kt->kt_done, 1);
	}
	host_lock_exit(kt->kt_lock);
	kern_lwp_end();
}

struct kern_usbtask *
kern_usbtask_create(void)
{
	struct kern_usbtask *kt;

	kt = kmem_zalloc(sizeof(*kt), KM_SLEEP);
	TAILQ_INIT(&kt->kt_queue);
	kt->kt_lock = kern_kmem_lock(HOST_LOCK_SPIN, "usbtask");
	kt->kt_work = kern_kmem_cond("usbtask");
	kt->kt_done = kern_kmem_cond("usbtask");
	if (host_thread_create(&kt->kt_thread, usbtask_main, kt,
	    HOST_PRI_NORMAL, "usbtask") != 0) {
		kern_usbtask_destroy(kt);
		return NULL;
	}
	return kt;
}

void
kern_usbtask_destroy(struct kern_usbtask *kt)
{

	if (kt->kt_thread != NULL) {
		host_lock_enter(kt->kt_lock);
		KASSERT(TAILQ_EMPTY(&kt->kt_queue));
		kt->kt_ending = true;
		host_cond_wake(kt->kt_work, 1);
		host_lock_exit(kt->kt_lock);
		host_thread_join(kt->kt_thread);
	}
	host_cond_destroy(kt->kt_done);
	host_cond_destroy(kt->kt_work);
	host_lock_destroy(kt->kt_lock);
	kmem_free(kt, sizeof(*kt));
}

void
usb_add_task(struct usbd_device *dev, struct usb_task *task, int queue)
{
	struct kern_usbtask *kt = kern_usb_tasks(dev);

	KASSERT(queue == USB_TASKQ_DRIVER);
	KASSERTMSG((task->flags & USB_TASKQ_MPSAFE) != 0,
	    "tasks of the USB must be MPSAFE");
	host_lock_enter(kt->kt_lock);
	if (task->queue == USB_NUM_TASKQS) {
		task->queue = queue;
		TAILQ_INSERT_TAIL(&kt->kt_queue, task, next);
		host_cond_wake(kt->kt_work, 1);
	}
	host_lock_exit(kt->kt_lock);
}

bool
usb_rem_task_wait(struct usbd_device *dev, struct usb_task *task,
    int queue __unused, kmutex_t *interlock)
{
	struct kern_usbtask *kt = kern_usb_tasks(dev);
	bool removed;

	if (interlock != NULL)
		mutex_exit(interlock);
	kern_usbxfer_assert("usb_rem_task_wait");
	host_lock_enter(kt->kt_lock);
	removed = task->queue != USB_NUM_TASKQS;
	if (removed) {
		TAILQ_REMOVE(&kt->kt_queue, task, next);
		task->queue = USB_NUM_TASKQS;
	}
	kt->kt_waiters++;
	while (kt->kt_running == task)
		(void)host_cond_wait(kt->kt_done, kt->kt_lock, 0, 0);
	kt->kt_waiters--;
	host_lock_exit(kt->kt_lock);
	if (interlock != NULL)
		mutex_enter(interlock);
	return removed;
}
