/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_user_sync.c: threads, locks and conditions of the user host, by
 * themselves.  What they mean to the kernel is tested in ../t_*.c.
 */

#include <atf-c.h>
#include <pthread.h>
#include <unistd.h>

#include <hosted/user/user.h>

#define MS_NS	1000000ULL

static struct host_lock *lock;
static struct host_cond *cond;

static void
setup(void)
{

	lock = host_lock_create(HOST_LOCK_SLEEP, "lock");
	cond = host_cond_create("cond");
	ATF_REQUIRE(lock != NULL && cond != NULL);
}

static void
teardown(void)
{

	host_cond_destroy(cond);
	host_lock_destroy(lock);
	ATF_REQUIRE_EQ(0, user_objects());
}

static struct host_thread *
start(void (*fn)(void *), void *arg)
{
	struct host_thread *t;

	ATF_REQUIRE_EQ(0, host_thread_create(&t, fn, arg, HOST_PRI_NORMAL,
	    "test"));
	return t;
}

/*
 * Each waiter says when it waits and what its wait ended with.
 */
struct waiter {
	struct host_thread	*thread;
	unsigned long long	deadline_ns;
	int			intr;
	int			waits;
	int			place;		/* in the order of waking */
	int			how;
};

static int waiters_waiting;
static int waiters_woken;

static void
waiter_main(void *arg)
{
	struct waiter *w = arg;

	host_lock_enter(lock);
	waiters_waiting++;
	w->how = host_cond_wait(cond, lock, w->deadline_ns, w->intr);
	w->place = ++waiters_woken;
	host_lock_exit(lock);
	user_syscall_end();
}

static void
waiter_start(struct waiter *w)
{
	int before;

	host_lock_enter(lock);
	before = waiters_waiting;
	host_lock_exit(lock);
	w->thread = start(waiter_main, w);
	for (;;) {
		host_lock_enter(lock);
		if (waiters_waiting > before)
			break;
		host_lock_exit(lock);
		usleep(100);
	}
	host_lock_exit(lock);
}

static void
wake(int all)
{

	host_lock_enter(lock);
	host_cond_wake(cond, all);
	host_lock_exit(lock);
}

ATF_TC(wake_one);
ATF_TC_HEAD(wake_one, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wake that wakes "
	    "nobody, too many, or not the first");
}
ATF_TC_BODY(wake_one, tc)
{
	struct waiter w[4] = { { .intr = 0 } };
	int i;

	setup();
	for (i = 0; i < 4; i++)
		waiter_start(&w[i]);
	/* The first two by one each, in order; the others together. */
	for (i = 0; i < 2; i++) {
		wake(0);
		host_thread_join(w[i].thread);
		ATF_REQUIRE_EQ(i + 1, w[i].place);
	}
	ATF_REQUIRE_EQ(2, waiters_woken);
	wake(1);
	for (i = 2; i < 4; i++)
		host_thread_join(w[i].thread);
	for (i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(HOST_WOKEN, w[i].how);
	wake(1);
	teardown();
}

ATF_TC(deadline);
ATF_TC_HEAD(deadline, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wait that ends "
	    "before its deadline");
}
ATF_TC_BODY(deadline, tc)
{
	unsigned long long deadline_ns;
	int i;

	setup();
	host_lock_enter(lock);
	/* Past, now, and to come. */
	ATF_REQUIRE_EQ(HOST_TIMEOUT, host_cond_wait(cond, lock, 1, 1));
	for (i = 0; i < 50; i++) {
		deadline_ns = host_uptime_ns() + (unsigned)i * MS_NS / 10;
		ATF_REQUIRE_EQ(HOST_TIMEOUT, host_cond_wait(cond, lock,
		    deadline_ns, 0));
		ATF_REQUIRE(host_uptime_ns() >= deadline_ns);
	}
	host_lock_exit(lock);
	teardown();
}

ATF_TC(interrupt);
ATF_TC_HEAD(interrupt, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches an interruption that "
	    "is lost, kept too long, or heard by those who are deaf to "
	    "it");
}
ATF_TC_BODY(interrupt, tc)
{
	struct waiter deaf = { .intr = 0 }, hears = { .intr = 1 };
	struct host_thread *self = host_thread_self();

	setup();
	waiter_start(&deaf);
	waiter_start(&hears);
	host_thread_interrupt(deaf.thread);
	host_thread_interrupt(hears.thread);
	host_thread_join(hears.thread);
	ATF_REQUIRE_EQ(HOST_INTR, hears.how);
	/* Only the deaf one is left to be woken. */
	wake(0);
	host_thread_join(deaf.thread);
	ATF_REQUIRE_EQ(HOST_WOKEN, deaf.how);

	/* It stays pending until the call is over, and no longer. */
	user_syscall_begin(getpid());
	ATF_REQUIRE_EQ(getpid(), host_pid());
	host_thread_interrupt(self);
	host_lock_enter(lock);
	ATF_REQUIRE_EQ(HOST_INTR, host_cond_wait(cond, lock, 0, 1));
	ATF_REQUIRE_EQ(HOST_INTR, host_cond_wait(cond, lock, 0, 1));
	ATF_REQUIRE_EQ(HOST_TIMEOUT, host_cond_wait(cond, lock, 1, 0));
	host_lock_exit(lock);
	user_syscall_end();
	ATF_REQUIRE_EQ(0, host_pid());
	host_lock_enter(lock);
	ATF_REQUIRE_EQ(HOST_TIMEOUT, host_cond_wait(cond, lock, 1, 1));
	host_lock_exit(lock);
	teardown();
}

