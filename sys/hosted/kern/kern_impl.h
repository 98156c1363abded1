/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_impl.h: what the files of the hosted kernel know of one another.
 *
 * Locks inside the hosted kernel are the host's own (struct host_lock), each
 * private to one file and a leaf: no driver and no other file is called with
 * one held, but for kern_lwp, kern_kmem, printing and the host.  They come
 * below every mutex of the drivers.
 */

#ifndef _HOSTED_KERN_IMPL_H_
#define _HOSTED_KERN_IMPL_H_

#include <sys/types.h>
#include <sys/bus.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>

#include <hosted/host.h>
#include <hosted/hosted.h>

/*
 * Threads (kern_lwp.c).
 */

#define KERN_HELD_MAX		16

/* A thread, or one processor's interrupts.  Only its own thread touches it,
 * but for kl_slot. */
struct kern_lwp {
	struct lwp	kl_lwp;		/* first: a struct lwp * is this */
	struct proc	kl_proc;
	void		**kl_slot;	/* interrupts: whose it is */
	int		kl_ipl;		/* of the context, without locks */
	unsigned int	kl_nheld;
	unsigned int	kl_nspin;	/* of kl_nheld */
	struct host_poll *kl_poll;	/* the poll in progress */
	unsigned int	kl_nopreempt;	/* kpreempt_disable() */
	int		kl_defers;	/* kern_softint_begin(), nested */
	TAILQ_HEAD(, softint) kl_softints;	/* ... scheduled since then */
	struct hosted_file *kl_newfile;	/* of fd_allocfile() */
	bool		kl_lent;	/* in the thread's own memory */
	/* Last, for it need not be cleared: kl_nheld of them. */
	struct hosted_mutex *kl_held[KERN_HELD_MAX];
};

/* The running one; made at its first use.  Any context. */
struct kern_lwp *kern_lwp_self(void);
/* A thread of the kernel's own begins, at this IPL; it ends. */
/* For a thread of the kernel's own, which must not wait for memory when it
 * begins: NULL, or what kern_lwp_begin() wants.  T. */
struct kern_lwp *kern_lwp_prepare(int);
void	kern_lwp_begin(struct kern_lwp *);
void	kern_lwp_end(void);
/* A system call begins: whose process is it?  Returns the running one. */
struct kern_lwp *kern_lwp_syscall(void);
/* Make the interrupts' lwps: 0 or an errno; forget them: no interrupt runs
 * any more. */
int	kern_lwp_boot(void);
void	kern_lwp_fini(void);
/* With DIAGNOSTIC: panic, naming the caller, when a mutex is held. */
void	kern_lwp_assert_unlocked(const char *);

/*
 * Mutexes (kern_mutex.c) and their order (kern_lockorder.c).
 */

struct hosted_mutex {
	struct host_lock *hm_lock;
	struct kern_lwp	*hm_owner;	/* atomic */
	struct hosted_lockclass *hm_class;
	int		hm_ipl;
	bool		hm_spin;
};

/* The two halves of a wait that lets a mutex go: checks and marks only, the
 * host's lock is left to the host's wait. */
void	kern_mutex_unown(kmutex_t *);
void	kern_mutex_reown(kmutex_t *);

int	kern_lockorder_init(void);
void	kern_lockorder_fini(void);
/* Give a class its number. */
void	kern_lockorder_class(struct hosted_lockclass *);
/* The lock is about to be waited for: panic when that may deadlock, and
 * learn the order. */
void	kern_lockorder_check(struct kern_lwp *, struct hosted_mutex *);

/*
 * Services with threads or locks of their own: init gives 0 or an errno.
 */

int	kern_kmem_init(void);
/* How many allocations are left; names them. */
unsigned long kern_kmem_fini(void);

/* The host has no memory: sleep before it is asked again.  T. */
void	kern_kmem_wait(void);
/* Objects of the host for those who cannot do without: never NULL. */
struct host_lock *kern_kmem_lock(int, const char *);
struct host_cond *kern_kmem_cond(const char *);
struct host_pollq *kern_kmem_pollq(void);

int	kern_callout_init(void);
void	kern_callout_fini(void);

int	kern_alarm_init(void);
void	kern_alarm_fini(void);

int	kern_softint_init(void);
void	kern_softint_fini(void);
/* From here to the end the running thread, the argument, brings what hardware
 * has, or is in a program's call: the soft interrupts that it schedules run in
 * it, at the end.  With a mutex held or in a soft interrupt nothing is
 * different.  They nest.  T, S. */
void	kern_softint_begin(struct kern_lwp *);
void	kern_softint_end(struct kern_lwp *);
/* The same for a thread at an IPL that runs nobody's handler.  S. */
void	kern_softint_collect(struct kern_lwp *);
/* The thread is going to wait: others run what it scheduled.  Any locks. */
void	kern_softint_flush(void);

