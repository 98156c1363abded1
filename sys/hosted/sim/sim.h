/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim.h: the deterministic host, as tests and simulated hardware see it.
 *
 * A run is one call of sim_run().  Inside it, all threads of the hosted
 * kernel and all simulated programs are coroutines of one system thread, on
 * a virtual clock, and every choice is drawn from the seed: the same program
 * with the same configuration makes the same run, step for step.
 *
 * The machine
 *	Every call of host.h, but for those that only ask the running context
 *	about itself (host_thread_self() and _slot(), host_in_interrupt(),
 *	host_pid() and _pgid()), and every call marked P below is a scheduling
 *	point, one step.  With seed 0 the machine has one processor and goes
 *	straight: a thread runs until it waits; then the runnable thread of
 *	the highest priority, first come first served, is next.  With any
 *	other seed each thread has a processor of its own: at each point the
 *	run goes on elsewhere with a probability of switch_permille, in a
 *	place drawn from the seed, and priorities mean nothing.
 *
 * Time
 *	The clock stands still while anything can run and then jumps to the
 *	next deadline.  With step_ns it also creeps by 0 to step_ns at each
 *	step.  host_delay_ns() waits; others run meanwhile.  An access to a
 *	port takes SIM_BUS_ACCESS_NS.
 *
 * Interrupts
 *	The functions of sim_interrupt() and sim_at() run one after
 *	another in one context of their own, in which host_in_interrupt() is
 *	true.  With seed 0 they run at the first point after they are due at
 *	which no thread holds a spin lock, with a step of a thread, if one can
 *	make it, between two of them.  Otherwise they may start at any
 *	point at which the running thread holds no spin lock, other threads go
 *	on beside them, and an interrupt that wants a spin lock which a thread
 *	elsewhere holds waits for it, as a processor would.
 *
 * What the host checks
 *	Use of a lock or condition against the rules of host.h, sleeping in
 *	an interrupt or with a spin lock held, freeing what was not allocated
 *	or with another size, a thread or interrupt that ends with a lock
 *	held: each is a panic.  So is any host call in the wrong context.
 *
 * Nothing here may be called outside a run but sim_run(), sim_end_name()
 * and what says so.  There is one run at a time.
 */

#ifndef _HOSTED_SIM_SIM_H_
#define _HOSTED_SIM_SIM_H_

#include <hosted/host.h>

/*
 * Runs.
 */

/* Kinds of faults, to be or-ed. */
#define SIM_FAULT_ALLOC	0x1	/* no memory, and no thread or node either */
#define SIM_FAULT_COPY	0x2	/* EFAULT after a part was copied */
#define SIM_FAULT_INTR	0x4	/* a signal at an interruptible wait */
#define SIM_FAULT_WAKE	0x8	/* a wait ends for no reason at all */
#define SIM_FAULT_ALL	0xf

/* Memory is not refused for good: what cannot do without it waits. */
#define SIM_FAULT_DROUGHT	50

struct sim_config {
	unsigned long long seed;	/* 0: straight */
	unsigned	switch_permille;	/* 0: 250 */
	unsigned	step_ns;	/* clock creep per step, at most */
	unsigned long long step_limit;	/* 0: 2^30 */
	unsigned long long time_limit_ns; /* from the start; 0: 24 hours */
	unsigned long long start_ns;	/* monotonic clock; 0: 1 s */
	unsigned long long wall_ns;	/* wall clock; 0: start of 2026 */
	int		fault_kind;	/* SIM_FAULT_* */
	unsigned long long fault_at;	/* the fault strikes at the Nth call
					 * that it can strike; 0: never */
	int		fault_persist;	/* ... and at all later ones; of
					 * SIM_FAULT_ALLOC, the next
					 * SIM_FAULT_DROUGHT - 1 ones */
	int		quiet;		/* kernel messages are only kept */
	int		trace;		/* print every step to stderr */
};

#define SIM_END_OK		0	/* main_fn returned, nothing leaked */
#define SIM_END_FAIL		1	/* sim_fail() */
#define SIM_END_PANIC		2	/* host_panic(), or misuse of host.h */
#define SIM_END_DEADLOCK	3	/* nothing can ever run again */
#define SIM_END_STEPS		4	/* step_limit passed */
#define SIM_END_TIME		5	/* time_limit_ns passed */
#define SIM_END_LEAK		6	/* main_fn returned, something leaked */

/* What was still there when the run ended (counted in every case). */
struct sim_leaks {
	unsigned long	blocks;		/* of host_alloc() */
	unsigned long	bytes;
	unsigned long	threads;	/* neither joined nor main */
	unsigned long	locks;
	unsigned long	conds;
	unsigned long	pollqs;
	unsigned long	polls;
	unsigned long	nodes;
	unsigned long	ios;		/* ranges of ports */
	unsigned long	intrs;
};

struct sim_result {
	int		end;		/* SIM_END_* */
	char		text[4096];	/* why, in words; "" when OK */
	unsigned long long hash;	/* of the trace */
	unsigned long long steps;	/* scheduling points */
	unsigned long long switches;	/* of coroutines */
	unsigned long long host_calls;	/* calls of host.h */
	unsigned long long fault_points; /* ... that fault_kind could strike */
	unsigned long long faults;	/* ... that it did strike */
	unsigned long long end_ns;	/* monotonic clock at the end */
	struct sim_leaks leaks;
};

/* Run main_fn(arg) as the first simulated thread, named "main", until it
 * returns or the run fails.  Whatever is left is freed.  Returns res->end; res
 * may be NULL. */
