/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_user_dev.c: nodes, waiting in poll, and memory of the user host.
 */

#include <atf-c.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <hosted/user/user.h>

/*
 * Nodes.
 */

static char heard[256];

static void
created(void *arg, const char *name, unsigned int mode)
{
	size_t n = strlen(heard);

	ATF_REQUIRE(arg == &heard);
	/* It is there when it is told of. */
	ATF_REQUIRE(user_node_lookup(name, NULL) != 0);
	snprintf(heard + n, sizeof(heard) - n, "+%s %o ", name, mode);
}

static void
destroyed(void *arg, const char *name)
{
	size_t n = strlen(heard);

	ATF_REQUIRE(arg == &heard);
	ATF_REQUIRE(user_node_lookup(name, NULL) == 0);
	snprintf(heard + n, sizeof(heard) - n, "-%s ", name);
}

static const struct user_node_ops ops = {
	.un_created = created,
	.un_destroyed = destroyed,
};

ATF_TC(nodes);
ATF_TC_HEAD(nodes, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a node that is told of never "
	    "or twice, and one that is taken for another");
}
ATF_TC_BODY(nodes, tc)
{
	char name[8];
	unsigned int mode;
	unsigned long first, number;

	ATF_REQUIRE_EQ(0, host_node_create("a", 0600));
	ATF_REQUIRE_EQ(0, host_node_create("bcdefghijk", 0666));
	user_node_watch(&ops, &heard);
	ATF_REQUIRE_EQ(EEXIST, host_node_create("a", 0666));
	ATF_REQUIRE_EQ(0, host_node_create("c", 0444));
	first = user_node_lookup("a", &mode);
	ATF_REQUIRE(first != 0);
	ATF_REQUIRE_EQ(0600, mode);
	ATF_REQUIRE_EQ(0, user_node_lookup("b", &mode));

	number = user_node_next(0, name, sizeof(name));
	ATF_REQUIRE_EQ(first, number);
	ATF_REQUIRE_STREQ("a", name);
	number = user_node_next(number, name, sizeof(name));
	ATF_REQUIRE_STREQ("bcdefgh", name);
	/* One that goes does not end the walk. */
	host_node_destroy("bcdefghijk");
	number = user_node_next(number, name, sizeof(name));
	ATF_REQUIRE_STREQ("c", name);
	ATF_REQUIRE_EQ(0, user_node_next(number, name, sizeof(name)));

	host_node_destroy("a");
	host_node_destroy("a");
	ATF_REQUIRE_EQ(0, host_node_create("a", 0666));
	ATF_REQUIRE(user_node_lookup("a", NULL) > number);
	user_node_watch(NULL, NULL);
	host_node_destroy("a");
	host_node_destroy("c");
	ATF_REQUIRE_STREQ("+a 600 +bcdefghijk 666 +c 444 -bcdefghijk -a "
	    "+a 666 ", heard);
	ATF_REQUIRE_EQ(0, user_objects());
}

/*
 * Poll.
 */

static void
count(void *arg)
{

	atomic_fetch_add((atomic_int *)arg, 1);
}

ATF_TC(poll);
ATF_TC_HEAD(poll, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wait that is woken by what "
	    "it was not recorded in, or more than once");
}
ATF_TC_BODY(poll, tc)
{
	struct host_pollq *q[USER_POLL_QUEUES];
	struct host_poll p, other;
	atomic_int n, m;
	int i, j;

	atomic_init(&n, 0);
	atomic_init(&m, 0);
	user_poll_init(&p, count, &n);
	user_poll_init(&other, count, &m);
	for (i = 0; i < USER_POLL_QUEUES; i++)
		q[i] = host_pollq_create();
	for (j = 1; j <= 3; j++) {
		for (i = 0; i < USER_POLL_QUEUES; i++) {
			host_pollq_record(q[i], &p);
			host_pollq_record(q[i], &p);
		}
		host_pollq_record(q[3], &other);
		for (i = 0; i < USER_POLL_QUEUES; i++) {
			host_pollq_wake(q[i]);
			host_pollq_wake(q[i]);
		}
		ATF_REQUIRE_EQ(USER_POLL_QUEUES * j, n);
		ATF_REQUIRE_EQ(j, m);
	}
	/* Each side goes and takes its records with it. */
	for (i = 0; i < USER_POLL_QUEUES; i++)
		host_pollq_record(q[i], &p);
	host_pollq_record(q[0], &other);
	host_pollq_destroy(q[1]);
	user_poll_cancel(&p);
	user_poll_cancel(&p);
	host_pollq_wake(q[0]);
	host_pollq_wake(q[2]);
	ATF_REQUIRE_EQ(USER_POLL_QUEUES * 3, n);
	ATF_REQUIRE_EQ(4, m);
	for (i = 0; i < USER_POLL_QUEUES; i++)
		if (i != 1)
			host_pollq_destroy(q[i]);
	ATF_REQUIRE_EQ(0, user_objects());
}

