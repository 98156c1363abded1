/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * host.h: what a host must supply to the hosted kernel (sys/hosted/kern).
 *
 * Plain C types only, so that this header stands beside the headers of the
 * kernel interface as well as beside those of any host's own system.
 *
 * Contexts, named in each comment:
 *	T  a thread; may sleep
 *	S  a softint or callout thread: may take sleeping locks, must not sleep
 *	   otherwise (to the host it is a thread like T)
 *	I  an interrupt: must not sleep, spin locks only
 *
 * Errors are 0 or an errno of the host's system: the hosted kernel's errno
 * numbers are the host's, so nothing is ever translated.
 * Times are nanoseconds of the host's monotonic clock, which starts above 0
 * and which no change of the wall clock touches.
 */

#ifndef _HOSTED_HOST_H_
#define _HOSTED_HOST_H_

/*
 * Memory.
 */

/* Zeroed memory, aligned for any type.  NULL when there is none or when a
 * test refuses it; cansleep != 0: T only and never NULL unless refused by a
 * test.  cansleep == 0: T, S. */
void	*host_alloc(unsigned long size, int cansleep);
/* Give back what host_alloc() gave; size is the same.  T, S. */
void	host_free(void *mem, unsigned long size);
/* Copy between the kernel and the memory of the program that made the
 * current call.  0 or EFAULT (then an unknown part was copied).  T, no spin
 * lock held. */
int	host_copyin(const void *uaddr, void *kaddr, unsigned long n);
int	host_copyout(const void *kaddr, void *uaddr, unsigned long n);

/*
 * Print and panic.
 */

/* Print text (one or more lines or a part of one) where the host's kernel
 * messages go.  Any context. */
void	host_print(const char *text);
/* Print text and end: the hosted kernel is broken beyond going on. */
#ifdef HOSTED_DEAD_TRAPS	/* see <sys/cdefs.h> */
void	host_panic(const char *text);
#define host_panic(text)	(host_panic(text), __builtin_trap())
#else
void	host_panic(const char *text) __attribute__((__noreturn__));
#endif

/*
 * Time.
 */

/* Monotonic time in nanoseconds, never 0.  Any context. */
unsigned long long host_uptime_ns(void);
/* Wall clock: nanoseconds since 1970-01-01 00:00 UTC.  Any context. */
unsigned long long host_realtime_ns(void);
/* Wait without sleeping, for hardware; ns at most 50000.  Any context. */
void	host_delay_ns(unsigned long ns);

/*
 * Threads.
 */

struct host_thread;

#define HOST_PRI_NORMAL		0	/* as the programs */
#define HOST_PRI_SOFT		1	/* softints and callouts */
#define HOST_PRI_CLOCK		2	/* softints that music waits for */

/* Start a thread.  0 or an errno.  T. */
int	host_thread_create(struct host_thread **tp, void (*fn)(void *),
	    void *arg, int pri, const char *name);
/* Wait until the thread's function has returned; frees it.  T. */
void	host_thread_join(struct host_thread *t);
/* The running thread; also for threads that the host made itself.  T, S. */
struct host_thread *host_thread_self(void);
/* A place for one pointer of the hosted kernel's in the running thread
 * (or, in I, in the running processor's interrupt), NULL at first. */
void	**host_thread_slot(void);
/* How many places there are of interrupts at most. */
unsigned int host_interrupts(void);
/* Make the present or next interruptible wait of t end with HOST_INTR.
 * Stays pending until the host clears it at the end of t's system call.
 * T, S. */
void	host_thread_interrupt(struct host_thread *t);
/* Is the running context I? */
int	host_in_interrupt(void);

/*
 * Locks.  Plain mutual exclusion; owners, ranks and interrupt levels are
 * kept by sys/hosted/kern/kern_mutex.c.
 */

struct host_lock;

#define HOST_LOCK_SLEEP		0	/* waits by sleeping; T, S */
#define HOST_LOCK_SPIN		1	/* keeps interrupts out; T, S, I */

/* Create an unlocked lock; name is kept by reference.  NULL when there is
 * no memory.  T. */
