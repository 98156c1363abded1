/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_sync.c: locks and conditions.
 *
 * A lock that is given back is free: the waiter that was woken for it
 * competes with whoever comes by, as with real ones.  Giving back has a
 * scheduling point before, so that others meet the lock held, and one after,
 * so that they meet what its last holder does next.
 *
 * Both kinds of locks wait in the same way.  What sets spin locks apart is
 * what they forbid: interrupts (sim_sched.c) and sleep (sim_trace.c).
 */

#include <hosted/sim/sim_impl.h>

struct host_lock {
	struct sim_obj	hl_obj;
	int		hl_spin;
	struct host_thread *hl_owner;
	unsigned long long hl_since_ns;
	struct sim_waitq hl_waiters;
};

struct host_cond {
	struct sim_obj	hc_obj;
	struct host_lock *hc_lock;	/* of those who wait */
	struct sim_waitq hc_waiters;
};

const struct host_thread *
sim_sync_owner(const struct sim_obj *o)
{

	return ((const struct host_lock *)o)->hl_owner;
}

struct host_lock *
host_lock_create(int kind, const char *name)
{
	struct host_lock *l;

	sim_call(SIM_OP_LOCK_CREATE, 0, SIM_CTX_SLEEP);
	if (sim_fault(SIM_FAULT_ALLOC))
		return NULL;
	l = sim_obj_create(SIM_LOCK, sizeof(*l), name);
	l->hl_spin = kind == HOST_LOCK_SPIN;
	return l;
}

void
host_lock_destroy(struct host_lock *l)
{

	sim_call(SIM_OP_LOCK_DESTROY, l->hl_obj.so_num, SIM_CTX_SLEEP);
	if (l->hl_owner != NULL || l->hl_waiters.sq_count != 0)
		sim_misuse("lock %u \"%s\" destroyed while in use",
		    l->hl_obj.so_num, l->hl_obj.so_name);
	sim_obj_destroy(&l->hl_obj);
}

static void
sim_sync_take(struct host_lock *l)
{

	l->hl_owner = sim.cur;
	l->hl_since_ns = sim.now_ns;
	sim.cur->ht_locks++;
	if (l->hl_spin) {
		sim.cur->ht_spins++;
		sim.spins++;
	}
}

static void
sim_sync_acquire(struct host_lock *l)
{

	if (l->hl_owner == sim.cur)
		sim_misuse("lock %u \"%s\" entered twice", l->hl_obj.so_num,
		    l->hl_obj.so_name);
	while (l->hl_owner != NULL)
		sim_sched_wait(&l->hl_waiters, "release", &l->hl_obj, 0, 0);
	sim_sync_take(l);
}

static void
sim_sync_release(struct host_lock *l)
{

	l->hl_owner = NULL;
	sim.cur->ht_locks--;
	if (l->hl_spin) {
		sim.cur->ht_spins--;
		sim.spins--;
		if (sim.now_ns - l->hl_since_ns > sim.spin_max_ns)
			sim.spin_max_ns = sim.now_ns - l->hl_since_ns;
	}
	sim_sched_wake(&l->hl_waiters, 0);
}

unsigned long long
sim_spin_max_ns(void)
{

	return sim.cfg.seed == 0 ? sim.spin_max_ns : 0;
}

static void
sim_sync_need(const struct host_lock *l, const char *what)
{

	if (l->hl_owner != sim.cur)
		sim_misuse("%s lock %u \"%s\", which is not held", what,
		    l->hl_obj.so_num, l->hl_obj.so_name);
}

static int
sim_sync_context(const struct host_lock *l)
{

	return l->hl_spin ? SIM_CTX_ANY : SIM_CTX_SLEEP;
}

void
host_lock_enter(struct host_lock *l)
{

	sim_call(SIM_OP_LOCK_ENTER, l->hl_obj.so_num, sim_sync_context(l));
	sim_sync_acquire(l);
}

int
host_lock_tryenter(struct host_lock *l)
{

	sim_call(SIM_OP_LOCK_TRYENTER, l->hl_obj.so_num,
	    l->hl_spin ? SIM_CTX_ANY : SIM_CTX_THREAD);
	if (l->hl_owner != NULL)
		return 0;
	sim_sync_take(l);
	return 1;
}

void
host_lock_exit(struct host_lock *l)
{

	sim_call(SIM_OP_LOCK_EXIT, l->hl_obj.so_num,
	    l->hl_spin ? SIM_CTX_ANY : SIM_CTX_THREAD);
	sim_sync_need(l, "exit of");
	sim_sync_release(l);
	sim_sched_point();
}

struct host_cond *
host_cond_create(const char *name)
{

	sim_call(SIM_OP_COND_CREATE, 0, SIM_CTX_SLEEP);
	if (sim_fault(SIM_FAULT_ALLOC))
		return NULL;
	return sim_obj_create(SIM_COND, sizeof(struct host_cond), name);
}

void
host_cond_destroy(struct host_cond *c)
{

	sim_call(SIM_OP_COND_DESTROY, c->hc_obj.so_num, SIM_CTX_SLEEP);
	if (c->hc_waiters.sq_count != 0)
		sim_misuse("condition %u \"%s\" destroyed with waiters",
		    c->hc_obj.so_num, c->hc_obj.so_name);
	sim_obj_destroy(&c->hc_obj);
}

static void
sim_sync_check_wait(const struct host_cond *c, const struct host_lock *l)
{

	sim_sync_need(l, "wait with");
	if (sim.cur->ht_spins > (l->hl_spin ? 1u : 0u))
		sim_misuse("wait for condition %u \"%s\" with a spin lock held",
		    c->hc_obj.so_num, c->hc_obj.so_name);
	if (c->hc_waiters.sq_count != 0 && c->hc_lock != l)
		sim_misuse("condition %u \"%s\" used with two locks",
		    c->hc_obj.so_num, c->hc_obj.so_name);
}

/* Does the wait end before it begins? */
static int
sim_sync_wait_over(int intr, int *result)
{

	if (intr && sim_fault(SIM_FAULT_INTR))
		sim.cur->ht_signal = 1;
	if (intr && sim.cur->ht_signal) {
		*result = HOST_INTR;
		return 1;
	}
	*result = HOST_WOKEN;
	return sim_fault(SIM_FAULT_WAKE);
}

int
host_cond_wait(struct host_cond *c, struct host_lock *l,
    unsigned long long deadline_ns, int intr)
{
	int over, result;

	sim_call(SIM_OP_COND_WAIT, c->hc_obj.so_num,
	    l->hl_spin ? SIM_CTX_THREAD : SIM_CTX_SLEEP);
	sim_sync_check_wait(c, l);
	over = sim_sync_wait_over(intr, &result);
	sim_sync_release(l);
	if (over)
		sim_sched_point();
	else {
		c->hc_lock = l;
		result = sim_sched_wait(&c->hc_waiters, "wake", &c->hc_obj,
		    deadline_ns, intr);
	}
	sim_sync_acquire(l);
	return result;
}

void
host_cond_wake(struct host_cond *c, int all)
{

	sim_call(SIM_OP_COND_WAKE, c->hc_obj.so_num, SIM_CTX_ANY);
	if (c->hc_waiters.sq_count != 0)
		sim_sync_need(c->hc_lock, "wake without");
	sim_sched_wake(&c->hc_waiters, all);
}
