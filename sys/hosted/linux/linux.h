/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux.h: the Linux host: the kernel's own modules as a host of ours.
 *
 * Two worlds meet here and never in one file.  The files of sys/dev and
 * sys/hosted/kern are compiled with Linux's code-generation flags and with
 * the headers of sys/hosted/include alone; the files linux_*.c see Linux's
 * headers, <hosted/host.h> and <hosted/hosted.h>, and nothing of ours.  The
 * names that the two kernels have in common never meet either: every symbol
 * that goes from one of our modules to another stands in the file `names',
 * and the compiler gives it the prefix bsdmidi_.
 *
 * Contexts.  Alarms, soft interrupts and callouts run in kernel threads of
 * real-time priority, as all must that may take a sleeping lock; the alarms'
 * waits in an hrtimer.  Spinning locks are raw and keep interrupts out.
 *
 * A thread is known to the hosted kernel between linux_enter() and
 * linux_leave() only.  Threads of host_thread_create() enter by themselves,
 * system calls enter in linux_dev.c, whoever calls hosted_*() from anywhere
 * else enters first.
 */

#ifndef _HOSTED_LINUX_LINUX_H_
#define _HOSTED_LINUX_LINUX_H_

#include <linux/completion.h>
#include <linux/module.h>
#include <linux/types.h>

#include <hosted/host.h>
#include <hosted/hosted.h>

struct task_struct;
struct thread_place;

/*
 * Who runs (linux_thread.c).
 */

/* A thread, while it is inside.  Only its own touches it, but for
 * ht_interrupted. */
struct host_thread {
	struct task_struct *ht_task;
	void		*ht_slot;	/* of the hosted kernel */
	int		ht_interrupted;
	int		ht_pid;		/* what host_pid() tells */
	bool		ht_outer;	/* inside already: do not leave */
	struct thread_place *ht_place;	/* in the table; NULL: it was full */
	struct host_thread *ht_next;	/* then, in the list */
	union {
		/* Of threads that enter: the hosted kernel's. */
		unsigned long ht_room[HOSTED_THREAD_BYTES /
			    sizeof(unsigned long)];
		/* Of threads made here. */
		struct {
			void	(*ht_fn)(void *);
			void	*ht_arg;
			struct completion ht_done;	/* it has returned */
		};
	};
};

/* Large, and set up before it is read: Linux need not clear it first. */
#if __has_attribute(uninitialized)
#define LINUX_UNINITIALIZED	__attribute__((uninitialized))
#else
#define LINUX_UNINITIALIZED
#endif

/* The running thread enters, with memory that lasts until it leaves; they
 * nest.  T. */
void	linux_enter(struct host_thread *t);
/* The same for a program's call, which comes from nowhere inside, on behalf
 * of that process. */
void	linux_enter_call(struct host_thread *t, int pid);
void	linux_leave(struct host_thread *t);
/* Its error, told by an errno of ours, as Linux wants it: an interruption by
 * a signal starts the call again unless a handler says otherwise. */
long	linux_error(int error);

/* All locks are gone (linux_sync.c). */
void	linux_sync_fini(void);

/*
 * Files and nodes (linux_dev.c).
 */

/* SIGIO for the file whose host_pid() was this; false: there is none. */
bool	linux_dev_signal(int pid);
/* Nodes: 0 or an errno; nothing is left. */
int	linux_dev_init(void);
void	linux_dev_fini(void);

/*
 * Modules.  Each driver's calls these with its tables when it is loaded and
 * unloaded, and when it attaches units of its pseudo-device.  T.
 */

struct kern_ioconf;

/* 0 or a negative errno. */
int	linux_component_join(const struct kern_ioconf *ioconf,
	    struct module *owner);
void	linux_component_leave(const struct kern_ioconf *ioconf);
int	linux_attach_pseudo(const char *name, int count);
/* As hosted_attach_isa(); bsdmidi_isa has it. */
int	linux_attach_isa(const char *name, int port, int irq, int flags);

/* Parameters of modules for several devices at ISA. */
#define LINUX_ISA_DEVICES	4
struct linux_isa_devices {
	unsigned int	id_count;
	int		id_port[LINUX_ISA_DEVICES];
	int		id_irq[LINUX_ISA_DEVICES];	/* 0: none */
	int		id_flags[LINUX_ISA_DEVICES];
};

/* Join, and attach all devices of the driver, or none; 0 or a negative errno.
 * bsdmidi_isa has it. */
int	linux_isa_join(const struct kern_ioconf *ioconf, struct module *owner,
	    const char *name, const struct linux_isa_devices *id);

/* A module of one component, without parameters. */
#define LINUX_COMPONENT(name, ioconf, text)				\
extern const struct kern_ioconf ioconf;					\
static int __init							\
name##_init(void)							\
{									\
	return linux_component_join(&ioconf, THIS_MODULE);		\
}									\
static void __exit							\
name##_exit(void)							\
{									\
	linux_component_leave(&ioconf);					\
}									\
module_init(name##_init);						\
module_exit(name##_exit);						\
LINUX_MODULE(text)

#define LINUX_MODULE(text)						\
MODULE_DESCRIPTION(text);						\
MODULE_AUTHOR("The bsdmidi authors");					\
MODULE_LICENSE("Dual BSD/GPL")

#endif /* !_HOSTED_LINUX_LINUX_H_ */