int	kern_evcnt_init(void);
/* How many counters are left. */
unsigned long kern_evcnt_fini(void);
/* The text node's name. */
#define KERN_EVCNT_NODE		"evcnt"
/* Make the file an open text node: 0 or EACCES. */
int	kern_evcnt_open(file_t *);

int	kern_event_init(void);
void	kern_event_fini(void);
/* A file goes: nobody watches it any more. */
void	kern_event_close(file_t *);
/* A device goes with its files, those with these methods and data: detach
 * their knotes from it; they tell EOF. */
void	kern_event_revoke(const struct fileops *, const void *);

int	kern_autoconf_init(void);
/* Detach all; 1 when a driver cannot, 0 otherwise. */
unsigned long kern_autoconf_detachall(void);
/* Detach all devices of a driver. */
void	kern_autoconf_detach_driver(cfdriver_t);
void	kern_autoconf_fini(void);
/* The autoconf lock, for the tables of drivers (kern_cftable.c). */
void	kern_autoconf_lock(void);
void	kern_autoconf_unlock(void);

/* kern_cftable.c: by name; the autoconf lock is held. */
struct cfdriver *kern_cftable_driver(const char *);
struct cfattach *kern_cftable_attach(const struct cfdriver *, const char *);
void	kern_cftable_fini(void);

/* The space of ISA's ports (kern_bus.c). */
bus_space_tag_t kern_bus_isa(void);

int	kern_devsw_init(void);
void	kern_devsw_fini(void);
/* Open a device into a file: 0, EMOVEFD or an errno. */
int	kern_devsw_open(file_t *, dev_t, int);

int	kern_file_init(void);
/* No more opens; wait until all files are closed. */
void	kern_file_stop(void);
void	kern_file_drain(void);
void	kern_file_fini(void);

/*
 * What config(1) would generate (ioconf*.c).
 */

/* Nodes of a device switch: one with the given minor, always, or one per
 * unit of the switch's driver, whose number follows the name. */
struct kern_ionode {
	const char	*in_name;
	const struct cdevsw *in_cdevsw;
	int		in_minor;	/* or KERN_IONODE_UNIT */
};
#define KERN_IONODE_UNIT	(-1)

struct kern_iopseudo {
	const char	*ip_name;
	void		(*ip_attach)(int);
	int		ip_count;	/* at boot; 0: only on demand */
};

/* All lists end with a zero entry; one that would be empty may be NULL. */
struct kern_ioconf {
	struct cfdriver	*const *ic_drivers;
	const struct cfattachinit *ic_attachs;
	struct cfdata	*ic_cfdata;
	const modinfo_t *const *ic_modules;
	const struct kern_iopseudo *ic_pseudos;
	const struct kern_ionode *ic_nodes;
};
/* The components that are there from the beginning; ends with NULL. */
extern const struct kern_ioconf *const kern_ioconfs[];

/*
 * Components (kern_component.c); hosted.h has how they join and leave.
 */

#define KERN_HOLD_MAX		4	/* a node, a device and its parents */

/* Owners of components that are held. */
struct kern_hold {
	void		*kh_owner[KERN_HOLD_MAX];
	int		kh_n;
};

int	kern_component_init(void);
void	kern_component_fini(void);
/* At shutdown: all nodes go; all components leave. */
void	kern_component_hideall(void);
void	kern_component_leaveall(void);
/* Is there a node that the function says that it is?  It is called with the
 * components' lock held. */
bool	kern_component_find_node(bool (*)(const struct kern_ionode *, void *),
	    void *);
/* Hold the component of such a node.  0; ENOENT, there is none; ENXIO, it is
 * about to leave. */
int	kern_component_hold_node(bool (*)(const struct kern_ionode *, void *),
	    void *, struct kern_hold *);
/* Hold the component that brought a driver.  0 or ENXIO. */
int	kern_component_hold_driver(cfdriver_t, struct kern_hold *);
void	kern_component_release(struct kern_hold *);
/* The attach function of a pseudo-device, or NULL. */
void	(*kern_component_pseudo(const char *))(int);

/*
 * Names of nodes (kern_node.c).
 */

/* Show those of a component that are always there; the counter tells how
 * many are shown.  0 or an errno.  And hide them. */
int	kern_node_show(const struct kern_ioconf *, unsigned int *);
void	kern_node_hide(const struct kern_ioconf *, unsigned int *);
/* Which device: 0 or ENOENT, ENXIO; what the device needs is held then. */
int	kern_node_lookup(const char *, dev_t *, struct kern_hold *);
/* A device is there: true when it has got a node; that goes. */
bool	kern_node_attached(device_t);
void	kern_node_detached(device_t);

#endif /* !_HOSTED_KERN_IMPL_H_ */
