/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_impl.h: what the files of the simulation host share.
 *
 * There are no locks: one coroutine runs at a time, and gives up the
 * processor in sim_sched_point() and sim_sched_wait() only.  Whatever stands
 * between two of these calls is atomic.
 *
 * Every host object begins with a struct sim_obj and is on a list of its
 * kind, so that the end of a run can count and free what was left.  Objects
 * are numbered in order of creation; nothing depends on an address.
 */

#ifndef _HOSTED_SIM_SIM_IMPL_H_
#define _HOSTED_SIM_SIM_IMPL_H_

#include <stddef.h>

#include <hosted/sim/sim.h>
#include <hosted/sim/sim_fiber.h>

/*
 * Objects (sim_obj.c).
 */

enum sim_kind {
	SIM_MEM,
	SIM_THREAD,
	SIM_LOCK,
	SIM_COND,
	SIM_POLLQ,
	SIM_POLL,
	SIM_NODE,
	SIM_IO,
	SIM_INTR,
	SIM_NKINDS
};

struct sim_obj {
	struct sim_obj	*so_next;
	struct sim_obj	*so_prev;
	enum sim_kind	so_kind;
	unsigned	so_num;
	char		so_name[32];
};

/* A zeroed object of size bytes, of which the first are a sim_obj. */
void	*sim_obj_create(enum sim_kind kind, size_t size, const char *name);
void	sim_obj_destroy(struct sim_obj *o);
/* calloc() that ends the program when there is no memory. */
void	*sim_obj_alloc(size_t n, size_t size);
/* "lock", "condition", ... */
const char *sim_obj_kind_name(enum sim_kind kind);

/*
 * Time (sim_time.c).
 */

enum sim_event_state {
	SIM_EVENT_IDLE,
	SIM_EVENT_ARMED,	/* in the heap, at se_index */
	SIM_EVENT_DUE		/* among the interrupts that are due */
};

/* A deadline: of a thread's wait (se_thread), or of an interrupt. */
struct sim_event {
	enum sim_event_state se_state;
	unsigned long long se_when_ns;
	unsigned long long se_seq;	/* order of arming, among equals */
	size_t		se_index;
	struct sim_event *se_next;	/* next interrupt that is due */
	struct host_thread *se_thread;	/* or NULL */
	/* An interrupt's, which is freed then. */
	void		(*se_fn)(void *);
	void		*se_arg;
};

void	sim_time_arm(struct sim_event *ev, unsigned long long when_ns);
void	sim_time_disarm(struct sim_event *ev);
/* End the waits whose time has come, and make interrupts due. */
void	sim_time_expire(void);
/* Jump to the next deadline.  0 when there is none. */
int	sim_time_advance(void);
/* Let ns pass, or end the run when that passes its limit. */
void	sim_time_pass(unsigned long long ns);
/* Take the interrupt that is to be next off the list. */
void	sim_time_take_interrupt(void);
/* Run the interrupt that was taken. */
void	sim_time_run_interrupt(void);
/* sim_at() without a step. */
void	sim_time_interrupt_at(unsigned long long when_ns, void (*fn)(void *),
	    void *arg);
/* Forget all, at the end of a run. */
void	sim_time_reset(void);

/*
 * Threads (sim_sched.c).
 */

struct sim_waitq {
	struct host_thread *sq_head;
	struct host_thread *sq_tail;
	unsigned	sq_count;
};

struct host_thread {
	struct sim_obj	ht_obj;
	struct sim_fiber *ht_fiber;
	void		(*ht_fn)(void *);
	void		*ht_arg;
	int		ht_pri;
	int		ht_done;
	/* While it can run: */
	int		ht_ready;
	size_t		ht_index;	/* in sim.ready */
	unsigned long long ht_seq;	/* since when, in order */
	/* While it waits: */
	struct sim_waitq *ht_waitq;	/* or NULL */
	struct host_thread *ht_next;	/* in it */
	struct sim_event ht_deadline;
	const struct sim_obj *ht_for;	/* what it waits for, or NULL */
	const char	*ht_why;	/* in words */
	unsigned long long ht_since_ns;
	int		ht_intr;	/* a signal ends the wait */
	int		ht_result;	/* HOST_WOKEN, ... */
	/* Otherwise: */
	struct sim_waitq ht_joiners;
	int		ht_signal;	/* host_thread_interrupt() is pending */
	unsigned	ht_locks;	/* held, of both kinds */
	unsigned	ht_spins;	/* held, spin */
	void		*ht_slot;
	int		ht_pid;
};

#define SIM_PRI_INTERRUPT	(HOST_PRI_CLOCK + 1)

/* The run may go on elsewhere. */
void	sim_sched_point(void);
/* Wait in q, or in none, for what `why' and `obj' say (obj may be NULL),
 * until woken, until the deadline (0: none), or until a signal if intr. */
int	sim_sched_wait(struct sim_waitq *q, const char *why,
	    const struct sim_obj *obj, unsigned long long deadline_ns,
	    int intr);
/* End the wait of one in q, or of all. */
void	sim_sched_wake(struct sim_waitq *q, int all);
/* End this wait. */
void	sim_sched_end_wait(struct host_thread *t, int result);
/* Make main and the interrupt's context; run; come back at sim_end(). */
void	sim_sched_run(void (*fn)(void *), void *arg);
/* Free what a thread has. */
void	sim_sched_free(struct host_thread *t);
/* Append to the text of the result what every thread is doing. */
void	sim_sched_report(void);