/*
 * Consumers with deadlines that have passed when they are woken, and that are
 * interrupted all the time; still each item is consumed, as every wakeup goes
 * to one who says so.
 */
#define STORM_ITEMS	20000

static int storm_items;
static int storm_wakes;
static int storm_woken;
static int storm_waiting;
static int storm_end;

static void
storm_consumer(void *arg)
{
	int how;

	(void)arg;
	host_lock_enter(lock);
	while (!storm_end) {
		storm_waiting++;
		how = host_cond_wait(cond, lock, host_uptime_ns() + 1000, 1);
		if (how == HOST_WOKEN)
			storm_woken++;
		else
			storm_waiting--;
		if (how == HOST_INTR)
			user_syscall_end();
	}
	host_lock_exit(lock);
}

/*
 * As user_time.c does it, a wake from what is no thread of the kernel's.
 */
static void
storm_wake(void *arg)
{

	(void)arg;
	ATF_REQUIRE(host_in_interrupt());
	host_lock_enter(lock);
	if (storm_waiting > 0) {
		storm_waiting--;
		storm_wakes++;
		host_cond_wake(cond, 0);
	}
	storm_items++;
	host_lock_exit(lock);
}

ATF_TC(storm);
ATF_TC_HEAD(storm, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wakeup that is spent "
	    "on a wait that ended otherwise");
}
ATF_TC_BODY(storm, tc)
{
	struct host_thread *t[3];
	int i;

	setup();
	for (i = 0; i < 3; i++)
		t[i] = start(storm_consumer, NULL);
	for (i = 0; i < STORM_ITEMS; i++) {
		user_intr(storm_wake, NULL);
		ATF_REQUIRE(!host_in_interrupt());
		if (i % 5 == 0)
			host_thread_interrupt(t[i % 3]);
	}
	host_lock_enter(lock);
	storm_end = 1;
	host_lock_exit(lock);
	for (i = 0; i < 3; i++)
		host_thread_join(t[i]);
	ATF_REQUIRE_EQ(STORM_ITEMS, storm_items);
	ATF_REQUIRE_EQ(storm_wakes, storm_woken);
	teardown();
}

static void
slot_set(void *arg)
{

	*host_thread_slot() = arg;
}

static int
slot_run(void *arg)
{

	ATF_REQUIRE(*host_thread_slot() == NULL);
	*host_thread_slot() = arg;
	user_intr(slot_set, &lock);
	ATF_REQUIRE(*host_thread_slot() == arg);
	ATF_REQUIRE(host_thread_self() == host_thread_self());
	return 7;
}

static void *
slot_foreign(void *arg)
{

	return slot_run(arg) == 7 ? host_thread_self() : NULL;
}

ATF_TC(slot);
ATF_TC_HEAD(slot, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a slot that threads or "
	    "interrupts share");
}
ATF_TC_BODY(slot, tc)
{
	pthread_t t;
	void *self;

	ATF_REQUIRE_EQ(7, user_run(slot_run, &cond));
	ATF_REQUIRE_EQ(7, slot_run(&cond));
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, slot_foreign, &cond));
	ATF_REQUIRE_EQ(0, pthread_join(t, &self));
	ATF_REQUIRE(self != NULL && self != host_thread_self());
	ATF_REQUIRE_EQ(0, user_objects());
}

static int counter;

static void
count(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 10000; i++) {
		if (i % 2 == 0)
			host_lock_enter(lock);
		else
			while (!host_lock_tryenter(lock))
				continue;
		counter++;
		host_lock_exit(lock);
	}
}

ATF_TC(exclusion);
ATF_TC_HEAD(exclusion, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a lock that two hold");
}
ATF_TC_BODY(exclusion, tc)
{
	struct host_thread *t[4];
	int i;

	setup();
	host_lock_enter(lock);
	ATF_REQUIRE_EQ(0, host_lock_tryenter(lock));
	host_lock_exit(lock);
	for (i = 0; i < 4; i++)
		t[i] = start(count, NULL);
	for (i = 0; i < 4; i++)
		host_thread_join(t[i]);
	ATF_REQUIRE_EQ(40000, counter);
	teardown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, wake_one);
	ATF_TP_ADD_TC(tp, deadline);
	ATF_TP_ADD_TC(tp, interrupt);
	ATF_TP_ADD_TC(tp, storm);
	ATF_TP_ADD_TC(tp, slot);
	ATF_TP_ADD_TC(tp, exclusion);
	return atf_no_error();
}