static struct host_pollq *storm_queue;
static atomic_int storm_end;

static void
storm_waker(void *arg)
{

	(void)arg;
	while (!storm_end) {
		host_pollq_wake(storm_queue);
		sched_yield();
	}
}

/*
 * A wake function that is called after the cancel would write to where other
 * things are by then; a sanitizer sees it, and the pattern does.
 */
static void
storm_wait(void *arg)
{
	struct host_poll p;
	atomic_int n;
	int i;

	(void)arg;
	for (i = 0; i < 5000; i++) {
		atomic_init(&n, 0);
		user_poll_init(&p, count, &n);
		host_pollq_record(storm_queue, &p);
		if (i % 3 == 0)
			while (n == 0)
				sched_yield();
		user_poll_cancel(&p);
		ATF_REQUIRE(n == 0 || n == 1);
		memset(&p, 0x5a, sizeof(p));
	}
}

ATF_TC(storm);
ATF_TC_HEAD(storm, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a wait that is woken when it "
	    "is gone, and a wakeup that is lost");
}
ATF_TC_BODY(storm, tc)
{
	struct host_thread *t[3];
	int i;

	storm_queue = host_pollq_create();
	for (i = 0; i < 3; i++)
		ATF_REQUIRE_EQ(0, host_thread_create(&t[i], i == 0 ?
		    storm_waker : storm_wait, NULL, HOST_PRI_NORMAL, "storm"));
	host_thread_join(t[1]);
	host_thread_join(t[2]);
	storm_end = 1;
	host_thread_join(t[0]);
	host_pollq_destroy(storm_queue);
	ATF_REQUIRE_EQ(0, user_objects());
}

/*
 * Memory and messages.
 */

ATF_TC(memory);
ATF_TC_HEAD(memory, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches memory that is not clear, and "
	    "a bad address of a program that ends us");
}
ATF_TC_BODY(memory, tc)
{
	static const char zero[1000];
	char buf[4] = "abc";
	char *mem;

	mem = host_alloc(sizeof(zero), 1);
	ATF_REQUIRE(memcmp(mem, zero, sizeof(zero)) == 0);
	ATF_REQUIRE_EQ(0, (uintptr_t)mem % 16);
	ATF_REQUIRE_EQ(1, user_objects());
	ATF_REQUIRE_EQ(0, host_copyin(buf, mem, 4));
	ATF_REQUIRE_STREQ("abc", mem);
	ATF_REQUIRE_EQ(0, host_copyout("xyz", buf, 4));
	ATF_REQUIRE_STREQ("xyz", buf);
	ATF_REQUIRE_EQ(EFAULT, host_copyin(NULL, mem, 1));
	ATF_REQUIRE_EQ(EFAULT, host_copyout(mem, (void *)8, 1));
	ATF_REQUIRE_EQ(0, host_copyin(NULL, mem, 0));
	host_free(mem, sizeof(zero));
	ATF_REQUIRE_EQ(0, user_objects());
}

static char said[64];

static void
listen(const char *text, int panic)
{

	ATF_REQUIRE_EQ(0, panic);
	strcat(said, text);
}

ATF_TC(messages);
ATF_TC_HEAD(messages, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches words that get lost");
}
ATF_TC_BODY(messages, tc)
{

	user_log_set(listen);
	host_print("one ");
	host_print("line\n");
	user_log_set(NULL);
	ATF_REQUIRE_STREQ("one line\n", said);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, storm);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, messages);
	return atf_no_error();
}