/* Who holds the lock that is this object, or NULL (sim_sync.c). */
const struct host_thread *sim_sync_owner(const struct sim_obj *o);

/* What a call may be made in. */
#define SIM_CTX_SLEEP	1	/* a thread without spin locks */
#define SIM_CTX_THREAD	2	/* any thread */
#define SIM_CTX_ANY	3	/* interrupts, too */

/*
 * Trace (sim_trace.c).
 */

enum sim_op {
	SIM_OP_ALLOC, SIM_OP_FREE, SIM_OP_COPYIN, SIM_OP_COPYOUT,
	SIM_OP_PRINT, SIM_OP_PANIC, SIM_OP_UPTIME, SIM_OP_REALTIME,
	SIM_OP_DELAY, SIM_OP_THREAD_CREATE, SIM_OP_THREAD_JOIN,
	SIM_OP_THREAD_INTERRUPT, SIM_OP_LOCK_CREATE, SIM_OP_LOCK_DESTROY,
	SIM_OP_LOCK_ENTER, SIM_OP_LOCK_TRYENTER, SIM_OP_LOCK_EXIT,
	SIM_OP_COND_CREATE, SIM_OP_COND_DESTROY, SIM_OP_COND_WAIT,
	SIM_OP_COND_WAKE, SIM_OP_TIMER_RESOLUTION,
	SIM_OP_POLLQ_CREATE, SIM_OP_POLLQ_DESTROY, SIM_OP_POLLQ_RECORD,
	SIM_OP_POLLQ_WAKE, SIM_OP_NODE_CREATE, SIM_OP_NODE_DESTROY,
	SIM_OP_SIGNAL_IO, SIM_OP_IO_MAP, SIM_OP_IO_UNMAP, SIM_OP_IO_READ,
	SIM_OP_IO_WRITE, SIM_OP_INTR_ESTABLISH, SIM_OP_INTR_DISESTABLISH,
	SIM_OP_HOST_LAST = SIM_OP_INTR_DISESTABLISH,
	/* From here on not of host.h. */
	SIM_OP_YIELD, SIM_OP_SLEEP, SIM_OP_POLL_WAIT, SIM_OP_HARDWARE,
	SIM_OP_INTERRUPT, SIM_OP_THREAD_EXIT, SIM_OP_FAULT,
	SIM_NOPS
};

/* The running context; ends the program when there is none. */
struct host_thread *sim_self(void);
/* Hash this step, and print it if asked to. */
void	sim_trace(enum sim_op op, unsigned num);
/* What each primitive begins with: context, trace, scheduling point. */
void	sim_call(enum sim_op op, unsigned num, int ctx);

/*
 * Faults and choices (sim_fault.c).
 */

/* Is this call to fail in this way? */
int	sim_fault(int kind);
/* 0 to n - 1, from the schedule's stream. */
unsigned long long sim_fault_choose(unsigned long long n);
/* True in permille of 1000. */
int	sim_fault_chance(unsigned permille);
/* Start both streams from the seed. */
void	sim_fault_seed(unsigned long long seed);

/*
 * The run (sim_run.c).
 */

/* End the run.  The text has been put in place. */
void	sim_end(int end) __attribute__((__noreturn__));
/* Append to the text of the result. */
void	sim_say(const char *fmt, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
/* End it with a panic for misuse of host.h. */
void	sim_misuse(const char *fmt, ...)
	    __attribute__((__noreturn__, __format__(__printf__, 1, 2)));
/* Forget what sim_dev.c and sim_bus.c keep beside their objects. */
void	sim_dev_reset(void);
void	sim_bus_reset(void);
/* Free the memory behind a SIM_MEM object; its size (sim_mem.c). */
unsigned long sim_mem_drop(struct sim_obj *o);
/* Free what hangs on a SIM_POLLQ object (sim_poll.c). */
void	sim_poll_drop(struct sim_obj *o);

struct sim_state {
	int		running;
	struct sim_config cfg;
	struct sim_result res;
	size_t		text_used;
	struct sim_obj	*objs[SIM_NKINDS];	/* in order of creation */
	struct sim_obj	*last_objs[SIM_NKINDS];
	unsigned long	nobjs[SIM_NKINDS];
	unsigned	last_num;
	/* Threads. */
	struct host_thread *cur;
	struct host_thread *main;
	struct host_thread *intr;	/* the context of interrupts */
	int		intr_busy;	/* an interrupt has begun */
	struct host_thread *interrupted; /* to go on after it; seed 0 */
	struct host_thread **ready;	/* all that can run, cur too */
	size_t		nready;
	size_t		ready_size;
	unsigned long long ready_seq;
	unsigned	spins;		/* spin locks held by anybody */
	unsigned long long spin_max_ns;
	/* Time. */
	unsigned long long now_ns;
	unsigned long long wall_ns;	/* wall clock minus now_ns */
	unsigned long long limit_ns;
	unsigned long long event_seq;
	struct sim_event **heap;
	size_t		nheap;
	size_t		heap_size;
	struct sim_event *due;
	unsigned	ndue;
	/* Streams of choices. */
	unsigned long long schedule_state;
	unsigned long long script_state;
};

extern struct sim_state sim;

#endif /* !_HOSTED_SIM_SIM_IMPL_H_ */