struct host_lock *host_lock_create(int kind, const char *name);
/* The lock is not held and nobody waits for it.  T. */
void	host_lock_destroy(struct host_lock *l);
void	host_lock_enter(struct host_lock *l);
/* 1 when taken, 0 when somebody else has it. */
int	host_lock_tryenter(struct host_lock *l);
void	host_lock_exit(struct host_lock *l);

/*
 * Conditions.  All waiters of one condition hold the same lock, of either
 * kind.
 */

struct host_cond;

#define HOST_WOKEN		0	/* woken, or for no reason at all */
#define HOST_TIMEOUT		1	/* the deadline came first */
#define HOST_INTR		2	/* host_thread_interrupt() came first */

struct host_cond *host_cond_create(const char *name);
/* Nobody waits.  T. */
void	host_cond_destroy(struct host_cond *c);
/* Release l, wait, take l again.  deadline_ns 0 waits for ever; a wait
 * never ends with HOST_TIMEOUT before its deadline.  intr == 0: signals do
 * not end the wait.  T (S only in the softint and callout threads
 * themselves). */
int	host_cond_wait(struct host_cond *c, struct host_lock *l,
	    unsigned long long deadline_ns, int intr);
/* Wake one waiter, or all.  The lock is held by the caller.  T, S, I. */
void	host_cond_wake(struct host_cond *c, int all);

/* The step by which deadlines of waits are kept, in nanoseconds, at least 1. */
unsigned long host_timer_resolution_ns(void);

/*
 * Bus: the ports of ISA.
 */

struct host_io;

/* Claim `size' ports from `port' on; name is kept by reference.  0; EBUSY:
 * somebody has one of them; ENXIO: this host has no ports; EACCES; ENOMEM.
 * T. */
int	host_io_map(unsigned long port, unsigned long size, const char *name,
	    struct host_io **iop);
/* Nobody uses it.  T. */
void	host_io_unmap(struct host_io *io);
/* Read and write a byte at an offset below `size'.  0xff is read where nothing
 * answers.  Any context. */
unsigned char host_io_read1(struct host_io *io, unsigned long off);
void	host_io_write1(struct host_io *io, unsigned long off,
	    unsigned char byte);

/*
 * Interrupts of hardware.
 */

struct host_intr;

/* fn is called in I at each interrupt of the line, and answers whether it was
 * its device's; others may share the line.  name is kept by reference.  0;
 * EBUSY: the line is not to be had; ENXIO: this host has none; ENOMEM.  T. */
int	host_intr_establish(int irq, int (*fn)(void *), void *arg,
	    const char *name, struct host_intr **ip);
/* Wait for a running fn to end; it is not called again.  T. */
void	host_intr_disestablish(struct host_intr *i);

/*
 * Waiting in poll and its kin.  A host_poll is one program's wait, of the
 * host's making (a poll handle, a poll table, a sleeping thread); it is
 * handed through hosted_poll() and never looked into by the kernel.
 */

struct host_poll;
struct host_pollq;

struct host_pollq *host_pollq_create(void);
/* Forgets the waits it has recorded.  T. */
void	host_pollq_destroy(struct host_pollq *q);
/* The wait p, which is in progress, is to be woken with q.  T. */
void	host_pollq_record(struct host_pollq *q, struct host_poll *p);
/* Wake all that were recorded.  T, S. */
void	host_pollq_wake(struct host_pollq *q);

/*
 * Device nodes.
 */

/* Show a node with this name and these permission bits; opens of it are
 * brought to hosted_open(name).  0 or an errno.  T. */
int	host_node_create(const char *name, unsigned int mode);
/* The name goes away; files that are open stay open.  T. */
void	host_node_destroy(const char *name);

/* Send a signal to a process (pid > 0) or to a process group (pid < 0),
 * where the host has such; for FIOASYNC.  T, S. */
void	host_signal_io(int pid);
/* The process on whose behalf the running thread is in a system call; 0 when
 * there is none.  T. */
int	host_pid(void);

/*
 * Components.  An owner is what the host gave to hosted_component_join().
 */

/* The owner's code is to stay until it is released.  0; ENXIO: it is about to
 * go.  T, S. */
int	host_owner_hold(void *owner);
void	host_owner_release(void *owner);

#endif /* !_HOSTED_HOST_H_ */