int	sim_run(const struct sim_config *cfg, void (*main_fn)(void *),
	    void *arg, struct sim_result *res);
/* "ok", "fail", "panic", ...  Also outside a run. */
const char *sim_end_name(int end);
/* End the run with SIM_END_FAIL and this text. */
void	sim_fail(const char *fmt, ...)
	    __attribute__((__noreturn__, __format__(__printf__, 1, 2)));
/* For scenarios: the run fails unless the condition holds. */
#define SIM_CHECK(cond) do {						\
	if (!(cond))							\
		sim_fail("%s:%d: not true: %s", __FILE__, __LINE__, #cond); \
} while (0)
/* The same for integers, which are shown. */
#define SIM_CHECK_EQ(a, b) do {						\
	const long long a_ = (long long)(a), b_ = (long long)(b);	\
	if (a_ != b_)							\
		sim_fail("%s:%d: %s is %lld, not %s = %lld", __FILE__,	\
		    __LINE__, #a, a_, #b, b_);				\
} while (0)
/* 0 to n - 1, from a stream of its own: what a scenario draws depends on the
 * seed alone, not on the schedule.  n > 0.  Works with seed 0 too. */
unsigned long long sim_random(unsigned long long n);
/* Has a fault struck so far?  A scenario that is run with faults asks before
 * it takes an error for a failure. */
unsigned long long sim_faults(void);
/* The longest time that a spin lock was held in this run.  With many
 * processors the clock is everybody's, and this 0: only seed 0 tells who was
 * slow. */
unsigned long long sim_spin_max_ns(void);

/*
 * Programs.  A simulated program is a thread that makes calls into the
 * hosted kernel.
 */

/* Start one.  Never refused by a fault.  P */
struct host_thread *sim_thread(void (*fn)(void *), void *arg,
	    const char *name);
/* Wait until it has returned; frees it.  P */
void	sim_join(struct host_thread *t);
/* Let others run; also with seed 0, where the caller becomes last.  P */
void	sim_yield(void);
/* Sleep; signals do not end it.  P */
void	sim_sleep_ns(unsigned long long ns);
/* Sleep until a time of the monotonic clock.  P */
void	sim_sleep_until(unsigned long long when_ns);
/* Send a signal: host_thread_interrupt().  P */
void	sim_signal(struct host_thread *t);
/* The running thread's system call has ended: forget its signal.  Returns
 * whether there was one.  The sim never does this by itself, so whoever
 * stands for the system call layer calls it after each hosted_*() call. */
int	sim_clear_signal(void);
/* What host_pid() is to say in the running thread. */
void	sim_set_pid(int pid);
/* How often host_signal_io(pid) was called in this run. */
unsigned long sim_signals_sent(int pid);

/* A program's wait in poll.  Create one, hand it to hosted_poll(), wait,
 * ask again, destroy. */
struct host_poll *sim_poll_create(void);
/* Wait until a queue that recorded p is woken, or was since the last wait.
 * A wake uses up the record: poll again to be recorded again.  deadline_ns 0
 * waits for ever.  HOST_WOKEN, HOST_TIMEOUT or HOST_INTR.  P */
int	sim_poll_wait(struct host_poll *p, unsigned long long deadline_ns);
void	sim_poll_destroy(struct host_poll *p);

/*
 * Time and hardware.
 */

/* The monotonic clock; unlike host_uptime_ns() not a step. */
unsigned long long sim_now_ns(void);
/* Step the wall clock. */
void	sim_clock_step(long long ns);
/* fn(arg) is called in an interrupt, at once as the machine allows, or at
 * when_ns or as soon after it as the machine allows.  Any context.  P */
void	sim_interrupt(void (*fn)(void *), void *arg);
void	sim_at(unsigned long long when_ns, void (*fn)(void *), void *arg);

/*
 * Models of hardware, at ports and on lines of interrupts.  The next run
 * begins without any.
 */

/* A device at some ports.  The methods run in the context of the access, whose
 * locks are held; they make no call of the simulation but those of this group
 * and sim_now_ns(), so that an access is one thing.  off counts from the
 * device's first port. */
struct sim_bus_ops {
	unsigned char (*read)(void *arg, unsigned long off);
	void	(*write)(void *arg, unsigned long off, unsigned char byte);
};

#define SIM_BUS_ACCESS_NS	1000

/* Plug in a device, and pull it out: then 0xff is read. */
void	sim_bus_plug(unsigned long port, unsigned long size,
	    const struct sim_bus_ops *ops, void *arg);
void	sim_bus_unplug(unsigned long port);
/* fn(arg) is called in an interrupt at when_ns, as by sim_at(); for models. */
void	sim_bus_at(unsigned long long when_ns, void (*fn)(void *), void *arg);
/* The source holds a line of interrupts up, or no longer. */
void	sim_bus_irq(int irq, const void *source, int up);
/* The line interrupts while it is up, not when it goes up. */
void	sim_bus_irq_level(int irq);
/* Interrupts of the line that no handler has claimed. */
unsigned long sim_bus_strays(int irq);

/*
 * Nodes and messages.  Messages stay until the next run starts.
 */

int	sim_node_exists(const char *name);
/* The permission bits of a node, or -1. */
int	sim_node_mode(const char *name);
unsigned long sim_node_count(void);
/* All that was printed by host_print() and host_panic(). */
const char *sim_messages(void);

#endif /* !_HOSTED_SIM_SIM_H_ */
